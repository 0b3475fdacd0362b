<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>WorkerProcess</name>
  <message>
   <source>The worker program could not be started.</source>
   <translation>无法启动后台程序。</translation>
  </message>
  <message>
   <source>The worker program ended without a result (code {code}). The details hold its last lines.</source>
   <translation>后台程序未返回结果就结束了（代码 {code}）。详情中有它的最后几行输出。</translation>
  </message>
 </context>
</TS>
