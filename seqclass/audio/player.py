"""Play samples: a range, once or over and over, with the place that is heard just now."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from seqclass.audio import devices
from seqclass.errors import DeviceError

Samples = np.ndarray[Any, np.dtype[np.float32]]

POLL_S = 0.02


class Stream(Protocol):
    """What a player needs of an open stream; PortAudio's is one."""

    latency_s: float

    def start(self) -> None:
        """Ask for sound."""

    def close(self) -> None:
        """End at once; the callbacks are not called any more."""


Fill = Callable[[Samples], bool]
"""Puts the next samples into a block (n_samples,) and says whether there are more."""
Opener = Callable[[int, Fill, Callable[[], None]], Stream]


class Player:
    """Plays one thing at a time."""

    def __init__(self, *, open_stream: Opener | None = None) -> None:
        self._open_stream = open_stream or open_portaudio
        self._playing: _Playing | None = None

    @property
    def is_playing(self) -> bool:
        """Whether sound is on its way."""
        return self._playing is not None and not self._playing.has_ended

    @property
    def position_s(self) -> float:
        """Where in the samples that which is heard now stands; 0 before the first time."""
        return 0.0 if self._playing is None else self._playing.position_s

    def play(
        self,
        samples: Samples,
        rate_hz: int,
        *,
        start_s: float = 0.0,
        end_s: float | None = None,
        times: int | None = 1,
        on_position: Callable[[float], None] = lambda _position_s: None,
        on_end: Callable[[], None] = lambda: None,
    ) -> None:
        """Play; what is playing is stopped first.

        Args:
            samples: (n_samples,) float, full scale 1.
            rate_hz: Their rate.
            start_s: Begin here.
            end_s: End here; None: at the end of the samples.
            times: How often the range is played; None: until stopped.
            on_position: Gets the place that is heard, fifty times a second, from a thread of the player's.
            on_end: Called once from there when it is over: played to its end, stopped, or the device has gone.

        Raises:
            DeviceError: Nothing can be played here.
            MissingDependencyError: PortAudio is not installed.
        """
        self.stop()
        first = min(max(round(start_s * rate_hz), 0), len(samples))
        last = len(samples) if end_s is None else min(max(round(end_s * rate_hz), first), len(samples))
        piece = np.ascontiguousarray(samples[first:last], np.float32)
        if not len(piece):
            on_end()
            return
        self._playing = _Playing(piece, rate_hz, first, times, on_position, on_end, self._open_stream)

    def stop(self) -> None:
        """Fall silent at once."""
        if self._playing is not None:
            self._playing.stop()


class _Playing:
    """One range being played."""

    def __init__(
        self,
        piece: Samples,
        rate_hz: int,
        first: int,
        times: int | None,
        on_position: Callable[[float], None],
        on_end: Callable[[], None],
        open_stream: Opener,
    ) -> None:
        self.has_ended = False
        self._piece, self._rate_hz, self._first = piece, rate_hz, first
        self._n_total = None if times is None else times * len(piece)
        self._n_given = 0
        self._over = threading.Event()
        self._stream = open_stream(rate_hz, self._fill, self._over.set)
        self._on_position, self._on_end = on_position, on_end
        self._stream.start()
        self._thread = threading.Thread(target=self._follow, name="player", daemon=True)
        self._thread.start()

    @property
    def position_s(self) -> float:
        """The place that is heard now."""
        given = self._n_given
        heard = max(given - round(self._stream.latency_s * self._rate_hz), 0)
        if self._n_total is not None and given >= self._n_total and self.has_ended:
            return (self._first + len(self._piece)) / self._rate_hz
        return (self._first + heard % len(self._piece)) / self._rate_hz

    def stop(self) -> None:
        """End it and wait for its thread, unless that is who asks."""
        self._over.set()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _fill(self, block: Samples) -> bool:
        given = self._n_given
        n_left = len(block) if self._n_total is None else min(len(block), self._n_total - given)
        block[:n_left] = np.take(self._piece, range(given, given + n_left), mode="wrap")
        block[n_left:] = 0.0
        self._n_given = given + n_left
        return self._n_total is None or self._n_given < self._n_total

    def _follow(self) -> None:
        while not self._over.wait(POLL_S):
            self._on_position(self.position_s)
        self._stream.close()
        self.has_ended = True
        self._on_end()


class _PortAudioStream:
    """An output stream of PortAudio's to the default loudspeaker."""

    def __init__(self, rate_hz: int, fill: Fill, ended: Callable[[], None]) -> None:
        library = devices.portaudio()

        def give(block: Any, _n_samples: int, _time: object, _status: object) -> None:
            if not fill(block[:, 0]):
                raise library.CallbackStop  # plays what was given, then ends

        with devices.stream_settings(None, "loudspeaker") as settings:
            try:
                self._stream = library.OutputStream(
                    samplerate=rate_hz, channels=1, dtype="float32", callback=give, finished_callback=ended, **settings
                )
            except (library.PortAudioError, ValueError) as error:
                raise DeviceError(
                    f"A loudspeaker must be free to play. Received: {error}. Check the system's sound settings."
                ) from error
        self.latency_s = float(self._stream.latency)

    def start(self) -> None:
        """Ask for sound."""
        self._stream.start()

    def close(self) -> None:
        """End at once."""
        try:
            self._stream.close(ignore_errors=True)
        finally:
            devices.stream_closed()


def open_portaudio(rate_hz: int, fill: Fill, ended: Callable[[], None]) -> Stream:
    """Open the default loudspeaker with PortAudio.

    Raises:
        DeviceError: There is none, or it is taken.
        MissingDependencyError: PortAudio is not installed.
    """
    return _PortAudioStream(rate_hz, fill, ended)
