"""A microphone and a loudspeaker that do what a test says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from seqclass.audio.devices import Device

MICROPHONE = Device("usb", "USB Microphone", 8000, 1, "portaudio", is_default=True)


class FakeStream:
    """An open stream: `give` plays the device's part."""

    def __init__(self, *, rate_hz: int = 8000, n_channels: int = 1) -> None:
        self.rate_hz, self.n_channels = rate_hz, n_channels
        self.latency_s = 0.0
        self.is_open = False
        self.callback: Callable[..., Any] = lambda *_: None
        self.finished: Callable[[], None] = lambda: None

    def opened(self, _what: Any, callback: Callable[..., Any], finished: Callable[[], None], **_: float) -> FakeStream:
        """What `Capture`, `Recorder` and `Player` call to open it."""
        self.callback, self.finished = callback, finished
        return self

    def start(self) -> None:
        """Let sound come."""
        self.is_open = True

    def close(self) -> None:
        """End it."""
        self.is_open = False

    def give(self, samples: Any, *, overflowed: bool = False) -> None:
        """A block from the device, (n_samples,) or (n_samples, n_channels)."""
        self.callback(np.asarray(samples, np.int16).tobytes(), overflowed)  # bytes, as PortAudio's raw streams give them


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        """The time."""
        return self.now_s
