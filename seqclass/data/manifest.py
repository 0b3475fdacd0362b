"""What a scan finds: items, problems, notes. Plain data, made once by `seqclass.data.scan` and passed around."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np

from seqclass.data.columns import Stored
from seqclass.data.items import OVERLAY_PREFIX, Item, Items, taken, values_of
from seqclass.errors import DataError
from seqclass.files import read_bytes, write_bytes
from seqclass.specs import SPLITS, DataSpec, Kind, Split, TargetSpec

__all__ = [
    "OVERLAY_PREFIX",
    "Item",
    "ItemParts",
    "Layout",
    "Manifest",
    "Problem",
    "SplitAssignment",
    "place_of",
    "plain",
    "read_manifest",
    "write_manifest",
]

Layout = Literal["manifest", "split folders", "list files", "class folders", "pattern", "ts"]


class Problem(msgspec.Struct, frozen=True):
    """A file (or ``file#row``) that is not used, and why, in one line."""

    file: str
    reason: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """A scanned data set folder (Contract 1).

    Attributes:
        root: Absolute path of the folder.
        items: Sorted by id; `seqclass.data.items.Items` from a scan, a tuple where all are gone through again and again.
        noise_files: Relative paths of usable recordings in ``_background_noise_``.
        ignored: Count of LICENSE, README and dot files but for the project's folder, and of empty lines where each line is an item.
        unusable_labels: Labels of the first target of which no file can be used, with the count of their files.
        warnings: Sentences that a person should read: shared speakers, near duplicates, splits by item, mixed rates.
        overlay: Absolute path of the folder for files with `OVERLAY_PREFIX`; empty where there are no changes outside the root.
    """

    root: str
    kind: Kind
    layout: Layout
    data: DataSpec
    targets: tuple[TargetSpec, ...]
    items: Sequence[Item]
    problems: tuple[Problem, ...] = ()
    noise_files: tuple[str, ...] = ()
    ignored: int = 0
    unusable_labels: dict[str, int] = {}
    warnings: tuple[str, ...] = ()
    overlay: str = ""

    @property
    def path(self) -> Path:
        """The root as a path."""
        return Path(self.root)

    def path_of(self, file: str) -> Path:
        """Where the file of an item lies."""
        return place_of(file, root=self.path, overlay=Path(self.overlay) if self.overlay else None)

    def labels(self, target: str | None = None) -> tuple[str, ...]:
        """Sorted distinct labels of a class target (the first one unless named)."""
        name = target or self.targets[0].name
        shared = {id(targets): targets for targets in values_of(self.items, "targets")}
        return tuple(sorted({str(targets[name]) for targets in shared.values() if name in targets}))


class ItemParts(Mapping[str, Split]):
    """The part of each item of a data set by its id, one byte an item."""

    def __init__(self, items: Items, parts: Sequence[Split]) -> None:
        """Take the part of each item; the items are sorted by id."""
        self._items = items
        self._ids = items.column("id")
        self.codes = np.fromiter(map(SPLITS.index, parts), np.uint8, len(items))

    def __getitem__(self, name: str) -> Split:
        """The part of the item of this id."""
        row = bisect_left(self._ids, name)
        if row == len(self._ids) or self._ids[row] != name:
            raise KeyError(name)
        return SPLITS[self.codes.item(row)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self.codes)

    def of(self, items: Sequence[Item]) -> list[Split | None]:
        """The part of each of some items."""
        parts = map(SPLITS.__getitem__, self.codes.tolist())
        if items is self._items:
            return list(parts)
        known = dict(zip(self._ids, parts, strict=True))
        return [known.get(name) for name in values_of(items, "id")]


class SplitAssignment(msgspec.Struct, frozen=True, kw_only=True):
    """Which part each item belongs to.

    Attributes:
        parts: Item id -> part.
        by: How test relates to train: the data set's own split, by group, or by item.
        shared_groups: Groups that stand both in train and in test.
        warnings: Sentences for reports and the model's card.
    """

    parts: Mapping[str, Split]
    by: Literal["given", "group", "item"]
    shared_groups: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def parts_of(self, items: Sequence[Item]) -> list[Split | None]:
        """The part of each item; None of one that has none. Faster than to look up one after the other."""
        parts = self.parts
        return parts.of(items) if isinstance(parts, ItemParts) else [parts.get(name) for name in values_of(items, "id")]

    def items(self, manifest: Manifest, part: Split) -> Sequence[Item]:
        """The manifest's items of one part, in manifest order."""
        return taken(manifest.items, np.asarray([each == part for each in self.parts_of(manifest.items)], bool).nonzero()[0])


class _File(msgspec.Struct, frozen=True):
    """A manifest in a file: all but the items as it is, and these as columns."""

    head: Manifest
    items: dict[str, Stored]


def place_of(file: str, *, root: Path, overlay: Path | None) -> Path:
    """Where a file lies: in the data set, or, if its path begins with `OVERLAY_PREFIX`, in the overlay."""
    if overlay is not None and file.startswith(OVERLAY_PREFIX):
        return overlay / file.removeprefix(OVERLAY_PREFIX)
    return root / file


def write_manifest(path: Path | str, manifest: Manifest) -> None:
    """Keep a manifest as JSON, whole or not at all.

    Raises:
        StorageError: The file cannot be written.
    """
    head = msgspec.structs.replace(manifest, items=())
    write_bytes(path, msgspec.json.encode(_File(head, Items.of(manifest.items).stored())))


def read_manifest(path: Path | str) -> Manifest:
    """Read what `write_manifest` wrote; all items are made at once, as for a window.

    That holds up no other thread: what takes long is not done by one call into compiled code.

    Raises:
        StorageError: The file cannot be read.
        DataError: It is damaged, or was written by another version.
    """
    try:
        file = msgspec.json.decode(read_bytes(path), type=_File)
        return msgspec.structs.replace(file.head, items=tuple(Items.from_stored(file.items)))
    except (msgspec.DecodeError, ValueError, KeyError) as error:
        raise DataError(f"{path} is no manifest: {error}. Scan the data set anew.") from error


def plain(value: Any) -> Any:
    """Problems or an item as plain dictionaries, for JSON."""
    return msgspec.to_builtins(value)
