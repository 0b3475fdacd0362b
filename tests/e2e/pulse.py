"""A microphone for tests: PulseAudio with a loudspeaker that leads nowhere, and a microphone that hears it.

How it must be set up was found by trying: ``norewinds=1``, or the first sound comes more than a second late; a remapped source, as a
monitor does not count as a microphone everywhere. Recorded at the loudspeaker's own rate, what was played comes out to the bit.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

RATE_HZ = 16_000
PROGRAMS = ("pulseaudio", "pactl", "paplay")
PATIENCE_S = 20.0
MICROPHONE = (
    "module-remap-source", "source_name=microphone", "master=speaker.monitor", "remix=no",
    "source_properties=device.description=Microphone",
)  # fmt: skip


class Sound:
    """A sound server of the test's own.

    Attributes:
        environment: What a process needs to reach it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        places = ("XDG_RUNTIME_DIR", "PULSE_RUNTIME_PATH", "PULSE_STATE_PATH", "HOME")
        self._own = {**os.environ, **dict.fromkeys(places, str(folder))}
        self.environment = {**os.environ, "PULSE_SERVER": f"unix:{folder}/native"}
        self._daemon: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Run the daemon until its microphone can be chosen."""
        words = "pulseaudio -n --daemonize=no --exit-idle-time=-1 --use-pid-file=no --disallow-exit --disable-shm=yes"
        modules = (
            f"module-native-protocol-unix socket={self.folder}/native auth-anonymous=1",
            f"module-null-sink sink_name=speaker norewinds=1 rate={RATE_HZ} channels=1 format=s16le",
            " ".join(MICROPHONE),
        )
        loads = [word for module in modules for word in ("-L", module)]
        with (self.folder / "pulse.log").open("wb") as log:
            self._daemon = subprocess.Popen(
                [*words.split(), "--realtime=no", "--high-priority=no", *loads], env=self._own, stdout=log, stderr=log
            )
        until(lambda: self.control("set-default-source", "microphone").returncode == 0, "PulseAudio's microphone")

    def stop(self) -> None:
        """End the daemon."""
        if self._daemon is not None:
            self._daemon.kill()
            self._daemon.wait()
            self._daemon = None

    def control(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run ``pactl``."""
        command = ["pactl", *words]
        return subprocess.run(command, check=False, env=self.environment, capture_output=True, text=True, timeout=PATIENCE_S)

    def play(self, path: Path) -> None:
        """Play a file and wait until it is over."""
        subprocess.run(["paplay", "--device=speaker", str(path)], env=self.environment, check=True, timeout=60)

    def plug(self) -> None:
        """Put the microphone back."""
        assert self.control("load-module", *MICROPHONE).returncode == 0
        assert self.control("set-default-source", "microphone").returncode == 0

    def unplug(self) -> None:
        """Take the microphone away."""
        lines = self.control("list", "short", "modules").stdout.splitlines()
        number = next(line.split("\t")[0] for line in lines if "module-remap-source" in line)
        assert self.control("unload-module", number).returncode == 0


@contextmanager
def sound_server() -> Iterator[Sound]:
    """A running `Sound`; skips where a program is missing."""
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        pytest.skip(f"no {', '.join(missing)}: apt-get install pulseaudio pulseaudio-utils libasound2-plugins libportaudio2")
    # Not pytest's folder: a socket's path may have 107 characters at most.
    with tempfile.TemporaryDirectory(prefix="pulse-") as folder:
        sound = Sound(Path(folder))
        try:
            sound.start()
            yield sound
        finally:
            sound.stop()


def until(happened: object, what: str, *, patience_s: float = PATIENCE_S) -> None:
    """Wait until ``happened()`` is true."""
    assert callable(happened)
    end_s = time.monotonic() + patience_s
    while not happened():
        assert time.monotonic() < end_s, f"waited {patience_s:g} s for {what}"
        time.sleep(0.02)
