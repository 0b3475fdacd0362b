"""A folder to write in that one process holds, for what takes its place in a cache only when it is whole."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path


@contextlib.contextmanager
def held_folder(part: Path, check: Callable[[], None]) -> Iterator[Path]:
    """An empty folder held by this process alone, gone afterwards unless it was renamed.

    Args:
        part: The folder; its lock lies beside it, with the ending ``.lock`` in place of ``.part``.
        check: Called while another process holds it; may raise to give up.
    """
    import filelock

    lock = filelock.FileLock(str(part.with_suffix(".lock")))
    while True:
        check()
        with contextlib.suppress(filelock.Timeout):
            lock.acquire(timeout=0.2)
            break
    try:
        shutil.rmtree(part, ignore_errors=True)  # what a killed process left
        part.mkdir()
        yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)
        lock.release()  # its file stays: whoever removes it may take it from under one that waits


def remove_abandoned(parts: Iterable[Path]) -> None:
    """Remove what processes that were killed have left: nobody holds its lock any more."""
    import filelock

    for part in parts:
        lock = filelock.FileLock(str(part.with_suffix(".lock")))
        with contextlib.suppress(filelock.Timeout, OSError), lock.acquire(timeout=0):
            shutil.rmtree(part, ignore_errors=True)
