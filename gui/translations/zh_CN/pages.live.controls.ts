<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>LiveControls</name>
  <message>
   <source>Hearing you.</source>
   <translation>正在听。</translation>
  </message>
  <message>
   <source>Hold the button or Space, say a word, let go.</source>
   <translation>按住按钮或空格键，说一个词，然后松开。</translation>
  </message>
  <message>
   <source>Hold the button or the Space key while you speak.</source>
   <translation>说话时按住按钮或空格键。</translation>
  </message>
  <message>
   <source>Hold to speak</source>
   <translation>按住说话</translation>
  </message>
  <message>
   <source>Listen all the time</source>
   <translation>持续聆听</translation>
  </message>
  <message>
   <source>Listening to {name}. A word is told {n} ms after its end.</source>
   <translation>正在听 {name}。词说完 {n} 毫秒后给出结果。</translation>
  </message>
  <message>
   <source>Look for microphones again</source>
   <translation>重新查找麦克风</translation>
  </message>
  <message>
   <source>No microphone was found. Plug one in, or drop files here.</source>
   <translation>没有找到麦克风。请接上一个，或把文件拖到这里。</translation>
  </message>
  <message>
   <source>Opening the microphone …</source>
   <translation>正在打开麦克风……</translation>
  </message>
  <message>
   <source>Speak, and let go</source>
   <translation>请说话，说完松开</translation>
  </message>
  <message>
   <source>Stop listening</source>
   <translation>停止聆听</translation>
  </message>
 </context>
</TS>
