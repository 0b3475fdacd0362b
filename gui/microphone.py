"""A model at a microphone for the window: a thread of its own hears, the window is told by signals."""

from __future__ import annotations

import dataclasses
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from gui.log import log
from gui.sound_columns import COLUMNS_A_SECOND, Columns
from seqclass.audio.capture import Capture, Trouble
from seqclass.audio.devices import find_microphone
from seqclass.events import AnyEvent, Heard
from seqclass.inference.classify import answer, encode_content
from seqclass.inference.live import UNKNOWN, LiveClassifier, LiveFrames
from seqclass.inference.live_word import Samples
from seqclass.model.bundle import Bundle
from seqclass.specs import ListenSpec

POLL_S = 0.02
TELL_S = 0.033
LEAD_S = 0.25
KEEP_OPEN_S = 20.0
QUIET = 10 ** (-42 / 20)
"""Below this peak a held stretch without a word is silence."""
SHORTEST_S = 0.15

OpenCapture = Callable[[str], Capture]


def open_microphone(name: str) -> Capture:
    """Open a microphone by its name; empty: the default one.

    Raises:
        DeviceError: There is none of that name, or it cannot be opened.
        MissingDependencyError: PortAudio is not installed.
    """
    return Capture(find_microphone(name))


@dataclass(frozen=True)
class Opened:
    """The microphone is open: its description and rate."""

    description: str
    rate_hz: int


@dataclass(frozen=True)
class Word:
    """A word that was heard.

    Attributes:
        heard: Label and place in the stream.
        clip: Its sound, (n_samples,).
        rate_hz: Rate of the clip.
    """

    heard: Heard
    clip: Samples
    rate_hz: int


@dataclass(frozen=True)
class Batch:
    """What a thirtieth of a second of sound brought. Times count from the start of the first stream.

    Attributes:
        end_s: Where the stream stands.
        first_column: Place of the first column, in hundredths of a second.
        columns: The spectrogram's new columns.
        peaks: Their greatest magnitudes.
        events: What happened, without the words of a held stretch.
        words: What was heard.
        frames: What the network did.
        heard_nothing: A held stretch has ended, and nothing was said in it.
    """

    end_s: float
    first_column: int
    columns: NDArray[np.uint8]
    peaks: NDArray[np.float32]
    events: tuple[AnyEvent, ...] = ()
    words: tuple[Word, ...] = ()
    frames: tuple[LiveFrames, ...] = ()
    heard_nothing: bool = False


class Microphone(QObject):
    """Hears with a model; never blocks the window.

    Attributes:
        is_open: A thread holds the microphone, or tries to open it.

    Signals:
        opened: An `Opened`.
        arrived: A `Batch`.
        troubled: A `Trouble`.
        closed: The exception, where the microphone could not be opened or failed; else None.
    """

    opened = Signal(object)
    arrived = Signal(object)
    troubled = Signal(object)
    closed = Signal(object)
    _ended = Signal(object, object)

    def __init__(self, parent: QObject | None = None, *, open_capture: OpenCapture | None = None) -> None:
        super().__init__(parent)
        self._open_capture = open_capture or open_microphone
        self._ear: _Ear | None = None
        self._leaving: list[_Ear] = []
        self._end_s = 0.0
        self._ended.connect(self._take_end)
        self.arrived.connect(self._remember)

    @property
    def is_open(self) -> bool:
        """Whether a thread holds the microphone, or tries to."""
        return self._ear is not None

    def listen(self, device: str, bundle: Bundle, spec: ListenSpec, *, holds: bool = False) -> None:
        """Begin a stream; one that is under way ends.

        Args:
            device: Name of the microphone; empty: the default one.
            bundle: A model of recordings.
            spec: Settings.
            holds: What is said until `pause` is one item, whatever pauses it has.
        """
        if self._ear is not None and (self._ear.device != device or not self._ear.is_alive()):
            self.close()
        if self._ear is None:
            self._ear = _Ear(self, device, self._open_capture, self._end_s)
            self._ear.start()
        self._ear.orders.put(_Begin(bundle, spec, holds))

    def pause(self) -> None:
        """End the stream; what was said is told. The microphone stays open for a while, so that the next word finds it open."""
        if self._ear is not None:
            self._ear.orders.put(None)

    def close(self) -> None:
        """Let go of the microphone; what was said is not told any more."""
        ear, self._ear = self._ear, None
        if ear is not None:
            ear.closing.set()
            ear.tells = False
            self._leaving = [one for one in self._leaving if one.is_alive()] + [ear]

    def finish(self) -> None:
        """`close`, and wait for the thread: at the end of the window."""
        self.close()
        for ear in self._leaving:
            ear.join()
        self._leaving.clear()

    def _remember(self, batch: Batch) -> None:
        self._end_s = max(self._end_s, batch.end_s)

    def _take_end(self, ear: _Ear, error: Exception | None) -> None:
        if ear is self._ear:
            ear.join()
            self._ear = None
            self.closed.emit(error)


@dataclass(frozen=True)
class _Begin:
    bundle: Bundle
    spec: ListenSpec
    holds: bool


class _Stream:
    """One stream of a classifier: from `Microphone.listen` to its end."""

    def __init__(self, order: _Begin, rate_hz: int, start_s: float, columns: Columns) -> None:
        self.holds = order.holds
        self._bundle, self._rate_hz, self._start_s = order.bundle, rate_hz, start_s
        self._columns = columns
        self._frames: list[LiveFrames] = []
        self._samples: list[Samples] = []
        self._heard: list[Heard] = []
        self._n_columns = 0
        self._n_samples = 0
        self._classifier = LiveClassifier(order.bundle, rate_hz, order.spec, observe=self._frames.append)
        self._classifier.warm_up()
        self._clear()

    @property
    def end_s(self) -> float:
        """Where it stands."""
        return self._start_s + self._n_samples / self._rate_hz

    @property
    def has_words(self) -> bool:
        """Something waits that a person waits for."""
        return bool(self._words)

    def feed(self, samples: Samples) -> None:
        """Take samples."""
        self._n_samples += len(samples)
        picture, peaks = self._columns.feed(samples)
        self._pictures.append(picture)
        self._peaks.append(peaks)
        if self.holds:
            self._samples.append(samples)
        self._take(self._classifier.feed(samples))

    def finish(self) -> None:
        """End it: what is still under way is over."""
        self._take(self._classifier.finish())
        if self.holds:
            self._conclude()

    def batch(self) -> Batch:
        """All that came since the last one."""
        picture, peaks = np.concatenate(self._pictures, axis=1), np.concatenate(self._peaks)
        first = round(self._start_s * COLUMNS_A_SECOND) + self._n_columns
        self._n_columns += len(peaks)
        frames = [
            dataclasses.replace(one, word_start_s=one.word_start_s + self._start_s, times_s=one.times_s + self._start_s)
            for one in self._frames
        ]
        made = Batch(
            end_s=self.end_s,
            first_column=first,
            columns=picture,
            peaks=peaks,
            events=tuple(self._events),
            words=tuple(self._words),
            frames=tuple(frames),
            heard_nothing=self._heard_nothing,
        )
        self._clear()
        return made

    def _clear(self) -> None:
        self._pictures: list[NDArray[np.uint8]] = [self._columns.feed(np.zeros(0, np.float32))[0]]
        self._peaks: list[NDArray[np.float32]] = [np.zeros(0, np.float32)]
        self._events: list[AnyEvent] = []
        self._words: list[Word] = []
        self._heard_nothing = False
        self._frames.clear()

    def _take(self, events: list[AnyEvent]) -> None:
        heard = [event for event in events if isinstance(event, Heard)]
        self._heard += heard
        clips = list(self._classifier.clips)[len(self._classifier.clips) - len(heard) :] if heard else []
        if not self.holds:
            self._words += [Word(self._shifted(one), clip, self._rate_hz) for one, clip in clips]
            self._heard.clear()
        self._events += [self._shifted(event) for event in events if not (self.holds and isinstance(event, Heard))]

    def _conclude(self) -> None:
        """Of a held stretch: the one word in it, or all from the first one to the last, or the whole stretch."""
        if len(self._heard) == 1:
            heard, clip = self._classifier.clips[-1]
            self._words.append(Word(self._shifted(heard), clip, self._rate_hz))
            return
        samples = np.concatenate(self._samples) if self._samples else np.zeros(0, np.float32)
        start, end = 0, len(samples)
        if self._heard:
            spec = self._classifier.spec
            start = max(round((self._heard[0].start_s - spec.pre_roll_ms / 1000) * self._rate_hz), 0)
            end = min(round((self._heard[-1].end_s + spec.post_roll_ms / 1000) * self._rate_hz), end)
        clip = samples[start:end]
        if len(clip) < SHORTEST_S * self._rate_hz or (not self._heard and float(np.abs(clip).max()) < QUIET):
            self._heard_nothing = True
            return
        self._words.append(Word(self._shifted(self._classify(clip, start, end)), clip, self._rate_hz))

    def _classify(self, clip: Samples, start: int, end: int) -> Heard:
        from seqclass.audio.read import Audio

        audio = Audio(samples=clip, rate_hz=self._rate_hz, n_channels=1, duration_s=len(clip) / self._rate_hz)
        logits = self._bundle.network.forward(encode_content(self._bundle, audio).frames).logits
        target = self._bundle.card.targets[0]
        first = answer(target, logits[target.name])
        confidence = max(first.probabilities.values()) if first.probabilities else None
        is_known = confidence is None or confidence >= self._classifier.threshold
        return Heard(
            start_s=start / self._rate_hz,
            end_s=end / self._rate_hz,
            delay_s=0.0,
            label=first.label if is_known else UNKNOWN,
            value=first.value,
            confidence=confidence,
            probabilities=first.probabilities,
        )

    def _shifted(self, event: Any) -> Any:
        names = [name for name in ("start_s", "end_s", "time_s") if name in event.__struct_fields__]
        return msgspec.structs.replace(event, **{name: getattr(event, name) + self._start_s for name in names})


class _Ear(threading.Thread):
    """The thread that holds the microphone."""

    def __init__(self, owner: Microphone, device: str, open_capture: OpenCapture, start_s: float) -> None:
        super().__init__(name="microphone", daemon=True)
        self.device = device
        self.orders: queue.SimpleQueue[_Begin | None] = queue.SimpleQueue()
        self.closing = threading.Event()
        self.tells = True
        self._owner = owner
        self._open_capture = open_capture
        self._end_s = start_s
        self._stream: _Stream | None = None
        self._lead: list[Samples] = []
        self._columns: Columns | None = None

    def run(self) -> None:
        """Hear until told to stop, until the microphone goes, or until nobody has asked for a while."""
        error: Exception | None = None
        try:
            with self._open_capture(self.device) as capture:
                self._tell(self._owner.opened, Opened(capture.device.description, capture.rate_hz))
                self._hear(capture)
        except Exception as caught:
            error = caught
        self._tell(self._owner._ended, self, error)

    def _hear(self, capture: Capture) -> None:
        self._columns = Columns(capture.rate_hz)
        told_s = idle_since_s = time.monotonic()
        while not self.closing.is_set() and not capture.is_lost:
            self._obey(capture.rate_hz)
            samples = np.asarray(capture.read() / np.float32(32768), np.float32)
            for trouble in capture.troubles():
                self._tell(self._owner.troubled, trouble)
            now_s = time.monotonic()
            if self._stream is None:
                self._keep_lead(samples, capture.rate_hz)
                if now_s - idle_since_s > KEEP_OPEN_S:
                    return
            else:
                idle_since_s = now_s
                if len(samples):
                    self._stream.feed(samples)
                if now_s - told_s >= TELL_S or self._stream.has_words:
                    told_s = now_s
                    self._tell(self._owner.arrived, self._stream.batch())
            self.closing.wait(POLL_S)
        self._end()

    def _obey(self, rate_hz: int) -> None:
        while not self.orders.empty():
            order = self.orders.get()
            self._end()
            if order is not None:
                assert self._columns is not None
                self._stream = _Stream(order, rate_hz, self._end_s, self._columns)
                if order.holds and self._lead:
                    self._stream.feed(np.concatenate(self._lead))
                self._lead.clear()

    def _end(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.finish()
            self._end_s = stream.end_s
            self._tell(self._owner.arrived, stream.batch())

    def _keep_lead(self, samples: Samples, rate_hz: int) -> None:
        """Sound from just before a key is pressed belongs to what is said: people begin early."""
        self._lead.append(samples)
        while sum(map(len, self._lead)) - len(self._lead[0]) > LEAD_S * rate_hz:
            del self._lead[0]

    def _tell(self, signal: Any, *values: object) -> None:
        if not self.tells:
            return
        try:
            signal.emit(*values)
        except RuntimeError:
            log.debug("The microphone outlived the window.")


__all__ = ["Batch", "Microphone", "Opened", "Trouble", "Word", "open_microphone"]
