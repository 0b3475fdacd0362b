"""The microphone for the window: a thin Qt face on `seqclass.audio`. One open stream serves the level meter and the takes.

A take begins and ends at once, because the microphone is open already; what may take its time (opening, closing, the disk) is done
in a thread of its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QRunnable, QThreadPool, QTimer, Signal

from gui.log import log
from seqclass.audio.capture import Callback, Capture, Integers, Opener, Stream, open_portaudio
from seqclass.audio.devices import Device
from seqclass.audio.level import LevelMeter
from seqclass.audio.recorder import Recorder
from seqclass.errors import SeqclassError
from seqclass.specs import DetectionSpec

TICK_MS = 30
LEVEL_MS = 50.0
TAIL_MS = 200
"""What is said in the last moment is still on its way from the device."""
LEAD_MS = 300
"""What was said in the moment before the key belongs to the take."""
_WORD = DetectionSpec(decision_delay_ms=500.0)
"""When a word is over: after a pause that is longer than any within a word or a short phrase."""


class SharedStream:
    """One open microphone with several listeners, each of which has a stream of its own."""

    def __init__(self, device: Device, open_stream: Opener | None = None) -> None:
        """Open it.

        Raises:
            DeviceError: It cannot be opened.
            MissingDependencyError: PortAudio is not installed.
        """
        self.device = device
        self._taps: tuple[_Tap, ...] = ()
        self._has_finished = False
        self._lead: deque[Integers] = deque()
        self._n_lead = 0
        self.rate_hz = device.rate_hz
        self._stream = (open_stream or open_portaudio)(device, self._fill, self._finish)
        self.rate_hz, self.n_channels = self._stream.rate_hz, self._stream.n_channels
        self._stream.start()

    def tap(self, _device: Device, callback: Callback, finished: Callable[[], None]) -> Stream:
        """Another listener; an `Opener`."""
        return _Tap(self, callback, finished)

    def tap_with_lead(self, _device: Device, callback: Callback, finished: Callable[[], None]) -> Stream:
        """Another listener, who also hears what came in the last `LEAD_MS`; an `Opener`."""
        return _Tap(self, callback, finished, wants_lead=True)

    def close(self) -> None:
        """Let go of the microphone."""
        self._stream.close()

    def add(self, tap: _Tap) -> None:
        """Let a listener hear from now on."""
        self._taps = (*self._taps, tap)
        if self._has_finished:
            tap.finished()

    def remove(self, tap: _Tap) -> None:
        """Let it hear no more."""
        self._taps = tuple(other for other in self._taps if other is not tap)

    def _fill(self, block: Integers, overflowed: bool) -> None:
        for tap in self._taps:
            if tap.wants_lead:  # here, in the device's thread, where nothing can come in between
                tap.wants_lead = False
                for earlier in self._lead:
                    tap.callback(earlier, False)
            tap.callback(block, overflowed)
        kept = np.frombuffer(block, np.int16).reshape(-1, self.n_channels).copy()  # PortAudio gives bytes
        self._lead.append(kept)
        self._n_lead += len(kept)
        while self._n_lead - len(self._lead[0]) >= LEAD_MS * self.rate_hz / 1000:
            self._n_lead -= len(self._lead.popleft())

    def _finish(self) -> None:
        self._has_finished = True
        for tap in self._taps:
            tap.finished()


class _Tap:
    def __init__(
        self, shared: SharedStream, callback: Callback, finished: Callable[[], None], *, wants_lead: bool = False
    ) -> None:
        self._shared, self.callback, self.finished = shared, callback, finished
        self.wants_lead = wants_lead
        self.rate_hz, self.n_channels = shared.rate_hz, shared.n_channels

    def start(self) -> None:
        self._shared.add(self)

    def close(self) -> None:
        self._shared.remove(self)


class SoundRecorder(QObject):
    """Listens to one microphone and records takes from it; never blocks.

    Attributes:
        device: The microphone that is open, or being opened; None for none.
        is_recording: Whether a take is wanted and has not ended.

    Signals:
        opened: It listens.
        level: A `seqclass.events.Level`.
        troubled: A `seqclass.audio.capture.Trouble`.
        taken: The `Take`; its sound is in its journal.
        failed: The exception, where the microphone or the journal cannot be opened.
    """

    opened = Signal()
    level = Signal(object)
    troubled = Signal(object)
    taken = Signal(object)
    failed = Signal(object)
    _answered = Signal(int, str, object, object)

    def __init__(self, parent: QObject | None = None, *, open_stream: Opener | None = None) -> None:
        super().__init__(parent)
        self.device: Device | None = None
        self.is_recording = False
        self._open_stream = open_stream
        self._turn = 0
        self._shared: SharedStream | None = None
        self._capture: Capture | None = None
        self._meter: LevelMeter | None = None
        self._recorder: Recorder | None = None
        self._is_ending = False
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)  # what was asked for last is also done last
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._look)
        self._answered.connect(self._take_answer)

    @property
    def is_listening(self) -> bool:
        """Whether sound comes in."""
        return self._capture is not None and not self._capture.is_lost

    def listen(self, device: Device) -> None:
        """Open a microphone; another one is closed first."""
        self.close()
        self.device = device
        open_stream = self._open_stream
        self._ask("open", lambda: SharedStream(device, open_stream))

    def close(self) -> None:
        """Let go of the microphone; a take that is being recorded ends and stays in its journal."""
        self._turn += 1
        self._timer.stop()
        shared, capture, recorder = self._shared, self._capture, self._recorder
        self._shared = self._capture = self._recorder = self.device = None
        self.is_recording = self._is_ending = False

        def let_go() -> None:
            if recorder is not None:
                recorder.stop()
            if capture is not None:
                capture.close()
            if shared is not None:
                shared.close()

        if shared is not None:
            self._pool.start(_Call(let_go))

    def wait(self) -> None:
        """Wait until what was asked for is done, at the end of the window."""
        self._pool.waitForDone(5_000)

    def start(self, folder: Path, *, notes: dict[str, str], max_duration_s: float, ends_after_word: bool = False) -> None:
        """Begin a take, with the moment before: people begin to speak while they press the key."""
        shared = self._shared
        if shared is None or self.is_recording:
            return
        self.is_recording, self._is_ending = True, False
        until_word = _WORD if ends_after_word else None

        def begin() -> Recorder:
            return Recorder(
                shared.device,
                folder,
                notes=notes,
                max_duration_s=max_duration_s,
                until_word=until_word,
                open_stream=shared.tap_with_lead,
            )

        self._ask("start", begin)

    def stop(self) -> None:
        """End the take in a moment; `taken` gives it."""
        if self.is_recording and not self._is_ending:
            self._is_ending = True
            turn = self._turn
            QTimer.singleShot(TAIL_MS, self, lambda: self._end() if turn == self._turn else None)

    def _end(self) -> None:
        recorder, self._recorder = self._recorder, None
        if recorder is not None:
            self._ask("stop", recorder.stop)

    def _ask(self, what: str, function: Callable[[], Any]) -> None:
        turn = self._turn

        def work() -> None:
            result, error = None, None
            try:
                result = function()
            except Exception as caught:
                error = caught
            try:
                self._answered.emit(turn, what, result, error)
            except RuntimeError:
                log.debug("A microphone outlived the window.")

        self._pool.start(_Call(work))

    def _take_answer(self, turn: int, what: str, result: Any, error: Exception | None) -> None:
        if turn != self._turn:
            if isinstance(result, SharedStream):
                self._pool.start(_Call(result.close))
            elif isinstance(result, Recorder):
                self._pool.start(_Call(result.stop))
            return
        if error is not None:
            if not isinstance(error, SeqclassError):
                log.error("recording failed", exc_info=error)
            self.is_recording = False
            if what == "open":
                self.device = None
            self.failed.emit(error)
        elif what == "open":
            self._shared = result
            self._capture = Capture(result.device, open_stream=result.tap)
            self._meter = LevelMeter(self._capture.rate_hz, step_ms=LEVEL_MS)
            self._timer.start()
            self.opened.emit()
        elif what == "start":
            self._recorder = result
        else:
            self.is_recording = self._is_ending = False
            self.taken.emit(result)

    def _look(self) -> None:
        capture, meter = self._capture, self._meter
        if capture is None or meter is None:
            return
        samples = capture.read()
        for level in meter.feed(np.asarray(samples / np.float32(32768), np.float32)):
            self.level.emit(level)
        for trouble in capture.troubles():
            self.troubled.emit(trouble)
        if self._recorder is not None and (self._recorder.has_ended or (self._is_ending and capture.is_lost)):
            self._end()


class _Call(QRunnable):
    def __init__(self, function: Callable[[], Any]) -> None:
        super().__init__()
        self._function = function

    def run(self) -> None:
        try:
            self._function()
        except Exception:
            log.exception("The microphone could not be let go of")
