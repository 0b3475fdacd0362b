<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>CompareView</name>
  <message numerus="yes">
   <source>%n item(s) are not compared: one of the models has learned from them or does not know their label.</source>
   <translation>
    <numerusform>%n 个条目未参与比较：其中一个模型学过它们，或不认识其标签。</numerusform>
   </translation>
  </message>
  <message>
   <source>Another model …</source>
   <translation>另一个模型 …</translation>
  </message>
  <message>
   <source>Both are right</source>
   <translation>两者都对</translation>
  </message>
  <message>
   <source>Both equally near</source>
   <translation>两者同样接近</translation>
  </message>
  <message>
   <source>Both models by class</source>
   <translation>两个模型各类别的结果</translation>
  </message>
  <message>
   <source>Change</source>
   <translation>变化</translation>
  </message>
  <message>
   <source>Choose another model: both are asked the same items. You see which one is better, whether that is more than chance, and which items have changed sides.</source>
   <translation>请选择另一个模型：两者回答相同的条目。您将看到哪个更好、差别是否超出偶然，以及哪些条目的对错发生了变化。</translation>
  </message>
  <message>
   <source>Class</source>
   <translation>类别</translation>
  </message>
  <message>
   <source>Compare with</source>
   <translation>比较对象</translation>
  </message>
  <message>
   <source>Count</source>
   <translation>数量</translation>
  </message>
  <message>
   <source>Items</source>
   <translation>条目</translation>
  </message>
  <message>
   <source>Items by which model has them right</source>
   <translation>按哪个模型答对划分的条目</translation>
  </message>
  <message>
   <source>McNemar's exact test on the items that changed sides</source>
   <translation>对结果不同的条目作 McNemar 精确检验</translation>
  </message>
  <message>
   <source>Model to compare with</source>
   <translation>要比较的模型</translation>
  </message>
  <message>
   <source>Neither is right</source>
   <translation>两者都错</translation>
  </message>
  <message>
   <source>Only {first} is right</source>
   <translation>只有 {first} 对</translation>
  </message>
  <message>
   <source>Only {second} is right</source>
   <translation>只有 {second} 对</translation>
  </message>
  <message>
   <source>Share</source>
   <translation>占比</translation>
  </message>
  <message>
   <source>The other model is asked for each item …</source>
   <translation>正在向另一个模型询问每个条目 …</translation>
  </message>
  <message>
   <source>These items do not tell which of the two is better: chance alone makes such a difference.</source>
   <translation>这些条目无法说明哪个更好：这样的差别偶然也会出现。</translation>
  </message>
  <message>
   <source>difference (95 %: {low} to {high})</source>
   <translation>差值（95 %：{low} 至 {high}）</translation>
  </message>
  <message>
   <source>how often chance brings this about</source>
   <translation>偶然出现的概率</translation>
  </message>
  <message>
   <source>no other model</source>
   <translation>无其他模型</translation>
  </message>
  <message>
   <source>{better} is better on these items, by more than chance.</source>
   <translation>{better} 在这些条目上更好，差别超出偶然。</translation>
  </message>
  <message>
   <source>{first} is nearer</source>
   <translation>{first} 更接近</translation>
  </message>
  <message>
   <source>{second} does not answer the same question: there is nothing to compare.</source>
   <translation>{second} 回答的不是同一个问题：无可比较。</translation>
  </message>
  <message>
   <source>{second} is nearer</source>
   <translation>{second} 更接近</translation>
  </message>
 </context>
</TS>
