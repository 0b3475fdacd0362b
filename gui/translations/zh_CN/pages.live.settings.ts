<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>LiveSettings</name>
  <message>
   <source> %</source>
   <translation> %</translation>
  </message>
  <message>
   <source> ms</source>
   <translation> 毫秒</translation>
  </message>
  <message>
   <source>Below this confidence the answer is `unknown`. auto: the model's own threshold, {own}.</source>
   <translation>低于此把握时，结果为“未知”。自动：模型自己的阈值，{own}。</translation>
  </message>
  <message>
   <source>Decision delay: silence after which a word is over, so from a word's end to its answer.</source>
   <translation>判定延迟：静音多久算一个词结束，也就是从词尾到给出结果的时间。</translation>
  </message>
  <message>
   <source>Delay</source>
   <translation>延迟</translation>
  </message>
  <message>
   <source>Share that what was said so far of a word has in each new answer.</source>
   <translation>此前对该词的判断在每个新结果中所占的比例。</translation>
  </message>
  <message>
   <source>Smoothing</source>
   <translation>平滑</translation>
  </message>
  <message>
   <source>Threshold</source>
   <translation>阈值</translation>
  </message>
  <message>
   <source>auto</source>
   <translation>自动</translation>
  </message>
  <message>
   <source>none</source>
   <translation>无</translation>
  </message>
 </context>
</TS>
