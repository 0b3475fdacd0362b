"""The constant arrays of an MFCC against librosa's, which define them."""

from __future__ import annotations

import subprocess
import sys
import warnings

import librosa
import numpy as np
import pytest
from librosa.util import pad_center

from seqclass.features.mel import hann_window, mel_edges_hz, mel_filters

BANDS = [
    (8000, 256, 20, 60.0, 4000.0),
    (16000, 512, 40, 0.0, 8000.0),
    (16000, 512, 26, 1200.0, 7600.0),
    (44100, 2048, 128, 20.0, 22050.0),
    (11025, 400, 64, 999.99, 1000.0),
    (48000, 1024, 2, 0.0, 500.0),
    (8000, 64, 80, 0.0, 4000.0),
]


@pytest.mark.parametrize(("rate_hz", "n_fft", "n_mels", "low_hz", "high_hz"), BANDS)
def test_filters_are_librosas_bit_for_bit(rate_hz, n_fft, n_mels, low_hz, high_hz):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of bands that no bin falls into
        theirs = librosa.filters.mel(sr=rate_hz, n_fft=n_fft, n_mels=n_mels, fmin=low_hz, fmax=high_hz)
    ours = mel_filters(rate_hz=rate_hz, n_fft=n_fft, n_mels=n_mels, f_min_hz=low_hz, f_max_hz=high_hz)
    assert ours.dtype == theirs.dtype
    assert np.array_equal(ours, theirs)


@pytest.mark.parametrize(("_rate_hz", "_n_fft", "n_mels", "low_hz", "high_hz"), BANDS)
def test_edges_are_librosas_bit_for_bit(_rate_hz, _n_fft, n_mels, low_hz, high_hz):
    assert np.array_equal(mel_edges_hz(n_mels, low_hz, high_hz), librosa.mel_frequencies(n_mels, fmin=low_hz, fmax=high_hz))


@pytest.mark.parametrize(
    ("window_length", "n_fft"), [(256, 256), (200, 256), (201, 256), (255, 512), (1, 2), (2, 4), (1103, 2048)]
)
def test_windows_are_librosas_bit_for_bit(window_length, n_fft):
    theirs = pad_center(librosa.filters.get_window("hann", window_length, fftbins=True), size=n_fft)
    assert np.array_equal(hann_window(window_length, n_fft), theirs)


def test_a_training_needs_no_librosa():
    code = (
        "import sys\nfrom seqclass.features.librosa_basis import mfcc_basis, resolve_rate, warped_filters\n"
        "from seqclass.specs import SpeechFeatureSpec\nspec = resolve_rate(SpeechFeatureSpec(), 8000)\nmfcc_basis(spec)\n"
        "warped_filters(spec, [0.9, 1.1])\nassert not {'librosa', 'numba', 'scipy.stats'} & {*sys.modules}"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
