<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>SettingsForm</name>
  <message numerus="yes">
   <source>%n changed</source>
   <translation>
    <numerusform>%n 项已改</numerusform>
   </translation>
  </message>
  <message>
   <source>All settings</source>
   <translation>全部设置</translation>
  </message>
  <message>
   <source>Changed</source>
   <translation>已改</translation>
  </message>
  <message>
   <source>Find a setting</source>
   <translation>查找设置</translation>
  </message>
  <message>
   <source>In {run}: {value}</source>
   <translation>{run} 中：{value}</translation>
  </message>
  <message>
   <source>No setting is like that.</source>
   <translation>没有这样的设置。</translation>
  </message>
  <message>
   <source>Show only what differs from the defaults</source>
   <translation>只显示与默认值不同的</translation>
  </message>
  <message>
   <source>unset</source>
   <translation>不设</translation>
  </message>
 </context>
 <context>
  <name>_Group</name>
  <message numerus="yes">
   <source>%n changed</source>
   <translation>
    <numerusform>%n 项已改</numerusform>
   </translation>
  </message>
  <message>
   <source>Augmentation</source>
   <translation>数据增强</translation>
  </message>
  <message>
   <source>Data and split</source>
   <translation>数据与划分</translation>
  </message>
  <message>
   <source>Features</source>
   <translation>特征</translation>
  </message>
  <message>
   <source>Model</source>
   <translation>模型</translation>
  </message>
  <message>
   <source>Most used</source>
   <translation>最常用</translation>
  </message>
  <message>
   <source>Training</source>
   <translation>训练</translation>
  </message>
  <message>
   <source>Without effect on this kind of data</source>
   <translation>对这类数据无效</translation>
  </message>
 </context>
</TS>
