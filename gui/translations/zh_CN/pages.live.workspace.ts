<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>LiveWorkspace</name>
  <message>
   <source>Border between the picture and the events</source>
   <translation>图像与事件之间的分隔线</translation>
  </message>
  <message>
   <source>Files to classify</source>
   <translation>要分类的文件</translation>
  </message>
  <message>
   <source>Put into the data set as {label}.</source>
   <translation>已作为 {label} 放入数据集。</translation>
  </message>
  <message>
   <source>Undo</source>
   <translation>撤销</translation>
  </message>
  <message>
   <source>unknown</source>
   <translation>未知</translation>
  </message>
 </context>
</TS>
