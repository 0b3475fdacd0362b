"""The training's LSTM as a Keras layer: the variables of `keras.layers.LSTM`, computed by `lstm`."""

from __future__ import annotations

import itertools
import threading
from typing import Any

import seqclass.model.keras_setup  # noqa: F401  isort: skip

import keras
import numpy as np
import tensorflow as tf

from seqclass.model.keras_model import Kit
from seqclass.training.fused.kernels import Floats, Integers
from seqclass.training.fused.lstm import FusedLstm, Run

# Forward passes without a backward one are kept only where a step was broken off between the two.
_MOST_KEPT = 4


class FusedLayer(keras.layers.LSTM):  # type: ignore[misc]
    """An LSTM that reads ``lengths`` and leaves out what lies behind them."""

    def __init__(self, n_units: int, *, needs_input_gradient: bool = True, **settings: Any) -> None:
        """As `keras.layers.LSTM` with ``return_sequences``; without ``needs_input_gradient`` what comes before learns nothing."""
        super().__init__(n_units, return_sequences=True, **settings)
        self._needs_input_gradient = needs_input_gradient
        self._calls = _Calls(needs_input_gradient=needs_input_gradient)

    def build(self, sequences_shape: Any, lengths_shape: Any = None) -> None:
        """Make the variables."""
        del lengths_shape
        super().build(sequences_shape)

    def compute_output_shape(self, sequences_shape: Any, lengths_shape: Any = None) -> Any:
        """(batch, time, n_units)."""
        del lengths_shape
        return super().compute_output_shape(sequences_shape)

    def call(self, sequences: Any, lengths: Any, *, training: bool = False) -> Any:
        """Hidden states (batch, time, n_units), zeros behind each item's end.

        Args:
            sequences: (batch, time, n_features).
            lengths: (batch,) int32.
            training: Whether there will be gradients.
        """
        weights = [tf.convert_to_tensor(values) for values in (self.cell.kernel, self.cell.recurrent_kernel, self.cell.bias)]
        shape = (*sequences.shape[:2], self.units)
        if not training:
            return tf.ensure_shape(tf.numpy_function(self._calls.infer, [sequences, lengths, *weights], tf.float32), shape)

        def run(sequences: Any, *weights: Any) -> Any:
            hidden, number = tf.numpy_function(
                self._calls.forward, [sequences, lengths, *weights], (tf.float32, tf.int64), stateful=True
            )

            def back(of_hidden: Any) -> list[Any]:
                asked = [number, of_hidden, *weights[:2]]
                gradients = tf.numpy_function(self._calls.backward, asked, [tf.float32] * 4, stateful=True)
                if not self._needs_input_gradient:
                    gradients[0] = tf.zeros_like(sequences)  # of the right shape, and nobody asks for its values
                return [tf.ensure_shape(of, each.shape) for of, each in zip(gradients, (sequences, *weights), strict=True)]

            return tf.ensure_shape(hidden, shape), back

        return tf.custom_gradient(run)(sequences, *weights)


class _Calls:
    """What TensorFlow calls, with arrays that it hands over without a copy.

    What a backward pass needs stays on this side, under a number that goes through the graph in its place.
    """

    def __init__(self, *, needs_input_gradient: bool) -> None:
        self._lstm = FusedLstm()
        self._needs_input_gradient = needs_input_gradient
        self._numbers = itertools.count()
        self._runs: dict[int, Run] = {}
        self._lock = threading.Lock()

    def infer(self, sequences: Floats, lengths: Integers, *weights: Floats) -> Floats:
        hidden, run = self._lstm.forward(sequences, lengths, *weights)
        self._lstm.drop(run)
        return hidden

    def forward(self, sequences: Floats, lengths: Integers, *weights: Floats) -> tuple[Floats, np.int64]:
        hidden, run = self._lstm.forward(sequences, lengths, *weights)
        with self._lock:
            number = next(self._numbers)
            self._runs[number] = run
            while len(self._runs) > _MOST_KEPT:
                self._lstm.drop(self._runs.pop(min(self._runs)))
        return hidden, np.int64(number)

    def backward(self, number: np.int64, of_hidden: Floats, *weights: Floats) -> tuple[Floats, ...]:
        with self._lock:
            run = self._runs.pop(int(number))
        return self._lstm.backward(run, of_hidden, *weights, needs_frames=self._needs_input_gradient)


def _lstm(values: Any, lengths: Any, *, n_units: int, name: str, is_first: bool) -> Any:
    return FusedLayer(n_units, needs_input_gradient=not is_first, name=name)(values, lengths)


class _Last(keras.layers.Layer):  # type: ignore[misc]
    """The last valid frame by one gather, whose gradient is a scatter: a tenth of the time of `take_along_axis`."""

    def call(self, values: Any, lengths: Any) -> Any:
        """(batch, feature) from (batch, time, feature)."""
        return tf.gather_nd(values, tf.stack([tf.range(tf.shape(lengths)[0]), lengths - 1], axis=1))

    def compute_output_shape(self, values_shape: Any, lengths_shape: Any = None) -> Any:
        """As the values', without time."""
        del lengths_shape
        return values_shape[0], values_shape[2]


def _last(values: Any, lengths: Any) -> Any:
    return _Last(name="last")(values, lengths)


KIT = Kit(lstm=_lstm, last=_last)
