<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>TimeScroll</name>
  <message>
   <source>Fit</source>
   <translation>全部</translation>
  </message>
  <message>
   <source>Show less of the time, larger</source>
   <translation>显示更短的时间，放大</translation>
  </message>
  <message>
   <source>Show less of the time, larger (+)</source>
   <translation>显示更短的时间，放大（+）</translation>
  </message>
  <message>
   <source>Show more of the time</source>
   <translation>显示更长的时间</translation>
  </message>
  <message>
   <source>Show more of the time (−)</source>
   <translation>显示更长的时间（−）</translation>
  </message>
  <message>
   <source>Show the whole item</source>
   <translation>显示整个条目</translation>
  </message>
  <message>
   <source>Show the whole item (0)</source>
   <translation>显示整个条目（0）</translation>
  </message>
  <message>
   <source>Visible part of the time</source>
   <translation>可见的时间范围</translation>
  </message>
 </context>
</TS>
