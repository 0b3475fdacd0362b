"""Time derivatives of features, equal to ``librosa.feature.delta(mode="nearest")``."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


def kernels(order: int, width: int) -> NDArray[np.float64]:
    """Savitzky-Golay kernels for derivatives 1 to ``order``, each the slope of a polynomial of its own degree.

    Source: Savitzky and Golay, "Smoothing and Differentiation of Data by Simplified Least Squares Procedures", 1964.

    Args:
        order: Highest derivative.
        width: Frames that a kernel spans, odd.

    Returns:
        (order, width), to be correlated with the frames.
    """
    offsets = np.arange(width) - width // 2
    rows = []
    factorial = 1.0
    for degree in range(1, order + 1):
        factorial *= degree
        # The fitted polynomial's coefficient of t**degree, times degree!, is its derivative at the centre.
        rows.append(np.linalg.pinv(np.vander(offsets, degree + 1, increasing=True))[degree] * factorial)
    return np.asarray(rows, dtype=np.float64).reshape(order, width)


def append_deltas(features: Floats, delta_kernels: NDArray[np.float64]) -> Floats:
    """Put the derivatives beside the features.

    Args:
        features: (n_frames, n_features), at least one frame. Frames beyond the edges repeat the edge.
        delta_kernels: From `kernels`, (order, width).

    Returns:
        (n_frames, n_features * (1 + order)), same dtype.
    """
    order, width = delta_kernels.shape
    if order == 0:
        return features
    half = width // 2
    padded = np.concatenate([np.repeat(features[:1], half, axis=0), features, np.repeat(features[-1:], half, axis=0)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, width, axis=0)
    parts = [features]
    parts += [windows @ kernel.astype(features.dtype) for kernel in delta_kernels]
    return np.concatenate(parts, axis=1)
