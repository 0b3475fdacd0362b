<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>CollectWorkspace</name>
  <message numerus="yes">
   <source>%n class(es)</source>
   <translation>
    <numerusform>%n 个类别</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>%n item(s) added to {name}</source>
   <translation>
    <numerusform>%n 个条目已添加到“{name}”</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>%n item(s) changed to {name}</source>
   <translation>
    <numerusform>%n 个条目已改为“{name}”</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>%n item(s) in the bin</source>
   <translation>
    <numerusform>%n 个条目已放入回收站</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>%n problem(s)</source>
   <translation>
    <numerusform>%n 个问题</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>%n speaker(s)</source>
   <translation>
    <numerusform>%n 位说话人</numerusform>
   </translation>
  </message>
  <message>
   <source>A text changed</source>
   <translation>修改了一段文本</translation>
  </message>
  <message>
   <source>Border between the classes and the items</source>
   <translation>类别与条目之间的分隔线</translation>
  </message>
  <message>
   <source>Class renamed to {name}</source>
   <translation>类别已改名为“{name}”</translation>
  </message>
  <message>
   <source>Class {name} added</source>
   <translation>已添加类别“{name}”</translation>
  </message>
  <message>
   <source>Class {name} in the bin</source>
   <translation>类别“{name}”已放入回收站</translation>
  </message>
  <message>
   <source>Copy files into the chosen class; or drop them here (Ctrl+I)</source>
   <translation>将文件复制到所选类别；也可拖放到此处（Ctrl+I）</translation>
  </message>
  <message>
   <source>Import files …</source>
   <translation>导入文件…</translation>
  </message>
  <message>
   <source>Items</source>
   <translation>条目</translation>
  </message>
  <message>
   <source>Looking through the folder …</source>
   <translation>正在扫描文件夹…</translation>
  </message>
  <message>
   <source>Merged into class {name}</source>
   <translation>已并入类别“{name}”</translation>
  </message>
  <message>
   <source>Problems</source>
   <translation>问题</translation>
  </message>
  <message>
   <source>Problems ({n})</source>
   <translation>问题（{n}）</translation>
  </message>
  <message>
   <source>Record</source>
   <translation>录音</translation>
  </message>
  <message>
   <source>Record words</source>
   <translation>录制单词</translation>
  </message>
  <message>
   <source>Redo: {what} (Ctrl+Shift+Z)</source>
   <translation>重做：{what}（Ctrl+Shift+Z）</translation>
  </message>
  <message>
   <source>Speak into the chosen class (Ctrl+R)</source>
   <translation>为所选类别录音（Ctrl+R）</translation>
  </message>
  <message>
   <source>Speaker renamed to {name}</source>
   <translation>说话人已改名为“{name}”</translation>
  </message>
  <message>
   <source>Taken back: {what}</source>
   <translation>已撤销：{what}</translation>
  </message>
  <message>
   <source>Undo</source>
   <translation>撤销</translation>
  </message>
  <message>
   <source>Undo: {what} (Ctrl+Z)</source>
   <translation>撤销：{what}（Ctrl+Z）</translation>
  </message>
  <message>
   <source>Unknown</source>
   <translation>未知</translation>
  </message>
  <message>
   <source>nothing</source>
   <translation>无</translation>
  </message>
 </context>
</TS>
