"""How loud sound is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from seqclass.events import Level

Samples = np.ndarray[Any, np.dtype[np.float32]]

SILENCE_DB = -120.0
CLIP_AT = 32767 / 32768  # the greatest sample of 16 bits


def decibels(amplitude: float) -> float:
    """Amplitude (full scale 1) in dB of full scale, at least `SILENCE_DB`."""
    return max(20 * math.log10(amplitude), SILENCE_DB) if amplitude > 0 else SILENCE_DB


def measure(samples: Samples, *, time_s: float) -> Level:
    """Level of a stretch of sound.

    Args:
        samples: (n_samples,) float, full scale 1.
        time_s: When it ends.
    """
    if not len(samples):
        return Level(time_s=time_s, peak_db=SILENCE_DB, rms_db=SILENCE_DB)
    peak = float(max(np.maximum.reduce(samples), -np.minimum.reduce(samples)))
    power = float(np.add.reduce(np.square(samples, dtype=np.float64))) / len(samples)
    return Level(time_s=time_s, peak_db=decibels(peak), rms_db=decibels(math.sqrt(power)), clipped=peak >= CLIP_AT)


@dataclass
class LevelMeter:
    """Levels at even steps of a stream, whatever blocks it comes in.

    Attributes:
        rate_hz: Samples a second.
        step_ms: From one level to the next.
        greatest_db: Greatest peak so far.
        has_clipped: Whether any sample reached full scale.
    """

    rate_hz: int
    step_ms: float = 100.0
    greatest_db: float = SILENCE_DB
    has_clipped: bool = False

    def __post_init__(self) -> None:
        self._step = max(round(self.step_ms * self.rate_hz / 1000), 1)
        self._pending: list[Samples] = []
        self._n_pending = 0
        self._n_samples = 0

    @property
    def due(self) -> int:
        """Place in the stream, in samples, where the next level ends."""
        return self._n_samples + self._step

    def feed(self, samples: Samples) -> list[Level]:
        """Take the next samples (n_samples,) and give the levels of the steps that are now whole."""
        self._pending.append(samples)
        self._n_pending += len(samples)
        if self._n_pending < self._step:
            return []
        pending = np.concatenate(self._pending) if len(self._pending) > 1 else samples
        levels = []
        n_whole = len(pending) // self._step * self._step
        for start in range(0, n_whole, self._step):
            self._n_samples += self._step
            level = measure(pending[start : start + self._step], time_s=self._n_samples / self.rate_hz)
            self.greatest_db = max(self.greatest_db, level.peak_db)
            self.has_clipped |= level.clipped
            levels.append(level)
        self._pending, self._n_pending = [pending[n_whole:]], len(pending) - n_whole
        return levels
