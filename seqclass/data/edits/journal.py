"""Carry out a change whole or not at all, whatever kills the process, and remember it so that it can be taken back.

A change is written to ``journal.json`` before its first step and that file goes after its last one. Whoever next opens or
scans the data set finishes a change of which the journal still stands, or takes it back where it cannot be finished.
``undo.jsonl`` holds what was done, taken back and done again, one line each.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from seqclass.data.edits.steps import Place, Step, check, invert, is_done, run
from seqclass.data.project import project_dir, project_lock
from seqclass.errors import SeqclassError, StorageError
from seqclass.files import read_bytes, storage_error, write_bytes

Way = Literal["apply", "undo", "redo"]
Action = Literal[
    "add", "relabel", "edit_text", "delete", "add_class", "rename_class", "merge_classes", "delete_class", "rename_speaker"
]
OnStep = Callable[[str], None]

SCHEMA = 1
MAX_CHANGES = 200
MAX_HISTORY_BYTES = 16_000_000
_MAX_JOURNAL_BYTES = 1_000_000_000


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What an edit did.

    Attributes:
        id: Unique, and the name of its folder in the bin.
        action: What kind of edit it was.
        subject: What it was done to, or towards: a class, a speaker, an item; for a title in any language with ``action``
            and ``n_items``.
        n_items: Items added, changed or deleted.
        time_s: When, in seconds since 1970.
        steps: What was done to files.
        added: Ids of new items.
        removed: Ids of items that are gone.
        renamed: Old id -> new id of items that were moved, and of those that count differently since.
    """

    id: str
    action: Action
    subject: str = ""
    n_items: int = 0
    time_s: float = 0.0
    steps: tuple[Step, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: dict[str, str] = {}

    @property
    def title(self) -> str:
        """One short line in English, as "Add 3 items to yes"."""
        items = "1 item" if self.n_items == 1 else f"{self.n_items} items"
        return {
            "add": f"Add {items} to {self.subject}",
            "relabel": f"Change {items} to {self.subject}",
            "edit_text": f"Edit the text of {self.subject}",
            "delete": f"Delete {items}",
            "add_class": f"Add class {self.subject}",
            "rename_class": f"Rename class {self.subject}",
            "merge_classes": f"Merge into class {self.subject}",
            "delete_class": f"Delete class {self.subject}",
            "rename_speaker": f"Rename speaker {self.subject}",
        }[self.action]


class History(msgspec.Struct, frozen=True):
    """All changes that are remembered, oldest first; those before ``position`` are done, the others were taken back."""

    changes: tuple[Change, ...] = ()
    position: int = 0

    @property
    def next_undo(self) -> Change | None:
        """What `undo` would take back."""
        return self.changes[self.position - 1] if self.position else None

    @property
    def next_redo(self) -> Change | None:
        """What `redo` would do again."""
        return self.changes[self.position] if self.position < len(self.changes) else None

    def state(self) -> tuple[object, ...]:
        """What two looks at the same history agree in."""
        return (*(change.id for change in self.changes), self.position)

    def after(self, change: Change, way: Way) -> History:
        """The history with one more line."""
        if way == "apply":
            changes = (*self.changes[: self.position], change)
            return History(changes, len(changes))
        return History(self.changes, self.position + (1 if way == "redo" else -1))


class _Journal(msgspec.Struct, frozen=True):
    schema: int
    way: Way
    change: Change


class _Line(msgspec.Struct, frozen=True, omit_defaults=True):
    way: Way
    id: str
    change: Change | None = None


def carry_out(place: Place, change: Change, way: Way, *, on_step: OnStep) -> None:
    """Do all steps of a change, or none; the caller holds `project_lock`.

    Args:
        place: Where.
        change: What.
        way: Forward, or back.
        on_step: Called before each thing that is done to the disk, for tests that kill the process there.

    Raises:
        DataError: A file is not as expected; nothing was done.
        StorageError: A file cannot be written; what was done is taken back.
    """
    steps = _steps_of(change, way)
    try:
        check(steps, place)
    except OSError as error:
        raise storage_error("read", error.filename or place.root, error) from error
    journal = place.project / "journal.json"
    on_step("journal")
    write_bytes(journal, msgspec.json.encode(_Journal(SCHEMA, way, change)))
    done: list[Step] = []
    try:
        for step in steps:
            on_step(type(step).__name__)
            run(step, place, mark=_mark(change, way))
            done.append(step)
        on_step("history")
        _remember(place.project, change, way)
    except BaseException as error:
        if len(done) == len(steps) and _is_remembered(read_history(place.project), change, way):
            raise  # interrupted behind the last thing to do; the next one who looks takes the journal away
        _take_back(place, done, change, way)
        journal.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise storage_error("change", error.filename or place.root, error) from error
        raise
    on_step("end")
    with contextlib.suppress(OSError):  # the next one who looks finds all steps done and the line written
        journal.unlink()


def recover(place: Place) -> Change | None:
    """Finish the change of which the journal stands, or take it back; the caller holds `project_lock`.

    Returns:
        The change that was broken off; None as a rule.

    Raises:
        StorageError: Neither can be done, as where the disk is full or files were changed by hand in between.
    """
    path = place.project / "journal.json"
    if not path.exists():
        return None
    try:
        journal = msgspec.json.decode(read_bytes(path, limit=_MAX_JOURNAL_BYTES), type=_Journal)
    except msgspec.DecodeError as error:
        raise StorageError(f"{path} is damaged: {error}. Move it away; a change was broken off.") from error
    change, way = journal.change, journal.way
    steps = _steps_of(change, way)
    try:
        _finish(place, steps, mark=_mark(change, way))
        _remember(place.project, change, way)
    except (OSError, SeqclassError) as first:
        try:
            _finish(place, [invert(step) for step in reversed(steps)], mark=_mark(change, way) + ":back")
        except (OSError, SeqclassError) as error:
            raise StorageError(
                f"A change of {place.root} was broken off ({change.title}) and cannot be finished: {first}. "
                f"Mend that, or move {path} away to leave the files as they are."
            ) from error
    path.unlink(missing_ok=True)
    return change


def finish_interrupted(root: Path) -> Change | None:
    """`recover` for those who only read: does nothing, and takes no lock, unless a journal stands.

    Raises:
        StorageError: The change cannot be finished.
    """
    if not (project_dir(root) / "journal.json").exists():
        return None
    with project_lock(root) as project:
        return recover(Place(root.resolve(), project.resolve()))


def read_history(project: Path) -> History:
    """What ``undo.jsonl`` says; a line that was broken off counts as not written, and what lies before a damaged one is forgotten.

    Raises:
        StorageError: The file cannot be read.
    """
    path = project / "undo.jsonl"
    history = History()
    if not path.exists():
        return history
    for content in read_bytes(path).split(b"\n")[:-1]:
        try:
            line = msgspec.json.decode(content, type=_Line)
        except msgspec.DecodeError:
            history = History()
            continue
        expected = {"apply": line.change, "undo": history.next_undo, "redo": history.next_redo}[line.way]
        history = History() if expected is None or expected.id != line.id else history.after(expected, line.way)
    return history


def forget_history(project: Path) -> None:
    """Remember nothing any more.

    Raises:
        StorageError: The file cannot be written.
    """
    write_bytes(project / "undo.jsonl", b"")


def _steps_of(change: Change, way: Way) -> Sequence[Step]:
    return [invert(step) for step in reversed(change.steps)] if way == "undo" else change.steps


def _mark(change: Change, way: Way) -> str:
    return f"{change.id}:{way}"


def _finish(place: Place, steps: Sequence[Step], *, mark: str) -> None:
    for step in steps:
        if not is_done(step, place, mark=mark):
            run(step, place, mark=mark)


def _take_back(place: Place, done: Sequence[Step], change: Change, way: Way) -> None:
    try:
        for step in reversed(done):
            run(invert(step), place, mark=f"{_mark(change, way)}:back")
    except (OSError, SeqclassError) as error:
        raise StorageError(
            f"A change of {place.root} broke off half-way and could not be taken back: {error}. "
            "It will be finished when the folder can be written again."
        ) from error


def _remember(project: Path, change: Change, way: Way) -> None:
    """Add a line to the history, unless it says so already."""
    path = project / "undo.jsonl"
    history = read_history(project)
    if _is_remembered(history, change, way):
        return
    before = read_bytes(path) if path.exists() else b""
    n_whole = before.rfind(b"\n") + 1
    line = msgspec.json.encode(_Line(way, change.id, change if way == "apply" else None)) + b"\n"
    if before.count(b"\n") >= 2 * MAX_CHANGES or n_whole + len(line) > MAX_HISTORY_BYTES:
        write_bytes(path, _shortened(history.after(change, way)))
        return
    _append(path, line, n_bytes=n_whole)


def _is_remembered(history: History, change: Change, way: Way) -> bool:
    if way == "apply":
        return change.id in {known.id for known in history.changes}
    expected = history.next_undo if way == "undo" else history.next_redo
    return expected is None or expected.id != change.id


def _append(path: Path, line: bytes, *, n_bytes: int) -> None:
    try:
        with path.open("r+b" if path.exists() else "wb") as stream:
            try:
                stream.seek(n_bytes)
                stream.truncate()
                stream.write(line)
                stream.flush()
                os.fsync(stream.fileno())
            except OSError:
                with contextlib.suppress(OSError):
                    stream.truncate(n_bytes)
                raise
    except OSError as error:
        raise storage_error("write", path, error) from error


def _shortened(history: History) -> bytes:
    """The newest changes, within both limits, as lines."""
    done = [
        msgspec.json.encode(_Line("apply", change.id, change)) + b"\n"
        for change in history.changes[max(0, len(history.changes) - MAX_CHANGES) :]
    ]
    while len(done) > 1 and sum(map(len, done)) > MAX_HISTORY_BYTES // 2:
        del done[0]
    kept = history.changes[len(history.changes) - len(done) :]
    n_undone = min(len(kept), len(history.changes) - history.position)
    back = [msgspec.json.encode(_Line("undo", change.id)) + b"\n" for change in reversed(kept[len(kept) - n_undone :])]
    return b"".join([*done, *back])
