"""A training that runs: what its worker has said so far."""

from __future__ import annotations

import math
from datetime import datetime
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from gui.worker import Worker
from seqclass.events import Alarm, AnyEvent, EpochEnded, Note, Progress
from seqclass.specs import TrainJob

LIVE = "live"
Ending = Literal["", "done", "cancelled", "failed"]


class LiveRun(QObject):
    """The training of one worker, from its start to after its end.

    Attributes:
        job: What it does.
        title: Name of the model that it will make.
        started: When, as local date and time.
        epochs: Done so far, by number.
        events: Notes, epochs and alarms, in order.
        progress: Where it is; None before it has said anything.
        is_stopping: Whether it was asked to end with what it has.
        ending: How it ended; empty while it runs.
        message: What it said when it failed.
        log_lines: The last lines of the worker's log, once it has failed.

    Signals:
        epoch_ended: There is another epoch.
        changed: Something else is different.
        ended: It has.
    """

    epoch_ended = Signal()
    changed = Signal()
    ended = Signal()

    def __init__(self, worker: Worker, job: TrainJob, parent: QObject) -> None:
        super().__init__(parent)
        self.job = job
        self.title = Path(job.out).stem
        self.started = f"{datetime.now():%Y-%m-%d %H:%M}"
        self.epochs: dict[int, EpochEnded] = {event.epoch: event for event in worker.epochs}
        self.events: list[AnyEvent] = list(worker.epochs)
        self.progress = worker.progress
        self.is_stopping = False
        self.ending: Ending = ""
        self.message = ""
        self.log_lines: tuple[str, ...] = ()
        self._worker: Worker | None = worker
        self._began_s = None if job.resume else worker.started_s
        worker.event_received.connect(self._hear)
        worker.succeeded.connect(self._succeed)
        worker.failed.connect(self._fail)

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return not self.ending

    @property
    def is_cancelling(self) -> bool:
        """Whether it was asked to end without a result."""
        return self._worker is not None and self._worker.is_cancelling

    @property
    def last(self) -> EpochEnded | None:
        """The last epoch; None before the first."""
        return self.epochs[max(self.epochs)] if self.epochs else None

    @property
    def n_epochs(self) -> int:
        """How many there will be at most; 0 while that is not known."""
        return self.last.epochs if self.last else 0

    @property
    def eta_s(self) -> float | None:
        """Estimated seconds until the training ends; None while that is not known."""
        if self.progress is not None and self.progress.stage == "training":
            return self.progress.eta_s
        return self.last.eta_s if self.last else None

    def may_be(self, created: str) -> bool:
        """Whether a stored run can be this training's: one that was begun before a new training's process is another's."""
        try:
            return self._began_s is None or datetime.fromisoformat(created).timestamp() >= math.floor(self._began_s)
        except ValueError:  # somebody has changed the run's file
            return False

    def stop(self) -> None:
        """End early with the best so far."""
        if self._worker is not None and not self.is_stopping:
            self.is_stopping = True
            self._worker.stop()
            self.changed.emit()

    def cancel(self) -> None:
        """End without a model."""
        if self._worker is not None:
            self._worker.cancel()
            self.changed.emit()

    def add_earlier(self, events: tuple[AnyEvent, ...]) -> None:
        """Take in what was said before anybody listened: of a run that goes on, or to a page that was not there yet."""
        known = set(self.epochs)
        earlier = [event for event in events if isinstance(event, EpochEnded | Alarm) and event.epoch not in known]
        epochs = {event.epoch: event for event in earlier if isinstance(event, EpochEnded)}
        if epochs:
            self.epochs = dict(sorted({**epochs, **self.epochs}.items()))
            self.events = [*earlier, *self.events]
            self.epoch_ended.emit()

    def _hear(self, event: AnyEvent) -> None:
        if isinstance(event, EpochEnded):
            self.epochs[event.epoch] = event
            self.events.append(event)
            self.epoch_ended.emit()
        elif isinstance(event, Note | Alarm):
            self.events.append(event)
            self.changed.emit()
        elif isinstance(event, Progress):
            self.progress = event
            self.changed.emit()

    def _succeed(self, _result: object) -> None:
        self._end("done")

    def _fail(self, message: str, kind: str, _lines: list[str]) -> None:
        self.message = message
        if self._worker is not None:  # what it has said as events stands in the log already
            self.log_lines = tuple(self._worker.log_lines)
        self._end("cancelled" if kind == "CancelledError" else "failed")

    def _end(self, ending: Ending) -> None:
        self._worker = None
        self.ending = ending
        self.ended.emit()
