<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>CellTool</name>
  <message>
   <source> of 0–{last}</source>
   <translation>（0–{last}）</translation>
  </message>
  <message>
   <source>Cell: all frames (CSV) …</source>
   <translation>单元：所有帧 (CSV)……</translation>
  </message>
  <message>
   <source>Cell: drawing (SVG) …</source>
   <translation>单元：矢量图 (SVG)……</translation>
  </message>
  <message>
   <source>Cell: picture (PNG) …</source>
   <translation>单元：图片 (PNG)……</translation>
  </message>
  <message>
   <source>Mean of the layer</source>
   <translation>该层的平均</translation>
  </message>
  <message>
   <source>Unit</source>
   <translation>单元</translation>
  </message>
  <message>
   <source>Unit of the layer</source>
   <translation>该层的单元</translation>
  </message>
  <message>
   <source>bias</source>
   <translation>偏置</translation>
  </message>
  <message>
   <source>c before</source>
   <translation>前一 c</translation>
  </message>
  <message>
   <source>mean of all units</source>
   <translation>所有单元的平均</translation>
  </message>
  <message>
   <source>the sum squeezed: by σ to 0..1, by tanh to −1..1</source>
   <translation>压缩后的和：经 σ 到 0..1，经 tanh 到 −1..1</translation>
  </message>
  <message>
   <source>their sum</source>
   <translation>三者之和</translation>
  </message>
  <message>
   <source>value</source>
   <translation>值</translation>
  </message>
  <message>
   <source>what the frame says to this gate</source>
   <translation>这一帧对该门说的话</translation>
  </message>
  <message>
   <source>what the layer said at the frame before</source>
   <translation>上一帧该层说的话</translation>
  </message>
  <message>
   <source>{item}, {layer}, {unit}, frame {frame}</source>
   <translation>{item}，{layer}，{unit}，第 {frame} 帧</translation>
  </message>
 </context>
</TS>
