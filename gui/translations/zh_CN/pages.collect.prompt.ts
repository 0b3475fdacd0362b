<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>RecordPrompt</name>
  <message>
   <source>Hold to record (Space)</source>
   <translation>按住录音（空格）</translation>
  </message>
  <message>
   <source>Let go to end</source>
   <translation>松开结束</translation>
  </message>
  <message>
   <source>Make a class first</source>
   <translation>请先建立类别</translation>
  </message>
  <message>
   <source>Record (Space)</source>
   <translation>录音（空格）</translation>
  </message>
  <message>
   <source>Stop (Space)</source>
   <translation>停止（空格）</translation>
  </message>
  <message>
   <source>Type its name to the left and press Return.</source>
   <translation>在左侧输入名称并按回车。</translation>
  </message>
  <message>
   <source>get ready</source>
   <translation>准备</translation>
  </message>
  <message>
   <source>get ready: {n}</source>
   <translation>准备：{n}</translation>
  </message>
  <message>
   <source>keep it, or say it again</source>
   <translation>保留，或重录</translation>
  </message>
  <message>
   <source>ready when you are</source>
   <translation>随时可以开始</translation>
  </message>
  <message>
   <source>saving …</source>
   <translation>正在保存…</translation>
  </message>
  <message>
   <source>say it now</source>
   <translation>请说</translation>
  </message>
  <message>
   <source>then: {word}</source>
   <translation>下一个：{word}</translation>
  </message>
  <message>
   <source>{n} of {total}</source>
   <translation>{n}／{total}</translation>
  </message>
 </context>
</TS>
