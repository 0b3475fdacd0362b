<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>Worker</name>
  <message>
   <source>Cancelled.</source>
   <translation>已取消。</translation>
  </message>
 </context>
</TS>
