"""Recordings and texts that are nearly the same, so that a test item is not a training item in disguise.

Simple on purpose, and a warning only. A recording's print is the coarse course of its loudness and of its high tones over
time, so a copy at another level or in another format is found; one that was cut or shifted is not. Texts are the same where
they agree after folding case, white space and punctuation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from seqclass.data.manifest import Item

# Half precision moves a correlation by 1e-5 or so, and 100,000 prints take 13 MB.
Print = np.ndarray[Any, np.dtype[np.float16]]

N_SEGMENTS = 32
MIN_CORRELATION = 0.999
MAX_DURATION_RATIO = 1.02
MAX_RECORDINGS = 20_000
MAX_PAIRS = 100_000
_HOP_S = 0.005
_FLOOR = 1e-5  # -50 dB
_MIN_LENGTH = 6.0
_EDGES = np.arange(N_SEGMENTS + 1)


class Fingerprinter:
    """Collects a recording's print block by block."""

    def __init__(self) -> None:
        self._rest = np.zeros(0, dtype=np.float32)
        self._energies: list[np.ndarray[Any, np.dtype[np.float64]]] = []

    def add(self, samples: np.ndarray[Any, np.dtype[np.float32]], rate_hz: int) -> None:
        """Take the next samples, float32 (n,)."""
        hop = max(2, int(rate_hz * _HOP_S))
        samples = np.concatenate([self._rest, samples]) if len(self._rest) else samples
        n_hops = len(samples) // hop
        self._rest = samples[n_hops * hop :]
        if n_hops:
            frames = samples[: n_hops * hop].reshape(n_hops, hop).astype(np.float64)
            slopes = frames[:, 1:] - frames[:, :-1]
            energies = np.empty((2, n_hops))
            np.einsum("ij,ij->i", frames, frames, out=energies[0])
            np.einsum("ij,ij->i", slopes, slopes, out=energies[1])
            energies /= [[hop], [hop - 1]]
            self._energies.append(energies)

    def result(self) -> Print | None:
        """The print, float16 (2 * N_SEGMENTS,) of mean 0 and length 1 in both halves; None of what is short or even."""
        if not self._energies:
            return None
        energies = self._energies[0] if len(self._energies) == 1 else np.concatenate(self._energies, axis=1)
        n_hops = energies.shape[1]
        if n_hops < N_SEGMENTS:
            return None
        edges = _EDGES * n_hops // N_SEGMENTS
        means = np.add.reduceat(energies, edges[:-1], axis=1)
        means /= edges[1:] - edges[:-1]
        loudest = means.max(axis=1, keepdims=True)
        if not loudest.all():
            return None
        means /= loudest
        np.maximum(means, _FLOOR, out=means)
        course = np.log10(means, out=means)
        course *= 10.0
        course -= np.add.reduce(course, axis=1, keepdims=True) / N_SEGMENTS
        lengths = np.sqrt(np.einsum("ij,ij->i", course, course))
        if (lengths < _MIN_LENGTH).any():  # an even noise has no course that could be told from another's
            return None
        course /= lengths[:, None]
        return course.astype(np.float16).ravel()


def near_recordings(items: Sequence[Item], prints: Mapping[str, Print]) -> list[tuple[str, str]]:
    """Pairs of ids whose prints agree and whose durations differ by at most 2 %, exact duplicates left out.

    Only the first 20,000 recordings by id are compared, each only with those of like duration, and the search ends with 100,000
    pairs, as a set of beeps may have: time and memory are bounded.
    """
    known = [item for item in items if item.id in prints and item.duration_s][:MAX_RECORDINGS]
    known.sort(key=lambda item: (item.duration_s or 0.0, item.id))
    if len(known) < 2:
        return []
    durations = np.array([item.duration_s for item in known])
    matrix = np.stack([prints[item.id] for item in known]).astype(np.float32)
    ends = np.searchsorted(durations, durations * MAX_DURATION_RATIO, side="right")
    pairs: list[tuple[str, str]] = []
    for index, item in enumerate(known):
        likeness = matrix[index + 1 : ends[index]] @ matrix[index] / 2.0
        for offset in np.flatnonzero(likeness >= MIN_CORRELATION):
            other = known[index + 1 + int(offset)]
            if other.content_hash != item.content_hash:
                pairs.append((min(item.id, other.id), max(item.id, other.id)))
        if len(pairs) >= MAX_PAIRS:
            break
    return sorted(pairs[:MAX_PAIRS])


def near_texts(items: Iterable[Item]) -> list[tuple[str, str]]:
    """Pairs of ids whose texts agree after folding, each with the first of its like; exact duplicates left out."""
    first: dict[str, Item] = {}
    pairs: list[tuple[str, str]] = []
    for item in items:
        folded = re.sub(r"[\W_]+", " ", (item.text or "").casefold()).strip()
        if not folded:
            continue
        other = first.setdefault(folded, item)
        if other is not item and other.content_hash != item.content_hash:
            pairs.append((other.id, item.id))
    return sorted(pairs)


def near_duplicates(items: Sequence[Item], prints: Mapping[str, Print]) -> list[tuple[str, str]]:
    """Near duplicates of either kind."""
    return near_recordings(items, prints) if prints else near_texts(items)
