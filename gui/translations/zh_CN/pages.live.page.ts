<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>LivePage</name>
  <message>
   <source>Classify the typed text</source>
   <translation>对输入的文字分类</translation>
  </message>
  <message>
   <source>Hold to speak</source>
   <translation>按住说话</translation>
  </message>
  <message>
   <source>No model to listen with</source>
   <translation>尚无可用于聆听的模型</translation>
  </message>
  <message>
   <source>Open a model …</source>
   <translation>打开模型…</translation>
  </message>
  <message>
   <source>Open a model, or train one. Then speak, drop files on this page or type, and see what it hears.</source>
   <translation>请打开或训练一个模型，然后说话、把文件拖放到本页或输入文字，看它识别出什么。</translation>
  </message>
  <message>
   <source>Train one</source>
   <translation>训练一个模型</translation>
  </message>
 </context>
</TS>
