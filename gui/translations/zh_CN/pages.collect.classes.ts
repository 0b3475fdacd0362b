<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>ClassesPanel</name>
  <message numerus="yes">
   <source>%n speaker(s)</source>
   <translation>
    <numerusform>%n 位说话人</numerusform>
   </translation>
  </message>
  <message>
   <source>Add the class</source>
   <translation>添加类别</translation>
  </message>
  <message>
   <source>All classes</source>
   <translation>所有类别</translation>
  </message>
  <message>
   <source>Classes</source>
   <translation>类别</translation>
  </message>
  <message>
   <source>Delete the class</source>
   <translation>删除类别</translation>
  </message>
  <message>
   <source>Give all items of this class to another one</source>
   <translation>把此类别的全部条目并入另一类别</translation>
  </message>
  <message>
   <source>Into</source>
   <translation>并入</translation>
  </message>
  <message>
   <source>Merge</source>
   <translation>合并</translation>
  </message>
  <message>
   <source>Name of a new class</source>
   <translation>新类别的名称</translation>
  </message>
  <message>
   <source>New class</source>
   <translation>新类别</translation>
  </message>
  <message>
   <source>Put the class and its items into the bin (Del)</source>
   <translation>把类别及其条目放入回收站（Del）</translation>
  </message>
  <message>
   <source>Rename the class</source>
   <translation>重命名类别</translation>
  </message>
  <message>
   <source>Rename the class (F2)</source>
   <translation>重命名类别（F2）</translation>
  </message>
  <message>
   <source>empty</source>
   <translation>空</translation>
  </message>
 </context>
</TS>
