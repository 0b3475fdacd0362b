<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>RunBoard</name>
  <message>
   <source>Border between the curves and the list</source>
   <translation>曲线与列表之间的分隔条</translation>
  </message>
  <message>
   <source>Compare</source>
   <translation>比较</translation>
  </message>
  <message>
   <source>Log</source>
   <translation>日志</translation>
  </message>
  <message>
   <source>Log of the run</source>
   <translation>本次训练的日志</translation>
  </message>
  <message>
   <source>Nothing trained yet</source>
   <translation>还没有训练过</translation>
  </message>
  <message>
   <source>Runs</source>
   <translation>训练记录</translation>
  </message>
  <message>
   <source>Runs and log</source>
   <translation>训练记录与日志</translation>
  </message>
  <message>
   <source>The settings on the left suit most data sets: press Start training. The curves, and a list of all runs to compare, will stand here.</source>
   <translation>左边的设置适合大多数数据集：按“开始训练”即可。曲线以及可供比较的训练记录会显示在这里。</translation>
  </message>
  <message>
   <source>What</source>
   <translation>项目</translation>
  </message>
  <message>
   <source>What a training says stands here.</source>
   <translation>训练过程的输出显示在这里。</translation>
  </message>
  <message>
   <source>What tells the drawn runs apart</source>
   <translation>所绘各次训练的不同之处</translation>
  </message>
 </context>
</TS>
