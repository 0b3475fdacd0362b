"""Dropout whose masks follow from seed, step, layer and the item's row in the batch, and from nothing else.

Keras's own dropout layers draw from a state of their own, for the batch as it comes: several workers, each with some rows of a batch,
would drop other numbers than one process does. Here each row has its mask wherever it is computed, and there is no state to keep
for a run that goes on. The statistics are those of `keras.layers.Dropout` and `keras.layers.SpatialDropout1D`.
"""

from __future__ import annotations

import zlib
from typing import Any

import seqclass.model.keras_setup  # noqa: F401  isort: skip

import keras
import tensorflow as tf


class Draws:
    """Where the dropout layers of one model find out which step and which rows they are at.

    Attributes:
        index: Which of ``n_workers`` this process is: it has every ``n_workers``-th row of a batch, from ``index`` on.
        n_workers: How many there are.
    """

    def __init__(self, seed: int, *, index: int = 0, n_workers: int = 1) -> None:
        self.index, self.n_workers = index, n_workers
        self._seed = seed % (1 << 31)
        self._step: Any = None
        self._rows: Any = None
        self._n_items: Any = None

    def begin(self, step: Any, n_rows: Any, n_items: Any) -> None:
        """Say which step the model is about to be called for; while a step is compiled, so these are tensors.

        Args:
            step: Number of the step, an integer scalar.
            n_rows: Rows that are computed here.
            n_items: Rows of the whole batch.
        """
        self._step = tf.cast(step, tf.int32)
        self._n_items = tf.cast(n_items, tf.int32)
        # A worker without rows computes one that does not count; it may have any mask.
        self._rows = tf.minimum(self.index + self.n_workers * tf.range(n_rows), self._n_items - 1)

    def dropout(self, rate: float, *, name: str) -> keras.layers.Layer:
        """In place of `keras.layers.Dropout`."""
        return RowDropout(rate, self, over_time=False, name=name)

    def frame_dropout(self, rate: float, *, name: str) -> keras.layers.Layer:
        """In place of `keras.layers.SpatialDropout1D`: the same features of all frames of an item."""
        return RowDropout(rate, self, over_time=True, name=name)

    def by_row(self, name: str, n_values: Any) -> Any:
        """Uniform 32-bit numbers of each row, (n_rows, n_values) int32."""
        return tf.gather(self._numbers(name, [self._n_items, n_values]), self._rows)

    def by_row_and_frame(self, name: str, n_frames: Any, n_values: Any) -> Any:
        """Uniform 32-bit numbers of each row, frame and value, (n_rows, n_frames, n_values) int32.

        They are products of a number of the row's frame and an odd number of the row's value: any two of them are independent but for
        low bits, and they cost a fraction of as many drawn ones. Source: Dietzfelbinger et al., "A Reliable Randomized Algorithm for
        the Closest-Pair Problem", 1997, section 2.
        """
        # By frame first: a worker whose rows are shorter draws a beginning of what the others draw.
        of_frames = tf.gather(self._numbers(f"{name}.frames", [n_frames, self._n_items]), self._rows, axis=1)
        of_values = tf.bitwise.bitwise_or(self.by_row(f"{name}.values", n_values), 1)
        return tf.transpose(of_frames)[:, :, None] * of_values[:, None, :]

    def _numbers(self, name: str, shape: Any) -> Any:
        seed = tf.stack([self._seed ^ (zlib.crc32(name.encode()) >> 1), self._step])
        return tf.random.stateless_uniform(shape, seed, minval=None, maxval=None, dtype=tf.int32)


class RowDropout(keras.layers.Layer):  # type: ignore[misc]
    """Sets numbers to zero in training, and makes the others so much greater that the mean stays.

    Values are (batch, feature) or (batch, time, feature).
    """

    def __init__(self, rate: float, draws: Draws, *, over_time: bool, name: str) -> None:
        super().__init__(name=name)
        self._rate, self._draws, self._over_time = rate, draws, over_time
        self._threshold = round(rate * 2**32) - 2**31

    def call(self, values: Any, training: bool = False) -> Any:
        """The values, in training some of them zero."""
        if not training:
            return values
        shape = tf.shape(values)
        if len(values.shape) == 2:
            drawn = self._draws.by_row(self.name, shape[1])
        elif self._over_time:
            drawn = self._draws.by_row(self.name, shape[2])[:, None, :]
        else:
            drawn = self._draws.by_row_and_frame(self.name, shape[1], shape[2])
        if self._threshold > 2**31 - 1:
            return tf.zeros_like(values)
        return values * tf.where(drawn >= self._threshold, 1.0 / (1.0 - self._rate), 0.0)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """As the values'."""
        return input_shape
