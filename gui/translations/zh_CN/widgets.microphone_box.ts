<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>MicrophoneBox</name>
  <message>
   <source>Microphone</source>
   <translation>麦克风</translation>
  </message>
  <message>
   <source>The system's</source>
   <translation>系统默认</translation>
  </message>
  <message>
   <source>The system's: {name}</source>
   <translation>系统默认：{name}</translation>
  </message>
  <message>
   <source>looking for microphones …</source>
   <translation>正在查找麦克风……</translation>
  </message>
  <message>
   <source>no microphone found</source>
   <translation>没有找到麦克风</translation>
  </message>
  <message>
   <source>{name} (unplugged)</source>
   <translation>{name}（已拔出）</translation>
  </message>
  <message>
   <source>{name} (what a loudspeaker plays)</source>
   <translation>{name}（扬声器播放的声音）</translation>
  </message>
 </context>
</TS>
