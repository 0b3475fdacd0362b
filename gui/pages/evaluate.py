"""Evaluate: how good a model is, and where it errs."""

from __future__ import annotations

from gui.pages.page import Page
from gui.state import AppState
from gui.widgets.common import column
from gui.widgets.dialogs import Dialogs
from gui.widgets.empty_state import EmptyState


class EvaluatePage(Page):
    """What a model got right."""

    NAME = "evaluate"

    def __init__(self, state: AppState, dialogs: Dialogs) -> None:
        super().__init__(state, dialogs)
        self._empty = EmptyState("evaluate", 1)
        self._empty.buttons[0].clicked.connect(self._lead_on)
        self.setLayout(column(self._empty))
        state.bundle_changed.connect(self._update)
        self.retranslate()
        self.restyle()

    def retranslate(self) -> None:
        """Set every text."""
        self._update()

    def _update(self) -> None:
        if self.state.bundle is None:
            self._empty.set_texts(
                self.tr("No model to evaluate"),
                self.tr("Open a model, or train one. Its results on items that it never learned from will stand here."),
                self.tr("Open a model …"),
            )
        else:
            self._empty.set_texts(
                self.tr("A model is open"),
                self.tr("Open the data set to measure it on."),
                self.tr("Show the data set"),
            )

    def _lead_on(self) -> None:
        if self.state.bundle is None:
            self.ask_for_bundle()
        else:
            self.state.go_to("collect")
