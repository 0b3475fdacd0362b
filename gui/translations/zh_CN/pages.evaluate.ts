<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>EvaluatePage</name>
  <message>
   <source>A model is open</source>
   <translation>模型已打开</translation>
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
   <source>Open the data set to measure it on.</source>
   <translation>请打开要用来评估它的数据集。</translation>
  </message>
  <message>
   <source>Show the data set</source>
   <translation>查看数据集</translation>
  </message>
 </context>
</TS>
