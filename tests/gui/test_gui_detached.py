"""A training that outlives its window, and the window that finds it again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import psutil
import pytest

from gui import detached_worker
from gui.state import AppState
from gui.worker_process import WorkerProcess
from seqclass.data.project import user_dir
from seqclass.events import EpochEnded
from seqclass.specs import TrainJob

WAIT_MS = 30_000
JOB = TrainJob(dataset="d", out="M.seqclass")
# The real entry point, with the training replaced by one that waits for `stop`.
CHILD = """
import sys, time, types
from seqclass import jobs, worker
from seqclass.events import EpochEnded, Finished, Note
from seqclass.specs import TrainJob
def epoch(number):
    figures = dict(train={"loss": 1.0}, validation={}, learning_rate=0.1, is_best=True, seconds=1.0, eta_s=2.0)
    return EpochEnded(epoch=number, epochs=9, **figures)
def run(job, emit, cancel):
    emit(epoch(1))
    while True:
        time.sleep(0.01)
        cancel.check()
        if cancel.stop_requested:
            break
    emit(epoch(2))
    emit(Finished(result={"bundle": job.out}))
module = types.ModuleType("fake"); module.run = run
sys.modules["fake"] = module
jobs.FUNCTIONS[TrainJob] = "fake:run"
sys.exit(worker.main())
"""
# A window that starts a training, lets go of it and ends, as a program does.
WINDOW = """
import sys
from PySide6.QtCore import QCoreApplication
from gui import detached_worker
from gui.worker_process import WorkerProcess, end_program
from seqclass.specs import TrainJob
app = QCoreApplication([])
worker = WorkerProcess(TrainJob(dataset="d", out="M.seqclass"), "Training d", program=[sys.executable, "-c", sys.argv[1]])
worker.start()
def heard(event):
    pid = worker.pid
    assert detached_worker.detach(worker)
    print(pid)
    app.quit()
worker.event_received.connect(heard)
app.exec()
end_program(0)
"""


class Training(WorkerProcess):
    """A worker with the training that waits."""

    def __init__(self, job, title, parent):
        super().__init__(job, title, parent, program=[sys.executable, "-c", CHILD])


@pytest.fixture
def left_running():
    """The id of a training that its window has let go of."""
    done = subprocess.run([sys.executable, "-c", WINDOW, CHILD], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    pid = int(done.stdout)
    yield pid
    if psutil.pid_exists(pid):
        os.kill(pid, signal.SIGKILL)


def test_a_training_outlives_its_window_and_the_next_one_finds_it(qtbot, state, messages, left_running):
    assert psutil.pid_exists(left_running)
    state.reattach_jobs()
    (worker,) = state.jobs
    assert (worker.title, worker.job, worker.is_heavy) == ("Training d", JOB, True)
    assert [event.epoch for event in worker.epochs] == [1]
    with qtbot.waitSignal(state.job_ended, timeout=WAIT_MS):
        worker.stop()
    assert worker.result == {"bundle": "M.seqclass"}
    assert [event.epoch for event in worker.epochs if isinstance(event, EpochEnded)] == [1, 2]
    assert (messages[-1].text, messages[-1].action) == ("Finished in the background: Training d", "Open the model")
    assert not list((user_dir() / "background").iterdir())


def test_a_second_window_leaves_it_to_the_first(qtbot, state, left_running):
    state.reattach_jobs()
    other = AppState()
    other.reattach_jobs()
    assert other.jobs == ()
    state.close()
    other.reattach_jobs()
    assert len(other.jobs) == 1
    with qtbot.waitSignal(other.job_ended, timeout=WAIT_MS):
        other.jobs[0].cancel()
    other.deleteLater()


def test_closing_the_next_window_leaves_it_running(qtbot, state, left_running):
    state.reattach_jobs()
    state.close()
    assert psutil.pid_exists(left_running)


def test_one_that_was_killed_meanwhile_is_reported(qtbot, state, messages, left_running):
    os.kill(left_running, signal.SIGKILL)
    state.reattach_jobs()
    with qtbot.waitSignal(state.job_ended, timeout=WAIT_MS):
        pass
    assert "ended without a result" in messages[-1].text


def test_a_damaged_record_is_left_alone(qtbot, state):
    folder = user_dir() / "background" / "20261120-120000-abcdef"
    folder.mkdir(parents=True)
    (folder / "job.json").write_text("{")
    state.reattach_jobs()
    assert state.jobs == ()


def test_closing_the_window_over_a_training_asks(qtbot, window, dialogs, monkeypatch):
    monkeypatch.setattr("gui.jobs.WorkerProcess", Training)
    worker = window.state.start_job(JOB, "Training d")
    with qtbot.waitSignal(worker.event_received, timeout=WAIT_MS):
        pass
    dialogs.answers = [None]
    assert not window.close()
    assert worker.is_running
    dialogs.answers = [1]
    assert window.close()
    assert window.state.jobs == ()
    assert not (user_dir() / "background").exists()


def test_the_window_can_close_over_a_training_that_goes_on(qtbot, window, dialogs, monkeypatch, state):
    monkeypatch.setattr("gui.jobs.WorkerProcess", Training)
    worker = window.state.start_job(JOB, "Training d")
    with qtbot.waitSignal(worker.event_received, timeout=WAIT_MS):
        pass
    pid = worker.pid
    dialogs.answers = [0]
    assert window.close()
    assert psutil.Process(pid).is_running()
    state.reattach_jobs()
    with qtbot.waitSignal(state.job_ended, timeout=WAIT_MS):
        state.jobs[0].cancel()


def test_a_worker_that_cannot_detach_is_not_let_go(qtbot, qapp, monkeypatch):
    monkeypatch.setattr("gui.worker_process.DETACH_MS", 200)
    program = [sys.executable, "-c", 'import sys, time; print(\'{"event": "note", "text": "up"}\', flush=True); time.sleep(60)']
    worker = WorkerProcess(JOB, "Training d", program=program)
    with qtbot.waitSignal(worker.event_received, timeout=WAIT_MS):
        worker.start()
    assert not detached_worker.detach(worker)
    assert not list((user_dir() / "background").iterdir())
    worker.kill()
    worker.deleteLater()
