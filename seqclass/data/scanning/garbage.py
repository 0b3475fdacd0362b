"""Python's search for reference cycles, kept out of the way of a scan."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

_turned_off: list[bool] = []  # one entry a block that is open and has turned the search off


@contextlib.contextmanager
def no_collections() -> Iterator[None]:
    """Within the block nothing is searched but by `collect_young`.

    A scan makes a million objects and hardly a cycle. Each time their count has grown by a quarter all objects of the process
    would be looked through, TensorFlow's too: three seconds of a scan of 100,000 files, and none of one of 3,000.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    _turned_off.append(True)
    try:
        yield
    finally:
        _turned_off.pop()
        gc.enable()


def collect_young() -> None:
    """Free the cycles among what is new, within a block that keeps the usual search from it.

    Where somebody else has turned that off, as a window does, which must free its own in its own thread, nothing is done.
    """
    if _turned_off:
        gc.collect(1)
