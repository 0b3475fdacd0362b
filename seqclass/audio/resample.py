"""Change the sample rate."""

from __future__ import annotations

from typing import Any

import numpy as np

Samples = np.ndarray[Any, np.dtype[np.float32]]


def resample(samples: Samples, from_hz: int, to_hz: int) -> Samples:
    """Resample with the SoX resampler at high quality (soxr ``HQ``).

    Args:
        samples: (n_samples,) float.
        from_hz: Present rate.
        to_hz: Wanted rate.

    Returns:
        float32 (round(n_samples * to_hz / from_hz),); the input itself, as float32, where the rates agree.

    Example:
        >>> import numpy as np
        >>> resample(np.zeros(800, np.float32), 8000, 16000).shape
        (1600,)
    """
    samples = np.ascontiguousarray(samples, dtype=np.float32)
    if from_hz == to_hz or len(samples) == 0:
        return samples
    import soxr

    resampled: Samples = np.asarray(soxr.resample(samples, from_hz, to_hz, quality="HQ"), dtype=np.float32)
    return resampled
