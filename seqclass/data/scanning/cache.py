"""What earlier scans of a folder found, so that a second start need not open 100,000 files again.

Two files a data set lie in ``scans`` of the cache folder, both a checksum and MessagePack. One holds a whole manifest, column by
column, with a proof: a hash of every path with its marks (`seqclass.data.walk.mark_of`), of the settings, the overlay and the
versions. Where the walk gives the same proof, nothing is opened and nothing is worked out again. Where it does not, the other
file has what each single recording or sequence gave, its print for near duplicates too, and only files of another mark are opened.

A scan from here equals a fresh one in every field. What cannot be vouched for is not kept: files that changed within the last
two seconds, as a second change could bear the same time; files that the system refused, not their content; manifests whose rows
name more than a few files out of the walk's sight. All of it can be deleted at any time.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import shutil
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np

from seqclass import __version__
from seqclass.data import project
from seqclass.data.candidates import Candidate, Found
from seqclass.data.columns import Stored
from seqclass.data.items import Items
from seqclass.data.manifest import Manifest, place_of
from seqclass.data.overlay import Layer
from seqclass.data.reading import Reading
from seqclass.data.scanning.columns import KeptReadings, ReadingColumns, pack_readings
from seqclass.data.walk import NO_MARK, Mark, Marks, Walk, mark_of
from seqclass.errors import StorageError
from seqclass.files import atomic_path, read_bytes
from seqclass.specs import DataSpec

SCHEMA = 2
LIMIT_BYTES = 1 << 30
MOST_OUTSIDE = 1000
SETTLED_NS = 2_000_000_000
_MAGIC = b"seqscan\x01"
_LEFT_BEHIND_NS = 3_600_000_000_000
# They decide about training alone, so a scan for a window and one for a training are the same.
_NOT_READ_BY = ("validation_share", "test_share", "split_by", "salt", "silence_class")

T = TypeVar("T")


class _StoredManifest(msgspec.Struct, frozen=True):
    """``manifest-KEY``: all but the items as it is. ``outside``: what was looked up beside the walk (`Found.outside`)."""

    proof: bytes
    head: Manifest
    items: dict[str, Stored]
    outside: tuple[tuple[str, str, Mark], ...]


class _StoredReadings(msgspec.Struct, frozen=True):
    """``readings-KEY``: what each file gave, to these versions."""

    versions: tuple[str, ...]
    columns: ReadingColumns


class ScanCache:
    """What is kept of one folder with one way of reading it, while it is scanned once more.

    Attributes:
        folder: Made when something is kept.
    """

    def __init__(self, root: Path, data: DataSpec, walked: Walk, layer: Layer, *, began_ns: int) -> None:
        """Look nothing up yet.

        Args:
            root: The data set, resolved.
            data: How it is read.
            walked: What lies in it.
            layer: Its overlay.
            began_ns: When the walk began, in ns since 1970.
        """
        self._root, self._data, self._walked, self._layer, self._began_ns = root, data, walked, layer, began_ns
        self._plain = {name: value for name, value in msgspec.to_builtins(data).items() if name not in _NOT_READ_BY}
        reading = [self._plain["lines"], self._plain["max_duration_s"]]
        self.folder = scans() / hashlib.sha256(os.fsencode(root)).hexdigest()[:24]
        self._manifest_file = self.folder / f"manifest-{_digest(self._plain)[:16]}"
        self._readings_file = self.folder / f"readings-{_digest(reading)[:16]}"

    def manifest(self) -> Manifest | None:
        """The manifest of a folder that is as it was; None where it must be scanned."""
        stored = _read(self._manifest_file, _StoredManifest)
        if stored is None or stored.proof != self._proof():
            return None
        if any(_looked_up(self._root, file) != (file, real, mark) for file, real, mark in stored.outside):
            return None
        _mark_used(self.folder)
        try:
            return msgspec.structs.replace(stored.head, data=self._data, items=Items.from_stored(stored.items))
        except (ValueError, KeyError):
            return None

    def readings(self) -> KeptReadings | None:
        """What is known of single files; None where there is nothing, or it is damaged or of other versions."""
        stored = _read(self._readings_file, _StoredReadings)
        if stored is None or stored.versions != _versions():
            return None
        try:
            return KeptReadings(stored.columns)
        except ValueError:
            return None

    def keep_manifest(self, manifest: Manifest, found: Found) -> None:
        """Keep a manifest if all that it came from has been at rest for two seconds."""
        outside = tuple(_looked_up(self._root, file) for file in found.outside[: MOST_OUTSIDE + 1])
        others = [*(mark for _, _, mark in outside if mark != NO_MARK), *self._layer.marks()]
        marks = np.concatenate([self._walked.marks, np.asarray(others, np.int64).reshape(-1, 3)])
        if len(outside) <= MOST_OUTSIDE and settled(marks, began_ns=self._began_ns).all():
            head = msgspec.structs.replace(manifest, items=())
            self._write(self._manifest_file, _StoredManifest(self._proof(), head, Items.of(manifest.items).stored(), outside))

    def keep_readings(self, readings: Sequence[Reading], marks: Marks) -> None:
        """Keep what those files gave that have been at rest for two seconds; ``marks`` as `marks_of` gave them."""
        is_settled = settled(marks, began_ns=self._began_ns)
        rows = [row for row in np.flatnonzero(is_settled).tolist() if not readings[row].is_passing]
        columns = pack_readings([readings[row] for row in rows], marks[rows])
        if rows:
            self._write(self._readings_file, _StoredReadings(_versions(), columns))

    def _proof(self) -> bytes:
        """SHA-256 of all that a scan depends on: what lies where, how it is read, by which versions."""
        walked = self._walked
        digest = hashlib.sha256(f"{len(walked.files)}\n".encode())
        digest.update("\0".join(walked.files).encode())
        digest.update(np.ascontiguousarray(walked.marks, "<i8").tobytes())
        rest = [_versions(), self._plain, walked.problems, walked.ignored, self._layer.state()]
        digest.update(msgspec.msgpack.encode(rest))
        return digest.digest()

    def _write(self, path: Path, value: Any) -> None:
        """Write whole or not at all; a cache that cannot be written is no error."""
        try:
            content = msgspec.msgpack.encode(value)
            if len(content) <= LIMIT_BYTES // 2:
                with atomic_path(path) as temporary, temporary.open("wb") as stream:
                    stream.write(_MAGIC + zlib.crc32(content).to_bytes(4, "little"))
                    stream.write(content)
                shrink(keep=self.folder)
        except (StorageError, ValueError, OverflowError, msgspec.EncodeError):
            return


def scans() -> Path:
    """Where all kept scans lie."""
    return project.cache_dir() / "scans"


def settled(marks: Marks, *, began_ns: int) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which files have been at rest for two seconds, so that any later change bears another time; (n_files,) of (n_files, 3).

    Where times of entries are kept they count, as nobody can set them; elsewhere that of the content does.
    """
    newest = marks[:, 2] if os.name == "posix" else marks[:, 1]
    return np.asarray((newest < began_ns - SETTLED_NS) & (marks[:, 0] >= 0))


def marks_of(candidates: Sequence[Candidate], walked: Walk, *, root: Path, overlay: Path) -> Marks:
    """The mark of each candidate's file, (n_candidates, 3): from the walk, else looked up; `NO_MARK` for a text without a file."""
    known = {file: row for row, file in enumerate(walked.files)}
    rows = np.asarray([known.get(candidate.file, -1) if candidate.file else -1 for candidate in candidates], np.int64)
    marks = walked.marks[rows] if known else np.full((len(rows), 3), -1, np.int64)
    for index in np.flatnonzero(rows < 0).tolist():
        file = candidates[index].file
        marks[index] = NO_MARK if file is None else mark_of(place_of(file, root=root, overlay=overlay))
    return marks


def now_ns() -> int:
    """The time in ns since 1970; a function of its own for tests of what is too young."""
    return time.time_ns()


def clear() -> None:
    """Delete all kept scans."""
    shutil.rmtree(scans(), ignore_errors=True)


def shrink(limit_bytes: int = LIMIT_BYTES, *, keep: Path | None = None) -> None:
    """Delete the data sets' scans that were not used for longest until all are within a limit, and what killed writers left."""
    oldest_ns = time.time_ns() - _LEFT_BEHIND_NS
    folders: list[tuple[int, int, Path]] = []
    with contextlib.suppress(OSError):
        for folder in scans().iterdir():
            n_bytes, used_ns = 0, 0
            for path in folder.iterdir():
                status = path.stat()
                if path.name.startswith(".") and status.st_mtime_ns < oldest_ns:
                    path.unlink()
                    continue
                n_bytes, used_ns = n_bytes + status.st_size, max(used_ns, status.st_mtime_ns)
            folders.append((used_ns, n_bytes, folder))
    total = sum(n_bytes for _, n_bytes, _ in folders)
    for _, n_bytes, folder in sorted(folders):
        if total <= limit_bytes:
            return
        if folder != keep:
            shutil.rmtree(folder, ignore_errors=True)
            total -= n_bytes


def _looked_up(root: Path, file: str) -> tuple[str, str, Mark]:
    path = root / file
    try:
        real = os.path.realpath(path)
    except (OSError, ValueError):
        real = ""
    return file, real, mark_of(path)


@functools.cache
def _versions() -> tuple[str, ...]:
    from importlib.metadata import version

    return str(SCHEMA), __version__, np.__version__, version("soundfile")


def _digest(plain: Any) -> str:
    return hashlib.sha256(msgspec.json.encode(plain)).hexdigest()


def _read(path: Path, kind: type[T]) -> T | None:
    """What a cache wrote; None where there is nothing of use."""
    try:
        content = memoryview(read_bytes(path, limit=LIMIT_BYTES))
        if content[:8] == _MAGIC and zlib.crc32(content[12:]) == int.from_bytes(content[8:12], "little"):
            return msgspec.msgpack.decode(content[12:], type=kind)
    except (StorageError, msgspec.DecodeError):
        pass
    return None


def _mark_used(folder: Path) -> None:
    with contextlib.suppress(OSError):  # a read-only cache can be read all the same
        (folder / "used").touch()
