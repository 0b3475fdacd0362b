"""Training runs as whoever looks at them reads them (Contract 4): no Keras, no arrays.

`seqclass.training.runs` writes them. ``.seqclass/runs/ID/`` holds ``spec.json`` (what was asked, and the result),
``events.jsonl`` (all that the job said but progress within an epoch), ``note.txt`` where a person has written one and, while a
run is unfinished, ``checkpoint.npz``. Deleted runs lie in ``.seqclass/bin/runs/`` until the bin is emptied.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import msgspec

from seqclass import settings
from seqclass.errors import StorageError
from seqclass.events import AnyEvent, EpochEnded, decode
from seqclass.files import paths_matching, read_bytes, storage_error, table_text, write_text
from seqclass.settings import Settings
from seqclass.specs import Config, Kind

NOTE_LIMIT = 10_000
_MAX_BYTES = 200_000_000
_SCHEMA_VERSION = 1
CHECKPOINT = "checkpoint.npz"
"""The state after the last epoch, in the folder of an unfinished run."""
_NOTE = "note.txt"
_BIN = ("bin", "runs")

RunState = Literal["running", "finished", "stopped"]


class StoredRunSpec(msgspec.Struct, frozen=True, kw_only=True):
    """``spec.json``: what a run was asked to do and how it ended.

    Two runs with equal ``config`` and ``data`` are the same run, wherever their logs go and however many ``workers`` shared it.
    """

    schema: int = _SCHEMA_VERSION
    created: str
    out: str
    config: Config
    data: str
    workers: int = 1
    state: RunState = "running"
    result: dict[str, Any] = {}


@dataclass(frozen=True)
class StoredRun:
    """A run on disk.

    Attributes:
        folder: Where it lies.
        spec: What its ``spec.json`` says.
        has_checkpoint: Whether there is something to go on from.
        note: What a person has written about it; empty for nothing.
    """

    folder: Path
    spec: StoredRunSpec
    has_checkpoint: bool
    note: str = ""

    @property
    def name(self) -> str:
        """The run's ID, which sorts by time."""
        return self.folder.name

    @property
    def kind(self) -> Kind:
        """The kind of the data that it was trained on."""
        kind: Kind = msgspec.to_builtins(self.spec.config.features)["kind"]
        return kind

    @property
    def bundle(self) -> Path:
        """Where the bundle was meant to go; it is there once the run has ended, unless somebody has moved it."""
        return Path(self.spec.out)

    def events(self) -> tuple[AnyEvent, ...]:
        """All that was recorded, oldest first; a line cut short by a crash is left out.

        Raises:
            StorageError: The file cannot be read.
        """
        path = self.folder / "events.jsonl"
        if not path.is_file():
            return ()
        found: list[AnyEvent] = []
        for line in read_bytes(path, limit=_MAX_BYTES).splitlines():
            try:
                found.append(decode(line))
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue
        return tuple(found)

    def epochs(self) -> tuple[EpochEnded, ...]:
        """The epochs in order. Where a run went on from a checkpoint, an epoch that was done again counts once, as it was last.

        Raises:
            StorageError: The file cannot be read.
        """
        by_number = {event.epoch: event for event in self.events() if isinstance(event, EpochEnded)}
        return tuple(by_number[number] for number in sorted(by_number))


def listed(project: Path) -> tuple[StoredRun, ...]:
    """All runs of a project folder, oldest first. A folder without a readable ``spec.json`` is none."""
    runs: list[StoredRun] = []
    for path in paths_matching(project / "runs", "*/spec.json"):
        try:
            spec = msgspec.json.decode(read_bytes(path), type=StoredRunSpec)
        except (msgspec.DecodeError, StorageError):
            continue
        runs.append(StoredRun(path.parent, spec, (path.parent / CHECKPOINT).is_file(), _note(path.parent)))
    return tuple(runs)


def asked(config: Config) -> Settings:
    """Settings as a job takes them, which give this config again."""
    plain: Settings = msgspec.to_builtins(config)
    plain["features"].pop("kind", None)
    return plain


def changes(config: Config, kind: Kind) -> dict[str, Any]:
    """What differs from the defaults of a kind of data: ``section.name`` -> value, in the order of `settings.describe`."""
    found: dict[str, Any] = {}
    for one in settings.describe(kind):
        section, _, name = one.name.partition(".")
        value = getattr(getattr(config, section), name)
        if value != one.default:
            found[one.name] = value
    return found


def smoothed(values: Sequence[float], weight: float) -> list[float]:
    """Running averages in which a value counts ``weight`` times as much as the one after it, to see through a curve's ups and downs.

    The first values are not drawn towards 0: each average is divided by the weights it has seen (Kingma and Ba, Adam, ICLR 2015,
    section 3), as TensorBoard does. What is no finite number stays and is passed over.

    Args:
        values: Of one curve, by epoch.
        weight: 0 (as they are) to below 1.
    """
    average = seen = 0.0
    made: list[float] = []
    for value in values:
        if not math.isfinite(value):
            made.append(value)
            continue
        average = weight * average + (1 - weight) * value
        seen = weight * seen + (1 - weight)
        made.append(average / seen)
    return made


def as_csv(runs: Mapping[str, Sequence[EpochEnded]]) -> str:
    """A line an epoch of each run, with all its figures; a column for each figure that any of them has.

    Args:
        runs: Title -> epochs.
    """
    epochs = [event for run in runs.values() for event in run]
    trained = dict.fromkeys(figure for event in epochs for figure in event.train)
    validated = dict.fromkeys(figure for event in epochs for figure in event.validation)
    figures = [*(f"train.{figure}" for figure in trained), *(f"validation.{figure}" for figure in validated)]
    rows: list[list[object]] = [["run", "epoch", "is_kept", "learning_rate", "seconds", *figures]]
    for title, run in runs.items():
        kept = max([event.epoch for event in run if event.is_best], default=0)
        for event in run:
            values = [event.train.get(figure) for figure in trained] + [event.validation.get(figure) for figure in validated]
            cells = ["" if value is None or not math.isfinite(value) else f"{value:.9g}" for value in values]
            rate = f"{event.learning_rate:.9g}"
            rows.append([title, event.epoch, int(event.epoch == kept), rate, f"{event.seconds:.4g}", *cells])
    return table_text(rows)


def write_note(run: StoredRun, text: str) -> StoredRun:
    """Keep what a person writes about a run; empty for nothing.

    Returns:
        The run with its note.

    Raises:
        StorageError: The run has gone, or its folder cannot be written.
    """
    text = text.strip()[:NOTE_LIMIT]
    if not run.folder.is_dir():  # writing would make a folder that is no run
        raise StorageError(f"A note needs its run. Received: {run.folder}, which has gone. Look at the list of runs again.")
    if text:
        write_text(run.folder / _NOTE, text)
    else:
        try:
            (run.folder / _NOTE).unlink(missing_ok=True)
        except OSError as error:
            raise storage_error("delete", run.folder / _NOTE, error) from error
    return replace(run, note=text)


def delete(run: StoredRun) -> StoredRun:
    """Put a run into the project's bin, and with it a bundle that lies in the folder of runs.

    Returns:
        The run where it lies now, for `restore`.

    Raises:
        StorageError: It cannot be moved; it is where it was.
    """
    binned = run.folder.parent.parent.joinpath(*_BIN, run.name)
    _move(run.folder, binned)
    if run.bundle.parent == run.folder.parent and run.bundle.is_file():
        try:
            _move(run.bundle, binned / run.bundle.name)
        except StorageError:
            _move(binned, run.folder)
            raise
    return replace(run, folder=binned)


def restore(binned: StoredRun) -> StoredRun:
    """Take a run back out of the bin.

    Raises:
        StorageError: The bin was emptied, or the run cannot be moved.
    """
    folder = binned.folder.parents[len(_BIN)] / "runs" / binned.name
    _move(binned.folder, folder)
    kept = folder / binned.bundle.name
    if kept.is_file() and not binned.bundle.exists():
        _move(kept, binned.bundle)
    return replace(binned, folder=folder)


def _note(folder: Path) -> str:
    try:
        return read_bytes(folder / _NOTE, limit=8 * NOTE_LIMIT).decode("utf-8", "replace").strip()
    except StorageError:  # there is none, which is the usual case
        return ""


def _move(source: Path, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        source.rename(target)
    except OSError as error:
        raise storage_error("move", source, error) from error
