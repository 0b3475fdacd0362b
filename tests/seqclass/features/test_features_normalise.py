"""Normalisers."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqclass.features.normalise import Normaliser, fit, identity
from seqclass.specs import Normalisation

METHODS: tuple[Normalisation, ...] = get_args(Normalisation)
MEAN, DEVIATION = np.float32([10.0, -3.0, 0.0]), np.float32([2.0, 0.5, 1.0])


@pytest.fixture
def frames(rng: np.random.Generator) -> np.ndarray[Any, Any]:
    return np.asarray(rng.normal(MEAN, DEVIATION, (200, 3)), np.float32)


@pytest.mark.parametrize("method", METHODS)
def test_shape_and_dtype_stay(method: Normalisation, frames: np.ndarray[Any, Any]) -> None:
    normaliser = Normaliser(method, MEAN, DEVIATION)
    for dtype in (np.float32, np.float64):
        for n_frames in (0, 1, 5):
            normalised = normaliser(frames[:n_frames].astype(dtype))
            assert normalised.shape == (n_frames, 3)
            assert normalised.dtype == dtype
            assert np.isfinite(normalised).all()


def test_utterance_gives_each_item_mean_0_and_deviation_1(frames: np.ndarray[Any, Any]) -> None:
    normalised = Normaliser("utterance", np.zeros(3, np.float32), np.ones(3, np.float32))(frames)
    np.testing.assert_allclose(normalised.mean(axis=0), 0.0, atol=1e-5)
    np.testing.assert_allclose(normalised.std(axis=0), 1.0, atol=1e-5)


def test_utterance_mean_takes_the_mean_and_keeps_loudness(frames: np.ndarray[Any, Any]) -> None:
    normalised = Normaliser("utterance_mean", MEAN, DEVIATION)(frames * 3)
    np.testing.assert_allclose(normalised.mean(axis=0), 0.0, atol=1e-4)
    np.testing.assert_allclose(normalised.std(axis=0), 3.0, rtol=0.2)


def test_train_applies_the_figures_of_the_training_part(frames: np.ndarray[Any, Any]) -> None:
    np.testing.assert_allclose(Normaliser("train", MEAN, DEVIATION)(frames), (frames - MEAN) / DEVIATION, atol=1e-6)


def test_none_changes_nothing(frames: np.ndarray[Any, Any]) -> None:
    assert identity(3)(frames) is frames


@settings(max_examples=30, deadline=None)
@given(cut=st.integers(1, 199), method=st.sampled_from(["running", "train", "none"]))
def test_causal_methods_give_a_prefix_what_the_whole_gives_it(cut: int, method: Normalisation) -> None:
    frames = np.asarray(np.random.default_rng(cut).normal(MEAN, DEVIATION, (200, 3)), np.float32)
    normaliser = Normaliser(method, MEAN, DEVIATION)
    assert normaliser.is_causal
    np.testing.assert_allclose(normaliser(frames[:cut]), normaliser(frames)[:cut], atol=1e-6)


@pytest.mark.parametrize("method", ["utterance", "utterance_mean"])
def test_methods_that_need_the_whole_item_are_not_causal(method: Normalisation) -> None:
    assert not Normaliser(method, MEAN, DEVIATION).is_causal


def test_running_starts_from_the_training_figures_and_moves_to_the_speakers(frames: np.ndarray[Any, Any]) -> None:
    shifted = np.tile(frames, (30, 1)) + np.float32([50.0, 0.0, 0.0])
    normalised = Normaliser("running", MEAN, DEVIATION)(shifted)
    assert normalised[0, 0] > 5  # at first 25 training deviations away
    np.testing.assert_allclose(normalised[-200:, 0].mean(), 0.0, atol=0.5)


@pytest.mark.parametrize("method", [method for method in METHODS if method != "none"])
@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e6])
def test_features_of_any_unit_come_out_alike_and_constant_ones_as_zero(
    method: Normalisation, unit: float, rng: np.random.Generator
) -> None:
    """Volts of 1e-6 as well as pascals of 1e6: only a constant feature counts as one."""
    items = [np.asarray(rng.normal(0.0, 1.0, (50, 3)) + 2.0, np.float32) for _ in range(20)]
    scaled = [item * np.float32(unit) for item in items]
    for item in scaled:
        item[:, 1] = 0.1 * unit
    normalised = fit(method, scaled)(scaled[0])
    reference = fit(method, items)(items[0])
    np.testing.assert_allclose(normalised[:, [0, 2]], reference[:, [0, 2]], atol=1e-3)
    np.testing.assert_allclose(normalised[:, 1], 0.0, atol=1e-3)


def test_a_feature_that_is_constant_in_one_item_becomes_zero_there(frames: np.ndarray[Any, Any]) -> None:
    frames[:, 0] = np.float32(10.1)
    normalised = Normaliser("utterance", MEAN, DEVIATION)(frames)
    np.testing.assert_array_equal(normalised[:, 0], 0.0)
    assert normalised[:, 1].std() > 0.9


def test_a_feature_that_was_constant_in_training_cannot_explode_later(frames: np.ndarray[Any, Any]) -> None:
    training = frames.copy()
    training[:, 0] = 7.0
    for method in ("utterance", "utterance_mean", "train", "running"):
        np.testing.assert_array_equal(fit(method, [training])(frames)[:, 0], 0.0)


def test_the_fit_counts_every_frame_once(rng: np.random.Generator) -> None:
    sequences = [np.asarray(rng.normal(4.0, 2.0, (length, 2)), np.float32) for length in (3, 50, 700)]
    everything = np.concatenate(sequences)
    fitted = fit("train", sequences)
    np.testing.assert_allclose(fitted.mean, everything.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(fitted.deviation, everything.std(axis=0), rtol=1e-5)
    assert fitted.mean.dtype == fitted.deviation.dtype == np.float32


def test_the_fit_of_utterance_mean_measures_what_is_left_without_the_items_own_mean(rng: np.random.Generator) -> None:
    sequences = [np.asarray(rng.normal(level, 1.0, (400, 1)), np.float32) for level in (-100.0, 0.0, 100.0)]
    assert fit("train", sequences).deviation[0] > 50
    np.testing.assert_allclose(fit("utterance_mean", sequences).deviation, 1.0, rtol=0.1)
