"""A recorder with a microphone that does what it is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sound_fakes import MICROPHONE, FakeStream

from seqclass.audio.journal import Journal, recover
from seqclass.audio.recorder import Recorder, Said
from seqclass.errors import StorageError
from seqclass.events import Level, Note
from seqclass.specs import DetectionSpec

PATIENCE_S = 20.0


def test_what_was_said_is_in_the_take_with_its_level(tmp_path: Path) -> None:
    stream, said, blocks = FakeStream(), list[Said](), []
    recorder = Recorder(MICROPHONE, tmp_path, say=said.append, on_samples=blocks.append, open_stream=stream.opened)
    values = (np.sin(np.arange(4000) / 5) * 16384).round().astype(np.int16)
    for start in range(0, 4000, 100):
        stream.give(values[start : start + 100])
    take = recorder.stop()
    assert not stream.is_open
    np.testing.assert_array_equal(take.samples(), values / np.float32(32768))
    np.testing.assert_array_equal(np.concatenate(blocks), values)
    assert take.duration_s == 0.5
    assert take.peak_db == pytest.approx(-6.02, abs=0.01)
    assert (take.has_sound, take.has_clipped, take.is_cut, take.problems) == (True, False, False, ())
    levels = [event for event in said if isinstance(event, Level)]
    assert [round(level.time_s, 3) for level in levels] == [0.1, 0.2, 0.3, 0.4, 0.5]
    assert levels[0].rms_db == pytest.approx(-9.03, abs=0.2)
    take.journal.save(tmp_path / "out.wav")
    assert [path.name for path in tmp_path.iterdir()] == ["out.wav"]


def test_it_ends_by_itself_after_exactly_its_duration(tmp_path: Path) -> None:
    stream = FakeStream()
    recorder = Recorder(MICROPHONE, tmp_path, max_duration_s=0.25, open_stream=stream.opened)
    stream.give(np.ones(1500))
    stream.give(np.ones(1500))
    assert recorder.wait(PATIENCE_S)
    assert not stream.is_open
    take = recorder.stop()
    assert take.journal.n_samples == 2000
    take.journal.discard()


def test_it_ends_by_itself_when_a_word_is_over(tmp_path: Path) -> None:
    stream = FakeStream()
    recorder = Recorder(MICROPHONE, tmp_path, until_word=DetectionSpec(decision_delay_ms=300.0), open_stream=stream.opened)
    room = np.random.default_rng(0).normal(0, 10, 8000)
    word = 8000 * np.sin(np.arange(3200) / 3) * np.hanning(3200)
    said = np.rint(np.concatenate([room[:4000], word, room])).astype(np.int16)
    for start in range(0, 4000 + 3200, 400):
        stream.give(said[start : start + 400])
    assert not recorder.wait(0.1)
    for start in range(4000 + 3200, len(said), 400):
        stream.give(said[start : start + 400])
    assert recorder.wait(PATIENCE_S)
    take = recorder.stop()
    assert take.journal.n_samples >= 4000 + 3200
    assert not take.is_cut
    take.journal.discard()


def test_an_unplugged_microphone_keeps_what_was_said_and_says_so(tmp_path: Path) -> None:
    stream, said = FakeStream(), list[Said]()
    recorder = Recorder(MICROPHONE, tmp_path, say=said.append, open_stream=stream.opened)
    stream.give(np.full(800, 100))
    stream.finished()
    assert recorder.wait(PATIENCE_S)
    take = recorder.stop()
    assert take.is_cut
    assert take.problems == ("USB Microphone has gone after 0.1 s.",)
    assert Note(text=take.problems[0], level="warning") in said
    assert len(take.samples()) == 800
    take.journal.discard()


def test_full_scale_is_marked_as_clipped(tmp_path: Path) -> None:
    stream = FakeStream()
    recorder = Recorder(MICROPHONE, tmp_path, open_stream=stream.opened)
    stream.give(np.full(800, -32768))
    take = recorder.stop()
    assert take.has_clipped
    take.journal.discard()


def test_a_full_disk_keeps_what_is_on_it_and_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = FakeStream()
    append = Journal.append

    def fail_later(journal: Journal, samples: np.ndarray) -> None:  # type: ignore[type-arg]
        if journal.n_samples + len(samples) > 500:
            raise StorageError("Cannot write the take: the disk is full.")
        append(journal, samples)

    monkeypatch.setattr(Journal, "append", fail_later)
    blocks: list[int] = []
    recorder = Recorder(MICROPHONE, tmp_path, on_samples=lambda samples: blocks.append(len(samples)), open_stream=stream.opened)
    stream.give(np.ones(400))
    while not sum(blocks):
        assert not recorder.wait(0.01)
    stream.give(np.ones(400))
    assert recorder.wait(PATIENCE_S)
    take = recorder.stop()
    assert take.is_cut
    assert take.problems == ("Cannot write the take: the disk is full.",)
    assert len(take.samples()) == 400
    take.journal.discard()


def test_a_fault_in_a_listener_is_raised_where_the_take_is_ended_and_the_take_stays(tmp_path: Path) -> None:
    def fail(samples: object) -> None:
        raise ZeroDivisionError

    stream = FakeStream()
    recorder = Recorder(MICROPHONE, tmp_path, on_samples=fail, open_stream=stream.opened)
    stream.give(np.ones(400))
    assert recorder.wait(PATIENCE_S)
    with pytest.raises(ZeroDivisionError):
        recorder.stop()
    assert not stream.is_open
    if takes := recover(tmp_path):
        assert takes[0].duration_s == 0.05


def test_a_folder_that_cannot_be_written_lets_go_of_the_microphone(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    stream = FakeStream()
    with pytest.raises(StorageError):
        Recorder(MICROPHONE, tmp_path / "file", open_stream=stream.opened)
    assert not stream.is_open
