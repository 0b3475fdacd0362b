"""A job in a child process of the window: ``python -m seqclass.worker`` by QProcess, its events as signals.

The process is not asked to end, it is made to: cancel, 5 s, terminate, 5 s, kill. Whatever happens to it (a mistake in the
data, a fault, ``kill -9``) comes out as exactly one of `succeeded` and `failed`, and `ended` after that.
"""

from __future__ import annotations

import codecs
import os
import sys
import time
from pathlib import Path

import msgspec
from PySide6.QtCore import QCoreApplication, QElapsedTimer, QObject, QProcess, QProcessEnvironment, QTimer

from gui.worker import Worker
from seqclass.specs import Job
from seqclass.worker import COMMANDS_FILE

LADDER_MS = 5_000
DETACH_MS = 5_000
# The destructor of a QProcess kills its process, and Qt has no way around that: see `end_program`.
_let_go: list[QProcess] = []


class WorkerProcess(Worker):
    """A job in a child process, which ends with the window unless it is detached."""

    def __init__(self, job: Job, title: str, parent: QObject | None = None, *, program: list[str] | None = None) -> None:
        super().__init__(job, title, parent)
        self.started_s = time.time()
        self._program = program or [sys.executable, "-m", "seqclass.worker"]
        self._rest = b""
        self._error_rest = ""
        self._error_decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._is_terminated = False
        self._is_detached = False
        self._steps = QTimer(self, singleShot=True)
        self._steps.timeout.connect(self._step)
        self._process = QProcess()
        self._process.readyReadStandardOutput.connect(self._read_events)
        self._process.readyReadStandardError.connect(self._read_log)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)

    @property
    def pid(self) -> int:
        """The process's id; 0 before its start and after its end."""
        return 0 if self._is_detached else int(self._process.processId())

    def start(self) -> None:
        """Start the process and hand it the job."""
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONUNBUFFERED", "1")
        environment.insert("PYTHONIOENCODING", "utf-8")
        self._process.setProcessEnvironment(environment)
        if sys.platform != "win32":
            # A session of its own: Ctrl-C in the terminal and the terminal's end are for the window to handle.
            parameters = QProcess.UnixProcessParameters()
            parameters.flags = QProcess.UnixProcessFlag.CreateNewSession
            self._process.setUnixProcessParameters(parameters)
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
        if self._process.state() != QProcess.ProcessState.NotRunning:  # else its result is being read, which is dropped
            self._process.write(b"cancel\n")
            self._steps.start(LADDER_MS)

    def kill(self) -> None:
        """End it at once and wait for that."""
        if self._is_detached:
            return
        self._is_cancelling = self._is_hasty = True
        self._steps.stop()
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.kill()
            self._process.waitForFinished(3_000)

    def detach(self, folder: Path) -> bool:
        """Let it live on, with its events and its commands in files of a folder; False if it does not do so within 5 s.

        After that this object stands for nothing any more.
        """
        self._process.write(b"detach " + str(folder).encode() + b"\n")
        clock = QElapsedTimer()
        clock.start()
        while not (folder / COMMANDS_FILE).exists():
            if clock.elapsed() > DETACH_MS or self._process.state() == QProcess.ProcessState.NotRunning:
                return False
            self._process.waitForReadyRead(20)  # writes, too
        self._is_detached = True
        self._process.blockSignals(True)
        _let_go.append(self._process)
        return True

    def _step(self) -> None:
        if self._is_terminated:
            self._process.kill()
            return
        self._is_terminated = True
        self._process.terminate()
        self._steps.start(LADDER_MS)

    def _read_events(self) -> None:
        *lines, self._rest = (self._rest + self._process.readAllStandardOutput().data()).split(b"\n")
        self._take_lines(lines)

    def _read_log(self) -> None:
        text = self._error_rest + self._error_decoder.decode(self._process.readAllStandardError().data())
        *lines, self._error_rest = text.split("\n")
        self.log_lines.extend(line for line in lines if line.strip())

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._end(QCoreApplication.translate("WorkerProcess", "The worker program could not be started."))

    def _on_finished(self, code: int, _status: QProcess.ExitStatus) -> None:
        self._steps.stop()
        self._read_events()
        self._read_log()
        if self._error_rest.strip():
            self.log_lines.append(self._error_rest)
        text = QCoreApplication.translate(
            "WorkerProcess", "The worker program ended without a result (code {code}). The details hold its last lines."
        )
        self._take_lines([self._rest] if self._rest.strip() else [], death=text.format(code=code))


def end_program(code: int) -> int:
    """Give back ``code`` for `sys.exit`; where a worker was detached, end this process here and now, without any destructors."""
    if _let_go:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code
