"""Evaluate: how good a model is, and where it errs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from gui.pages.page import KeyHelp, SlicedPage
from gui.state import AppState
from gui.widgets.dialogs import Dialogs
from gui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from gui.pages.evaluate.workspace import EvaluateWorkspace


class EvaluatePage(SlicedPage):
    """What a model got right."""

    NAME = "evaluate"
    _workspace: EvaluateWorkspace | None

    def __init__(self, state: AppState, dialogs: Dialogs) -> None:
        super().__init__(state, dialogs, EmptyState("evaluate", 2))
        self.add_shortcut("Ctrl+E", self._evaluate)
        self.add_shortcut("Ctrl+P", self._play)
        self.retranslate()
        self.restyle()
        self.take()

    @property
    def workspace(self) -> EvaluateWorkspace | None:
        """What is shown while a model is open; None before the first one."""
        self._finish()
        return self._workspace

    def retranslate(self) -> None:
        """Set every text."""
        self._empty.set_texts(
            self.tr("No model to evaluate"),
            self.tr("Open a model, or train one. Its results on items that it never learned from will stand here."),
            self.tr("Open a model …"),
            self.tr("Train one"),
        )

    def hidden(self) -> None:
        """Fall silent."""
        if self._workspace is not None:
            self._workspace.doing.stop()
            self._workspace.keep()

    def may_close(self) -> bool:
        """Let go of the loudspeaker."""
        if self._workspace is not None:
            self._workspace.doing.stop()
            self._workspace.doing.player.close()
            self._workspace.keep()
        return super().may_close()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Hear the item by Space, wherever Space presses no button."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._play()
        else:
            super().keyPressEvent(event)

    def shortcuts(self) -> list[KeyHelp]:
        """The page's keys."""
        return [
            KeyHelp("Ctrl+E", self.tr("Evaluate")),
            KeyHelp("← → ↑ ↓", self.tr("Another cell of the confusion matrix")),
            KeyHelp("Esc", self.tr("No cell: all mistakes")),
            KeyHelp("Space  Ctrl+P", self.tr("Hear the item, or stop")),
            KeyHelp("Enter", self.tr("Look inside the model at the item")),
        ]

    def steps(self) -> Iterator[object]:
        """Make the workspace: the results, what is around them, its place in the page."""
        # Their modules need NumPy, which whoever has read a model has loaded.
        from gui.pages.evaluate.results import ResultsView
        from gui.pages.evaluate.workspace import EvaluateWorkspace

        results = ResultsView()
        yield results
        made = EvaluateWorkspace(self.state, self.dialogs, results)
        yield made
        self._take_workspace(made)

    def _evaluate(self) -> None:
        if self.workspace is not None and self.state.bundle is not None:
            self.workspace.evaluate()

    def _play(self) -> None:
        if self.workspace is None or self.workspace.results.facts is None:
            return
        key = self.workspace.results.items.table.key
        if key is not None:
            self.workspace.doing.play(key)
