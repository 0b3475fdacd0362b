<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>RunActions</name>
  <message>
   <source>All files (*)</source>
   <translation>所有文件 (*)</translation>
  </message>
  <message>
   <source>Models (*.seqclass)</source>
   <translation>模型 (*.seqclass)</translation>
  </message>
  <message>
   <source>Pictures (*.png)</source>
   <translation>图片 (*.png)</translation>
  </message>
  <message>
   <source>Save the curves</source>
   <translation>保存曲线</translation>
  </message>
  <message>
   <source>Saved as {path}</source>
   <translation>已保存为 {path}</translation>
  </message>
  <message>
   <source>Tables (*.csv)</source>
   <translation>表格 (*.csv)</translation>
  </message>
  <message>
   <source>The copy is {path}.</source>
   <translation>副本在 {path}。</translation>
  </message>
  <message>
   <source>Undo</source>
   <translation>撤销</translation>
  </message>
  <message>
   <source>Where shall the copy go?</source>
   <translation>副本保存到哪里？</translation>
  </message>
  <message>
   <source>{run} is in the bin.</source>
   <translation>{run} 已放进回收站。</translation>
  </message>
 </context>
</TS>
