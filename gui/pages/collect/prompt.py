"""The word to say, what is to be done, and the button that does it."""

from __future__ import annotations

from typing import Literal

from gui import theme
from gui.pages.collect.series import Series
from gui.widgets.common import button, set_kind
from gui.widgets.prompter import Mood, Prompter

Phase = Literal["idle", "counting", "pausing", "recording", "reading", "review", "saving"]
_MOODS: dict[Phase, Mood] = {"counting": "counting", "pausing": "counting", "recording": "recording", "review": "asking"}


class RecordPrompt(Prompter):
    """The prompter of the recorder.

    Attributes:
        record: The button.
    """

    def __init__(self) -> None:
        self.record = button("primary")
        self.record.setAutoRepeat(False)
        super().__init__(self.record)

    def show_phase(self, phase: Phase, series: Series, *, n_left: int, holds: bool) -> None:
        """Show what is under way.

        Args:
            phase: That.
            series: The words.
            n_left: Seconds of the count-in.
            holds: Whether the button is to be held.
        """
        line = self._line_words(phase, series, n_left)
        self.show_word(_MOODS.get(phase, "ready"), series.word or self.tr("Make a class first"), line)
        self.show_series(series.n_kept, series.n_words)
        is_on = phase in ("counting", "pausing", "recording")
        if is_on:
            text = self.tr("Let go to end") if holds else self.tr("Stop (Space)")
        else:
            text = self.tr("Hold to record (Space)") if holds else self.tr("Record (Space)")
        self.record.setText(text)
        set_kind(self.record, "danger" if is_on else "primary")
        colours = theme.colours()
        self.record.setIcon(theme.icon("stop" if is_on else "record", colour=colours.bad if is_on else colours.on_accent))

    def _line_words(self, phase: Phase, series: Series, n_left: int) -> str:
        if not series.word:
            return self.tr("Type its name to the left and press Return.")
        words = {
            "counting": self.tr("get ready: {n}").format(n=n_left),
            "pausing": self.tr("get ready"),
            "recording": self.tr("say it now"),
            "review": self.tr("keep it, or say it again"),
            "saving": self.tr("saving …"),
        }
        parts = [words[phase]] if phase in words else []
        if series.n_words > 1:
            parts.append(self.tr("{n} of {total}").format(n=series.n_kept + 1, total=series.n_words))
        if len(series.words) > 1:
            parts.append(self.tr("then: {word}").format(word=series.words[1]))
        return " · ".join(parts) or self.tr("ready when you are")
