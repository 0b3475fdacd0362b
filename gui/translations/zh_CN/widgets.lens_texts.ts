<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>Lens</name>
  <message>
   <source>A column is one frame as it enters layer0. Orange lies above zero, blue below it.</source>
   <translation>一列是进入 layer0 的一帧。橙色高于零，蓝色低于零。</translation>
  </message>
  <message>
   <source>A column is one frame of sound as numbers: the lowest row is loudness, those above are the shape of the spectrum and how it changes. Orange lies above the usual, blue below it.</source>
   <translation>一列是用数字表示的一帧声音：最下一行是响度，以上各行是频谱的形状及其变化。橙色高于平常，蓝色低于平常。</translation>
  </message>
  <message>
   <source>A column is one token as the numbers learnt for it. Columns that look alike mean alike to the network.</source>
   <translation>一列是一个词元所学到的数字。看起来相似的列，对网络来说意思相近。</translation>
  </message>
  <message>
   <source>A gate: how much of its cell each unit keeps from the frame before. Bright: it remembers. Dark: it forgets.</source>
   <translation>门：每个单元从上一帧保留多少细胞内容。亮：记住；暗：遗忘。</translation>
  </message>
  <message>
   <source>A gate: how much of its cell each unit shows to the others. Bright: it speaks. Dark: it keeps silent.</source>
   <translation>门：每个单元向其他单元展示多少细胞内容。亮：说出；暗：沉默。</translation>
  </message>
  <message>
   <source>A gate: how much of the candidate g each unit writes into its cell. Bright: it writes. Dark: it ignores.</source>
   <translation>门：每个单元把多少候选值 g 写入细胞。亮：写入；暗：忽略。</translation>
  </message>
  <message>
   <source>A state: what each unit remembers at this frame, c = f · c before + i · g. It has no bound; colours end at ±{bound}.</source>
   <translation>状态：每个单元在此帧记住的内容，c = f · 前一帧的 c + i · g。它没有界限；颜色到 ±{bound} 为止。</translation>
  </message>
  <message>
   <source>A state: what each unit says, h = o · tanh(c). It is the layer's output, all that the next layer hears.</source>
   <translation>状态：每个单元说出的内容，h = o · tanh(c)。它是该层的输出，下一层只能得到它。</translation>
  </message>
  <message>
   <source>Air pressure over time. The coloured part is what the network reads; what is grey was cut off as silence.</source>
   <translation>随时间变化的气压。有颜色的部分是网络读取的；灰色部分作为静音被切除。</translation>
  </message>
  <message>
   <source>Candidate g</source>
   <translation>候选值 g</translation>
  </message>
  <message>
   <source>Cell state c</source>
   <translation>细胞状态 c</translation>
  </message>
  <message>
   <source>Channels</source>
   <translation>通道</translation>
  </message>
  <message>
   <source>Decision</source>
   <translation>决策</translation>
  </message>
  <message>
   <source>Distance</source>
   <translation>距离</translation>
  </message>
  <message>
   <source>Embedding</source>
   <translation>词嵌入</translation>
  </message>
  <message>
   <source>First minus second of each class's probability, if the items ended here; the last column is of the whole items.</source>
   <translation>若样本在此结束，每个类别概率的第一减第二；最后一列属于整个样本。</translation>
  </message>
  <message>
   <source>First minus second, unit by unit, where alike frames meet. Orange: the first is greater. Blue: the second.</source>
   <translation>逐单元的第一减第二，相似的帧对齐在一起。橙色：第一个更大。蓝色：第二个更大。</translation>
  </message>
  <message>
   <source>Forget gate f</source>
   <translation>遗忘门 f</translation>
  </message>
  <message>
   <source>Frames</source>
   <translation>帧</translation>
  </message>
  <message>
   <source>Hidden state h</source>
   <translation>隐藏状态 h</translation>
  </message>
  <message>
   <source>How far the two are apart at each step of the common axis: root mean square over all hidden states. The second line is a height that 19 of 20 pairs of takes of one class never keep for three steps.</source>
   <translation>在共同轴的每一步上二者相距多远：所有隐藏状态的均方根。第二条线是同类录音中 20 对里 19 对从不连续三步保持的高度。</translation>
  </message>
  <message>
   <source>How the classes share the whole if the item ended at this frame. Dotted lines: the lead changes. Solid line: from here on the answer leads for good. Grey: all other classes.</source>
   <translation>若样本在此帧结束，各类别如何分占整体。虚线：领先者更替。实线：从此处起答案一直领先。灰色：其余所有类别。</translation>
  </message>
  <message>
   <source>Input gate i</source>
   <translation>输入门 i</translation>
  </message>
  <message>
   <source>MFCC frames</source>
   <translation>MFCC 帧</translation>
  </message>
  <message>
   <source>Neither gate nor state: what each unit would write, before the input gate decides. Orange raises its cell.</source>
   <translation>既非门也非状态：在输入门决定之前，每个单元想写入的内容。橙色使细胞值升高。</translation>
  </message>
  <message>
   <source>Output gate o</source>
   <translation>输出门 o</translation>
  </message>
  <message>
   <source>Probability</source>
   <translation>概率</translation>
  </message>
  <message>
   <source>Sound</source>
   <translation>声音</translation>
  </message>
  <message>
   <source>Still in the cell</source>
   <translation>仍在单元中</translation>
  </message>
  <message>
   <source>Sum over units</source>
   <translation>各单元之和</translation>
  </message>
  <message>
   <source>The number that the model would give if the item ended at this frame; the last column is its answer.</source>
   <translation>若条目在此帧结束，模型会给出的数；最后一列是它的答案。</translation>
  </message>
  <message>
   <source>The numbers as they stand in the item, one curve a channel.</source>
   <translation>条目中原有的数字，每个通道一条曲线。</translation>
  </message>
  <message>
   <source>The same over all units, signs left out: from where in the item the layer's memory comes.</source>
   <translation>对所有单元求和，不计正负：该层的记忆来自样本的何处。</translation>
  </message>
  <message>
   <source>The text as the network reads it: one token a column, from left to right.</source>
   <translation>网络所读的文本：每列一个词元，从左到右。</translation>
  </message>
  <message>
   <source>This model looks ahead or at the whole item, so the item was cut and run again at each frame.</source>
   <translation>该模型会看后文或整个样本，因此在每一帧处截断样本并重新计算。</translation>
  </message>
  <message>
   <source>This model looks ahead or at the whole item, so the item was cut and run again at every {stride} frames.</source>
   <translation>该模型会看后文或整个样本，因此每隔 {stride} 帧截断样本并重新计算。</translation>
  </message>
  <message>
   <source>Tokens</source>
   <translation>词元</translation>
  </message>
  <message>
   <source>Value</source>
   <translation>数值</translation>
  </message>
  <message>
   <source>What each frame wrote into each unit and how much of it is still there: over all frames a row sums to the unit's cell state. Exact accounting given the gates, not a causal claim.</source>
   <translation>每一帧向每个单元写入了什么、还剩多少：一行对所有帧求和即为该单元的细胞状态。这是给定门值下的精确记账，并非因果论断。</translation>
  </message>
  <message>
   <source>What the change does to each unit at each frame. Orange: more than before. Blue: less. No colour: the same.</source>
   <translation>改动在每一帧对每个单元的影响。橙色：比原来多。蓝色：比原来少。无色：不变。</translation>
  </message>
  <message>
   <source>What the model would answer if the item ended at this frame; the last column is its answer.</source>
   <translation>若条目在此帧结束，模型会给出的回答；最后一列是它的答案。</translation>
  </message>
  <message>
   <source>being computed …</source>
   <translation>正在计算……</translation>
  </message>
  <message>
   <source>change, {low} to {high}</source>
   <translation>变化，{low} 到 {high}</translation>
  </message>
  <message>
   <source>channel {number}</source>
   <translation>通道 {number}</translation>
  </message>
  <message>
   <source>frame</source>
   <translation>帧</translation>
  </message>
  <message>
   <source>frame {number}</source>
   <translation>第 {number} 帧</translation>
  </message>
  <message>
   <source>gate, {low} to {high}</source>
   <translation>门，{low} 到 {high}</translation>
  </message>
  <message>
   <source>if it ended here</source>
   <translation>若在此结束</translation>
  </message>
  <message>
   <source>if they ended here</source>
   <translation>若在此结束</translation>
  </message>
  <message>
   <source>left, {low} to {high}</source>
   <translation>剩余，{low} 到 {high}</translation>
  </message>
  <message>
   <source>not read by the network</source>
   <translation>网络不读取</translation>
  </message>
  <message>
   <source>of the hidden states</source>
   <translation>隐藏状态之间</translation>
  </message>
  <message>
   <source>of the whole item</source>
   <translation>整个样本的</translation>
  </message>
  <message>
   <source>open</source>
   <translation>开</translation>
  </message>
  <message>
   <source>proposal, {low} to {high}</source>
   <translation>提议，{low} 到 {high}</translation>
  </message>
  <message>
   <source>row {number}</source>
   <translation>行 {number}</translation>
  </message>
  <message>
   <source>same class</source>
   <translation>同类</translation>
  </message>
  <message>
   <source>share of each class, if it ended here</source>
   <translation>若在此结束，各类别所占份额</translation>
  </message>
  <message>
   <source>shut</source>
   <translation>关</translation>
  </message>
  <message>
   <source>state, {low} to {high}</source>
   <translation>状态，{low} 到 {high}</translation>
  </message>
  <message>
   <source>time in milliseconds</source>
   <translation>时间（毫秒）</translation>
  </message>
  <message>
   <source>time in seconds</source>
   <translation>时间（秒）</translation>
  </message>
  <message>
   <source>token</source>
   <translation>词元</translation>
  </message>
  <message>
   <source>token {number}</source>
   <translation>词元 {number}</translation>
  </message>
  <message>
   <source>unit {number}</source>
   <translation>单元 {number}</translation>
  </message>
  <message>
   <source>without signs</source>
   <translation>不计正负</translation>
  </message>
  <message>
   <source>{count} in all</source>
   <translation>共 {count} 个</translation>
  </message>
  <message>
   <source>{low} to {high}</source>
   <translation>{low} 到 {high}</translation>
  </message>
  <message>
   <source>{low} to {high} deviations</source>
   <translation>{low} 到 {high} 个标准差</translation>
  </message>
  <message>
   <source>{time} ms</source>
   <translation>{time} 毫秒</translation>
  </message>
  <message>
   <source>{time} s</source>
   <translation>{time} 秒</translation>
  </message>
  <message>
   <source>Δ candidate</source>
   <translation>Δ 候选值</translation>
  </message>
  <message>
   <source>Δ cell state</source>
   <translation>Δ 细胞状态</translation>
  </message>
  <message>
   <source>Δ forget gate</source>
   <translation>Δ 遗忘门</translation>
  </message>
  <message>
   <source>Δ hidden state</source>
   <translation>Δ 隐藏状态</translation>
  </message>
  <message>
   <source>Δ input gate</source>
   <translation>Δ 输入门</translation>
  </message>
  <message>
   <source>Δ output gate</source>
   <translation>Δ 输出门</translation>
  </message>
  <message>
   <source>Δ probability</source>
   <translation>Δ 概率</translation>
  </message>
 </context>
</TS>
