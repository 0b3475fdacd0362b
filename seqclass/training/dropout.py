"""Dropout whose masks follow from seed, step, layer and the item's row in the batch, and from nothing else.

Keras's own dropout layers draw from a state of their own, for the batch as it comes: several workers, each with some rows of a batch,
would drop other numbers than one process does. Here each row has its mask wherever it is computed, and there is no state to keep
for a run that goes on. The statistics are those of `keras.layers.Dropout` and `keras.layers.SpatialDropout1D`.

A mask is made of uniform 32-bit numbers, of which those below a threshold are dropped. For the values of frames such a number is the
product of a number of the row's frame and an odd number of the row's value: any two of them are independent but for low bits, and
they cost a fraction of as many drawn ones. Source: Dietzfelbinger et al., "A Reliable Randomized Algorithm for the Closest-Pair
Problem", 1997, section 2.
"""

from __future__ import annotations

import zlib
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int32]


class Rate(NamedTuple):
    """What becomes of numbers that were drawn.

    Attributes:
        threshold: Those below it are dropped.
        scale: What the others are multiplied by, so that the mean stays.
    """

    threshold: int
    scale: float


def rate(share: float) -> Rate:
    """For the share that is dropped, 0 to below 1."""
    return Rate(round(share * 2**32) - 2**31, 1.0 / (1.0 - share))


class Draws(NamedTuple):
    """Random numbers of some rows of a batch.

    Attributes:
        seed: Of the training.
        step: Steps before this one.
        rows: Which rows of the whole batch these are, (n_rows,).
    """

    seed: int
    step: int
    rows: NDArray[np.integer]

    def by_row(self, name: str, n_values: int) -> Numbers:
        """Uniform numbers of a layer's values, (n_rows, n_values)."""
        return self._numbers(name, n_values)

    def by_row_and_frame(self, name: str, n_frames: int, n_values: int) -> tuple[Numbers, Numbers]:
        """Numbers of frames (n_rows, n_frames), and odd ones of values (n_rows, n_values), whose products are meant."""
        return self._numbers(f"{name}.frames", n_frames), self._numbers(f"{name}.values", n_values) | np.int32(1)

    def _numbers(self, name: str, count: int) -> Numbers:
        # One number after another of SplitMix64 for each row and place, all at once.
        # Source: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014.
        key = _mixed(np.asarray([self.seed], np.uint64) << np.uint64(32) | np.uint64(zlib.crc32(name.encode())))
        key = _mixed(key ^ np.uint64(self.step))
        of_rows = _mixed(key ^ np.asarray(self.rows, np.uint64))
        numbers = _mixed(of_rows[:, None] + np.arange(1, count + 1, dtype=np.uint64) * _GAMMA)
        return (numbers >> np.uint64(32)).astype(np.uint32).view(np.int32)


_GAMMA = np.uint64(0x9E3779B97F4A7C15)


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    values = (values ^ values >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ values >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return values ^ values >> np.uint64(31)
