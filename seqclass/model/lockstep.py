"""LSTM layers of one item side by side in NumPy, with every gate and state, in half as many calls.

A frame of 128 units costs some ten NumPy calls a layer, each of which takes longer to begin than to do. So layers of equal width
run in one loop on stacked arrays: while the second is at one frame, the first is a few frames ahead, and each call serves both. Two
directions of one layer, which do not wait for each other, run side by side in the same way.

A layer that begins later stands still at zero until then, as zero states and sums of zero give zero again. What it does stays a
function of its own item alone, and its numbers are those of `seqclass.model.lstm.run_lstm` to rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seqclass.model.lstm import Floats, LstmTrace, LstmWeights, StepHook, aligned

STRIDE = 8
"""Frames by which a layer runs ahead of the next, which then takes as many of them in one product."""
WIDEST = 128
"""Units of a layer above which it is products that take the time, and calls no longer."""
SHORTEST = 5 * STRIDE
"""Frames of an item for each layer that begins later; below, standing still takes longer than the calls that it saves."""
# Of Keras' i f g o: the candidate, the gates that multiply cell state and candidate, and the output gate; the way back too.
_ORDER = (2, 1, 0, 3)


@dataclass(frozen=True)
class Lockstep:
    """Weights of LSTM halves of equal width, as the loop takes them: parts in the order g f i o, those of sigmoids halved.

    Attributes:
        kernels: Of each half, (n_inputs, 4 * n_units).
        biases: Of each half, (4, n_units).
        recurrent: (4, n_halves, n_units, n_units).
    """

    kernels: tuple[Floats, ...]
    biases: tuple[Floats, ...]
    recurrent: Floats

    def project(self, half: int, inputs: Floats, rows: Floats) -> None:
        """Write what a half's gates sum over its inputs (n_frames, n_inputs) to rows (n_frames, 4, n_units)."""
        np.add((inputs @ self.kernels[half]).reshape(rows.shape), self.biases[half], out=rows)


def fits(halves: Sequence[LstmWeights]) -> bool:
    """Whether halves can run side by side, and gain by it."""
    n_units = halves[0].n_units
    return n_units <= WIDEST and all(half.is_usual and half.n_units == n_units for half in halves)


def pack(halves: Sequence[LstmWeights]) -> Lockstep:
    """Weights of halves for which `fits` says yes."""
    n_units = halves[0].n_units
    # sigmoid(x) = tanh(x / 2) / 2 + 1 / 2, so that one tanh serves all four parts.
    scale = np.asarray([[1.0], [0.5], [0.5], [0.5]], np.float32)

    def parts(values: Floats) -> Floats:
        return np.ascontiguousarray(values.reshape(-1, 4, n_units)[:, _ORDER] * scale, np.float32)

    recurrent = aligned((4, len(halves), n_units, n_units))
    for place, half in enumerate(halves):
        recurrent[:, place] = parts(half.recurrent).transpose(1, 0, 2)
    kernels = tuple(parts(half.kernel).reshape(-1, 4 * n_units) for half in halves)
    return Lockstep(kernels, tuple(parts(half.bias)[0] for half in halves), recurrent)


def run_layers(packed: Lockstep, inputs: Floats, hooks: Sequence[StepHook | None] | None = None) -> list[LstmTrace]:
    """Run layers that stand directly on one another and read forward.

    Args:
        packed: Their weights, from the first to the last.
        inputs: Of the first, (n_frames, n_inputs) float32.
        hooks: Called at every step of each layer.

    Returns:
        Their traces.
    """
    n_layers = len(packed.kernels)
    loop = _Loop(packed, len(inputs), STRIDE, hooks)
    packed.project(0, inputs, loop.sums(0, 0, len(inputs)))
    for start in range(0, loop.n_steps, STRIDE):
        stop = min(start + STRIDE, loop.n_steps)
        for layer in range(1, n_layers):
            first, last = max(start - layer * STRIDE, 0), min(stop - layer * STRIDE, len(inputs))
            if first < last:
                packed.project(layer, loop.hidden(layer - 1, first, last), loop.sums(layer, first, last))
        loop.run(start, stop)
    return [loop.trace(layer) for layer in range(n_layers)]


def run_directions(packed: Lockstep, inputs: Floats, hooks: Sequence[StepHook | None] | None = None) -> list[LstmTrace]:
    """Run both directions of one layer, the forward one first; arguments and result as for `run_layers`."""
    loop = _Loop(packed, len(inputs), 0, hooks)
    packed.project(0, inputs, loop.sums(0, 0, len(inputs)))
    packed.project(1, inputs[::-1], loop.sums(1, 0, len(inputs)))
    loop.run(0, loop.n_steps)
    return [loop.trace(0), loop.trace(1, is_backward=True)]


class _Loop:
    """All rows of one run, and the loop over them.

    A row holds the cell state before a step and the step's candidate, forget, input and output gate, so that every call but the
    product works on adjoining numbers: c and g times f and i, for one.
    """

    def __init__(self, packed: Lockstep, n_frames: int, stride: int, hooks: Sequence[StepHook | None] | None) -> None:
        _, n_halves, n_units, _ = packed.recurrent.shape
        self.n_steps = n_frames + (n_halves - 1) * stride
        self._packed, self._n_frames, self._stride = packed, n_frames, stride
        self._hooks = [(half, hook) for half, hook in enumerate(hooks or ()) if hook is not None]
        self._rows = np.empty((self.n_steps + 1, 5, n_halves, 1, n_units), np.float32)
        self._hidden = np.empty((self.n_steps + 1, n_halves, 1, n_units), np.float32)
        self._rows[0, 0] = self._hidden[0] = 0.0
        self._product = np.empty((4, n_halves, 1, n_units), np.float32)
        self._written = np.empty((2, n_halves, 1, n_units), np.float32)
        self._half = np.full((3, n_halves, 1, n_units), 0.5, np.float32)
        for half in range(n_halves if stride else 0):
            self._rows[: half * stride, 1:, half] = 0.0
            self._rows[half * stride + n_frames :, 1:, half] = 0.0

    def sums(self, half: int, first: int, last: int) -> Floats:
        """Where a half's gates stand at its own frames ``first`` to before ``last``, (n_frames, 4, n_units)."""
        start = half * self._stride
        return self._rows[start + first : start + last, 1:, half, 0]

    def hidden(self, half: int, first: int, last: int) -> Floats:
        """A half's hidden states at frames that it has done, (n_frames, n_units)."""
        start = half * self._stride + 1
        return self._hidden[start + first : start + last, half, 0]

    def run(self, first: int, last: int) -> None:
        """Do steps ``first`` to before ``last``."""
        matmul, add, multiply, tanh = np.matmul, np.add, np.multiply, np.tanh
        recurrent, product, written, half, hooks = (
            self._packed.recurrent,
            self._product,
            self._written,
            self._half,
            self._hooks,
        )
        kept, new = written
        rows, after, hidden = self._rows[first:last], slice(first + 1, last + 1), self._hidden[first]
        # Arrays by iteration and results by position: every call counts where a product of 128 by 512 takes three microseconds.
        views = (rows[:, 1:], rows[:, 2:], rows[:, :2], rows[:, 2:4], rows[:, 4], self._rows[after, 0], self._hidden[after])
        for step, (gates, sigmoids, values, shares, output, cell, state) in enumerate(zip(*views, strict=True), first):
            matmul(hidden, recurrent, product)
            add(gates, product, gates)
            tanh(gates, gates)
            multiply(sigmoids, half, sigmoids)
            add(sigmoids, half, sigmoids)
            if hooks:
                self._call("gates", step, gates)
            multiply(values, shares, written)
            add(kept, new, cell)
            if hooks:
                self._call("cell", step, cell)
            tanh(cell, state)
            multiply(state, output, state)
            if hooks:
                self._call("hidden", step, state)
            hidden = state

    def _call(self, what: str, step: int, values: Floats) -> None:
        for half, hook in self._hooks:
            frame = step - half * self._stride
            if not 0 <= frame < self._n_frames:
                continue
            if what == "gates":  # in Keras' order, and back
                own = values[list(_ORDER), half, 0]
                hook.gates(frame, own)
                values[:, half, 0] = own[list(_ORDER)]
            else:
                getattr(hook, what)(frame, values[half, 0])

    def trace(self, half: int, *, is_backward: bool = False) -> LstmTrace:
        """What a half did, in input time."""
        first = half * self._stride
        own = slice(first, first + self._n_frames)
        later = slice(first + 1, first + 1 + self._n_frames)
        order = -1 if is_backward else 1
        candidate, forget_gate, input_gate, output_gate = (self._rows[own, place, half, 0][::order] for place in (1, 2, 3, 4))
        cell, hidden = self._rows[later, 0, half, 0][::order], self._hidden[later, half, 0][::order]
        return LstmTrace(input_gate, forget_gate, candidate, output_gate, cell, hidden, is_backward)
