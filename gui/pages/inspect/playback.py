"""Playing an item: the sound itself with the cursor in step, or, where there is no sound, the cursor alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from gui.player import SoundPlayer
from gui.widgets.time_view import TimeView

if TYPE_CHECKING:
    from seqclass.audio.read import Audio

SILENT_MS = 120
"""Time a frame has where an item has no time of its own."""


class Playback(QObject):
    """Moves the cursor of a `TimeView` with the sound; a chosen range loops.

    Attributes:
        is_playing: Whether it does.

    Signals:
        changed: Whether it does.
        failed: The exception, where there is no way to play.
    """

    changed = Signal(bool)
    failed = Signal(object)

    def __init__(self, view: TimeView, parent: QObject) -> None:
        super().__init__(parent)
        self.is_playing = False
        self._view = view
        self._audio: Audio | None = None
        self._player = SoundPlayer(self)
        self._player.position_changed.connect(self._follow)
        self._player.playing_changed.connect(self._set_playing)
        self._player.failed.connect(self.failed)
        self._ticks = QTimer(self, interval=SILENT_MS)
        self._ticks.timeout.connect(self._tick)

    def load(self, audio: Audio | None) -> None:
        """Play this from now on; None: move the cursor alone."""
        self.stop()
        self._audio = audio

    def toggle(self) -> None:
        """Play from the cursor, or stop."""
        if self.is_playing:
            self.stop()
        else:
            self._play()

    def stop(self) -> None:
        """Stop where it is."""
        self._player.stop()
        self._ticks.stop()
        self._set_playing(False)

    def close(self) -> None:
        """Stop, and let go of the device."""
        self.stop()
        self._player.close()

    def seek(self) -> None:
        """Go on from the cursor, if it plays: the person has put it elsewhere, or has chosen a range."""
        if self.is_playing:
            self._play()

    def _play(self) -> None:
        view = self._view
        low, high = view.selection or (view.start, view.end)
        start = view.cursor if view.selection is None and view.cursor < high - view.hop else low
        if self._audio is None:
            view.move_to(view.time_of(view.frame_at(start)))
            self._ticks.start()
            self._set_playing(True)
            return
        loops = None if view.selection else 1
        self._player.play(self._audio.samples, self._audio.rate_hz, start_s=max(start, 0.0), end_s=high, loops=loops)

    def _follow(self, position_s: float) -> None:
        self._view.move_to(position_s)
        self._view.follow()

    def _tick(self) -> None:
        view = self._view
        low, high = view.selection or (view.start, view.end)
        after = view.time_of(view.frame + 1)
        if after < high:
            self._follow(after)
        elif view.selection:
            self._follow(view.time_of(view.frame_at(low)))
        else:
            self.stop()

    def _set_playing(self, is_playing: bool) -> None:
        if is_playing != self.is_playing:
            self.is_playing = is_playing
            self.changed.emit(is_playing)
