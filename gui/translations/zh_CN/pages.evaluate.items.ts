<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>ItemsPanel</name>
  <message numerus="yes">
   <source>%n item(s)</source>
   <translation>
    <numerusform>%n 个条目</numerusform>
   </translation>
  </message>
  <message>
   <source>All mistakes</source>
   <translation>全部错误</translation>
  </message>
  <message>
   <source>Correct the label</source>
   <translation>更正标签</translation>
  </message>
  <message>
   <source>Error</source>
   <translation>误差</translation>
  </message>
  <message>
   <source>Give this item another label in the data set; can be undone</source>
   <translation>在数据集中给该条目换一个标签；可以撤销</translation>
  </message>
  <message>
   <source>Hear the item (Space)</source>
   <translation>播放条目（空格键）</translation>
  </message>
  <message>
   <source>Inspect</source>
   <translation>检视</translation>
  </message>
  <message>
   <source>It was</source>
   <translation>实际</translation>
  </message>
  <message>
   <source>Item</source>
   <translation>条目</translation>
  </message>
  <message>
   <source>Items, worst first</source>
   <translation>条目，最差的在前</translation>
  </message>
  <message>
   <source>Look at its gates and states (Enter)</source>
   <translation>查看它的门和状态（回车键）</translation>
  </message>
  <message>
   <source>Play</source>
   <translation>播放</translation>
  </message>
  <message>
   <source>Probability of what it was</source>
   <translation>实际类别的概率</translation>
  </message>
  <message>
   <source>Probability of what the model said</source>
   <translation>模型所答类别的概率</translation>
  </message>
  <message>
   <source>Said</source>
   <translation>回答</translation>
  </message>
  <message>
   <source>Stop</source>
   <translation>停止</translation>
  </message>
  <message>
   <source>Sure</source>
   <translation>把握</translation>
  </message>
  <message>
   <source>Text of the item</source>
   <translation>条目文本</translation>
  </message>
  <message>
   <source>Truth</source>
   <translation>真值</translation>
  </message>
  <message>
   <source>Was → said</source>
   <translation>实际 → 回答</translation>
  </message>
  <message>
   <source>the first {n} are listed</source>
   <translation>列出前 {n} 个</translation>
  </message>
 </context>
</TS>
