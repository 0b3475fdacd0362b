"""The `train` job on each kind of data: what it learns, what it never looks at, what it writes."""

from __future__ import annotations

import hashlib
import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from support import KERAS, rewrite_rows

from seqclass.data.scan import scan
from seqclass.data.splits import assign_splits
from seqclass.errors import CancelledError, MissingDependencyError, StorageError
from seqclass.events import CancelToken, EpochEnded, Finished, Progress, decode, ignore
from seqclass.inference.classify import classify
from seqclass.model import bundle as bundles

pytestmark = list(KERAS)
BOTH = {"targets": [{"name": "label"}, {"name": "size", "kind": "number"}]}


@pytest.fixture(scope="module")
def trained(bench: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Any]:
    """A data set, the bundle of six epochs on it with a class and a number, and what the job said."""
    place = tmp_path_factory.mktemp("trained")
    root = bench.numeric_set(place / "secret-folder-name" / "sequences")
    out = place / "m.seqclass"
    heard = bench.train(root, out, bench.small(data=BOTH, training={"epochs": 6, "tensorboard": ""}))
    return root, out, heard


# Each kind of data, from a folder to a label


def test_numeric_sequences_with_a_class_and_a_number(trained: tuple[Path, Path, Any]) -> None:
    root, out, heard = trained
    result = heard.result
    assert result["bundle"] == str(out)
    assert (root / ".seqclass" / "runs" / result["run"] / "spec.json").is_file()
    assert (result["epochs"], result["stopped"], result["problems"]) == (6, False, [])
    for part in ("validation", "test"):
        metrics = result["metrics"][part]
        assert metrics["accuracy"] == metrics["targets"]["label"]["accuracy"]
        assert metrics["confusion"] == metrics["targets"]["label"]["confusion"]
        assert metrics["n_items"] == 8
        assert set(metrics["targets"]) == {"label", "size"}
        assert {"value", "mae", "rmse"} <= set(metrics["targets"]["size"])
    assert result["metrics"]["test"]["accuracy"] >= 0.9
    figures = result["metrics"]["test"]["targets"]["size"]
    assert 100 < figures["value"] < 200
    assert figures["mae"] < 25  # the mean alone would be off by 25
    bundle = bundles.read(out)
    tested = [item for item in scan(root, bundle.card.config.data).items if item.split == "test"]
    answers = [classify(bundle, root / str(item.file)) for item in tested]
    n_right = sum(answer.label == item.targets["label"] for answer, item in zip(answers, tested, strict=True))
    assert n_right / len(tested) == result["metrics"]["test"]["accuracy"]
    values = [answer.targets["size"].value for answer in answers]
    errors = [abs(value - float(item.targets["size"])) for value, item in zip(values, tested, strict=True) if value is not None]
    assert np.mean(errors) == pytest.approx(figures["mae"], rel=1e-4)


def test_recordings_with_noise_and_every_variation(bench: Any, tmp_path: Path) -> None:
    root = bench.speech_set(tmp_path / "words", noise=True)
    settings = bench.small(
        features={"n_mfcc": 8},
        data={"silence_class": True, "test_share": 0.2, "validation_share": 0.2},
        augmentation={
            "enabled": True,
            "warp": 0.1,
            "tempo": 0.1,
            "gain_db": 3.0,
            "tilt_db": 2.0,
            "shift_ms": 20.0,
            "edge_silence_ms": 40.0,
            "noise_probability": 0.5,
            "time_masks": 1,
            "feature_masks": 1,
        },
        training={"epochs": 4},
    )
    heard = bench.train(root, tmp_path / "m.seqclass", settings)
    bundle = bundles.read(tmp_path / "m.seqclass")
    assert bundle.card.targets[0].labels == ("_silence_", "hi", "lo")
    answer = classify(bundle, root / "hi" / "speaker0_nohash_0.wav")
    assert answer.label in bundle.card.targets[0].labels
    assert sum(answer.probabilities.values()) == pytest.approx(1.0, abs=1e-5)
    metrics = heard.result["metrics"]["test"]
    assert metrics["per_class"]["_silence_"]["support"] == 0
    assert metrics["n_items"] == bundle.card.data.counts["test"] > 0
    assert sum(bundle.card.data.counts.values()) == 30  # made-up silence is no recording of the data set


def test_texts(bench: Any, tmp_path: Path) -> None:
    root = bench.text_set(tmp_path / "reviews")
    settings = bench.small(
        features={"min_count": 2, "tokenizer": "words"},
        augmentation={"enabled": True, "token_dropout": 0.1},
        training={"epochs": 8},
    )
    heard = bench.train(root, tmp_path / "m.seqclass", settings)
    assert heard.result["metrics"]["test"]["accuracy"] >= 0.8
    bundle = bundles.read(tmp_path / "m.seqclass")
    assert classify(bundle, text="what a splendid thing").label == "good"
    assert classify(bundle, text="what a dreadful thing").label == "bad"


def test_two_class_targets_stand_side_by_side_and_the_first_one_on_top(bench: Any, tmp_path: Path) -> None:
    root = bench.numeric_set(tmp_path / "d")
    settings = bench.small(data={"targets": [{"name": "speaker"}, {"name": "label"}]}, training={"label_smoothing": 0.1})
    metrics = bench.train(root, tmp_path / "m.seqclass", settings).result["metrics"]["test"]
    assert metrics["labels"] == ["anna", "berta", "carla", "dora"]
    assert metrics["targets"]["label"]["labels"] == ["a", "b"]
    assert metrics["accuracy"] == metrics["targets"]["speaker"]["accuracy"]
    answer = classify(bundles.read(tmp_path / "m.seqclass"), root / "item000.npy")
    assert list(answer.targets) == ["speaker", "label"]


def test_a_number_alone_is_scaled_back(bench: Any, tmp_path: Path) -> None:
    root = bench.numeric_set(tmp_path / "d")
    settings = bench.small(data={"targets": [{"name": "size", "kind": "number"}]}, training={"epochs": 12})
    heard = bench.train(root, tmp_path / "m.seqclass", settings)
    metrics = heard.result["metrics"]["test"]
    assert {"value", "mae", "rmse"} <= set(metrics)
    assert "accuracy" not in metrics
    assert metrics["mae"] < 20
    assert heard.epochs[-1].validation["size.mae"] == pytest.approx(heard.result["metrics"]["validation"]["mae"], rel=0.5)
    answer = classify(bundles.read(tmp_path / "m.seqclass"), root / "item000.npy")
    assert answer.value is not None
    assert 80 < answer.value < 220


# What a bundle gives away


def test_a_bundle_holds_no_path_no_file_name_and_no_list_of_speakers(trained: tuple[Path, Path, Any]) -> None:
    root, out, _ = trained
    content = b"".join(zipfile.ZipFile(out).read(name) for name in zipfile.ZipFile(out).namelist())
    model = zipfile.ZipFile(io.BytesIO(zipfile.ZipFile(out).read("model.keras")))
    content += b"".join(model.read(name) for name in model.namelist()) + out.read_bytes()
    for private in (str(root), "secret-folder-name", str(Path.home()), "item000", "dora"):
        assert private.encode() not in content.replace(b"\\/", b"/"), private


def test_a_bundle_holds_no_path_of_logs_and_no_text(bench: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from contextlib import nullcontext

    from seqclass.training import train

    def no_logs(folder: str, run_name: str) -> Any:
        assert folder == str(tmp_path / "logs")
        return nullcontext(ignore)

    monkeypatch.setattr(train, "tensorboard_log", no_logs)  # TensorBoard is an extra
    root = bench.text_set(tmp_path / "reviews")
    settings = bench.small(features={"min_count": 1, "tokenizer": "words"}, training={"tensorboard": str(tmp_path / "logs")})
    bench.train(root, tmp_path / "m.seqclass", settings)
    archive = zipfile.ZipFile(tmp_path / "m.seqclass")
    content = b"".join(archive.read(name) for name in archive.namelist())
    assert str(tmp_path).encode() not in content
    for item in scan(root).items:
        assert item.text is not None
        assert item.text.encode() not in content


def test_the_card_counts_what_was_used(bench: Any, tmp_path: Path) -> None:
    root = bench.numeric_set(tmp_path / "d")
    np.save(root / "item000.npy", np.zeros((50, 2)))
    rewrite_rows(root, lambda row: row.update(label="zebra") if row["file"] in ("item008.npy", "item009.npy") else None)
    heard = bench.train(root, tmp_path / "m.seqclass", bench.small(features={"max_frames": 40}))
    card = bundles.read(tmp_path / "m.seqclass").card
    assert card.data.counts == {"train": 23, "validation": 8, "test": 6}
    assert [problem["file"] for problem in heard.result["problems"]] == ["item000.npy"]
    assert heard.result["metrics"]["test"]["n_items"] == 6
    assert any("item000.npy" in warning for warning in card.data.warnings)
    assert any("zebra" in warning for warning in card.data.warnings)
    assert (card.config.training.epochs, card.config.training.batch_size) == (2, 8)


# Never a test item in any choice


def test_test_items_decide_about_nothing(bench: Any, tmp_path: Path) -> None:
    settings = bench.small(data=BOTH, training={"epochs": 4, "learning_rate": 0.05})
    heard = bench.train(bench.numeric_set(tmp_path / "one"), tmp_path / "one.seqclass", settings)
    root = bench.numeric_set(tmp_path / "other")
    rewrite_rows(root, lambda row: row.update(label="a", size="99999") if row["split"] == "test" else None)
    for index, item in enumerate(item for item in scan(root).items if item.split == "test"):
        if index % 2:
            (root / str(item.file)).write_bytes(b"destroyed")
        else:
            np.save(root / str(item.file), np.random.default_rng(index).normal(50, 9, (40, 2)))
    other = bench.train(root, tmp_path / "other.seqclass", settings)
    assert bench.greatest_difference(tmp_path / "one.seqclass", tmp_path / "other.seqclass") < 1e-6
    assert other.result["best_epoch"] == heard.result["best_epoch"]
    cards = [bundles.read(tmp_path / f"{name}.seqclass").card for name in ("one", "other")]
    assert cards[0].targets == cards[1].targets
    assert cards[0].front_end == cards[1].front_end


def test_validation_decides_about_the_epoch_alone(bench: Any, tmp_path: Path) -> None:
    settings = bench.small(training={"epochs": 3})
    first = bench.train(bench.numeric_set(tmp_path / "one"), tmp_path / "one.seqclass", settings)
    root = bench.numeric_set(tmp_path / "other")
    rewrite_rows(root, lambda row: row.update(label="ba"["ab".index(row["label"])]) if row["split"] == "validation" else None)
    other = bench.train(root, tmp_path / "other.seqclass", settings)
    assert first.result["best_epoch"] == 3
    assert other.result["best_epoch"] == 1  # with all labels wrong, learning makes it worse
    assert [epoch.train for epoch in other.epochs] == [epoch.train for epoch in first.epochs]


def test_the_same_seed_gives_the_same_weights_and_another_one_others(bench: Any, tmp_path: Path) -> None:
    root = bench.numeric_set(tmp_path / "d")
    for name, seed in (("one", 5), ("same", 5), ("other", 6)):
        settings = bench.small(
            model={"input_dropout": 0.1, "head_dropout": 0.2, "pooling": ["mean", "max"]},
            augmentation={"enabled": True, "tempo": 0.2, "time_masks": 1, "time_mask_share": 0.3, "feature_noise": 0.1},
            training={"seed": seed, "weight_average": 0.9},
        )
        bench.train(root, tmp_path / f"{name}.seqclass", settings)
    assert bench.greatest_difference(tmp_path / "one.seqclass", tmp_path / "same.seqclass") < 1e-6
    assert bench.greatest_difference(tmp_path / "one.seqclass", tmp_path / "other.seqclass") > 1e-2


# Stopping, cancelling, and places that cannot be written


def test_a_stop_keeps_the_best_so_far_and_marks_the_run(bench: Any, tmp_path: Path) -> None:
    cancel = CancelToken()

    def stop(event: object) -> None:
        if isinstance(event, EpochEnded) and event.epoch == 2:
            cancel.stop()

    root = bench.numeric_set(tmp_path / "d")
    heard = bench.train(root, tmp_path / "m.seqclass", bench.small(training={"epochs": 50}), act=stop, cancel=cancel)
    assert (heard.result["stopped"], heard.result["epochs"]) == (True, 2)
    assert bundles.read(tmp_path / "m.seqclass").card.training["epochs"] == 2
    folder = root / ".seqclass" / "runs" / heard.result["run"]
    assert json.loads((folder / "spec.json").read_bytes())["state"] == "stopped"
    assert not (folder / "checkpoint.npz").exists()
    best = min(heard.epochs, key=lambda epoch: epoch.validation["loss"])
    assert heard.result["best_epoch"] == best.epoch


def test_a_stop_within_the_first_epoch_keeps_what_was_learnt(
    bench: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seqclass.training.loop._PAUSE_S", 0.0)
    cancel, steps = CancelToken(), 0

    def stop(event: object) -> None:
        nonlocal steps
        if isinstance(event, Progress) and event.stage == "training":
            cancel.stop()
            steps = event.done

    settings = bench.small(training={"epochs": 9, "batch_size": 2})
    heard = bench.train(bench.numeric_set(tmp_path / "d"), tmp_path / "m.seqclass", settings, act=stop, cancel=cancel)
    assert steps == 2  # of twelve; a single step would hardly be a model
    assert (heard.result["stopped"], heard.result["epochs"], heard.result["best_epoch"]) == (True, 1, 1)
    assert heard.result["metrics"]["test"]["n_items"] == 8
    assert bundles.read(tmp_path / "m.seqclass").card.training["epochs"] == 1


def test_a_stop_before_anything_was_learnt_writes_nothing(bench: Any, tmp_path: Path) -> None:
    cancel = CancelToken()
    cancel.stop()
    root, out = bench.numeric_set(tmp_path / "d"), tmp_path / "m.seqclass"
    out.write_bytes(b"old")
    with pytest.raises(CancelledError, match="before anything was learnt"):
        bench.train(root, out, cancel=cancel)
    assert out.read_bytes() == b"old"
    assert not list((root / ".seqclass" / "runs").iterdir())


def test_a_cancellation_leaves_the_old_bundle_as_it_was(bench: Any, tmp_path: Path) -> None:
    cancel, out = CancelToken(), tmp_path / "m.seqclass"
    out.write_bytes(b"old")
    with pytest.raises(CancelledError):
        bench.train(
            bench.numeric_set(tmp_path / "d"),
            out,
            act=lambda event: cancel.cancel() if isinstance(event, EpochEnded) else None,
            cancel=cancel,
        )
    assert out.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".m")] == []


def test_an_out_that_is_a_folder_is_refused_before_anything_is_read(bench: Any, tmp_path: Path) -> None:
    (tmp_path / "m.seqclass").mkdir()
    with pytest.raises(StorageError, match=r"m\.seqclass: it is a folder"):
        bench.train(tmp_path / "nothing", tmp_path / "m.seqclass")


def test_an_out_below_a_file_is_refused_before_anything_is_read(bench: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match=r"Cannot write .*m\.seqclass"):
        bench.train(tmp_path / "nothing", tmp_path / "file" / "m.seqclass")


def test_a_full_disk_at_the_end_loses_neither_the_old_bundle_nor_the_training(
    bench: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, out = bench.numeric_set(tmp_path / "d"), tmp_path / "m.seqclass"
    bench.train(root, tmp_path / "whole.seqclass")
    out.write_bytes(b"old")
    with monkeypatch.context() as patch:

        def full(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device")

        def saved(model: object) -> bytes:
            return b"model"

        patch.setattr(zipfile.ZipFile, "writestr", full)
        # model.keras is itself a zip, written in the folder for temporary files.
        patch.setattr("seqclass.training.train.keras_model.to_bytes", saved)
        with pytest.raises(StorageError, match=r"the disk is full.*--resume") as caught:
            bench.train(root, out)
    assert "\n" not in str(caught.value)
    assert out.read_bytes() == b"old"
    heard = bench.train(root, out, resume=True)
    assert heard.epochs == []
    assert bench.greatest_difference(out, tmp_path / "whole.seqclass") < 1e-6


def test_a_full_disk_amid_the_training_is_one_line(bench: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, out = bench.numeric_set(tmp_path / "d"), tmp_path / "m.seqclass"

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StorageError, match="the disk is full") as caught:
        bench.train(root, out)
    assert "\n" not in str(caught.value)
    assert not out.exists()


def test_a_run_that_came_to_nothing_leaves_no_folder(bench: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tensorboard", None)
    root = bench.numeric_set(tmp_path / "d")
    with pytest.raises(MissingDependencyError, match=r"training\.tensorboard=.*seqclass\[tensorboard\]"):
        bench.train(root, tmp_path / "m.seqclass", bench.small(training={"tensorboard": str(tmp_path / "logs")}))
    assert not list((root / ".seqclass" / "runs").iterdir())


def test_events_of_a_run_are_kept(trained: tuple[Path, Path, Any]) -> None:
    root, _, heard = trained
    lines = (root / ".seqclass" / "runs" / heard.result["run"] / "events.jsonl").read_bytes().splitlines()
    kept = [decode(line) for line in lines]
    assert [event.epoch for event in kept if isinstance(event, EpochEnded)] == [1, 2, 3, 4, 5, 6]
    assert isinstance(kept[-1], Finished)
    assert kept[-1].result == msgspec.json.decode(msgspec.json.encode(heard.result))


def test_the_fingerprint_of_data_is_the_one_that_earlier_runs_have(tmp_path: Path) -> None:
    texts = [tmp_path / label / f"it's \u00e9 {number}.txt" for number in range(9) for label in ("yes", "no")]
    for number, path in enumerate(texts):
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"some words {number}", encoding="utf-8")
    manifest = scan(tmp_path)
    assignment = assign_splits(manifest, manifest.data)
    digest = hashlib.sha256()
    for item in manifest.items:
        digest.update(repr((item.id, item.content_hash, sorted(item.targets.items()), assignment.parts[item.id])).encode())
    assert len(manifest.items) == len(texts)
    from seqclass.training import train

    assert train.data_fingerprint(manifest, assignment) == digest.hexdigest()
