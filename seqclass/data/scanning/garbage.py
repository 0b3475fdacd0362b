"""Python's search for reference cycles, kept out of the way of a scan."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def no_collections() -> Iterator[None]:
    """Within the block nothing is searched but by `collect_young`.

    A scan makes a million objects and hardly a cycle. Each time their count has grown by a quarter all objects of the process
    would be looked through, TensorFlow's too: three seconds of a scan of 100,000 files, and none of one of 3,000.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def collect_young() -> None:
    """Free the cycles among what is new, if nobody else does: so a damaged file's leave no trace until the end."""
    if not gc.isenabled():
        gc.collect(1)
