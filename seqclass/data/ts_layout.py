"""A folder of UEA/sktime ``.ts`` files as a data set: one file, or a NAME_TRAIN.ts and NAME_TEST.ts pair."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from seqclass.data.candidates import SPLIT_WORDS, Found, check_columns, parse_number
from seqclass.data.content import TS_SUFFIX, numeric_hash
from seqclass.data.manifest import Item, Problem
from seqclass.data.ts import TsHeader, read_ts, read_ts_header
from seqclass.errors import DataError, ItemError
from seqclass.specs import DataSpec, Split, TargetSpec

_PART = re.compile(r"(?P<name>.*?)[_-]?(?P<part>train|training|test|testing|validation|val|valid|dev|eval)", re.IGNORECASE)


def read_ts_folder(root: Path, files: list[str], data: DataSpec) -> Found:
    """Read every sequence of the ``.ts`` files at the root.

    Raises:
        DataError: A file cannot be used as a whole, or the files are no TRAIN/TEST pair of one data set.
    """
    sources = {file: _part_of(file) for file in files if "/" not in file and PurePosixPath(file).suffix.lower() == TS_SUFFIX}
    _check_one_data_set(sources)
    headers = {file: read_ts_header(root / file) for file in sources}
    targets = _targets(data, list(headers.values()))
    found = Found(layout="ts", targets=targets, kind="numeric")
    found.problems += [Problem(file, "the .ts files at the root are the data set") for file in files if file not in sources]
    for file, (_, split) in sources.items():
        for sequence in read_ts(root / file):
            place = f"{file}#{sequence.row}"
            if sequence.frames is None:
                found.problems.append(Problem(place, sequence.problem))
                continue
            found.items.append(
                Item(
                    id=place,
                    targets={
                        target.name: sequence.label if target.kind == "class" else parse_number(sequence.label, target.name)
                        for target in targets
                    },
                    split=split,
                    file=file,
                    row=sequence.row,
                    n_frames=sequence.frames.shape[0],
                    n_features=sequence.frames.shape[1],
                    content_hash=numeric_hash(sequence.frames),
                )
            )
    return found


def _part_of(file: str) -> tuple[str, Split | None]:
    stem = PurePosixPath(file).stem
    match = _PART.fullmatch(stem)
    return (match["name"], SPLIT_WORDS[match["part"].lower()]) if match else (stem, None)


def _check_one_data_set(sources: dict[str, tuple[str, Split | None]]) -> None:
    names = {name for name, _ in sources.values()}
    parts = [split for _, split in sources.values()]
    if len(sources) > 1 and (len(names) > 1 or None in parts):
        raise DataError(
            "The .ts files of a folder must be the parts of one data set: NAME_TRAIN.ts and NAME_TEST.ts. "
            f"Received: {', '.join(sorted(sources)[:6])}. Put each data set in a folder of its own."
        )


def _targets(data: DataSpec, headers: list[TsHeader]) -> tuple[TargetSpec, ...]:
    is_number = headers[0].is_number
    if any(header.is_number != is_number for header in headers):
        raise DataError("The .ts files of a folder must agree: one has class labels, another numeric targets.")
    check_columns(["label"], data if data.targets else DataSpec(group=data.group), where=".ts files")
    targets = data.targets or (TargetSpec(kind="number" if is_number else "class"),)
    labels = {label for header in headers for label in header.labels}
    if any(target.kind == "number" for target in targets) and not all(_is_number(label) for label in labels):
        raise DataError(
            f"A numeric target needs numbers. Received: labels {', '.join(sorted(labels)[:6])}. Leave `:number` out."
        )
    return targets


def _is_number(label: str) -> bool:
    try:
        parse_number(label, "label")
    except ItemError:
        return False
    return True
