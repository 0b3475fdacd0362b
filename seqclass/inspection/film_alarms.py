"""What is alarming in a training that is filmed: labels that flip, gates that saturate, gradients far above the usual ones."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from seqclass.events import Alarm
from seqclass.inspection.trace import Trace
from seqclass.model.bundle import TargetCard

if TYPE_CHECKING:
    from seqclass.inspection.film import Gradient, Pin

SATURATED_SHARE = 0.9
GRADIENT_FACTOR = 10.0
GRADIENT_LIMIT = 1e3
_GATE_WORDS = {"input_gate": "input gate", "forget_gate": "forget gate", "output_gate": "output gate"}


class Watch:
    """Looks at one epoch after another, and tells what is new."""

    def __init__(self, pins: Sequence[Pin], target: TargetCard, *, is_clipped: bool) -> None:
        """Begin to watch.

        Args:
            pins: What is filmed.
            target: Whose flips count.
            is_clipped: Whether gradients are cut.
        """
        self._pins = tuple(pins)
        self._target = target
        self._is_clipped = is_clipped
        self._before: dict[int, str] = {}
        self._saturated: set[str] = set()
        self._norms: list[float] = []

    def said_before(self, traces: Sequence[Trace]) -> None:
        """Go on from what the model said of each pin."""
        self._before = {index: _said(trace) for index, trace in enumerate(traces)}

    def saturated_before(self, saturation: Mapping[str, float]) -> None:
        """Go on from the share of saturated values of each gate, 0..1."""
        self._saturated = _full(saturation)

    def look(
        self, epoch: int, traces: Sequence[Trace], saturation: Mapping[str, float], gradient: Gradient | None
    ) -> list[Alarm]:
        """What is alarming after an epoch and was not before.

        Args:
            epoch: From 1.
            traces: Of each pin.
            saturation: ``layer0.input_gate`` -> share of saturated values, 0..1.
            gradient: Of the epoch.
        """
        return [*self._flips(epoch, traces), *self._saturations(epoch, saturation), *self._gradients(epoch, gradient)]

    def _flips(self, epoch: int, traces: Sequence[Trace]) -> list[Alarm]:
        if self._target.kind == "number":
            return []
        alarms = []
        for index, (pin, trace) in enumerate(zip(self._pins, traces, strict=True)):
            now, before = _said(trace), self._before.get(index)
            self._before[index] = now
            if before is None or now == before:
                continue
            label = pin.label(self._target.name)
            verdict = "" if label is None else f"; it is {label}"
            text = f"Epoch {epoch}: {pin.name} turned from {before} to {now}{verdict}."
            alarms.append(Alarm(epoch=epoch, alarm="flip", text=text, item=pin.name))
        return alarms

    def _saturations(self, epoch: int, saturation: Mapping[str, float]) -> list[Alarm]:
        full = _full(saturation)
        new, self._saturated = sorted(full - self._saturated), full
        alarms = []
        for place in new:
            half, _, gate = place.rpartition(".")
            text = (
                f"Epoch {epoch}: the {_GATE_WORDS[gate]} of {half} is saturated in {100 * saturation[place]:.0f} % of all values: "
                "little gradient passes it. A lower training.learning_rate or more training.weight_decay keeps it movable."
            )
            alarms.append(Alarm(epoch=epoch, alarm="saturated", text=text, place=place))
        return alarms

    def _gradients(self, epoch: int, gradient: Gradient | None) -> list[Alarm]:
        if gradient is None:
            return []
        usual = float(np.median(self._norms)) if len(self._norms) >= 2 else math.inf
        if math.isfinite(gradient.norm):
            self._norms.append(gradient.norm)
        if gradient.peak <= min(GRADIENT_FACTOR * usual, GRADIENT_LIMIT):  # NaN is above everything here
            return []
        beside = f", {gradient.peak / usual:.0f} times the usual one" if math.isfinite(usual) and usual > 0 else ""
        cut = "It was cut (training.clip_norm)" if self._is_clipped else "training.clip_norm=1 cuts it"
        text = (
            f"Epoch {epoch}: the gradient reached a norm of {gradient.peak:.3g}{beside}. {cut}; a lower training.learning_rate "
            "makes it rarer."
        )
        return [Alarm(epoch=epoch, alarm="gradient", text=text)]


def _said(trace: Trace) -> str:
    """The label of the first target; empty for a number."""
    return next(iter(trace.result.values())).label or ""


def _full(saturation: Mapping[str, float]) -> set[str]:
    return {place for place, share in saturation.items() if share >= SATURATED_SHARE}
