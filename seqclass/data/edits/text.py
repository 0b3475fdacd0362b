"""Change single lines and cells of a text file and leave every other byte as it is."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

import msgspec

from seqclass.errors import DataError

_BOM = "\ufeff"
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_LINE_END = re.compile(r"\r\n|\r|\n")


class Splice(msgspec.Struct, frozen=True, array_like=True):
    """A piece of a file that is replaced. ``start`` counts the bytes before it in the old file."""

    start: int
    old: str
    new: str


@dataclass
class TextFile:
    """A text file (UTF-8, with or without byte order mark, any line ends) and the changes that are to be made.

    Attributes:
        name: What messages call it.
        text: The old text, byte order mark and line ends included; None where there is no file.
    """

    name: str
    text: str | None
    _changes: list[tuple[int, int, str]] = field(default_factory=list)
    _appended: list[str] = field(default_factory=list)

    @property
    def body_start(self) -> int:
        """Where the text begins behind a byte order mark."""
        return 1 if (self.text or "").startswith(_BOM) else 0

    @property
    def line_end(self) -> str:
        """The line end of the first line; a line feed where there is none."""
        first = _LINE_END.search(self.text or "")
        return first[0] if first else "\n"

    def replace(self, start: int, end: int, new: str) -> None:
        """Put ``new`` in the place of the characters from ``start`` to ``end`` of the old text."""
        if (self.text or "")[start:end] != new:
            self._changes.append((start, end, new))

    def append(self, line: str) -> None:
        """Add a line at the end. Whether the last line has a line end stays as it is."""
        self._appended.append(line)

    def splices(self) -> tuple[Splice, ...]:
        """All changes, in bytes."""
        text = self.text or ""
        changes = sorted(self._changes, key=lambda change: change[:2])
        if self._appended:
            lines = self.line_end.join(self._appended)
            open_end = bool(text[self.body_start :]) and text[-1] not in "\r\n"
            changes.append((len(text), len(text), self.line_end + lines if open_end else lines + self.line_end))
        splices: list[Splice] = []
        n_characters = n_bytes = 0
        for start, end, new in changes:
            assert start >= n_characters, "changes overlap"
            n_bytes += len(text[n_characters:start].encode())
            splices.append(Splice(n_bytes, text[start:end], new))
            n_bytes += len(text[start:end].encode())
            n_characters = end
        return tuple(splices)


def open_text(name: str, content: bytes | None) -> TextFile:
    """A text file for changing.

    Raises:
        DataError: It is no UTF-8.
    """
    try:
        return TextFile(name, None if content is None else content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise DataError(f"A file to change must be UTF-8 text. Received: {name}: {error.reason}. Save it as UTF-8.") from error


def apply_splices(content: bytes, splices: Iterable[Splice]) -> bytes:
    """The new file.

    Raises:
        ValueError: The old text does not stand where a splice says.
    """
    parts: list[bytes] = []
    at = 0
    for splice in splices:
        old = splice.old.encode()
        if splice.start < at or content[splice.start : splice.start + len(old)] != old:
            raise ValueError(f"the file differs at byte {splice.start}")
        parts += [content[at : splice.start], splice.new.encode()]
        at = splice.start + len(old)
    return b"".join([*parts, content[at:]])


def inverted(splices: Iterable[Splice]) -> tuple[Splice, ...]:
    """The changes that lead back."""
    back: list[Splice] = []
    moved = 0
    for splice in splices:
        back.append(Splice(splice.start + moved, splice.new, splice.old))
        moved += len(splice.new.encode()) - len(splice.old.encode())
    return tuple(back)


def digest(content: bytes) -> str:
    """SHA-256 (hex) of a file."""
    return hashlib.sha256(content).hexdigest()


def lines_of(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Where each line begins and ends, its line end left out; a line end at the very end begins no further line."""
    for match in _LINE_END.finditer(text, start):
        yield start, match.start()
        start = match.end()
    if start < len(text):
        yield start, len(text)


@dataclass(frozen=True)
class Cell:
    """Where a value stands (from, to), quotation marks included; ``raw`` is the text there."""

    start: int
    end: int
    raw: str
    value: str


@dataclass(frozen=True)
class Record:
    """A row of a table or a line of JSON; cells by column."""

    start: int
    end: int
    cells: tuple[Cell, ...]
    columns: tuple[str, ...] = ()


def table_records(text: str, start: int, delimiter: str) -> list[Record]:
    """The rows of a table as `csv.reader` reads them, with the place of each cell; blank lines are left out."""
    records: list[Record] = []
    at = start
    while at < len(text):
        begin, cells = at, []
        while True:
            cell = _table_cell(text, at, delimiter)
            cells.append(cell)
            at = cell.end
            if text.startswith(delimiter, at):
                at += 1
                continue
            break
        if any(cell.value.strip() for cell in cells):
            records.append(Record(begin, at, tuple(cells)))
        at += 2 if text.startswith("\r\n", at) else 1
    return records


def _table_cell(text: str, at: int, delimiter: str) -> Cell:
    if text.startswith('"', at):
        match = _QUOTED.match(text, at)
        end = match.end() if match else len(text)
        raw = text[at:end]
        return Cell(at, end, raw, raw[1:-1].replace('""', '"'))
    match = re.compile(rf"[^\r\n{re.escape(delimiter)}]*").match(text, at)
    end = match.end() if match else at
    return Cell(at, end, text[at:end], text[at:end])


def table_value(value: str, delimiter: str, *, quoted: bool) -> str:
    """A value as a cell, between quotation marks where the cell beside or before it has them or where it needs them."""
    if quoted or any(sign in value for sign in (delimiter, '"', "\r", "\n")) or value != value.strip():
        return '"' + value.replace('"', '""') + '"'
    return value


def json_record(text: str, start: int, end: int) -> Record | None:
    """An object of one line with the place of each value; None where the line holds none."""
    line = text[start:end]
    try:
        at = _skip(line, 0)
        if line[at] != "{":
            return None
        at = _skip(line, at + 1)
        cells: list[Cell] = []
        names: list[str] = []
        decoder = json.JSONDecoder()
        while line[at] != "}":
            name, at = scanstring(line, at + 1, True)
            at = _skip(line, _skip(line, at) + 1)
            value, stop = decoder.raw_decode(line, at)
            names.append(name)
            cells.append(Cell(start + at, start + stop, line[at:stop], value if isinstance(value, str) else line[at:stop]))
            at = _skip(line, stop)
            if line[at] == ",":
                at = _skip(line, at + 1)
    except (ValueError, IndexError, StopIteration):
        return None
    return Record(start, start + at + 1, tuple(cells), tuple(names))


def json_value(value: str, raw: str | None, *, is_ascii: bool) -> str:
    """A value as JSON: a number where a number stood, else a string."""
    if raw is not None and raw[:1] not in '"{[tfn':
        try:
            json_number: Any = json.loads(value)
        except ValueError:
            json_number = None
        if isinstance(json_number, (int, float)) and not isinstance(json_number, bool):
            return value
    return json.dumps(value, ensure_ascii=is_ascii)


def _skip(line: str, at: int) -> int:
    while line[at : at + 1] in (" ", "\t"):
        at += 1
    return at
