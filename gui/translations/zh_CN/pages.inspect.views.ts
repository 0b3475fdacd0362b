<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>Views</name>
  <message>
   <source>Open another data set?</source>
   <translation>打开另一个数据集？</translation>
  </message>
  <message>
   <source>Open another model?</source>
   <translation>打开另一个模型？</translation>
  </message>
  <message>
   <source>Open it</source>
   <translation>打开</translation>
  </message>
  <message>
   <source>Open that model</source>
   <translation>打开那个模型</translation>
  </message>
  <message>
   <source>The model {name} has changed since the view was saved: its numbers may be others.</source>
   <translation>模型 {name} 在视图保存后已改变：数值可能不同。</translation>
  </message>
  <message>
   <source>The view shows an item of the data set {path}.</source>
   <translation>此视图显示数据集 {path} 中的一个条目。</translation>
  </message>
  <message>
   <source>The view shows {item} of the data set {name}, which is not there: {path}. Open it, then the view again.</source>
   <translation>此视图显示数据集 {name} 中的 {item}，但该数据集不在此处：{path}。请先打开数据集，再打开视图。</translation>
  </message>
  <message>
   <source>The view was made with the model {name}, which is not there: {path}. The open model is used.</source>
   <translation>此视图由模型 {name} 制作，但该模型不在此处：{path}。将使用已打开的模型。</translation>
  </message>
  <message>
   <source>The view was made with the model {path}.</source>
   <translation>此视图由模型 {path} 制作。</translation>
  </message>
  <message>
   <source>Use the open one</source>
   <translation>使用已打开的</translation>
  </message>
  <message>
   <source>What the tool showed in this view cannot be shown again; the rest of it is here.</source>
   <translation>此视图中工具所显示的内容无法再现；其余部分已恢复。</translation>
  </message>
  <message>
   <source>{item} is no longer in the data set {name}. It may have been moved, renamed or deleted.</source>
   <translation>{item} 已不在数据集 {name} 中。它可能被移动、重命名或删除了。</translation>
  </message>
 </context>
</TS>
