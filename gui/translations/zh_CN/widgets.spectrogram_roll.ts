<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>SpectrogramRoll</name>
  <message>
   <source>0 s</source>
   <translation>0 秒</translation>
  </message>
  <message>
   <source>Level</source>
   <translation>音量</translation>
  </message>
  <message>
   <source>Probability</source>
   <translation>概率</translation>
  </message>
  <message>
   <source>Sound, spectrogram, probabilities and gates of the last seconds</source>
   <translation>最近几秒的声音、频谱图、概率和门</translation>
  </message>
  <message>
   <source>Spectrogram</source>
   <translation>频谱图</translation>
  </message>
  <message>
   <source>Time</source>
   <translation>用时</translation>
  </message>
  <message>
   <source>layer {n}, {low} to {high}</source>
   <translation>第 {n} 层，{low} 到 {high}</translation>
  </message>
  <message>
   <source>microphone off</source>
   <translation>麦克风已关</translation>
  </message>
  <message>
   <source>now</source>
   <translation>现在</translation>
  </message>
  <message>
   <source>too loud: clipped</source>
   <translation>太响：已削波</translation>
  </message>
  <message>
   <source>{level} dB</source>
   <translation>{level} dB</translation>
  </message>
  <message>
   <source>{low} to {high} kHz</source>
   <translation>{low} 到 {high} kHz</translation>
  </message>
  <message>
   <source>{n} classes, 0 to 1</source>
   <translation>{n} 个类别，0 到 1</translation>
  </message>
  <message>
   <source>{n} s</source>
   <translation>{n} 秒</translation>
  </message>
 </context>
</TS>
