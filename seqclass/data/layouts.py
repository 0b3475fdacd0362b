"""Which layout of Contract 1 a folder has, and what each layout makes of its files."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from seqclass.data.candidates import (
    DEFAULT_GROUP,
    NOISE_FOLDER,
    SPLIT_WORDS,
    Candidate,
    Found,
    check_columns,
    parse_targets,
    speaker_in_name,
    targets_of,
    unknown_kind_reason,
)
from seqclass.data.content import TS_SUFFIX, decode_text, kind_of, read_limited
from seqclass.data.manifest import Layout, Problem
from seqclass.data.manifest_files import MANIFEST_NAMES, read_manifest
from seqclass.data.patterns import parse_pattern
from seqclass.data.ts_layout import read_ts_folder
from seqclass.data.walk import Walk
from seqclass.errors import DataError, ItemError
from seqclass.specs import DataSpec, Split

LIST_FILES: dict[str, Split] = {"validation_list.txt": "validation", "testing_list.txt": "test"}
_MAX_LIST_BYTES = 100_000_000


def find_layout(root: Path, walk: Walk, data: DataSpec) -> Found:
    """Take the first layout that fits, in the order of Contract 1, and sort every file of the walk into it.

    A pattern is an explicit wish, so it goes before folders; a manifest goes before everything.

    Raises:
        DataError: No layout fits, or the data set lacks a target or group that was asked for.
    """
    noise = [file for file in walk.files if NOISE_FOLDER in file.split("/")[:-1]]
    files = [file for file in walk.files if NOISE_FOLDER not in file.split("/")[:-1]] if noise else walk.files
    top = [file for file in files if "/" not in file]
    manifests = [name for name in MANIFEST_NAMES if name in top]
    if manifests:
        found = read_manifest(root, files, data, manifests)
    elif data.pattern:
        found = _by_pattern(files, data)
    elif any(PurePosixPath(file).suffix.lower() == TS_SUFFIX for file in top):
        found = read_ts_folder(root, files, data)
    elif _has_split_folders(files):
        found = _by_folders(files, data, layout="split folders", depth=1)
    elif any(name in LIST_FILES for name in top):
        found = _by_list_files(root, files, data)
    elif len(top) < len(files) or not any(kind_of(file) for file in top):
        found = _by_folders(files, data, layout="class folders", depth=0)
    else:
        example = "{label}.txt" if data.lines else "{label}_{speaker}_{take}" + PurePosixPath(top[0]).suffix.lower()
        raise DataError(
            f"A data set must tell each item's label. Received: {root} with {len(top)} files and neither class folders nor a "
            f'manifest. Put each class in a folder of its name, or give a pattern such as "{example}", or write a '
            "manifest.csv (file,label)."
        )
    found.noise = noise
    return found


def _has_split_folders(files: list[str]) -> bool:
    """All top folders are called like parts, and hold folders. A class may be called `test`, but not every class."""
    tops = {file.split("/", 1)[0] for file in files if "/" in file}
    nested = {file.split("/", 1)[0] for file in files if file.count("/") >= 2}
    return bool(nested) and all(top.lower() in SPLIT_WORDS for top in tops)


def _by_folders(files: list[str], data: DataSpec, *, layout: Layout, depth: int) -> Found:
    found = Found(layout=layout, targets=targets_of(data))
    has_speakers = any(speaker_in_name(file) for file in files)
    check_columns(["label", DEFAULT_GROUP] if has_speakers else ["label"], data, where=layout)
    for file in files:
        parts = file.split("/")
        if len(parts) < depth + 2:
            found.problems.append(Problem(file, _stray_reason(file)))
            continue
        split = SPLIT_WORDS[parts[0].lower()] if depth else None
        _add(found, file, {"label": parts[depth], DEFAULT_GROUP: speaker_in_name(file)}, data, split)
    return found


def _by_list_files(root: Path, files: list[str], data: DataSpec) -> Found:
    """Class folders with the list files of Speech Commands: what no list names is for training."""
    lists = [name for name in LIST_FILES if name in files]
    found = _by_folders([file for file in files if file not in LIST_FILES], data, layout="list files", depth=0)
    present = set(files)
    named: dict[str, Split] = {}
    for name in lists:
        try:
            text = decode_text(read_limited(root / name, limit=_MAX_LIST_BYTES))
        except ItemError as error:
            raise DataError(f"{name} must be a list of files in UTF-8. Received: {root / name}: {error}.") from error
        for number, line in enumerate(text.split("\n"), start=1):
            file = PurePosixPath(line.strip().replace("\\", "/")).as_posix() if line.strip() else ""
            if not file:
                continue
            if file not in present:
                found.problems.append(Problem(line.strip(), f"there is no such file in the folder ({name} line {number})"))
            elif named.setdefault(file, LIST_FILES[name]) != LIST_FILES[name]:
                found.warnings.append(f"{file} stands in two list files; it is kept for {named[file]}.")
    found.candidates = [
        Candidate(
            id=one.id,
            targets=one.targets,
            group=one.group,
            split=named.get(one.file or "", "train"),
            file=one.file,
            text=one.text,
        )
        for one in found.candidates
    ]
    return found


def _by_pattern(files: list[str], data: DataSpec) -> Found:
    pattern = parse_pattern(data.pattern)
    found = Found(layout="pattern", targets=targets_of(data))
    check_columns(pattern.fields, data, where=f"pattern {data.pattern}")
    divided = _has_split_folders(files) or (
        bool(files) and all("/" in file and file.split("/")[0].lower() in SPLIT_WORDS for file in files)
    )
    for file in files:
        values = pattern.match(file)
        if values is None:
            reason = f"its name does not fit the pattern {data.pattern}" if kind_of(file) else unknown_kind_reason(file)
            found.problems.append(Problem(file, reason))
            continue
        _add(found, file, values, data, SPLIT_WORDS[file.split("/")[0].lower()] if divided else None)
    return found


def _add(found: Found, file: str, values: dict[str, str] | dict[str, str | None], data: DataSpec, split: Split | None) -> None:
    try:
        targets = found.shared(parse_targets(values, found.targets))
    except ItemError as error:
        found.problems.append(Problem(file, str(error)))
        return
    found.add(Candidate(id=file, targets=targets, group=values.get(data.group), split=split, file=file))


def _stray_reason(file: str) -> str:
    return "it lies beside the class folders, in none of them" if kind_of(file) else unknown_kind_reason(file)
