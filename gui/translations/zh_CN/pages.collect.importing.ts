<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>Imports</name>
  <message numerus="yes">
   <source>%n file(s) imported.</source>
   <translation>
    <numerusform>已导入 %n 个文件。</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>%n file(s) refused.</source>
   <translation>
    <numerusform>%n 个文件被拒绝。</numerusform>
   </translation>
  </message>
  <message>
   <source>A folder</source>
   <translation>文件夹</translation>
  </message>
  <message>
   <source>Import files</source>
   <translation>导入文件</translation>
  </message>
  <message>
   <source>Import its files</source>
   <translation>导入其中的文件</translation>
  </message>
  <message>
   <source>Importing into {name}</source>
   <translation>正在导入到“{name}”</translation>
  </message>
  <message>
   <source>Open it</source>
   <translation>打开它</translation>
  </message>
  <message>
   <source>The details say why.</source>
   <translation>详情中有原因。</translation>
  </message>
  <message>
   <source>classes named like their folders</source>
   <translation>与文件夹同名的类别</translation>
  </message>
  <message>
   <source>{name} is a folder. Its files can become items of this data set, or it can be opened by itself.</source>
   <translation>“{name}”是一个文件夹。可以把其中的文件导入此数据集，也可以单独打开它。</translation>
  </message>
 </context>
</TS>
