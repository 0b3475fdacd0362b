<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>Tour</name>
  <message>
   <source>Choose a line and press Space to hear it. The tab Record takes in words by your own microphone. Every change can be taken back.</source>
   <translation>选中一行，按空格键试听。在“录音”标签页可以用自己的麦克风录入词语。每一项更改都能撤销。</translation>
  </message>
  <message>
   <source>Collect: a class is a folder</source>
   <translation>采集：一个类别就是一个文件夹</translation>
  </message>
  <message>
   <source>Each row is what was said, each column what the model understood. Click a cell: its recordings appear, to be heard, looked into, or given the right label.</source>
   <translation>每一行是实际说的词，每一列是模型听成的词。点击一个单元格，就会列出其中的录音，可以试听、检视或更正标签。</translation>
  </message>
  <message>
   <source>Evaluate: voices it never heard</source>
   <translation>评估：从未听过的声音</translation>
  </message>
  <message>
   <source>Hear, record, sort</source>
   <translation>试听、录音、整理</translation>
  </message>
  <message>
   <source>Hold the button and say one of the ten words, or let it listen all the time. Without a microphone, drop a sound file on the page.</source>
   <translation>按住按钮，说出十个词中的一个；也可以让它持续聆听。没有麦克风时，可以把声音文件拖到本页。</translation>
  </message>
  <message>
   <source>In the next two minutes you see the whole way from recordings to a model that you can look into. The app makes a small data set now and trains on it while you read.</source>
   <translation>接下来的两分钟，您将看到从录音到可以看透的模型的完整过程。应用现在会生成一个小数据集，并在您阅读时用它训练模型。</translation>
  </message>
  <message>
   <source>Inspect: look inside</source>
   <translation>检视：看看模型内部</translation>
  </message>
  <message>
   <source>It decides what each unit keeps from one moment to the next. Bright: it remembers. Dark: it forgets, to make room for the sound that comes.</source>
   <translation>它决定每个单元从这一刻到下一刻保留什么。亮：记住；暗：遗忘，为接下来的声音腾出位置。</translation>
  </message>
  <message>
   <source>Live: speak to it</source>
   <translation>实时：对它说话</translation>
  </message>
  <message>
   <source>Now with your own words</source>
   <translation>现在换成您自己的词语</translation>
  </message>
  <message>
   <source>Open a folder at the top left, or begin a new data set on the Collect page. The sample stays to play with, and this tour stands in the menu under Help.</source>
   <translation>在左上角打开一个文件夹，或在“采集”页面新建数据集。示例会保留供您尝试，本导览可随时在菜单的“帮助”中找到。</translation>
  </message>
  <message>
   <source>Settings that explain themselves</source>
   <translation>每项设置都有说明</translation>
  </message>
  <message>
   <source>The dashed curve is what it learns from, the solid one what it is only tested on. While the solid one gets better too, the model understands and does not just learn by heart.</source>
   <translation>虚线是模型用来学习的数据，实线是只用来检验的数据。只要实线也在变好，模型就是在理解，而不只是死记硬背。</translation>
  </message>
  <message>
   <source>The forget gate</source>
   <translation>遗忘门</translation>
  </message>
  <message>
   <source>The usual settings suit most data sets. Unfold all of them and each says what it does; every run is kept with what was different, to compare and to repeat.</source>
   <translation>常用设置适合大多数数据集。展开全部设置，每一项都说明了自己的作用；每次训练连同改动的设置都会保留，便于比较和重做。</translation>
  </message>
  <message>
   <source>These ten words are the classes, spoken by twenty made-up voices. With your own data it is the same: a folder for each class, and in it recordings, texts or numbers.</source>
   <translation>这十个词就是类别，由二十个合成的声音说出。您自己的数据也是一样：每个类别一个文件夹，里面是录音、文本或数字。</translation>
  </message>
  <message>
   <source>Time runs from left to right: the sound, what the network reads of it, and its gates and states, a row for each unit. Play it by Space and follow the line.</source>
   <translation>时间从左向右：先是声音，再是网络读到的内容，然后是各个门和状态，每个单元一行。按空格键播放，跟着竖线看。</translation>
  </message>
  <message>
   <source>Train: it learns at this moment</source>
   <translation>训练：它正在学习</translation>
  </message>
  <message>
   <source>Welcome</source>
   <translation>欢迎</translation>
  </message>
 </context>
</TS>
