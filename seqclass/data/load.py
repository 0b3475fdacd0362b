"""The content of items: samples, text, frames. A loose file gives the same as one in a data set."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import numpy as np

from seqclass.audio.read import Audio, read_audio
from seqclass.data.content import TS_SUFFIX, clean_text, read_text
from seqclass.data.manifest import Item, Manifest
from seqclass.data.numeric_files import read_numeric
from seqclass.data.ts import read_ts
from seqclass.errors import DataError, ItemError
from seqclass.specs import DataSpec, Kind

Frames = np.ndarray[Any, np.dtype[np.float64]]
Content = Audio | str | Frames


def load_audio(manifest: Manifest, item: Item) -> Audio:
    """Decode a recording, as `seqclass.audio.read.read_audio` does.

    Raises:
        ItemError: The file has changed since the scan and cannot be used.
    """
    return read_audio(manifest.path_of(_file(item)), max_duration_s=manifest.data.max_duration_s)


def load_numeric(manifest: Manifest, item: Item) -> Frames:
    """Read a numeric sequence, float64 (n_frames, n_features). A ``.ts`` file is read once and kept.

    Raises:
        ItemError: The file has changed since the scan and cannot be used.
    """
    path = manifest.path_of(_file(item))
    return read_numeric(path) if item.row is None else _ts_row(path, item.row)


def load_item(manifest: Manifest, item: Item) -> Content:
    """The content of an item of any kind.

    Raises:
        ItemError: The file has changed since the scan and cannot be used.
    """
    if manifest.kind == "speech":
        return load_audio(manifest, item)
    if manifest.kind == "numeric":
        return load_numeric(manifest, item)
    return clean_text(item.text or "")


def load_item_file(path: Path | str, kind: Kind, *, max_duration_s: float | None = None) -> Content:
    """Read one loose file as a scan would.

    Args:
        path: The file. ``NAME.ts#3`` is the fourth sequence of a ``.ts`` file.
        kind: What it is to be read as.
        max_duration_s: Longer recordings are refused; that of `DataSpec` unless given.

    Returns:
        `Audio` for speech, str for text, float64 (n_frames, n_features) for numeric.

    Raises:
        ItemError: The file cannot be used. The text is the reason alone.
    """
    path = Path(path).expanduser()
    if kind == "speech":
        return read_audio(path, max_duration_s=DataSpec().max_duration_s if max_duration_s is None else max_duration_s)
    if kind == "text":
        return clean_text(read_text(path))
    if path.suffix.lower() == TS_SUFFIX:
        raise ItemError(f"a .ts file holds several sequences; name one, as {path.name}#0")
    name, mark, row = path.name.rpartition("#")
    if mark and row.isascii() and row.isdigit() and name.lower().endswith(TS_SUFFIX):
        return _ts_row(path.with_name(name), int(row))
    return read_numeric(path)


def _file(item: Item) -> str:
    if item.file is None:
        raise ItemError("it has no file")
    return item.file


def _ts_row(path: Path, row: int) -> Frames:
    try:
        status = path.stat()
    except OSError as error:
        raise ItemError(f"it cannot be opened: {error.strerror or error}") from error
    try:
        frames, problem = _ts_file(str(path), status.st_mtime_ns, status.st_size).get(row, (None, "there is no such row"))
    except ItemError:
        raise
    except DataError as error:
        raise ItemError(str(error)) from error
    if frames is None:
        raise ItemError(problem)
    return frames


@functools.lru_cache(maxsize=2)  # a TRAIN/TEST pair; time and size of the file tell when it has changed
def _ts_file(path: str, mtime_ns: int, size: int) -> dict[int, tuple[Frames | None, str]]:  # noqa: ARG001
    rows: dict[int, tuple[Frames | None, str]] = {}
    for sequence in read_ts(path):
        if sequence.frames is not None:
            sequence.frames.flags.writeable = False
        rows[sequence.row] = (sequence.frames, sequence.problem)
    return rows
