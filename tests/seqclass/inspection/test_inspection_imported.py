"""Looks at imported models: masked frames, other activations, a first half that reads backwards."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support import DIGITS, make_bundle, numeric_front_end

from seqclass.inference.classify import classify
from seqclass.inspection.cell import cell_terms
from seqclass.inspection.hands import PARTS, Edit, Hands
from seqclass.inspection.health import HealthTaker
from seqclass.inspection.ledger import ledger
from seqclass.inspection.order import answer_share
from seqclass.inspection.prefixes import Prefixes
from seqclass.inspection.push import push
from seqclass.inspection.timeline import timeline
from seqclass.inspection.trace import trace
from seqclass.model import activations
from seqclass.model import layout as layouts
from seqclass.model import network as networks
from seqclass.model.bundle import Bundle
from seqclass.model.layout import Direction, Layout, LstmLayer, Node, Output

VALUES = np.random.default_rng(1).normal(size=(14, 3))
VALUES[[4, 5, 13]] = 0.0  # masked


def imported(*, turned: bool, masked: bool = True) -> Bundle:
    """Masking, an LSTM of hard gates, a Dense layer a frame, a usual LSTM, its mean over frames that count, logits."""
    masking = (Node(op="masking", name="masking", width=3),) if masked else ()
    hard = Direction(units=4, activation="relu", recurrent_activation="hard_sigmoid", is_backward=turned)
    layers = (
        LstmLayer(name="lstm", forward=hard, before=masking, is_masked=masked),
        LstmLayer(
            name="lstm_1",
            forward=Direction(units=5),
            before=(Node(op="dense", name="dense", width=6, activation="tanh"),),
            is_masked=masked,
        ),
    )
    tail = (
        Node(op="mean", name="pooling", width=5, inputs=(-1,), is_frames=False, is_masked=masked),
        Node(op="dense", name="logits", width=3, inputs=(0,), is_frames=False),
    )
    layout = Layout(source="Keras", layers=layers, tail=tail, outputs=(Output(target="label", node=1),))
    rng = np.random.default_rng(0)
    arrays = {name: rng.normal(0, 0.5, shape).astype(np.float32) for name, shape in layouts.shapes(layout, 3).items()}
    bundle = make_bundle("numeric", front_end=numeric_front_end(3, normalisation="none"))
    network = networks.from_stack(arrays, bundle.card.config.model, (DIGITS.spec,), layout)
    return replace(bundle, network=network)


@pytest.mark.parametrize("turned", [False, True])
def test_cell_terms_follow_the_models_own_activations(*, turned: bool) -> None:
    bundle = imported(turned=turned)
    traced = trace(bundle, VALUES)
    counts = np.ones(len(VALUES), bool)
    counts[[4, 5, 13]] = False
    for layer, squeezes in enumerate((("hard_sigmoid", "relu"), ("sigmoid", "tanh"))):
        terms = cell_terms(bundle, traced, layer=layer, unit=2)
        assert terms.squeezes == squeezes
        gates = activations.apply(squeezes[0], terms.total[counts][:, [0, 1, 3]])
        np.testing.assert_allclose(terms.values[counts][:, [0, 1, 3]], gates, atol=1e-5)
        np.testing.assert_allclose(terms.values[counts, 2], activations.apply(squeezes[1], terms.total[counts, 2]), atol=1e-5)
        np.testing.assert_allclose(terms.cell, terms.kept + terms.written, atol=1e-5)
    first = cell_terms(bundle, traced, unit=2).at(0).equations()
    assert first[0].startswith("i = hard_sigmoid(")
    assert "o * relu(c)" in first[5]


@pytest.mark.parametrize("turned", [False, True])
def test_ledgers_sum_to_the_cell_across_masked_frames(*, turned: bool) -> None:
    traced = trace(imported(turned=turned), VALUES)
    for layer in traced.layers:
        for at in (0, 5, 13):
            np.testing.assert_allclose(ledger(layer, at).left.sum(axis=0), layer.cell[at], atol=1e-5)
    assert traced.layers[0].is_backward == turned


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("part", PARTS)
def test_edits_keep_their_frames_in_a_half_that_reads_backwards(part: str, *, turned: bool) -> None:
    bundle = imported(turned=turned)
    hold = Edit(part=part, action="clamp", low=0.25, high=0.25, units=(1,), start=7, stop=9)  # type: ignore[arg-type]
    edited = getattr(trace(bundle, VALUES, hands=Hands(edits=(hold,))).layers[0], part)
    plain = getattr(trace(bundle, VALUES).layers[0], part)
    assert (edited[7:9, 1] == np.float32(0.25)).all()
    unread = slice(9, None) if turned else slice(0, 7)
    np.testing.assert_array_equal(edited[unread], plain[unread])
    untouched = trace(bundle, VALUES, hands=Hands(edits=(Edit(part=part, action="scale"),)))  # type: ignore[arg-type]
    np.testing.assert_array_equal(getattr(untouched.layers[0], part), plain)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("masked", [False, True])
def test_the_timeline_is_what_the_classifier_says_of_each_beginning(*, turned: bool, masked: bool) -> None:
    bundle = imported(turned=turned, masked=masked)
    line = timeline(bundle, VALUES)
    assert line.is_one_pass != turned
    for point in (0, 3, 5, 10, 13):
        said = list(classify(bundle, VALUES[: point + 1]).probabilities.values())
        np.testing.assert_allclose(line.targets["label"].values[point], said, atol=1e-5)


@pytest.mark.parametrize("masked", [False, True])
def test_units_get_their_parts_of_any_head(*, masked: bool) -> None:
    """A masked mean is no plain pooling, yet linear: the parts and the bias make the lead."""
    bundle = imported(turned=False, masked=masked)
    for frame in (3, -1):
        pushed = push(bundle, Prefixes(bundle, VALUES), frame, pair=("yes", "no"))
        bias = bundle.network.stack.arrays["tail1.bias"]  # type: ignore[union-attr]
        assert pushed.constant == pytest.approx(bias[2] - bias[0], abs=1e-4)
        assert pushed.forward.sum() + pushed.constant == pytest.approx(pushed.lead)
        assert pushed.is_exact != masked
        assert (pushed.by_frame is None) == masked
    share = answer_share(bundle, trace(bundle, VALUES))
    assert share.forward.shape == (5,)
    assert np.abs(share.forward).max() > 0.01


def test_health_is_taken_of_them_too() -> None:
    taker = HealthTaker()
    taker.add(trace(imported(turned=True), VALUES))
    assert [half.n_units for half in taker.health().halves] == [4, 5]


def test_prefixes_cut_the_mask_with_the_frames() -> None:
    outputs, mask = Prefixes(imported(turned=False), VALUES).outputs(5)
    assert mask is not None
    assert mask.tolist() == [True, True, True, True, False, False]
    assert len(outputs) == 6
