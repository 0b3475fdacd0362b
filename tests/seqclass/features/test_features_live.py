"""Frames of a stream are the file's frames, whatever blocks it comes in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import made_up_basis, speech_spec, tone

from seqclass.audio.resample import resample
from seqclass.errors import SpecError
from seqclass.features.live import FeatureExtractor, FrameExtractor, LiveResampler
from seqclass.features.mfcc import mfcc, power_spectrum

BLOCKS = st.lists(st.integers(0, 900), max_size=12)


def split(samples: Any, sizes: list[int]) -> list[Any]:
    return np.split(samples, np.minimum(np.cumsum(sizes, dtype=int), len(samples)))


@settings(max_examples=60)
@given(
    n_samples=st.integers(1, 4000),
    sizes=BLOCKS,
    hop_ms=st.sampled_from([8.0, 16.0, 50.0]),
    preemphasis=st.sampled_from([0.0, 0.97]),
)
def test_any_blocks_give_the_files_power(n_samples: int, sizes: list[int], hop_ms: float, preemphasis: float) -> None:
    basis = made_up_basis(speech_spec(hop_ms=hop_ms))
    samples = tone(1.0, 8000)[:n_samples]
    extractor = FrameExtractor(basis, preemphasis=preemphasis)
    power = np.concatenate([*(extractor.feed(block) for block in split(samples, sizes)), extractor.finish()])
    whole = power_spectrum(samples, basis, preemphasis=preemphasis)
    assert power.shape == whole.shape
    np.testing.assert_allclose(power, whole, rtol=1e-4, atol=1e-6 * whole.max())
    assert extractor.n_frames == len(whole)


@settings(max_examples=60)
@given(n_samples=st.integers(1, 4000), sizes=BLOCKS, order=st.integers(0, 2), preemphasis=st.sampled_from([0.0, 0.97]))
def test_any_blocks_give_the_files_features(n_samples: int, sizes: list[int], order: int, preemphasis: float) -> None:
    spec = speech_spec(delta_order=order, preemphasis=preemphasis)
    basis = made_up_basis(spec)
    samples = tone(1.0, 8000)[:n_samples]
    extractor = FeatureExtractor(spec, basis)
    features = np.concatenate([*(extractor.feed(block) for block in split(samples, sizes)), extractor.finish()])
    whole, _ = mfcc(samples, spec, basis)
    assert features.shape == whole.shape
    np.testing.assert_allclose(features, whole, atol=2e-3)


def test_a_frame_comes_as_soon_as_its_last_sample_and_half_a_derivative_later() -> None:
    samples = tone(1.0, 8000)
    for order, delay in ((0, 0), (1, 4)):
        spec = speech_spec(delta_order=order)
        extractor = FeatureExtractor(spec, made_up_basis(spec))
        assert extractor.delay_frames == delay
        n_frames = [len(extractor.feed(samples[start : start + 128])) for start in range(0, 8 * 128, 128)]
        assert np.flatnonzero(n_frames)[0] == 1 + delay


@pytest.mark.parametrize("change", [{"trim_db": 35.0}, {"floor_db": 40.0}, {"remove_dc": True}])
def test_settings_that_need_the_whole_recording_are_refused(change: dict[str, Any]) -> None:
    spec = speech_spec(**change)
    with pytest.raises(SpecError, match=f"Received: {next(iter(change))}="):
        FeatureExtractor(spec, made_up_basis(spec))


@settings(max_examples=20)
@given(
    sizes=st.lists(st.integers(0, 5000), max_size=8), rates=st.sampled_from([(48_000, 16_000), (44_100, 8000), (8000, 16_000)])
)
def test_any_blocks_give_the_files_rate(sizes: list[int], rates: tuple[int, int]) -> None:
    samples = tone(0.4, rates[0])
    resampler = LiveResampler(*rates)
    parts = [resampler.feed(block) for block in split(samples, sizes)]
    np.testing.assert_array_equal(np.concatenate([*parts, resampler.finish()]), resample(samples, *rates))


def test_samples_at_the_right_rate_pass_at_once() -> None:
    resampler = LiveResampler(8000, 8000)
    samples = tone(0.1, 8000)
    np.testing.assert_array_equal(resampler.feed(samples), samples)
    assert len(resampler.finish()) == 0
