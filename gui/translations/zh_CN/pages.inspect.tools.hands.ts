<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>HandsTool</name>
  <message>
   <source>Accuracy of each class with these edits and without</source>
   <translation>有改动与无改动时每个类别的准确率</translation>
  </message>
  <message>
   <source>Accuracy {before} → {after} on {n} items. Change of each class:</source>
   <translation>{n} 个样本上的准确率 {before} → {after}。各类别的变化：</translation>
  </message>
  <message>
   <source>Add an edit: what it changes is shown here and, as differences, in the lens.</source>
   <translation>添加一项改动：它改变了什么会显示在这里，并以差异形式显示在透镜中。</translation>
  </message>
  <message>
   <source>Add this edit</source>
   <translation>添加这项改动</translation>
  </message>
  <message>
   <source>Do it again</source>
   <translation>重做</translation>
  </message>
  <message>
   <source>Edits</source>
   <translation>改动</translation>
  </message>
  <message>
   <source>Edits, done from top to bottom</source>
   <translation>改动，自上而下执行</translation>
  </message>
  <message>
   <source>Hands: change of every map (NPZ) …</source>
   <translation>动手：每张图的变化 (NPZ)……</translation>
  </message>
  <message>
   <source>Hands: change of the answers (CSV) …</source>
   <translation>动手：答案的变化 (CSV)……</translation>
  </message>
  <message>
   <source>Hands: the edits (JSON) …</source>
   <translation>动手：这些改动 (JSON)……</translation>
  </message>
  <message>
   <source>Mean error {change} on {n} items.</source>
   <translation>{n} 个样本上的平均误差 {change}。</translation>
  </message>
  <message>
   <source>Measure on the data set</source>
   <translation>在数据集上测量</translation>
  </message>
  <message>
   <source>Measuring the edits</source>
   <translation>正在测量改动</translation>
  </message>
  <message>
   <source>Measuring …</source>
   <translation>正在测量……</translation>
  </message>
  <message>
   <source>Open a file of edits</source>
   <translation>打开改动文件</translation>
  </message>
  <message>
   <source>Open a file of edits …</source>
   <translation>打开改动文件……</translation>
  </message>
  <message>
   <source>Remove the marked edit</source>
   <translation>移除选中的改动</translation>
  </message>
  <message>
   <source>Save the edits</source>
   <translation>保存改动</translation>
  </message>
  <message>
   <source>Save the edits …</source>
   <translation>保存改动……</translation>
  </message>
  <message>
   <source>Take the last change back</source>
   <translation>撤销上一步</translation>
  </message>
  <message>
   <source>What follows</source>
   <translation>结果如何</translation>
  </message>
  <message>
   <source>Written: {path}</source>
   <translation>已写入：{path}</translation>
  </message>
  <message>
   <source>{said}. Change of each probability:</source>
   <translation>{said}。各概率的变化：</translation>
  </message>
 </context>
</TS>
