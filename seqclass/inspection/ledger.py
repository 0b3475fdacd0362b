"""The memory ledger: how much of what each frame wrote is still in the cell.

Unrolled, c_t = f_t c_{t-1} + i_t g_t (Gers et al., "Learning to Forget", 2000) is a sum over all that was ever written::

    c_T = sum over t of (f_{t+1} * ... * f_T) * i_t * g_t

so every entry of the cell has an account. It is exact given the gates; the gates themselves depend on what was written, so it is
no claim about what would have been without a frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqclass.errors import UsageError
from seqclass.files import write_arrays, write_table
from seqclass.inspection.trace import Layer

Doubles = NDArray[np.float64]

READ_ME = (
    "What each frame wrote into the cell and how much of it is left at the chosen frame; over all frames it sums to the cell state. "
    "This is exact accounting given the gates, not a causal claim: without a frame the gates would have been others."
)
READ_HALF_LIFE = "The time after which half of what a unit holds is gone, at its typical forget gate over the item."
READ_INJECTED = " A hand on the cell puts in or takes out the rest at its frames; that is counted as written there."
# What rounding in single precision leaves between a cell and its two terms; more than that was put in by hand.
_ROUNDING = 1e-4
_SMALLEST = 1e-300


@dataclass(frozen=True)
class Ledger:
    """Where a layer's memory at one frame comes from. All arrays float64 in input time.

    Attributes:
        at: The frame.
        written: What each frame added to the cell, i * g, (n_frames, n_units); 0 at frames not read by then.
        kept: Share of it that is still there, (n_frames, n_units), 0 to 1.
        left: Both multiplied: what is left of it, (n_frames, n_units); sums over frames to ``cell``.
        cell: The cell state at the frame, (n_units,).
        is_backward: Whether the layer reads backwards: then what was written stands after the frame.
        is_edited: Whether cells were changed by hand; the change is in ``written``.
    """

    at: int
    written: Doubles
    kept: Doubles
    left: Doubles
    cell: Doubles
    is_backward: bool
    is_edited: bool

    @property
    def summed(self) -> Doubles:
        """What is left of each frame over all units, signs and all, (n_frames,)."""
        return np.asarray(self.left.sum(axis=1))

    @property
    def amount(self) -> Doubles:
        """The same without signs, so that units do not cancel, (n_frames,)."""
        return np.asarray(np.abs(self.left).sum(axis=1))

    @property
    def error(self) -> float:
        """Greatest distance of a unit's sum from its cell state: rounding."""
        return float(np.abs(self.left.sum(axis=0) - self.cell).max())

    @property
    def read_me(self) -> str:
        """How to read it."""
        return READ_ME + (READ_INJECTED if self.is_edited else "")

    def plot(self, times_s: Doubles, path: Path | str | None = None, *, unit: str = "time / s") -> Any:
        """Draw it with matplotlib; arguments and errors as for `seqclass.inspection.plot_views.draw_ledger`."""
        from seqclass.inspection.plot_views import draw_ledger

        return draw_ledger(self, times_s, path, unit=unit)

    def write(self, path: Path | str, times_s: Doubles) -> None:
        """Save as ``.npz`` or else as CSV: a row a frame with what is left of it in each unit, whole or not at all.

        Raises:
            StorageError: The file cannot be written.
        """
        if Path(path).suffix.lower() == ".npz":
            arrays: dict[str, NDArray[Any]] = {
                "at": np.asarray(self.at),
                "times_s": times_s,
                "written": self.written,
                "kept": self.kept,
                "left": self.left,
                "cell": self.cell,
            }
            write_arrays(path, arrays)
            return
        rows: list[list[object]] = [["frame", "time_s", "sum", "amount", *(f"unit{unit}" for unit in range(len(self.cell)))]]
        for frame, time_s in enumerate(times_s.tolist()):
            values = [self.summed[frame], self.amount[frame], *self.left[frame]]
            rows.append([frame, f"{time_s:.6g}", *(f"{value:.9g}" for value in values)])
        write_table(path, rows)


def ledger(layer: Layer, at: int = -1) -> Ledger:
    """Keep the books of one direction of a layer.

    Args:
        layer: Of a trace, edited or not.
        at: The frame to look back from; negative ones count from the end. A backward direction looks back over later frames.

    Raises:
        UsageError: There is no such frame.
    """
    n_frames = len(layer.cell)
    if not -n_frames <= at < n_frames:
        raise UsageError(f"at must lie within 0 to {n_frames - 1}. Received: at={at}. Choose one of the item's frames.")
    at %= n_frames
    read = slice(at, None) if layer.is_backward else slice(0, at + 1)
    step = -1 if layer.is_backward else 1
    forget, cell = (np.asarray(values[read][::step], np.float64) for values in (layer.forget_gate, layer.cell))
    written = np.asarray(layer.input_gate[read][::step], np.float64) * layer.candidate[read][::step]
    before = np.concatenate([np.zeros_like(cell[:1]), cell[:-1]])
    injected = cell - (forget * before + written)
    is_by_hand = np.abs(injected) > _ROUNDING * (1.0 + np.abs(cell))
    written = np.where(is_by_hand, written + injected, written)
    # Products from the end: each factor is at most 1, so they fall to 0 and never need a logarithm or a division.
    kept = np.ones_like(forget)
    if len(forget) > 1:
        kept[:-1] = np.cumprod(forget[:0:-1], axis=0)[::-1]
    whole = np.zeros((2, n_frames, layer.n_units))
    whole[0, read], whole[1, read] = written[::step], kept[::step]
    return Ledger(
        at=at,
        written=whole[0],
        kept=whole[1],
        left=whole[0] * whole[1],
        cell=cell[-1],
        is_backward=layer.is_backward,
        is_edited=bool(is_by_hand.any()),
    )


def half_life_frames(forget_gate: NDArray[np.floating]) -> Doubles:
    """After how many frames half of what a unit holds is gone, at the geometric mean of its forget gate.

    Args:
        forget_gate: (n_frames, n_units), 0 to 1.

    Returns:
        (n_units,) float64: ln 2 / -mean(ln f); infinite where a gate is always 1.
    """
    decay = -np.log(np.maximum(np.asarray(forget_gate, np.float64), _SMALLEST)).mean(axis=0)
    return half_life_of(decay)


def half_life_of(decay: Doubles) -> Doubles:
    """From a mean of -ln f to frames; infinite for 0."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(2.0) / np.abs(decay))


def half_life_ms(layer: Layer, times_s: Doubles) -> Doubles:
    """`half_life_frames` of a direction of a layer in milliseconds, (n_units,), for items whose frames have times in seconds."""
    step_s = float(times_s[1] - times_s[0]) if len(times_s) > 1 else 0.0
    with np.errstate(invalid="ignore"):
        return half_life_frames(layer.forget_gate) * step_s * 1000.0


def reach_frames(entry: Ledger) -> Doubles:
    """How far back from the ledger's frame a unit still holds half of what it was given, in frames, (n_units,).

    The count of frames whose share kept is at least a half; all that were read where even the first one's is.
    """
    return np.asarray((entry.kept >= 0.5).sum(axis=0), np.float64)
