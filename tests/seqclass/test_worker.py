"""The worker as a window meets it: a real child process and three pipes."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import filelock
import msgspec
import pytest

from seqclass import events, worker
from seqclass.errors import UsageError
from seqclass.specs import Job, ScanJob, TrainJob

# The real entry point, with the scan replaced by a body that the test chooses.
CHILD = """
import os, sys, types
from seqclass import jobs, worker
from seqclass.events import Finished, Note, Progress
from seqclass.specs import ScanJob
def run(job, emit, cancel):
{body}
module = types.ModuleType("fake"); module.run = run
sys.modules["fake"] = module
jobs.FUNCTIONS[ScanJob] = "fake:run"
worker.GRACE_S = 0.2
sys.exit(worker.main())
"""
JOB = msgspec.json.encode(ScanJob(dataset="d")) + b"\n"
WAIT = """
import time
emit(Note(text="running"))
while not cancel.stop_requested:
    time.sleep(0.005)
    cancel.check()
emit(Finished(result={"early": True}))
"""
PATIENT = """
import time
emit(Note(text="running"))
while not cancel.stop_requested:
    time.sleep(0.005)
    cancel.check()
print("printed")
emit(Finished(result={"early": True}))
"""
HEEDLESS = """
import threading
emit(Note(text="running"))
threading.Event().wait(60)
"""


class Child:
    """A worker process with pipes."""

    def __init__(self, body: str) -> None:
        code = CHILD.format(body="\n".join(f"    {line}" for line in body.strip().splitlines()))
        pipe = subprocess.PIPE
        self.process = subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe, stderr=pipe)

    def send(self, line: bytes) -> None:
        """Write to its standard input."""
        assert self.process.stdin is not None
        self.process.stdin.write(line)
        self.process.stdin.flush()

    def hang_up(self) -> None:
        """Close its standard input."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    def next_event(self) -> Any:
        """Wait for its next event."""
        assert self.process.stdout is not None
        return events.decode(self.process.stdout.readline())

    def end(self) -> tuple[list[Any], str, int]:
        """The rest of its events, standard error and exit code."""
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        rest = [events.decode(line) for line in self.process.stdout]
        return rest, self.process.stderr.read().decode(), self.process.wait(timeout=30)


@pytest.fixture
def start() -> Iterator[Any]:
    """Start workers; each is gone and its pipes are closed when the test ends."""
    children: list[Child] = []

    def begin(body: str) -> Child:
        children.append(Child(body))
        return children[-1]

    yield begin
    for child in children:
        with child.process:
            child.process.kill()


def test_a_job_goes_in_and_its_events_come_out(start: Any) -> None:
    child = start('print("a library prints"); os.write(1, b"C code prints\\n")\nemit(Finished(result={"used": 3}))')
    child.send(JOB)
    assert child.next_event() == events.Finished(result={"used": 3})
    rest, errors, code = child.end()
    assert (rest, code) == ([], 0)
    assert sorted(errors.splitlines()) == ["C code prints", "a library prints"]


def test_stop_ends_a_job_early_with_its_result(start: Any) -> None:
    child = start(WAIT)
    child.send(JOB)
    assert child.next_event() == events.Note(text="running")
    child.send(b"stop\n")
    assert child.end() == ([events.Finished(result={"early": True})], "", 0)


def test_cancel_ends_a_job_without_a_result(start: Any) -> None:
    child = start(WAIT)
    child.send(JOB)
    child.next_event()
    child.send(b"cancel\n")
    assert child.end() == ([events.Failed(message="Cancelled.", kind="CancelledError")], "", 130)


def test_the_end_of_standard_input_cancels(start: Any) -> None:
    child = start(WAIT)
    child.send(JOB)
    child.next_event()
    child.hang_up()
    assert child.end()[2] == 130


def test_the_end_of_standard_input_ends_a_job_that_does_not_heed_it(start: Any) -> None:
    child = start(HEEDLESS)
    child.send(JOB)
    child.next_event()
    child.hang_up()
    assert child.end()[2] == 130


def test_a_failure_is_the_last_event(start: Any) -> None:
    child = start('from seqclass.errors import DataError\nraise DataError("No items.")')
    child.send(JOB)
    assert child.end() == ([events.Failed(message="No items.", kind="DataError")], "", 1)


@pytest.mark.parametrize("line", [b"{}\n", b"not json\n", b'{"job":"fly"}\n', b'{"job":"scan"}\n', b"\xff\n", b""])
def test_what_is_no_job_is_refused(start: Any, line: bytes) -> None:
    child = start("pass")
    child.send(line)
    child.hang_up()
    rest, _, code = child.end()
    assert code == 2
    assert [event.kind for event in rest] == ["UsageError"]


def test_the_module_is_what_python_runs(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "seqclass.worker"], input=b"no job\n", capture_output=True, timeout=30, cwd=tmp_path, check=False
    )
    assert done.returncode == 2
    assert json.loads(done.stdout)["event"] == "error"
    assert done.stderr == b""


def test_a_real_scan_runs_in_a_real_worker(tmp_path: Path) -> None:
    for label in ("calm", "wild"):
        for number in range(3):
            file = tmp_path / "data" / label / f"{number}.txt"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"{label} {number}", encoding="utf-8")
    job = msgspec.json.encode(ScanJob(dataset=str(tmp_path / "data"))) + b"\n"
    with subprocess.Popen([sys.executable, "-m", "seqclass.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(job)
        process.stdin.flush()
        seen = [events.decode(line) for line in process.stdout]
        process.stdin.close()
    assert process.returncode == 0
    assert seen[-1].result["used"] == 6


@pytest.mark.parametrize(
    "job", [ScanJob(dataset="d"), TrainJob(dataset="d", out="m", settings={"training": {"epochs": 3}}, resume=True)]
)
def test_every_job_survives_the_way_through_json(job: Job) -> None:
    assert worker.parse_job(msgspec.json.encode(job)) == job


def test_a_missing_job_is_named() -> None:
    with pytest.raises(UsageError, match="end of standard input"):
        worker.parse_job(None)


def test_at_most_20_lines_of_progress_a_second_and_every_other_event() -> None:
    out, now_s = io.BytesIO(), 0.0
    emit = worker.EventWriter(out, clock_s=lambda: now_s)
    for step in range(1000):
        now_s = step / 1000
        emit(events.Progress(stage="reading", done=step))
        if step % 100 == 0:
            emit(events.Note(text=str(step)))
    seen = [events.decode(line) for line in out.getvalue().splitlines()]
    assert sum(isinstance(event, events.Progress) for event in seen) == 20
    assert sum(isinstance(event, events.Note) for event in seen) == 10


def test_lines_longer_than_a_pipes_buffer_arrive_whole() -> None:
    reading, writing = os.pipe()
    try:
        os.write(writing, b"a" * 60_000 + b"\nstop\nrest")
        os.close(writing)
        lines = worker._LineReader(reading)
        assert [lines.next(), lines.next(), lines.next(), lines.next()] == [b"a" * 60_000, b"stop", b"rest", None]
    finally:
        os.close(reading)


def test_a_detached_worker_goes_on_without_its_window_in_files(start: Any, tmp_path: Path) -> None:
    child = start(PATIENT)
    child.send(JOB)
    child.next_event()
    folder = tmp_path / "night"
    child.send(f"detach {folder}\n".encode())
    wait_for((folder / "commands").exists)
    child.hang_up()
    child.process.stdout.close()
    child.process.stderr.close()
    with pytest.raises(filelock.Timeout):
        filelock.FileLock(str(folder / "lock"), timeout=0).acquire()
    with (folder / "commands").open("a") as stream:
        stream.write("stop\n")
    assert child.process.wait(timeout=30) == 0
    assert [events.decode(line) for line in (folder / "events.jsonl").read_bytes().splitlines()] == [
        events.Finished(result={"early": True})
    ]
    assert (folder / "log.txt").read_text() == "printed\n"
    with filelock.FileLock(str(folder / "lock"), timeout=0):
        pass


def test_a_detached_worker_heeds_cancel(start: Any, tmp_path: Path) -> None:
    child = start(WAIT)
    child.send(JOB)
    child.next_event()
    child.send(f"detach {tmp_path}\n".encode())
    wait_for((tmp_path / "commands").exists)
    child.hang_up()
    (tmp_path / "commands").write_text("cancel\n")
    assert child.process.wait(timeout=30) == 130
    assert events.decode((tmp_path / "events.jsonl").read_bytes()) == events.Failed(message="Cancelled.", kind="CancelledError")


def test_a_worker_that_cannot_detach_says_so_and_still_ends_with_its_window(start: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    child = start(WAIT)
    child.send(JOB)
    child.next_event()
    child.send(f"detach {tmp_path / 'file'}\n".encode())
    child.hang_up()
    _, errors, code = child.end()
    assert "could not detach" in errors
    assert code == 130


def wait_for(condition: Callable[[], bool]) -> None:
    """Until a condition holds that another process brings about."""
    deadline_s = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline_s
        time.sleep(0.01)
