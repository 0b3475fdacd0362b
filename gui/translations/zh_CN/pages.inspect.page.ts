<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>InspectPage</name>
  <message>
   <source>Begin or end the loop here</source>
   <translation>在此开始或结束循环</translation>
  </message>
  <message>
   <source>Close the tool</source>
   <translation>关闭工具</translation>
  </message>
  <message>
   <source>First or last frame</source>
   <translation>第一帧或最后一帧</translation>
  </message>
  <message>
   <source>Look inside a model</source>
   <translation>看看模型内部</translation>
  </message>
  <message>
   <source>One frame back or on</source>
   <translation>后退或前进一帧</translation>
  </message>
  <message>
   <source>Open a model …</source>
   <translation>打开模型…</translation>
  </message>
  <message>
   <source>Open a model, or train one. Then choose an item and see its gates and states over time, layer by layer.</source>
   <translation>请打开或训练一个模型，然后选择一个条目，逐层查看各个门和状态随时间的变化。</translation>
  </message>
  <message>
   <source>Open its model?</source>
   <translation>打开它的模型？</translation>
  </message>
  <message>
   <source>Open or close a tool</source>
   <translation>打开或关闭工具</translation>
  </message>
  <message>
   <source>Open that model</source>
   <translation>打开那个模型</translation>
  </message>
  <message>
   <source>Play or pause</source>
   <translation>播放或暂停</translation>
  </message>
  <message>
   <source>Search the items</source>
   <translation>搜索条目</translation>
  </message>
  <message>
   <source>Ten frames back or on</source>
   <translation>后退或前进十帧</translation>
  </message>
  <message>
   <source>The item before or after</source>
   <translation>上一个或下一个条目</translation>
  </message>
  <message>
   <source>The pane above or below</source>
   <translation>上方或下方的图</translation>
  </message>
  <message>
   <source>The unit above or below</source>
   <translation>上方或下方的单元</translation>
  </message>
  <message>
   <source>The view was made with the model {name}, which is not there: {path}. Open a model, then the view again.</source>
   <translation>此视图由模型 {name} 制作，但该模型不在此处：{path}。请先打开一个模型，再打开视图。</translation>
  </message>
  <message>
   <source>The view was made with the model {path}.</source>
   <translation>此视图由模型 {path} 制作。</translation>
  </message>
  <message>
   <source>Train one on the sample</source>
   <translation>用示例训练一个</translation>
  </message>
  <message>
   <source>Train one on this data set</source>
   <translation>用此数据集训练一个</translation>
  </message>
  <message>
   <source>Zoom in, out, show everything</source>
   <translation>放大、缩小、显示全部</translation>
  </message>
 </context>
</TS>
