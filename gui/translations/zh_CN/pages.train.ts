<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>TrainPage</name>
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
   <source>Ready to train</source>
   <translation>可以开始训练</translation>
  </message>
  <message>
   <source>Show the data set</source>
   <translation>查看数据集</translation>
  </message>
  <message>
   <source>The data set is open. See what is in it before you train on it.</source>
   <translation>数据集已打开。训练之前请先看看其中的内容。</translation>
  </message>
 </context>
</TS>
