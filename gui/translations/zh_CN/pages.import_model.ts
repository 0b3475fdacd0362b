<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>ModelImport</name>
  <message>
   <source>Comparing with Keras …</source>
   <translation>正在与 Keras 比较…</translation>
  </message>
  <message>
   <source>Imported: {path}. Its numbers agree with Keras within {difference}.</source>
   <translation>已导入：{path}。其数值与 Keras 的差异不超过 {difference}。</translation>
  </message>
  <message>
   <source>Importing {name}</source>
   <translation>正在导入 {name}</translation>
  </message>
  <message>
   <source>Looking into {name}</source>
   <translation>正在查看 {name}</translation>
  </message>
  <message>
   <source>Reading the file …</source>
   <translation>正在读取文件…</translation>
  </message>
  <message>
   <source>Stopped. Nothing was written.</source>
   <translation>已停止。未写入任何内容。</translation>
  </message>
 </context>
</TS>
