"""The NumPy pass against Keras, gate by gate, and the saved model in plain Keras."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import (
    AGE,
    DIGITS,
    inputs_of,
    make_bundle,
    model_spec,
    numeric_front_end,
    random_network,
    text_front_end,
    write_bundle,
)

from seqclass.data.batches import pad
from seqclass.features.front_end import FrontEnd
from seqclass.model.bundle import TargetCard
from seqclass.model.network import Network, to_arrays
from seqclass.specs import ModelSpec

pytestmark = [
    pytest.mark.tensorflow,
    # Keras reads TensorFlow's variables by a protocol that NumPy 2 replaced.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]

LENGTHS = [1, 2, 3, *np.random.default_rng(3).integers(4, 60, 17).tolist()]
TOLERANCE = 1e-5
HEADS: list[dict[str, Any]] = [
    *(
        {"pooling": (method,), "bidirectional": both}
        for method in ("last", "mean", "max", "attention")
        for both in (False, True)
    ),
    {"pooling": ("last", "mean", "max", "attention"), "bidirectional": True, "lstm": (5, 4)},
    {"pooling": ("attention", "last"), "lstm": (5, 4, 3)},
    *({"dense": (7, 4), "activation": name} for name in ("relu", "tanh", "gelu", "elu")),
]


def keras_twin(network: Network, front_end: FrontEnd, targets: Sequence[TargetCard]) -> Any:
    """The Keras model of the same layout with the very same weights."""
    from seqclass.model import keras_model

    model = keras_model.build(
        network.spec,
        network.targets,
        n_outputs={target.name: len(target.labels) or 1 for target in targets},
        **inputs_of(front_end),
    )
    for layer in model.layers:
        names = {
            "embedding": ["embedding"],
            "attention": ["attention.kernel", "attention.bias"],
        }.get(layer.name, [])
        if layer.name.startswith("layer") and layer.weights:
            names = [f"{layer.name.replace('_', '.')}.{part}" for part in ("kernel", "recurrent", "bias")]
        if layer.name.startswith("dense") and layer.weights:
            names = [f"{layer.name}.{part}" for part in ("kernel", "bias")]
        if layer.name.startswith("head_") and layer.weights:
            names = [f"head.{targets[int(layer.name[5:])].name}.{part}" for part in ("kernel", "bias")]
        if names:
            layer.set_weights([to_arrays(network)[name] for name in names])
    return model


def make(spec: ModelSpec, targets: tuple[TargetCard, ...] = (DIGITS,), seed: int = 0) -> tuple[Network, Any]:
    front_end = numeric_front_end(5)
    network = random_network(front_end, spec, targets, seed=seed)
    return network, keras_twin(network, front_end, targets)


def sequences(lengths: Sequence[int] = LENGTHS) -> list[np.ndarray[Any, Any]]:
    rng = np.random.default_rng(4)
    return [rng.normal(size=(length, 5)).astype(np.float32) for length in lengths]


def logits_of(model: Any, frames: Sequence[np.ndarray[Any, Any]], name: str = "frames") -> dict[str, np.ndarray[Any, Any]]:
    padded, lengths = pad(frames)
    return {target: np.asarray(values) for target, values in model({name: padded, "lengths": lengths}, training=False).items()}


def layer_outputs(model: Any) -> Any:
    """A model that gives the output of every LSTM layer as Keras itself computes it."""
    import keras

    outputs = {layer.name: layer.output for layer in model.layers if isinstance(layer, keras.layers.LSTM)}
    return keras.Model(model.input, outputs)


@pytest.mark.parametrize("bidirectional", [False, True], ids=["forward", "both directions"])
@pytest.mark.parametrize("units", [(6,), (6, 5, 4)], ids=["1 layer", "3 layers"])
def test_every_gate_and_state_equals_keras(units: tuple[int, ...], bidirectional: bool) -> None:
    """20 random lengths: all gates stepped through Keras' own cell; hidden states of the whole model, alone and in a batch."""
    from seqclass.model.keras_verify import keras_gates

    network, model = make(model_spec(lstm=units, bidirectional=bidirectional))
    items = sequences()
    layers = [network.forward(item).layers for item in items]
    probe = layer_outputs(model)
    padded, lengths = pad(items)
    in_batch = probe({"frames": padded, "lengths": lengths})
    alone = [probe({"frames": item[None], "lengths": np.int32([len(item)])}) for item in items]
    values = items
    for index in range(len(units)):
        outputs: list[list[np.ndarray[Any, Any]]] = [[] for _ in items]
        for direction, step in (("forward", 1), ("backward", -1))[: 2 if bidirectional else 1]:
            name = f"layer{index}_{direction}"
            gates = keras_gates(model, name, pad([item[::step] for item in values])[0])
            for row, item in enumerate(items):
                trace = getattr(layers[row][index], direction)
                for gate, theirs in gates.items():
                    reference = theirs[row, : len(item)][::step]
                    assert getattr(trace, gate).shape == reference.shape
                    np.testing.assert_allclose(getattr(trace, gate), reference, rtol=0, atol=TOLERANCE)
                # The layers within the model put a backward direction out in the order in which it reads.
                for reference in (np.asarray(alone[row][name])[0], np.asarray(in_batch[name])[row, : len(item)]):
                    np.testing.assert_allclose(trace.hidden, reference[::step], rtol=0, atol=TOLERANCE)
                outputs[row].append(gates["hidden"][row, : len(item)][::step])
        values = [np.concatenate(halves, axis=1) for halves in outputs]


@pytest.mark.parametrize("layout", HEADS, ids=str)
def test_pooling_dense_layers_and_activations_equal_keras(layout: dict[str, Any]) -> None:
    network, model = make(model_spec(**layout))
    frames = sequences()
    ours = np.stack([network.forward(item).logits["label"] for item in frames])
    np.testing.assert_allclose(ours, logits_of(model, frames)["label"], atol=TOLERANCE)


def test_a_result_does_not_depend_on_its_neighbours_in_the_batch() -> None:
    network, model = make(model_spec(lstm=(6, 5), bidirectional=True, pooling=("last", "mean", "max", "attention")))
    frames = sequences()
    together = logits_of(model, frames)["label"]
    others = logits_of(model, [frames[0], *sequences([90, 80])])["label"][0]
    np.testing.assert_allclose(others, together[0], atol=TOLERANCE)
    for row, item in enumerate(frames):
        np.testing.assert_allclose(logits_of(model, [item])["label"][0], together[row], atol=TOLERANCE)
    assert network.forward(frames[0]).logits["label"].shape == (3,)


def test_what_stands_in_the_padding_does_not_count() -> None:
    _, model = make(model_spec(lstm=(6, 5), bidirectional=True, pooling=("last", "mean", "max", "attention")))
    padded, lengths = pad(sequences([5, 30]))
    clean = np.asarray(model({"frames": padded, "lengths": lengths})["label"])
    padded[0, 5:] = 1e3
    np.testing.assert_allclose(np.asarray(model({"frames": padded, "lengths": lengths})["label"]), clean, atol=TOLERANCE)


def test_embeddings_and_several_heads_equal_keras() -> None:
    front_end, targets = text_front_end(), (DIGITS, AGE, TargetCard(name="naïve label/1", kind="class", labels=("a", "b")))
    network = random_network(front_end, model_spec(lstm=(6, 5), dense=(4,), pooling=("max", "last")), targets)
    model = keras_twin(network, front_end, targets)
    tokens = [front_end.encode(text).frames for text in ("a good film", "don't", "", "unheard-of words a bad film")]
    theirs = logits_of(model, tokens, "tokens")
    for row, ids in enumerate(tokens):
        for name, values in network.forward(ids).logits.items():
            np.testing.assert_allclose(values, theirs[name][row], atol=TOLERANCE)


def test_weights_go_to_keras_and_back_unchanged() -> None:
    from seqclass.model import keras_model

    spec = model_spec(lstm=(6, 5), bidirectional=True, pooling=("attention",), dense=(3,))
    network, model = make(spec, (DIGITS, AGE))
    again = keras_model.to_network(keras_model.from_bytes(keras_model.to_bytes(model)), spec, network.targets)
    assert list(to_arrays(again)) == list(to_arrays(network))
    for name, values in to_arrays(network).items():
        np.testing.assert_array_equal(to_arrays(again)[name], values)


def test_dropout_acts_in_training_only() -> None:
    spec = model_spec(lstm=(6, 5), dense=(4,), input_dropout=0.5, lstm_dropout=0.5, head_dropout=0.5)
    network, model = make(spec)
    frames = sequences([7])
    padded, lengths = pad(frames)
    np.testing.assert_allclose(logits_of(model, frames)["label"][0], network.forward(frames[0]).logits["label"], atol=TOLERANCE)
    varied = np.asarray(model({"frames": padded, "lengths": lengths}, training=True)["label"])[0]
    assert np.abs(varied - network.forward(frames[0]).logits["label"]).max() > 1e-3


PLAIN_KERAS = """
import json, sys
import numpy as np
with np.load(sys.argv[2]) as saved:
    x, n = saved["frames"], saved["lengths"]
import keras
model = keras.models.load_model(sys.argv[1])
logits = model({"frames": x, "lengths": n})
print(json.dumps({name: np.asarray(values).tolist() for name, values in logits.items()}))
assert not [name for name in sys.modules if name.split(".")[0] == "seqclass"]
assert sorted(model.input) == ["frames", "lengths"]
"""


def test_the_model_in_a_bundle_opens_in_plain_keras_without_code_of_ours(tmp_path: Path) -> None:
    from seqclass.model import bundle as bundles
    from seqclass.model import keras_model

    spec = model_spec(
        lstm=(6, 5), bidirectional=True, pooling=("last", "mean", "max", "attention"), dense=(4,), activation="gelu"
    )
    network, model = make(spec, (DIGITS, AGE))
    made = make_bundle("numeric", front_end=numeric_front_end(5), model=spec, targets=(DIGITS, AGE), network=network)
    write_bundle(tmp_path / "m.seqclass", made, keras_model=keras_model.to_bytes(model))
    (tmp_path / "model.keras").write_bytes(bundles.read_keras(tmp_path / "m.seqclass"))
    frames = sequences([3, 40, 17])
    padded, lengths = pad(frames)
    np.savez(tmp_path / "items.npz", frames=padded, lengths=lengths)
    ended = subprocess.run(
        [sys.executable, "-c", PLAIN_KERAS, tmp_path / "model.keras", tmp_path / "items.npz"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    theirs = json.loads(ended.stdout.splitlines()[-1])
    for row, item in enumerate(frames):
        for name, values in network.forward(item).logits.items():
            np.testing.assert_allclose(values, theirs[name][row], atol=TOLERANCE)


def test_code_in_a_model_is_not_run() -> None:
    import keras

    from seqclass.model import keras_model

    first = keras.Input((3,))
    model = keras.Model(first, keras.layers.Lambda(lambda values: values * 2)(first))
    with pytest.raises(Exception, match=r"(?i)lambda|unsafe"):
        keras_model.from_bytes(keras_model.to_bytes(model))
    with pytest.raises(Exception, match=r".+"):
        keras_model.from_bytes(io.BytesIO(b"no model").getvalue())
