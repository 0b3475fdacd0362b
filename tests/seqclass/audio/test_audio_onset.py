"""Words in a stream of sound are found where they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from seqclass.audio.onset import Change, OnsetDetector, SpeechDropped, SpeechEnded, SpeechStarted
from seqclass.specs import DetectionSpec

RATES_HZ = (8000, 11_025, 16_000, 22_050, 44_100, 48_000)


def noise(duration_s: float, rate_hz: int, *, level: float = 1e-3, seed: int = 0) -> np.ndarray:  # type: ignore[type-arg]
    return np.random.default_rng(seed).normal(0, level, round(duration_s * rate_hz)).astype(np.float32)


def vowel(duration_s: float, rate_hz: int, *, level: float = 0.2) -> np.ndarray:  # type: ignore[type-arg]
    """Harmonics of a gliding voice that swells and fades."""
    times_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    phase = 2 * np.pi * (130 * times_s + 20 * times_s**2)
    wave = sum(np.sin(k * phase) / k for k in range(1, 12))
    return np.asarray(level * wave * np.sin(np.pi * times_s / duration_s) ** 0.5, np.float32)


def sentence(rate_hz: int, *, floor: float = 1e-3) -> np.ndarray:  # type: ignore[type-arg]
    """Words at 1.0 to 1.4 s and 2.0 to 2.6 s of 3.5 s."""
    samples = noise(3.5, rate_hz, level=floor)
    for start_s, duration_s in ((1.0, 0.4), (2.0, 0.6)):
        word = vowel(duration_s, rate_hz)
        start = round(start_s * rate_hz)
        samples[start : start + len(word)] += word
    return samples


def changes_of(samples: np.ndarray, rate_hz: int, *, block: int = 1000, **settings: float) -> list[Change]:  # type: ignore[type-arg]
    detector = OnsetDetector(rate_hz, DetectionSpec(**settings))
    changes = [change for start in range(0, len(samples), block) for change in detector.feed(samples[start : start + block])]
    return changes + detector.finish()


def words_of(changes: list[Change]) -> list[SpeechEnded]:
    return [change for change in changes if isinstance(change, SpeechEnded)]


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("floor", [0.0, 1e-4, 1e-2])
def test_words_are_found_where_they_are_at_every_rate_and_noise(rate_hz: int, floor: float) -> None:
    words = words_of(changes_of(sentence(rate_hz, floor=floor), rate_hz))
    found = [(word.start / rate_hz, word.end / rate_hz) for word in words]
    assert np.array(found) == pytest.approx(np.array([(1.0, 1.4), (2.0, 2.6)]), abs=0.07)


@pytest.mark.parametrize("delay_ms", [100.0, 160.0, 300.0])
def test_a_decision_comes_the_stated_delay_after_the_word(delay_ms: float) -> None:
    changes = changes_of(sentence(16_000), 16_000, decision_delay_ms=delay_ms)
    assert [(word.found - word.end) / 16 for word in words_of(changes)] == [delay_ms, delay_ms]
    assert OnsetDetector(16_000, DetectionSpec(decision_delay_ms=delay_ms)).decision_delay_ms == delay_ms


def test_the_default_delay_is_at_most_300_ms() -> None:
    assert OnsetDetector(16_000).decision_delay_ms <= 300


@settings(max_examples=20)
@given(sizes=st.lists(st.integers(0, 4000), max_size=30), rate_hz=st.sampled_from((8000, 11_025)))
def test_what_is_found_does_not_depend_on_blocks(sizes: list[int], rate_hz: int) -> None:
    samples = sentence(rate_hz, floor=3e-3)
    detector = OnsetDetector(rate_hz)
    blocks = np.split(samples, np.minimum(np.cumsum(sizes, dtype=int), len(samples)))
    changes = [change for block in blocks for change in detector.feed(block)] + detector.finish()
    assert changes == changes_of(samples, rate_hz)


@pytest.mark.parametrize("settings", [{}, {"max_word_ms": 300.0}, {"onset_ms": 80.0, "decision_delay_ms": 60.0}])
def test_nothing_is_found_before_it_is_due(settings: dict[str, float]) -> None:
    samples = np.concatenate([noise(0.5, 8000, level=0.05), sentence(8000), noise(4.0, 8000, level=3e-2)])
    detector = OnsetDetector(8000, DetectionSpec(**settings))
    n_found = 0
    for start in range(0, len(samples), 80):
        due = detector.due
        for change in detector.feed(samples[start : start + 80]):
            assert change.found >= due
            n_found += 1
        assert detector.due > start + 80
    assert n_found >= 4


def test_a_rate_at_which_some_bands_hold_no_frequency_is_heard() -> None:
    """Frequencies 50 Hz apart, and ten bands up to 475 Hz."""
    times_s = np.arange(1000) / 1000
    samples = noise(3.0, 1000)
    samples[1000:2000] += np.asarray(0.2 * np.sin(2 * np.pi * 220 * times_s) * np.sin(np.pi * times_s), np.float32)
    (word,) = words_of(changes_of(samples, 1000))
    assert (word.start / 1000, word.end / 1000) == pytest.approx((1.0, 2.0), abs=0.15)


def test_each_onset_is_followed_by_its_end_and_lies_before_it_was_found() -> None:
    changes = changes_of(sentence(8000), 8000)
    assert [type(change) for change in changes] == [SpeechStarted, SpeechEnded] * 2
    for started, ended in zip(changes[::2], changes[1::2], strict=True):
        assert isinstance(started, SpeechStarted)
        assert isinstance(ended, SpeechEnded)
        assert started.start == ended.start < started.found <= ended.found
        assert started.found - started.start < 0.1 * 8000


def test_a_word_at_the_very_start_and_one_at_the_very_end_are_words() -> None:
    samples = np.concatenate([vowel(0.4, 8000), noise(0.6, 8000), vowel(0.4, 8000)])
    first, last = words_of(changes_of(samples, 8000))
    assert first.start == 0
    assert first.end / 8000 == pytest.approx(0.4, abs=0.07)
    assert last.why == "end of input"
    assert last.end <= len(samples)


@pytest.mark.parametrize("level", [0.0, 1e-4, 1e-3, 1e-2, 0.1])
@pytest.mark.parametrize("rate_hz", [8000, 48_000])
def test_steady_noise_holds_no_word_however_loud(level: float, rate_hz: int) -> None:
    assert words_of(changes_of(noise(6.0, rate_hz, level=level), rate_hz)) == []


def test_a_fan_that_is_switched_on_becomes_the_room() -> None:
    samples = np.concatenate([noise(1.0, 8000, level=1e-4), noise(4.0, 8000, level=1e-2)])
    samples[8000 * 4 : 8000 * 4 + 3200] += vowel(0.4, 8000, level=0.3)
    changes = changes_of(samples, 8000)
    assert SpeechDropped in [type(change) for change in changes]
    (word,) = words_of(changes)
    assert word.start / 8000 == pytest.approx(4.0, abs=0.07)


def test_a_click_is_too_short_for_a_word() -> None:
    samples = noise(2.0, 8000)
    samples[8000:8240] += 0.3
    changes = changes_of(samples, 8000)
    assert words_of(changes) == []
    assert [change.why for change in changes if isinstance(change, SpeechDropped)] in ([], ["too short"])


def test_what_does_not_end_is_cut() -> None:
    times_s = np.arange(8000 * 4) / 8000
    babble = vowel(4.0, 8000) * (0.3 + np.abs(np.sin(2 * np.pi * 3 * times_s)))
    samples = np.concatenate([noise(1.0, 8000), babble.astype(np.float32), noise(1.0, 8000)])
    words = words_of(changes_of(samples, 8000, max_word_ms=1500))
    assert words[0].why == "too long"
    assert (words[0].end - words[0].start) / 8000 == pytest.approx(1.5, abs=0.1)


@pytest.mark.corpus
@pytest.mark.parametrize(("snr_db", "at_least"), [(None, 0.95), (20.0, 0.95), (10.0, 0.9)])
def test_words_with_hardly_a_pause_between_them_are_told_apart(corpora: Path, snr_db: float | None, at_least: float) -> None:
    """Each file of a quick speaker has eight words; pauses of 50 to 200 ms lie between them."""
    rng = np.random.default_rng(5)
    files = sorted((corpora / "yes_no_long" / "waves_yesno").glob("*.wav"))[::6]
    found = 0
    for path in files:
        samples, rate_hz = soundfile.read(path, dtype="float32")
        if snr_db is not None:
            power = np.percentile(np.square(samples).reshape(-1, 10).mean(axis=1), 75)  # of the loud half: the words
            samples = samples + rng.normal(0, np.sqrt(power / 10 ** (snr_db / 10)), len(samples)).astype(np.float32)
        words = [word for word in words_of(changes_of(samples, rate_hz)) if word.end - word.start > 0.15 * rate_hz]
        found += 8 - min(abs(len(words) - 8), 8)
    assert found >= at_least * 8 * len(files)
