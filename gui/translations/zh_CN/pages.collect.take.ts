<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>TakePanel</name>
  <message>
   <source>Delete</source>
   <translation>删除</translation>
  </message>
  <message>
   <source>Forget this take (Del)</source>
   <translation>放弃这次录音（Del）</translation>
  </message>
  <message>
   <source>Forget this take and record it again (R)</source>
   <translation>放弃这次录音并重录（R）</translation>
  </message>
  <message>
   <source>It was too loud: say it again, further away.</source>
   <translation>声音过大：请离远一点重说。</translation>
  </message>
  <message>
   <source>Keep</source>
   <translation>保留</translation>
  </message>
  <message>
   <source>No word was found in it.</source>
   <translation>其中没有找到词语。</translation>
  </message>
  <message>
   <source>Nothing but digital silence came: the microphone is muted, or may not be used.</source>
   <translation>只收到数字静音：麦克风已静音，或不允许使用。</translation>
  </message>
  <message>
   <source>Play</source>
   <translation>播放</translation>
  </message>
  <message>
   <source>Put what is between the two edges into the class (Return)</source>
   <translation>把两条边线之间的声音放入类别（回车）</translation>
  </message>
  <message>
   <source>Say it again</source>
   <translation>重录</translation>
  </message>
  <message>
   <source>Stop</source>
   <translation>停止</translation>
  </message>
  <message>
   <source>The take appears here, with the silence cut off. Drag the edges to change the cut.</source>
   <translation>录音会显示在这里，静音已切除。拖动边线可调整剪切。</translation>
  </message>
  <message>
   <source>The take; left and right move its beginning, with Shift its end</source>
   <translation>录音；左右键移动起点，按住 Shift 移动终点</translation>
  </message>
  <message>
   <source>{kept} s of {total} s are kept</source>
   <translation>保留 {kept} 秒，共 {total} 秒</translation>
  </message>
 </context>
</TS>
