"""``seqclass listen``: words to jobs, events to lines."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest

from seqclass.events import CancelToken, Dropped, Finished, Guessed, Heard, Level, Note, Onset
from seqclass.specs import DetectionSpec, ListenJob, ListenSpec

Run = Callable[..., Any]
FakeJob = Callable[..., list[Any]]

YES = Heard(
    start_s=1.25, end_s=1.75, delay_s=0.16, label="yes", confidence=0.9, probabilities={"yes": 0.9, "no": 0.06, "hm": 0.04}
)
EVENTS = [
    Note(text="Listening at 8000 Hz"),
    Level(time_s=0.1, peak_db=-20.0, rms_db=-30.0),
    Onset(start_s=1.25),
    Guessed(start_s=1.25, end_s=1.5, label="no", confidence=0.5, probabilities={"yes": 0.4, "no": 0.5, "hm": 0.1}),
    YES,
    Onset(start_s=2.0),
    Dropped(start_s=2.0, why="too short"),
    Finished(result={"words": 1, "seconds": 3.0, "decision_delay_ms": 160.0, "longest_block_ms": 2.0}),
]


def test_a_word_is_a_line(run: Run, fake_job: FakeJob) -> None:
    jobs = fake_job(ListenJob, events=EVENTS)
    outcome = run("listen", "m.seqclass", "--input", "long.wav")
    assert jobs == [ListenJob(bundle="m.seqclass", input="long.wav", listen=ListenSpec(partial_ms=None, level_ms=1000.0))]
    assert outcome.code == 0
    assert outcome.out == "    1.25 s to 1.75 s  yes           yes 90.0 %, no 6.0 %, hm 4.0 %\n"
    assert "1 word in 3" in outcome.err


def test_json_has_a_line_for_each_turn_of_a_word(run: Run, fake_job: FakeJob) -> None:
    fake_job(ListenJob, events=EVENTS)
    lines = run("listen", "m.seqclass", "--json").json
    assert [line["event"] for line in lines] == ["onset", "heard", "onset", "dropped", "finished"]
    heard = lines[1]
    assert (heard["start_s"], heard["end_s"], heard["label"], heard["confidence"]) == (1.25, 1.75, "yes", 0.9)
    assert heard["probabilities"] == {"yes": 0.9, "no": 0.06, "hm": 0.04}
    lines = run("listen", "m.seqclass", "--json", "--partial").json
    assert [line["event"] for line in lines] == ["level", "onset", "partial", "heard", "onset", "dropped", "finished"]


def test_numbers_and_several_targets_have_their_line(run: Run, fake_job: FakeJob) -> None:
    number = Heard(start_s=0.0, end_s=1.0, delay_s=0.16, value=41.5)
    targets = {"label": {"label": "yes"}, "age": {"value": 41.5}, "speaker": {"label": "anna"}}
    several = Heard(
        start_s=0.0, end_s=1.0, delay_s=0.16, label="yes", confidence=1.0, probabilities={"yes": 1.0}, targets=targets
    )
    fake_job(ListenJob, events=[number, several])
    first, second = run("listen", "m.seqclass").out.splitlines()
    assert first.split() == ["0.00", "s", "to", "1.00", "s", "41.5"]
    assert second.endswith("; age = 41.5; speaker = anna")


def test_options_become_settings(run: Run, fake_job: FakeJob) -> None:
    jobs = fake_job(ListenJob)
    words = ("--device", "usb", "--threshold", "0.8", "--smoothing", "0.3", "--decision-delay", "250", "--csv", "e.csv")
    assert run("listen", "m.seqclass", *words).code == 0
    spec = ListenSpec(detection=DetectionSpec(decision_delay_ms=250.0), threshold=0.8, smoothing=0.3, level_ms=1000.0)
    assert jobs == [ListenJob(bundle="m.seqclass", device="usb", listen=spec, csv="e.csv")]


@pytest.mark.parametrize(
    ("words", "on_a_terminal", "steps_ms"),
    [
        ([], True, (500.0, 330.0)),
        ([], False, (None, 1000.0)),
        (["--quiet"], True, (None, 1000.0)),
        (["--json"], True, (None, 1000.0)),
        (["--json", "--partial"], False, (100.0, 100.0)),
        (["--json", "--smoothing", "0.2"], False, (100.0, 1000.0)),
    ],
)
def test_guesses_and_levels_are_made_as_often_as_somebody_sees_them_or_the_answer_needs_them(
    run: Run,
    fake_job: FakeJob,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    on_a_terminal: bool,
    steps_ms: tuple[float | None, float],
) -> None:
    jobs = fake_job(ListenJob)
    monkeypatch.setattr("seqclass.cli.listen.is_terminal", lambda: on_a_terminal)
    assert run("listen", "m.seqclass", *words).code == 0
    assert [(job.listen.partial_ms, job.listen.level_ms) for job in jobs] == [steps_ms]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--threshold", "1.5"], "--threshold must lie within 0 to 1. Received: --threshold=1.5"),
        (["--smoothing", "1"], "--smoothing must lie within 0 to 0.9"),
        (["--decision-delay", "nan"], "--decision-delay=nan"),
        (["--input", "a.wav", "--device", "usb"], "not both"),
    ],
)
def test_wrong_usage_is_exit_code_2(run: Run, words: list[str], says: str) -> None:
    outcome = run("listen", "m.seqclass", *words)
    assert outcome.code == 2
    assert says in outcome.err


@pytest.mark.parametrize(("words", "code"), [([], 0), (["--input", "long.wav"], 130)])
def test_ctrl_c_ends_with_what_was_heard(run: Run, fake_job: FakeJob, words: list[str], code: int) -> None:
    def body(emit: Callable[[Any], None], cancel: CancelToken) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        end_s = time.monotonic() + 10
        while not cancel.stop_requested:
            assert time.monotonic() < end_s
        emit(EVENTS[-1])

    fake_job(ListenJob, events=EVENTS[:-1], body=body)
    outcome = run("listen", "m.seqclass", *words)
    assert outcome.code == code
    assert "yes 90.0 %" in outcome.out
