"""Playback for the window: a thin Qt face on `seqclass.audio.player`, whose opening of a device may take its time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, QTimer, Signal

from gui.log import log
from seqclass.errors import SeqclassError

if TYPE_CHECKING:
    from collections.abc import Callable

    from seqclass.audio.player import Player, Samples

TICK_MS = 16


class SoundPlayer(QObject):
    """Plays one thing at a time; never blocks.

    Attributes:
        is_playing: Whether sound is wanted and has not ended.

    Signals:
        playing_changed: Whether something plays.
        position_changed: The place that is heard now, in seconds from the start of the samples, sixty times a second.
        failed: The exception, where there is no way to play.
    """

    playing_changed = Signal(bool)
    position_changed = Signal(float)
    failed = Signal(object)
    _opened = Signal(int, object)

    def __init__(self, parent: QObject | None = None, *, player: Player | None = None) -> None:
        super().__init__(parent)
        self.is_playing = False
        self._player = player
        self._turn = 0
        self._has_begun = False
        # One thread: what was asked for last is also done last.
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._look)
        self._opened.connect(self._take_opened)

    @property
    def position_s(self) -> float:
        """The place that is heard now; 0 before the first time."""
        return 0.0 if self._player is None else self._player.position_s

    def play(
        self, samples: Samples, rate_hz: int, *, start_s: float = 0.0, end_s: float | None = None, loops: int | None = 1
    ) -> None:
        """Play a range; what plays is stopped first.

        Args:
            samples: (n_samples,) float32, full scale 1.
            rate_hz: Their rate.
            start_s: Begin here.
            end_s: End here; None: at the end of the samples.
            loops: How often; None: until stopped.
        """
        self._turn += 1
        turn = self._turn
        self._has_begun = False

        def begin() -> None:
            error: Exception | None = None
            try:
                if turn == self._turn:
                    self._engine().play(samples, rate_hz, start_s=start_s, end_s=end_s, times=loops)
            except Exception as caught:
                error = caught
            self._tell(turn, error)

        self._pool.start(_Call(begin))
        self._timer.start()
        self._set_playing(is_playing=True)

    def stop(self) -> None:
        """Fall silent."""
        self._turn += 1
        self._timer.stop()
        if self._player is not None or self.is_playing:
            self._pool.start(_Call(self._stop_engine))
        self._set_playing(is_playing=False)

    def close(self) -> None:
        """Fall silent and wait until the device is let go of."""
        self.stop()
        self._pool.waitForDone()

    def _engine(self) -> Player:
        if self._player is None:
            from seqclass.audio.player import Player

            self._player = Player()
        return self._player

    def _stop_engine(self) -> None:
        if self._player is not None:
            self._player.stop()

    def _tell(self, turn: int, error: Exception | None) -> None:
        try:
            self._opened.emit(turn, error)
        except RuntimeError:
            log.debug("Playback outlived the window.")

    def _take_opened(self, turn: int, error: Exception | None) -> None:
        if turn != self._turn:
            return
        if error is None:
            self._has_begun = True
            return
        self._timer.stop()
        self._set_playing(is_playing=False)
        if not isinstance(error, SeqclassError):
            log.error("playing failed", exc_info=error)
        self.failed.emit(error)

    def _look(self) -> None:
        if not self._has_begun or self._player is None:
            return
        is_over = not self._player.is_playing
        self.position_changed.emit(self._player.position_s)
        if is_over:
            self._timer.stop()
            self._set_playing(is_playing=False)

    def _set_playing(self, *, is_playing: bool) -> None:
        if is_playing != self.is_playing:
            self.is_playing = is_playing
            self.playing_changed.emit(is_playing)


class _Call(QRunnable):
    def __init__(self, function: Callable[[], Any]) -> None:
        super().__init__()
        self._function = function

    def run(self) -> None:
        self._function()
