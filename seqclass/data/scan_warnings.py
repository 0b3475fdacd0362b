"""Sentences about a data set that a person should read before trusting a figure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from seqclass.data.duplicates import MAX_PAIRS, Print, near_duplicates
from seqclass.data.manifest import Item, Manifest

_SHOWN = 3
# Stands in each sentence that does not matter where the given split is not used.
GIVEN_SPLIT = "of the given split"


def scan_warnings(manifest: Manifest, *, odd: Mapping[str, str], prints: Mapping[str, Print]) -> Iterator[str]:
    """Yield what is doubtful: damage, mixed rates, shared speakers, duplicates, thin classes.

    Args:
        manifest: All but its warnings.
        odd: Item id -> what is odd about it although it is used.
        prints: Item id -> print, of recordings.
    """
    if odd:
        first = next(iter(sorted(odd)))
        yield f"{_count(len(odd), 'recording')} used although odd; {first}: {odd[first]}."
    for label, count in manifest.unusable_labels.items():
        yield f"No file of label {label!r} can be used (of {count}); see the problems."
    yield from _thin_classes(manifest)
    yield from _mixed_rates(manifest.items)
    yield from _shared_groups(manifest)
    yield from _exact_duplicates(manifest)
    yield from _near_duplicates(manifest, prints)


def _thin_classes(manifest: Manifest) -> Iterator[str]:
    for target in manifest.targets:
        if target.kind == "class":
            counts = Counter(str(item.targets[target.name]) for item in manifest.items)
            single = sorted(label for label, count in counts.items() if count == 1)
            if single:
                yield f"{_some(single)}: one item only ({target.name}), too few to train on and to test."


def _mixed_rates(items: Iterable[Item]) -> Iterator[str]:
    rates = Counter(item.rate_hz for item in items if item.rate_hz)
    if len(rates) > 1:
        listed = ", ".join(f"{rate} Hz ({count})" for rate, count in sorted(rates.items())[:6])
        more = f" and {len(rates) - 6} more" if len(rates) > 6 else ""
        yield f"Recordings have {len(rates)} sample rates: {listed}{more}."


def _shared_groups(manifest: Manifest) -> Iterator[str]:
    sides: dict[str, set[str]] = defaultdict(set)
    for item in manifest.items:
        if item.split and item.group:
            sides[item.split].add(item.group)
    shared = sorted(sides["train"] & sides["test"])
    if shared:
        yield (
            f"{_count(len(shared), manifest.data.group)} in both train and test {GIVEN_SPLIT} ({_some(shared)}): "
            "its test figure says nothing about new voices."
        )


def _exact_duplicates(manifest: Manifest) -> Iterator[str]:
    same: dict[str, list[Item]] = defaultdict(list)
    for item in manifest.items:
        if item.content_hash:
            same[item.content_hash].append(item)
    groups = [items for items in same.values() if len(items) > 1]
    if not groups:
        return
    yield f"{_count(sum(map(len, groups)) - len(groups), 'item')} an exact copy of another, as {_ids(groups[0])}."
    across = [items for items in groups if {"train", "test"} <= {item.split for item in items}]
    if across:
        yield f"{_count(len(across), 'content')} in both train and test {GIVEN_SPLIT}, as {_ids(across[0])}."
    torn = [items for items in groups if len({tuple(sorted(item.targets.items())) for item in items}) > 1]
    if torn:
        yield f"{_count(len(torn), 'content')} found under different labels, as {_ids(torn[0])}."


def _near_duplicates(manifest: Manifest, prints: Mapping[str, Print]) -> Iterator[str]:
    if manifest.kind == "numeric":
        return
    pairs = near_duplicates(manifest.items, prints)
    at_least = "At least " if len(pairs) >= MAX_PAIRS and manifest.kind == "speech" else ""
    splits = {item.id: item.split for item in manifest.items}
    if any(splits.values()):
        pairs = [pair for pair in pairs if {splits[pair[0]], splits[pair[1]]} >= {"train", "test"}]
    if pairs:
        where = f"between train and test {GIVEN_SPLIT}" if any(splits.values()) else "anywhere"
        yield f"{at_least}{_count(len(pairs), 'pair')} of nearly equal items {where}, as {pairs[0][0]} and {pairs[0][1]}."


def _count(n: int, noun: str) -> str:
    return f"1 {noun} is" if n == 1 else f"{n} {noun}s are"


def _some(names: list[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")


def _ids(items: list[Item]) -> str:
    return " and ".join(item.id for item in items[:2])
