"""From a foreign Keras model to a stack for the NumPy pass (`seqclass.model.stack`), each unsupported layer named.

`convert` is what callers use. `graph` walks from the model's answers to its input and makes `steps` of it, for which `layers` reads
one layer after another; `chain` lays the steps out as LSTM layers in a row and a tail.
"""
