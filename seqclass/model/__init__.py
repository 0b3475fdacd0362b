"""The network: its Keras form, its NumPy form, and the bundle that holds both."""
