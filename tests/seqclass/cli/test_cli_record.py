"""``seqclass record``: words to jobs, results to lines and exit codes."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqclass.audio import devices
from seqclass.audio.devices import Device
from seqclass.audio.journal import Journal, TakeInfo, journal_folder
from seqclass.errors import MissingDependencyError
from seqclass.events import CancelToken, Finished, Level, Note
from seqclass.specs import RecordJob

Run = Callable[..., Any]
FakeJob = Callable[..., list[Any]]

RESULT: dict[str, Any] = {
    "out": "a.wav",
    "seconds": 1.5,
    "rate_hz": 48_000,
    "device": "usb",
    "peak_db": -12.3,
    "clipped": False,
    "silent": False,
    "complete": True,
    "problems": [],
}


def test_what_was_recorded_is_one_line(run: Run, fake_job: FakeJob) -> None:
    level = Level(time_s=0.1, peak_db=-12.0, rms_db=-20.0)
    jobs = fake_job(RecordJob, events=[Note(text="Recording USB"), level, Finished(result=RESULT)])
    outcome = run("record", "a.wav", "--device", "usb", "--seconds", "1.5")
    assert jobs == [RecordJob(out="a.wav", device="usb", seconds=1.5)]
    assert outcome.code == 0
    assert outcome.out == "a.wav: 1.5 s at 48000 Hz from usb, peak -12.3 dB\n"
    assert "Recording USB" in outcome.err


def test_json_is_the_result_alone(run: Run, fake_job: FakeJob) -> None:
    fake_job(RecordJob, events=[Level(time_s=0.1, peak_db=-12.0, rms_db=-20.0), Finished(result=RESULT)])
    assert run("record", "a.wav", "--json").json == [{"event": "finished", **RESULT}]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"complete": False}, "broke off after 1.5 s; what was said until then is in a.wav"),
        ({"silent": True}, "a.wav holds nothing but digital silence"),
    ],
)
def test_a_take_that_is_not_what_was_meant_is_exit_code_1(
    run: Run, fake_job: FakeJob, change: dict[str, Any], says: str
) -> None:
    fake_job(RecordJob, events=[Finished(result=RESULT | change)])
    outcome = run("record", "a.wav")
    assert outcome.code == 1
    assert says in outcome.err


@pytest.mark.parametrize(("seconds", "code"), [([], 0), (["--seconds", "60"], 130)])
def test_ctrl_c_ends_and_keeps(run: Run, fake_job: FakeJob, seconds: list[str], code: int) -> None:
    def body(emit: Callable[[Any], None], cancel: CancelToken) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        end_s = time.monotonic() + 10
        while not cancel.stop_requested:
            assert time.monotonic() < end_s
        cancel.check()  # it is a stop, no cancelling
        emit(Finished(result=RESULT))

    fake_job(RecordJob, body=body)
    outcome = run("record", "a.wav", *seconds)
    assert outcome.code == code
    assert outcome.out.startswith("a.wav: 1.5 s")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "give OUT.wav, --list-devices or --recover"),
        (["a.mp3"], "must end with .wav. Received: a.mp3"),
        (["a.wav", "--seconds", "0"], "--seconds=0"),
        (["a.wav", "--seconds", "nan"], "--seconds=nan"),
    ],
)
def test_wrong_usage_is_exit_code_2(run: Run, words: list[str], says: str) -> None:
    outcome = run("record", *words)
    assert outcome.code == 2
    assert says in outcome.err


def leave_behind(out: Path, *, n_samples: int = 800) -> None:
    journal = Journal(journal_folder(), TakeInfo(rate_hz=8000, device="usb", started="2026-11-20T12:00:00+0000", out=str(out)))
    journal.append(np.ones(n_samples, np.int16))
    journal.close()


def test_takes_that_were_left_behind_go_to_where_they_were_meant_to_and_overwrite_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"precious")
    for _ in range(2):
        leave_behind(tmp_path / "a.wav")
    outcome = run("record", "--recover")
    assert outcome.code == 0
    assert outcome.out.splitlines() == [
        f"{tmp_path / name}: 100 ms, begun 2026-11-20T12:00:00+0000" for name in ("a-recovered.wav", "a-recovered-2.wav")
    ]
    assert (tmp_path / "a.wav").read_bytes() == b"precious"
    assert run("record", "--recover").out == "No take was left behind.\n"


def test_one_take_can_be_saved_under_another_name_but_not_two(run: Run, tmp_path: Path) -> None:
    leave_behind(tmp_path / "a.wav")
    leave_behind(tmp_path / "b.wav")
    outcome = run("record", "--recover", str(tmp_path / "c.wav"))
    assert outcome.code == 2
    assert "for 2 takes" in outcome.err
    assert len(run("record", "--recover", "--json").json[0]["takes"]) == 2
    leave_behind(tmp_path / "a.wav")
    assert run("record", "--recover", str(tmp_path / "c.wav")).code == 0
    assert (tmp_path / "c.wav").is_file()


def test_microphones_are_listed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    found = (Device("usb", "USB Microphone", 44_100, 1, "pulse", is_default=True), Device("out", "Loud", 48_000, 2, "pulse"))
    monkeypatch.setattr(devices, "microphones", lambda: found)
    assert run("record", "--list-devices").out.splitlines() == [
        "usb  44100 Hz  USB Microphone  (default)",
        "out  48000 Hz  Loud",
    ]
    (event,) = run("record", "--list-devices", "--json").json
    assert [device["name"] for device in event["devices"]] == ["usb", "out"]


def test_without_portaudio_there_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise MissingDependencyError("Recording and playing need the library PortAudio.")

    monkeypatch.setattr(devices, "microphones", fail)
    assert run("record", "--list-devices") == (1, "", "seqclass: Recording and playing need the library PortAudio.\n")
