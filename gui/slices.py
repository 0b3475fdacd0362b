"""Work of the window's own thread in slices: a step now and then, so that keys, mouse and painting get in between."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import shiboken6
from PySide6.QtCore import QObject, QTimer, Signal

_PAUSE_MS = 10
"""Between two steps: what else has waited for a turn, as the answer of a thread, comes in a turn of its own."""


class Slices(QObject):
    """Goes through an iterator; each of its steps should take a few milliseconds.

    Where there are several, the oldest goes first: steps of two in one turn would be felt as one long one.

    Signals:
        done: The last step was made.
    """

    done = Signal()
    _queue: ClassVar[list[Slices]] = []

    def __init__(self, steps: Iterator[object], parent: QObject) -> None:
        super().__init__(parent)
        self._steps = steps
        self._timer = QTimer(self, interval=_PAUSE_MS)
        self._timer.timeout.connect(self._on_turn)
        self._timer.start()
        Slices._queue.append(self)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left."""
        return not self._timer.isActive()

    def stop(self) -> None:
        """Leave the rest."""
        self._leave()

    def finish(self) -> None:
        """Make the rest now, for whoever cannot wait."""
        while not self.is_done:
            self._step()

    def _on_turn(self) -> None:
        while not shiboken6.isValid(Slices._queue[0]):  # it went with its parent
            Slices._queue.pop(0)
        if Slices._queue[0] is self:
            self._step()

    def _step(self) -> None:
        try:
            next(self._steps)
        except StopIteration:
            self._leave()
            self.done.emit()
        except Exception:
            self._leave()
            raise

    def _leave(self) -> None:
        self._timer.stop()
        if self in Slices._queue:
            Slices._queue.remove(self)
