<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>MemoryTool</name>
  <message>
   <source>At {when} {unit} holds {value}. Greatest shares</source>
   <translation>在 {when}，{unit}存有 {value}。其中份额最大的是</translation>
  </message>
  <message>
   <source>Longest memories (frames)</source>
   <translation>最长的记忆（帧）</translation>
  </message>
  <message>
   <source>Longest memories (ms)</source>
   <translation>最长的记忆（毫秒）</translation>
  </message>
  <message>
   <source>Look back from the cursor</source>
   <translation>从光标处回看</translation>
  </message>
  <message>
   <source>Memory: all books (NPZ) …</source>
   <translation>记忆：全部账目 (NPZ)……</translation>
  </message>
  <message>
   <source>Memory: what is left of each frame (CSV) …</source>
   <translation>记忆：每一帧还剩多少 (CSV)……</translation>
  </message>
  <message>
   <source>Off: from the last frame, where the answer is made</source>
   <translation>关闭：从作出答案的最后一帧回看</translation>
  </message>
  <message>
   <source>Time after which half of what a unit holds is gone, at its typical forget gate. {unit}: {life}.</source>
   <translation>在其典型遗忘门值下，单元所存内容减半所需的时间。{unit}：{life}。</translation>
  </message>
  <message>
   <source>What all frames ({n}) left sums to the cell state, to {error}.</source>
   <translation>所有帧（{n}）留下的量之和等于细胞状态，误差 {error}。</translation>
  </message>
  <message>
   <source>Who filled this unit</source>
   <translation>谁填充了这个单元</translation>
  </message>
  <message>
   <source>never ends</source>
   <translation>永不消失</translation>
  </message>
  <message>
   <source>{n} others</source>
   <translation>其余 {n} 个</translation>
  </message>
  <message>
   <source>{time} frames</source>
   <translation>{time} 帧</translation>
  </message>
  <message>
   <source>{time} ms</source>
   <translation>{time} 毫秒</translation>
  </message>
 </context>
</TS>
