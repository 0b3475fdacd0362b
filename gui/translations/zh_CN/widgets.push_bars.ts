<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>PushBars</name>
  <message>
   <source>What each unit adds</source>
   <translation>每个单元的贡献</translation>
  </message>
 </context>
</TS>
