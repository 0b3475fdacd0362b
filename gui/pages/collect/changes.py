"""Changes of the open data set, one after the other, in a thread; and what can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from PySide6.QtCore import QObject, Signal

from gui.background import Task, run_in_background
from gui.state import AppState
from seqclass.errors import CancelledError
from seqclass.specs import Kind

if TYPE_CHECKING:
    from seqclass.data.edits.editing import Change, Edits, History
    from seqclass.data.manifest import Manifest

Way = Literal["apply", "undo", "redo"]
Make = Callable[[ModuleType], Any]
"""Gives an edit, from the module `seqclass.data.edits.editing`; called in the thread, so that the window need not load it."""
Done = Callable[["Change"], None]


@dataclass(frozen=True)
class _Wish:
    way: Way
    make: Make | None
    done: Done | None
    failed: Callable[[Exception], None] | None


@dataclass(frozen=True)
class _Outcome:
    edits: Edits
    history: History
    empty: tuple[str, ...]
    change: Change | None = None
    manifest: Manifest | None = None
    summary: dict[str, Any] | None = None
    is_foreign: bool = False


class Changes(QObject):
    """Does edits in order; the manifest follows each of them.

    Attributes:
        empty_labels: Classes without an item.
        next_undo, next_redo: What can be taken back or done again; None for nothing.
        is_busy: Whether an edit is under way or waits.

    Signals:
        changed: Any of these is another.
        applied: A `Change` and its way (``apply``, ``undo``, ``redo``).
    """

    changed = Signal()
    applied = Signal(object, str)

    def __init__(self, state: AppState, parent: QObject) -> None:
        super().__init__(parent)
        self._state = state
        self._edits: Edits | None = None
        self._last = ""
        self._wishes: list[_Wish] = []
        self._is_working = False
        self._is_publishing = False
        self._turn = 0
        self._looking: Task | None = None
        self.empty_labels: tuple[str, ...] = ()
        self.next_undo: Change | None = None
        self.next_redo: Change | None = None
        state.dataset_changed.connect(self._take_dataset)
        state.manifest_changed.connect(self._take_manifest)
        self._take_manifest(state.manifest)

    @property
    def is_busy(self) -> bool:
        """Whether an edit is under way or waits."""
        return self._is_working or bool(self._wishes)

    @property
    def kind(self) -> Kind:
        """What the items are; for an empty data set what it was made for."""
        manifest = self._state.manifest
        if manifest is not None and manifest.items:
            return manifest.kind
        kept = self._state.page_setting("collect", "new_kinds", {}).get(str(self._state.dataset))
        return "text" if kept == "text" else manifest.kind if manifest is not None else "speech"

    def do(self, make: Make, *, done: Done | None = None, failed: Callable[[Exception], None] | None = None) -> None:
        """Do an edit when those before it are done.

        Args:
            make: Gives it.
            done: Called with the change.
            failed: Called with the exception, after the person was told.
        """
        self._add(_Wish("apply", make, done, failed))

    def undo(self) -> None:
        """Take the last change back."""
        if self.next_undo is not None:
            self._add(_Wish("undo", None, None, None))

    def redo(self) -> None:
        """Do again what was taken back last."""
        if self.next_redo is not None:
            self._add(_Wish("redo", None, None, None))

    def _add(self, wish: _Wish) -> None:
        if self._state.dataset is None:
            return
        self._wishes.append(wish)
        self._go_on()

    def _go_on(self) -> None:
        dataset, manifest = self._state.dataset, self._state.manifest
        if self._is_working or not self._wishes or dataset is None:
            self.changed.emit()
            return
        wish = self._wishes.pop(0)
        known, kind, last, turn = self._edits, self.kind, self._last, self._turn
        self._is_working = True
        self.changed.emit()

        def work() -> _Outcome:
            return _carry_out(wish, known, dataset, kind, manifest, last)

        def done(outcome: _Outcome) -> None:
            self._is_working = False
            if turn == self._turn:
                self._take(outcome, wish, manifest)
            elif wish.done is not None:  # in a data set that was left meanwhile
                assert outcome.change is not None
                wish.done(outcome.change)
            self._go_on()

        def failed(error: Exception) -> None:
            self._is_working = False
            self._state.post_error(error)
            if wish.failed is not None:
                wish.failed(error)
            if turn == self._turn:
                self._drop_wishes(error)
                self._edits = None
                self._look()
            self._go_on()

        run_in_background(work, self, done=done, failed=failed)

    def _drop_wishes(self, error: Exception) -> None:
        """They were meant for what is no more; whoever waits for one is told."""
        dropped, self._wishes = self._wishes, []
        for wish in dropped:
            if wish.failed is not None:
                wish.failed(error)

    def _take(self, outcome: _Outcome, wish: _Wish, before: Manifest | None) -> None:
        change = outcome.change
        assert change is not None
        self._note(outcome)  # before anybody is told: a class that has become empty must not vanish for a moment
        is_stale = self._state.is_scanning or self._state.manifest is not before or outcome.is_foreign
        if (
            outcome.manifest is not None
        ):  # also if it is stale, or a class that has got its first item would be none for a moment
            self._is_publishing = True
            try:
                self._state.take_manifest(outcome.manifest, outcome.summary or {})
            finally:
                self._is_publishing = False
        if change.steps and (is_stale or outcome.manifest is None):
            self._state.rescan()
        self.changed.emit()
        if wish.done is not None:
            wish.done(change)
        if change.steps:
            self.applied.emit(change, wish.way)

    def _note(self, outcome: _Outcome) -> None:
        self._drop_look()
        self._edits = outcome.edits
        self._last = _last_of(outcome.history)
        self.empty_labels = outcome.empty
        self.next_undo, self.next_redo = outcome.history.next_undo, outcome.history.next_redo

    def _take_dataset(self) -> None:
        self._turn += 1
        self._drop_look()
        self._drop_wishes(CancelledError("Another data set was opened."))
        self._edits = None
        self._last = ""
        self.empty_labels, self.next_undo, self.next_redo = (), None, None
        self.changed.emit()

    def _take_manifest(self, manifest: Manifest | None) -> None:
        if manifest is not None and not self._is_publishing:
            self._look()

    def _drop_look(self) -> None:
        """What a look has found before now is older than what is known."""
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None

    def _look(self) -> None:
        """Learn what can be taken back, and which classes are empty."""
        self._drop_look()
        dataset, manifest, kind = self._state.dataset, self._state.manifest, self.kind
        if dataset is None or manifest is None:
            return

        def read() -> _Outcome:
            from seqclass.data.edits.editing import Edits

            edits = Edits(dataset, manifest.data, kind=kind)
            return _Outcome(edits, edits.history, edits.empty_labels(manifest))

        def take(outcome: _Outcome) -> None:
            self._looking = None
            if not self._is_working:  # else the edit will tell
                self._note(outcome)
                self.changed.emit()

        def failed(error: Exception) -> None:
            self._looking = None
            self._state.post_error(error)

        self._looking = run_in_background(read, self, done=take, failed=failed)


def _carry_out(wish: _Wish, known: Edits | None, dataset: Path, kind: Kind, manifest: Manifest | None, last: str) -> _Outcome:
    """In the thread: the edit, and the manifest after it."""
    from seqclass.data.edits import editing as library
    from seqclass.data.edits.rescan import rescan
    from seqclass.data.summary import summarise

    edits = known or library.Edits(dataset, manifest.data if manifest else None, kind=kind)
    if wish.way == "undo":
        change = edits.undo()
    elif wish.way == "redo":
        change = edits.redo()
    else:
        assert wish.make is not None
        change = edits.apply(wish.make(library))
    history = edits.history
    if manifest is None or not change.steps:
        empty = edits.empty_labels(manifest) if manifest is not None else ()
        return _Outcome(edits, history, empty, change)
    done = history.changes[: history.position]
    before = done[-2].id if len(done) > 1 else ""
    is_foreign = wish.way == "apply" and known is not None and before != last
    fresh = rescan(manifest, change, wish.way)
    fresh = msgspec.structs.replace(fresh, items=tuple(fresh.items))  # made one by one now, not again and again in the window
    summary = summarise(fresh, dataset=str(dataset))
    return _Outcome(edits, history, edits.empty_labels(fresh), change, fresh, summary, is_foreign)


def _last_of(history: History) -> str:
    return history.changes[history.position - 1].id if history.position else ""


def where_added(state: AppState, change: Change) -> Path | None:
    """Where the first item that a change has added lies; None where it has no file of its own."""
    manifest, dataset = state.manifest, state.dataset
    item = next((one for one in manifest.items if one.id in change.added), None) if manifest is not None else None
    if manifest is not None and item is not None and item.file is not None:
        return manifest.path_of(item.file)
    if dataset is None or not change.added:
        return None
    path = dataset / change.added[0]  # while the folder is being looked through anew: an item's id is its path
    return path if path.is_file() else None
