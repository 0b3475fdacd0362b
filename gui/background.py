"""Work of a few hundred milliseconds in a thread: reading a model, one forward pass, a spectrogram.

What takes longer, or needs TensorFlow or librosa, is a job in a worker process (`gui.worker_process`). A thread shares Python's
lock with the window, so only what spends its time in NumPy, in the operating system or in imports belongs here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal
from shiboken6 import isValid

from gui.log import log


class _Courier(QObject):
    """Carries results from the threads to the window's, for all tasks.

    A task cannot do that itself: it is deleted in the window's thread once its result was delivered, and a thread that is
    interrupted just then, still within ``emit``, would go on with an object that is no more. Nor may the thread hold the result
    by then: with the last reference to an exception go the frames that it passed, and any widget that only they know of.
    """

    arrived = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.arrived.connect(self._deliver)

    def _deliver(self, task: Task) -> None:
        if isValid(task):
            task.deliver()
        else:
            log.debug("A background task outlived the window.")


_courier: _Courier | None = None


class Task(QObject):
    """One call in a thread; its signals arrive in the window's thread.

    Signals:
        done: The function's result.
        failed: The exception. A fault of the program is in the log already.
    """

    done = Signal(object)
    failed = Signal(object)

    def __init__(self, function: Callable[[], Any], parent: QObject) -> None:
        super().__init__(parent)
        self._function: Callable[[], Any] | None = function
        self._result: Any = None
        self._error: Exception | None = None
        self._is_cancelled = False

    def cancel(self) -> None:
        """Drop the result. The thread itself runs to the end of the function."""
        self._is_cancelled = True

    def run(self, courier: _Courier) -> None:
        """Call the function (in the thread)."""
        assert self._function is not None
        try:
            self._result = self._function()
        except Exception as error:
            self._error = error
        try:
            courier.arrived.emit(self)
        except RuntimeError:  # the program ends, and Qt has taken its objects down already
            log.debug("A background task outlived the program.")

    def deliver(self) -> None:
        """Tell what came of it (in the window's thread), and keep nothing of it."""
        result, error = self._result, self._error
        self._function = self._result = self._error = None
        if not self._is_cancelled:
            if error is None:
                self.done.emit(result)
            else:
                self.failed.emit(error)
        self.deleteLater()


class _Runnable(QRunnable):
    def __init__(self, task: Task, courier: _Courier) -> None:
        super().__init__()
        self._task, self._courier = task, courier

    def run(self) -> None:
        self._task.run(self._courier)


def run_in_background(
    function: Callable[[], Any],
    parent: QObject,
    *,
    done: Callable[[Any], None],
    failed: Callable[[Exception], None],
) -> Task:
    """Call a function in a thread.

    Args:
        function: Takes nothing; must not touch a widget.
        parent: Owns the task.
        done: Called with the result, in the window's thread.
        failed: Called with the exception, in the window's thread.

    Returns:
        The task, for `Task.cancel`.
    """
    global _courier  # noqa: PLW0603 - one for the process, which must outlive all threads
    if _courier is None:
        _courier = _Courier()
    task = Task(function, parent)
    task.done.connect(done)
    task.failed.connect(failed)
    QThreadPool.globalInstance().start(_Runnable(task, _courier))
    return task
