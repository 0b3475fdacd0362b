"""Items in a batch are told what they are told alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import AGE, DIGITS, make_bundle, model_spec, numeric_front_end, random_network, text_front_end

from seqclass.inspection import hands
from seqclass.inspection.hands import Edit, Hands
from seqclass.model import batch
from seqclass.model.batch import logits_of_many
from seqclass.model.layout import Direction as Way
from seqclass.model.layout import Layout, LstmLayer, Node, Output, shapes
from seqclass.model.network import Network, from_stack
from seqclass.specs import ModelSpec, TargetSpec

POOLINGS = ("last", "mean", "max", "attention")
LAYOUTS: list[dict[str, Any]] = [
    {"lstm": (6, 6), "pooling": POOLINGS},
    {"lstm": (5,), "bidirectional": True, "pooling": POOLINGS, "dense": (4,), "activation": "gelu"},
    {"lstm": (4, 3), "bidirectional": True, "pooling": ("last",)},
    {"lstm": (4, 3, 5), "dense": (7, 2), "pooling": ("mean",)},
]


def items(lengths: Sequence[int], n_features: int = 3) -> list[np.ndarray[Any, Any]]:
    rng = np.random.default_rng(len(lengths))
    return [rng.normal(size=(length, n_features)).astype(np.float32) for length in lengths]


def network(**layout: Any) -> Network:
    return random_network(numeric_front_end(3), model_spec(**layout), (DIGITS, AGE))


def assert_as_alone(ours: Network, frames: Sequence[np.ndarray[Any, Any]], **options: Any) -> None:
    together = logits_of_many(ours, frames, **options)
    for index, each in enumerate(frames):
        for name, logits in ours.forward(each).logits.items():
            assert together[name].dtype == np.float32
            np.testing.assert_allclose(together[name][index], logits, atol=1e-5)


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
@settings(max_examples=15)
@given(lengths=st.lists(st.integers(1, 40), min_size=1, max_size=40))
def test_each_item_is_told_what_it_is_told_alone(layout: dict[str, Any], lengths: list[int]) -> None:
    assert_as_alone(network(**layout), items(lengths))


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
def test_neighbours_of_any_size_change_nothing(layout: dict[str, Any], rng: np.random.Generator) -> None:
    ours, (item, *quiet) = network(**layout), items([17, 30, 5, 17])
    loud = [1e4 * rng.normal(size=(60, 3)).astype(np.float32) for _ in range(20)]
    expected = ours.forward(item).logits
    for neighbours in (quiet, loud):
        for name, logits in logits_of_many(ours, [*neighbours, item]).items():
            np.testing.assert_allclose(logits[-1], expected[name], atol=1e-5)


def test_tokens_are_looked_up() -> None:
    ours = random_network(text_front_end(), model_spec(pooling=POOLINGS), (DIGITS,))
    assert_as_alone(ours, [np.int32([0, 2, 2]), np.int32([1]), np.int32([3, 1, 0, 2, 1])])


def test_batches_and_threads_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, frames = network(lstm=(6, 6), pooling=POOLINGS), items([*range(1, 50)])
    whole = logits_of_many(ours, frames)["label"]
    monkeypatch.setattr(batch, "ITEMS_AT_ONCE", 8)
    one, three = (logits_of_many(ours, frames, n_threads=n_threads)["label"] for n_threads in (1, 3))
    np.testing.assert_array_equal(one, three)
    np.testing.assert_allclose(one, whole, atol=1e-5)


def test_long_items_run_with_fewer_beside_them(monkeypatch: pytest.MonkeyPatch) -> None:
    widths: list[int] = []
    run = batch._run
    monkeypatch.setattr(batch, "_run", lambda *given: widths.append(len(given[3])) or run(*given))  # type: ignore[func-returns-value]
    monkeypatch.setattr(batch, "_FLOATS_AT_ONCE", 6 * 3 * 100)
    assert_as_alone(network(lstm=(6,)), items([200, 50, 50, 10, 10, 10, 10]), n_threads=1)
    assert widths == [1, 2, 4]


def test_edits_are_done() -> None:
    bundle = make_bundle("numeric", model=model_spec(lstm=(6, 6)))
    edited = hands.apply(bundle, Hands(edits=(Edit(part="hidden", action="zero", layer=1, start=3),))).network
    frames = items([9, 4, 12])
    assert_as_alone(edited, frames)
    assert not np.allclose(logits_of_many(edited, frames)["label"], logits_of_many(bundle.network, frames)["label"])


def test_an_imported_network_takes_them_too() -> None:
    layers = (LstmLayer("a", Way(4), before=(Node("masking", width=3, value=9.0),), is_masked=True),)
    tail = (Node("mean", width=4, is_frames=False, is_masked=True), Node("dense", width=2, inputs=(0,), is_frames=False))
    layout = Layout(source="Keras", layers=layers, tail=tail, outputs=(Output("label", 1),))
    arrays = {name: np.full(shape, 0.3, np.float32) for name, shape in shapes(layout, 3).items()}
    ours = from_stack(arrays, ModelSpec(lstm=(4,)), (TargetSpec(),), layout)
    frames = items([9, 4])
    frames[0][3:5] = 9.0
    assert_as_alone(ours, frames)


def test_no_items_are_told_nothing() -> None:
    assert logits_of_many(network(), []) == {}
