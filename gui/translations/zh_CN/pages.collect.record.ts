<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>RecordView</name>
  <message numerus="yes">
   <source>%n take(s) kept</source>
   <translation>
    <numerusform>已保留 %n 次录音</numerusform>
   </translation>
  </message>
  <message>
   <source>The take that was under way is kept; Collect offers it when you come back.</source>
   <translation>正在录的内容已保留；回到“采集”时会提供给您。</translation>
  </message>
 </context>
</TS>
