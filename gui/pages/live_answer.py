"""The answer in large letters, the bars, and whether it was right."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame

from gui.pages.live_keep import KeepBar
from gui.widgets.common import Responsive, column
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.event_table import UNKNOWN, Entry, answer_text
from gui.widgets.probability_bars import ProbabilityBars


class LiveAnswer(Responsive, QFrame):
    """Shows an entry, or a guess.

    Attributes:
        bars: Of each class.
        keep_bar: Right or wrong.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._entry: Entry | None = None
        self._guess: tuple[str, float | None] | None = None
        self.title, self.note = ElidedLabel("figure"), ElidedLabel("muted")
        self.bars = ProbabilityBars()
        self.keep_bar = KeepBar()
        self.setLayout(column(self.title, self.note, self.bars, self.keep_bar, margins=(14, 12, 14, 14)))
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        self._show()

    def set_labels(self, labels: tuple[str, ...]) -> None:
        """Begin anew with these classes."""
        self._entry = self._guess = None
        self.bars.set_labels(labels)
        self.bars.setVisible(bool(labels))
        self.keep_bar.set_entry(None)
        self._show()

    def show_guess(self, text: str, confidence: float | None, probabilities: dict[str, float] | None) -> None:
        """What a word would be if it ended here."""
        self._guess = (text, confidence)
        self.bars.set_values(probabilities)
        self._show()

    def show_entry(self, entry: Entry | None) -> None:
        """What it was."""
        self._entry, self._guess = entry, None
        self.bars.set_values(entry.probabilities if entry is not None else None)
        self.keep_bar.set_entry(entry)
        self._show()

    def _show(self) -> None:
        entry = self._entry
        if self._guess is not None:
            text, confidence = self._guess
            self.title.set_whole(self.tr("{label} …").format(label=text))
            self.note.set_whole("" if confidence is None else self.tr("{n} % so far").format(n=f"{100 * confidence:.0f}"))
        elif entry is None:
            self.title.set_whole("–")
            self.note.set_whole(self.tr("Nothing heard yet"))
        else:
            unreadable = self.tr("Cannot be read")
            unknown = self.tr("unknown")
            self.title.set_whole(unreadable if entry.error else unknown if entry.label == UNKNOWN else answer_text(entry))
            self.note.set_whole(self._words(entry))

    def _words(self, entry: Entry) -> str:
        if entry.error:
            return entry.error
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
