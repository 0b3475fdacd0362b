from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from seqclass import events
from seqclass.data.edits.editing import Edits
from seqclass.data.importing import ImportReport, import_files
from seqclass.data.scan import scan
from seqclass.errors import CancelledError, DataError
from seqclass.specs import DataSpec

RATE_HZ = 8000


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def dropped(tmp_path: Path) -> Path:
    folder = tmp_path / "dropped"
    folder.mkdir()
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def sound(path: Path, seed: int, *, seconds: float = 0.05, file_format: str | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = 0.1 * np.random.default_rng(seed).standard_normal((int(seconds * RATE_HZ), 2))
    soundfile.write(path, samples, RATE_HZ, format=file_format)
    return path


def reasons(report: ImportReport, folder: Path) -> dict[str, str]:
    return {Path(one.file).relative_to(folder).as_posix(): one.reason for one in report.refused}


def test_every_dropped_file_is_imported_or_refused_with_its_reason(root: Path, dropped: Path) -> None:
    sound(root / "yes" / "old.wav", 0)
    sound(dropped / "copy.flac", 1)
    sound(dropped / "deep" / "anna_nohash_7.ogg", 2)
    sound(dropped / "what?.WAV", 3)
    sound(dropped / "voice.recording", 4, file_format="WAV")
    sound(dropped / "long.wav", 5, seconds=2)
    (dropped / "same.wav").write_bytes((root / "yes" / "old.wav").read_bytes())
    (dropped / "twice.flac").write_bytes((dropped / "copy.flac").read_bytes())
    (dropped / "broken.wav").write_bytes(b"RIFF")
    (dropped / "song.m4a").write_bytes(b"x")
    (dropped / "notes.txt").write_text("words")
    (dropped / "table.doc").write_bytes(b"x")
    (dropped / "LICENSE").write_bytes(b"x")
    before = {path: path.read_bytes() for path in dropped.rglob("*") if path.is_file()}
    edits = Edits(root, DataSpec(max_duration_s=1))
    report = import_files(edits, [dropped, dropped / "copy.flac", dropped / "gone.wav"], "yes")
    assert report.imported == ("yes/copy.flac", "yes/anna_nohash_7.ogg", "yes/take_0.wav", "yes/what.wav")
    assert report.renamed == {str(dropped / "voice.recording"): "yes/take_0.wav", str(dropped / "what?.WAV"): "yes/what.wav"}
    assert list(report.converted) == [str(dropped / "voice.recording")]
    refused = reasons(report, dropped)
    assert set(refused) == {
        "same.wav",
        "twice.flac",
        "broken.wav",
        "song.m4a",
        "notes.txt",
        "table.doc",
        "gone.wav",
        "long.wav",
    }
    assert refused["same.wav"] == "it is an exact copy of yes/old.wav"
    assert refused["twice.flac"] == f"it is an exact copy of {dropped / 'copy.flac'}"
    assert "longer than 1 s" in refused["long.wav"]
    assert "convert it to WAV or FLAC" in refused["song.m4a"]
    assert "this data set holds recordings" in refused["notes.txt"]
    assert "ending .doc" in refused["table.doc"]
    assert refused["gone.wav"] == "it cannot be opened: No such file or directory"
    assert all(reason and "\n" not in reason for reason in refused.values())
    assert report.ignored == 1
    assert {path: path.read_bytes() for path in dropped.rglob("*") if path.is_file()} == before
    manifest = scan(root)
    assert manifest.problems == ()
    assert {item.id: item.group for item in manifest.items}["yes/anna_nohash_7.ogg"] == "anna"
    assert (root / "yes" / "copy.flac").read_bytes() == (dropped / "copy.flac").read_bytes()
    edits.undo()
    assert [item.id for item in scan(root).items] == ["yes/old.wav"]


def test_copies_are_kept_where_that_is_asked_for_and_a_speaker_names_the_files(root: Path, dropped: Path) -> None:
    sound(dropped / "1.wav", 1)
    (dropped / "2.wav").write_bytes((dropped / "1.wav").read_bytes())
    report = import_files(Edits(root), [dropped], "yes", speaker="anna", duplicates="keep")
    assert report.imported == ("yes/anna_nohash_0.wav", "yes/anna_nohash_1.wav")
    assert report.refused == ()


def test_folders_name_the_classes_of_their_files_where_no_class_is_given(root: Path, dropped: Path) -> None:
    for n, name in enumerate(("yes/1.wav", "no/1.wav", "no/2.wav")):
        sound(dropped / name, n)
    edits = Edits(root)
    report = import_files(edits, [dropped], None)
    assert sorted(report.imported) == ["no/1.wav", "no/2.wav", "yes/1.wav"]
    assert len(report.changes) == 2
    (dropped / "con").mkdir()
    sound(dropped / "con" / "x.wav", 8)
    sound(dropped / "a" / "x.wav", 9)
    with pytest.raises(DataError, match="Windows"):
        import_files(edits, [dropped], None)
    assert sorted(edits.labels()) == ["no", "yes"]


def test_texts_and_lines_are_checked_and_turned_to_utf_8(root: Path, dropped: Path) -> None:
    (dropped / "a.txt").write_bytes("grün\r\nblau".encode("utf-16"))
    (dropped / "b.txt").write_bytes("grün".encode("latin-1"))
    (dropped / "c.txt").write_bytes(b"  \n")
    (dropped / "d.txt").write_bytes("grün\nblau\n".encode())
    report = import_files(Edits(root), [dropped], "yes")
    assert report.imported == ("yes/text_0.txt",)
    assert (root / "yes" / "text_0.txt").read_text(encoding="utf-8") == "grün\nblau"
    refused = reasons(report, dropped)
    assert "not UTF-8" in refused["b.txt"]
    assert refused["c.txt"] == "it holds no text"
    assert refused["d.txt"] == f"it is an exact copy of {dropped / 'a.txt'}"
    data = DataSpec(lines=True)
    lines = root.parent / "lines"
    (lines / "yes").mkdir(parents=True)
    (lines / "yes" / "lines.txt").write_text("blau\n")
    report = import_files(Edits(lines, data), [dropped / "d.txt"], "yes")
    assert report.imported == ("yes/lines.txt#1",)
    assert [(one.file, one.reason) for one in report.refused] == [
        (f"{dropped / 'd.txt'} line 2", "it is an exact copy of yes/lines.txt#0")
    ]


def test_sequences_must_have_the_features_of_the_data_set(root: Path, dropped: Path) -> None:
    (root / "a").mkdir()
    np.save(root / "a" / "1.npy", np.ones((4, 3)))
    np.save(dropped / "2.npy", np.zeros((5, 3)))
    np.save(dropped / "3.npy", np.zeros((5, 2)))
    (dropped / "4.csv").write_text("1;2;x\n")
    (dropped / "5.ts").write_text("@data\n1,2:a\n")
    report = import_files(Edits(root), [dropped], "b")
    assert report.imported == ("b/2.npy",)
    refused = reasons(report, dropped)
    assert refused["3.npy"] == "it has 2 features a frame; this data set has 3"
    assert "numbers only" in refused["4.csv"]
    assert "several sequences" in refused["5.ts"]


def test_an_import_that_is_cancelled_leaves_nothing_behind(root: Path, dropped: Path) -> None:
    for n, name in enumerate(("yes/1.wav", "yes/2.wav", "no/1.wav", "no/2.wav")):
        sound(dropped / name, n)
    for at in range(8):
        cancel, heard = events.CancelToken(), []

        def emit(
            event: events.AnyEvent, heard: list[object] = heard, at: int = at, cancel: events.CancelToken = cancel
        ) -> None:
            heard.append(event)
            if len(heard) == at:
                cancel.cancel()

        if at == 0:
            cancel.cancel()
        edits = Edits(root)
        try:
            report = import_files(edits, [dropped], None, emit=emit, cancel=cancel)
        except CancelledError:
            assert scan(root).items == ()
            assert edits.history.position == 0
        else:
            assert len(report.imported) == 4
            assert events.Progress(stage="check", done=4, total=4) in heard
            break
    assert at >= 3
