<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>ItemHead</name>
  <message>
   <source>(empty text)</source>
   <translation>（空文本）</translation>
  </message>
  <message>
   <source>Computing …</source>
   <translation>正在计算…</translation>
  </message>
  <message>
   <source>Export</source>
   <translation>导出</translation>
  </message>
  <message>
   <source>The item after</source>
   <translation>下一个样本</translation>
  </message>
  <message>
   <source>The item after (Alt+↓)</source>
   <translation>下一个样本 (Alt+↓)</translation>
  </message>
  <message>
   <source>The item before</source>
   <translation>上一个样本</translation>
  </message>
  <message>
   <source>The item before (Alt+↑)</source>
   <translation>上一个样本 (Alt+↑)</translation>
  </message>
  <message>
   <source>Views</source>
   <translation>视图</translation>
  </message>
 </context>
</TS>
