<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>LevelMeter</name>
  <message>
   <source>Level in dB; speak so that it stays below -6. The line holds the peak.</source>
   <translation>电平（dB）；说话时请保持在 -6 以下。竖线保持峰值。</translation>
  </message>
  <message>
   <source>Level of the microphone</source>
   <translation>麦克风电平</translation>
  </message>
  <message>
   <source>too loud</source>
   <translation>过大</translation>
  </message>
 </context>
</TS>
