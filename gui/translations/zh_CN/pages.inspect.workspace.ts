<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>InspectWorkspace</name>
  <message>
   <source>Choose an item</source>
   <translation>选择一个条目</translation>
  </message>
  <message>
   <source>Look at a file</source>
   <translation>查看一个文件</translation>
  </message>
  <message>
   <source>Open a data set …</source>
   <translation>打开数据集…</translation>
  </message>
  <message>
   <source>Open a file …</source>
   <translation>打开文件…</translation>
  </message>
  <message>
   <source>Take one of the data set, or any file: drop it here. Its gates and states appear along its time.</source>
   <translation>从数据集中选一个，或把任意文件拖到这里。它的门和状态会沿时间显示出来。</translation>
  </message>
  <message>
   <source>This item cannot be shown: {reason}.</source>
   <translation>无法显示此条目：{reason}。</translation>
  </message>
  <message>
   <source>{pane} — {how}</source>
   <translation>{pane}：{how}</translation>
  </message>
 </context>
</TS>
