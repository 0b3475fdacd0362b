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
   <source>Making the spoken sample</source>
   <translation>正在生成语音示例</translation>
  </message>
  <message>
   <source>Open the model</source>
   <translation>打开模型</translation>
  </message>
  <message>
   <source>There is no folder {path}. It may have been moved, renamed or unplugged.</source>
   <translation>找不到文件夹 {path}。它可能已被移动、重命名，或所在的磁盘已拔出。</translation>
  </message>
  <message>
   <source>What the app remembers for the next start cannot be saved.</source>
   <translation>应用无法保存下次启动时要恢复的内容。</translation>
  </message>
 </context>
</TS>
