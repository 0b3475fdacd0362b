<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>InspectWorkspace</name>
  <message>
   <source>All numbers (NPZ) …</source>
   <translation>全部数值（NPZ）…</translation>
  </message>
  <message>
   <source>Choose an item</source>
   <translation>选择一个条目</translation>
  </message>
  <message>
   <source>Computing …</source>
   <translation>正在计算…</translation>
  </message>
  <message>
   <source>Drawing (SVG) …</source>
   <translation>矢量图（SVG）…</translation>
  </message>
  <message>
   <source>Export</source>
   <translation>导出</translation>
  </message>
  <message>
   <source>Fit</source>
   <translation>全部</translation>
  </message>
  <message>
   <source>Look at a file</source>
   <translation>查看一个文件</translation>
  </message>
  <message>
   <source>Open a data set …</source>
   <translation>打开数据集…</translation>
  </message>
  <message>
   <source>Open a file …</source>
   <translation>打开文件…</translation>
  </message>
  <message>
   <source>Picture (PNG) …</source>
   <translation>图片（PNG）…</translation>
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
   <source>Show less of the time, larger</source>
   <translation>显示更短的时间，放大</translation>
  </message>
  <message>
   <source>Show less of the time, larger (+)</source>
   <translation>显示更短的时间，放大（+）</translation>
  </message>
  <message>
   <source>Show more of the time</source>
   <translation>显示更长的时间</translation>
  </message>
  <message>
   <source>Show more of the time (−)</source>
   <translation>显示更长的时间（−）</translation>
  </message>
  <message>
   <source>Show the whole item</source>
   <translation>显示整个条目</translation>
  </message>
  <message>
   <source>Show the whole item (0)</source>
   <translation>显示整个条目（0）</translation>
  </message>
  <message>
   <source>Take one of the data set, or any file: drop it here. Its gates and states appear along its time.</source>
   <translation>从数据集中选一个，或把任意文件拖到这里。它的门和状态会沿时间显示出来。</translation>
  </message>
  <message>
   <source>This item cannot be shown: {reason}.</source>
   <translation>无法显示此条目：{reason}。</translation>
  </message>
  <message>
   <source>Visible part of the time</source>
   <translation>可见的时间范围</translation>
  </message>
  <message>
   <source>Written: {path}</source>
   <translation>已写入：{path}</translation>
  </message>
  <message>
   <source>{pane} — {how}</source>
   <translation>{pane}：{how}</translation>
  </message>
 </context>
</TS>
