"""What can be done with an evaluated item, and with the report: hear, inspect, correct, export."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from gui.background import Task, run_in_background
from gui.pages.evaluate.facts import Evaluated, TargetFacts, as_csv, as_json, matrix_csv, new_id, relabelled
from gui.pages.evaluate.items import title_of
from gui.player import SoundPlayer
from gui.state import AppState, Selection
from gui.widgets.dialogs import Dialogs
from seqclass.audio.read import Audio
from seqclass.data.edits.journal import Change
from seqclass.data.load import load_item
from seqclass.evaluation.answers import AnswersHead
from seqclass.files import write_bytes


class ItemActions(QObject):
    """Does what the page's buttons ask for; nothing here waits in the window's thread.

    Attributes:
        player: Plays one item at a time.
        is_busy: Whether a label is being changed.

    Signals:
        facts_changed: The `Evaluated` after a label was changed, or changed back.
    """

    facts_changed = Signal(object)

    def __init__(self, state: AppState, dialogs: Dialogs, parent: QWidget) -> None:
        super().__init__(parent)
        self.player = SoundPlayer(self)
        self.player.failed.connect(state.post_error)
        self.is_busy = False
        self._state, self._dialogs, self._window = state, dialogs, parent
        self._loading: Task | None = None
        self._facts: Evaluated | None = None

    def set_facts(self, facts: Evaluated | None) -> None:
        """What the page shows now."""
        self._facts = facts

    def stop(self) -> None:
        """Fall silent."""
        if self._loading is not None:
            self._loading.cancel()
            self._loading = None
        self.player.stop()

    def play(self, index: int) -> None:
        """Play an item from its beginning, or stop what plays."""
        facts = self._facts
        was_playing = self.player.is_playing
        self.stop()
        if facts is None or was_playing or facts.answers.head.kind != "speech":
            return
        manifest, item = facts.answers.head.manifest(), facts.item(index)

        def play(content: Audio) -> None:
            self._loading = None
            self.player.play(content.samples, content.rate_hz)

        def failed(error: Exception) -> None:
            self._loading = None
            self._state.post_error(error)

        self._loading = run_in_background(lambda: load_item(manifest, item), self, done=play, failed=failed)

    def inspect(self, index: int) -> None:
        """Show an item on the Inspect page."""
        facts = self._facts
        if facts is None:
            return
        item, path = facts.item(index), facts.path_of(facts.item(index))
        manifest = self._state.manifest
        known = None
        if manifest is not None and manifest.path == facts.root:
            known = next((one for one in manifest.items if one.id == item.id), None)
        if known is not None:
            selection = Selection(item=known, origin="evaluate")
        elif item.text is not None:
            selection = Selection(text=item.text, origin="evaluate")
        else:
            selection = Selection(path=f"{path}" if item.row is None else f"{path}#{item.row}", origin="evaluate")
        self._state.select(selection)
        self._state.go_to("inspect")

    # Labels

    def relabel(self, index: int, target: TargetFacts, to: str) -> None:
        """Give an item another label in its data set, with a message by which that can be taken back."""
        facts = self._facts
        if facts is None or self.is_busy:
            return
        item, head = facts.item(index), facts.answers.head
        was = str(item.targets[target.name])
        if was == to:
            return
        manifest = head.manifest()

        def change_label() -> tuple[Change, Evaluated]:
            from seqclass.data.edits.editing import Edits, Relabel

            is_first = manifest.targets[0].name == target.name
            edit = Relabel((item,), label=to) if is_first else Relabel((item,), columns={target.name: to})
            change = Edits(facts.root, head.data).apply(edit)
            return change, relabelled(facts, {item.id: (new_id(change, item), to)}, target.name)

        def done(result: tuple[Change, Evaluated]) -> None:
            change, after = result
            self._take(facts, after)
            text = self.tr("{item} is now {label}; it was {was}.").format(item=title_of(item), label=to, was=was)
            back = {new_id(change, item): (item.id, was)}
            self._state.post(
                "good", text, action=self.tr("Undo"), on_action=lambda: self._undo(change, back, target.name, head)
            )

        self._work(change_label, done)

    def _undo(self, change: Change, back: dict[str, tuple[str, str]], target: str, head: AnswersHead) -> None:
        if self.is_busy:
            return
        facts, root = self._facts, Path(head.root)

        def take_back() -> tuple[bool, Evaluated | None]:
            from seqclass.data.edits.editing import Edits

            edits = Edits(root, head.data)
            latest = edits.history.next_undo
            if latest is None or latest.id != change.id:
                return False, None
            edits.undo()
            return True, None if facts is None or facts.root != root else relabelled(facts, back, target)

        def done(result: tuple[bool, Evaluated | None]) -> None:
            is_done, before = result
            if not is_done:
                self._state.post(
                    "warn", self.tr("The data set was changed since. Take back the later changes on the Collect page first.")
                )
                return
            self._take(facts, before, root=root)
            self._state.post("info", self.tr("The label is again what it was."))

        self._work(take_back, done)

    def _take(self, shown: Evaluated | None, after: Evaluated | None, *, root: Path | None = None) -> None:
        if after is not None and shown is self._facts:  # else another evaluation has come meanwhile
            self._facts = after
            self.facts_changed.emit(after)
        changed = after.root if after is not None else root
        if changed is not None and self._state.dataset is not None and changed.resolve() == self._state.dataset.resolve():
            self._state.rescan()

    def _work(self, function: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self.is_busy = True

        def finish(result: Any) -> None:
            self.is_busy = False
            done(result)

        def fail(error: Exception) -> None:
            self.is_busy = False
            self._state.post_error(error)

        run_in_background(function, self, done=finish, failed=fail)

    # Export

    def export(self, what: str, target: TargetFacts, *, threshold: float, unsure: str) -> None:
        """Write the report (``report``), the matrix (``matrix``) or the answers (``items``) to a file that the person names."""
        facts = self._facts
        if facts is None:
            return
        titles = {
            "report": self.tr("Save the report"),
            "matrix": self.tr("Save the confusion matrix"),
            "items": self.tr("Save the answers"),
        }
        patterns = {"report": self.tr("Reports (*.json)")}
        pattern = patterns.get(what, self.tr("Tables (*.csv)"))
        suffix = ".json" if what == "report" else ".csv"
        start = str(Path(facts.answers.head.bundle).with_name(f"{Path(facts.answers.head.bundle).stem}-{what}{suffix}"))
        chosen = self._dialogs.choose_new_file(self._window, titles[what], start=start, pattern=pattern)
        if chosen is None:
            return
        path = chosen if chosen.suffix else chosen.with_suffix(suffix)

        def write() -> Path:
            if what == "report":
                write_bytes(path, as_json(facts))
            else:
                text = as_csv(facts) if what == "items" else matrix_csv(target, threshold, unsure)
                write_bytes(path, b"\xef\xbb\xbf" + text.encode())  # by the mark, spreadsheets know that it is UTF-8
            return path

        def done(written: Path) -> None:
            self._state.post("good", self.tr("Saved as {path}").format(path=written))

        run_in_background(write, self, done=done, failed=self._state.post_error)


def differing(data: msgspec.Struct) -> dict[str, Any]:
    """Settings that are not the defaults, as a job takes them."""
    plain: dict[str, Any] = msgspec.to_builtins(data)
    defaults = msgspec.to_builtins(type(data)())
    return {key: value for key, value in plain.items() if value != defaults[key]}
