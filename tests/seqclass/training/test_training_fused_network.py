"""The network on arrays, against the stock layers of Keras: logits, gradients, whole trainings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import KERAS

from seqclass.data.scan import scan
from seqclass.data.splits import assign_splits
from seqclass.events import CancelToken, EpochEnded, Note, ignore
from seqclass.model.bundle import TargetCard
from seqclass.settings import Settings, data_spec, resolve
from seqclass.specs import ModelSpec, TrainingSpec
from seqclass.training import gradients
from seqclass.training.fused import batch
from seqclass.training.groups import Groups

pytestmark = list(KERAS)
N_TOKENS, N_FEATURES = 30, 9
LENGTHS = [11, 1, 5, 7, 11, 3]
CASES: dict[str, dict[str, Any]] = {
    "one layer": {"lstm": (24,)},
    "two layers": {"lstm": (24, 17), "pooling": ("last", "mean", "max", "attention")},
    "three layers": {"lstm": (8, 9, 10), "dense": (5, 6)},
    "ties": {"lstm": (5,), "pooling": ("max",)},
    "both directions": {"lstm": (6, 16), "bidirectional": True, "pooling": ("last", "mean")},
    "text": {"lstm": (24, 17), "embedding_dim": 7},
    "text in both directions": {"lstm": (9,), "embedding_dim": 7, "bidirectional": True, "pooling": ("max",)},
}


ACTIVATIONS = ("relu", "tanh", "gelu", "elu")


@pytest.fixture
def in_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Divide small batches too, among more threads than there are groups."""
    monkeypatch.setattr(batch, "_LEAST_WORK", 1)
    monkeypatch.setattr(batch, "n_cores", lambda: 6)


def build(name: str, activation: str = "relu") -> Any:
    """A model of Keras's own layers, and what computes its gradients here and there."""
    import keras

    from seqclass.model.keras_model import build as build_model
    from seqclass.training.gradients import own_gradient
    from seqclass.training.step import Step

    plain = {"input_dropout": 0.0, "lstm_dropout": 0.0, "head_dropout": 0.0, "pooling": ("last",)}
    layout = ModelSpec(**{**plain, "activation": activation, **CASES[name]})
    targets = (TargetCard(name="label", kind="class", labels=tuple("abcde")), TargetCard(name="size", kind="number"))
    keras.utils.set_random_seed(3)
    model = build_model(
        layout,
        tuple(target.spec for target in targets),
        n_outputs={"label": 5, "size": 1},
        n_features=None if name.startswith("text") else N_FEATURES,
        n_tokens=N_TOKENS if name.startswith("text") else None,
    )
    spec = TrainingSpec(clip_norm=0.0)
    own = own_gradient(model, layout, targets, spec, Groups(4), emit=ignore)
    return model, own, Step(model, targets, spec)


def gradients_of_both(name: str, lengths: list[int], activation: str, rng: np.random.Generator) -> Any:
    """Gradients, sums, norm and logits: ours, and those of TensorFlow's tape."""
    import tensorflow as tf

    model, own, step = build(name, activation)
    n_items, shape = len(lengths), (len(lengths), max(lengths))
    is_text = name.startswith("text")
    frames = rng.integers(0, N_TOKENS, shape) if is_text else rng.normal(size=(*shape, N_FEATURES))
    frames = frames.astype(np.int32 if is_text else np.float32)
    ends = np.asarray(lengths, np.int32)
    wanted = [rng.random((n_items, 5)).astype(np.float32), rng.normal(size=(n_items, 1)).astype(np.float32)]
    weights = [np.asarray(variable) for variable in model.trainable_variables]
    ours = own.whole(frames, ends, wanted, weights, n_items=n_items, step=0, limit=0.0)
    theirs = step._by_keras(
        tf.constant(frames), tf.constant(ends), dict(zip(("label", "size"), wanted, strict=True)), tf.constant(float(n_items))
    )
    logits = own.logits(frames, ends, weights), list(step.infer(frames, ends).values())
    return (ours, theirs), logits


@pytest.mark.usefixtures("in_threads")
@pytest.mark.parametrize("name", CASES)
def test_logits_and_the_gradient_of_every_variable_are_those_of_keras(name: str, rng: np.random.Generator) -> None:
    for number, lengths in enumerate((LENGTHS, [1], [9], [1, 1, 1], [6, 6])):
        (ours, theirs), logits = gradients_of_both(name, lengths, ACTIVATIONS[number % 4], rng)
        gradients, sums, norm = theirs
        for mine, wanted in zip(logits[0], logits[1], strict=True):
            np.testing.assert_allclose(mine, wanted, atol=1e-6)
        for mine, wanted in zip(ours.arrays, gradients, strict=True):
            np.testing.assert_allclose(mine, wanted, atol=5e-6, rtol=1e-4)
        np.testing.assert_allclose(ours.sums, sums, rtol=1e-5, atol=1e-5)
        assert ours.norm == pytest.approx(float(norm), rel=1e-5)


def test_frames_that_tie_for_the_greatest_share_its_gradient(rng: np.random.Generator) -> None:
    """As in TensorFlow: items of one frame, again and again, and weights without memory make every frame tie."""
    import tensorflow as tf

    model, own, step = build("ties")
    for variable in model.trainable_variables:
        if "recurrent" in variable.path:
            variable.assign(tf.zeros_like(variable))
        if variable.path.endswith("lstm_cell/bias"):
            variable.assign(tf.fill(variable.shape, -40.0))  # no gate is open: all frames are zero
    frames = np.repeat(rng.normal(size=(3, 1, N_FEATURES)), 4, axis=1).astype(np.float32)
    lengths, wanted = np.array([4, 2, 3], np.int32), [np.eye(3, 5, dtype=np.float32), np.ones((3, 1), np.float32)]
    weights = [np.asarray(variable) for variable in model.trainable_variables]
    ours = own.whole(frames, lengths, wanted, weights, n_items=3, step=0, limit=0.0)
    theirs, _, _ = step._by_keras(
        tf.constant(frames), tf.constant(lengths), dict(zip(("label", "size"), wanted, strict=True)), tf.constant(3.0)
    )
    for mine, stock in zip(ours.arrays, theirs, strict=True):
        np.testing.assert_allclose(mine, stock, atol=1e-7)


class Fit:
    """A training in memory: events, state after each epoch, and what came out."""

    def __init__(self, root: Path, settings: Settings, **more: Any) -> None:
        from seqclass.training.fit import fit

        manifest = scan(root, data_spec(settings))
        config = resolve(settings, manifest.kind)
        self.events: list[Any] = []
        self.done = fit(
            manifest, assign_splits(manifest, config.data), config, emit=self.events.append, cancel=CancelToken(), **more
        )
        self.losses = [event.train["loss"] for event in self.events if isinstance(event, EpochEnded)]
        self.weights = self.done.model.get_weights()


@pytest.fixture(scope="module")
def folder(bench: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root: Path = bench.numeric_set(tmp_path_factory.mktemp("fused") / "d")
    return root


def settings(bench: Any, lstm: str = "auto", **training: Any) -> Settings:
    model = {"lstm": [6, 5], "lstm_dropout": 0.2, "head_dropout": 0.2, "input_dropout": 0.1}
    made: Settings = bench.small(model=model, training={"epochs": 4, "weight_average": 0.9, "lstm": lstm, **training})
    return made


def test_losses_and_weights_of_a_training_are_those_of_keras(bench: Any, folder: Path) -> None:
    """24 steps of Adam, with dropout: what rounding makes of them stays below a thousandth."""
    ours, stock = Fit(folder, settings(bench)), Fit(folder, settings(bench, "keras"))
    assert ours.losses[-1] < 0.9 * ours.losses[0]
    np.testing.assert_allclose(ours.losses, stock.losses, rtol=1e-3)
    for mine, theirs in zip(ours.weights, stock.weights, strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-3)
    assert {type(layer).__module__.partition(".")[0] for layer in ours.done.model.layers} == {"keras"}


def test_the_same_seed_gives_the_same_weights_bit_for_bit(bench: Any, folder: Path) -> None:
    first, again = (Fit(folder, settings(bench)) for _ in range(2))
    for mine, theirs in zip(first.weights, again.weights, strict=True):
        np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize(("before", "after"), [("auto", "keras"), ("keras", "auto")])
def test_either_lstm_goes_on_where_the_other_was_interrupted(before: str, after: str, bench: Any, folder: Path) -> None:
    import copy

    whole = Fit(folder, settings(bench, before))
    states: list[Any] = []
    Fit(folder, settings(bench, before), after_epoch=lambda state: states.append(copy.deepcopy(state)))
    rest = Fit(folder, settings(bench, after), resume_from=states[1])
    np.testing.assert_allclose(rest.losses, whole.losses[2:], rtol=1e-3)
    for mine, theirs in zip(rest.weights, whole.weights, strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-3)


@pytest.mark.parametrize(("lstm", "who"), [("auto", "seqclass"), ("keras", "Keras")])
def test_workers_are_asked_whether_all_compute_gradients_alike(lstm: str, who: str, bench: Any, folder: Path) -> None:
    """Ours and those of Keras do not add up: what goes over the line has another form."""
    from seqclass.training.share import Share

    asked: list[dict[str, str]] = []

    class Alone(Share):
        def require_same(self, settings: dict[str, str]) -> None:
            asked.append(settings)

    Fit(folder, settings(bench, lstm, epochs=1), share=lambda _: Alone())
    assert asked == [{"gradients by": who}]


def test_where_ours_does_not_run_keras_does_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    notes: list[Any] = []
    given: Any = (None, None, (), TrainingSpec(), Groups(4))
    monkeypatch.setattr(gradients, "_reason_for_keras", lambda: "numba is missing")
    assert gradients.own_gradient(*given, emit=notes.append) is None
    assert notes == [Note(text="Trained with the LSTM of Keras: numba is missing.")]
    given = (None, None, (), TrainingSpec(lstm="keras"), Groups(4))
    assert gradients.own_gradient(*given, emit=notes.append) is None
    assert len(notes) == 1
