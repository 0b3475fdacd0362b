<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>ConfusionMatrix</name>
  <message>
   <source>Confusion matrix</source>
   <translation>混淆矩阵</translation>
  </message>
  <message>
   <source>It was {truth}, the model said {said}: {n} of {total} ({share} %)</source>
   <translation>实际是 {truth}，模型答 {said}：{total} 个中 {n} 个（{share} %）</translation>
  </message>
  <message>
   <source>What the model said →</source>
   <translation>模型的回答 →</translation>
  </message>
  <message>
   <source>← What it was</source>
   <translation>← 实际类别</translation>
  </message>
 </context>
</TS>
