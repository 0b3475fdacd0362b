<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>RecordView</name>
  <message numerus="yes">
   <source>%n take(s) kept</source>
   <translation>
    <numerusform>已保留 %n 次录音</numerusform>
   </translation>
  </message>
  <message>
   <source>A take ends by itself after so many seconds</source>
   <translation>录音到此秒数后自动结束</translation>
  </message>
  <message>
   <source>A take in which a word was found is kept, and the next one begins, without a question</source>
   <translation>找到词语的录音会自动保留，并直接开始下一次录音</translation>
  </message>
  <message>
   <source>All classes in turn</source>
   <translation>依次录所有类别</translation>
  </message>
  <message>
   <source>Class</source>
   <translation>类别</translation>
  </message>
  <message>
   <source>Count-in</source>
   <translation>倒计时</translation>
  </message>
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
   <source>Hold to record</source>
   <translation>按住录音</translation>
  </message>
  <message>
   <source>Hold to record (Space)</source>
   <translation>按住录音（空格）</translation>
  </message>
  <message>
   <source>How often each word is to be said</source>
   <translation>每个词要说几遍</translation>
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
   <source>Keep and go on</source>
   <translation>自动保留并继续</translation>
  </message>
  <message>
   <source>Let go to end</source>
   <translation>松开结束</translation>
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
   <source>Make a class first</source>
   <translation>请先建立类别</translation>
  </message>
  <message>
   <source>Microphone</source>
   <translation>麦克风</translation>
  </message>
  <message>
   <source>No microphone was found. Plug one in, or switch it on.</source>
   <translation>没有找到麦克风。请插入或打开一个。</translation>
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
   <source>Record (Space)</source>
   <translation>录音（空格）</translation>
  </message>
  <message>
   <source>Say it again</source>
   <translation>重录</translation>
  </message>
  <message>
   <source>Seconds from the key to the beginning of a take</source>
   <translation>从按键到开始录音的秒数</translation>
  </message>
  <message>
   <source>Speaker</source>
   <translation>说话人</translation>
  </message>
  <message>
   <source>Stop</source>
   <translation>停止</translation>
  </message>
  <message>
   <source>Stop (Space)</source>
   <translation>停止（空格）</translation>
  </message>
  <message>
   <source>Takes in a row</source>
   <translation>连录次数</translation>
  </message>
  <message>
   <source>The take appears here, with the silence cut off. Drag the edges to change the cut.</source>
   <translation>录音会显示在这里，静音已切除。拖动边线可调整剪切。</translation>
  </message>
  <message>
   <source>The take that was under way is kept; it is offered at the next start.</source>
   <translation>正在进行的录音已保留，下次启动时会提供。</translation>
  </message>
  <message>
   <source>The take; left and right move its beginning, with Shift its end</source>
   <translation>录音；左右键移动起点，按住 Shift 移动终点</translation>
  </message>
  <message>
   <source>Type its name to the left and press Return.</source>
   <translation>在左侧输入名称并按回车。</translation>
  </message>
  <message>
   <source>get ready</source>
   <translation>准备</translation>
  </message>
  <message>
   <source>keep it, or say it again</source>
   <translation>保留，或重录</translation>
  </message>
  <message>
   <source>ready when you are</source>
   <translation>随时可以开始</translation>
  </message>
  <message>
   <source>saving …</source>
   <translation>正在保存…</translation>
  </message>
  <message>
   <source>say it now</source>
   <translation>请说</translation>
  </message>
  <message>
   <source>then: {word}</source>
   <translation>下一个：{word}</translation>
  </message>
  <message>
   <source>unknown</source>
   <translation>未知</translation>
  </message>
  <message>
   <source>{kept} s of {total} s are kept</source>
   <translation>保留 {kept} 秒，共 {total} 秒</translation>
  </message>
  <message>
   <source>{n} of {total}</source>
   <translation>{n}／{total}</translation>
  </message>
 </context>
</TS>
