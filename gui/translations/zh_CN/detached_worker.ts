<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>DetachedWorker</name>
  <message>
   <source>The job in the background ended without a result. The details hold its last lines.</source>
   <translation>后台任务未返回结果就结束了。详情中有它的最后几行输出。</translation>
  </message>
 </context>
</TS>
