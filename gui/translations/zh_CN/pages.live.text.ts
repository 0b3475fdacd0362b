<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>LiveText</name>
  <message>
   <source>Classify</source>
   <translation>分类</translation>
  </message>
  <message>
   <source>Each line is one text.</source>
   <translation>每行一段文字。</translation>
  </message>
  <message>
   <source>Text to classify</source>
   <translation>要分类的文字</translation>
  </message>
  <message>
   <source>The bars follow what you type; Ctrl+Enter puts it into the table.</source>
   <translation>条形随输入变化；按 Ctrl+Enter 放入表格。</translation>
  </message>
  <message>
   <source>Type or paste</source>
   <translation>输入或粘贴</translation>
  </message>
 </context>
</TS>
