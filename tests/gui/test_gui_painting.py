"""What plots painted by hand share."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QLineEdit, QWidget

from gui import theme
from gui.widgets import painting
from gui.widgets.common import column
from gui.widgets.painting import KeyRing, Plane, factor_ticks, round_ticks

WAIT_MS = 20_000

AREA = QRectF(50, 20, 200, 100)


def test_a_value_finds_its_pixel_and_back():
    plane = Plane(AREA, (1.0, 11.0), (-1.0, 1.0))
    assert plane.place(1.0, -1.0) == QPointF(50, 120)
    assert plane.place(6.0, 0.5) == QPointF(150, 45)
    assert plane.x_of(plane.pixel_x(3.7)) == pytest.approx(3.7)


def test_equal_factors_take_equal_room():
    plane = Plane(AREA, (0.0, 1.0), (0.01, 100.0), is_log=True)
    assert [plane.pixel_y(value) for value in (0.01, 0.1, 1.0, 10.0, 100.0)] == pytest.approx([120, 95, 70, 45, 20])
    assert plane.pixel_y(0.0) == 120


@pytest.mark.parametrize("span", [(0.0, 1.0), (-3.2, 17.0), (1e-7, 3e-7), (0.0, 12_345.0)])
def test_ticks_are_round_and_within(span):
    ticks = round_ticks(span, 5)
    assert 2 <= len(ticks) <= 12
    assert all(span[0] - 1e-9 <= tick <= span[1] * (1 + 1e-9) for tick in ticks)
    steps = {f"{second - first:.3e}"[0] for first, second in itertools.pairwise(ticks)}
    assert steps <= {"1", "2", "5"}


@pytest.mark.parametrize(
    ("span", "ticks"),
    [((0.01, 1.0), [0.01, 0.03, 0.1, 0.3, 1.0]), ((0.9, 11.0), [1, 2, 5, 10]), ((2.05, 2.45), [2.1, 2.2, 2.3, 2.4])],
)
def test_ticks_of_factors_are_powers_of_ten_where_there_are_any(span, ticks):
    assert factor_ticks(span, 4) == ticks


class Ringed(KeyRing, QWidget):
    """Draws nothing but its ring."""

    def paintEvent(self, _event):  # noqa: N802 - Qt's name
        """Draw it."""
        painter = QPainter(self)
        self.draw_ring(painter, self.rect())


def test_a_ring_shows_the_focus_to_those_who_use_keys(qtbot):
    whole, before, ringed = QWidget(), QLineEdit(), Ringed()
    qtbot.addWidget(whole)
    whole.setLayout(column(before, ringed))
    ringed.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    ringed.setMinimumSize(60, 40)
    whole.show()
    whole.activateWindow()
    qtbot.waitUntil(whole.isActiveWindow, timeout=WAIT_MS)

    def is_ringed():
        picture = ringed.grab().toImage()
        return picture.pixelColor(picture.width() // 2, 1) == QColor(theme.colours().accent)

    qtbot.mouseClick(ringed, Qt.MouseButton.LeftButton)
    assert ringed.hasFocus()
    assert not is_ringed()
    before.setFocus()
    qtbot.keyClick(before, Qt.Key.Key_Tab)
    assert ringed.hasFocus()
    assert is_ringed()


def test_colours_of_data_begin_anew_after_the_last():
    assert painting.data_colour(8) == painting.data_colour(0)
