"""Dropout by row: what is dropped depends on the item's row, not on who computes it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from support import KERAS

from seqclass.training.dropout import Draws, rate
from seqclass.training.fused import parts
from seqclass.training.fused.lstm import rows_of
from seqclass.training.groups import Groups

N_ITEMS, N_FRAMES, N_VALUES, N_GROUPS = 11, 40, 24, 4


def dropped(
    values: np.ndarray,
    *,
    share: float = 0.3,
    step: int = 5,
    seed: int = 1,
    which: str = "dropout",
    groups: Groups = Groups(N_GROUPS),  # noqa: B008
) -> Any:
    """What our own pass makes of these rows of a batch of N_ITEMS; rows as the groups have them."""
    draws, made = Draws(seed, step, groups.rows(N_ITEMS)), values.copy()
    threshold, scale = rate(share)
    if values.ndim == 2:
        return values * np.where(draws.by_row("layer1_dropout", values.shape[1]) >= threshold, np.float32(scale), 0)
    rows = rows_of(np.full(len(values), values.shape[1]), np.arange(len(values)), values.shape[1])
    flat = np.ascontiguousarray(made.transpose(1, 0, 2)).reshape(-1, values.shape[2])
    if which == "dropout":
        parts.drop_values(
            flat, rows, *draws.by_row_and_frame("layer1_dropout", values.shape[1], values.shape[2]), threshold, scale
        )
    else:
        parts.drop_features(flat, rows, draws.by_row("layer1_dropout", values.shape[2]), threshold, scale)
    return flat.reshape(values.shape[1], len(values), -1).transpose(1, 0, 2)


CASES = [("dropout", (N_FRAMES, N_VALUES)), ("frame_dropout", (N_FRAMES, N_VALUES)), ("dropout", (N_VALUES,))]


@pytest.mark.parametrize(("which", "shape"), CASES)
def test_workers_drop_what_one_process_drops(which: str, shape: tuple[int, ...]) -> None:
    values = np.random.default_rng(0).random((N_ITEMS, *shape)).astype(np.float32) + 1.0
    order = Groups(N_GROUPS).rows(N_ITEMS)
    alone = np.empty_like(values)
    alone[order] = dropped(values[order], which=which)
    for index in range(3):
        groups = Groups(N_GROUPS, index, 3)
        rows = values[groups.rows(N_ITEMS)]
        if len(shape) == 2:
            rows = rows[:, : N_FRAMES - 7 * index]  # a worker's rows may all be shorter
        shared = dropped(rows, which=which, groups=groups)
        np.testing.assert_array_equal(shared, alone[groups.rows(N_ITEMS)][:, : rows.shape[1]])


@pytest.mark.tensorflow
@pytest.mark.filterwarnings(*(mark.args[0] for mark in KERAS if mark.name == "filterwarnings"))
@pytest.mark.parametrize(("which", "shape"), CASES)
def test_the_layers_of_keras_drop_the_same(which: str, shape: tuple[int, ...]) -> None:
    import tensorflow as tf

    from seqclass.training.keras_dropout import KerasDraws

    groups = Groups(N_GROUPS, 1, 2)
    values = np.ones((len(groups.rows(N_ITEMS)), *shape), np.float32)
    draws = KerasDraws(1, groups)
    layer = getattr(draws, which)(0.3, name="layer1_dropout")

    def call(rows: Any) -> Any:
        draws.begin(tf.constant(5, tf.int64), tf.constant(float(N_ITEMS)))
        return layer(rows, training=True)

    made = tf.function(call, autograph=False)(tf.constant(values)).numpy()
    np.testing.assert_array_equal(made, dropped(values, which=which, groups=groups))
    np.testing.assert_array_equal(np.asarray(layer(values)), values)  # nothing outside training


def test_the_share_that_is_dropped_is_the_rate_and_the_mean_stays() -> None:
    made = dropped(np.ones((N_ITEMS, 200, 60), np.float32), share=0.3)
    is_dropped = made == 0
    assert float(is_dropped.mean()) == pytest.approx(0.3, abs=0.005)
    np.testing.assert_allclose(made[~is_dropped], 1 / 0.7, rtol=1e-6)
    for axes in ((0, 1), (0, 2), (1, 2)):  # no unit, frame or row has another rate than chance gives it
        counts = is_dropped.mean(axes)
        n = is_dropped.size / len(counts)
        assert np.abs(counts - 0.3).max() < 5 * np.sqrt(0.3 * 0.7 / n)


def test_neighbours_are_dropped_independently() -> None:
    lost = (dropped(np.ones((N_ITEMS, 200, 60), np.float32), share=0.3) == 0) - 0.3
    for one, other in ((lost[1:], lost[:-1]), (lost[:, 1:], lost[:, :-1]), (lost[:, :, 1:], lost[:, :, :-1])):
        assert abs(float((one * other).mean() / lost.var())) < 0.02
    corners = lost[:, 1:, 1:] * lost[:, 1:, :-1] * lost[:, :-1, 1:] * lost[:, :-1, :-1]
    assert abs(float(corners.mean() / lost.var() ** 2)) < 0.02


def test_steps_seeds_and_layers_drop_differently() -> None:
    values = np.ones((N_ITEMS, N_FRAMES, N_VALUES), np.float32)
    made = [dropped(values, step=step, seed=seed).tobytes() for step in (5, 6) for seed in (1, 2)]
    made.append(dropped(values, which="frame_dropout").tobytes())
    assert len(set(made)) == 5
    assert dropped(values).tobytes() == made[0]


def test_frame_dropout_takes_a_feature_of_all_frames() -> None:
    made = dropped(np.ones((N_ITEMS, N_FRAMES, N_VALUES), np.float32), which="frame_dropout")
    np.testing.assert_array_equal(made, np.broadcast_to(made[:, :1], made.shape))
