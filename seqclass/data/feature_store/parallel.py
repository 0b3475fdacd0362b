"""Who computes blocks of features: this process, with others of this machine beside it, or the workers of a Dask cluster.

The others are joblib's processes (loky), and a cluster is reached through joblib's Dask backend. On this machine this process does as
much as each of the others: it need not wait until they have started, and what it computes need not be sent.

Threads are no choice: most of the time goes into opening short files and into transforms of some microseconds, where they wait for one
another; two of them took half as long again as one.
"""

from __future__ import annotations

import collections
import concurrent.futures
import contextlib
import itertools
import os
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Any, TypeVar

from seqclass.errors import DataError, MissingDependencyError, UsageError

T = TypeVar("T")
Task = Callable[[], T]
Run = Callable[[Iterable[Callable[[], Any]]], Generator[Any, None, None]]
"""Does tasks, several at once, and gives their results in order; tasks are taken when there is somebody for them.

What is left of a closed one (`contextlib.closing`) is not begun; what has begun is waited for.
"""

_CONNECT_S = 8
# From how many seconds of work on another process is worth its start, a quarter of a second.
_WORTH_PROCESSES_S = 1.0
_TASKS_AHEAD = 3  # of each process: one that it does, and one that it goes on with
# Results that wait for an earlier one, for each process: bounds what lies in memory.
_MOST_WAITING = 8
# Tasks handed to a cluster at once, for each of its threads: enough that none waits, few enough that results do not pile up.
_TASKS_A_ROUND = 12
_ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


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
        with _processes(n_local()) as made:
            yield made


def _one_by_one(tasks: Iterable[Callable[[], Any]]) -> Generator[Any, None, None]:
    for task in tasks:
        yield task()


@contextlib.contextmanager
def _processes(n_processes: int) -> Iterator[tuple[Run, int]]:
    """This process and others."""
    import threadpoolctl
    from joblib.externals.loky import ProcessPoolExecutor

    n_others = n_processes - 1
    # A second thread for products this small would only take a processor from the others.
    with threadpoolctl.threadpool_limits(1), ProcessPoolExecutor(max_workers=n_others, env=_ONE_THREAD) as others:
        yield lambda tasks: _shared(iter(tasks), others, n_others), n_processes


def _shared(tasks: Iterator[Callable[[], Any]], others: Any, n_others: int) -> Generator[Any, None, None]:
    """Results in order of tasks that this process and ``n_others`` others do."""
    line: collections.deque[concurrent.futures.Future[Any]] = collections.deque()
    try:
        while True:
            n_given = sum(not result.done() for result in line)
            line.extend(others.submit(task) for task in itertools.islice(tasks, max(_TASKS_AHEAD * n_others - n_given, 0)))
            if not line:
                return
            if not line[0].done():
                has_room = len(line) < _MOST_WAITING * (1 + n_others)
                own = next(tasks, None) if has_room else None
                if own is None:
                    concurrent.futures.wait([line[0]])
                else:
                    line.append(_done(own))
            while line and line[0].done():
                yield line.popleft().result()
    except concurrent.futures.BrokenExecutor as error:
        raise DataError(
            "A process that computes features must stay until its work is done. Received: one that was ended, as happens where "
            "memory is short. Start again: what was computed so far is kept."
        ) from error
    finally:
        for result in line:
            result.cancel()
        concurrent.futures.wait(line)


def _done(task: Callable[[], Any]) -> concurrent.futures.Future[Any]:
    """What a task, done here, comes to."""
    result: concurrent.futures.Future[Any] = concurrent.futures.Future()
    try:
        result.set_result(task())
    except Exception as error:  # raised when it is its turn
        result.set_exception(error)
    return result


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

            def run(tasks: Iterable[Callable[[], Any]]) -> Generator[Any, None, None]:
                tasks = iter(tasks)
                while chosen := list(itertools.islice(tasks, _TASKS_A_ROUND * n_jobs)):
                    results = _told(pool(joblib.delayed(_call)(task) for task in chosen), parallel)
                    try:
                        for result in results:  # noqa: UP028 - `yield from` would close it
                            yield result
                    finally:
                        collections.deque(results, 0)  # a round is over within a second; to break it off would end workers

            yield run, n_jobs


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
