"""What a page shows while it has nothing to show: what it is for, and the buttons that lead on."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gui import theme
from gui.widgets.common import Responsive, button, label

_ICON = 44
_DISC = 92


class Emblem(QWidget):
    """An icon on a soft disc."""

    def __init__(self, icon: str) -> None:
        super().__init__()
        self._icon = icon
        self.setFixedSize(QSize(_DISC, _DISC))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw disc and icon."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colours().accent_soft)
        painter.drawEllipse(self.rect())
        offset = (_DISC - _ICON) // 2
        painter.drawPixmap(offset, offset, theme.pixmap(self._icon, _ICON, theme.colours().accent, self.devicePixelRatioF()))


class EmptyState(Responsive, QWidget):
    """An emblem, a heading, a paragraph and up to three buttons in the middle of a page.

    Set the texts by `set_texts` in the owner's ``retranslate``.

    Attributes:
        buttons: In the order of the arguments; connect their ``clicked``.
    """

    def __init__(self, icon: str, n_buttons: int = 1) -> None:
        super().__init__()
        self._heading = label("title", wraps=True)
        self._text = label("muted", wraps=True)
        for part in (self._heading, self._text):
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text.setMaximumWidth(560)
        self._text.setMinimumWidth(320)
        self._text.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.MinimumExpanding)
        self.buttons: list[QPushButton] = [button("primary" if index == 0 else "") for index in range(n_buttons)]
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch()
        for one in self.buttons:
            buttons.addWidget(one)
        buttons.addStretch()
        layout = QVBoxLayout(self)
        layout.setSpacing(0)
        layout.addStretch(3)
        layout.addWidget(Emblem(icon), alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(20)
        layout.addWidget(self._heading)
        layout.addSpacing(10)
        layout.addLayout(self._centred(self._text))
        layout.addSpacing(24)
        layout.addLayout(buttons)
        layout.addStretch(4)

    def set_texts(self, heading: str, text: str, *buttons: str) -> None:
        """Set what is read."""
        self._heading.setText(heading)
        self._text.setText(text)
        for one, words in zip(self.buttons, buttons, strict=True):
            one.setText(words)

    @staticmethod
    def _centred(text: QLabel) -> QHBoxLayout:
        layout = QHBoxLayout()
        layout.addStretch(1)
        layout.addWidget(text, 100)
        layout.addStretch(1)
        return layout
