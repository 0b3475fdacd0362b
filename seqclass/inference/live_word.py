"""A model on one word of a stream: carried from frame to frame, or run on the word's beginning and in the end on all of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from seqclass.features.front_end import SpeechFrontEnd
from seqclass.features.live import FeatureExtractor, LiveResampler
from seqclass.features.mfcc import Floats
from seqclass.model.bundle import Bundle
from seqclass.model.network import LayerTrace
from seqclass.model.stepping import SteppingNetwork

Samples = np.ndarray[Any, np.dtype[np.float32]]
Logits = dict[str, Floats]


class Carried:
    """A causal model on one word: its state goes from frame to frame."""

    first_frame = 0

    def __init__(self, bundle: Bundle, rate_hz: int) -> None:
        front_end = bundle.front_end
        assert isinstance(front_end, SpeechFrontEnd)
        self._front_end = front_end
        self._rate_hz = rate_hz
        self._resampler = LiveResampler(rate_hz, front_end.basis.rate_hz)
        self._extractor = FeatureExtractor(front_end.spec, front_end.basis)
        self._network = SteppingNetwork(bundle.network)
        self._features = np.zeros((0, front_end.n_features), np.float32)
        self._logits: list[Logits] = []

    def feed(self, samples: Samples) -> tuple[LayerTrace, ...]:
        """Take the next samples; gives what the network did at the frames that they complete."""
        return self._step(self._extractor.feed(self._resampler.feed(samples)))

    def guess(self) -> tuple[Logits | None, tuple[LayerTrace, ...]]:
        """What the model says at the last frame."""
        return (self._logits[-1] if self._logits else None), ()

    def conclude(self, clip: Samples) -> tuple[Logits, tuple[LayerTrace, ...]]:
        """What it said at the last frame of the clip, which may lie before what it was fed last."""
        basis = self._front_end.basis
        n_samples = round(len(clip) * basis.rate_hz / self._rate_hz)
        n_frames = max((n_samples - basis.n_fft) // basis.hop_length + 1, 1)
        if len(self._logits) < n_frames:
            self._step(self._extractor.feed(self._resampler.finish()))
        if len(self._logits) < n_frames:
            self._step(self._extractor.finish())
        return self._logits[min(n_frames, len(self._logits)) - 1], ()

    def _step(self, features: Floats) -> tuple[LayerTrace, ...]:
        if not len(features):
            return ()
        self._features = np.concatenate([self._features, features])
        frames = np.asarray(self._front_end.normaliser(self._features)[-len(features) :], np.float32)
        stepped = self._network.feed(frames)
        self._logits += [{name: values[index] for name, values in stepped.logits.items()} for index in range(len(features))]
        return tuple(LayerTrace(trace) for trace in stepped.layers)


class Whole:
    """Any other model on one word: the file's code on its beginning, and in the end on all of it."""

    def __init__(self, bundle: Bundle, rate_hz: int) -> None:
        front_end = bundle.front_end
        assert isinstance(front_end, SpeechFrontEnd)
        self.first_frame = 0
        self._bundle, self._front_end, self._rate_hz = bundle, front_end, rate_hz
        self._resampler = LiveResampler(rate_hz, front_end.basis.rate_hz)
        self._samples: list[Samples] = []

    def feed(self, samples: Samples) -> tuple[LayerTrace, ...]:
        """Take the next samples."""
        self._samples.append(self._resampler.feed(samples))
        return ()

    def guess(self) -> tuple[Logits | None, tuple[LayerTrace, ...]]:
        """What the model says of what it was fed, less what the change of rate still holds back."""
        samples = np.concatenate(self._samples)
        if len(samples) < self._front_end.basis.n_fft:
            return None, ()
        return self._run(samples, self._front_end.basis.rate_hz)

    def conclude(self, clip: Samples) -> tuple[Logits, tuple[LayerTrace, ...]]:
        """What it says of the clip."""
        return self._run(clip, self._rate_hz)

    def _run(self, samples: Samples, rate_hz: int) -> tuple[Logits, tuple[LayerTrace, ...]]:
        encoded = self._front_end.encode(samples, rate_hz)
        activations = self._bundle.network.forward(encoded.frames)
        basis = self._front_end.basis
        self.first_frame = round((encoded.times_s[0] * basis.rate_hz - basis.n_fft / 2) / basis.hop_length)
        return activations.logits, activations.layers
