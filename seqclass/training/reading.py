"""Reading many items with progress; one that cannot be read stops none of the others."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from seqclass.data.manifest import Item
from seqclass.errors import ItemError
from seqclass.events import CancelToken, Emit, Progress

T = TypeVar("T")
R = TypeVar("R")
_PAUSE_S = 0.1


def read_items(
    read: Callable[[Item], R], items: Sequence[Item], *, stage: str, emit: Emit, cancel: CancelToken
) -> tuple[dict[str, R], dict[str, str]]:
    """Read items in two threads: reading, resampling and transforms run outside the interpreter lock.

    Args:
        read: Called with each item; may raise `ItemError`.
        items: What to read.
        stage: Name of the progress.
        emit: Gets it.
        cancel: Looked at between items.

    Returns:
        By item id what was read, and the reasons of those that could not be.

    Raises:
        CancelledError: As `CancelToken.check_beginning`.
    """

    def attempt(item: Item) -> R | ItemError:
        cancel.check_beginning()
        try:
            return read(item)
        except ItemError as error:  # the file has changed since the scan
            return error

    contents: dict[str, R] = {}
    reasons: dict[str, str] = {}
    with ThreadPoolExecutor(2, thread_name_prefix="seqclass-read") as pool:
        try:
            results = counted(pool.map(attempt, items), len(items), stage=stage, emit=emit, cancel=cancel)
            for item, result in zip(items, results, strict=True):
                if isinstance(result, ItemError):
                    reasons[item.id] = str(result)
                else:
                    contents[item.id] = result
        finally:
            pool.shutdown(cancel_futures=True)
    return contents, reasons


def counted(values: Iterable[T], total: int, *, stage: str, emit: Emit, cancel: CancelToken) -> Iterator[T]:
    """Pass values on, tell the progress ten times a second and at the end, and heed the person.

    Raises:
        CancelledError: As `CancelToken.check_beginning`.
    """
    started = said = time.monotonic()
    for done, value in enumerate(values, start=1):
        cancel.check_beginning()
        now = time.monotonic()
        if now - said > _PAUSE_S or done == total:
            said = now
            emit(Progress(stage=stage, done=done, total=total, eta_s=(now - started) / done * (total - done)))
        yield value


def ahead(source: Iterator[T], *, depth: int = 4) -> Generator[T, None, None]:
    """Make the next values in a thread while the current one is used.

    Close the iterator when leaving it early (`contextlib.closing`): that ends the thread.

    Args:
        source: Runs in the thread; what it raises is raised here, after the values before.
        depth: Values that may lie ready.
    """
    ready: queue.Queue[tuple[str, Any]] = queue.Queue(depth)
    left = threading.Event()

    def put(entry: tuple[str, Any]) -> None:
        while not left.is_set():
            try:
                ready.put(entry, timeout=_PAUSE_S)
                return
            except queue.Full:
                continue

    def produce() -> None:
        try:
            for value in source:
                put(("value", value))
                if left.is_set():
                    return
            put(("end", None))
        except BaseException as error:  # handed to the consumer, which raises it
            put(("error", error))

    thread = threading.Thread(target=produce, name="seqclass-ahead", daemon=True)
    thread.start()
    try:
        while True:
            kind, value = ready.get()
            if kind == "end":
                return
            if kind == "error":
                raise value
            yield value
    finally:
        left.set()
        with contextlib.suppress(queue.Empty):
            while True:  # room for the one that the thread may be waiting to put
                ready.get_nowait()
        thread.join()
