from __future__ import annotations

import json
import os
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seqclass import events
from seqclass.data import duplicates, scan_warnings
from seqclass.data import manifest as manifests
from seqclass.data.load import load_audio, load_item, load_item_file
from seqclass.data.manifest import Manifest
from seqclass.data.rates import choose_rate, rate_warnings
from seqclass.data.reading import read_candidate
from seqclass.data.scan import require_trainable, run, scan
from seqclass.errors import CancelledError, DataError
from seqclass.specs import DataSpec, ScanJob, TargetSpec

RATE_HZ = 8000


def sound(path: Path, *, seed: int = 0, seconds: float = 0.05, rate_hz: int = RATE_HZ) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng([seed, *path.name.encode()])
    soundfile.write(path, 0.1 * rng.standard_normal(int(seconds * rate_hz)), rate_hz)
    return path


def text(path: Path, content: str = "some words") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def reasons(manifest: Manifest) -> dict[str, str]:
    names = [problem.file for problem in manifest.problems]
    assert len(set(names)) == len(names), "a file is listed twice"
    return {problem.file: problem.reason for problem in manifest.problems}


def files_of(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def assert_all_accounted_for(root: Path, manifest: Manifest, *, ignored: int, sources: tuple[str, ...] = ()) -> None:
    used = {item.file for item in manifest.items} | set(manifest.noise_files)
    listed = set(reasons(manifest))
    assert not used & listed
    assert len(files_of(root) - used - listed - set(sources)) == manifest.ignored == ignored


# Class folders


def test_class_folders_give_labels_speakers_and_facts(tmp_path: Path) -> None:
    sound(tmp_path / "yes" / "anna_nohash_0.wav", seconds=0.5)
    sound(tmp_path / "yes" / "deep" / "er" / "BEN_nohash_1.WAV")
    sound(tmp_path / "no" / "1.flac", rate_hz=16_000)
    sound(tmp_path / "_unknown_" / "x.wav")
    sound(tmp_path / "_background_noise_" / "hum.wav")
    text(tmp_path / "_background_noise_" / "README.md")
    text(tmp_path / "LICENSE")
    text(tmp_path / ".hidden" / "x.wav")
    text(tmp_path / "notes.doc")
    sound(tmp_path / "stray.wav")
    manifest = scan(tmp_path)
    assert (manifest.kind, manifest.layout) == ("speech", "class folders")
    assert [item.id for item in manifest.items] == [
        "_unknown_/x.wav",
        "no/1.flac",
        "yes/anna_nohash_0.wav",
        "yes/deep/er/BEN_nohash_1.WAV",
    ]
    assert manifest.labels() == ("_unknown_", "no", "yes")
    anna = manifest.items[2]
    assert (anna.group, anna.duration_s, anna.rate_hz, anna.n_channels, anna.split) == ("anna", 0.5, RATE_HZ, 1, None)
    assert len(anna.content_hash) == 64
    assert manifest.noise_files == ("_background_noise_/hum.wav",)
    assert set(reasons(manifest)) == {"notes.doc", "stray.wav"}
    assert "beside the class folders" in reasons(manifest)["stray.wav"]
    assert_all_accounted_for(tmp_path, manifest, ignored=3)


def test_two_scans_of_the_same_folder_are_equal_in_bytes(tmp_path: Path) -> None:
    for index in range(40):
        sound(tmp_path / "data" / "ab"[index % 2] / f"{index}.wav", seconds=0.01 * (1 + index % 7))
    written = [tmp_path / f"{number}.out" for number in range(2)]
    for path in written:
        manifests.write_manifest(path, scan(tmp_path / "data"))
    assert written[0].read_bytes() == written[1].read_bytes()


def test_the_same_samples_have_the_same_hash_whatever_the_file(tmp_path: Path) -> None:
    samples = (np.arange(-400, 400) * 32 / 32768).astype(np.float32)
    for name in ("a/1.wav", "a/2.flac", "b/3.aiff"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        soundfile.write(tmp_path / name, samples, RATE_HZ, subtype="PCM_16")
    soundfile.write(tmp_path / "b" / "other_rate.wav", samples, 16_000, subtype="PCM_16")
    manifest = scan(tmp_path)
    hashes = {item.id: item.content_hash for item in manifest.items}
    assert hashes["a/1.wav"] == hashes["a/2.flac"] == hashes["b/3.aiff"] != hashes["b/other_rate.wav"]
    assert any("exact copy" in warning for warning in manifest.warnings)
    assert any("different labels" in warning for warning in manifest.warnings)


def test_a_speaker_can_be_the_target_of_class_folders(tmp_path: Path) -> None:
    sound(tmp_path / "yes" / "anna_nohash_0.wav")
    sound(tmp_path / "yes" / "unnamed.wav")
    manifest = scan(tmp_path, DataSpec(targets=(TargetSpec(name="speaker"),)))
    assert [item.targets for item in manifest.items] == [{"speaker": "anna"}]
    assert reasons(manifest) == {"yes/unnamed.wav": "its speaker is empty"}


def test_a_target_or_group_that_folders_do_not_give_is_refused(tmp_path: Path) -> None:
    sound(tmp_path / "yes" / "1.wav")
    with pytest.raises(DataError, match=r"target=age .*There are: label\."):
        scan(tmp_path, DataSpec(targets=(TargetSpec(name="age"),)))
    with pytest.raises(DataError, match=r"group=room .*There are: label\."):
        scan(tmp_path, DataSpec(group="room"))


def test_folder_names_can_be_numbers_to_predict(tmp_path: Path) -> None:
    sound(tmp_path / "2.5" / "1.wav")
    sound(tmp_path / "old" / "1.wav")
    manifest = scan(tmp_path, DataSpec(targets=(TargetSpec(kind="number"),)))
    assert [item.targets for item in manifest.items] == [{"label": 2.5}]
    assert "finite number" in reasons(manifest)["old/1.wav"]


@pytest.mark.parametrize(
    ("word", "part"),
    [("val", "validation"), ("valid", "validation"), ("dev", "validation"), ("Testing", "test"), ("test", "test")],
)
def test_split_folders_give_the_split(tmp_path: Path, word: str, part: str) -> None:
    sound(tmp_path / "train" / "yes" / "1.wav")
    sound(tmp_path / word / "yes" / "1.wav")
    sound(tmp_path / word / "stray.wav")
    sound(tmp_path / "_background_noise_" / "hum.wav")
    manifest = scan(tmp_path)
    assert manifest.layout == "split folders"
    assert {item.id: item.split for item in manifest.items} == {"train/yes/1.wav": "train", f"{word}/yes/1.wav": part}
    assert manifest.labels() == ("yes",)
    assert_all_accounted_for(tmp_path, manifest, ignored=0)


def test_a_class_may_be_called_test(tmp_path: Path) -> None:
    for label in ("test", "other"):
        sound(tmp_path / label / "1.wav")
    assert scan(tmp_path).layout == "class folders"
    assert scan(tmp_path).labels() == ("other", "test")


def test_list_files_give_the_split(tmp_path: Path) -> None:
    for name in ("yes/a.wav", "yes/b.wav", "no/a.wav"):
        sound(tmp_path / name)
    text(tmp_path / "validation_list.txt", "yes/a.wav\n\n")
    text(tmp_path / "testing_list.txt", "no/a.wav\r\nno/gone.wav\n../out.wav\n")
    manifest = scan(tmp_path)
    assert manifest.layout == "list files"
    assert {item.id: item.split for item in manifest.items} == {
        "yes/a.wav": "validation",
        "yes/b.wav": "train",
        "no/a.wav": "test",
    }
    assert "testing_list.txt line 2" in reasons(manifest)["no/gone.wav"]
    assert "../out.wav" in reasons(manifest)


def test_a_flat_folder_needs_a_pattern_and_the_message_says_so(tmp_path: Path) -> None:
    for name in ("0_anna_1.wav", "1_ben_1.WAV", "oddname.wav"):
        sound(tmp_path / name)
    with pytest.raises(DataError, match=r"\{label\}_\{speaker\}_\{take\}\.wav"):
        scan(tmp_path)
    manifest = scan(tmp_path, DataSpec(pattern="{label}_{speaker}_{take}.wav"))
    assert manifest.layout == "pattern"
    assert {item.id: (item.targets["label"], item.group) for item in manifest.items} == {
        "0_anna_1.wav": ("0", "anna"),
        "1_ben_1.WAV": ("1", "ben"),
    }
    assert "does not fit the pattern" in reasons(manifest)["oddname.wav"]
    takes = scan(tmp_path, DataSpec(pattern="{label}_{speaker}_{take}.wav", group="take"))
    assert {item.group for item in takes.items} == {"1"}
    with pytest.raises(DataError, match=r"target=age"):
        scan(tmp_path, DataSpec(pattern="{label}_{speaker}_{take}.wav", targets=(TargetSpec(name="age"),)))


# Kinds


def test_text_files_and_lines_become_items(tmp_path: Path) -> None:
    text(tmp_path / "pos" / "1.txt", "\ufeffgood\r\n\r\nfine film\r\n")
    text(tmp_path / "neg" / "1.TXT", "bad\n\n \nawful")
    text(tmp_path / "neg" / "empty.txt", " \n")
    (tmp_path / "neg" / "latin.txt").write_bytes("schön".encode("latin-1"))
    (tmp_path / "neg" / "utf16.txt").write_bytes("bad".encode("utf-16"))
    manifest = scan(tmp_path)
    assert manifest.kind == "text"
    assert {item.id: item.text for item in manifest.items} == {"neg/1.TXT": "bad\n\n \nawful", "pos/1.txt": "good\n\nfine film"}
    assert set(reasons(manifest)) == {"neg/empty.txt", "neg/latin.txt", "neg/utf16.txt"}
    assert "UTF-8" in reasons(manifest)["neg/latin.txt"]
    lines = scan(tmp_path, DataSpec(lines=True))
    assert {item.id: item.text for item in lines.items} == {
        "neg/1.TXT#0": "bad",
        "neg/1.TXT#3": "awful",
        "pos/1.txt#0": "good",
        "pos/1.txt#2": "fine film",
    }
    assert lines.ignored == 3


def test_numeric_files_of_all_forms_become_items_and_ragged_ones_are_listed(tmp_path: Path) -> None:
    frames = np.arange(12.0).reshape(6, 2)
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    np.save(tmp_path / "a" / "1.npy", frames)
    np.savez_compressed(tmp_path / "a" / "2.npz", frames)
    text(tmp_path / "a" / "3.csv", "x,y\n" + "\n".join(f"{x},{y}" for x, y in frames))
    text(tmp_path / "b" / "4.csv", "\n".join(f"{x}\t{y}" for x, y in frames))
    text(tmp_path / "b" / "5.csv", "\n".join(f"{x};{y}".replace(".", ",") for x, y in frames))
    np.save(tmp_path / "b" / "wide.npy", np.zeros((4, 3)))
    np.save(tmp_path / "b" / "nan.npy", np.array([[1.0, np.nan]]))
    np.save(tmp_path / "b" / "flat.npy", np.zeros(5, dtype=np.int16))
    np.save(tmp_path / "b" / "cube.npy", np.zeros((2, 2, 2)))
    np.save(tmp_path / "b" / "none.npy", np.zeros((0, 2)))
    np.save(tmp_path / "b" / "object.npy", np.array([{}], dtype=object), allow_pickle=True)
    np.savez(tmp_path / "b" / "two.npz", frames, frames)
    text(tmp_path / "b" / "ragged.csv", "1,2\n3\n")
    text(tmp_path / "b" / "words.csv", "1,2\n3,four\n")
    text(tmp_path / "b" / "bad.npz", "PK nonsense")
    manifest = scan(tmp_path)
    assert manifest.kind == "numeric"
    assert [item.id for item in manifest.items] == ["a/1.npy", "a/2.npz", "a/3.csv", "b/4.csv", "b/5.csv"]
    assert len({item.content_hash for item in manifest.items}) == 1
    assert {(item.n_frames, item.n_features) for item in manifest.items} == {(6, 2)}
    found = reasons(manifest)
    assert "most items have 2" in found["b/wide.npy"]
    assert "most items have 2" in found["b/flat.npy"]
    assert "frame 0, feature 1 is not a finite number" in found["b/nan.npy"]
    assert "never loaded" in found["b/object.npy"]
    assert "one array; it holds 2" in found["b/two.npz"]
    assert "line 2 has 1 numbers" in found["b/ragged.csv"]
    assert "'four'" in found["b/words.csv"]
    assert_all_accounted_for(tmp_path, manifest, ignored=0)
    for item in manifest.items:
        np.testing.assert_array_equal(load_item(manifest, item), frames)
        np.testing.assert_array_equal(load_item_file(tmp_path / str(item.file), "numeric"), frames)


def test_an_npy_header_that_claims_terabytes_is_not_believed(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000, 1000), }".ljust(117) + "\n"
    (tmp_path / "a" / "1.npy").write_bytes(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode())
    assert "breaks off" in reasons(scan(tmp_path))["a/1.npy"]


def test_mixed_kinds_are_refused_with_counts_and_the_way_out(tmp_path: Path) -> None:
    sound(tmp_path / "yes" / "1.wav")
    sound(tmp_path / "yes" / "2.wav")
    text(tmp_path / "yes" / "1.txt")
    with pytest.raises(DataError, match=r"2 recordings \(\.wav\) and 1 texts \(\.txt\).*manifest\.csv"):
        scan(tmp_path)


def test_a_folder_of_unreadable_sound_formats_names_the_way_out(tmp_path: Path) -> None:
    for name in ("a/1.m4a", "b/2.WMA"):
        text(tmp_path / name)
    manifest = scan(tmp_path)
    assert manifest.items == ()
    assert all("convert it to WAV or FLAC" in reason for reason in reasons(manifest).values())
    with pytest.raises(DataError, match=r"2 cannot be used; the first: a/1\.m4a"):
        require_trainable(manifest)


# Manifests


def write_manifest(root: Path, content: str, name: str = "manifest.csv") -> None:
    text(root / name, content)


def test_a_manifest_gives_everything_and_lists_every_bad_row(tmp_path: Path) -> None:
    outside = sound(tmp_path / "outside" / "secret.wav")
    root = tmp_path / "root"
    for name in ("clips/1.wav", "clips/2.wav", "clips/3.wav", "clips/4.wav", "clips/5.wav", "clips/unnamed.wav"):
        sound(root / name)
    (root / "clips" / "link.wav").symlink_to(outside)
    text(root / "clips" / "notes.doc")
    write_manifest(
        root,
        "\ufefffile,label,speaker,split,age\n"
        "clips/1.wav,yes,anna,train,31\n"
        "./clips//2.wav,no,ben,dev,4.5\n"
        "clips/3.wav,,ben,train,3\n"
        "clips/4.wav,no,ben,someday,3\n"
        "clips/5.wav,no,ben,test,old\n"
        "clips/1.wav,no,anna,train,31\n"
        "clips/gone.wav,no,ben,train,3\n"
        f"{outside},no,ben,train,3\n"
        "../outside/secret.wav,no,ben,train,3\n"
        "clips/link.wav,no,ben,train,3\n"
        "clips/notes.doc,no,ben,train,3\n"
        "clips/2.wav,no\n"
        ",no,ben,train,3\n",
    )
    manifest = scan(root, DataSpec(targets=(TargetSpec(), TargetSpec(name="age", kind="number"))))
    assert manifest.layout == "manifest"
    assert [(item.id, item.targets, item.group, item.split) for item in manifest.items] == [
        ("clips/1.wav", {"label": "yes", "age": 31.0}, "anna", "train"),
        ("clips/2.wav", {"label": "no", "age": 4.5}, "ben", "validation"),
    ]
    found = reasons(manifest)
    assert not {item.file for item in manifest.items} & set(found)
    assert "its label is empty (manifest.csv line 4)" in found["clips/3.wav"]
    assert "one of train, training, validation" in found["clips/4.wav"]
    assert "finite number" in found["clips/5.wav"]
    assert "clips/1.wav is named before, in line 2" in found["manifest.csv#5"]
    assert "no such file" in found["clips/gone.wav"]
    assert "must be relative" in found[str(outside)]
    assert "'..'" in found["../outside/secret.wav"]
    assert "link to a place outside" in found["clips/link.wav"]
    assert "its ending .doc" in found["clips/notes.doc"]
    assert "does not name it" in found["clips/unnamed.wav"]
    assert "its file is empty" in found["manifest.csv#12"]
    assert found["manifest.csv#11"] == "its row must have 5 cells; it has 2 (manifest.csv line 13)"


def test_a_manifest_may_write_accents_in_the_other_way(tmp_path: Path) -> None:
    sound(tmp_path / unicodedata.normalize("NFD", "schön.wav"))
    sound(tmp_path / unicodedata.normalize("NFC", "café.wav"))
    names = [unicodedata.normalize("NFC", "schön.wav"), unicodedata.normalize("NFD", "café.wav")]
    write_manifest(tmp_path, "file,label\n" + "\n".join(f"{name},x" for name in names))
    manifest = scan(tmp_path)
    assert (len(manifest.items), manifest.problems) == (2, ())


def test_a_manifest_can_hold_the_texts_themselves(tmp_path: Path) -> None:
    write_manifest(tmp_path, 'text,label\n"good, very\ngood",pos\nbad,neg\n  ,neg\n')
    manifest = scan(tmp_path)
    assert manifest.kind == "text"
    assert [(item.id, item.text, item.file) for item in manifest.items] == [
        ("manifest.csv#0", "good, very\ngood", None),
        ("manifest.csv#1", "bad", None),
    ]
    assert reasons(manifest) == {"manifest.csv#2": "it holds no text"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("manifest.csv", "file;label;speaker\na.wav;yes;anna\n"),
        ("manifest.tsv", "File\tLabel\tspeaker\na.wav\tyes\tanna\n"),
        ("manifest.jsonl", '{"file": "a.wav", "label": "yes", "speaker": "anna"}\n\n'),
    ],
)
def test_manifests_of_all_forms_are_read(tmp_path: Path, name: str, content: str) -> None:
    sound(tmp_path / "a.wav")
    write_manifest(tmp_path, content, name)
    manifest = scan(tmp_path)
    assert [(item.id, item.targets, item.group) for item in manifest.items] == [("a.wav", {"label": "yes"}, "anna")]
    assert manifest.problems == ()


def test_broken_lines_of_a_jsonl_manifest_are_listed(tmp_path: Path) -> None:
    sound(tmp_path / "a.wav")
    write_manifest(tmp_path, '{"file": "a.wav", "label": 7}\n{oops\n[1]\n', "manifest.jsonl")
    manifest = scan(tmp_path)
    assert manifest.items[0].targets == {"label": "7"}
    assert set(reasons(manifest)) == {"manifest.jsonl#1", "manifest.jsonl#2"}


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"name,label\na,b\n", r"column `file` or `text`.*name, label"),
        (b"file,klass\na,b\n", r"target=label.*There are: klass"),
        (b"file,label,label\na,b,c\n", "label twice"),
        ("file,label\nschön.wav,b\n".encode("latin-1"), "UTF-8"),
        ("file,label\na.wav,b\n".encode("utf-16"), "UTF-8"),
        (b'file,label\n"a.wav,b\n', "line 2.*quotation"),
        (b"", "column `file` or `text`"),
    ],
)
def test_a_manifest_that_cannot_be_used_is_refused_in_one_line(tmp_path: Path, content: bytes, rule: str) -> None:
    (tmp_path / "manifest.csv").write_bytes(content)
    with pytest.raises(DataError, match=rule) as caught:
        scan(tmp_path)
    assert "\n" not in str(caught.value)


def test_another_group_column_is_used_or_refused(tmp_path: Path) -> None:
    sound(tmp_path / "a.wav")
    write_manifest(tmp_path, "file,label,room\na.wav,yes,kitchen\n")
    assert scan(tmp_path).items[0].group is None
    assert scan(tmp_path, DataSpec(group="room")).items[0].group == "kitchen"
    with pytest.raises(DataError, match=r"group=house.*There are: label, room"):
        scan(tmp_path, DataSpec(group="house"))


@given(path=st.lists(st.sampled_from(["..", ".", "in", "a.txt", "/", "", "~", "C:", "out"]), max_size=6).map("/".join))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_path_in_a_manifest_reaches_outside_the_root(tmp_path: Path, path: str) -> None:
    root = tmp_path / "out" / "root"
    for place in (tmp_path / "a.txt", tmp_path / "out" / "a.txt", tmp_path / "in" / "a.txt"):
        text(place, "secret")
    for place in (root / "a.txt", root / "in" / "a.txt"):
        text(place, "public")
    write_manifest(root, json.dumps({"file": path, "label": "x"}) + "\n", "manifest.jsonl")
    assert {item.text for item in scan(root).items} <= {"public"}


# ts files


def ts(path: Path, rows: str, *, head: str = "@classLabel true a b") -> None:
    text(path, f"#comment\n@problemName X\n@timeStamps false\n@univariate false\n{head}\n@data\n{rows}")


def test_a_ts_pair_gives_splits_and_lists_bad_rows(tmp_path: Path) -> None:
    ts(tmp_path / "X_TRAIN.ts", "1,2,3:4,5,6:a\n1,2:4,5:b\n1,?:4,5:b\n1,2:4:b\n1,x:4,5:b\n1,2:3,4:c\n")
    ts(tmp_path / "X_TEST.ts", "7,8:9,10:a\n")
    text(tmp_path / "X.arff", "junk")
    manifest = scan(tmp_path)
    assert (manifest.kind, manifest.layout) == ("numeric", "ts")
    assert [(item.id, item.split, item.row, item.n_frames, item.targets["label"]) for item in manifest.items] == [
        ("X_TEST.ts#0", "test", 0, 2, "a"),
        ("X_TRAIN.ts#0", "train", 0, 3, "a"),
        ("X_TRAIN.ts#1", "train", 1, 2, "b"),
    ]
    assert "missing values" in reasons(manifest)["X_TRAIN.ts#2"]
    assert "differ in length" in reasons(manifest)["X_TRAIN.ts#3"]
    assert "@classLabel" in reasons(manifest)["X_TRAIN.ts#5"]
    assert "X.arff" in reasons(manifest)
    np.testing.assert_array_equal(load_item(manifest, manifest.items[1]), [[1, 4], [2, 5], [3, 6]])
    np.testing.assert_array_equal(load_item_file(tmp_path / "X_TRAIN.ts#1", "numeric"), [[1, 4], [2, 5]])


def test_a_univariate_regression_ts_file_has_a_numeric_target(tmp_path: Path) -> None:
    ts(tmp_path / "X.ts", "1,2,3:0.5\n1,2:nan\n", head="@targetLabel true")
    manifest = scan(tmp_path)
    assert manifest.targets == (TargetSpec(kind="number"),)
    assert [(item.targets, item.n_features) for item in manifest.items] == [({"label": 0.5}, 1)]
    assert "finite number" in reasons(manifest)["X.ts#1"]


@pytest.mark.parametrize(
    ("names", "head", "rule"),
    [
        (("X.ts",), "@timeStamps true\n@classLabel true a", "@timeStamps true"),
        (("X.ts",), "@classLabel false", "must give labels"),
        (("X_TRAIN.ts", "Y_TEST.ts"), "@classLabel true a", "parts of one data set"),
        (("X.ts",), "junk", "header that ends with @data"),
    ],
)
def test_ts_files_that_cannot_be_used_are_refused(tmp_path: Path, names: tuple[str, ...], head: str, rule: str) -> None:
    for name in names:
        ts(tmp_path / name, "1,2:a\n", head=head)
    with pytest.raises(DataError, match=rule):
        scan(tmp_path)


# The folder itself


def test_a_folder_that_is_missing_or_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="a folder that exists"):
        scan(tmp_path / "none")
    with pytest.raises(DataError, match="which is a file"):
        scan(text(tmp_path / "file.txt"))


def test_an_empty_folder_is_scanned_and_cannot_be_trained_on(tmp_path: Path) -> None:
    manifest = scan(tmp_path)
    assert manifest.items == ()
    with pytest.raises(DataError, match="must hold items"):
        require_trainable(manifest)


def test_links_that_loop_or_lead_out_are_listed_and_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    sound(outside / "secret.wav")
    root = tmp_path / "root"
    sound(root / "yes" / "1.wav")
    (root / "yes" / "loop").symlink_to(root)
    (root / "no").symlink_to(outside)
    (root / "yes" / "out.wav").symlink_to(outside / "secret.wav")
    (root / "yes" / "broken.wav").symlink_to(root / "gone.wav")
    (root / "yes" / "self.wav").symlink_to(root / "yes" / "self.wav")
    (root / "yes" / "again.wav").symlink_to(root / "yes" / "1.wav")
    manifest = scan(root)
    assert [item.id for item in manifest.items] == ["yes/1.wav", "yes/again.wav"]
    assert set(reasons(manifest)) == {"no", "yes/loop", "yes/out.wav", "yes/broken.wav", "yes/self.wav"}


def test_pipes_and_names_that_are_not_utf8_are_listed(tmp_path: Path) -> None:
    sound(tmp_path / "yes" / "1.wav")
    os.mkfifo(tmp_path / "yes" / "pipe.wav")
    try:
        sound(tmp_path / "yes" / "2.wav").rename(tmp_path / "yes" / os.fsdecode(b"\xff.wav"))
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    manifest = scan(tmp_path)
    assert "neither a file nor a folder" in reasons(manifest)["yes/pipe.wav"]
    assert "not UTF-8" in reasons(manifest)["yes/\\udcff.wav"]
    manifests.write_manifest(tmp_path / "manifest.out", manifest)  # what a window reads


@pytest.mark.parametrize(
    ("labels", "rule"),
    [
        (["yes", "yes"], "at least 2 classes.*label='yes' alone"),
        (["yes", "yes", "no"], "at least 2 items.*1 item of no"),
    ],
)
def test_what_cannot_be_learned_from_is_refused(tmp_path: Path, labels: list[str], rule: str) -> None:
    for index, label in enumerate(labels):
        sound(tmp_path / label / f"{index}.wav")
    with pytest.raises(DataError, match=rule) as caught:
        require_trainable(scan(tmp_path))
    assert "\n" not in str(caught.value)


def test_a_label_with_only_unreadable_files_is_named(tmp_path: Path) -> None:
    for label in ("yes", "no"):
        for index in range(2):
            sound(tmp_path / label / f"{index}.wav")
    require_trainable(scan(tmp_path))
    text(tmp_path / "maybe" / "1.wav", "no sound")
    text(tmp_path / "maybe" / "2.xyz")
    manifest = scan(tmp_path)
    assert manifest.unusable_labels == {"maybe": 2}
    assert any("'maybe'" in warning for warning in manifest.warnings)
    with pytest.raises(DataError, match=r"'maybe' \(2\)"):
        require_trainable(manifest)


def test_near_equal_recordings_and_texts_are_reported(tmp_path: Path, rng: np.random.Generator) -> None:
    root = tmp_path / "speech"
    for index in range(6):
        envelope = np.repeat(rng.uniform(0.01, 1, 40), 200)
        samples = (envelope * rng.standard_normal(8000) * 0.1).astype(np.float32)
        path = root / "train" / "ab"[index % 2] / f"{index}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, samples, RATE_HZ)
    (root / "test" / "a").mkdir(parents=True)
    soundfile.write(root / "test" / "a" / "copy.ogg", samples * 0.5, RATE_HZ)
    assert any("1 pair is of nearly equal" in text and "test/a/copy.ogg" in text for text in scan(root).warnings)
    text(tmp_path / "text" / "a" / "1.txt", "A fine film!")
    text(tmp_path / "text" / "b" / "2.txt", "a fine  film")
    assert any("nearly equal items anywhere" in warning for warning in scan(tmp_path / "text").warnings)


# Jobs and rates


def test_the_search_for_near_duplicates_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    course = np.linspace(0.01, 0.3, 4000) * np.sin(np.arange(4000))
    for number in range(12):
        (tmp_path / "beep").mkdir(exist_ok=True)
        soundfile.write(tmp_path / "beep" / f"{number}.wav", course * (1 - number / 100), RATE_HZ)
    assert any("66 pairs are of nearly equal items" in warning for warning in scan(tmp_path).warnings)
    for module in (duplicates, scan_warnings):
        monkeypatch.setattr(module, "MAX_PAIRS", 20)
    assert any("At least 20 pairs are of nearly equal items" in warning for warning in scan(tmp_path).warnings)


def test_a_scan_job_ends_with_every_figure(tmp_path: Path) -> None:
    for index in range(3):
        sound(tmp_path / "train" / "yes" / f"anna_nohash_{index}.wav", seconds=0.1 * (index + 1))
    sound(tmp_path / "test" / "no" / "ben_nohash_0.wav", rate_hz=16_000)
    text(tmp_path / "test" / "no" / "bad.wav")
    heard: list[events.AnyEvent] = []
    run(ScanJob(dataset=str(tmp_path)), heard.append)
    assert isinstance(heard[0], events.Progress)
    finished = json.loads(events.encode(heard[-1]))
    assert finished["event"] == "finished"
    assert (finished["used"], finished["ignored"], finished["kind"], finished["layout"]) == (4, 0, "speech", "split folders")
    assert [problem["file"] for problem in finished["problems"]] == ["test/no/bad.wav"]
    assert finished["classes"] == {"label": {"no": 1, "yes": 3}}
    assert finished["splits"] == {"train": 3, "test": 1}
    assert finished["groups"] == {"anna": 3, "ben": 1}
    assert finished["counts"] == {"no": {"test": 1}, "yes": {"train": 3}}
    assert finished["duration_s"] == pytest.approx(0.65)
    assert finished["median_duration_s"] == pytest.approx(0.15)
    assert finished["sample_rates"] == {"8000": 3, "16000": 1}
    notes = [event.text for event in heard if isinstance(event, events.Note)]
    assert notes == finished["warnings"]


def test_a_scan_stops_when_it_is_cancelled(tmp_path: Path) -> None:
    for index in range(5):
        sound(tmp_path / "yes" / f"{index}.wav")
    cancel = events.CancelToken()
    seen: list[Any] = []

    def emit(event: events.AnyEvent) -> None:
        seen.append(event)
        cancel.cancel()

    cancel.cancel()
    with pytest.raises(CancelledError):
        scan(tmp_path, emit=emit, cancel=cancel)


def test_the_lowest_rate_that_one_in_twenty_has_is_chosen_at_most_16_khz(tmp_path: Path) -> None:
    sound(tmp_path / "a" / "1.wav")
    manifest = scan(tmp_path)
    one = manifest.items[0]

    def recordings(*rates: tuple[int, int]) -> list[Any]:
        return [msgspec.structs.replace(one, id=f"{rate}/{n}", rate_hz=rate) for rate, count in rates for n in range(count)]

    assert choose_rate(manifest, recordings((44_100, 10))) == 16_000
    assert choose_rate(manifest, recordings((44_100, 19), (8000, 1))) == 8000
    assert choose_rate(manifest, recordings((44_100, 20), (8000, 1))) == 16_000
    assert choose_rate(manifest, recordings(*((9000 + n, 1) for n in range(100)))) == 9004
    assert choose_rate(manifest, recordings((1234, 1))) == 2000
    assert rate_warnings(recordings((8000, 2), (16_000, 1)), 16_000)[0].startswith("2 recordings have a lower")
    assert rate_warnings(recordings((8000, 2)), 8000) == ()
    with pytest.raises(DataError, match="recordings only"):
        choose_rate(manifest, [])


# Real data


@pytest.mark.corpus
def test_every_malformed_file_is_used_or_listed_within_bounded_memory(corpora: Path) -> None:
    root = corpora / "malformed_audio"
    manifest = scan(root)
    paths = {name for name in files_of(root) if name.lower().endswith(".wav")}
    assert len(paths) == 163
    used, listed = {item.file for item in manifest.items}, set(reasons(manifest))
    assert used | listed == paths | {"INDEX.tsv"}
    assert not used & listed
    assert len(used) >= 100
    assert all(reason and "\n" not in reason for reason in reasons(manifest).values())
    for item in manifest.items:
        audio = load_audio(manifest, item)
        assert np.isfinite(audio.samples).all()
        assert audio.duration_s == item.duration_s
    require_trainable(manifest)


@pytest.mark.corpus
def test_scanning_the_malformed_files_takes_less_than_a_gigabyte(corpora: Path) -> None:
    pytest.importorskip("resource")
    # The peak that Linux gives by getrusage holds that of the parent too; the one of the process itself stands in /proc.
    program = f"""
import re, resource
from pathlib import Path
from seqclass.data.scan import scan
assert scan({str(corpora / "malformed_audio")!r}).items
status = Path("/proc/self/status")
own = re.search(r"VmHWM:\\s*([0-9]+) kB", status.read_text()) if status.exists() else None
print(own.group(1) if own else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    unit = 1 if sys.platform == "darwin" else 1024
    assert int(done.stdout) * unit < 300e6


@pytest.mark.corpus
def test_basic_motions_opens_as_it_lies(corpora: Path) -> None:
    manifest = scan(corpora / "basic_motions")
    assert (len(manifest.items), manifest.problems, manifest.kind) == (80, (), "numeric")
    assert load_item(manifest, manifest.items[0]).shape == (100, 6)  # type: ignore[union-attr]


def test_reading_never_raises_for_a_file_that_went_away(tmp_path: Path) -> None:
    from seqclass.data.candidates import Candidate

    for kind in ("speech", "text", "numeric"):
        reading = read_candidate(Candidate(id="gone", targets={}, file="gone.wav"), root=tmp_path, kind=kind, data=DataSpec())
        assert reading.problem
