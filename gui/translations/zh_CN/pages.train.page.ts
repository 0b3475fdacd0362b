<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>TrainPage</name>
  <message numerus="yes">
   <source>%n class(es)</source>
   <translation>
    <numerusform>%n 个类别</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>%n file(s) not used</source>
   <translation>
    <numerusform>%n 个文件未使用</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>%n item(s)</source>
   <translation>
    <numerusform>%n 个条目</numerusform>
   </translation>
  </message>
  <message>
   <source>A training is under way.</source>
   <translation>训练正在进行。</translation>
  </message>
  <message>
   <source>As soon as it is known what is in it, the settings stand here.</source>
   <translation>一旦清楚其中有什么，设置就会出现在这里。</translation>
  </message>
  <message>
   <source>Border between the settings and the runs</source>
   <translation>设置与训练记录之间的分隔条</translation>
  </message>
  <message>
   <source>Evaluate it</source>
   <translation>去评估</translation>
  </message>
  <message>
   <source>Find a setting</source>
   <translation>查找设置</translation>
  </message>
  <message>
   <source>In a chart: go from epoch to epoch</source>
   <translation>在图表中：逐轮移动</translation>
  </message>
  <message>
   <source>In the list: put a run into the bin</source>
   <translation>在列表中：把一次训练放进回收站</translation>
  </message>
  <message>
   <source>In the list: show or hide a run's curves</source>
   <translation>在列表中：显示或隐藏一次训练的曲线</translation>
  </message>
  <message>
   <source>In the list: use a run's settings</source>
   <translation>在列表中：使用一次训练的设置</translation>
  </message>
  <message>
   <source>In the list: write a note</source>
   <translation>在列表中：写备注</translation>
  </message>
  <message>
   <source>Looking through the data set</source>
   <translation>正在查看数据集</translation>
  </message>
  <message>
   <source>Make the spoken sample …</source>
   <translation>生成语音示例…</translation>
  </message>
  <message>
   <source>Nothing to learn from yet</source>
   <translation>尚无可学习的数据</translation>
  </message>
  <message>
   <source>Open a data set first. Training then takes a minute or two for a few hundred recordings, and you can watch it.</source>
   <translation>请先打开一个数据集。几百条录音的训练只需一两分钟，全程可以观看。</translation>
  </message>
  <message>
   <source>Open a data set …</source>
   <translation>打开数据集…</translation>
  </message>
  <message>
   <source>Open the model</source>
   <translation>打开模型</translation>
  </message>
  <message>
   <source>Show the data set</source>
   <translation>查看数据集</translation>
  </message>
  <message>
   <source>Start training</source>
   <translation>开始训练</translation>
  </message>
  <message>
   <source>Take a run back out of the bin</source>
   <translation>从回收站取回一次训练</translation>
  </message>
  <message>
   <source>The message says why. The Collect page shows what is in the folder.</source>
   <translation>消息中说明了原因。“采集”页面显示文件夹里有什么。</translation>
  </message>
  <message>
   <source>This folder cannot be trained on</source>
   <translation>无法用这个文件夹训练</translation>
  </message>
  <message>
   <source>Training {name}</source>
   <translation>正在训练 {name}</translation>
  </message>
  <message>
   <source>Where shall the model go?</source>
   <translation>模型保存到哪里？</translation>
  </message>
  <message>
   <source>{name} is trained.</source>
   <translation>{name} 训练完成。</translation>
  </message>
  <message>
   <source>{name} is trained: {score} on validation.</source>
   <translation>{name} 训练完成：验证集上 {score}。</translation>
  </message>
  <message>
   <source>{run} was trained on {kind} data: its settings do not fit this data set.</source>
   <translation>{run} 是用 {kind} 数据训练的：其设置不适用于这个数据集。</translation>
  </message>
 </context>
</TS>
