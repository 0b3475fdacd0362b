"""Who computes blocks of features: this process, several of this machine, or the workers of a Dask cluster, these through joblib.

Threads are no choice: most of the time goes into opening short files and into transforms of some microseconds, where they wait for one
another; two of them took half as long again as one.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from seqclass.errors import DataError, MissingDependencyError, UsageError

T = TypeVar("T")
Task = Callable[[], T]
Run = Callable[[Sequence[Callable[[], Any]]], Iterator[Any]]
"""Does tasks at once and gives their results in order."""

_CONNECT_S = 8
# From how many seconds of work on processes are worth their start, a quarter of a second to one.
_WORTH_PROCESSES_S = 1.5


def n_local() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextlib.contextmanager
def runner(parallel: str, *, seconds: float) -> Iterator[tuple[Run, int]]:
    """Workers for the length of a block; afterwards none of their processes is left.

    Args:
        parallel: As `seqclass.specs.ComputeSpec` has it.
        seconds: About what the work takes on one processor.

    Yields:
        What does the tasks, and how many it does at once.

    Raises:
        MissingDependencyError: Dask is wanted and not installed.
        UsageError: There is no cluster at the address, or none of its workers can be used.
    """
    if parallel != "local":
        with _cluster(parallel) as made:
            yield made
    elif n_local() == 1 or seconds <= _WORTH_PROCESSES_S:
        yield _one_by_one, 1
    else:
        with _processes() as made:
            yield made


def _one_by_one(tasks: Sequence[Callable[[], Any]]) -> Iterator[Any]:
    for task in tasks:
        yield task()


@contextlib.contextmanager
def _processes() -> Iterator[tuple[Run, int]]:
    import joblib
    from joblib.externals.loky import get_reusable_executor

    n_jobs = n_local()
    try:
        # All of a call's tasks are handed over at once: whoever calls bounds how many these are.
        with joblib.Parallel(
            n_jobs=n_jobs, backend="loky", return_as="generator", batch_size=1, pre_dispatch="all"
        ) as parallel:
            yield lambda tasks: parallel(joblib.delayed(_call)(task) for task in tasks), n_jobs
    finally:
        get_reusable_executor().shutdown(wait=True)  # they would idle for five minutes


@contextlib.contextmanager
def _cluster(parallel: str) -> Iterator[tuple[Run, int]]:
    address = parallel.removeprefix("dask:")
    try:
        import distributed
    except ImportError as error:
        raise MissingDependencyError(
            f"A cluster needs Dask. Received: --parallel {parallel}. Install it with: pip install 'seqclass[dask]', or leave "
            "--parallel out."
        ) from error
    import joblib

    _require_scheduler(address, parallel)
    with distributed.Client(address, timeout=_CONNECT_S, set_as_default=False) as client:
        n_jobs = _n_threads(client, parallel)
        with (
            joblib.parallel_config(backend="dask", client=client),
            joblib.Parallel(n_jobs=n_jobs, return_as="generator", batch_size=1, pre_dispatch="all") as pool,
        ):
            yield lambda tasks: _told(pool(joblib.delayed(_call)(task) for task in tasks), parallel), n_jobs


def _require_scheduler(address: str, parallel: str) -> None:
    """Knock before a client is made: one that finds nobody leaves a thread behind."""
    from distributed.comm import connect
    from distributed.utils import LoopRunner

    async def knock() -> None:
        comm = await connect(address if "://" in address else f"tcp://{address}", timeout=_CONNECT_S)
        await comm.close()

    try:
        LoopRunner(asynchronous=False).run_sync(knock)
    except (OSError, ValueError, TypeError) as error:  # TimeoutError is an OSError
        raise UsageError(
            f"--parallel must name a Dask scheduler that answers within {_CONNECT_S} s. Received: {parallel}. Start one with "
            "`dask scheduler`, and give the address that it prints, as dask:tcp://10.0.0.1:8786."
        ) from error


def _n_threads(client: Any, parallel: str) -> int:
    try:
        client.wait_for_workers(1, timeout=_CONNECT_S)
    except TimeoutError as error:
        raise UsageError(
            f"A Dask cluster must have workers. Received: {parallel}, which has none after {_CONNECT_S} s. Start some with "
            "`dask worker ADDRESS`, where seqclass is installed and the data set lies under the same path."
        ) from error
    return sum(client.nthreads().values())


def _told(results: Iterator[Any], parallel: str) -> Iterator[Any]:
    """The results; what goes wrong with the workers themselves in one line."""
    try:
        yield from results
    except ImportError as error:
        raise UsageError(
            f"Each worker of a cluster must have this version of seqclass installed. Received: {parallel}: {_first_line(error)}. "
            "Install it there."
        ) from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in ("distributed", "dask"):
            raise
        raise DataError(
            f"The cluster must stay until its work is done. Received: {parallel}: {_first_line(error)}. Start again: what "
            "was computed so far is kept."
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")


def _call(task: Callable[[], T]) -> T:
    return task()
