"""The training's LSTM on arrays: forward, and the gradients of all that went in; apart from TensorFlow.

What it computes is that of `keras.layers.LSTM` with its defaults, frames behind an item's end left out: these give zeros, as nothing
that the model does afterwards looks at them. The rows of a batch are dealt out to as many threads as there are cores.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from seqclass.training.fused import kernels, packing
from seqclass.training.fused.kernels import LANES, PANEL, Floats, Integers, Kept, Rooms, Rows

_ALIGNMENT = 64  # a cache line, a vector, and what TensorFlow asks of an array that it does not copy
# Below this many products of two numbers, a thread of its own costs more than it saves (about 20 microseconds).
_LEAST_WORK = 1_000_000


@dataclass(frozen=True)
class Run:
    """A forward pass that may be gone back through: what each shard has kept, and the memory that this lies in."""

    shards: tuple[Rows, ...]
    kept: tuple[Kept, ...]
    shape: tuple[int, int, int]
    arena: Arena


class Arena:
    """Memory for one pass, lent again afterwards: fresh pages would cost a millisecond a batch."""

    def __init__(self) -> None:
        self._block = aligned(0)
        self._wanted = 0

    def array(self, *shape: int) -> Floats:
        """Uninitialised float32 at an aligned place."""
        size = -(-int(np.prod(shape)) // LANES) * LANES
        start, self._wanted = self._wanted, self._wanted + size
        flat = self._block[start : start + size] if self._wanted <= len(self._block) else aligned(size)
        return flat[: int(np.prod(shape))].reshape(shape)

    def clear(self) -> None:
        """Take back all arrays, and have room for as many."""
        if self._wanted > len(self._block):
            self._block = aligned(self._wanted * 5 // 4)
        self._wanted = 0


class FusedLstm:
    """One layer. It holds no weights, and may be called from several threads.

    Attributes:
        n_shards: Threads at most.
    """

    def __init__(self, n_shards: int | None = None) -> None:
        self.n_shards = n_shards or n_cores()
        self._free: list[Arena] = []

    def forward(self, frames: Floats, lengths: Integers, kernel: Floats, recurrent: Floats, bias: Floats) -> tuple[Floats, Run]:
        """Hidden states, and what `backward` needs.

        Args:
            frames: (batch, time, n_features), contiguous.
            lengths: Frames of each item, (batch,).
            kernel: (n_features, 4 * n_units).
            recurrent: (n_units, 4 * n_units).
            bias: (4 * n_units,).

        Returns:
            (batch, time, n_units) with zeros behind each item's end, and the run; give it to `backward` or `drop` once.
        """
        (batch, n_times, n_features), n_units = frames.shape, len(recurrent)
        n_panels = -(-n_units // LANES)
        n_inputs = n_features + 1 + n_panels * LANES
        work = int(np.sum(lengths)) * n_inputs * 4 * n_units
        shards = deal(np.asarray(lengths, np.int64).tobytes(), n_times, min(self.n_shards, 1 + work // _LEAST_WORK))
        arena = self._arena()
        weights = _room(arena, (n_panels, n_inputs, PANEL), n_units)
        packing.pack_forward(kernel, recurrent, bias, weights)
        out = aligned(batch * n_times * n_units).reshape(batch, n_times, n_units)
        kept = tuple(
            Kept(
                arena.array(n_frames, n_inputs),
                arena.array(n_panels, n_frames, PANEL),
                arena.array(n_panels, 1 + n_frames, LANES),
                arena.array(n_panels, n_frames, LANES),
            )
            for n_frames in (int(shard.offsets[-1]) for shard in shards)
        )
        rooms = [arena.array(len(shard.rows), n_panels * LANES) for shard in shards]

        def run(index: int) -> None:
            kernels.forward(frames, shards[index], weights, kept[index], rooms[index], out)

        _in_threads(run, len(shards))
        return out, Run(shards, kept, frames.shape, arena)

    def backward(
        self, run: Run, of_out: Floats, kernel: Floats, recurrent: Floats, *, needs_frames: bool = True
    ) -> tuple[Floats, Floats, Floats, Floats]:
        """Gradients of frames, kernel, recurrent weights and bias; the run is used up.

        Args:
            run: From `forward` with these weights.
            of_out: Gradient of the hidden states, (batch, time, n_units), contiguous.
            kernel: As there.
            recurrent: As there.
            needs_frames: Whether the first of them is wanted; else it is empty.
        """
        n_features, n_units, arena = len(kernel), len(recurrent), run.arena
        n_panels = -(-n_units // LANES)
        to_hidden = _transposed(recurrent, arena)
        to_frames = _transposed(kernel, arena) if needs_frames else arena.array(0, n_panels * PANEL, PANEL)
        shape = run.shape if needs_frames else (0, 0, n_features)
        of_frames = aligned(int(np.prod(shape))).reshape(shape)
        parts = arena.array(len(run.shards), n_panels, n_features + 1 + n_panels * LANES, PANEL)
        rooms = [
            Rooms(
                arena.array(len(shard.rows), len(to_hidden) * PANEL),
                arena.array(n_panels, len(shard.rows), LANES),
                arena.array(len(shard.rows), n_panels * PANEL),
                arena.array(len(shard.rows), len(to_frames) * PANEL),
            )
            for shard in run.shards
        ]

        def back(index: int) -> None:
            shard, kept = run.shards[index], run.kept[index]
            kernels.backward(shard, to_hidden, to_frames, kept, of_out, rooms[index], of_frames, parts[index])

        _in_threads(back, len(run.shards))
        gradients = (
            aligned(kernel.size).reshape(kernel.shape),
            aligned(recurrent.size).reshape(recurrent.shape),
            aligned(4 * n_units),
        )
        packing.unpack(parts, *gradients)
        self.drop(run)
        return of_frames, *gradients

    def drop(self, run: Run) -> None:
        """Take a run's memory back where there will be no backward pass."""
        run.arena.clear()
        self._free.append(run.arena)

    def _arena(self) -> Arena:
        try:
            return self._free.pop()
        except IndexError:
            return Arena()


def n_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def aligned(size: int) -> Floats:
    """Uninitialised numbers, (size,) float32, that begin at a cache line."""
    block = np.empty(size * 4 + _ALIGNMENT, np.uint8)
    start = -block.ctypes.data % _ALIGNMENT
    return block[start : start + size * 4].view(np.float32)


@functools.lru_cache(maxsize=32)  # the layers of a step ask for the same
def deal(lengths: bytes, n_times: int, n_shards: int) -> tuple[Rows, ...]:
    """Deal a batch's rows out so that all shards have about equally many frames.

    Args:
        lengths: Frames of each row, int64, (batch,).
        n_times: Time steps of the padded batch; no row is taken to be longer.
        n_shards: At most; never more than rows.
    """
    ends = np.minimum(np.frombuffer(lengths, np.int64), n_times)
    order = np.argsort(-ends, kind="stable")
    shards = []
    for first in range(min(n_shards, len(order))):
        rows = np.ascontiguousarray(order[first::n_shards])
        shorter = np.sort(ends[rows])
        counts = len(rows) - np.searchsorted(shorter, np.arange(shorter[-1]), side="right")
        offsets = np.concatenate([[0], np.cumsum(counts)])
        shards.append(Rows(rows.astype(np.int64), counts.astype(np.int64), offsets.astype(np.int64)))
    return tuple(shards)


def _room(arena: Arena, shape: tuple[int, ...], n_units: int) -> Floats:
    """Room for weights; zeros for units that only fill the last panel. What lies behind the last row of a matrix is never read."""
    room = arena.array(*shape)
    if n_units % LANES:
        room[:] = 0.0
    return room


def _transposed(matrix: Floats, arena: Arena) -> Floats:
    n_units = matrix.shape[1] // 4
    transposed = _room(arena, (-(-len(matrix) // PANEL), -(-n_units // LANES) * PANEL, PANEL), n_units)
    packing.pack_backward(matrix, transposed)
    return transposed


@functools.lru_cache(maxsize=1)
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max(1, n_cores() - 1), thread_name_prefix="lstm-shard")


def _in_threads(work: Callable[[int], None], n_shards: int) -> None:
    """Do each shard's work, the first in this thread."""
    others = [_pool().submit(work, index) for index in range(1, n_shards)]
    if n_shards:
        work(0)
    for other in others:
        other.result()
