<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>InspectBar</name>
  <message>
   <source>Backward</source>
   <translation>反向</translation>
  </message>
  <message>
   <source>Direction</source>
   <translation>方向</translation>
  </message>
  <message>
   <source>Forward</source>
   <translation>正向</translation>
  </message>
  <message>
   <source>Layer</source>
   <translation>层</translation>
  </message>
  <message>
   <source>Order of the units</source>
   <translation>单元的顺序</translation>
  </message>
  <message>
   <source>Panes</source>
   <translation>图</translation>
  </message>
  <message>
   <source>Pause</source>
   <translation>暂停</translation>
  </message>
  <message>
   <source>Play</source>
   <translation>播放</translation>
  </message>
  <message>
   <source>Target</source>
   <translation>目标</translation>
  </message>
  <message>
   <source>Units by index</source>
   <translation>单元按序号</translation>
  </message>
  <message>
   <source>Units by likeness</source>
   <translation>单元按相似度</translation>
  </message>
  <message>
   <source>Units by mean</source>
   <translation>单元按均值</translation>
  </message>
  <message>
   <source>Units by share in the answer</source>
   <translation>单元按对答案的贡献</translation>
  </message>
  <message>
   <source>Units by time of peak</source>
   <translation>单元按峰值时间</translation>
  </message>
  <message>
   <source>Units by variance</source>
   <translation>单元按方差</translation>
  </message>
 </context>
</TS>
