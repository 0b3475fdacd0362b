"""Sound as columns of a picture that rolls by: a spectrum and a peak each hundredth of a second."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

COLUMNS_A_SECOND = 100
N_ROWS = 96
HIGHEST_HZ = 8000.0
_WINDOW_S = 0.025
_QUIETEST_DB, _LOUDEST_DB = -105.0, -25.0

Samples = np.ndarray[Any, np.dtype[np.float32]]


class Columns:
    """Makes columns of a stream, whatever blocks it comes in.

    Attributes:
        highest_hz: What the uppermost row stands for.
    """

    def __init__(self, rate_hz: int) -> None:
        self.highest_hz = min(HIGHEST_HZ, rate_hz / 2)
        self._hop = round(rate_hz / COLUMNS_A_SECOND)
        length = round(_WINDOW_S * rate_hz)
        self._size = 1 << (length - 1).bit_length()
        self._window = np.hanning(length + 1)[:-1].astype(np.float32)
        self._window /= self._window.sum() / 2
        edges = np.linspace(0, self.highest_hz * self._size / rate_hz, N_ROWS + 1)
        self._starts = np.minimum(np.floor(edges[:-1]).astype(np.intp), self._size // 2)
        self._pending = np.zeros(length - self._hop, np.float32)

    def feed(self, samples: Samples) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """Take the next samples (n_samples,).

        Returns:
            Loudness of the columns that are now whole, (N_ROWS, n_columns) from 1 to 255 with the highest tones in row 0, and
            their greatest magnitudes, (n_columns,).
        """
        pending = np.concatenate([self._pending, samples])
        length = len(self._window)
        n_columns = max((len(pending) - length) // self._hop + 1, 0)
        if not n_columns:
            self._pending = pending
            return np.zeros((N_ROWS, 0), np.uint8), np.zeros(0, np.float32)
        pieces = np.lib.stride_tricks.sliding_window_view(pending, length)[:: self._hop][:n_columns]
        spectra = np.abs(np.fft.rfft(pieces * self._window, self._size, axis=1))
        rows = np.maximum.reduceat(spectra, self._starts, axis=1)[:, :N_ROWS]
        decibels = 20 * np.log10(np.maximum(rows, 1e-7))
        places = np.clip((decibels - _QUIETEST_DB) / (_LOUDEST_DB - _QUIETEST_DB), 0, 1)
        peaks = np.abs(pieces[:, -self._hop :]).max(axis=1)
        self._pending = pending[n_columns * self._hop :]
        return np.ascontiguousarray((1 + np.rint(254 * places)).astype(np.uint8).T[::-1]), peaks
