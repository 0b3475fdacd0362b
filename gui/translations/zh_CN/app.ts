<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>Application</name>
  <message>
   <source>Something went wrong inside the app. It goes on, and the log has the details ({what}).</source>
   <translation>程序内部出了问题，但仍可继续使用；详情见日志（{what}）。</translation>
  </message>
 </context>
</TS>
