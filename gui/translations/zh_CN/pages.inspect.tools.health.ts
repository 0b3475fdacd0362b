<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>HealthTool</name>
  <message>
   <source>All items</source>
   <translation>所有样本</translation>
  </message>
  <message>
   <source>Change</source>
   <translation>变化</translation>
  </message>
  <message>
   <source>Compare with a model</source>
   <translation>与一个模型比较</translation>
  </message>
  <message>
   <source>Compare with a model …</source>
   <translation>与模型比较……</translation>
  </message>
  <message>
   <source>Difference of the two models</source>
   <translation>两个模型的差异</translation>
  </message>
  <message>
   <source>Examine</source>
   <translation>检查</translation>
  </message>
  <message>
   <source>Examining the gates</source>
   <translation>正在检查各个门</translation>
  </message>
  <message>
   <source>Figure</source>
   <translation>指标</translation>
  </message>
  <message>
   <source>Health: every unit (CSV) …</source>
   <translation>健康：每个单元 (CSV)……</translation>
  </message>
  <message>
   <source>Health: {layer} (PNG) …</source>
   <translation>健康：{layer} (PNG)……</translation>
  </message>
  <message>
   <source>Health: {layer} (SVG) …</source>
   <translation>健康：{layer} (SVG)……</translation>
  </message>
  <message>
   <source>Models (*.seqclass)</source>
   <translation>模型 (*.seqclass)</translation>
  </message>
  <message>
   <source>Nothing: gates open and close, and every unit takes part.</source>
   <translation>没有：门有开有合，每个单元都参与其中。</translation>
  </message>
  <message>
   <source>Open a data set to examine the gates over its items.</source>
   <translation>打开数据集，即可在其样本上检查各个门。</translation>
  </message>
  <message>
   <source>Other</source>
   <translation>另一个</translation>
  </message>
  <message>
   <source>Part of the data set</source>
   <translation>数据集的部分</translation>
  </message>
  <message>
   <source>Press Examine: every item of the part runs through the model, and its gates are counted.</source>
   <translation>按“检查”：该部分的每个样本都会经过模型，并统计各个门。</translation>
  </message>
  <message>
   <source>Test part</source>
   <translation>测试部分</translation>
  </message>
  <message>
   <source>This</source>
   <translation>此模型</translation>
  </message>
  <message>
   <source>Training part</source>
   <translation>训练部分</translation>
  </message>
  <message>
   <source>Validation part</source>
   <translation>验证部分</translation>
  </message>
  <message>
   <source>What fits best</source>
   <translation>最合适的部分</translation>
  </message>
  <message>
   <source>What stands out</source>
   <translation>值得注意</translation>
  </message>
  <message>
   <source>always</source>
   <translation>总是</translation>
  </message>
  <message>
   <source>never</source>
   <translation>从不</translation>
  </message>
  <message>
   <source>other less this</source>
   <translation>另一个减此模型</translation>
  </message>
  <message>
   <source>the open model</source>
   <translation>打开的模型</translation>
  </message>
  <message>
   <source>the other model</source>
   <translation>另一个模型</translation>
  </message>
  <message>
   <source>without end</source>
   <translation>没有尽头</translation>
  </message>
  <message>
   <source>{gate} &lt; 0.1</source>
   <translation>{gate} &lt; 0.1</translation>
  </message>
  <message>
   <source>{gate} &gt; 0.9</source>
   <translation>{gate} &gt; 0.9</translation>
  </message>
  <message>
   <source>{items} items, {frames} frames. Colour: in what share of the frames.</source>
   <translation>{items} 个样本，{frames} 帧。颜色：占多大比例的帧。</translation>
  </message>
  <message>
   <source>{n} frames, items last {clip}</source>
   <translation>{n} 帧，样本长 {clip} 帧</translation>
  </message>
  <message>
   <source>{n} ms, items last {clip} ms</source>
   <translation>{n} 毫秒，样本长 {clip} 毫秒</translation>
  </message>
  <message>
   <source>{n} units: {dead} dead, {unwritten} never written, {latched} latched. Half-life of the median unit: {life}</source>
   <translation>{n} 个单元：{dead} 个沉寂，{unwritten} 个从未写入，{latched} 个锁住。中位单元的半衰期：{life}</translation>
  </message>
 </context>
</TS>
