"""What can be done with stored runs: open, copy, write about, delete, take back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QObject

from gui.background import run_in_background
from gui.pages.page import Page
from gui.pages.train.board import RunBoard
from gui.pages.train.rows import title_of
from gui.state import BUNDLE_SUFFIX
from seqclass.data import runs
from seqclass.data.runs import StoredRun


class RunActions(QObject):
    """Actions on the runs of a board; all that touches the disk is done in the background."""

    def __init__(self, page: Page, board: RunBoard) -> None:
        super().__init__(page)
        self._page = page
        self._state = page.state
        self._board = board
        self._binned: list[StoredRun] = []

    def forget(self) -> None:
        """Another data set is open: what was deleted in the one before stays in its bin."""
        self._binned.clear()

    def ask_for_place(self, title: str, start: str) -> Path | None:
        """Where a model shall be written; None if the person cancelled."""
        pattern = self.tr("Models (*.seqclass)") + ";;" + self.tr("All files (*)")
        path = self._page.dialogs.choose_new_file(self._page, title, start=start, pattern=pattern)
        if path is None or path.suffix.lower() == BUNDLE_SUFFIX:
            return path
        return path.with_name(path.name + BUNDLE_SUFFIX)

    def open_model(self, page: str) -> None:
        """Open the model of the run that is looked at, and go to a page."""
        one = self._board.one()
        if one is None:
            return
        if self._state.bundle is None or self._state.bundle.path != one.run.bundle:
            self._state.open_bundle(one.run.bundle)
        self._state.go_to(page)

    def copy_model(self) -> None:
        """Write the model of the run that is looked at once more, to a place of the person's choice."""
        one = self._board.one()
        if one is None:
            return
        title = self.tr("Where shall the copy go?")
        target = self.ask_for_place(title, one.run.bundle.name)
        if target is None:
            return

        def copy() -> None:
            from seqclass.files import read_bytes, write_bytes

            write_bytes(target, read_bytes(one.run.bundle))

        words = self.tr("The copy is {path}.").format(path=target)
        run_in_background(copy, self, done=lambda _: self._state.post("good", words), failed=self._state.post_error)

    def save_table(self) -> None:
        """Write the curves that are drawn as a table, a line an epoch."""
        drawn = {one.title: one.epochs for one in self._board.curves.runs}
        target = self._ask_for_export(self.tr("Save the curves"), self.tr("Tables (*.csv)"), ".csv")
        if target is not None:
            self._write(target, lambda: runs.as_csv(drawn).encode())

    def save_picture(self) -> None:
        """Write the charts as they are drawn."""
        target = self._ask_for_export(self.tr("Save the curves"), self.tr("Pictures (*.png)"), ".png")
        if target is None:
            return
        content = QBuffer()
        content.open(QIODevice.OpenModeFlag.WriteOnly)
        self._board.curves.picture().save(content, "PNG")
        self._write(target, lambda: bytes(content.data().data()))

    def _ask_for_export(self, title: str, pattern: str, suffix: str) -> Path | None:
        start = f"{self._state.dataset.name if self._state.dataset else 'seqclass'}-curves{suffix}"
        path = self._page.dialogs.choose_new_file(self._page, title, start=start, pattern=pattern)
        return path.with_name(path.name + suffix) if path is not None and not path.suffix else path

    def _write(self, target: Path, content: Callable[[], bytes]) -> None:
        from seqclass.files import write_bytes

        words = self.tr("Saved as {path}").format(path=target)
        run_in_background(
            lambda: write_bytes(target, content()),
            self,
            done=lambda _: self._state.post("good", words),
            failed=self._state.post_error,
        )

    def write_note(self, run: str, text: str) -> None:
        """Keep a note on a run."""
        one = self._board.one(run)
        if one is not None:
            self._change_runs(lambda: runs.write_note(one.run, text))

    def delete(self, run: str = "") -> None:
        """Put a run into the bin, the one that is looked at unless named; it can be taken back."""
        one = self._board.one(run)
        if one is None:
            return

        def done(binned: StoredRun) -> None:
            self._binned.append(binned)
            words = self.tr("{run} is in the bin.").format(run=title_of(binned))
            self._state.post("info", words, action=self.tr("Undo"), on_action=lambda: self._restore(binned))
            if self._state.bundle is not None and self._state.bundle.path == binned.bundle and not binned.bundle.exists():
                self._state.close_bundle()

        self._change_runs(lambda: runs.delete(one.run), done)

    def undo(self) -> None:
        """Take the run that was deleted last back out of the bin."""
        if self._binned:
            self._restore(self._binned[-1])

    def _restore(self, binned: StoredRun) -> None:
        if binned in self._binned:
            self._binned.remove(binned)
            self._change_runs(lambda: runs.restore(binned))

    def _change_runs(self, change: Callable[[], StoredRun], done: Callable[[StoredRun], None] | None = None) -> None:
        def changed(run: StoredRun) -> None:
            if done is not None:
                done(run)
            self._state.refresh_runs()

        def failed(error: Exception) -> None:
            self._state.post_error(error)
            self._state.refresh_runs()

        run_in_background(change, self, done=changed, failed=failed)
