"""One direction of one LSTM layer in NumPy, with every gate and state.

The equations are those of Hochreiter and Schmidhuber, "Long Short-Term Memory", 1997, with the forget gate of Gers et al., 2000,
in Keras' order of the four kernels, i f g o::

    i, f, o = sigmoid(x_t W + h_{t-1} R + b)      input, forget and output gate
    g       = tanh(x_t W + h_{t-1} R + b)         candidate
    c_t     = f * c_{t-1} + i * g                 cell state
    h_t     = o * tanh(c_t)                       hidden state, the layer's output
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from seqclass.model import activations
from seqclass.model.stack import Mask

Floats = NDArray[np.float32]
_LINE_BYTES = 64


@dataclass(frozen=True)
class LstmWeights:
    """One direction of one layer.

    Attributes:
        kernel: (n_inputs, 4 * n_units).
        recurrent: (n_units, 4 * n_units).
        bias: (4 * n_units,).
        activation: Of candidate and cell state; see `seqclass.model.activations`.
        recurrent_activation: Of the three gates.
    """

    kernel: Floats
    recurrent: Floats
    bias: Floats
    activation: str = field(default="tanh", kw_only=True)
    recurrent_activation: str = field(default="sigmoid", kw_only=True)

    @property
    def n_units(self) -> int:
        """Units of this direction."""
        return len(self.recurrent)

    @property
    def is_usual(self) -> bool:
        """Whether its activations are those of the equations above."""
        return self.activation == "tanh" and self.recurrent_activation == "sigmoid"


@dataclass(frozen=True)
class LstmTrace:
    """Gates and states of one direction of one layer in input time, each (n_frames, n_units) float32.

    Gates lie in 0..1, candidate and hidden in -1..1; the cell state has no bound. ``h_n`` and ``c_n`` are the states after
    the last frame that the direction read: the last one, or the first one of a backward direction.
    """

    input_gate: Floats
    forget_gate: Floats
    candidate: Floats
    output_gate: Floats
    cell: Floats
    hidden: Floats
    is_backward: bool = False

    @property
    def h_n(self) -> Floats:
        """Last hidden state, (n_units,)."""
        return np.asarray(self.hidden[0 if self.is_backward else -1])

    @property
    def c_n(self) -> Floats:
        """Last cell state, (n_units,)."""
        return np.asarray(self.cell[0 if self.is_backward else -1])


class StepHook(Protocol):
    """Looks at what one direction of a layer computes, while it does, and may change it in place.

    Steps count from 0 in the order of reading; what is changed is what the rest is computed from.
    """

    def gates(self, step: int, values: Floats) -> None:
        """Input gate, forget gate, candidate and output gate of a frame, (4, n_units)."""

    def cell(self, step: int, values: Floats) -> None:
        """Cell state after a frame, (n_units,)."""

    def hidden(self, step: int, values: Floats) -> None:
        """Hidden state after a frame, (n_units,)."""


def run_lstm(
    weights: LstmWeights,
    inputs: Floats,
    *,
    is_backward: bool = False,
    hook: StepHook | None = None,
    mask: Mask | None = None,
) -> LstmTrace:
    """Run one direction of one layer over one item.

    The sigmoid is taken as (1 + tanh(x / 2)) / 2, so that one tanh serves all four parts of a frame.

    Args:
        weights: Of this direction.
        inputs: (n_frames, n_inputs) float32.
        is_backward: Read from the last frame to the first; the trace is in input time all the same.
        hook: Called at every step.
        mask: Which frames count, (n_frames,): at another one the layer stands still, as `run_any_lstm` says.
    """
    if mask is not None or not weights.is_usual:
        return run_any_lstm(weights, inputs, is_backward=is_backward, hook=hook, mask=mask)
    n_units = weights.n_units
    scale = np.full(4 * n_units, 0.5, np.float32)
    scale[2 * n_units : 3 * n_units] = 1.0
    offset = 1.0 - scale
    gates = (inputs[::-1] if is_backward else inputs) @ weights.kernel
    gates += weights.bias
    gates *= scale
    recurrent = np.multiply(weights.recurrent, scale, out=aligned(weights.recurrent.shape))
    cells = np.empty((len(inputs), n_units), np.float32)
    hiddens = np.empty_like(cells)
    cell, hidden = np.zeros(n_units, np.float32), np.zeros(n_units, np.float32)
    product, written = np.empty(4 * n_units, np.float32), np.empty(n_units, np.float32)
    parts = gates.reshape(len(gates), 4, n_units)
    # Rows by iteration and results by position: every call counts where a product of 128 by 512 takes three microseconds.
    rows = zip(gates, parts[:, 0], parts[:, 1], parts[:, 2], parts[:, 3], cells, hiddens, strict=True)
    for t, (frame, i, f, g, o, next_cell, next_hidden) in enumerate(rows):
        np.dot(hidden, recurrent, product)
        np.add(frame, product, frame)
        np.tanh(frame, frame)
        np.multiply(frame, scale, frame)
        np.add(frame, offset, frame)
        if hook is not None:
            hook.gates(t, parts[t])
        np.multiply(f, cell, next_cell)
        np.multiply(i, g, written)
        np.add(next_cell, written, next_cell)
        if hook is not None:
            hook.cell(t, next_cell)
        np.tanh(next_cell, next_hidden)
        np.multiply(next_hidden, o, next_hidden)
        if hook is not None:
            hook.hidden(t, next_hidden)
        cell, hidden = next_cell, next_hidden
    step = -1 if is_backward else 1
    input_gate, forget_gate, candidate, output_gate = (parts[::step, k] for k in range(4))
    cells, hiddens = cells[::step], hiddens[::step]
    return LstmTrace(input_gate, forget_gate, candidate, output_gate, cells, hiddens, is_backward)


def aligned(shape: tuple[int, ...]) -> Floats:
    """An empty array that begins with a line of the processor's cache, which makes products by it an eighth faster."""
    n_values = math.prod(shape)
    room = np.empty(n_values + _LINE_BYTES // 4, np.float32)
    start = -room.ctypes.data % _LINE_BYTES // 4
    return room[start : start + n_values].reshape(shape)


def run_any_lstm(
    weights: LstmWeights,
    inputs: Floats,
    *,
    is_backward: bool = False,
    hook: StepHook | None = None,
    mask: Mask | None = None,
    start: tuple[Floats, Floats] | None = None,
) -> LstmTrace:
    """The same for any activations, with masked frames, and from any state on.

    At a masked frame states stay as they are. Its gates are given as what does that: input gate and candidate 0, forget gate 1, the
    output gate as before, so that the equations hold at every frame.

    Args:
        weights: Of this direction.
        inputs: (n_frames, n_inputs) float32.
        is_backward: As for `run_lstm`.
        hook: As for `run_lstm`; not called at masked frames.
        mask: Which frames count.
        start: Hidden and cell state before the first step; zeros unless given.
    """
    n_units, step = weights.n_units, -1 if is_backward else 1
    gates = inputs[::step] @ weights.kernel + weights.bias
    counts = np.ones(len(inputs), bool) if mask is None else mask[::step]
    cells = np.empty((len(inputs), n_units), np.float32)
    hiddens = np.empty_like(cells)
    hidden, cell = start or (np.zeros(n_units, np.float32), np.zeros(n_units, np.float32))
    still = np.repeat(np.asarray([[0.0], [1.0], [0.0], [0.0]], np.float32), n_units, axis=1)
    for t, frame in enumerate(gates):
        parts = frame.reshape(4, n_units)
        if counts[t]:
            frame += hidden @ weights.recurrent  # noqa: PLW2901 - a view: the gates are kept
            candidate = activations.apply(weights.activation, parts[2])
            parts[:] = activations.apply(weights.recurrent_activation, parts)
            parts[2] = candidate
            if hook is not None:
                hook.gates(t, parts)
            cells[t] = parts[1] * cell + parts[0] * parts[2]
            if hook is not None:
                hook.cell(t, cells[t])
            hiddens[t] = parts[3] * activations.apply(weights.activation, cells[t])
            if hook is not None:
                hook.hidden(t, hiddens[t])
            still[3] = parts[3]
        else:
            parts[:], cells[t], hiddens[t] = still, cell, hidden
        hidden, cell = hiddens[t], cells[t]
    parts = gates.reshape(-1, 4, n_units)[::step]
    return LstmTrace(parts[:, 0], parts[:, 1], parts[:, 2], parts[:, 3], cells[::step], hiddens[::step], is_backward)
