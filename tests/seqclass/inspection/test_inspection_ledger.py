"""The memory ledger."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from support import make_bundle, model_spec, tone

from seqclass.errors import UsageError
from seqclass.inspection.hands import Edit, Hands
from seqclass.inspection.ledger import half_life_frames, half_life_ms, ledger, reach_frames
from seqclass.inspection.trace import Layer, Trace, trace
from seqclass.model.network import LstmTrace


def layer_of(input_gate: Any, forget_gate: Any, candidate: Any, *, is_backward: bool = False) -> Layer:
    """A layer with the cells that its gates make, in single precision as the network does."""
    i, f, g = (np.asarray(values, np.float32)[:: -1 if is_backward else 1] for values in (input_gate, forget_gate, candidate))
    cells = np.empty_like(i)
    cell = np.zeros_like(i[0])
    for t in range(len(i)):
        cell = cells[t] = f[t] * cell + i[t] * g[t]
    back = slice(None, None, -1 if is_backward else 1)
    empty = np.zeros_like(cells)
    return Layer(LstmTrace(i[back], f[back], g[back], empty, cells[back], empty, is_backward))


def traced(**layout: Any) -> Trace:
    return trace(make_bundle(model=model_spec(**({"lstm": (6, 5), "bidirectional": True} | layout))), tone(), rate_hz=8000)


SHAPES = st.tuples(st.integers(1, 300), st.integers(1, 4))
UNIT = st.floats(0, 1, width=32)


@given(data=st.data(), shape=SHAPES, is_backward=st.booleans())
def test_what_is_left_of_all_frames_sums_to_the_cell(data: st.DataObject, shape: tuple[int, int], *, is_backward: bool) -> None:
    """Closed, open and tiny gates included, for every frame to look back from, as far as single precision goes."""
    gates = st.one_of(UNIT, st.sampled_from([0.0, 1.0, 1e-30]))
    input_gate, forget_gate = (data.draw(arrays(np.float32, shape, elements=gates)) for _ in range(2))
    candidate = data.draw(arrays(np.float32, shape, elements=st.floats(-1, 1, width=32)))
    layer = layer_of(input_gate, forget_gate, candidate, is_backward=is_backward)
    at = data.draw(st.integers(0, shape[0] - 1))
    entry = ledger(layer, at)
    np.testing.assert_allclose(entry.left.sum(axis=0), layer.cell[at], atol=1e-5 * max(1, np.abs(layer.cell).max()))
    assert entry.error <= 1e-5 * max(1, np.abs(layer.cell).max())
    assert not entry.is_edited


def test_the_sums_hold_in_every_layer_and_direction_of_a_network() -> None:
    for layer in traced().layers:
        for half in (layer, layer.backward):
            assert half is not None
            for at in (0, 11, len(half.cell) - 1):
                entry = ledger(half, at)
                np.testing.assert_allclose(entry.left.sum(axis=0), half.cell[at], atol=1e-5)
                assert entry.at == at


def test_each_entry_is_what_it_says() -> None:
    f = np.array([[0.9], [0.5], [0.25], [1.0]])
    layer = layer_of([[1.0], [1.0], [0.5], [0.5]], f, [[0.5], [-1.0], [0.5], [1.0]])
    entry = ledger(layer, 2)
    np.testing.assert_allclose(entry.kept[:, 0], [0.125, 0.25, 1.0, 0.0])
    np.testing.assert_allclose(entry.written[:, 0], [0.5, -1.0, 0.25, 0.0])
    np.testing.assert_allclose(entry.left[:, 0], [0.0625, -0.25, 0.25, 0.0])
    np.testing.assert_allclose(entry.summed, [0.0625, -0.25, 0.25, 0.0])
    np.testing.assert_allclose(entry.amount, [0.0625, 0.25, 0.25, 0.0])
    np.testing.assert_array_equal(reach_frames(entry), [1])


def test_a_backward_half_looks_back_over_later_frames() -> None:
    i, f, g = ([[0.5], [1.0], [0.25]], [[0.5], [0.25], [0.9]], [[1.0], [1.0], [1.0]])
    entry = ledger(layer_of(i, f, g, is_backward=True), 0)
    np.testing.assert_allclose(entry.kept[:, 0], [1.0, 0.5, 0.125])
    assert ledger(layer_of(i, f, g, is_backward=True), 2).left[:2].max() == 0.0
    mirrored = ledger(layer_of(i[::-1], f[::-1], g[::-1]), -1)
    np.testing.assert_array_equal(entry.left, mirrored.left[::-1])


def test_a_thousand_closed_gates_give_zeros_without_a_warning() -> None:
    ones = np.ones((1000, 2))
    entry = ledger(layer_of(ones, 0 * ones, ones))
    assert entry.kept[:-1].max() == 0.0
    np.testing.assert_array_equal(entry.left[-1], [1.0, 1.0])
    assert np.isfinite(ledger(layer_of(ones, 0.001 * ones, ones)).left).all()


def test_what_a_hand_puts_into_a_cell_is_counted_as_written_there() -> None:
    bundle = make_bundle(model=model_spec())
    hold = Edit(part="cell", action="clamp", low=2.0, high=2.0, units=(1,), start=5, stop=6)
    layer = trace(bundle, tone(), rate_hz=8000, hands=Hands(edits=(hold,))).layers[0]
    entry = ledger(layer, 9)
    np.testing.assert_allclose(entry.left.sum(axis=0), layer.cell[9], atol=1e-5)
    assert entry.is_edited
    assert "hand on the cell" in entry.read_me
    assert entry.written[5, 1] == pytest.approx(2.0 - layer.forget_gate[5, 1] * layer.cell[4, 1], abs=1e-5)


def test_the_legend_claims_no_cause() -> None:
    assert "not a causal claim" in ledger(traced().layers[0]).read_me


@pytest.mark.parametrize(("gate", "expected"), [(0.5, 1.0), (0.9, np.log(0.5) / np.log(0.9)), (1.0, np.inf)])
def test_half_lives(gate: float, expected: float) -> None:
    assert half_life_frames(np.full((20, 1), gate))[0] == pytest.approx(expected)


def test_a_half_life_is_that_of_the_product_of_gates(rng: np.random.Generator) -> None:
    gates = rng.uniform(0.1, 1, (50, 3))
    np.testing.assert_allclose(0.5 ** (50 / half_life_frames(gates)), gates.prod(axis=0))


def test_half_lives_in_milliseconds_and_at_the_limits() -> None:
    layer = layer_of(np.ones((4, 2)), [[0.5, 0.0]] * 4, np.ones((4, 2)))
    times_s = np.arange(4) * 0.016
    one, closed = half_life_ms(layer, times_s)
    assert one == pytest.approx(16.0)
    assert 0 <= closed < 0.1


def test_a_frame_that_is_not_there_is_refused() -> None:
    with pytest.raises(UsageError, match=r"at must lie within 0 to 2\. Received: at=3"):
        ledger(layer_of(np.ones((3, 1)), np.ones((3, 1)), np.ones((3, 1))), 3)


def test_a_ledger_is_written_as_csv_and_npz(tmp_path: Path) -> None:
    whole = traced()
    entry = ledger(whole.layers[0])
    entry.write(tmp_path / "ledger.csv", whole.times_s)
    with (tmp_path / "ledger.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == len(whole.frames)
    assert sum(float(row["unit3"]) for row in rows) == pytest.approx(whole.layers[0].cell[-1, 3], abs=1e-5)
    assert float(rows[4]["sum"]) == pytest.approx(entry.left[4].sum(), rel=1e-6)
    entry.write(tmp_path / "ledger.npz", whole.times_s)
    with np.load(tmp_path / "ledger.npz") as file:
        np.testing.assert_array_equal(file["left"], entry.left)
