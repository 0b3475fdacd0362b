"""Variation of training items, anew in each epoch.

Speech is varied where it is cheap and close to what a microphone hears: on the power spectrum, between the transform and the
logarithm. Noise of another source adds to the power; a longer vocal tract moves the mel bands; another microphone tilts the
response; another speaker is slower. What leaves here goes through the very feature step that every other item goes through.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from seqclass.features import mfcc
from seqclass.features.front_end import SpeechFrontEnd
from seqclass.features.text import UNKNOWN_ID
from seqclass.specs import AugmentationSpec

Floats = NDArray[np.float32]
_FEWEST_STRETCHED = 4  # frames


@dataclass(frozen=True)
class SpeechVariation:
    """What varying a recording needs.

    Attributes:
        spec: How much.
        front_end: The feature step.
        banks: Warped mel filters (n_factors, n_mels, n_bins).
        noises: Mel power of background noises, each (n_frames, n_mels); without any, coloured noise is made.
    """

    spec: AugmentationSpec
    front_end: SpeechFrontEnd
    banks: Floats
    noises: tuple[Floats, ...] = ()

    def __call__(self, power: Floats, rng: np.random.Generator) -> Floats:
        """A varied item, as `many` gives it."""
        return self.many([power], [rng])[0]

    def many(self, powers: Sequence[Floats], rngs: Sequence[np.random.Generator]) -> list[Floats]:
        """Varied items, normalised and masked; none depends on which others it is made with.

        What is alike for all is done for all at once: an item is so short that each call of NumPy takes longer than its sums.

        Args:
            powers: Each (n_frames, n_bins), from `seqclass.features.mfcc.trimmed_power`.
            rngs: For each the source of all choices.

        Returns:
            Each (n_frames', n_features) float32.
        """
        spec, front_end = self.spec, self.front_end
        mels = [self._mel(power, rng) for power, rng in zip(powers, rngs, strict=True)]
        counts = [len(mel) for mel in mels]
        mel_db = mfcc.decibels(np.concatenate(mels), amin=front_end.spec.amin)
        if spec.tilt_db:
            tilts = [_smooth_response(mel_db.shape[1], spec.tilt_db, rng) for rng in rngs]
            mel_db = mel_db + np.repeat(tilts, counts, axis=0)
        stretched = [_stretched(count, spec.tempo, rng) for count, rng in zip(counts, rngs, strict=True)]
        ends = np.cumsum(stretched)[:-1]
        parts = np.split(_interpolated(mel_db, counts, stretched), ends)
        features = np.concatenate([mfcc.cepstrum(part, front_end.spec, front_end.basis) for part in parts])
        frames = np.asarray(front_end.normaliser.each(features, stretched), np.float32)
        return [mask(part, spec, rng) for part, rng in zip(np.split(frames, ends), rngs, strict=True)]

    def _mel(self, power: Floats, rng: np.random.Generator) -> Floats:
        """Mel power (n_frames', n_mels) of an item with other edges, from another vocal tract, in noise, of another level."""
        spec, frame_ms = self.spec, self.front_end.spec.hop_ms
        power = _cut_edges(power, round(spec.shift_ms / frame_ms), rng)
        power = _add_room_tone(power, round(spec.edge_silence_ms / frame_ms), rng)
        mel: Floats = power @ self.banks[rng.integers(len(self.banks))].T
        if rng.random() < spec.noise_probability:
            mel = _mix(mel, self._noise(len(mel), mel.shape[1], rng), rng.uniform(spec.snr_min_db, spec.snr_max_db))
        if spec.gain_db:
            mel = mel * np.float32(10.0 ** (rng.uniform(-spec.gain_db, spec.gain_db) / 10.0))
        return mel

    def _noise(self, n_frames: int, n_mels: int, rng: np.random.Generator) -> Floats:
        # Half of the noise is made even where recordings are given: a few recordings would be learnt by heart.
        if self.noises and rng.random() < 0.5:
            noise = self.noises[rng.integers(len(self.noises))]
            start = rng.integers(len(noise))
            return np.take(noise, np.arange(start, start + n_frames), axis=0, mode="wrap")
        colour_db = _smooth_response(n_mels, 8.0, rng)
        # Power of noise in a band fluctuates as a sum of squared normal variables; three degrees of freedom suit a mel band.
        fluctuation = rng.standard_gamma(3.0, (n_frames, n_mels), dtype=np.float32) / np.float32(3.0)
        return np.asarray(10.0 ** (colour_db / 10.0) * fluctuation, np.float32)


def stretch(frames: Floats, share: float, rng: np.random.Generator) -> Floats:
    """Stretch or squeeze in time by a factor between exp(-share) and exp(share), by linear interpolation.

    Args:
        frames: (n_frames, n_values).
        share: 0: unchanged.
        rng: Source of the factor.
    """
    if not share or len(frames) < _FEWEST_STRETCHED:
        return frames
    return _interpolated(frames, [len(frames)], [_stretched(len(frames), share, rng)])


def _stretched(n_frames: int, share: float, rng: np.random.Generator) -> int:
    """Frames of an item after `stretch`."""
    if not share or n_frames < _FEWEST_STRETCHED:
        return n_frames
    return max(round(n_frames * float(np.exp(rng.uniform(-share, share)))), _FEWEST_STRETCHED)


def _interpolated(frames: Floats, counts: Sequence[int], wanted: Sequence[int]) -> Floats:
    """Items with other numbers of frames, by linear interpolation.

    Args:
        frames: (n_rows, n_values), items one below the other.
        counts: Frames of each.
        wanted: Frames of each afterwards; the same as before, or at least two of both.
    """
    had, have = np.asarray(counts), np.asarray(wanted)
    ends = np.cumsum(have)
    of_item = np.repeat(np.arange(len(have)), have)
    last = (had - 1)[of_item]
    places = (np.arange(ends[-1]) - (ends - have)[of_item]) * ((had - 1) / np.maximum(have - 1, 1))[of_item]
    places[ends - 1] = had - 1
    places = places.astype(np.float32)
    left = np.clip(places.astype(np.intp), 0, np.maximum(last - 1, 0))
    weight = (places - left)[:, None]
    rows = left + (np.cumsum(had) - had)[of_item]
    following = np.minimum(rows + 1, len(frames) - 1)
    return np.asarray(frames[rows] * (1 - weight) + frames[following] * weight, np.float32)


def mask(frames: Floats, spec: AugmentationSpec, rng: np.random.Generator) -> Floats:
    """Set ranges of frames and of features to zero (their mean), and add noise.

    Source: Park et al., "SpecAugment", 2019.

    Args:
        frames: (n_frames, n_features), normalised; changed in place.
        spec: How much.
        rng: Source of all choices.
    """
    n_frames, n_features = frames.shape
    if spec.feature_noise:
        frames += np.float32(spec.feature_noise) * rng.standard_normal(frames.shape, np.float32)
    for _ in range(spec.time_masks):
        width = rng.uniform(0, spec.time_mask_share) * n_frames
        start = rng.uniform(0, n_frames - width)
        frames[round(start) : round(start + width)] = 0.0
    for _ in range(spec.feature_masks):
        width = rng.integers(0, min(spec.feature_mask_width, n_features) + 1)
        start = rng.integers(0, n_features - width + 1)
        frames[:, start : start + width] = 0.0
    return frames


class Mixture(NamedTuple):
    """How the items of a batch are laid over one another.

    Attributes:
        share: Of an item; its partner has the rest. From 0.5 to 1.
        partners: Row of each item's partner, (batch,).
    """

    share: np.float32
    partners: NDArray[np.intp]


def mixture(n_items: int, spread: float, rng: np.random.Generator) -> Mixture | None:
    """Draw how each item of a batch is laid over another one, to ask for both in the same proportion.

    Source: Zhang et al., "mixup: Beyond Empirical Risk Minimization", 2018; one proportion a batch, the stronger item first.

    Args:
        n_items: Size of the batch.
        spread: Parameter of the beta distribution of the proportion; 0: nothing is mixed.
        rng: Source of the proportion and the partners.

    Returns:
        None where nothing is mixed.
    """
    if not spread or n_items < 2:
        return None
    drawn = float(rng.beta(spread, spread))
    return Mixture(np.float32(max(drawn, 1.0 - drawn)), rng.permutation(n_items))


def blend(frames: Floats, others: Floats, share: np.float32) -> Floats:
    """Lay items over others of any length, zeros to the right: (batch, longest of both, feature).

    Args:
        frames: (batch, time, feature).
        others: (batch, other time, feature).
        share: Weight of ``frames``; the others have the rest.
    """
    blended = np.zeros((len(frames), max(frames.shape[1], others.shape[1]), frames.shape[2]), np.float32)
    blended[:, : frames.shape[1]] = share * frames
    blended[:, : others.shape[1]] += (1 - share) * others
    return blended


def vary_numeric(frames: Floats, spec: AugmentationSpec, rng: np.random.Generator) -> Floats:
    """A varied numeric sequence: stretched, masked, with noise. ``frames`` (n_frames, n_features) stays as it is."""
    return mask(np.array(stretch(frames, spec.tempo, rng)), spec, rng)


def vary_tokens(tokens: NDArray[np.int32], spec: AugmentationSpec, rng: np.random.Generator) -> NDArray[np.int32]:
    """A varied text: some tokens (n_tokens,) become `unknown`, which so gets a meaning of its own."""
    return np.where(rng.random(len(tokens)) < spec.token_dropout, np.int32(UNKNOWN_ID), tokens)


def warp_factors(share: float) -> NDArray[np.float64]:
    """Factors of vocal tract length between exp(-share) and exp(share), 1 where ``share`` is 0."""
    return np.exp(np.linspace(-share, share, 41)) if share else np.ones(1)


def _cut_edges(power: Floats, most_frames: int, rng: np.random.Generator) -> Floats:
    most = min(most_frames, len(power) // 8)
    start, end = rng.integers(0, most + 1, 2)
    return power[start : len(power) - end]


def _add_room_tone(power: Floats, most_frames: int, rng: np.random.Generator) -> Floats:
    """Frames like the item's softest one, with the fluctuation of noise, before and after."""
    if not most_frames:
        return power
    softest = power[power.sum(axis=1).argmin()]
    before, after = (
        softest * rng.standard_exponential((count, power.shape[1]), np.float32) for count in rng.integers(0, most_frames + 1, 2)
    )
    return np.concatenate([before, power, after])


def _mix(mel: Floats, noise: Floats, snr_db: float) -> Floats:
    noise_power = _mean(noise)
    if noise_power <= 0.0:
        return mel
    return np.asarray(mel + noise * np.float32(_mean(mel) / noise_power / 10.0 ** (snr_db / 10.0)), np.float32)


def _mean(values: Floats) -> float:
    """What `mean` gives, in a quarter of its time."""
    return float(np.float32(float(np.add.reduce(values, axis=None)) / values.size))


def _smooth_response(n_bands: int, deviation_db: float, rng: np.random.Generator) -> Floats:
    """A random smooth curve over the bands in dB, (n_bands,): a few cosines, the slower the stronger."""
    curve = sum(rng.normal(0.0, deviation_db / order) * cosine for order, cosine in enumerate(_cosines(n_bands), start=1))
    return np.asarray(curve, np.float32)


@functools.cache
def _cosines(n_bands: int) -> tuple[NDArray[np.float64], ...]:
    places = np.linspace(0.0, np.pi, n_bands)
    return tuple(np.cos(order * places) for order in range(1, 4))
