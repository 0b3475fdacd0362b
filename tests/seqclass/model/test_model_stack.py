"""A general stack in NumPy: prefixes, steps and masks agree with the whole pass, and a damaged one is refused."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from support import DIGITS, make_bundle, numeric_front_end, write_bundle
from test_model_bundle import members, repack

from seqclass.errors import BundleError
from seqclass.inspection.trace import trace
from seqclass.model import activations
from seqclass.model import bundle as bundles
from seqclass.model import layout as layouts
from seqclass.model import network as networks
from seqclass.model.bundle import Bundle
from seqclass.model.layout import Direction, Layout, LstmLayer, Node, Output
from seqclass.model.network import Network
from seqclass.model.stepping import SteppingNetwork
from seqclass.specs import ModelSpec, TargetSpec

WIDE = Layout(
    source="Keras",
    layers=(
        LstmLayer(
            name="first",
            forward=Direction(units=4, activation="softsign", recurrent_activation="hard_sigmoid"),
            before=(Node(op="masking", width=3, value=0.0), Node(op="scale", width=3)),
            is_masked=True,
        ),
        LstmLayer(
            name="second", forward=Direction(units=5), before=(Node(op="layer_norm", width=4, value=1e-3),), is_masked=True
        ),
    ),
    tail=(
        Node(op="mean", width=5, is_frames=False, is_masked=True),
        Node(op="dense", width=2, activation="relu"),
        Node(op="max", width=2, inputs=(1,), is_frames=False),
        Node(op="last", width=5, is_frames=False),
        Node(op="concat", width=12, inputs=(0, 2, 3), is_frames=False),
        Node(op="dense", width=3, inputs=(4,), is_frames=False),
    ),
    outputs=(Output(target="label", node=5, given="softmax"),),
)


def network_of(layout: Layout, n_inputs: int = 3) -> Network:
    rng = np.random.default_rng(0)
    arrays = {name: rng.normal(0, 0.5, shape).astype(np.float32) for name, shape in layouts.shapes(layout, n_inputs).items()}
    spec = ModelSpec(lstm=tuple(layer.forward.units for layer in layout.layers), pooling=("mean", "max", "last"))
    return networks.from_stack(arrays, spec, (TargetSpec(),), layout)


def bundle_of(layout: Layout) -> Bundle:
    network = network_of(layout)
    made = make_bundle("numeric", front_end=numeric_front_end(3), network=network, targets=(DIGITS,))
    card = msgspec.structs.replace(
        made.card, stack=layout, config=msgspec.structs.replace(made.card.config, model=network.spec), is_causal=True
    )
    return Bundle(card, made.front_end, network, made.seen, made.tested)


@pytest.fixture
def frames() -> np.ndarray[Any, Any]:
    """Ten frames, three of them masked: the first, one in the middle and the last."""
    values = np.random.default_rng(1).normal(size=(10, 3)).astype(np.float32)
    values[[0, 4, 9]] = 0.0
    return values


def test_the_head_by_frame_is_the_answer_to_each_prefix(frames: np.ndarray[Any, Any]) -> None:
    network = network_of(WIDE)
    whole = network.forward(frames)
    by_frame = network.head_by_frame(whole.layers[-1].output, mask=whole.mask)["label"]
    for length in range(1, 11):
        np.testing.assert_allclose(by_frame[length - 1], network.forward(frames[:length]).logits["label"], atol=1e-5)


def test_pieces_of_any_length_give_what_the_whole_gives(frames: np.ndarray[Any, Any]) -> None:
    network = network_of(WIDE)
    stepping = SteppingNetwork(network)
    pieces = [stepping.feed(frames[start:stop]) for start, stop in ((0, 1), (1, 5), (5, 10))]
    whole = network.forward(frames)
    np.testing.assert_allclose(pieces[-1].logits["label"][-1], whole.logits["label"], atol=1e-5)
    cells = np.concatenate([piece.layers[1].cell for piece in pieces])
    np.testing.assert_allclose(cells, whole.layers[1].forward.cell, atol=1e-6)


def test_the_equations_hold_at_masked_frames_too(frames: np.ndarray[Any, Any]) -> None:
    for layer in network_of(WIDE).forward(frames).layers:
        traced = layer.forward
        before = np.concatenate([np.zeros_like(traced.cell[:1]), traced.cell[:-1]])
        written = traced.forget_gate * before + traced.input_gate * traced.candidate
        np.testing.assert_allclose(traced.cell, written, atol=1e-6)
        np.testing.assert_array_equal(traced.hidden[4], traced.hidden[3])
        np.testing.assert_array_equal(traced.cell[0], 0)


def test_a_turned_layer_is_traced_in_input_time(frames: np.ndarray[Any, Any]) -> None:
    turned = LstmLayer(name="turned", forward=Direction(units=4, is_backward=True))
    tail = (Node(op="last", width=4, is_frames=False), Node(op="dense", width=3, inputs=(0,), is_frames=False))
    layout = Layout(source="Keras", layers=(turned,), tail=tail, outputs=(Output(target="label", node=1),))
    network = network_of(layout)
    assert not network.is_causal
    backward = network.forward(frames)
    plain = networks.run_lstm(network.layers[0][0], frames[::-1])
    np.testing.assert_allclose(backward.layers[0].forward.hidden, plain.hidden[::-1], atol=1e-6)
    np.testing.assert_allclose(backward.pooled, plain.hidden[-1], atol=1e-6)
    with pytest.raises(ValueError, match="cannot be stepped"):
        SteppingNetwork(network)


def test_the_general_pass_gives_what_the_fast_one_gives(frames: np.ndarray[Any, Any]) -> None:
    weights = network_of(WIDE).layers[1][0]
    inputs = np.random.default_rng(2).normal(size=(10, 4)).astype(np.float32)
    for is_backward in (False, True):
        fast = networks.run_lstm(weights, inputs, is_backward=is_backward)
        general = networks.run_any_lstm(weights, inputs, is_backward=is_backward)
        for name in ("input_gate", "forget_gate", "candidate", "output_gate", "cell", "hidden"):
            np.testing.assert_allclose(getattr(fast, name), getattr(general, name), atol=1e-6)


def test_a_bundle_keeps_its_stack_and_says_a_later_schema(tmp_path: Path, frames: np.ndarray[Any, Any]) -> None:
    made = write_bundle(tmp_path / "m.seqclass", bundle_of(WIDE))
    read = bundles.read(tmp_path / "m.seqclass")
    assert read.card.stack == WIDE
    assert bundles.read_card(tmp_path / "m.seqclass")["schema"] == 2
    ours, theirs = trace(made, frames), trace(read, frames)
    np.testing.assert_array_equal(ours.probabilities["label"], theirs.probabilities["label"])


def test_a_trained_bundle_still_says_the_first_schema(tmp_path: Path) -> None:
    write_bundle(tmp_path / "m.seqclass")
    card = json.loads(members(tmp_path / "m.seqclass")["bundle.json"])
    assert card["schema"] == 1
    assert "stack" not in card


def damaged(change: str) -> Layout:
    """A layout with one thing wrong."""
    tail, first = WIDE.tail, WIDE.layers[0]
    replace = msgspec.structs.replace
    return {
        "width": replace(WIDE, tail=(*tail[:-1], replace(tail[-1], width=4))),
        "later": replace(WIDE, tail=(replace(tail[0], inputs=(4,)), *tail[1:])),
        "frames": replace(WIDE, outputs=(Output(target="label", node=1),)),
        "mix": replace(WIDE, tail=(*tail[:4], replace(tail[4], inputs=(0, 1, 3)), tail[5])),
        "units": replace(WIDE, layers=(replace(first, forward=Direction(units=6)), *WIDE.layers[1:])),
        "gate": replace(WIDE, layers=(replace(first, forward=Direction(units=4, activation="softmax")), *WIDE.layers[1:])),
        "activation": replace(WIDE, tail=(*tail[:-1], replace(tail[-1], activation="eval"))),
        "nothing": replace(WIDE, layers=()),
        "target": replace(WIDE, outputs=(Output(target="other", node=5),)),
    }[change]


@pytest.mark.parametrize("change", ["width", "later", "frames", "mix", "units", "gate", "activation", "nothing", "target"])
def test_a_damaged_stack_is_refused_in_one_line(tmp_path: Path, change: str) -> None:
    path = tmp_path / "m.seqclass"
    write_bundle(path, bundle_of(WIDE))
    parts = members(path)
    card = json.loads(parts["bundle.json"]) | {"stack": msgspec.to_builtins(damaged(change))}
    repack(path, parts | {"bundle.json": json.dumps(card).encode()})
    with pytest.raises(BundleError, match="is damaged") as caught:
        bundles.read(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("written", ["relu", "leaky_relu:0.3", "elu", "softmax"])
def test_activations_are_known_by_name_and_number(written: str) -> None:
    assert activations.is_known(written)


@pytest.mark.parametrize("written", ["", "evil", "leaky_relu:x", "elu:nan", "relu:"])
def test_other_names_are_not(written: str) -> None:
    assert not activations.is_known(written)


@pytest.mark.tensorflow
@pytest.mark.parametrize("name", activations.NAMES)
def test_each_activation_is_that_of_keras(name: str) -> None:
    import importlib

    importlib.import_module("seqclass.model.keras_setup")
    keras = importlib.import_module("keras")
    values = np.linspace(-6, 6, 61, dtype=np.float32).reshape(1, -1)
    theirs = keras.ops.convert_to_numpy(keras.activations.get(name)(keras.ops.convert_to_tensor(values)))
    np.testing.assert_allclose(activations.apply(name, values), theirs, atol=2e-6, rtol=2e-6)
    assert math.isfinite(float(activations.apply(name, values).sum()))
