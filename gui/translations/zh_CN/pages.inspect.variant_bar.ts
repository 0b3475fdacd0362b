<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>VariantBar</name>
  <message>
   <source>Back to the item as it is</source>
   <translation>回到样本原样</translation>
  </message>
  <message>
   <source>Changed</source>
   <translation>改动后</translation>
  </message>
  <message>
   <source>Difference</source>
   <translation>差异</translation>
  </message>
  <message>
   <source>Original</source>
   <translation>原样</translation>
  </message>
  <message>
   <source>What the maps show</source>
   <translation>图中显示什么</translation>
  </message>
 </context>
</TS>
