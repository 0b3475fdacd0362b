"""What a person sees of each event and result, and the JSON lines of Contract 3."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from seqclass.cli import output
from seqclass.cli.render.card import card_lines
from seqclass.cli.render.demo import own_command
from seqclass.errors import SeqclassError
from seqclass.evaluation.report import class_report, combine_results, number_report
from seqclass.events import EpochEnded, Finished, FoldEnded, ItemClassified, Note, Progress, StageVerified
from seqclass.specs import (
    ClassifyJob,
    CrossvalJob,
    DemoJob,
    EvaluateJob,
    HandsJob,
    HealthJob,
    ScanJob,
    TraceJob,
    TrainJob,
    VerifyJob,
)

Run = Callable[..., Any]
FakeJob = Callable[..., list[Any]]

SCAN = {
    "used": 9,
    "kind": "speech",
    "layout": "class folders",
    "ignored": 2,
    "classes": {"label": {"はい": 6, "no": 3}, "mood": {"calm": 9}},
    "numbers": {"age": {"min": 20.0, "mean": 31.5, "max": 60.0}},
    "counts": {"はい": {"train": 5, "test": 1}, "no": {"train": 3}},
    "groups": {"ann": 4, "bob": 5},
    "duration_s": 9.0,
    "min_duration_s": 0.5,
    "median_duration_s": 1.0,
    "max_duration_s": 2.0,
    "durations_s": {"はい": 6.0, "no": 3.0},
    "sample_rates": {"16000": 9},
    "noise_files": ["_background_noise_/pink.wav"],
    "problems": [{"file": f"bad{number}.wav", "reason": "it is empty (0 bytes)"} for number in range(23)],
    "warnings": ["Two speakers are in both train and test."],
}


def test_scan_shows_classes_splits_speakers_and_the_first_20_problems(run: Run, fake_job: FakeJob) -> None:
    fake_job(ScanJob, events=[Note(text=SCAN["warnings"][0], level="warning"), Finished(result=SCAN)])  # type: ignore[index]
    outcome = run("scan", "x")
    assert outcome.code == 0
    lines = outcome.out.splitlines()
    assert lines[:2] == [
        "9 recordings used, found as class folders; 2 ignored (LICENSE, README, hidden files, empty lines)",
        "9.0 s in all; 500 ms to 2.0 s, median 1.0 s each; 16000 Hz (9)",
    ]
    assert lines[3:7] == [
        "label  train  test  all  duration",
        "はい       5     1    6     6.0 s",
        "no         3     -    3     3.0 s",
        "all        8     1    9     9.0 s",
    ]
    assert "target mood: 1 label: calm 9" in lines
    assert "target age: 20 to 60, mean 31.5" in lines
    assert "2 groups (speakers, say): ann 4, bob 5" in lines
    assert "background noise: 1 recording" in lines
    assert "23 problems, not used:" in lines
    assert sum(line.startswith("  bad") for line in lines) == 20
    assert lines[-1] == "  and 3 more; --json lists all"
    assert outcome.err == "warning: Two speakers are in both train and test.\n"


def test_scan_of_nothing_usable_fails_after_listing_why(run: Run, fake_job: FakeJob) -> None:
    problems = [{"file": "a.wav", "reason": "it is empty (0 bytes)"}]
    fake_job(ScanJob, events=[Finished(result={"used": 0, "problems": problems})])
    outcome = run("scan", "x")
    assert outcome.code == 1
    assert "a.wav: it is empty" in outcome.out
    assert outcome.err.startswith("seqclass: A data set must hold items")
    outcome = run("scan", "x", "--json")
    assert outcome.code == 1
    assert outcome.json == [{"event": "finished", "used": 0, "problems": problems}]


def test_scan_with_json_lists_all_problems(run: Run, fake_job: FakeJob) -> None:
    fake_job(ScanJob, events=[Progress(stage="scan", done=1), Finished(result=SCAN)])
    assert run("scan", "x", "--json").json == [{"event": "finished", **SCAN}]


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


def item(name: str) -> ItemClassified:
    probabilities = {"yes": 0.9, "no": 0.05, "on": 0.02, "off": 0.02, "up": 0.006, "down": 0.004}
    return ItemClassified(item=name, label="yes", probabilities=probabilities, seconds=0.003)


def test_classify_shows_the_label_and_the_five_most_probable(run: Run, fake_job: FakeJob) -> None:
    fake_job(ClassifyJob, events=[item("a.wav"), Finished(result={"items": 1, "errors": 0})])
    assert run("classify", "m", "a.wav") == (
        0,
        "a.wav: yes  (yes 90.0 %, no 5.0 %, off 2.0 %, on 2.0 %, up 0.6 %)  [3 ms]\n",
        "",
    )


def test_classify_goes_on_after_an_item_that_cannot_be_read_and_fails_at_the_end(run: Run, fake_job: FakeJob) -> None:
    events = [ItemClassified(item="bad.wav", error="it is empty"), item("a.wav"), Finished(result={"items": 2, "errors": 1})]
    fake_job(ClassifyJob, events=events)
    outcome = run("classify", "m", "bad.wav", "a.wav")
    assert outcome.code == 1
    assert outcome.out.startswith("a.wav: yes")
    assert outcome.err.splitlines() == [
        "bad.wav: it is empty",
        "seqclass: 1 of 2 items could not be classified; each line above says why.",
    ]


def test_classify_with_json_gives_one_line_an_item_and_nothing_else(run: Run, fake_job: FakeJob) -> None:
    events = [ItemClassified(item="bad.wav", error="it is empty"), item("a.wav"), Finished(result={"items": 2, "errors": 1})]
    fake_job(ClassifyJob, events=events)
    outcome = run("classify", "m", "bad.wav", "a.wav", "--json")
    assert outcome.code == 1
    assert len(outcome.json) == 2
    assert outcome.json[0] == {"event": "item", "item": "bad.wav", "error": "it is empty"}
    assert {"item", "label", "probabilities", "seconds"} <= outcome.json[1].keys()


def test_classify_shows_every_target(run: Run, fake_job: FakeJob) -> None:
    targets = {"word": {"label": "yes", "probabilities": {"yes": 1.0}}, "age": {"value": 31.25}}
    fake_job(ClassifyJob, events=[ItemClassified(item="a.wav", label="yes", targets=targets)])
    assert run("classify", "m", "a.wav").out == "a.wav: word = yes  (yes 100.0 %); age = 31.25\n"
    fake_job(ClassifyJob, events=[ItemClassified(item="a.wav", value=31.25)])
    assert run("classify", "m", "a.wav").out == "a.wav: 31.25\n"


def test_trace_names_what_it_wrote(run: Run, fake_job: FakeJob) -> None:
    fake_job(TraceJob, events=[Finished(result={"item": "a.wav", "label": "yes", "out": "t.npz", "plot": "t.png"})])
    words = ["trace", "m", "a.wav", "--out", "t.npz", "--plot", "t.png"]
    assert run(*words).out.splitlines() == ["a.wav: yes", "gates and states written to t.npz", "picture written to t.png"]


def test_trace_tells_the_decision_and_what_edits_changed(run: Run, fake_job: FakeJob) -> None:
    said = {"label": "yes", "probabilities": {"yes": 0.75, "no": 0.25}}
    targets = {"label": {"winner": "yes", "decided_frame": 12, "decided_s": 0.2, "flips": 2}}
    result = {"item": "a.wav", **said, "timeline": "l.csv", "edits": ["layer0: cell of all units frozen"]}
    result |= {"before": {"label": "no", "probabilities": {"yes": 0.0, "no": 1.0}}}
    fake_job(
        TraceJob,
        events=[Finished(result=result | {"decision": {"stride": 4, "is_one_pass": False, "targets": targets}})],
    )
    assert run("trace", "m", "a.wav", "--timeline", "l.csv").out.splitlines() == [
        "a.wav: yes",
        "edit: layer0: cell of all units frozen",
        "with the edits: yes  (yes 75.0 %, no 25.0 %)",
        "without: no  (no 100.0 %, yes 0.0 %)",
        "label: yes leads for good from frame 12 (counted from 0), after 2 changes of the lead",
        "the model looks ahead, so the item was cut and run again at every 4 frames",
        "timeline written to l.csv",
    ]


def test_health_is_a_table_with_advice(run: Run, fake_job: FakeJob) -> None:
    shares = {"input_gate": 0.5, "forget_gate": 0.0, "output_gate": 0.25}
    layer = {"name": "layer0", "n_units": 64, "below": shares, "above": shares, "dead": 3, "never_written": 1, "latched": 0}
    layer |= {"half_life_frames": 2.5, "half_life_ms": 40.0}
    result = {"bundle": "m", "dataset": "d", "split": "test", "n_items": 2, "n_frames": 90, "layers": [layer], "csv": "h.csv"}
    result |= {"advice": [{"half": "layer0", "kind": "dead", "units": [1, 2, 3], "text": "3 of 64 units hardly move."}]}
    result |= {"other": result | {"bundle": "n"}, "read_difference": "The second less the first."}
    result |= {"difference": [{"half": "layer0", "figure": "dead units", "one": 0.5, "other": 0.25, "change": -0.25}]}
    fake_job(HealthJob, events=[Finished(result=result)])
    lines = run("evaluate", "m", "d", "--health", "h.csv").out.splitlines()
    assert lines[0] == "m on the test part of d: 2 items, 90 frames"
    assert " ".join(lines[3].split()) == "layer0 64 50.0 % / 50.0 % 0.0 % / 0.0 % 25.0 % / 25.0 % 3 1 0 40 ms"
    assert "layer0: 3 of 64 units hardly move." in lines
    assert [line.split() for line in lines if "dead units" in line] == [["layer0", "dead", "units", "0.5", "0.25", "-0.25"]]
    assert lines[-1] == "written to h.csv"


def test_an_evaluation_with_edits_tells_what_they_changed(run: Run, fake_job: FakeJob, tmp_path: Path) -> None:
    (tmp_path / "edits.json").write_text("{}")
    change = {"label": {"accuracy": -0.125, "per_class": {"yes": -0.25, "no": 0.0}}}
    result = {"accuracy": 0.5, "n_items": 8, "change": change, "n_changed": {"label": 1}, "edits": ["layer0: cell"]}
    fake_job(HandsJob, events=[Finished(result=result)])
    out = run("evaluate", "m", "d", "--hands", str(tmp_path / "edits.json")).out
    assert out.startswith("edits:\n  layer0: cell\n")
    assert "change of label by the edits: accuracy -12.5 points" in out
    assert "yes    -25.0 points" in out
    assert "no " not in out.partition("recall")[2]
    assert out.endswith("1 item got another answer\n")


def test_verify_fails_where_a_stage_differs_too_much(run: Run, fake_job: FakeJob) -> None:
    good = StageVerified(stage="features", max_abs_difference=2e-9, tolerance=1e-3, ok=True)
    bad = StageVerified(stage="logits", max_abs_difference=0.5, tolerance=1e-5, ok=False)
    fake_job(VerifyJob, events=[good, Finished(result={})])
    assert run("verify", "m").code == 0
    fake_job(VerifyJob, events=[good, bad, Finished(result={})])
    outcome = run("verify", "m")
    assert outcome.code == 1
    assert [line.split()[0] for line in outcome.out.splitlines()] == ["stage", "features", "logits"]
    assert "TOO LARGE" in outcome.out.splitlines()[2]
    assert "difference in logits" in outcome.err
    outcome = run("verify", "m", "--json")
    assert outcome.code == 1
    assert len(outcome.json) == 2
    assert {"stage", "max_abs_difference", "ok"} <= outcome.json[1].keys()


@pytest.fixture
def report(rng: np.random.Generator) -> dict[str, Any]:
    """The result of an evaluation of 60 items of 3 speakers."""
    truth = np.arange(60) % 3
    predicted = np.where(rng.random(60) < 0.2, (truth + 1) % 3, truth)
    groups = [f"s{number % 3}" for number in range(60)]
    return combine_results({"label": class_report(np.eye(3)[predicted] * 0.7 + 0.1, truth, ("はい", "no", "up"), groups)})


def test_evaluate_shows_every_part_of_the_report(run: Run, fake_job: FakeJob, report: dict[str, Any]) -> None:
    result = {
        "bundle": "M.seqclass",
        "dataset": "d",
        "split": "test",
        **report,
        "problems": [{"file": "x.wav", "reason": "it is gone"}],
        "warnings": ["Seen in training: 2."],
    }
    fake_job(EvaluateJob, events=[Finished(result=result)])
    outcome = run("evaluate", "m", "x")
    lines = outcome.out.splitlines()
    assert lines[0] == "M.seqclass on the test part of d"
    assert lines[2].startswith("accuracy ")
    assert " of 60 items" in lines[2]
    assert any(line.split() == ["class", "precision", "recall", "F1", "items"] for line in lines)
    assert "confusion: rows are the truth, columns what the model said" in lines
    assert any(line.startswith("most often confused: ") for line in lines)
    assert any(line.startswith("on other speakers or groups") for line in lines)
    assert any("only 3 groups" in line for line in lines)
    assert sum(line.startswith("s") for line in lines) == 3
    assert lines[-2:] == ["1 problem, not used:", "  x.wav: it is gone"]
    assert "warning: Seen in training: 2.\n" in outcome.err


def test_evaluate_with_json_gives_the_contracts_keys(run: Run, fake_job: FakeJob, report: dict[str, Any]) -> None:
    fake_job(EvaluateJob, events=[Finished(result=report)])
    (line,) = run("evaluate", "m", "x", "--json").json
    assert {"event", "accuracy", "balanced_accuracy", "n_items", "confusion", "labels"} <= line.keys()
    assert line["event"] == "finished"
    assert sum(map(sum, line["confusion"])) == line["n_items"] == 60


def test_evaluate_shows_numbers_and_several_targets(run: Run, fake_job: FakeJob) -> None:
    reports = {
        "word": class_report(np.eye(2), np.array([0, 1]), ("a", "b")),
        "age": number_report(np.array([1.0, 2.0]), np.array([1.0, 3.0]), ["x", "y"]),
    }
    fake_job(EvaluateJob, events=[Finished(result=combine_results(reports))])
    out = run("evaluate", "m", "x").out
    assert "target word" in out
    assert "target age\n\nmean absolute error 0.5, root mean square error 0.7071, R² 0.5 of 2 items" in out
    assert "bias -0.5" in out


def test_evaluate_of_nothing_still_draws(run: Run, fake_job: FakeJob) -> None:
    empty = {"label": class_report(np.zeros((0, 2)), np.zeros(0, int), ("a", "b"))}
    fake_job(EvaluateJob, events=[Finished(result=combine_results(empty))])
    assert run("evaluate", "m", "x") == (0, "no figures of 0 items\n", "")


CARD = {
    "created": "2026-11-20T10:00:00+00:00",
    "seqclass_version": "0.1.0",
    "schema": 1,
    "kind": "text",
    "is_causal": True,
    "targets": [
        {"name": "mood", "kind": "class", "labels": ["calm", "はい"]},
        {"name": "age", "kind": "number", "labels": []},
    ],
    "config": {
        "model": {
            "lstm": [64, 32],
            "bidirectional": False,
            "pooling": ["mean", "max"],
            "dense": [16],
            "activation": "relu",
            "embedding_dim": 50,
        },
        "training": {"epochs": 30, "optimizer": "adamw", "batch_size": 64, "seed": 0},
    },
    "front_end": {"spec": {"kind": "text", "lowercase": True}, "tokenizer": "words", "vocabulary": ["a"] * 5000},
    "data": {
        "name": "reviews",
        "counts": {"train": 80, "validation": 10, "test": 10},
        "groups": {"train": 4, "validation": 1, "test": 1},
        "split_by": "group",
        "warnings": ["Look out."],
    },
    "metrics": {"validation": {}, "test": {"accuracy": 0.9, "n_items": 10}},
    "training": {"epochs": 12, "best_epoch": 9, "seconds": 75.0, "history": [{"epoch": 1}]},
    "libraries": {"python": "3.11.2", "keras": "3.15"},
}


def test_a_card_says_what_was_learnt_from_what_and_how_well() -> None:
    assert list(card_lines(CARD)) == [
        "made        2026-11-20T10:00:00+00:00 with seqclass 0.1.0 (bundle format 1)",
        "mood:       2 classes: calm, はい",
        "age:        a number",
        "data        texts of reviews: 80 train, 10 validation, 10 test; groups (speakers, say): 4 train, 1 validation,",
        "            1 test; split by group",
        "features    lowercase=yes",
        "vocabulary  5000 tokens, words",
        "model       embedding 50 -> LSTM 64, 32 in one direction -> mean + max pooling -> Dense 16 (relu) -> logits;",
        "            causal",
        "training    12 epochs of at most 30, the best was 9; 1 min 15 s; adamw, batch 64, seed 0",
        "figures     test: accuracy 90.0 % of 10 items",
        "libraries   python 3.11.2, keras 3.15",
        "warning     Look out.",
    ]


def test_info_shows_the_card_and_with_json_all_of_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from seqclass.model import bundle

    monkeypatch.setattr(bundle, "read_card", lambda _: CARD)
    assert run("info", "M.seqclass").out.splitlines() == list(card_lines(CARD))
    assert run("info", "M.seqclass", "--json").json == [{"event": "finished", **CARD}]


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


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Always."""
        return True


def test_on_a_terminal_progress_is_one_line_drawn_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    stream = Terminal()
    line = output._StatusLine(stream)
    line.show(Progress(stage="読む" * 20, done=1, total=2))
    line.show(Progress(stage="fit", done=1, total=4, eta_s=90))
    line.show(Progress(stage="fit", done=2, total=4))  # too soon
    line.show(Progress(stage="fit", done=4, total=4))
    line.clear()
    line.clear()
    drawn = stream.getvalue().split("\r\x1b[K")
    assert drawn[0] == ""
    assert drawn[1].endswith("…")
    assert drawn[2:] == ["fit  1 of 4  25 %  about 1 min 30 s left", "fit  4 of 4  100 %", ""]
    assert "\n" not in stream.getvalue()


def test_elsewhere_progress_is_a_plain_line_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now_s = 100.0
    monkeypatch.setattr(output.time, "monotonic", lambda: now_s)
    line = output._StatusLine(io.StringIO())
    for step in range(300):  # one every 0.1 s for half a minute
        now_s = 100 + step / 10
        line.show(Progress(stage="scan", done=step, total=300))
    assert [text.split()[1] for text in capsys.readouterr().err.splitlines()] == ["20", "120", "220"]


def test_an_error_of_several_lines_is_printed_as_one(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_error(SeqclassError("first\n\nsecond"), as_json=False)
    assert capsys.readouterr().err == "seqclass: first And: second\n"
