"""The desktop application, over the library: it shows what `seqclass` computes and computes nothing itself.

Floors: ``app > main_window > pages > widgets > state > detached_worker > worker_process | background | recorder | player > theme |
i18n | log | settings``. Nothing here may reach TensorFlow, Keras, librosa or numba, not even lazily; long work runs in a child process.
Whoever writes a page finds the conventions at the top of `gui.pages.page`.
"""
