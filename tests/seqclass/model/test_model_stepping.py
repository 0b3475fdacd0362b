"""A network that is stepped says what it says of the whole item."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import make_bundle, model_spec

from seqclass.model.network import run_lstm
from seqclass.model.stepping import SteppingNetwork, continue_lstm

POOLINGS = [("last",), ("mean", "max"), ("attention",), ("attention", "last", "mean", "max")]


def item(n_features: int, *, n_frames: int = 40, seed: int = 0) -> Any:
    return np.random.default_rng(seed).normal(0, 1, (n_frames, n_features)).astype(np.float32)


@settings(max_examples=30)
@given(cuts=st.lists(st.integers(1, 39), max_size=8, unique=True), pooling=st.sampled_from(POOLINGS), seed=st.integers(0, 5))
def test_any_pieces_give_the_whole_items_gates_and_prefix_logits(cuts: list[int], pooling: tuple[str, ...], seed: int) -> None:
    network = make_bundle(model=model_spec(lstm=(6, 5), pooling=pooling, dense=(4,)), seed=seed).network
    frames = item(network.n_features, seed=seed)
    stepping = SteppingNetwork(network)
    parts = [stepping.feed(piece) for piece in np.split(frames, sorted(cuts))]
    whole = network.forward(frames)
    for index, layer in enumerate(whole.layers):
        for gate in ("input_gate", "forget_gate", "candidate", "output_gate", "cell", "hidden"):
            stepped = np.concatenate([getattr(part.layers[index], gate) for part in parts])
            np.testing.assert_allclose(stepped, getattr(layer.forward, gate), atol=1e-6)
    logits = np.concatenate([part.logits["label"] for part in parts])
    np.testing.assert_allclose(logits, network.head_by_frame(whole.layers[-1].output)["label"], atol=1e-5)
    np.testing.assert_allclose(logits[-1], whole.logits["label"], atol=1e-5)


def test_one_layer_of_usual_size_equals_the_pass_over_the_item() -> None:
    network = make_bundle(model=model_spec(lstm=(128,))).network
    weights = network.layers[0][0]
    frames = item(network.n_features, n_frames=200)
    whole = run_lstm(weights, frames)
    zeros = np.zeros(128, np.float32)
    first = continue_lstm(weights, frames[:77], zeros, zeros)
    second = continue_lstm(weights, frames[77:], first.h_n, first.c_n)
    for name in ("input_gate", "forget_gate", "candidate", "output_gate", "cell", "hidden"):
        stepped = np.concatenate([getattr(first, name), getattr(second, name)])
        np.testing.assert_allclose(stepped, getattr(whole, name), atol=1e-6)


def test_attention_survives_scores_of_any_height() -> None:
    network = make_bundle(model=model_spec(pooling=("attention",))).network
    assert network.attention is not None
    network.attention.kernel[:] *= 1000
    frames = item(network.n_features)
    stepped = SteppingNetwork(network).feed(frames).logits["label"]
    assert np.isfinite(stepped).all()
    np.testing.assert_allclose(stepped[-1], network.forward(frames).logits["label"], atol=1e-5)


def test_a_network_that_reads_backwards_is_refused() -> None:
    network = make_bundle(model=model_spec(bidirectional=True)).network
    with pytest.raises(ValueError, match="backwards"):
        SteppingNetwork(network)
