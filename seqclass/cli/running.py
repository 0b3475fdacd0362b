"""Run a job for a command: its events to a view, Ctrl-C to the job, the outcome to an exit code."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import threading
from collections.abc import Callable, Sequence
from types import FrameType, TracebackType
from typing import Self

from seqclass import jobs
from seqclass.cli.output import Output
from seqclass.cli.render.view import View
from seqclass.errors import SeqclassError
from seqclass.events import AnyEvent, CancelToken
from seqclass.specs import Job, ListenJob, RecordJob, TrainJob

EXIT_DONE, EXIT_FAILED, EXIT_INTERRUPTED = 0, 1, 130
KEPT_GOING = (TrainJob, RecordJob)  # their result is a file: it is wanted even where nobody reads the lines any more


class Interrupts:
    """Ctrl-C as a ladder: each press takes the next step; beyond the last one the process is interrupted at once.

    SIGTERM, which is sent once and by programs, jumps to the last step.

    Attributes:
        count: Signals received so far.
    """

    def __init__(self, steps: Sequence[tuple[str, Callable[[], None]]]) -> None:
        self.count = 0
        self._steps = list(steps)
        self._before: dict[int, signal.Handlers | int | Callable[[int, FrameType | None], object] | None] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():  # elsewhere Python allows no handlers
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._take_step)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _take_step(self, number: int, _frame: FrameType | None) -> None:
        self.count += 1
        if not self._steps:
            raise KeyboardInterrupt
        if number == signal.SIGTERM:
            del self._steps[:-1]
        text, step = self._steps.pop(0)
        with contextlib.suppress(OSError):
            os.write(2, f"\n{text}\n".encode() if text else b"\n")  # not print: the signal may have come in the midst of one
        step()


def run_job(job: Job, view_type: type[View], arguments: argparse.Namespace) -> int:
    """Do a job and show its events.

    Args:
        job: What to do.
        view_type: How its events look; made with the output and whether ``--json`` was given.
        arguments: Of the command line: ``json`` and ``quiet``.

    Returns:
        0; 1 where the view found a failure among the results; 130 after Ctrl-C or SIGTERM, except where that is how the job ends.

    Raises:
        SeqclassError: The job failed.
    """
    cancel = CancelToken()
    interrupts = Interrupts(_steps(job, cancel))
    with Output(quiet=arguments.quiet) as output, interrupts:
        view = view_type(output, as_json=arguments.json)

        def emit(event: AnyEvent) -> None:
            view.show(event)
            if output.is_closed and not isinstance(job, KEPT_GOING):
                cancel.cancel()

        try:
            jobs.run(job, emit, cancel)
        except SeqclassError:
            if output.is_closed and not interrupts.count:
                return EXIT_DONE  # the reader has seen enough, as with `| head`
            raise
        if interrupts.count and not _ends_by_hand(job):
            return EXIT_INTERRUPTED
        failure = view.failure()
        if failure:
            output.warn(f"seqclass: {failure}")
            return EXIT_FAILED
    return EXIT_DONE


def _ends_by_hand(job: Job) -> bool:
    """Whether Ctrl-C is the way to end it, and cuts nothing short."""
    return (isinstance(job, RecordJob) and job.seconds is None) or (isinstance(job, ListenJob) and not job.input)


def _steps(job: Job, cancel: CancelToken) -> list[tuple[str, Callable[[], None]]]:
    if isinstance(job, RecordJob | ListenJob):
        return [("", cancel.stop)]
    last = ("seqclass: cancelling; once more to leave at once", cancel.cancel)
    if isinstance(job, TrainJob):
        return [("seqclass: stopping and keeping the best so far; once more to leave without it", cancel.stop), last]
    return [last]
