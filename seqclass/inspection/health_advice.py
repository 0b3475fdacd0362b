"""From the health of a layer's gates to advice in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from seqclass.inspection.ledger import half_life_of

if TYPE_CHECKING:
    from seqclass.inspection.health import HalfHealth

_FEWER = "A smaller layer would do as well; if they are many, try a lower learning rate or less dropout."
_SHUT = {
    "input_gate": "little of the item is written into memory. A higher learning rate, or features on a larger scale, may open them.",
    "forget_gate": "the layer forgets at once and works frame by frame. If order in time matters, train longer or give it more items.",
    "output_gate": "what is remembered is seldom shown. The layer may be larger than the task needs.",
}
_OPEN = {
    "input_gate": "everything is written, nothing is chosen. More items or more training may teach it to choose.",
    "output_gate": "memory is always shown, so the gate does nothing. That does no harm; the layer is simpler than it could be.",
}


@dataclass(frozen=True)
class Advice:
    """What to make of a figure.

    Attributes:
        half: ``layer0`` and so on.
        kind: dead, unwritten, latched, shut, open, short or long.
        units: Which units it is about; empty: the layer.
        text: In plain words.
    """

    half: str
    kind: str
    units: tuple[int, ...]
    text: str


def advice_on(half: HalfHealth) -> list[Advice]:
    """What is to be said of one direction of a layer, most telling first; nothing where nothing stands out."""
    found = []
    n = half.n_units
    dead = _units(half.is_dead)
    if dead:
        text = f"{_of(dead, n)} hardly move in any item, so they tell nothing. {_FEWER}"
        found.append(Advice(half.name, "dead", dead, text))
    unwritten = _units(half.is_never_written & ~half.is_dead)
    if unwritten:
        text = f"{_of(unwritten, n)} are never written to: what they show does not come from the item. {_FEWER}"
        found.append(Advice(half.name, "unwritten", unwritten, text))
    latched = _units(half.is_latched)
    if latched:
        text = (
            f"{_of(latched, n)} fill up in every item and stay so, with the same sign: they count that time passes, not what was "
            "there. More varied items or a lower learning rate may free them."
        )
        found.append(Advice(half.name, "latched", latched, text))
    for gate, consequence in _SHUT.items():
        share = float(half.low[gate].mean())
        if share > 0.5:
            text = f"The {gate.replace('_', ' ')}s are nearly shut in {share:.0%} of frames: {consequence}"
            found.append(Advice(half.name, "shut", (), text))
    for gate, consequence in _OPEN.items():
        share = float(half.high[gate].mean())
        if share > 0.8:
            text = f"The {gate.replace('_', ' ')}s are nearly open in {share:.0%} of frames: {consequence}"
            found.append(Advice(half.name, "open", (), text))
    return found + _on_time(half)


def _on_time(half: HalfHealth) -> list[Advice]:
    clip = half.median_frames
    # Quantiles of the decay: half-lives can be infinite, and there is nothing between two of these.
    median, longest = half_life_of(np.quantile(half.decay, [0.5, 0.1])).tolist()

    def told(frames: float) -> str:
        if not np.isfinite(frames):
            return "without end"
        return f"{frames:.1f} frames" if half.frame_ms is None else f"{frames * half.frame_ms:.0f} ms"

    if longest < clip / 4:
        text = (
            f"Memory is short: nine of ten units lose half within {told(longest)}, and the median item lasts {told(clip)}. A "
            "head on the last frame alone never hears of the beginning; pooling by mean or max, or reading both ways, keeps it."
        )
        return [Advice(half.name, "short", (), text)]
    if median > 2 * clip:
        text = (
            f"Memory is long: the median unit keeps half for {told(median)}, and the median item lasts {told(clip)}. Little is "
            "forgotten within an item, so old and new add up."
        )
        return [Advice(half.name, "long", (), text)]
    return []


def _units(flags: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(int(unit) for unit in np.flatnonzero(flags))


def _of(units: tuple[int, ...], n_units: int) -> str:
    return f"{len(units)} of {n_units} units"
