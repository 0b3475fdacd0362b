"""A microphone that is open: samples out, and a watch over what can go wrong meanwhile.

PortAudio's callback runs in a thread that must never wait, so all it does is to fill a ring buffer. Whoever owns the `Capture`
empties it, at leisure, from one thread.

What costs time is not the sound but waking up: PortAudio's own blocks, 115 a second, take more of a core than a model that listens.
So who can wait for sound says how much of it should come at once.
"""

from __future__ import annotations

import contextlib
import functools
import queue
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Protocol, Self

import numpy as np

from seqclass.audio import devices
from seqclass.audio.devices import Device
from seqclass.errors import DeviceError

Samples = np.ndarray[Any, np.dtype[np.float32]]
Integers = np.ndarray[Any, np.dtype[np.int16]]

RING_S = 30.0
STALLED_AFTER_S = 0.5
LOST_AFTER_S = 3.0
SILENT_AFTER_S = 0.8

Kind = Literal["silent", "sound", "stalled", "resumed", "lost", "overflow"]


@dataclass(frozen=True)
class Trouble:
    """What a person should know about the microphone.

    Attributes:
        kind: ``silent``: nothing but zeros; ``sound``: that is over; ``stalled``: no sound comes; ``resumed``: that is over, with
            a hole; ``lost``: the device has gone, nothing more will come; ``overflow``: samples were lost.
        text: The same as a sentence.
    """

    kind: Kind
    text: str


class Stream(Protocol):
    """What a capture needs of an open stream; PortAudio's is one."""

    rate_hz: int
    n_channels: int

    def start(self) -> None:
        """Let sound come."""

    def close(self) -> None:
        """End it; the callbacks are not called any more."""


Callback = Callable[[Integers, bool], None]
"""Gets a block (n_samples, n_channels) int16, or the bytes of one, only to be read during the call, and whether samples were lost
before it."""
Opener = Callable[[Device, Callback, Callable[[], None]], Stream]


class RingBuffer:
    """Samples on their way from one thread to one other, without a lock.

    Attributes:
        n_written: Samples put in so far.
        n_lost: Samples that found no room.
    """

    def __init__(self, n_samples: int, n_channels: int) -> None:
        self._values = np.zeros((n_samples, n_channels), np.int16)
        # Bytes are copied in a tenth of the time that NumPy takes for its slices, and the writer has none.
        self._bytes = self._values.data.cast("B")
        self._frame_bytes = 2 * n_channels
        self.n_written = 0  # only the writer changes this one,
        self._n_read = 0  # and only the reader this one
        self.n_lost = 0

    def write(self, block: Integers) -> None:
        """Put a block (n_samples, n_channels), or the bytes of one; what has no room is lost and counted."""
        if not len(block):
            return
        buffer: Any = block
        data, width = memoryview(buffer).cast("B"), self._frame_bytes
        size, n_new = len(self._values), len(data) // width
        n_kept = min(n_new, size - (self.n_written - self._n_read))
        start = self.n_written % size
        first = min(n_kept, size - start)
        self._bytes[start * width : (start + first) * width] = data[: first * width]
        if n_kept > first:
            self._bytes[: (n_kept - first) * width] = data[first * width : n_kept * width]
        self.n_lost += n_new - n_kept
        self.n_written += n_kept

    def read(self) -> Integers:
        """Take out all there is, (n_samples, n_channels)."""
        size, end = len(self._values), self.n_written
        first, n_samples = self._n_read % size, end - self._n_read
        if first + n_samples <= size:
            taken = self._values[first : first + n_samples].copy()
        else:
            taken = np.concatenate([self._values[first:], self._values[: first + n_samples - size]])
        self._n_read = end
        return taken


class Capture:
    """Sound from one microphone, at its own rate, mixed to one channel of 16 bits.

    Attributes:
        device: The microphone.
        rate_hz: Samples a second.
        n_samples: Samples read so far.
        is_lost: The device has gone.
        has_sound: Any sample so far was not zero.
    """

    def __init__(
        self,
        device: Device,
        *,
        block_ms: float = 0.0,
        open_stream: Opener | None = None,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open it.

        Args:
            device: The microphone.
            block_ms: Sound that should come at once; 0: as PortAudio likes it, some ms.
            open_stream: How it is opened, in place of `open_portaudio`.
            clock_s: Seconds that never go back.

        Raises:
            DeviceError: It cannot be opened.
            MissingDependencyError: PortAudio is not installed.
        """
        self.device = device
        self.n_samples = 0
        self.is_lost = False
        self.has_sound = False
        self._clock_s = clock_s
        self._has_finished = False
        self._overflowed = False
        self._ring: RingBuffer | None = None
        self._troubles: list[Trouble] = []
        self._n_zeros = 0
        self._n_lost = 0
        self._is_silent = False
        self._is_stalled = False
        self._wanted = sys.maxsize
        self._news: queue.SimpleQueue[None] = queue.SimpleQueue()
        opener = open_stream or functools.partial(open_portaudio, block_ms=block_ms)
        self._stream = opener(device, self._fill, self._finished)
        self.rate_hz = self._stream.rate_hz
        self._ring = RingBuffer(round(RING_S * self.rate_hz), self._stream.n_channels)
        self._last_block_s = clock_s()
        self._stream.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the microphone. What came before can still be read."""
        self._stream.close()

    def read(self) -> Integers:
        """What came since the last call, (n_samples,) int16, perhaps nothing; also looks after the device."""
        assert self._ring is not None
        has_finished = self._has_finished  # asked before reading: what comes last must not be left behind
        block = self._ring.read()
        mixed = block[:, 0] if block.shape[1] == 1 else np.rint(block.mean(axis=1)).astype(np.int16)
        self.n_samples += len(mixed)
        self._watch_zeros(mixed)
        self._watch_time(len(mixed))
        if (self._overflowed or self._ring.n_lost > self._n_lost) and len(mixed):
            self._overflowed, self._n_lost = False, self._ring.n_lost
            self._say("overflow", "The computer was too busy: some samples were lost.")
        if has_finished and not self.is_lost:
            self._lose()
        return mixed

    def wait(self, n_samples: int, timeout_s: float) -> None:
        """Wait until so many samples have come in all, the device has gone, or the time is over. Before that nothing wakes up."""
        assert self._ring is not None
        self._wanted = n_samples
        if self._ring.n_written < n_samples and not self._has_finished:
            with contextlib.suppress(queue.Empty):
                self._news.get(timeout=timeout_s)
        self._wanted = sys.maxsize

    def troubles(self) -> list[Trouble]:
        """What has happened since the last call."""
        troubles, self._troubles = self._troubles, []
        return troubles

    def _fill(self, block: Integers, overflowed: bool) -> None:
        if self._ring is not None:
            self._ring.write(block)
            self._overflowed |= overflowed
            if self._ring.n_written >= self._wanted:
                self._news.put(None)

    def _finished(self) -> None:
        self._has_finished = True
        self._news.put(None)

    def _watch_zeros(self, mixed: Integers) -> None:
        if not len(mixed):
            return
        if mixed.any():
            self.has_sound = True
            self._n_zeros = 0
            if self._is_silent:
                self._is_silent = False
                self._say("sound", f"{self.device.description} gives sound now.")
            return
        self._n_zeros += len(mixed)
        if not self._is_silent and self._n_zeros >= SILENT_AFTER_S * self.rate_hz:
            self._is_silent = True
            self._say(
                "silent",
                f"{self.device.description} gives nothing but digital silence: it is muted, or this program may not hear it. "
                "Unmute it or allow it in the system's settings.",
            )

    def _watch_time(self, n_new: int) -> None:
        now_s = self._clock_s()
        waited_s = now_s - self._last_block_s
        if n_new:
            if self._is_stalled:
                self._is_stalled = False
                self._say("resumed", f"{self.device.description} is back; about {waited_s:.1f} s are missing.")
            self._last_block_s = now_s
        elif self.is_lost:
            return
        elif waited_s >= LOST_AFTER_S:
            self._lose()
        elif waited_s >= STALLED_AFTER_S and not self._is_stalled and not self._has_finished:
            self._is_stalled = True
            self._say("stalled", f"No sound has come from {self.device.description} for {waited_s:.1f} s.")

    def _lose(self) -> None:
        self.is_lost = True
        self._say("lost", f"{self.device.description} has gone after {self.n_samples / self.rate_hz:.1f} s.")

    def _say(self, kind: Kind, text: str) -> None:
        self._troubles.append(Trouble(kind, text))


class _PortAudioStream:
    """An input stream of PortAudio's."""

    def __init__(self, device: Device, callback: Callback, finished: Callable[[], None], block_ms: float) -> None:
        library = devices.portaudio()
        self._closing = False
        self._is_open = True
        self._watch: devices.MicrophoneWatch | None = None
        self._lock = threading.Lock()

        def fill(block: Any, _n_samples: int, _time: object, status: Any) -> None:
            callback(block, bool(status.input_overflow))

        def end() -> None:
            if not self._closing:
                finished()

        with devices.stream_settings(device, "microphone") as settings:
            self._stream = _first_that_opens(library, device, settings, fill, end, block_ms)
        if device.system == "pulse":
            # The server quietly goes on with another microphone where one is unplugged; nobody meant that one.
            self._watch = devices.MicrophoneWatch(lambda names: None if device.name in names else end())
        self.rate_hz = round(self._stream.samplerate)
        self.n_channels = int(self._stream.channels)

    def start(self) -> None:
        """Let sound come."""
        self._stream.start()

    def close(self) -> None:
        """End it."""
        with self._lock:
            if not self._is_open:
                return
            self._is_open = False
        self._closing = True
        if self._watch is not None:
            self._watch.close()
        try:
            self._stream.close(ignore_errors=True)
        finally:
            devices.stream_closed()


def open_portaudio(device: Device, callback: Callback, finished: Callable[[], None], *, block_ms: float = 0.0) -> Stream:
    """Open a microphone with PortAudio, at its own rate and with one channel, or as many as it insists on.

    Args:
        device: The microphone.
        callback: Gets the blocks, in PortAudio's thread.
        finished: Called once no more will come, though nobody has closed it.
        block_ms: As for `Capture`.

    Raises:
        DeviceError: It cannot be opened.
        MissingDependencyError: PortAudio is not installed.
    """
    return _PortAudioStream(device, callback, finished, block_ms)


def _first_that_opens(library: Any, device: Device, settings: dict[str, Any], fill: Any, end: Any, block_ms: float) -> Any:
    for n_channels in sorted({1, min(device.n_channels, 2), device.n_channels}):
        try:
            return library.RawInputStream(
                samplerate=device.rate_hz,
                blocksize=round(block_ms * device.rate_hz / 1000),
                channels=n_channels,
                dtype="int16",
                latency="high",  # what is recorded must have no hole; it comes in blocks of some ms all the same
                dither_off=True,
                callback=fill,
                finished_callback=end,
                **settings,
            )
        except (library.PortAudioError, ValueError) as error:
            failure = error
    raise DeviceError(
        f"The microphone must be free and plugged in. Received: {device.description!r} cannot be opened ({_said(failure)}). "
        "Check its plug, its permission and other programs that use it."
    ) from failure


def _said(error: Exception) -> str:
    return " ".join(str(error.args[0] if error.args else error).split()).rstrip(".")
