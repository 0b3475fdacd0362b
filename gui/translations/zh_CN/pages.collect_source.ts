<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>RecordSource</name>
  <message>
   <source>Class</source>
   <translation>类别</translation>
  </message>
  <message>
   <source>Microphone</source>
   <translation>麦克风</translation>
  </message>
  <message>
   <source>No microphone was found. Plug one in, or switch it on.</source>
   <translation>没有找到麦克风。请插入或打开一个。</translation>
  </message>
  <message>
   <source>Speaker</source>
   <translation>说话人</translation>
  </message>
  <message>
   <source>unknown</source>
   <translation>未知</translation>
  </message>
  <message>
   <source>{name} is unplugged; {other} listens in its place.</source>
   <translation>{name} 已拔出；现由 {other} 代替。</translation>
  </message>
 </context>
</TS>
