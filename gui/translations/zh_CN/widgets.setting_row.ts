<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>SettingRow</name>
  <message>
   <source>Back to the default</source>
   <translation>恢复默认值</translation>
  </message>
  <message>
   <source>Default: {value}</source>
   <translation>默认：{value}</translation>
  </message>
  <message>
   <source>Reset {setting}</source>
   <translation>重置{setting}</translation>
  </message>
  <message>
   <source>a list</source>
   <translation>列表</translation>
  </message>
  <message>
   <source>a list, as 64, 64</source>
   <translation>列表，如 64, 64</translation>
  </message>
  <message>
   <source>above {low}, up to {high}</source>
   <translation>大于 {low}，至多 {high}</translation>
  </message>
  <message>
   <source>none</source>
   <translation>无</translation>
  </message>
  <message>
   <source>off</source>
   <translation>关</translation>
  </message>
  <message>
   <source>on</source>
   <translation>开</translation>
  </message>
  <message>
   <source>one or more of {choices}</source>
   <translation>{choices} 中的一个或多个</translation>
  </message>
  <message>
   <source>unset</source>
   <translation>不设</translation>
  </message>
  <message>
   <source>whole number</source>
   <translation>整数</translation>
  </message>
  <message>
   <source>{low} or more</source>
   <translation>{low} 或以上</translation>
  </message>
  <message>
   <source>{low} to below {high}</source>
   <translation>{low} 到小于 {high}</translation>
  </message>
  <message>
   <source>{low} to {high}</source>
   <translation>{low} 到 {high}</translation>
  </message>
  <message>
   <source>{setting}, changed</source>
   <translation>{setting}，已改</translation>
  </message>
 </context>
</TS>
