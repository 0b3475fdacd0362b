"""The `evaluate` job: which items may count, and that it finds what training found."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from support import KERAS, rewrite_rows

from seqclass.data.feature_store import recordings as stores
from seqclass.errors import BundleError, CancelledError, DataError, StorageError
from seqclass.evaluation import evaluate
from seqclass.evaluation.answers import read_answers
from seqclass.events import CancelToken, Progress
from seqclass.specs import EvaluateJob

pytestmark = list(KERAS)


class Trained(NamedTuple):
    """A data set, the bundle made from it, and the figures on test that training ended with."""

    root: Path
    bundle: Path
    metrics: dict[str, Any]


@pytest.fixture(scope="module")
def own(bench: Any, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    place = tmp_path_factory.mktemp("own")
    root = bench.numeric_set(place / "d", n_items=80)
    targets = {"targets": [{"name": "label"}, {"name": "size", "kind": "number"}]}
    heard = bench.train(root, place / "m.seqclass", bench.small(data=targets))
    return Trained(root, place / "m.seqclass", heard.result["metrics"]["test"])


@pytest.fixture
def copy(own: Trained, tmp_path: Path) -> Path:
    """The data set once more, to be changed, without the splits that were saved beside it."""
    root = tmp_path / "copy"
    shutil.copytree(own.root, root, ignore=shutil.ignore_patterns(".seqclass"))
    return root


def test_the_own_test_part_gives_the_figures_that_training_ended_with(bench: Any, own: Trained) -> None:
    result = bench.evaluate(own.bundle, own.root).result
    assert (result["split"], result["n_items"], result["n_seen"]) == ("test", 16, 0)
    for name in ("accuracy", "balanced_accuracy", "confusion", "labels", "n_items", "by_group"):
        assert result[name] == own.metrics[name]
    for target in ("label", "size"):
        assert set(result["targets"][target]) == set(own.metrics["targets"][target])
    for name in ("value", "mae", "rmse"):
        assert result["targets"]["size"][name] == pytest.approx(own.metrics["targets"]["size"][name], rel=1e-5)
    assert result["log_loss"] == pytest.approx(own.metrics["log_loss"], abs=1e-5)
    assert set(result["by_group"]) == {"anna", "berta", "carla", "dora"}
    assert sum(group["n_items"] for group in result["by_group"].values()) == 16


def test_what_training_knew_about_its_split_is_said_again(bench: Any, own: Trained) -> None:
    heard = bench.evaluate(own.bundle, own.root)
    assert any("in both train and test" in note for note in heard.notes)
    assert [event.done for event in heard.events if isinstance(event, Progress) and event.stage == "classifying"][-1] == 16


def test_an_own_data_set_is_known_wherever_it_lies(bench: Any, own: Trained, copy: Path) -> None:
    assert bench.evaluate(own.bundle, copy).result["n_items"] == 16


def test_parts_that_were_carved_are_found_again(bench: Any, tmp_path: Path) -> None:
    root = bench.numeric_set(tmp_path / "d", split=False)
    data = {"split_by": "group", "test_share": 0.25, "validation_share": 0.25}
    heard = bench.train(root, tmp_path / "m.seqclass", bench.small(data=data))
    result = bench.evaluate(tmp_path / "m.seqclass", root).result
    assert result["split"] == "test"
    assert result["confusion"] == heard.result["metrics"]["test"]["confusion"]
    assert len(result["by_group"]) == 1


def test_another_data_set_counts_whole(bench: Any, own: Trained, tmp_path: Path) -> None:
    result = bench.evaluate(own.bundle, bench.numeric_set(tmp_path / "new", n_items=20, split=False, seed=9)).result
    assert (result["split"], result["n_items"], result["n_seen"], result["warnings"]) == ("all", 20, 0, [])
    assert set(result["targets"]) == {"label", "size"}


def test_the_split_of_another_data_set_is_not_blamed_for_that_of_training(bench: Any, own: Trained, tmp_path: Path) -> None:
    root = bench.numeric_set(tmp_path / "new", n_items=40, seed=9)
    rewrite_rows(root, lambda row: row.update(speaker=f"{row['speaker']} {row['split']}"))
    heard = bench.evaluate(own.bundle, root, split="test")
    assert heard.result["n_items"] == 8
    assert heard.notes == []


@pytest.mark.parametrize(("split", "n_items", "n_seen"), [("train", 48, 48), ("validation", 16, 16), ("all", 80, 64)])
def test_items_that_training_saw_are_counted_and_warned_about(
    split: str, n_items: int, n_seen: int, bench: Any, own: Trained
) -> None:
    heard = bench.evaluate(own.bundle, own.root, split=split)
    assert (heard.result["n_items"], heard.result["n_seen"]) == (n_items, n_seen)
    assert f"{n_seen} of {n_items} items were seen in training: the figures flatter." in heard.notes


def test_a_test_part_without_seen_items_stays_honest_when_the_data_set_changes(bench: Any, own: Trained, copy: Path) -> None:
    rewrite_rows(copy, lambda row: row.update(split="test") if row["file"] in ("item000.npy", "item001.npy") else None)
    heard = bench.evaluate(own.bundle, copy)
    assert (heard.result["split"], heard.result["n_items"], heard.result["n_seen"]) == ("test", 16, 2)
    assert "2 items of the test part were seen in training and are left out." in heard.notes


def test_own_training_items_alone_are_said_to_flatter(bench: Any, own: Trained, copy: Path, tmp_path: Path) -> None:
    settings = bench.small(data={"test_share": 0.0})
    rewrite_rows(copy, lambda row: row["split"] != "test")
    bench.train(copy, tmp_path / "m.seqclass", settings)
    heard = bench.evaluate(tmp_path / "m.seqclass", copy)
    assert heard.result["split"] == "all"
    assert any("it has no test part: the figures flatter" in note for note in heard.notes)


def test_unknown_labels_are_listed_and_left_out(bench: Any, own: Trained, copy: Path) -> None:
    rewrite_rows(copy, lambda row: row.update(label="zebra") if row["file"] in ("item008.npy", "item018.npy") else None)
    heard = bench.evaluate(own.bundle, copy)
    assert heard.result["unknown_labels"] == {"zebra": 2}
    assert heard.result["n_items"] == 14
    assert "2 items are left out: the model does not know their label: zebra (2)." in heard.notes


def test_a_data_set_of_unknown_labels_alone_is_one_line(bench: Any, own: Trained, tmp_path: Path) -> None:
    root = bench.numeric_set(tmp_path / "new", classes="xy", split=False, seed=5)
    with pytest.raises(
        DataError, match=r"There must be items to evaluate in .* \(all\)\. 40 items .*: x \(20\), y \(20\)"
    ) as caught:
        bench.evaluate(own.bundle, root)
    assert "\n" not in str(caught.value)


def test_a_data_set_of_another_kind_is_one_line(bench: Any, own: Trained, tmp_path: Path) -> None:
    root = bench.text_set(tmp_path / "texts")
    path = root / "manifest.csv"
    head, _, rest = path.read_text().partition("\n")
    path.write_text(f"{head},size\n" + "".join(f"{line},1\n" for line in rest.splitlines()))
    with pytest.raises(DataError, match=r"must be of the model's kind, numeric\. Received: text"):
        bench.evaluate(own.bundle, root)


def test_items_that_cannot_be_used_are_listed_with_their_reasons(
    bench: Any, own: Trained, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from seqclass.data import scan
    from seqclass.evaluation import evaluate

    def scan_then_delete(*arguments: Any, **more: Any) -> Any:
        manifest = scan.scan(*arguments, **more)
        (copy / "item008.npy").unlink()
        return manifest

    monkeypatch.setattr(evaluate, "scan", scan_then_delete)
    result = bench.evaluate(own.bundle, copy).result
    assert result["n_items"] == 15
    assert [problem["file"] for problem in result["problems"]] == ["item008.npy"]


def test_a_sequence_beyond_the_limit_of_training_is_listed(bench: Any, tmp_path: Path) -> None:
    root = bench.numeric_set(tmp_path / "d")
    np.save(root / "item008.npy", np.zeros((90, 2)))
    heard = bench.train(root, tmp_path / "m.seqclass", bench.small(features={"max_frames": 50}))
    result = bench.evaluate(tmp_path / "m.seqclass", root).result
    assert result["problems"] == heard.result["problems"]
    assert result["problems"][0]["reason"] == "it has 90 frames, more than features.max_frames=50"
    assert result["confusion"] == heard.result["metrics"]["test"]["confusion"]


def test_the_answers_of_each_item_make_up_the_report(bench: Any, own: Trained, tmp_path: Path) -> None:
    from seqclass.evaluation.answers import read_answers
    from seqclass.evaluation.report import class_report, number_report

    result = bench.evaluate(own.bundle, own.root, answers_out=str(tmp_path / "answers.jsonl")).result
    answers = read_answers(result["answers"])
    assert (answers.head.root, answers.head.split, len(answers.items)) == (str(own.root), "test", 16)
    groups = [answer.item.group for answer in answers.items]
    labels = answers.head.targets[0].labels
    truth = np.asarray([labels.index(str(answer.item.targets["label"])) for answer in answers.items])
    again = class_report(answers.outputs("label"), truth, labels, groups).as_result()
    assert again == result["targets"]["label"]
    sizes = np.asarray([float(answer.item.targets["size"]) for answer in answers.items])
    assert number_report(answers.outputs("size")[:, 0], sizes, groups).as_result() == result["targets"]["size"]


def test_without_a_wish_for_answers_there_are_none(bench: Any, own: Trained) -> None:
    assert "answers" not in bench.evaluate(own.bundle, own.root).result


def test_answers_that_cannot_be_written_fail_at_once(bench: Any, own: Trained, tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        bench.evaluate(own.bundle, own.root, answers_out=str(tmp_path))


def test_a_file_that_holds_no_answers_is_one_line(tmp_path: Path) -> None:
    from seqclass.evaluation.answers import read_answers

    (tmp_path / "answers.jsonl").write_text('{"label": 1}\n')
    with pytest.raises(DataError, match="must hold the answers of an evaluation"):
        read_answers(tmp_path / "answers.jsonl")


def test_features_that_training_computed_are_not_computed_again_and_give_the_same(
    bench: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, bundle = bench.speech_set(tmp_path / "d"), tmp_path / "m.seqclass"
    bench.train(root, bundle)
    opened: list[str] = []
    load = evaluate.load_item
    monkeypatch.setattr(evaluate, "load_item", lambda manifest, item: (opened.append(item.id), load(manifest, item))[1])
    stored = bench.evaluate(bundle, root, split="all", answers_out=str(tmp_path / "stored.json")).result
    assert not opened
    assert stores.clear() > 0
    computed = bench.evaluate(bundle, root, split="all", answers_out=str(tmp_path / "computed.json")).result
    assert len(opened) == stored["n_items"]
    assert {**computed, "answers": ""} == {**stored, "answers": ""}
    one, other = (read_answers(tmp_path / f"{name}.json") for name in ("stored", "computed"))
    assert one.items == other.items


def test_a_cancellation_ends_it(bench: Any, own: Trained) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        bench.run(EvaluateJob(bundle=str(own.bundle), dataset=str(own.root)), cancel=cancel)


def test_a_bundle_that_is_none_is_one_line(bench: Any, own: Trained, tmp_path: Path) -> None:
    (tmp_path / "m.seqclass").write_bytes(b"no bundle")
    with pytest.raises(BundleError):
        bench.evaluate(tmp_path / "m.seqclass", own.root)
    with pytest.raises(StorageError):
        bench.evaluate(tmp_path / "missing.seqclass", own.root)
