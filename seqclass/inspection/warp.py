"""Dynamic time warping of two sequences of frames. Loads librosa: a child process's work, apart from all that a window needs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqclass.errors import DataError
from seqclass.inspection.align import Alignment

_MOST_CELLS = 30_000_000


def warp(a: NDArray[Any], b: NDArray[Any]) -> Alignment:
    """Warp two sequences of frames onto one axis. Loads librosa.

    Args:
        a: (n_frames, n_features).
        b: (n_frames', n_features).

    Raises:
        DataError: They are too long to be compared frame by frame.
    """
    if len(a) * len(b) > _MOST_CELLS:
        raise DataError(
            f"Two items can be aligned if their frames multiply to {_MOST_CELLS:,} at most. Received: {len(a)} x {len(b)} frames. Cut "
            "them, or choose shorter ones."
        )
    from librosa.sequence import dtw

    costs, path = dtw(np.asarray(a, np.float64).T, np.asarray(b, np.float64).T, metric="euclidean")
    path = np.asarray(path[::-1], np.intp)
    return Alignment(path[:, 0], path[:, 1], float(costs[-1, -1]) / len(path))
