"""Levels in dB of full scale."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqclass.audio.level import SILENCE_DB, LevelMeter, decibels, measure


@pytest.mark.parametrize(
    ("amplitude", "db"), [(1.0, 0.0), (0.5, -6.0206), (0.001, -60.0), (0.0, SILENCE_DB), (1e-9, SILENCE_DB)]
)
def test_amplitudes_are_told_in_decibels(amplitude: float, db: float) -> None:
    assert decibels(amplitude) == pytest.approx(db, abs=1e-3)


def test_a_sine_has_its_root_mean_square_three_decibels_below_its_peak() -> None:
    level = measure(np.sin(np.linspace(0, 40 * np.pi, 8000, dtype=np.float32)) * 0.9, time_s=1.0)
    assert level.peak_db - level.rms_db == pytest.approx(3.01, abs=0.01)
    assert not level.clipped
    assert measure(np.array([0.0, -1.0], np.float32), time_s=1.0).clipped


def test_silence_is_finite() -> None:
    assert measure(np.zeros(10, np.float32), time_s=1.0).rms_db == SILENCE_DB
    assert measure(np.zeros(0, np.float32), time_s=1.0).peak_db == SILENCE_DB


@given(st.lists(st.integers(0, 700), max_size=12))
def test_levels_do_not_depend_on_blocks(sizes: list[int]) -> None:
    samples = np.random.default_rng(0).normal(0, 0.1, sum(sizes)).astype(np.float32)
    whole = LevelMeter(1000).feed(samples)
    meter = LevelMeter(1000)
    parts = [level for block in np.split(samples, np.cumsum(sizes)) for level in meter.feed(block)]
    assert parts == whole
    assert len(parts) == sum(sizes) // 100
