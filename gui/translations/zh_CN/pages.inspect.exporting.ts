<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>Exporter</name>
  <message>
   <source>All numbers (NPZ) …</source>
   <translation>全部数值（NPZ）…</translation>
  </message>
  <message>
   <source>Drawing (SVG) …</source>
   <translation>矢量图（SVG）…</translation>
  </message>
  <message>
   <source>Picture (PNG) …</source>
   <translation>图片（PNG）…</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>保存</translation>
  </message>
  <message>
   <source>Save all numbers</source>
   <translation>保存全部数值</translation>
  </message>
  <message>
   <source>Save the drawing</source>
   <translation>保存矢量图</translation>
  </message>
  <message>
   <source>Save the picture</source>
   <translation>保存图片</translation>
  </message>
  <message>
   <source>Written: {path}</source>
   <translation>已写入：{path}</translation>
  </message>
 </context>
</TS>
