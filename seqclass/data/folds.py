"""Cross-validation: leave one group out, or K folds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

import msgspec

from seqclass.data.manifest import Item, Manifest, SplitAssignment
from seqclass.data.splits import assign_splits
from seqclass.data.units import Unit, content_name, groups_of, in_hash_order, strata, units_by_content, units_by_group
from seqclass.errors import DataError
from seqclass.specs import DataSpec, Split


class Fold(NamedTuple):
    """One round: ids to train on and ids to test."""

    name: str
    train: tuple[str, ...]
    test: tuple[str, ...]


@dataclass(frozen=True)
class Folds:
    """All rounds; iterating gives ``(name, train ids, test ids)``.

    Attributes:
        by: How test relates to train.
        warnings: Sentences for the report.
    """

    folds: tuple[Fold, ...]
    by: Literal["group", "item"]
    warnings: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Fold]:
        return iter(self.folds)

    def __len__(self) -> int:
        return len(self.folds)


def leave_one_group_out(manifest: Manifest, column: str | None = None) -> Folds:
    """One fold a group, named after it and sorted: it is tested, all others train.

    Items without a group are in no fold: nobody knows whether they are the voice that is left out. Exact copies of test items
    do not train.

    Args:
        manifest: The items, scanned with ``data.group=column``.
        column: The group's column, or a class target; the manifest's own group where left out.

    Raises:
        DataError: The column is unknown, or there are fewer than two groups.
    """
    column = column or manifest.data.group
    targets = {target.name for target in manifest.targets if target.kind == "class"}
    if column != manifest.data.group and column not in targets:
        raise DataError(
            f"Folds can be made by the group or by a class target of the scan. Received: by={column}. "
            f"Set data.group={column}, or use {', '.join(sorted({manifest.data.group, *targets}))}."
        )

    def group_of(item: Item) -> str | None:
        return item.group if column == manifest.data.group else str(item.targets[column])

    items = [item for item in manifest.items if group_of(item)]
    names = sorted({str(group_of(item)) for item in items})
    if len(names) < 2:
        raise DataError(
            f"Leaving one group out needs at least 2 groups. Received: {column} with {len(names)} in {manifest.root}. "
            "Name another group, or give a number of folds."
        )
    folds = []
    for name in names:
        test = [item for item in items if group_of(item) == name]
        folds.append(_fold(name, test, [item for item in items if group_of(item) != name]))
    left_out = len(manifest.items) - len(items)
    warnings = (f"Items without {column} are in no fold. Received: {left_out} of them.",) if left_out else ()
    return Folds(tuple(folds), by="group", warnings=warnings)


def k_folds(manifest: Manifest, k: int, *, salt: str | None = None) -> Folds:
    """K folds of nearly equal size: of whole groups where there are at least ``k``, else of items, stratified by class.

    Exact duplicates stay together. Folds are named ``1`` to ``k``.

    Args:
        manifest: The items.
        k: How many folds.
        salt: Another salt, other folds; that of ``manifest.data`` where left out.

    Raises:
        DataError: ``k`` is below 2, or there are fewer different items than folds.
    """
    salt = manifest.data.salt if salt is None else salt
    if k < 2:
        raise DataError(f"The number of folds must be at least 2. Received: folds={k}. Give 5 or 10.")
    data = manifest.data
    # Made once: all folds then share the texts of their ids.
    manifest = msgspec.structs.replace(manifest, items=tuple(manifest.items))
    n_groups = len(groups_of(manifest.items))
    units = units_by_group(manifest.items)
    is_target = any(target.name == data.group for target in manifest.targets)
    by_group = data.split_by != "item" and n_groups >= k and len(units) >= k and not is_target
    warnings: list[str] = []
    if by_group:
        places = _deal_groups(units, k, salt)
    else:
        units = units_by_content(manifest.items)
        if len(units) < k:
            raise DataError(
                f"There must be at least as many different items as folds. Received: folds={k}, items={len(units)}."
            )
        places, warnings = _deal_items(units, manifest, k, salt)
        if n_groups:
            warnings.append(
                f"The folds are by item ({data.group}s known: {n_groups}): they say nothing about new {data.group}s."
            )
    folds = []
    for index in range(k):
        test = [item for item in manifest.items if places[item.id] == index]
        folds.append(_fold(str(index + 1), test, [item for item in manifest.items if places[item.id] != index]))
    return Folds(tuple(folds), by="group" if by_group else "item", warnings=tuple(warnings))


def fold_assignment(manifest: Manifest, data: DataSpec, fold: Fold) -> SplitAssignment:
    """A fold as a split, validation carved from its training items as in `assign_splits`. Items in neither have no part."""
    given: dict[str, Split] = dict.fromkeys(fold.train, "train")
    given.update(dict.fromkeys(fold.test, "test"))
    items = tuple(msgspec.structs.replace(item, split=given[item.id]) for item in manifest.items if item.id in given)
    return assign_splits(msgspec.structs.replace(manifest, items=items), data)


def _fold(name: str, test: list[Item], train: list[Item]) -> Fold:
    tested = {content_name(item) for item in test}
    return Fold(name, tuple(item.id for item in train if content_name(item) not in tested), tuple(item.id for item in test))


def _deal_groups(units: list[Unit], k: int, salt: str) -> dict[str, int]:
    """The largest first, each to the fold that has least so far."""
    sizes = [0] * k
    places: dict[str, int] = {}
    for unit in sorted(in_hash_order(units, salt=salt), key=len, reverse=True):
        index = sizes.index(min(sizes))
        sizes[index] += len(unit)
        places.update({item.id: index for item in unit.items})
    return places


def _deal_items(units: list[Unit], manifest: Manifest, k: int, salt: str) -> tuple[dict[str, int], list[str]]:
    """Each class in turn like cards, going on where the last class ended, so that folds are equal in size too."""
    places: dict[str, int] = {}
    next_fold = 0
    thin: Counter[str] = Counter()
    for label, members in strata(units, manifest.targets).items():
        if len(members) < k:
            thin[label] = len(members)
        for unit in in_hash_order(members, salt=salt):
            places.update({item.id: next_fold for item in unit.items})
            next_fold = (next_fold + 1) % k
    first = sorted(thin)[:3]
    return places, [f"Not every fold tests {', '.join(first)}: fewer items than folds."] if thin else []
