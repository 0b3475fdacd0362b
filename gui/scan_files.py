"""Where scans leave what they have found: a file for each, as one that was cancelled may write when a newer one has begun."""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Iterable
from itertools import count
from pathlib import Path

from gui.worker import Worker
from seqclass.data.project import cache_dir

_FORGOTTEN_S = 7 * 24 * 3600.0
"""What is older was left behind by a window that was killed."""
_numbers = count()


class ScanFiles:
    """The files of one window.

    Attributes:
        current: That of the manifest which the window shows; None where it has no file.
    """

    def __init__(self) -> None:
        self.current: Path | None = None
        self._named: set[Path] = set()
        self._is_swept = False

    def new(self, folder: Path) -> Path:
        """Name a file for a scan of a data set."""
        digest = hashlib.sha256(str(folder).encode("utf-8", "surrogateescape")).hexdigest()[:16]
        place = cache_dir() / "manifests"
        if not self._is_swept:
            self._is_swept = True
            _sweep(place)
        file = place / f"{digest}-{os.getpid()}-{next(_numbers)}.json"
        self._named.add(file)
        return file

    def take(self, file: Path, jobs: Iterable[Worker]) -> None:
        """What this one holds is shown from now on; older ones go, unless one of the jobs reads them."""
        self.current = file
        in_use = {getattr(worker.job, "manifest", "") for worker in jobs}
        for older in self._named - {file}:
            if str(older) not in in_use:
                self.remove(older)

    def forget(self) -> None:
        """What is shown stands in no file."""
        self.current = None

    def remove(self, file: Path) -> None:
        """Nobody wants to read this one."""
        self._named.discard(file)
        with contextlib.suppress(OSError):
            file.unlink()

    def clear(self) -> None:
        """Remove them all, at the end of the window."""
        self.current = None
        for file in list(self._named):
            self.remove(file)


def _sweep(place: Path) -> None:
    oldest_s = time.time() - _FORGOTTEN_S
    with contextlib.suppress(OSError):
        for file in place.iterdir():
            if file.stat().st_mtime < oldest_s:
                file.unlink()
