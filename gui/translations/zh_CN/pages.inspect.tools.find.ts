<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>FindTool</name>
  <message>
   <source>A unit is on where its state is beyond this</source>
   <translation>状态超过此值的单元视为开启</translation>
  </message>
  <message>
   <source>Drag over a moment in the lens, or mark its ends by [ and ].</source>
   <translation>在透镜中拖选一段，或用 [ 和 ] 标出两端。</translation>
  </message>
  <message>
   <source>Find: all hits (CSV) …</source>
   <translation>查找：所有命中 (CSV)……</translation>
  </message>
  <message>
   <source>From {low} to {high}, {n} frames</source>
   <translation>从 {low} 到 {high}，{n} 帧</translation>
  </message>
  <message>
   <source>Grouped by</source>
   <translation>分组方式</translation>
  </message>
  <message>
   <source>Lift over chance by speaker</source>
   <translation>按说话人：相对偶然的提升</translation>
  </message>
  <message>
   <source>Lift over chance by the model's answer</source>
   <translation>按模型答案：相对偶然的提升</translation>
  </message>
  <message>
   <source>Lift over chance by {name}</source>
   <translation>按 {name}：相对偶然的提升</translation>
  </message>
  <message>
   <source>Look at it</source>
   <translation>查看它</translation>
  </message>
  <message>
   <source>Moments like this one, best first</source>
   <translation>类似的时刻，最像的在前</translation>
  </message>
  <message>
   <source>No unit is on here and off around it: choose another range or threshold.</source>
   <translation>没有单元在此开启而在其前后关闭：请另选范围或阈值。</translation>
  </message>
  <message>
   <source>Open a data set to search it.</source>
   <translation>请打开要搜索的数据集。</translation>
  </message>
  <message>
   <source>Play in a row</source>
   <translation>连续播放</translation>
  </message>
  <message>
   <source>Search the data set</source>
   <translation>搜索数据集</translation>
  </message>
  <message>
   <source>Searching …</source>
   <translation>正在搜索……</translation>
  </message>
  <message>
   <source>Stop</source>
   <translation>停止</translation>
  </message>
  <message>
   <source>The data set is being traced once; after that searches take no time.</source>
   <translation>正在对数据集做一次记录；之后的搜索无需等待。</translation>
  </message>
  <message>
   <source>Threshold</source>
   <translation>阈值</translation>
  </message>
  <message>
   <source>Tracing the data set</source>
   <translation>正在记录数据集</translation>
  </message>
  <message>
   <source>Which state says that a unit is on</source>
   <translation>以哪种状态判断单元开启</translation>
  </message>
  <message>
   <source>by cell state c</source>
   <translation>按细胞状态 c</translation>
  </message>
  <message>
   <source>by hidden state h</source>
   <translation>按隐藏状态 h</translation>
  </message>
  <message>
   <source>frames {first}–{last}</source>
   <translation>第 {first}–{last} 帧</translation>
  </message>
  <message>
   <source>{hits} like it in {items} of {n} items, found in {seconds} s</source>
   <translation>在 {n} 个样本中的 {items} 个里有 {hits} 处相似，用时 {seconds} 秒</translation>
  </message>
  <message>
   <source>{n} of {on} units that are on here are off around it: {units}</source>
   <translation>此处开启的 {on} 个单元中有 {n} 个在前后关闭：{units}</translation>
  </message>
 </context>
</TS>
