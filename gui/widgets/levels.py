"""Pre-reduced copies of long data, so that drawing costs by the pixel and not by the frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

_BLOCK = 32
_SMALLEST = 32


@dataclass(frozen=True)
class Piece:
    """The part of a picture that is to be drawn.

    Attributes:
        values: (n_rows, n_columns) places on a colour scale.
        first, last: The frames that its columns span, ``last`` exclusive; it may lie beyond the last frame.
        n_rows: The rows of the original that its rows span; it may be more than there are.
    """

    values: Bytes
    first: int
    last: int
    n_rows: int


class Picture:
    """A heatmap with copies of half the columns, half the rows, a quarter, and so on; each cell is the mean of what it stands for.

    Attributes:
        n_rows, n_columns: Of the original.
    """

    def __init__(self, values: Bytes) -> None:
        """``values``: (n_rows, n_columns) places on a colour scale."""
        self.n_rows, self.n_columns = values.shape
        self._levels = [[np.ascontiguousarray(values)]]  # by halvings of columns, then of rows
        while self._levels[-1][0].shape[1] > _SMALLEST:
            self._levels.append([_halved(self._levels[-1][0].T).T])
        for by_rows in self._levels:
            while by_rows[-1].shape[0] > _SMALLEST:
                by_rows.append(_halved(by_rows[-1]))

    def piece(self, first: int, last: int, *, width: float, height: float) -> Piece:
        """What to draw of some frames.

        Args:
            first: The first frame that is to be seen.
            last: The one after the last.
            width: Pixels that they have.
            height: Pixels that all rows have.

        Returns:
            At most a column and a row a pixel, unless there is no smaller copy.
        """
        first, last = max(first, 0), min(last, self.n_columns)
        in_columns = _halvings(last - first, width, len(self._levels))
        by_rows = self._levels[in_columns]
        in_rows = _halvings(self.n_rows, height, len(by_rows))
        values = by_rows[in_rows]
        size = 1 << in_columns
        start, end = first // size, max(-(-last // size), first // size + 1)
        return Piece(values[:, start:end], start * size, end * size, len(values) << in_rows)


class Peaks:
    """A waveform with the extremes of its blocks.

    Attributes:
        n_samples: How long it is.
    """

    def __init__(self, samples: Floats) -> None:
        self.n_samples = len(samples)
        self._samples = samples
        self._sizes, self._lows, self._highs = [1], [samples], [samples]
        while len(self._lows[-1]) > 4 * _BLOCK:
            starts = np.arange(0, len(self._lows[-1]), _BLOCK)
            self._lows.append(np.minimum.reduceat(self._lows[-1], starts))
            self._highs.append(np.maximum.reduceat(self._highs[-1], starts))
            self._sizes.append(self._sizes[-1] * _BLOCK)

    @property
    def greatest(self) -> float:
        """The greatest magnitude."""
        return float(max(-self._lows[-1].min(), self._highs[-1].max())) if self.n_samples else 0.0

    def samples(self, first: int, last: int) -> Floats:
        """The samples themselves, for when there are few."""
        return self._samples[first:last]

    def extremes(self, edges: NDArray[np.floating]) -> tuple[Floats, Floats]:
        """Least and greatest sample between each edge and the next.

        Args:
            edges: (n + 1,) places in samples, rising; within the waveform, but for rounding.

        Returns:
            Lows and highs, (n,) each, exact to within a block that is smaller than what is between two edges.
        """
        per_step = (edges[-1] - edges[0]) / max(len(edges) - 1, 1)
        level = max(index for index, size in enumerate(self._sizes) if size <= max(per_step / 2, 1))
        lows, highs, size = self._lows[level], self._highs[level], self._sizes[level]
        starts = np.clip(np.floor(edges[:-1] / size).astype(np.intp), 0, len(lows) - 1)
        end = int(np.clip(np.ceil(edges[-1] / size), starts[-1] + 1, len(lows)))
        return np.minimum.reduceat(lows[:end], starts), np.maximum.reduceat(highs[:end], starts)


def _halvings(n_cells: int, pixels: float, n_levels: int) -> int:
    """How often to halve so that no cell is smaller than a pixel."""
    wanted = int(np.ceil(np.log2(max(n_cells / max(pixels, 1.0), 1.0))))
    return min(wanted, n_levels - 1)


def _halved(values: Bytes) -> Bytes:
    """Means of neighbouring rows; an odd last one stays."""
    even = values[: len(values) // 2 * 2]
    means = ((even[::2].astype(np.uint16) + even[1::2] + 1) >> 1).astype(np.uint8)
    return np.concatenate([means, values[len(even) :]]) if len(even) < len(values) else means
