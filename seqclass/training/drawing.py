"""What each step of the training sees: which items, how they are varied, which are mixed.

Every item is varied by random numbers of its own, drawn from seed, epoch and item alone, and so is the mixing of every batch. A
worker of several can thus make its rows of a batch, and no others, and gets what a single process would have made of them.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from seqclass.data.augment import blend, mixture
from seqclass.data.batches import bucket, pad
from seqclass.training.groups import Groups
from seqclass.training.parts import Part

# What follows seed and epoch in the seed of a generator: nothing for the order of items, one of these for the rest.
_ITEM, _MIXTURE = 0, 1


class Batch(NamedTuple):
    """Rows of a batch.

    Attributes:
        frames: (n_rows, time, feature) float32 or token ids (n_rows, time) int32, zeros to the right.
        lengths: (n_rows,) int32.
        wanted: For each target (n_rows, n_outputs) float32.
        n_items: Rows of the whole batch.
        counts: Whether these rows are learnt from; a worker whose share is empty gets a row that stands in.
    """

    frames: NDArray[Any]
    lengths: NDArray[np.int32]
    wanted: dict[str, NDArray[np.float32]]
    n_items: int
    counts: bool


class Drawing:
    """One pass over the training part.

    Attributes:
        batches: Indices of the items of each batch, the same on every worker.
    """

    def __init__(
        self,
        part: Part,
        wanted: Mapping[str, NDArray[np.float32]],
        *,
        batch_size: int,
        seed: int,
        epoch: int,
        groups: Groups | None = None,
    ) -> None:
        """Divide the items into batches.

        Args:
            part: Items and how they vary.
            wanted: For each target (n_items, n_outputs).
            batch_size: Items a step, over all workers.
            seed: Of the training.
            epoch: Passes done before.
            groups: Which rows of each batch are made here, and in which order; None: all, as they come.
        """
        self._part, self._wanted = part, wanted
        self._seed, self._epoch = seed, epoch
        self._groups = groups
        self.batches = bucket(part.lengths, batch_size, np.random.default_rng([seed, epoch]))

    def __iter__(self) -> Generator[Batch, None, None]:
        """The worker's rows of each batch in turn."""
        return (self._rows(number, items) for number, items in enumerate(self.batches))

    def _rows(self, number: int, items: NDArray[np.intp]) -> Batch:
        rows = np.arange(len(items)) if self._groups is None else self._groups.rows(len(items))
        counts = len(rows) > 0
        if not counts:
            rows = np.arange(1)
        mixed = mixture(len(items), self._part.mixup, self._generator(_MIXTURE, number))
        partners = rows if mixed is None else mixed.partners[rows]
        needed = list(dict.fromkeys([*rows.tolist(), *partners.tolist()]))
        chosen = items[needed].tolist()
        varied = self._part.vary_each(chosen, [self._generator(_ITEM, item) for item in chosen])
        made = dict(zip(needed, varied, strict=True))
        frames, lengths = pad([made[row] for row in rows.tolist()])
        wanted = {name: values[items[rows]] for name, values in self._wanted.items()}
        if mixed is not None:
            others, other_lengths = pad([made[row] for row in partners.tolist()])
            frames = blend(frames, others, mixed.share)
            lengths = np.maximum(lengths, other_lengths)
            wanted = {
                name: mixed.share * values + (1 - mixed.share) * self._wanted[name][items[partners]]
                for name, values in wanted.items()
            }
        return Batch(frames, lengths, wanted, len(items), counts)

    def _generator(self, purpose: int, number: int) -> np.random.Generator:
        # SFC64 draws the noise of an item so much faster than NumPy's default that it makes up for being seeded anew.
        return np.random.Generator(np.random.SFC64([self._seed, self._epoch, purpose, number]))
