"""What all workers have in common, whether the window started them or found them running."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import msgspec
from PySide6.QtCore import QCoreApplication, QElapsedTimer, QObject, QTimer, Signal

from gui.background import run_in_background
from gui.log import log
from seqclass.events import AnyEvent, EpochEnded, Failed, Finished, Note, Progress, decode
from seqclass.jobs import explain
from seqclass.specs import CrossvalJob, DemoJob, Job, TrainJob

N_LOG_LINES = 40
SLICE_MS = 15
"""So long at a time the window listens: what a worker said while the window was busy comes all at once."""
N_SAID = 8
# Those that use all of the machine's power: one at a time.
HEAVY_JOBS = (TrainJob, CrossvalJob, DemoJob)


class Worker(QObject):
    """A job in another process.

    Attributes:
        job: What it does.
        title: One short line for a person.
        progress: The last `Progress`; None before the first.
        epochs: All `EpochEnded` so far, for views that come late.
        started_s: When this window started it, in seconds since 1970; None where it did not.
        result: Of the `Finished` event; None unless it has succeeded.
        log_lines: The last lines that libraries printed.
        reader: Reads in a thread, from the result, what the job has left in a file; None for nothing to read. While it reads the
            worker has not ended.
        read: What that gave.

    Signals:
        event_received: Each event as it comes, `Progress` at most 20 times a second.
        succeeded: The result's dictionary.
        failed: Message, the error's kind, the last lines of the log (list of str). A cancelled job fails with the kind
            ``CancelledError``, a process that died with ``WorkerDied``; before its log then stands what it has said last, as most
            jobs print nothing.
        ended: After either of them, always, once.
    """

    event_received = Signal(object)
    succeeded = Signal(object)
    failed = Signal(str, str, object)
    ended = Signal()

    def __init__(self, job: Job, title: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.job = job
        self.title = title
        self.progress: Progress | None = None
        self.epochs: list[EpochEnded] = []
        self.started_s: float | None = None
        self.result: dict[str, Any] | None = None
        self.log_lines: deque[str] = deque(maxlen=N_LOG_LINES)
        self.reader: Callable[[dict[str, Any]], Any] | None = None
        self.read: Any = None
        self._said: deque[str] = deque(maxlen=N_SAID)
        self._failure: Failed | None = None
        self._has_ended = False
        self._is_cancelling = False
        self._lines: deque[bytes] = deque()
        self._death: str | None = None
        self._is_hasty = False
        self._is_reading = False
        self._listening = QTimer(self, singleShot=True, interval=0)
        self._listening.timeout.connect(self._listen)

    @property
    def is_running(self) -> bool:
        """Whether neither `succeeded` nor `failed` was sent."""
        return not self._has_ended

    @property
    def is_cancelling(self) -> bool:
        """Whether it was asked to end without a result."""
        return self._is_cancelling

    @property
    def is_heavy(self) -> bool:
        """Whether it uses all of the machine."""
        return isinstance(self.job, HEAVY_JOBS)

    @property
    def pid(self) -> int:
        """The process's id; 0 where it is not known."""
        return 0

    @property
    def eta_s(self) -> float | None:
        """Estimated seconds until it ends; None while that is not known."""
        if self.progress is not None and (self.progress.stage == "training" or not self.epochs):
            return self.progress.eta_s
        return self.epochs[-1].eta_s if self.epochs else None

    def stop(self) -> None:
        """Ask it to end early with what it has: a training keeps its best."""
        raise NotImplementedError

    def cancel(self) -> None:
        """Make it end without a result."""
        raise NotImplementedError

    def kill(self) -> None:
        """Let go of it at once, at the end of the window."""
        raise NotImplementedError

    def _take_lines(self, lines: Iterable[bytes], *, death: str | None = None) -> None:
        """Hear lines one after another, a slice at a time.

        Args:
            lines: As they came.
            death: After them there is no more: what to say where they held neither a result nor an error.
        """
        self._lines.extend(lines)
        self._death = self._death if death is None else death
        if not self._listening.isActive():
            self._listen()

    def _listen(self) -> None:
        clock = QElapsedTimer()
        clock.start()
        while self._lines:
            self._hear(self._lines.popleft())
            if self._lines and not self._is_hasty and clock.elapsed() >= SLICE_MS:
                self._listening.start()
                return
        if self._death is not None:
            self._end(self._death)

    def _hear(self, line: bytes) -> None:
        try:
            event: AnyEvent = decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            log.warning("A worker said what is no event (%s): %r", error, line[:200])
            return
        if isinstance(event, Progress):
            self.progress = event
        elif isinstance(event, EpochEnded):
            self.epochs.append(event)
            self._said.append(f"epoch {event.epoch} of {event.epochs}, loss {event.train.get('loss', math.nan):.4f}")
        elif isinstance(event, Note):
            self._said.append(event.text)
        elif isinstance(event, Finished):
            self.result = event.result
        elif isinstance(event, Failed):
            self._failure = event
        self.event_received.emit(event)

    def _end(self, death: str) -> None:
        """Send the last signals. ``death``: what to say where it left neither a result nor an error."""
        if self._has_ended or self._is_reading:
            return
        if self.result is not None and self.reader is not None and not self._is_cancelling:
            self._is_reading = True
            run_in_background(partial(self.reader, self.result), self, done=self._take_read, failed=self._lose_read)
            return
        self._has_ended = True
        failure = self._failure or Failed(message=death, kind="WorkerDied")
        if self.result is not None:
            self.succeeded.emit(self.result)
        elif self._is_cancelling or failure.kind == "CancelledError":
            self.failed.emit(QCoreApplication.translate("Worker", "Cancelled."), "CancelledError", list(self.log_lines))
        else:
            lines = [*(self._last_words() if self._failure is None else ()), *self.log_lines]
            log.error("The job %r failed: %s (%s)\n%s", self.title, failure.message, failure.kind, "\n".join(lines))
            self.failed.emit(failure.message, failure.kind, lines)
        self.ended.emit()

    def _take_read(self, read: Any) -> None:
        self.read = read
        self._end_reading()

    def _lose_read(self, error: Exception) -> None:
        self.result, self._failure = None, Failed(message=str(explain(error)), kind=type(error).__name__)
        self._end_reading()

    def _end_reading(self) -> None:
        self.reader, self._is_reading = None, False
        self._end("")

    def _last_words(self) -> list[str]:
        progress = self.progress
        return [*self._said, *([f"{progress.stage}: {progress.done} of {progress.total or 'unknown'}"] if progress else [])]
