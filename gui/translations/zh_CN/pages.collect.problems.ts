<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>ProblemsView</name>
  <message>
   <source>Every file of this data set can be used.</source>
   <translation>此数据集的所有文件均可使用。</translation>
  </message>
  <message>
   <source>File</source>
   <translation>文件</translation>
  </message>
  <message>
   <source>Files that are not used</source>
   <translation>未使用的文件</translation>
  </message>
  <message>
   <source>Put into the bin</source>
   <translation>放入回收站</translation>
  </message>
  <message>
   <source>Why it is not used</source>
   <translation>未使用的原因</translation>
  </message>
 </context>
</TS>
