"""Training runs as whoever looks at them reads them (Contract 4): no Keras, no arrays.

`seqclass.training.runs` writes them. ``.seqclass/runs/ID/`` holds ``spec.json`` (what was asked, and the result),
``events.jsonl`` (all that the job said but progress within an epoch) and, while a run is unfinished, ``checkpoint.npz``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec

from seqclass.errors import StorageError
from seqclass.events import AnyEvent, EpochEnded, decode
from seqclass.files import read_bytes
from seqclass.specs import Config

_MAX_BYTES = 200_000_000


class StoredRunSpec(msgspec.Struct, frozen=True, kw_only=True):
    """``spec.json``: what a run was asked to do and how it ended."""

    created: str
    out: str
    config: Config
    data: str
    state: Literal["running", "finished", "stopped"] = "running"
    result: dict[str, Any] = {}


@dataclass(frozen=True)
class StoredRun:
    """A run on disk.

    Attributes:
        folder: Where it lies.
        spec: What its ``spec.json`` says.
        has_checkpoint: Whether there is something to go on from.
    """

    folder: Path
    spec: StoredRunSpec
    has_checkpoint: bool

    @property
    def name(self) -> str:
        """The run's ID, which sorts by time."""
        return self.folder.name

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
    for path in sorted((project / "runs").glob("*/spec.json")):
        try:
            spec = msgspec.json.decode(read_bytes(path), type=StoredRunSpec)
        except (msgspec.DecodeError, StorageError):
            continue
        runs.append(StoredRun(path.parent, spec, (path.parent / "checkpoint.npz").is_file()))
    return tuple(runs)
