"""How long the window's thread works at a time, told so that a slow or a busy machine changes nothing.

What counts is the thread's own processor time: another program may take the processor away at any moment. That time grows too
where a crowded machine runs slower, by half at times; so a turn that seems too long is put next to a piece of standard work that is
done right after it. Where the standard work takes twice its usual time, the turn counts half. What waits without working (a lock,
the disk) is not seen.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

LIMIT_MS = 50.0
FIRST_LIMIT_MS = 150.0
N_ATTEMPTS = 4
STANDARD_MS = 0.92
"""What `standard_work` takes on the machine that the limit was set on, when nothing else runs there."""
_N_SAMPLES = 9
Clock = Callable[[], float]


def standard_work() -> object:
    """A millisecond of what Python does all day: names, dictionaries, a sort."""
    words: dict[str, int] = {}
    for k in range(4000):
        key = f"{k % 97}-{k}"
        words[key] = words.get(key, 0) + len(key)
    return sorted(words.values())


def slowness(clock: Clock = time.thread_time) -> float:
    """How many times slower than usual the machine is just now; 1 at least."""
    samples = []
    for _ in range(_N_SAMPLES):
        before_s = clock()
        standard_work()
        samples.append(1000 * (clock() - before_s))
    return max(statistics.median(samples) / STANDARD_MS, 1.0)


class Heartbeat(QObject):
    """Measures between two beats of a timer how long the thread has worked.

    Attributes:
        longest_ms: The longest so far, as it would have been on a machine that is not slowed down.
    """

    def __init__(self, clock: Clock = time.thread_time) -> None:
        super().__init__()
        self.longest_ms = 0.0
        self._clock = clock
        self._last_s = clock()
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        worked_ms = 1000 * (self._clock() - self._last_s)
        if worked_ms > max(self.longest_ms, LIMIT_MS):
            worked_ms /= slowness(self._clock)
        self.longest_ms = max(self.longest_ms, worked_ms)
        self._last_s = self._clock()

    def stop(self) -> float:
        """Measure no more; gives the longest."""
        self._timer.stop()
        self._beat()
        self.deleteLater()
        return self.longest_ms


def assert_smooth(action: Callable[[], object], *, before: Callable[[], object] = lambda: None) -> None:
    """Fails where an action holds the event loop for too long each time.

    Several times, because the machine may have been slow in the very turn and not in the next: what is too long by itself is so
    each time. What is done once in a process, as an import, is in the first attempt alone, which has a limit of its own.

    Args:
        action: What is measured.
        before: Done before each attempt, and not measured.
    """
    longest_ms = []
    for _ in range(N_ATTEMPTS):
        before()
        gc.collect()
        gc.freeze()  # a collection looks through the objects of the attempt alone: those of a thousand tests before it take 50 ms
        heart = Heartbeat()
        try:
            action()
        finally:
            longest_ms.append(heart.stop())
            gc.unfreeze()
        assert longest_ms[0] <= FIRST_LIMIT_MS
        if longest_ms[-1] <= LIMIT_MS:
            return
    raise AssertionError(f"the event loop was held for {longest_ms} ms; the limit is {LIMIT_MS}")
