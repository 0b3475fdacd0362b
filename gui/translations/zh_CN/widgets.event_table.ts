<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>EventTable</name>
  <message>
   <source>Answer</source>
   <translation>结果</translation>
  </message>
  <message>
   <source>Confidence</source>
   <translation>把握</translation>
  </message>
  <message>
   <source>From</source>
   <translation>来源</translation>
  </message>
  <message>
   <source>Kept as</source>
   <translation>存为</translation>
  </message>
  <message>
   <source>Time</source>
   <translation>时间</translation>
  </message>
  <message>
   <source>What was heard</source>
   <translation>听到的内容</translation>
  </message>
  <message>
   <source>microphone</source>
   <translation>麦克风</translation>
  </message>
  <message>
   <source>unknown (perhaps {label})</source>
   <translation>未知（可能是 {label}）</translation>
  </message>
 </context>
</TS>
