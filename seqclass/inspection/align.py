"""Two takes on one axis: frames warped onto each other, maps subtracted, and the first moment where they part.

The warp is dynamic time warping of what enters the first LSTM (Sakoe and Chiba, Dynamic programming algorithm optimization for
spoken word recognition, IEEE TASSP 26 (1978)), librosa's, which takes seconds to load: `seqclass.inspection.warp` runs in a child
process (the `align` job), everything here is NumPy and runs anywhere on the path that it found.

Two takes of one word are never the same, so a difference says something only beside those of other takes of one class. The same
distance is taken for a few same-class pairs of the data set; what nineteen of twenty of them never reach, held for three steps, is the
limit beyond which two takes part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqclass.files import write_arrays
from seqclass.inspection.store import halves_of
from seqclass.inspection.trace import GATES, Trace

HOLD = 3
QUANTILE = 0.95
LEGEND = (
    "Both items lie on one axis, warped so that alike frames meet. A map shows the first item minus the second; white is none. "
    "The distance below is the root mean square over all hidden states; the dashed line is a height that most pairs of takes of one "
    "class never keep for three steps. Where the curve stays above it for the first time, the two part."
)
LEGEND_MODELS = (
    "Two models on one item, frame by frame: the first minus the second. Unit k of one has nothing to do with unit k of the other "
    "unless one was trained on from the other: compare layers as a whole, and probabilities."
)

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Alignment:
    """A common axis of two items.

    Attributes:
        a: Frame of the first item at each step, (n_steps,), never falling.
        b: Frame of the second item, likewise.
        cost: Mean distance of the frames that meet; 0 where nothing was warped.
        is_warped: Whether the axis bends time; False for two models whose frames agree.
    """

    a: NDArray[np.intp]
    b: NDArray[np.intp]
    cost: float = 0.0
    is_warped: bool = True

    def plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {"a": self.a.tolist(), "b": self.b.tolist(), "cost": self.cost, "is_warped": self.is_warped}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Alignment:
        """The reverse of `plain`."""
        return cls(np.asarray(plain["a"], np.intp), np.asarray(plain["b"], np.intp), plain["cost"], plain["is_warped"])


@dataclass(frozen=True)
class Spread:
    """How far takes of one class part.

    Attributes:
        limit: A distance that 19 of 20 pairs never keep for ``hold`` steps.
        levels: What each pair keeps at most, rising, (n_pairs,).
        labels: The classes that the pairs are of.
        group: The speaker that all pairs are by; empty where they are by any.
        hold: Steps.
    """

    limit: float
    levels: tuple[float, ...]
    labels: tuple[str, ...]
    group: str = ""
    hold: int = HOLD

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any] | None) -> Spread | None:
        """The spread that a finished `align` job names; None where it names none."""
        if plain is None:
            return None
        return cls(plain["limit"], tuple(plain["levels"]), tuple(plain["labels"]), plain["group"], plain["hold"])

    @property
    def n_pairs(self) -> int:
        """From how many pairs it was estimated."""
        return len(self.levels)


@dataclass(frozen=True)
class Parting:
    """Where two items part.

    Attributes:
        step: On the common axis.
        a: Frame of the first item.
        b: Frame of the second item.
        a_ms: Where that is in the first item, in ms; the frame's number where frames are no time.
        b_ms: The same in the second.
    """

    step: int
    a: int
    b: int
    a_ms: float
    b_ms: float


@dataclass(frozen=True)
class Comparison:
    """Two traces on one axis.

    Attributes:
        alignment: The axis.
        a_ms: Where each step is in the first item, in ms (frame numbers where frames are no time), (n_steps,).
        b_ms: The same of the second.
        differences: ``layer0.hidden`` and so on -> first minus second, (n_steps, n_units) float32.
        probabilities: Target -> first minus second, (n_steps, n_labels); NaN where a model says nothing before the end.
        labels: Target -> labels of those columns; empty for a number.
        distance: Root mean square over all hidden states that can be compared, (n_steps,); of the probabilities where none can.
        skipped: Map or target -> why it was not compared.
        parting: Where they part; None where they do not, or where no spread is known.
    """

    alignment: Alignment
    a_ms: NDArray[np.float64]
    b_ms: NDArray[np.float64]
    differences: dict[str, Floats]
    probabilities: dict[str, NDArray[np.float64]]
    labels: dict[str, tuple[str, ...]]
    distance: NDArray[np.float64]
    skipped: dict[str, str] = field(default_factory=dict)
    parting: Parting | None = None

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All of it by name, for a ``.npz``."""
        arrays: dict[str, NDArray[Any]] = {f"difference.{name}": values for name, values in self.differences.items()}
        arrays |= {f"difference.probabilities.{name}": values for name, values in self.probabilities.items()}
        return arrays | {
            "a_frame": self.alignment.a,
            "b_frame": self.alignment.b,
            "a_ms": self.a_ms,
            "b_ms": self.b_ms,
            "distance": self.distance,
        }

    def write(self, path: Path | str) -> None:
        """Save all of it as ``.npz``, whole or not at all.

        Raises:
            StorageError: The file cannot be written.
        """
        write_arrays(path, self.arrays())


def grid(a: Trace, b: Trace) -> Alignment:
    """One item in two models: frame by frame where their frames agree, else the nearest frame of the second."""
    if len(a.times_s) == len(b.times_s) and np.allclose(a.times_s, b.times_s):
        same = np.arange(len(a.times_s))
        return Alignment(same, same, is_warped=False)
    if a.is_timed and b.is_timed:
        places = np.interp(a.times_s, b.times_s, np.arange(len(b.times_s)))
    else:  # tokens or steps that do not match: by their share of the whole
        places = np.linspace(0, len(b.times_s) - 1, len(a.times_s))
    return Alignment(np.arange(len(a.times_s)), np.rint(places).astype(np.intp), is_warped=False)


def compare(
    a: Trace,
    b: Trace,
    alignment: Alignment,
    *,
    spread: Spread | None = None,
    labels_a: Mapping[str, Sequence[str]] | None = None,
    labels_b: Mapping[str, Sequence[str]] | None = None,
) -> Comparison:
    """Subtract every map of two traces on a common axis.

    Args:
        a: The first item.
        b: The second item, or the first one in another model.
        alignment: From `warp` (of ``a.frames`` and ``b.frames``) or `grid`.
        spread: From `spread_of`, to say where they part.
        labels_a: Target -> labels in the order of its probabilities; None: taken from the trace's own answers.
        labels_b: The same of the second.
    """
    differences: dict[str, Floats] = {}
    skipped: dict[str, str] = {}
    halves_b = dict(halves_of(b))
    for half, layer in halves_of(a):
        other = halves_b.get(half)
        if other is None or other.n_units != layer.n_units:
            skipped[half] = (
                "the second model has no such layer" if other is None else f"{layer.n_units} units against {other.n_units}"
            )
            continue
        for gate in GATES:
            differences[f"{half}.{gate}"] = getattr(layer, gate)[alignment.a] - getattr(other, gate)[alignment.b]
    probabilities, labels, unlike = _probabilities(a, b, alignment, labels_a or labels_of(a), labels_b or labels_of(b))
    skipped |= unlike
    hidden: list[NDArray[Any]] = [values for name, values in differences.items() if name.endswith(".hidden")]
    hidden = hidden or list(probabilities.values())
    squares = np.concatenate([np.square(values, dtype=np.float64) for values in hidden], axis=1) if hidden else np.zeros((1, 1))
    distance = np.sqrt(squares.mean(axis=1))
    a_ms, b_ms = _places(a)[alignment.a], _places(b)[alignment.b]
    parting = None
    step = None if spread is None else first_beyond(distance, spread.limit, hold=spread.hold)
    if step is not None:
        parting = Parting(step, int(alignment.a[step]), int(alignment.b[step]), float(a_ms[step]), float(b_ms[step]))
    return Comparison(alignment, a_ms, b_ms, differences, probabilities, labels, distance, skipped, parting)


def spread_of(
    pairs: Iterable[tuple[Trace, Trace, Alignment]], *, labels: Sequence[str], group: str = "", hold: int = HOLD
) -> Spread | None:
    """How far same-class pairs part; None without pairs.

    Args:
        pairs: Two takes of one class and their warp, each.
        labels: Their classes.
        group: The speaker that all are by, if so.
        hold: Steps that a distance must be kept for.
    """
    levels = sorted(held_level(compare(a, b, alignment).distance, hold=hold) for a, b, alignment in pairs)
    if not levels:
        return None
    return Spread(float(np.quantile(levels, QUANTILE)), tuple(levels), tuple(labels), group, hold)


def held_level(distance: NDArray[np.floating], *, hold: int = HOLD) -> float:
    """The greatest level that a curve (n_steps,) stays at or above for ``hold`` steps in a row."""
    hold = min(hold, len(distance))
    return float(np.lib.stride_tricks.sliding_window_view(distance, hold).min(axis=1).max())


def first_beyond(distance: NDArray[np.floating], limit: float, *, hold: int = HOLD) -> int | None:
    """The first step from which a curve (n_steps,) stays above a limit for ``hold`` steps; None where it never does."""
    hold = min(hold, len(distance))
    is_beyond = np.lib.stride_tricks.sliding_window_view(distance, hold).min(axis=1) > limit
    return int(is_beyond.argmax()) if is_beyond.any() else None


def labels_of(trace: Trace) -> dict[str, tuple[str, ...]]:
    """Target -> labels in the order of its probabilities; empty for a number."""
    return {name: tuple(answer.probabilities or ()) for name, answer in trace.result.items()}


def _probabilities(
    a: Trace,
    b: Trace,
    alignment: Alignment,
    labels_a: Mapping[str, Sequence[str]],
    labels_b: Mapping[str, Sequence[str]],
) -> tuple[dict[str, NDArray[np.float64]], dict[str, tuple[str, ...]], dict[str, str]]:
    """Differences of the labels that both know, these labels, and what could not be compared."""
    probabilities: dict[str, NDArray[np.float64]] = {}
    labels: dict[str, tuple[str, ...]] = {}
    skipped: dict[str, str] = {}
    for name, values in a.probabilities.items():
        if name not in b.probabilities:
            skipped[name] = "the second model has no such target"
            continue
        ours, theirs = list(labels_a.get(name, ())), list(labels_b.get(name, ()))
        shared = [label for label in ours if label in theirs]
        if bool(ours) != bool(theirs) or (ours and not shared):
            skipped[name] = "the two models share no label"
            continue
        columns_a = [ours.index(label) for label in shared] if ours else [0]
        columns_b = [theirs.index(label) for label in shared] if ours else [0]
        probabilities[name] = values[alignment.a][:, columns_a] - b.probabilities[name][alignment.b][:, columns_b]
        labels[name] = tuple(shared)
        if ours and len(shared) < max(len(ours), len(theirs)):
            skipped[name] = f"only the {len(shared)} labels that both know"
    return probabilities, labels, skipped


def _places(trace: Trace) -> NDArray[np.float64]:
    return trace.times_s * 1000.0 if trace.is_timed else trace.times_s
