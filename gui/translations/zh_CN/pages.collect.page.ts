<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>CollectPage</name>
  <message numerus="yes">
   <source>%n item(s)</source>
   <translation>
    <numerusform>%n 个条目</numerusform>
   </translation>
  </message>
  <message>
   <source>A data set is a folder with one folder for each class, and in it recordings, texts or numbers. Open one that you have, or let the app make a small spoken sample to try everything with. You can also drop a folder here.</source>
   <translation>数据集是一个文件夹：每个类别一个子文件夹，里面是录音、文本或数值。请打开已有的数据集，或让程序生成一个小型语音示例来体验全部功能。也可以把文件夹拖放到这里。</translation>
  </message>
  <message>
   <source>Change a name or a cell in place</source>
   <translation>就地修改名称或单元格</translation>
  </message>
  <message>
   <source>Do it again</source>
   <translation>重做</translation>
  </message>
  <message>
   <source>Import files</source>
   <translation>导入文件</translation>
  </message>
  <message>
   <source>In texts: add the lines that were copied</source>
   <translation>文本中：添加复制的各行</translation>
  </message>
  <message>
   <source>In the items: play</source>
   <translation>条目中：播放</translation>
  </message>
  <message>
   <source>In the recorder: begin and end a take</source>
   <translation>录音器中：开始和结束一次录音</translation>
  </message>
  <message>
   <source>In the recorder: keep the take, say it again, play it, delete it</source>
   <translation>录音器中：保留、重录、播放、删除录音</translation>
  </message>
  <message>
   <source>It decides about what the page offers: a recorder for sounds, a table for texts.</source>
   <translation>这决定页面提供什么：声音用录音器，文本用表格。</translation>
  </message>
  <message>
   <source>Make the spoken sample …</source>
   <translation>生成语音示例…</translation>
  </message>
  <message>
   <source>Name the folder of the new data set</source>
   <translation>为新数据集的文件夹命名</translation>
  </message>
  <message>
   <source>New data set</source>
   <translation>新建数据集</translation>
  </message>
  <message>
   <source>New data set …</source>
   <translation>新建数据集…</translation>
  </message>
  <message>
   <source>On the take: move the beginning or the end of the cut</source>
   <translation>录音图上：移动剪切的起点或终点</translation>
  </message>
  <message>
   <source>Open a data set …</source>
   <translation>打开数据集…</translation>
  </message>
  <message>
   <source>Put what is marked into the bin</source>
   <translation>把选中的内容放入回收站</translation>
  </message>
  <message>
   <source>Recent</source>
   <translation>最近使用</translation>
  </message>
  <message>
   <source>Record</source>
   <translation>录音</translation>
  </message>
  <message>
   <source>Recordings</source>
   <translation>录音</translation>
  </message>
  <message>
   <source>Start with a data set</source>
   <translation>从数据集开始</translation>
  </message>
  <message>
   <source>Take the last change back</source>
   <translation>撤销上一步更改</translation>
  </message>
  <message>
   <source>Texts</source>
   <translation>文本</translation>
  </message>
  <message>
   <source>What shall be in it?</source>
   <translation>其中放什么？</translation>
  </message>
  <message>
   <source>my-words</source>
   <translation>我的词语</translation>
  </message>
 </context>
</TS>
