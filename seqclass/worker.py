"""The child process that does a window's heavy work: one job in, events out.

Standard input: first one line with the job as JSON (``{"job": "scan", "dataset": ...}``), then, at any time, the line
``stop`` (end early with what there is) or ``cancel``. The end of standard input, as when the window is gone, cancels too,
and a job that does not heed it is ended with the process.

The line ``detach FOLDER`` lets it live on without its window, for a training that takes the night: from then on events are appended
to ``FOLDER/events.jsonl`` and what libraries print to ``FOLDER/log.txt``, ``stop`` and ``cancel`` are read from ``FOLDER/commands``
(which is there once the pipes are no longer needed), and ``FOLDER/lock`` is held until the process ends, however it ends.

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
from pathlib import Path
from typing import BinaryIO, NoReturn

import msgspec

from seqclass import jobs
from seqclass.errors import CancelledError, SeqclassError, UsageError
from seqclass.events import AnyEvent, CancelToken, Failed, Progress, encode
from seqclass.specs import Job

PROGRESS_PAUSE_S = 0.05  # a window cannot show more than 20 steps a second, and a pipe should not be full of them
GRACE_S = 10.0
JOB_LINE_LIMIT = 10_000_000
EVENTS_FILE, LOG_FILE, COMMANDS_FILE, LOCK_FILE = "events.jsonl", "log.txt", "commands", "lock"
_POLL_S = 0.2
_held: list[object] = []  # a lock is given back when nothing refers to it any more: this does until the process ends


def main() -> int:
    """Do the job that standard input names.

    Returns:
        The exit code.
    """
    out = EventWriter(os.fdopen(os.dup(1), "wb"))
    os.dup2(2, 1)
    lines = _LineReader(0)
    cancel = CancelToken()
    try:
        job = parse_job(lines.next())
        threading.Thread(target=_obey, args=(lines, cancel, out), name="commands", daemon=True).start()
        jobs.run(job, out, cancel)
    except SeqclassError as error:
        with contextlib.suppress(OSError):
            out(Failed(message=str(error), kind=type(error).__name__))
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


class EventWriter:
    """An ``emit`` that writes events as lines, from any thread; of progress at most 20 lines a second."""

    def __init__(self, out: BinaryIO, *, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._out = out
        self._clock_s = clock_s
        self._lock = threading.Lock()
        self._last_s = float("-inf")

    def __call__(self, event: AnyEvent) -> None:
        """Write one event.

        Raises:
            CancelledError: The reader has gone.
        """
        with self._lock:
            if isinstance(event, Progress):
                if self._clock_s() - self._last_s < PROGRESS_PAUSE_S:
                    return
                self._last_s = self._clock_s()
            try:
                self._out.write(encode(event) + b"\n")
                self._out.flush()
            except BrokenPipeError as error:
                raise CancelledError("Cancelled: nobody listens any more.") from error

    def turn_to(self, out: BinaryIO) -> None:
        """Write to another stream from the next event on."""
        with self._lock:
            self._out = out


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


def _obey(lines: _LineReader, cancel: CancelToken, out: EventWriter) -> None:
    while (line := lines.next()) is not None:
        command, _, rest = line.strip().partition(b" ")
        if command == b"detach":
            folder = Path(os.fsdecode(rest))
            if _detach(folder, out):
                _obey_file(folder / COMMANDS_FILE, cancel)
        else:
            _do(command, cancel)
    cancel.cancel()
    end = threading.Timer(GRACE_S, os._exit, args=(130,))
    end.daemon = True
    end.start()


def _do(command: bytes, cancel: CancelToken) -> None:
    if command == b"stop":
        cancel.stop()
    elif command == b"cancel":
        cancel.cancel()


def _detach(folder: Path, out: EventWriter) -> bool:
    """Turn from the pipes to files; False, and a line of the log, where that cannot be done."""
    import filelock

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(str(folder / LOCK_FILE), timeout=0)
        lock.acquire()
        _held.append(lock)
        log = os.open(folder / LOG_FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        events = (folder / EVENTS_FILE).open("ab")
    except (OSError, filelock.Timeout) as error:
        print(f"The worker could not detach: {error}", file=sys.stderr, flush=True)
        return False
    os.dup2(log, 1)
    os.dup2(log, 2)
    out.turn_to(events)
    (folder / COMMANDS_FILE).touch()  # the sign that the pipes are no longer needed
    return True


def _obey_file(path: Path, cancel: CancelToken) -> NoReturn:
    done = 0
    while True:
        with contextlib.suppress(OSError):
            for command in path.read_bytes().split()[done:]:
                done += 1
                _do(command, cancel)
        time.sleep(_POLL_S)


if __name__ == "__main__":
    sys.exit(main())
