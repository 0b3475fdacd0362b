from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from seqclass.audio.read import AUDIO_SUFFIXES, Audio, read_audio
from seqclass.audio.resample import resample
from seqclass.audio.write import write_wav
from seqclass.errors import ItemError, StorageError

RATE_HZ = 16_000


def tone(seconds: float, rate_hz: int = RATE_HZ, hz: float = 440.0) -> np.ndarray:
    time_s = np.arange(int(seconds * rate_hz)) / rate_hz
    return (0.3 * np.sin(2 * np.pi * hz * time_s)).astype(np.float32)


def read(path: Path, max_duration_s: float = 10.0) -> Audio:
    return read_audio(path, max_duration_s=max_duration_s)


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".aiff", ".au", ".caf", ".w64", ".WAV", ".FLAC"])
def test_lossless_formats_give_the_samples_that_were_written(tmp_path: Path, suffix: str) -> None:
    samples = tone(0.5)
    soundfile.write(tmp_path / f"a{suffix}", samples, RATE_HZ, subtype="PCM_16")
    audio = read(tmp_path / f"a{suffix}")
    assert audio.rate_hz == RATE_HZ
    assert audio.n_channels == 1
    assert audio.duration_s == 0.5
    assert audio.samples.dtype == np.float32
    np.testing.assert_allclose(audio.samples, samples, atol=1 / 32768)
    assert suffix.lower() in AUDIO_SUFFIXES


@pytest.mark.parametrize("suffix", [".mp3", ".ogg"])
def test_lossy_formats_longer_than_a_block_equal_one_whole_decoding(
    tmp_path: Path, suffix: str, rng: np.random.Generator
) -> None:
    # soundfile seeks after each block where it may, and then MP3 samples come out wrong by 0.1 and more.
    noise = (0.1 * rng.standard_normal(6 * RATE_HZ)).astype(np.float32)
    soundfile.write(tmp_path / f"a{suffix}", noise, RATE_HZ)
    whole, _ = soundfile.read(tmp_path / f"a{suffix}", dtype="float32")
    np.testing.assert_allclose(read(tmp_path / f"a{suffix}").samples, whole, atol=1e-6)


def test_channels_are_mixed_by_their_mean(tmp_path: Path) -> None:
    channels = np.stack([np.full(100, 0.5), np.full(100, -0.25), np.full(100, 0.05)], axis=1)
    soundfile.write(tmp_path / "a.wav", channels, RATE_HZ, subtype="FLOAT")
    audio = read(tmp_path / "a.wav")
    assert audio.n_channels == 3
    np.testing.assert_allclose(audio.samples, np.full(100, 0.1), atol=1e-7)


def test_a_recording_longer_than_the_limit_is_refused_and_one_of_just_that_length_is_not(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", tone(1.0), RATE_HZ)
    assert read(tmp_path / "a.wav", max_duration_s=1.0).duration_s == 1.0
    with pytest.raises(ItemError, match=r"longer than 0\.99 s"):
        read(tmp_path / "a.wav", max_duration_s=0.99)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("n_channels", [1, 2])
def test_samples_that_are_not_finite_are_refused(tmp_path: Path, bad: float, n_channels: int) -> None:
    samples = np.zeros((100, n_channels), dtype=np.float32)
    samples[50, 0] = bad
    soundfile.write(tmp_path / "a.wav", samples, RATE_HZ, subtype="FLOAT")
    with pytest.raises(ItemError, match="not finite"):
        read(tmp_path / "a.wav")


def test_a_value_beyond_float32_is_refused_as_not_finite(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.full(100, 1e300), RATE_HZ, subtype="DOUBLE")
    with pytest.raises(ItemError, match="not finite"):
        read(tmp_path / "a.wav")


def test_integers_written_as_floats_are_scaled_to_a_peak_of_one_with_a_warning(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", tone(0.1) * 32768, RATE_HZ, subtype="FLOAT")
    audio = read(tmp_path / "a.wav")
    assert np.abs(audio.samples).max() == pytest.approx(1.0)
    assert "scaled" in audio.warning


def test_a_peak_a_little_beyond_one_is_kept(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", tone(0.1) * 20, RATE_HZ, subtype="FLOAT")
    audio = read(tmp_path / "a.wav")
    assert np.abs(audio.samples).max() == pytest.approx(6.0, rel=1e-3)
    assert audio.warning == ""


@pytest.mark.parametrize("rate_hz", [999, 800_000])
def test_rates_that_no_recorder_has_are_refused(tmp_path: Path, rate_hz: int) -> None:
    soundfile.write(tmp_path / "a.wav", tone(0.1), rate_hz)
    with pytest.raises(ItemError, match=f"it says {rate_hz} Hz"):
        read(tmp_path / "a.wav")


def test_a_truncated_flac_is_used_as_far_as_it_goes(tmp_path: Path, rng: np.random.Generator) -> None:
    noise = (0.1 * rng.standard_normal(10 * RATE_HZ)).astype(np.float32)
    soundfile.write(tmp_path / "whole.flac", noise, RATE_HZ)
    content = (tmp_path / "whole.flac").read_bytes()
    (tmp_path / "a.flac").write_bytes(content[: len(content) // 2])
    audio = read(tmp_path / "a.flac")
    assert 4.0 < audio.duration_s < 5.1
    assert "damaged after" in audio.warning
    np.testing.assert_allclose(audio.samples, noise[: len(audio.samples)], atol=1 / 32768)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.wav", b"", "empty"),
        ("a.wav", b"RIFF", "libsndfile"),
        ("a.mp3", b"\xff" * 5000, "libsndfile"),
        ("a.m4a", b"....ftypM4A ", "convert it to WAV or FLAC"),
        ("a.AMR", b"#!AMR", "convert it to WAV or FLAC"),
    ],
)
def test_what_is_no_sound_is_refused_with_its_reason(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ItemError, match=reason) as caught:
        read(tmp_path / name)
    assert "\n" not in str(caught.value)


def test_a_header_without_samples_is_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros(0), RATE_HZ)
    with pytest.raises(ItemError, match="no samples"):
        read(tmp_path / "a.wav")


def test_a_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.wav")
    with pytest.raises(ItemError, match="not a regular file"):
        read(tmp_path / "a.wav")


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ItemError, match="cannot be opened"):
        read(tmp_path / "none.wav")
    with pytest.raises(ItemError, match="not a regular file"):
        read(tmp_path)


def test_written_wav_reads_back_to_the_bit(tmp_path: Path, rng: np.random.Generator) -> None:
    integers = rng.integers(-32768, 32768, 1000)
    write_wav(tmp_path / "a.wav", (integers / 32768).astype(np.float32), 8000)
    audio = read(tmp_path / "a.wav")
    assert audio.rate_hz == 8000
    np.testing.assert_array_equal(audio.samples * 32768, integers)


def test_writing_clips_and_refuses_what_is_not_finite(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", np.array([2.0, -2.0]), 8000)
    np.testing.assert_allclose(read(tmp_path / "a.wav").samples, [32767 / 32768, -1.0])
    with pytest.raises(ItemError, match="finite"):
        write_wav(tmp_path / "a.wav", np.array([np.nan]), 8000)
    assert read(tmp_path / "a.wav").duration_s == 2 / 8000
    (tmp_path / "folder").mkdir()
    with pytest.raises(StorageError):
        write_wav(tmp_path / "folder", np.zeros(4), 8000)


def test_resampling_keeps_a_tone_and_its_length() -> None:
    resampled = resample(tone(1.0, 44_100), 44_100, 16_000)
    assert resampled.dtype == np.float32
    assert abs(len(resampled) - 16_000) <= 1
    np.testing.assert_allclose(resampled[1000:-1000], tone(1.0)[1000 : len(resampled) - 1000], atol=2e-3)


def test_resampling_to_the_same_rate_changes_nothing() -> None:
    samples = tone(0.1)
    assert resample(samples, RATE_HZ, RATE_HZ) is samples
    assert len(resample(samples[:0], RATE_HZ, 8000)) == 0
