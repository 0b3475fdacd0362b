"""One job in a child process: ``python -m seqclass.worker`` by QProcess, its events as signals.

The process is not asked to end, it is made to: cancel, 5 s, terminate, 5 s, kill. Whatever happens to it (a mistake in the
data, a fault, ``kill -9``) comes out as exactly one of `succeeded` and `failed`, and `ended` after that.
"""

from __future__ import annotations

import codecs
import sys
from collections import deque
from typing import Any

import msgspec
from PySide6.QtCore import QCoreApplication, QObject, QProcess, QProcessEnvironment, QTimer, Signal

from gui.log import log
from seqclass.events import AnyEvent, Failed, Finished, Progress, decode
from seqclass.specs import CrossvalJob, DemoJob, Job, TrainJob

LADDER_MS = 5_000
N_LOG_LINES = 40
# Those that use all of the machine's power: one at a time.
HEAVY_JOBS = (TrainJob, CrossvalJob, DemoJob)


class WorkerProcess(QObject):
    """A job in a child process.

    Attributes:
        job: What it does.
        title: One short line for a person.
        progress: The last `Progress`; None before the first.
        result: Of the `Finished` event; None unless it has succeeded.
        log_lines: The last lines of its standard error.

    Signals:
        event_received: Each event as it comes, `Progress` at most 20 times a second.
        succeeded: The result's dictionary.
        failed: Message, the error's kind, the last lines of the log (list of str). A cancelled job fails with the kind
            ``CancelledError``, a process that died with ``WorkerDied``.
        ended: After either of them, always, once.
    """

    event_received = Signal(object)
    succeeded = Signal(object)
    failed = Signal(str, str, object)
    ended = Signal()

    def __init__(self, job: Job, title: str, parent: QObject | None = None, *, program: list[str] | None = None) -> None:
        super().__init__(parent)
        self.job = job
        self.title = title
        self.progress: Progress | None = None
        self.result: dict[str, Any] | None = None
        self.log_lines: deque[str] = deque(maxlen=N_LOG_LINES)
        self._program = program or [sys.executable, "-m", "seqclass.worker"]
        self._rest = b""
        self._error_rest = ""
        self._error_decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._failure: Failed | None = None
        self._has_ended = False
        self._is_cancelling = False
        self._steps = QTimer(self, singleShot=True)
        self._steps.timeout.connect(self._step)
        self._process = QProcess(self)
        self._process.readyReadStandardOutput.connect(self._read_events)
        self._process.readyReadStandardError.connect(self._read_log)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)

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
        """The process's id; 0 before its start and after its end."""
        return int(self._process.processId())

    def start(self) -> None:
        """Start the process and hand it the job."""
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONUNBUFFERED", "1")
        environment.insert("PYTHONIOENCODING", "utf-8")
        self._process.setProcessEnvironment(environment)
        self._process.start(self._program[0], self._program[1:])
        self._process.write(msgspec.json.encode(self.job) + b"\n")

    def stop(self) -> None:
        """Ask it to end early with what it has: a training keeps its best."""
        self._process.write(b"stop\n")

    def cancel(self) -> None:
        """Make it end without a result: ask, then terminate, then kill."""
        if self._has_ended or self._is_cancelling:
            return
        self._is_cancelling = True
        self._process.write(b"cancel\n")
        self._steps.start(LADDER_MS)

    def kill(self) -> None:
        """End it at once and wait for that; for the end of the application."""
        self._is_cancelling = True
        self._steps.stop()
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.kill()
            self._process.waitForFinished(3_000)

    def _step(self) -> None:
        if self._process.property("terminated"):
            self._process.kill()
            return
        self._process.setProperty("terminated", True)
        self._process.terminate()
        self._steps.start(LADDER_MS)

    def _read_events(self) -> None:
        *lines, self._rest = (self._rest + self._process.readAllStandardOutput().data()).split(b"\n")
        for line in lines:
            self._hear(line)

    def _hear(self, line: bytes) -> None:
        try:
            event: AnyEvent = decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            log.warning("A worker said what is no event (%s): %r", error, line[:200])
            return
        if isinstance(event, Progress):
            self.progress = event
        elif isinstance(event, Finished):
            self.result = event.result
        elif isinstance(event, Failed):
            self._failure = event
        self.event_received.emit(event)

    def _read_log(self) -> None:
        text = self._error_rest + self._error_decoder.decode(self._process.readAllStandardError().data())
        *lines, self._error_rest = text.split("\n")
        self.log_lines.extend(line for line in lines if line.strip())

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._end_with_failure(
                QCoreApplication.translate("WorkerProcess", "The worker program could not be started."), "WorkerDied"
            )

    def _on_finished(self, code: int, _status: QProcess.ExitStatus) -> None:
        self._steps.stop()
        self._read_events()
        self._read_log()
        if self._rest.strip():
            self._hear(self._rest)
        if self._error_rest.strip():
            self.log_lines.append(self._error_rest)
        if self.result is not None:
            self._end(None)
        elif self._is_cancelling:
            self._end_with_failure(QCoreApplication.translate("WorkerProcess", "Cancelled."), "CancelledError")
        elif self._failure is not None:
            self._end(self._failure)
        else:
            text = QCoreApplication.translate(
                "WorkerProcess", "The worker program ended without a result (code {code}). The details hold its last lines."
            )
            self._end_with_failure(text.format(code=code), "WorkerDied")

    def _end_with_failure(self, message: str, kind: str) -> None:
        self._end(Failed(message=message, kind=kind))

    def _end(self, failure: Failed | None) -> None:
        if self._has_ended:
            return
        self._has_ended = True
        if failure is None:
            self.succeeded.emit(self.result)
        else:
            if failure.kind != "CancelledError":
                log.error(
                    "The job %r failed: %s (%s)\n%s", self.title, failure.message, failure.kind, "\n".join(self.log_lines)
                )
            self.failed.emit(failure.message, failure.kind, list(self.log_lines))
        self.ended.emit()
