"""Work in threads: what arrives, and what does not."""

from __future__ import annotations

import threading

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QThreadPool

from gui.background import run_in_background

WAIT_MS = 20_000


def test_a_result_and_an_error_arrive_in_the_windows_thread(qtbot):
    owner, told = QObject(), []

    def fail():
        raise ValueError("no")

    def tell(what):
        told.append((str(what), threading.current_thread() is threading.main_thread()))

    run_in_background(lambda: 3, owner, done=tell, failed=tell)
    run_in_background(fail, owner, done=tell, failed=tell)
    qtbot.waitUntil(lambda: len(told) == 2, timeout=WAIT_MS)
    assert sorted(told) == [("3", True), ("no", True)]


def test_nothing_arrives_of_what_was_cancelled(qtbot):
    owner, told = QObject(), []
    run_in_background(lambda: 1, owner, done=told.append, failed=told.append).cancel()
    run_in_background(lambda: 2, owner, done=told.append, failed=told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT_MS)
    assert told == [2]


def test_a_task_may_outlive_its_owner(qtbot):
    owner, told, may_end = QObject(), [], threading.Event()
    run_in_background(may_end.wait, owner, done=told.append, failed=told.append)
    owner.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    may_end.set()
    assert QThreadPool.globalInstance().waitForDone(WAIT_MS)
    QCoreApplication.processEvents()
    assert told == []


def test_many_tasks_that_end_at_once_all_arrive(qtbot):
    # A task is deleted as soon as it was delivered, while its thread may still be about to end.
    owner, told = QObject(), []
    for number in range(2_000):
        run_in_background(lambda number=number: number, owner, done=told.append, failed=told.append)
    qtbot.waitUntil(lambda: len(told) == 2_000, timeout=4 * WAIT_MS)
    assert sorted(told) == list(range(2_000))
