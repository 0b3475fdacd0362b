"""Opening the files of a scan: in threads where that is faster, with progress, and none that is known already."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import msgspec

from seqclass.data.candidates import Candidate
from seqclass.data.manifest import Item
from seqclass.data.reading import Reading, read_candidate
from seqclass.data.scanning.columns import KeptReadings
from seqclass.data.scanning.garbage import collect_young
from seqclass.data.walk import Marks
from seqclass.events import CancelToken, Emit, Progress
from seqclass.specs import DataSpec, Kind

_WORKERS = 3
_CHUNK = 256
# Below this decoding is so short that threads wait for one another longer than it takes (measured: 260 us a file of 7 KB in one
# thread, 450 in two).
_MIN_MEAN_BYTES = 100_000
_PROGRESS_PERIOD_S = 0.05

Read = Callable[[Candidate], Reading]


def reader(root: Path, kind: Kind, data: DataSpec, *, overlay: Path, known: Mapping[str, Item]) -> Read:
    """What makes a reading of a candidate: by opening its file unless ``known`` has its item."""
    opened = partial(read_candidate, root=root, kind=kind, data=data, overlay=overlay)
    return partial(_unless_known, known=known, read=opened) if known and kind != "text" else opened


def read_all(
    candidates: Sequence[Candidate],
    marks: Marks,
    kept: KeptReadings | None,
    read: Read,
    *,
    emit: Emit,
    cancel: CancelToken | None,
) -> list[Reading]:
    """All readings in the order of the candidates, whatever thread is faster.

    Args:
        candidates: What to read.
        marks: Of the file of each, or `NO_MARK`, (n_candidates, 3).
        kept: Taken where it has a file of this mark.
        read: Called for all others, from several threads where files are large.
        emit: Gets `Progress`.
        cancel: Looked at between some files.

    Raises:
        CancelledError: The person cancelled.
    """
    readings: list[Reading | None] = [None] * len(candidates) if kept is None else kept.find(candidates, marks)
    rows = [row for row, reading in enumerate(readings) if reading is None]
    n_bytes = int(marks[rows, 0].sum()) if rows else 0
    progress = _Throttle(emit, total=len(candidates), known=len(candidates) - len(rows))
    with ThreadPoolExecutor(max_workers=_WORKERS, thread_name_prefix="scan") as pool:
        mapped = pool.map if n_bytes > _MIN_MEAN_BYTES * len(rows) else map
        for chunk in _chunks(rows):
            collect_young()
            for row, reading in zip(chunk, mapped(read, [candidates[row] for row in chunk]), strict=True):
                readings[row] = reading
                progress()
                if cancel is not None:
                    cancel.check()
    return [reading for reading in readings if reading is not None]


def _unless_known(candidate: Candidate, *, known: Mapping[str, Item], read: Read) -> Reading:
    before = known.get(candidate.id)
    if before is None:
        return read(candidate)
    now = msgspec.structs.replace(
        before,
        id=candidate.id,
        targets=candidate.targets,
        group=candidate.group,
        split=candidate.split,
        file=candidate.file,
    )
    return Reading(candidate, (now,))


def _chunks(rows: Sequence[int]) -> Iterator[Sequence[int]]:
    # Small enough that a cancelled scan ends within a moment, large enough that no thread waits for long.
    for start in range(0, len(rows), _CHUNK):
        yield rows[start : start + _CHUNK]


class _Throttle:
    """Emits at most 20 `Progress` a second, the last one always."""

    def __init__(self, emit: Emit, *, total: int, known: int) -> None:
        self._emit, self._total, self._known = emit, total, known
        self._done = 0
        self._start = self._last = time.monotonic()

    def __call__(self) -> None:
        self._done += 1
        done, now = self._known + self._done, time.monotonic()
        if now - self._last < _PROGRESS_PERIOD_S and done < self._total:
            return
        self._last = now
        eta_s = (now - self._start) / self._done * (self._total - done)
        self._emit(Progress(stage="scan", done=done, total=self._total, eta_s=eta_s))
