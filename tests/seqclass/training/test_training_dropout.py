"""Dropout by row: what is dropped depends on the item's row, not on who computes it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from support import KERAS

pytestmark = list(KERAS)
N_ITEMS, N_FRAMES, N_VALUES = 11, 40, 24


def dropped(
    values: np.ndarray, *, rate: float = 0.3, step: int = 5, seed: int = 1, which: str = "dropout", **share: int
) -> Any:
    """What the layer makes of these rows of a batch of N_ITEMS."""
    import tensorflow as tf

    from seqclass.training.dropout import Draws

    draws = Draws(seed, **share)
    layer = getattr(draws, which)(rate, name="layer1_dropout")

    def call(rows: Any) -> Any:
        draws.begin(tf.constant(step, tf.int64), tf.shape(rows)[0], tf.constant(float(N_ITEMS)))
        return layer(rows, training=True)

    return tf.function(call, autograph=False)(tf.constant(values)).numpy()


@pytest.mark.parametrize(
    ("which", "shape"), [("dropout", (N_FRAMES, N_VALUES)), ("frame_dropout", (N_FRAMES, N_VALUES)), ("dropout", (N_VALUES,))]
)
def test_workers_drop_what_one_process_drops(which: str, shape: tuple[int, ...]) -> None:
    values = np.random.default_rng(0).random((N_ITEMS, *shape)).astype(np.float32) + 1.0
    alone = dropped(values, which=which)
    for index in range(3):
        rows = values[index::3]
        if len(shape) == 2:
            rows = rows[:, : N_FRAMES - 7 * index]  # a worker's rows may all be shorter
        shared = dropped(rows, which=which, index=index, n_workers=3)
        np.testing.assert_array_equal(shared, alone[index::3][:, : rows.shape[1]])


def test_the_share_that_is_dropped_is_the_rate_and_the_mean_stays() -> None:
    made = dropped(np.ones((N_ITEMS, 200, 60), np.float32), rate=0.3)
    is_dropped = made == 0
    assert float(is_dropped.mean()) == pytest.approx(0.3, abs=0.005)
    np.testing.assert_allclose(made[~is_dropped], 1 / 0.7, rtol=1e-6)
    for axes in ((0, 1), (0, 2), (1, 2)):  # no unit, frame or row has another rate than chance gives it
        counts = is_dropped.mean(axes)
        n = is_dropped.size / len(counts)
        assert np.abs(counts - 0.3).max() < 5 * np.sqrt(0.3 * 0.7 / n)


def test_neighbours_are_dropped_independently() -> None:
    lost = (dropped(np.ones((N_ITEMS, 200, 60), np.float32), rate=0.3) == 0) - 0.3
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


def test_nothing_is_dropped_outside_training() -> None:
    from seqclass.training.dropout import Draws

    values = np.ones((2, 3, 4), np.float32)
    np.testing.assert_array_equal(np.asarray(Draws(0).dropout(0.5, name="d")(values)), values)
