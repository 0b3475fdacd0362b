<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>InspectPage</name>
  <message>
   <source>A model is open</source>
   <translation>模型已打开</translation>
  </message>
  <message>
   <source>Choose an item of the data set to look at.</source>
   <translation>请从数据集中选择一个要检视的条目。</translation>
  </message>
  <message>
   <source>Look inside a model</source>
   <translation>看看模型内部</translation>
  </message>
  <message>
   <source>Open a model …</source>
   <translation>打开模型…</translation>
  </message>
  <message>
   <source>Open a model, or train one. Then choose an item and see its gates and states over time, layer by layer.</source>
   <translation>请打开或训练一个模型，然后选择一个条目，逐层查看各个门和状态随时间的变化。</translation>
  </message>
  <message>
   <source>Show the data set</source>
   <translation>查看数据集</translation>
  </message>
 </context>
</TS>
