<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>ViewsMenu</name>
  <message>
   <source>Copy a link</source>
   <translation>复制链接</translation>
  </message>
  <message>
   <source>Copy as a file …</source>
   <translation>复制为文件…</translation>
  </message>
  <message>
   <source>Copy the view as a file</source>
   <translation>将视图复制为文件</translation>
  </message>
  <message>
   <source>Delete</source>
   <translation>删除</translation>
  </message>
  <message>
   <source>Delete this view?</source>
   <translation>删除此视图？</translation>
  </message>
  <message>
   <source>It begins with {start}</source>
   <translation>以 {start} 开头</translation>
  </message>
  <message>
   <source>Item, layer, order, range, tool and edits.</source>
   <translation>条目、层、排序、范围、工具和修改。</translation>
  </message>
  <message>
   <source>New name</source>
   <translation>新名称</translation>
  </message>
  <message>
   <source>Open a view</source>
   <translation>打开视图</translation>
  </message>
  <message>
   <source>Open from a file …</source>
   <translation>从文件打开…</translation>
  </message>
  <message>
   <source>Paste a link</source>
   <translation>粘贴链接</translation>
  </message>
  <message>
   <source>Paste a link …</source>
   <translation>粘贴链接…</translation>
  </message>
  <message>
   <source>Rename</source>
   <translation>重命名</translation>
  </message>
  <message>
   <source>Rename a view</source>
   <translation>重命名视图</translation>
  </message>
  <message>
   <source>Replace</source>
   <translation>替换</translation>
  </message>
  <message>
   <source>Replace it?</source>
   <translation>替换它？</translation>
  </message>
  <message>
   <source>Save this view</source>
   <translation>保存此视图</translation>
  </message>
  <message>
   <source>Save this view …</source>
   <translation>保存此视图…</translation>
  </message>
  <message>
   <source>Saved with the data set</source>
   <translation>随数据集保存</translation>
  </message>
  <message>
   <source>The link is on the clipboard. Views, then Paste a link opens it.</source>
   <translation>链接已在剪贴板上。用“视图”菜单中的“粘贴链接”打开。</translation>
  </message>
  <message>
   <source>The view {name} is deleted. The data set stays as it is.</source>
   <translation>将删除视图 {name}。数据集保持不变。</translation>
  </message>
  <message>
   <source>There is a view {name} already.</source>
   <translation>已有名为 {name} 的视图。</translation>
  </message>
  <message>
   <source>There is nothing to save yet: choose an item first.</source>
   <translation>还没有可保存的内容：请先选择一个条目。</translation>
  </message>
  <message>
   <source>View saved: {name}</source>
   <translation>视图已保存：{name}</translation>
  </message>
  <message>
   <source>Views</source>
   <translation>视图</translation>
  </message>
  <message>
   <source>Written: {path}</source>
   <translation>已写入：{path}</translation>
  </message>
 </context>
</TS>
