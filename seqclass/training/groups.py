"""Which rows of a batch are computed together, and in which order sums over a batch are made: the same whoever computes them.

Numbers in float32 have another sum in another order, by one part in ten million. In training that is enough: sooner or later it
settles a near-tie of two frames in max pooling the other way, and two trainings part. So a batch is always divided into the same
groups of rows, a group's sums are made by the same code on the same shapes, and those of all groups are added as a tree whose form
follows from their number alone. One process, or several workers with some groups each, then get the same gradient to the bit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Rows of a group for which the products of an LSTM are still near their best speed (within a tenth).
_ROWS = 8
_FEWEST, _MOST = 4, 32


@dataclass(frozen=True)
class Groups:
    """The groups of every batch of a training, and which of them are one worker's.

    Row r of a batch is in group ``r % n_groups``: a batch goes from short to long, so all groups take about equally long.

    Attributes:
        n_groups: How many; one worker may have none where there are fewer than workers.
        index: Which worker this is, from 0.
        n_workers: How many there are.
    """

    n_groups: int
    index: int = 0
    n_workers: int = 1

    @property
    def own(self) -> range:
        """This worker's groups."""
        return _owned(self.n_groups, self.index, self.n_workers)

    @property
    def own_blocks(self) -> tuple[range, ...]:
        """This worker's groups as parts of the tree: the fewest whose sums are all that others need."""
        return tuple(_blocks(self.own, range(self.n_groups)))

    @property
    def n_slots(self) -> int:
        """Sums that each worker sends: the most that one has."""
        return max(len(blocks) for blocks in self._all_blocks)

    def rows(self, n_items: int) -> NDArray[np.intp]:
        """This worker's rows of a batch, group after group."""
        return np.concatenate([np.arange(group, n_items, self.n_groups) for group in self.own] or [np.arange(0)])

    def sizes(self, n_items: int) -> list[int]:
        """Rows of each of this worker's groups."""
        return [len(range(group, n_items, self.n_groups)) for group in self.own]

    def own_additions(self) -> list[tuple[int, int]]:
        """Pairs of places among this worker's groups: the second is added to the first, pair after pair.

        The sum of each of `own_blocks` then stands in the place of its first group.
        """
        first, alone = self.own.start, {range(group, group + 1) for group in self.own}
        pairs = [pair for block in self.own_blocks for pair in _additions(block, alone)]
        return [(to - first, other - first) for to, other in pairs]

    def last_additions(self) -> list[tuple[int, int]]:
        """The same among what all workers have sent, worker after worker and `n_slots` of each; the sum then stands first."""
        places = {
            block: worker * self.n_slots + slot
            for worker, blocks in enumerate(self._all_blocks)
            for slot, block in enumerate(blocks)
        }
        of_first = {block.start: place for block, place in places.items()}
        return [(of_first[to], of_first[other]) for to, other in _additions(range(self.n_groups), places)]

    @property
    def _all_blocks(self) -> list[tuple[range, ...]]:
        return [Groups(self.n_groups, index, self.n_workers).own_blocks for index in range(self.n_workers)]


def number_of_groups(batch_size: int) -> int:
    """Groups of a batch of ``batch_size`` rows, and of every smaller one of the same training."""
    return min(max(_FEWEST, batch_size // _ROWS), _MOST)


def _owned(n_groups: int, index: int, n_workers: int) -> range:
    least, more = divmod(n_groups, n_workers)
    first = index * least + min(index, more)
    return range(first, first + least + (index < more))


def _halves(whole: range) -> tuple[range, range]:
    middle = whole.start + (len(whole) + 1) // 2
    return range(whole.start, middle), range(middle, whole.stop)


def _blocks(wanted: range, whole: range) -> Iterator[range]:
    """The largest parts of the tree over ``whole`` that lie within ``wanted``, in order."""
    if wanted.start <= whole.start and whole.stop <= wanted.stop:
        yield whole
    elif wanted.start < whole.stop and whole.start < wanted.stop:
        for half in _halves(whole):
            yield from _blocks(wanted, half)


def _additions(whole: range, leaves: Collection[range]) -> Iterator[tuple[int, int]]:
    """Pairs of first groups whose sums are added, from ``leaves`` up to ``whole``."""
    if whole in leaves:
        return
    first, second = _halves(whole)
    yield from _additions(first, leaves)
    yield from _additions(second, leaves)
    yield first.start, second.start
