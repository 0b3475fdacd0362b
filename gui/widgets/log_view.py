"""The log as a person can read, copy and send it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from gui import log
from gui.widgets.common import button, column, label, row


class LogView(QDialog):
    """The last lines of the log, and where the whole of it lies."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Log"))
        self.resize(900, 560)
        heading, place = label("heading"), label("small", wraps=True)
        heading.setText(self.tr("What happened in the background"))
        place.setText(self.tr("The whole log: {path}").format(path=log.log_file()))
        place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._view = QPlainTextEdit("\n".join(log.memory.lines) or self.tr("Nothing yet."))
        self._view.setReadOnly(True)
        self._view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._view.setAccessibleName(self.windowTitle())
        copy, close = button(), button("primary")
        copy.setText(self.tr("Copy all"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._view.toPlainText()))
        close.setText(self.tr("Close"))
        close.clicked.connect(self.accept)
        self.setLayout(column(heading, place, self._view, row(1, copy, close), spacing=12, margins=(24, 20, 24, 18)))
        end = self._view.verticalScrollBar()
        end.setValue(end.maximum())
