"""The maximum over time, for training."""

from __future__ import annotations

from typing import Any

import seqclass.model.keras_setup  # noqa: F401  isort: skip

import keras
import tensorflow as tf

# A hundred times the rounding of a hidden state, and far below any difference that means something.
NEAR = 1e-5


class MaxOverTime(keras.layers.Layer):  # type: ignore[misc]
    """The greatest value of each feature over the frames; frames that come within `NEAR` of it share in its gradient.

    With the plain maximum's gradient, which one frame gets whole, rounding decides between two frames that are as good as equal, and
    two trainings that differ in nothing but rounding (one process and several, two processors) part for good at the first such pair.
    """

    def call(self, values: Any) -> Any:
        """(batch, feature) of (batch, time, feature)."""
        return _greatest(values)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Without time."""
        return (input_shape[0], input_shape[2])


@tf.custom_gradient  # type: ignore[untyped-decorator]
def _greatest(values: Any) -> Any:
    greatest = tf.reduce_max(values, axis=1)

    def back(of_greatest: Any) -> Any:
        shares = tf.nn.relu(1.0 - (greatest[:, None, :] - values) / NEAR)
        return shares * (of_greatest / tf.reduce_sum(shares, axis=1))[:, None, :]

    return greatest, back
