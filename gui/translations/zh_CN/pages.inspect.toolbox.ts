<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>ToolPanel</name>
  <message>
   <source>Close this panel</source>
   <translation>关闭此面板</translation>
  </message>
  <message>
   <source>Close this panel (Esc)</source>
   <translation>关闭此面板（Esc）</translation>
  </message>
 </context>
</TS>
