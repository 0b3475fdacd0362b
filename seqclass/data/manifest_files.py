"""Read ``manifest.csv``, ``.tsv`` or ``.jsonl`` (Contract 1)."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from seqclass.data.candidates import (
    Candidate,
    Found,
    check_columns,
    parse_split,
    parse_targets,
    speaker_in_name,
    targets_of,
    unknown_kind_reason,
)
from seqclass.data.content import decode_text, kind_of, read_limited
from seqclass.data.manifest import Problem
from seqclass.data.walk import escape_reason, printable
from seqclass.errors import DataError, ItemError
from seqclass.specs import DataSpec

MANIFEST_NAMES = ("manifest.csv", "manifest.tsv", "manifest.jsonl")
MAX_MANIFEST_BYTES = 500_000_000
_MAX_FIELD_CHARACTERS = 10_000_000

Row = dict[str, str]


def read_manifest(root: Path, files: list[str], data: DataSpec, names: list[str]) -> Found:
    """Turn the rows of the first of ``names`` into candidates, and list every file that no row names.

    Args:
        root: The data set folder.
        files: All files in it, relative, from the walk: what a row may name.
        data: Targets and group to look for.
        names: The manifest files there are, in order of precedence.

    Raises:
        DataError: The file as a whole cannot be used: encoding, columns, quoting.
    """
    name = names[0]
    found = Found(layout="manifest", targets=targets_of(data))
    if data.pattern:
        found.warnings.append(f"The pattern is not used: {name} names the labels.")
    columns, rows = read_rows(root / name)
    if "file" not in columns and "text" not in columns:
        raise DataError(
            f"A manifest must have a column `file` or `text`. Received: {name} with {', '.join(columns) or 'no columns'}. "
            "Rename or add one."
        )
    check_columns([column for column in columns if column not in ("file", "text", "split")], data, where=name)
    known = {unicodedata.normalize("NFC", file): file for file in files} | {file: file for file in files}
    taken: dict[str, int] = {}
    for index, (line, row, fault) in enumerate(rows):
        row_id = f"{name}#{index}"
        shown = printable(row.get("file", "").strip()) or row_id
        try:
            if fault:
                raise ItemError(fault)
            file = _file_of(root, row, known, found.outside) if "file" in columns else ""
            shown = file or shown
            if file in taken:
                found.problems.append(Problem(row_id, f"{file} is named before, in line {taken[file]} ({name} line {line})"))
                continue
            candidate = _candidate(row, file, row_id, data, found)
            if file:
                taken[file] = line
            found.candidates.append(candidate)
        except ItemError as error:
            place = row_id if shown in taken else shown  # a file is used or listed, never both and never twice
            taken.setdefault(shown, line)
            found.problems.append(Problem(place, f"{error} ({name} line {line})"))
    _list_unnamed(found, files, taken, name)
    return found


def read_rows(path: Path) -> tuple[list[str], Iterator[tuple[int, Row, str]]]:
    """The columns of a manifest, and line, cells and fault (empty for none) of each of its rows.

    Raises:
        DataError: The file as a whole cannot be used; later, while the rows are gone through, if a quotation mark is not closed.
    """
    try:
        text = decode_text(read_limited(path, limit=MAX_MANIFEST_BYTES))
    except ItemError as error:
        raise DataError(f"A manifest must be a text file in UTF-8. Received: {path}: {error}.") from error
    return _jsonl_rows(text, path.name) if path.name.endswith(".jsonl") else _table_rows(text, path.name)


def _candidate(row: Row, file: str, row_id: str, data: DataSpec, found: Found) -> Candidate:
    targets = found.shared(parse_targets(row, found.targets))
    split = parse_split(row.get("split", ""))
    group = row.get(data.group, "").strip() or (speaker_in_name(file) if data.group == "speaker" else None)
    if not file:
        return Candidate(id=row_id, targets=targets, group=group, split=split, text=row.get("text", ""))
    if kind_of(file) is None:
        raise ItemError(unknown_kind_reason(file))
    return Candidate(id=file, targets=targets, group=group, split=split, file=file)


def _file_of(root: Path, row: Row, known: dict[str, str], outside: list[str]) -> str:
    """The relative path that a row names, if it may be read; what the walk does not know goes to ``outside``.

    Raises:
        ItemError: There is no such file in the root. Nothing outside is ever looked at.
    """
    written = row.get("file", "").strip()
    if not written:
        raise ItemError("its file is empty")
    if written in known:
        return known[written]
    if "\0" in written:
        raise ItemError("its file holds a zero character")
    outside.append(written)
    reason = escape_reason(root, written)
    if reason:
        raise ItemError(reason)
    file = PurePosixPath(written.replace("\\", "/")).as_posix()
    # A folder that was on a Mac has accents of two characters where a manifest has one, or the other way round.
    file = known.get(file) or known.get(unicodedata.normalize("NFC", file), file)
    if file not in known and not (root / file).is_file():
        raise ItemError("there is no such file")
    return file


def _list_unnamed(found: Found, files: list[str], taken: dict[str, int], name: str) -> None:
    for file in files:
        if file == name or file in taken:
            continue
        reason = f"{name} is used instead" if file in MANIFEST_NAMES else f"{name} does not name it"
        found.problems.append(Problem(file, reason))


def delimiter_of(text: str, name: str) -> str:
    """What divides the cells of a table: what its first line has most of."""
    first = text.split("\n", 1)[0]
    return "\t" if name.endswith(".tsv") else max(",;\t", key=first.count)


def column_names(cells: list[str]) -> list[str]:
    """The columns that a first row names; those with a meaning of their own may be in upper case."""
    columns = [cell.strip() for cell in cells]
    return [low if (low := column.lower()) in ("file", "text", "label", "split", "speaker") else column for column in columns]


def _table_rows(text: str, name: str) -> tuple[list[str], Iterator[tuple[int, Row, str]]]:
    """The columns and (line, row, fault) of a table; the first line tells what divides its cells."""
    delimiter = delimiter_of(text, name)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    csv.field_size_limit(_MAX_FIELD_CHARACTERS)
    columns: list[str] = []
    try:
        columns = column_names(next(reader, []))
    except csv.Error as error:
        raise DataError(f"A manifest must be a table. Received: {name} line 1: {error}. Check its quotation marks.") from error
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if twice:
        raise DataError(f"A manifest's columns must differ. Received: {name} with {', '.join(twice)} twice. Rename one.")
    return columns, _table_body(reader, columns, name)


def _table_body(reader: Any, columns: list[str], name: str) -> Iterator[tuple[int, Row, str]]:
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise DataError(
                f"A manifest must be a table. Received: {name} line {line}: {error}. Check the quotation marks there."
            ) from error
        if not any(cell.strip() for cell in cells):
            continue
        fault = "" if len(cells) == len(columns) else f"its row must have {len(columns)} cells; it has {len(cells)}"
        yield line, dict(zip(columns, cells, strict=False)), fault


def _jsonl_rows(text: str, name: str) -> tuple[list[str], Iterator[tuple[int, Row, str]]]:
    rows: list[tuple[int, Row, str]] = []
    columns: dict[str, None] = {}
    for line, content in enumerate(text.split("\n"), start=1):
        if not content.strip():
            continue
        try:
            plain = msgspec.json.decode(content.encode("utf-8"))
        except msgspec.DecodeError as error:
            rows.append((line, {}, f"it is no JSON: {error}"))
            continue
        if not isinstance(plain, dict):
            rows.append((line, {}, 'it must be a JSON object such as {"file": "a.wav", "label": "yes"}'))
            continue
        row = {str(key): _cell(value) for key, value in plain.items() if value is not None}
        columns.update(dict.fromkeys(row))
        rows.append((line, row, ""))
    if rows and not columns:
        raise DataError(
            f"A manifest must hold a JSON object a line. Received: {name} line {rows[0][0]}: {rows[0][2]}. Mend it."
        )
    return list(columns), iter(rows)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
