<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>RunCurvesView</name>
  <message>
   <source>Accuracy</source>
   <translation>正确率</translation>
  </message>
  <message>
   <source>Chart of {figure} by epoch</source>
   <translation>{figure}随轮数变化的图表</translation>
  </message>
  <message>
   <source>Curves as they are</source>
   <translation>原始曲线</translation>
  </message>
  <message>
   <source>Epoch</source>
   <translation>轮</translation>
  </message>
  <message>
   <source>Epoch {n}</source>
   <translation>第 {n} 轮</translation>
  </message>
  <message>
   <source>Figure in the chart on the right</source>
   <translation>右图中的指标</translation>
  </message>
  <message>
   <source>Learning rate</source>
   <translation>学习率</translation>
  </message>
  <message>
   <source>Loss</source>
   <translation>损失</translation>
  </message>
  <message>
   <source>Loss on a logarithmic axis</source>
   <translation>损失用对数坐标</translation>
  </message>
  <message>
   <source>Mean absolute error</source>
   <translation>平均绝对误差</translation>
  </message>
  <message>
   <source>Save as a picture (PNG) …</source>
   <translation>另存为图片 (PNG) …</translation>
  </message>
  <message>
   <source>Save as a table (CSV) …</source>
   <translation>另存为表格 (CSV) …</translation>
  </message>
  <message>
   <source>Show the training part</source>
   <translation>显示训练部分</translation>
  </message>
  <message>
   <source>Smoothed a little</source>
   <translation>略微平滑</translation>
  </message>
  <message>
   <source>Smoothed much</source>
   <translation>高度平滑</translation>
  </message>
  <message>
   <source>Smoothing, axis, export</source>
   <translation>平滑、坐标轴、导出</translation>
  </message>
  <message>
   <source>The curves begin when the first epoch is done.</source>
   <translation>第一轮完成后曲线开始出现。</translation>
  </message>
  <message>
   <source>training</source>
   <translation>训练</translation>
  </message>
  <message>
   <source>validation</source>
   <translation>验证</translation>
  </message>
 </context>
 <context>
  <name>_Legend</name>
  <message>
   <source>Kept</source>
   <translation>保留的一轮</translation>
  </message>
  <message>
   <source>Legend: {runs}</source>
   <translation>图例：{runs}</translation>
  </message>
  <message>
   <source>Training</source>
   <translation>训练</translation>
  </message>
  <message>
   <source>Training, with variation and dropout</source>
   <translation>训练（含数据变化与丢弃）</translation>
  </message>
  <message>
   <source>Validation</source>
   <translation>验证</translation>
  </message>
 </context>
</TS>
