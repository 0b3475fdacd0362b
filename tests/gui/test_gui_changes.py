"""Edits, looks and scans of one data set that end in any order: nothing that a person did is lost from view.

Each order is forced: a thread's work and a scan are held until the test lets them go.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject

from gui.pages.collect.changes import Changes
from gui.worker import Worker
from seqclass import jobs
from seqclass.errors import CancelledError
from seqclass.events import CancelToken, encode

WAIT_MS = 20_000


@dataclass
class HeldTask:
    """Work for a thread that begins and arrives when the test says so."""

    function: Any
    done: Any
    failed: Any
    is_cancelled: bool = False
    _found: list[Any] = field(default_factory=list)

    def cancel(self) -> None:
        """Nothing of it arrives."""
        self.is_cancelled = True

    def work(self) -> None:
        """Do it, as the thread would."""
        try:
            self._found = [self.done, self.function()]
        except Exception as error:
            self._found = [self.failed, error]

    def arrive(self) -> None:
        """Tell what came of it."""
        if not self._found:
            self.work()
        tell, found = self._found
        if not self.is_cancelled:
            tell(found)


class HeldScan(Worker):
    """A scan that looks and speaks when the test says so, cancelled or not: a process may be past the last point of asking."""

    made: list[HeldScan]

    def __init__(self, job: Any, title: str, parent: QObject) -> None:
        super().__init__(job, title, parent)
        self._said: list[bytes] = []
        type(self).made.append(self)

    def start(self) -> None:
        """Nothing yet."""

    def cancel(self) -> None:
        """It will not be listened to; it does not notice."""
        self._is_cancelling = True

    def kill(self) -> None:
        """It never speaks."""
        self._has_ended = True

    def look(self) -> None:
        """Look through the folder and write what is there."""
        jobs.run(self.job, lambda event: self._said.append(encode(event)), CancelToken())

    def speak(self) -> None:
        """Say so, and end."""
        if not self._said:
            self.look()
        self._take_lines(self._said, death="It died.")


@pytest.fixture
def scans(monkeypatch):
    """All scans, oldest first."""
    made: list[HeldScan] = []
    monkeypatch.setattr(HeldScan, "made", made, raising=False)
    monkeypatch.setattr("gui.jobs.WorkerProcess", HeldScan)
    return made


@pytest.fixture
def texts(qtbot, state, scans, tmp_path):
    """An open data set of texts with one class and one item."""
    (tmp_path / "texts" / "good").mkdir(parents=True)
    (tmp_path / "texts" / "good" / "a.txt").write_text("what a fine day")
    state.open_dataset(tmp_path / "texts")
    arrived(qtbot, state, scans[-1])
    return tmp_path / "texts"


@pytest.fixture
def tasks(monkeypatch, state, texts):
    """What `Changes` gives to threads, oldest first."""
    held: list[HeldTask] = []

    def hold(function, _parent, *, done, failed):
        held.append(HeldTask(function, done, failed))
        return held[-1]

    monkeypatch.setattr("gui.pages.collect.changes.run_in_background", hold)
    return held


@pytest.fixture
def changes(state, tasks):
    owner = QObject()
    made = Changes(state, owner)
    made.owner = owner
    return made


def arrived(qtbot, state, scan):
    """Let a scan end and its manifest arrive."""
    with qtbot.waitSignal(state.manifest_changed, timeout=WAIT_MS, check_params_cb=bool):
        scan.speak()


def shown(state):
    return sorted(item.text for item in state.manifest.items)


def add(text):
    return lambda library: library.Add((text,), "good")


def test_a_look_that_began_before_an_edit_does_not_take_back_what_the_edit_told(changes, tasks):
    (look,) = tasks
    look.work()
    changes.do(lambda library: library.AddClass("bad"))
    tasks[-1].arrive()
    assert changes.empty_labels == ("bad",)
    look.arrive()
    assert changes.empty_labels == ("bad",)
    assert changes.next_undo.subject == "bad"


def test_a_look_that_comes_while_an_edit_is_under_way_leaves_the_telling_to_the_edit(changes, tasks):
    (look,) = tasks
    changes.do(lambda library: library.AddClass("bad"))
    tasks[-1].work()
    look.arrive()
    assert changes.is_busy
    tasks[-1].arrive()
    assert changes.empty_labels == ("bad",)
    changes.undo()
    tasks[-1].arrive()
    assert changes.empty_labels == ()


def test_texts_that_are_added_during_a_scan_are_shown_at_once_and_after_it(qtbot, state, changes, tasks, scans):
    state.rescan()
    scans[-1].look()  # it has seen the folder without them
    changes.do(add("one"))
    tasks[-1].arrive()
    assert shown(state) == ["one", "what a fine day"]
    assert state.is_scanning
    scans[-2].speak()  # cancelled, and too late to notice
    assert shown(state) == ["one", "what a fine day"]
    arrived(qtbot, state, scans[-1])
    assert shown(state) == ["one", "what a fine day"]
    assert not state.is_scanning


def test_texts_that_are_added_while_a_scan_ends_are_shown_though_it_has_not_seen_them(qtbot, state, changes, tasks, scans):
    state.rescan()
    changes.do(add("one"))
    scans[-1].look()
    tasks[-1].work()
    arrived(qtbot, state, scans[-1])
    next(task for task in tasks if task._found).arrive()
    assert shown(state) == ["one", "what a fine day"]
    arrived(qtbot, state, scans[-1])
    assert shown(state) == ["one", "what a fine day"]


def test_a_class_never_vanishes_while_it_gets_its_first_item(state, changes, tasks):
    changes.do(lambda library: library.AddClass("bad"))
    tasks[-1].arrive()
    state.rescan()
    seen = []
    for signal in (changes.changed, state.manifest_changed, state.scanning_changed):
        signal.connect(lambda *_: seen.append({*state.manifest.labels(), *changes.empty_labels}))
    changes.do(lambda library: library.Add(("one",), "bad"))
    tasks[-1].arrive()
    assert seen
    assert all("bad" in labels for labels in seen)


def test_a_cancelled_scan_that_writes_late_spoils_no_newer_one(qtbot, state, texts, scans):
    state.rescan()
    (texts / "good" / "b.txt").write_text("one")
    state.rescan()
    older, newer = scans[-2:]
    newer.look()
    (texts / "good" / "b.txt").rename(texts.parent / "b.txt")
    older.look()  # as if it had begun to write before that file came
    (texts.parent / "b.txt").rename(texts / "good" / "b.txt")
    arrived(qtbot, state, newer)
    assert shown(state) == ["one", "what a fine day"]
    older.speak()
    assert shown(state) == ["one", "what a fine day"]


def test_a_window_leaves_no_scan_behind_but_the_one_that_it_shows(qtbot, state, scans, texts):
    first = Path(state.manifest_file())
    state.rescan()
    state.rescan()
    dropped, last = scans[-2:]
    arrived(qtbot, state, last)
    dropped.speak()
    assert state.manifest_file() == last.job.manifest_out
    assert list(first.parent.iterdir()) == [Path(last.job.manifest_out)]
    state.close()
    assert list(first.parent.iterdir()) == []


def test_a_job_is_given_no_file_of_what_was_before_an_edit(state, changes, tasks):
    assert state.manifest_file()
    changes.do(add("one"))
    tasks[-1].arrive()
    assert state.manifest_file() == ""


def test_whoever_waits_for_an_edit_that_is_dropped_is_told(state, changes, tasks):
    told = []
    changes.do(lambda library: library.DeleteClass("unheard of"), failed=told.append)
    changes.do(add("one"), failed=told.append)
    tasks[-1].arrive()
    assert len(told) == 2
    assert not changes.is_busy


def test_an_edit_that_ends_in_a_data_set_that_was_left_is_done_all_the_same(qtbot, state, changes, tasks, scans, tmp_path):
    told = []
    changes.do(add("one"), done=told.append)
    changes.do(add("two"), failed=told.append)
    (tmp_path / "other").mkdir()
    state.open_dataset(tmp_path / "other")
    assert [type(one) for one in told] == [CancelledError]
    tasks[-1].arrive()
    assert told[-1].action == "add"
    assert state.manifest is None
    scans[-1].speak()
    qtbot.waitUntil(lambda: not state.is_scanning, timeout=WAIT_MS)
