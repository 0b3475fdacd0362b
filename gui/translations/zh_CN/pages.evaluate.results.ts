<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>ResultsView</name>
  <message>
   <source>Answers less sure than this count as unknown</source>
   <translation>把握低于此值的回答算作未知</translation>
  </message>
  <message>
   <source>Border between results and items</source>
   <translation>结果与条目之间的分界</translation>
  </message>
  <message>
   <source>Calibration</source>
   <translation>校准</translation>
  </message>
  <message>
   <source>Class</source>
   <translation>类别</translation>
  </message>
  <message>
   <source>Classes</source>
   <translation>类别</translation>
  </message>
  <message>
   <source>Click a cell to see and hear its items.</source>
   <translation>点击单元格，查看并播放其中的条目。</translation>
  </message>
  <message>
   <source>Click a cell to see its items.</source>
   <translation>点击单元格以查看其条目。</translation>
  </message>
  <message>
   <source>Compare</source>
   <translation>比较</translation>
  </message>
  <message>
   <source>Confusion</source>
   <translation>混淆矩阵</translation>
  </message>
  <message>
   <source>Counts</source>
   <translation>计数</translation>
  </message>
  <message>
   <source>F1</source>
   <translation>F1</translation>
  </message>
  <message>
   <source>Figures of each class</source>
   <translation>各类别的指标</translation>
  </message>
  <message>
   <source>Harmonic mean of precision and recall</source>
   <translation>精确率与召回率的调和平均</translation>
  </message>
  <message>
   <source>It was {truth}, the model said {said}</source>
   <translation>实际是 {truth}，模型答 {said}</translation>
  </message>
  <message>
   <source>Items</source>
   <translation>条目</translation>
  </message>
  <message>
   <source>Items of the class</source>
   <translation>该类别的条目数</translation>
  </message>
  <message>
   <source>Largest errors first</source>
   <translation>误差最大的在前</translation>
  </message>
  <message>
   <source>Mistakes, worst first</source>
   <translation>错误，最差的在前</translation>
  </message>
  <message>
   <source>Precision</source>
   <translation>精确率</translation>
  </message>
  <message>
   <source>Rates</source>
   <translation>比率</translation>
  </message>
  <message>
   <source>Recall</source>
   <translation>召回率</translation>
  </message>
  <message>
   <source>Scatter</source>
   <translation>散点图</translation>
  </message>
  <message>
   <source>Share of the class's items that were so named</source>
   <translation>该类别的条目中被正确认出的比例</translation>
  </message>
  <message>
   <source>Share of the items so named that are of the class</source>
   <translation>被答为该类别的条目中确属该类别的比例</translation>
  </message>
  <message>
   <source>Slices</source>
   <translation>分组</translation>
  </message>
  <message>
   <source>The item clicked, then the largest errors</source>
   <translation>点选的条目，其后为最大的误差</translation>
  </message>
  <message>
   <source>Threshold</source>
   <translation>阈值</translation>
  </message>
  <message>
   <source>Unknown below</source>
   <translation>低于此值算未知</translation>
  </message>
  <message>
   <source>Views of the results</source>
   <translation>结果视图</translation>
  </message>
  <message>
   <source>What was {label}, worst first</source>
   <translation>实际为 {label} 的条目，最差的在前</translation>
  </message>
  <message>
   <source>unknown</source>
   <translation>未知</translation>
  </message>
  <message>
   <source>{threshold} %: no item gets an answer</source>
   <translation>{threshold} %：没有条目得到回答</translation>
  </message>
  <message>
   <source>{threshold} %: {covered} % get an answer, {right} % of these are right</source>
   <translation>{threshold} %：{covered} % 的条目得到回答，其中 {right} % 正确</translation>
  </message>
  <message>
   <source>{what}: {part}, worst first</source>
   <translation>{what}：{part}，最差的在前</translation>
  </message>
 </context>
</TS>
