"""The window's log: a file in the user's folder, and its last lines in memory for the log page.

Everything that goes wrong ends here with its traceback: exceptions of slots and threads, messages of Qt, the last lines of a
worker. A person sees one sentence (`AppState.post`), never a traceback.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from seqclass.jobs import LOG_LIMIT
from seqclass.jobs import log_file as library_log_file

N_LINES = 2_000
_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}

log = logging.getLogger("seqclass.gui")


class MemoryHandler(logging.Handler):
    """Keeps the last lines.

    Attributes:
        lines: Formatted records, oldest first.
    """

    def __init__(self) -> None:
        super().__init__()
        self.lines: deque[str] = deque(maxlen=N_LINES)

    def emit(self, record: logging.LogRecord) -> None:
        """Take in one record."""
        self.lines.append(self.format(record))


memory = MemoryHandler()
memory.setFormatter(logging.Formatter(_FORMAT))


def log_file() -> Path:
    """The window's log file, beside the one of the library's jobs."""
    return library_log_file().with_name("window.log")


def start() -> None:
    """Send the log to memory and to its file. Without a place for the file memory must do."""
    log.setLevel(logging.INFO)
    log.propagate = False
    if memory not in log.handlers:
        log.addHandler(memory)
    try:
        path = log_file()
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > LOG_LIMIT:  # here and not in logging.handlers, which takes 10 ms to import
            path.replace(path.with_suffix(".1.log"))
        handler = logging.FileHandler(path, encoding="utf-8", errors="backslashreplace", delay=True)
    except OSError as error:
        log.warning("There is no log file: %s", error)
        return
    handler.setFormatter(logging.Formatter(_FORMAT))
    log.addHandler(handler)


def stop() -> None:
    """Close the file and forget the lines."""
    for handler in list(log.handlers):
        log.removeHandler(handler)
        if handler is not memory:
            handler.close()
    memory.lines.clear()


def catch_everything(tell: Callable[[str, str], None]) -> None:
    """Turn uncaught exceptions and Qt's messages into log entries.

    Args:
        tell: Gets a short name of each exception and its traceback, from whatever thread; must return at once.
    """

    def record(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        log.error("uncaught %s", kind.__name__, exc_info=(kind, error, trace))
        tell(f"{kind.__name__}: {error}", memory.lines[-1] if memory.lines else "")

    def of_thread(arguments: Any) -> None:
        if arguments.exc_value is not None:
            record(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    def of_finaliser(arguments: Any) -> None:
        if arguments.exc_value is not None:
            record(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    sys.excepthook = record
    threading.excepthook = of_thread
    sys.unraisablehook = of_finaliser
    qInstallMessageHandler(_qt_message)


def _qt_message(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    # The categories of Qt are few and their file names are those of Qt's own build: the message says enough.
    log.log(_LEVELS.get(kind, logging.WARNING), "Qt: %s", message)
