"""Our own LSTM for training.

`kernels` are compiled, `packing` lays out their weights, `lstm` takes a batch forward and back, `layer` is what Keras sees. Each
module loads Numba or Keras by itself, this package loads neither.
"""
