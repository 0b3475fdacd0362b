"""What a person sees of trainings and the demo, and the JSON lines of Contract 3."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from seqclass.cli.render.demo import own_command
from seqclass.events import EpochEnded, Finished, FoldEnded, Note
from seqclass.specs import CrossvalJob, DemoJob, TrainJob

Run = Callable[..., Any]
FakeJob = Callable[..., list[Any]]


def epoch(number: int, *, best: bool = True, **validation: float) -> EpochEnded:
    return EpochEnded(
        epoch=number,
        epochs=2,
        train={"loss": 1.25, "accuracy": 0.5},
        validation=validation,
        learning_rate=0.002,
        is_best=best,
        seconds=2.0,
        eta_s=4.0,
    )


TRAINED = {
    "bundle": "M.seqclass",
    "metrics": {
        "validation": {"accuracy": 0.95, "n_items": 20},
        "test": {"accuracy": 0.9, "interval": [0.8, 0.95], "balanced_accuracy": 0.85, "n_items": 100},
    },
}


def test_train_shows_one_line_an_epoch_and_the_figures_at_the_end(run: Run, fake_job: FakeJob) -> None:
    events = [epoch(1, loss=1.0, accuracy=0.25), epoch(2, best=False, loss=1.5, accuracy=0.2), Finished(result=TRAINED)]
    fake_job(TrainJob, events=events)
    lines = run("train", "x", "--out", "M.seqclass").out.splitlines()
    assert lines[0].split() == ["epoch", "loss", "acc", "val", "loss", "val", "acc", "rate", "time", "left"]
    assert lines[1].split() == ["1/2", "1.25", "50.0", "%", "1", "25.0", "%", "0.002", "2.0", "s", "4.0", "s", "best"]
    assert lines[2].endswith("4.0 s")
    assert lines[3:] == [
        "validation: accuracy 95.0 % of 20 items",
        "test: accuracy 90.0 % (80.0 to 95.0), balanced 85.0 % of 100 items",
        "bundle written to M.seqclass",
    ]


def test_train_without_validation_shows_no_columns_of_it(run: Run, fake_job: FakeJob) -> None:
    fake_job(TrainJob, events=[epoch(1), Finished(result={"bundle": "M.seqclass", "metrics": {"validation": {}}})])
    outcome = run("train", "x", "--out", "M.seqclass")
    assert "val" not in outcome.out.splitlines()[0]
    assert outcome.out.splitlines()[-1] == "bundle written to M.seqclass"


def test_train_with_several_targets_names_each(run: Run, fake_job: FakeJob) -> None:
    targets = {"digit": {"accuracy": 0.9, "n_items": 10}, "age": {"mae": 3.25, "rmse": 4.5, "n_items": 10}}
    fake_job(TrainJob, events=[Finished(result={"bundle": "m", "metrics": {"test": {"accuracy": 0.9, "targets": targets}}})])
    assert run("train", "x", "--out", "m").out.splitlines()[:2] == [
        "test, digit: accuracy 90.0 % of 10 items",
        "test, age: mean absolute error 3.25, root mean square error 4.5 of 10 items",
    ]


def test_train_with_json_gives_epochs_and_the_contracts_last_line(run: Run, fake_job: FakeJob) -> None:
    fake_job(TrainJob, events=[Note(text="hello"), epoch(1, loss=float("nan")), Finished(result=TRAINED)])
    outcome = run("train", "x", "--out", "M.seqclass", "--json")
    assert [line["event"] for line in outcome.json] == ["epoch", "finished"]
    assert outcome.json[0]["validation"] == {"loss": None}
    assert outcome.json[-1] == {"event": "finished", **TRAINED}
    assert outcome.err == "hello\n"


def test_crossval_shows_each_fold_the_mean_and_the_range(run: Run, fake_job: FakeJob) -> None:
    folds = [
        FoldEnded(name="ann", fold=1, folds=2, accuracy=0.9, n_items=50, seconds=3.0),
        FoldEnded(name="bob", fold=2, folds=2, accuracy=0.7, n_items=50, seconds=4.0),
    ]
    finished = Finished(result={"mean_accuracy": 0.8, "folds": {"ann": 0.9, "bob": 0.7}})
    fake_job(CrossvalJob, events=[epoch(1), folds[0], folds[1], finished])
    lines = run("crossval", "x").out.splitlines()
    assert lines[1].split() == ["1/2", "ann", "90.0", "%", "50", "3.0", "s"]
    assert lines[-1] == "mean accuracy 80.0 % of 2 folds, from 70.0 % (bob) to 90.0 % (ann)"
    assert len(lines) == 4
    assert run("crossval", "x", "--json").json[-1] == {"event": "finished", **finished.result}


def test_crossval_shows_every_target_and_errors_of_numbers(run: Run, fake_job: FakeJob) -> None:
    word = {"mean_accuracy": 0.8, "mean_interval": [0.7, 0.9], "folds": {"ann": 0.8}}
    age = {"mean_mae": 3.5, "mean_rmse": 4.0, "folds": {"ann": 3.0, "bob": 4.0}}
    fake_job(CrossvalJob, events=[Finished(result={**word, "targets": {"word": word, "age": age}})])
    assert run("crossval", "x").out.splitlines() == [
        "word: mean accuracy 80.0 % (70.0 to 90.0) of 1 fold",
        "age: mean absolute error 3.5 of 2 folds, from 3 (ann) to 4 (bob)",
    ]


def test_targets_are_named_in_the_epochs_head_where_there_are_several(run: Run, fake_job: FakeJob) -> None:
    figures = {"loss": 1.0, "word.accuracy": 0.5, "age.mae": 3.25}
    both = msgspec.structs.replace(epoch(1), train=figures, validation=figures)
    one = msgspec.structs.replace(epoch(1), train={"loss": 1.0, "word.accuracy": 0.5}, validation={})
    fake_job(TrainJob, events=[both])
    head, line = run("train", "x", "--out", "m").out.splitlines()
    assert "word acc   age mae  val loss  val word acc  val age mae" in head
    assert line.split()[2:6] == ["50.0", "%", "3.25", "1"]
    fake_job(TrainJob, events=[one])
    assert run("train", "x", "--out", "m").out.splitlines()[0].split()[:3] == ["epoch", "loss", "acc"]


def test_demo_says_in_five_lines_what_it_did_and_what_to_type_next(
    run: Run, fake_job: FakeJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = {
        "dataset": "d/words",
        "bundle": "d/words.seqclass",
        "picture": "d/gates.png",
        "item": str(Path.cwd() / "d/words/yes/v1.wav"),
        "label": "yes",
        "probability": 0.98,
        "accuracy": 0.9,
        "n_items": 30,
        "n_train": 90,
        "voices": {"train": 9, "validation": 1, "test": 3},
        "seconds": 61.0,
    }
    monkeypatch.setattr(shutil, "which", lambda _: "/usr/bin/seqclass")
    fake_job(DemoJob, events=[epoch(1), Finished(result=result)])
    lines = run("demo", "d").out.split("\n\n")[1].splitlines()
    assert lines == [
        "Spoken   13 synthetic voices spoke the words in d/words.",
        "Learnt   90 recordings of 9 voices became d/words.seqclass, in 1 min 01 s all in all.",
        "Tested   90.0 % of 30 recordings are right, by 3 voices never heard in training.",
        "Heard    d/words/yes/v1.wav as 'yes' (98.0 % sure); the gates while listening are drawn in d/gates.png.",
        "Next     seqclass classify d/words.seqclass d/words/yes/v1.wav, then your own: seqclass train FOLDER --out M.seqclass",
    ]


def test_demo_names_a_command_that_works_where_the_path_has_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [str(tmp_path / ".venv" / "bin" / "seqclass")])
    assert own_command() == str(Path(".venv") / "bin" / "seqclass")
    monkeypatch.setattr(sys, "argv", [str(tmp_path / "seqclass" / "__main__.py")])
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    assert own_command() == f".{os.sep}python -m seqclass"
