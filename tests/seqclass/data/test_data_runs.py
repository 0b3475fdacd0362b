"""What a person does to stored runs: notes, the bin, settings taken up again."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import msgspec
import pytest

from seqclass.data import runs
from seqclass.data.runs import StoredRun
from seqclass.errors import StorageError
from seqclass.events import EpochEnded
from seqclass.settings import resolve
from seqclass.training import runs as training_runs


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return tmp_path / "words" / ".seqclass"


def stored(project: Path, *, title: str = "words-1", has_bundle: bool = True, **training: object) -> StoredRun:
    out = project / "runs" / f"{title}.seqclass"
    made = training_runs.create(project, out=str(out), config=resolve({"training": training}, "speech"), data="d")
    if has_bundle:
        out.write_bytes(b"model")
    return next(run for run in runs.listed(project) if run.name == made.name)


def test_a_note_is_kept_with_its_run_and_goes_when_it_is_emptied(project):
    run = stored(project)
    assert run.note == ""
    assert runs.write_note(run, "  too small? 太小？\n").note == "too small? 太小？"
    assert [one.note for one in runs.listed(project)] == ["too small? 太小？"]
    runs.write_note(run, " ")
    assert [one.note for one in runs.listed(project)] == [""]
    assert not list(run.folder.glob("note*"))


def test_a_note_does_not_bring_back_a_run_that_has_gone(project):
    run = stored(project)
    runs.delete(run)
    with pytest.raises(StorageError, match="which has gone"):
        runs.write_note(run, "late")
    assert not run.folder.exists()


def test_a_deleted_run_comes_back_with_its_model(project):
    run = runs.write_note(stored(project), "keep")
    binned = runs.delete(run)
    assert runs.listed(project) == ()
    assert not run.bundle.exists()
    assert binned.folder == project / "bin" / "runs" / run.name
    assert runs.restore(binned) == run
    assert runs.listed(project) == (run,)
    assert run.bundle.read_bytes() == b"model"


def test_a_model_outside_of_the_project_stays_where_it_is(project, tmp_path):
    run = stored(project, has_bundle=False)
    elsewhere = tmp_path / "mine.seqclass"
    elsewhere.write_bytes(b"model")
    moved = msgspec.structs.replace(run.spec, out=str(elsewhere))
    (run.folder / "spec.json").write_bytes(msgspec.json.encode(moved))
    (run,) = runs.listed(project)
    binned = runs.delete(run)
    assert elsewhere.exists()
    runs.restore(binned)
    assert elsewhere.read_bytes() == b"model"


def test_a_model_that_took_the_name_meanwhile_is_not_overwritten(project):
    run = stored(project)
    binned = runs.delete(run)
    run.bundle.write_bytes(b"newer")
    runs.restore(binned)
    assert run.bundle.read_bytes() == b"newer"


def test_a_run_cannot_be_restored_from_an_emptied_bin(project):
    import shutil

    binned = runs.delete(stored(project))
    shutil.rmtree(project / "bin")
    with pytest.raises(StorageError):
        runs.restore(binned)


@pytest.mark.parametrize("kind", ["speech", "text", "numeric"])
def test_asked_settings_give_the_config_again(kind):
    given = {"training": {"epochs": 5}, "model": {"lstm": [32]}, "data": {"targets": ["digit", "age:number"]}}
    config = resolve(given, kind)
    assert resolve(runs.asked(config), kind) == config


def test_changes_name_what_differs_from_the_defaults_of_the_kind():
    assert runs.changes(resolve({}, "numeric"), "numeric") == {}
    config = resolve({"training": {"epochs": 5}, "model": {"lstm": [32]}}, "numeric")
    assert runs.changes(config, "numeric") == {"model.lstm": (32,), "training.epochs": 5}


def test_a_run_knows_the_kind_of_its_data(project):
    assert stored(project).kind == "speech"


def test_a_smoothed_curve_begins_where_the_true_one_does() -> None:
    assert runs.smoothed([4.0, 4.0, 4.0], 0.9) == pytest.approx([4.0, 4.0, 4.0])
    assert runs.smoothed([1.0, 0.0], 0.5) == pytest.approx([1.0, 1 / 3])
    assert runs.smoothed([3.0, 1.0], 0.0) == [3.0, 1.0]


def test_what_is_no_number_is_passed_over_in_smoothing() -> None:
    first, second, third = runs.smoothed([1.0, math.nan, 3.0], 0.5)
    assert (first, math.isnan(second), third) == (1.0, True, pytest.approx((0.5 * 1 + 3) / 1.5))


def test_curves_become_a_table_with_a_line_an_epoch() -> None:
    def epoch(number: int, *, is_best: bool, **validation: float) -> EpochEnded:
        return EpochEnded(
            epoch=number, epochs=2, train={"loss": 2.0 / number}, validation=validation, learning_rate=1e-3, is_best=is_best,
            seconds=0.5, eta_s=0.0,
        )  # fmt: skip

    made = {
        "one, two": [epoch(1, is_best=True, loss=math.nan), epoch(2, is_best=True, loss=0.25)],
        "b": [epoch(1, is_best=True, accuracy=0.5)],
    }
    rows = list(csv.DictReader(runs.as_csv(made).splitlines()))
    assert list(rows[0]) == [
        "run", "epoch", "is_kept", "learning_rate", "seconds", "train.loss", "validation.loss", "validation.accuracy",
    ]  # fmt: skip
    assert [(row["run"], row["epoch"], row["is_kept"]) for row in rows] == [
        ("one, two", "1", "0"),
        ("one, two", "2", "1"),
        ("b", "1", "1"),
    ]
    assert [row["validation.loss"] for row in rows] == ["", "0.25", ""]
