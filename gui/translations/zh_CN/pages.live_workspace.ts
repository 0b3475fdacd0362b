<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>LiveWorkspace</name>
  <message numerus="yes">
   <source>%n event(s) exported to {path}</source>
   <translation>
    <numerusform>已将 %n 个事件导出到 {path}</numerusform>
   </translation>
  </message>
  <message>
   <source>Border between the picture and the events</source>
   <translation>图像与事件之间的分隔线</translation>
  </message>
  <message>
   <source>Choose files …</source>
   <translation>选择文件……</translation>
  </message>
  <message numerus="yes">
   <source>Classifying %n file(s)</source>
   <translation>
    <numerusform>正在分类 %n 个文件</numerusform>
   </translation>
  </message>
  <message>
   <source>Clear</source>
   <translation>清空</translation>
  </message>
  <message>
   <source>Events</source>
   <translation>事件</translation>
  </message>
  <message>
   <source>Export CSV …</source>
   <translation>导出 CSV……</translation>
  </message>
  <message>
   <source>Export the events</source>
   <translation>导出事件</translation>
  </message>
  <message>
   <source>Files to classify</source>
   <translation>要分类的文件</translation>
  </message>
  <message>
   <source>Gate or state</source>
   <translation>门或状态</translation>
  </message>
  <message>
   <source>Inspect</source>
   <translation>透视</translation>
  </message>
  <message>
   <source>Layer</source>
   <translation>层</translation>
  </message>
  <message>
   <source>Look at the gates of the chosen event on the Inspect page</source>
   <translation>在“查看”页查看所选事件的门</translation>
  </message>
  <message>
   <source>Nothing was heard. Hold the button for as long as you speak.</source>
   <translation>没有听到声音。说话期间请一直按住按钮。</translation>
  </message>
  <message>
   <source>Or drop any files on this page: they are classified in their order.</source>
   <translation>也可以把任何文件拖到本页，按顺序分类。</translation>
  </message>
  <message>
   <source>Play</source>
   <translation>播放</translation>
  </message>
  <message>
   <source>Put into the data set as {label}.</source>
   <translation>已作为 {label} 放入数据集。</translation>
  </message>
  <message>
   <source>Tables (*.csv)</source>
   <translation>表格 (*.csv)</translation>
  </message>
  <message>
   <source>Undo</source>
   <translation>撤销</translation>
  </message>
  <message>
   <source>What it hears</source>
   <translation>它听到的</translation>
  </message>
  <message>
   <source>layer {n}</source>
   <translation>第 {n} 层</translation>
  </message>
  <message>
   <source>unknown</source>
   <translation>未知</translation>
  </message>
  <message>
   <source>{n} of {total} files could not be read; the table says why.</source>
   <translation>{total} 个文件中有 {n} 个无法读取；原因见表格。</translation>
  </message>
  <message>
   <source>{what} What was said before is in the table.</source>
   <translation>{what} 此前说的内容在表格中。</translation>
  </message>
 </context>
</TS>
