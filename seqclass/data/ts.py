"""The UEA/sktime ``.ts`` text format: many sequences in one file.

Format: Bagnall et al. 2018, "The UEA multivariate time series classification archive", arXiv:1811.00075, and the description
in the sktime documentation. A line of data is ``dimension:dimension:...:label``, a dimension ``value,value,...``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from seqclass.errors import DataError, ItemError

Frames = np.ndarray[Any, np.dtype[np.float64]]

MAX_TS_BYTES = 1_000_000_000
_MAX_LINE_BYTES = 64_000_000


@dataclass(frozen=True)
class TsHeader:
    """What stands before ``@data``.

    Attributes:
        labels: The class labels; empty where the target is a number.
        is_number: The last part of each line is a number to be predicted (``@targetLabel true``).
    """

    labels: tuple[str, ...]
    is_number: bool


@dataclass(frozen=True)
class TsSequence:
    """One line of data.

    Attributes:
        row: Its index from 0 among the file's sequences.
        frames: float64 (n_frames, n_features); None where the line cannot be used.
        label: The label, or the number as text.
        problem: Why the line cannot be used; empty as a rule.
    """

    row: int
    frames: Frames | None
    label: str
    problem: str = ""


def read_ts_header(path: Path | str) -> TsHeader:
    """Read the header of a ``.ts`` file.

    Raises:
        DataError: The file is no ``.ts`` file of the supported kind.
    """
    return _header(Path(path), _lines(Path(path)))


def read_ts(path: Path | str) -> Iterator[TsSequence]:
    """Yield every sequence of a ``.ts`` file: univariate or multivariate, of equal or unequal length.

    Raises:
        DataError: The file is no ``.ts`` file of the supported kind.
    """
    path = Path(path)
    lines = _lines(path)
    header = _header(path, lines)
    for row, (number, line) in enumerate(lines):
        *dimensions, label = line.split(":")
        label = label.strip()
        try:
            frames = _frames(dimensions)
            _check_label(label, header)
        except ItemError as error:
            yield TsSequence(row=row, frames=None, label=label, problem=f"{error} (line {number})")
        else:
            yield TsSequence(row=row, frames=frames, label=label)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Numbered lines (from 1) without comments and empty ones; one iterator serves the header and then the data."""
    try:
        if not path.is_file():
            raise DataError(f"A .ts file must be a regular file. Received: {path}.")
        if path.stat().st_size > MAX_TS_BYTES:
            raise DataError(f"A .ts file must have at most {MAX_TS_BYTES // 1_000_000} MB. Received: {path}. Divide it.")
        with path.open("rb") as stream:
            for number, raw in enumerate(iter(lambda: stream.readline(_MAX_LINE_BYTES + 1), b""), start=1):
                if len(raw) > _MAX_LINE_BYTES:
                    raise DataError(f"{path.name} line {number} is longer than {_MAX_LINE_BYTES // 1_000_000} MB.")
                line = raw.decode("utf-8-sig" if number == 1 else "utf-8").strip()
                if line and not line.startswith(("#", "%")):
                    yield number, line
    except OSError as error:
        raise DataError(f"Cannot read {path}: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise DataError(f"A .ts file must be UTF-8 text. Received: {path}. Save it as UTF-8 or move it away.") from error


def _header(path: Path, lines: Iterator[tuple[int, str]]) -> TsHeader:
    fields: dict[str, list[str]] = {}
    for _, line in lines:
        name, *values = line.split()
        if name.lower() == "@data":
            break
        if not name.startswith("@"):
            raise DataError(
                f"A .ts file must have a header that ends with @data. Received: {path.name} with {line[:40]!r} before it. "
                "Check that it is a UEA/sktime file."
            )
        fields[name[1:].lower()] = values
    else:
        raise DataError(f"A .ts file must have a header that ends with @data. Received: {path.name} without. Check the file.")
    if _is_true(fields.get("timestamps")):
        raise DataError(
            f"A .ts file with time stamps cannot be read. Received: @timeStamps true in {path.name}. "
            "Write the values alone, at a fixed step, with @timeStamps false."
        )
    is_number = _is_true(fields.get("targetlabel"))
    if not is_number and not _is_true(fields.get("classlabel")):
        raise DataError(f"A .ts file must give labels. Received: no '@classLabel true ...' in {path.name}. Add them.")
    return TsHeader(labels=() if is_number else tuple(fields["classlabel"][1:]), is_number=is_number)


def _is_true(values: list[str] | None) -> bool:
    return bool(values) and values is not None and values[0].lower() == "true"


def _frames(dimensions: list[str]) -> Frames:
    if not dimensions:
        raise ItemError("it must have values, a colon and a label")
    columns: list[Frames] = []
    for index, dimension in enumerate(dimensions):
        cells = dimension.split(",")
        if any(cell.strip() == "?" for cell in cells):
            raise ItemError(f"dimension {index} has missing values ('?')")
        try:
            columns.append(np.array(cells, dtype=np.float64))
        except ValueError as error:
            raise ItemError(f"dimension {index} must hold numbers: {error}") from error
    lengths = sorted({len(column) for column in columns})
    if len(lengths) > 1:
        raise ItemError(f"its dimensions differ in length: {', '.join(map(str, lengths))}")
    frames = np.stack(columns, axis=1)
    if not np.isfinite(frames).all():
        raise ItemError("it holds numbers that are not finite (NaN or infinity)")
    return frames


def _check_label(label: str, header: TsHeader) -> None:
    if header.is_number:
        try:
            value = float(label)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise ItemError(f"its target must be a finite number; it is {label[:40]!r}")
    elif not label:
        raise ItemError("its label is empty")
    elif header.labels and label not in header.labels:
        raise ItemError(f"its label {label[:40]!r} is not among those of @classLabel")
