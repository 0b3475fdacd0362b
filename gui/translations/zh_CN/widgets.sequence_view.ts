<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>SequenceView</name>
  <message>
   <source>Curves of the sequence</source>
   <translation>序列曲线</translation>
  </message>
  <message>
   <source>Frame</source>
   <translation>帧</translation>
  </message>
  <message>
   <source>Value</source>
   <translation>值</translation>
  </message>
  <message>
   <source>{n} of {total} features</source>
   <translation>{n}／{total} 个特征</translation>
  </message>
 </context>
</TS>
