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
   <source>No sound comes from {name} at the moment.</source>
   <translation>{name} 目前没有传来声音。</translation>
  </message>
  <message>
   <source>Speaker</source>
   <translation>说话人</translation>
  </message>
  <message>
   <source>The computer was too busy: some sound was lost.</source>
   <translation>电脑过于繁忙：部分声音已丢失。</translation>
  </message>
  <message>
   <source>unknown</source>
   <translation>未知</translation>
  </message>
  <message>
   <source>{name} gives nothing but digital silence: it is muted, or this program may not hear it. Unmute it or allow it in the system's settings.</source>
   <translation>{name} 只传来数字静音：它已被静音，或本程序无权使用。请在系统设置中取消静音或授予权限。</translation>
  </message>
  <message>
   <source>{name} has gone.</source>
   <translation>{name} 已断开。</translation>
  </message>
  <message>
   <source>{name} is unplugged; {other} listens in its place.</source>
   <translation>{name} 已拔出；现由 {other} 代替。</translation>
  </message>
 </context>
</TS>
