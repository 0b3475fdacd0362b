"""The decision timeline: what the model would say if the item ended at each frame, and when it made up its mind.

Where no frame and no layer looks ahead, one pass tells it all. Where normalisation over the item, derivatives, silence trimming or a
backward direction do, the item is cut and put through the front end and the network anew at a stated stride.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from seqclass.errors import UsageError
from seqclass.files import write_arrays, write_table
from seqclass.inference.classify import read_content
from seqclass.inspection.prefixes import Prefixes
from seqclass.inspection.trace import Trace, said
from seqclass.model.bundle import Bundle, TargetCard
from seqclass.model.network import Floats, Network
from seqclass.model.threads import one_thread

READ_ME = (
    "Each column is what the model would say if the item ended there. The winner leads for good from the marked moment on; before it "
    "another class would have won at some point. "
)
ONE_PASS = "One pass gives every frame, as this model never looks ahead."
PREFIXES = (
    "This model looks ahead or at the item as a whole, so the item was cut and run again at every {stride} of its frames; in between "
    "nothing is known."
)
PREFIXES_OF_ALL = "This model looks ahead or at the item as a whole, so the item was cut and run again at each of its frames."
Doubles = NDArray[np.float64]

# What recomputing prefixes may take, and what a frame of a layer costs, by rule of thumb: a stride must not depend on the machine.
_BUDGET_S = 0.5
_FRAME_S, _WEIGHT_S = 12e-6, 3e-10


@dataclass(frozen=True)
class Flip:
    """The lead goes from one class to another.

    Attributes:
        point: Column of the timeline where the new class first leads.
        frame: The frame that the column stands at.
        time_s: Its time, or its index where frames have none.
        before, after: The classes.
    """

    point: int
    frame: int
    time_s: float
    before: str
    after: str


@dataclass(frozen=True)
class TargetTimeline:
    """One target over time.

    Attributes:
        name: Of the target.
        kind: ``class`` or ``number``.
        labels: Classes in the order of the columns; none for a number.
        values: Probabilities (n_points, n_classes) float64, or the number's value (n_points, 1).
        winner: Class that leads at the end; None for a number.
        decided: Column from which the winner never loses the lead; None for a number.
        flips: Each change of the lead, in order; none for a number.
    """

    name: str
    kind: Literal["class", "number"]
    labels: tuple[str, ...]
    values: Doubles
    winner: str | None = None
    decided: int | None = None
    flips: tuple[Flip, ...] = ()


@dataclass(frozen=True)
class Timeline:
    """What a model would say if the item ended at each of some frames.

    Attributes:
        frames: The frames, (n_points,), rising; the last one is the item's last, and stands for the whole item.
        times_s: Their times as in the trace, (n_points,).
        n_frames: Of the item.
        stride: Frames from one point to the next.
        is_one_pass: Whether one pass gave all points; else prefixes of the item were run.
        targets: By name, in the model's order.
    """

    frames: NDArray[np.intp]
    times_s: Doubles
    n_frames: int
    stride: int
    is_one_pass: bool
    targets: dict[str, TargetTimeline]

    @property
    def method(self) -> str:
        """How it was computed, in a sentence."""
        if self.is_one_pass:
            return ONE_PASS
        return PREFIXES_OF_ALL if self.stride == 1 else PREFIXES.format(stride=self.stride)

    @property
    def read_me(self) -> str:
        """How to read it."""
        return READ_ME + self.method

    def by_frame(self, name: str) -> Doubles:
        """A target's values at every frame, (n_frames, n_outputs); NaN where they were not computed."""
        values = self.targets[name].values
        whole = np.full((self.n_frames, values.shape[1]), np.nan)
        whole[self.frames] = values
        return whole

    def plot(self, path: Path | str | None = None, *, unit: str = "time / s") -> Any:
        """Draw it with matplotlib; arguments and errors as for `seqclass.inspection.plot_views.draw_timeline`."""
        from seqclass.inspection.plot_views import draw_timeline

        return draw_timeline(self, path, unit=unit)

    def write(self, path: Path | str) -> None:
        """Save as ``.npz`` or else as CSV, one row a point, whole or not at all.

        Raises:
            StorageError: The file cannot be written.
        """
        if Path(path).suffix.lower() == ".npz":
            arrays: dict[str, NDArray[Any]] = {"frames": self.frames, "times_s": self.times_s}
            arrays |= {f"values.{name}": target.values for name, target in self.targets.items()}
            arrays |= {f"labels.{name}": np.asarray(target.labels) for name, target in self.targets.items() if target.labels}
            write_arrays(path, arrays)
            return
        targets = self.targets.values()
        names = [f"{target.name}={label}" if label else target.name for target in targets for label in target.labels or ("",)]
        leads = [f"{target.name} leads" for target in targets if target.kind == "class"]
        rows: list[list[object]] = [["frame", "time_s", *names, *leads]]
        for point, (frame, time_s) in enumerate(zip(self.frames.tolist(), self.times_s.tolist(), strict=True)):
            values = [f"{value:.9g}" for target in targets for value in target.values[point]]
            winners = [target.labels[int(target.values[point].argmax())] for target in targets if target.kind == "class"]
            rows.append([frame, f"{time_s:.6g}", *values, *winners])
        write_table(path, rows)


def timeline(
    bundle: Bundle,
    item: Path | str | NDArray[Any] | None = None,
    *,
    rate_hz: int | None = None,
    text: str | None = None,
    stride: int | None = None,
) -> Timeline:
    """The timeline of one item. Arguments and errors as for `seqclass.inference.classify.classify`, ``stride`` as for `timeline_of`."""
    _, content = read_content(bundle, item, rate_hz=rate_hz, text=text)
    return timeline_of(bundle, Prefixes(bundle, content), stride=stride)


def timeline_of(
    bundle: Bundle, prefixes: Prefixes, *, stride: int | None = None, check: Callable[[], None] | None = None
) -> Timeline:
    """The timeline of an item that was read already.

    Args:
        bundle: The model that the prefixes were made for.
        prefixes: The item.
        stride: Frames from one point to the next; None: 1 where one pass is enough, else as many as keep it within about half a
            second. The item's last frame is always a point.
        check: Called between prefixes; what it raises ends the work.

    Raises:
        UsageError: ``stride`` is below 1.
    """
    if stride is not None and stride < 1:
        raise UsageError(f"stride must be at least 1. Received: stride={stride}. Leave it out to have it chosen.")
    network, n_frames = bundle.network, prefixes.n_frames
    if stride is None:
        stride = 1 if prefixes.is_one_pass else fitting_stride(network, n_frames)
    frames = np.arange(n_frames - 1, -1, -stride)[::-1]
    with one_thread:
        if prefixes.is_one_pass:
            outputs, mask = prefixes.outputs(n_frames - 1)
            logits = {name: values[frames] for name, values in network.head_by_frame(outputs, mask=mask).items()}
        else:
            logits = _by_prefix(network, prefixes, frames.tolist(), check)
    times_s = prefixes.encoded.times_s[frames]
    targets = {card.name: _target(card, said(card, logits[card.name]), frames, times_s) for card in bundle.card.targets}
    return Timeline(frames, times_s, n_frames, stride, prefixes.is_one_pass, targets)


def _by_prefix(network: Network, prefixes: Prefixes, frames: list[int], check: Callable[[], None] | None) -> dict[str, Floats]:
    by_point = []
    for frame in frames:
        if check is not None:
            check()
        outputs, mask = prefixes.outputs(frame)
        by_point.append(network.head(network.pool(outputs, mask=mask)))
    return {name: np.stack([values[name] for values in by_point]) for name in by_point[0]}


def fitting_stride(network: Network, n_frames: int) -> int:
    """Frames from one prefix to the next that keep all prefixes of an item within about half a second.

    A rule of thumb by sizes, so that the same item has the same stride on every machine.
    """
    halves = [half for layer in network.layers for half in layer if half is not None]
    frame_s = sum(_FRAME_S + _WEIGHT_S * (half.kernel.size + half.recurrent.size) for half in halves) + _FRAME_S
    return max(1, math.ceil(frame_s * n_frames * n_frames / 2 / _BUDGET_S))


def fill(traced: Trace, line: Timeline) -> Trace:
    """The trace with the timeline's values as its probabilities, NaN at frames that the timeline leaves out."""
    return replace(traced, probabilities={name: line.by_frame(name) for name in line.targets})


def _target(card: TargetCard, values: Doubles, frames: NDArray[np.intp], times_s: Doubles) -> TargetTimeline:
    if card.kind == "number":
        return TargetTimeline(card.name, card.kind, (), values)
    leaders = values.argmax(axis=1)
    changes = np.flatnonzero(np.diff(leaders)) + 1
    flips = tuple(
        Flip(
            point,
            int(frames[point]),
            float(times_s[point]),
            card.labels[int(leaders[point - 1])],
            card.labels[int(leaders[point])],
        )
        for point in changes.tolist()
    )
    decided = int(changes[-1]) if len(changes) else 0
    return TargetTimeline(card.name, card.kind, card.labels, values, card.labels[int(leaders[-1])], decided, flips)
