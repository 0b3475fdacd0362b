<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>LivePage</name>
  <message>
   <source>A model is open</source>
   <translation>模型已打开</translation>
  </message>
  <message>
   <source>Choose another one, or look inside this one.</source>
   <translation>可以换一个模型，或看看这个模型的内部。</translation>
  </message>
  <message>
   <source>Look inside</source>
   <translation>查看内部</translation>
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
 </context>
</TS>
