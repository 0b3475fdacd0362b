<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>LiveEvents</name>
  <message numerus="yes">
   <source>%n event(s) exported to {path}</source>
   <translation>
    <numerusform>已导出 %n 个事件到 {path}</numerusform>
   </translation>
  </message>
  <message>
   <source>Classify files; you may also drop them anywhere on this page</source>
   <translation>对文件分类；也可以把文件拖到本页任意位置</translation>
  </message>
  <message>
   <source>Clear the table</source>
   <translation>清空表格</translation>
  </message>
  <message>
   <source>Drop files with sequences of numbers on this page: they are labelled in their order.</source>
   <translation>把数值序列文件拖到本页，将按顺序给出标签。</translation>
  </message>
  <message>
   <source>Events</source>
   <translation>事件</translation>
  </message>
  <message>
   <source>Export the events</source>
   <translation>导出事件</translation>
  </message>
  <message>
   <source>Export …</source>
   <translation>导出……</translation>
  </message>
  <message>
   <source>Files …</source>
   <translation>文件……</translation>
  </message>
  <message>
   <source>Inspect</source>
   <translation>检视</translation>
  </message>
  <message>
   <source>Look at the gates of the chosen event on the Inspect page</source>
   <translation>在“检视”页查看所选事件的门</translation>
  </message>
  <message>
   <source>Play the chosen event</source>
   <translation>播放所选事件</translation>
  </message>
  <message>
   <source>Tables (*.csv)</source>
   <translation>表格 (*.csv)</translation>
  </message>
  <message>
   <source>What you say is listed here. Or drop recordings on this page: they are labelled in their order.</source>
   <translation>您说的话会列在这里。也可以把录音拖到本页，按顺序给出标签。</translation>
  </message>
  <message>
   <source>What you type is listed here. Or drop text files on this page: they are labelled in their order.</source>
   <translation>您输入的内容会列在这里。也可以把文本文件拖到本页，按顺序给出标签。</translation>
  </message>
  <message>
   <source>Write the table as CSV</source>
   <translation>把表格写成 CSV 文件</translation>
  </message>
 </context>
</TS>
