<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>ImportForm</name>
  <message numerus="yes">
   <source>%n line(s), in the model's order; counted from 0 if left empty</source>
   <translation>
    <numerusform>%n 行，按模型的顺序；留空则从 0 编号</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>%n token(s)</source>
   <translation>
    <numerusform>%n 个词元</numerusform>
   </translation>
  </message>
  <message>
   <source>A .toml or .json file with the settings of the features</source>
   <translation>含特征设置的 .toml 或 .json 文件</translation>
  </message>
  <message>
   <source>A frame is</source>
   <translation>每一帧是</translation>
  </message>
  <message>
   <source>A text file with a token a line, the first one of id 0</source>
   <translation>每行一个词元的文本文件，第一行编号为 0</translation>
  </message>
  <message>
   <source>A {source} model: LSTM of {layers} units, reads {reads}. Say what the file does not.</source>
   <translation>{source} 模型：{layers} 个单元的 LSTM，读取{reads}。请补充文件中没有的信息。</translation>
  </message>
  <message>
   <source>Cancel</source>
   <translation>取消</translation>
  </message>
  <message>
   <source>Case</source>
   <translation>大小写</translation>
  </message>
  <message>
   <source>Change …</source>
   <translation>更改…</translation>
  </message>
  <message>
   <source>Characters</source>
   <translation>字符</translation>
  </message>
  <message>
   <source>Chinese words</source>
   <translation>中文词</translation>
  </message>
  <message>
   <source>Choose …</source>
   <translation>选择…</translation>
  </message>
  <message>
   <source>Classes of {name}</source>
   <translation>{name} 的类别</translation>
  </message>
  <message>
   <source>Fold to lower case</source>
   <translation>转为小写</translation>
  </message>
  <message>
   <source>Found by its usual names if left empty</source>
   <translation>留空则按常用名称查找</translation>
  </message>
  <message>
   <source>From a file …</source>
   <translation>从文件…</translation>
  </message>
  <message>
   <source>Import</source>
   <translation>导入</translation>
  </message>
  <message>
   <source>Import a model</source>
   <translation>导入模型</translation>
  </message>
  <message>
   <source>Import {name}</source>
   <translation>导入 {name}</translation>
  </message>
  <message>
   <source>Importing …</source>
   <translation>正在导入…</translation>
  </message>
  <message>
   <source>MFCC of speech</source>
   <translation>语音的 MFCC</translation>
  </message>
  <message>
   <source>Models</source>
   <translation>模型</translation>
  </message>
  <message>
   <source>Numbers, as they are</source>
   <translation>数值，保持原样</translation>
  </message>
  <message>
   <source>Sample rate</source>
   <translation>采样率</translation>
  </message>
  <message>
   <source>Save the model as</source>
   <translation>模型另存为</translation>
  </message>
  <message>
   <source>Saved as</source>
   <translation>保存为</translation>
  </message>
  <message>
   <source>Settings</source>
   <translation>设置</translation>
  </message>
  <message>
   <source>Settings of the features</source>
   <translation>特征设置</translation>
  </message>
  <message>
   <source>Texts</source>
   <translation>文本</translation>
  </message>
  <message>
   <source>Texts are cut into</source>
   <translation>文本切分为</translation>
  </message>
  <message>
   <source>The head gets of all frames</source>
   <translation>输出层取所有帧的</translation>
  </message>
  <message>
   <source>The last one</source>
   <translation>最后一帧</translation>
  </message>
  <message>
   <source>Their maximum</source>
   <translation>最大值</translation>
  </message>
  <message>
   <source>Their mean</source>
   <translation>平均值</translation>
  </message>
  <message>
   <source>Unknown token</source>
   <translation>未知词元</translation>
  </message>
  <message>
   <source>Vocabulary</source>
   <translation>词表</translation>
  </message>
  <message>
   <source>Words</source>
   <translation>词</translation>
  </message>
  <message numerus="yes">
   <source>frames of %n number(s)</source>
   <translation>
    <numerusform>每帧 %n 个数值</numerusform>
   </translation>
  </message>
 </context>
</TS>
