"""Normalisation of frames, each feature on its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqclass.specs import Normalisation

Floats = NDArray[np.floating]
# A feature counts as constant, and becomes 0 instead of amplified rounding noise, where its deviation in the training set is
# below this share of its mean (about ten times the rounding of float32) ...
_SMALLEST_SHARE_OF_MEAN = 1e-6
# ... or where its deviation in an item is below this share of that in the training set. Both are relative, as features of
# numeric sequences come in any unit: volts of 1e-6 as well as pascals of 1e5.
_SMALLEST_SHARE_OF_DEVIATION = 1e-4
# Running normalisation starts from the training set's figures as if this many frames of them had been heard.
_PRIOR_FRAMES = 100
_FRAMES_AT_ONCE = 16_384
SCHEMA = 1
"""Goes up with every change of `fit` after which the same frames have other figures."""


@dataclass(frozen=True)
class Normaliser:
    """How frames are shifted and scaled before the network sees them.

    Attributes:
        method: See `Normalisation`.
        mean: Of the training frames, (n_features,); what ``train`` subtracts and ``running`` starts from.
        deviation: Standard deviation of the training frames, (n_features,).
    """

    method: Normalisation
    mean: Floats
    deviation: Floats

    @property
    def is_causal(self) -> bool:
        """Whether a frame's value depends on no later frame."""
        return self.method in ("train", "running", "none")

    def __call__(self, features: Floats) -> Floats:
        """Normalise.

        Args:
            features: (n_frames, n_features).

        Returns:
            The same shape and dtype.
        """
        if self.method == "running" and len(features):
            return self._running(features)
        return self._shifted(
            features, lambda values: np.add.reduce(values, axis=0, dtype=np.float64) / len(values), lambda of_item: of_item
        )

    def each(self, features: Floats, counts: Sequence[int]) -> Floats:
        """Normalise many items at once; none depends on the others.

        Args:
            features: (n_rows, n_features), items one below the other.
            counts: Frames of each.

        Returns:
            The same shape and dtype.
        """
        if self.method == "running" and len(features):
            return np.concatenate([self._running(item) for item in np.split(features, np.cumsum(counts)[:-1])])
        lengths = np.asarray(counts)
        starts = np.cumsum(lengths) - lengths
        items = np.repeat(np.arange(len(lengths)), lengths)
        return self._shifted(
            features,
            lambda values: np.add.reduceat(values, starts, axis=0, dtype=np.float64) / lengths[:, None],
            lambda of_item: of_item[items],
        )

    def _shifted(self, features: Floats, means: Callable[[Floats], Any], spread: Callable[[Any], Any]) -> Floats:
        """Normalise by items' own figures or by the training set's.

        Args:
            features: (n_rows, n_features).
            means: From rows to each item's mean, float64.
            spread: From a figure an item to what is broadcast to the rows.
        """
        if self.method == "none" or len(features) == 0:
            return features
        if self.method == "train":
            return np.asarray((features - self.mean) / self._scale(self.deviation), features.dtype)
        centred = features - spread(means(features).astype(features.dtype))
        if self.method == "utterance_mean":
            return np.asarray(centred / self._scale(self.deviation), features.dtype)
        left = centred - spread(means(centred))
        np.multiply(left, left, out=left)
        return np.asarray(centred / spread(self._scale(np.sqrt(means(left)))), features.dtype)

    def _scale(self, deviation: Floats) -> Floats:
        """What to divide by: the deviation, or infinity where a feature is constant."""
        is_constant = self.deviation <= _SMALLEST_SHARE_OF_MEAN * np.abs(self.mean)
        is_constant = is_constant | (deviation <= _SMALLEST_SHARE_OF_DEVIATION * self.deviation)
        return np.where(is_constant, np.asarray(np.inf, deviation.dtype), deviation)

    def _running(self, features: Floats) -> Floats:
        heard = (_PRIOR_FRAMES + np.arange(1, len(features) + 1, dtype=np.float64))[:, None]
        prior_square = self.mean.astype(np.float64) ** 2 + self.deviation.astype(np.float64) ** 2
        mean = (_PRIOR_FRAMES * self.mean + np.cumsum(features, axis=0, dtype=np.float64)) / heard
        square = (_PRIOR_FRAMES * prior_square + np.cumsum(features.astype(np.float64) ** 2, axis=0)) / heard
        deviation = np.sqrt(np.maximum(square - mean**2, 0.0))
        return np.asarray((features - mean) / self._scale(deviation), features.dtype)


def fit(method: Normalisation, sequences: Iterable[Floats]) -> Normaliser:
    """Take mean and deviation over all frames of the training part, in one pass that holds few of them.

    For ``utterance_mean`` the deviation is that of frames less their own item's mean.

    Args:
        method: What the normaliser shall do.
        sequences: Arrays (n_frames, n_features), one at least.
    """
    if method == "utterance_mean":
        # It divides what is left after each item's own mean is gone, so that is what is measured.
        sequences = (sequence - sequence.mean(axis=0) for sequence in sequences)
    count = 0
    total: Floats | float = 0.0
    squares: Floats | float = 0.0
    for group in _groups(sequences):
        frames = np.concatenate(group, dtype=np.float64)
        starts = np.cumsum([0, *(len(sequence) for sequence in group[:-1])])
        count += len(frames)
        # A sum an item, then one item after the other: what comes out does not depend on how items are grouped.
        for of_item, of_squares in zip(np.add.reduceat(frames, starts), np.add.reduceat(frames**2, starts), strict=True):
            total = total + of_item
            squares = squares + of_squares
    mean = np.asarray(total) / max(count, 1)
    variance = np.maximum(squares / max(count, 1) - mean**2, 0.0)
    return Normaliser(method, mean.astype(np.float32), np.sqrt(variance).astype(np.float32))


def _groups(sequences: Iterable[Floats]) -> Iterator[list[Floats]]:
    """Sequences with at least one frame, together some ten thousand frames."""
    group: list[Floats] = []
    n_frames = 0
    for sequence in sequences:
        if len(sequence):
            group.append(sequence)
            n_frames += len(sequence)
        if n_frames >= _FRAMES_AT_ONCE:
            yield group
            group, n_frames = [], 0
    if group:
        yield group


def identity(n_features: int, method: Normalisation = "none") -> Normaliser:
    """A normaliser with mean 0 and deviation 1."""
    return Normaliser(method, np.zeros(n_features, np.float32), np.ones(n_features, np.float32))
