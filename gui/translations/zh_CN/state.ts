<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>AppState</name>
  <message>
   <source>Finished in the background: {title}</source>
   <translation>后台任务已完成：{title}</translation>
  </message>
  <message>
   <source>Looking through {name}</source>
   <translation>正在扫描 {name}</translation>
  </message>
  <message>
   <source>Making the spoken sample</source>
   <translation>正在生成语音示例</translation>
  </message>
  <message>
   <source>One training at a time: wait for the one that runs, or stop it.</source>
   <translation>一次只能进行一个训练：请等待当前训练结束，或将其停止。</translation>
  </message>
  <message>
   <source>Open the model</source>
   <translation>打开模型</translation>
  </message>
  <message>
   <source>There is no folder {path}. It may have been moved, renamed or unplugged.</source>
   <translation>找不到文件夹 {path}。它可能已被移动、重命名，或所在的磁盘已拔出。</translation>
  </message>
 </context>
</TS>
