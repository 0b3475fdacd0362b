<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>TrainRows</name>
  <message>
   <source>Alarm: {text}</source>
   <translation>警报：{text}</translation>
  </message>
  <message>
   <source>Broken off after epoch {epoch} · started {time}</source>
   <translation>第 {epoch} 轮后中断 · 开始于 {time}</translation>
  </message>
  <message>
   <source>Broken off before the first epoch was done · started {time}</source>
   <translation>第一轮完成之前中断 · 开始于 {time}</translation>
  </message>
  <message>
   <source>Cancelled before there was anything to keep.</source>
   <translation>在有结果可保留之前已取消。</translation>
  </message>
  <message>
   <source>Cancelling …</source>
   <translation>正在取消…</translation>
  </message>
  <message>
   <source>Epoch {epoch} of {epochs}</source>
   <translation>第 {epoch} 轮，共 {epochs} 轮</translation>
  </message>
  <message>
   <source>Finished · started {time}</source>
   <translation>已完成 · 开始于 {time}</translation>
  </message>
  <message>
   <source>Kept epoch</source>
   <translation>保留的轮</translation>
  </message>
  <message>
   <source>Looking through the data set: {done} of {total}</source>
   <translation>正在查看数据集：{done} / {total}</translation>
  </message>
  <message>
   <source>Measuring and writing the model …</source>
   <translation>正在测量并写入模型…</translation>
  </message>
  <message>
   <source>Normalising items: {done} of {total}</source>
   <translation>正在归一化：{done} / {total}</translation>
  </message>
  <message>
   <source>Reading items: {done} of {total}</source>
   <translation>正在读取条目：{done} / {total}</translation>
  </message>
  <message>
   <source>Starting …</source>
   <translation>正在启动…</translation>
  </message>
  <message>
   <source>Stopped after epoch {epoch}, the best is kept · started {time}</source>
   <translation>第 {epoch} 轮后停止，保留了最好的结果 · 开始于 {time}</translation>
  </message>
  <message>
   <source>Stopping: the best so far is measured and kept …</source>
   <translation>正在停止：测量并保留目前最好的结果…</translation>
  </message>
  <message>
   <source>The model is not at {path} any longer</source>
   <translation>模型已不在 {path}</translation>
  </message>
  <message>
   <source>Training time</source>
   <translation>训练时间</translation>
  </message>
  <message>
   <source>Training …</source>
   <translation>正在训练…</translation>
  </message>
  <message>
   <source>Validation</source>
   <translation>验证</translation>
  </message>
  <message>
   <source>Validation loss</source>
   <translation>验证损失</translation>
  </message>
  <message>
   <source>Warning: {text}</source>
   <translation>警告：{text}</translation>
  </message>
  <message>
   <source>alarms: {n}, see the log</source>
   <translation>警报：{n} 条，见日志</translation>
  </message>
  <message>
   <source>all defaults</source>
   <translation>全部默认</translation>
  </message>
  <message>
   <source>an epoch</source>
   <translation>每轮</translation>
  </message>
  <message>
   <source>best epoch</source>
   <translation>最佳轮</translation>
  </message>
  <message>
   <source>epochs</source>
   <translation>轮数</translation>
  </message>
  <message>
   <source>error on validation</source>
   <translation>验证集误差</translation>
  </message>
  <message>
   <source>kept</source>
   <translation>保留</translation>
  </message>
  <message>
   <source>learning rate {rate}</source>
   <translation>学习率 {rate}</translation>
  </message>
  <message>
   <source>left</source>
   <translation>剩余</translation>
  </message>
  <message>
   <source>none</source>
   <translation>无</translation>
  </message>
  <message>
   <source>off</source>
   <translation>关</translation>
  </message>
  <message>
   <source>on</source>
   <translation>开</translation>
  </message>
  <message>
   <source>right on validation</source>
   <translation>验证集正确率</translation>
  </message>
  <message>
   <source>training loss</source>
   <translation>训练损失</translation>
  </message>
  <message>
   <source>training time</source>
   <translation>训练时间</translation>
  </message>
  <message>
   <source>validation loss</source>
   <translation>验证损失</translation>
  </message>
 </context>
</TS>
