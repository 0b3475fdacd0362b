"""Items and readings column by column, for `seqclass.data.scanning.cache`: a third of the bytes, and decoded in a third of the time.

What many items share, as a label or a speaker, is one object in memory afterwards, not one an item.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any

import msgspec
import numpy as np

from seqclass.data.candidates import Candidate
from seqclass.data.duplicates import N_SEGMENTS
from seqclass.data.manifest import Item
from seqclass.data.reading import Reading
from seqclass.data.walk import Marks

_FACTS = ("row", "text", "duration_s", "rate_hz", "n_channels", "n_frames", "n_features")
_HASH_CHARACTERS = 64
_PRINT_LENGTH = 2 * N_SEGMENTS


class Facts(msgspec.Struct, frozen=True):
    """What reading files told of items.

    Attributes:
        n: Count of items.
        same: Fields of `Item` that have one value for all.
        each: Fields that differ, a value an item.
        hashes: Content hashes as bytes, one after the other; empty where they stand among the fields.
    """

    n: int
    same: dict[str, Any]
    each: dict[str, list[Any]]
    hashes: bytes = b""


class Table(msgspec.Struct, frozen=True):
    """A column of few values: each of them once, and the number of its own for every item."""

    values: list[Any]
    index: list[int]

    def __iter__(self) -> Iterator[Any]:
        """The value of each item."""
        return map(self.values.__getitem__, self.index)


class ItemColumns(msgspec.Struct, frozen=True):
    """Items. ``files`` is None where the id of each item is its file."""

    ids: list[str]
    targets: Table
    groups: Table
    splits: Table
    files: list[str | None] | None
    facts: Facts


class ReadingColumns(msgspec.Struct, frozen=True):
    """What files gave, row by row.

    Attributes:
        files: As in `Candidate`.
        marks: int64 (n_files, 3) as bytes.
        counts: Items of each file; None where each has one.
        facts: Of the items, file after file.
        problems: Row -> why the file cannot be used.
        warnings: Row -> what is odd about it.
        n_empty_lines: Row -> lines without text.
        print_rows: Rows that have a print.
        prints: These, float16 (n_prints, 64) as bytes.
    """

    files: list[str]
    marks: bytes
    counts: list[int] | None
    facts: Facts
    problems: dict[int, str]
    warnings: dict[int, str]
    n_empty_lines: dict[int, int]
    print_rows: list[int]
    prints: bytes


def pack_items(items: Sequence[Item]) -> ItemColumns:
    """Items as columns."""
    is_file = all(item.file == item.id for item in items)
    return ItemColumns(
        ids=[item.id for item in items],
        targets=_table([item.targets for item in items], key=lambda targets: tuple(targets.items())),
        groups=_table([item.group for item in items]),
        splits=_table([item.split for item in items]),
        files=None if is_file else [item.file for item in items],
        facts=_pack_facts(items),
    )


def unpack_items(columns: ItemColumns) -> list[Item]:
    """The items that `pack_items` was given."""
    files = columns.ids if columns.files is None else columns.files
    rows = zip(columns.ids, columns.targets, columns.groups, columns.splits, files, _facts(columns.facts), strict=True)
    return [
        Item(
            id=name,
            targets=targets,
            group=group,
            split=split,
            file=file,
            row=facts[0],
            text=facts[1],
            duration_s=facts[2],
            rate_hz=facts[3],
            n_channels=facts[4],
            n_frames=facts[5],
            n_features=facts[6],
            content_hash=facts[7],
        )
        for name, targets, group, split, file, facts in rows
    ]


def pack_readings(readings: Sequence[Reading], marks: Marks) -> ReadingColumns:
    """Readings of files as columns; each candidate names a file. ``marks``: (n_readings, 3)."""
    counts = [len(reading.items) for reading in readings]
    print_rows = [row for row, reading in enumerate(readings) if reading.print is not None]
    return ReadingColumns(
        files=[reading.candidate.file or "" for reading in readings],
        marks=np.ascontiguousarray(marks, "<i8").tobytes(),
        counts=None if all(count == 1 for count in counts) else counts,
        facts=_pack_facts([item for reading in readings for item in reading.items]),
        problems={row: reading.problem for row, reading in enumerate(readings) if reading.problem},
        warnings={row: reading.warning for row, reading in enumerate(readings) if reading.warning},
        n_empty_lines={row: reading.n_empty_lines for row, reading in enumerate(readings) if reading.n_empty_lines},
        print_rows=print_rows,
        prints=b"".join(np.ascontiguousarray(readings[row].print, "<f2").tobytes() for row in print_rows),
    )


class KeptReadings:
    """Readings of an earlier scan, by file."""

    def __init__(self, columns: ReadingColumns) -> None:
        self._columns = columns
        self._n_given = 0
        self._rows = {file: row for row, file in enumerate(columns.files)}
        self._marks = np.frombuffer(columns.marks, "<i8").reshape(-1, 3)
        self._facts = list(_facts(columns.facts))
        counts = columns.counts or [1] * len(columns.files)
        self._ends = np.cumsum(counts, dtype=np.int64).tolist()
        self._counts = counts
        prints = np.frombuffer(columns.prints, "<f2").reshape(-1, _PRINT_LENGTH)
        self._prints = dict(zip(columns.print_rows, prints, strict=True))
        if not len(self._marks) == len(counts) == len(columns.files) or (self._ends or [0])[-1] != len(self._facts):
            raise ValueError("columns must be of one length")

    def has_all(self, readings: Sequence[Reading]) -> bool:
        """Whether these readings are just the ones of the earlier scan."""
        return self._n_given == len(self._rows) == sum(reading.candidate.file is not None for reading in readings)

    def find(self, candidates: Sequence[Candidate], marks: Marks) -> list[Reading | None]:
        """What each candidate's file gave when it had this mark; None where it must be opened. ``marks`` (n_candidates, 3)."""
        rows = np.asarray([self._rows.get(candidate.file, -1) if candidate.file else -1 for candidate in candidates], np.int64)
        if not len(self._rows) or not len(rows):
            return [None] * len(rows)
        is_same = (rows >= 0) & (self._marks[rows] == marks).all(axis=1)
        self._n_given = int(is_same.sum())
        found = zip(candidates, rows.tolist(), is_same.tolist(), strict=True)
        return [self._reading(candidate, row) if same else None for candidate, row, same in found]

    def _reading(self, candidate: Candidate, row: int) -> Reading:
        columns, end = self._columns, self._ends[row]
        return Reading(
            candidate,
            tuple(_item(candidate, facts) for facts in self._facts[end - self._counts[row] : end]),
            problem=columns.problems.get(row, ""),
            warning=columns.warnings.get(row, ""),
            n_empty_lines=columns.n_empty_lines.get(row, 0),
            print=self._prints.get(row),
        )


def _item(candidate: Candidate, facts: tuple[Any, ...]) -> Item:
    row = facts[0]
    return Item(
        id=candidate.id if row is None else f"{candidate.id}#{row}",
        targets=candidate.targets,
        group=candidate.group,
        split=candidate.split,
        file=candidate.file,
        row=row,
        text=facts[1],
        duration_s=facts[2],
        rate_hz=facts[3],
        n_channels=facts[4],
        n_frames=facts[5],
        n_features=facts[6],
        content_hash=facts[7],
    )


def _pack_facts(items: Sequence[Item]) -> Facts:
    same: dict[str, Any] = {}
    each: dict[str, list[Any]] = {}
    for name in _FACTS:
        values = [getattr(item, name) for item in items]
        if all(value == values[0] for value in values):
            same[name] = values[0] if values else None
        else:
            each[name] = values
    texts = [item.content_hash for item in items]
    if all(len(text) == _HASH_CHARACTERS for text in texts):
        return Facts(len(items), same, each, bytes.fromhex("".join(texts)))
    return Facts(len(items), same, {**each, "content_hash": texts})


def _facts(facts: Facts) -> Iterator[tuple[Any, ...]]:
    """Of each item the fields of `_FACTS`, and its content hash."""
    text = facts.hashes.hex()
    hashes: Iterable[str] = facts.each.get("content_hash") or [
        text[start : start + _HASH_CHARACTERS] for start in range(0, len(text), _HASH_CHARACTERS)
    ]
    columns = [facts.each[name] if name in facts.each else repeat(facts.same[name], facts.n) for name in _FACTS]
    return zip(*columns, hashes, strict=True)


def _table(values: Sequence[Any], *, key: Any = None) -> Table:
    known: dict[Any, int] = {}
    distinct: list[Any] = []
    index = []
    for value in values:
        name = value if key is None else key(value)
        number = known.setdefault(name, len(distinct))
        if number == len(distinct):
            distinct.append(value)
        index.append(number)
    return Table(distinct, index)
