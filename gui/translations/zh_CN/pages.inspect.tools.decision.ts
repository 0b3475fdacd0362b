<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>DecisionTool</name>
  <message>
   <source>A local estimate: hidden layers stand between the units and the answer.</source>
   <translation>局部估计：单元与答案之间有隐藏层。</translation>
  </message>
  <message>
   <source>At {when} the value is {value}; it is made of</source>
   <translation>在 {when}，数值为 {value}；其组成为</translation>
  </message>
  <message>
   <source>At {when} “{winner}” is ahead of “{runner_up}” by {lead} in logits</source>
   <translation>在 {when}，“{winner}”领先“{runner_up}” {lead}（logit）</translation>
  </message>
  <message>
   <source>Being computed …</source>
   <translation>正在计算……</translation>
  </message>
  <message>
   <source>Changes of the lead</source>
   <translation>领先者的更替</translation>
  </message>
  <message>
   <source>Decision: probabilities over time (CSV) …</source>
   <translation>决策：随时间的概率 (CSV)……</translation>
  </message>
  <message>
   <source>Decision: who pushes here (PNG) …</source>
   <translation>决策：此处谁在推动 (PNG)……</translation>
  </message>
  <message>
   <source>Decision: who pushes here (SVG) …</source>
   <translation>决策：此处谁在推动 (SVG)……</translation>
  </message>
  <message>
   <source>Exact: the bars sum to the lead.</source>
   <translation>精确：各条之和即领先量。</translation>
  </message>
  <message>
   <source>Exact: the bars sum to the value.</source>
   <translation>精确：各条之和等于该值。</translation>
  </message>
  <message>
   <source>The class that is pushed</source>
   <translation>被推动的类别</translation>
  </message>
  <message>
   <source>The class that it is compared with</source>
   <translation>与之比较的类别</translation>
  </message>
  <message>
   <source>The value goes from {first} to {last}; its greatest step is at {when}.</source>
   <translation>数值从 {first} 变到 {last}；最大的一步在 {when}。</translation>
  </message>
  <message>
   <source>Who pushes here</source>
   <translation>此处谁在推动</translation>
  </message>
  <message>
   <source>biases</source>
   <translation>偏置</translation>
  </message>
  <message>
   <source>over</source>
   <translation>相对于</translation>
  </message>
  <message>
   <source>the next</source>
   <translation>第二名</translation>
  </message>
  <message>
   <source>who leads</source>
   <translation>领先者</translation>
  </message>
  <message>
   <source>{n} others</source>
   <translation>其余 {n} 个</translation>
  </message>
  <message>
   <source>“{label}” leads for good from {when} on.</source>
   <translation>“{label}”自 {when} 起一直领先。</translation>
  </message>
  <message>
   <source>“{label}” leads from the first frame on.</source>
   <translation>“{label}”从第一帧起一直领先。</translation>
  </message>
 </context>
</TS>
