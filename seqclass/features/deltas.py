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


def append_deltas(features: Floats, delta_kernels: NDArray[np.floating]) -> Floats:
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
    n_frames, n_features = features.shape
    half = width // 2
    padded = np.empty((n_frames + 2 * half, n_features), features.dtype)
    padded[:half], padded[half : half + n_frames], padded[half + n_frames :] = features[0], features, features[-1]
    step, item = padded.strides
    # The frames around each frame, without a copy; made by hand, as NumPy's own views take longer than the sums.
    around = np.ndarray((n_frames, width, n_features), features.dtype, padded, 0, (step, step, item))
    parts = np.empty((n_frames, 1 + order, n_features), features.dtype)
    parts[:, 0] = features
    np.matmul(delta_kernels.astype(features.dtype, copy=False), around, out=parts[:, 1:])
    return parts.reshape(n_frames, -1)
