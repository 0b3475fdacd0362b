"""What librosa says: the constant arrays of an MFCC, and the whole pass as the reference to compare with.

Only training and verification import this module. Librosa takes half a second to load where a training needs its filters alone, and
more than a second as a whole.
"""

from __future__ import annotations

import math

import msgspec
import numpy as np
from numpy.typing import NDArray

from seqclass.errors import SpecError
from seqclass.features.deltas import kernels
from seqclass.features.mfcc import MfccBasis, hop_length
from seqclass.specs import SpeechFeatureSpec


def resolve_rate(spec: SpeechFeatureSpec, rate_hz: int) -> SpeechFeatureSpec:
    """Fill in what follows from the sample rate: FFT length and upper edge of the mel bands.

    Raises:
        SpecError: A value does not fit the rate.
    """
    rate_hz = spec.sample_rate_hz or rate_hz
    window_length = round(spec.window_ms * rate_hz / 1000)
    n_fft = spec.n_fft or 2 ** math.ceil(math.log2(max(window_length, 2)))
    f_max_hz = spec.f_max_hz or rate_hz / 2
    if n_fft < window_length:
        raise SpecError(
            f"features.n_fft must be at least the window's {window_length} samples at {rate_hz} Hz. "
            f"Received: features.n_fft={n_fft}. Leave it out to have it chosen."
        )
    if not spec.f_min_hz < f_max_hz <= rate_hz / 2:
        raise SpecError(
            f"features.f_max_hz must lie above f_min_hz and at most at half the sample rate, {rate_hz / 2:g} Hz. "
            f"Received: f_min_hz={spec.f_min_hz:g}, f_max_hz={f_max_hz:g}."
        )
    return msgspec.structs.replace(spec, sample_rate_hz=rate_hz, n_fft=n_fft, f_max_hz=f_max_hz)


def mfcc_basis(spec: SpeechFeatureSpec) -> MfccBasis:
    """Take window, mel filters and DCT from librosa.

    Args:
        spec: Settings, completed by `resolve_rate`.

    Returns:
        The arrays, in the precision that librosa gives them.
    """
    import scipy.fft
    from librosa.filters import get_window
    from librosa.filters import mel as mel_filters

    rate_hz, n_fft = spec.sample_rate_hz, spec.n_fft
    assert rate_hz is not None
    assert n_fft is not None
    window_length = round(spec.window_ms * rate_hz / 1000)
    # In the middle of the transform, as `librosa.util.pad_center` does, which takes as long to load as the filters.
    before = (n_fft - window_length) // 2
    window = np.pad(get_window("hann", window_length, fftbins=True), (before, n_fft - window_length - before))
    return MfccBasis(
        window=window,
        mel=mel_filters(sr=rate_hz, n_fft=n_fft, n_mels=spec.n_mels, fmin=spec.f_min_hz, fmax=spec.f_max_hz),
        dct=scipy.fft.dct(np.eye(spec.n_mels), axis=0, type=2, norm="ortho")[: spec.n_mfcc],
        delta_kernels=kernels(spec.delta_order, spec.delta_width),
        hop_length=hop_length(spec, rate_hz),
        rate_hz=rate_hz,
    )


def reference_mfcc(samples: NDArray[np.floating], spec: SpeechFeatureSpec) -> NDArray[np.floating]:
    """The same frames by librosa's own functions, untrimmed: the definition that everything else is compared with.

    Args:
        samples: (n_samples,) at ``spec.sample_rate_hz``.
        spec: Settings, completed by `resolve_rate`.

    Returns:
        (n_frames, n_features), dtype of ``samples``.
    """
    import librosa
    from librosa.effects import preemphasis

    rate_hz, n_fft = spec.sample_rate_hz, spec.n_fft
    assert rate_hz is not None
    assert n_fft is not None
    if spec.remove_dc:
        samples = samples - samples.mean(dtype=np.float64).astype(samples.dtype)
    if spec.preemphasis:
        start = samples[:1] * spec.preemphasis
        samples = preemphasis(samples, coef=spec.preemphasis, zi=-start)
    if len(samples) < n_fft:
        samples = np.pad(samples, (0, n_fft - len(samples)))
    mel_power = librosa.feature.melspectrogram(
        y=samples,
        sr=rate_hz,
        n_fft=n_fft,
        hop_length=hop_length(spec, rate_hz),
        win_length=round(spec.window_ms * rate_hz / 1000),
        center=False,
        n_mels=spec.n_mels,
        fmin=spec.f_min_hz,
        fmax=spec.f_max_hz,
    )
    mel_db = librosa.power_to_db(mel_power, amin=spec.amin, top_db=spec.floor_db)
    coefficients = librosa.feature.mfcc(S=mel_db, n_mfcc=spec.n_mfcc)
    parts = [coefficients]
    parts += [
        librosa.feature.delta(coefficients, width=spec.delta_width, order=order, mode="nearest")
        for order in range(1, spec.delta_order + 1)
    ]
    return np.concatenate(parts).T


def warped_filters(spec: SpeechFeatureSpec, factors: NDArray[np.floating]) -> NDArray[np.float32]:
    """Mel filters whose band edges are moved as by vocal tracts of other lengths.

    Edges are multiplied by a factor up to four fifths of the upper band edge and run linearly to it from there. Source: Jaitly
    and Hinton, "Vocal Tract Length Perturbation (VTLP) improves speech recognition", 2013.

    Args:
        spec: Settings, completed by `resolve_rate`.
        factors: (n_factors,), about 0.8 to 1.25.

    Returns:
        (n_factors, n_mels, n_fft // 2 + 1), each scaled as librosa scales its filters.
    """
    from librosa.core.convert import mel_frequencies

    assert spec.sample_rate_hz is not None
    assert spec.n_fft is not None
    top_hz = spec.f_max_hz or spec.sample_rate_hz / 2
    edges = mel_frequencies(spec.n_mels + 2, fmin=spec.f_min_hz, fmax=top_hz)
    bins_hz = np.linspace(0, spec.sample_rate_hz / 2, spec.n_fft // 2 + 1)
    area = (2.0 / (edges[2:] - edges[:-2]))[:, None]
    banks = []
    for factor in factors:
        knee = 0.8 * top_hz * min(factor, 1.0)
        source_knee = knee / factor
        moved = np.where(
            edges <= source_knee, edges * factor, top_hz - (top_hz - knee) / (top_hz - source_knee) * (top_hz - edges)
        )
        widths = np.maximum(np.diff(moved), 1e-6)
        distance = bins_hz[None, :] - moved[:, None]
        rising, falling = distance[:-2] / widths[:-1, None], -distance[2:] / widths[1:, None]
        triangles = np.maximum(0.0, np.minimum(rising, falling))
        empty = np.flatnonzero(triangles.sum(axis=1) == 0)
        triangles[empty, np.argmin(np.abs(bins_hz[None, :] - moved[1:-1][empty, None]), axis=1)] = 1.0
        banks.append(triangles * area)
    return np.asarray(banks, np.float32)
