"""The training's LSTM on arrays, against the equations written out, whatever the processor, the shards and the lengths."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqclass.training.fused import lstm as own_lstm
from seqclass.training.fused.lstm import Arena, FusedLstm, aligned, deal


@pytest.fixture(autouse=True)
def _many_shards(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Divide small batches too."""
    monkeypatch.setattr(own_lstm, "_LEAST_WORK", 1)
    yield
    deal.cache_clear()


def layer(rng: np.random.Generator, n_features: int, n_units: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
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


SIZES = [(5, 7, 3, 4), (1, 1, 1, 1), (1, 9, 2, 16), (9, 1, 13, 17), (3, 5, 70, 40), (6, 9, 5, 100)]


@pytest.mark.parametrize(("batch", "n_times", "n_features", "n_units"), SIZES)
@pytest.mark.parametrize("n_shards", [1, 2, 16])
def test_hidden_states_follow_the_equations_and_are_zero_behind_the_end(
    batch: int, n_times: int, n_features: int, n_units: int, n_shards: int, rng: np.random.Generator
) -> None:
    frames = rng.normal(size=(batch, n_times, n_features)).astype(np.float32)
    lengths = rng.integers(1, n_times + 1, batch)
    weights = layer(rng, n_features, n_units)
    out, _ = FusedLstm(n_shards).forward(frames, lengths, *weights)
    np.testing.assert_allclose(out, hidden_states(frames, lengths, *weights), atol=2e-6)
    assert not out[np.arange(n_times) >= lengths[:, None]].any()


@pytest.mark.parametrize(("batch", "n_times", "n_features", "n_units"), [(4, 5, 3, 4), (3, 1, 2, 17), (1, 6, 1, 1)])
@pytest.mark.parametrize("n_shards", [1, 3])
def test_gradients_are_the_slopes_of_the_equations(
    batch: int, n_times: int, n_features: int, n_units: int, n_shards: int, rng: np.random.Generator
) -> None:
    frames = rng.normal(size=(batch, n_times, n_features)).astype(np.float32)
    lengths = rng.integers(1, n_times + 1, batch)
    weights = layer(rng, n_features, n_units)
    of_out = rng.normal(size=(batch, n_times, n_units)).astype(np.float32)
    lstm = FusedLstm(n_shards)
    _, run = lstm.forward(frames, lengths, *weights)
    gradients = lstm.backward(run, of_out, weights[0], weights[1])
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
            assert gradient.flat[place] == pytest.approx((above - below) / (2 * step), abs=1e-4)


def test_memory_that_is_used_again_changes_nothing(rng: np.random.Generator) -> None:
    lstm = FusedLstm(2)
    kernel, recurrent, bias = layer(rng, 3, 20)
    results = []
    for batch, n_times in ((8, 9), (2, 3), (8, 9)):
        inputs = np.random.default_rng(batch)
        frames = inputs.normal(size=(batch, n_times, 3)).astype(np.float32)
        lengths = inputs.integers(1, n_times + 1, batch)
        of_out = inputs.normal(size=(batch, n_times, 20)).astype(np.float32)
        out, run = lstm.forward(frames, lengths, kernel, recurrent, bias)
        results.append((out, *lstm.backward(run, of_out, kernel, recurrent)))
    for first, again in zip(results[0], results[2], strict=True):
        np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize("n_units", [16, 20, 80])
def test_rubbish_in_memory_that_is_used_again_reaches_no_result(n_units: int, rng: np.random.Generator) -> None:
    lstm = FusedLstm(2)
    frames, lengths = rng.normal(size=(5, 6, 3)).astype(np.float32), np.array([6, 1, 3, 6, 2])
    kernel, recurrent, bias = layer(rng, 3, n_units)
    results = []
    for _ in range(3):
        out, run = lstm.forward(frames, lengths, kernel, recurrent, bias)
        results.append((out, *lstm.backward(run, out, kernel, recurrent)))
        (arena,) = lstm._free
        arena._block[:] = np.nan
    for again in results[1:]:
        for first, values in zip(results[0], again, strict=True):
            np.testing.assert_array_equal(first, values)


def test_what_is_not_asked_for_is_not_computed(rng: np.random.Generator) -> None:
    lstm = FusedLstm(2)
    frames, lengths = rng.normal(size=(4, 6, 3)).astype(np.float32), np.array([6, 1, 3, 6])
    kernel, recurrent, bias = layer(rng, 3, 5)
    of_out = rng.normal(size=(4, 6, 5)).astype(np.float32)
    whole = lstm.backward(lstm.forward(frames, lengths, kernel, recurrent, bias)[1], of_out, kernel, recurrent)
    part = lstm.backward(
        lstm.forward(frames, lengths, kernel, recurrent, bias)[1], of_out, kernel, recurrent, needs_frames=False
    )
    assert part[0].size == 0
    for all_of_it, without in zip(whole[1:], part[1:], strict=True):
        np.testing.assert_array_equal(all_of_it, without)


def test_what_is_no_number_stays_so(rng: np.random.Generator) -> None:
    """A loss that diverges is to be seen, not cut at the limits of tanh."""
    frames = rng.normal(size=(3, 4, 2)).astype(np.float32)
    kernel, recurrent, bias = layer(rng, 2, 3)
    bias[0] = np.nan
    out, _ = FusedLstm(1).forward(frames, np.array([4, 4, 2]), kernel, recurrent, bias)
    assert np.isnan(out[:, 1, :]).any(axis=-1).all()


@given(st.lists(st.integers(0, 12), min_size=1, max_size=40), st.integers(1, 8))
def test_each_row_is_dealt_to_one_shard_and_each_frame_has_one_place(lengths: list[int], n_shards: int) -> None:
    ends = np.asarray(lengths, np.int64)
    shards = deal(ends.tobytes(), 10, n_shards)
    assert sorted(np.concatenate([shard.rows for shard in shards]).tolist()) == list(range(len(ends)))
    assert len(shards) == min(n_shards, len(ends))
    for shard in shards:
        own = np.minimum(ends[shard.rows], 10)
        assert (np.diff(own) <= 0).all()
        assert shard.counts.tolist() == [int((own > t).sum()) for t in range(own.max())]
        assert shard.offsets.tolist() == [0, *np.cumsum(shard.counts)]


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
from seqclass.training.fused.kernels import LANES
from seqclass.training.fused.lstm import FusedLstm
rng = np.random.default_rng(5)
frames, lengths = rng.normal(size=(7, 6, 9)).astype("f4"), np.array([6, 2, 5, 6, 1, 3, 4])
weights = [rng.normal(0, 0.3, shape).astype("f4") for shape in ((9, 84), (21, 84), (84,))]
lstm = FusedLstm(2)
out, run = lstm.forward(frames, lengths, *weights)
gradients = lstm.backward(run, np.ones_like(out), *weights[:2])
print(json.dumps([LANES, *(float(np.abs(values).sum()) for values in (out, *gradients))]))
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
