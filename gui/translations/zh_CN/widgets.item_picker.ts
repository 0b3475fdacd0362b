<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>ItemPicker</name>
  <message numerus="yes">
   <source>%n item(s)</source>
   <translation>
    <numerusform>%n 个条目</numerusform>
   </translation>
  </message>
  <message>
   <source>A text of your own</source>
   <translation>自己输入的文本</translation>
  </message>
  <message>
   <source>All classes</source>
   <translation>所有类别</translation>
  </message>
  <message>
   <source>All speakers</source>
   <translation>所有说话人</translation>
  </message>
  <message>
   <source>Class</source>
   <translation>类别</translation>
  </message>
  <message>
   <source>Items</source>
   <translation>条目</translation>
  </message>
  <message>
   <source>Items of the data set</source>
   <translation>数据集的条目</translation>
  </message>
  <message>
   <source>Last recording</source>
   <translation>最近的录音</translation>
  </message>
  <message>
   <source>Look at this text</source>
   <translation>查看此文本</translation>
  </message>
  <message>
   <source>No data set is open. Open one to choose from its items, or look at a single file.</source>
   <translation>没有打开数据集。打开一个以从中选择条目，或查看单个文件。</translation>
  </message>
  <message>
   <source>Open a data set …</source>
   <translation>打开数据集…</translation>
  </message>
  <message>
   <source>Open a file …</source>
   <translation>打开文件…</translation>
  </message>
  <message>
   <source>Search</source>
   <translation>搜索</translation>
  </message>
  <message>
   <source>Search the items</source>
   <translation>搜索条目</translation>
  </message>
  <message>
   <source>Speaker</source>
   <translation>说话人</translation>
  </message>
  <message>
   <source>The open data set and the open model are of different kinds. Open a data set that fits, or a single file.</source>
   <translation>打开的数据集与模型种类不同。请打开相符的数据集，或单个文件。</translation>
  </message>
  <message>
   <source>Type or paste a text</source>
   <translation>输入或粘贴文本</translation>
  </message>
  <message>
   <source>{n} of {total}</source>
   <translation>{n} / {total}</translation>
  </message>
 </context>
</TS>
