<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>Summary</name>
  <message numerus="yes">
   <source>%n item(s) could not be read.</source>
   <translation>
    <numerusform>有 %n 个条目无法读取。</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>%n note(s)</source>
   <translation>
    <numerusform>%n 条说明</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>%n speaker(s) or group(s).</source>
   <translation>
    <numerusform>%n 个说话人或组。</numerusform>
   </translation>
  </message>
  <message>
   <source>All items of {name}.</source>
   <translation>{name} 的全部条目。</translation>
  </message>
  <message>
   <source>Counts large errors more</source>
   <translation>对大误差更敏感</translation>
  </message>
  <message>
   <source>In the unit of the number itself</source>
   <translation>以该数值自身的单位计</translation>
  </message>
  <message>
   <source>Mean F1 of the classes, each counting the same</source>
   <translation>各类别 F1 的平均，每类权重相同</translation>
  </message>
  <message>
   <source>Mean distance between how sure the model says it is and how often it is right</source>
   <translation>模型自称的把握与实际正确率之间的平均差距</translation>
  </message>
  <message>
   <source>Mean of what was said minus what it was</source>
   <translation>回答减去实际值的平均</translation>
  </message>
  <message>
   <source>R²</source>
   <translation>R²</translation>
  </message>
  <message>
   <source>Share of the variance that is explained; below 0 is worse than always saying the mean</source>
   <translation>被解释的方差比例；低于 0 则不如总答平均值</translation>
  </message>
  <message>
   <source>The accuracy on other speakers or groups like these lies here, with 95 % confidence</source>
   <translation>对其他类似说话人或组的准确率有 95 % 的把握落在此范围</translation>
  </message>
  <message>
   <source>The model has learned from none of them.</source>
   <translation>模型没有用其中任何一个训练过。</translation>
  </message>
  <message>
   <source>The test part of {name}, from which the model has learned nothing.</source>
   <translation>{name} 的测试部分，模型没有用它训练过。</translation>
  </message>
  <message>
   <source>The training part of {name}, from which the model has learned.</source>
   <translation>{name} 的训练部分，模型用它训练过。</translation>
  </message>
  <message>
   <source>The validation part of {name}, by which the training was steered.</source>
   <translation>{name} 的验证部分，训练曾据此调整。</translation>
  </message>
  <message>
   <source>accuracy</source>
   <translation>准确率</translation>
  </message>
  <message>
   <source>accuracy (95 %: {low} to {high})</source>
   <translation>准确率（95 %：{low} 至 {high}）</translation>
  </message>
  <message>
   <source>bias</source>
   <translation>偏差</translation>
  </message>
  <message>
   <source>calibration error</source>
   <translation>校准误差</translation>
  </message>
  <message>
   <source>items</source>
   <translation>条目数</translation>
  </message>
  <message>
   <source>macro F1</source>
   <translation>宏平均 F1</translation>
  </message>
  <message>
   <source>mean absolute error</source>
   <translation>平均绝对误差</translation>
  </message>
  <message>
   <source>root of the mean squared error</source>
   <translation>均方根误差</translation>
  </message>
  <message>
   <source>with other speakers (95 %)</source>
   <translation>对其他说话人（95 %）</translation>
  </message>
  <message>
   <source>{n} of {total} right</source>
   <translation>{total} 个中 {n} 个正确</translation>
  </message>
 </context>
</TS>
