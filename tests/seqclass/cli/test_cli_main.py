"""Exit codes, help, and what the start must not load."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seqclass import __version__
from seqclass.cli import COMMANDS
from seqclass.errors import CancelledError, DataError
from seqclass.events import CancelToken, Finished, Note, Progress
from seqclass.specs import ClassifyJob, ScanJob, TrainJob

Run = Callable[..., Any]
FakeJob = Callable[..., list[Any]]

HEAVY = ("tensorflow", "keras", "librosa", "numba", "sklearn", "matplotlib", "scipy", "pandas", "numpy", "msgspec")


def modules_after(code: str) -> set[str]:
    """Names of heavy modules that are loaded when ``code`` has run in a fresh process."""
    probe = f"{code}\nimport sys, json\nprint(json.dumps([m for m in {HEAVY!r} if m in sys.modules]))"
    # Without a display the bare command prints help instead of opening the app.
    plain = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True, env=plain)
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("words", [["--help"], [], ["train", "--help"], ["--version"]])
def test_help_loads_nothing_heavy(words: list[str]) -> None:
    assert modules_after(f"from seqclass.cli import main; assert main({words!r}) == 0") == set()


def test_building_a_job_loads_no_numeric_library() -> None:
    code = """
from seqclass.cli import main, COMMANDS
import importlib
for name in COMMANDS: importlib.import_module("seqclass.cli." + {"import": "import_"}.get(name, name))
import seqclass.cli.running, seqclass.cli.render.training, seqclass.cli.render.report, seqclass.cli.render.items
import seqclass.cli.render.scan, seqclass.cli.render.card, seqclass.cli.render.convert
assert main(["train", "--help-settings"]) == 0
"""
    assert modules_after(code) == {"msgspec"}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["absent", "--out", "M.seqclass"], 1, "A data set must be a folder that exists. Received: absent."),
        ([".", "--out", "words.txt"], 2, "must end with .seqclass. Received: words.txt. Try words.seqclass."),
    ],
)
def test_a_training_that_cannot_be_is_refused_before_anything_heavy_is_loaded(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], code: int, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "seqclass.training.train", None)  # to load it would fail
    outcome = run("train", *words)
    assert outcome.code == code
    assert said in outcome.err
    assert outcome.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_help_alone_lists_every_command(run: Run) -> None:
    for words in ([], ["--help"], ["-h"]):
        outcome = run(*words)
        assert outcome.code == 0
        assert outcome.err == ""
        assert all(f"\n  {name} " in outcome.out for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_complete_help_with_examples(run: Run, command: str) -> None:
    outcome = run(command, "--help")
    assert outcome.code == 0
    assert f"usage: seqclass {command}" in outcome.out
    assert f"examples:\n  seqclass {command}" in outcome.out
    assert "--json" in outcome.out


def test_version_names_the_version(run: Run) -> None:
    assert run("--version") == (0, f"seqclass {__version__}\n", "")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["tran", "x"], "Did you mean train?"),
        (["--jsn"], "no option --jsn"),
        (["train", "x"], "--out"),
        (["train", "x", "--out", "m", "--epochs=3"], "unrecognized arguments: --epochs=3"),
        (["train", "x", "--out", "m", "--see=3"], "--see"),
        (["train", "x", "--out", "m", "--seed", "abc"], "invalid int value: 'abc'"),
        (["train", "x", "--out", "m", "--seed", "-1"], "Received: training.seed=-1"),
        (["scan", "x", "--target", "age:text"], "NAME:number"),
        (["evaluate", "m", "x", "--split", "exam"], "invalid choice: 'exam'"),
        (["crossval", "x", "--by", "1"], "at least 2"),
        (["classify", "m"], "at least one ITEM"),
        (["trace", "m", "--out", "t.npz"], "one ITEM or one --text"),
        (["trace", "m", "a.wav", "--text", "b", "--out", "t.npz"], "one ITEM or one --text"),
        (["trace", "m", "a.wav"], "give --out"),
        (["trace", "m", "a.wav", "--out", "t.csv"], "must end with .npz"),
        (["trace", "m", "a.wav", "--plot", "t.txt"], "must end with .png, .svg or .pdf"),
        (["trace", "m", "a.wav", "--timeline", "t.txt"], "--timeline must end with .csv, .npz, .png, .svg or .pdf"),
        (["trace", "m", "a.wav", "--ledger", "t.doc"], "--ledger must end with .csv, .npz, .png"),
        (["trace", "m", "a.wav", "--timeline", "t.csv", "--stride", "0"], "--stride must be at least 1"),
        (["evaluate", "m", "d", "--hands", "e.json", "--health", "h.csv"], "one at a time"),
        (["evaluate", "m", "d", "--against", "n"], "--against needs --health"),
        (["evaluate", "m", "d", "--health", "h.txt"], "must end with .csv"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(run: Run, words: list[str], says: str) -> None:
    outcome = run(*words)
    assert outcome.code == 2
    assert outcome.out == ""
    assert outcome.err.startswith("seqclass: ")
    assert outcome.err.count("\n") == 1
    assert says in outcome.err


def test_a_failed_job_is_one_line_and_exit_code_1(run: Run, fake_job: FakeJob) -> None:
    def body(emit: object, cancel: object) -> None:
        raise DataError("A data set must hold items.\nReceived: an empty folder.")

    fake_job(ScanJob, body=body)
    outcome = run("scan", "x")
    assert outcome == (1, "", "seqclass: A data set must hold items. And: Received: an empty folder.\n")


def test_with_json_a_failure_is_also_the_last_line_of_standard_output(run: Run, fake_job: FakeJob) -> None:
    def body(emit: object, cancel: object) -> None:
        raise DataError("A data set must hold items.")

    fake_job(ScanJob, body=body)
    outcome = run("scan", "x", "--json")
    assert outcome.code == 1
    assert outcome.json == [{"event": "error", "message": "A data set must hold items.", "kind": "DataError"}]
    assert outcome.err == "seqclass: A data set must hold items.\n"


def test_a_fault_of_the_program_shows_no_traceback(run: Run, fake_job: FakeJob, private_folders: Path) -> None:
    def body(emit: object, cancel: object) -> None:
        raise AssertionError("what should not be")

    fake_job(ScanJob, body=body)
    outcome = run("scan", "x")
    assert outcome.code == 1
    assert outcome.err.count("\n") == 1
    assert "Traceback" not in outcome.err
    assert "seqclass.log" in outcome.err


def test_a_fault_outside_a_job_shows_no_traceback_either(run: Run, fake_job: FakeJob) -> None:
    fake_job(ScanJob, events=[Finished(result={"problems": 3})])  # a view cannot draw this
    outcome = run("scan", "x")
    assert outcome.code == 1
    assert "Traceback" not in outcome.err
    assert "internal error" in outcome.err


def test_options_may_stand_before_the_command_and_between_items(run: Run, fake_job: FakeJob) -> None:
    arrived = fake_job(ClassifyJob)
    assert run("--quiet", "classify", "m", "a.wav", "--json", "b.wav", "--text", "c").code == 0
    assert arrived == [ClassifyJob(bundle="m", items=("a.wav", "b.wav"), texts=("c",))]


def test_with_json_nothing_but_json_reaches_standard_output(run: Run, fake_job: FakeJob) -> None:
    def body(emit: Callable[[Any], None], cancel: object) -> None:
        print("a library prints")
        os.write(1, b"and so does C code\n")
        emit(Progress(stage="reading", done=1, total=2))
        emit(Note(text="something"))
        emit(Finished(result={"used": 2, "problems": []}))

    fake_job(ScanJob, body=body)
    outcome = run("scan", "x", "--json")
    # Within pytest standard output is not the process's own, so what C code writes is looked at in the test below.
    assert [line for line in outcome.out.splitlines() if line.startswith("{")] == [
        '{"event":"finished","used":2,"problems":[]}'
    ]
    assert "a library prints\n" in outcome.err
    assert "something\n" in outcome.err


CHILD = """
import os, sys, types
from seqclass import jobs
from seqclass.cli import main
from seqclass.events import Finished, Progress, EpochEnded
from seqclass.specs import {job}
def run(job, emit, cancel):
{body}
module = types.ModuleType("fake"); module.run = run
sys.modules["fake"] = module
jobs.FUNCTIONS[{job}] = "fake:run"
sys.exit(main({words!r}))
"""


def start(job: str, words: list[str], body: str, **named: Any) -> subprocess.Popen[str]:
    """Start the command line in a child process in which ``body`` does the job."""
    lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
    code = CHILD.format(job=job, words=words, body=lines)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **named}
    return subprocess.Popen([sys.executable, "-c", code], **pipes)


def test_what_c_code_prints_goes_to_standard_error() -> None:
    body = """
os.write(1, b"C code prints\\n")
emit(Finished(result={"used": 2, "problems": []}))
"""
    with start("ScanJob", ["scan", "x", "--json"], body) as process:
        out, err = process.communicate(timeout=30)
    assert out == '{"event":"finished","used":2,"problems":[]}\n'
    assert err == "C code prints\n"
    assert process.returncode == 0


WAITING = """
emit(Finished(result={"used": 1, "problems": []}))
import time
for _ in range(3000):
    time.sleep(0.01)
    cancel.check()
    if cancel.stop_requested:
        emit(Finished(result={"bundle": "M.seqclass", "metrics": {}}))
        return
"""


def interrupted(job: str, words: list[str], number: signal.Signals) -> tuple[str, str]:
    """What a command prints to standard output and error that gets a signal while its job runs."""
    with start(job, [*words, "--json"], WAITING) as process:
        assert process.stdout is not None
        process.stdout.readline()  # the job is running
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    return out, err


between_processes = pytest.mark.skipif(sys.platform == "win32", reason="signals between processes")


@between_processes
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_job_ends_with_exit_code_130(number: signal.Signals) -> None:
    out, err = interrupted("ScanJob", ["scan", "x"], number)
    assert [json.loads(line)["kind"] for line in out.splitlines()] == ["CancelledError"]
    assert "Traceback" not in err


@between_processes
def test_the_first_ctrl_c_in_training_keeps_the_best_so_far() -> None:
    out, _ = interrupted("TrainJob", ["train", "x", "--out", "M.seqclass"], signal.SIGINT)
    assert json.loads(out)["bundle"] == "M.seqclass"


@between_processes
def test_sigterm_in_training_cancels_at_once() -> None:
    out, _ = interrupted("TrainJob", ["train", "x", "--out", "M.seqclass"], signal.SIGTERM)
    assert json.loads(out)["kind"] == "CancelledError"


def test_a_reader_that_leaves_early_is_no_error() -> None:
    body = """
from seqclass.events import ItemClassified
for number in range(100000):
    emit(ItemClassified(item=str(number), label="yes"))
    cancel.check()
"""
    with start("ClassifyJob", ["classify", "m", "x"], body) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


def test_a_console_without_utf8_shows_question_marks_instead_of_ending() -> None:
    body = """
from seqclass.events import ItemClassified
emit(ItemClassified(item="声.wav", label="да"))
"""
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    with start("ClassifyJob", ["classify", "m", "x"], body, env=environment) as process:
        out, err = process.communicate(timeout=30)
    assert (out, err, process.returncode) == ("?.wav: ??\n", "", 0)


def test_json_is_utf8_on_every_console() -> None:
    body = """
from seqclass.events import ItemClassified
emit(ItemClassified(item="声.wav", label="да"))
"""
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    with start("ClassifyJob", ["classify", "m", "x", "--json"], body, env=environment, encoding="utf-8") as process:
        out, _ = process.communicate(timeout=30)
    assert json.loads(out) == {"event": "item", "item": "声.wav", "label": "да"}


def test_a_file_name_that_is_no_text_is_still_listed(run: Run, fake_job: FakeJob) -> None:
    fake_job(ScanJob, events=[Finished(result={"used": 1, "problems": [{"file": "\udcff.wav", "reason": "broken"}]})])
    assert run("scan", "x", "--json").json[0]["problems"] == [{"file": "\\udcff.wav", "reason": "broken"}]
    assert run("scan", "x").code == 0


def test_quiet_keeps_progress_and_notes_away_but_not_warnings(run: Run, fake_job: FakeJob) -> None:
    events = [
        Progress(stage="reading", done=1, total=2),
        Note(text="a note"),
        Note(text="shared speakers", level="warning"),
        Finished(result={"used": 1, "problems": []}),
    ]
    fake_job(ScanJob, events=events)
    assert run("scan", "x", "--quiet").err == "warning: shared speakers\n"
    assert "a note\n" in run("scan", "x").err


def test_a_cancelled_job_ends_with_exit_code_130(run: Run, fake_job: FakeJob) -> None:
    def body(emit: object, cancel: CancelToken) -> None:
        raise CancelledError("Cancelled.")

    fake_job(TrainJob, body=body)
    assert run("train", "x", "--out", "m") == (130, "", "seqclass: Cancelled.\n")


def test_an_interrupt_outside_a_job_ends_with_exit_code_130(run: Run, fake_job: FakeJob) -> None:
    def body(emit: object, cancel: object) -> None:
        raise KeyboardInterrupt

    fake_job(ScanJob, body=body)
    assert run("scan", "x") == (130, "", "seqclass: Interrupted.\n")


def test_a_real_scan_goes_from_folder_to_table(run: Run, tmp_path: Path) -> None:
    (tmp_path / "calm").mkdir()
    (tmp_path / "wild").mkdir()
    (tmp_path / "calm" / "a.txt").write_text("still waters", encoding="utf-8")
    (tmp_path / "wild" / "b.txt").write_text("white waters", encoding="utf-8")
    (tmp_path / "wild" / "c.txt").write_bytes(b"\xff\xfe\xff")
    outcome = run("scan", str(tmp_path))
    assert outcome.code == 0
    assert "2 texts used" in outcome.out
    assert "wild/c.txt: " in outcome.out
    last = run("scan", str(tmp_path), "--json").json[-1]
    assert (last["event"], last["used"], [entry["file"] for entry in last["problems"]]) == ("finished", 2, ["wild/c.txt"])


@pytest.mark.skipif(sys.platform == "win32", reason="a shell's way to close a stream")
def test_a_process_without_standard_streams_still_does_its_job(tmp_path: Path) -> None:
    command = f'"{sys.executable}" -m seqclass scan "{tmp_path / "none"}" >&- 2>&-'
    assert subprocess.run(["sh", "-c", command], check=False, timeout=30).returncode == 1
