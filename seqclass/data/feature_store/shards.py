"""Shards of the feature store: rows of numbers, each item's under the hash of the sound that they were made of.

A shard is two files: ``NAME.npy`` holds the rows of its items one below the other, (n_rows, width) float32, and
``NAME.index.npy`` says where each item's are, with a checksum for each. ``np.load`` reads both. NAME is a hash of the index, so an
index proves itself, two processes that write the same items write the same files, and no shard is ever changed: a new one is
written beside it. Its index is moved into place last, so whoever sees an index sees a whole shard.

Rows are read with one ``pread`` an item and checked each time. They are not memory-mapped: mapped pages count as the process's
memory, and the larger the data set, the more of it there would be.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import sys
import threading
import weakref
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqclass.errors import StorageError
from seqclass.files import paths_matching, storage_error

Floats = NDArray[np.float32]
Digests = NDArray[np.bytes_]
INDEX_SUFFIX = ".index.npy"
ENTRY = np.dtype([("content", "S32"), ("start", "<i8"), ("n_frames", "<i4"), ("first_frame", "<i4"), ("crc32", "<u4")])
"""An item of an index: SHA-256 of its sound, its first row, its rows, the frames that were cut off before, their checksum."""

SHARD_BYTES = 64 << 20
_MOST_INDEX_BYTES = 500_000_000
_MOST_OPEN = 256  # beyond it a shard is opened for each read: processes may hold about a thousand files
_READ_BYTES = 4 << 20  # neighbours are read together up to this


class Column:
    """All shards of one folder, read by any number of threads.

    Attributes:
        folder: Where they lie; it need not exist.
        width: Numbers a row.
        contents: SHA-256 of each item's sound, (n_entries,), sorted; an item's place here is its entry.
        n_frames: Rows of each, (n_entries,).
        first_frames: Frames of silence that were cut off before the first row of each, (n_entries,).
    """

    def __init__(self, folder: Path, width: int) -> None:
        self.folder = folder
        self.width = width
        self._names: list[str] = []
        self._starts: list[int] = []  # bytes before the first row of each shard
        self._files: dict[int, int] = {}  # shard -> open file
        self._gone: set[int] = set()
        self._lock = threading.Lock()
        weakref.finalize(self, _close_all, self._files)
        entries = self._read_indices()
        # Arrays of their own: taking one number out of a row of a table takes several times as long.
        self.contents: Digests = entries["content"].copy()
        self.n_frames: NDArray[np.int32] = entries["n_frames"].copy()
        self.first_frames: NDArray[np.int32] = entries["first_frame"].copy()
        self._start: NDArray[np.int64] = entries["start"].copy()
        self._crc32: NDArray[np.uint32] = entries["crc32"].copy()
        self._shard: NDArray[np.int32] = entries["shard"].copy()

    def find(self, contents: Digests) -> NDArray[np.int64]:
        """Where each content's entry is, (n,); -1 where there is none."""
        known = self.contents
        if not len(known):
            return np.full(len(contents), -1, np.int64)
        places = np.minimum(np.searchsorted(known, contents), len(known) - 1)
        return np.where(known[places] == contents, places, -1).astype(np.int64)

    def mark_used(self, entries: NDArray[np.int64]) -> set[Path]:
        """Note on the disk that the shards of these entries were used now, so that others make room first; gives their paths."""
        used = {self._index_path(shard) for shard in np.unique(self._shard[entries[entries >= 0]]).tolist()}
        for path in used:
            with contextlib.suppress(OSError):  # a read-only cache can be read all the same
                os.utime(path)
        return used

    def read(self, entry: int) -> Floats | None:
        """An item's rows, (n_frames, width), not to be written to; None where they are damaged or were deleted meanwhile.

        A damaged shard is removed, so that its items are made anew.
        """
        row_bytes = 4 * self.width
        shard, n_frames = int(self._shard[entry]), int(self.n_frames[entry])
        content = self._read_at(shard, int(self._start[entry]) * row_bytes, n_frames * row_bytes)
        return self._checked(content, n_frames, int(self._crc32[entry]), shard)

    def stream(self, entries: NDArray[np.int64]) -> Iterator[Floats | None]:
        """Rows of many items, as `read` gives each; neighbours in a file are read in one go."""
        row_bytes = 4 * self.width
        shards, starts, counts = self._shard[entries], self._start[entries], self.n_frames[entries]
        follows = (shards[1:] == shards[:-1]) & (starts[1:] == starts[:-1] + counts[:-1])
        ends = [*(np.flatnonzero(~follows) + 1).tolist(), len(entries)] if len(entries) else []
        position = 0
        for end in ends:
            while position < end:
                # As many whole items as may be read at once, but one at least.
                reach = starts[position] + _READ_BYTES // row_bytes
                stop = max(
                    position + int(np.searchsorted(starts[position:end] + counts[position:end], reach, "right")), position + 1
                )
                n_rows = int(counts[position:stop].sum())
                shard = int(shards[position])
                content = self._read_at(shard, int(starts[position]) * row_bytes, n_rows * row_bytes)
                offset = 0
                for entry in entries[position:stop].tolist():
                    n_frames = int(self.n_frames[entry])
                    piece = content[offset : offset + n_frames * row_bytes]
                    offset += n_frames * row_bytes
                    yield self._checked(piece, n_frames, int(self._crc32[entry]), shard)
                position = stop

    def _checked(self, content: memoryview, n_frames: int, checksum: int, shard: int) -> Floats | None:
        if len(content) == n_frames * 4 * self.width and zlib.crc32(content) == checksum:
            return np.frombuffer(content, "<f4").reshape(n_frames, self.width)
        self._drop(shard)
        return None

    def _read_at(self, shard: int, offset: int, n_bytes: int) -> memoryview:
        if shard in self._gone:
            return memoryview(b"")
        try:
            file, is_kept = self._open(shard)
            try:
                return memoryview(_pread(file, n_bytes, self._starts[shard] + offset))
            finally:
                if not is_kept:
                    os.close(file)
        except OSError:
            return memoryview(b"")

    def _open(self, shard: int) -> tuple[int, bool]:
        with self._lock:
            if shard in self._files:
                return self._files[shard], True
            file = os.open(self._data_path(shard), os.O_RDONLY | getattr(os, "O_BINARY", 0))
            if len(self._files) < _MOST_OPEN:
                self._files[shard] = file
                return file, True
            return file, False

    def _drop(self, shard: int) -> None:
        """Remove a shard that is not what its index says; the index first, so that nobody finds half of it."""
        if shard not in self._gone:
            self._gone.add(shard)
            remove_shard(self._index_path(shard))

    def _read_indices(self) -> NDArray[Any]:
        with_shard = np.dtype([*((name, ENTRY[name]) for name in ENTRY.names or ()), ("shard", "<i4")])
        pieces = []
        for path in paths_matching(self.folder, f"*{INDEX_SUFFIX}"):
            index = _read_index(path)
            start = None if index is None else _start_of_rows(path.with_name(_name_of(path) + ".npy"), index, self.width)
            if index is None or start is None:
                remove_shard(path)
                continue
            piece = np.empty(len(index), with_shard)
            for name in ENTRY.names or ():
                piece[name] = index[name]
            piece["shard"] = len(self._names)
            pieces.append(piece)
            self._names.append(_name_of(path))
            self._starts.append(start)
        if not pieces:
            return np.empty(0, with_shard)
        merged = np.concatenate(pieces)
        # Two processes may have written the same item: the first one counts.
        return merged[np.unique(merged["content"], return_index=True)[1]]

    def _data_path(self, shard: int) -> Path:
        return self.folder / f"{self._names[shard]}.npy"

    def _index_path(self, shard: int) -> Path:
        return self.folder / f"{self._names[shard]}{INDEX_SUFFIX}"


class ShardWriter:
    """Writes rows item by item, in as many shards as they fill."""

    def __init__(self, folder: Path, part: Path, width: int) -> None:
        """Prepare.

        Args:
            folder: Where whole shards go.
            part: A folder on the same disk for what is not whole yet; what is in it after a crash is worth nothing.
            width: Numbers a row.
        """
        self._folder, self._part, self._width = folder, part, width
        self._stream: io.BufferedWriter | None = None
        self._entries: list[tuple[bytes, int, int, int, int]] = []
        self._n_rows = 0
        self._head_size = 0

    def add(self, content: bytes, rows: Floats, *, first_frame: int, crc32: int) -> None:
        """Append an item.

        Args:
            content: SHA-256 of its sound.
            rows: Its numbers, (n_frames, width) float32, C order.
            first_frame: Frames of silence that were cut off before the first.
            crc32: Of ``rows``.

        Raises:
            StorageError: The disk is full, for instance.
        """
        try:
            if self._stream is None:
                self._stream = (self._part / f"{self._folder.name}.npy").open("wb")
                self._head_size = self._write_head()
            self._stream.write(rows.astype("<f4", copy=False).data)
            self._entries.append((content, self._n_rows, len(rows), first_frame, crc32))
            self._n_rows += len(rows)
            if self._n_rows * 4 * self._width >= SHARD_BYTES:
                self.close()
        except OSError as error:
            self.drop()
            raise storage_error("write", self._folder, error) from error

    def close(self) -> None:
        """Finish the shard: from now on others see it.

        Raises:
            StorageError: The disk is full, for instance.
        """
        if self._stream is None:
            return
        try:
            self._stream.seek(0)
            if self._write_head() != self._head_size:
                raise StorageError("A shard's header must keep its size. Received: one that grew. Please report this.")
            self._stream.close()
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.array(self._entries, ENTRY), version=(1, 0))
            index = buffer.getvalue()
            name = _hash(index)
            self._folder.mkdir(parents=True, exist_ok=True)
            written = self._part / f"{self._folder.name}{INDEX_SUFFIX}"
            written.write_bytes(index)
            # Not flushed to the disk: what a power failure leaves does not have its checksum, and is made anew.
            (self._part / f"{self._folder.name}.npy").replace(self._folder / f"{name}.npy")
            written.replace(self._folder / f"{name}{INDEX_SUFFIX}")
        except OSError as error:
            raise storage_error("write", self._folder, error) from error
        finally:
            self.drop()

    def drop(self) -> None:
        """Forget the shard that was begun."""
        if self._stream is not None:
            with contextlib.suppress(OSError):
                self._stream.close()
        self._stream, self._entries, self._n_rows = None, [], 0

    def _write_head(self) -> int:
        assert self._stream is not None
        # NumPy leaves room in the header for the first axis to grow, for just this.
        head = {"descr": "<f4", "fortran_order": False, "shape": (self._n_rows, self._width)}
        np.lib.format.write_array_header_1_0(self._stream, head)
        return self._stream.tell()


def remove_shard(index: Path) -> int:
    """Delete a shard by the path of its index, the index first; gives the bytes that this freed."""
    freed = 0
    for path in (index, index.with_name(_name_of(index) + ".npy")):
        with contextlib.suppress(OSError):
            n_bytes = path.stat().st_size
            path.unlink()
            freed += n_bytes
    return freed


def shard_bytes(index: Path) -> int:
    """What a shard takes on the disk, by the path of its index; 0 where it is gone."""
    total = 0
    for path in (index, index.with_name(_name_of(index) + ".npy")):
        with contextlib.suppress(OSError):
            total += path.stat().st_size
    return total


def _name_of(index: Path) -> str:
    return index.name.removesuffix(INDEX_SUFFIX)


def _hash(index: bytes) -> str:
    return hashlib.blake2b(index, digest_size=12).hexdigest()


def _read_index(path: Path) -> NDArray[Any] | None:
    """An index; None where it is not what its name says."""
    try:
        with path.open("rb") as stream:
            content = stream.read(_MOST_INDEX_BYTES)
        if _hash(content) != _name_of(path):
            return None
        index = np.load(io.BytesIO(content), allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return index if index.dtype == ENTRY and index.ndim == 1 and len(index) else None


def _start_of_rows(path: Path, index: NDArray[Any], width: int) -> int | None:
    """Bytes before the first row; None where the file does not hold the rows that the index speaks of."""
    n_rows = int(index["start"][-1] + index["n_frames"][-1])
    try:
        with path.open("rb") as stream:
            if np.lib.format.read_magic(stream) != (1, 0):
                return None
            shape, is_fortran, dtype = np.lib.format.read_array_header_1_0(stream)
            start = stream.tell()
            n_bytes = os.fstat(stream.fileno()).st_size
    except (OSError, ValueError):
        return None
    is_whole = shape == (n_rows, width) and dtype == np.dtype("<f4") and not is_fortran
    return start if is_whole and n_bytes == start + n_rows * width * 4 else None


if sys.platform == "win32":
    _seek_lock = threading.Lock()

    def _pread(file: int, n_bytes: int, offset: int) -> bytes:
        with _seek_lock:
            os.lseek(file, offset, os.SEEK_SET)
            return os.read(file, n_bytes)

else:

    def _pread(file: int, n_bytes: int, offset: int) -> bytes:
        return os.pread(file, n_bytes, offset)


def _close_all(files: dict[int, int]) -> None:
    for file in files.values():
        with contextlib.suppress(OSError):
            os.close(file)
