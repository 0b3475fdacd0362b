"""A worker process as the window sees it: real child processes, a real worker where it matters."""

from __future__ import annotations

import json
import os
import signal
import sys
import time

import pytest
from PySide6.QtCore import QTimer

import gui.worker_process as module
from gui.worker_process import WorkerProcess
from seqclass.events import EpochEnded, Note, Progress
from seqclass.specs import ScanJob, TrainJob

WAIT_MS = 20_000


@pytest.fixture
def make(qapp, fake_worker, request):
    """Makes a worker whose program is a few lines of Python, and collects what it says."""
    made = []

    def build(body, job=None):
        worker = WorkerProcess(job or ScanJob(dataset="x"), "Test", program=fake_worker(body))
        worker.heard, worker.outcome = [], []
        worker.event_received.connect(worker.heard.append)
        worker.succeeded.connect(lambda result: worker.outcome.append(("succeeded", result)))
        worker.failed.connect(lambda *failure: worker.outcome.append(("failed", *failure)))
        made.append(worker)
        return worker

    yield build
    for worker in made:
        worker.kill()
        worker.deleteLater()


def run(qtbot, worker):
    with qtbot.waitSignal(worker.ended, timeout=WAIT_MS):
        worker.start()
    return worker.outcome


def test_a_scan_comes_back_as_events_and_a_result(qtbot, dataset, tmp_path):
    out = tmp_path / "manifest.json"
    worker = WorkerProcess(ScanJob(dataset=str(dataset), manifest_out=str(out)), "Scan")
    with qtbot.waitSignal(worker.succeeded, timeout=WAIT_MS) as blocker:
        worker.start()
    assert blocker.args[0]["used"] == 6
    assert blocker.args[0]["manifest"] == str(out)
    assert isinstance(worker.progress, Progress)
    assert not worker.is_running
    worker.deleteLater()


def test_the_worker_is_given_its_job_as_the_first_line(qtbot, make):
    worker = make('print(json.dumps({"event": "finished", "got": json.loads(job)}), flush=True)')
    ((kind, result),) = run(qtbot, worker)
    assert kind == "succeeded"
    assert result["got"]["job"] == "scan"


def test_an_error_event_is_the_failure(qtbot, make):
    worker = make('print(json.dumps({"event": "error", "message": "No folder.", "kind": "DataError"})); sys.exit(1)')
    assert run(qtbot, worker) == [("failed", "No folder.", "DataError", [])]


def test_a_killed_worker_fails_with_what_it_said_last_and_its_log(qtbot, make):
    worker = make('print("step 1", file=sys.stderr, flush=True); print(json.dumps({"event": "note", "text": "up"}), flush=True)\n'
                  "time.sleep(60)")  # fmt: skip
    with qtbot.waitSignal(worker.event_received, timeout=WAIT_MS):
        worker.start()
    with qtbot.waitSignal(worker.ended, timeout=WAIT_MS):
        os.kill(worker.pid, signal.SIGKILL)
    ((kind, message, error_kind, lines),) = worker.outcome
    assert (kind, error_kind, lines) == ("failed", "WorkerDied", ["up", "step 1"])
    assert "without a result" in message


def test_a_program_that_does_not_exist_fails_once(qtbot, qapp, tmp_path):
    worker = WorkerProcess(ScanJob(dataset="x"), "Test", program=[str(tmp_path / "none")])
    outcome = []
    worker.failed.connect(lambda *failure: outcome.append(failure))
    with qtbot.waitSignal(worker.ended, timeout=WAIT_MS):
        worker.start()
    assert [kind for _, kind, _ in outcome] == ["WorkerDied"]
    worker.deleteLater()


def test_cancel_is_heeded_and_ends_as_cancelled(qtbot, make):
    worker = make('print(json.dumps({"event": "note", "text": "up"}), flush=True)\nline = sys.stdin.readline()\n'
                  'sys.exit(130 if line == "cancel\\n" else 1)')  # fmt: skip
    with qtbot.waitSignal(worker.event_received, timeout=WAIT_MS):
        worker.start()
    with qtbot.waitSignal(worker.ended, timeout=WAIT_MS):
        worker.cancel()
        assert worker.is_cancelling
    assert worker.outcome == [("failed", "Cancelled.", "CancelledError", [])]


@pytest.mark.parametrize("deaf", ["", "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"])
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to ignore")
def test_a_worker_that_does_not_listen_is_terminated_then_killed(qtbot, make, monkeypatch, deaf):
    monkeypatch.setattr(module, "LADDER_MS", 50)
    worker = make(deaf + 'print(json.dumps({"event": "note", "text": "up"}), flush=True)\ntime.sleep(60)')
    with qtbot.waitSignal(worker.event_received, timeout=WAIT_MS):
        worker.start()
    with qtbot.waitSignal(worker.ended, timeout=WAIT_MS):
        worker.cancel()
    assert worker.outcome[0][2] == "CancelledError"


def test_stop_lets_the_worker_end_with_a_result(qtbot, make):
    worker = make('print(json.dumps({"event": "note", "text": "up"}), flush=True)\n'
                  'print(json.dumps({"event": "finished", "got": sys.stdin.readline()}), flush=True)')  # fmt: skip
    with qtbot.waitSignal(worker.event_received, timeout=WAIT_MS):
        worker.start()
    with qtbot.waitSignal(worker.ended, timeout=WAIT_MS):
        worker.stop()
    assert worker.outcome == [("succeeded", {"got": "stop\n"})]


def test_lines_arrive_whole_however_they_are_cut(qtbot, make):
    worker = make('text = json.dumps({"event": "note", "text": "häuser"}, ensure_ascii=False).encode() + b"\\n"\n'
                  "for byte in text * 2:\n"
                  "    os.write(1, bytes([byte])); time.sleep(0.0005)\n"
                  'os.write(1, b"{\\"event\\": \\"finished\\"}")')  # fmt: skip
    run(qtbot, worker)
    assert [event.text for event in worker.heard if isinstance(event, Note)] == ["häuser", "häuser"]


def test_what_is_no_event_is_left_out(qtbot, make):
    worker = make('print("libfoo: hello"); print(json.dumps({"event": "finished", "ok": 1}))')
    assert run(qtbot, worker) == [("succeeded", {"ok": 1})]


def test_a_last_line_without_its_end_still_counts(qtbot, make):
    worker = make('sys.stdout.write(json.dumps({"event": "finished", "ok": 1}))')
    assert run(qtbot, worker) == [("succeeded", {"ok": 1})]


def test_figures_that_are_no_numbers_arrive(qtbot, make):
    worker = make('print(json.dumps({"event": "epoch", "epoch": 1, "epochs": 2, "train": {"loss": None}, "validation": {}, '
                  '"learning_rate": 0.1, "is_best": False, "seconds": 1.0, "eta_s": 1.0})); print(\'{"event": "finished"}\')',
                  TrainJob(dataset="x", out="y"))  # fmt: skip
    run(qtbot, worker)
    (epoch,) = [event for event in worker.heard if isinstance(event, EpochEnded)]
    assert epoch.train["loss"] != epoch.train["loss"]


def test_the_time_left_is_that_of_the_whole_training(qtbot, make):
    """The job bar and the Train page tell the same."""
    epoch = {
        "event": "epoch", "epoch": 1, "epochs": 9, "train": {}, "validation": {}, "learning_rate": 0.1, "is_best": True,
        "seconds": 1.0, "eta_s": 8.0,
    }  # fmt: skip
    worker = make("")
    assert worker.eta_s is None
    for said, eta_s in (
        ({"event": "progress", "stage": "features", "done": 1, "total": 2, "eta_s": 3.0}, 3.0),
        (epoch, 8.0),
        ({"event": "progress", "stage": "training", "done": 12, "total": 90, "eta_s": 7.5}, 7.5),
    ):
        worker._hear(json.dumps(said).encode())
        assert worker.eta_s == eta_s


def test_a_flood_of_events_is_heard_in_order_with_pauses_for_the_window(qtbot, make):
    """Whatever hears an event may take a while: the window is to live on between them."""
    worker = make(
        'for n in range(60): print(json.dumps({"event": "note", "text": str(n)}))\n'
        'print(json.dumps({"event": "finished", "n": 60}), flush=True)'
    )
    pauses = []

    def work(_event):
        until_s = time.monotonic() + 0.003
        while time.monotonic() < until_s:
            pass

    worker.event_received.connect(work)
    ticks = QTimer(worker, interval=0)
    ticks.timeout.connect(lambda: pauses.append(len(worker.heard)))
    ticks.start()
    assert run(qtbot, worker) == [("succeeded", {"n": 60})]
    assert [event.text for event in worker.heard[:-1]] == [str(n) for n in range(60)]
    between = {count for count in pauses if 0 < count < 61}
    assert len(between) >= 5
