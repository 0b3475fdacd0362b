<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>LiveReading</name>
  <message numerus="yes">
   <source>Classifying %n file(s)</source>
   <translation>
    <numerusform>正在分类 %n 个文件</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} of {total} files could not be read; the table says why.</source>
   <translation>{total} 个文件中有 {n} 个无法读取；原因见表格。</translation>
  </message>
 </context>
</TS>
