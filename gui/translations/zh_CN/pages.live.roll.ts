<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>LiveRoll</name>
  <message>
   <source>Gate or state</source>
   <translation>门或状态</translation>
  </message>
  <message>
   <source>Layer</source>
   <translation>层</translation>
  </message>
  <message>
   <source>What it hears</source>
   <translation>它听到的</translation>
  </message>
 </context>
</TS>
