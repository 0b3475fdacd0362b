"""Work of the window's thread, slice by slice."""

from __future__ import annotations

import pytest
import shiboken6
from PySide6.QtCore import QObject

from gui.slices import Slices

WAIT_MS = 20_000


@pytest.fixture
def owner(qapp):
    made = QObject()
    yield made
    made.deleteLater()


def test_the_steps_are_made_by_the_event_loop(qtbot, owner):
    made: list[int] = []
    slices = Slices((made.append(number) for number in range(3)), owner)
    assert made == []
    with qtbot.waitSignal(slices.done, timeout=WAIT_MS):
        pass
    assert made == [0, 1, 2]
    assert slices.is_done


def test_who_cannot_wait_gets_the_rest_at_once(owner):
    made: list[int] = []
    ended: list[bool] = []
    slices = Slices((made.append(number) for number in range(3)), owner)
    slices.done.connect(lambda: ended.append(True))
    slices.finish()
    slices.finish()
    assert made == [0, 1, 2]
    assert ended == [True]


def test_what_is_stopped_stays_undone(qtbot, owner):
    made: list[int] = []
    slices = Slices((made.append(number) for number in range(3)), owner)
    slices.stop()
    qtbot.wait(30)
    assert made == []


def test_a_step_that_fails_is_the_last_one(owner):
    def steps():
        yield 1
        raise ValueError("no")

    slices = Slices(steps(), owner)
    with pytest.raises(ValueError, match="no"):
        slices.finish()
    assert slices.is_done


def test_several_take_turns_in_the_order_of_their_beginning(qtbot, owner):
    made: list[str] = []
    first = Slices((made.append(f"first {number}") for number in range(2)), owner)
    second = Slices((made.append(f"second {number}") for number in range(2)), owner)
    with qtbot.waitSignal(second.done, timeout=WAIT_MS):
        pass
    assert first.is_done
    assert made == ["first 0", "first 1", "second 0", "second 1"]


def test_those_whose_owner_has_gone_hold_up_nobody(qtbot, owner):
    gone = QObject()
    Slices(iter(range(1000)), gone)
    made: list[int] = []
    slices = Slices((made.append(number) for number in range(2)), owner)
    shiboken6.delete(gone)
    with qtbot.waitSignal(slices.done, timeout=WAIT_MS):
        pass
    assert made == [0, 1]
