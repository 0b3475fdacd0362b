"""What a foreign model file does not tell: what its frames are, and what its classes are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QFormLayout, QLabel, QLineEdit, QPlainTextEdit, QSpinBox, QWidget

from gui.widgets.common import Responsive, button, column, elided, label, name, row, set_kind
from gui.widgets.dialogs import Dialogs

_LABELS_HEIGHT = 110
_USUAL_RATE_HZ = 16_000
_DROP = 7
"""Pixels that bring a title to the height of the text in its field."""


class ImportForm(Responsive, QDialog):
    """Asks for the front end, the labels and a place. It stays open while the file is converted.

    Attributes:
        out: The bundle to write.
        kind: What a frame is: ``numeric`` or ``speech``; hidden where the model reads tokens.
        rate_hz: Of the recordings.
        given: What a file of settings said; empty without one.
        vocabulary: A file with a token a line; empty until one is chosen.
        labels: Name of an output -> one class a line.

    Signals:
        wanted: The person wants it converted so.
        stop_wanted: The person wants it stopped, or left.
    """

    wanted = Signal()
    stop_wanted = Signal()

    def __init__(
        self,
        parent: QWidget,
        dialogs: Dialogs,
        found: Mapping[str, Any],
        *,
        file: Path,
        out: Path,
        read_features: Callable[[str], dict[str, Any]],
    ) -> None:
        super().__init__(parent)
        self._dialogs, self._found, self._file, self._read_features = dialogs, found, file, read_features
        self.out, self.vocabulary = out, ""
        self.given: dict[str, Any] = {}
        self._is_busy = False
        self._heading, self._told, self._said = label("heading", wraps=True), label("muted", wraps=True), label(wraps=True)
        self._said.setMinimumHeight(2 * self._said.fontMetrics().lineSpacing())
        self.kind, self.tokenizer, self.pooling = QComboBox(), QComboBox(), QComboBox()
        self.rate_hz = QSpinBox(minimum=2_000, maximum=192_000, singleStep=1_000, value=_USUAL_RATE_HZ)
        self.lowercase = QCheckBox()
        self.lowercase.setChecked(True)
        self.unknown = QLineEdit()
        self.labels = {each["name"]: QPlainTextEdit() for each in found["outputs"] if each["kind"] == "class"}
        self._settings, self._choose_vocabulary, self._change, self._place = button(), button(), button(), label()
        self._vocabulary_said, self._settings_said = label("small"), label("small")
        self.accept_button, self._cancel = button("primary"), button("quiet")
        self._form = QFormLayout()
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self._form.setSpacing(8)
        self._titles: dict[str, QLabel] = {}
        self._fill()
        self._connect()
        self.setMinimumWidth(560)
        buttons = row(1, self._cancel, self.accept_button, spacing=8)
        self._fields = QWidget()
        self._fields.setLayout(self._form)
        whole = column(self._heading, self._told, self._fields, self._said, buttons, spacing=12, margins=(24, 22, 24, 18))
        self.setLayout(whole)
        self.retranslate()
        self._follow()

    def _fill(self) -> None:
        found = self._found
        if found.get("n_tokens"):
            self._add("vocabulary", row(self._choose_vocabulary, self._vocabulary_said, 1))
            self._add("tokenizer", self.tokenizer)
            self._add("lowercase", self.lowercase)
            self._add("unknown", self.unknown)
        else:
            self._add("kind", self.kind)
            self._add("rate", self.rate_hz)
            self._add("settings", row(self._settings, self._settings_said, 1))
        for output, box in self.labels.items():
            box.setFixedHeight(_LABELS_HEIGHT)
            box.setTabChangesFocus(True)
            self._add(f"labels {output}", box)
        if found.get("head"):
            self._add("pooling", self.pooling)
        place = row(self._place, self._change)
        place.setStretch(0, 1)
        self._add("out", place)
        self.accept_button.setDefault(True)

    def _add(self, key: str, field: Any) -> None:
        title = label()
        title.setAlignment(Qt.AlignmentFlag.AlignTop)
        title.setContentsMargins(0, _DROP, 0, 0)
        self._titles[key] = title
        self._form.addRow(title, field)

    def _connect(self) -> None:
        self.kind.currentIndexChanged.connect(self._follow)
        self._settings.clicked.connect(self._ask_for_settings)
        self._choose_vocabulary.clicked.connect(self._ask_for_vocabulary)
        self._change.clicked.connect(self._ask_for_place)
        self.accept_button.clicked.connect(self.wanted)
        self._cancel.clicked.connect(self.reject)

    def retranslate(self) -> None:
        """Set every text."""
        found = self._found
        self.setWindowTitle(self.tr("Import a model"))
        self._heading.setText(self.tr("Import {name}").format(name=elided(self._file.name, 50)))
        layers = " + ".join(" / ".join(map(str, layer["units"])) for layer in found["layers"])
        n_tokens = found.get("n_tokens")
        reads = self.tr("%n token(s)", "", n_tokens) if n_tokens else self.tr("frames of %n number(s)", "", found["n_features"])
        told = self.tr("A {source} model: LSTM of {layers} units, reads {reads}. Say what the file does not.")
        self._told.setText(told.format(source=found["source"], layers=layers, reads=reads))
        self._put(self.kind, {"numeric": self.tr("Numbers, as they are"), "speech": self.tr("MFCC of speech")})
        self._put(
            self.tokenizer, {"words": self.tr("Words"), "characters": self.tr("Characters"), "jieba": self.tr("Chinese words")}
        )
        self._put(
            self.pooling, {"last": self.tr("The last one"), "mean": self.tr("Their mean"), "max": self.tr("Their maximum")}
        )
        self.rate_hz.setSuffix(" Hz")
        titles = {
            "kind": self.tr("A frame is"),
            "rate": self.tr("Sample rate"),
            "settings": self.tr("Settings"),
            "vocabulary": self.tr("Vocabulary"),
            "tokenizer": self.tr("Texts are cut into"),
            "lowercase": self.tr("Case"),
            "unknown": self.tr("Unknown token"),
            "pooling": self.tr("The head gets of all frames"),
            "out": self.tr("Saved as"),
        }
        fields = {
            "kind": self.kind,
            "rate": self.rate_hz,
            "tokenizer": self.tokenizer,
            "unknown": self.unknown,
            "pooling": self.pooling,
        }
        for key, title in self._titles.items():
            title.setText(titles.get(key) or self.tr("Classes of {name}").format(name=elided(key.removeprefix("labels "), 20)))
            if key in fields:
                name(fields[key], title.text())
        for output in found["outputs"]:
            if output["name"] in self.labels:
                box = self.labels[output["name"]]
                box.setPlaceholderText(
                    self.tr("%n line(s), in the model's order; counted from 0 if left empty", "", output["classes"])
                )
                name(box, self.tr("Classes of {name}").format(name=output["name"]))
        self.lowercase.setText(self.tr("Fold to lower case"))
        self.unknown.setPlaceholderText(self.tr("Found by its usual names if left empty"))
        self._settings.setText(self.tr("From a file …"))
        self._settings.setToolTip(self.tr("A .toml or .json file with the settings of the features"))
        self._choose_vocabulary.setText(self.tr("Choose …"))
        self._choose_vocabulary.setToolTip(self.tr("A text file with a token a line, the first one of id 0"))
        self._change.setText(self.tr("Change …"))
        self._cancel.setText(self.tr("Cancel"))
        self._show_files()
        self.set_busy(is_busy=self._is_busy)

    @staticmethod
    def _put(box: QComboBox, entries: dict[str, str]) -> None:
        chosen = max(box.currentIndex(), 0)
        box.clear()
        for data, text in entries.items():
            box.addItem(text, data)
        box.setCurrentIndex(chosen)

    # What is said in it

    def features(self) -> dict[str, Any]:
        """The front end, as `seqclass.specs.ImportJob` takes it."""
        if self._found.get("n_tokens"):
            said: dict[str, Any] = {
                "kind": "text",
                "tokenizer": self.tokenizer.currentData(),
                "lowercase": self.lowercase.isChecked(),
            }
            if self.vocabulary:
                said["vocabulary"] = self.vocabulary
            if unknown := self.unknown.text().strip():
                said["unknown"] = int(unknown) if unknown.isdecimal() else unknown
            return said
        if self.kind.currentData() == "speech":
            return {"sample_rate_hz": self.rate_hz.value()} | self.given | {"kind": "speech"}
        return self.given | {"kind": "numeric"}

    def classes(self) -> dict[str, list[str]]:
        """Labels of each output whose labels were given."""
        lines = {output: box.toPlainText().strip().splitlines() for output, box in self.labels.items()}
        return {output: [line.strip() for line in given] for output, given in lines.items() if given}

    def suggest(self, *, kind: str = "", rate_hz: int | None = None, labels: Mapping[str, list[str]] | None = None) -> None:
        """Fill in what is likely."""
        if (at := self.kind.findData(kind)) >= 0:
            self.kind.setCurrentIndex(at)
        if rate_hz is not None:
            self.rate_hz.setValue(rate_hz)
        for output, classes in (labels or {}).items():
            if output in self.labels:
                self.labels[output].setPlainText("\n".join(classes))

    # What happens to it

    def set_busy(self, *, is_busy: bool) -> None:
        """Let nothing be changed while the file is converted."""
        self._is_busy = is_busy
        self._fields.setEnabled(not is_busy)
        self.accept_button.setEnabled(not is_busy)
        self.accept_button.setText(self.tr("Importing …") if is_busy else self.tr("Import"))

    def say(self, text: str, kind: str = "muted") -> None:
        """One sentence above the buttons: how far it is, or what is wrong."""
        self._said.setText(text)
        set_kind(self._said, kind)

    def said(self) -> str:
        """That sentence."""
        return self._said.text()

    def reject(self) -> None:
        """Stop what is under way; else close."""
        self.stop_wanted.emit()
        if not self._is_busy:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """As the button does."""
        if self._is_busy:
            self.stop_wanted.emit()
            event.ignore()
        else:
            super().closeEvent(event)

    def _follow(self) -> None:
        if "rate" in self._titles:
            self._form.setRowVisible(self.rate_hz, self.kind.currentData() == "speech")

    def _ask_for_settings(self) -> None:
        pattern = self.tr("Settings") + " (*.toml *.json)"
        path = self._dialogs.choose_file(self, self.tr("Settings of the features"), pattern=pattern)
        if path is None:
            return
        try:
            self.given = self._read_features(str(path))
        except Exception as error:
            self.say(str(error), "bad")
            return
        self.suggest(kind=str(self.given.get("kind", "")))
        self._settings_said.setText(elided(path.name, 40))
        self.say("")

    def _ask_for_vocabulary(self) -> None:
        path = self._dialogs.choose_file(self, self.tr("Vocabulary"), pattern=self.tr("Texts") + " (*.txt)")
        if path is not None:
            self.vocabulary = str(path)
            self._show_files()

    def _ask_for_place(self) -> None:
        pattern = self.tr("Models") + " (*.seqclass)"
        path = self._dialogs.choose_new_file(self, self.tr("Save the model as"), start=str(self.out), pattern=pattern)
        if path is not None:
            self.out = path if path.suffix.lower() == ".seqclass" else path.with_name(f"{path.name}.seqclass")
            self._show_files()

    def _show_files(self) -> None:
        self._place.setText(elided(str(self.out), 48))
        self._place.setToolTip(str(self.out))
        self._vocabulary_said.setText(elided(Path(self.vocabulary).name, 40))
