"""MFCC frames in NumPy: what holds whatever librosa says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import made_up_basis, speech_front_end, speech_spec, tone

from seqclass.features import mfcc

CAUSAL = [{"normalisation": normalisation} for normalisation in ("train", "running", "none")]
CAUSAL += [{"preemphasis": 0.97, "normalisation": "train"}, {"hop_ms": 10.0, "window_ms": 25.0, "normalisation": "running"}]
LOOKING_AHEAD: list[dict[str, Any]] = [
    {"normalisation": "utterance"},
    {"normalisation": "utterance_mean"},
    {"delta_order": 1},
    {"trim_db": 30.0},
    {"floor_db": 40.0},
]


def with_room_tone(word: np.ndarray[Any, Any], before: int, after: int) -> np.ndarray[Any, Any]:
    """The word with very soft noise before and after, in samples."""
    noise = np.random.default_rng(5).standard_normal(before + len(word) + after).astype(np.float32) * np.float32(1e-4)
    noise[before : before + len(word)] += word
    return noise


@pytest.mark.parametrize("changes", CAUSAL, ids=str)
@settings(max_examples=15, deadline=None)
@given(cut=st.integers(256, 3999), seed=st.integers(0, 100))
def test_frames_heard_so_far_equal_those_of_the_whole_recording(changes: dict[str, Any], cut: int, seed: int) -> None:
    front_end = speech_front_end(**changes)
    samples = tone(0.5, seed=seed)
    whole = front_end.encode(samples, 8000).frames
    heard = front_end.encode(samples[:cut], 8000).frames
    assert front_end.is_causal
    assert 1 <= len(heard) <= len(whole)
    np.testing.assert_allclose(heard, whole[: len(heard)], rtol=1e-6, atol=1e-4)


@pytest.mark.parametrize("changes", LOOKING_AHEAD, ids=str)
def test_a_front_end_that_looks_ahead_says_so(changes: dict[str, Any]) -> None:
    front_end = speech_front_end(**changes)
    samples = np.concatenate([tone(0.3, level=0.02), tone(0.3) + np.float32(0.1)])
    whole = front_end.encode(samples, 8000).frames
    heard = front_end.encode(samples[:2400], 8000).frames
    assert not front_end.is_causal
    assert np.abs(heard - whole[: len(heard)]).max() > 1e-3


def test_removing_the_mean_looks_ahead_too() -> None:
    assert not speech_front_end(remove_dc=True).is_causal
    assert speech_front_end(remove_dc=False).is_causal


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n_samples", [1, 2, 100, 255, 256, 257, 5000])
def test_digital_silence_of_any_length_gives_finite_frames(n_samples: int, dtype: type) -> None:
    spec = speech_spec(delta_order=2, preemphasis=0.97, remove_dc=True, trim_db=35.0, floor_db=40.0)
    frames, first = mfcc.mfcc(np.zeros(n_samples, dtype), spec, made_up_basis(spec))
    assert frames.shape == (max(1 + (n_samples - 256) // 128, 1), 24)
    assert frames.dtype == dtype
    assert np.isfinite(frames).all()
    assert first == 0


def test_silence_normalised_by_utterance_is_zero_not_amplified_rounding() -> None:
    front_end = speech_front_end(normalisation="utterance", delta_order=1)
    frames = front_end.encode(np.zeros(4000, np.float32), 8000).frames
    np.testing.assert_array_equal(frames, 0.0)


def test_a_transform_in_pieces_gives_the_same_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = speech_spec()
    samples, basis = tone(1.0), made_up_basis(spec)
    at_once = mfcc.power_spectrum(samples, basis)
    monkeypatch.setattr(mfcc, "_FRAMES_AT_ONCE", 7)
    np.testing.assert_array_equal(mfcc.power_spectrum(samples, basis), at_once)


@pytest.mark.parametrize(("before", "after"), [(0, 0), (128 * 20, 128 * 10), (128 * 50, 0), (0, 128 * 600)])
def test_a_word_with_room_tone_at_its_edges_gives_the_same_frames(before: int, after: int) -> None:
    # With its margin of silence, as a fade-in leaves it, cut at whole frames so that frames can be compared one by one.
    front_end = speech_front_end(trim_db=35.0, trim_margin_ms=32.0, floor_db=40.0, normalisation="utterance", delta_order=1)
    word = with_room_tone(tone(0.5), 128 * 12, 128 * 12)
    alone, embedded = front_end.encode(word, 8000), front_end.encode(with_room_tone(word, before, after), 8000)
    assert len(alone.frames) == len(embedded.frames)
    np.testing.assert_allclose(alone.frames, embedded.frames, atol=0.1)
    np.testing.assert_allclose(embedded.times_s, alone.times_s + before / 8000)


def test_trimming_keeps_its_margin_and_never_everything_away() -> None:
    power = np.full((40, 129), 1e-9)
    power[15:20] = 1.0
    assert mfcc.edge_silence(power, trim_db=35.0, margin_frames=2) == slice(13, 22)
    assert mfcc.edge_silence(power, trim_db=35.0, margin_frames=30) == slice(0, 40)
    assert mfcc.edge_silence(power, trim_db=None, margin_frames=2) == slice(0, 40)
    assert mfcc.edge_silence(np.zeros((3, 129)), trim_db=35.0, margin_frames=0) == slice(0, 3)


def test_one_click_does_not_make_a_word_silent() -> None:
    samples = tone(0.5)
    samples[2000] = 30.0
    spec = speech_spec(trim_db=35.0, trim_margin_ms=0.0)
    clicked, _ = mfcc.trimmed_power(samples, spec, made_up_basis(spec))
    clean, _ = mfcc.trimmed_power(tone(0.5), spec, made_up_basis(spec))
    assert 25 <= len(clicked) <= len(clean)


def test_the_floor_lifts_what_lies_far_below_the_loudest_value() -> None:
    spec = speech_spec(floor_db=20.0, n_mfcc=12)
    basis = made_up_basis(spec)
    mel_db = np.linspace(-60, 0, 24).reshape(2, 12)
    lifted = mfcc.cepstrum(mel_db, spec, basis) @ basis.dct  # the DCT is orthonormal: its transpose takes it back
    np.testing.assert_allclose(lifted, np.maximum(mel_db, -20.0), atol=1e-9)


def test_times_are_the_middle_of_each_window() -> None:
    basis = made_up_basis(speech_spec())
    np.testing.assert_allclose(mfcc.frame_times_s(3, 2, basis), [0.048, 0.064, 0.08])


def test_a_recording_at_another_rate_is_resampled_first() -> None:
    front_end = speech_front_end()
    times_s = np.arange(16000) / 16000
    at_16k = (0.3 * np.sin(2 * np.pi * 440 * times_s)).astype(np.float32)
    fast, slow = front_end.encode(at_16k, 16000), front_end.encode(at_16k[::2], 8000)
    assert fast.frames.shape == slow.frames.shape
    np.testing.assert_allclose(fast.frames[2:-2], slow.frames[2:-2], atol=0.05)


def test_the_seeded_signal_gives_these_very_numbers() -> None:
    """Literal values: a changed window, transform, logarithm or DCT shows here without any reference library."""
    times_s = np.arange(1024) / 8000
    samples = 0.3 * np.sin(2 * np.pi * (300 * times_s + 2000 * times_s**2)) + 0.05 * np.sin(2 * np.pi * 2500 * times_s)
    spec = speech_spec(n_mfcc=4, preemphasis=0.9)
    frames, _ = mfcc.mfcc(samples, spec, made_up_basis(spec))
    assert frames.shape == (7, 4)
    expected = [[-128.885388, -23.847281, -14.922688, -62.823102], [-133.335908, -62.45985, -7.513546, 16.637975]]
    np.testing.assert_allclose(frames[[0, 6]], expected, atol=1e-5)


def test_an_offset_below_the_mel_bands_is_no_speech() -> None:
    front_end = speech_front_end(trim_db=35.0, trim_margin_ms=0.0, f_min_hz=60.0)
    word = with_room_tone(tone(0.3), 4000, 4000)
    assert len(front_end.encode(word + np.float32(0.2), 8000).frames) <= len(front_end.encode(word, 8000).frames) + 1
