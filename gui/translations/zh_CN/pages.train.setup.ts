<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>TrainSetup</name>
  <message numerus="yes">
   <source>%n epoch(s) · LSTM units {units}</source>
   <translation>
    <numerusform>%n 轮 · LSTM 单元数 {units}</numerusform>
   </translation>
  </message>
  <message>
   <source>A model's name cannot hold {signs}</source>
   <translation>模型名称不能包含 {signs}</translation>
  </message>
  <message>
   <source>Default</source>
   <translation>默认</translation>
  </message>
  <message>
   <source>Do not compare any longer</source>
   <translation>不再比较</translation>
  </message>
  <message>
   <source>Give the model a name.</source>
   <translation>请给模型起个名字。</translation>
  </message>
  <message>
   <source>Model name</source>
   <translation>模型名称</translation>
  </message>
  <message>
   <source>My own</source>
   <translation>自定义</translation>
  </message>
  <message>
   <source>New training</source>
   <translation>新训练</translation>
  </message>
  <message>
   <source>Not possible like that: {names}</source>
   <translation>这样不行：{names}</translation>
  </message>
  <message>
   <source>One LSTM layer on the last state with plain Adam, as in a first Keras program: for comparison.</source>
   <translation>单个 LSTM 层取最后状态，普通 Adam，如同第一个 Keras 程序：用于比较。</translation>
  </message>
  <message>
   <source>One layer, items as they are, a quarter of the epochs: a first impression.</source>
   <translation>只用一层，样本保持原样，训练轮数为四分之一：先有个初步印象。</translation>
  </message>
  <message>
   <source>Preset</source>
   <translation>预设</translation>
  </message>
  <message>
   <source>Quick look</source>
   <translation>快速尝试</translation>
  </message>
  <message>
   <source>Save the model elsewhere …</source>
   <translation>把模型保存到别处…</translation>
  </message>
  <message>
   <source>Settings of {run}. Different now: {names}.</source>
   <translation>{run} 的设置。现在不同的：{names}。</translation>
  </message>
  <message>
   <source>Settings of {run}. What you change is marked.</source>
   <translation>{run} 的设置。您的改动会有标记。</translation>
  </message>
  <message>
   <source>Show</source>
   <translation>查看</translation>
  </message>
  <message>
   <source>Start training</source>
   <translation>开始训练</translation>
  </message>
  <message>
   <source>Start training (Ctrl+Return)</source>
   <translation>开始训练 (Ctrl+Return)</translation>
  </message>
  <message>
   <source>The tutorial's LSTM(64)</source>
   <translation>教程里的 LSTM(64)</translation>
  </message>
  <message>
   <source>There is a model of that name. Choose another.</source>
   <translation>已有同名模型，请换一个名字。</translation>
  </message>
  <message>
   <source>Thorough</source>
   <translation>充分训练</translation>
  </message>
  <message>
   <source>Twice the epochs of the default: takes twice as long, and is at times a little better.</source>
   <translation>轮数是默认的两倍：用时加倍，有时略好一些。</translation>
  </message>
  <message>
   <source>What suits most data sets: the number of epochs follows from the number of items.</source>
   <translation>适合大多数数据集：轮数由条目数决定。</translation>
  </message>
  <message>
   <source>Your own choice of settings.</source>
   <translation>您自己选定的设置。</translation>
  </message>
  <message>
   <source>about {n}</source>
   <translation>约 {n}</translation>
  </message>
  <message>
   <source>about {time}</source>
   <translation>约 {time}</translation>
  </message>
  <message>
   <source>in the project's folder, {folder}</source>
   <translation>在项目文件夹 {folder}</translation>
  </message>
  <message>
   <source>in {folder}</source>
   <translation>在 {folder}</translation>
  </message>
 </context>
</TS>
