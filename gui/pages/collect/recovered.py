"""Takes that were broken off, by leaving the page or by the end of the program: each is offered to be heard, kept or deleted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame

from gui import theme
from gui.background import run_in_background
from gui.pages.collect.changes import Changes
from gui.player import SoundPlayer
from gui.state import AppState
from gui.widgets.common import Responsive, button, label, row

if TYPE_CHECKING:
    from seqclass.audio.journal import UnfinishedTake
    from seqclass.audio.read import Audio
    from seqclass.data.edits.editing import Change

_LONGEST_S = 3600.0


class RecoveredTakes(Responsive, QFrame):
    """One take after the other; hidden while there is none.

    Attributes:
        takes: Those that are left, oldest first.
        label: The class that is chosen; None for none.
    """

    def __init__(self, state: AppState, changes: Changes) -> None:
        super().__init__()
        self._state, self._changes = state, changes
        self.takes: list[UnfinishedTake] = []
        self.label: str | None = None
        self._dropped: set[Path] = set()
        self.setProperty("kind", "info")
        self._text = label(wraps=True)
        self._play, self.keep, self.delete = button(), button("primary"), button("danger")
        self._player = SoundPlayer(self)
        self._player.failed.connect(state.post_error)
        self._player.playing_changed.connect(lambda _is_playing: self.retranslate())
        self._play.clicked.connect(self.toggle_play)
        self.keep.clicked.connect(self.keep_take)
        self.delete.clicked.connect(self.delete_take)
        layout = row(self._text, self._play, self.keep, self.delete, spacing=8, margins=(14, 8, 10, 8))
        layout.setStretch(0, 1)
        self.setLayout(layout)
        self.retranslate()
        self.restyle()
        self.hide()

    def retranslate(self) -> None:
        """Set every text."""
        self._play.setText(self.tr("Stop") if self._player.is_playing else self.tr("Play"))
        self.keep.setText(self.tr("Keep"))
        self.delete.setText(self.tr("Delete"))
        self._show()

    def restyle(self) -> None:
        """Set icons."""
        self.delete.setIcon(theme.icon("bin", colour=theme.colours().bad))

    def look(self, undecided: Path | None = None) -> None:
        """Look for what was left behind, here or by an earlier start; ``undecided`` is a take that the recorder shows."""

        def read() -> list[UnfinishedTake]:
            from seqclass.audio.journal import recover

            return [take for take in recover() if take.path != undecided]

        run_in_background(read, self, done=self._take, failed=self._state.post_error)

    def toggle_play(self) -> None:
        """Play it, or stop."""
        if self._player.is_playing or not self.takes:
            self._player.stop()
            return
        path = self.takes[0].path

        def read() -> Audio:
            from seqclass.audio.read import read_audio

            return read_audio(path, max_duration_s=_LONGEST_S)

        run_in_background(
            read, self, done=lambda audio: self._player.play(audio.samples, audio.rate_hz), failed=self._state.post_error
        )

    def keep_take(self) -> None:
        """Put it into its class, or into the chosen one."""
        if not self.takes:
            return
        take = self.takes[0]
        chosen = take.info.notes.get("label") or self.label
        if not chosen:
            self._state.post("info", self.tr("Choose the class first, to the left."))
            return
        self._player.stop()
        speaker = take.info.notes.get("speaker", "")
        self.keep.setEnabled(False)

        def done(_change: Change) -> None:
            self._next()

        def failed(_error: Exception) -> None:
            self.keep.setEnabled(True)

        self._changes.do(lambda library: library.Add((take.path,), chosen, speaker), done=done, failed=failed)

    def delete_take(self) -> None:
        """Forget it."""
        self._player.stop()
        self._next()

    def close_player(self) -> None:
        """Let go of the loudspeaker."""
        self._player.close()

    def _next(self) -> None:
        take = self.takes.pop(0)
        self._dropped.add(take.path)
        run_in_background(take.discard, self, done=lambda _: None, failed=self._state.post_error)
        self._show()

    def _take(self, takes: list[UnfinishedTake]) -> None:
        self.takes = [take for take in takes if take.path not in self._dropped]
        self._show()

    def _show(self) -> None:
        self.setVisible(bool(self.takes))
        self.keep.setEnabled(bool(self.takes))
        if not self.takes:
            return
        take = self.takes[0]
        words = self.tr("A take of {length} s from {time} was not finished. It is meant for: {label}.")
        time = take.info.started[:16].replace("T", " ")
        chosen = take.info.notes.get("label") or self.tr("the chosen class")
        parts = [words.format(length=f"{take.duration_s:.1f}", time=time, label=chosen)]
        if len(self.takes) > 1:
            parts.append(self.tr("There are {n} such takes.").format(n=len(self.takes)))
        self._text.setText(" ".join(parts))
