<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>SlicesView</name>
  <message>
   <source>95 %</source>
   <translation>95 %</translation>
  </message>
  <message>
   <source>95 % interval, if items were independent</source>
   <translation>95 % 区间（假设条目相互独立）</translation>
  </message>
  <message>
   <source>Accuracy</source>
   <translation>正确率</translation>
  </message>
  <message>
   <source>Accuracy with its 95 % interval; the dashed line is that of all items</source>
   <translation>正确率及其 95 % 区间；虚线为全部条目的值</translation>
  </message>
  <message>
   <source>Divided by</source>
   <translation>划分依据</translation>
  </message>
  <message>
   <source>Figures of each part</source>
   <translation>各部分的数值</translation>
  </message>
  <message>
   <source>Items</source>
   <translation>条目</translation>
  </message>
  <message>
   <source>Length in frames</source>
   <translation>长度（帧）</translation>
  </message>
  <message>
   <source>Length in seconds</source>
   <translation>长度（秒）</translation>
  </message>
  <message>
   <source>Length in words</source>
   <translation>长度（词）</translation>
  </message>
  <message>
   <source>MAE</source>
   <translation>平均绝对误差</translation>
  </message>
  <message>
   <source>Mean absolute error; the dashed line is that of all items</source>
   <translation>平均绝对误差；虚线为全部条目的值</translation>
  </message>
  <message>
   <source>RMSE</source>
   <translation>均方根误差</translation>
  </message>
  <message>
   <source>Sample rate</source>
   <translation>采样率</translation>
  </message>
  <message>
   <source>Share that was right</source>
   <translation>答对的占比</translation>
  </message>
  <message>
   <source>Speaker or group</source>
   <translation>说话人或分组</translation>
  </message>
  <message>
   <source>What the items are divided by</source>
   <translation>条目的划分依据</translation>
  </message>
  <message>
   <source>not known</source>
   <translation>未知</translation>
  </message>
 </context>
</TS>
