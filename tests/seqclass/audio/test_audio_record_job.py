"""The `record` job with a microphone that does what it is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from sound_fakes import MICROPHONE, FakeStream

from seqclass.audio import capture, record_job
from seqclass.audio.journal import recover
from seqclass.errors import CancelledError, DeviceError, StorageError
from seqclass.events import AnyEvent, CancelToken, Finished, Level, Note
from seqclass.specs import RecordJob


@pytest.fixture
def microphone(monkeypatch: pytest.MonkeyPatch) -> FakeStream:
    stream = FakeStream()
    monkeypatch.setattr(record_job, "find_microphone", lambda _name: MICROPHONE)
    monkeypatch.setattr(capture, "open_portaudio", stream.opened)
    return stream


def record(job: RecordJob, on_open: Callable[[CancelToken], None]) -> list[AnyEvent]:
    """Run the job; ``on_open`` plays the microphone's and the person's part once it says that it records."""
    events: list[AnyEvent] = []
    cancel = CancelToken()

    def emit(event: AnyEvent) -> None:
        events.append(event)
        if isinstance(event, Note) and event.text.startswith("Recording"):
            on_open(cancel)

    record_job.run(job, emit, cancel)
    return events


def result_of(events: list[AnyEvent]) -> dict[str, Any]:
    assert isinstance(events[-1], Finished)
    return events[-1].result


def test_a_stop_ends_the_take_and_writes_the_file(microphone: FakeStream, tmp_path: Path) -> None:
    def speak(cancel: CancelToken) -> None:
        microphone.give(np.full(1600, 3277))
        cancel.stop()

    out = tmp_path / "out.wav"
    events = record(RecordJob(out=str(out)), speak)
    result = result_of(events)
    assert (result["seconds"], result["rate_hz"], result["device"], result["complete"]) == (0.2, 8000, "usb", True)
    assert result["peak_db"] == -20.0
    assert sum(isinstance(event, Level) for event in events) == 2
    samples, rate_hz = soundfile.read(out, dtype="int16")
    assert rate_hz == 8000
    np.testing.assert_array_equal(samples, np.full(1600, 3277))
    assert recover() == []


def test_it_ends_by_itself_after_its_seconds(microphone: FakeStream, tmp_path: Path) -> None:
    events = record(RecordJob(out=str(tmp_path / "out.wav"), seconds=0.1), lambda _: microphone.give(np.ones(5000)))
    assert result_of(events)["seconds"] == 0.1


def test_a_lost_microphone_keeps_what_was_said(microphone: FakeStream, tmp_path: Path) -> None:
    def speak(_: CancelToken) -> None:
        microphone.give(np.ones(800))
        microphone.finished()

    result = result_of(record(RecordJob(out=str(tmp_path / "out.wav")), speak))
    assert result["complete"] is False
    assert result["problems"] == ["USB Microphone has gone after 0.1 s."]
    assert (tmp_path / "out.wav").is_file()


def test_a_microphone_that_gave_nothing_at_all_is_an_error_and_writes_nothing(microphone: FakeStream, tmp_path: Path) -> None:
    with pytest.raises(DeviceError, match="none at all from 'USB Microphone'"):
        record(RecordJob(out=str(tmp_path / "out.wav")), lambda _: microphone.finished())
    assert list(tmp_path.iterdir()) == []
    assert recover() == []


def test_a_cancelled_take_can_be_recovered(microphone: FakeStream, tmp_path: Path) -> None:
    def speak(cancel: CancelToken) -> None:
        microphone.give(np.ones(800))
        cancel.cancel()

    out = tmp_path / "out.wav"
    with pytest.raises(CancelledError):
        record(RecordJob(out=str(out)), speak)
    assert not out.exists()
    (take,) = recover()
    assert take.info.out == str(out)
    assert take.duration_s == 0.1
    take.discard()


def test_a_place_that_vanishes_meanwhile_keeps_the_take_and_says_how_to_get_it(microphone: FakeStream, tmp_path: Path) -> None:
    out = tmp_path / "out.wav"

    def speak(cancel: CancelToken) -> None:
        microphone.give(np.ones(800))
        out.mkdir()
        cancel.stop()

    with pytest.raises(StorageError, match=r"The take is kept: `seqclass record --recover OTHER\.wav`"):
        record(RecordJob(out=str(out)), speak)
    (take,) = recover()
    take.discard()


def test_a_place_that_cannot_be_written_is_refused_before_anybody_speaks(microphone: FakeStream, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StorageError):
        record(RecordJob(out=str(tmp_path / "file" / "out.wav")), lambda _: pytest.fail("it recorded"))
    assert not microphone.is_open
