<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>_JobRow</name>
  <message>
   <source>Cancel: {title}</source>
   <translation>取消：{title}</translation>
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
   <source>Progress of: {title}</source>
   <translation>进度：{title}</translation>
  </message>
  <message>
   <source>Starting …</source>
   <translation>正在启动…</translation>
  </message>
  <message>
   <source>Stop early and keep the best so far</source>
   <translation>提前停止并保留目前最佳结果</translation>
  </message>
  <message>
   <source>{done} of {total}</source>
   <translation>{done} / {total}</translation>
  </message>
  <message>
   <source>{time} left</source>
   <translation>剩余 {time}</translation>
  </message>
 </context>
</TS>
