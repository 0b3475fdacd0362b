<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>EvaluateWorkspace</name>
  <message>
   <source>All files (*)</source>
   <translation>所有文件 (*)</translation>
  </message>
  <message>
   <source>All items</source>
   <translation>全部条目</translation>
  </message>
  <message>
   <source>Another folder …</source>
   <translation>其他文件夹…</translation>
  </message>
  <message>
   <source>Answers, item by item, as CSV …</source>
   <translation>逐个条目的回答 (CSV)…</translation>
  </message>
  <message>
   <source>Choose a folder …</source>
   <translation>选择文件夹…</translation>
  </message>
  <message>
   <source>Compare with another model</source>
   <translation>与另一个模型比较</translation>
  </message>
  <message>
   <source>Confusion matrix as CSV …</source>
   <translation>混淆矩阵 (CSV)…</translation>
  </message>
  <message>
   <source>Data set</source>
   <translation>数据集</translation>
  </message>
  <message>
   <source>Evaluate</source>
   <translation>评估</translation>
  </message>
  <message>
   <source>Evaluate it</source>
   <translation>开始评估</translation>
  </message>
  <message>
   <source>Evaluating {name} on {folder}</source>
   <translation>正在用 {folder} 评估 {name}</translation>
  </message>
  <message>
   <source>Evaluating …</source>
   <translation>正在评估…</translation>
  </message>
  <message>
   <source>Export</source>
   <translation>导出</translation>
  </message>
  <message>
   <source>How good is this model?</source>
   <translation>这个模型有多好？</translation>
  </message>
  <message>
   <source>Measure the model on another folder</source>
   <translation>用其他文件夹评估模型</translation>
  </message>
  <message>
   <source>Measure {model} on {folder}: how often it is right, what it takes for what, and which items it gets wrong, to hear them and mend their labels.</source>
   <translation>用 {folder} 评估 {model}：正确率有多高，哪些类别会混淆，哪些条目答错；可以播放它们并更正标签。</translation>
  </message>
  <message>
   <source>Models (*.seqclass)</source>
   <translation>模型 (*.seqclass)</translation>
  </message>
  <message>
   <source>No data set</source>
   <translation>没有数据集</translation>
  </message>
  <message>
   <source>Notes on this evaluation</source>
   <translation>关于本次评估的说明</translation>
  </message>
  <message>
   <source>Nothing to measure on yet</source>
   <translation>还没有可用来评估的数据</translation>
  </message>
  <message>
   <source>Only items that the model has not learned from tell how good it is</source>
   <translation>只有模型没有用来训练过的条目才能说明它有多好</translation>
  </message>
  <message>
   <source>Part of the data set</source>
   <translation>数据集的部分</translation>
  </message>
  <message>
   <source>Report as JSON …</source>
   <translation>报告 (JSON)…</translation>
  </message>
  <message>
   <source>Target</source>
   <translation>目标</translation>
  </message>
  <message>
   <source>Test part</source>
   <translation>测试部分</translation>
  </message>
  <message>
   <source>The model is asked for each item. The line below shows how far it is, and cancels it.</source>
   <translation>正在逐个条目询问模型。下方的一行显示进度，也可取消。</translation>
  </message>
  <message>
   <source>The model {model} is open. Choose a folder with items whose labels are known.</source>
   <translation>已打开模型 {model}。请选择一个标签已知的条目文件夹。</translation>
  </message>
  <message>
   <source>Validation part</source>
   <translation>验证部分</translation>
  </message>
  <message>
   <source>What fits best</source>
   <translation>自动选择</translation>
  </message>
  <message>
   <source>What the model is measured on</source>
   <translation>用来评估模型的数据</translation>
  </message>
  <message>
   <source>Which of the model's answers</source>
   <translation>模型的哪一项回答</translation>
  </message>
 </context>
</TS>
