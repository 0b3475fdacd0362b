<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>EvaluatePage</name>
  <message>
   <source>Another cell of the confusion matrix</source>
   <translation>混淆矩阵的另一格</translation>
  </message>
  <message>
   <source>Evaluate</source>
   <translation>评估</translation>
  </message>
  <message>
   <source>Hear the item, or stop</source>
   <translation>播放条目，或停止</translation>
  </message>
  <message>
   <source>Look inside the model at the item</source>
   <translation>查看模型对该条目的内部状态</translation>
  </message>
  <message>
   <source>No cell: all mistakes</source>
   <translation>不选单元格：全部错误</translation>
  </message>
  <message>
   <source>No model to evaluate</source>
   <translation>尚无可评估的模型</translation>
  </message>
  <message>
   <source>Open a model …</source>
   <translation>打开模型…</translation>
  </message>
  <message>
   <source>Open a model, or train one. Its results on items that it never learned from will stand here.</source>
   <translation>请打开或训练一个模型。它在从未学习过的条目上的结果将显示在这里。</translation>
  </message>
  <message>
   <source>Train one</source>
   <translation>训练一个模型</translation>
  </message>
 </context>
</TS>
