<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>InspectTools</name>
  <message>
   <source>Add noise, shift, speed up or cut the band, and see gates and answer follow at once.</source>
   <translation>加入噪声、平移、变速或限制频带，门与答案随即跟着变化。</translation>
  </message>
  <message>
   <source>Are the gates healthy?</source>
   <translation>这些门健康吗？</translation>
  </message>
  <message>
   <source>Both takes on one time axis; orange: the first is greater, blue: the second; the line is where they part.</source>
   <translation>两段录音对齐到同一时间轴；橙色：第一段更大，蓝色：第二段更大；竖线是二者分开之处。</translation>
  </message>
  <message>
   <source>Cell</source>
   <translation>单元</translation>
  </message>
  <message>
   <source>Compare</source>
   <translation>比较</translation>
  </message>
  <message>
   <source>Decision</source>
   <translation>决策</translation>
  </message>
  <message>
   <source>Film</source>
   <translation>影片</translation>
  </message>
  <message>
   <source>Find</source>
   <translation>查找</translation>
  </message>
  <message>
   <source>Find this moment elsewhere</source>
   <translation>在别处寻找这一刻</translation>
  </message>
  <message>
   <source>Hands</source>
   <translation>动手</translation>
  </message>
  <message>
   <source>Hands on the gates</source>
   <translation>亲手调门</translation>
  </message>
  <message>
   <source>Health</source>
   <translation>健康</translation>
  </message>
  <message>
   <source>Hold a gate open, shut it, or freeze it: everything after it is computed anew with your change.</source>
   <translation>让一个门保持打开、关上或冻结：其后的一切都按您的改动重新计算。</translation>
  </message>
  <message>
   <source>How much of what each frame wrote is still there at the chosen frame: exact accounting given the gates, not a claim about causes.</source>
   <translation>每一帧写入的内容到所选帧还剩多少：在给定门值下的精确记账，并非因果论断。</translation>
  </message>
  <message>
   <source>How the answer came about</source>
   <translation>答案是怎样形成的</translation>
  </message>
  <message>
   <source>How training shaped it</source>
   <translation>训练如何塑造它</translation>
  </message>
  <message>
   <source>Inside one cell</source>
   <translation>单元内部</translation>
  </message>
  <message>
   <source>Memory</source>
   <translation>记忆</translation>
  </message>
  <message>
   <source>One LSTM cell at the cursor's frame: thick wires carry much, thin ones little; orange raises, blue lowers.</source>
   <translation>光标所在帧的一个 LSTM 单元：粗线承载多，细线承载少；橙色升高，蓝色降低。</translation>
  </message>
  <message>
   <source>Over many items: gates that always stand open or shut, units that never write or never let go.</source>
   <translation>纵观许多样本：总是打开或关闭的门，从不写入或从不放手的单元。</translation>
  </message>
  <message>
   <source>Stress</source>
   <translation>压力</translation>
  </message>
  <message>
   <source>The same item after each epoch: move through the epochs and see gates take their roles.</source>
   <translation>同一样本在每一轮训练之后的样子：逐轮移动，看各个门如何各司其职。</translation>
  </message>
  <message>
   <source>The units that are on in the chosen range and off around it, and where else in the data set they are on together.</source>
   <translation>在所选范围内开启而在其前后关闭的单元，以及它们在数据集中还有哪些地方一同开启。</translation>
  </message>
  <message>
   <source>Two takes, aligned</source>
   <translation>两段录音，对齐</translation>
  </message>
  <message>
   <source>What is still in the cell</source>
   <translation>单元里还留着什么</translation>
  </message>
  <message>
   <source>What the model would say if the item ended here; the line marks where the final answer takes the lead for good.</source>
   <translation>若样本在此结束，模型会怎么说；竖线标出最终答案从何处起一直领先。</translation>
  </message>
  <message>
   <source>When does it break?</source>
   <translation>何时会失败？</translation>
  </message>
 </context>
</TS>
