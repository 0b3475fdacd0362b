"""Our frames against librosa's own functions, which define them."""

from __future__ import annotations

from typing import Any

import librosa
import numpy as np
import pytest
import scipy.signal
from hypothesis import given, settings
from hypothesis import strategies as st
from support import speech_spec, tone

from seqclass.errors import SpecError
from seqclass.features.deltas import append_deltas, kernels
from seqclass.features.librosa_basis import mfcc_basis, reference_mfcc, resolve_rate, warped_filters
from seqclass.features.mfcc import mfcc

# Empty filters (many bands, short windows) are allowed: librosa only warns of them.
pytestmark = pytest.mark.filterwarnings("ignore:Empty filters detected:UserWarning")
OPEN = {"n_fft": None, "f_max_hz": None}
CASES: list[tuple[int, dict[str, Any]]] = [
    (8000, {}),
    (16000, {"window_ms": 25.0, "hop_ms": 10.0, "n_mels": 40, "n_mfcc": 13}),
    (44100, {"window_ms": 46.0, "hop_ms": 23.0, "n_mels": 26, "n_mfcc": 20}),
    (8000, {"preemphasis": 0.97}),
    (8000, {"remove_dc": True}),
    (8000, {"floor_db": 40.0}),
    (8000, {"delta_order": 1, "delta_width": 3}),
    (16000, {"delta_order": 2, "delta_width": 9}),
    (16000, {"delta_order": 2, "delta_width": 51, "preemphasis": 0.9, "remove_dc": True, "floor_db": 60.0}),
    (16000, {"f_min_hz": 0.0, "f_max_hz": 5000.0, "n_fft": 1024, "amin": 1e-10}),
    (11025, {"window_ms": 20.0, "hop_ms": 20.0, "n_mels": 2, "n_mfcc": 2}),
]


def compare(samples: np.ndarray[Any, Any], rate_hz: int, changes: dict[str, Any], tolerance: float) -> None:
    spec = resolve_rate(speech_spec(**(OPEN | {"sample_rate_hz": None} | changes)), rate_hz)
    ours, _ = mfcc(samples, spec, mfcc_basis(spec))
    theirs = reference_mfcc(samples, spec)
    assert ours.shape == theirs.shape
    assert ours.dtype == samples.dtype
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=tolerance)


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-9), (np.float32, 1e-3)])
@pytest.mark.parametrize(("rate_hz", "changes"), CASES, ids=str)
@pytest.mark.parametrize("duration_s", [0.002, 0.03, 0.7])
def test_frames_equal_librosa(rate_hz: int, changes: dict[str, Any], dtype: type, tolerance: float, duration_s: float) -> None:
    samples = tone(duration_s, rate_hz).astype(dtype) + dtype(0.01)
    compare(samples, rate_hz, changes, tolerance)


@settings(max_examples=40, deadline=None)
@given(
    rate_hz=st.sampled_from([8000, 16000, 22050, 44100]),
    n_samples=st.integers(1, 6000),
    window_ms=st.floats(5, 60),
    hop_ms=st.floats(2, 40),
    n_mels=st.integers(2, 60),
    preemphasis=st.sampled_from([0.0, 0.5, 0.97]),
    remove_dc=st.booleans(),
    floor_db=st.sampled_from([None, 20.0, 80.0]),
    delta_order=st.integers(0, 2),
    delta_width=st.sampled_from([3, 5, 9, 21]),
    level=st.sampled_from([0.0, 1e-6, 0.01, 1.0]),
)
def test_frames_equal_librosa_for_any_settings(rate_hz: int, n_samples: int, level: float, n_mels: int, **changes: Any) -> None:
    samples = np.random.default_rng(n_samples).uniform(-1, 1, n_samples) * level
    compare(samples, rate_hz, changes | {"n_mels": n_mels, "n_mfcc": min(13, n_mels)}, 1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_digital_silence_equals_librosa(dtype: type) -> None:
    compare(np.zeros(3000, dtype), 8000, {"delta_order": 1}, 1e-3 if dtype is np.float32 else 1e-9)


def test_the_definition_gives_these_very_numbers() -> None:
    """Literal values of librosa 0.11: another release that moves them must not pass unnoticed."""
    times_s = np.arange(1024) / 8000
    samples = 0.3 * np.sin(2 * np.pi * (300 * times_s + 2000 * times_s**2)) + 0.05 * np.sin(2 * np.pi * 2500 * times_s)
    spec = resolve_rate(speech_spec(n_mfcc=4, delta_order=1, preemphasis=0.9), 8000)
    frames, _ = mfcc(samples, spec, mfcc_basis(spec))
    assert frames.shape == (7, 8)
    expected = [
        [-143.961033, 16.360788, 55.182387, 22.560601, 0.797001, -0.203963, -3.221169, -5.747944],
        [-136.857876, 5.716728, 4.173042, -46.462621, 0.407138, -1.519991, -5.210518, -5.733217],
    ]
    np.testing.assert_allclose(frames[[0, 6]], expected, atol=1e-5)


@pytest.mark.parametrize("width", [3, 9, 51])
@pytest.mark.parametrize("n_frames", [1, 2, 9, 40])
def test_derivatives_equal_scipy_and_librosa(n_frames: int, width: int, rng: np.random.Generator) -> None:
    frames = rng.standard_normal((n_frames, 4))
    ours = append_deltas(frames, kernels(2, width))
    np.testing.assert_array_equal(ours[:, :4], frames)
    for order in (1, 2):
        part = ours[:, 4 * order : 4 * order + 4]
        scipys = scipy.signal.savgol_filter(frames, width, polyorder=order, deriv=order, axis=0, mode="nearest")
        librosas = librosa.feature.delta(frames, width=width, order=order, axis=0, mode="nearest")
        np.testing.assert_allclose(part, scipys, atol=1e-9)
        np.testing.assert_allclose(part, librosas, atol=1e-9)


def test_no_derivatives_leave_the_frames_alone(rng: np.random.Generator) -> None:
    frames = rng.standard_normal((5, 4))
    assert append_deltas(frames, kernels(0, 9)) is frames


def test_filters_warped_by_one_are_librosas() -> None:
    spec = resolve_rate(speech_spec(**OPEN, n_mels=26), 8000)
    banks = warped_filters(spec, np.array([0.8, 1.0, 1.25]))
    np.testing.assert_allclose(banks[1], mfcc_basis(spec).mel, atol=1e-6)
    centres = (banks * np.arange(banks.shape[2])).sum(axis=2) / banks.sum(axis=2)
    assert (centres[0, :20] < centres[1, :20] + 1e-9).all()
    assert (centres[2, :20] > centres[1, :20] - 1e-9).all()
    assert np.isfinite(banks).all()
    assert (banks.sum(axis=2) > 0).all()


@pytest.mark.parametrize(
    ("changes", "rate_hz", "words"),
    [
        (
            {"n_fft": 128},
            8000,
            "features.n_fft must be at least the window's 256 samples at 8000 Hz. Received: features.n_fft=128",
        ),
        (
            {"n_fft": None, "f_max_hz": 6000.0},
            8000,
            "at most at half the sample rate, 4000 Hz. Received: f_min_hz=60, f_max_hz=6000",
        ),
        ({"n_fft": None, "f_max_hz": None, "f_min_hz": 4000.0}, 8000, "f_max_hz must lie above f_min_hz"),
    ],
)
def test_settings_that_do_not_fit_the_rate_are_named(changes: dict[str, Any], rate_hz: int, words: str) -> None:
    with pytest.raises(SpecError, match=words.replace("(", r"\(")):
        resolve_rate(speech_spec(**({"sample_rate_hz": None} | changes)), rate_hz)


def test_the_rate_in_the_settings_wins_over_that_of_the_data() -> None:
    spec = resolve_rate(speech_spec(**(OPEN | {"sample_rate_hz": 16000})), 8000)
    assert (spec.sample_rate_hz, spec.n_fft, spec.f_max_hz) == (16000, 512, 8000.0)
