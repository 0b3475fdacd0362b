"""The training's LSTM on arrays, against the equations written out, whatever the processor and the lengths; and what it refuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqclass.training.fused import lstm as own_lstm
from seqclass.training.fused.kernels import Rows
from seqclass.training.fused.lstm import Arena, aligned, rows_of

Weights = tuple[np.ndarray, np.ndarray, np.ndarray]


def layer(rng: np.random.Generator, n_features: int, n_units: int) -> Weights:
    shapes = ((n_features, 4 * n_units), (n_units, 4 * n_units), (4 * n_units,))
    kernel, recurrent, bias = (rng.normal(0, shape[0] ** -0.5, shape).astype(np.float32) for shape in shapes)
    return kernel, recurrent, bias * np.float32(0.1)


def hidden_states(
    frames: np.ndarray, lengths: np.ndarray, kernel: np.ndarray, recurrent: np.ndarray, bias: np.ndarray
) -> np.ndarray:
    """The equations in float64."""
    n_units = len(recurrent)
    out = np.zeros((*frames.shape[:2], n_units))
    for row, length in enumerate(lengths):
        h, c = np.zeros(n_units), np.zeros(n_units)
        for t in range(length):
            z = frames[row, t].astype(float) @ kernel.astype(float) + h @ recurrent.astype(float) + bias
            i, f, g, o = np.split(z, 4)
            c = c / (1 + np.exp(-f)) + np.tanh(g) / (1 + np.exp(-i))
            h = np.tanh(c) / (1 + np.exp(-o))
            out[row, t] = h
    return out


def laid(values: np.ndarray, rows: Rows) -> np.ndarray:
    """Frames (n_frames, n_features) of a group from those of the batch."""
    found = [values[rows.rows[:count], t] for t, count in enumerate(rows.counts)]
    return np.ascontiguousarray(np.concatenate(found))


def back_in_batch(values: np.ndarray, rows: Rows, shape: tuple[int, ...]) -> np.ndarray:
    """The way back; NaN behind an item's end."""
    out = np.full(shape, np.nan, np.float32)
    for t, count in enumerate(rows.counts):
        out[rows.rows[:count], t] = values[rows.offsets[t] : rows.offsets[t + 1]]
    return out


def passes(frames: np.ndarray, lengths: np.ndarray, weights: Weights, of_out: np.ndarray | None = None, **how: Any) -> Any:
    """Hidden states, and gradients of frames and weights where ``of_out`` is given."""
    room = how.pop("room", None) or Arena()
    rows = rows_of(lengths, np.arange(len(lengths)), frames.shape[1])
    packed = own_lstm.pack(*weights, room, **how)
    out, kept = own_lstm.forward(laid(frames, rows), rows, packed, room)
    hidden = back_in_batch(out, rows, (*frames.shape[:2], len(weights[1])))
    if of_out is None:
        return hidden
    gradients = tuple(np.empty(values.shape, np.float32) for values in weights)
    of_frames = own_lstm.backward(laid(of_out, rows), rows, packed, kept, room, gradients)  # type: ignore[arg-type]
    return hidden, back_in_batch(of_frames, rows, frames.shape) if len(of_frames) else of_frames.copy(), *gradients


SIZES = [(5, 7, 3, 4), (1, 1, 1, 1), (1, 9, 2, 16), (9, 1, 13, 17), (3, 5, 70, 40), (6, 9, 5, 100)]


@pytest.mark.parametrize(("batch", "n_times", "n_features", "n_units"), SIZES)
def test_hidden_states_follow_the_equations(
    batch: int, n_times: int, n_features: int, n_units: int, rng: np.random.Generator
) -> None:
    frames = rng.normal(size=(batch, n_times, n_features)).astype(np.float32)
    lengths = rng.integers(1, n_times + 1, batch)
    weights = layer(rng, n_features, n_units)
    is_valid = np.arange(n_times) < lengths[:, None]
    out, wanted = passes(frames, lengths, weights), hidden_states(frames, lengths, *weights)
    np.testing.assert_allclose(out[is_valid], wanted[is_valid], atol=2e-6)


@pytest.mark.parametrize(("batch", "n_times", "n_features", "n_units"), [(4, 5, 3, 4), (3, 1, 2, 17), (1, 6, 1, 1)])
def test_gradients_are_the_slopes_of_the_equations(
    batch: int, n_times: int, n_features: int, n_units: int, rng: np.random.Generator
) -> None:
    frames = rng.normal(size=(batch, n_times, n_features)).astype(np.float32)
    lengths = rng.integers(1, n_times + 1, batch)
    weights = layer(rng, n_features, n_units)
    of_out = rng.normal(size=(batch, n_times, n_units)).astype(np.float32)
    _, *gradients = passes(frames, lengths, weights, of_out)
    step = 1e-5
    wanted = [np.asarray(values, float) for values in (frames, *weights)]
    for values, gradient in zip(wanted, gradients, strict=True):
        for place in rng.choice(values.size, min(values.size, 12), replace=False):
            kept = values.flat[place]
            values.flat[place] = kept + step
            above = (hidden_states(wanted[0], lengths, *wanted[1:]) * of_out).sum()
            values.flat[place] = kept - step
            below = (hidden_states(wanted[0], lengths, *wanted[1:]) * of_out).sum()
            values.flat[place] = kept
            # Of a frame behind an item's end there is none.
            assert np.nan_to_num(gradient.flat[place]) == pytest.approx((above - below) / (2 * step), abs=1e-4)


def test_memory_that_is_used_again_changes_nothing(rng: np.random.Generator) -> None:
    room, weights = Arena(), layer(rng, 3, 20)
    results = []
    for batch, n_times in ((8, 9), (2, 3), (8, 9)):
        inputs = np.random.default_rng(batch)
        frames = inputs.normal(size=(batch, n_times, 3)).astype(np.float32)
        lengths = inputs.integers(1, n_times + 1, batch)
        of_out = inputs.normal(size=(batch, n_times, 20)).astype(np.float32)
        results.append(passes(frames, lengths, weights, of_out, room=room))
        room.clear()
    for first, again in zip(results[0], results[2], strict=True):
        np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize("n_units", [16, 20, 80])
def test_rubbish_in_memory_that_is_used_again_reaches_no_result(n_units: int, rng: np.random.Generator) -> None:
    room, weights = Arena(), layer(rng, 3, n_units)
    frames, lengths = rng.normal(size=(5, 6, 3)).astype(np.float32), np.array([6, 1, 3, 6, 2])
    of_out = rng.normal(size=(5, 6, n_units)).astype(np.float32)
    results = []
    for _ in range(3):
        results.append(passes(frames, lengths, weights, of_out, room=room))
        room.clear()
        room._block[:] = np.nan
    for again in results[1:]:
        for first, values in zip(results[0], again, strict=True):
            np.testing.assert_array_equal(first, values)


def test_a_row_has_the_same_hidden_states_whatever_rows_stand_beside_it(rng: np.random.Generator) -> None:
    frames, weights = rng.normal(size=(11, 7, 5)).astype(np.float32), layer(rng, 5, 33)
    lengths = rng.integers(1, 8, 11)
    whole = passes(frames, lengths, weights)
    for rows in ([0], [3, 4], [1, 5, 7, 9, 10], list(range(8))):
        np.testing.assert_array_equal(passes(frames[rows], lengths[rows], weights), whole[rows])


def test_what_is_not_asked_for_is_not_computed(rng: np.random.Generator) -> None:
    frames, lengths, weights = rng.normal(size=(4, 6, 3)).astype(np.float32), np.array([6, 1, 3, 6]), layer(rng, 3, 5)
    of_out = rng.normal(size=(4, 6, 5)).astype(np.float32)
    whole, part = (passes(frames, lengths, weights, of_out, needs_frames=needs) for needs in (True, False))
    assert part[1].size == 0
    for all_of_it, without in zip(whole[2:], part[2:], strict=True):
        np.testing.assert_array_equal(all_of_it, without)


def test_what_is_no_number_stays_so(rng: np.random.Generator) -> None:
    """A loss that diverges is to be seen, not cut at the limits of tanh."""
    frames = rng.normal(size=(3, 4, 2)).astype(np.float32)
    kernel, recurrent, bias = layer(rng, 2, 3)
    bias[0] = np.nan
    out = passes(frames, np.array([4, 4, 2]), (kernel, recurrent, bias))
    assert np.isnan(out[:, 1, :]).any(axis=-1).all()


@given(st.lists(st.integers(1, 10), min_size=1, max_size=40))
def test_each_frame_of_a_group_has_one_place(lengths: list[int]) -> None:
    ends = np.asarray(lengths)
    rows = rows_of(np.append(ends, 99), np.arange(len(ends)), 10)
    assert sorted(rows.rows.tolist()) == list(range(len(ends)))
    assert rows.ends.tolist() == sorted(lengths, reverse=True) == ends[rows.rows].tolist()
    assert rows.counts.tolist() == [int((ends > t).sum()) for t in range(ends.max())]
    assert rows.offsets.tolist() == [0, *np.cumsum(rows.counts)]


@pytest.mark.parametrize("lengths", [[3, 0], [3, -1], [7, 6], []])
def test_lengths_that_would_lead_out_of_the_batch_are_refused(lengths: list[int]) -> None:
    with pytest.raises(ValueError, match="lengths must be 1 to 6"):
        rows_of(np.asarray(lengths, np.int64), np.arange(len(lengths)), 6)


def test_rows_that_the_batch_does_not_have_are_refused() -> None:
    with pytest.raises(IndexError):
        rows_of(np.array([2, 3]), np.arange(3), 6)


def test_arrays_that_do_not_fit_are_refused_before_the_compiled_code_sees_them(rng: np.random.Generator) -> None:
    """It works with addresses: what did not fit would write over other memory."""
    kernel, recurrent, bias = layer(rng, 3, 20)
    room, rows = Arena(), rows_of(np.array([4, 2]), np.arange(2), 4)
    for wrong in (
        (kernel[:, :-4], recurrent, bias),
        (kernel, recurrent[:-1], bias),
        (kernel, recurrent, bias[:-1]),
        (kernel.astype(float), recurrent, bias),
        (np.asfortranarray(kernel), recurrent, bias),
    ):
        with pytest.raises(ValueError, match="must be contiguous float32"):
            own_lstm.pack(*wrong, room)
    packed = own_lstm.pack(kernel, recurrent, bias, room)
    frames = np.zeros((6, 3), np.float32)
    for other in (frames[:5], frames[:, :2], frames.astype(float), np.zeros((12, 3), np.float32)[::2]):
        with pytest.raises(ValueError, match=r"frames must be contiguous float32 \(6, 3\)"):
            own_lstm.forward(other, rows, packed, room)
    out, kept = own_lstm.forward(frames, rows, packed, room)
    gradients = tuple(np.empty(values.shape, np.float32) for values in (kernel, recurrent, bias))
    for of_out, into in (
        (out[:, :-1], gradients),
        (out[:-1], gradients),
        (out, (gradients[0][1:], *gradients[1:])),
        (out, (gradients[0], np.empty((20, 84), np.float32)[:, :80], gradients[2])),
    ):
        with pytest.raises(ValueError, match="must be contiguous float32"):
            own_lstm.backward(of_out, rows, packed, kept, room, into)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="of_out must be"):
        own_lstm.backward(out, rows_of(np.array([4]), np.arange(1), 4), packed, kept, room, gradients)  # type: ignore[arg-type]
    one_way = own_lstm.pack(kernel, recurrent, bias, room, has_way_back=False)
    with pytest.raises(ValueError, match="packed with the way back"):
        own_lstm.backward(out, rows, one_way, kept, room, gradients)  # type: ignore[arg-type]


def test_arrays_of_an_arena_do_not_overlap_and_begin_at_cache_lines() -> None:
    arena = Arena()
    for _ in range(3):
        arrays = [arena.array(3, 5), arena.array(0, 4), arena.array(17), arena.array(2, 2, 2)]
        for index, array in enumerate(arrays):
            array[:] = index
        assert [array.shape for array in arrays] == [(3, 5), (0, 4), (17,), (2, 2, 2)]
        assert all((array == index).all() for index, array in enumerate(arrays))
        assert all(array.ctypes.data % 64 == 0 for array in arrays if array.size)
        arena.clear()
    assert aligned(7).ctypes.data % 64 == 0


_ELSEWHERE = """
import json, numpy as np
from seqclass.training.fused import lstm
from seqclass.training.fused.kernels import LANES
rng = np.random.default_rng(5)
rows, room = lstm.rows_of(np.array([6, 2, 5, 6, 1, 3, 4]), np.arange(7), 6), lstm.Arena()
frames = rng.normal(size=(27, 9)).astype("f4")
weights = [rng.normal(0, 0.3, shape).astype("f4") for shape in ((9, 84), (21, 84), (84,))]
packed = lstm.pack(*weights, room)
out, kept = lstm.forward(frames, rows, packed, room)
into = tuple(np.empty_like(values) for values in weights)
gradient = lstm.backward(np.ones_like(out), rows, packed, kept, room, into)
print(json.dumps([LANES, *(float(np.abs(values).sum()) for values in (out, gradient, *into))]))
"""


@pytest.mark.slow
@pytest.mark.parametrize(("features", "lanes"), [("+avx,+avx2,+fma", 8), ("", 4)])
def test_narrower_processors_give_the_same(features: str, lanes: int, tmp_path: object) -> None:
    if sys.platform != "linux" or os.uname().machine != "x86_64":
        pytest.skip("Windows and other processors name their features otherwise")
    narrow = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": features or "+sse2"}

    def run(**environment: str) -> list[float]:
        own = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path), **environment}
        done = subprocess.run([sys.executable, "-c", _ELSEWHERE], capture_output=True, text=True, check=True, env=own)
        values: list[float] = json.loads(done.stdout)
        return values

    here, there = run(), run(**narrow)
    assert there[0] == lanes
    np.testing.assert_allclose(there[1:], here[1:], rtol=1e-5)
