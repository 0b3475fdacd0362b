<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>TourModel</name>
  <message>
   <source>Another training is under way.</source>
   <translation>另一个训练正在进行。</translation>
  </message>
  <message>
   <source>Making the spoken sample</source>
   <translation>正在生成语音示例</translation>
  </message>
  <message>
   <source>Open the model</source>
   <translation>打开模型</translation>
  </message>
  <message>
   <source>The sample could not be read.</source>
   <translation>无法读取示例。</translation>
  </message>
  <message>
   <source>The tour's model is trained.</source>
   <translation>导览的模型训练完成。</translation>
  </message>
  <message>
   <source>Training {name}</source>
   <translation>正在训练 {name}</translation>
  </message>
 </context>
</TS>
