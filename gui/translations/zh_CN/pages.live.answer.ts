<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>LiveAnswer</name>
  <message>
   <source>Cannot be read</source>
   <translation>无法读取</translation>
  </message>
  <message>
   <source>Nothing heard yet</source>
   <translation>还没有听到声音</translation>
  </message>
  <message>
   <source>What the bars are about</source>
   <translation>条形所指的目标</translation>
  </message>
  <message>
   <source>Whose bars: which target</source>
   <translation>条形属于哪个目标</translation>
  </message>
  <message>
   <source>perhaps {label}, {n} %</source>
   <translation>可能是 {label}，{n}%</translation>
  </message>
  <message>
   <source>unknown</source>
   <translation>未知</translation>
  </message>
  <message>
   <source>{label} …</source>
   <translation>{label} …</translation>
  </message>
  <message>
   <source>{n} % so far</source>
   <translation>目前 {n}%</translation>
  </message>
  <message>
   <source>{n} % sure</source>
   <translation>把握 {n}%</translation>
  </message>
  <message>
   <source>{n} ms after its end</source>
   <translation>说完后 {n} 毫秒</translation>
  </message>
 </context>
</TS>
