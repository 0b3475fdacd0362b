"""The items of a large data set in a tenth of the memory: kept as columns, made one by one when they are asked for.

`seqclass.data.scan` gives its items so. Whoever reads a field or two of all of them asks `values_of` for these, which makes no items.
A window, which goes through all items again and again, takes ``tuple(items)`` once, away from its own thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, overload

import msgspec
import numpy as np
from numpy.typing import NDArray

from seqclass.data.columns import Chosen, Column, Rows, Stored, column_from, column_of
from seqclass.specs import Split

OVERLAY_PREFIX = ".seqclass/overlay/files/"
"""How the path of a file begins that was added to a data set which cannot be changed itself: it lies in the project."""


class Item(msgspec.Struct, frozen=True, kw_only=True, gc=False):  # in no cycle, and there may be 100,000
    """One recording, text or numeric sequence with what is known about it.

    Attributes:
        id: Unique within the data set and stable: the relative path with forward slashes, plus ``#row`` (from 0) where one
            file holds several items (a ``.ts`` file, a text file read by lines) or a manifest row holds the text itself.
        targets: For each target the label (text) or the number.
        group: Speaker or other group; None where unknown.
        split: The part that the data set itself names; None where it names none.
        file: Path relative to the root, forward slashes (`Manifest.path_of` gives the place of any file, also of one that begins
            with `OVERLAY_PREFIX`); None where ``text`` came from a manifest row.
        row: Which item of the file; None where the file is one item.
        text: Content of a text item.
        duration_s: Of a recording, at its own rate.
        rate_hz: The recording's own sample rate.
        n_channels: The recording's channel count.
        n_frames: Length of a numeric sequence.
        n_features: Numbers a frame of a numeric sequence.
        content_hash: SHA-256 (hex) of the decoded content (samples as float32 and rate, text, numbers as float64), so that
            exact duplicates agree whatever their file's name or header.
    """

    id: str
    targets: dict[str, str | float]
    group: str | None = None
    split: Split | None = None
    file: str | None = None
    row: int | None = None
    text: str | None = None
    duration_s: float | None = None
    rate_hz: int | None = None
    n_channels: int | None = None
    n_frames: int | None = None
    n_features: int | None = None
    content_hash: str = ""


FIELDS = Item.__struct_fields__


class Items(Sequence[Item]):
    """Items that are made when they are asked for; equal to any sequence of the same items, and never changed."""

    def __init__(self, columns: dict[str, Column], rows: NDArray[np.int32] | None = None) -> None:
        """Take columns as they are.

        Args:
            columns: For each of `FIELDS`.
            rows: Which rows of them are meant, in this order; None: all.
        """
        self._columns = columns
        self._rows = rows

    @classmethod
    def of(cls, items: Iterable[Item]) -> Items:
        """The same items in columns."""
        if isinstance(items, cls):
            return items
        listed = list(items)
        is_file = all(item.file == item.id for item in listed)
        columns = {
            name: column_of([getattr(item, name) for item in listed]) for name in FIELDS if name != "file" or not is_file
        }
        return cls({"file": columns["id"], **columns})

    @classmethod
    def from_stored(cls, stored: dict[str, Stored]) -> Items:
        """What `stored` gave.

        Raises:
            ValueError: It is damaged, or of another version.
        """
        columns = {name: column_from(column) for name, column in stored.items()}
        columns.setdefault("file", columns["id"])
        if set(columns) != set(FIELDS) or len({len(column) for column in columns.values()}) != 1:
            raise ValueError("Items must have a column for each field, all of one length.")
        return cls(columns)

    def stored(self) -> dict[str, Stored]:
        """For a file."""
        if self._rows is not None:
            return Items.of(list(self)).stored()
        is_file = self._columns["file"] is self._columns["id"]
        return {name: column.stored() for name, column in self._columns.items() if name != "file" or not is_file}

    def values(self, name: str) -> Iterator[Any]:
        """One field of each item."""
        return self._columns[name].many(self._rows)

    def column(self, name: str) -> Sequence[Any]:
        """One field of each item, by place."""
        return self._columns[name] if self._rows is None else Chosen(self._columns[name], self._rows)

    def take(self, rows: Rows) -> Items:
        """The items at some places, in that order; they share the memory of these."""
        taken = rows if self._rows is None else self._rows[rows]
        return Items(self._columns, np.asarray(taken, np.int32))

    def is_of(self, other: Items) -> bool:
        """Whether both are chosen from the same columns."""
        return self._columns is other._columns

    @property
    def rows(self) -> NDArray[np.int32]:
        """Where the items stand in their columns."""
        return np.arange(len(self), dtype=np.int32) if self._rows is None else self._rows

    def __len__(self) -> int:
        return len(self._columns["id"]) if self._rows is None else len(self._rows)

    def __iter__(self) -> Iterator[Item]:
        return map(item_of, zip(*(self.values(name) for name in FIELDS), strict=True))

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Item, ...]: ...
    def __getitem__(self, index: int | slice) -> Item | tuple[Item, ...]:
        """An item, or a tuple of them."""
        if isinstance(index, slice):
            return tuple(self.take(np.arange(len(self), dtype=np.int32)[index]))
        place = range(len(self))[index]
        row = place if self._rows is None else self._rows.item(place)
        return item_of([self._columns[name][row] for name in FIELDS])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Items | tuple):
            return NotImplemented
        return len(self) == len(other) and all(mine == its for mine, its in zip(self, other, strict=True))

    def __hash__(self) -> int:
        """Refuse, as a list does."""
        raise TypeError("Items cannot be hashed.")

    def __repr__(self) -> str:
        return f"Items({list(self)!r})"


def item_of(fields: Sequence[Any]) -> Item:
    """An item from its fields in the order of `FIELDS`: much faster than by a dictionary of them."""
    (
        name,
        targets,
        group,
        split,
        file,
        row,
        text,
        duration_s,
        rate_hz,
        n_channels,
        n_frames,
        n_features,
        content_hash,
    ) = fields
    return Item(
        id=name,
        targets=targets,
        group=group,
        split=split,
        file=file,
        row=row,
        text=text,
        duration_s=duration_s,
        rate_hz=rate_hz,
        n_channels=n_channels,
        n_frames=n_frames,
        n_features=n_features,
        content_hash=content_hash,
    )


def values_of(items: Sequence[Item], name: str) -> Iterator[Any]:
    """One field of each item; of `Items` without making any."""
    return items.values(name) if isinstance(items, Items) else (getattr(item, name) for item in items)


def column(items: Sequence[Item], name: str) -> Sequence[Any]:
    """One field of each item, by place."""
    return items.column(name) if isinstance(items, Items) else [getattr(item, name) for item in items]


def taken(items: Sequence[Item], rows: Rows) -> Sequence[Item]:
    """The items at some places, in that order."""
    return items.take(rows) if isinstance(items, Items) else tuple(items[row] for row in rows.tolist())


def concatenated(pieces: Sequence[Sequence[Item]]) -> Sequence[Item]:
    """Items one after the other; pieces of the same `Items` share their memory."""
    first = pieces[0]
    if isinstance(first, Items) and all(isinstance(piece, Items) and piece.is_of(first) for piece in pieces):
        rows = np.concatenate([piece.rows for piece in pieces if isinstance(piece, Items)])
        return Items(first._columns, rows)
    return Items.of(chain.from_iterable(pieces))
