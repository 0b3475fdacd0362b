"""Starts from a disk that has forgotten a program: the files that it reads are dropped from the system's cache (Linux)."""

from __future__ import annotations

import os
from collections.abc import Iterable

# What a Python process that is to be started cold does at its end: one file a line that it has mapped or imported.
LIST_FILES = r"""
def list_files():
    import sys
    with open("/proc/self/maps") as maps:
        files = {line.split(None, 5)[5].strip() for line in maps if "/" in line}
    for module in list(sys.modules.values()):
        files |= {one for one in (getattr(module, "__file__", None), getattr(module, "__cached__", None)) if one}
    return "\n".join(sorted(files))
"""


def drop(files: Iterable[str]) -> None:
    """Drop files from the system's cache; what another program has mapped stays."""
    for name in files:
        try:
            handle = os.open(name, os.O_RDONLY)
        except OSError:
            continue
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(handle)
