"""Keras models of every supported kind become bundles that give Keras' numbers; the others are refused by layer and reason."""

from __future__ import annotations

import importlib
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqclass.errors import BundleError, SeqclassError, SpecError
from seqclass.events import AnyEvent, CancelToken, Finished, StageVerified
from seqclass.inference.classify import classify
from seqclass.inspection.trace import trace
from seqclass.model import bundle as bundles
from seqclass.model.import_job import run
from seqclass.model.stepping import SteppingNetwork
from seqclass.specs import ImportJob, VerifyJob

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),  # Keras' own, of masks and shapes, while the foreign models are made
]
NUMERIC = {"kind": "numeric"}
WORDS = {"kind": "text", "vocabulary": ["", "[UNK]", *(f"word{index}" for index in range(18))]}
Make = Callable[[Any, Any], Any]


def _joined(keras: Any, layers: Any) -> Any:
    entry = layers.Input((None, 3))
    values = layers.LSTM(5, return_sequences=True)(entry)
    values = layers.Bidirectional(layers.LSTM(4, return_sequences=True), merge_mode="ave")(values)
    pooled = [layers.GlobalAveragePooling1D()(values), layers.GlobalMaxPooling1D()(values), values[:, -1]]
    joined = layers.Concatenate()(pooled)
    word = layers.Dense(3, activation="softmax", name="word")(joined)
    return keras.Model(entry, [word, layers.Dense(1, name="age")(joined)])


def _state(keras: Any, layers: Any) -> Any:
    entry = layers.Input((None, 3))
    _, hidden, _ = layers.LSTM(5, return_sequences=True, return_state=True)(entry)
    return keras.Model(entry, layers.Dense(3)(hidden))


def _chain(*make: Callable[[Any], Any], shape: tuple[int | None, ...] = (None, 3)) -> Make:
    def build(keras: Any, layers: Any) -> Any:
        return keras.Sequential([layers.Input(shape), *(each(layers) for each in make)])

    return build


MODELS: dict[str, Make] = {
    "plain": _chain(lambda of: of.LSTM(4), lambda of: of.Dense(3, activation="softmax")),
    "activations": _chain(
        lambda of: of.LSTM(4, activation="relu", recurrent_activation="hard_sigmoid", use_bias=False, return_sequences=True),
        lambda of: of.LSTM(3, activation="softsign"),
        lambda of: of.Dense(8, activation="gelu"),
        lambda of: of.Dense(1, activation="sigmoid"),
    ),
    "backwards": _chain(
        lambda of: of.LSTM(4, go_backwards=True, return_sequences=True),
        lambda of: of.Bidirectional(of.LSTM(3, return_sequences=True), merge_mode="sum"),
        lambda of: of.LSTM(3, go_backwards=True, return_sequences=True),
        lambda of: of.Bidirectional(of.LSTM(3), merge_mode="mul"),
        lambda of: of.Dense(3, activation="softmax"),
    ),
    "masked": _chain(
        lambda of: of.Masking(-1.0),
        lambda of: of.Bidirectional(of.LSTM(4, return_sequences=True)),
        lambda of: of.BatchNormalization(),
        lambda of: of.LSTM(4, return_sequences=True),
        lambda of: of.GlobalAveragePooling1D(),
        lambda of: of.Dense(2),
        lambda of: of.Softmax(),
        shape=(20, 3),
    ),
    "cells": _chain(
        lambda of: of.GaussianNoise(0.1),
        lambda of: of.RNN([of.LSTMCell(4), of.LSTMCell(3)], return_sequences=True, go_backwards=True),
        lambda of: of.LayerNormalization(),
        lambda of: of.TimeDistributed(of.Dense(4, activation="swish")),
        lambda of: of.SpatialDropout1D(0.1),
        lambda of: of.RNN(of.LSTMCell(3)),
        lambda of: of.Flatten(),
        lambda of: of.LeakyReLU(),
        lambda of: of.Dense(3, activation="softmax"),
    ),
    "scaled": _chain(
        lambda of: of.Normalization(mean=[1.0, 2.0, 3.0], variance=[1.0, 4.0, 9.0]),
        lambda of: of.Rescaling(2.0, 1.0),
        lambda of: of.LSTM(4),
        lambda of: of.Dropout(0.5),
        lambda of: of.Dense(2),
    ),
    "joined": _joined,
    "state": _state,
    "words": _chain(
        lambda of: of.Embedding(20, 5, mask_zero=True),
        lambda of: of.Bidirectional(of.LSTM(4, return_sequences=True)),
        lambda of: of.LSTM(3),
        lambda of: of.Dense(2, activation="softmax"),
        shape=(None,),
    ),
    "words_fixed": _chain(lambda of: of.Embedding(20, 5), lambda of: of.LSTM(4), lambda of: of.Dense(1), shape=(30,)),
}


def made(make: Make, path: Path) -> Path:
    """A model with random weights, saved."""
    importlib.import_module("seqclass.model.keras_setup")
    keras = importlib.import_module("keras")
    model = make(keras, keras.layers)
    rng = np.random.default_rng(0)
    weights = [
        rng.uniform(0.5, 2.0, values.shape) if "variance" in variable.path else rng.normal(0, 0.3, values.shape)
        for variable, values in zip(model.weights, model.get_weights(), strict=True)
    ]
    model.set_weights([np.asarray(new, old.dtype) for new, old in zip(weights, model.get_weights(), strict=True)])
    model.save(path)
    return path


def imported(file: Path, out: Path | str, **more: Any) -> tuple[dict[str, Any], list[StageVerified]]:
    events: list[AnyEvent] = []
    run(ImportJob(file=str(file), out=str(out), **more), events.append, CancelToken())
    assert isinstance(events[-1], Finished)
    return events[-1].result, [event for event in events if isinstance(event, StageVerified)]


@pytest.mark.parametrize("name", MODELS)
def test_a_model_becomes_a_bundle_that_gives_the_same_numbers(tmp_path: Path, name: str) -> None:
    file = made(MODELS[name], tmp_path / "model.keras")
    features = WORDS if name.startswith("words") else NUMERIC
    result, stages = imported(file, tmp_path / "m.seqclass", features=features)
    assert all(stage.ok and stage.max_abs_difference < 5e-6 for stage in stages)
    assert len(stages) == (3 if name in ("masked", "words_fixed") else 2)
    from seqclass.export.verify import run as verify

    events: list[AnyEvent] = []
    verify(VerifyJob(bundle=str(tmp_path / "m.seqclass")), events.append, CancelToken())
    assert isinstance(events[-1], Finished)
    bundle = bundles.read(tmp_path / "m.seqclass")
    item: dict[str, Any] = {"text": "word1 word7 other"} if features is WORDS else {}
    values = None if item else np.random.default_rng(3).normal(size=(9, 3))
    traced = trace(bundle, values, **item)
    assert classify(bundle, values, **item).targets == traced.result
    assert traced.probabilities.keys() == {target["name"] for target in result["targets"]}
    assert bundles.read_card(tmp_path / "m.seqclass")["schema"] == 2


@pytest.mark.parametrize("name", ["plain", "activations", "scaled", "state"])
def test_a_causal_one_can_be_stepped_frame_by_frame(tmp_path: Path, name: str) -> None:
    imported(made(MODELS[name], tmp_path / "model.keras"), tmp_path / "m.seqclass", features=NUMERIC)
    bundle = bundles.read(tmp_path / "m.seqclass")
    assert bundle.card.is_causal
    frames = np.random.default_rng(1).normal(size=(8, 3)).astype(np.float32)
    stepping = SteppingNetwork(bundle.network)
    pieces = [stepping.feed(frames[start : start + 3]) for start in range(0, 8, 3)]
    for length in (1, 5, 8):
        expected = bundle.network.forward(frames[:length]).logits["label"]
        stepped = np.concatenate([piece.logits["label"] for piece in pieces])[length - 1]
        np.testing.assert_allclose(stepped, expected, atol=1e-6)


def test_masked_frames_write_nothing_and_keep_everything(tmp_path: Path) -> None:
    imported(made(MODELS["masked"], tmp_path / "model.keras"), tmp_path / "m.seqclass", features=NUMERIC)
    frames = np.random.default_rng(1).normal(size=(9, 3)).astype(np.float32)
    frames[[0, 4, 5]] = -1.0
    for layer in bundles.read(tmp_path / "m.seqclass").network.forward(frames).layers:
        traced = layer.forward
        cells = np.concatenate([np.zeros_like(traced.cell[:1]), traced.cell])
        np.testing.assert_allclose(
            traced.cell, traced.forget_gate * cells[:-1] + traced.input_gate * traced.candidate, atol=1e-6
        )
        np.testing.assert_array_equal(traced.cell[4:6], np.repeat(traced.cell[3:4], 2, axis=0))


def test_h5_is_read_too(tmp_path: Path) -> None:
    result, _ = imported(
        made(MODELS["backwards"], tmp_path / "model.h5"), tmp_path / "m.seqclass", features=NUMERIC, labels=("a,b,c",)
    )
    assert result["targets"] == [{"name": "label", "kind": "class", "labels": ["a", "b", "c"]}]
    assert not result["is_causal"]


def test_without_a_place_to_write_the_file_is_described(tmp_path: Path) -> None:
    result, stages = imported(made(MODELS["joined"], tmp_path / "model.keras"), "")
    assert not stages
    assert result["n_features"] == 3
    assert [layer["units"] for layer in result["layers"]] == [[5], [4, 4]]
    assert result["outputs"] == [
        {"name": "word", "classes": 3, "kind": "class"},
        {"name": "age", "classes": 1, "kind": "number"},
    ]
    assert "--features numeric" in result["needs"]


def test_the_stored_model_is_stock_keras_for_any_length(tmp_path: Path) -> None:
    imported(made(MODELS["masked"], tmp_path / "model.keras"), tmp_path / "m.seqclass", features=NUMERIC)
    with zipfile.ZipFile(tmp_path / "m.seqclass") as archive:
        (tmp_path / "stored.keras").write_bytes(archive.read("model.keras"))
    keras = importlib.import_module("keras")
    model = keras.models.load_model(tmp_path / "stored.keras")
    assert model(np.zeros((2, 33, 3), np.float32)).shape == (2, 2)


def test_a_fixed_length_is_told(tmp_path: Path) -> None:
    result, _ = imported(made(MODELS["words_fixed"], tmp_path / "model.keras"), tmp_path / "m.seqclass", features=WORDS)
    assert any("made for 30 frames" in text for text in result["warnings"])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (_chain(lambda of: of.Conv1D(4, 3, name="c"), lambda of: of.LSTM(4)), "c (Conv1D): it mixes neighbouring frames"),
        (_chain(lambda of: of.GRU(4, name="g"), lambda of: of.Dense(2)), "g (GRU): it is no LSTM"),
        (_chain(lambda of: of.LSTM(4), lambda of: of.RepeatVector(3, name="r")), "r (RepeatVector): it makes a sequence"),
        (_chain(lambda of: of.LSTM(4, return_sequences=True), lambda of: of.Flatten(name="f"), shape=(5, 3)), "f: it lays"),
        (_chain(lambda of: of.LSTM(4, return_sequences=True, name="l"), lambda of: of.Dense(2)), "it answers each frame"),
        (_chain(lambda of: of.GlobalMaxPooling1D(), lambda of: of.Dense(2)), "must have an LSTM layer"),
        (_chain(lambda of: of.LSTM(4), lambda of: of.Dense(3, activation="sigmoid", name="d")), "d: sigmoid over 3 numbers"),
        (_chain(lambda of: of.LSTM(4, activation="sparsemax", name="l"), lambda of: of.Dense(2)), "l: its activation sparsemax"),
        (_chain(lambda of: of.LSTM(4, dtype="float16", name="l"), lambda of: of.Dense(2)), "l: it computes in float16"),
        (_chain(lambda of: of.Dense(2), shape=(3,)), "must read (batch, time, feature)|token ids must be embedded|Embedding"),
    ],
)  # fmt: skip
def test_what_is_not_supported_is_named_by_layer_and_reason(tmp_path: Path, make: Make, words: str) -> None:
    file = made(make, tmp_path / "model.keras")
    with pytest.raises(SeqclassError) as caught:
        imported(file, tmp_path / "m.seqclass", features=NUMERIC)
    assert any(each in str(caught.value) for each in words.split("|")), str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "m.seqclass").exists()


def test_side_by_side_layers_and_ways_around_one_are_refused(tmp_path: Path) -> None:
    def beside(keras: Any, layers: Any) -> Any:
        entry = layers.Input((None, 3))
        joined = layers.Concatenate()([layers.LSTM(4)(entry), layers.LSTM(3)(entry)])
        return keras.Model(entry, layers.Dense(2)(joined))

    def around(keras: Any, layers: Any) -> Any:
        entry = layers.Input((None, 3))
        first = layers.LSTM(4, return_sequences=True)(entry)
        joined = layers.Add(name="around")([first, layers.LSTM(4, return_sequences=True)(first)])
        return keras.Model(entry, layers.Dense(2)(layers.GlobalMaxPooling1D()(joined)))

    with pytest.raises(BundleError, match="not side by side"):
        imported(made(beside, tmp_path / "a.keras"), tmp_path / "m.seqclass", features=NUMERIC)
    with pytest.raises(BundleError, match="around: it leads around an LSTM layer"):
        imported(made(around, tmp_path / "b.keras"), tmp_path / "m.seqclass", features=NUMERIC)


def test_a_lambda_is_refused_before_keras_sees_it(tmp_path: Path) -> None:
    def poisoned(keras: Any, layers: Any) -> Any:
        return keras.Sequential([layers.Input((None, 3)), layers.LSTM(2), layers.Lambda(lambda x: x, name="evil")])

    for ending in (".keras", ".h5"):
        file = made(poisoned, tmp_path / f"model{ending}")
        with pytest.raises(BundleError, match=re.escape("evil (Lambda): its code would have to be run")):
            imported(file, tmp_path / "m.seqclass", features=NUMERIC)


@pytest.mark.parametrize(
    "change",
    [
        {"class_name": "Popen", "module": "subprocess", "config": {"args": "true"}},
        {"class_name": "LSTM", "module": "os", "config": {"name": "l"}},
        {"class_name": "function", "module": "builtins", "config": "system", "registered_name": "function"},
    ],
)
def test_code_of_somebody_is_refused_by_name(tmp_path: Path, change: dict[str, Any]) -> None:
    file = made(MODELS["plain"], tmp_path / "model.keras")
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(members["config.json"])
    config["config"]["layers"].append(change)
    with zipfile.ZipFile(tmp_path / "bad.keras", "w") as archive:
        for name, content in members.items():
            archive.writestr(name, json.dumps(config) if name == "config.json" else content)
    with pytest.raises(BundleError, match=rf"\({change['class_name']}\)"):
        imported(tmp_path / "bad.keras", tmp_path / "m.seqclass", features=NUMERIC)


def test_a_layer_larger_than_its_file_is_refused(tmp_path: Path) -> None:
    file = made(MODELS["plain"], tmp_path / "model.keras")
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["config.json"] = members["config.json"].replace(b'"units": 4', b'"units": 90000')
    with zipfile.ZipFile(tmp_path / "big.keras", "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    with pytest.raises(BundleError, match="more than the file can hold"):
        imported(tmp_path / "big.keras", tmp_path / "m.seqclass", features=NUMERIC)


@pytest.mark.parametrize("content", [b"", b"no model", b"PK\x03\x04 nothing", b"\x89HDF\r\n\x1a\n" + b"\x00" * 40])
def test_a_damaged_file_is_one_line(tmp_path: Path, content: bytes) -> None:
    for ending in (".keras", ".h5"):
        (tmp_path / f"m{ending}").write_bytes(content)
        with pytest.raises(BundleError) as caught:
            imported(tmp_path / f"m{ending}", tmp_path / "m.seqclass", features=NUMERIC)
        assert "\n" not in str(caught.value)


def test_pickles_of_pytorch_are_never_opened(tmp_path: Path) -> None:
    (tmp_path / "m.pt").write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    with pytest.raises(BundleError, match="Pickles of PyTorch can run code"):
        imported(tmp_path / "m.pt", tmp_path / "m.seqclass", features=NUMERIC)


def test_a_missing_front_end_says_what_is_missing(tmp_path: Path) -> None:
    file = made(MODELS["plain"], tmp_path / "model.keras")
    with pytest.raises(SpecError, match="Frames of 3 numbers enter this model"):
        imported(file, tmp_path / "m.seqclass")


@pytest.mark.parametrize("name", ["one", "both", "bare"])
def test_pytorch_weights_become_a_bundle_that_verifies(tmp_path: Path, name: str) -> None:
    file = Path(__file__).parent / "fixtures" / "torch" / f"{name}.safetensors"
    result, stages = imported(file, tmp_path / "m.seqclass", features=NUMERIC)
    assert len(stages) == 2
    assert all(stage.ok for stage in stages)
    assert result["source"] == "PyTorch"
    golden = np.load(file.with_name(f"{name}_golden.npz"))
    arrays = trace(bundles.read(tmp_path / "m.seqclass"), golden["values"][:, 0]).arrays()
    np.testing.assert_allclose(arrays["output"], golden["output"][:, 0], atol=1e-5)
    np.testing.assert_allclose(arrays["h_n"], golden["h_n"][:, 0], atol=1e-5)
    np.testing.assert_allclose(arrays["c_n"], golden["c_n"][:, 0], atol=1e-5)
    from seqclass.model.keras_verify import run as verify

    events: list[AnyEvent] = []
    verify(VerifyJob(bundle=str(tmp_path / "m.seqclass")), events.append, CancelToken())
    assert isinstance(events[-1], Finished)
