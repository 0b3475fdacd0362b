"""Compiled parts of the training's LSTM: one product for all four gates a time step, no padding, gradients in one product at the end.

Why not a BLAS: at a step's size (32 rows by 128 units) it packs the recurrent weights anew each time and reaches 70 of the 116 GFLOP/s
that a core gives; here weights are packed once a batch, and a tile of sums stays in registers. All sizes run at the peak.

The layout. Rows (sequences) of a group are sorted from long to short and their frames stored time by time without padding, as in
PyTorch's ``PackedSequence``: frame t of the first ``counts[t]`` rows begins at ``offsets[t]``. Units go in panels of `LANES`, one
vector; a panel of gates holds i, f, g and o of the same units side by side, so that a cell needs nothing else. Shapes, with
``n_inputs = n_features + 1 + n_padded`` (frame, a 1 for the bias, the hidden state before; n_padded: units rounded up to panels):

    inputs      (n_frames, n_inputs)                    gates      (n_panels, n_frames, PANEL)
    weights     (n_panels, n_inputs, PANEL)             squashed   (n_panels, n_frames, LANES), the tanh of
                                                        cells      (n_panels, 1 + n_frames, LANES), zeros first

Everything is float32. A cell's equations: Hochreiter and Schmidhuber, Long short-term memory, 1997, with the forget gate of Gers,
Schmidhuber and Cummins, 2000, in the order of Keras (i, f, g, o).

Numba's cache looks at this file's date alone: what is compiled into one another stays together in one module.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import njit, types
from numba.core.codegen import get_host_cpu_features
from numba.core.config import CPU_FEATURES
from numba.extending import intrinsic
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]
Function = TypeVar("Function", bound=Callable[..., Any])

_FEATURES = (CPU_FEATURES or get_host_cpu_features()).split(",")
# Numbers in a vector, and rows in a tile so that its sums (four vectors a row) fill the registers and do not spill.
LANES, _ROWS = next(
    (sizes for feature, sizes in {"+avx512f": (16, 6), "+avx": (8, 3), "+neon": (4, 6)}.items() if feature in _FEATURES), (4, 3)
)
PANEL = 4 * LANES
# A block of frames whose gates stay in the second cache while their products with all inputs are summed.
_BLOCK = 256
_LONG, _FLOAT = ir.IntType(64), ir.FloatType()
_VECTOR = ir.VectorType(_FLOAT, LANES)
_BYTES = 4
_WIDTH = LANES * _BYTES
_TANH_OVER = (
    *(-2.76076847742355e-16, 2.00018790482477e-13, -8.60467152213735e-11, 5.12229709037114e-08),
    *(1.48572235717979e-05, 6.37261928875436e-04, 4.89352455891786e-03),
)
_TANH_UNDER = (1.19825839466702e-06, 1.18534705686654e-04, 2.26843463243900e-03, 4.89352518554385e-03)


def compiled(function: Function) -> Function:
    """Compile without the interpreter lock, kept on disk; NaN and infinity pass through, as a diverging loss must be seen."""
    options = {"nogil": True, "error_model": "numpy", "fastmath": {"contract", "arcp", "nsz", "reassoc"}}
    try:
        return cast("Function", njit(cache=True, **options)(function))
    except RuntimeError:  # neither beside the module nor in the person's cache can anything be written
        return cast("Function", njit(**options)(function))


class _Lanes:
    """A vector of `LANES` numbers while code is made: arithmetic on it makes instructions.

    Written out and not left to the compiler's own vectorising of loops, which gives half the speed and depends on its version.
    """

    def __init__(self, builder: ir.IRBuilder, value: Any) -> None:
        self.builder = builder
        self.value = value if isinstance(value, ir.Value) else ir.Constant(_VECTOR, [float(np.float32(value))] * LANES)

    def _with(self, name: str, other: _Lanes | float) -> _Lanes:
        other = other if isinstance(other, _Lanes) else _Lanes(self.builder, other)
        # "contract": a product and a sum become one instruction where the processor has it.
        return _Lanes(self.builder, getattr(self.builder, name)(self.value, other.value, flags=("contract",)))

    def __add__(self, other: _Lanes | float) -> _Lanes:
        return self._with("fadd", other)

    def __mul__(self, other: _Lanes | float) -> _Lanes:
        return self._with("fmul", other)

    def __truediv__(self, other: _Lanes) -> _Lanes:
        return self._with("fdiv", other)

    def __rsub__(self, other: float) -> _Lanes:
        return _Lanes(self.builder, other)._with("fsub", self)

    def within(self, limit: float) -> _Lanes:
        """Cut at plus and minus ``limit``; what is no number stays so, as a diverging loss must be seen."""
        value = self.value
        for sign, bound in ((">", limit), ("<", -limit)):
            edge = _Lanes(self.builder, bound).value
            value = self.builder.select(self.builder.fcmp_ordered(sign, value, edge), edge, value)
        return _Lanes(self.builder, value)

    def tanh(self) -> _Lanes:
        """A quotient of polynomials, within 4e-7: that of Eigen, which TensorFlow computes with."""
        x = self.within(7.90531110763549805)
        square = x * x
        over, under = _Lanes(self.builder, _TANH_OVER[0]), _Lanes(self.builder, _TANH_UNDER[0])
        for factor in _TANH_OVER[1:]:
            over = over * square + factor
        for factor in _TANH_UNDER[1:]:
            under = under * square + factor
        return x * over / under

    def sigmoid(self) -> _Lanes:
        """Within 2e-7."""
        return (self * 0.5).tanh() * 0.5 + 0.5


def _vector_at(builder: ir.IRBuilder, address: Any, index: int = 0) -> Any:
    return builder.inttoptr(builder.add(address, ir.Constant(_LONG, _BYTES * LANES * index)), _VECTOR.as_pointer())


def _load(builder: ir.IRBuilder, address: Any, index: int = 0) -> _Lanes:
    return _Lanes(builder, builder.load(_vector_at(builder, address, index), align=_BYTES))


def _store(values: _Lanes, address: Any, index: int = 0) -> None:
    values.builder.store(values.value, _vector_at(values.builder, address, index), align=_BYTES)


@intrinsic  # type: ignore[untyped-decorator]
def _cell(_: Any, gate: Any, last: Any, cell: Any, squash: Any, hidden: Any) -> Any:
    """From one row's four sums of one panel, at ``gate``, to gates in their place, cells, their tanh and hidden states."""

    def generate(context: Any, builder: Any, _signature: Any, places: Any) -> Any:
        gate, last, cell, squash, hidden = places
        i, f, o = (_load(builder, gate, index).sigmoid() for index in (0, 1, 3))
        g = _load(builder, gate, 2).tanh()
        c = i * g + f * _load(builder, last)
        s = c.tanh()
        for index, values in enumerate((i, f, g, o)):
            _store(values, gate, index)
        _store(c, cell)
        _store(s, squash)
        _store(o * s, hidden)
        return context.get_dummy_value()

    return types.void(*[types.int64] * 5), generate


@intrinsic  # type: ignore[untyped-decorator]
def _back(_: Any, gate: Any, last: Any, squash: Any, of_hidden: Any, of_cell: Any, of_gate: Any) -> Any:
    """From gradients of one row's hidden states and cells to those of its sums, at ``gate`` and ``of_gate``, and of the last cells."""

    def generate(context: Any, builder: Any, _signature: Any, places: Any) -> Any:
        gate, last, squash, of_hidden, of_cell, of_gate = places
        i, f, g, o = (_load(builder, gate, index) for index in range(4))
        s, d = _load(builder, squash), _load(builder, of_hidden)
        c = _load(builder, of_cell) + d * o * (1.0 - s * s)
        of_sums = c * g * i * (1.0 - i), c * _load(builder, last) * f * (1.0 - f), c * i * (1.0 - g * g), d * s * o * (1.0 - o)
        for index, values in enumerate(of_sums):
            _store(values, gate, index)
            _store(values, of_gate, index)
        _store(c * f, of_cell)
        return context.get_dummy_value()

    return types.void(*[types.int64] * 6), generate


def _tile(*, is_transposed: bool) -> Any:
    """One tile of a matrix product: ``out[r] (+)= sum over k of left[r, k] * right[k]`` for up to `_ROWS` rows of one panel.

    All arguments are int64: the number of rows; the address of the left factor and the bytes from a row to the next one (or from one k
    to the next where it is transposed: there rows lie side by side); address of the right factor's first row, rows being `PANEL`
    numbers; address of the result and bytes a row; number of k; whether the result is added to.
    """

    def emit(builder: ir.IRBuilder, n_rows: int, arguments: tuple[Any, ...], after: Any) -> None:
        left, stride, right, out, out_stride, n_terms, is_added = arguments
        function, entry = builder.function, builder.block
        start, loop, body, done = (function.append_basic_block(name) for name in ("start", "loop", "body", "done"))

        def number(value: int) -> Any:
            return ir.Constant(_LONG, value)

        rows = [builder.add(out, builder.mul(number(row), out_stride)) for row in range(n_rows)]
        places = [(row, index) for row in range(n_rows) for index in range(4)]
        builder.cbranch(builder.icmp_signed("!=", is_added, number(0)), start, loop)
        builder.position_at_end(start)
        before = {(row, index): _load(builder, rows[row], index).value for row, index in places}
        builder.branch(loop)
        builder.position_at_end(loop)
        term, from_left, from_right = (builder.phi(_LONG) for _ in range(3))
        sums = {place: builder.phi(_VECTOR) for place in places}
        for block in (entry, start):
            for phi, value in ((term, number(0)), (from_left, left), (from_right, right)):
                phi.add_incoming(value, block)
            for place, phi in sums.items():
                phi.add_incoming(before[place] if block is start else ir.Constant(_VECTOR, [0.0] * LANES), block)
        builder.cbranch(builder.icmp_signed("<", term, n_terms), body, done)
        builder.position_at_end(body)
        factors = [_load(builder, from_right, index) for index in range(4)]
        nothing, lanes = ir.Constant(_VECTOR, ir.Undefined), ir.VectorType(ir.IntType(32), LANES)
        for row in range(n_rows):
            address = builder.add(from_left, number(_BYTES * row) if is_transposed else builder.mul(number(row), stride))
            value = builder.load(builder.inttoptr(address, _FLOAT.as_pointer()), align=_BYTES)
            single = builder.insert_element(nothing, value, ir.Constant(ir.IntType(32), 0))
            spread = builder.shuffle_vector(single, nothing, ir.Constant(lanes, [0] * LANES))
            for index, factor in enumerate(factors):
                total = _Lanes(builder, sums[row, index]) + _Lanes(builder, spread) * factor
                sums[row, index].add_incoming(total.value, body)
        term.add_incoming(builder.add(term, number(1)), body)
        from_left.add_incoming(builder.add(from_left, stride if is_transposed else number(_BYTES)), body)
        from_right.add_incoming(builder.add(from_right, number(_BYTES * PANEL)), body)
        builder.branch(loop)
        builder.position_at_end(done)
        for row, index in places:
            _store(_Lanes(builder, sums[row, index]), rows[row], index)
        builder.branch(after)

    # ruff: noqa: ARG001
    @intrinsic  # type: ignore[untyped-decorator]
    def tile(
        _: Any, n_rows: Any, left: Any, stride: Any, right: Any, out: Any, out_stride: Any, n_terms: Any, is_added: Any
    ) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            cases = [(count, builder.function.append_basic_block(f"rows{count}")) for count in range(1, _ROWS + 1)]
            after = builder.function.append_basic_block("after")
            switch = builder.switch(arguments[0], after)
            for count, block in cases:
                switch.add_case(ir.Constant(_LONG, count), block)
                builder.position_at_end(block)
                emit(builder, count, tuple(arguments[1:]), after)
            builder.position_at_end(after)
            return context.get_dummy_value()

        return types.void(*[types.int64] * 8), generate

    return tile


_tile_of_rows = _tile(is_transposed=False)
_tile_of_columns = _tile(is_transposed=True)


@compiled
def _product(left: int, stride: int, right: int, out: int, out_stride: int, n_rows: int, n_terms: int) -> None:
    """``out = left @ right`` for one panel, by addresses; strides in bytes."""
    n_tiles = (n_rows + _ROWS - 1) // _ROWS
    done = 0
    for index in range(n_tiles):
        count = (n_rows - done + n_tiles - index - 1) // (n_tiles - index)  # tiles of about equal size
        _tile_of_rows(count, left + done * stride, stride, right, out + done * out_stride, out_stride, n_terms, 0)
        done += count


@compiled
def _summed_product(left: int, stride: int, right: int, out: int, n_rows: int, n_terms: int, is_added: int) -> None:
    """``out (+)= left.T @ right`` for one panel, by addresses; ``stride`` in bytes from one row of ``left`` to the next."""
    n_tiles = (n_rows + _ROWS - 1) // _ROWS
    done = 0
    for index in range(n_tiles):
        count = (n_rows - done + n_tiles - index - 1) // (n_tiles - index)
        place = out + done * PANEL * _BYTES
        _tile_of_columns(count, left + done * _BYTES, stride, right, place, PANEL * _BYTES, n_terms, is_added)
        done += count


class Rows(NamedTuple):
    """The rows of a group.

    Attributes:
        rows: Indices in the batch, from long to short.
        ends: Frames of each, at least one.
        counts: How many of them reach each frame, (longest,).
        offsets: Where each frame begins among the frames without padding, (longest + 1,).
    """

    rows: Integers
    ends: Integers
    counts: Integers
    offsets: Integers


class Kept(NamedTuple):
    """What a forward pass keeps for the backward one; shapes stand above."""

    inputs: Floats
    gates: Floats
    cells: Floats
    squashed: Floats


class Rooms(NamedTuple):
    """Working memory of a backward pass: gradients of one frame of each row.

    Attributes:
        hidden: (n_rows, n_units rounded up to PANEL).
        cells: (n_panels, n_rows, LANES).
        gates: (n_rows, n_panels * PANEL).
        frames: (n_rows, n_features rounded up to PANEL).
    """

    hidden: Floats
    cells: Floats
    gates: Floats
    frames: Floats


@compiled
def forward(frames: Floats, rows: Rows, weights: Floats, kept: Kept, hidden: Floats, out: Floats) -> None:
    """Run one group. Nothing is checked here, and what does not fit is written past: `lstm` sees to it.

    Args:
        frames: (n_frames, n_features).
        rows: How these lie.
        weights: From `packing.pack_forward`.
        kept: Filled.
        hidden: Room for (n_rows, n_padded).
        out: Filled, (n_frames, n_units).
    """
    counts, offsets = rows.counts, rows.offsets
    inputs, gates, cells, squashed = kept.inputs, kept.gates, kept.cells, kept.squashed
    n_features, n_units = frames.shape[1], out.shape[1]
    n_frames, n_inputs = inputs.shape
    n_padded, stride, n_cells = hidden.shape[1], n_inputs * _BYTES, cells.shape[1] * _WIDTH
    inputs[: counts[0], n_features + 1 :] = np.float32(0)
    cells[:, 0] = np.float32(0)
    for t in range(len(counts)):
        count, now, after = counts[t], offsets[t], offsets[t + 1]
        for at in range(now, after):
            for j in range(n_features):
                inputs[at, j] = frames[at, j]
            inputs[at, n_features] = np.float32(1)
        left = inputs.ctypes.data + now * stride
        for panel in range(len(weights)):
            right = weights.ctypes.data + panel * n_inputs * PANEL * _BYTES
            to = gates.ctypes.data + (panel * n_frames + now) * PANEL * _BYTES
            _product(left, stride, right, to, PANEL * _BYTES, count, n_inputs)
            cell, squash = cells.ctypes.data + panel * n_cells + _WIDTH, squashed.ctypes.data + panel * n_frames * _WIDTH
            for r in range(count):
                last = cell + (offsets[t - 1] + r if t else -1) * _WIDTH
                state = hidden.ctypes.data + (r * n_padded + panel * LANES) * _BYTES
                _cell(to + r * 4 * _WIDTH, last, cell + (now + r) * _WIDTH, squash + (now + r) * _WIDTH, state)
        for r in range(count):
            for j in range(n_units):
                out[now + r, j] = hidden[r, j]
        for r in range(counts[t + 1] if t + 1 < len(counts) else 0):
            for j in range(n_padded):
                inputs[after + r, n_features + 1 + j] = hidden[r, j]


@compiled
def backward(
    rows: Rows,
    to_hidden: Floats,
    to_frames: Floats,
    kept: Kept,
    of_out: Floats,
    of: Rooms,
    of_frames: Floats,
    of_weights: Floats,
) -> None:
    """Go back through one group; the gates kept hold their gradients afterwards. Nothing is checked here either.

    Args:
        rows: As in `forward`.
        to_hidden: From `packing.pack_backward` of the recurrent weights.
        to_frames: The same of the kernel; empty where no gradient of the frames is needed.
        kept: From `forward`.
        of_out: Gradient of the output, (n_frames, n_units).
        of: Working memory.
        of_frames: Filled with the gradient of the frames, (n_frames, n_features).
        of_weights: Filled with (n_panels, n_inputs, PANEL).
    """
    counts, offsets = rows.counts, rows.offsets
    (n_frames, n_inputs), n_gates = kept.inputs.shape, of.gates.shape[1]
    of.hidden[:] = np.float32(0)
    of.cells[:] = np.float32(0)
    for t in range(len(counts) - 1, -1, -1):
        count, now = counts[t], offsets[t]
        for r in range(count):
            for j in range(of_out.shape[1]):
                of.hidden[r, j] += of_out[now + r, j]
        for panel in range(len(kept.gates)):
            cell = kept.cells.ctypes.data + (panel * kept.cells.shape[1] + 1) * _WIDTH
            for r in range(count):
                place = panel * n_frames + now + r
                _back(
                    kept.gates.ctypes.data + place * 4 * _WIDTH,
                    cell + (offsets[t - 1] + r if t else -1) * _WIDTH,
                    kept.squashed.ctypes.data + place * _WIDTH,
                    of.hidden.ctypes.data + (r * of.hidden.shape[1] + panel * LANES) * _BYTES,
                    of.cells.ctypes.data + (panel * counts[0] + r) * _WIDTH,
                    of.gates.ctypes.data + (r * n_gates + panel * PANEL) * _BYTES,
                )
        for panel in range(len(to_hidden) if t else 0):
            right = to_hidden.ctypes.data + panel * n_gates * PANEL * _BYTES
            to = of.hidden.ctypes.data + panel * PANEL * _BYTES
            _product(of.gates.ctypes.data, n_gates * _BYTES, right, to, of.hidden.shape[1] * _BYTES, count, n_gates)
        for panel in range(len(to_frames)):
            right = to_frames.ctypes.data + panel * n_gates * PANEL * _BYTES
            to = of.frames.ctypes.data + panel * PANEL * _BYTES
            _product(of.gates.ctypes.data, n_gates * _BYTES, right, to, of.frames.shape[1] * _BYTES, count, n_gates)
        for r in range(count if len(to_frames) else 0):
            for j in range(of_frames.shape[1]):
                of_frames[now + r, j] = of.frames[r, j]
    for panel in range(len(kept.gates)):
        out = of_weights.ctypes.data + panel * n_inputs * PANEL * _BYTES
        for start in range(0, n_frames, _BLOCK):
            left = kept.inputs.ctypes.data + start * n_inputs * _BYTES
            right = kept.gates.ctypes.data + (panel * n_frames + start) * PANEL * _BYTES
            _summed_product(left, n_inputs * _BYTES, right, out, n_inputs, min(_BLOCK, n_frames - start), 1 if start else 0)
