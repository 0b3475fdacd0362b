"""``python launch.py SOCKET [M.seqclass | DATASET]``: the app as ``python -m gui`` starts it, and a socket that says what is on screen.

A test has no eyes. It asks here where a control is, as assistive technology would, and then presses mouse and keys like anybody else.
Nothing in this file presses, changes or waits for anything. The answers come from the window's own thread: where that stands still,
no answer comes.
"""

from __future__ import annotations

import json
import runpy
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, QRect, QSocketNotifier, Qt
from PySide6.QtGui import QAccessible, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

import gui.app

HEAVY = ("tensorflow", "keras", "librosa", "numba", "sklearn", "matplotlib", "pandas")
Tree = list[dict[str, Any]]


def tree() -> Tree:
    """Every control that is shown: role, name, value, states, and the part of it that is on screen, in the screen's pixels."""
    blocking = QApplication.activePopupWidget() or QApplication.activeModalWidget()
    found: Tree = []
    for window in QApplication.topLevelWidgets():
        if window.isVisible():
            is_blocked = blocking is not None and blocking is not window and not blocking.isAncestorOf(window)
            found += walk(QAccessible.queryAccessibleInterface(window), window, window.windowTitle(), is_blocked=is_blocked)
    return found


def walk(interface: Any, owner: QWidget, window: str, *, is_blocked: bool) -> Iterator[dict[str, Any]]:
    """A control, and what is in it. ``owner`` is the widget that draws it."""
    if interface is None:
        return
    state = interface.state()
    if state.invisible:
        return
    thing = interface.object()
    if isinstance(thing, QWidget):
        if not thing.isVisible():
            return
        owner = thing
    area = shown_area(interface.rect(), owner)
    yield {
        "role": interface.role().name,
        "name": interface.text(QAccessible.Text.Name),
        "value": interface.text(QAccessible.Text.Value),
        "help": interface.text(QAccessible.Text.Description),
        "window": window,
        "area": [area.x(), area.y(), area.width(), area.height()],
        "is_enabled": not state.disabled and not is_blocked,
        "is_checked": bool(state.checked),
        "is_focused": bool(state.focused),
        "is_selected": bool(state.selected),
        "is_reachable": not is_blocked and is_on_top(area, owner),
    }
    for index in range(interface.childCount()):
        yield from walk(interface.child(index), owner, window, is_blocked=is_blocked)


def shown_area(area: QRect, owner: QWidget) -> QRect:
    """What of it is neither scrolled away nor cut off."""
    shown = owner.visibleRegion().boundingRect()
    shown.moveTopLeft(owner.mapToGlobal(shown.topLeft()))
    return area.intersected(shown)


def is_on_top(area: QRect, owner: QWidget) -> bool:
    """Whether a click into its middle would reach it."""
    if area.width() < 2 or area.height() < 2:
        return False
    hit = QApplication.widgetAt(QPoint(area.center()))
    return hit is not None and (hit is owner or owner.isAncestorOf(hit) or hit.testAttribute(TRANSPARENT))


TRANSPARENT = Qt.WidgetAttribute.WA_TransparentForMouseEvents


class Aid:
    """The socket. One question a connection, one line each way."""

    def __init__(self, path: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(path)
        self._socket.listen(8)
        self._notifier = QSocketNotifier(self._socket.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._answer)

    def _answer(self) -> None:
        connection, _ = self._socket.accept()
        connection.settimeout(20)
        with connection, connection.makefile("rw", encoding="utf-8") as stream:
            question = stream.readline().strip()
            stream.write(json.dumps(getattr(self, question)()) + "\n")

    def screen(self) -> dict[str, Any]:
        """What is shown, and which window has the keys."""
        active = QApplication.activeWindow()
        return {"controls": tree(), "active": active.windowTitle() if active is not None else None}

    def heavy_modules(self) -> list[str]:
        """Libraries that the window must never load, and which it has."""
        return heavy_modules()

    def chinese_fonts(self) -> list[str]:
        """Fonts that can write Chinese."""
        return QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese)

    def platform(self) -> str:
        """How Qt draws."""
        return QGuiApplication.platformName()


def heavy_modules() -> list[str]:
    """Those of `HEAVY` that are loaded."""
    return sorted({name.partition(".")[0] for name in sys.modules} & set(HEAVY))


class Application(gui.app.Application):
    """The app's own, with the socket; at its end it leaves a note beside it of what was loaded."""

    def __init__(self, app: QApplication, **options: Any) -> None:
        super().__init__(app, **options)
        QAccessible.setActive(True)  # or lists and tables do not tell assistive technology what has changed
        self._aid = Aid(SOCKET)

    def close(self) -> None:
        """Take everything apart."""
        super().close()
        note = Path(SOCKET).with_name("at-the-end.json")
        with tempfile.NamedTemporaryFile("w", dir=note.parent, delete=False, encoding="utf-8") as file:
            json.dump({"heavy_modules": heavy_modules()}, file)
        Path(file.name).rename(note)


if __name__ == "__main__":
    SOCKET = sys.argv.pop(1)
    gui.app.Application = Application  # type: ignore[misc]
    runpy.run_module("gui", run_name="__main__", alter_sys=True)
