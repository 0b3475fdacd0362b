"""Record a take: microphone -> journal on disk, with its level, in a thread of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from seqclass.audio.capture import Capture, Integers, Opener, Trouble
from seqclass.audio.devices import Device
from seqclass.audio.journal import Journal, TakeInfo
from seqclass.audio.level import LevelMeter
from seqclass.audio.onset import OnsetDetector, SpeechEnded
from seqclass.errors import SeqclassError, StorageError
from seqclass.events import Level, Note
from seqclass.specs import DetectionSpec

POLL_S = 0.02

Said = Level | Note
Samples = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class Take:
    """What was recorded; the sound is in its journal until it is saved or discarded.

    Attributes:
        journal: The take on disk.
        rate_hz: Samples a second.
        duration_s: Seconds of sound.
        peak_db: Greatest level, dB of full scale.
        has_clipped: Some sample reached full scale.
        has_sound: Some sample was not zero.
        is_cut: The microphone or the disk failed before the end; ``problems`` says how.
        problems: What went wrong meanwhile, in sentences.
    """

    journal: Journal
    rate_hz: int
    duration_s: float
    peak_db: float
    has_clipped: bool
    has_sound: bool
    is_cut: bool
    problems: tuple[str, ...]

    def samples(self) -> Samples:
        """The sound, float32 (n_samples,)."""
        with self.journal.path.open("rb") as stream:
            stream.seek(44)
            integers = np.frombuffer(stream.read(), "<i2")
        return np.asarray(integers / np.float32(32768), np.float32)


class Recorder:
    """A take being recorded; it begins with the construction.

    Attributes:
        device: The microphone.
        rate_hz: Samples a second.
    """

    def __init__(
        self,
        device: Device,
        folder: Path | str,
        *,
        out: str = "",
        notes: dict[str, str] | None = None,
        max_duration_s: float | None = None,
        until_word: DetectionSpec | None = None,
        say: Callable[[Said], None] = lambda _event: None,
        on_samples: Callable[[Integers], None] = lambda _samples: None,
        open_stream: Opener | None = None,
    ) -> None:
        """Open the microphone and begin.

        Args:
            device: From `seqclass.audio.devices`.
            folder: Where the journal lies.
            out: Where the take is meant to go; for `seqclass.audio.journal.recover`.
            notes: What to find again beside it.
            max_duration_s: End by itself after exactly this much sound.
            until_word: End by itself when a word is over, found so; None: go on.
            say: Gets levels ten times a second, and notes on trouble, from the recorder's thread.
            on_samples: Gets the samples themselves (n_samples,) int16, from the recorder's thread.
            open_stream: How the microphone is opened.

        Raises:
            DeviceError: The microphone cannot be opened.
            MissingDependencyError: PortAudio is not installed.
            StorageError: The journal cannot be written.
        """
        self.device = device
        self._say, self._on_samples = say, on_samples
        self._problems: list[str] = []
        self._is_cut = False
        self._failure: BaseException | None = None
        self._stop = threading.Event()
        self._done = threading.Event()
        self._capture = Capture(device, open_stream=open_stream)
        self.rate_hz = self._capture.rate_hz
        self._limit = None if max_duration_s is None else round(max_duration_s * self.rate_hz)
        self._detector = None if until_word is None else OnsetDetector(self.rate_hz, until_word)
        self._meter = LevelMeter(self.rate_hz)
        started = time.strftime("%Y-%m-%dT%H:%M:%S%z")
        info = TakeInfo(rate_hz=self.rate_hz, device=device.name, started=started, out=out, notes=notes or {})
        try:
            self._journal = Journal(folder, info)
        except BaseException:
            self._capture.close()
            raise
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    @property
    def duration_s(self) -> float:
        """Seconds recorded so far."""
        return self._journal.n_samples / self.rate_hz

    @property
    def has_ended(self) -> bool:
        """Whether no more will come: the duration is reached, the word is over, or the microphone or the disk failed."""
        return self._done.is_set()

    def wait(self, timeout_s: float) -> bool:
        """Wait until `has_ended`, at most so long; gives whether it has."""
        return self._done.wait(timeout_s)

    def stop(self) -> Take:
        """End the take and give it.

        Raises:
            SeqclassError: The recorder itself failed. The take is left in the journal.
        """
        self._stop.set()
        self._thread.join()
        if self._failure is not None:
            raise self._failure
        return Take(
            journal=self._journal,
            rate_hz=self.rate_hz,
            duration_s=self.duration_s,
            peak_db=self._meter.greatest_db,
            has_clipped=self._meter.has_clipped,
            has_sound=self._capture.has_sound,
            is_cut=self._is_cut,
            problems=tuple(self._problems),
        )

    def _run(self) -> None:
        try:
            self._record()
        except StorageError as error:
            self._is_cut = True
            self._tell(str(error))
        except BaseException as error:  # raised where somebody sees it, by `stop`
            self._failure = error
        finally:
            self._capture.close()
            try:
                self._journal.close()
            except SeqclassError as error:
                self._is_cut = True
                self._tell(str(error))
            self._done.set()

    def _record(self) -> None:
        while True:
            is_last = self._stop.is_set() or self._capture.is_lost
            samples = self._capture.read()
            if self._limit is not None:
                samples = samples[: self._limit - self._journal.n_samples]
            self._journal.append(samples)
            self._on_samples(samples)
            sound = np.asarray(samples / np.float32(32768), np.float32)
            for level in self._meter.feed(sound):
                self._say(level)
            has_word = self._detector is not None and any(
                isinstance(change, SpeechEnded) for change in self._detector.feed(sound)
            )
            for trouble in self._capture.troubles():
                self._hear(trouble)
            if is_last or has_word or self._journal.n_samples == self._limit:
                return
            self._stop.wait(POLL_S)

    def _hear(self, trouble: Trouble) -> None:
        self._is_cut |= trouble.kind == "lost"
        if trouble.kind in ("silent", "sound"):  # these count for the whole take only, by `Take.has_sound`
            self._say(Note(text=trouble.text, level="warning" if trouble.kind == "silent" else "info"))
        else:
            self._tell(trouble.text)

    def _tell(self, text: str) -> None:
        if text not in self._problems:  # a full disk refuses the last samples, and then the file's end
            self._problems.append(text)
        self._say(Note(text=text, level="warning"))
