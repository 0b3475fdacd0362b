<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>Tour</name>
  <message>
   <source>Back to the tour</source>
   <translation>回到导览</translation>
  </message>
  <message>
   <source>Finish</source>
   <translation>完成</translation>
  </message>
  <message>
   <source>Next</source>
   <translation>下一步</translation>
  </message>
  <message>
   <source>Open what was open before</source>
   <translation>打开之前的内容</translation>
  </message>
  <message>
   <source>Step {n} of {total}</source>
   <translation>第 {n} 步，共 {total} 步</translation>
  </message>
  <message>
   <source>The app looks through the recordings.</source>
   <translation>正在浏览录音。</translation>
  </message>
  <message>
   <source>The model could not be made: {reason}</source>
   <translation>未能生成模型：{reason}</translation>
  </message>
  <message>
   <source>The model is being opened.</source>
   <translation>正在打开模型。</translation>
  </message>
  <message>
   <source>The model is trained.</source>
   <translation>模型训练完成。</translation>
  </message>
  <message>
   <source>The model learns: epoch {epoch} of {epochs}, {time} left.</source>
   <translation>模型正在学习：第 {epoch} 轮，共 {epochs} 轮，还剩 {time}。</translation>
  </message>
  <message>
   <source>The recordings are being made.</source>
   <translation>正在生成录音。</translation>
  </message>
  <message>
   <source>The tour has ended, as another data set was opened. The menu has it under Help.</source>
   <translation>由于打开了另一个数据集，导览已结束。可在菜单的“帮助”中重新开始。</translation>
  </message>
  <message>
   <source>The tour has ended.</source>
   <translation>导览已结束。</translation>
  </message>
  <message>
   <source>The tour trains a model of its own: wait for the training that runs, or stop it.</source>
   <translation>导览需要训练自己的模型：请等待当前训练结束，或将其停止。</translation>
  </message>
  <message>
   <source>The training begins.</source>
   <translation>训练即将开始。</translation>
  </message>
  <message>
   <source>The training was cancelled.</source>
   <translation>训练已取消。</translation>
  </message>
  <message>
   <source>Try again</source>
   <translation>重试</translation>
  </message>
 </context>
</TS>
