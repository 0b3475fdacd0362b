"""Find a moment elsewhere: a range of frames picks units, and all items are searched for the same units at work.

The gesture is that of Strobelt et al., "LSTMVis: A Tool for Visual Analysis of Hidden State Dynamics in Recurrent Neural Networks",
IEEE TVCG 24 (2018): the units that are on within the range and off around it are a pattern, and other moments at which the same
units are on, and off around, are hits. Two things differ, as sound is not words: a unit far below zero is on as well (with a sign of
its own), and a moment may last longer or shorter than the one it is compared with.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from seqclass.data.manifest import Item
from seqclass.errors import UsageError
from seqclass.evaluation.intervals import Interval, wilson
from seqclass.inspection.store import TraceStore
from seqclass.specs import Kind

State = Literal["hidden", "cell"]
LEGEND = (
    "Units that are on (beyond the threshold, on one side of zero) in the marked range and off around it are a pattern. A hit is "
    "a moment where at least three quarters of them are on together; its score, at most 1, is the share of them that is on in it, "
    "less the share that is on just before and after, times how alike the lengths are. Lift: how many times as often the items "
    "of a class or speaker hold a hit as all items do; 1 is chance. It shows what these units respond to, not what they cause."
)
HOLD = 0.8
QUIET = 0.6
AGREEMENT = 0.75
MIN_SCORE = 0.5
_WANTED_UNITS = 4
_SHORTEST = 0.5


@dataclass(frozen=True)
class Pattern:
    """What is looked for.

    Attributes:
        half: ``layer0``, ``layer0.backward`` and so on.
        state: hidden or cell.
        units: Those that are on in the range and off around it, (n_picked,).
        signs: 1 for a unit that is on above the threshold, -1 for one that is on below its negative, (n_picked,).
        threshold: In units of the state.
        n_frames: Length of the range.
        context: Frames on either side that count as around.
        n_on: Units that are on in the range, whatever they are around it.
    """

    half: str
    state: State
    units: NDArray[np.intp]
    signs: NDArray[np.float32]
    threshold: float
    n_frames: int
    context: int
    n_on: int


@dataclass(frozen=True)
class Hit:
    """A moment like the one looked for.

    Attributes:
        index: Of the item in the store.
        item: With its file, labels and group.
        start: First frame.
        stop: Behind the last frame.
        start_s: Where it begins in the recording, in seconds; the first frame's number where frames are no time.
        end_s: Where it ends, likewise.
        score: -1..1, see the legend.
        inside: Mean share of the pattern's units that are on in it, 0..1.
        around: The same of the frames around; frames beyond the item's ends count as off.
        answer: What the model says of the item.
        is_query: It lies in the range that was looked for itself.
    """

    index: int
    item: Item
    start: int
    stop: int
    start_s: float
    end_s: float
    score: float
    inside: float
    around: float
    answer: str | float
    is_query: bool = False


@dataclass(frozen=True)
class Count:
    """How many items of one class, or of one speaker, hold a hit. The item that was asked with counts nowhere.

    Attributes:
        name: The class or speaker.
        n_items: Its items.
        n_hit: Those with a hit.
        expected: How many there would be if hits had nothing to do with it.
        lift: n_hit / expected; 0 where nothing is expected.
        interval: Of the lift, 95 %, as with independent items; None without items.
    """

    name: str
    n_items: int
    n_hit: int
    expected: float
    lift: float
    interval: Interval | None


@dataclass(frozen=True)
class Findings:
    """The answer to a search.

    Attributes:
        pattern: What was looked for.
        hits: The best ones, best first.
        n_hits: How many there are in all.
        n_items: Items searched, the one asked with left out.
        n_items_hit: Those of them with a hit.
        by: ``label`` and other class targets, ``group`` (speakers) and ``answer`` (what the model says): counts, greatest lift first.
        seconds: What it took.
    """

    pattern: Pattern
    hits: tuple[Hit, ...]
    n_hits: int
    n_items: int
    n_items_hit: int
    by: dict[str, tuple[Count, ...]]
    seconds: float


def make_pattern(
    values: NDArray[Any],
    start: int,
    stop: int,
    *,
    half: str,
    state: State = "hidden",
    threshold: float | None = None,
    context: int = 3,
    hold: float = HOLD,
) -> Pattern:
    """The units that are on within a range and off around it.

    Args:
        values: The state of one direction of a layer, (n_frames, n_units).
        start: First frame of the range.
        stop: Behind its last frame.
        half: Name of the direction.
        state: What ``values`` are.
        threshold: From where a unit is on; None: see `suggest_threshold`.
        context: Frames on either side; 0: what is around does not count.
        hold: In this share of the range's frames a unit must be on; in 0.6 of those around, where states rise and fall, off.

    Raises:
        UsageError: The range has no frames of the item.
    """
    start, stop = max(start, 0), min(stop, len(values))
    if start >= stop:
        raise UsageError(
            f"The range must hold a frame of the item. Received: frames {start} to {stop} of {len(values)}. Mark a wider one."
        )
    values = np.asarray(values, np.float32)
    inside, around = (
        values[start:stop],
        np.concatenate([values[max(start - context, 0) : start], values[stop : stop + context]]),
    )
    if threshold is None:
        threshold = suggest_threshold(inside, around, hold=hold)
    signs = np.where(inside.mean(axis=0) < 0, np.float32(-1), np.float32(1))
    is_on, is_picked = _picked(inside * signs, around * signs, threshold, hold)
    units = np.flatnonzero(is_picked)
    return Pattern(half, state, units, signs[units], float(threshold), stop - start, context, int(is_on.sum()))


def suggest_threshold(inside: NDArray[Any], around: NDArray[Any], *, hold: float = HOLD) -> float:
    """The highest threshold at which four units are picked; where there is none, the one that picks most.

    Args:
        inside: The state in the range, (n_frames, n_units).
        around: The state around it, (n_frames', n_units).
        hold: As for `make_pattern`.
    """
    signs = np.where(inside.mean(axis=0) < 0, np.float32(-1), np.float32(1))
    greatest = float(np.abs(inside).max())
    candidates = [greatest * share for share in np.linspace(0.95, 0.05, 19)] or [1.0]
    counts = [int(_picked(inside * signs, around * signs, each, hold)[1].sum()) for each in candidates]
    wanted = min(_WANTED_UNITS, max(counts))
    return float(candidates[next(number for number, count in enumerate(counts) if count >= wanted)]) or 1e-6


def search(
    store: TraceStore,
    pattern: Pattern,
    *,
    query: tuple[str, int, int] | None = None,
    agreement: float = AGREEMENT,
    min_score: float = MIN_SCORE,
    limit: int = 200,
) -> Findings:
    """Look for a pattern in all items of a store.

    Args:
        store: With the pattern's state.
        pattern: From `make_pattern`.
        query: Id, first frame and frame behind the last of the range that was asked with, where it is in the store.
        agreement: Share of the units that must be on together throughout a hit.
        min_score: Hits below are none.
        limit: Most hits that are listed; all are counted.

    Raises:
        UsageError: The pattern has no units, or the store lacks its state.
    """
    started = time.perf_counter()
    if not len(pattern.units):
        raise UsageError(
            f"A pattern needs a unit that is on in the range and off around it. Received: {pattern.n_on} units on, none of them off "
            f"in the {pattern.context} frames around, at a threshold of {pattern.threshold:.3g}. Take another threshold or range, or "
            "less around it."
        )
    share = _share_on(store, pattern)
    starts = store.starts
    owner = np.repeat(np.arange(len(store.items)), np.diff(starts))
    begins, ends = _runs(share >= agreement, owner)
    long_enough = ends - begins >= max(round(_SHORTEST * pattern.n_frames), 1)
    begins, ends = begins[long_enough], ends[long_enough]
    owners = owner[begins]
    inside, around = _means(share, begins, ends, starts[owners], starts[owners + 1], pattern.context)
    lengths = ends - begins
    scores = (inside - around) * np.minimum(lengths, pattern.n_frames) / np.maximum(lengths, pattern.n_frames)
    order = np.argsort(-scores, kind="stable")
    order = order[scores[order] >= min_score]
    place = None if query is None else store.position(query[0])
    hits = tuple(
        _hit(store, int(owners[k]), int(begins[k]), int(ends[k]), (float(scores[k]), float(inside[k]), float(around[k])), query)
        for k in order[:limit]
    )
    counted = np.ones(len(store.items), bool)
    if place is not None:
        counted[place] = False
    is_hit = np.zeros(len(store.items), bool)
    is_hit[owners[order]] = True
    return Findings(
        pattern=pattern,
        hits=hits,
        n_hits=len(order),
        n_items=int(counted.sum()),
        n_items_hit=int((is_hit & counted).sum()),
        by={name: _counts(names, is_hit, counted) for name, names in _groupings(store).items()},
        seconds=time.perf_counter() - started,
    )


def usual_context(kind: Kind) -> int:
    """Frames around a range that count as around: a word in a text, else three frames."""
    return 1 if kind == "text" else 3


def frames_between(times_s: NDArray[np.float64], start_s: float, end_s: float) -> tuple[int, int]:
    """First frame and frame behind the last whose centres lie from ``start_s`` on and before ``end_s``; else the nearest one."""
    start, stop = int(np.searchsorted(times_s, start_s)), int(np.searchsorted(times_s, end_s))
    if start >= stop:
        start = int(np.abs(times_s - (start_s + end_s) / 2).argmin())
        stop = start + 1
    return start, stop


def _picked(inside: NDArray[Any], around: NDArray[Any], threshold: float, hold: float) -> tuple[NDArray[Any], NDArray[Any]]:
    """Which units are on inside, and which of them are off around; ``inside`` and ``around`` have their signs turned already."""
    is_on = (inside >= threshold).mean(axis=0) >= hold
    is_off = (around < threshold).mean(axis=0) >= QUIET if len(around) else np.ones(inside.shape[1], bool)
    return is_on, is_on & is_off


def _share_on(store: TraceStore, pattern: Pattern) -> NDArray[np.float32]:
    """Share of the pattern's units that are on, at each row of the store."""
    share = np.empty(store.n_frames, np.float32)
    threshold = np.float16(pattern.threshold)
    signs = pattern.signs.astype(np.float16)
    for start, rows in store.chunks(pattern.half, pattern.state):
        share[start : start + len(rows)] = ((rows[:, pattern.units] * signs) >= threshold).mean(axis=1)
    return share


def _runs(mask: NDArray[np.bool_], owner: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Begin and end of each stretch of true rows within one item."""
    if not len(mask):
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    goes_on = mask[1:] & mask[:-1] & (owner[1:] == owner[:-1])
    begins = np.flatnonzero(mask & ~np.concatenate([[False], goes_on]))
    ends = np.flatnonzero(mask & ~np.concatenate([goes_on, [False]])) + 1
    return begins, ends


def _means(
    share: NDArray[np.float32],
    begins: NDArray[np.intp],
    ends: NDArray[np.intp],
    firsts: NDArray[np.int64],
    lasts: NDArray[np.int64],
    context: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean share within each run, and around it within its item."""
    sums = np.concatenate([[0.0], np.cumsum(share, dtype=np.float64)])
    inside = (sums[ends] - sums[begins]) / np.maximum(ends - begins, 1)
    if not context:
        return inside, np.zeros(len(begins))
    before = sums[begins] - sums[np.maximum(begins - context, firsts)]
    after = sums[np.minimum(ends + context, lasts)] - sums[ends]
    return inside, (before + after) / (2 * context)


def _hit(
    store: TraceStore,
    index: int,
    begin: int,
    end: int,
    figures: tuple[float, float, float],
    query: tuple[str, int, int] | None,
) -> Hit:
    stored = store.items[index]
    start, stop = begin - stored.start, end - stored.start
    start_s, end_s = float(start), float(stop)
    if store.is_timed:
        hop_s = store.index.hop_s
        start_s = max(stored.first_s + (start - 0.5) * hop_s, 0.0)
        end_s = stored.first_s + (stop - 0.5) * hop_s
        if stored.item.duration_s:
            end_s = min(end_s, stored.item.duration_s)
    is_query = query is not None and query[0] == stored.item.id and start < query[2] and stop > query[1]
    score, inside, around = figures
    first = next(iter(stored.answers.values()), "")
    return Hit(index, stored.item, start, stop, start_s, end_s, score, inside, around, first, is_query)


def _groupings(store: TraceStore) -> dict[str, list[str]]:
    """For each way of grouping the name of each item's group."""
    items = store.items
    groupings = {name: [str(each.item.targets.get(name, "")) for each in items] for name in store.index.targets}
    if any(each.item.group for each in items) and "group" not in groupings:
        groupings["group"] = [each.item.group or "" for each in items]
    if all(isinstance(next(iter(each.answers.values()), None), str) for each in items):
        groupings["answer"] = [str(next(iter(each.answers.values()))) for each in items]
    return groupings


def _counts(names: Sequence[str], is_hit: NDArray[np.bool_], counted: NDArray[np.bool_]) -> tuple[Count, ...]:
    known, index = np.unique(np.asarray(names, dtype=str), return_inverse=True)
    n_items = np.bincount(index, weights=counted, minlength=len(known)).astype(int)
    n_hit = np.bincount(index, weights=counted & is_hit, minlength=len(known)).astype(int)
    rate = float(n_hit.sum() / max(n_items.sum(), 1))
    counts = []
    for name, items, hits in zip(known.tolist(), n_items.tolist(), n_hit.tolist(), strict=True):
        bounds = wilson(hits, items)
        scaled = None if bounds is None or not rate else (bounds[0] / rate, bounds[1] / rate)
        expected = float(rate * items)
        counts.append(Count(name, items, hits, expected, hits / expected if expected else 0.0, scaled))
    return tuple(sorted(counts, key=lambda count: (-count.lift, count.name)))
