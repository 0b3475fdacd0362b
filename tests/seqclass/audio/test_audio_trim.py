"""Cutting the silence off a take."""

from __future__ import annotations

import numpy as np
import pytest
from support import tone

from seqclass.audio.trim import speech_range
from seqclass.specs import DetectionSpec, ListenSpec

RATE_HZ = 16_000


def word_with_soft_end(rng: np.random.Generator) -> np.ndarray:
    """Half a second of silence, a vowel of 300 ms, a hiss of 120 ms that is 26 dB softer, half a second of silence."""
    silence = np.zeros(RATE_HZ // 2, np.float32)
    hiss = 0.01 * rng.standard_normal(round(0.12 * RATE_HZ))
    return np.concatenate([silence, tone(0.3, RATE_HZ), hiss, silence]).astype(np.float32)


def test_a_soft_consonant_at_the_end_is_kept(rng: np.random.Generator) -> None:
    found = speech_range(word_with_soft_end(rng), RATE_HZ)
    assert found is not None
    start_s, end_s = found[0] / RATE_HZ, found[1] / RATE_HZ
    assert 0.3 <= start_s <= 0.5
    assert 0.92 <= end_s <= 1.1
    hasty = speech_range(word_with_soft_end(rng), RATE_HZ, ListenSpec(detection=DetectionSpec(range_db=16.0)))
    assert hasty is not None
    assert hasty[1] < found[1]


@pytest.mark.parametrize("samples", [np.zeros(RATE_HZ, np.float32), np.zeros(0, np.float32)])
def test_silence_has_no_word(samples: np.ndarray) -> None:
    assert speech_range(samples, RATE_HZ) is None
