<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>ItemsView</name>
  <message numerus="yes">
   <source>%n item(s)</source>
   <translation>
    <numerusform>%n 个条目</numerusform>
   </translation>
  </message>
  <message>
   <source>1. Type the name of a class to the left and press Return, then that of another: the words to tell apart.

2. Record words, twenty or more of each class and by several people, or drop sound files here.

3. Train a model on the next page.</source>
   <translation>1. 在左侧输入一个类别的名称并按回车，再输入另一个：即要区分的单词。

2. 录制单词，每个类别二十条以上，由多人录制；也可把声音文件拖放到此处。

3. 在下一页训练模型。</translation>
  </message>
  <message>
   <source>A new text</source>
   <translation>新文本</translation>
  </message>
  <message>
   <source>Add</source>
   <translation>添加</translation>
  </message>
  <message>
   <source>All classes</source>
   <translation>所有类别</translation>
  </message>
  <message>
   <source>Border between the items and the picture</source>
   <translation>条目与图形之间的分隔线</translation>
  </message>
  <message>
   <source>Choose the class first, to the left.</source>
   <translation>请先在左侧选择类别。</translation>
  </message>
  <message>
   <source>Class</source>
   <translation>类别</translation>
  </message>
  <message>
   <source>Collect your first words</source>
   <translation>采集您的第一批单词</translation>
  </message>
  <message>
   <source>Delete</source>
   <translation>删除</translation>
  </message>
  <message>
   <source>File</source>
   <translation>文件</translation>
  </message>
  <message>
   <source>Give the marked items another class</source>
   <translation>为选中的条目指定另一个类别</translation>
  </message>
  <message>
   <source>Inspect</source>
   <translation>检视</translation>
  </message>
  <message>
   <source>Items</source>
   <translation>条目</translation>
  </message>
  <message>
   <source>Length</source>
   <translation>长度</translation>
  </message>
  <message>
   <source>Look at this item through the open model</source>
   <translation>用打开的模型查看此条目</translation>
  </message>
  <message>
   <source>Looking through the folder …</source>
   <translation>正在扫描文件夹…</translation>
  </message>
  <message>
   <source>Mark an item to see it here.</source>
   <translation>选中一个条目即可在此查看。</translation>
  </message>
  <message>
   <source>No item has these words.</source>
   <translation>没有条目包含这些词。</translation>
  </message>
  <message>
   <source>Nothing here yet. Choose a class and type a text below, paste lines, or drop files here.</source>
   <translation>这里还没有内容。请选择类别并在下方输入文本，粘贴多行，或把文件拖放到这里。</translation>
  </message>
  <message>
   <source>Nothing here yet. Drop files here.</source>
   <translation>这里还没有内容。请把文件拖放到这里。</translation>
  </message>
  <message>
   <source>Nothing here yet. Record some words, or drop sound files here.</source>
   <translation>这里还没有内容。请录一些词，或把声音文件拖放到这里。</translation>
  </message>
  <message>
   <source>Play</source>
   <translation>播放</translation>
  </message>
  <message>
   <source>Put the marked items into the bin (Del); Ctrl+Z brings them back</source>
   <translation>把选中的条目放入回收站（Del）；按 Ctrl+Z 恢复</translation>
  </message>
  <message>
   <source>Say who speaks in the marked items; type any name in the table</source>
   <translation>指定选中条目的说话人；也可在表格中输入任意名字</translation>
  </message>
  <message>
   <source>Search</source>
   <translation>搜索</translation>
  </message>
  <message>
   <source>Search the items</source>
   <translation>搜索条目</translation>
  </message>
  <message>
   <source>Speaker</source>
   <translation>说话人</translation>
  </message>
  <message>
   <source>Stop</source>
   <translation>停止</translation>
  </message>
  <message>
   <source>Text</source>
   <translation>文本</translation>
  </message>
  <message>
   <source>Type or paste a text</source>
   <translation>输入或粘贴文本</translation>
  </message>
  <message>
   <source>Unknown</source>
   <translation>未知</translation>
  </message>
  <message>
   <source>Waveform and spectrogram</source>
   <translation>波形和频谱图</translation>
  </message>
  <message>
   <source>{n} frames</source>
   <translation>{n} 帧</translation>
  </message>
  <message>
   <source>{n} of {total}</source>
   <translation>{n}／{total}</translation>
  </message>
 </context>
</TS>
