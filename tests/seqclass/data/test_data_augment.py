"""Variation of training items."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import speech_front_end, tone

from seqclass.data.augment import SpeechVariation, mask, stretch, vary_numeric, vary_tokens, warp_factors
from seqclass.features.mfcc import trimmed_power
from seqclass.specs import AugmentationSpec

OFF: dict[str, Any] = {
    "warp": 0.0,
    "tempo": 0.0,
    "gain_db": 0.0,
    "tilt_db": 0.0,
    "shift_ms": 0.0,
    "edge_silence_ms": 0.0,
    "noise_probability": 0.0,
    "snr_min_db": 10.0,
    "snr_max_db": 10.0,
    "time_masks": 0,
    "time_mask_share": 0.2,
    "feature_masks": 0,
    "feature_mask_width": 3,
    "feature_noise": 0.0,
    "token_dropout": 0.0,
}
FRONT_END = speech_front_end(normalisation="utterance", delta_order=1, trim_db=35.0)
POWER, _ = trimmed_power(tone(), FRONT_END.spec, FRONT_END.basis)
PLAIN = FRONT_END.encode(tone(), 8000).frames


def spec(**changes: Any) -> AugmentationSpec:
    return AugmentationSpec(**(OFF | changes))


def variation(noises: tuple[np.ndarray[Any, Any], ...] = (), **changes: Any) -> SpeechVariation:
    return SpeechVariation(spec(**changes), FRONT_END, FRONT_END.basis.mel[None], noises)


def vary(seed: int = 0, **changes: Any) -> np.ndarray[Any, Any]:
    return variation(**changes)(POWER, np.random.default_rng(seed))


def test_an_item_is_varied_alike_whoever_is_varied_with_it() -> None:
    varying = variation(
        noises=(np.random.default_rng(1).random((30, len(FRONT_END.basis.mel))).astype(np.float32),),
        **{"tempo": 0.3, "tilt_db": 4.0, "shift_ms": 60.0, "edge_silence_ms": 50.0, "gain_db": 6.0},
        **{"noise_probability": 0.7, "time_masks": 1, "feature_masks": 1, "feature_noise": 0.1},
    )
    powers = [POWER[start : start + count] for start, count in ((0, 40), (3, 1), (5, 3), (2, 4), (10, 25))]
    alone = [varying(power, np.random.default_rng(seed)) for seed, power in enumerate(powers)]
    for order in ((0, 1, 2, 3, 4), (4, 2, 0), (1,), (3, 1)):
        together = varying.many([powers[place] for place in order], [np.random.default_rng(place) for place in order])
        for place, frames in zip(order, together, strict=True):
            np.testing.assert_array_equal(frames, alone[place])


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5])
def test_stretching_interpolates_as_numpy_does(share: float) -> None:
    frames = np.random.default_rng(0).standard_normal((9, 3)).astype(np.float32)
    stretched = stretch(frames, share, np.random.default_rng(2))
    places = np.linspace(0, 8, len(stretched))
    expected = np.stack([np.interp(places, np.arange(9), column) for column in frames.T], axis=1)
    np.testing.assert_allclose(stretched, expected, atol=1e-5)


def test_without_any_variation_a_training_item_is_the_item_itself() -> None:
    np.testing.assert_allclose(vary(), PLAIN, atol=1e-4)


EVERY: list[dict[str, Any]] = [
    {"tempo": 0.2},
    {"tilt_db": 6.0},
    {"shift_ms": 60.0},
    {"edge_silence_ms": 200.0},
    {"noise_probability": 1.0},
    {"time_masks": 2},
    {"feature_masks": 2},
    {"feature_noise": 0.1},
]


@pytest.mark.parametrize("changes", EVERY, ids=str)
def test_each_variation_changes_the_frames_anew_and_by_its_seed_alone(changes: dict[str, Any]) -> None:
    varied = [vary(seed, **changes) for seed in range(6)]
    assert len({values.tobytes() for values in varied}) > 3
    assert vary(3, **changes).tobytes() == varied[3].tobytes()
    for values in varied:
        assert values.dtype == np.float32
        assert values.shape[1] == FRONT_END.n_features
        assert np.isfinite(values).all()


@settings(max_examples=60, deadline=None)
@given(
    n_frames=st.integers(1, 60),
    level=st.sampled_from([0.0, 1e-9, 1.0]),
    seed=st.integers(0, 1000),
    changes=st.fixed_dictionaries(
        {},
        optional={
            "tempo": st.floats(0, 0.5),
            "gain_db": st.floats(0, 60),
            "tilt_db": st.floats(0, 40),
            "shift_ms": st.floats(0, 1000),
            "edge_silence_ms": st.floats(0, 500),
            "noise_probability": st.sampled_from([0.0, 1.0]),
            "time_masks": st.integers(0, 5),
            "time_mask_share": st.floats(0, 1),
            "feature_masks": st.integers(0, 5),
            "feature_mask_width": st.integers(0, 256),
            "feature_noise": st.floats(0, 2),
        },
    ),
    with_noise=st.booleans(),
)
def test_any_item_under_any_setting_gives_finite_frames(
    n_frames: int, level: float, seed: int, changes: dict[str, Any], with_noise: bool
) -> None:
    rng = np.random.default_rng(seed)
    power = np.asarray(rng.standard_exponential((n_frames, 129)) * level, np.float32)
    noises = (np.ones((3, 12), np.float32), np.zeros((50, 12), np.float32)) if with_noise else ()
    before = power.copy()
    frames = variation(noises, **changes)(power, rng)
    assert len(frames) >= 1
    assert frames.shape[1] == FRONT_END.n_features
    assert np.isfinite(frames).all()
    np.testing.assert_array_equal(power, before)


def test_noise_has_the_asked_signal_to_noise_ratio(monkeypatch: pytest.MonkeyPatch) -> None:
    from seqclass.features import mfcc

    heard: list[np.ndarray[Any, Any]] = []
    to_decibels = mfcc.decibels
    monkeypatch.setattr(mfcc, "decibels", lambda power, *, amin: (heard.append(power), to_decibels(power, amin=amin))[1])
    noise = np.asarray(np.random.default_rng(1).standard_exponential((500, 12)), np.float32)
    for ratio_db in (0.0, 10.0, 30.0):
        for seed in range(4):
            heard.clear()
            changes = {"noise_probability": 1.0, "snr_min_db": ratio_db, "snr_max_db": ratio_db}
            variation((noise,), **changes)(POWER, np.random.default_rng(seed))
            clean = mfcc.mel_power(POWER, FRONT_END.basis.mel)
            added = heard[0] - clean
            assert 10 * np.log10(clean.mean() / added.mean()) == pytest.approx(ratio_db, abs=0.1)


def test_edge_silence_makes_an_item_longer_and_a_shift_shorter() -> None:
    longer = [len(vary(seed, edge_silence_ms=160.0)) for seed in range(20)]
    shorter = [len(vary(seed, shift_ms=48.0)) for seed in range(20)]
    assert min(longer) >= len(PLAIN)
    assert len(PLAIN) + 10 <= max(longer) <= len(PLAIN) + 20
    assert max(shorter) <= len(PLAIN)
    assert len(PLAIN) - 6 <= min(shorter) < len(PLAIN)


@given(n_frames=st.integers(1, 50), share=st.floats(0, 0.5), seed=st.integers(0, 100))
def test_stretching_keeps_the_ends_and_stays_within_its_share(n_frames: int, share: float, seed: int) -> None:
    frames = np.linspace(0, 1, n_frames, dtype=np.float32)[:, None] * np.float32([1, -2])
    stretched = stretch(frames, share, np.random.default_rng(seed))
    if n_frames < 4 or not share:
        assert stretched is frames
        return
    assert n_frames * np.exp(-share) - 1 <= len(stretched) <= max(n_frames * np.exp(share) + 1, 4)
    np.testing.assert_allclose(stretched[[0, -1]], frames[[0, -1]], atol=1e-6)
    assert (np.diff(stretched[:, 0]) >= -1e-6).all()
    assert stretched.dtype == np.float32


def test_masks_are_ranges_of_zeros_no_wider_than_asked() -> None:
    for seed in range(30):
        frames = mask(np.ones((40, 10), np.float32), spec(time_masks=1, time_mask_share=0.25), np.random.default_rng(seed))
        silent = np.flatnonzero((frames == 0).all(axis=1))
        assert len(silent) <= 11
        assert not len(silent) or len(silent) == silent[-1] - silent[0] + 1
        frames = mask(np.ones((40, 10), np.float32), spec(feature_masks=1, feature_mask_width=4), np.random.default_rng(seed))
        assert (frames == 0).all(axis=0).sum() <= 4
        assert (frames.min(axis=0) == frames.max(axis=0)).all()


def test_numeric_sequences_stay_as_they_are_and_their_copy_varies(rng: np.random.Generator) -> None:
    frames = np.asarray(rng.normal(size=(30, 3)), np.float32)
    before = frames.copy()
    varied = vary_numeric(frames, spec(feature_noise=0.5, time_masks=1), rng)
    assert not np.array_equal(varied, frames)
    np.testing.assert_array_equal(frames, before)
    np.testing.assert_array_equal(vary_numeric(frames, spec(), rng), frames)


def test_dropped_tokens_become_unknown_in_the_asked_share(rng: np.random.Generator) -> None:
    tokens = np.full(10_000, 7, np.int32)
    varied = vary_tokens(tokens, spec(token_dropout=0.3), rng)
    assert varied.dtype == np.int32
    assert set(varied.tolist()) == {0, 7}
    assert (varied == 0).mean() == pytest.approx(0.3, abs=0.02)
    np.testing.assert_array_equal(vary_tokens(tokens, spec(), rng), tokens)


def test_warp_factors_stand_evenly_around_one() -> None:
    factors = warp_factors(0.2)
    assert factors[len(factors) // 2] == pytest.approx(1)
    np.testing.assert_allclose(factors * factors[::-1], 1)
    assert factors.max() == pytest.approx(np.exp(0.2))
    assert warp_factors(0.0).tolist() == [1.0]
