"""Traces of a whole data set on disk, for what looks at thousands of items at once.

A store is a folder of the cache: ``index.json`` and one ``.npy`` a map, ``layer0.hidden.npy`` for instance, (n_frames of all items,
n_units) float16, items one below the other. Whoever searches reads one map of all items from its first byte to its last, so each
map is one file: a shard an item would mean thousands of small reads, one file for all maps a stride over what is not wanted.
Memory-mapped, nothing is held in memory but the rows in use.

It is written in a folder of another name that takes its final one when everything is there and flushed; a lock keeps two
processes from writing the same one, and what a killed process left is removed by the next. The key is a hash of weights, front end,
maps and the content of every item, so a store never answers for another model or other data. All of it can be deleted at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec
import numpy as np
from numpy.typing import NDArray

from seqclass.data import project
from seqclass.data.manifest import Item, Manifest
from seqclass.errors import StorageError, UsageError
from seqclass.features import front_end as front_ends
from seqclass.features.front_end import SpeechFrontEnd
from seqclass.files import paths_matching, read_bytes
from seqclass.inspection.naming import half_name
from seqclass.inspection.trace import GATES, Layer, Trace
from seqclass.model import network as networks
from seqclass.model.bundle import Bundle
from seqclass.model.network import Network
from seqclass.specs import Kind

MapName = Literal["input_gate", "forget_gate", "candidate", "output_gate", "cell", "hidden"]
SCHEMA = 1
LIMIT_MB = 4096
LEGEND = (
    "Traces of all items, kept as 16-bit numbers: a gate is exact to 0.0005, a state to one part in two thousand. They can be "
    "deleted at any time."
)
INDEX, _USED = "index.json", "used"
_MOST_INDEX_BYTES = 500_000_000
_ROWS_AT_ONCE = 65_536

Halves = NDArray[np.float16]


class StoredMap(msgspec.Struct, frozen=True):
    """One file of a store.

    Attributes:
        half: ``layer0``, or ``layer0.backward``.
        name: Which of the six maps.
        n_units: Its columns.
        crc32: Of the numbers as they lie in the file.
    """

    half: str
    name: MapName
    n_units: int
    crc32: int = 0

    @property
    def file(self) -> str:
        """Name of the file."""
        return f"{self.half}.{self.name}.npy"


class StoredItem(msgspec.Struct, frozen=True, kw_only=True):
    """One item of a store.

    Attributes:
        item: As the manifest has it.
        start: Its first row.
        n_frames: Its rows.
        first_s: Centre of its first frame in seconds; 0 where frames are no time.
        answers: What the model says: target -> label, or the number.
        confidence: Probability of the first target's label; None for a number.
    """

    item: Item
    start: int
    n_frames: int
    first_s: float = 0.0
    answers: dict[str, str | float] = {}
    confidence: float | None = None


class StoreIndex(msgspec.Struct, frozen=True, kw_only=True):
    """``index.json``.

    Attributes:
        schema: Version of all this.
        model: Hash of weights and front end.
        root: The data set's folder, absolute.
        overlay: As in `Manifest`.
        kind: What the items are.
        targets: Names of the class targets that the model learnt, the first one first.
        hop_s: Seconds from frame to frame; 1 where frames are no time.
        limit_mb: What it was allowed to take.
        n_left_out: Items that had no room within that.
        problems: Item id -> why it could not be traced.
    """

    schema: int = SCHEMA
    model: str
    root: str
    overlay: str = ""
    kind: Kind
    targets: tuple[str, ...]
    hop_s: float
    maps: tuple[StoredMap, ...]
    items: tuple[StoredItem, ...]
    limit_mb: int = LIMIT_MB
    n_left_out: int = 0
    problems: dict[str, str] = {}


@dataclass(frozen=True)
class TraceStore:
    """A store that is whole.

    Attributes:
        folder: Where it lies.
        index: What is in it.
    """

    folder: Path
    index: StoreIndex
    _checked: dict[str, NDArray[Any]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def items(self) -> tuple[StoredItem, ...]:
        """All items, in the order of their rows."""
        return self.index.items

    @property
    def n_frames(self) -> int:
        """Rows of each map."""
        last = self.index.items[-1] if self.index.items else None
        return last.start + last.n_frames if last else 0

    @property
    def is_timed(self) -> bool:
        """Whether frames lie in time."""
        return self.index.kind == "speech"

    @property
    def halves(self) -> tuple[str, ...]:
        """Directions of layers, as ``layer0``, ``layer0.backward``, ``layer1``."""
        return tuple(dict.fromkeys(each.half for each in self.index.maps))

    @property
    def starts(self) -> NDArray[np.int64]:
        """First row of each item, and behind them the count of all rows, (n_items + 1,)."""
        return np.asarray([*(each.start for each in self.index.items), self.n_frames], np.int64)

    def n_bytes(self) -> int:
        """What it takes on the disk."""
        return _size(self.folder)

    def map(self, half: str, name: str) -> Halves:
        """One map of all items, (n_frames, n_units) float16, mapped from the file: a slice of it takes memory, it does not.

        Its checksum is compared once a store that was opened.

        Raises:
            UsageError: It was not stored.
            StorageError: The file is damaged. The store is removed, so that it is made anew.
        """
        wanted = next((each for each in self.index.maps if (each.half, each.name) == (half, name)), None)
        if wanted is None:
            known = ", ".join(f"{each.half}.{each.name}" for each in self.index.maps)
            raise UsageError(f"The map must be one of {known}. Received: {half}.{name}. Trace the data set with it.")
        if wanted.file not in self._checked:
            self._checked[wanted.file] = self._open(wanted)
        return self._checked[wanted.file]

    def of(self, index: int, half: str, name: str) -> Halves:
        """One map of the item at ``index``, (n_frames, n_units) float16."""
        stored = self.index.items[index]
        return self.map(half, name)[stored.start : stored.start + stored.n_frames]

    def position(self, item_id: str) -> int | None:
        """Where an item stands among the items; None where it is not in the store."""
        return next((number for number, each in enumerate(self.index.items) if each.item.id == item_id), None)

    def times_s(self, index: int) -> NDArray[np.float64]:
        """Centres of an item's frames in seconds; their indices where frames are no time."""
        stored = self.index.items[index]
        return stored.first_s + self.index.hop_s * np.arange(stored.n_frames, dtype=np.float64)

    def chunks(self, half: str, name: str, *, n_rows: int = _ROWS_AT_ONCE) -> Iterator[tuple[int, Halves]]:
        """A map in pieces, each with the number of its first row."""
        values = self.map(half, name)
        for start in range(0, len(values), n_rows):
            yield start, values[start : start + n_rows]

    def _open(self, wanted: StoredMap) -> Halves:
        path = self.folder / wanted.file
        try:
            if self.n_frames == 0:
                return np.zeros((0, wanted.n_units), np.float16)
            values = np.load(path, mmap_mode="r", allow_pickle=False)
            is_whole = values.shape == (self.n_frames, wanted.n_units) and values.dtype == np.float16
            if is_whole and _crc32(values) == wanted.crc32:
                return np.asarray(values)
        except (OSError, ValueError):
            pass
        remove(self.folder)
        raise StorageError(f"{path} is damaged, and the traces that it belongs to were removed. Trace the data set again.")


def model_hash(bundle: Bundle) -> str:
    """SHA-256 (hex) of all that a trace depends on: weights, layout, edits and front end, not the rest of the card."""
    network = bundle.network
    layout: list[Any] = [msgspec.to_builtins(network.spec), msgspec.to_builtins(bundle.card.targets)]
    if network.stack is not None:
        layout.append(msgspec.to_builtins(network.stack.layout))
    own = {each.name for each in fields(Network)}
    layout += [repr(getattr(network, each.name)) for each in fields(network) if each.name not in own]  # as edits are
    digest = hashlib.sha256(msgspec.json.encode([layout, front_ends.to_plain(bundle.front_end)]))
    arrays = {**networks.to_arrays(network), **bundle.front_end.arrays()}
    for name in sorted(arrays):
        values = np.ascontiguousarray(arrays[name])
        digest.update(f"{name} {values.dtype.str} {values.shape}\n".encode())
        digest.update(values.tobytes())
    return digest.hexdigest()


def key(model: str, items: Iterable[Item], maps: Iterable[str]) -> str:
    """The name of a store: of the model's hash (`model_hash`), the content of each item in order, and the maps."""
    digest = hashlib.sha256(f"{SCHEMA} {model} {sorted(maps)}\n".encode())
    for item in items:
        digest.update(repr((item.id, item.content_hash, item.group, sorted(item.targets.items()))).encode())
    return digest.hexdigest()[:32]


def folder() -> Path:
    """Where all stores lie."""
    return project.cache_dir() / "traces"


def find(bundle: Bundle, items: Sequence[Item], maps: Sequence[str] = GATES, *, limit_mb: int = 0) -> TraceStore | None:
    """The store of these items that has at least these maps; None where none was made.

    Args:
        bundle: The model.
        items: In manifest order.
        maps: Which of the six are needed.
        limit_mb: One that was cut short is good enough only where it had at least this room.
    """
    model = model_hash(bundle)
    for kept in dict.fromkeys((tuple(maps), GATES)):
        if set(maps) <= set(kept):
            place = folder() / key(model, items, kept)
            found = _opened(place) if place.is_dir() else None
            if found is not None and (not found.index.n_left_out or limit_mb <= found.index.limit_mb):
                return found
    return None


def open_store(place: Path | str) -> TraceStore:
    """Open a store by its folder.

    Raises:
        StorageError: It is not there any more, damaged, or of another version.
    """
    found = _opened(Path(place))
    if found is None:
        raise StorageError(f"{place} must hold traces. Received: a folder without, or of another version. Trace again.")
    return found


def as_trace_times(bundle: Bundle) -> float:
    """Seconds from frame to frame; 1 where frames are no time."""
    front_end = bundle.front_end
    return front_end.basis.hop_length / front_end.basis.rate_hz if isinstance(front_end, SpeechFrontEnd) else 1.0


def halves_of(trace: Trace) -> Iterator[tuple[str, Layer]]:
    """Each direction of each layer with the name it has in files: ``layer0``, ``layer0.backward``, ``layer1``."""
    for index, layer in enumerate(trace.layers):
        yield half_name(index), layer
        if layer.backward is not None:
            yield half_name(index, is_backward=True), layer.backward


def half_of(trace: Trace, half: str) -> Layer:
    """One direction of a layer by its name.

    Raises:
        UsageError: There is none of that name.
    """
    named = dict(halves_of(trace))
    if half not in named:
        raise UsageError(f"The layer must be one of {', '.join(named)}. Received: {half}. Choose one of these.")
    return named[half]


def remove(place: Path) -> None:
    """Delete one store; what another program holds open stays."""
    shutil.rmtree(place, ignore_errors=True)


def clear() -> int:
    """Delete all stores.

    Returns:
        How many bytes that freed.
    """
    before = _size(folder())
    shutil.rmtree(folder(), ignore_errors=True)
    return before - _size(folder())


def shrink(limit_mb: int, *, keep: Path | None = None) -> int:
    """Delete the stores that were not used for longest until all of them together are within a limit.

    Args:
        limit_mb: In units of 2**20 bytes.
        keep: One that stays in any case.

    Returns:
        How many were deleted.
    """
    stores = [path for path in paths_matching(folder(), "*") if (path / INDEX).is_file()]
    sizes = {path: _size(path) for path in stores}
    total, n_gone = sum(sizes.values()), 0
    for path in sorted(stores, key=_used_ns):
        if total <= limit_mb << 20:
            break
        if path != keep:
            remove(path)
            total -= sizes[path]
            n_gone += 1
    return n_gone


def known_targets(manifest: Manifest, bundle: Bundle) -> tuple[str, ...]:
    """Names of the model's class targets that the data set has too."""
    there = {target.name for target in manifest.targets}
    return tuple(card.name for card in bundle.card.targets if card.kind == "class" and card.name in there)


def _opened(place: Path) -> TraceStore | None:
    """The store at a place, marked as used now; None, and gone, where it is not whole."""
    try:
        index = msgspec.json.decode(read_bytes(place / INDEX, limit=_MOST_INDEX_BYTES), type=StoreIndex)
    except (StorageError, msgspec.DecodeError):
        return None
    if index.schema != SCHEMA:
        return None
    _mark_used(place)
    return TraceStore(place, index)


def _mark_used(place: Path) -> None:
    try:
        (place / _USED).touch()
    except OSError:
        return  # a read-only cache can be read all the same


def _used_ns(place: Path) -> int:
    try:
        return (place / _USED).stat().st_mtime_ns
    except OSError:
        return 0


def _size(place: Path) -> int:
    n_bytes = 0
    for path in paths_matching(place, "**"):
        with contextlib.suppress(OSError):  # another process may be deleting it
            n_bytes += path.stat().st_size if path.is_file() else 0
    return n_bytes


def _crc32(values: NDArray[Any]) -> int:
    checksum = 0
    for start in range(0, len(values), _ROWS_AT_ONCE):
        checksum = zlib.crc32(np.ascontiguousarray(values[start : start + _ROWS_AT_ONCE]).data, checksum)
    return checksum


MAPS: tuple[MapName, ...] = get_args(MapName)
