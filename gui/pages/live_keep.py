"""Right or wrong: what was heard, read or typed goes into the data set under the class that the person says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QSizePolicy, QWidget

from gui.widgets.common import Responsive, button, column, elided, label, name, row
from gui.widgets.event_table import Entry

if TYPE_CHECKING:
    from seqclass.data.edits import Change, Edits
    from seqclass.specs import DataSpec


@dataclass(frozen=True)
class Kept:
    """What was put into a data set, and by what it can be taken out again."""

    edits: Edits
    change: Change
    number: int
    label: str


def keep(dataset: Path, data: DataSpec | None, entry: Entry, label: str) -> Kept:
    """Put an entry into a data set (in a thread).

    Raises:
        DataError: The class has a name that is refused, or the data set holds another kind of data.
        StorageError: It cannot be written.
    """
    from seqclass.data.edits import Add, Edits, Take

    if entry.kind == "word":
        assert entry.clip is not None
        source: Take | str | Path = Take(entry.clip, entry.rate_hz)
    else:
        source = Path(entry.source) if entry.kind == "file" else entry.source
    edits = Edits(dataset, data)
    return Kept(edits, edits.apply(Add(sources=(source,), label=label)), entry.number, label)


def take_back(kept: Kept) -> Kept:
    """Undo it (in a thread).

    Raises:
        DataError: Something else was changed since.
        StorageError: It cannot be written.
    """
    kept.edits.undo()
    return kept


class KeepBar(Responsive, QWidget):
    """Asks whether an answer was right.

    Signals:
        confirmed: The class that the entry truly has.
    """

    confirmed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._entry: Entry | None = None
        self._dataset = ""
        self._is_busy = False
        self.right = button()
        self.right.clicked.connect(self._confirm_right)
        self.truth = QComboBox()
        self.truth.setEditable(True)
        self.truth.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.truth.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        completer = self.truth.completer()
        assert completer is not None  # an editable box has one, and a field
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.truth.currentTextChanged.connect(lambda _: self._show())
        self.wrong = button()
        self.wrong.clicked.connect(self._confirm_wrong)
        self._note = label("small", wraps=True)
        choice = row(self.truth, self.wrong, spacing=6)
        choice.setStretch(0, 1)
        self.setLayout(column(self.right, choice, self._note, spacing=6))
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        name(self.truth, self.tr("What it was"), tip=self.tr("Choose a class, or type a new one."))
        edit = self.truth.lineEdit()
        assert edit is not None
        edit.setPlaceholderText(self.tr("it was …"))
        edit.setAccessibleName(self.tr("What it was"))
        self.wrong.setText(self.tr("That was wrong"))
        self._show()

    def restyle(self) -> None:
        """Set icons."""
        from gui import theme

        self.right.setIcon(theme.icon("good", colour=theme.colours().good))
        self.wrong.setIcon(theme.icon("bad", colour=theme.colours().bad))

    def set_labels(self, labels: Iterable[str]) -> None:
        """Classes to choose from."""
        text = self.truth.currentText()
        self.truth.blockSignals(True)
        self.truth.clear()
        self.truth.addItems([one for one in labels if not one.startswith("_")])
        self.truth.setCurrentIndex(-1)
        self.truth.setEditText(text if self.truth.findText(text) >= 0 else "")
        self.truth.blockSignals(False)
        self._show()

    def set_dataset(self, dataset: str) -> None:
        """Name of the open data set; empty for none."""
        self._dataset = dataset
        self._show()

    def set_entry(self, entry: Entry | None) -> None:
        """Ask about this one."""
        is_other = entry is None or self._entry is None or entry.number != self._entry.number
        self._entry = entry
        if is_other:
            self.truth.setEditText("")
        self._show()

    def set_busy(self, *, is_busy: bool) -> None:
        """Whether an answer is on its way into the data set."""
        self._is_busy = is_busy
        self._show()

    @property
    def _guess(self) -> str:
        return (self._entry.best or "") if self._entry is not None and not self._entry.error else ""

    def _show(self) -> None:
        entry = self._entry
        has_content = entry is not None and not entry.error and (entry.kind != "word" or entry.clip is not None)
        may = bool(self._dataset) and has_content and not self._is_busy and entry is not None and not entry.kept_as
        guess = self._guess
        self.right.setText(
            self.tr("That was right: {label}").format(label=elided(guess, 16)) if guess else self.tr("That was right")
        )
        self.right.setEnabled(may and bool(guess) and not guess.startswith("_"))
        self.truth.setEnabled(may)
        self.wrong.setEnabled(may and bool(self.truth.currentText().strip()))
        self._note.setText(self._words(entry))

    def _words(self, entry: Entry | None) -> str:
        if not self._dataset:
            return self.tr("Open a data set to put what was heard into it.")
        if entry is None:
            return self.tr("Your answer puts it into {name}.").format(name=self._dataset)
        if entry.kept_as:
            return self.tr("In {name} as {label}.").format(name=self._dataset, label=entry.kept_as)
        if entry.kind == "word" and entry.clip is None:
            return self.tr("Its sound is no longer kept: only the last ones are.")
        return self.tr("Your answer puts it into {name}.").format(name=self._dataset)

    def _confirm_right(self) -> None:
        self.confirmed.emit(self._guess)

    def _confirm_wrong(self) -> None:
        self.confirmed.emit(self.truth.currentText().strip())
