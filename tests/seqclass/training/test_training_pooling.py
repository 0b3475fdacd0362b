"""The maximum over time: Keras's values, and a gradient that rounding cannot turn."""

from __future__ import annotations

import numpy as np
from support import KERAS

pytestmark = list(KERAS)


def gradient(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    import tensorflow as tf

    from seqclass.training.pooling import MaxOverTime

    given = tf.constant(values.astype(np.float32))
    with tf.GradientTape() as tape:
        tape.watch(given)
        greatest = MaxOverTime()(given)
        weighed = tf.reduce_sum(greatest * tf.range(1.0, greatest.shape[1] + 1.0))
    return greatest.numpy(), tape.gradient(weighed, given).numpy()


def test_values_and_gradient_are_those_of_the_plain_maximum() -> None:
    values = np.random.default_rng(0).permutation(np.linspace(-1, 1, 3 * 5 * 4)).reshape(3, 5, 4)
    values[0, 3:] = -1e30  # as behind an item's end
    greatest, given = gradient(values)
    np.testing.assert_array_equal(greatest, values.astype(np.float32).max(axis=1))
    wanted = (values == values.max(axis=1, keepdims=True)) * np.arange(1.0, 5.0)
    np.testing.assert_allclose(given, wanted, atol=1e-6)


def test_two_frames_that_are_as_good_as_equal_share_whichever_is_greater() -> None:
    values = np.zeros((2, 3, 1))
    values[:, :2, 0] = [[0.5, 0.5 + 6e-8], [0.5 + 6e-8, 0.5]]
    _, given = gradient(values)
    np.testing.assert_allclose(given[:, :, 0], [[0.5, 0.5, 0.0]] * 2, atol=0.01)
    np.testing.assert_allclose(given.sum(axis=1), 1.0, rtol=1e-6)
