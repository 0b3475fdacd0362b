<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>SpectrogramRoll</name>
  <message>
   <source>0 dB</source>
   <translation>0 dB</translation>
  </message>
  <message>
   <source>0 s</source>
   <translation>0 秒</translation>
  </message>
  <message>
   <source>How loud it is</source>
   <translation>声音有多响</translation>
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
   <translation>时间</translation>
  </message>
  <message>
   <source>Time before now</source>
   <translation>距现在的时间</translation>
  </message>
  <message>
   <source>What each unit of a layer does meanwhile: choose gate and layer above</source>
   <translation>一层中每个单元此时在做什么：在上方选择门和层</translation>
  </message>
  <message>
   <source>What it sounds like: low tones below, high ones above</source>
   <translation>声音的样子：低音在下，高音在上</translation>
  </message>
  <message>
   <source>What the model would say if the word ended here</source>
   <translation>若词到此结束，模型会给出什么</translation>
  </message>
  <message>
   <source>frequency</source>
   <translation>频率</translation>
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
   <source>unit 0</source>
   <translation>单元 0</translation>
  </message>
  <message>
   <source>{level} dB</source>
   <translation>{level} dB</translation>
  </message>
  <message>
   <source>{n} classes, 0 to 1</source>
   <translation>{n} 个类别，0 到 1</translation>
  </message>
  <message>
   <source>{n} kHz</source>
   <translation>{n} kHz</translation>
  </message>
  <message>
   <source>{n} s</source>
   <translation>{n} 秒</translation>
  </message>
 </context>
</TS>
