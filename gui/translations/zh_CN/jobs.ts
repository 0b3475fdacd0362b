<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>Jobs</name>
  <message>
   <source>One training at a time: wait for the one that runs, or stop it.</source>
   <translation>一次只能进行一个训练：请等待当前训练结束，或将其停止。</translation>
  </message>
 </context>
</TS>
