<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>LiveHearing</name>
  <message>
   <source>No sound comes from {name} at the moment.</source>
   <translation>{name} 目前没有传来声音。</translation>
  </message>
  <message>
   <source>Nothing was heard. Hold the button for as long as you speak.</source>
   <translation>没有听到声音。说话期间请一直按住按钮。</translation>
  </message>
  <message>
   <source>The computer was too busy: a little of the sound was lost.</source>
   <translation>计算机太忙，丢失了少量声音。</translation>
  </message>
  <message>
   <source>{name} gives nothing but digital silence at the moment: muted, or its noise filter is shut.</source>
   <translation>{name} 此刻只传来数字静音：被静音了，或它的降噪门关上了。</translation>
  </message>
  <message>
   <source>{name} gives nothing but digital silence: it is muted, or this program may not hear it. Unmute it or allow it in the system's settings.</source>
   <translation>{name} 只传来数字静音：它被静音了，或者本程序无权使用它。请在系统设置中取消静音或允许使用。</translation>
  </message>
  <message>
   <source>{name} has gone: it was unplugged or switched off. What was said before is in the table.</source>
   <translation>{name} 不见了：它被拔出或关闭。此前说的内容在表格中。</translation>
  </message>
 </context>
</TS>
