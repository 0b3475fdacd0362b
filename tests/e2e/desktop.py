"""A screen that nobody looks at (Xvfb with the window manager openbox), and hands for it: mouse, keys, and a look at the pixels."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from numpy.typing import NDArray
from pulse import Sound, until

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
PROGRAMS = {"Xvfb": "xvfb", "openbox": "openbox", "xdotool": "xdotool"}
WIDTH, HEIGHT = 1440, 900
PATIENCE_S = 40.0
START_S = 60.0

Words = str | re.Pattern[str]
Picture = NDArray[np.uint8]
"""(height, width, 3): red, green, blue."""


@dataclass(frozen=True)
class Control:
    """Something on screen, as assistive technology finds it.

    Attributes:
        role: What it is, as ``Button`` or ``ListItem``.
        name: What it is called.
        value: What it holds.
        help: What is said about it.
        window: Title of its window.
        area: Left, top, width and height of the part that can be seen.
        is_enabled, is_checked, is_focused, is_selected: Its states.
        is_reachable: A click into its middle would reach it.
    """

    role: str
    name: str
    value: str
    help: str
    window: str
    area: tuple[int, int, int, int]
    is_enabled: bool
    is_checked: bool
    is_focused: bool
    is_selected: bool
    is_reachable: bool

    @property
    def middle(self) -> tuple[int, int]:
        """Where to click."""
        left, top, width, height = self.area
        return left + width // 2, top + height // 2


class Desktop:
    """An X server with a window manager.

    Attributes:
        environment: What a process needs to draw there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []
        self.environment: dict[str, str] = {}

    def start(self) -> None:
        """Run both until they can be used."""
        read, write = os.pipe()
        screen = f"{WIDTH}x{HEIGHT}x24"
        # It chooses a free number by itself, and keeps the pixels in a file.
        words = ["Xvfb", "-displayfd", str(write), "-screen", "0", screen, "-nolisten", "tcp", "-fbdir", str(self._folder)]
        self._run(words, dict(os.environ), pass_fds=(write,))
        os.close(write)
        with os.fdopen(read, encoding="ascii") as answer:
            number = answer.readline().strip()
        assert number, f"Xvfb did not start: {(self._folder / 'Xvfb.log').read_text(errors='replace')}"
        own = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"), str(self._folder))
        self.environment = {"DISPLAY": f":{number}"}
        self._run(["openbox", "--sm-disable"], {**os.environ, **self.environment, **own})

    def stop(self) -> None:
        """End both."""
        for process in reversed(self._processes):
            process.terminate()  # the X server then takes its lock and its socket with it
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes.clear()

    def _run(self, words: list[str], environment: dict[str, str], **options: Any) -> None:
        with (self._folder / f"{words[0]}.log").open("wb") as log:
            self._processes.append(subprocess.Popen(words, env=environment, stdout=log, stderr=log, **options))

    def hand(self, *words: str | int) -> None:
        """Move mouse or keys, in the words of ``xdotool``."""
        command = ["xdotool", *(str(word) for word in words)]
        subprocess.run(command, env={**os.environ, **self.environment}, check=True, timeout=60, capture_output=True)

    def picture(self) -> Picture:
        """The whole screen, read from the X server's memory: also while a window stands still."""
        plain = (self._folder / "Xvfb_screen0").read_bytes()
        # The header of the X window dump format: sizes and counts, in the order of X11/XWDFile.h.
        header = struct.unpack(">25I", plain[:100])
        start, width, height, bits, step, n_colours = header[0], header[4], header[5], header[11], header[12], header[19]
        assert bits == 32, f"a screen of {bits} bits a pixel"
        pixels = np.frombuffer(plain, np.uint8, height * step, start + 12 * n_colours).reshape(height, step)
        blue_first = pixels[:, : 4 * width].reshape(height, width, 4)
        return np.ascontiguousarray(blue_first[:, :, 2::-1])

    def part(self, control: Control) -> Picture:
        """What is drawn of a control."""
        left, top, width, height = control.area
        return self.picture()[top : top + height, left : left + width]

    def save(self, path: Path) -> None:
        """Photograph the screen."""
        from PySide6.QtGui import QImage

        picture = self.picture()
        height, width, _ = picture.shape
        QImage(picture.data, width, height, 3 * width, QImage.Format.Format_RGB888).save(str(path))


@contextmanager
def desktop() -> Iterator[Desktop]:
    """A running `Desktop`; skips where a program is missing."""
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        packages = " ".join(PROGRAMS[program] for program in missing)
        pytest.skip(f"no {', '.join(missing)}: apt-get install {packages}")
    with tempfile.TemporaryDirectory(prefix="desktop-") as folder:
        made = Desktop(Path(folder))
        try:
            made.start()
            yield made
        finally:
            made.stop()


class App:
    """The desktop app in a process of its own, and a person before it.

    Attributes:
        process: The app.
        folder: Its working directory.
        desktop: Where it is drawn.
    """

    def __init__(self, screen: Desktop, sound: Sound, folder: Path, *words: str) -> None:
        self.desktop, self.folder = screen, folder
        # Not pytest's folder: a socket's path may have 107 characters at most.
        self._place = tempfile.TemporaryDirectory(prefix="app-")
        self._socket = str(Path(self._place.name) / "socket")
        environment = {
            **os.environ,
            **sound.environment,
            **screen.environment,
            "QT_QPA_PLATFORM": "xcb",
            "PYTHONPATH": str(REPOSITORY),
            "PYTHONFAULTHANDLER": "1",
            "HOME": str(folder),
        }
        for name in ("QT_SCALE_FACTOR", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"):
            environment.pop(name, None)
        command = [sys.executable, str(HERE / "launch.py"), self._socket, *words]
        with (folder / "app.log").open("ab") as log:
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        self._own = psutil.Process(self.process.pid)
        self._children: set[psutil.Process] = set()

    # Eyes

    def ask(self, question: str) -> Any:
        """Put a question to the window; see `launch.Aid`."""
        assert self.process.poll() is None, f"the app has ended with {self.process.returncode}:\n{self.output()}"
        with socket.socket(socket.AF_UNIX) as one:
            one.settimeout(PATIENCE_S)
            one.connect(self._socket)
            with one.makefile("rw", encoding="utf-8") as stream:
                stream.write(question + "\n")
                stream.flush()
                return json.loads(stream.readline())

    def controls(self) -> list[Control]:
        """All that is on screen."""
        return [Control(**{**one, "area": tuple(one["area"])}) for one in self.ask("screen")["controls"]]

    def start(self) -> None:
        """Wait until the window has come and has the keys."""

        def is_active() -> bool:
            assert self.process.poll() is None, f"the app has ended with {self.process.returncode}:\n{self.output()}"
            try:
                return self.ask("screen")["active"] is not None
            except (FileNotFoundError, ConnectionRefusedError):
                return False

        until(is_active, "the app's window", patience_s=START_S)

    def all(self, name: Words, role: str = "") -> list[Control]:
        """Every control of a name (or a pattern for all of it), perhaps of a role."""
        return [one for one in self.controls() if (not role or one.role == role) and fits(name, one.name)]

    def find(
        self, name: Words, role: str = "", *, that: Callable[[Control], bool] = lambda _: True, patience_s: float = PATIENCE_S
    ) -> Control:
        """Wait for a control; ``that`` says what must be true of it."""
        found: list[Control] = []

        def is_there() -> bool:
            found[:] = [one for one in self.all(name, role) if that(one)]
            return bool(found)

        try:
            until(is_there, f"{role or 'a control'} {name!r}", patience_s=patience_s)
        except AssertionError as error:
            shown = "\n".join(f"{one.role} {one.name!r} {one.value!r} {one.area}" for one in self.controls() if one.name)
            raise AssertionError(f"{error}. There was:\n{shown}") from None
        return found[0]

    def reads(self, words: str, *, patience_s: float = PATIENCE_S) -> str:
        """Wait until something on screen holds these words (a pattern); the whole text."""
        pattern = re.compile(f".*(?:{words}).*", re.DOTALL)
        return self.find(pattern, patience_s=patience_s).name

    def has(self, name: Words, role: str = "") -> bool:
        """Whether there is such a control now."""
        return bool(self.all(name, role))

    # Hands

    def ready(self, name: Words, role: str = "", *, patience_s: float = PATIENCE_S) -> Control:
        """Wait for a control that can be used, and that has come to rest."""
        areas: list[tuple[int, int, int, int]] = []  # while it could be used: what makes it usable may move it, a moment later

        def is_at_rest(one: Control) -> bool:
            if not (one.is_enabled and one.is_reachable):
                return False
            areas.append(one.area)
            return areas.count(one.area) > 1

        return self.find(name, role, that=is_at_rest, patience_s=patience_s)

    def click(self, name: Words, role: str = "", *, n: int = 1, patience_s: float = PATIENCE_S) -> None:
        """Click into the middle of a control."""
        self.desktop.hand("mousemove", *self.ready(name, role, patience_s=patience_s).middle, "click", "--repeat", n, 1)

    def hold(self, name: Words, role: str = "") -> None:
        """Press the mouse's button on a control, and do not let go."""
        self.desktop.hand("mousemove", *self.ready(name, role).middle, "mousedown", 1)

    def let_go(self) -> None:
        """Let go of it."""
        self.desktop.hand("mouseup", 1)

    def key(self, *keys: str) -> None:
        """Press keys one after the other, as ``Return`` or ``ctrl+f``."""
        self.desktop.hand("key", "--delay", 30, *keys)

    def write(self, text: str) -> None:
        """Type a text in place of what the field with the keys holds."""
        self.key("ctrl+a")
        self.desktop.hand("type", "--delay", 8, text)

    def fill(self, name: Words, text: str, *, role: str = "EditableText") -> None:
        """Click into a field, type a text and wait until it is there."""
        self.click(name, role)
        self.find(name, role, that=lambda one: one.is_focused)
        self.write(text)
        self.find(name, role, that=lambda one: one.value == text)

    # The process

    def workers(self, kind: str = "seqclass.worker") -> list[psutil.Process]:
        """Its child processes that do jobs, oldest first."""
        self._children |= set(self._own.children(recursive=True))
        return [one for one in sorted(self._children, key=lambda one: one.create_time()) if is_running(one, kind)]

    def output(self) -> str:
        """What it has printed."""
        return (self.folder / "app.log").read_text(encoding="utf-8", errors="replace")

    def log(self) -> str:
        """What it has written into its log."""
        path = Path(os.environ["SEQCLASS_USER_DIR"]) / "logs" / "window.log"
        found = [path, *Path(os.environ["SEQCLASS_USER_DIR"]).rglob("window.log")]
        return next((one.read_text(encoding="utf-8", errors="replace") for one in found if one.exists()), "")

    def kill(self) -> None:
        """Kill it, with no time for anything."""
        self.workers()
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def leave(self) -> dict[str, Any]:
        """Quit by the keyboard; what it had loaded in the end."""
        self.workers()
        self.key("ctrl+q")
        assert self.process.wait(timeout=PATIENCE_S) == 0, self.output()
        note: dict[str, Any] = json.loads((Path(self._place.name) / "at-the-end.json").read_text(encoding="utf-8"))
        return note

    def orphans(self) -> list[psutil.Process]:
        """What it has left behind."""
        return [one for one in self._children if is_running(one)]

    def end(self) -> None:
        """Whatever has happened: nothing of it goes on."""
        with suppress(psutil.Error):
            self._children |= set(self._own.children(recursive=True))
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for one in self._children:
            with suppress(psutil.Error):
                one.kill()
        self._place.cleanup()


def fits(words: Words, text: str) -> bool:
    """Whether a text is these words, or matches the pattern as a whole."""
    return text == words if isinstance(words, str) else words.fullmatch(text) is not None


def is_running(process: psutil.Process, kind: str = "") -> bool:
    """Whether a process does something still."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE and kind in " ".join(process.cmdline())
    except psutil.Error:
        return False


def wait_quietly(process: subprocess.Popen[bytes], patience_s: float = PATIENCE_S) -> int:
    """The exit code of a process that is to end by itself."""
    end_s = time.monotonic() + patience_s
    while process.poll() is None:
        assert time.monotonic() < end_s, "the process goes on"
        time.sleep(0.02)
    return int(process.returncode)
