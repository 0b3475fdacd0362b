"""What a person sees of reports and cards, and the JSON lines of Contract 3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from seqclass.cli.render.card import card_lines
from seqclass.evaluation.report import class_report, combine_results, number_report
from seqclass.events import Finished
from seqclass.specs import EvaluateJob

Run = Callable[..., Any]
FakeJob = Callable[..., list[Any]]


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
