<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>LiveControls</name>
  <message>
   <source> %</source>
   <translation> %</translation>
  </message>
  <message>
   <source> ms</source>
   <translation> 毫秒</translation>
  </message>
  <message>
   <source>Below this confidence a word is told as unknown.</source>
   <translation>把握低于此值的词显示为“未知”。</translation>
  </message>
  <message>
   <source>Decision delay</source>
   <translation>判定延迟</translation>
  </message>
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
   <source>Share that what was said so far of a word has in each new answer.</source>
   <translation>一个词先前的判断在每个新判断中所占的比例。</translation>
  </message>
  <message>
   <source>Silence after which a word is over: from a word's end to its answer.</source>
   <translation>静音多久算一个词结束：从词尾到给出结果的时间。</translation>
  </message>
  <message>
   <source>Smoothing</source>
   <translation>平滑</translation>
  </message>
  <message>
   <source>Speak, and let go</source>
   <translation>请说话，说完松开</translation>
  </message>
  <message>
   <source>Stop listening</source>
   <translation>停止聆听</translation>
  </message>
  <message>
   <source>Threshold</source>
   <translation>阈值</translation>
  </message>
  <message>
   <source>none</source>
   <translation>无</translation>
  </message>
  <message>
   <source>the model's own ({n} %)</source>
   <translation>模型自带（{n}%）</translation>
  </message>
 </context>
</TS>
