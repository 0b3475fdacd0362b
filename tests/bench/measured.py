"""The values of a measurement and the aims that they are held to: what `harness` takes and gives."""

from __future__ import annotations

import dataclasses
import json
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

# A small process starts the contender and takes its time: a child's memory, as the system tells it, begins with that of the process
# which started it, and this one may have loaded TensorFlow.
_LAUNCHER = """
import json, os, sys, time
started = time.perf_counter()
_, status, used = os.wait4(os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ), 0)
seconds = time.perf_counter() - started
memory_mb = used.ru_maxrss / 1024 / (1024 if sys.platform == "darwin" else 1)
with open(sys.argv[1], "w") as told:
    json.dump((seconds, memory_mb), told)
code = os.waitstatus_to_exitcode(status)
sys.exit(code if code >= 0 else 128 - code)
"""


@dataclasses.dataclass(frozen=True)
class Timed:
    """What a contender returns that takes its own time, because not all it does counts.

    Attributes:
        seconds: What counts of its run.
        result: What is compared, as if it had been returned.
        memory_mb: The greatest memory of a child process that it ran, where it knows.
    """

    seconds: float
    result: object = None
    memory_mb: float | None = None


@dataclasses.dataclass(frozen=True)
class Command:
    """A contender that is a whole process, from its start to its end; its greatest memory is told too.

    Where it starts others, the memory is that of the largest of them.

    Attributes:
        words: Program and arguments.
        environment: Added to this process's own.
        folder: Where it starts, by default here.
        before: Is called before each start and not timed.
        read: Makes the result that is compared of what the process printed, called after the clock was stopped.
    """

    words: Sequence[str | Path]
    environment: Mapping[str, str] = dataclasses.field(default_factory=dict)
    folder: Path | None = None
    before: Callable[[], None] = lambda: None
    read: Callable[[str], object] = lambda printed: printed

    def __call__(self) -> Timed:
        """Run it once.

        Raises:
            SystemExit: It failed; the last lines that it printed are told.
        """
        self.before()
        words = [str(word) for word in self.words]
        environment = {**os.environ, **self.environment}
        with tempfile.TemporaryDirectory() as folder:
            told, out, err = Path(folder, "told"), Path(folder, "out"), Path(folder, "err")
            launcher = [sys.executable, "-I", "-S", "-c", _LAUNCHER, str(told), *words] if hasattr(os, "wait4") else words
            started = time.perf_counter()
            with out.open("wb") as to_out, err.open("wb") as to_err:
                done = subprocess.run(
                    launcher,
                    stdin=subprocess.DEVNULL,
                    stdout=to_out,
                    stderr=to_err,
                    cwd=self.folder,
                    env=environment,
                    check=False,
                )
            seconds, memory_mb = time.perf_counter() - started, None
            if done.returncode:
                raise SystemExit(
                    f"A contender failed with {done.returncode}: {shlex.join(words)}\n{err.read_text(errors='replace')[-2000:]}"
                )
            if told.exists():
                seconds, memory_mb = json.loads(told.read_text())
            printed = out.read_text(errors="replace")
        return Timed(seconds, self.read(printed), memory_mb)


Contender = Callable[[], object]
"""What runs once a round: a function whose result is compared and whose time is taken, or a `Command`."""


@dataclasses.dataclass(frozen=True)
class Faster:
    """The aim that a contender is at least so many times as fast as another."""

    name: str
    than: str
    times: float

    def judge(self, taken: Taken) -> tuple[bool, str]:
        """Whether it is reached, and the line that says so."""
        found = taken.ratio(self.name, than=self.than).median
        return found >= self.times, f"{self.name}: {found:.2f} x as fast as {self.than}; the aim: at least {self.times:g} x"


@dataclasses.dataclass(frozen=True)
class NotSlower:
    """The aim that a contender takes at most so many times as long as another."""

    name: str
    than: str
    times: float

    def judge(self, taken: Taken) -> tuple[bool, str]:
        """Whether it is reached, and the line that says so."""
        found = taken.ratio(self.than, than=self.name).median
        return (
            found <= self.times,
            f"{self.name}: takes {found:.2f} x as long as {self.than}; the aim: at most {self.times:g} x",
        )


@dataclasses.dataclass(frozen=True)
class Within:
    """The aim that a contender takes at most so many seconds; its median counts."""

    name: str
    seconds: float

    def judge(self, taken: Taken) -> tuple[bool, str]:
        """Whether it is reached, and the line that says so."""
        found = statistics.median(taken.seconds[self.name])
        return found <= self.seconds, f"{self.name}: {duration(found)}; the aim: at most {duration(self.seconds)}"


@dataclasses.dataclass(frozen=True)
class Below:
    """The aim that a contender's process never takes more than so much memory."""

    name: str
    memory_mb: float

    def judge(self, taken: Taken) -> tuple[bool, str]:
        """Whether it is reached, and the line that says so."""
        found = taken.memory_mb(self.name)
        told = "unknown here" if found is None else f"{found:,.0f} MB"
        return found is not None and found <= self.memory_mb, f"{self.name}: {told}; the aim: at most {self.memory_mb:,.0f} MB"


Aim = Faster | NotSlower | Within | Below


@dataclasses.dataclass(frozen=True)
class Ratio:
    """The median of the rounds' ratios, and between which values four fifths of them lie."""

    median: float
    low: float
    high: float


@dataclasses.dataclass(frozen=True)
class Taken:
    """The values of one comparison.

    Attributes:
        title: What was measured.
        seconds: The seconds of each contender, a value a round, all in the same order of rounds.
        warm_up: The first run of each, which is not counted.
        memories: Megabytes of each contender that told them, a value a round.
    """

    title: str
    seconds: Mapping[str, Sequence[float]]
    warm_up: Mapping[str, float]
    memories: Mapping[str, Sequence[float]]

    def ratio(self, name: str, *, than: str) -> Ratio:
        """How many times as fast `name` is as `than`."""
        ratios = [theirs / mine for theirs, mine in zip(self.seconds[than], self.seconds[name], strict=True)]
        low, median, high = np.percentile(ratios, (10, 50, 90))
        return Ratio(float(median), float(low), float(high))

    def memory_mb(self, name: str) -> float | None:
        """The greatest memory of a contender."""
        return max(self.memories.get(name, ()), default=None)


def duration(seconds: float) -> str:
    """Seconds in the unit that reads best."""
    for factor, unit in ((1.0, "s"), (1e3, "ms")):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}" if seconds < 1000 else f"{seconds:.0f} s"
    return f"{seconds * 1e6:.3g} µs"
