<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>StressSliders</name>
  <message>
   <source>Gain</source>
   <translation>增益</translation>
  </message>
  <message>
   <source>High cut</source>
   <translation>高切</translation>
  </message>
  <message>
   <source>Kind of noise</source>
   <translation>噪声类型</translation>
  </message>
  <message>
   <source>Low cut</source>
   <translation>低切</translation>
  </message>
  <message>
   <source>Noise</source>
   <translation>噪声</translation>
  </message>
  <message>
   <source>Shift</source>
   <translation>平移</translation>
  </message>
  <message>
   <source>Speed</source>
   <translation>速度</translation>
  </message>
  <message>
   <source>Words left out</source>
   <translation>删去的词</translation>
  </message>
  <message>
   <source>Words replaced</source>
   <translation>替换的词</translation>
  </message>
  <message>
   <source>none</source>
   <translation>无</translation>
  </message>
  <message>
   <source>pink noise</source>
   <translation>粉红噪声</translation>
  </message>
  <message>
   <source>white noise</source>
   <translation>白噪声</translation>
  </message>
  <message>
   <source>{n} Hz</source>
   <translation>{n} Hz</translation>
  </message>
  <message>
   <source>{n} dB</source>
   <translation>{n} dB</translation>
  </message>
  <message>
   <source>{n} dB SNR</source>
   <translation>信噪比 {n} dB</translation>
  </message>
  <message>
   <source>{n} frames</source>
   <translation>{n} 帧</translation>
  </message>
  <message>
   <source>{n} ms</source>
   <translation>{n} 毫秒</translation>
  </message>
 </context>
</TS>
