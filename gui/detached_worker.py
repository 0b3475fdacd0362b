"""A job that goes on while no window is open, and how the next window finds it again.

Each has a folder ``background/ID`` in the user's folder: ``job.json``, written by the window that let go of it, and the files that
the worker itself writes (`seqclass.worker`). A window claims the folder by a lock, so that of two windows one shows the job.
"""

from __future__ import annotations

import secrets
import shutil
import time
from pathlib import Path
from typing import Any

import filelock
import msgspec
from PySide6.QtCore import QCoreApplication, QObject, QTimer

from gui.log import log
from gui.worker import N_LOG_LINES, Worker
from gui.worker_process import WorkerProcess
from seqclass.data.project import user_dir
from seqclass.errors import StorageError
from seqclass.events import EpochEnded
from seqclass.files import read_bytes, write_bytes
from seqclass.specs import Job
from seqclass.worker import COMMANDS_FILE, EVENTS_FILE, LOCK_FILE, LOG_FILE

POLL_MS = 200
_JOB_FILE, _CLAIM_FILE = "job.json", "window.lock"
_MAX_BYTES = 50_000_000


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    """``job.json``."""

    job: Job
    title: str
    epochs: tuple[EpochEnded, ...] = ()


class DetachedWorker(Worker):
    """A job whose process was started by an earlier window. It is followed by its files; it outlives this window, too."""

    def __init__(self, folder: Path, kept: _Kept, claim: Any, parent: QObject | None = None) -> None:
        super().__init__(kept.job, kept.title, parent)
        self.epochs = list(kept.epochs)
        self._folder = folder
        self._claim = claim
        self._offset = 0
        self._rest = b""
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Begin to follow it."""
        self._timer.start()

    def stop(self) -> None:
        """Ask it to end early with what it has."""
        self._command("stop")

    def cancel(self) -> None:
        """Ask it to end without a result."""
        if not self._is_cancelling:
            self._is_cancelling = True
            self._command("cancel")

    def kill(self) -> None:
        """Follow it no longer; it goes on."""
        self._timer.stop()
        self._claim.release()

    def _command(self, command: str) -> None:
        try:
            with (self._folder / COMMANDS_FILE).open("a", encoding="ascii") as stream:
                stream.write(f"{command}\n")
        except OSError as error:
            log.error("The background job could not be told to %s: %s", command, error)

    def _look(self) -> None:
        is_alive = _is_alive(self._folder)  # before the events: what it said last is then in the file
        try:
            with (self._folder / EVENTS_FILE).open("rb") as stream:
                stream.seek(self._offset)
                text = stream.read()
        except OSError:
            text = b""
        self._offset += len(text)
        *lines, self._rest = (self._rest + text).split(b"\n")
        self._take_lines(lines)
        if not is_alive:
            self._finish()

    def _finish(self) -> None:
        self._timer.stop()
        try:
            lines = (self._folder / LOG_FILE).read_text(encoding="utf-8", errors="replace").splitlines()
            self.log_lines.extend([line for line in lines if line.strip()][-N_LOG_LINES:])
        except OSError:
            log.info("The background job left no log.")
        self._claim.release()
        shutil.rmtree(self._folder, ignore_errors=True)
        text = QCoreApplication.translate(
            "DetachedWorker", "The job in the background ended without a result. The details hold its last lines."
        )
        self._take_lines([], death=text)


def detach(worker: WorkerProcess) -> bool:
    """Let a worker live on without this window; False where that fails."""
    folder = _place() / f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"
    kept = _Kept(job=worker.job, title=worker.title, epochs=tuple(worker.epochs))
    try:
        write_bytes(folder / _JOB_FILE, msgspec.json.encode(kept))
    except StorageError as error:
        log.error("The job cannot go on in the background: %s", error)
        return False
    if worker.detach(folder):
        return True
    shutil.rmtree(folder, ignore_errors=True)
    return False


def find(parent: QObject) -> list[DetachedWorker]:
    """All jobs in the background that no other window shows, running or ended meanwhile."""
    found: list[DetachedWorker] = []
    for path in sorted(_place().glob(f"*/{_JOB_FILE}")):
        claim = filelock.FileLock(str(path.parent / _CLAIM_FILE), timeout=0)
        try:
            claim.acquire()
            kept = msgspec.json.decode(read_bytes(path, limit=_MAX_BYTES), type=_Kept)
        except filelock.Timeout:
            continue
        except (OSError, StorageError, msgspec.DecodeError) as error:
            log.warning("A job in the background cannot be read: %s", error)
            claim.release()
            continue
        found.append(DetachedWorker(path.parent, kept, claim, parent))
    return found


def _place() -> Path:
    return user_dir() / "background"


def _is_alive(folder: Path) -> bool:
    lock = filelock.FileLock(str(folder / LOCK_FILE), timeout=0)
    try:
        lock.acquire()
    except filelock.Timeout:
        return True
    except OSError:
        return False
    lock.release()
    return False
