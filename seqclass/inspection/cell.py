"""The cell diagram's numbers: each term of an LSTM's equations, for one unit or the layer's mean, at every frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqclass.errors import UsageError
from seqclass.inspection.trace import Layer, Trace
from seqclass.model import activations
from seqclass.model.bundle import Bundle

Doubles = NDArray[np.float64]

GATES = ("input_gate", "forget_gate", "candidate", "output_gate")
READ_ME = (
    "One unit through one frame: each gate adds what comes from the input, from the layer's own hidden state and its bias, and "
    "squeezes the sum; the cell keeps f times what it held and adds i times g; o lets out its tanh."
)
READ_MEAN = (
    "The means over all units of the layer. Sums hold for means too; products and squeezed values do not: the mean of f * c is not the "
    "mean of f times the mean of c."
)


@dataclass(frozen=True)
class GateTerms:
    """One gate, or the candidate, at one frame: ``value = squeeze(from_input + from_hidden + bias)``.

    Attributes:
        name: input_gate, forget_gate, candidate or output_gate.
        from_input: x W.
        from_hidden: h R, of the frame read before.
        bias: b.
        total: Their sum.
        value: The gate: its sigmoid, or tanh of the candidate; what a hand has set where one was on it, and at a masked frame of
            an imported model what makes the layer stand still.
    """

    name: str
    from_input: float
    from_hidden: float
    bias: float
    total: float
    value: float


@dataclass(frozen=True)
class CellFrame:
    """Every wire of the diagram at one frame.

    Attributes:
        frame: The frame.
        gates: By name, in the order i f g o.
        before: Cell state before the frame, c of the frame read before; 0 at the first.
        kept: f * before.
        written: i * g.
        cell: kept + written.
        squeezed: tanh of the cell.
        hidden: o * squeezed.
        is_mean: Whether these are means over the layer's units.
        squeezes: Names of what gates, and candidate and cell, go through: sigmoid and tanh but in some imported models.
    """

    frame: int
    gates: dict[str, GateTerms]
    before: float
    kept: float
    written: float
    cell: float
    squeezed: float
    hidden: float
    is_mean: bool
    squeezes: tuple[str, str] = ("sigmoid", "tanh")

    def equations(self) -> list[str]:
        """The equations with their numbers, one a line, as they stand beside the diagram."""
        symbols = dict(zip(GATES, "ifgo", strict=True))
        of_gates, of_cell = self.squeezes
        lines = []
        for name, terms in self.gates.items():
            squeeze = of_cell if name == "candidate" else of_gates
            inside = f"{terms.from_input:.3f} {_signed(terms.from_hidden)} {_signed(terms.bias)}"
            lines.append(f"{symbols[name]} = {squeeze}({inside}) = {squeeze}({terms.total:.3f}) = {terms.value:.3f}")
        i, f, g, o = (self.gates[name].value for name in GATES)
        if self.is_mean:
            lines.append(f"c = mean(f * c before) + mean(i * g) = {self.kept:.3f} {_signed(self.written)} = {self.cell:.3f}")
            lines.append(f"h = mean(o * {of_cell}(c)) = {self.hidden:.3f}")
        else:
            lines.append(
                f"c = f * c before + i * g = {f:.3f} * {self.before:.3f} + {i:.3f} * {g:.3f} = {self.kept:.3f} "
                f"{_signed(self.written)} = {self.cell:.3f}"
            )
            lines.append(f"h = o * {of_cell}(c) = {o:.3f} * {self.squeezed:.3f} = {self.hidden:.3f}")
        return lines


@dataclass(frozen=True)
class CellTerms:
    """Every term through all frames, each array (n_frames,) or, of the four gates, (n_frames, 4) in the order i f g o.

    Attributes:
        from_input, from_hidden, total, values: As in `GateTerms`.
        bias: (4,).
        before, kept, written, cell, squeezed, hidden: As in `CellFrame`.
        unit: The unit; None: means over all units of the layer.
        squeezes: As in `CellFrame`.
    """

    from_input: Doubles
    from_hidden: Doubles
    bias: Doubles
    total: Doubles
    values: Doubles
    before: Doubles
    kept: Doubles
    written: Doubles
    cell: Doubles
    squeezed: Doubles
    hidden: Doubles
    unit: int | None
    squeezes: tuple[str, str] = ("sigmoid", "tanh")

    @property
    def read_me(self) -> str:
        """How to read it."""
        return READ_MEAN if self.unit is None else READ_ME

    def at(self, frame: int) -> CellFrame:
        """The numbers at one frame; negative ones count from the end.

        Raises:
            UsageError: There is no such frame.
        """
        n_frames = len(self.cell)
        if not -n_frames <= frame < n_frames:
            raise UsageError(f"frame must lie within 0 to {n_frames - 1}. Received: frame={frame}. Choose one of the item's.")
        frame %= n_frames
        gates = {
            name: GateTerms(
                name,
                float(self.from_input[frame, gate]),
                float(self.from_hidden[frame, gate]),
                float(self.bias[gate]),
                float(self.total[frame, gate]),
                float(self.values[frame, gate]),
            )
            for gate, name in enumerate(GATES)
        }
        return CellFrame(
            frame=frame,
            gates=gates,
            before=float(self.before[frame]),
            kept=float(self.kept[frame]),
            written=float(self.written[frame]),
            cell=float(self.cell[frame]),
            squeezed=float(self.squeezed[frame]),
            hidden=float(self.hidden[frame]),
            is_mean=self.unit is None,
            squeezes=self.squeezes,
        )


def cell_terms(bundle: Bundle, trace: Trace, *, layer: int = 0, backward: bool = False, unit: int | None = None) -> CellTerms:
    """Take a unit, or the mean of a layer, apart into the terms of its equations.

    Args:
        bundle: The model that the trace is of.
        trace: Of one item, edited or not.
        layer: From 0.
        backward: Of the backward half.
        unit: From 0; None: the mean over the layer's units.

    Raises:
        UsageError: There is no such layer, half or unit.
    """
    half, inputs = _half(bundle, trace, layer, backward=backward)
    weights = bundle.network.layers[layer][1 if backward else 0]
    assert weights is not None
    n_units = half.n_units
    if unit is not None and not 0 <= unit < n_units:
        raise UsageError(f"unit must lie within 0 to {n_units - 1}. Received: unit={unit}. Choose one of the layer's units.")

    def chosen(values: NDArray[np.floating]) -> Doubles:
        doubles = np.asarray(values, np.float64)
        return np.asarray(doubles.mean(axis=-1) if unit is None else doubles[..., unit])

    def by_gate(values: NDArray[np.floating]) -> Doubles:
        return chosen(values.reshape(*values.shape[:-1], 4, n_units))

    # The mean of sums is the sum of means, so the weights themselves are chosen or averaged, and products stay small.
    from_input = inputs.astype(np.float64) @ by_gate(weights.kernel)
    from_hidden = _before(half, half.hidden) @ by_gate(weights.recurrent)
    bias = by_gate(weights.bias)
    before = _before(half, half.cell)
    return CellTerms(
        from_input=from_input,
        from_hidden=from_hidden,
        bias=bias,
        total=from_input + from_hidden + bias,
        values=np.stack([chosen(getattr(half, name)) for name in GATES], axis=1),
        before=chosen(before),
        kept=chosen(half.forget_gate.astype(np.float64) * before),
        written=chosen(half.input_gate.astype(np.float64) * half.candidate),
        cell=chosen(half.cell),
        squeezed=chosen(activations.apply(weights.activation, half.cell)),
        hidden=chosen(half.hidden),
        unit=unit,
        squeezes=(weights.recurrent_activation, weights.activation),
    )


def _half(bundle: Bundle, trace: Trace, layer: int, *, backward: bool) -> tuple[Layer, NDArray[np.float32]]:
    """One direction of a layer, and what it read, (n_frames, n_inputs)."""
    if not 0 <= layer < len(trace.layers):
        raise UsageError(f"layer must lie within 0 to {len(trace.layers) - 1}. Received: layer={layer}. Choose one of these.")
    half = trace.layers[layer].backward if backward else trace.layers[layer]
    if half is None:
        raise UsageError("backward needs a layer that reads both ways. Received: a layer that reads forward. Leave it out.")
    if layer == 0:
        return half, trace.frames
    below = trace.layers[layer - 1]
    given = below.hidden if below.backward is None else np.concatenate([below.hidden, below.backward.hidden], axis=1)
    stack = bundle.network.stack
    return half, given if stack is None else stack.between(layer, given, trace.mask)


def _before(half: Layer, states: NDArray[np.float32]) -> Doubles:
    """What each frame found: the states of the frame read before it, zeros at the first."""
    found = np.zeros(states.shape)
    if half.is_backward:
        found[:-1] = states[1:]
    else:
        found[1:] = states[:-1]
    return found


def _signed(value: float) -> str:
    return f"{'-' if value < 0 else '+'} {abs(value):.3f}"
