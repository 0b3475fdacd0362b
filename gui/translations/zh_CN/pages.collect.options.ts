<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>RecordOptions</name>
  <message>
   <source>A take ends by itself after so many seconds</source>
   <translation>录音到此秒数后自动结束</translation>
  </message>
  <message>
   <source>A take ends by itself half a second after a word is over</source>
   <translation>单词结束半秒后，录音自动停止</translation>
  </message>
  <message>
   <source>A take lasts for as long as the key or the button is held</source>
   <translation>按住按键或按钮期间持续录音</translation>
  </message>
  <message>
   <source>All classes in turn</source>
   <translation>依次录所有类别</translation>
  </message>
  <message>
   <source>Count-in</source>
   <translation>倒计时</translation>
  </message>
  <message>
   <source>Hands free: a take ends after its word, a take in which a word was found is kept, and the next one begins. Ctrl+Z takes the last one back and asks for its word again.</source>
   <translation>免手动：单词结束后录音自动停止，找到单词的录音会保留，随后开始下一条。Ctrl+Z 撤销上一条并重新提示该单词。</translation>
  </message>
  <message>
   <source>Hold to record</source>
   <translation>按住录音</translation>
  </message>
  <message>
   <source>How often each word is to be said</source>
   <translation>每个词要说几遍</translation>
  </message>
  <message>
   <source>Keep and go on</source>
   <translation>自动保留并继续</translation>
  </message>
  <message>
   <source>Longest</source>
   <translation>最长</translation>
  </message>
  <message>
   <source>Longest take</source>
   <translation>单次录音最长时间</translation>
  </message>
  <message>
   <source>Seconds from the key to the beginning of a take</source>
   <translation>从按键到开始录音的秒数</translation>
  </message>
  <message>
   <source>Stop after the word</source>
   <translation>说完自动停止</translation>
  </message>
  <message>
   <source>Takes in a row</source>
   <translation>连录次数</translation>
  </message>
  <message>
   <source>The next word is that of the next class, again and again</source>
   <translation>依次轮流提示各个类别的单词</translation>
  </message>
 </context>
</TS>
