"""Cross-validation: what is tested was never trained on, and a fold counts whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import KERAS, rewrite_rows

from seqclass.errors import CancelledError, DataError, UsageError
from seqclass.events import CancelToken, EpochEnded, FoldEnded, Progress

pytestmark = list(KERAS)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What each fold gave, besides what the job tells."""
    from seqclass.training import crossval

    fits: list[Any] = []
    fit = crossval.fit

    def spy(*arguments: Any, **more: Any) -> Any:
        fitted = fit(*arguments, **more)
        fits.append(fitted)
        return fitted

    monkeypatch.setattr(crossval, "fit", spy)
    return fits


@pytest.fixture
def untrained(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """No fold is trained: the assignments that would have been."""
    from seqclass.training import crossval

    assignments: list[Any] = []

    def refuse(manifest: Any, assignment: Any, config: Any, **_: Any) -> Any:
        assignments.append((manifest, assignment, config))
        raise DataError("not trained")

    monkeypatch.setattr(crossval, "fit", refuse)
    return assignments


def rename(root: Path, column: str, name: str) -> None:
    path = root / "manifest.csv"
    head, _, rest = path.read_text(encoding="utf-8").partition("\n")
    path.write_text(",".join(name if entry == column else entry for entry in head.split(",")) + "\n" + rest, encoding="utf-8")


def test_each_speaker_is_tested_by_a_model_that_never_heard_it(bench: Any, tmp_path: Path, seen: list[Any]) -> None:
    root = bench.numeric_set(tmp_path / "d")
    heard = bench.crossval(root, "speaker", bench.small(training={"epochs": 4}))
    assert len(seen) == 4
    for fitted, name in zip(seen, ["anna", "berta", "carla", "dora"], strict=True):
        parts = fitted.prepared.parts
        assert {item.group for item in parts["test"].items} == {name}
        assert name not in {item.group for item in (*parts["train"].items, *parts["validation"].items)}
        assert len(parts["train"].items) + len(parts["test"].items) == 40  # nothing is chosen by validation
    folds = [event for event in heard.events if isinstance(event, FoldEnded)]
    assert [(fold.name, fold.fold, fold.folds) for fold in folds] == [
        (name, number, 4) for number, name in enumerate(["anna", "berta", "carla", "dora"], start=1)
    ]
    result = heard.result
    assert result["folds"] == {fold.name: fold.accuracy for fold in folds}
    assert result["mean_accuracy"] == pytest.approx(np.mean(list(result["folds"].values())))
    assert result["mean_accuracy"] > 0.9
    assert (result["n_items"], result["divided_by"]) == (40, "group")


def test_a_warning_about_the_given_split_is_not_repeated_where_folds_replace_it(bench: Any, tmp_path: Path) -> None:
    root = bench.numeric_set(tmp_path / "d")
    np.save(root / "item008.npy", np.load(root / "item000.npy"))  # a copy in test of one in train
    heard = bench.crossval(root, "2", bench.small(data={"split_by": "group"}))
    assert not [note for note in heard.notes if "given split" in note]
    assert not [note for note in heard.result["warnings"] if "given split" in note]
    assert len(heard.notes) == len(set(heard.notes))
    assert any("exact copy" in note for note in heard.result["warnings"])
    assert set(heard.result["folds"]) == {"1", "2"}
    assert not any(isinstance(event, EpochEnded) for event in heard.events)
    assert all(
        event.stage.startswith("fold ") for event in heard.events if isinstance(event, Progress) and event.stage != "scan"
    )


def test_the_vocabulary_is_built_inside_each_fold(bench: Any, tmp_path: Path, seen: list[Any]) -> None:
    root = bench.text_set(tmp_path / "reviews")
    settings = bench.small(features={"min_count": 1, "tokenizer": "words"}, training={"epochs": 1})
    bench.crossval(root, "3", settings)
    assert len(seen) == 3
    tested: list[str] = []
    for fitted in seen:
        tokens = set(fitted.prepared.front_end.vocabulary.tokens)
        words = {word for item in fitted.prepared.parts["test"].items for word in item.text.split() if word.startswith("n")}
        assert words
        assert not words & tokens  # each of these words stands in one text only
        tested += [item.id for item in fitted.prepared.parts["test"].items]
    assert len(tested) == len(set(tested)) == 30


def test_numbers_have_errors_in_the_place_of_accuracy(bench: Any, tmp_path: Path) -> None:
    root = bench.numeric_set(tmp_path / "d")
    targets = [{"name": "size", "kind": "number"}, {"name": "label"}]
    heard = bench.crossval(root, "2", bench.small(data={"targets": targets, "split_by": "item"}))
    result = heard.result
    assert result["mean_mae"] == pytest.approx(np.mean(list(result["folds"].values())))
    assert {"mean_mae", "mean_rmse", "folds", "n_items"} <= set(result)
    assert set(result["targets"]) == {"size", "label"}
    assert 0 <= result["targets"]["label"]["mean_accuracy"] <= 1
    assert result["targets"]["size"]["folds"] == result["folds"]
    assert all(event.accuracy is None for event in heard.events if isinstance(event, FoldEnded))


def test_a_stop_keeps_the_folds_that_ended(bench: Any, tmp_path: Path) -> None:
    cancel = CancelToken()
    root = bench.numeric_set(tmp_path / "d")

    def stop(event: object) -> None:
        if isinstance(event, FoldEnded) and event.fold == 2:
            cancel.stop()

    heard = bench.crossval(root, "speaker", bench.small(training={"epochs": 1}), act=stop, cancel=cancel)
    assert list(heard.result["folds"]) == ["anna", "berta"]
    assert "Stopped after 2 of 4 folds." in heard.result["warnings"]


def test_a_fold_cut_short_does_not_count(bench: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seqclass.training.loop._PAUSE_S", 0.0)
    cancel = CancelToken()

    def stop(event: object) -> None:
        if isinstance(event, Progress) and event.stage == "fold 2 of 4, training" and event.done == 5:
            cancel.stop()

    root = bench.numeric_set(tmp_path / "d")
    heard = bench.crossval(root, "speaker", bench.small(training={"epochs": 2}), act=stop, cancel=cancel)
    assert list(heard.result["folds"]) == ["anna"]


def test_a_stop_before_the_first_fold_ended_has_no_result(bench: Any, tmp_path: Path) -> None:
    cancel = CancelToken()
    cancel.stop()
    with pytest.raises(CancelledError, match="before the first fold ended"):
        bench.crossval(bench.numeric_set(tmp_path / "d"), "speaker", cancel=cancel)


def test_a_cancellation_has_no_result(bench: Any, tmp_path: Path) -> None:
    cancel = CancelToken()
    with pytest.raises(CancelledError):
        bench.crossval(
            bench.numeric_set(tmp_path / "d"),
            "speaker",
            act=lambda event: cancel.cancel() if isinstance(event, Progress) and "fold 1" in event.stage else None,
            cancel=cancel,
        )


def test_folds_are_by_the_column_that_was_named_and_so_is_validation(bench: Any, tmp_path: Path, untrained: list[Any]) -> None:
    root = bench.numeric_set(tmp_path / "d", n_items=80)
    rename(root, "speaker", "patient")
    with pytest.raises(DataError, match="Fold anna: not trained"):
        bench.crossval(root, "patient", bench.small(data={"validation_share": 0.3, "split_by": "group"}))
    manifest, assignment, config = untrained[0]
    assert config.data.group == "patient"
    groups = {part: {item.group for item in assignment.items(manifest, part)} for part in ("train", "validation", "test")}
    assert groups["test"] == {"anna"}
    assert groups["validation"]
    assert not groups["validation"] & groups["train"]


def test_only_the_folds_that_were_named_are_run(bench: Any, tmp_path: Path, untrained: list[Any]) -> None:
    root = bench.numeric_set(tmp_path / "d")
    with pytest.raises(DataError, match="Fold carla"):
        bench.crossval(root, "speaker", only=("carla",))
    assert len(untrained) == 1
    with pytest.raises(UsageError, match=r"There is no fold zoe\. There are: anna, berta, carla, dora"):
        bench.crossval(root, "speaker", only=("zoe",))


def test_a_fold_that_can_test_nothing_is_refused_before_any_is_trained(
    bench: Any, tmp_path: Path, untrained: list[Any]
) -> None:
    root = bench.numeric_set(tmp_path / "d")

    def rename_alone(row: dict[str, str]) -> None:
        row["label"] = "zebra" if row["speaker"] == "dora" else row["label"]

    rewrite_rows(root, rename_alone)
    with pytest.raises(DataError, match="none in fold dora"):
        bench.crossval(root, "speaker")
    assert untrained == []
