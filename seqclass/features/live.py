"""Features of sound that is still coming in: the file's frames, one after the other.

Fed in blocks of any size, each of these gives what `seqclass.features.mfcc` gives for the whole recording.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from seqclass.errors import SpecError
from seqclass.features.mfcc import Floats, MfccBasis, cepstrum, decibels, mel_power, power_spectrum
from seqclass.specs import SpeechFeatureSpec

Samples = np.ndarray[Any, np.dtype[np.float32]]


class LiveResampler:
    """Changes the rate as `seqclass.audio.resample.resample` does, to the bit; its samples come up to 120 ms late."""

    def __init__(self, from_hz: int, to_hz: int) -> None:
        self._stream: Any = None
        if from_hz != to_hz:
            import soxr

            self._stream = soxr.ResampleStream(from_hz, to_hz, 1, dtype="float32", quality="HQ")

    def feed(self, samples: Samples) -> Samples:
        """From the next samples (n,) to those that are now known at the other rate (m,)."""
        samples = np.ascontiguousarray(samples, np.float32)
        return samples if self._stream is None else np.asarray(self._stream.resample_chunk(samples), np.float32)

    def finish(self) -> Samples:
        """The rest, as if silence followed."""
        nothing = np.zeros(0, np.float32)
        return nothing if self._stream is None else np.asarray(self._stream.resample_chunk(nothing, last=True), np.float32)


class FrameExtractor:
    """Power of each frame by frequency, as `seqclass.features.mfcc.power_spectrum` gives it.

    Attributes:
        n_frames: Frames given so far.
    """

    def __init__(self, basis: MfccBasis, *, preemphasis: float = 0.0) -> None:
        self.n_frames = 0
        self._basis = basis
        self._preemphasis = preemphasis
        # One sample more than the next frame needs: pre-emphasis looks back by one.
        self._pending = np.zeros(0, np.float32)
        self._has_past = False
        self._n_skipped = 0  # samples between frames, where the hop is longer than the window

    def feed(self, samples: Floats) -> Floats:
        """Take samples (n_samples,) at the basis' rate, give the frames (n_frames, n_fft // 2 + 1) that are now whole."""
        n_skipped = min(self._n_skipped, len(samples))
        self._n_skipped -= n_skipped
        self._pending = np.concatenate([self._pending, np.asarray(samples[n_skipped:], np.float32)])
        n_fft, hop = self._basis.n_fft, self._basis.hop_length
        n_new = (len(self._pending) - int(self._has_past) - n_fft) // hop + 1
        if n_new <= 0:
            return np.zeros((0, n_fft // 2 + 1), np.float32)
        power = self._power(self._pending[: int(self._has_past) + (n_new - 1) * hop + n_fft])
        next_start = int(self._has_past) + n_new * hop - 1
        self._n_skipped = max(next_start - len(self._pending), 0)
        self._pending = self._pending[next_start:]
        self._has_past = True
        self.n_frames += n_new
        return power

    def finish(self) -> Floats:
        """End the stream: one frame, filled up with zeros, where there was none yet, else nothing."""
        if self.n_frames or not len(self._pending):
            return np.zeros((0, self._basis.n_fft // 2 + 1), np.float32)
        self.n_frames = 1
        return self._power(self._pending)

    def _power(self, samples: Floats) -> Floats:
        if not self._has_past:
            return power_spectrum(samples, self._basis, preemphasis=self._preemphasis)
        # As in `power_spectrum`, which would take the first sample for the recording's first.
        emphasised = samples[1:] - self._preemphasis * samples[:-1] if self._preemphasis else samples[1:]
        return power_spectrum(emphasised, self._basis)


class FeatureExtractor:
    """MFCC frames with derivatives, as `seqclass.features.mfcc.mfcc` gives them.

    A derivative looks ahead by half its width; so much later its frame comes.

    Attributes:
        delay_frames: How many frames later.
    """

    def __init__(self, spec: SpeechFeatureSpec, basis: MfccBasis) -> None:
        """Refuse settings that need the whole recording.

        Raises:
            SpecError: Silence is trimmed, quiet bands are lifted towards the loudest, or the mean is taken off.
        """
        whole = [name for name in ("trim_db", "floor_db") if getattr(spec, name) is not None]
        whole += ["remove_dc"] if spec.remove_dc else []
        if whole:
            named = ", ".join(f"{name}={getattr(spec, name)}" for name in whole)
            raise SpecError(
                f"Features of a stream must not depend on what comes later. Received: {named}. Take frames of whole words instead."
            )
        self.delay_frames = basis.delta_kernels.shape[1] // 2 if len(basis.delta_kernels) else 0
        self._spec, self._basis = spec, basis
        self._frames = FrameExtractor(basis, preemphasis=spec.preemphasis)
        self._mel_db = np.zeros((0, len(basis.mel)), np.float32)
        self._n_past = 0  # of the frames kept, those that were given already

    def feed(self, samples: Floats) -> Floats:
        """Take samples (n_samples,) at the basis' rate, give the frames (n_frames, n_features) that are now known."""
        return self._give(self._frames.feed(samples), is_end=False)

    def finish(self) -> Floats:
        """End the stream and give the frames that are left."""
        return self._give(self._frames.finish(), is_end=True)

    def _give(self, power: Floats, *, is_end: bool) -> Floats:
        new = decibels(mel_power(power, self._basis.mel), amin=self._spec.amin)
        self._mel_db = np.concatenate([self._mel_db, np.asarray(new, np.float32)])
        n_known = len(self._mel_db) - (0 if is_end else self.delay_frames)
        if n_known <= self._n_past:
            return np.zeros((0, self._basis.n_features), np.float32)
        frames = cepstrum(self._mel_db, self._spec, self._basis)[self._n_past : n_known]
        # Derivatives look back as far as ahead, so as many frames are kept.
        n_past = min(n_known, self.delay_frames)
        self._mel_db, self._n_past = self._mel_db[n_known - n_past :], n_past
        return frames
