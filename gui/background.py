"""Work of a few hundred milliseconds in a thread: reading a model, one forward pass, a spectrogram.

What takes longer, or needs TensorFlow or librosa, is a job in a worker process (`gui.worker_process`). A thread shares Python's
lock with the window, so only what spends its time in NumPy, in the operating system or in imports belongs here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

from gui.log import log


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
        self._function = function
        self._is_cancelled = False
        self._finished.connect(self._deliver)

    _finished = Signal(object, object)

    def cancel(self) -> None:
        """Drop the result. The thread itself runs to the end of the function."""
        self._is_cancelled = True

    def run(self) -> None:
        """Call the function (in the thread)."""
        result, error = None, None
        try:
            result = self._function()
        except Exception as caught:
            error = caught
        try:
            self._finished.emit(result, error)
        except RuntimeError:
            log.debug("A background task outlived the window.")

    def _deliver(self, result: Any, error: Exception | None) -> None:
        if not self._is_cancelled:
            if error is None:
                self.done.emit(result)
            else:
                self.failed.emit(error)
        self.deleteLater()


class _Runnable(QRunnable):
    def __init__(self, task: Task) -> None:
        super().__init__()
        self._task = task

    def run(self) -> None:
        self._task.run()


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
    task = Task(function, parent)
    task.done.connect(done)
    task.failed.connect(failed)
    QThreadPool.globalInstance().start(_Runnable(task))
    return task
