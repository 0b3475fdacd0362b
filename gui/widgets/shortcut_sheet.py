"""The sheet of all keyboard shortcuts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QGridLayout, QWidget

from gui.widgets.common import button, column, label, row


class ShortcutSheet(QDialog):
    """Keys and what they do, by part of the app."""

    def __init__(self, parent: QWidget, parts: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        columns = row(spacing=40)
        for heading, keys in parts:
            title = label("heading")
            title.setText(heading)
            grid = QGridLayout()
            grid.setHorizontalSpacing(20)
            grid.setVerticalSpacing(7)
            for index, (sequence, words) in enumerate(keys):
                left, right = label("code"), label()
                left.setText(sequence)
                right.setText(words)
                grid.addWidget(left, index, 0)
                grid.addWidget(right, index, 1)
            columns.addLayout(column(title, grid, 1, spacing=10))
        close = button()
        close.setText(self.tr("Close"))
        close.clicked.connect(self.accept)
        self.setLayout(column(columns, row(1, close), spacing=20, margins=(28, 24, 28, 18)))
        for sequence in ("F1", "?"):
            QShortcut(QKeySequence(sequence), self).activated.connect(self.accept)
