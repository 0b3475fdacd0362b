"""Which items train, which validate, which test (Contract 1, `Splits`).

The order of all choices is that of a salted hash of names, so the same data set is divided in the same way on every machine.
Assignments that were saved stay, whatever is added.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Literal

import msgspec
import numpy as np

from seqclass.data.items import Items
from seqclass.data.manifest import Item, ItemParts, Manifest, SplitAssignment
from seqclass.data.units import Unit, groups_of, in_hash_order, labels_of, strata, units_by_content, units_by_group
from seqclass.errors import DataError
from seqclass.specs import DataSpec, Split, TargetSpec

MIN_GROUPS = 4
By = Literal["group", "item"]
Parts = dict[str, Split]
_HASH_KEY = "sha256 "


def assign_splits(manifest: Manifest, data: DataSpec, *, saved: Mapping[str, Split] | None = None) -> SplitAssignment:
    """Divide a data set.

    A given split is kept. A part that is not given is carved from what is not given for another: whole groups where at least
    four are known, else items, so that each class of three items or more is in every part. Where test is given, validation
    relates to train as test does: it shares groups if test shares them.

    Args:
        manifest: The items.
        data: Shares, salt, and whether to divide by group or item.
        saved: Earlier assignments by item id (and by `content_key`, so that a renamed file stays); none of them moves.

    Raises:
        DataError: ``data.split_by`` is ``group``, but the groups cannot be divided.
    """
    columns = Items.of(manifest.items)
    known = _all_saved(manifest, columns, data, saved or {})
    if known is not None:
        return known
    # Each made once for all that follows, and gone at the end of it.
    manifest = msgspec.structs.replace(manifest, items=tuple(manifest.items))
    targets = manifest.targets
    given = {item.split for item in manifest.items if item.split}
    kept: Parts = {item.id: item.split for item in manifest.items if item.split in ("validation", "test")}
    follow = _unnamed_copies(manifest.items) if given else {}
    kept.update(follow)
    pool = [item for item in manifest.items if item.id not in kept] if kept else manifest.items
    shares = _shares(data, given)
    fixed = _saved_parts(pool, saved or {}, allowed={"train", *shares})
    by = _carve_by(manifest, data, pool, test_given="test" in given)
    carved, warnings = _carve(pool, fixed, shares, by, targets, data)
    decided = kept | carved
    parts = {item.id: decided[item.id] for item in manifest.items}
    is_sorted = all(one < other for one, other in pairwise(parts)) and len(parts) == len(columns)
    shared = _shared_groups(manifest.items, parts)
    stated: Literal["given", "group", "item"] = "given" if "test" in given else by
    if stated == "group" and shared:
        stated = "item"  # saved while there were fewer groups; what is saved does not move
    return SplitAssignment(
        parts=ItemParts(columns, list(parts.values())) if is_sorted else parts,
        by=stated,
        shared_groups=shared,
        warnings=(*_relation_warnings(manifest, data, stated, shared, shares), *warnings, *_gap_warnings(manifest, parts)),
    )


def _all_saved(manifest: Manifest, columns: Items, data: DataSpec, saved: Mapping[str, Split]) -> SplitAssignment | None:
    """The assignment where every part is saved and none given, as whenever nothing was added; None elsewhere.

    Only parts, groups and targets decide about the rest then, so one item of each combination stands for all like it.
    """
    if any(columns.values("split")):
        return None
    parts = [saved.get(name) for name in columns.values("id")]
    groups, targets = list(columns.values("group")), list(columns.values("targets"))
    first: dict[tuple[Any, ...], int] = {}
    for row, kind in enumerate(zip(parts, groups, map(id, targets), strict=True)):
        first.setdefault(kind, row)
    is_sorted = all(one < other for one, other in pairwise(columns.values("id")))
    if not is_sorted or 2 * len(first) > len(parts) or not {kind[0] for kind in first} <= {"train", *_shares(data, set())}:
        return None
    few = columns.take(np.fromiter(first.values(), np.int64))
    like = assign_splits(msgspec.structs.replace(manifest, items=few), data, saved=saved)
    return msgspec.structs.replace(like, parts=ItemParts(columns, [part for part in parts if part is not None]))


def _shares(data: DataSpec, given: set[Split]) -> dict[Split, float]:
    """What is to be carved for parts that are not given."""
    shares: dict[Split, float] = {}
    if "test" not in given and data.test_share > 0:
        shares["test"] = data.test_share
    if "validation" not in given and data.validation_share > 0:
        shares["validation"] = data.validation_share
    return shares


def content_key(content_hash: str) -> str:
    """A second name under which an assignment is saved: a file that was renamed keeps its part."""
    return f"{_HASH_KEY}{content_hash[:32]}"


def _unnamed_copies(items: Sequence[Item]) -> Parts:
    """Where some items have a given part: those without one that are exact copies of held-out ones follow them."""
    held_out = {item.content_hash: item.split for item in items if item.split in ("validation", "test") and item.content_hash}
    return {item.id: part for item in items if item.split is None and (part := held_out.get(item.content_hash)) is not None}


def _saved_parts(pool: Sequence[Item], saved: Mapping[str, Split], *, allowed: set[Split]) -> Parts:
    parts: Parts = {}
    for item in pool:
        part = saved.get(item.id) or (saved.get(content_key(item.content_hash)) if item.content_hash else None)
        if part in allowed:
            parts[item.id] = part
    return parts


def _carve_by(manifest: Manifest, data: DataSpec, pool: Sequence[Item], *, test_given: bool) -> By:
    if data.split_by != "auto":
        return data.split_by
    if len(groups_of(pool)) < MIN_GROUPS or _group_is_target(manifest, data):
        return "item"
    if test_given:
        tested = set(groups_of(item for item in manifest.items if item.split == "test"))
        return "item" if tested & set(groups_of(pool)) else "group"
    return "group"


def _group_is_target(manifest: Manifest, data: DataSpec) -> bool:
    return any(target.name == data.group for target in manifest.targets)


def _carve(
    pool: Sequence[Item], fixed: Parts, shares: Mapping[Split, float], by: By, targets: Sequence[TargetSpec], data: DataSpec
) -> tuple[Parts, list[str]]:
    """Parts for the whole pool; what is left is for training."""
    parts = dict(fixed)
    warnings: list[str] = []
    for part, share in shares.items():
        chosen = _carve_groups(pool, parts, part, share, targets, data.salt) if by == "group" else None
        if chosen is None and by == "group" and data.split_by == "group":
            raise DataError(
                f"Dividing by group needs groups that can be parted without losing a class. Received: data.group={data.group} "
                f"with {len(groups_of(pool))} groups for {part}. Use data.split_by=item or name another group."
            )
        if chosen is None:
            if by == "group":
                warnings.append(
                    f"The {part} part is divided by item, because no {data.group} can be set apart without losing a class."
                )
            chosen = _carve_items(pool, parts, part, share, targets, data.salt)
        parts.update(chosen)
    for item in pool:
        parts.setdefault(item.id, "train")
    return parts, warnings


def _carve_groups(
    pool: Sequence[Item], parts: Parts, part: Split, share: float, targets: Sequence[TargetSpec], salt: str
) -> Parts | None:
    """Whole groups for one part, in hash order, until it has its share and every class; None where none can be taken.

    A group is passed over if train would lose a class, or if the part would get more than twice its share (unless the group
    is the smallest there is). Items of a group or content that has a part follow it.
    """
    if _are_all_known(pool, parts):
        return {} if part in parts.values() else None
    units = units_by_group(pool)
    chosen = _followers(units, parts)
    known: Parts = {**parts, **chosen}
    free = in_hash_order([unit for unit in units if not any(item.id in known for item in unit.items)], salt=salt)
    elsewhere = sum(1 for assigned in known.values() if assigned not in (part, "train"))
    want = share * (len(pool) - elsewhere)
    have = [item for item in pool if known.get(item.id) == part]
    have_labels = set(labels_of(have, targets))
    size, all_labels = len(have), set(labels_of(pool, targets))
    left = labels_of((item for item in pool if known.get(item.id, "train") == "train"), targets)
    limit = max(2 * want, min((len(unit) for unit in free), default=0))
    for unit in free:
        counts = labels_of(unit.items, targets)
        if size >= want and have_labels >= all_labels:
            break
        is_needed = size < want or not set(counts) <= have_labels
        if not is_needed or size + len(unit) > limit or len(free) < 2 or any(left[name] == n for name, n in counts.items()):
            continue
        chosen.update({item.id: part for item in unit.items})
        size += len(unit)
        have_labels |= set(counts)
        left -= counts
        if len(pool) - elsewhere - size <= 0:
            return None
    return chosen if size else None


def _followers(units: Sequence[Unit], parts: Parts) -> Parts:
    """Items without a part in units that have one: the part of their group, else of their content, else of their unit."""
    chosen: Parts = {}
    for unit in units:
        assigned = [item for item in unit.items if item.id in parts]
        if not assigned or len(assigned) == len(unit.items):
            continue
        for item in unit.items:
            if item.id not in parts:
                like = [one for one in assigned if one.group == item.group and one.group] or [
                    one for one in assigned if one.content_hash == item.content_hash
                ]
                chosen[item.id] = parts[(like or assigned)[0].id]
    return chosen


def _carve_items(
    pool: Sequence[Item], parts: Parts, part: Split, share: float, targets: Sequence[TargetSpec], salt: str
) -> Parts:
    """Stratified items for one part, exact duplicates together, at least one unit of each class that can spare one."""
    if _are_all_known(pool, parts):
        return {}
    units = units_by_content(pool)
    chosen = _followers(units, parts)
    known: Parts = {**parts, **chosen}
    for members in strata(units, targets).values():
        of = [next((known[item.id] for item in unit.items if item.id in known), None) for unit in members]
        n_free_or_train = sum(1 for one in of if one in (None, "train", part))
        # A class of two units goes to train and to the first part that is carved; a class of one trains.
        want = min(max(1, int(share * n_free_or_train + 0.5)), n_free_or_train - 1)
        want -= sum(1 for one in of if one == part)
        free = in_hash_order([unit for unit, one in zip(members, of, strict=True) if one is None], salt=salt)
        for unit in free[: max(0, want)]:
            chosen.update({item.id: part for item in unit.items})
    return chosen


def _are_all_known(pool: Sequence[Item], parts: Parts) -> bool:
    """Whether nothing is left to choose, as always where nothing was added since assignments were saved."""
    return all(item.id in parts for item in pool)


def _shared_groups(items: Sequence[Item], parts: Parts) -> tuple[str, ...]:
    train = set(groups_of(item for item in items if parts[item.id] == "train"))
    return tuple(sorted(train & set(groups_of(item for item in items if parts[item.id] == "test"))))


def _relation_warnings(
    manifest: Manifest, data: DataSpec, by: str, shared: tuple[str, ...], shares: Mapping[Split, float]
) -> Iterator[str]:
    n_groups = len(groups_of(manifest.items))
    n_train_groups = len(groups_of(item for item in manifest.items if item.split != "test"))
    if by == "given" and not shared and "validation" in shares and 0 < n_train_groups < MIN_GROUPS:
        yield (
            f"The validation part is divided by item, because fewer than {MIN_GROUPS} groups are left for train "
            f"({data.group}: {n_train_groups}); test has others."
        )
    if by == "item" and "test" in shares:
        if _group_is_target(manifest, data) and data.split_by == "auto":
            reason = f"the group {data.group} is a target itself"
        elif data.split_by == "item":
            reason = "data.split_by=item"
        elif n_groups == 0:
            reason = f"no {data.group} is known"
        elif n_groups < MIN_GROUPS:
            reason = f"there are fewer than {MIN_GROUPS} groups ({data.group}: {n_groups})"
        else:
            reason = "earlier assignments are kept"
        consequence = " The test figure says nothing about new ones." if n_groups else ""
        yield f"The split is by item, because {reason}.{consequence}"


def _gap_warnings(manifest: Manifest, parts: Parts) -> Iterator[str]:
    for target in manifest.targets:
        if target.kind != "class":
            continue
        labels: dict[str, set[str]] = {}
        for part, label in {(parts[item.id], str(item.targets[target.name])) for item in manifest.items}:
            labels.setdefault(part, set()).add(label)
        for part in ("validation", "test"):
            unseen = sorted(labels.get(part, set()) - labels.get("train", set()))
            if unseen and "train" in labels:
                yield f"{target.name} {', '.join(unseen[:5])}: in {part}, but not in train, so it cannot be learned."
        absent = sorted(labels.get("train", set()) - labels.get("test", set()))
        if absent and "test" in labels:
            yield f"{target.name} {', '.join(absent[:5])}: in train, but not in test, so it is not measured."
