"""What must stay together when a data set is divided: exact duplicates, and where asked for, groups."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from seqclass.data.manifest import Item
from seqclass.specs import TargetSpec


@dataclass(frozen=True)
class Unit:
    """Items that go to the same part.

    Attributes:
        name: Stable whatever else is in the data set: the first group, else the content.
        items: Sorted by id.
    """

    name: str
    items: tuple[Item, ...]

    def __len__(self) -> int:
        return len(self.items)


def units_by_content(items: Iterable[Item]) -> list[Unit]:
    """Exact duplicates together, sorted by name."""
    same: dict[str, list[Item]] = {}
    for item in items:
        same.setdefault(content_name(item), []).append(item)
    return [Unit(name, tuple(sorted(members, key=_by_id))) for name, members in sorted(same.items())]


def units_by_group(items: Iterable[Item]) -> list[Unit]:
    """Groups together, and also groups that share an exact duplicate; what has no group stands with its duplicates alone."""
    items = list(items)
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for item in items:
        content = root(content_name(item))
        if item.group:
            parent[content] = root(group_name(item.group))
    members: dict[str, list[Item]] = {}
    for item in items:
        members.setdefault(root(content_name(item)), []).append(item)
    units = []
    for joined in members.values():
        names = [group_name(item.group) for item in joined if item.group] or [content_name(item) for item in joined]
        units.append(Unit(min(names), tuple(sorted(joined, key=_by_id))))
    return sorted(units, key=lambda unit: unit.name)


def content_name(item: Item) -> str:
    """The name of an item's content; of the item itself where its content was not hashed."""
    return f"content {item.content_hash}" if item.content_hash else f"item {item.id}"


def group_name(group: str) -> str:
    """The name of a group among other names."""
    return f"group {group}"


def in_hash_order(units: Iterable[Unit], *, salt: str) -> list[Unit]:
    """An order without meaning that is the same on every machine: by SHA-256 of salt and name."""
    return sorted(units, key=lambda unit: (hashlib.sha256(f"{salt}\n{unit.name}".encode()).digest(), unit.name))


def groups_of(items: Iterable[Item]) -> tuple[str, ...]:
    """Sorted distinct groups."""
    return tuple(sorted({item.group for item in items if item.group}))


def strata(units: Sequence[Unit], targets: Sequence[TargetSpec]) -> dict[str, list[Unit]]:
    """Units by the classes of their first item: all class targets jointly if each combination has three units, else the first.

    Numeric targets are not considered; with none but these there is one stratum.
    """
    names = [target.name for target in targets if target.kind == "class"]
    joint = _grouped(units, names)
    if len(names) > 1 and min((len(members) for members in joint.values()), default=0) < 3:
        joint = _grouped(units, names[:1])
    return joint


def labels_of(items: Iterable[Item], targets: Sequence[TargetSpec]) -> Counter[str]:
    """How often each class of each class target occurs."""
    names = [target.name for target in targets if target.kind == "class"]
    return Counter(f"{name}={item.targets[name]}" for item in items for name in names)


def _grouped(units: Sequence[Unit], names: Sequence[str]) -> dict[str, list[Unit]]:
    grouped: dict[str, list[Unit]] = {}
    for unit in units:
        key = " / ".join(str(unit.items[0].targets[name]) for name in names)
        grouped.setdefault(key, []).append(unit)
    return dict(sorted(grouped.items()))


def _by_id(item: Item) -> str:
    return item.id
