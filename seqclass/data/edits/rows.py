"""Edits of ``manifest.csv``, ``.tsv`` and ``.jsonl``: rows are changed and appended, everything else keeps its bytes."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from seqclass.data.candidates import parse_targets, speaker_in_name, targets_of
from seqclass.data.content import clean_text, decode_text, read_text, text_hash
from seqclass.data.edits.classes import DeclaredClasses
from seqclass.data.edits.names import check_cell, safe_stem
from seqclass.data.edits.plan import Draft, Planner, Source, Take, require_as_scanned
from seqclass.data.edits.steps import PROJECT, changed
from seqclass.data.edits.text import Cell, Record, json_record, json_value, lines_of, table_records, table_value
from seqclass.data.manifest import Item
from seqclass.data.manifest_files import column_names, delimiter_of
from seqclass.errors import DataError, ItemError, StorageError

TAKES_FOLDER = "takes"


@dataclass
class _Row:
    """A row, its values as they are and as they shall be."""

    record: Record
    index: int
    cells: dict[str, Cell]
    new: dict[str, str] = field(default_factory=dict)
    is_gone: bool = False

    def value(self, column: str) -> str:
        return (self.new[column] if column in self.new else self.cells[column].value if column in self.cells else "").strip()

    def values(self) -> dict[str, str]:
        return {column: self.value(column) for column in (*self.cells, *self.new)}


def row_planner(draft: Draft, name: str) -> Planner:
    """A planner for the manifest file ``name``.

    Raises:
        DataError: The table cannot be changed without touching other bytes.
    """
    return _RowPlanner(draft, name)


class _RowPlanner:
    """See `seqclass.data.edits.plan.Planner`."""

    def __init__(self, draft: Draft, name: str) -> None:
        self._draft, self._name = draft, name
        self._text = draft.text(name)
        self._is_json = name.endswith(".jsonl")
        text = self._text.text or ""
        self._delimiter = delimiter_of(text[self._text.body_start :].replace("\r\n", "\n").replace("\r", "\n"), name)
        self._header: Record | None = None
        self._columns: list[str] = []
        self._rows = list(self._read_json(text) if self._is_json else self._read_table(text))
        self._n_old = len(self._rows)
        self._new_columns: list[str] = []
        self._declared = DeclaredClasses(draft)
        self._by_file: dict[str, list[_Row]] = {}
        for row in self._rows:
            self._by_file.setdefault(_same(row.value("file")), []).append(row)
        self._label, self._group = draft.label_column, draft.data.group

    def labels(self) -> list[str]:
        return sorted({*(label for row in self._rows if (label := row.value(self._label))), *self._declared.names})

    def check(self, label: str) -> str:
        return check_cell(label, what="class name")

    def add(self, source: Source, label: str, speaker: str, columns: Mapping[str, str]) -> None:
        values = {**{name: self._checked(name, value) for name, value in columns.items()}, self._label: label}
        if speaker:
            values[self._group] = self._checked(self._group, speaker)
        if "file" not in self._columns:
            if isinstance(source, Take):
                raise DataError(f"{self._name} holds texts, not files. Received: a recording. Open a data set of recordings.")
            values["text"] = clean_text(source if isinstance(source, str) else read_text(source))
            new_id = f"{self._name}#{self._n_old + sum(row.index < 0 for row in self._rows)}"
        else:
            stem = safe_stem(speaker, otherwise="speaker").replace("_nohash", "-") if speaker else ""
            new_id = f"{TAKES_FOLDER}/{self._draft.new_name(TAKES_FOLDER, source, stem)}"
            values["file"] = new_id
            self._draft.put(source, new_id)
        self._require_complete(values)
        if "split" in self._columns and any(row.value("split") for row in self._rows):
            values.setdefault("split", "train")
        for column in values:
            self._require_column(column)
        self._rows.append(_Row(Record(0, 0, ()), -1, {}, new=values))
        self._draft.added.append(new_id)
        self._draft.n_items += 1

    def relabel(self, item: Item, values: Mapping[str, str]) -> None:
        row = self._row_of(item)
        values = {name: self._checked(name, value) if value else "" for name, value in values.items()}
        require_as_scanned(item, {**row.values(), self._group: self._group_of(row)}, values, group=self._group)
        if self._set(row, values):
            self._draft.n_items += 1

    def edit_text(self, item: Item, text: str) -> None:
        row = self._row_of(item)
        if item.file is None:
            row.new["text"] = clean_text(text)
        else:
            whole = self._draft.text(item.file)
            body = (whole.text or "")[whole.body_start :]
            whole.replace(whole.body_start, whole.body_start + len(body.rstrip()), clean_text(text))
        self._draft.n_items += 1

    def delete(self, item: Item) -> None:
        self._row_of(item).is_gone = True
        if item.file is not None:
            self.delete_file(item.file)
        self._draft.removed.append(item.id)
        self._draft.n_items += 1

    def delete_file(self, file: str) -> None:
        for row in self._by_file.get(_same(file), []):
            row.is_gone = True
        self._draft.to_bin(file)

    def add_class(self, label: str) -> None:
        self._declared.add(label)

    def move_class(self, label: str, to: str) -> None:
        for row in self._rows:
            if row.value(self._label) == label:
                self._set(row, {self._label: to})
                self._draft.n_items += 1
        self._declared.rename(label, to)

    def delete_class(self, label: str, items: tuple[Item, ...], files: tuple[str, ...]) -> None:
        for item in items:
            self.delete(item)
        for file in files:
            if self._exists(file):
                self.delete_file(file)
        seen = {_same(file) for file in files}
        for row in self._rows:
            if row.is_gone or row.value(self._label) != label:
                continue
            name = row.value("file") or f"{self._name}#{row.index}"
            if _same(name) not in seen and (not row.value("file") or self._exists(name)):
                raise changed(name, f"came into class {label}")
            row.is_gone = True
        self._declared.remove(label)

    def rename_speaker(self, speaker: str, to: str) -> None:
        to = self._checked(self._group, to)
        for row in self._rows:
            if self._group_of(row) == speaker:
                self._set(row, {self._group: to})
                self._draft.n_items += 1

    def finish(self) -> None:
        if self._is_json:
            self._write_json()
        else:
            self._write_table()
        if "file" not in self._columns:
            self._shift_ids()
        self._declared.finish()

    # Reading

    def _read_table(self, text: str) -> Iterator[_Row]:
        records = table_records(text, self._text.body_start, self._delimiter)
        plain = decode_text(text.encode())
        expected = [
            cells
            for cells in csv.reader(io.StringIO(plain, newline=""), delimiter=self._delimiter)
            if any(map(str.strip, cells))
        ]
        found = [[cell.value.replace("\r\n", "\n").replace("\r", "\n") for cell in record.cells] for record in records]
        if found != expected:
            raise DataError(f"{self._name} cannot be changed safely: its quotation marks are unusual. Save it as a table anew.")
        self._header = records[0] if records else None
        self._columns = column_names([cell.value for cell in self._header.cells]) if self._header else []
        for index, record in enumerate(records[1:]):
            yield _Row(record, index, dict(zip(self._columns, record.cells, strict=False)))

    def _read_json(self, text: str) -> Iterator[_Row]:
        columns: dict[str, None] = {}
        index = 0
        for start, end in lines_of(text, self._text.body_start):
            if not text[start:end].strip():
                continue
            record = json_record(text, start, end)
            cells = dict(zip(record.columns, record.cells, strict=True)) if record else {}
            cells = {name: cell for name, cell in cells.items() if cell.raw != "null"}
            columns.update(dict.fromkeys(cells))
            yield _Row(record or Record(start, end, ()), index, cells)
            index += 1
        self._columns = list(columns)

    def _row_of(self, item: Item) -> _Row:
        if item.file is not None:
            self._draft.require_unchanged(item)
            named = self._by_file.get(_same(item.file), [])
            if not named or named[0].is_gone:
                raise changed(item.id, f"was taken out of {self._name}")
            return named[0]
        index = item.id.rpartition("#")[2]
        place = int(index) if index.isdigit() else -1
        if not 0 <= place < self._n_old:
            raise changed(item.id, "was deleted")
        row = self._rows[place]
        if row.is_gone or text_hash(decode_text(row.value("text").encode()).strip()) != item.content_hash:
            raise changed(item.id, "was changed")
        return row

    def _group_of(self, row: _Row) -> str:
        named = row.value(self._group)
        return named or (speaker_in_name(_same(row.value("file"))) or "" if self._group == "speaker" else "")

    # Changing

    def _checked(self, name: str, value: str) -> str:
        if name in ("file", "text"):
            raise DataError(
                f"A column of an item must be a label, a group or the like. Received: {name}. Edit the item itself."
            )
        return check_cell(value, what=name)

    def _set(self, row: _Row, values: Mapping[str, str]) -> bool:
        differing = {name: value for name, value in values.items() if row.value(name) != value}
        self._require_complete({**row.values(), **differing}, only=differing)
        for name, value in differing.items():
            self._require_column(name)
            row.new[name] = value
        return bool(differing)

    def _require_column(self, name: str) -> None:
        if name not in self._columns:
            self._columns.append(name)
            self._new_columns.append(name)

    def _require_complete(self, values: Mapping[str, str], *, only: Mapping[str, str] | None = None) -> None:
        targets = tuple(target for target in targets_of(self._draft.data) if only is None or target.name in only)
        try:
            parse_targets(values, targets)
        except ItemError as error:
            raise DataError(f"A row of {self._name} needs all its targets: {error}. Give that column too.") from error

    def _exists(self, file: str) -> bool:
        try:
            return self._draft.place.path(PurePosixPath(file.replace("\\", "/")).as_posix()).is_file()
        except StorageError:  # a row may name anything; what lies outside is no file of the data set
            return False

    # Writing

    def _write_table(self) -> None:
        old_columns = self._columns[: len(self._columns) - len(self._new_columns)]
        if self._header is None:
            self._text.append(self._delimiter.join(table_value(name, self._delimiter, quoted=False) for name in self._columns))
        elif self._new_columns:
            extra = "".join(self._delimiter + table_value(name, self._delimiter, quoted=False) for name in self._new_columns)
            self._text.replace(self._header.end, self._header.end, extra)
        last: dict[str, bool] = {}
        for row in self._rows:
            if row.index >= 0:
                last = {name: cell.raw.startswith('"') for name, cell in row.cells.items()} if row.cells else last
                self._write_row(row, old_columns)
            elif not row.is_gone:
                cells = [table_value(row.value(name), self._delimiter, quoted=last.get(name, False)) for name in self._columns]
                self._text.append(self._delimiter.join(cells))

    def _write_row(self, row: _Row, old_columns: list[str]) -> None:
        if row.is_gone:
            self._erase(row.record)
            return
        for name, value in row.new.items():
            cell = row.cells.get(name)
            if cell is not None:
                self._text.replace(cell.start, cell.end, table_value(value, self._delimiter, quoted=cell.raw.startswith('"')))
            elif name in old_columns:
                raise DataError(f"Row {row.index + 1} of {self._name} must have a cell for each column. Mend it first.")
        if self._new_columns:
            extra = "".join(
                self._delimiter + table_value(row.value(name), self._delimiter, quoted=False) for name in self._new_columns
            )
            self._text.replace(row.record.end, row.record.end, extra)

    def _write_json(self) -> None:
        text = self._text.text or ""
        is_ascii = text[self._text.body_start :].isascii() and "\\u" in text
        sample = next((row.record for row in self._rows if row.cells), None)
        shown = text[sample.start : sample.end] if sample else ""
        colon, comma = (
            (": " if '": ' in shown or not shown else ":"),
            (", " if ", " in shown or ": " in shown or not shown else ","),
        )
        for row in self._rows:
            if row.is_gone:
                if row.index >= 0:
                    self._erase(row.record)
            elif row.index < 0:
                raws = self._raw_kinds()
                pairs = [
                    f"{json_value(name, None, is_ascii=is_ascii)}{colon}{json_value(value, raws.get(name), is_ascii=is_ascii)}"
                    for name, value in row.new.items()
                ]
                self._text.append("{" + comma.join(pairs) + "}")
            elif row.new:
                self._write_object(row, colon, comma, is_ascii=is_ascii)

    def _write_object(self, row: _Row, colon: str, comma: str, *, is_ascii: bool) -> None:
        fresh = ""
        nulls = dict(zip(row.record.columns, row.record.cells, strict=True))
        for name, value in row.new.items():
            cell = row.cells.get(name) or nulls.get(name)
            if cell is not None:
                raw = None if cell.raw == "null" else cell.raw
                self._text.replace(cell.start, cell.end, json_value(value, raw, is_ascii=is_ascii))
            else:
                fresh += (
                    f"{comma}{json_value(name, None, is_ascii=is_ascii)}{colon}{json_value(value, None, is_ascii=is_ascii)}"
                )
        if fresh:
            at = row.record.cells[-1].end if row.record.cells else row.record.start + 1
            self._text.replace(at, at, fresh if row.record.cells else fresh.removeprefix(comma))

    def _raw_kinds(self) -> dict[str, str]:
        return {name: cell.raw for row in self._rows for name, cell in row.cells.items()}

    def _erase(self, record: Record) -> None:
        """Take a row out with its line end; where it is the last and has none, with the line end before it."""
        text = self._text.text or ""
        start, end = record.start, record.end
        line_start = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
        if not text[line_start:start].strip():
            start = max(line_start, self._text.body_start)
        while end < len(text) and text[end] in " \t":
            end += 1
        end += 2 if text.startswith("\r\n", end) else 1 if text[end : end + 1] in ("\r", "\n") else 0
        self._text.replace(start, end, "")

    def _shift_ids(self) -> None:
        """Texts are counted, so those behind a deleted one get another id; their saved parts go with them."""
        now = 0
        for row in self._rows:
            if row.index < 0:
                if row.is_gone:
                    continue
            elif row.is_gone:
                self._draft.renamed[f"{self._name}#{row.index}"] = f"{PROJECT}bin/{self._draft.id}#{row.index}"
                continue
            elif row.index != now:
                self._draft.renamed[f"{self._name}#{row.index}"] = f"{self._name}#{now}"
            now += 1


def _same(file: str) -> str:
    """A row's file as it is compared: forward slashes, composed accents."""
    return unicodedata.normalize("NFC", PurePosixPath(file.strip().replace("\\", "/")).as_posix()) if file.strip() else ""
