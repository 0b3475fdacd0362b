"""One thread for the small products of a forward pass.

A frame's product, 128 by 512, takes three microseconds. OpenBLAS divides even that among all cores and waits for each of them, which
gains nothing on an idle machine and makes a pass six to ten times slower on a busy one: while a model trains, say.
"""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Any


class _OneThread:
    """While entered, from any thread and to any depth, the linear algebra of this process uses one thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._depth = 0
        self._libraries: list[Any] | None = None
        self._before: list[int] = []

    def __enter__(self) -> None:
        with self._lock:
            self._depth += 1
            if self._depth == 1:
                libraries = self._found()
                self._before = [library.get_num_threads() for library in libraries]
                for library in libraries:
                    _set(library, 1)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with self._lock:
            self._depth -= 1
            if self._depth == 0:
                for library, n_threads in zip(self._found(), self._before, strict=True):
                    _set(library, n_threads)

    def _found(self) -> list[Any]:
        """The loaded libraries whose threads can be counted; looked for once, as that takes a millisecond."""
        if self._libraries is None:
            try:
                from threadpoolctl import ThreadpoolController
            except ImportError:  # slower on a busy machine, and nothing else
                self._libraries = []
            else:
                controllers = ThreadpoolController().lib_controllers
                self._libraries = [library for library in controllers if library.user_api == "blas"]
        return self._libraries


def _set(library: Any, n_threads: int) -> None:
    # threadpoolctl lets one Python thread decide until it ends. Here whoever comes first or goes last does, under a lock.
    let_go = getattr(library, "clear_controlling_thread", None)
    if let_go is not None:
        let_go(force=True)
    library.set_num_threads(n_threads)
    if let_go is not None:
        let_go(force=True)


one_thread = _OneThread()
