"""Collect: open or make a data set, see what is in it, record and import."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gui.pages.page import Page
from gui.state import AppState
from gui.widgets.common import card, column, label
from gui.widgets.dialogs import Dialogs
from gui.widgets.empty_state import EmptyState


class CollectPage(Page):
    """What is in the open data set."""

    NAME = "collect"

    def __init__(self, state: AppState, dialogs: Dialogs) -> None:
        super().__init__(state, dialogs)
        self._empty = EmptyState("collect", 2)
        self._empty.buttons[0].clicked.connect(self.ask_for_dataset)
        self._empty.buttons[1].clicked.connect(self.ask_for_sample)
        self._title, self._text = label("title"), label("muted", wraps=True)
        self._classes = label(wraps=True)
        overview = QWidget()
        overview.setLayout(column(self._title, self._text, card(self._classes), 1, spacing=12, margins=(28, 24, 28, 24)))
        self._overview = overview
        self._stack = self.stack(self._empty, overview)
        state.dataset_changed.connect(self._update)
        state.manifest_changed.connect(self._update)
        self.retranslate()
        self.restyle()

    def retranslate(self) -> None:
        """Set every text."""
        self._empty.set_texts(
            self.tr("Start with a data set"),
            self.tr(
                "A data set is a folder with one folder for each class, and in it recordings, texts or numbers. Open one that you "
                "have, or let the app make a small spoken sample to try everything with. You can also drop a folder here."
            ),
            self.tr("Open a data set …"),
            self.tr("Make the spoken sample …"),
        )
        self._update()

    def _update(self) -> None:
        state = self.state
        self._stack.setCurrentWidget(self._empty if state.dataset is None else self._overview)
        if state.dataset is None:
            return
        self._title.setText(state.dataset.name)
        if state.manifest is None:
            self._text.setText(self.tr("Looking through the folder …"))
            self._classes.clear()
            return
        counts: dict[str, int] = next(iter(state.summary.get("classes", {}).values()), {})
        self._text.setText(self.tr("%n item(s)", "", len(state.manifest.items)))
        self._classes.setText("\n".join(f"{name}   {count}" for name, count in counts.items()))
