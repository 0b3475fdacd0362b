"""No thread but the window's own destroys what is unreachable."""

from __future__ import annotations

import gc
import threading

import pytest

from gui.background import run_in_background
from gui.garbage import Collector, Rule


class Kept:
    """Unreachable once it is let go, as it holds itself; notes the thread that it ends in."""

    def __init__(self, ended: list[int]) -> None:
        self.itself = self
        self.ended = ended

    def __del__(self) -> None:
        self.ended.append(threading.get_ident())


@pytest.fixture
def collections_as_in_python():
    gc.enable()
    yield
    gc.disable()


def test_garbage_is_collected_in_the_windows_thread(qtbot, qapp, collections_as_in_python):
    collector = Collector()
    ended: list[int] = []

    def work() -> object:
        Kept(ended)
        return [[] for _ in range(100_000)]  # as many new objects as make Python collect

    answers: list[object] = []
    run_in_background(work, qapp, done=answers.append, failed=answers.append)
    qtbot.waitUntil(lambda: bool(answers) and bool(ended), timeout=30_000)
    assert ended == [threading.get_ident()]
    collector.close()
    assert gc.isenabled()


def test_all_generations_have_their_turn(monkeypatch):
    collected = []
    counts = {"now": (0, 0, 0)}
    monkeypatch.setattr(gc, "get_count", lambda: counts["now"])
    monkeypatch.setattr(gc, "get_threshold", lambda: (700, 10, 10))
    monkeypatch.setattr(gc, "collect", lambda generation=2: collected.append(generation))
    old = [object()] * 100
    monkeypatch.setattr(gc, "get_objects", lambda **_: old)
    rule = Rule()
    for now in ((0, 0, 0), (701, 0, 0), (701, 11, 0), (701, 11, 11), (701, 0, 11), (701, 11, 11)):
        counts["now"] = now
        rule.apply()
    assert collected == [0, 1, 2, 0, 1]  # the old ones again only when they have become more by a quarter
    old += [object()] * 25
    rule.apply()
    assert collected[-1] == 2


def test_what_stands_when_all_is_made_is_looked_through_no_more(qapp):
    collector = Collector()
    n_before = gc.get_freeze_count()
    collector.settle()
    try:
        assert gc.get_freeze_count() > n_before
    finally:
        gc.unfreeze()
        collector.close()
