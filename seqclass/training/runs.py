"""Runs as a training writes them: what was asked, what happens, and the state to go on from (Contract 4).

`seqclass.data.runs` says what lies in a run's folder, and reads it for whoever only looks; here is what needs arrays.
"""

from __future__ import annotations

import io
import secrets
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from seqclass.data.runs import CHECKPOINT, RunState, StoredRunSpec, listed
from seqclass.errors import DataError
from seqclass.events import Alarm, AnyEvent, Emit, EpochEnded, Progress, encode
from seqclass.files import read_bytes, storage_error, write_bytes
from seqclass.specs import Config
from seqclass.training.state import State

_LISTS = ("variables", "optimizer", "average", "best")


@dataclass(frozen=True)
class RunElsewhere:
    """A run that another worker writes; here nothing is written, and its epochs are told there."""

    name: str
    has_checkpoint: bool = True
    checkpoint_name: str = "The checkpoint that worker 0 has sent"

    def recording(self, emit: Emit) -> Emit:
        """An ``emit`` without epochs and alarms."""

        def tell(event: AnyEvent) -> None:
            if not isinstance(event, EpochEnded | Alarm):
                emit(event)

        return tell

    def save_checkpoint(self, state: State) -> None:
        """Nothing."""

    def discard(self) -> None:
        """Nothing."""

    def end(self, state: RunState, result: dict[str, Any]) -> None:
        """Nothing."""


@dataclass(frozen=True)
class Run:
    """A run's folder and what its ``spec.json`` says."""

    folder: Path
    spec: StoredRunSpec

    @property
    def name(self) -> str:
        """The run's ID."""
        return self.folder.name

    def recording(self, emit: Emit) -> Emit:
        """An ``emit`` that also appends to ``events.jsonl``; progress within an epoch is not kept."""

        def record(event: AnyEvent) -> None:
            emit(event)
            if not isinstance(event, Progress):
                try:
                    with (self.folder / "events.jsonl").open("ab") as stream:
                        stream.write(encode(event) + b"\n")
                except OSError as error:
                    raise storage_error("write", self.folder / "events.jsonl", error) from error

        return record

    def save_checkpoint(self, state: State) -> None:
        """Write the state after an epoch, whole or not at all.

        Raises:
            StorageError: The disk is full, for instance. The state of the epoch before is still there.
        """
        arrays = {f"{name}.{index}": value for name in _LISTS for index, value in enumerate(getattr(state, name))}
        plain = {
            "epoch": state.epoch,
            "best_epoch": state.best_epoch,
            "best_loss": state.best_loss if np.isfinite(state.best_loss) else None,
            "rate_factor": state.rate_factor,
            "history": state.history,
            "seconds": state.seconds,
        }
        arrays["state"] = np.frombuffer(msgspec.json.encode(plain), np.uint8)
        buffer = io.BytesIO()
        np.savez(buffer, **arrays)
        write_bytes(self.folder / CHECKPOINT, buffer.getvalue())

    def load_checkpoint(self) -> State | None:
        """The state after the last epoch on disk; None where no epoch ended.

        Raises:
            DataError: It is damaged.
            StorageError: It cannot be read.
        """
        content = self.checkpoint_bytes()
        return None if content is None else read_state(content, name=self.checkpoint_name)

    def checkpoint_bytes(self) -> bytes | None:
        """The file that `save_checkpoint` wrote; None where no epoch ended.

        Raises:
            StorageError: It cannot be read.
        """
        return read_bytes(self.folder / CHECKPOINT) if self.has_checkpoint else None

    @property
    def checkpoint_name(self) -> str:
        """Of the file, for a person."""
        return str(self.folder / CHECKPOINT)

    @property
    def has_checkpoint(self) -> bool:
        """Whether there is something to go on from."""
        return (self.folder / CHECKPOINT).is_file()

    def discard(self) -> None:
        """Remove a run that came to nothing, so that the list of runs holds none that say nothing."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def end(self, state: RunState, result: dict[str, Any]) -> None:
        """Mark as ended and drop the checkpoint, which nothing will go on from."""
        write_bytes(self.folder / "spec.json", _encode(msgspec.structs.replace(self.spec, state=state, result=result)))
        (self.folder / CHECKPOINT).unlink(missing_ok=True)


def create(project: Path, *, out: str, config: Config, data: str, workers: int = 1) -> Run:
    """Make the folder of a new run.

    Args:
        project: The project folder of the data set.
        out: Where the bundle shall go.
        config: All settings.
        data: Fingerprint of items and split.
        workers: How many processes share the training.

    Raises:
        StorageError: The folder cannot be written.
    """
    now = datetime.now(UTC)
    # Microseconds, so that names sort by time also where a program starts several in a second.
    folder = project / "runs" / f"{now:%Y%m%d-%H%M%S-%f}-{secrets.token_hex(2)}"
    spec = StoredRunSpec(created=now.isoformat(timespec="seconds"), out=out, config=config, data=data, workers=workers)
    run = Run(folder, spec)
    write_bytes(folder / "spec.json", _encode(run.spec))
    return run


def resumable(project: Path, *, config: Config, data: str) -> Run:
    """The newest interrupted run with the same settings and data.

    Raises:
        DataError: There is none; the nearest one's differences are named.
    """
    unfinished = [run for run in listed(project) if run.spec.state == "running"]
    same = [run for run in unfinished if _asked(run.spec.config) == _asked(config) and run.spec.data == data]
    if same:
        newest = max(same, key=lambda run: (run.has_checkpoint, run.name))
        return Run(newest.folder, newest.spec)
    if not unfinished:
        raise DataError("There is no interrupted run to go on with. Leave out --resume to start one.")
    nearest = unfinished[-1]
    differences = list(_differences(_asked(nearest.spec.config), _asked(config)))
    if nearest.spec.data != data:
        differences.append("the items or their split have changed")
    raise DataError(
        f"--resume needs the settings and data of the interrupted run {nearest.name}. Different are: {'; '.join(differences)}. "
        "Give the same settings, or leave out --resume to start anew."
    )


def _asked(config: Config) -> dict[str, Any]:
    """The settings that decide about the weights; either LSTM goes on where the other was interrupted."""
    plain: dict[str, Any] = msgspec.to_builtins(config)
    del plain["training"]["tensorboard"], plain["training"]["lstm"]
    return plain


def read_state(content: bytes, *, name: str) -> State:
    """The state that a checkpoint holds.

    Args:
        content: Of the file.
        name: Of the file, for the message.

    Raises:
        DataError: It is damaged.
    """
    try:
        return _read_state(content)
    except Exception as error:  # whatever a damaged zip or header provokes is one thing to the person
        raise DataError(f"{name} is damaged: {error}. Leave out --resume to start anew.") from error


def _read_state(content: bytes) -> State:
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        plain = msgspec.json.decode(arrays["state"].tobytes())
        lists: dict[str, Any] = {
            name: [arrays[f"{name}.{index}"] for index in range(sum(key.startswith(f"{name}.") for key in arrays.files))]
            for name in _LISTS
        }
    best_loss = plain.pop("best_loss")
    return State(**plain, best_loss=np.inf if best_loss is None else best_loss, **lists)


def _differences(before: dict[str, Any], now: dict[str, Any], prefix: str = "") -> list[str]:
    found: list[str] = []
    for name, new in now.items():
        old = before.get(name)
        if isinstance(old, dict) and isinstance(new, dict):
            found += _differences(old, new, f"{prefix}{name}.")
        elif old != new:
            found.append(f"{prefix}{name}={new} (was {old})")
    return found


def _encode(spec: StoredRunSpec) -> bytes:
    return msgspec.json.format(msgspec.json.encode(spec), indent=1)
