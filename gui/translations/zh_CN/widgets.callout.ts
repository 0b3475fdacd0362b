<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>Callout</name>
  <message>
   <source>Back</source>
   <translation>上一步</translation>
  </message>
  <message>
   <source>Back (Alt+←)</source>
   <translation>上一步（Alt+←）</translation>
  </message>
  <message>
   <source>End the tour</source>
   <translation>结束导览</translation>
  </message>
  <message>
   <source>End the tour (Esc)</source>
   <translation>结束导览（Esc）</translation>
  </message>
  <message>
   <source>On (Alt+→)</source>
   <translation>下一步（Alt+→）</translation>
  </message>
  <message>
   <source>Progress of the tour's model</source>
   <translation>导览模型的进度</translation>
  </message>
 </context>
</TS>
