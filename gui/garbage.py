"""Garbage is collected in the window's own thread alone.

Python looks for objects that nobody reaches any more in whichever thread has just made one too many. Widgets may be among them (in
the frames of an exception, say), and whatever Qt destroys in a thread that is not the object's own corrupts memory: the program
dies, at once or much later. So while there is a window Python's own collections are off, and a timer of the window does the same
work by the same rule (Python Developer's Guide, "Garbage collector design").
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 100


class Collector(QObject):
    """Collects in the thread that it is made in, until it is closed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._rule = Rule()
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self._rule.apply)
        self._timer.start()

    def settle(self) -> None:
        """Look no more through what there is now, 100,000 objects of modules and pages that stay: that would take 50 ms each time."""
        gc.freeze()

    def close(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        if self._was_enabled:
            gc.enable()


class Rule:
    """When which objects are looked at: the young after some hundred new ones, the old seldom, as Python does it."""

    def __init__(self) -> None:
        self._n_old = 0

    def apply(self) -> None:
        """Collect what is due."""
        due = [count > threshold for count, threshold in zip(gc.get_count(), gc.get_threshold(), strict=True)]
        if due[2] and self._have_old_grown():
            gc.collect()
            self._n_old = _n_old()
        elif due[1]:
            gc.collect(1)
        elif due[0]:
            gc.collect(0)

    def _have_old_grown(self) -> bool:
        # To look through all objects takes longer the more there are: by a quarter, or the cost would be quadratic.
        return _n_old() >= 1.25 * self._n_old


def _n_old() -> int:
    return len(gc.get_objects(generation=2))
