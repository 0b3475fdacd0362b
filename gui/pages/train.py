"""Train: settings, runs and their curves."""

from __future__ import annotations

from gui.pages.page import Page
from gui.state import AppState
from gui.widgets.common import column
from gui.widgets.dialogs import Dialogs
from gui.widgets.empty_state import EmptyState


class TrainPage(Page):
    """Where a model learns."""

    NAME = "train"

    def __init__(self, state: AppState, dialogs: Dialogs) -> None:
        super().__init__(state, dialogs)
        self._empty = EmptyState("train", 1)
        self._empty.buttons[0].clicked.connect(self._lead_on)
        self.setLayout(column(self._empty))
        state.dataset_changed.connect(self._update)
        self.retranslate()
        self.restyle()

    def retranslate(self) -> None:
        """Set every text."""
        self._update()

    def _update(self) -> None:
        if self.state.dataset is None:
            self._empty.set_texts(
                self.tr("Nothing to learn from yet"),
                self.tr(
                    "Open a data set first. Training then takes a minute or two for a few hundred recordings, and you can watch it."
                ),
                self.tr("Open a data set …"),
            )
        else:
            self._empty.set_texts(
                self.tr("Ready to train"),
                self.tr("The data set is open. See what is in it before you train on it."),
                self.tr("Show the data set"),
            )

    def _lead_on(self) -> None:
        if self.state.dataset is None:
            self.ask_for_dataset()
        else:
            self.state.go_to("collect")
