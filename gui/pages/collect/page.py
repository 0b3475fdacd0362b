"""Collect: open or make a data set, see what is in it, record and import."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from gui.pages.page import KeyHelp, WorkspacePage
from gui.state import AppState
from gui.widgets.common import elided
from gui.widgets.dialogs import Dialogs
from gui.widgets.empty_state import EmptyState
from seqclass.errors import StorageError
from seqclass.files import storage_error

if TYPE_CHECKING:
    from gui.pages.collect.workspace import CollectWorkspace


class CollectPage(WorkspacePage):
    """What is in the open data set.

    Attributes:
        workspace: What is shown while a data set is open; None before the first one.
    """

    NAME = "collect"
    workspace: CollectWorkspace | None

    def __init__(self, state: AppState, dialogs: Dialogs) -> None:
        self._empty = EmptyState("collect", 4)
        super().__init__(state, dialogs, self._empty)
        self._recent_menu = QMenu(self)
        for one, function in zip(
            self._empty.buttons[:3], (self.ask_for_dataset, self.ask_for_new, self.ask_for_sample), strict=True
        ):
            one.clicked.connect(function)
        self._empty.buttons[3].setMenu(self._recent_menu)
        self._recent_menu.aboutToShow.connect(self._fill_recent)
        state.dataset_changed.connect(self._update)
        state.settings_changed.connect(self._show_recent)
        self.add_shortcut("Ctrl+Z", lambda: self._change("undo"))
        self.add_shortcut("Ctrl+Shift+Z", lambda: self._change("redo"))
        self.add_shortcut("Ctrl+Y", lambda: self._change("redo"))
        self.add_shortcut("Ctrl+I", self._import)
        self.add_shortcut("Ctrl+R", self._record)
        self.add_shortcut("Ctrl+N", self.ask_for_new)
        self.retranslate()
        self.restyle()
        self._update()

    def retranslate(self) -> None:
        """Set every text."""
        self._empty.set_texts(
            self.tr("Start with a data set"),
            self.tr(
                "A data set is a folder with one folder for each class, and in it recordings, texts or numbers. Open one that you "
                "have, or let the app make a small spoken sample to try everything with. You can also drop a folder here."
            ),
            self.tr("Open a data set …"),
            self.tr("New data set …"),
            self.tr("Make the spoken sample …"),
            self.tr("Recent"),
        )
        self._show_recent()

    def may_close(self) -> bool:
        """Let go of microphone and loudspeaker."""
        if self.workspace is not None:
            self.workspace.close_devices()
        return True

    def shortcuts(self) -> list[KeyHelp]:
        """The page's keys."""
        return [
            KeyHelp("Ctrl+Z", self.tr("Take the last change back")),
            KeyHelp("Ctrl+Shift+Z  Ctrl+Y", self.tr("Do it again")),
            KeyHelp("Ctrl+I", self.tr("Import files")),
            KeyHelp("Ctrl+R", self.tr("Record")),
            KeyHelp("Space", self.tr("In the recorder: begin and end a take")),
            KeyHelp("Return  R  P  Del", self.tr("In the recorder: keep the take, say it again, play it, delete it")),
            KeyHelp("← →  Shift+← →", self.tr("On the take: move the beginning or the end of the cut")),
            KeyHelp("Ctrl+N", self.tr("New data set")),
            KeyHelp("F2", self.tr("Change a name or a cell in place")),
            KeyHelp("Del", self.tr("Put what is marked into the bin")),
            KeyHelp("Space", self.tr("In the items: play")),
            KeyHelp("Ctrl+V", self.tr("In texts: add the lines that were copied")),
        ]

    def ask_for_new(self) -> None:
        """Make an empty data set in a place of the person's choice and open it."""
        start = str((self.state.dataset.parent if self.state.dataset else Path.home()) / self.tr("my-words"))
        path = self.dialogs.choose_new_file(self, self.tr("Name the folder of the new data set"), start=start)
        if path is None:
            return
        text = self.tr("It decides about what the page offers: a recorder for sounds, a table for texts.")
        kind = self.dialogs.choose(self, self.tr("What shall be in it?"), text, (self.tr("Recordings"), self.tr("Texts")))
        if kind is None:
            return
        try:
            self._make_folder(path)
        except StorageError as error:
            self.state.post_error(error)
            return
        kinds = {**self.state.page_setting(self.NAME, "new_kinds", {}), str(path.absolute()): "text" if kind else "speech"}
        self.state.keep_page_setting(self.NAME, "new_kinds", dict(list(kinds.items())[-20:]))
        self.state.open_dataset(path)

    @staticmethod
    def _make_folder(path: Path) -> None:
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise storage_error("make", path, error) from error

    def count_words(self, count: int) -> str:
        """How many items, in words."""
        return self.tr("%n item(s)", "", count)

    def _update(self) -> None:
        if self.state.dataset is None:
            self._stack.setCurrentWidget(self._empty)
            return
        if self.workspace is None:
            from gui.pages.collect.workspace import CollectWorkspace

            self.workspace = CollectWorkspace(self.state, self.dialogs, self.count_words, self)
            self._take_workspace(self.workspace)
        self._stack.setCurrentWidget(self.workspace)

    def _show_recent(self) -> None:
        self._empty.buttons[3].setVisible(bool(self.state.settings.recent_datasets))

    def _fill_recent(self) -> None:
        self._recent_menu.clear()
        for path in self.state.settings.recent_datasets:
            self._recent_menu.addAction(elided(path).replace("&", "&&"), partial(self.state.open_dataset, path))

    def _change(self, way: str) -> None:
        if self.workspace is not None:
            getattr(self.workspace.changes, way)()

    def _import(self) -> None:
        if self.workspace is not None and self.state.manifest is not None:
            self.workspace.ask_for_files()

    def _record(self) -> None:
        if self.workspace is not None:
            self.workspace.show_recorder()
