<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>CalibrationPlot</name>
  <message>
   <source>Calibration</source>
   <translation>校准</translation>
  </message>
  <message>
   <source>Calibration error (ECE): {ece} %</source>
   <translation>校准误差 (ECE)：{ece} %</translation>
  </message>
  <message>
   <source>How often it is right</source>
   <translation>实际正确率</translation>
  </message>
  <message>
   <source>How sure the model says it is</source>
   <translation>模型自称的把握</translation>
  </message>
  <message>
   <source>above the line: right more often than it says</source>
   <translation>线上方：比自称的更常正确</translation>
  </message>
  <message>
   <source>bars: how many items</source>
   <translation>柱：条目数</translation>
  </message>
  <message>
   <source>below: too sure of itself</source>
   <translation>线下方：过于自信</translation>
  </message>
  <message numerus="yes">
   <source>{low} to {high} % sure: right in {accuracy} % of %n item(s)</source>
   <translation>
    <numerusform>把握 {low} 至 {high} %：%n 个条目中 {accuracy} % 正确</numerusform>
   </translation>
  </message>
 </context>
 <context>
  <name>ScatterPlot</name>
  <message>
   <source>What it was</source>
   <translation>实际上是什么</translation>
  </message>
  <message>
   <source>What the model said</source>
   <translation>模型的回答</translation>
  </message>
  <message>
   <source>{target}: said against true</source>
   <translation>{target}：回答与实际</translation>
  </message>
 </context>
 <context>
  <name>ThresholdPlot</name>
  <message>
   <source>Answers less sure than this count as unknown</source>
   <translation>把握低于此值的回答算作未知</translation>
  </message>
  <message>
   <source>Share of the items</source>
   <translation>条目比例</translation>
  </message>
  <message>
   <source>What a threshold does</source>
   <translation>阈值的作用</translation>
  </message>
  <message>
   <source>get an answer</source>
   <translation>得到回答</translation>
  </message>
  <message>
   <source>of these are right</source>
   <translation>其中正确</translation>
  </message>
 </context>
</TS>
