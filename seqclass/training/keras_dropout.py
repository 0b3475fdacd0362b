"""The dropout of `seqclass.training.dropout` as Keras layers: the same masks where Keras computes a training's gradients."""

from __future__ import annotations

from typing import Any

import seqclass.model.keras_setup  # noqa: F401  isort: skip

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from seqclass.training import dropout
from seqclass.training.dropout import Draws, Numbers
from seqclass.training.groups import Groups


class KerasDraws:
    """Where the dropout layers of one model find out which step and which rows they are at."""

    def __init__(self, seed: int, groups: Groups) -> None:
        self._seed, self._groups = seed, groups
        self._now: Any = None

    def begin(self, step: Any, n_items: Any) -> None:
        """Say which step the model is about to be called for; while a step is compiled, so these are tensors.

        Args:
            step: Number of the step, an integer scalar.
            n_items: Rows of the whole batch, a float32 scalar.
        """
        self._now = step, n_items

    def dropout(self, rate: float, *, name: str) -> keras.layers.Layer:
        """In place of `keras.layers.Dropout`."""
        return RowDropout(rate, self, over_time=False, name=name)

    def frame_dropout(self, rate: float, *, name: str) -> keras.layers.Layer:
        """In place of `keras.layers.SpatialDropout1D`: the same features of all frames of an item."""
        return RowDropout(rate, self, over_time=True, name=name)

    def by_row(self, name: str, n_rows: Any, n_values: Any) -> Any:
        """Uniform 32-bit numbers of each row, (n_rows, n_values) int32."""

        def draw(step: Any, n_items: Any, n_rows: Any, n_values: Any) -> Numbers:
            return self._draws(step, n_items, n_rows).by_row(name, int(n_values))

        return self._drawn(draw, n_rows, n_values)

    def by_row_and_frame(self, name: str, n_rows: Any, n_frames: Any, n_values: Any) -> Any:
        """Uniform 32-bit numbers of each row, frame and value, (n_rows, n_frames, n_values) int32."""

        def draw(step: Any, n_items: Any, n_rows: Any, n_frames: Any, n_values: Any) -> Numbers:
            of_frames, of_values = self._draws(step, n_items, n_rows).by_row_and_frame(name, int(n_frames), int(n_values))
            return of_frames[:, :, None] * of_values[:, None, :]

        return self._drawn(draw, n_rows, n_frames, n_values)

    def _draws(self, step: Any, n_items: Any, n_rows: Any) -> Draws:
        rows: NDArray[Any] = self._groups.rows(int(n_items))
        # A worker without rows computes one that does not count; it may have any mask.
        return Draws(self._seed, int(step), rows if len(rows) == int(n_rows) else np.zeros(int(n_rows), np.intp))

    def _drawn(self, draw: Any, *sizes: Any) -> Any:
        return tf.ensure_shape(tf.numpy_function(draw, [*self._now, *sizes], tf.int32), [None] * len(sizes))


class RowDropout(keras.layers.Layer):  # type: ignore[misc]
    """Sets numbers to zero in training, and makes the others so much greater that the mean stays.

    Values are (batch, feature) or (batch, time, feature).
    """

    def __init__(self, rate: float, draws: KerasDraws, *, over_time: bool, name: str) -> None:
        super().__init__(name=name)
        self._rate, self._draws, self._over_time = dropout.rate(rate), draws, over_time

    def call(self, values: Any, training: bool = False) -> Any:
        """The values, in training some of them zero."""
        if not training:
            return values
        shape = tf.shape(values)
        if len(values.shape) == 2:
            drawn = self._draws.by_row(self.name, shape[0], shape[1])
        elif self._over_time:
            drawn = self._draws.by_row(self.name, shape[0], shape[2])[:, None, :]
        else:
            drawn = self._draws.by_row_and_frame(self.name, shape[0], shape[1], shape[2])
        return values * tf.where(drawn >= self._rate.threshold, self._rate.scale, 0.0)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """As the values'."""
        return input_shape
