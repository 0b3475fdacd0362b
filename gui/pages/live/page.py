"""Live: speak, drop files, type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedLayout

from gui.pages.page import KeyHelp, Page
from gui.state import AppState
from gui.widgets.dialogs import Dialogs
from gui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from gui.pages.live.workspace import LiveWorkspace


class LivePage(Page):
    """A model at work.

    Attributes:
        workspace: What is shown while a model is open; None before the first one.
    """

    NAME = "live"

    def __init__(self, state: AppState, dialogs: Dialogs) -> None:
        super().__init__(state, dialogs)
        self.workspace: LiveWorkspace | None = None
        self._is_front = False
        self._empty = EmptyState("live", 2)
        self._empty.buttons[0].clicked.connect(self.ask_for_bundle)
        self._empty.buttons[1].clicked.connect(lambda: self.state.go_to("train"))
        self._stack: QStackedLayout = self.stack(self._empty)
        state.bundle_changed.connect(self._update)
        self.retranslate()
        self._update()

    def retranslate(self) -> None:
        """Set every text."""
        self._empty.set_texts(
            self.tr("No model to listen with"),
            self.tr("Open a model, or train one. Then speak, drop files on this page or type, and see what it hears."),
            self.tr("Open a model …"),
            self.tr("Train one"),
        )

    def shown(self) -> None:
        """Follow the microphones."""
        self._is_front = True
        if self.workspace is not None and self.state.bundle is not None:
            self.workspace.come()

    def hidden(self) -> None:
        """Let go of the microphone."""
        self._is_front = False
        if self.workspace is not None:
            self.workspace.go()

    def may_close(self) -> bool:
        """Let go of everything."""
        if self.workspace is not None:
            self.workspace.close_all()
        return True

    def shortcuts(self) -> list[KeyHelp]:
        """The page's keys."""
        return [
            KeyHelp("Space", self.tr("Hold to speak")),
            KeyHelp("Ctrl+Enter", self.tr("Classify the typed text")),
        ]

    def _update(self) -> None:
        if self.state.bundle is None:
            self._stack.setCurrentWidget(self._empty)
            return
        if self.workspace is None:
            # Its modules need NumPy, which whoever has read a model has loaded.
            from gui.pages.live.workspace import LiveWorkspace

            self.workspace = LiveWorkspace(self.state, self.dialogs)
            self._stack.addWidget(self.workspace)
            if self._is_front:
                self.workspace.come()
        self._stack.setCurrentWidget(self.workspace)
