"""A few ways to go on, one of them chosen: each a round button with its name, and below it what it means."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QButtonGroup, QLabel, QRadioButton, QVBoxLayout, QWidget

from gui.widgets.common import column, label, row

_INDENT = 26


class Choice(NamedTuple):
    """One of them.

    Attributes:
        key: By which it is known.
        title: Its name.
        text: What it means.
    """

    key: str
    title: str
    text: str


class ChoiceCards(QWidget):
    """All of them, below one another.

    Signals:
        chosen: The key of what the person has chosen.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._keys: tuple[str, ...] = ()
        self._buttons: dict[str, QRadioButton] = {}
        self._texts: dict[str, QLabel] = {}
        self._group = QButtonGroup(self)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(10)

    def set_choices(self, choices: Sequence[Choice], chosen: str) -> None:
        """Show these, one of them chosen; texts may change at any time, keys only ever come later than others."""
        for choice in choices:
            if choice.key not in self._buttons:
                self._add(choice.key)
            button, text = self._buttons[choice.key], self._texts[choice.key]
            button.setText(choice.title)
            text.setText(choice.text)
            button.setAccessibleDescription(choice.text)
            button.setChecked(choice.key == chosen)
        shown = {choice.key for choice in choices}
        for key, button in self._buttons.items():
            for part in (button, self._texts[key]):
                part.setVisible(key in shown)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """A click on the words chooses, too."""
        if event.type() == QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            key = next((key for key, text in self._texts.items() if text is watched), "")
            if key and event.button() == Qt.MouseButton.LeftButton:
                self._buttons[key].click()
        return super().eventFilter(watched, event)

    def _add(self, key: str) -> None:
        button, text = QRadioButton(), label("small", wraps=True)
        text.installEventFilter(self)
        self._group.addButton(button)
        self._buttons[key], self._texts[key] = button, text
        button.clicked.connect(partial(self.chosen.emit, key))
        indented = row(text, margins=(_INDENT, 0, 0, 0))
        self._layout.addLayout(column(button, indented, spacing=0))
