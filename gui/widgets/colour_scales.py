"""Colours of heatmaps, fixed by meaning: what is 0..1 is sequential, what has a sign is diverging about zero.

Sequential is viridis (van der Walt and Smith, 2015), even in lightness and safe for colour-blind eyes. Diverging goes from blue to
orange, the pair that all common kinds of colour blindness tell apart; zero is the colour of the ground that it is drawn on, so the
dark look has a scale of its own with the same hues.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Pixels = np.ndarray[Any, np.dtype[np.uint32]]
ScaleName = Literal["sequential", "diverging"]

N_COLOURS = 256
_VIRIDIS = ("440154", "482878", "3e4989", "31688e", "26828e", "1f9e89", "35b779", "6ece58", "b5de2b", "fde725")
_ON_LIGHT = ("08306b", "2166ac", "5b9bd0", "b3d3ea", "f8f7f3", "f6cf9f", "e8923c", "b85a0a", "6b2d04")
_ON_DARK = ("b9dcff", "6db1ee", "3679b5", "1f4565", "1a1e20", "5c3a1c", "a8621f", "e8984a", "ffd9a8")


@dataclass(frozen=True)
class ColourScale:
    """From numbers to colours.

    Attributes:
        name: ``sequential`` or ``diverging``.
        low, high: The ends; what lies beyond has the colour of the end.
    """

    name: ScaleName
    low: float
    high: float

    def positions(self, values: NDArray[np.floating]) -> NDArray[np.uint8]:
        """Place of each value on the scale, 0..255."""
        scaled = (values - np.float32(self.low)) * np.float32((N_COLOURS - 1) / (self.high - self.low))
        return np.asarray(np.rint(np.clip(scaled, 0, N_COLOURS - 1)), np.uint8)

    def pixels(self, *, is_dark: bool) -> Pixels:
        """The colour of each place, (256,) uint32 as 0xffrrggbb."""
        return _table(self.name, is_dark)


GATE = ColourScale("sequential", 0.0, 1.0)
STATE = ColourScale("diverging", -1.0, 1.0)


def symmetric(bound: float) -> ColourScale:
    """A diverging scale about zero."""
    return ColourScale("diverging", -bound, bound)


def round_bound(greatest: float, *, least: float = 1.0) -> float:
    """The smallest of 1, 2, 3, 4, 5, 6, 8, 10, 20, 30, … (and of 0.8, 0.6, …) that is below neither ``greatest`` nor ``least``."""
    wanted = max(greatest, least)
    power = 10.0 ** math.floor(math.log10(wanted))
    return next(factor * power for factor in (1, 2, 3, 4, 5, 6, 8, 10) if factor * power >= wanted * (1 - 1e-6))


@functools.lru_cache(maxsize=8)
def _table(name: ScaleName, is_dark: bool) -> Pixels:
    anchors = _VIRIDIS if name == "sequential" else _ON_DARK if is_dark else _ON_LIGHT
    parts = np.array([[int(text[at : at + 2], 16) for at in (0, 2, 4)] for text in anchors], np.float64)
    places = np.linspace(0, len(anchors) - 1, N_COLOURS)
    red, green, blue = (np.rint(np.interp(places, range(len(anchors)), parts[:, k])).astype(np.uint32) for k in range(3))
    table = np.asarray(np.uint32(0xFF000000) | red << np.uint32(16) | green << np.uint32(8) | blue, np.uint32)
    table.flags.writeable = False
    return table
