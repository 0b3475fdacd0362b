"""The answer in large letters, the bars, how sure it must be, and whether it was right."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame

from gui.pages.live.keep import KeepBar
from gui.pages.live.settings import LiveSettings
from gui.state import AppState
from gui.widgets.common import Responsive, column, label, name, row
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.event_table import UNKNOWN, Entry, answer_text, file_name, said
from gui.widgets.probability_bars import ProbabilityBars


class LiveAnswer(Responsive, QFrame):
    """Shows an entry, or a guess.

    Attributes:
        target: Which target the bars are of, where there are several.
        reason: Why there is no answer.
        bars: Of each class.
        settings: Threshold and so on.
        keep_bar: Right or wrong.

    Signals:
        target_chosen: The name of a target.
    """

    target_chosen = Signal(str)

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._entry: Entry | None = None
        self._guess: Any = None
        self._labels: dict[str, tuple[str, ...]] = {}
        self.title, self.note = ElidedLabel("figure"), ElidedLabel("muted")
        self.target = QComboBox()
        self.target.activated.connect(lambda _: self._choose())
        self.bars = ProbabilityBars()
        self.settings = LiveSettings(state)
        self.settings.changed.connect(self._show_limit)
        self.keep_bar = KeepBar()
        self.reason = label("bad", wraps=True)
        what = row(self.note, self.target)
        what.setStretch(0, 1)
        self.setLayout(column(self.title, what, self.reason, self.bars, self.settings, self.keep_bar, margins=(14, 12, 14, 14)))
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        name(self.target, self.tr("Whose bars: which target"), tip=self.tr("What the bars are about"))
        self._show()

    def set_targets(self, labels: dict[str, tuple[str, ...]]) -> None:
        """Begin anew with these targets and their classes; a number has none."""
        self._entry = self._guess = None
        self._labels = labels
        self.target.clear()
        self.target.addItems(list(labels))
        self.target.setVisible(len(labels) > 1)
        self.keep_bar.set_entry(None)
        self._choose()

    def show_guess(self, event: Any) -> None:
        """What a word or a text would be if it ended here: a `Guessed` or an `ItemClassified`."""
        self._guess = event
        self._show()

    def show_entry(self, entry: Entry | None) -> None:
        """What it was."""
        self._entry, self._guess = entry, None
        self.keep_bar.set_entry(entry)
        self._show()

    def _choose(self) -> None:
        labels = self._labels.get(self.target.currentText(), ())
        self.bars.set_labels(labels)
        self.bars.setVisible(bool(labels))
        self._show_limit()
        self._show()
        self.target_chosen.emit(self.target.currentText())

    def _show_limit(self) -> None:
        # The threshold is about the first target alone.
        self.bars.set_threshold(self.settings.limit if self.target.currentIndex() <= 0 else 0.0)

    def _shares(self, told: Any) -> dict[str, float] | None:
        """Probabilities of the chosen target."""
        if told is None:
            return None
        of_target = (told.targets or {}).get(self.target.currentText())
        shares: dict[str, float] | None = told.probabilities if of_target is None else of_target.get("probabilities")
        return shares

    def _show(self) -> None:
        entry, guess = self._entry, self._guess
        error = entry.error if entry is not None and guess is None else ""
        self.reason.setText(error)
        self.reason.setVisible(bool(error))
        self.bars.set_values(self._shares(guess if guess is not None else entry))
        if guess is not None:
            answers = [said(outcome) for outcome in (guess.targets or {}).values()]
            text = " · ".join(answers or [said({"label": guess.label, "value": guess.value})])
            self.title.set_whole(self.tr("{label} …").format(label=text))
            confidence = max(guess.probabilities.values()) if guess.probabilities else None
            self.note.set_whole("" if confidence is None else self.tr("{n} % so far").format(n=f"{100 * confidence:.0f}"))
        elif entry is None:
            self.title.set_whole("–")
            self.note.set_whole(self.tr("Nothing heard yet"))
        else:
            unknown = " · ".join([self.tr("unknown"), *entry.others.values()])
            text = unknown if entry.label == UNKNOWN else answer_text(entry)
            self.title.set_whole(self.tr("Cannot be read") if entry.error else text)
            self.note.set_whole(self._words(entry))

    def _words(self, entry: Entry) -> str:
        if entry.error:
            return file_name(entry.source) if entry.kind == "file" else ""
        parts = []
        if entry.confidence is not None:
            number = f"{100 * entry.confidence:.0f}"
            if entry.label == UNKNOWN:
                parts.append(self.tr("perhaps {label}, {n} %").format(label=entry.best, n=number))
            else:
                parts.append(self.tr("{n} % sure").format(n=number))
        if entry.delay_s:
            parts.append(self.tr("{n} ms after its end").format(n=f"{1000 * entry.delay_s:.0f}"))
        return " · ".join(parts)
