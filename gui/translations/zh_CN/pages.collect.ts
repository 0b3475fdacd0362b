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
   <source>Looking through the folder …</source>
   <translation>正在扫描文件夹…</translation>
  </message>
  <message>
   <source>Make the spoken sample …</source>
   <translation>生成语音示例…</translation>
  </message>
  <message>
   <source>Open a data set …</source>
   <translation>打开数据集…</translation>
  </message>
  <message>
   <source>Start with a data set</source>
   <translation>从数据集开始</translation>
  </message>
 </context>
</TS>
