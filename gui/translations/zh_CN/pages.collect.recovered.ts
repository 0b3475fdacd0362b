<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>RecoveredTakes</name>
  <message>
   <source>A take of {length} s from {time} was not finished. It is meant for: {label}.</source>
   <translation>{time} 有一段 {length} 秒的录音未完成，所属类别：{label}。</translation>
  </message>
  <message>
   <source>Choose the class first, to the left.</source>
   <translation>请先在左侧选择类别。</translation>
  </message>
  <message>
   <source>Delete</source>
   <translation>删除</translation>
  </message>
  <message>
   <source>Keep</source>
   <translation>保留</translation>
  </message>
  <message>
   <source>Play</source>
   <translation>播放</translation>
  </message>
  <message>
   <source>Stop</source>
   <translation>停止</translation>
  </message>
  <message>
   <source>There are {n} such takes.</source>
   <translation>这样的录音共有 {n} 段。</translation>
  </message>
  <message>
   <source>the chosen class</source>
   <translation>选中的类别</translation>
  </message>
 </context>
</TS>
