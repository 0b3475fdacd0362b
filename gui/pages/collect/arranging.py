"""What Collect makes of all items of a data set: figures of each class, and those that the table shows, in their order.

Plain functions, which a window calls itself for a few thousand items and has called by a thread for more. Nothing in here is long
in one call of compiled code, as a sort of all items would be: such a call holds up the window from any thread.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from seqclass.data.manifest import Item, Manifest

N_AT_ONCE = 5_000
"""Up to so many items the window does it itself, within a few milliseconds."""
_N_SORTED = 2_000


class Figures(NamedTuple):
    """What is in a data set.

    Attributes:
        labels: Of the first target, sorted.
        counts: Label -> items.
        durations_s: Label -> seconds of sound.
        n_speakers: Label -> distinct speakers.
        n_all_speakers: Of all labels.
    """

    labels: tuple[str, ...]
    counts: dict[str, int]
    durations_s: dict[str, float]
    n_speakers: dict[str, int]
    n_all_speakers: int

    @property
    def duration_s(self) -> float:
        """Of all sound."""
        return sum(self.durations_s.values())


NO_FIGURES = Figures((), {}, {}, {}, 0)


class Wish(NamedTuple):
    """Which items are to be seen, and in which order.

    Attributes:
        label: Of this class; None for all.
        words: That have each of these words, in lower case, somewhere.
        target: Name of the target that is the class.
        key: What to sort by; items come sorted by id, and those of one key stay so.
        is_descending: The greatest first.
    """

    label: str | None
    words: tuple[str, ...]
    target: str
    key: Callable[[Item], Any]
    is_descending: bool


class Arranged(NamedTuple):
    """What a `Wish` gives: the items, and how many there are without regard to its words."""

    items: list[Item]
    n_all: int


def figures_of(manifest: Manifest) -> Figures:
    """Count what a manifest holds."""
    target = manifest.targets[0]
    counts: Counter[str] = Counter()
    durations_s: dict[str, float] = {}
    speakers: dict[str, set[str]] = {}
    for item in manifest.items:
        label = str(item.targets.get(target.name, ""))
        counts[label] += 1
        durations_s[label] = durations_s.get(label, 0.0) + (item.duration_s or 0.0)
        if item.group:
            speakers.setdefault(label, set()).add(item.group)
    labels = tuple(sorted(counts)) if target.kind == "class" else ()
    n_speakers = {label: len(some) for label, some in speakers.items()}
    return Figures(labels, dict(counts), durations_s, n_speakers, len(set().union(*speakers.values())))


def arranged(items: Sequence[Item], wish: Wish) -> Arranged:
    """Choose and sort items."""
    chosen = list(items)
    if wish.label is not None:
        chosen = [item for item in chosen if str(item.targets.get(wish.target, "")) == wish.label]
    n_all = len(chosen)
    if wish.words:
        chosen = [item for item in chosen if _fits(item, wish.target, wish.words)]
    return Arranged(_sorted(chosen, wish.key, is_descending=wish.is_descending), n_all)


def _sorted(items: list[Item], key: Callable[[Item], Any], *, is_descending: bool) -> list[Item]:
    """As by `sorted`, a piece at a time."""
    keys = [key(item) for item in items]
    pieces = [
        sorted(range(start, min(start + _N_SORTED, len(keys))), key=keys.__getitem__, reverse=is_descending)
        for start in range(0, len(keys), _N_SORTED)
    ]  # numbers, as tuples of key and item would set off the garbage collector, which holds up everybody
    return [items[place] for place in heapq.merge(*pieces, key=keys.__getitem__, reverse=is_descending)]


def _fits(item: Item, target: str, words: Sequence[str]) -> bool:
    whole = f"{item.id} {item.text or ''} {item.group or ''} {item.targets.get(target, '')}".casefold()
    return all(word in whole for word in words)
