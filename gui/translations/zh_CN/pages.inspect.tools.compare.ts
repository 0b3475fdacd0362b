<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>CompareTool</name>
  <message>
   <source>Aligning two takes</source>
   <translation>正在对齐两段录音</translation>
  </message>
  <message>
   <source>Aligning …</source>
   <translation>正在对齐……</translation>
  </message>
  <message>
   <source>Begin with this item</source>
   <translation>以此样本为第一个</translation>
  </message>
  <message>
   <source>Choose an item in the list.</source>
   <translation>请在列表中选择一个样本。</translation>
  </message>
  <message>
   <source>Compare with a model</source>
   <translation>与一个模型比较</translation>
  </message>
  <message>
   <source>Compare: all differences (NPZ) …</source>
   <translation>比较：所有差异 (NPZ)……</translation>
  </message>
  <message>
   <source>Compare: drawing (SVG) …</source>
   <translation>比较：矢量图 (SVG)……</translation>
  </message>
  <message>
   <source>Compare: picture (PNG) …</source>
   <translation>比较：图片 (PNG)……</translation>
  </message>
  <message>
   <source>First: {item}. Now choose another item in the list, a class or a model.</source>
   <translation>第一个：{item}。现在请在列表中选另一个样本、一个类别或一个模型。</translation>
  </message>
  <message>
   <source>Layer</source>
   <translation>层</translation>
  </message>
  <message>
   <source>Models (*.seqclass)</source>
   <translation>模型 (*.seqclass)</translation>
  </message>
  <message>
   <source>Play the first from here</source>
   <translation>从此处播放第一个</translation>
  </message>
  <message>
   <source>Play the second from here</source>
   <translation>从此处播放第二个</translation>
  </message>
  <message>
   <source>The item in the list becomes the first one</source>
   <translation>列表中的样本成为第一个</translation>
  </message>
  <message>
   <source>Where they part</source>
   <translation>二者分开之处</translation>
  </message>
  <message>
   <source>With a typical take of</source>
   <translation>与某类的典型录音</translation>
  </message>
  <message>
   <source>With another model …</source>
   <translation>与另一个模型……</translation>
  </message>
  <message>
   <source>distance {value}</source>
   <translation>距离 {value}</translation>
  </message>
  <message>
   <source>first at {a}, second at {b}</source>
   <translation>第一个在 {a}，第二个在 {b}</translation>
  </message>
  <message>
   <source>frame {n}</source>
   <translation>第 {n} 帧</translation>
  </message>
  <message>
   <source>they do not part more than takes of one class do ({n} pairs)</source>
   <translation>二者的差别不超过同类录音之间的差别（{n} 对）</translation>
  </message>
  <message>
   <source>they part at {a} of the first, beyond what 19 of 20 pairs of one class do ({n} pairs)</source>
   <translation>二者在第一个的 {a} 处分开，超过同类录音中 20 对里 19 对的差别（{n} 对）</translation>
  </message>
  <message>
   <source>{first} − {second}</source>
   <translation>{first} − {second}</translation>
  </message>
  <message>
   <source>{n} ms</source>
   <translation>{n} 毫秒</translation>
  </message>
 </context>
</TS>
