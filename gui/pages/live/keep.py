"""Right or wrong: what was heard, read or typed goes into the data set under the class that the person says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gui.widgets.common import Responsive, button, column, elided, label, name, row
from gui.widgets.event_table import Entry

if TYPE_CHECKING:
    from seqclass.data.edits.editing import Change, Edits
    from seqclass.data.manifest import Manifest


@dataclass(frozen=True)
class Verdict:
    """What an entry truly is.

    Attributes:
        label: Class of the first target.
        others: What is true of each further target; empty where nobody has said.
        speaker: Who said it; empty where unknown.
    """

    label: str
    others: Mapping[str, str]
    speaker: str = ""


@dataclass(frozen=True)
class Kept:
    """What was put into a data set, and by what it can be taken out again."""

    edits: Edits
    change: Change
    number: int
    label: str


def keep(dataset: Path, manifest: Manifest | None, entry: Entry, verdict: Verdict) -> Kept:
    """Put an entry into a data set (in a thread).

    Raises:
        DataError: The class has a name that is refused, or the data set holds another kind of data or wants another target too.
        StorageError: It cannot be written.
    """
    from seqclass.data.edits.editing import Add, Edits, Take

    if entry.kind == "word":
        assert entry.clip is not None
        source: Take | str | Path = Take(entry.clip, entry.rate_hz)
    else:
        source = Path(entry.source) if entry.kind == "file" else entry.source
    data = manifest.data if manifest is not None else None
    group = data.group if data is not None else "speaker"
    wanted = {target.name for target in manifest.targets[1:]} if manifest is not None else set()
    columns = {key: value for key, value in verdict.others.items() if key in wanted - {group} and value}
    speaker = verdict.others.get(group, "") or verdict.speaker
    edits = Edits(dataset, data)
    change = edits.apply(Add(sources=(source,), label=verdict.label, speaker=speaker, columns=columns))
    return Kept(edits, change, entry.number, verdict.label)


def take_back(kept: Kept) -> Kept:
    """Undo it (in a thread).

    Raises:
        DataError: Something else was changed since.
        StorageError: It cannot be written.
    """
    kept.edits.undo()
    return kept


class KeepBar(Responsive, QWidget):
    """Asks whether an answer was right, and who spoke.

    Signals:
        confirmed: The `Verdict`.
    """

    confirmed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._entry: Entry | None = None
        self._dataset = ""
        self._group = "speaker"
        self._usual_speaker = ""
        self._is_busy = False
        self._has_speakers = False
        self.right, self.wrong = button(), button()
        self.right.clicked.connect(self._confirm_right)
        self.wrong.clicked.connect(self._confirm_wrong)
        self.truth, self.speaker = _field(), _field()
        self.others: dict[str, QComboBox] = {}
        self.truth.currentTextChanged.connect(lambda _: self._show())
        edit = self.truth.lineEdit()
        assert edit is not None  # an editable box has one
        edit.returnPressed.connect(self.wrong.click)
        self._note, self._by = label("small", wraps=True), label("small")
        self._by.setBuddy(self.speaker)
        choice, voice = row(self.truth, self.wrong, spacing=6), row(self._by, self.speaker, spacing=6)
        choice.setStretch(0, 1)
        voice.setStretch(1, 1)
        self._more = QVBoxLayout()
        self._more.setSpacing(6)
        self.setLayout(column(self.right, choice, self._more, voice, self._note, spacing=6))
        self.retranslate()
        self.restyle()

    def retranslate(self) -> None:
        """Set every text."""
        _name(self.truth, self.tr("What it was"), self.tr("it was …"), self.tr("Choose a class, or type a new one."))
        _name(self.speaker, self.tr("Who said it"), self.tr("who?"), self.tr("Who said it: a name that is the same each time."))
        for target, box in self.others.items():
            _name(box, target, target, self.tr("What was true of it: {target}").format(target=target))
        self._by.setText(self.tr("Said by"))
        self.wrong.setText(self.tr("That was wrong"))
        self._show()

    def restyle(self) -> None:
        """Set icons."""
        from gui import theme

        self.right.setIcon(theme.icon("good", colour=theme.colours().good))
        self.wrong.setIcon(theme.icon("bad", colour=theme.colours().bad))

    def set_targets(self, others: Mapping[str, Iterable[str]], *, has_speakers: bool) -> None:
        """Ask about these targets too, beside the first; and about the speaker."""
        if list(others) != list(self.others):
            while self._more.count():
                self._more.takeAt(0).layout().deleteLater()  # type: ignore[union-attr]  # rows are layouts
            for box in self.findChildren(QWidget, "other"):
                box.deleteLater()
            self.others = {}
            for target in others:
                self.others[target], title = _field(), QLabel(target)
                title.setProperty("kind", "small")
                for one in (self.others[target], title):
                    one.setObjectName("other")
                line = row(title, self.others[target], spacing=6)
                line.setStretch(1, 1)
                self._more.addLayout(line)
        for target, labels in others.items():
            _fill(self.others[target], labels)
        self._has_speakers = has_speakers
        self.retranslate()

    def set_labels(self, labels: Iterable[str]) -> None:
        """Classes to choose from."""
        _fill(self.truth, labels)
        self._show()

    def set_dataset(self, dataset: str, *, group: str, speakers: Iterable[str]) -> None:
        """Name of the open data set, empty for none; what its groups are called, and those that it has."""
        self._dataset, self._group = dataset, group
        _fill(self.speaker, speakers)
        self._show()

    def set_speaker(self, name: str) -> None:
        """Who speaks into the microphone, unless it is said otherwise."""
        if self.speaker.currentText() in ("", self._usual_speaker):
            self.speaker.setEditText(name)
        self._usual_speaker = name

    def set_entry(self, entry: Entry | None) -> None:
        """Ask about this one."""
        is_other = entry is None or self._entry is None or entry.number != self._entry.number
        self._entry = entry
        if is_other:
            self.truth.setEditText("")
            # Who speaks in a file or wrote a text nobody knows: only who speaks here.
            self.speaker.setEditText(self._usual_speaker if entry is None or entry.kind == "word" else "")
            for target, box in self.others.items():
                box.setEditText(entry.others.get(target, "") if entry is not None else "")
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
        self.wrong.setEnabled(may and bool(self.truth.currentText().strip()))
        for box in (self.truth, self.speaker, *self.others.values()):
            box.setEnabled(may)
        asks = bool(self._dataset) and has_content
        for part in (self.right, self.wrong, self.truth, *self.findChildren(QWidget, "other")):
            part.setVisible(asks)
        for part in (self._by, self.speaker):
            part.setVisible(asks and self._has_speakers and self._group not in self.others)
        tip = self.tr("Your answer puts it into {name}.").format(name=self._dataset)
        self.right.setToolTip(tip)
        self.wrong.setToolTip(tip)
        words = self._words(entry)
        self._note.setText(words)
        self._note.setVisible(bool(words))

    def _words(self, entry: Entry | None) -> str:
        if not self._dataset:
            return self.tr("Open a data set to put what was heard into it.")
        if entry is None:
            return self.tr("Say whether an answer was right: that puts it into {name}.").format(name=self._dataset)
        if entry.kept_as:
            return self.tr("In {name} as {label}.").format(name=self._dataset, label=entry.kept_as)
        if entry.kind == "word" and entry.clip is None:
            return self.tr("Its sound is no longer kept: only the last ones are.")
        return ""

    def _confirm_right(self) -> None:
        others = dict(self._entry.others) if self._entry is not None else {}
        self.confirmed.emit(Verdict(self._guess, others, self._speaker))

    def _confirm_wrong(self) -> None:
        others = {target: box.currentText().strip() for target, box in self.others.items()}
        self.confirmed.emit(Verdict(self.truth.currentText().strip(), others, self._speaker))

    @property
    def _speaker(self) -> str:
        return self.speaker.currentText().strip() if self._has_speakers else ""


def _field() -> QComboBox:
    """A field with choices, in which anything may be typed."""
    box = QComboBox()
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    completer = box.completer()
    assert completer is not None  # an editable box has one
    completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
    return box


def _name(box: QComboBox, words: str, placeholder: str, tip: str) -> None:
    name(box, words, tip=tip)
    edit = box.lineEdit()
    assert edit is not None  # an editable box has one
    edit.setPlaceholderText(placeholder)
    edit.setAccessibleName(words)


def _fill(box: QComboBox, choices: Iterable[str]) -> None:
    """Other choices; what was typed stays."""
    text = box.currentText()
    box.blockSignals(True)
    box.clear()
    box.addItems([one for one in choices if not one.startswith("_")])
    box.setCurrentIndex(-1)
    box.setEditText(text)
    box.blockSignals(False)
