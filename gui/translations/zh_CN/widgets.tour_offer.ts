<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>TourOffer</name>
  <message>
   <source>New here?</source>
   <translation>第一次使用？</translation>
  </message>
  <message>
   <source>Not now</source>
   <translation>以后再说</translation>
  </message>
  <message>
   <source>Take the tour</source>
   <translation>开始导览</translation>
  </message>
  <message>
   <source>Take the two-minute tour. The app makes a small spoken data set and trains a model while you read.</source>
   <translation>花两分钟看看导览：在您阅读时，应用会生成一个小的语音数据集并训练一个模型。</translation>
  </message>
  <message>
   <source>The tour stays in the menu under Help</source>
   <translation>导览可随时在菜单的“帮助”中找到</translation>
  </message>
 </context>
</TS>
