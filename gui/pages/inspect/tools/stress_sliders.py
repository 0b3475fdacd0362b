"""Sliders for everything that may be done to an item: noise, gain, shift, speed, band; dropped and replaced words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QSlider, QWidget

from gui.widgets.common import Responsive, label, name
from gui.widgets.lens_look import short
from seqclass.inspection.stress import AXES
from seqclass.specs import Kind, StressSpec

_STEPS = 200


@dataclass(frozen=True)
class Dial:
    """One slider.

    Attributes:
        axis: Field of `StressSpec`.
        low, high: Its ends; ``low`` may be the greater one, so that to the right is always more stress.
        plain: The value that changes nothing, None where only "unset" does.
        is_log: Whether equal steps are equal factors.
    """

    axis: str
    low: float
    high: float
    plain: float | None
    is_log: bool = False

    def value(self, step: int) -> float | None:
        """At a place of the slider; the place that changes nothing is its own."""
        if step == self.rest:
            return self.plain
        share = step / _STEPS
        if self.is_log:
            return float(math.exp(math.log(self.low) + share * math.log(self.high / self.low)))
        return self.low + share * (self.high - self.low)

    def step(self, value: float | None) -> int:
        """The place of a value."""
        if value is None or value == self.plain:
            return self.rest
        if self.is_log:
            return round(math.log(value / self.low) / math.log(self.high / self.low) * _STEPS)
        return round((value - self.low) / (self.high - self.low) * _STEPS)

    @property
    def rest(self) -> int:
        """The place that changes nothing."""
        if self.plain is None or not min(self.low, self.high) <= self.plain <= max(self.low, self.high):
            return 0
        if self.is_log:
            return round(math.log(self.plain / self.low) / math.log(self.high / self.low) * _STEPS)
        return round((self.plain - self.low) / (self.high - self.low) * _STEPS)


DIALS = {
    dial.axis: dial
    for dial in (
        Dial("snr_db", 40.0, -10.0, None),
        Dial("gain_db", -40.0, 40.0, 0.0),
        Dial("shift_ms", -400.0, 400.0, 0.0),
        Dial("shift_frames", -40.0, 40.0, 0.0),
        Dial("speed", 0.5, 2.0, 1.0, is_log=True),
        Dial("low_hz", 50.0, 2000.0, 0.0, is_log=True),
        Dial("high_hz", 8000.0, 300.0, None, is_log=True),
        Dial("drop", 0.0, 0.9, 0.0),
        Dial("replace", 0.0, 0.9, 0.0),
    )
}
_WHOLE = ("gain_db", "shift_ms", "shift_frames", "low_hz", "high_hz")


class StressSliders(Responsive, QWidget):
    """A slider a way to stress this kind of data.

    Attributes:
        stress: What the sliders say.

    Signals:
        changed: They say something else.
    """

    changed = Signal()

    def __init__(self, kind: Kind) -> None:
        super().__init__()
        self.stress = StressSpec()
        self._sliders: dict[str, QSlider] = {}
        self._words = {axis: label() for axis in AXES[kind]}
        self._values = {axis: label("muted") for axis in AXES[kind]}
        self._noise = QComboBox()
        self._noise.activated.connect(self._follow)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        for at, axis in enumerate(AXES[kind]):
            slider = QSlider(Qt.Orientation.Horizontal)
            slider.setRange(0, _STEPS)
            slider.setPageStep(_STEPS // 10)
            slider.setValue(DIALS[axis].rest)
            slider.valueChanged.connect(self._follow)
            self._sliders[axis] = slider
            self._values[axis].setMinimumWidth(64)
            self._values[axis].setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            for column, part in enumerate((self._words[axis], slider, self._values[axis])):
                grid.addWidget(part, at, column)
        grid.addWidget(self._noise, len(self._sliders), 1, 1, 2)
        self._noise.setVisible(kind == "speech")
        self._has_noise = kind == "speech"
        grid.setColumnStretch(1, 1)
        self.setLayout(grid)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        words = self.axis_words()
        for axis, slider in self._sliders.items():
            self._words[axis].setText(words[axis])
            name(slider, words[axis])
        chosen = self._noise.currentData()
        self._noise.clear()
        self._noise.addItem(self.tr("white noise"), "white")
        self._noise.addItem(self.tr("pink noise"), "pink")
        self._noise.setCurrentIndex(max(self._noise.findData(chosen), 0))
        name(self._noise, self.tr("Kind of noise"))
        self._show()

    def axis_words(self) -> dict[str, str]:
        """What each slider is called."""
        return {
            "snr_db": self.tr("Noise"),
            "gain_db": self.tr("Gain"),
            "shift_ms": self.tr("Shift"),
            "shift_frames": self.tr("Shift"),
            "speed": self.tr("Speed"),
            "low_hz": self.tr("Low cut"),
            "high_hz": self.tr("High cut"),
            "drop": self.tr("Words left out"),
            "replace": self.tr("Words replaced"),
        }

    def value_words(self, axis: str, value: float | None) -> str:
        """A value with its unit, or that it changes nothing."""
        if value is None or value == DIALS[axis].plain:
            return self.tr("none")
        number = short(round(value, 2))
        units = {
            "snr_db": self.tr("{n} dB SNR"),
            "gain_db": self.tr("{n} dB"),
            "shift_ms": self.tr("{n} ms"),
            "shift_frames": self.tr("{n} frames"),
            "speed": "{n} ×",
            "low_hz": self.tr("{n} Hz"),
            "high_hz": self.tr("{n} Hz"),
        }
        return units[axis].format(n=number) if axis in units else f"{value:.0%}"

    def words(self) -> str:
        """What is done, in words."""
        names = self.axis_words()
        said = [(axis, getattr(self.stress, axis)) for axis in self._sliders]
        return " · ".join(
            f"{names[axis]} {self.value_words(axis, value)}" for axis, value in said if value != DIALS[axis].plain
        )

    def reset(self) -> None:
        """Change nothing."""
        self.set_stress(StressSpec())

    def set_stress(self, stress: StressSpec) -> None:
        """Say something else."""
        for axis, slider in self._sliders.items():
            slider.blockSignals(True)
            slider.setValue(DIALS[axis].step(getattr(stress, axis)))
            slider.blockSignals(False)
        self._noise.setCurrentIndex(max(self._noise.findData(stress.noise), 0))
        self._follow()

    def _follow(self) -> None:
        values: dict[str, Any] = {}
        for axis, slider in self._sliders.items():
            value = DIALS[axis].value(slider.value())
            if value is not None and axis in _WHOLE:
                value = round(value)
            elif value is not None:
                value = round(value, 3)
            values[axis] = int(value) if axis == "shift_frames" and value is not None else value
        if self._has_noise:
            values["noise"] = str(self._noise.currentData() or "white")
        stress = msgspec.structs.replace(StressSpec(), **values)
        if stress != self.stress:
            self.stress = stress
            self.changed.emit()
        self._show()

    def _show(self) -> None:
        for axis, value in self._values.items():
            value.setText(self.value_words(axis, getattr(self.stress, axis)))
