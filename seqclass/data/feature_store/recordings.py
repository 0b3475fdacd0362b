"""Features of recordings, computed once and kept in the user's cache directory.

A store is a folder named by everything that decides about features (`Extractor.key`), and an entry in it is named by the sound that
it was computed from (`Item.content_hash`). So every data set, fold, split, training and evaluation that needs the same features of
the same sound shares one entry, and nothing ever has to be declared out of date. There are two columns: ``features``, and
``power``, which is what varying a training item starts from.

Each column is a folder of shards, see `seqclass.data.feature_store.shards`.

It can be deleted at any time, also while somebody reads: what is missing or damaged is computed when it is needed. A limit counts
for all stores together; shards that were not used for longest make room. What has no room is computed whenever it is needed.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import io
import shutil
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqclass.data import project
from seqclass.data.feature_store.extract import Extractor
from seqclass.data.feature_store.shards import INDEX_SUFFIX, Column, Digests, shard_bytes
from seqclass.errors import DataError, ItemError, StorageError
from seqclass.files import paths_matching, write_bytes

Floats = NDArray[np.float32]
FEATURES, POWER = "features", "power"
_KEPT_BYTES = 64 << 20


class Kept:
    """Arrays that stay in memory, up to a limit: so a small data set is read from the disk once.

    What came first stays. Training uses each item once an epoch, and then what was used for longest is just what comes next.
    """

    def __init__(self, limit_bytes: int = _KEPT_BYTES) -> None:
        self._limit = limit_bytes
        self._n_bytes = 0
        self._arrays: dict[Any, Floats] = {}

    def get(self, name: Any, make: Callable[[], Floats]) -> Floats:
        """The array of a name, made if need be."""
        found = self._arrays.get(name)
        if found is not None:
            return found
        made = make()
        if self._n_bytes + made.nbytes <= self._limit:
            # What is read together is a view of it all; kept alone it must not hold the rest in memory.
            made = made.copy() if made.base is not None else made
            self._n_bytes += made.nbytes
            self._arrays[name] = made
        return made


@dataclass(frozen=True)
class Sounds:
    """Recordings that features are wanted of.

    Attributes:
        contents: SHA-256 (hex) of each one's sound as a scan found it; empty where it is unknown.
        path_of: From a recording's place among them to its file.
        durations_s: Of each, about.
    """

    contents: Sequence[str]
    path_of: Callable[[int], Path]
    durations_s: Sequence[float]


@dataclass(frozen=True)
class Stored:
    """One column of a store, and where the rows of each recording are in it.

    Attributes:
        column: The column.
        entries: (n_recordings,); -1 where they are not in it.
    """

    column: Column
    entries: NDArray[np.int64]

    def read(self, index: int) -> Floats | None:
        """Rows of a recording; None where they are not to be had."""
        entry = int(self.entries[index])
        return self.column.read(entry) if entry >= 0 else None


@dataclass(frozen=True)
class Recordings:
    """Features of recordings, wherever they are: in memory, in the store, or to be computed.

    Attributes:
        extractor: How they are computed.
        sounds: What they are computed from.
        contents: SHA-256 of each one's sound as it was read, (n_recordings,).
        n_frames: Frames of each, (n_recordings,); 0 where it cannot be used.
        reasons: Which recordings cannot be used, and why.
        stored_features: Those in the store.
        stored_power: Likewise; none where power was not asked for.
        kept: What stays in memory.
    """

    extractor: Extractor
    sounds: Sounds
    contents: Digests
    n_frames: NDArray[np.int64]
    reasons: dict[int, str]
    stored_features: Stored
    stored_power: Stored | None
    kept: Kept

    def features(self, index: int) -> Floats:
        """Features of one recording before normalisation, (n_frames, n_features), not to be written to.

        Raises:
            DataError: It is not in the store, and its file is not what it was any more.
        """
        rows = self.stored_features.read(index)
        return self.extractor.features(self.power(index)) if rows is None else rows

    def stream_features(self, indices: Sequence[int]) -> Iterator[Floats]:
        """`features` of many, one after the other, in fewer reads."""
        entries = self.stored_features.entries[np.asarray(indices, np.int64)]
        stored = self.stored_features.column.stream(entries[entries >= 0])
        for index, entry in zip(indices, entries.tolist(), strict=True):
            rows = next(stored) if entry >= 0 else None
            yield self.extractor.features(self.power(index)) if rows is None else rows

    def power(self, index: int) -> Floats:
        """Power of one recording's frames, (n_frames, n_bins), not to be written to. Errors as for `features`."""
        return self.kept.get((POWER, index), functools.partial(self._power_of, index))

    def _power_of(self, index: int) -> Floats:
        rows = None if self.stored_power is None else self.stored_power.read(index)
        if rows is not None:
            return rows
        path = self.sounds.path_of(index)
        try:
            power, _, content = self.extractor.power(path)
        except ItemError as error:
            raise DataError(
                f"A recording must stay where it is while a job uses it. Received: {path}: {error}. Put it back and start again."
            ) from error
        if content != self.contents[index].ljust(32, b"\0"):
            raise DataError(
                f"A recording must stay as it is while a job uses it. Received: {path}, which has changed. Start again."
            )
        return power


class Lookup:
    """Features that happen to be in the store, for whoever computes the others himself."""

    def __init__(self, extractor: Extractor) -> None:
        self._column = Column(folder() / extractor.key() / FEATURES, extractor.basis.n_features)

    def __call__(self, content: str) -> tuple[Floats, int] | None:
        """Features (n_frames, n_features) before normalisation, and the frames that were cut off before the first one.

        Args:
            content: SHA-256 (hex) of the sound.
        """
        (entry,) = self._column.find(np.asarray([digest_of(content)], "S32")).tolist()
        rows = self._column.read(entry) if entry >= 0 else None
        return None if rows is None else (rows, int(self._column.first_frames[entry]))


def digest_of(content: str) -> bytes:
    """SHA-256 from its hex form; nothing where it is none."""
    try:
        digest = bytes.fromhex(content)
    except ValueError:
        return b""
    return digest if len(digest) == 32 else b""


def remembered(extractor: Extractor, of: Iterable[bytes], make: Callable[[], NDArray[np.float32]]) -> NDArray[np.float32]:
    """What a pass over many features came to: read from the store, or made and put there.

    Args:
        extractor: Whose features.
        of: All that it depends on beside the extractor.
        make: Gives it, 1-d.
    """
    digest = hashlib.sha256()
    for piece in of:
        digest.update(piece)
    path = folder() / extractor.key() / "sums" / f"{digest.hexdigest()[:32]}.npy"
    with contextlib.suppress(OSError, ValueError, EOFError):
        values = np.load(path, allow_pickle=False)
        if values.dtype == np.float32 and values.ndim == 1 and len(values) and _checksum(values[:-1]) == values[-1:].tobytes():
            return np.asarray(values[:-1])
    made = np.ascontiguousarray(make(), "<f4")
    buffer = io.BytesIO()
    np.save(buffer, np.append(made, np.frombuffer(_checksum(made), "<f4")))
    with contextlib.suppress(StorageError):  # a cache that cannot be written stops nobody
        if path.parent.parent.is_dir():  # otherwise nothing is to be kept
            write_bytes(path, buffer.getvalue())
    return made


def _checksum(values: NDArray[np.float32]) -> bytes:
    return zlib.crc32(np.ascontiguousarray(values, "<f4").data).to_bytes(4, "little")


def folder() -> Path:
    """Where all stores lie."""
    return project.cache_dir() / "features"


def clear() -> int:
    """Delete all stores; whoever is using one goes on and computes what it needs.

    Returns:
        How many bytes that freed, less what others have written meanwhile; none at least.
    """
    before = _total_bytes()
    shutil.rmtree(folder(), ignore_errors=True)
    return max(before - _total_bytes(), 0)


def shards() -> list[Path]:
    """The index of each shard of every store."""
    return paths_matching(folder(), f"*/*/*{INDEX_SUFFIX}")


def _total_bytes() -> int:
    return sum(shard_bytes(index) for index in shards())
