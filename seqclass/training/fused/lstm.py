"""The training's LSTM on arrays: forward, and the gradients of all that went in, for one group of rows.

What it computes is that of `keras.layers.LSTM` with its defaults, without the frames behind an item's end. Here everything is checked
that `kernels` takes on trust: they work with addresses, and what did not fit would write over other memory.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from seqclass.training.fused import kernels, packing
from seqclass.training.fused.kernels import LANES, PANEL, Floats, Kept, Rooms, Rows

_ALIGNMENT = 64  # a cache line, a vector, and what TensorFlow asks of an array that it does not copy


class Arena:
    """Memory for one pass, lent again afterwards: fresh pages would cost a millisecond a batch."""

    def __init__(self) -> None:
        self._block = aligned(0)
        self._wanted = 0

    def array(self, *shape: int) -> Floats:
        """Uninitialised float32 at an aligned place."""
        n_numbers = 1
        for size in shape:
            n_numbers *= size
        start, self._wanted = self._wanted, self._wanted + -(-n_numbers // LANES) * LANES
        flat = self._block[start : start + n_numbers] if self._wanted <= len(self._block) else aligned(n_numbers)
        return flat.reshape(shape)

    def clear(self) -> None:
        """Take back all arrays, and have room for as many."""
        if self._wanted > len(self._block):
            self._block = aligned(self._wanted * 5 // 4)
        self._wanted = 0


class Packed(NamedTuple):
    """One layer's weights as `kernels` reads them, for all groups of a batch.

    Attributes:
        forward: (n_panels, n_inputs, PANEL).
        to_hidden: Recurrent weights for the way back; empty where there is none.
        to_frames: The same of the kernel; empty where no gradient of the frames is wanted.
        n_features: Numbers a frame.
        n_units: Of the layer.
    """

    forward: Floats
    to_hidden: Floats
    to_frames: Floats
    n_features: int
    n_units: int


def pack(
    kernel: Floats, recurrent: Floats, bias: Floats, room: Arena, *, has_way_back: bool = True, needs_frames: bool = True
) -> Packed:
    """Lay out a layer's weights.

    Args:
        kernel: (n_features, 4 * n_units).
        recurrent: (n_units, 4 * n_units).
        bias: (4 * n_units,).
        room: Where; not to be cleared before the weights have served.
        has_way_back: Whether there will be gradients.
        needs_frames: Whether that of the frames is among them.
    """
    n_features, n_units = len(kernel), len(recurrent)
    _require("kernel", kernel, (n_features, 4 * n_units))
    _require("recurrent", recurrent, (n_units, 4 * n_units))
    _require("bias", bias, (4 * n_units,))
    n_panels = -(-n_units // LANES)
    weights = _room(room, (n_panels, n_features + 1 + n_panels * LANES, PANEL), n_units)
    packing.pack_forward(kernel, recurrent, bias, weights)
    nothing = room.array(0, n_panels * PANEL, PANEL)
    to_hidden = _transposed(recurrent, room) if has_way_back else nothing
    to_frames = _transposed(kernel, room) if has_way_back and needs_frames else nothing
    return Packed(weights, to_hidden, to_frames, n_features, n_units)


def rows_of(lengths: NDArray[np.integer], chosen: NDArray[np.integer], n_times: int) -> Rows:
    """How the rows of a group lie.

    Args:
        lengths: Frames of each row of the batch, (batch,).
        chosen: The group's rows, at least one.
        n_times: Frames of the padded batch.

    Raises:
        ValueError: A row has no frames, or more than there are.
    """
    ends = np.asarray(lengths[chosen], np.int64)
    if not len(ends) or ends.min() < 1 or ends.max() > n_times:
        raise ValueError(f"lengths must be 1 to {n_times}, the frames of the batch. Received: {ends.tolist()}.")
    order = np.argsort(-ends, kind="stable")
    ends = ends[order]
    counts = len(ends) - np.searchsorted(ends[::-1], np.arange(ends[0]), side="right")
    offsets = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=offsets[1:])
    return Rows(np.asarray(chosen, np.int64)[order], ends, np.asarray(counts, np.int64), offsets)


def forward(frames: Floats, rows: Rows, packed: Packed, room: Arena) -> tuple[Floats, Kept]:
    """Hidden states, and what `backward` needs.

    Args:
        frames: (n_frames, n_features), time by time without padding.
        rows: From `rows_of`.
        packed: From `pack`.
        room: Where the results lie.

    Returns:
        (n_frames, n_units), and what is kept for `backward`, which may be called once.

    Raises:
        ValueError: The frames do not fit the rows or the weights.
    """
    n_frames, n_rows = int(rows.offsets[-1]), len(rows.ends)
    _require("frames", frames, (n_frames, packed.n_features))
    n_panels, n_inputs, _ = packed.forward.shape
    kept = Kept(
        room.array(n_frames, n_inputs),
        room.array(n_panels, n_frames, PANEL),
        room.array(n_panels, 1 + n_frames, LANES),
        room.array(n_panels, n_frames, LANES),
    )
    out = room.array(n_frames, packed.n_units)
    kernels.forward(frames, rows, packed.forward, kept, room.array(n_rows, n_panels * LANES), out)
    return out, kept


def backward(
    of_out: Floats, rows: Rows, packed: Packed, kept: Kept, room: Arena, of_weights: tuple[Floats, Floats, Floats]
) -> Floats:
    """Gradient of the frames, (n_frames, n_features); empty where the weights were packed without.

    Args:
        of_out: Gradient of the hidden states, (n_frames, n_units).
        rows: As in `forward`.
        packed: As in `forward`.
        kept: From there; used up.
        room: As in `forward`.
        of_weights: Filled with the gradients of kernel, recurrent weights and bias.

    Raises:
        ValueError: Something does not fit.
    """
    n_frames, n_rows, n_units, n_features = int(rows.offsets[-1]), len(rows.ends), packed.n_units, packed.n_features
    n_panels, n_inputs, _ = packed.forward.shape
    _require("of_out", of_out, (n_frames, n_units))
    _require("inputs kept", kept.inputs, (n_frames, n_inputs))
    for name, values, shape in zip(
        ("kernel", "recurrent", "bias"),
        of_weights,
        ((n_features, 4 * n_units), (n_units, 4 * n_units), (4 * n_units,)),
        strict=True,
    ):
        _require(f"gradient of {name}", values, shape)
    if not len(packed.to_hidden):
        raise ValueError("The weights must be packed with the way back. Received: without. Pass has_way_back=True.")
    of_frames = room.array(n_frames if len(packed.to_frames) else 0, n_features)
    part = room.array(n_panels, n_inputs, PANEL)
    rooms = Rooms(
        room.array(n_rows, len(packed.to_hidden) * PANEL),
        room.array(n_panels, n_rows, LANES),
        room.array(n_rows, n_panels * PANEL),
        room.array(n_rows, len(packed.to_frames) * PANEL),
    )
    kernels.backward(rows, packed.to_hidden, packed.to_frames, kept, of_out, rooms, of_frames, part)
    packing.unpack(part, *of_weights)
    return of_frames


def aligned(size: int) -> Floats:
    """Uninitialised numbers, (size,) float32, that begin at a cache line."""
    block = np.empty(size * 4 + _ALIGNMENT, np.uint8)
    start = -block.ctypes.data % _ALIGNMENT
    return block[start : start + size * 4].view(np.float32)


def _require(name: str, array: Floats, shape: tuple[int, ...]) -> None:
    if array.dtype != np.float32 or array.shape != shape or not array.flags.c_contiguous:
        kind = "contiguous" if array.flags.c_contiguous else "not contiguous"
        raise ValueError(f"{name} must be contiguous float32 {shape}. Received: {kind} {array.dtype} {array.shape}.")


def _room(room: Arena, shape: tuple[int, ...], n_units: int) -> Floats:
    """Room for weights; zeros for units that only fill the last panel. What lies behind the last row of a matrix is never read."""
    array = room.array(*shape)
    if n_units % LANES:
        array[:] = 0.0
    return array


def _transposed(matrix: Floats, room: Arena) -> Floats:
    n_units = matrix.shape[1] // 4
    transposed = _room(room, (-(-len(matrix) // PANEL), -(-n_units // LANES) * PANEL, PANEL), n_units)
    packing.pack_backward(matrix, transposed)
    return transposed
