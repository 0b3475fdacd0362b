"""The desktop application, over the library: it shows what `seqclass` computes and computes nothing itself.

Floors: ``app > main_window > pages > widgets > state | worker_process | recorder | player``. Nothing here may
reach TensorFlow, Keras, librosa or numba, not even lazily; long work runs in a child process.
"""
