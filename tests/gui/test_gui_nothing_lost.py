"""Nothing is lost and nothing is silent: folders that vanish, disks that refuse, two windows on one data set."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import subprocess
import sys

import pytest

from gui import folder_watch
from gui.app import Application
from gui.folder_watch import FolderWatch, snapshot
from gui.settings import Settings

pytestmark = pytest.mark.slow  # whole windows, over and over: for the whole check

WAIT_MS = 20_000


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(folder_watch, "SETTLE_MS", 60)
    monkeypatch.setattr(folder_watch, "LOOK_MS", 120)


def opened(qtbot, state, folder):
    state.open_dataset(folder)
    qtbot.waitUntil(lambda: state.manifest is not None and not state.jobs, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: state._folder._watch._known is not None and state._folder._watch._task is None, timeout=WAIT_MS)


def ids(state):
    return {item.id for item in state.manifest.items}


def content(folder):
    """The data set's own files."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path: path.read_bytes() for path in paths if ".seqclass" not in path.parts}


def settled(qtbot, *states):
    qtbot.waitUntil(lambda: not any(state.jobs or state.is_scanning for state in states), timeout=WAIT_MS)


def test_a_file_that_somebody_adds_is_found_by_itself(qtbot, state, dataset):
    opened(qtbot, state, dataset)
    shutil.copy(dataset / "no" / "ada_nohash_0.wav", dataset / "no" / "cleo_nohash_0.wav")
    qtbot.waitUntil(lambda: "no/cleo_nohash_0.wav" in ids(state), timeout=WAIT_MS)
    (dataset / "yes" / "bob_nohash_0.wav").unlink()
    qtbot.waitUntil(lambda: "yes/bob_nohash_0.wav" not in ids(state), timeout=WAIT_MS)
    settled(qtbot, state)


def test_what_the_project_writes_is_no_change_of_the_data(qtbot, state, dataset):
    opened(qtbot, state, dataset)
    before = snapshot(dataset)
    (dataset / ".seqclass" / "runs").mkdir(parents=True)
    (dataset / ".seqclass" / "runs" / "log.json").write_text("{}")
    assert snapshot(dataset) == before
    with qtbot.assertNotEmitted(state.job_started, wait=300):
        pass


def test_a_folder_that_vanishes_is_told_once_and_so_is_its_return(qtbot, state, messages, dataset):
    opened(qtbot, state, dataset)
    items = ids(state)
    dataset.rename(dataset.with_name("elsewhere"))
    qtbot.waitUntil(lambda: any("is gone" in one.text for one in messages), timeout=WAIT_MS)
    qtbot.wait(300)
    assert [one.level for one in messages] == ["bad"]
    assert str(dataset) in messages[0].text
    assert ids(state) == items
    dataset.with_name("elsewhere").rename(dataset)
    qtbot.waitUntil(lambda: any("there again" in one.text for one in messages), timeout=WAIT_MS)
    settled(qtbot, state)
    assert ids(state) == items


def test_a_drive_that_leaves_an_empty_folder_behind_has_vanished_too(qtbot, state, messages, dataset):
    opened(qtbot, state, dataset)
    for path in dataset.iterdir():
        shutil.rmtree(path)
    qtbot.waitUntil(lambda: any("is gone" in one.text for one in messages), timeout=WAIT_MS)
    assert len(ids(state)) == 6


def test_changes_to_a_folder_that_has_vanished_are_refused_in_words(qtbot, window, dataset):
    state = window.state
    opened(qtbot, state, dataset)
    item = state.manifest.items[0]
    dataset.rename(dataset.with_name("elsewhere"))
    changes = window.page("collect").workspace.changes
    with qtbot.waitSignal(state.message_posted, timeout=WAIT_MS):
        changes.do(lambda library: library.Relabel((item,), label="yes"))
    qtbot.waitUntil(lambda: not changes.is_busy, timeout=WAIT_MS)
    assert all("Traceback" not in one.text for one in window.messages.messages)
    assert window.messages.messages[0].level == "bad"
    dataset.with_name("elsewhere").rename(dataset)
    qtbot.waitUntil(lambda: not state._folder._watch.is_gone, timeout=WAIT_MS)
    settled(qtbot, state)


def test_a_read_only_folder_says_where_changes_go(qtbot, window, dataset):
    """The data set itself stays as it was, to the byte."""
    for folder in (dataset, *(path for path in dataset.iterdir() if path.is_dir())):
        folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    state = window.state
    before = content(dataset)
    opened(qtbot, state, dataset)
    qtbot.waitUntil(lambda: any("cannot be written" in one.text for one in window.messages.messages), timeout=WAIT_MS)
    item = state.manifest.items[0]
    changes = window.page("collect").workspace.changes
    changes.do(lambda library: library.Relabel((item,), label="yes"))
    qtbot.waitUntil(lambda: not changes.is_busy and changes.next_undo is not None, timeout=WAIT_MS)
    settled(qtbot, state)
    assert content(dataset) == before
    labels = [one.targets["label"] for one in state.manifest.items]
    assert (labels.count("no"), labels.count("yes")) == (1, 3)
    for folder in (dataset, *(path for path in dataset.iterdir() if path.is_dir())):
        folder.chmod(stat.S_IRWXU)


def test_a_full_disk_is_told_and_nothing_is_half_done(qtbot, window, dataset, monkeypatch):
    state = window.state
    opened(qtbot, state, dataset)
    item, before = state.manifest.items[0], content(dataset)
    changes = window.page("collect").workspace.changes
    settled(qtbot, state)

    def refuse(_descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", refuse)
        with qtbot.waitSignal(state.message_posted, timeout=WAIT_MS, check_params_cb=lambda one: "disk is full" in one.text):
            changes.do(lambda library: library.Relabel((item,), label="yes"))
        qtbot.waitUntil(lambda: not changes.is_busy, timeout=WAIT_MS)
    assert content(dataset) == before
    changes.do(lambda library: library.Relabel((item,), label="yes"))
    qtbot.waitUntil(lambda: changes.next_undo is not None and not changes.is_busy, timeout=WAIT_MS)
    assert not (dataset / item.id).exists()
    settled(qtbot, state)


def test_settings_that_cannot_be_saved_are_told_once(state, messages, monkeypatch):
    def refuse(_descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    state.change_settings(speaker="ada")
    state.change_settings(speaker="bob")
    assert [(one.level, "disk is full" in one.details) for one in messages] == [("warn", True)]
    assert state.settings.speaker == "bob"


@pytest.fixture
def two_windows(qtbot, qapp, application, dialogs, dataset):
    """Two windows with the same data set, as two starts of the app would make them."""
    other = Application(qapp, settings=Settings(language="en", theme="light"), dialogs=dialogs)
    for one in (application, other):
        one.window.show()
        opened(qtbot, one.state, dataset)
    yield application.window, other.window
    settled(qtbot, application.state, other.state)
    other.window.close()
    other.close()
    other.window.deleteLater()
    other.deleteLater()


def test_edits_of_two_windows_at_once_both_survive(qtbot, two_windows, dataset):
    states = [window.state for window in two_windows]
    changes = [window.page("collect").workspace.changes for window in two_windows]
    qtbot.waitUntil(lambda: all(one._edits is not None for one in changes), timeout=WAIT_MS)
    first, second = states[0].manifest.items[0], states[1].manifest.items[-1]
    changes[0].do(lambda library: library.Relabel((first,), label="stop"))
    changes[1].do(lambda library: library.Relabel((second,), label="stop"))
    expected = {"no": 1, "stop": 4, "yes": 1}

    def both_know():
        for state in states:
            labels = [item.targets["label"] for item in state.manifest.items]
            assert {label: labels.count(label) for label in expected} == expected

    qtbot.waitUntil(both_know, timeout=WAIT_MS)
    assert {path.name: len(list(path.iterdir())) for path in dataset.iterdir() if not path.name.startswith(".")} == expected
    assert not any(one.level == "bad" for window in two_windows for one in window.messages.messages)


def test_a_window_sees_what_another_has_done_before_it_acts_on_it(qtbot, two_windows):
    """What one has deleted the other shows no longer; and were it quicker, it would be told and lose nothing."""
    states = [window.state for window in two_windows]
    changes = [window.page("collect").workspace.changes for window in two_windows]
    item = states[0].manifest.items[0]
    changes[0].do(lambda library: library.Delete((item,)))
    qtbot.waitUntil(lambda: item.id not in ids(states[1]), timeout=WAIT_MS)
    settled(qtbot, *states)
    with qtbot.waitSignal(states[1].message_posted, timeout=WAIT_MS) as told:
        changes[1].do(lambda library: library.Relabel((item,), label="stop"))
    qtbot.waitUntil(lambda: not changes[1].is_busy, timeout=WAIT_MS)
    assert told.args[0].level == "bad"
    assert len(ids(states[1])) == 5


def test_a_watch_without_a_folder_does_nothing(qtbot, state):
    watch = FolderWatch(state)
    watch.set_folder(None)
    watch.look()
    watch.note()
    assert watch._task is None
    assert not watch.is_gone


def test_a_program_that_ends_while_a_thread_works_ends_in_silence():
    code = """
import sys, threading, time
from PySide6.QtCore import QCoreApplication, QObject, QTimer
from gui.background import run_in_background
app = QCoreApplication([])
begun = threading.Event()
def work():
    begun.set()
    time.sleep(0.3)
parent = QObject()
run_in_background(work, parent, done=print, failed=print)
begun.wait()
QTimer.singleShot(0, app.quit)
app.exec()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
