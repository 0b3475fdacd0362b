<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>RunList</name>
  <message>
   <source>Curves</source>
   <translation>曲线</translation>
  </message>
  <message>
   <source>Epoch {best} of {n} was kept</source>
   <translation>保留了第 {best} 轮，共 {n} 轮</translation>
  </message>
  <message>
   <source>Epochs</source>
   <translation>训练轮数</translation>
  </message>
  <message>
   <source>Loss</source>
   <translation>损失</translation>
  </message>
  <message>
   <source>Note</source>
   <translation>备注</translation>
  </message>
  <message>
   <source>Run</source>
   <translation>训练</translation>
  </message>
  <message>
   <source>Settings</source>
   <translation>设置</translation>
  </message>
  <message>
   <source>Started</source>
   <translation>开始于</translation>
  </message>
  <message>
   <source>Time</source>
   <translation>用时</translation>
  </message>
  <message>
   <source>Training runs</source>
   <translation>训练记录</translation>
  </message>
  <message>
   <source>Validation</source>
   <translation>验证</translation>
  </message>
  <message>
   <source>broken off</source>
   <translation>已中断</translation>
  </message>
  <message>
   <source>curves of {run}</source>
   <translation>{run} 的曲线</translation>
  </message>
  <message>
   <source>running</source>
   <translation>进行中</translation>
  </message>
 </context>
</TS>
