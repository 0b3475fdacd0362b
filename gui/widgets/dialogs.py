"""Every question that opens a window of its own, in one class, so that a test can answer in its place."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFileDialog, QLineEdit, QPlainTextEdit, QWidget

from gui.widgets.common import button, column, label, row


class Dialogs:
    """Asks the person. The texts are given, translated, by the caller."""

    def choose_folder(self, parent: QWidget, title: str, start: str = "") -> Path | None:
        """An existing folder; None if the person cancelled."""
        chosen = QFileDialog.getExistingDirectory(parent, title, start)
        return Path(chosen) if chosen else None

    def choose_file(self, parent: QWidget, title: str, *, start: str = "", pattern: str = "") -> Path | None:
        """An existing file. ``pattern`` as ``Models (*.seqclass)``."""
        chosen, _ = QFileDialog.getOpenFileName(parent, title, start, pattern)
        return Path(chosen) if chosen else None

    def choose_files(self, parent: QWidget, title: str, *, start: str = "", pattern: str = "") -> list[Path]:
        """Existing files; empty if the person cancelled."""
        chosen, _ = QFileDialog.getOpenFileNames(parent, title, start, pattern)
        return [Path(one) for one in chosen]

    def choose_new_file(self, parent: QWidget, title: str, *, start: str = "", pattern: str = "") -> Path | None:
        """A place for a file to write; the dialog itself asks before it replaces one."""
        chosen, _ = QFileDialog.getSaveFileName(parent, title, start, pattern)
        return Path(chosen) if chosen else None

    def choose(self, parent: QWidget, title: str, text: str, answers: tuple[str, ...]) -> int | None:
        """A question with a button an answer, the first one being the usual; None if the person cancelled."""
        dialog = QDialog(parent)
        dialog.setWindowTitle(title)
        heading, body = label("heading", wraps=True), label(wraps=True)
        heading.setText(title)
        body.setText(text)
        body.setMinimumWidth(420)
        cancel = button("quiet")
        cancel.setText(QCoreApplication.translate("Dialogs", "Cancel"))
        cancel.clicked.connect(dialog.reject)
        buttons = row(1, cancel, spacing=8)
        for index, words in reversed(list(enumerate(answers))):
            one = button("primary" if index == 0 else "")
            one.setText(words)
            one.setDefault(index == 0)
            one.clicked.connect(lambda _checked=False, index=index: dialog.done(index + 1))
            buttons.addWidget(one)
        dialog.setLayout(column(heading, body, 1, buttons, spacing=14, margins=(24, 22, 24, 18)))
        code = dialog.exec()
        dialog.deleteLater()
        return code - 1 if code else None

    def ask_text(self, parent: QWidget, title: str, text: str, *, start: str = "", longest: int = 1_000) -> str | None:
        """A line of text, not empty; None if the person cancelled."""
        dialog = QDialog(parent)
        dialog.setWindowTitle(title)
        heading, body, line = label("heading", wraps=True), label(wraps=True), QLineEdit(start)
        heading.setText(title)
        body.setText(text)
        line.setMinimumWidth(420)
        line.setMaxLength(longest)
        line.setAccessibleName(text or title)
        line.selectAll()
        cancel, accept = button("quiet"), button("primary")
        cancel.setText(QCoreApplication.translate("Dialogs", "Cancel"))
        cancel.clicked.connect(dialog.reject)
        accept.setText(QCoreApplication.translate("Dialogs", "OK"))
        accept.setDefault(True)
        accept.clicked.connect(dialog.accept)
        line.textChanged.connect(lambda written: accept.setEnabled(bool(written.strip())))
        accept.setEnabled(bool(start.strip()))
        buttons = row(1, cancel, accept, spacing=8)
        dialog.setLayout(column(heading, body, line, 1, buttons, spacing=14, margins=(24, 22, 24, 18)))
        code = dialog.exec()
        written = line.text().strip()
        dialog.deleteLater()
        return written if code and written else None

    def show_text(self, parent: QWidget, title: str, text: str) -> None:
        """A long text to read and copy."""
        dialog = QDialog(parent)
        dialog.setWindowTitle(title)
        dialog.resize(760, 460)
        view = QPlainTextEdit(text)
        view.setReadOnly(True)
        view.setAccessibleName(title)
        view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        box.rejected.connect(dialog.reject)
        dialog.setLayout(column(view, box, spacing=12, margins=(16, 16, 16, 16)))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
