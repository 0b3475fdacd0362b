"""Inspect: what the network does, frame by frame."""

from __future__ import annotations

from gui.pages.page import Page
from gui.state import AppState
from gui.widgets.common import column
from gui.widgets.dialogs import Dialogs
from gui.widgets.empty_state import EmptyState


class InspectPage(Page):
    """Gates and states of one item."""

    NAME = "inspect"

    def __init__(self, state: AppState, dialogs: Dialogs) -> None:
        super().__init__(state, dialogs)
        self._empty = EmptyState("inspect", 1)
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
                self.tr("Look inside a model"),
                self.tr(
                    "Open a model, or train one. Then choose an item and see its gates and states over time, layer by layer."
                ),
                self.tr("Open a model …"),
            )
        else:
            self._empty.set_texts(
                self.tr("A model is open"),
                self.tr("Choose an item of the data set to look at."),
                self.tr("Show the data set"),
            )

    def _lead_on(self) -> None:
        if self.state.bundle is None:
            self.ask_for_bundle()
        else:
            self.state.go_to("collect")
