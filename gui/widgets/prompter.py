"""The word to say, large enough to be read from where somebody speaks; its ground tells whether the microphone records."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QWidget

from gui import theme
from gui.widgets.common import Responsive, column, label, set_kind

Mood = Literal["ready", "counting", "recording", "asking"]
_KINDS: dict[Mood, str] = {"ready": "info", "counting": "warn", "recording": "bad", "asking": "good"}
_SCALE = 2.1


class _Word(QLabel):
    """One line that is cut where it is too long."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setMinimumWidth(60)
        self._whole = ""

    def put(self, text: str) -> None:
        self._whole = text
        self.setAccessibleName(text)
        self._cut()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._cut()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(60, super().minimumSizeHint().height())

    def _cut(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, max(self.width(), 60)))


class Prompter(Responsive, QFrame):
    """Shows a word, a line below it, how far a series is; and takes a button to its right.

    Attributes:
        word: What is to be said.
        line: What is to be done.
    """

    def __init__(self, action: QWidget) -> None:
        super().__init__()
        self.setProperty("kind", "info")
        self._word, self._line = _Word(), label()
        self._line.setWordWrap(False)
        self._line.setMinimumWidth(60)
        self._line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.hide()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 7, 14, 9)
        layout.setSpacing(14)
        layout.addLayout(column(self._word, self._line, self._bar, spacing=2), 1)
        layout.addWidget(action)
        self.retranslate()
        self.restyle()

    @property
    def word(self) -> str:
        """What is to be said."""
        return self._word.accessibleName()

    @property
    def line(self) -> str:
        """What is to be done."""
        return self._line.text()

    def retranslate(self) -> None:
        """Set every text."""
        self._bar.setAccessibleName(self.tr("Takes that are kept"))

    def restyle(self) -> None:
        """The font may be another one."""
        self._word.setFont(theme.font(_SCALE, weight=QFont.Weight.DemiBold))

    def show_word(self, mood: Mood, word: str, line: str) -> None:
        """Show these."""
        set_kind(self, _KINDS[mood])
        self._word.put(word)
        self._line.setText(line)

    def show_series(self, n_kept: int, n_words: int) -> None:
        """Show how far it is; nothing where there is but one word."""
        self._bar.setVisible(n_words > 1)
        self._bar.setRange(0, max(n_words, 1))
        self._bar.setValue(n_kept)
