"""Import this before Keras: it chooses the backend and keeps TensorFlow's start-up lines off stderr."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator

# The bundle, the gradients and the figures in the README are TensorFlow's; a person's own keras.json must not change them.
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

_EXTRAS = ("sklearn", "matplotlib", "pandas")


@contextlib.contextmanager
def _without_native_stderr() -> Iterator[None]:
    """TensorFlow logs from C++ before any setting of its own counts, so the descriptor itself is turned away meanwhile."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


@contextlib.contextmanager
def _without_extras() -> Iterator[None]:
    """Keras finds none of the packages that it loads only to offer wrappers and pictures: a third of its start.

    Only in the command line and the worker process. Whoever uses this library in a program of their own may want those wrappers.
    """
    is_ours = "seqclass.cli" in sys.modules or "seqclass.worker" in sys.modules
    hidden = [name for name in _EXTRAS if is_ours and name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]  # how the import system is told that there is none
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


with _without_native_stderr(), _without_extras():
    import keras  # noqa: F401
    import tensorflow as tf

# Two small operations at a time keep both cores busy with an LSTM's many small products (measured, docs/performance.md).
with contextlib.suppress(RuntimeError):
    tf.config.threading.set_inter_op_parallelism_threads(2)
