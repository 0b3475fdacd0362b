"""Our own passes of the network for training, forward and back, without TensorFlow.

`kernels` are the LSTM's compiled parts, `packing` lays out their weights, `lstm` takes a group of rows through one layer; `parts` are
compiled too, for what is around the LSTM. `network` takes a group through all layers, `batch` makes a batch's gradient from its groups,
on all cores (`threads`). Each module loads Numba by itself, this package does not.
"""
