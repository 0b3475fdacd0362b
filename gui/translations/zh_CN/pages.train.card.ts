<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>RunCard</name>
  <message>
   <source>Cancel</source>
   <translation>取消</translation>
  </message>
  <message>
   <source>End now and keep the best so far</source>
   <translation>现在结束，保留目前最好的结果</translation>
  </message>
  <message>
   <source>End without a model; the run can be gone on with</source>
   <translation>结束且不保存模型；之后可以继续这次训练</translation>
  </message>
  <message>
   <source>Evaluate</source>
   <translation>评估</translation>
  </message>
  <message>
   <source>Go on</source>
   <translation>继续</translation>
  </message>
  <message>
   <source>Go on after the last epoch that is on disk</source>
   <translation>从已保存的最后一轮之后继续</translation>
  </message>
  <message>
   <source>Inspect</source>
   <translation>检视</translation>
  </message>
  <message>
   <source>Load this run's settings into the form, to train again with changes</source>
   <translation>把这次训练的设置载入表单，修改后再训练</translation>
  </message>
  <message>
   <source>More</source>
   <translation>更多</translation>
  </message>
  <message>
   <source>Open the model on the Evaluate page</source>
   <translation>在“评估”页面打开模型</translation>
  </message>
  <message>
   <source>Open the model on the Inspect page</source>
   <translation>在“检视”页面打开模型</translation>
  </message>
  <message>
   <source>Progress of the training</source>
   <translation>训练进度</translation>
  </message>
  <message>
   <source>Put the run into the bin (Del)</source>
   <translation>把这次训练放进回收站 (Del)</translation>
  </message>
  <message>
   <source>Save a copy of the model …</source>
   <translation>保存模型副本…</translation>
  </message>
  <message>
   <source>Stop</source>
   <translation>停止</translation>
  </message>
  <message>
   <source>Use settings</source>
   <translation>使用设置</translation>
  </message>
  <message>
   <source>Write a note (F2)</source>
   <translation>写备注 (F2)</translation>
  </message>
 </context>
</TS>
