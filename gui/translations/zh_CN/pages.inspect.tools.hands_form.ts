<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>HandsForm</name>
  <message>
   <source>, frames {first} to {last}</source>
   <translation>，第 {first} 帧至{last}</translation>
  </message>
  <message>
   <source>Do</source>
   <translation>操作</translation>
  </message>
  <message>
   <source>Frames</source>
   <translation>帧</translation>
  </message>
  <message>
   <source>Map</source>
   <translation>图</translation>
  </message>
  <message>
   <source>Units</source>
   <translation>单元</translation>
  </message>
  <message>
   <source>Value</source>
   <translation>值</translation>
  </message>
  <message>
   <source>all units</source>
   <translation>所有单元</translation>
  </message>
  <message>
   <source>all units of the layer</source>
   <translation>该层所有单元</translation>
  </message>
  <message>
   <source>freeze as it was before</source>
   <translation>冻结为之前的值</translation>
  </message>
  <message>
   <source>from the cursor on</source>
   <translation>从光标处起</translation>
  </message>
  <message>
   <source>frozen</source>
   <translation>冻结</translation>
  </message>
  <message>
   <source>held at {value}</source>
   <translation>固定为 {value}</translation>
  </message>
  <message>
   <source>hold at</source>
   <translation>固定为</translation>
  </message>
  <message>
   <source>kept within {low} to {high}</source>
   <translation>限制在 {low} 到 {high}</translation>
  </message>
  <message>
   <source>multiply by</source>
   <translation>乘以</translation>
  </message>
  <message>
   <source>set to 0</source>
   <translation>设为 0</translation>
  </message>
  <message>
   <source>the chosen range</source>
   <translation>所选范围</translation>
  </message>
  <message>
   <source>the chosen unit</source>
   <translation>所选单元</translation>
  </message>
  <message>
   <source>the end</source>
   <translation>末尾</translation>
  </message>
  <message>
   <source>the whole item</source>
   <translation>整个样本</translation>
  </message>
  <message>
   <source>times {value}</source>
   <translation>乘以 {value}</translation>
  </message>
  <message>
   <source>{map} of {units} in {layer}: {deed}</source>
   <translation>{layer} {units}的{map}：{deed}</translation>
  </message>
 </context>
</TS>
