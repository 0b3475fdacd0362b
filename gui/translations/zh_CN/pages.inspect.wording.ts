<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>Inspect</name>
  <message>
   <source>All files</source>
   <translation>所有文件</translation>
  </message>
  <message>
   <source>Answer: {before} → {after}</source>
   <translation>答案：{before} → {after}</translation>
  </message>
  <message>
   <source>Answer: {label}, {percent}</source>
   <translation>答案：{label}，{percent}</translation>
  </message>
  <message>
   <source>Answer: {label}, {percent}. Its label in the data set is {truth}.</source>
   <translation>答案：{label}，{percent}。它在数据集中的标签是 {truth}。</translation>
  </message>
  <message>
   <source>Answer: {label}, {percent}. That is its label in the data set.</source>
   <translation>答案：{label}，{percent}。与数据集中的标签一致。</translation>
  </message>
  <message>
   <source>Answer: {value}</source>
   <translation>答案：{value}</translation>
  </message>
  <message>
   <source>Answer: {value}. The data set says {truth}.</source>
   <translation>答案：{value}。数据集中的值是 {truth}。</translation>
  </message>
  <message>
   <source>Numbers</source>
   <translation>数值</translation>
  </message>
  <message>
   <source>Sounds</source>
   <translation>声音</translation>
  </message>
  <message>
   <source>Texts</source>
   <translation>文本</translation>
  </message>
  <message>
   <source>The value goes from {before} to {after}.</source>
   <translation>数值从 {before} 变为 {after}。</translation>
  </message>
  <message>
   <source>frame {frame} of {total}</source>
   <translation>第 {frame} 帧，共 {total} 帧</translation>
  </message>
  <message>
   <source>leading: {label}, {percent}</source>
   <translation>领先：{label}，{percent}</translation>
  </message>
 </context>
</TS>
