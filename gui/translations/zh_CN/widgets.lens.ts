<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>Lens</name>
  <message>
   <source>Gates and states over time</source>
   <translation>随时间变化的门与状态</translation>
  </message>
 </context>
</TS>
