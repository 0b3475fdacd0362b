"""Orders of units."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from support import AGE, DIGITS, make_bundle, model_spec, tone

from seqclass.errors import UsageError
from seqclass.inference.classify import encode
from seqclass.inspection.hands import Edit, Hands
from seqclass.inspection.order import ORDERS, answer_share, silenced_share, unit_order
from seqclass.inspection.trace import Layer, trace


def layer_of(hidden: Any) -> Layer:
    values = np.asarray(hidden, np.float32)
    return cast(Layer, SimpleNamespace(hidden=values, n_units=values.shape[1]))


HIDDEN = layer_of([[0.1, -0.9, 0.0], [0.2, 0.5, 0.8], [0.3, 0.1, 0.0]])


@pytest.mark.parametrize(
    ("name", "expected"), [("index", [0, 1, 2]), ("mean", [2, 0, 1]), ("variance", [1, 2, 0]), ("peak", [1, 2, 0])]
)
def test_orders_of_a_small_layer(name: Any, expected: list[int]) -> None:
    assert unit_order(HIDDEN, name).tolist() == expected


def test_the_order_by_share_puts_the_greatest_part_first() -> None:
    assert unit_order(HIDDEN, "share", share=np.array([0.0, -1.0, 2.0])).tolist() == [2, 0, 1]


def test_ties_keep_the_order_of_the_index() -> None:
    still = layer_of(np.zeros((4, 5)))
    for name in ("mean", "variance", "peak"):
        assert unit_order(still, name).tolist() == [0, 1, 2, 3, 4]  # type: ignore[arg-type]


def test_clusters_stand_together(rng: np.random.Generator) -> None:
    shapes = rng.normal(size=(3, 200))
    family = np.array([0, 1, 2] * 8)
    hidden = shapes[family].T + 0.3 * rng.normal(size=(200, 24))
    ordered = family[unit_order(layer_of(hidden), "cluster")]
    assert np.count_nonzero(np.diff(ordered)) == 2


def test_the_tree_is_that_of_average_linkage(rng: np.random.Generator) -> None:
    """The leaves under each branch of scipy's tree stand side by side."""
    from scipy.cluster.hierarchy import linkage
    from scipy.spatial.distance import squareform

    hidden = np.cumsum(rng.normal(size=(60, 17)), axis=0)
    place = np.argsort(unit_order(layer_of(hidden), "cluster"))
    distances = 1 - np.corrcoef(hidden.T)
    branches = [{unit} for unit in range(17)]
    for one, other, _, _ in linkage(squareform(distances, checks=False), "average"):
        branches.append(branches[int(one)] | branches[int(other)])
    for branch in branches:
        places = sorted(int(place[unit]) for unit in branch)
        assert places == list(range(places[0], places[0] + len(places)))


@pytest.mark.parametrize("n_frames", [1, 2, 3_001])
@pytest.mark.parametrize("n_units", [1, 2, 7])
@pytest.mark.parametrize("name", [name for name in ORDERS if name != "share"])
def test_every_order_holds_each_unit_once(name: Any, n_units: int, n_frames: int, rng: np.random.Generator) -> None:
    hidden = rng.uniform(-1, 1, (n_frames, n_units))
    hidden[:, 0] = 0.25  # a unit that never moves
    assert sorted(unit_order(layer_of(hidden), name)) == list(range(n_units))


def test_an_unknown_order_is_refused() -> None:
    with pytest.raises(UsageError, match=r"must be one of index, mean, .*Received: beauty"):
        unit_order(HIDDEN, cast(Any, "beauty"))


@pytest.mark.parametrize("share", [None, np.zeros(2)])
def test_the_order_by_share_needs_the_shares(share: Any) -> None:
    with pytest.raises(UsageError, match="for each of 3 units"):
        unit_order(HIDDEN, "share", share=share)


@pytest.mark.parametrize("pooling", [("last",), ("mean", "max"), ("attention",)])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_shares_and_the_biases_sum_to_the_winners_lead(pooling: tuple[Any, ...], *, bidirectional: bool) -> None:
    bundle = make_bundle("speech", model=model_spec(lstm=(5, 4), pooling=pooling, bidirectional=bidirectional))
    traced = trace(bundle, tone(), rate_hz=8000)
    share = answer_share(bundle, traced)
    logits = bundle.network.head(bundle.network.pool(traced.output))["label"].astype(np.float64)
    winner, bias = int(logits.argmax()), bundle.network.heads["label"].bias.astype(np.float64)
    parts = share.forward.sum() + (0 if share.backward is None else share.backward.sum())
    assert share.is_exact
    assert parts + bias[winner] - bias.mean() == pytest.approx(logits[winner] - logits.mean(), abs=1e-5)
    assert (share.backward is not None) == bidirectional


def test_shares_of_a_number_sum_to_the_number() -> None:
    bundle = make_bundle("speech", targets=(DIGITS, AGE))
    traced = trace(bundle, tone(), rate_hz=8000)
    constant = float(bundle.network.heads["age"].bias[0]) * AGE.scale + AGE.offset
    share = answer_share(bundle, traced, "age")
    assert share.forward.sum() + constant == pytest.approx(traced.result["age"].value, abs=1e-4)


@pytest.mark.parametrize("activation", ["relu", "tanh", "elu", "gelu"])
def test_behind_hidden_layers_shares_are_a_local_estimate(activation: str) -> None:
    bundle = make_bundle("speech", model=model_spec(dense=(4,), activation=activation))
    share = answer_share(bundle, trace(bundle, tone(), rate_hz=8000))
    assert not share.is_exact
    assert np.isfinite(share.forward).all()


def test_shares_of_an_unknown_target_are_refused() -> None:
    bundle = make_bundle("speech")
    with pytest.raises(UsageError, match=r"must be one of label\. Received: mood"):
        answer_share(bundle, trace(bundle, tone(), rate_hz=8000), "mood")


@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize("backward", [False, True])
def test_a_silenced_unit_takes_away_what_it_was_worth(layer: int, *, backward: bool) -> None:
    bundle = make_bundle("speech", model=model_spec(lstm=(5, 4), bidirectional=True), targets=(DIGITS, AGE))
    frames = encode(bundle, tone(), rate_hz=8000)[1].frames
    worth = silenced_share(bundle, frames, layer=layer, backward=backward)
    half = "backward" if backward else "forward"
    hands = Hands(edits=(Edit(part="hidden", action="zero", layer=layer, direction=half, units=(3,)),))  # type: ignore[arg-type]
    plain = trace(bundle, tone(), rate_hz=8000).result["label"].probabilities or {}
    without = trace(bundle, tone(), rate_hz=8000, hands=hands).result["label"].probabilities or {}
    winner = max(plain, key=lambda label: plain[label])
    lead, left = (np.log(each[winner]) - np.mean(np.log(list(each.values()))) for each in (plain, without))
    assert worth[3] == pytest.approx(lead - left, abs=1e-4)
    assert len(worth) == (5, 4)[layer]
    assert sorted(unit_order(layer_of(np.zeros((3, len(worth)))), "share", share=worth)) == list(range(len(worth)))


def test_in_an_affine_last_layer_both_shares_agree() -> None:
    bundle = make_bundle("speech", targets=(DIGITS, AGE))
    frames = encode(bundle, tone(), rate_hz=8000)[1].frames
    # The last state alone is pooled, but a silenced unit is not heard by its own layer either: one frame leaves only the head.
    one = silenced_share(bundle, frames[:1], layer=0, target="age")
    first = bundle.network.forward(frames[:1]).layers[0].output[0] * bundle.network.heads["age"].kernel[:, 0] * AGE.scale
    np.testing.assert_allclose(one, first, atol=1e-4)


@pytest.mark.parametrize("wrong", [{"layer": 1}, {"layer": -1}, {"layer": 0, "backward": True}])
def test_units_that_are_not_there_cannot_be_silenced(wrong: dict[str, Any]) -> None:
    bundle = make_bundle("speech")
    with pytest.raises(UsageError, match="must have that half"):
        silenced_share(bundle, np.zeros((2, 8), np.float32), **wrong)
