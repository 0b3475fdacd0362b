"""A batch's groups of rows over the cores."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor


def n_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_threads(work: Callable[[int], None], count: int, *, n_threads: int) -> None:
    """Call ``work`` with 0 to ``count`` - 1, in this thread and others; each takes the next one when it is done with its last."""
    numbers = iter(range(count))  # asked for its next one by any thread: the interpreter lock holds meanwhile

    def take() -> None:
        for number in numbers:
            work(number)

    others = [_pool().submit(take) for _ in range(min(n_threads, count) - 1)]
    try:
        take()
    finally:
        for other in others:
            other.result()


@functools.lru_cache(maxsize=1)
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max(1, n_cores() - 1), thread_name_prefix="lstm-group")
