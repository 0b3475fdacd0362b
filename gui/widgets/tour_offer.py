"""What a first start offers: a tour, in a strip above the empty page."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from gui.widgets.common import Responsive, button, column, frame, label, row


class TourOffer(Responsive, QFrame):
    """A strip with an offer.

    Signals:
        accepted, declined: A button was pressed.
    """

    accepted = Signal()
    declined = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._heading, self._text = label("heading"), label(wraps=True)
        self.start, self.later = button("primary"), button("quiet")
        self.start.clicked.connect(self.accepted)
        self.later.clicked.connect(self.declined)
        strip = frame("info")
        line = row(column(self._heading, self._text, spacing=2), self.later, self.start, spacing=10, margins=(18, 12, 14, 12))
        line.setStretch(0, 1)
        strip.setLayout(line)
        self.setLayout(column(strip, margins=(20, 14, 20, 0)))
        self.hide()
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        self._heading.setText(self.tr("New here?"))
        self._text.setText(
            self.tr("Take the two-minute tour. The app makes a small spoken data set and trains a model while you read.")
        )
        self.start.setText(self.tr("Take the tour"))
        self.later.setText(self.tr("Not now"))
        self.later.setToolTip(self.tr("The tour stays in the menu under Help"))
