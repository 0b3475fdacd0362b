"""The message bar: sentences above the page, each with a way to more and a way out."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from gui import theme
from gui.messages import Message
from gui.widgets.common import Responsive, button, column, label, name, row, tool_button

N_SHOWN = 3
SHOWN_MS = 8_000
_ICONS = {"info": "info", "good": "good", "warn": "warn", "bad": "bad"}


class _Row(Responsive, QFrame):
    """One message.

    Signals:
        closed: The person has seen it.
        details_requested: The person wants more.
    """

    closed = Signal()
    details_requested = Signal()

    def __init__(self, message: Message) -> None:
        super().__init__()
        self.message = message
        self.setProperty("kind", message.level)
        self._icon = QLabel()
        self._text = label(wraps=True)
        self._text.setText(message.text)
        self._text.setTextInteractionFlags(self._text.textInteractionFlags().TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._details = button("quiet")
        self._details.clicked.connect(self.details_requested)
        self._action = button()
        self._action.setText(message.action)
        self._action.clicked.connect(self._act)
        self._close = tool_button(size=16)
        self._close.clicked.connect(self.closed)
        self.setLayout(row(self._icon, self._text, self._action, self._details, self._close, spacing=10, margins=(14, 8, 8, 8)))
        # Not before they have a parent: each would be a window of its own for a moment.
        self._details.setVisible(bool(message.details))
        self._action.setVisible(bool(message.action))
        self.retranslate()
        self.restyle()

    def retranslate(self) -> None:
        """Set every text."""
        self._details.setText(self.tr("Details"))
        name(self._close, self.tr("Close this message"))
        words = {
            "info": self.tr("Note"),
            "good": self.tr("Done"),
            "warn": self.tr("Warning"),
            "bad": self.tr("Error"),
        }
        self._icon.setAccessibleName(words[self.message.level])
        self.setAccessibleName(f"{words[self.message.level]}: {self.message.text}")

    def restyle(self) -> None:
        """Set icons."""
        colours = theme.colours()
        colour = {"info": colours.accent, "good": colours.good, "warn": colours.warn, "bad": colours.bad}[self.message.level]
        self._icon.setPixmap(theme.pixmap(_ICONS[self.message.level], 20, colour, self.devicePixelRatioF()))
        self._close.setIcon(theme.icon("close"))

    def _act(self) -> None:
        if self.message.on_action is not None:
            self.message.on_action()
        self.closed.emit()


class MessageBar(QWidget):
    """Up to three messages, newest first; a fourth pushes out the oldest.

    Signals:
        details_requested: The message whose details are wanted.
    """

    details_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[_Row] = []
        self._layout = column(spacing=6, margins=(20, 10, 20, 0))
        self.setLayout(self._layout)
        self.hide()

    @property
    def messages(self) -> tuple[Message, ...]:
        """What is shown, newest first."""
        return tuple(one.message for one in self._rows)

    def show_message(self, message: Message) -> None:
        """Add a message; one that is shown already moves to the front."""
        for same in [one for one in self._rows if (one.message.level, one.message.text) == (message.level, message.text)]:
            self._remove(same)
        made = _Row(message)
        made.closed.connect(lambda: self._remove(made))
        made.details_requested.connect(lambda: self.details_requested.emit(message))
        self._rows.insert(0, made)
        self._layout.insertWidget(0, made)
        for old in self._rows[N_SHOWN:]:
            self._remove(old)
        self.show()
        if message.level in ("info", "good"):
            QTimer.singleShot(SHOWN_MS, made, made.closed.emit)

    def close_newest(self) -> bool:
        """Take away the newest message; False if there is none."""
        if not self._rows:
            return False
        self._remove(self._rows[0])
        return True

    def _remove(self, row: _Row) -> None:
        if row not in self._rows:
            return
        self._rows.remove(row)
        self._layout.removeWidget(row)
        row.hide()
        row.deleteLater()
        self.setVisible(bool(self._rows))
