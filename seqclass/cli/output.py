"""Where lines go: results to standard output, progress and messages to standard error.

While a job runs, whatever a library prints to standard output (by Python or by C++) is led to standard error, so that
``--json`` keeps its promise of one JSON object a line and nothing else.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Self, TextIO

if TYPE_CHECKING:
    from seqclass.events import AnyEvent, Progress

REDRAW_S = 0.1
PLAIN_LINE_S = 10.0
FIRST_PLAIN_LINE_S = 2.0


class Output:
    """The two streams of a command.

    Attributes:
        is_closed: The reader of standard output has gone; further lines are dropped.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self.is_closed = False
        self._quiet = quiet
        self._restore = contextlib.ExitStack()
        self._stdout: TextIO = sys.stdout
        self._lock = threading.RLock()
        self._status = _StatusLine(sys.stderr)

    def __enter__(self) -> Self:
        self._stdout = self._restore.enter_context(_own_stdout())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._status.clear()
        self._restore.close()

    def lines(self, lines: Iterable[str]) -> None:
        """Result lines for a person, to standard output."""
        for line in lines:
            self._write(line.encode(_encoding(self._stdout), "replace") + b"\n")

    def event(self, event: AnyEvent) -> None:
        """One event as a line of JSON (always UTF-8), to standard output."""
        self._write(encode(event) + b"\n")

    def note(self, text: str) -> None:
        """A message for a person, to standard error; nothing with ``--quiet``."""
        if not self._quiet:
            self.warn(text)

    def warn(self, text: str) -> None:
        """A message for a person, to standard error, even with ``--quiet``."""
        with self._lock:
            self._status.clear()
            _print_stderr(text)

    def progress(self, event: Progress) -> None:
        """How far a stage has got: one line drawn anew on a terminal, a plain line now and then elsewhere."""
        if not self._quiet:
            with self._lock:
                self._status.show(event)

    def _write(self, line: bytes) -> None:
        with self._lock:
            if self.is_closed:
                return
            self._status.clear()
            try:
                _bytes_of(self._stdout, line)
            except BrokenPipeError:
                self.is_closed = True
                silence_stdout()


class _StatusLine:
    """The line that tells how far a job is."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._terminal = stream.isatty()
        self._shown = False
        self._stage = ""
        # A job that ends within a moment needs no word of progress in a log file.
        self._last_s = float("-inf") if self._terminal else time.monotonic() - PLAIN_LINE_S + FIRST_PLAIN_LINE_S

    def show(self, event: Progress) -> None:
        """Draw, unless the last drawing of this stage is too fresh."""
        now_s = time.monotonic()
        is_last = 0 < event.total <= event.done
        pause_s = REDRAW_S if self._terminal else PLAIN_LINE_S
        at_once = self._terminal and (is_last or event.stage != self._stage)
        if now_s - self._last_s < pause_s and not at_once:
            return
        self._stage, self._last_s = event.stage, now_s
        if self._terminal:
            from seqclass.cli.tables import cut

            text = cut(progress_text(event), shutil.get_terminal_size().columns - 1)
            self._stream.write(f"\r\x1b[K{text}")
            self._stream.flush()
            self._shown = True
        else:
            _print_stderr(progress_text(event))

    def clear(self) -> None:
        """Remove the drawn line, so that other text starts on a clean one."""
        if self._shown:
            with contextlib.suppress(OSError):
                self._stream.write("\r\x1b[K")
                self._stream.flush()
            self._shown = False


def progress_text(event: Progress) -> str:
    """A stage's progress in words, as ``reading  120 of 3000  4 %  about 20 s left``."""
    from seqclass.cli.tables import duration

    parts = [event.stage]
    if event.total:
        parts += [f"{event.done} of {event.total}", f"{100 * event.done // event.total} %"]
    elif event.done:
        parts.append(str(event.done))
    if event.eta_s is not None and event.eta_s >= 1:
        parts.append(f"about {duration(event.eta_s)} left")
    return "  ".join(parts)


def encode(event: AnyEvent) -> bytes:
    """`seqclass.events.encode` that survives file names which are not valid text."""
    from seqclass import events

    try:
        return events.encode(event)
    except UnicodeEncodeError:
        import msgspec

        plain = {"event": "finished", **event.result} if isinstance(event, events.Finished) else msgspec.to_builtins(event)
        return msgspec.json.encode(_without_surrogates(plain))


def print_error(error: Exception, *, as_json: bool) -> None:
    """One line for a failure on standard error, and with ``as_json`` also an error event on standard output."""
    message = " And: ".join(line for line in str(error).splitlines() if line.strip()) or type(error).__name__
    _print_stderr(f"seqclass: {message}")
    if as_json:
        from seqclass.events import Failed

        with contextlib.suppress(OSError):
            _bytes_of(sys.stdout, encode(Failed(message=message, kind=type(error).__name__)) + b"\n")


def silence_stdout() -> None:
    """Lead standard output to nowhere, so that nothing complains about a closed pipe at the end of the process."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.__stdout__.fileno() if sys.__stdout__ else 1)
        os.close(nowhere)


@contextlib.contextmanager
def _own_stdout() -> Iterator[TextIO]:
    """Give a private copy of standard output, and lead the public one to standard error meanwhile."""
    public = sys.stdout
    public.flush()
    try:
        is_process_stdout = public.fileno() == 1
    except (OSError, ValueError):
        is_process_stdout = False  # replaced by a test or a notebook: there is no descriptor to lead elsewhere
    if not is_process_stdout:
        with contextlib.redirect_stdout(sys.stderr):
            yield public
        return
    private = os.fdopen(os.dup(1), "w", encoding=public.encoding, errors="replace")
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield private
    finally:
        with contextlib.suppress(OSError):
            private.close()
        os.dup2(kept, 1)
        os.close(kept)


def _bytes_of(stream: TextIO, line: bytes) -> None:
    binary: BinaryIO | None = getattr(stream, "buffer", None)
    if binary is None:
        stream.write(line.decode("utf-8", "replace"))
    else:
        stream.flush()
        binary.write(line)
        binary.flush()
    stream.flush()


def _print_stderr(text: str) -> None:
    with contextlib.suppress(OSError):  # nobody is there to read it
        print(text, file=sys.stderr, flush=True)


def _encoding(stream: TextIO) -> str:
    return stream.encoding or "utf-8"


def _without_surrogates(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_without_surrogates(entry) for entry in value]
    return value
