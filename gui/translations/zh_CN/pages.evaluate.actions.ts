<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>ItemActions</name>
  <message>
   <source>Reports (*.json)</source>
   <translation>报告 (*.json)</translation>
  </message>
  <message>
   <source>Save the answers</source>
   <translation>保存回答</translation>
  </message>
  <message>
   <source>Save the confusion matrix</source>
   <translation>保存混淆矩阵</translation>
  </message>
  <message>
   <source>Save the report</source>
   <translation>保存报告</translation>
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
   <source>The data set was changed since. Take back the later changes on the Collect page first.</source>
   <translation>此后数据集又有改动。请先在“采集”页面撤销后来的改动。</translation>
  </message>
  <message>
   <source>The label is again what it was.</source>
   <translation>标签已恢复原样。</translation>
  </message>
  <message>
   <source>Undo</source>
   <translation>撤销</translation>
  </message>
  <message>
   <source>{item} is now {label}; it was {was}.</source>
   <translation>{item} 的标签现为 {label}，原为 {was}。</translation>
  </message>
 </context>
</TS>
