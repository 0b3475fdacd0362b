"""Typing for models of texts: the answer follows the letters."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit

from gui.widgets.common import Responsive, button, column, label

_PAUSE_MS = 120


class LiveText(Responsive, QFrame):
    """A field to type or paste into.

    Signals:
        typed: The last line so far, after a short pause; perhaps empty.
        entered: A line that is done.
    """

    typed = Signal(str)
    entered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._title, self._hint = label("heading"), label("small", wraps=True)
        self.field = QPlainTextEdit()
        self.field.setFixedHeight(110)
        self.field.setTabChangesFocus(True)
        self.field.installEventFilter(self)
        self.button = button("primary")
        self.button.clicked.connect(self._enter)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(lambda: self.typed.emit((self._lines() or [""])[-1]))
        self.field.textChanged.connect(self._pause.start)
        self.field.textChanged.connect(self._show)
        self.setLayout(column(self._title, self.field, self.button, self._hint, margins=(14, 14, 14, 14)))
        self.retranslate()
        self._show()

    def retranslate(self) -> None:
        """Set every text."""
        self._title.setText(self.tr("Type or paste"))
        self.field.setAccessibleName(self.tr("Text to classify"))
        self.field.setPlaceholderText(self.tr("Each line is one text."))
        self.button.setText(self.tr("Classify"))
        self._hint.setText(self.tr("The bars follow what you type; Ctrl+Enter puts it into the table."))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Ctrl+Enter is the button."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._enter()
                return True
        return super().eventFilter(watched, event)

    def _lines(self) -> list[str]:
        return [line.strip() for line in self.field.toPlainText().splitlines() if line.strip()]

    def _show(self) -> None:
        self.button.setEnabled(bool(self._lines()))

    def _enter(self) -> None:
        lines = self._lines()
        self.field.clear()
        self._pause.stop()
        for line in lines:
            self.entered.emit(line)
