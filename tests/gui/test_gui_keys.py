"""Keyboard alone, assistive technology, the system's look: what holds for every page and every dialog."""

from __future__ import annotations

import pytest
from looks import nameless, opened_dialog
from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTabBar,
    QWidget,
)

from gui import theme
from gui.state import PAGES
from gui.widgets.dialogs import Dialogs
from gui.widgets.log_view import LogView

pytestmark = pytest.mark.slow  # whole windows, over and over: for the whole check

WAIT_MS = 20_000
CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
)


@pytest.fixture
def filled(qtbot, window, dataset, bundle_file):
    """The window with a data set and a model."""
    state = window.state
    state.open_dataset(dataset)
    state.open_bundle(bundle_file)
    qtbot.waitUntil(lambda: bool(state.manifest and state.bundle and not state.jobs), timeout=WAIT_MS)
    window.activateWindow()
    return window


def controls(root):
    """What can be worked with, and is neither a part of something else nor worked by other keys."""
    return [
        one
        for one in root.findChildren(QWidget)
        if isinstance(one, CONTROLS)
        and one.isVisible()
        and one.isEnabled()
        and not isinstance(one, QScrollBar | QHeaderView)
        and not one.visibleRegion().isEmpty()
        and not isinstance(one.parentWidget(), QAbstractSpinBox | QComboBox)
        and one.objectName() not in ("ScrollLeftButton", "ScrollRightButton", "qt_toolbar_ext_button")
        and not (isinstance(one, QAbstractButton) and isinstance(one.parentWidget(), QTabBar | QAbstractItemView))
    ]


def reached_by_tab(window, *, limit=400):
    """Everything that Tab comes to until it is where it began."""
    reached = []
    for _ in range(limit):
        QApplication.focusWidget().window().focusNextChild()
        now = QApplication.focusWidget()
        if now in reached:
            break
        reached.append(now)
    return reached


def group_of(control):
    """Buttons of which only one can be down are one stop: the arrows move among them."""
    group = control.group() if isinstance(control, QAbstractButton) else None
    return group if group is not None and group.exclusive() and control.isCheckable() else control


@pytest.mark.parametrize("page", PAGES)
def test_tab_comes_to_every_control_of_a_page(qtbot, filled, page):
    filled.show_page(page)
    made = filled.page(page)
    qtbot.waitUntil(lambda: getattr(made, "workspace", made) is not None, timeout=WAIT_MS)

    def all_are_reached() -> None:
        reached = {group_of(one) for one in reached_by_tab(filled)}
        missing = [
            f"{type(one).__name__} {one.accessibleName() or getattr(one, 'text', str)()!r}"
            for one in controls(filled)
            if group_of(one) not in reached and one.focusProxy() not in reached
        ]
        assert not missing

    qtbot.waitUntil(all_are_reached, timeout=WAIT_MS)  # the page may not be arranged yet


def _differs(before, after):
    """Whether more than a cursor is different."""
    points = 0
    for y in range(before.height()):
        for x in range(before.width()):
            points += before.pixel(QPoint(x, y)) != after.pixel(QPoint(x, y))
            if points > 8:
                return True
    return False


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_what_has_the_focus_looks_like_it(qtbot, filled, page, name):
    filled.state.change_settings(theme=name)
    filled.show_page(page)
    made = filled.page(page)
    qtbot.waitUntil(lambda: getattr(made, "workspace", made) is not None, timeout=WAIT_MS)
    unseen = []
    kinds = set()
    for one in controls(filled):
        kind = (type(one).__name__, one.property("kind"))
        if kind in kinds or not one.focusPolicy() & Qt.FocusPolicy.TabFocus or one.width() * one.height() > 400_000:
            continue
        kinds.add(kind)
        filled.focus_page()
        QApplication.processEvents()
        before = one.grab().toImage()
        one.setFocus(Qt.FocusReason.TabFocusReason)
        QApplication.processEvents()
        if one.isEnabled() and not _differs(before, one.grab().toImage()):
            unseen.append(f"{kind} {one.accessibleName()!r}")
    assert len(kinds) > 3
    assert not unseen


def test_every_control_of_a_dialog_has_an_accessible_name(qtbot, window):
    window.activateWindow()
    window.show_shortcuts()
    window.show_log()
    Dialogs().show_text(window, "Details", "one\ntwo")
    found = [dialog for dialog in window.findChildren(QDialog) if dialog.isVisible()]
    assert len(found) == 3
    assert not [path for one in found for path in nameless(one)]
    for one in found:
        one.close()


def test_a_question_is_answered_by_keys_alone(qtbot, window):
    def press():
        dialog = QApplication.activeModalWidget()
        assert not nameless(dialog)
        seen = {one.text() for one in reached_by_tab(dialog, limit=10)}
        assert {"Yes", "No", "Cancel"} <= seen
        next(one for one in dialog.findChildren(QAbstractButton) if one.text() == "No").setFocus()
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)

    QTimer.singleShot(50, press)
    assert Dialogs().choose(window, "Delete it?", "It goes to the bin.", ("Yes", "No")) == 1


@pytest.mark.parametrize("page", PAGES)
def test_the_sheet_of_keys_names_those_of_the_page(qtbot, window, page):
    window.show_page(page)
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_F1)
    sheet = opened_dialog(qtbot, window)
    texts = {label.text() for label in sheet.findChildren(QLabel)}
    assert {keys for keys, _ in window.page(page).shortcuts()} <= texts
    assert sheet.width() <= 1280
    assert sheet.height() <= 800
    sheet.close()


def test_the_window_follows_the_systems_look(qtbot, window, monkeypatch):
    window.state.change_settings(theme="system")
    before = theme.is_dark()
    scheme = Qt.ColorScheme.Light if before else Qt.ColorScheme.Dark
    hints = QGuiApplication.styleHints()
    monkeypatch.setattr(theme, "resolve", lambda name: ("light" if before else "dark") if name == "system" else name)
    hints.colorSchemeChanged.emit(scheme)
    assert theme.is_dark() is not before
    window.state.change_settings(theme="dark" if before else "light")
    hints.colorSchemeChanged.emit(scheme)
    assert theme.is_dark() is before


def test_nothing_is_a_window_of_its_own_by_accident(qtbot, filled):
    """A widget that is shown before it has a parent flashes up as a window, and takes the keyboard away."""
    shown = []

    class Watch(QObject):
        def eventFilter(self, thing, event):  # noqa: N802 - Qt's name
            if event.type() == QEvent.Type.Show and isinstance(thing, QWidget) and thing.isWindow():
                shown.append(f"{type(thing).__name__} {thing.accessibleName()!r}")
            return False

    watch = Watch()
    QApplication.instance().installEventFilter(watch)
    try:
        for page in PAGES:
            filled.show_page(page)
            qtbot.wait(30)
        for level in ("info", "good", "warn", "bad"):
            filled.state.post(level, level, details="more", action="do")
        filled.state.rescan()
        qtbot.waitUntil(lambda: not filled.state.jobs, timeout=WAIT_MS)
    finally:
        QApplication.instance().removeEventFilter(watch)
    assert not shown


def test_the_log_fits_its_window(window):
    view = LogView(window)
    view.open()
    assert view.size().boundedTo(QSize(1280, 800)) == view.size()
    view.close()
