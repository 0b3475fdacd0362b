"""Layers that run side by side do what they do one after the other."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import make_bundle, model_spec

from seqclass.inspection import hands
from seqclass.inspection.hands import Edit, Hands
from seqclass.model import lockstep
from seqclass.model.lstm import Floats, LstmTrace, LstmWeights, aligned, run_lstm

GATES = ("input_gate", "forget_gate", "candidate", "output_gate", "cell", "hidden")


def weights(n_inputs: int, n_units: int, *, seed: int, **more: Any) -> LstmWeights:
    rng = np.random.default_rng(seed)
    shapes = ((n_inputs, 4 * n_units), (n_units, 4 * n_units), (4 * n_units,))
    return LstmWeights(*(rng.normal(0, 0.4, shape).astype(np.float32) for shape in shapes), **more)


def item(n_frames: int, n_features: int = 3) -> Floats:
    return np.random.default_rng(n_frames).normal(size=(n_frames, n_features)).astype(np.float32)


def assert_same(found: LstmTrace, expected: LstmTrace) -> None:
    assert found.is_backward == expected.is_backward
    for gate in (*GATES, "h_n", "c_n"):
        assert getattr(found, gate).dtype == np.float32
        np.testing.assert_allclose(getattr(found, gate), getattr(expected, gate), atol=1e-6, err_msg=gate)


class Halve:
    """Halves a value of each kind at each of some steps, and counts."""

    def __init__(self, first: int) -> None:
        self.first = first
        self.seen: list[tuple[str, int]] = []

    def gates(self, step: int, values: Floats) -> None:
        """The forget gate of the first unit."""
        self._do("gates", step, values[1])

    def cell(self, step: int, values: Floats) -> None:
        """The first unit."""
        self._do("cell", step, values)

    def hidden(self, step: int, values: Floats) -> None:
        """The first unit."""
        self._do("hidden", step, values)

    def _do(self, what: str, step: int, values: Floats) -> None:
        self.seen.append((what, step))
        if step >= self.first:
            values[0] *= 0.5


@settings(max_examples=30)
@given(n_frames=st.integers(1, 60), n_units=st.integers(1, 9), n_layers=st.integers(1, 4))
def test_layers_side_by_side_are_layers_one_after_the_other(n_frames: int, n_units: int, n_layers: int) -> None:
    layers = [weights(n_units if index else 3, n_units, seed=index) for index in range(n_layers)]
    inputs = item(n_frames)
    traces = lockstep.run_layers(lockstep.pack(layers), inputs)
    for layer, trace in zip(layers, traces, strict=True):
        expected = run_lstm(layer, inputs)
        assert_same(trace, expected)
        inputs = expected.hidden


@settings(max_examples=20)
@given(n_frames=st.integers(1, 30), n_units=st.integers(1, 9))
def test_directions_side_by_side_are_directions_one_after_the_other(n_frames: int, n_units: int) -> None:
    pair = [weights(3, n_units, seed=seed) for seed in (0, 1)]
    forward, backward = lockstep.run_directions(lockstep.pack(pair), item(n_frames))
    assert_same(forward, run_lstm(pair[0], item(n_frames)))
    assert_same(backward, run_lstm(pair[1], item(n_frames), is_backward=True))


def test_hooks_see_each_frame_once_in_order_and_change_what_follows() -> None:
    layers = [weights(3, 5, seed=0), weights(5, 5, seed=1)]
    inputs, side_by_side, one_by_one = item(33), [Halve(7), Halve(20)], [Halve(7), Halve(20)]
    traces = lockstep.run_layers(lockstep.pack(layers), inputs, side_by_side)
    for layer, trace, hook, other in zip(layers, traces, side_by_side, one_by_one, strict=True):
        expected = run_lstm(layer, inputs, hook=other)
        assert_same(trace, expected)
        assert hook.seen == other.seen
        assert hook.seen[::3] == [("gates", step) for step in range(33)]
        inputs = expected.hidden


def test_only_the_layer_that_is_hooked_is_changed() -> None:
    layers = [weights(3, 5, seed=0), weights(5, 5, seed=1)]
    packed = lockstep.pack(layers)
    plain, hooked = lockstep.run_layers(packed, item(33)), lockstep.run_layers(packed, item(33), [None, Halve(10)])
    for gate in GATES:
        np.testing.assert_array_equal(getattr(hooked[0], gate), getattr(plain[0], gate))
        np.testing.assert_array_equal(getattr(hooked[1], gate)[:10], getattr(plain[1], gate)[:10])
    assert (hooked[1].hidden[10:] != plain[1].hidden[10:]).any()


@pytest.mark.parametrize(
    "halves",
    [
        [weights(3, 5, seed=0), weights(5, 4, seed=1)],
        [weights(3, 5, seed=0), weights(5, 5, seed=1, activation="relu")],
        [weights(3, 5, seed=0, recurrent_activation="hard_sigmoid"), weights(5, 5, seed=1)],
        [weights(3, lockstep.WIDEST + 1, seed=0)],
    ],
    ids=["widths", "activation", "recurrent activation", "wide"],
)
def test_what_cannot_run_side_by_side_is_not(halves: list[LstmWeights]) -> None:
    assert not lockstep.fits(halves)


@pytest.mark.parametrize(
    ("layout", "n_frames"),
    [
        ({"lstm": (6, 6)}, 100),
        ({"lstm": (6, 6)}, 39),
        ({"lstm": (6, 6, 4, 5, 5, 5)}, 100),
        ({"lstm": (6, 6), "bidirectional": True}, 50),
        ({"lstm": (6, 4), "bidirectional": True}, 3),
        ({"lstm": (lockstep.WIDEST + 1,) * 2}, 50),
    ],
    ids=str,
)
def test_a_network_runs_as_its_layers_one_by_one(layout: dict[str, Any], n_frames: int) -> None:
    network = make_bundle(model=model_spec(**layout)).network
    frames = item(n_frames, network.n_features)
    given = network.forward(frames)
    values = frames
    for (forward, backward), layer in zip(network.layers, given.layers, strict=True):
        expected = [run_lstm(forward, values)]
        assert_same(layer.forward, expected[0])
        if backward is not None:
            assert layer.backward is not None
            expected.append(run_lstm(backward, values, is_backward=True))
            assert_same(layer.backward, expected[1])
        values = np.concatenate([trace.hidden for trace in expected], axis=1)


@pytest.mark.parametrize("is_used", [False, True])
def test_what_comes_before_an_edit_is_that_of_the_plain_model_bit_for_bit(*, is_used: bool) -> None:
    bundle = make_bundle(model=model_spec(lstm=(6, 6)))
    frames = item(80, bundle.network.n_features)
    if is_used:
        bundle.network.forward(frames)
    edit = Edit(part="cell", action="zero", layer=1, start=50)
    edited = hands.apply(bundle, Hands(edits=(edit,))).network.forward(frames)
    plain = bundle.network.forward(frames)
    np.testing.assert_array_equal(edited.layers[0].forward.cell, plain.layers[0].forward.cell)
    np.testing.assert_array_equal(edited.layers[1].forward.hidden[:50], plain.layers[1].forward.hidden[:50])
    assert not edited.layers[1].forward.cell[50:].any()


def test_an_aligned_array_begins_with_a_line_of_the_cache() -> None:
    for shape in ((1,), (3, 5), (4, 2, 7, 7)):
        array = aligned(shape)
        assert array.shape == shape
        assert array.flags.c_contiguous
        assert array.ctypes.data % 64 == 0
