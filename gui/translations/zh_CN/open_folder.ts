<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>OpenFolder</name>
  <message>
   <source>Looking through {name}</source>
   <translation>正在扫描 {name}</translation>
  </message>
  <message>
   <source>The folder {path} is gone. It may have been unplugged, moved or renamed. The app waits for it.</source>
   <translation>文件夹 {path} 不见了。可能是驱动器已拔出，或者文件夹被移动或重命名。应用会等待它重新出现。</translation>
  </message>
  <message>
   <source>The folder {path} is there again.</source>
   <translation>文件夹 {path} 又可以使用了。</translation>
  </message>
  <message>
   <source>{name} cannot be written to. What you add or change is kept in your own folder instead.</source>
   <translation>{name} 不可写入。您添加或更改的内容会保存在您自己的文件夹中。</translation>
  </message>
 </context>
</TS>
