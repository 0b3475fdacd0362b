"""Readings of files column by column, for `seqclass.data.scanning.cache`: as items are in `seqclass.data.items`."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from seqclass.data.candidates import Candidate
from seqclass.data.columns import Column, Stored, column_from, column_of
from seqclass.data.duplicates import N_SEGMENTS
from seqclass.data.items import FIELDS, item_of
from seqclass.data.manifest import Item
from seqclass.data.reading import Reading
from seqclass.data.walk import Marks

_FROM_CANDIDATE = ("id", "targets", "group", "split", "file")
_FACTS = tuple(name for name in FIELDS if name not in _FROM_CANDIDATE)
_PRINT_LENGTH = 2 * N_SEGMENTS


class ReadingColumns(msgspec.Struct, frozen=True):
    """What files gave, row by row.

    Attributes:
        files: As in `Candidate`.
        marks: int64 (n_files, 3) as bytes.
        counts: Items of each file.
        facts: What reading told of the items, file after file: a column for each field that does not come from the candidate.
        problems: Row -> why the file cannot be used.
        warnings: Row -> what is odd about it.
        n_empty_lines: Row -> lines without text.
        print_rows: Rows that have a print.
        prints: These, float16 (n_prints, 64) as bytes.
    """

    files: Stored
    marks: bytes
    counts: Stored
    facts: dict[str, Stored]
    problems: dict[int, str]
    warnings: dict[int, str]
    n_empty_lines: dict[int, int]
    print_rows: Stored
    prints: bytes


def pack_readings(readings: Sequence[Reading], marks: Marks) -> ReadingColumns:
    """Readings of files as columns; each candidate names a file. ``marks``: (n_readings, 3)."""
    items = [item for reading in readings for item in reading.items]
    print_rows = [row for row, reading in enumerate(readings) if reading.print is not None]
    return ReadingColumns(
        files=column_of([reading.candidate.file or "" for reading in readings]).stored(),
        marks=np.ascontiguousarray(marks, "<i8").tobytes(),
        counts=column_of([len(reading.items) for reading in readings]).stored(),
        facts={name: column_of([getattr(item, name) for item in items]).stored() for name in _FACTS},
        problems={row: reading.problem for row, reading in enumerate(readings) if reading.problem},
        warnings={row: reading.warning for row, reading in enumerate(readings) if reading.warning},
        n_empty_lines={row: reading.n_empty_lines for row, reading in enumerate(readings) if reading.n_empty_lines},
        print_rows=column_of(print_rows).stored(),
        prints=b"".join(np.ascontiguousarray(readings[row].print, "<f2").tobytes() for row in print_rows),
    )


class KeptReadings:
    """Readings of an earlier scan, by file."""

    def __init__(self, columns: ReadingColumns) -> None:
        """Take what `pack_readings` gave.

        Raises:
            ValueError: It is damaged, or of another version.
        """
        self._columns = columns
        self._n_given = 0
        self._rows = {file: row for row, file in enumerate(column_from(columns.files))}
        self._marks = np.frombuffer(columns.marks, "<i8").reshape(-1, 3)
        self._ends = np.cumsum(np.fromiter(column_from(columns.counts), np.int64)) if len(self._rows) else np.zeros(0, np.int64)
        facts = {name: column_from(column) for name, column in columns.facts.items()}
        prints = np.frombuffer(columns.prints, "<f2").reshape(-1, _PRINT_LENGTH)
        self._prints = dict(zip(column_from(columns.print_rows), prints, strict=True))
        n_items = int(self._ends[-1]) if len(self._ends) else 0
        if set(facts) != set(_FACTS) or {len(column) for column in facts.values()} != {n_items}:
            raise ValueError("Readings must have a column for each field, all as long as there are items.")
        if not len(self._marks) == len(self._ends) == len(self._rows):
            raise ValueError("Columns must be of one length.")
        self._facts: list[Column] = [facts[name] for name in _FACTS]

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
        columns = self._columns
        first = self._ends.item(row - 1) if row else 0
        return Reading(
            candidate,
            tuple(self._item(candidate, place) for place in range(first, self._ends.item(row))),
            problem=columns.problems.get(row, ""),
            warning=columns.warnings.get(row, ""),
            n_empty_lines=columns.n_empty_lines.get(row, 0),
            print=self._prints.get(row),
        )

    def _item(self, candidate: Candidate, place: int) -> Item:
        facts = [column[place] for column in self._facts]
        row = facts[0]
        name = candidate.id if row is None else f"{candidate.id}#{row}"
        return item_of((name, candidate.targets, candidate.group, candidate.split, candidate.file, *facts))
