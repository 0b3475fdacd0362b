"""The one dispatcher: job spec -> function. The command line and the worker process share it.

The functions are named as text and loaded when a job runs, so that starting a program loads neither TensorFlow nor NumPy,
and so that no floor below is reached by an import.
"""

from __future__ import annotations

import importlib
import os
import platform
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from seqclass import __version__
from seqclass.errors import MissingDependencyError, SeqclassError
from seqclass.events import CancelToken, Emit
from seqclass.files import storage_error
from seqclass.specs import (
    AlignJob,
    ClassifyJob,
    CrossvalJob,
    DemoJob,
    EvaluateJob,
    ExportJob,
    HandsJob,
    HealthJob,
    ImportJob,
    Job,
    ListenJob,
    RecordJob,
    RecoverJob,
    SampleJob,
    ScanJob,
    SearchJob,
    StressJob,
    TraceJob,
    TracesJob,
    TrainJob,
    VerifyJob,
)

JobFunction = Callable[[Any, Emit, CancelToken], None]

FUNCTIONS: dict[type[Any], str] = {
    ScanJob: "seqclass.data.scan:run",
    SampleJob: "seqclass.data.sample:run",
    TrainJob: "seqclass.training.begin:run",
    CrossvalJob: "seqclass.training.crossval:run",
    EvaluateJob: "seqclass.evaluation.evaluate:run",
    ClassifyJob: "seqclass.inference.classify:run",
    TraceJob: "seqclass.inspection.trace_job:run",
    HealthJob: "seqclass.inspection.health_job:run",
    HandsJob: "seqclass.inspection.hands_job:run",
    TracesJob: "seqclass.inspection.store_job:run",
    SearchJob: "seqclass.inspection.search_job:run",
    AlignJob: "seqclass.inspection.align_job:run",
    StressJob: "seqclass.inspection.stress_job:run",
    VerifyJob: "seqclass.export.verify:run",
    ImportJob: "seqclass.model.import_job:run",
    ExportJob: "seqclass.export.job:run",
    DemoJob: "seqclass.training.demo:run",
    RecordJob: "seqclass.audio.record_job:run",
    RecoverJob: "seqclass.audio.record_job:recover_takes",
    ListenJob: "seqclass.inference.listen_job:run",
}
LOG_LIMIT = 1_000_000
_MEMORY_LINE = (
    "The work must fit into this computer's memory. Received: a {} that did not fit. Close other programs, or set a smaller "
    "training.batch_size or data.max_duration_s."
)


def run(job: Job, emit: Emit, cancel: CancelToken) -> None:
    """Do a job: look up its function, load it and call it.

    Args:
        job: What to do.
        emit: Called with each event; the last one is `Finished`.
        cancel: Asked between steps.

    Raises:
        SeqclassError: As the job raised it. A full disk, a lack of memory or a library that cannot be loaded arrive as one
            too. So does a fault of the program itself, after its traceback has gone to the log file.
    """
    try:
        load(type(job))(job, emit, cancel)
    except SeqclassError:
        raise
    except Exception as error:
        raise explain(error, doing=job) from error


def load(job_type: type[Any]) -> JobFunction:
    """Import the function that does jobs of this type."""
    module_name, _, function_name = FUNCTIONS[job_type].partition(":")
    function: JobFunction = getattr(importlib.import_module(module_name), function_name)
    return function


def explain(error: Exception, *, doing: Any = None) -> SeqclassError:
    """Put any error into one line for a person.

    What the machine refuses (memory, disk, a library that is missing) is named with a way out. Anything else is a fault of
    this program: its traceback is written to the log file, whose place the line tells.

    Args:
        error: The error; its traceback is used.
        doing: The job at hand, for the log.
    """
    if isinstance(error, SeqclassError):
        return error
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":  # the latter is TensorFlow's
        return SeqclassError(_MEMORY_LINE.format("step"))
    if isinstance(error, OSError) and error.errno is not None:
        return storage_error("use", error.filename or "a file", error)
    if isinstance(error, ImportError) and error.name and not error.name.startswith("seqclass"):
        return MissingDependencyError(
            f"A library that this command needs cannot be loaded. Received: {error.name} ({_first_line(error)}). "
            "Install seqclass again with pip, in a new virtual environment if that does not help."
        )
    return SeqclassError(_record(error, doing))


def log_file() -> Path:
    """Where tracebacks go: the user's log folder, or ``logs`` under ``SEQCLASS_USER_DIR`` where that is set."""
    if own := os.environ.get("SEQCLASS_USER_DIR"):
        return Path(own) / "logs" / "seqclass.log"
    import platformdirs

    return Path(platformdirs.user_log_dir("seqclass", appauthor=False)) / "seqclass.log"


def _record(error: Exception, doing: Any) -> str:
    what = f"internal error: {type(error).__name__}: {_first_line(error)}"
    path = log_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_suffix(".1.log"))
        with path.open("a", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(_entry(error, doing))
    except OSError as log_error:
        return f"{what}; the details could not be written to {path} ({log_error.strerror}). This is a fault of seqclass."
    return f"{what}; details in {path}. This is a fault of seqclass; please report it with that file."


def _entry(error: Exception, doing: Any) -> str:
    """One entry of the log, without personal data beyond the job and the traceback."""
    job = "" if doing is None else repr(msgspec.to_builtins(doing))
    head = f"{time.strftime('%Y-%m-%d %H:%M:%S')} seqclass {__version__}, Python {platform.python_version()}, {sys.platform}"
    return f"=== {head}\n{job}\n{''.join(traceback.format_exception(error))}\n"


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or ["no message"])[0][:300]
