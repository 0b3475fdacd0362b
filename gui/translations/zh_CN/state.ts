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
   <source>The folder {path} is gone. It may have been unplugged, moved or renamed. The app waits for it.</source>
   <translation>文件夹 {path} 不见了。可能是驱动器已拔出，或者文件夹被移动或重命名。应用会等待它重新出现。</translation>
  </message>
  <message>
   <source>The folder {path} is there again.</source>
   <translation>文件夹 {path} 又可以使用了。</translation>
  </message>
  <message>
   <source>There is no folder {path}. It may have been moved, renamed or unplugged.</source>
   <translation>找不到文件夹 {path}。它可能已被移动、重命名，或所在的磁盘已拔出。</translation>
  </message>
  <message>
   <source>What the app remembers for the next start cannot be saved.</source>
   <translation>应用无法保存下次启动时要恢复的内容。</translation>
  </message>
  <message>
   <source>{name} cannot be written to. What you add or change is kept in your own folder instead.</source>
   <translation>{name} 不可写入。您添加或更改的内容会保存在您自己的文件夹中。</translation>
  </message>
 </context>
</TS>
