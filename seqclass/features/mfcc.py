"""MFCC frames in NumPy, equal to librosa as `seqclass.features.librosa_basis` defines them.

The mel filters, the window and the DCT come from librosa once, at training, and travel in the bundle; from there on no process
needs librosa. Frames do not overlap the recording's ends (``center=False``) and no frame depends on the loudest one
(``top_db=None``), so that a frame heard live equals the same frame of a file.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqclass.features.deltas import append_deltas
from seqclass.specs import SpeechFeatureSpec

Floats = NDArray[np.floating]
# Frames that are transformed together: bounds what the transform takes beside its result.
_FRAMES_AT_ONCE = 8192


@dataclass(frozen=True)
class MfccBasis:
    """The constant arrays of an MFCC.

    Attributes:
        window: Analysis window, centred in (n_fft,).
        mel: Mel filters (n_mels, n_fft // 2 + 1), from power to mel power.
        dct: (n_mfcc, n_mels), from log mel power in dB to cepstral coefficients.
        delta_kernels: (delta_order, delta_width).
        hop_length: Samples from one frame to the next.
        rate_hz: Sample rate that all this is made for.
    """

    window: Floats
    mel: Floats
    dct: Floats
    delta_kernels: NDArray[np.float64]
    hop_length: int
    rate_hz: int

    @property
    def n_fft(self) -> int:
        """Samples a frame."""
        return len(self.window)

    def in_type(self, dtype: np.dtype[np.floating]) -> _Typed:
        """The arrays in another precision, converted once: for a short recording that takes as long as using them."""
        typed: dict[np.dtype[np.floating], _Typed] = self.__dict__.setdefault("_typed", {})
        if dtype not in typed:
            typed[dtype] = _Typed(self.window.astype(dtype), self.dct.astype(dtype), self.delta_kernels.astype(dtype))
        return typed[dtype]

    def __getstate__(self) -> dict[str, Any]:
        """Its own arrays: what is derived from them is made anew where it is needed."""
        return {name: value for name, value in self.__dict__.items() if name != "_typed"}

    @property
    def n_features(self) -> int:
        """Numbers a frame: coefficients and their derivatives."""
        return len(self.dct) * (1 + len(self.delta_kernels))


@dataclass(frozen=True)
class _Typed:
    """Arrays of a basis in the precision that is computed in."""

    window: Floats
    dct: Floats
    delta_kernels: Floats


def hop_length(spec: SpeechFeatureSpec, rate_hz: int) -> int:
    """Samples from one frame to the next."""
    return max(round(spec.hop_ms * rate_hz / 1000), 1)


def power_spectrum(samples: Floats, basis: MfccBasis, *, preemphasis: float = 0.0) -> Floats:
    """Power of each frame by frequency.

    Args:
        samples: (n_samples,), at ``basis.rate_hz``. Shorter than one frame: zeros are appended.
        basis: Window and sizes.
        preemphasis: y[t] - a * y[t-1] before the transform, with y[-1] = y[0].

    Returns:
        (n_frames, n_fft // 2 + 1), dtype of ``samples``.
    """
    if preemphasis:
        samples = np.concatenate([samples[:1] * (1 - preemphasis), samples[1:] - preemphasis * samples[:-1]])
    if len(samples) < basis.n_fft:
        samples = np.pad(samples, (0, basis.n_fft - len(samples)))
    samples = np.ascontiguousarray(samples)
    item = samples.itemsize
    n_frames = 1 + (len(samples) - basis.n_fft) // basis.hop_length
    # Overlapping frames without a copy; made by hand, as NumPy's own views take as long as a short recording's transform.
    frames = np.ndarray((n_frames, basis.n_fft), samples.dtype, samples, 0, (basis.hop_length * item, item))
    window = basis.in_type(samples.dtype).window
    parts = []
    for start in range(0, len(frames), _FRAMES_AT_ONCE):
        spectrum = np.fft.rfft(frames[start : start + _FRAMES_AT_ONCE] * window)
        power = np.square(spectrum.real)
        power += np.square(spectrum.imag)
        parts.append(power)
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def mel_power(power: Floats, mel: Floats) -> Floats:
    """Power in mel bands, (n_frames, n_mels), from power by frequency (n_frames, n_fft // 2 + 1)."""
    return np.asarray(power @ mel.T.astype(power.dtype, copy=False))


def decibels(power: Floats, *, amin: float) -> Floats:
    """10 log10 of power, floored at ``amin`` so that digital silence stays finite."""
    return 10.0 * np.log10(np.maximum(power, power.dtype.type(amin)))


def cepstrum(mel_db: Floats, spec: SpeechFeatureSpec, basis: MfccBasis) -> Floats:
    """Cepstral coefficients with their derivatives.

    Args:
        mel_db: Mel power in dB, (n_frames, n_mels).
        spec: ``floor_db`` counts here.
        basis: DCT and derivative kernels.

    Returns:
        (n_frames, n_features), dtype of ``mel_db``.
    """
    if spec.floor_db is not None:
        mel_db = np.maximum(mel_db, mel_db.max() - mel_db.dtype.type(spec.floor_db))
    typed = basis.in_type(mel_db.dtype)
    return append_deltas(mel_db @ typed.dct.T, typed.delta_kernels)


def edge_silence(power: Floats, *, trim_db: float | None, margin_frames: int, click_frames: int = 0) -> slice:
    """The frames between the edge silences.

    A frame is silent where its energy lies ``trim_db`` below that of the loudest one, as many as a click fills left aside. So
    neither a click nor the amount of silence around a word decides. Margins keep weak onsets and releases.

    Args:
        power: (n_frames, n_bins).
        trim_db: Distance in dB; None keeps everything.
        margin_frames: Silent frames that are kept at each edge.
        click_frames: Frames that one click, a single sample, can fill.

    Returns:
        Slice over frames; never empty.
    """
    if trim_db is None or len(power) == 0:
        return slice(0, len(power))
    energy_db = 10.0 * np.log10(np.maximum(power.sum(axis=1, dtype=np.float64), 1e-12))
    loudest_db = np.sort(energy_db)[-min(click_frames + 1, len(energy_db))]
    loud = np.flatnonzero(energy_db >= loudest_db - trim_db)
    return slice(max(int(loud[0]) - margin_frames, 0), min(int(loud[-1]) + 1 + margin_frames, len(power)))


def trimmed_power(samples: Floats, spec: SpeechFeatureSpec, basis: MfccBasis) -> tuple[Floats, int]:
    """Power of each frame between the edge silences.

    Args:
        samples: (n_samples,) float32 or float64 at ``basis.rate_hz``; full scale is 1.
        spec: Settings.
        basis: Constant arrays.

    Returns:
        Power (n_frames, n_fft // 2 + 1), and how many frames of silence were cut before the first.
    """
    if spec.remove_dc:
        samples = samples - samples.mean(dtype=np.float64).astype(samples.dtype)
    power = power_spectrum(samples, basis, preemphasis=spec.preemphasis)
    kept = kept_frames(power, spec, basis)
    return power[kept], kept.start


def kept_frames(power: Floats, spec: SpeechFeatureSpec, basis: MfccBasis) -> slice:
    """The frames between the edge silences of a recording whose power is (n_frames, n_fft // 2 + 1)."""
    # An offset or hum below the mel bands must not pass for speech.
    first_bin = math.ceil(spec.f_min_hz * basis.n_fft / basis.rate_hz)
    return edge_silence(
        power[:, first_bin:],
        trim_db=spec.trim_db,
        margin_frames=round(spec.trim_margin_ms / spec.hop_ms),
        click_frames=-(-basis.n_fft // basis.hop_length),
    )


def mfcc(samples: Floats, spec: SpeechFeatureSpec, basis: MfccBasis) -> tuple[Floats, int]:
    """From samples to MFCC frames with derivatives, before normalisation.

    Args:
        samples: (n_samples,) float32 or float64 at ``basis.rate_hz``; full scale is 1.
        spec: Settings.
        basis: Constant arrays.

    Returns:
        Frames (n_frames, n_features) in the dtype of ``samples``, and how many frames of silence were cut before the first.
    """
    power, first_frame = trimmed_power(samples, spec, basis)
    return cepstrum(decibels(mel_power(power, basis.mel), amin=spec.amin), spec, basis), first_frame


def frame_times_s(n_frames: int, first_frame: int, basis: MfccBasis) -> NDArray[np.float64]:
    """Centre of each frame in seconds from the recording's start, (n_frames,)."""
    return ((first_frame + np.arange(n_frames)) * basis.hop_length + basis.n_fft / 2) / basis.rate_hz
