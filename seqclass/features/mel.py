"""The constant arrays of an MFCC as librosa defines them, bit for bit, without its second and a half of loading.

`tests/seqclass/features/test_features_mel.py` holds them to librosa's own. Sources: the mel scale and the filters of Slaney, "Auditory
Toolbox", Interval Research technical report 1998-010; the window is the periodic one of Harris, "On the use of windows", 1978.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Slaney's scale: 15 mels a kilohertz up to 1 kHz, from there 27 mels a factor of 6.4.
_HZ_A_MEL = 200.0 / 3
_KNEE_HZ = 1000.0
_KNEE_MEL = _KNEE_HZ / _HZ_A_MEL
_LOG_STEP = np.log(6.4) / 27.0


def hann_window(window_length: int, n_fft: int) -> NDArray[np.float64]:
    """A periodic Hann window in the middle of zeros, (n_fft,)."""
    phase = np.linspace(-np.pi, np.pi, window_length + 1)[:-1]
    window = np.zeros(n_fft)
    start = (n_fft - window_length) // 2
    window[start : start + window_length] = 0.5 + 0.5 * np.cos(phase) if window_length > 1 else 1.0
    return window


def mel_edges_hz(n_edges: int, f_min_hz: float, f_max_hz: float) -> NDArray[np.float64]:
    """Frequencies that lie equally far from one another on the mel scale, (n_edges,)."""
    mels = np.linspace(_mels(f_min_hz), _mels(f_max_hz), n_edges)
    edges = _HZ_A_MEL * mels
    beyond = mels >= _KNEE_MEL
    edges[beyond] = _KNEE_HZ * np.exp(_LOG_STEP * (mels[beyond] - _KNEE_MEL))
    return edges


def mel_filters(*, rate_hz: int, n_fft: int, n_mels: int, f_min_hz: float, f_max_hz: float) -> NDArray[np.float32]:
    """Triangles of equal area over the bins of a Fourier transform, (n_mels, n_fft // 2 + 1)."""
    edges = mel_edges_hz(n_mels + 2, f_min_hz, f_max_hz)
    bins_hz = np.fft.rfftfreq(n_fft, 1.0 / rate_hz)
    widths = np.diff(edges)[:, None]
    distances = edges[:, None] - bins_hz
    triangles = np.maximum(0, np.minimum(-distances[:-2] / widths[:-1], distances[2:] / widths[1:])).astype(np.float32)
    triangles *= (2.0 / (edges[2:] - edges[:-2]))[:, None]
    return triangles


def _mels(frequency_hz: float) -> float:
    if frequency_hz >= _KNEE_HZ:
        return float(_KNEE_MEL + np.log(frequency_hz / _KNEE_HZ) / _LOG_STEP)
    return frequency_hz / _HZ_A_MEL
