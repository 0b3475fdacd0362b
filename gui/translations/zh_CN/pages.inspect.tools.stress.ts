<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>StressTool</name>
  <message>
   <source>As it is</source>
   <translation>原样</translation>
  </message>
  <message>
   <source>Mean probability of the right class, {n} items, with its 95 % interval</source>
   <translation>正确类别的平均概率，{n} 个样本，附 95 % 区间</translation>
  </message>
  <message>
   <source>Measure</source>
   <translation>测量</translation>
  </message>
  <message>
   <source>Measuring under stress</source>
   <translation>正在加压测量</translation>
  </message>
  <message>
   <source>Move a slider: lens and answer follow, and play what the model hears.</source>
   <translation>移动滑块：透镜与答案随之变化，播放即为模型所听到的声音。</translation>
  </message>
  <message>
   <source>On the whole data set</source>
   <translation>在整个数据集上</translation>
  </message>
  <message>
   <source>Probability of the right class against the strength, for each class</source>
   <translation>每个类别的正确概率随强度的变化</translation>
  </message>
  <message>
   <source>Stress: curve (PNG) …</source>
   <translation>压力：曲线 (PNG)……</translation>
  </message>
  <message>
   <source>Stress: curve (SVG) …</source>
   <translation>压力：曲线 (SVG)……</translation>
  </message>
  <message>
   <source>Stress: numbers (CSV) …</source>
   <translation>压力：数值 (CSV)……</translation>
  </message>
  <message>
   <source>What is varied</source>
   <translation>改变什么</translation>
  </message>
  <message>
   <source>all items</source>
   <translation>所有样本</translation>
  </message>
  <message>
   <source>as it is</source>
   <translation>原样</translation>
  </message>
 </context>
</TS>
