<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>FilmTool</name>
  <message>
   <source>After epoch {epoch} of {last}</source>
   <translation>第 {epoch} 轮之后，共 {last} 轮</translation>
  </message>
  <message>
   <source>Alarms</source>
   <translation>警报</translation>
  </message>
  <message>
   <source>Choose a filmed item</source>
   <translation>选择一个被拍摄的样本</translation>
  </message>
  <message>
   <source>Epoch</source>
   <translation>轮次</translation>
  </message>
  <message>
   <source>Film: answers after each epoch (CSV) …</source>
   <translation>影片：每轮之后的答案 (CSV)……</translation>
  </message>
  <message>
   <source>Filmed item</source>
   <translation>被拍摄的样本</translation>
  </message>
  <message>
   <source>Go to Train</source>
   <translation>前往训练</translation>
  </message>
  <message>
   <source>It said {label}, {percent}</source>
   <translation>它说 {label}，{percent}</translation>
  </message>
  <message>
   <source>It said {value}</source>
   <translation>它说 {value}</translation>
  </message>
  <message>
   <source>Loss</source>
   <translation>损失</translation>
  </message>
  <message>
   <source>No alarms</source>
   <translation>没有警报</translation>
  </message>
  <message>
   <source>Nothing here.</source>
   <translation>这里没有内容。</translation>
  </message>
  <message>
   <source>Pause</source>
   <translation>暂停</translation>
  </message>
  <message>
   <source>Play the film</source>
   <translation>播放影片</translation>
  </message>
  <message>
   <source>The item in the lens was not filmed: choose one above.</source>
   <translation>透镜中的样本没有被拍摄：请在上面选一个。</translation>
  </message>
  <message>
   <source>The run that made this model is not in the open data set. Train one here: trainings of the window are filmed.</source>
   <translation>训练出此模型的运行不在打开的数据集中。请在此训练：窗口中的训练都会被拍摄。</translation>
  </message>
  <message>
   <source>This run was not filmed. Train again: trainings of the window are filmed.</source>
   <translation>此次运行没有被拍摄。请重新训练：窗口中的训练都会被拍摄。</translation>
  </message>
  <message>
   <source>What it said of this item</source>
   <translation>它对此样本说了什么</translation>
  </message>
  <message>
   <source>after epoch {n}</source>
   <translation>第 {n} 轮之后</translation>
  </message>
  <message>
   <source>epoch</source>
   <translation>轮次</translation>
  </message>
  <message>
   <source>training</source>
   <translation>训练</translation>
  </message>
  <message>
   <source>validation</source>
   <translation>验证</translation>
  </message>
 </context>
</TS>
