"""What a test asks of anything that a person sees: each control has a name, nothing is cut off; and the dialog that has opened."""

from __future__ import annotations

from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

WAIT_MS = 20_000
ROLES_WITHOUT_A_NAME = {
    # What holds others together, and what is read by its text or by its rows.
    QAccessible.Role.Client, QAccessible.Role.Pane, QAccessible.Role.Window, QAccessible.Role.LayeredPane,
    QAccessible.Role.Border, QAccessible.Role.Splitter, QAccessible.Role.ScrollBar, QAccessible.Role.Indicator,
    QAccessible.Role.Grouping, QAccessible.Role.WebDocument, QAccessible.Role.Whitespace, QAccessible.Role.Cell,
}  # fmt: skip


def named_controls(widget):
    """(role, name, path) of what assistive technology finds in a widget."""

    def walk(interface, path):
        if interface is None or interface.state().invisible:
            return
        name = interface.text(QAccessible.Text.Name)
        thing = interface.object()
        here = f"{path}/{type(thing).__name__}"
        if interface.role() not in ROLES_WITHOUT_A_NAME:
            yield interface.role(), name, here
        for index in range(interface.childCount()):
            yield from walk(interface.child(index), here)

    yield from walk(QAccessible.queryAccessibleInterface(widget), "")


def opened_dialog(qtbot, window):
    """The dialog that is open."""
    qtbot.waitUntil(lambda: any(dialog.isVisible() for dialog in window.findChildren(QDialog)), timeout=WAIT_MS)
    return next(dialog for dialog in window.findChildren(QDialog) if dialog.isVisible())


def nameless(widget: QWidget) -> list[str]:
    """Where the controls are that assistive technology finds no name for."""
    return [f"{path} ({role})" for role, name, path in named_controls(widget) if not name.strip()]


def clipped(widget: QWidget) -> list[str]:
    """Buttons that are too narrow for their text, and labels that are too low for theirs."""
    short = [
        f"{one.text()!r}: {one.width()} < {one.sizeHint().width()}"
        for one in widget.findChildren(QAbstractButton)
        if one.isVisible() and one.width() < one.sizeHint().width()
    ]
    low = [
        f"{one.text()!r}: {one.height()} < {one.heightForWidth(one.width())}"
        for one in widget.findChildren(QLabel)
        if one.isVisible() and one.text() and one.height() < one.heightForWidth(one.width())
    ]
    return short + low


def wait_until_whole(qtbot: QtBot, widget: QWidget) -> None:
    """Wait until everything has its room; fails with what is cut off."""

    def nothing_is_clipped() -> None:
        assert not clipped(widget)

    qtbot.waitUntil(nothing_is_clipped, timeout=WAIT_MS)
