"""Filling the feature store: what is missing is computed, in blocks, by whoever is to do it, and written by this process alone."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from seqclass.data.feature_store import recordings as stores
from seqclass.data.feature_store.extract import Block, Extractor, Rows, extract_block
from seqclass.data.feature_store.parallel import runner
from seqclass.data.feature_store.recordings import FEATURES, POWER, Kept, Recordings, Sounds, Stored, digest_of
from seqclass.data.feature_store.shards import Column, Digests, ShardWriter, remove_shard, shard_bytes
from seqclass.data.held_folder import held_folder, remove_abandoned
from seqclass.errors import StorageError, UsageError
from seqclass.events import CancelToken, Emit, Note, Progress
from seqclass.files import paths_matching, write_bytes
from seqclass.specs import ComputeSpec

_MOST_ITEMS, _LEAST_ITEMS = 256, 32  # of a block
_BLOCKS_EACH = 8  # that many for each worker of what is left: blocks grow smaller to the end, so that all end together
_BLOCK_S = 120.0  # of sound: bounds the power that a worker holds, whatever the recordings' length
_SECONDS_A_FILE, _SECONDS_A_SECOND = 8e-5, 1.5e-4  # of work, about, for choosing who does it
_PAUSE_S = 0.1
_STAGE = "reading recordings"


def gather(
    extractor: Extractor,
    sounds: Sounds,
    *,
    with_power: bool,
    compute: ComputeSpec,
    kept: Kept,
    emit: Emit,
    cancel: CancelToken,
) -> Recordings:
    """Features of recordings: those of the store; what is missing is computed and, where there is room, put there.

    Args:
        extractor: How they are computed.
        sounds: The recordings.
        with_power: Whether `Recordings.power` will be asked for.
        compute: Who computes, and how much may be stored.
        kept: What stays in memory.
        emit: Gets progress, and a note where not everything can be stored.
        cancel: Looked at between blocks.

    Raises:
        CancelledError: The person cancelled or stopped. What was computed by then is stored.
        UsageError: The cluster cannot be used.
    """
    found = _Found(extractor, sounds, with_power=with_power)
    if len(found.missing()):
        with _writing(found, compute, cancel) as shelf:
            found.look()  # another process may have filled it while this one waited
            _fill(found, shelf, kept, compute, emit=emit, cancel=cancel)
            if shelf.note:
                emit(Note(text=shelf.note))
        found.look()
    n_all = len(sounds.contents)
    emit(Progress(stage=_STAGE, done=n_all, total=n_all))
    return found.recordings(kept)


class _Found:
    """What of some recordings is in the store.

    Attributes:
        contents: SHA-256 of each sound, (n_recordings,): as the scan says, and as it was where it was read.
        n_frames: Of each, as far as known.
        reasons: Recordings that cannot be used.
    """

    def __init__(self, extractor: Extractor, sounds: Sounds, *, with_power: bool) -> None:
        self.extractor, self.sounds = extractor, sounds
        self.folder = stores.folder() / extractor.key()
        self.widths = {FEATURES: extractor.basis.n_features} | ({POWER: extractor.n_bins} if with_power else {})
        self.contents: Digests = np.asarray([digest_of(content) for content in sounds.contents], "S32")
        self.n_frames = np.zeros(len(sounds.contents), np.int64)
        self.reasons: dict[int, str] = {}
        self.is_read = np.zeros(len(sounds.contents), bool)
        self.stored: dict[str, Stored] = {}
        self.used: set[Path] = set()
        self.look()

    def look(self) -> None:
        """Open the columns anew."""
        self.used = set()
        for name, width in self.widths.items():
            column = Column(self.folder / name, width)
            stored = Stored(column, column.find(self.contents))
            self.stored[name] = stored
            self.used |= column.mark_used(stored.entries)
            has_entry = stored.entries >= 0
            self.n_frames[has_entry] = column.n_frames[stored.entries[has_entry]]

    def missing(self) -> NDArray[np.int64]:
        """The recordings that are to be computed."""
        is_whole = np.logical_and.reduce([stored.entries >= 0 for stored in self.stored.values()])
        return np.flatnonzero(~is_whole & ~self.is_read)

    def recordings(self, kept: Kept) -> Recordings:
        """The same for reading."""
        return Recordings(
            extractor=self.extractor,
            sounds=self.sounds,
            contents=self.contents,
            n_frames=self.n_frames,
            reasons=self.reasons,
            stored_features=self.stored[FEATURES],
            stored_power=self.stored.get(POWER),
            kept=kept,
        )


class _Shelf:
    """Room for new shards within the limit.

    Attributes:
        note: What to tell the person about what has no room; empty where all has.
    """

    def __init__(self, limit_mb: int, writers: dict[str, ShardWriter], keep: set[Path]) -> None:
        self.note = ""
        self._limit_mb = limit_mb
        self._writers = writers
        sizes = {index: shard_bytes(index) for index in stores.shards()}
        self._total = sum(sizes.values())
        self._others = sorted((index for index in sizes if index not in keep), key=_used_ns, reverse=True)
        self._sizes = sizes
        self._n_left_out = 0

    def put(self, name: str, content: bytes, rows: NDArray[np.float32], *, first_frame: int, crc32: int) -> bool:
        """Store an item's rows; False where there is no room."""
        writer = self._writers.get(name)
        if writer is None:
            return False
        if not self._has_room(rows.nbytes):
            self._stop(f"have no room within the {self._limit_mb} MB that features may take in the cache (--cache-mb)")
            return False
        try:
            writer.add(content, rows, first_frame=first_frame, crc32=crc32)
        except StorageError as error:
            self._stop(f"are not kept, as the cache cannot be written: {str(error).rstrip('.')}")
            return False
        self._total += rows.nbytes
        return True

    def close(self) -> None:
        """Finish the shards that were begun."""
        for writer in self._writers.values():
            try:
                writer.close()
            except StorageError as error:
                self._tell(f"are not kept, as the cache cannot be written: {str(error).rstrip('.')}")

    def refuse(self, cause: str) -> None:
        """Store nothing."""
        self._stop(cause)

    def _stop(self, cause: str) -> None:
        self.close()
        self._writers = {}
        self._tell(cause)

    def _tell(self, cause: str) -> None:
        self.note = f"Features of some recordings {cause}: they are computed whenever they are needed, which takes longer."

    def _has_room(self, n_bytes: int) -> bool:
        limit = self._limit_mb << 20
        while self._total + n_bytes > limit and self._others:
            oldest = self._others.pop()
            remove_shard(oldest)
            self._total -= self._sizes[oldest]
        return self._total + n_bytes <= limit


def _fill(found: _Found, shelf: _Shelf, kept: Kept, compute: ComputeSpec, *, emit: Emit, cancel: CancelToken) -> None:
    missing = found.missing().tolist()
    if not missing:
        return
    n_all = len(found.contents)
    n_before = n_all - len(missing)
    durations = [found.sounds.durations_s[index] for index in missing]
    seconds = _SECONDS_A_FILE * len(missing) + _SECONDS_A_SECOND * sum(durations)
    started = said = time.monotonic()
    n_done = 0
    with runner(compute.parallel, seconds=seconds) as (run, n_workers):
        blocks = list(in_blocks(missing, durations, n_workers))
        with contextlib.closing(run(_tasks(found, blocks))) as made:
            for indices, block in zip(blocks, made, strict=True):
                if compute.parallel != "local":
                    _require_same_files(found, indices, block, compute)
                _take(found, shelf, kept, indices, block)
                cancel.check_beginning()
                n_done += len(indices)
                now = time.monotonic()
                if now - said > _PAUSE_S:
                    said = now
                    eta_s = (now - started) / n_done * (len(missing) - n_done)
                    emit(Progress(stage=_STAGE, done=n_before + n_done, total=n_all, eta_s=eta_s))


def _tasks(found: _Found, blocks: Sequence[list[int]]) -> Iterator[Callable[[], Block]]:
    with_power = POWER in found.widths
    for indices in blocks:
        paths = [str(found.sounds.path_of(index)) for index in indices]  # not paths: sending these takes ten times as long
        yield functools.partial(extract_block, found.extractor, paths, with_power=with_power)


def in_blocks(missing: Sequence[int], durations_s: Sequence[float], n_workers: int) -> Iterator[list[int]]:
    """Divide recordings, by their numbers, into blocks that one worker does at once: smaller ones to the end."""
    block: list[int] = []
    seconds = 0.0
    most = _LEAST_ITEMS
    for number, (index, duration_s) in enumerate(zip(missing, durations_s, strict=True)):
        if block and (len(block) >= most or seconds + duration_s > _BLOCK_S):
            yield block
            block, seconds = [], 0.0
        if not block:
            most = min(max((len(missing) - number) // (_BLOCKS_EACH * n_workers), _LEAST_ITEMS), _MOST_ITEMS)
        block.append(index)
        seconds += duration_s
    if block:
        yield block


def _take(found: _Found, shelf: _Shelf, kept: Kept, indices: Sequence[int], block: Block) -> None:
    """Note what a block says of its recordings, and put its numbers where there is room."""
    usable = []
    for index, reason in zip(indices, block.reasons, strict=True):
        found.is_read[index] = True
        if reason:
            found.reasons[index] = reason
            found.n_frames[index] = 0
        else:
            usable.append(index)
    columns: dict[str, Rows] = {FEATURES: block.features} | ({POWER: block.power} if block.power is not None else {})
    row = 0
    for number, index in enumerate(usable):
        content, n_frames = block.contents[number], block.n_frames[number]
        found.contents[index], found.n_frames[index] = content, n_frames
        for name, rows in columns.items():
            if found.stored[name].entries[index] >= 0 and content == digest_of(found.sounds.contents[index]):
                continue
            values = rows.values[row : row + n_frames]
            is_put = shelf.put(name, content, values, first_frame=block.first_frames[number], crc32=rows.crc32[number])
            if not is_put and name == POWER:
                kept.get((POWER, index), values.copy)
        row += n_frames


def _require_same_files(found: _Found, indices: Sequence[int], block: Block, compute: ComputeSpec) -> None:
    """Tell a file that only the cluster cannot read from one that nobody can.

    Raises:
        UsageError: This machine can read it.
    """
    for index, reason in zip(indices, block.reasons, strict=True):
        if reason:
            path = found.sounds.path_of(index)
            if not extract_block(found.extractor, [path], with_power=False).reasons[0]:
                raise UsageError(
                    f"Workers of a cluster must see the data set under the same path. Received: {compute.parallel}, of which one "
                    f"says of {path}: {reason}. Mount the folder there, or leave --parallel out."
                )


@contextlib.contextmanager
def _writing(found: _Found, compute: ComputeSpec, cancel: CancelToken) -> Iterator[_Shelf]:
    """Room for what is missing. Whoever needs the very same waits meanwhile; others are not held up."""
    if not compute.cache_mb:
        yield _Shelf(0, {}, set())
        return
    wanted = hashlib.sha256(b"".join(content.ljust(32, b"\0") for content in found.contents.tolist())).hexdigest()[:16]
    with contextlib.ExitStack() as stack:
        shelf = _Shelf(compute.cache_mb, {}, set())
        try:
            part = stack.enter_context(_alone(found.folder / f"{wanted}.part", cancel))
            _tell_settings(found)
        except (OSError, StorageError) as error:
            shelf.refuse(f"are not kept, as the cache cannot be written: {str(error).rstrip('.')}")
        else:
            writers = {name: ShardWriter(found.folder / name, part, width) for name, width in found.widths.items()}
            shelf = _Shelf(compute.cache_mb, writers, found.used)
        try:
            yield shelf
        finally:
            shelf.close()


@contextlib.contextmanager
def _alone(part: Path, cancel: CancelToken) -> Iterator[Path]:
    """An empty folder held by this process alone, gone afterwards."""
    part.parent.mkdir(parents=True, exist_ok=True)
    remove_abandoned(paths_matching(stores.folder(), "*/*.part"))
    with held_folder(part, cancel.check_beginning) as held:
        yield held


def _tell_settings(found: _Found) -> None:
    """Write for a curious person which settings a store belongs to; nothing reads it."""
    path = found.folder / "settings.json"
    if not path.exists():
        write_bytes(path, msgspec.json.format(msgspec.json.encode(found.extractor.spec), indent=1))


def _used_ns(index: Path) -> Any:
    try:
        return index.stat().st_mtime_ns
    except OSError:
        return 0
