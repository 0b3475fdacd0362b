"""The training's LSTM within the whole model, against the stock layers of Keras."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import KERAS

from seqclass.data.scan import scan
from seqclass.data.splits import assign_splits
from seqclass.events import CancelToken, EpochEnded, Note, ignore
from seqclass.settings import Settings, data_spec, resolve
from seqclass.specs import ModelSpec, TargetSpec, TrainingSpec
from seqclass.training import kits
from seqclass.training.fused import lstm as own_lstm

pytestmark = list(KERAS)
N_TOKENS, N_FEATURES = 30, 9
LENGTHS = [11, 1, 5, 7, 11, 3]
CASES: dict[str, dict[str, Any]] = {
    "one layer": {"lstm": (24,)},
    "two layers": {"lstm": (24, 17), "pooling": ("last", "mean", "max", "attention")},
    "three layers": {"lstm": (8, 9, 10), "dense": (5,)},
    "both directions": {"lstm": (6, 16), "bidirectional": True, "pooling": ("last", "mean")},
    "text": {"lstm": (24, 17), "embedding_dim": 7},
    "text in both directions": {"lstm": (9,), "embedding_dim": 7, "bidirectional": True, "pooling": ("max",)},
}


@pytest.fixture
def in_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Divide small batches too, among more threads than some have rows."""
    monkeypatch.setattr(own_lstm, "_LEAST_WORK", 1)
    monkeypatch.setattr(own_lstm, "n_cores", lambda: 4)


def build(name: str, *, stock: bool) -> Any:
    import keras

    from seqclass.model.keras_model import STOCK
    from seqclass.model.keras_model import build as build_model
    from seqclass.training.fused.layer import KIT

    plain = {
        "input_dropout": 0.0,
        "lstm_dropout": 0.0,
        "head_dropout": 0.0,
        "bidirectional": False,
        "pooling": ("last",),
        "dense": (),
    }
    keras.utils.set_random_seed(3)
    return build_model(
        ModelSpec(**{**plain, **CASES[name]}),
        (TargetSpec(name="label", kind="class"), TargetSpec(name="size", kind="number")),
        n_outputs={"label": 5, "size": 1},
        n_features=None if name.startswith("text") else N_FEATURES,
        n_tokens=N_TOKENS if name.startswith("text") else None,
        kit=STOCK if stock else KIT,
    )


def compiled(model: Any) -> Any:
    """From a batch to gradients of all variables, and logits as in training and as in evaluation."""
    import tensorflow as tf

    name = next(each for each in model.input if each != "lengths")

    def compute(frames: Any, lengths: Any) -> Any:
        with tf.GradientTape() as tape:
            logits = model({name: frames, "lengths": lengths}, training=True)
            labels = tf.one_hot(tf.range(tf.shape(lengths)[0]) % 5, 5)
            loss = tf.reduce_sum((logits["size"] - 1.0) ** 2) - tf.reduce_sum(labels * tf.nn.log_softmax(logits["label"]))
        gradients = [tf.convert_to_tensor(each) for each in tape.gradient(loss, model.trainable_variables)]
        return gradients, logits["label"], model({name: frames, "lengths": lengths}, training=False)["label"]

    frames = tf.TensorSpec([None, None], tf.int32) if name == "tokens" else tf.TensorSpec([None, None, N_FEATURES])
    function = tf.function(compute, autograph=False, input_signature=[frames, tf.TensorSpec([None], tf.int32)])
    return function.get_concrete_function()


@pytest.mark.usefixtures("in_threads")
@pytest.mark.parametrize("name", CASES)
def test_logits_and_the_gradient_of_every_variable_are_those_of_keras(name: str, rng: np.random.Generator) -> None:
    ours, stock = build(name, stock=False), build(name, stock=True)
    assert [variable.path.partition("/")[0] for variable in ours.trainable_variables] == [
        variable.path.partition("/")[0] for variable in stock.trainable_variables
    ]
    for mine, theirs in zip(ours.get_weights(), stock.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)  # the same seed begins both
    is_text, run, run_stock = name.startswith("text"), compiled(ours), compiled(stock)
    for lengths in (LENGTHS, [1], [9], [1, 1, 1], [6, 6]):
        shape = (len(lengths), max(lengths))
        frames = rng.integers(0, N_TOKENS, shape) if is_text else rng.normal(size=(*shape, N_FEATURES))
        batch = frames.astype(np.int32 if is_text else np.float32), np.asarray(lengths, np.int32)
        (gradients, *logits), (wanted, *wanted_logits) = run(*batch), run_stock(*batch)
        for mine, theirs in zip(logits, wanted_logits, strict=True):
            np.testing.assert_allclose(mine, theirs, atol=1e-6)
        for mine, theirs in zip(gradients, wanted, strict=True):
            np.testing.assert_allclose(mine, theirs, atol=5e-6, rtol=1e-4)


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


def test_where_ours_does_not_run_keras_does_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from seqclass.model.keras_model import STOCK

    notes: list[Any] = []
    monkeypatch.setattr(kits, "_reason_for_keras", lambda: "numba is missing")
    assert kits.training_kit(TrainingSpec(), notes.append) is STOCK
    assert notes == [Note(text="Trained with the LSTM of Keras: numba is missing.")]
    assert kits.training_kit(TrainingSpec(lstm="keras"), ignore) is STOCK


def test_a_step_that_breaks_off_between_the_passes_leaves_no_memory_behind(rng: np.random.Generator) -> None:
    from seqclass.training.fused.layer import _MOST_KEPT, _Calls

    calls = _Calls(needs_input_gradient=True)
    frames, lengths = rng.normal(size=(2, 3, 4)).astype(np.float32), np.array([3, 2], np.int32)
    weights = [rng.normal(size=shape).astype(np.float32) for shape in ((4, 20), (5, 20), (20,))]
    numbers = [int(calls.forward(frames, lengths, *weights)[1]) for _ in range(3 * _MOST_KEPT)]
    assert sorted(calls._runs) == numbers[-_MOST_KEPT:]
    assert calls.backward(np.int64(numbers[-1]), np.ones((2, 3, 5), np.float32), *weights[:2])[0].shape == frames.shape
