<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>ProbabilityBars</name>
  <message>
   <source>How sure the model is of each class. The line is the threshold: below it a word is unknown.</source>
   <translation>模型对每个类别的把握。虚线是阈值：低于它的词算未知。</translation>
  </message>
  <message>
   <source>Probability of each class</source>
   <translation>每个类别的概率</translation>
  </message>
 </context>
</TS>
