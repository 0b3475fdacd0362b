"""The child process that does a window's heavy work: one job in, events out.

Standard input: first one line with the job as JSON (``{"job": "scan", "dataset": ...}``), then, at any time, the line
``stop`` (end early with what there is) or ``cancel``. The end of standard input, as when the window is gone, cancels too,
and a job that does not heed it is ended with the process.

Standard output: events, one JSON object a line (`seqclass.events`); the last one is ``finished`` or ``error``. What
libraries print goes to standard error. Exit codes: 0 done, 1 failed, 2 no job understood, 130 cancelled.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import BinaryIO

import msgspec

from seqclass import jobs
from seqclass.errors import CancelledError, SeqclassError, UsageError
from seqclass.events import AnyEvent, CancelToken, Emit, Failed, Progress, encode
from seqclass.specs import Job

PROGRESS_PAUSE_S = 0.05  # a window cannot show more than 20 steps a second, and a pipe should not be full of them
GRACE_S = 10.0
JOB_LINE_LIMIT = 10_000_000


def main() -> int:
    """Do the job that standard input names.

    Returns:
        The exit code.
    """
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    emit = line_writer(out)
    lines = _LineReader(0)
    cancel = CancelToken()
    try:
        job = parse_job(lines.next())
        threading.Thread(target=_obey, args=(lines, cancel), name="commands", daemon=True).start()
        jobs.run(job, emit, cancel)
    except SeqclassError as error:
        with contextlib.suppress(OSError):
            emit(Failed(message=str(error), kind=type(error).__name__))
        if isinstance(error, CancelledError):
            return 130
        return 2 if isinstance(error, UsageError) else 1
    return 0


def parse_job(line: bytes | None) -> Job:
    """The job that a line of JSON describes.

    Raises:
        UsageError: It is no job.
    """
    if line is None:
        raise UsageError("A worker must be given a job. Received: the end of standard input.")
    try:
        job: Job = msgspec.json.decode(line, type=Job)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"A worker's first line must be a job as JSON. Received: {line[:80]!r} ({error}).") from error
    return job


def line_writer(out: BinaryIO, *, clock_s: Callable[[], float] = time.monotonic) -> Emit:
    """An ``emit`` that writes events as lines, from any thread; of progress at most 20 lines a second.

    Raises:
        CancelledError: (By the function) the reader has gone.
    """
    lock = threading.Lock()
    last_s = float("-inf")

    def emit(event: AnyEvent) -> None:
        nonlocal last_s
        with lock:
            if isinstance(event, Progress):
                if clock_s() - last_s < PROGRESS_PAUSE_S:
                    return
                last_s = clock_s()
            try:
                out.write(encode(event) + b"\n")
                out.flush()
            except BrokenPipeError as error:
                raise CancelledError("Cancelled: nobody listens any more.") from error

    return emit


class _LineReader:
    """Lines of a file descriptor, without Python's buffer: a thread that waits in one breaks the end of the process."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._rest = b""

    def next(self) -> bytes | None:
        """The next line without its end; None at the end of input."""
        while b"\n" not in self._rest:
            chunk = os.read(self._descriptor, 65_536)
            if not chunk or len(self._rest) > JOB_LINE_LIMIT:
                line, self._rest = self._rest, b""
                return line or None
            self._rest += chunk
        line, _, self._rest = self._rest.partition(b"\n")
        return line


def _obey(lines: _LineReader, cancel: CancelToken) -> None:
    while (line := lines.next()) is not None:
        command = line.strip()
        if command == b"stop":
            cancel.stop()
        elif command == b"cancel":
            cancel.cancel()
    cancel.cancel()
    end = threading.Timer(GRACE_S, os._exit, args=(130,))
    end.daemon = True
    end.start()


if __name__ == "__main__":
    sys.exit(main())
