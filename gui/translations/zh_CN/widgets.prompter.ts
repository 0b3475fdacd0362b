<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>Prompter</name>
  <message>
   <source>Takes that are kept</source>
   <translation>已保留的录音</translation>
  </message>
 </context>
</TS>
