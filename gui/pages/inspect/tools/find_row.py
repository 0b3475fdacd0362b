"""Snippets of many recordings, played one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gui.background import run_in_background
from gui.player import SoundPlayer
from seqclass.audio.read import Audio
from seqclass.data.load import load_item
from seqclass.inspection.search import Hit

if TYPE_CHECKING:
    from seqclass.data.manifest import Manifest

_LEAST_S, _AROUND_S = 0.25, 0.08


class SnippetRow(QObject):
    """Plays hits in a row, each with a little of what is around it.

    Attributes:
        is_playing: Whether it does.

    Signals:
        began: Place of the hit that is heard now.
        playing_changed: Whether it plays.
        failed: The exception, where one cannot be played; the row ends there.
    """

    began = Signal(int)
    playing_changed = Signal(bool)
    failed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.is_playing = False
        self._hits: tuple[Hit, ...] = ()
        self._manifest: Manifest | None = None
        self._place = -1
        self._player = SoundPlayer(self)
        self._player.playing_changed.connect(self._go_on)
        self._player.failed.connect(self._fail)

    def play(self, manifest: Manifest, hits: Sequence[Hit], *, first: int = 0) -> None:
        """Play from one of the hits to the last."""
        self._manifest, self._hits = manifest, tuple(hits)
        self._set(is_playing=True)
        self._begin(first)

    def stop(self) -> None:
        """Fall silent."""
        self._place = -1
        self._set(is_playing=False)
        self._player.stop()

    def close(self) -> None:
        """Stop, and let go of the device."""
        self.stop()
        self._player.close()

    def _begin(self, place: int) -> None:
        manifest = self._manifest
        if manifest is None or not 0 <= place < len(self._hits):
            self.stop()
            return
        self._place = place
        hit = self._hits[place]
        run_in_background(
            lambda: load_item(manifest, hit.item), self, done=lambda audio: self._take(place, hit, audio), failed=self._fail
        )

    def _take(self, place: int, hit: Hit, audio: object) -> None:
        if place != self._place or not isinstance(audio, Audio):
            return
        around = max(_AROUND_S, (_LEAST_S - (hit.end_s - hit.start_s)) / 2)
        self.began.emit(place)
        self._player.play(
            audio.samples,
            audio.rate_hz,
            start_s=max(hit.start_s - around, 0.0),
            end_s=min(hit.end_s + around, audio.duration_s),
        )

    def _go_on(self, is_playing: bool) -> None:
        if not is_playing and self.is_playing and self._place >= 0:
            self._begin(self._place + 1)

    def _fail(self, error: Exception) -> None:
        self.stop()
        self.failed.emit(error)

    def _set(self, *, is_playing: bool) -> None:
        if is_playing != self.is_playing:
            self.is_playing = is_playing
            self.playing_changed.emit(is_playing)
