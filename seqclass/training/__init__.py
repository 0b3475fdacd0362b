"""The training loop, cross-validation and resuming; the one place besides `model.keras_*` that loads Keras."""
