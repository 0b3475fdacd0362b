"""What the pictures of `screenshots` show: a spoken sample, models trained on it, and a microphone that plays it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QElapsedTimer, QEventLoop
from PySide6.QtWidgets import QApplication

from gui.app import Application
from seqclass.audio import capture, devices
from seqclass.audio.devices import Device
from seqclass.audio.read import read_audio
from seqclass.data.manifest import Item
from seqclass.data.project import project_dir
from seqclass.data.sample import make_sample

JOB_MS = 240_000
WORK_MS = 30_000
BLOCK = 320
USB = Device("usb", "USB Microphone", 16_000, 1, "portaudio", is_default=True)

RUNS: dict[str, dict[str, object]] = {
    "one layer": {"model.lstm": [24], "training.epochs": 20, "augmentation.enabled": False},
    "two layers": {"model.lstm": [48, 48], "training.epochs": 40},
}
"""Runs to train, by name and by what differs from the defaults; the last one's model is opened."""


def wait(condition: Callable[[], object], limit_ms: int = WORK_MS) -> None:
    """Let the window work until a condition holds.

    Raises:
        TimeoutError: Time is up.
    """
    clock = QElapsedTimer()
    clock.start()
    while not condition():
        if clock.elapsed() > limit_ms:
            raise TimeoutError(f"Nothing came of {condition} within {limit_ms} ms.")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def rest(rest_ms: int) -> None:
    """Let the window work for a while."""
    clock = QElapsedTimer()
    clock.start()
    wait(lambda: clock.elapsed() >= rest_ms, rest_ms + WORK_MS)


def spoken_dataset(folder: Path) -> Path:
    """The app's own sample, with some files in it that cannot be used."""
    root = folder / "words"
    if not root.exists():
        make_sample(root, takes=2)
        (root / "yes" / "broken.wav").write_bytes(b"RIFF")
        (root / "no" / "empty.wav").touch()
        (root / "up" / "notes.pdf").write_text("Not a recording.\n", encoding="utf-8")
        shutil.copy(root / "left" / "american-andy_nohash_0.wav", root / "right" / "copy.wav")
    return root


def trained_bundle(dataset: Path) -> Path:
    """The model of the last of `RUNS`; all of them are trained where they are not there yet."""
    runs = project_dir(dataset) / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    bundle = runs / "none"
    for title, settings in RUNS.items():
        bundle = runs / f"{title}.seqclass"
        if not bundle.exists():
            words = [f"{name}={_toml(value)}" for name, value in settings.items()]
            command = [
                sys.executable,
                "-m",
                "seqclass",
                "train",
                str(dataset),
                "--out",
                str(bundle),
                "--pin",
                "auto",
                "--quiet",
            ]
            subprocess.run([*command, *(word for each in words for word in ("--set", each))], check=True)
    return bundle


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class PlayedMicrophone:
    """In the place of the system's microphone: a quiet room where recordings are played when `say` is called.

    Attributes:
        waiting: Sound that has not been heard yet.
        refill: Called where nothing is left to play.
    """

    def __init__(self) -> None:
        self.rate_hz, self.n_channels = USB.rate_hz, 1
        self.waiting: deque[NDArray[np.int16]] = deque()
        self.refill: Callable[[], None] = lambda: None
        self._noise = np.random.default_rng(0)
        self._callback: Any = None

    def install(self) -> None:
        """Take the system's place."""
        from gui import microphone, recorder

        capture.open_portaudio = recorder.open_portaudio = self.open  # type: ignore[assignment]
        devices.microphones = lambda: (USB,)  # type: ignore[assignment]
        microphone.find_microphone = lambda _name="": USB  # type: ignore[assignment]
        devices.MicrophoneWatch = lambda _on_change: self  # type: ignore[assignment,misc]

    def open(self, _device: Device, callback: Any, _finished: Callable[[], None], **_wishes: float) -> PlayedMicrophone:
        """What a capture calls to open it."""
        self._callback = callback
        return self

    def start(self) -> None:
        """Let sound come; `hear` brings it."""

    def close(self) -> None:
        """End it."""

    def say(self, path: Path) -> None:
        """Have a recording played, with a pause around it."""
        from seqclass.audio.resample import resample

        audio = read_audio(path, max_duration_s=10)
        samples = resample(audio.samples, audio.rate_hz, self.rate_hz)
        pause = np.zeros(round(0.45 * self.rate_hz), np.float32)
        sound = np.rint(np.clip(np.concatenate([pause, samples, pause]), -1, 1) * 32_000).astype(np.int16)
        self.waiting.extend(np.array_split(sound, max(1, len(sound) // BLOCK)))

    def hear(self, played_ms: int) -> None:
        """Give as much sound as fits into a time."""
        for _ in range(max(1, played_ms * self.rate_hz // 1000 // BLOCK)):
            if not self.waiting:
                self.refill()
            said = self.waiting.popleft() if self.waiting else np.zeros(BLOCK, np.int16)
            noise = self._noise.normal(0, 14, len(said)).astype(np.int16)
            if self._callback is not None:
                self._callback((said // 2 + noise)[:, None], False)


class Stage:
    """The window with everything open.

    Attributes:
        application: The app.
        microphone: Its microphone.
        dataset: The folder that is open.
        bundle: The model that is open.
        has_own_runs: Whether `RUNS` were trained on it.
    """

    def __init__(self, application: Application, microphone: PlayedMicrophone, dataset: Path, bundle: Path) -> None:
        self.application, self.microphone = application, microphone
        self.dataset, self.bundle = dataset, bundle
        self.has_own_runs = bundle.stem in RUNS
        self.state, self.window = application.state, application.window

    def open(self) -> None:
        """Open data set and model."""
        self.state.open_dataset(self.dataset)
        self.state.open_bundle(self.bundle)
        wait(lambda: self.state.manifest is not None and self.state.bundle is not None and not self.state.jobs)
        self.state.refresh_runs()

    def show(self, page: str) -> Any:
        """Go to a page; gives it."""
        self.window.show_page(page)
        rest(50)
        return self.window.page(page)

    def items(self, label: str = "") -> list[Item]:
        """Items, or those of a class, but for silences."""
        manifest = self.state.manifest
        assert manifest is not None
        target = manifest.targets[0].name
        found = [item for item in manifest.items if str(item.targets.get(target)) == label or not label]
        return [item for item in found if not str(item.targets.get(target)).startswith("_")]

    def path_of(self, item: Item) -> Path:
        """Where an item's recording lies."""
        assert self.state.manifest is not None
        return Path(self.state.manifest.path_of(item.file or ""))

    def labels(self) -> list[str]:
        """The classes, in order."""
        manifest = self.state.manifest
        assert manifest is not None
        return [label for label in manifest.labels() if not label.startswith("_")]
