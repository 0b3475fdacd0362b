"""The workers of a window: begun, found again after an earlier window, let go on without this one, ended."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from gui.messages import Post
from gui.worker import Worker
from gui.worker_process import WorkerProcess
from seqclass.specs import Job

Done = Callable[[dict[str, Any]], None]
Failed = Callable[[str, str], None]
Heard = Callable[[Any], None]


class Jobs(QObject):
    """Running workers.

    Attributes:
        running: Oldest first.

    Signals:
        started: A `Worker`.
        ended: A `Worker`, which is `running` no more.
    """

    started = Signal(object)
    ended = Signal(object)

    def __init__(self, post: Post, parent: QObject) -> None:
        super().__init__(parent)
        self.running: tuple[Worker, ...] = ()
        self._post = post
        self._is_closing = False

    def start(
        self, job: Job, title: str, *, done: Done | None = None, failed: Failed | None = None, heard: Heard | None = None
    ) -> WorkerProcess | None:
        """Start a job in a process of its own.

        Args:
            job: What to do.
            title: One short line for the person, translated.
            done: Called with the result.
            failed: Called with message and kind of the error, ``CancelledError`` where the person cancelled. Without it the
                message bar shows the message.
            heard: Called with each event.

        Returns:
            The worker. None where it was refused, which the person has been told: one training at a time.
        """
        worker = WorkerProcess(job, title, self)
        if worker.is_heavy and any(other.is_heavy for other in self.running):
            worker.deleteLater()
            self._post("warn", self.tr("One training at a time: wait for the one that runs, or stop it."))
            return None
        self.adopt(worker, done=done, failed=failed, heard=heard)
        worker.start()
        return worker

    def adopt(
        self, worker: Worker, *, done: Done | None = None, failed: Failed | None = None, heard: Heard | None = None
    ) -> None:
        """Take a worker into `running` until it ends."""
        if heard is not None:
            worker.event_received.connect(heard)
        if done is not None:
            worker.succeeded.connect(done)

        def on_failed(message: str, kind: str, lines: list[str]) -> None:
            if self._is_closing:
                return
            if failed is not None:
                failed(message, kind)
            elif kind != "CancelledError":
                self._post("bad", message, details="\n".join(lines))

        def on_ended() -> None:
            self.running = tuple(other for other in self.running if other is not worker)
            if not self._is_closing:
                self.ended.emit(worker)
                worker.deleteLater()

        worker.failed.connect(on_failed)
        worker.ended.connect(on_ended)
        self.running = (*self.running, worker)
        self.started.emit(worker)

    def long(self) -> tuple[WorkerProcess, ...]:
        """Those that would end with the window and are worth a question: trainings."""
        return tuple(worker for worker in self.running if worker.is_heavy and isinstance(worker, WorkerProcess))

    def detach(self) -> bool:
        """Let trainings go on without the window, to be found again at the next start; False where one cannot."""
        from gui.detached_worker import detach

        let_go = [worker for worker in self.long() if detach(worker)]
        self.running = tuple(worker for worker in self.running if worker not in let_go)
        return not self.long()

    def reattach(self, done: Callable[[Worker, dict[str, Any]], None]) -> None:
        """Find what an earlier window let go on in the background, or what has ended since; ``done`` gets worker and result."""
        from gui.detached_worker import find

        for worker in find(self):
            self.adopt(worker, done=partial(done, worker))
            worker.start()

    def close(self) -> None:
        """Let go of all workers, at the end of the window."""
        self._is_closing = True
        for worker in self.running:
            worker.kill()
