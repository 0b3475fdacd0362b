"""Length-bucketed, right-padded batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Items are sorted by length within groups of this many batches: neighbours are about equally long, yet every epoch differs.
_BATCHES_A_GROUP = 10


def bucket(lengths: NDArray[np.integer], batch_size: int, rng: np.random.Generator) -> list[NDArray[np.intp]]:
    """Divide items into batches of about equal length, in random order.

    Args:
        lengths: Frames of each item, (n_items,).
        batch_size: Items a batch; the last one of a group may be smaller.
        rng: Source of the order.

    Returns:
        Indices of each batch; every item stands in exactly one.
    """
    order = rng.permutation(len(lengths))
    batches: list[NDArray[np.intp]] = []
    for start in range(0, len(order), batch_size * _BATCHES_A_GROUP):
        group = order[start : start + batch_size * _BATCHES_A_GROUP]
        # A little jitter keeps items of equal length from always meeting in one batch.
        group = group[np.argsort(lengths[group] * rng.uniform(0.95, 1.05, len(group)), kind="stable")]
        batches += [group[first : first + batch_size] for first in range(0, len(group), batch_size)]
    return [batches[index] for index in rng.permutation(len(batches))]


def by_length(lengths: NDArray[np.integer], batch_size: int) -> list[NDArray[np.intp]]:
    """Batches for evaluation: from short to long.

    Args:
        lengths: Frames of each item, (n_items,).
        batch_size: Items a batch at most. Long ones are fewer: padded, a batch has no more frames than ``batch_size`` items of mean
            length (but for a single item), so memory does not grow with the count of items.

    Returns:
        Indices of each batch; every item stands in exactly one.
    """
    order = np.argsort(lengths, kind="stable")
    batches: list[NDArray[np.intp]] = []
    stop = len(order)
    most_frames = batch_size * float(np.mean(lengths)) if stop else 0.0
    while stop:
        # From the longest on, as it is the last of a batch that decides about the frames of all.
        n_items = min(batch_size, max(1, int(most_frames / max(1, int(lengths[order[stop - 1]])))), stop)
        batches.append(order[stop - n_items : stop])
        stop -= n_items
    return batches[::-1]


def pad(sequences: Sequence[NDArray[Any]]) -> tuple[NDArray[Any], NDArray[np.int32]]:
    """Put sequences into one array, zeros to the right.

    Args:
        sequences: Each (n_frames, n_features) or (n_frames,).

    Returns:
        (batch, longest, ...) in the sequences' dtype, and their lengths (batch,).
    """
    lengths = np.asarray([len(sequence) for sequence in sequences], np.int32)
    first = sequences[0]
    padded = np.zeros((len(sequences), int(lengths.max()), *first.shape[1:]), first.dtype)
    for row, sequence in zip(padded, sequences, strict=True):
        row[: len(sequence)] = sequence
    return padded, lengths
