"""Gates and states of a Keras LSTM cell, stepped by Keras itself: the reference for the NumPy pass."""

from __future__ import annotations

from typing import Any

import seqclass.model.keras_setup  # noqa: F401  isort: skip

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from seqclass.model.golden import GATES


def cell_gates(cell: Any, inputs: NDArray[np.float32], mask: NDArray[np.bool_] | None = None) -> dict[str, NDArray[Any]]:
    """Step a cell over sequences.

    Args:
        cell: A ``keras.layers.LSTMCell`` with its weights.
        inputs: (batch, n_frames, n_inputs) in the order in which the cell reads them.
        mask: Which frames count, (batch, n_frames); at the others everything is as at the frame before.

    Returns:
        Gate name -> (batch, n_frames, n_units).
    """
    recorded = keras.layers.RNN(_RecordingCell(cell), return_sequences=True)(inputs, mask=mask)
    parts = np.split(ops.convert_to_numpy(recorded), len(GATES), axis=2)
    return dict(zip(GATES, parts, strict=True))


class _RecordingCell(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """A Keras LSTM cell that also tells its gates; the states are the cell's own."""

    def __init__(self, cell: Any) -> None:
        super().__init__()
        self.cell = cell
        self.state_size = [cell.units, cell.units]

    def call(self, inputs: Any, states: Any) -> Any:
        cell = self.cell
        summed = ops.matmul(inputs, cell.kernel) + ops.matmul(states[0], cell.recurrent_kernel)
        if cell.bias is not None:
            summed = summed + cell.bias
        i, f, g, o = ops.split(summed, 4, axis=1)
        hidden, (_, cell_state) = cell(inputs, states)
        gates = [cell.recurrent_activation(i), cell.recurrent_activation(f), cell.activation(g), cell.recurrent_activation(o)]
        return ops.concatenate([*gates, cell_state, hidden], axis=1), [hidden, cell_state]
