"""Live: speak, drop files, type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gui.pages.page import KeyHelp, SlicedPage
from gui.state import AppState
from gui.widgets.dialogs import Dialogs
from gui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from gui.pages.live.workspace import LiveWorkspace


class LivePage(SlicedPage):
    """A model at work."""

    NAME = "live"
    _workspace: LiveWorkspace | None

    def __init__(self, state: AppState, dialogs: Dialogs) -> None:
        super().__init__(state, dialogs, EmptyState("live", 2))
        self._is_front = False
        self.retranslate()
        self.take()

    @property
    def workspace(self) -> LiveWorkspace | None:
        """What is shown while a model is open; None before the first one."""
        self._finish()
        return self._workspace

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
        if self._workspace is not None and self.state.bundle is not None:
            self._workspace.come()
            self._workspace.take_keys()

    def hidden(self) -> None:
        """Let go of the microphone."""
        self._is_front = False
        if self._workspace is not None:
            self._workspace.go()

    def may_close(self) -> bool:
        """Let go of everything."""
        if self._workspace is not None:
            self._workspace.close_all()
        return super().may_close()

    def shortcuts(self) -> list[KeyHelp]:
        """The page's keys."""
        return [
            KeyHelp("Space", self.tr("Hold to speak")),
            KeyHelp("Ctrl+Enter", self.tr("Classify the typed text")),
        ]

    def steps(self) -> Iterator[object]:
        """Make the workspace, then give it its place in the page."""
        # Its modules need NumPy, which whoever has read a model has loaded.
        from gui.pages.live.workspace import LiveWorkspace

        made = LiveWorkspace(self.state, self.dialogs)
        yield made
        self._take_workspace(made)
        if self._is_front and self.state.bundle is not None:
            made.come()
            keys = self.window().focusWidget()
            if keys is self or self.isAncestorOf(keys):  # else they are elsewhere by now: on the tour's card for instance
                made.take_keys()
