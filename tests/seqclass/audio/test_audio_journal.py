"""Takes survive the process that records them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from seqclass.audio.journal import Journal, TakeInfo, journal_folder, recover
from seqclass.errors import StorageError

INFO = TakeInfo(rate_hz=8000, device="usb", started="2026-11-20T12:00:00+0000", out="/music/word.wav", notes={"label": "yes"})

CHILD = """
import os, sys
import numpy as np
from seqclass.audio.journal import Journal, TakeInfo
journal = Journal(sys.argv[1], TakeInfo(rate_hz=8000, device="usb", started="now", out=sys.argv[2]))
journal._flushed_s = float("-inf") if "flush" in sys.argv else float("inf")
journal.append(np.arange(6000, dtype=np.int16))
print("ready", flush=True)
sys.stdin.read()
"""


def test_a_take_is_saved_whole_and_leaves_nothing_behind(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "takes", INFO)
    for start in range(0, 1000, 100):
        journal.append(np.arange(start, start + 100, dtype=np.int16))
    journal.save(tmp_path / "word.wav")
    samples, rate_hz = soundfile.read(tmp_path / "word.wav", dtype="int16")
    assert rate_hz == 8000
    np.testing.assert_array_equal(samples, np.arange(1000))
    assert list((tmp_path / "takes").iterdir()) == []
    assert recover(tmp_path / "takes") == []


def test_a_take_being_recorded_is_a_sound_file_once_it_is_flushed_and_nobody_recovers_it(tmp_path: Path) -> None:
    journal = Journal(tmp_path, INFO)
    journal._flushed_s = float("-inf")
    journal.append(np.arange(500, dtype=np.int16))
    samples, _ = soundfile.read(journal.path, dtype="int16")
    np.testing.assert_array_equal(samples, np.arange(500))
    assert recover(tmp_path) == []
    journal.discard()


def test_a_closed_take_that_could_not_be_saved_is_found(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "takes", INFO)
    journal.append(np.ones(400, np.int16))
    (tmp_path / "word.wav").mkdir()
    with pytest.raises(StorageError):
        journal.save(tmp_path / "word.wav")
    (take,) = recover(tmp_path / "takes")
    assert take.info == INFO
    assert take.duration_s == 0.05
    take.save(tmp_path / "other.wav")
    assert soundfile.info(tmp_path / "other.wav").frames == 400
    assert recover(tmp_path / "takes") == []


def test_a_killed_process_leaves_what_was_flushed(tmp_path: Path) -> None:
    words = [sys.executable, "-c", CHILD, str(tmp_path), "/music/word.wav", "flush"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        assert recover(tmp_path) == []
        child.kill()
        child.wait()
    (take,) = recover(tmp_path)
    assert take.info.out == "/music/word.wav"
    samples, rate_hz = soundfile.read(take.path, dtype="int16")
    assert rate_hz == 8000
    np.testing.assert_array_equal(samples, np.arange(6000))


@given(n_kept=st.integers(0, 500), claims=st.integers(0, 2**32 - 1))
def test_a_header_is_put_right_by_the_size_of_the_file(
    tmp_path_factory: pytest.TempPathFactory, n_kept: int, claims: int
) -> None:
    folder = tmp_path_factory.mktemp("takes")
    journal = Journal(folder, INFO)
    journal.append(np.arange(250, dtype=np.int16))
    journal.close()
    content = bytearray(journal.path.read_bytes())
    content[40:44] = claims.to_bytes(4, "little")
    journal.path.write_bytes(content[: 44 + n_kept])
    takes = recover(folder)
    n_samples = min(n_kept // 2, 250)
    assert [take.duration_s for take in takes] == ([n_samples / 8000] if n_samples else [])
    for take in takes:
        samples, _ = soundfile.read(take.path, dtype="int16")
        np.testing.assert_array_equal(samples, np.arange(n_samples))


def test_a_take_without_its_description_is_still_sound(tmp_path: Path) -> None:
    journal = Journal(tmp_path, INFO)
    journal.append(np.ones(800, np.int16))
    journal.close()
    journal.path.with_suffix(".json").unlink()
    (take,) = recover(tmp_path)
    assert take.duration_s == 0.1
    assert take.info.out == ""


def test_the_description_says_what_a_person_needs(tmp_path: Path) -> None:
    journal = Journal(tmp_path, INFO)
    plain = json.loads(journal.path.with_suffix(".json").read_text(encoding="utf-8"))
    assert plain["device"] == "usb"
    assert plain["notes"] == {"label": "yes"}
    journal.discard()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StorageError, match=r"Cannot write .*file"):
        Journal(tmp_path / "file" / "takes", INFO)


def test_takes_of_no_project_lie_in_the_users_folder(private_folders: Path) -> None:
    assert journal_folder() == private_folders / "user" / "takes"
    assert recover() == []


def test_a_take_that_another_window_decides_about_just_then_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(tmp_path, INFO)
    journal.append(np.ones(800, np.int16))
    journal.close()

    def gone(path: Path) -> None:
        path.unlink()
        raise FileNotFoundError(path)

    monkeypatch.setattr("seqclass.audio.journal._repair", gone)
    assert recover(tmp_path) == []
    assert list(tmp_path.iterdir()) == []
