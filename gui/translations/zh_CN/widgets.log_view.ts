<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>LogView</name>
  <message>
   <source>Close</source>
   <translation>关闭</translation>
  </message>
  <message>
   <source>Copy all</source>
   <translation>全部复制</translation>
  </message>
  <message>
   <source>Log</source>
   <translation>日志</translation>
  </message>
  <message>
   <source>Nothing yet.</source>
   <translation>暂无内容。</translation>
  </message>
  <message>
   <source>The whole log: {path}</source>
   <translation>完整日志：{path}</translation>
  </message>
  <message>
   <source>What happened in the background</source>
   <translation>后台记录</translation>
  </message>
 </context>
</TS>
