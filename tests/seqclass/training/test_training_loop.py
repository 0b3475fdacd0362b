"""The loop: every optimizer and schedule, what is weighed, averaged, kept and stopped."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import KERAS, rewrite_rows

from seqclass.data.scan import scan
from seqclass.data.splits import assign_splits
from seqclass.errors import CancelledError, SpecError
from seqclass.events import CancelToken, EpochEnded, Note, Progress, ignore
from seqclass.model.bundle import TargetCard
from seqclass.settings import Settings, data_spec, resolve
from seqclass.specs import TrainingSpec

pytestmark = list(KERAS)


class Fit:
    """One training in memory: what it gave, said, and had at the end of each epoch."""

    def __init__(self, root: Path, settings: Settings, **more: Any) -> None:
        from seqclass.training.fit import fit

        manifest = scan(root, data_spec(settings))
        config = resolve(settings, manifest.kind)
        self.events: list[Any] = []
        self.variables: list[list[np.ndarray]] = []
        self.averages: list[list[np.ndarray]] = []
        self.fitted = fit(
            manifest,
            assign_splits(manifest, config.data),
            config,
            **{"emit": self.events.append, "cancel": CancelToken(), "after_epoch": self._keep, **more},
        )
        self.epochs = [event for event in self.events if isinstance(event, EpochEnded)]
        self.state = self.fitted.state

    def _keep(self, state: Any) -> None:
        self.variables.append([values.copy() for values in state.variables])
        self.averages.append([values.copy() for values in state.average])

    def assert_weights_are_those_of(self, epoch: int) -> None:
        """The model holds the weights that it had after an epoch."""
        for variable, values in zip(self.fitted.model.variables, self.variables[epoch - 1], strict=True):
            if variable.trainable:
                np.testing.assert_array_equal(np.asarray(variable), values)


def flip_validation(root: Path) -> Path:
    """Make validation contradict training, so that learning makes it worse and the first epoch is the best."""

    def flip(row: dict[str, str]) -> None:
        if row["split"] == "validation":
            row["label"] = "ba"["ab".index(row["label"])]

    rewrite_rows(root, flip)
    return root


@pytest.fixture(scope="module")
def folder(bench: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root: Path = bench.numeric_set(tmp_path_factory.mktemp("plain") / "d")
    return root


@pytest.fixture(scope="module")
def contrary(bench: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return flip_validation(bench.numeric_set(tmp_path_factory.mktemp("contrary") / "d"))


@pytest.mark.parametrize(
    ("optimizer", "schedule", "clip_norm"),
    [("adam", "cosine", 0.0), ("adamw", "onecycle", 1.0), ("sgd", "plateau", 1.0), ("rmsprop", "constant", 1.0)],
)
def test_every_optimizer_and_schedule_learns(optimizer: str, schedule: str, clip_norm: float, bench: Any, folder: Path) -> None:
    training = {"optimizer": optimizer, "schedule": schedule, "clip_norm": clip_norm, "epochs": 6}
    done = Fit(folder, bench.small(training=training))
    assert done.epochs[-1].train["loss"] < 0.8 * done.epochs[0].train["loss"]
    rates = [epoch.learning_rate for epoch in done.epochs]
    if schedule in ("cosine", "onecycle"):
        assert rates[-1] < rates[1] <= 0.02
    else:
        assert rates == pytest.approx([0.02] * 6)


def test_the_weights_kept_are_those_of_the_best_validation_epoch(bench: Any, contrary: Path) -> None:
    done = Fit(contrary, bench.small(training={"epochs": 3}))
    assert [epoch.is_best for epoch in done.epochs] == [True, False, False]
    assert done.state.best_epoch == 1
    done.assert_weights_are_those_of(1)
    figures = done.fitted.reports["validation"]["label"]
    assert figures.accuracy == pytest.approx(done.epochs[0].validation["label.accuracy"])  # type: ignore[union-attr]
    assert np.abs(done.variables[0][0] - done.variables[2][0]).max() > 1e-3


def test_without_validation_the_last_weights_are_kept(bench: Any, tmp_path: Path) -> None:
    root = bench.numeric_set(tmp_path / "d", split=False)
    done = Fit(root, bench.small(data={"validation_share": 0.0, "test_share": 0.2, "split_by": "item"}, training={"epochs": 3}))
    assert done.epochs[-1].validation == {}
    assert done.state.best_epoch == 3
    done.assert_weights_are_those_of(3)
    assert set(done.fitted.reports) == {"test"}
    assert any("no validation part" in event.text for event in done.events if isinstance(event, Note))


def test_patience_ends_the_training(bench: Any, contrary: Path) -> None:
    done = Fit(contrary, bench.small(training={"epochs": 50, "patience": 2}))
    assert (len(done.epochs), done.state.best_epoch, done.fitted.was_stopped) == (3, 1, False)
    done.assert_weights_are_those_of(1)


def test_a_plateau_halves_the_rate_each_three_epochs_without_a_better_one(bench: Any, contrary: Path) -> None:
    done = Fit(contrary, bench.small(training={"epochs": 8, "schedule": "plateau", "learning_rate": 0.04}))
    assert done.state.best_epoch == 1
    assert [epoch.learning_rate for epoch in done.epochs] == pytest.approx([0.04] * 4 + [0.02] * 3 + [0.01])


def test_the_running_average_of_weights_is_what_is_judged_and_kept(bench: Any, folder: Path) -> None:
    done = Fit(folder, bench.small(training={"epochs": 2, "weight_average": 0.9}))
    trainable = [np.asarray(variable) for variable in done.fitted.model.trainable_variables]
    best = done.state.best_epoch - 1
    for kept, average in zip(trainable, done.averages[best], strict=True):
        np.testing.assert_array_equal(kept, average)
    raw = [
        values for variable, values in zip(done.fitted.model.variables, done.variables[best], strict=True) if variable.trainable
    ]
    assert max(np.abs(one - other).max() for one, other in zip(trainable, raw, strict=True)) > 1e-3


def test_label_smoothing_bounds_the_training_loss_and_leaves_validation_plain(bench: Any, folder: Path) -> None:
    entropy = -(0.75 * math.log(0.75) + 0.25 * math.log(0.25))  # of a label half of which is spread over two classes
    plain, smooth = (
        Fit(folder, bench.small(training={"epochs": 12, "label_smoothing": share})).epochs[-1] for share in (0.0, 0.5)
    )
    assert plain.train["loss"] < 0.3 < entropy <= smooth.train["loss"] < 0.65
    assert smooth.validation["loss"] < smooth.train["loss"]
    assert smooth.validation["label.accuracy"] == 1.0


def test_balanced_classes_weigh_by_inverse_count_with_mean_one() -> None:
    from seqclass.training.step import class_weights

    target = TargetCard(name="label", kind="class", labels=("a", "b", "c"))
    truth = np.asarray([0] * 6 + [1] * 3 + [2] * 3, np.int32)
    weights = class_weights(target, truth, TrainingSpec(class_weights="balanced"))
    np.testing.assert_allclose(weights, [12 / 18, 12 / 9, 12 / 9], rtol=1e-6)
    assert weights[truth].mean() == pytest.approx(1.0)
    np.testing.assert_array_equal(class_weights(target, truth, TrainingSpec(class_weights="none")), [1, 1, 1])


def test_balanced_weights_keep_a_rare_class_from_being_forgotten(bench: Any, tmp_path: Path) -> None:
    root = tmp_path / "d"
    root.mkdir()
    rows = ["file,label,split"]
    for index in range(60):  # nothing tells the classes apart
        np.save(root / f"{index}.npy", np.random.default_rng(index).normal(0, 0.01, (3, 1)))
        rows.append(f"{index}.npy,{'rare' if index % 10 < 2 else 'often'},{'test' if index >= 40 else 'train'}")
    (root / "manifest.csv").write_text("\n".join(rows) + "\n")
    shares = []
    for weights in ("none", "balanced"):
        training = {"epochs": 25, "learning_rate": 0.05, "class_weights": weights}
        done = Fit(root, bench.small(data={"validation_share": 0.0}, features={"normalisation": "none"}, training=training))
        logits = done.fitted.network.forward(np.zeros((3, 1), np.float32)).logits["label"]
        shares.append(float(1 / (1 + np.exp(logits[0] - logits[1]))))
    assert shares[0] == pytest.approx(0.2, abs=0.08)
    assert shares[1] == pytest.approx(0.5, abs=0.12)


def test_progress_counts_steps_of_the_whole_training(bench: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seqclass.training.loop._PAUSE_S", 0.0)
    done = Fit(folder, bench.small(training={"epochs": 2, "batch_size": 8}))
    steps = [event for event in done.events if isinstance(event, Progress) and event.stage == "training"]
    assert [(event.done, event.total) for event in steps] == [(number, 6) for number in range(1, 7)]
    assert steps[-1].eta_s == 0.0


def test_a_cancellation_ends_the_threads_that_make_batches(bench: Any, folder: Path) -> None:
    import threading

    cancel = CancelToken()

    def on_progress(event: Any) -> None:
        if isinstance(event, EpochEnded):
            cancel.cancel()

    with pytest.raises(CancelledError):
        Fit(folder, bench.small(training={"batch_size": 2}), emit=on_progress, cancel=cancel)
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("seqclass-")] == []


def test_a_loss_that_becomes_infinite_at_once_is_one_line_that_names_the_rate(
    bench: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from seqclass.training import loop

    def rate(spec: TrainingSpec, share_done: float, **_: Any) -> float:
        return math.inf

    monkeypatch.setattr(loop, "learning_rate", rate)
    with pytest.raises(
        SpecError, match=r"^The loss must stay finite\. Received: loss=nan in epoch 1 with training\.learning_rate="
    ):
        Fit(folder, bench.small())


def test_a_loss_that_becomes_infinite_later_keeps_the_best_so_far(
    bench: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from seqclass.training import loop

    def rate(spec: TrainingSpec, share_done: float, **_: Any) -> float:
        return 0.02 if share_done < 0.5 else math.nan

    monkeypatch.setattr(loop, "learning_rate", rate)
    done = Fit(folder, bench.small(training={"epochs": 4}))
    assert len(done.epochs) == 2
    assert done.fitted.was_stopped is False
    done.assert_weights_are_those_of(done.state.best_epoch)
    assert any("The loss must stay finite" in event.text for event in done.events if isinstance(event, Note))


def test_logits_of_the_loop_are_those_of_the_numpy_pass(bench: Any, folder: Path) -> None:
    from seqclass.training.fit import build_model
    from seqclass.training.loop import Trainer

    done = Fit(folder, bench.small())
    prepared, spec = done.fitted.prepared, TrainingSpec(epochs=1, batch_size=2)
    model = build_model(resolve(bench.small(), "numeric"), prepared.front_end, prepared.targets)
    model.set_weights(done.fitted.model.get_weights())
    part = prepared.parts["validation"]
    logits = Trainer(model, prepared.targets, spec, prepared.parts["train"]).logits(part)["label"]
    for index in range(len(part.items)):
        own = done.fitted.network.forward(part.frames(index)).logits["label"]
        np.testing.assert_allclose(logits[index], own, atol=1e-5)
    ignore(done.events[0])
