"""The rolling picture: its ring of columns, its strips, its words."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QFontMetrics

from gui import theme
from gui.widgets import roll_paint
from gui.widgets.roll_ring import N_COLUMNS, Ring
from gui.widgets.spectrogram_roll import Mark, SpectrogramRoll

WAIT_MS = 20_000


@given(steps=st.lists(st.integers(0, 900), max_size=12))
def test_a_ring_holds_the_last_columns_of_all_that_was_put(steps):
    ring, whole = Ring(1, np.int64), np.zeros(N_COLUMNS, np.int64)
    for step in steps:
        start = ring.end
        new = np.arange(start, start + step) + 1
        ring.advance(start + step)
        ring.put(start, new[None])
        whole = np.concatenate([whole, new])
    np.testing.assert_array_equal(ring.last(N_COLUMNS)[0], whole[-N_COLUMNS:])


@given(start=st.integers(-50, 150), n_columns=st.integers(0, 80))
def test_what_is_too_old_or_yet_to_come_is_left_out(start, n_columns):
    ring = Ring(1)
    ring.advance(100)
    ring.put(start, np.ones((1, n_columns), np.uint8))
    expected = np.zeros(100)
    expected[max(start, 0) : max(start + n_columns, 0)] = 1
    np.testing.assert_array_equal(ring.last(100)[0], expected[:100])


@given(n_rows=st.integers(1, 200), height=st.integers(1, 200))
def test_rows_are_repeated_or_averaged_and_nothing_stays_nothing(n_rows, height):
    values = np.stack([np.zeros(n_rows), np.arange(n_rows), np.full(n_rows, 7)], axis=1).astype(np.uint8)
    fitted = roll_paint.to_height(values, height)
    assert fitted.shape == (height, 3)
    assert not fitted[:, 0].any()
    assert (np.diff(fitted[:, 1].astype(int)) >= 0).all()
    assert (fitted[:, 2] == 7).all()
    assert abs(float(fitted[:, 1].mean()) - (n_rows - 1) / 2) <= 0.5 + n_rows / height


@pytest.fixture
def roll(qtbot):
    made = SpectrogramRoll()
    qtbot.addWidget(made)
    made.resize(700, 400)
    made.set_model({"word": ("no", "stop", "yes"), "age": ()})
    return made


def hear(roll, seconds=2.0):
    n_columns = round(100 * seconds)
    first = roll._sound.end
    roll.add_sound(first, np.full((96, n_columns), 90, np.uint8), np.full(n_columns, 0.1, np.float32))
    return first / 100


def test_an_answer_fills_the_word_up_to_its_place_and_no_further(roll):
    hear(roll)
    roll.begin_word(0.5)
    roll.add_answer(0.5, 0.7, {"word": {"no": 1.0, "stop": 0.0, "yes": 0.0}})
    roll.add_answer(0.5, 0.9, {"word": {"no": 0.0, "stop": 0.0, "yes": 1.0}})
    values = roll._answers.last(200)
    assert not values[:, :50].any()
    assert (values[0, 50:70] == 255).all()
    assert (values[2, 70:90] == 255).all()
    assert not values[:, 90:].any()


def test_a_number_has_no_strip_of_probabilities(roll):
    assert len(roll._rects()) == 4
    roll.set_target("age")
    assert len(roll._rects()) == 3
    hear(roll)
    assert not roll.grab().isNull()


def test_streams_that_follow_one_another_leave_no_seam(roll):
    hear(roll, 1.0)
    roll.add_sound(102, np.zeros((96, 0), np.uint8), np.zeros(0, np.float32))
    roll.add_sound(102, np.full((96, 50), 90, np.uint8), np.full(50, 0.1, np.float32))
    assert (roll._sound.last(152) == 90).all()


def test_a_click_on_a_word_chooses_its_row(qtbot, roll):
    hear(roll, 3.0)
    roll.add_word(Mark(1.0, 1.5, "yes", 7))
    rect = roll._rects()[0]
    x = rect.right() - (300 - 125)
    with qtbot.waitSignal(roll.word_chosen, timeout=WAIT_MS) as chosen:
        qtbot.mouseClick(roll, Qt.MouseButton.LeftButton, pos=QPoint(round(x), 60))
    assert chosen.args == [7]
    roll.set_chosen(7)
    assert not roll.grab().isNull()


@pytest.mark.parametrize(("n_classes", "has_room"), [(3, True), (10, True), (14, False), (40, False)])
def test_classes_are_named_where_there_is_room(qapp, n_classes, has_room):
    labels = [f"word{number}" for number in range(n_classes)]
    metrics = QFontMetrics(theme.font(0.85))
    assert roll_paint.has_room_for_names(metrics, QRectF(0, 0, 300, 130), labels) is has_room


def test_clipped_columns_have_another_colour(roll):
    roll.add_sound(0, np.full((96, 200), 90, np.uint8), np.full(200, 0.5, np.float32))
    plain = roll.grab().toImage()
    roll.add_sound(200, np.full((96, 200), 90, np.uint8), np.full(200, 1.0, np.float32))
    clipped = roll.grab().toImage()
    rect = roll._rects()[0]
    place = QPoint(round(rect.right()) - 20, round(rect.center().y()))
    assert plain.pixelColor(place).name() == theme.colours().accent
    assert clipped.pixelColor(place).name() == theme.colours().bad
