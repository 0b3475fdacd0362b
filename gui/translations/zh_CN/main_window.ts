<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>MainWindow</name>
  <message>
   <source>A long job is under way</source>
   <translation>有一项长时间任务正在进行</translation>
  </message>
  <message>
   <source>Close a message or a dialog</source>
   <translation>关闭消息或对话框</translation>
  </message>
  <message>
   <source>Close the data set</source>
   <translation>关闭数据集</translation>
  </message>
  <message>
   <source>Close the model</source>
   <translation>关闭模型</translation>
  </message>
  <message>
   <source>Collect</source>
   <translation>采集</translation>
  </message>
  <message>
   <source>Details</source>
   <translation>详情</translation>
  </message>
  <message>
   <source>End it</source>
   <translation>结束任务</translation>
  </message>
  <message>
   <source>Evaluate</source>
   <translation>评估</translation>
  </message>
  <message>
   <source>Everywhere</source>
   <translation>全局</translation>
  </message>
  <message>
   <source>Go on in the background</source>
   <translation>在后台继续</translation>
  </message>
  <message>
   <source>Inspect</source>
   <translation>检视</translation>
  </message>
  <message>
   <source>Keyboard shortcuts</source>
   <translation>键盘快捷键</translation>
  </message>
  <message>
   <source>Live</source>
   <translation>实时</translation>
  </message>
  <message>
   <source>Log</source>
   <translation>日志</translation>
  </message>
  <message>
   <source>Look through the data set again</source>
   <translation>重新扫描数据集</translation>
  </message>
  <message>
   <source>Make the spoken sample …</source>
   <translation>生成语音示例…</translation>
  </message>
  <message>
   <source>Menu</source>
   <translation>菜单</translation>
  </message>
  <message>
   <source>Open a data set …</source>
   <translation>打开数据集…</translation>
  </message>
  <message>
   <source>Open a model …</source>
   <translation>打开模型…</translation>
  </message>
  <message>
   <source>Quit</source>
   <translation>退出</translation>
  </message>
  <message>
   <source>Take the tour</source>
   <translation>开始导览</translation>
  </message>
  <message>
   <source>The job cannot go on in the background: the user's folder cannot be written.</source>
   <translation>任务无法在后台继续：用户文件夹不可写入。</translation>
  </message>
  <message>
   <source>Train</source>
   <translation>训练</translation>
  </message>
  <message>
   <source>{title}: it can go on in the background. The next start of the app shows it again.</source>
   <translation>{title}：它可以在后台继续进行，下次启动程序时会再次显示。</translation>
  </message>
 </context>
</TS>
