<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>CellDiagram</name>
  <message>
   <source>Drawing of an LSTM cell</source>
   <translation>LSTM 单元示意图</translation>
  </message>
  <message>
   <source>c before</source>
   <translation>前一 c</translation>
  </message>
  <message>
   <source>h before</source>
   <translation>前一 h</translation>
  </message>
  <message>
   <source>x, the frame</source>
   <translation>x，本帧</translation>
  </message>
 </context>
</TS>
