"""The recipes in datasets/: each starts as a person starts it, and what it makes is tried in this process, which is faster."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
import soundfile

RECIPES = Path(__file__).resolve().parents[3] / "datasets"


def recipe(name: str, *arguments: Path | str) -> subprocess.CompletedProcess[str]:
    """Run ``datasets/NAME.py`` here."""
    command, out, err = [str(RECIPES / f"{name}.py"), *map(str, arguments)], io.StringIO(), io.StringIO()
    with (
        mock.patch.object(sys, "argv", command),
        mock.patch.object(sys, "path", [str(RECIPES), *sys.path]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            runpy.run_path(command[0], run_name="__main__")
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
    return subprocess.CompletedProcess(command, code, out.getvalue(), err.getvalue())


def made(name: str, *arguments: Path | str) -> list[dict[str, str]]:
    """Run a recipe that must succeed; the rows of its manifest."""
    done = recipe(name, *arguments)
    assert done.returncode == 0, done.stderr
    with (Path(arguments[1]) / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def refused(name: str, *arguments: Path | str) -> str:
    """Run a recipe that must fail with one line; that line."""
    done = recipe(name, *arguments)
    assert done.returncode == 1, done.stdout
    errors = [line for line in done.stderr.splitlines() if not line.startswith("Warning: ")]
    assert len(errors) == 1, done.stderr
    return errors[0]


def write_wav(path: Path, seconds: float = 0.1, rate_hz: int = 8000) -> Path:
    """A quiet tone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, 0.1 * np.sin(np.arange(int(seconds * rate_hz)) * 0.3), rate_hz)
    return path


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    """A tiny copy of the digits."""
    for name in ("0_ada_0", "0_ada_4", "0_ada_5", "1_bob_49"):
        write_wav(tmp_path / "source" / "recordings" / f"{name}.wav")
    return tmp_path / "source"


@pytest.fixture
def commands(tmp_path: Path) -> Path:
    """A tiny copy of Speech Commands."""
    source = tmp_path / "source"
    for word in ("yes", "no", "cat", "tree"):
        for take in range(12):
            write_wav(source / word / f"{take:08x}_nohash_0.wav")
    write_wav(source / "_background_noise_" / "tap.wav")
    (source / "validation_list.txt").write_text("yes/00000000_nohash_0.wav\ncat/00000000_nohash_0.wav\n")
    (source / "testing_list.txt").write_text("no/00000001_nohash_0.wav\ntree/00000001_nohash_0.wav\n")
    return source


def test_every_recipe_explains_itself_and_stands_in_the_readme() -> None:
    readme = (RECIPES / "README.md").read_text(encoding="utf-8")
    names = sorted(path.stem for path in RECIPES.glob("[a-z]*.py"))
    assert len(names) >= 6
    for name in names:
        command = [sys.executable, str(RECIPES / f"{name}.py"), "--help"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0
        assert "OUT" in done.stdout
        assert f"`{name}.py" in readme


def test_datasets_is_no_import_package() -> None:
    assert not (RECIPES / "__init__.py").exists()


def test_digits_get_their_official_split(digits: Path, tmp_path: Path) -> None:
    rows = made("free_spoken_digit_dataset", digits, tmp_path / "out")
    assert {row["file"]: row["split"] for row in rows} == {
        "recordings/0_ada_0.wav": "test",
        "recordings/0_ada_4.wav": "test",
        "recordings/0_ada_5.wav": "train",
        "recordings/1_bob_49.wav": "train",
    }
    assert {row["speaker"] for row in rows} == {"ada", "bob"}
    assert all((tmp_path / "out" / row["file"]).read_bytes() == (digits / row["file"]).read_bytes() for row in rows)


def test_a_file_that_is_no_digit_is_named(digits: Path, tmp_path: Path) -> None:
    write_wav(digits / "recordings" / "hello.wav")
    done = recipe("free_spoken_digit_dataset", digits, tmp_path / "out")
    assert done.returncode == 0
    assert "1 files with other names were left out, the first is hello.wav" in done.stderr


def test_files_are_linked_only_on_request(digits: Path, tmp_path: Path) -> None:
    made("free_spoken_digit_dataset", digits, tmp_path / "copied")
    made("free_spoken_digit_dataset", digits, tmp_path / "linked", "--link")
    file = "recordings/0_ada_0.wav"
    assert not (tmp_path / "copied" / file).samefile(digits / file)
    assert (tmp_path / "linked" / file).samefile(digits / file)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_read_only_source_becomes_a_folder_that_can_be_edited(digits: Path, tmp_path: Path) -> None:
    for path in (digits / "recordings").iterdir():
        path.chmod(0o444)
    rows = made("free_spoken_digit_dataset", digits, tmp_path / "out")
    assert all((tmp_path / "out" / row["file"]).stat().st_mode & 0o200 for row in rows)


def test_an_output_that_holds_something_is_refused_and_untouched(digits: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("years of work")
    assert "OUT must not exist or be an empty folder" in refused("free_spoken_digit_dataset", digits, out)
    assert [path.name for path in out.iterdir()] == ["thesis.txt"]


def test_a_failed_recipe_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("free_spoken_digit_dataset", "speech_commands", "movie_reviews", "uea", "yes_no"):
        assert "SOURCE" in refused(name, tmp_path / "empty", tmp_path / "out")
        assert "SOURCE must be a folder" in refused(name, tmp_path / "absent", tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


def test_speech_commands_follow_their_lists_and_keep_the_noise(commands: Path, tmp_path: Path) -> None:
    rows = made("speech_commands", commands, tmp_path / "out")
    splits = {row["file"]: row["split"] for row in rows}
    assert len(rows) == 48
    assert splits["yes/00000000_nohash_0.wav"] == "validation"
    assert splits["no/00000001_nohash_0.wav"] == "test"
    assert splits["yes/00000001_nohash_0.wav"] == "train"
    assert {row["speaker"] for row in rows} == {f"{take:08x}" for take in range(12)}
    assert (tmp_path / "out" / "_background_noise_" / "tap.wav").is_file()


def test_twelve_classes_keep_as_much_unknown_as_of_an_average_command(commands: Path, tmp_path: Path) -> None:
    for word in ("up", "down", "left", "right", "on", "off", "stop", "go"):
        for take in range(12):
            write_wav(commands / word / f"{take:08x}_nohash_0.wav")
    rows = made("speech_commands", commands, tmp_path / "out", "--classes", "12")
    labels = [row["label"] for row in rows]
    assert len(set(labels)) == 11
    assert labels.count("_unknown_") == 12
    assert {row["word"] for row in rows if row["label"] == "_unknown_"} == {"cat", "tree"}
    again = made("speech_commands", commands, tmp_path / "again", "--classes", "12")
    assert rows == again


def test_without_lists_the_split_is_the_official_rule(tmp_path: Path) -> None:
    # Speakers as they stand in the corpus's own lists.
    test = ("2aa787cf", "ffa76c4a", "24ad3ebe", "d7467392", "5828dfa2", "bb05582b", "97f4c236", "f2e59fea")
    validation = ("8b775397", "2643992f", "060cd039", "f5e5e8b0", "dbb40d24", "d57febf0", "16db1582", "171b56dc")
    source = tmp_path / "source"
    for index in range(100):
        write_wav(source / "yes" / f"speaker{index}_nohash_{index % 3}.wav", seconds=0.01)
    for name in (*test, *validation):
        write_wav(source / "yes" / f"{name}_nohash_1.wav", seconds=0.01)
    splits = {row["speaker"]: row["split"] for row in made("speech_commands", source, tmp_path / "out")}
    assert {splits[name] for name in test} == {"test"}
    assert {splits[name] for name in validation} == {"validation"}
    assert list(splits.values()).count("train") > 60


def test_one_list_without_the_other_is_refused(commands: Path, tmp_path: Path) -> None:
    (commands / "testing_list.txt").unlink()
    assert "only validation_list.txt" in refused("speech_commands", commands, tmp_path / "out")


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_reviews_are_read_in_either_encoding(tmp_path: Path, encoding: str) -> None:
    source = tmp_path / "source"
    source.mkdir()
    good = ['a "gentle, funny" café – truly good .', "one, two\x85three"] if encoding == "utf-8" else ["café – good", "fine"]
    (source / "rt-polarity.pos").write_bytes("\n".join([*good, "", ""]).encode(encoding))
    (source / "rt-polarity.neg").write_bytes("naïve and dull\n".encode(encoding))
    rows = made("movie_reviews", source, tmp_path / "out")
    assert rows == [*({"text": text, "label": "positive"} for text in good), {"text": "naïve and dull", "label": "negative"}]


def ts_file(path: Path, label: str = "a") -> Path:
    """Two short sequences of two dimensions."""
    header = "@problemName Tiny\n@univariate false\n@dimensions 2\n@classLabel true a b\n@data\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(header + f"1,2,3:4,5,6:{label}\n1,1,1:0,0,0:b\n")
    return path


def test_a_uea_pair_is_read_and_copied(tmp_path: Path) -> None:
    for part in ("TRAIN", "TEST"):
        ts_file(tmp_path / "source" / f"Tiny_{part}.ts")
    (tmp_path / "source" / "Tiny.arff").write_text("left behind")
    done = recipe("uea", tmp_path / "source", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["Tiny_TEST.ts", "Tiny_TRAIN.ts"]


def test_a_uea_sequence_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    ts_file(tmp_path / "source" / "Tiny_TRAIN.ts", label="unheard_of")
    ts_file(tmp_path / "source" / "Tiny_TEST.ts")
    done = recipe("uea", tmp_path / "source", tmp_path / "out")
    assert done.returncode == 0
    assert "Tiny_TRAIN.ts, sequence 0" in done.stderr


def test_of_several_uea_problems_one_must_be_chosen(tmp_path: Path) -> None:
    for name in ("One", "Two"):
        for part in ("TRAIN", "TEST"):
            ts_file(tmp_path / "source" / f"{name}_{part}.ts")
    assert "Choose one with --name One" in refused("uea", tmp_path / "source", tmp_path / "out")
    assert recipe("uea", tmp_path / "source", tmp_path / "out", "--name", "Two").returncode == 0


def test_a_uea_problem_without_its_test_file_is_refused(tmp_path: Path) -> None:
    ts_file(tmp_path / "source" / "Tiny_TRAIN.ts")
    assert "Tiny_TEST.ts is not there" in refused("uea", tmp_path / "source", tmp_path / "out")


def words_and_pauses(rng: np.random.Generator, digits: str) -> np.ndarray:
    """A burst a digit, long pauses between; 8 kHz."""
    pause = 0.001 * rng.standard_normal(3200)
    return np.concatenate([pause, *(part for _ in digits for part in (0.3 * rng.standard_normal(2400), pause))])


def test_yes_no_recordings_are_cut_into_their_words(tmp_path: Path, rng: np.random.Generator) -> None:
    source = tmp_path / "source" / "waves_yesno"
    source.mkdir(parents=True)
    soundfile.write(source / "0_1_1.wav", words_and_pauses(rng, "011"), 8000)
    soundfile.write(source / "1_1_1_1.wav", words_and_pauses(rng, "11"), 8000)
    (source / "0_0.wav").write_bytes(b"no sound at all")
    done = recipe("yes_no", tmp_path / "source", tmp_path / "out")
    assert done.returncode == 0
    assert "2 recordings could not be cut" in done.stderr
    assert "0_0.wav, 1_1_1_1.wav" in done.stderr
    files = sorted(path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.wav"))
    assert files == ["no/0_1_1_nohash_0.wav", "yes/0_1_1_nohash_1.wav", "yes/0_1_1_nohash_2.wav"]
    for file in files:
        assert 0.3 < soundfile.info(tmp_path / "out" / file).duration < 0.5


@pytest.mark.corpus
def test_the_recipes_read_the_real_corpora(corpora: Path, tmp_path: Path) -> None:
    rows = made("free_spoken_digit_dataset", corpora / "spoken_digits", tmp_path / "digits", "--link")
    with (corpora / "spoken_digits" / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        official = list(csv.DictReader(stream))
    assert sorted(map(str, rows)) == sorted(map(str, official))
    shutil.rmtree(tmp_path / "digits")
    reviews = made("movie_reviews", corpora / "movie_reviews", tmp_path / "reviews")
    assert [sum(row["label"] == label for row in reviews) for label in ("positive", "negative")] == [5331, 5331]
    done = recipe("uea", corpora / "basic_motions", tmp_path / "motions")
    assert "40 sequences for training and 40 for testing" in done.stdout
    assert len(made("yes_no", corpora / "yes_no_long", tmp_path / "words")) >= 8 * 59
