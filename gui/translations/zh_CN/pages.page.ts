<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>Page</name>
  <message>
   <source>All files (*)</source>
   <translation>所有文件 (*)</translation>
  </message>
  <message>
   <source>Models</source>
   <translation>模型</translation>
  </message>
  <message>
   <source>Open a data set folder</source>
   <translation>打开数据集文件夹</translation>
  </message>
  <message>
   <source>Open a model</source>
   <translation>打开模型</translation>
  </message>
  <message>
   <source>Where shall the folder with the spoken sample go?</source>
   <translation>语音示例文件夹放在哪里？</translation>
  </message>
 </context>
</TS>
