<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>KeepBar</name>
  <message>
   <source>Choose a class, or type a new one.</source>
   <translation>选择一个类别，或输入新类别。</translation>
  </message>
  <message>
   <source>In {name} as {label}.</source>
   <translation>已作为 {label} 放入 {name}。</translation>
  </message>
  <message>
   <source>Its sound is no longer kept: only the last ones are.</source>
   <translation>它的声音已不再保留：只保留最近的。</translation>
  </message>
  <message>
   <source>Open a data set to put what was heard into it.</source>
   <translation>打开一个数据集，就能把听到的放进去。</translation>
  </message>
  <message>
   <source>Said by</source>
   <translation>说话人</translation>
  </message>
  <message>
   <source>Say whether an answer was right: that puts it into {name}.</source>
   <translation>告诉它答得对不对，就会放入 {name}。</translation>
  </message>
  <message>
   <source>That was right</source>
   <translation>对</translation>
  </message>
  <message>
   <source>That was right: {label}</source>
   <translation>对，是 {label}</translation>
  </message>
  <message>
   <source>That was wrong</source>
   <translation>不对</translation>
  </message>
  <message>
   <source>What it was</source>
   <translation>实际上是什么</translation>
  </message>
  <message>
   <source>What was true of it: {target}</source>
   <translation>实际的 {target}</translation>
  </message>
  <message>
   <source>Who said it</source>
   <translation>谁说的</translation>
  </message>
  <message>
   <source>Who said it: a name that is the same each time.</source>
   <translation>谁说的：每次用同一个名字。</translation>
  </message>
  <message>
   <source>Your answer puts it into {name}.</source>
   <translation>您的回答会把它放入 {name}。</translation>
  </message>
  <message>
   <source>it was …</source>
   <translation>其实是……</translation>
  </message>
  <message>
   <source>who?</source>
   <translation>谁？</translation>
  </message>
 </context>
</TS>
