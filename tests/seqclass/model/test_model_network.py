"""The forward pass in NumPy: what holds without Keras beside it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import AGE, DIGITS, model_spec, numeric_front_end, random_network, text_front_end

from seqclass.model.network import LstmWeights, Network, activate, from_arrays, run_lstm, shapes, softmax, to_arrays

LAYOUTS: list[dict[str, Any]] = [
    {},
    {"lstm": (4, 3, 5), "dense": (7, 2), "activation": "gelu", "pooling": ("mean", "attention")},
    {"lstm": (4, 3), "bidirectional": True, "pooling": ("last", "mean", "max", "attention"), "dense": (4,)},
]


def network(**changes: Any) -> Network:
    return random_network(numeric_front_end(3), model_spec(**changes), (DIGITS, AGE))


def slow_lstm(weights: LstmWeights, inputs: np.ndarray[Any, Any]) -> dict[str, np.ndarray[Any, Any]]:
    """The equations as the paper has them, in double precision."""
    n_units = len(weights.recurrent)
    hidden = cell = np.zeros(n_units)
    rows = []
    for frame in inputs.astype(np.float64):
        summed = frame @ weights.kernel + hidden @ weights.recurrent + weights.bias
        i, f, o = (1 / (1 + np.exp(-summed[k * n_units : (k + 1) * n_units])) for k in (0, 1, 3))
        g = np.tanh(summed[2 * n_units : 3 * n_units])
        cell = f * cell + i * g
        hidden = o * np.tanh(cell)
        rows.append((i, f, g, o, cell, hidden))
    names = ("input_gate", "forget_gate", "candidate", "output_gate", "cell", "hidden")
    return dict(zip(names, map(np.asarray, zip(*rows, strict=True)), strict=True))


@settings(max_examples=25, deadline=None)
@given(n_frames=st.integers(1, 30), n_units=st.integers(1, 9), seed=st.integers(0, 1000), scale=st.floats(0.1, 3))
def test_gates_and_states_follow_the_equations_in_both_directions(n_frames: int, n_units: int, seed: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    weights = LstmWeights(
        *(rng.normal(0, scale, shape).astype(np.float32) for shape in ((3, 4 * n_units), (n_units, 4 * n_units), 4 * n_units))
    )
    inputs = rng.normal(size=(n_frames, 3)).astype(np.float32)
    forward, backward = run_lstm(weights, inputs), run_lstm(weights, inputs, is_backward=True)
    expected, reverse = slow_lstm(weights, inputs), slow_lstm(weights, inputs[::-1])
    for name in expected:
        assert getattr(forward, name).dtype == np.float32
        np.testing.assert_allclose(getattr(forward, name), expected[name], atol=1e-4)
        np.testing.assert_allclose(getattr(backward, name), reverse[name][::-1], atol=1e-4)
    np.testing.assert_array_equal(forward.h_n, forward.hidden[-1])
    np.testing.assert_array_equal(forward.c_n, forward.cell[-1])
    np.testing.assert_array_equal(backward.h_n, backward.hidden[0])
    np.testing.assert_array_equal(backward.c_n, backward.cell[0])


def test_extreme_inputs_saturate_the_gates_and_stay_finite() -> None:
    weights = LstmWeights(np.full((1, 8), 1e4, np.float32), np.zeros((2, 8), np.float32), np.zeros(8, np.float32))
    trace = run_lstm(weights, np.float32([[1.0], [-1.0]]))
    np.testing.assert_array_equal(trace.forget_gate, [[1, 1], [0, 0]])
    assert np.isfinite(trace.hidden).all()


def test_the_pass_leaves_its_input_and_weights_alone(rng: np.random.Generator) -> None:
    ours = network(bidirectional=True)
    frames = rng.normal(size=(9, 3)).astype(np.float32)
    before = frames.copy(), {name: values.copy() for name, values in to_arrays(ours).items()}
    first, second = ours.forward(frames), ours.forward(frames)
    np.testing.assert_array_equal(frames, before[0])
    for name, values in to_arrays(ours).items():
        np.testing.assert_array_equal(values, before[1][name])
    np.testing.assert_array_equal(first.logits["label"], second.logits["label"])


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
def test_arrays_have_the_declared_shapes_and_come_back_as_a_network(layout: dict[str, Any]) -> None:
    ours = network(**layout)
    arrays = to_arrays(ours)
    declared = shapes(ours.spec, n_outputs={"label": 3, "age": 1}, n_features=3)
    assert {name: values.shape for name, values in arrays.items()} == declared
    again = from_arrays(arrays, ours.spec, ours.targets)
    frames = np.random.default_rng(0).normal(size=(6, 3)).astype(np.float32)
    for name, logits in ours.forward(frames).logits.items():
        np.testing.assert_array_equal(again.forward(frames).logits[name], logits)


@pytest.mark.parametrize("missing", ["layer0.forward.recurrent", "head.label.bias", "attention.kernel", "dense0.kernel"])
def test_a_missing_array_is_named(missing: str) -> None:
    ours = network(**LAYOUTS[1])
    arrays = {name: values for name, values in to_arrays(ours).items() if name != missing}
    with pytest.raises(KeyError, match=missing):
        from_arrays(arrays, ours.spec, ours.targets)


def test_tokens_are_looked_up_and_unknown_ones_have_a_vector_too() -> None:
    front_end = text_front_end()
    ours = random_network(front_end, model_spec(embedding_dim=5), (DIGITS,))
    activations = ours.forward(np.int32([0, 2, 2]))
    assert activations.frames.shape == (3, 5)
    assert activations.frames.dtype == np.float32
    np.testing.assert_array_equal(activations.frames[1], activations.frames[2])
    assert ours.n_features == 5


@settings(max_examples=20, deadline=None)
@given(
    n_frames=st.integers(1, 25),
    pooling=st.lists(st.sampled_from(["last", "mean", "max", "attention"]), min_size=1, max_size=4, unique=True),
)
def test_what_each_frame_says_is_what_the_item_would_say_if_it_ended_there(n_frames: int, pooling: list[str]) -> None:
    ours = network(pooling=tuple(pooling), lstm=(5, 4), dense=(3,))
    frames = np.random.default_rng(n_frames).normal(size=(n_frames, 3)).astype(np.float32)
    by_frame = ours.head_by_frame(ours.forward(frames).layers[-1].output)
    for end in range(1, n_frames + 1):
        for name, logits in ours.forward(frames[:end]).logits.items():
            np.testing.assert_allclose(by_frame[name][end - 1], logits, atol=1e-5)


def test_attention_over_prefixes_survives_scores_far_apart() -> None:
    ours = network(pooling=("attention",))
    assert ours.attention is not None
    ours.attention.kernel[:] *= 1e5
    frames = np.random.default_rng(0).normal(size=(50, 3)).astype(np.float32)
    by_frame = ours.head_by_frame(ours.forward(frames).layers[-1].output)
    assert all(np.isfinite(values).all() for values in by_frame.values())


def test_pooling_is_joined_in_the_order_of_the_settings() -> None:
    ours = network(pooling=("max", "mean", "last"))
    outputs = np.random.default_rng(0).normal(size=(4, 6)).astype(np.float32)
    expected = np.concatenate([outputs.max(axis=0), outputs.mean(axis=0), outputs[-1]])
    np.testing.assert_allclose(ours.pool(outputs), expected, rtol=1e-6)


def test_the_last_state_of_a_backward_direction_is_at_the_first_frame() -> None:
    ours = network(bidirectional=True, lstm=(2,), pooling=("last",))
    outputs = np.arange(12, dtype=np.float32).reshape(3, 4)
    assert ours.pool(outputs).tolist() == [8, 9, 2, 3]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("relu", [0.0, 0.0, 2.0]),
        ("tanh", [-0.7615942, 0.0, 0.9640276]),
        ("elu", [-0.6321206, 0.0, 2.0]),
        ("gelu", [-0.1586553, 0.0, 1.9544997]),
    ],
)
def test_activations_give_these_numbers(name: str, expected: list[float]) -> None:
    values = activate(name, np.float32([-1.0, 0.0, 2.0]))
    assert values.dtype == np.float32
    np.testing.assert_allclose(values, expected, atol=1e-6)


def test_probabilities_sum_to_1_whatever_the_logits() -> None:
    probabilities = softmax(np.float32([[0, 0, 0], [1e4, -1e4, 3], [-1e30, 0, 0]]))
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)
    np.testing.assert_allclose(probabilities[0], 1 / 3)
    assert probabilities.dtype == np.float64
