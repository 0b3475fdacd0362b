"""Write recordings."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import Any

import numpy as np

from seqclass.errors import ItemError
from seqclass.files import atomic_path


def write_wav(path: Path | str, samples: np.ndarray[Any, Any], rate_hz: int) -> None:
    """Write a mono WAV file of 16-bit PCM, whole or not at all.

    Args:
        path: Where to.
        samples: (n_samples,) float; what lies beyond ±1 is clipped.
        rate_hz: Samples a second.

    Raises:
        ItemError: A sample is not finite, or there is more than one channel.
        StorageError: The file cannot be written.
    """
    samples = np.asarray(samples, dtype=np.float64)
    if samples.ndim != 1:
        raise ItemError(f"samples must have one dimension. Received: shape={samples.shape}. Mix the channels first.")
    if not np.isfinite(samples).all():
        raise ItemError("samples must be finite. Received: NaN or infinity. Check what made them.")
    # 32768 is libsndfile's factor too, so reading back what was read from 16 bits gives the same bits.
    integers = np.clip(np.rint(samples * 32768.0), -32768, 32767).astype("<i2")
    with atomic_path(path) as temporary, temporary.open("wb") as stream, wave.open(stream) as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate_hz)
        sound.writeframes(integers.tobytes())
