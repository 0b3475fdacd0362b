"""The spoken sample and the voices behind it."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from seqclass.data import sample, sample_speech
from seqclass.data.sample import VOICES, WORDS, make_sample
from seqclass.data.sample_speech import RATE_HZ, Utterance, speak, synthesise
from seqclass.errors import CancelledError, DataError, MissingDependencyError, StorageError
from seqclass.events import AnyEvent, CancelToken, Note, Progress

needs_espeak = pytest.mark.skipif(
    importlib.util.find_spec("espeakng_loader") is None and not os.environ.get("SEQCLASS_REQUIRE"),
    reason="the extra `sample` is not installed",
)
TWO_VOICES = VOICES[2:4]


@pytest.fixture(scope="module")
def whole_sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All words by all voices, one take each."""
    return make_sample(tmp_path_factory.mktemp("sample") / "words", takes=1)


def read_wav(path: Path) -> np.ndarray:
    """Samples of a 16-bit mono file within [-1, 1]."""
    with wave.open(str(path)) as stream:
        assert (stream.getframerate(), stream.getnchannels(), stream.getsampwidth()) == (16000, 1, 2)
        return np.frombuffer(stream.readframes(stream.getnframes()), "<i2") / 32768


def digest(folder: Path) -> dict[str, str]:
    """Every file's hash by its relative name."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@needs_espeak
def test_the_sample_has_ten_words_by_at_least_twelve_voices_and_three_noises(whole_sample: Path) -> None:
    folders = sorted(path.name for path in whole_sample.iterdir() if path.is_dir())
    assert folders == sorted([*WORDS, "_background_noise_"])
    assert len(WORDS) == 10
    for word in WORDS:
        speakers = {path.name.partition("_nohash_")[0] for path in (whole_sample / word).iterdir()}
        assert speakers == {voice.name for voice in VOICES}
    assert len(VOICES) >= 12
    assert len(list((whole_sample / "_background_noise_").glob("*.wav"))) == 3


@needs_espeak
def test_every_recording_holds_a_whole_word_that_is_neither_clipped_nor_silent(whole_sample: Path) -> None:
    for word in WORDS:
        for path in (whole_sample / word).iterdir():
            samples = read_wav(path)
            assert 0.35 < len(samples) / RATE_HZ < 1.5, path
            assert 0.1 < np.abs(samples).max() < 0.95, path
            energy = np.square(samples)
            edge = int(0.05 * RATE_HZ)
            assert energy[:edge].mean() < 0.01 * energy.max(), f"{path} starts in the middle of a word"
            assert energy[-edge:].mean() < 0.01 * energy.max(), f"{path} ends in the middle of a word"


@needs_espeak
def test_no_two_recordings_are_equal(whole_sample: Path) -> None:
    recordings = list(whole_sample.rglob("*_nohash_*.wav"))
    assert len({path.read_bytes() for path in recordings}) == len(recordings) == len(WORDS) * len(VOICES)


@needs_espeak
def test_the_words_of_one_voice_differ_more_than_its_takes() -> None:
    def spectrum(samples: np.ndarray) -> np.ndarray:
        power = np.abs(np.fft.rfft(samples, 16384)) ** 2
        bands = np.log(power[: 128 * 64].reshape(128, 64).mean(axis=1) + 1e-9)
        return bands - bands.mean()

    slow, fast = ([spectrum(samples) for samples in speak(WORDS, "en-us+f1", words_per_minute=rate)] for rate in (150, 185))
    for index, one in enumerate(slow):
        distances = [float(np.linalg.norm(one - other)) for other in fast]
        assert int(np.argmin(distances)) == index, WORDS[index]


@needs_espeak
def test_voices_differ_in_pitch_by_more_than_an_octave() -> None:
    def pitch_hz(samples: np.ndarray) -> float:
        middle = samples[len(samples) // 3 : len(samples) // 3 + 2048]
        correlation = np.fft.irfft(np.abs(np.fft.rfft(middle * np.hanning(len(middle)), 8192)) ** 2)
        shortest, longest = RATE_HZ // 400, RATE_HZ // 50
        return RATE_HZ / (shortest + int(np.argmax(correlation[shortest:longest])))

    words = [Utterance(text="now.", voice=voice.espeak, pitch=voice.pitch) for voice in VOICES]
    pitches = [pitch_hz(samples) for samples in synthesise(words)]
    assert max(pitches) / min(pitches) > 2


@needs_espeak
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    small = {"takes": 2, "words": ("yes", "no"), "voices": TWO_VOICES}
    first = digest(make_sample(tmp_path / "a", seed=3, **small))  # type: ignore[arg-type]
    again = digest(make_sample(tmp_path / "b", seed=3, **small))  # type: ignore[arg-type]
    other = digest(make_sample(tmp_path / "c", seed=4, **small))  # type: ignore[arg-type]
    assert first == again
    assert len(first) == 2 * 2 * 2 + 3 + 2
    assert not {value for name, value in first.items() if name.endswith(".wav")} & set(other.values())


@needs_espeak
def test_a_complete_sample_is_kept_and_other_arguments_are_refused(tmp_path: Path) -> None:
    events: list[AnyEvent] = []
    folder = make_sample(tmp_path / "words", takes=1, words=("up",), voices=TWO_VOICES, emit=events.append)
    assert events == [Progress(stage="sample", done=2, total=2)]
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    make_sample(folder, takes=1, words=("up",), voices=TWO_VOICES, emit=events.append)
    assert isinstance(events[-1], Note)
    with pytest.raises(DataError, match=r"other arguments.*takes=2"):
        make_sample(folder, takes=2, words=("up",), voices=TWO_VOICES)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


@needs_espeak
def test_a_sample_with_a_missing_recording_is_not_taken_for_complete(tmp_path: Path) -> None:
    folder = make_sample(tmp_path / "words", takes=1, words=("up",), voices=TWO_VOICES)
    next((folder / "up").iterdir()).unlink()
    with pytest.raises(DataError, match=r"must be complete.*1 recordings are missing"):
        make_sample(folder, takes=1, words=("up",), voices=TWO_VOICES)


@needs_espeak
def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    make_sample(tmp_path / "new" / "words", takes=1, words=("go",), voices=TWO_VOICES)
    (tmp_path / "empty").mkdir()
    make_sample(tmp_path / "empty", takes=1, words=("go",), voices=TWO_VOICES)
    assert digest(tmp_path / "empty") == digest(tmp_path / "new" / "words")


def test_a_folder_with_other_files_is_refused_and_untouched(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(DataError, match="which holds other files"):
        make_sample(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_in_the_folder_s_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "words").write_text("a file")
    with pytest.raises(StorageError, match="which is a file"):
        make_sample(tmp_path / "words")
    with pytest.raises(StorageError, match="a part of the path is a file"):
        make_sample(tmp_path / "words" / "deeper")


@needs_espeak
def test_a_cancelled_sample_leaves_nothing_behind(tmp_path: Path) -> None:
    cancel = CancelToken()

    def stop_at_first(event: AnyEvent) -> None:
        cancel.cancel()

    with pytest.raises(CancelledError):
        make_sample(tmp_path / "words", takes=2, voices=TWO_VOICES, emit=stop_at_first, cancel=cancel)
    assert list(tmp_path.iterdir()) == []


@needs_espeak
def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, samples: np.ndarray) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sample, "_write_wav", full)
    with pytest.raises(StorageError, match="the disk is full"):
        make_sample(tmp_path / "words", takes=1, words=("up",), voices=TWO_VOICES)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_extra_names_the_line_that_installs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample_speech.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(MissingDependencyError, match=r'pip install "seqclass\[sample\]"'):
        make_sample(tmp_path / "words")
    assert list(tmp_path.iterdir()) == []


@needs_espeak
def test_an_unknown_voice_is_named() -> None:
    with pytest.raises(DataError, match="no voice 'en-atlantis'"):
        speak(["hello"], "en-atlantis")


@needs_espeak
def test_speech_that_nobody_listens_to_ends_its_process() -> None:
    spoken = synthesise([Utterance(text="one"), Utterance(text="two")])
    next(spoken)
    spoken.close()  # a process left behind would be a ResourceWarning, which fails the test


@needs_espeak
def test_speech_is_float_mono_and_follows_its_text() -> None:
    short, long = speak(["no", "seven hundred and twenty-three"])
    assert short.dtype == np.float32
    assert short.ndim == 1
    assert len(long) > 2 * len(short)
    assert np.abs(long).max() <= 1.0


@needs_espeak
def test_the_gpl_library_is_never_loaded_into_this_process(tmp_path: Path) -> None:
    program = (
        "import sys, seqclass.data.sample_speech as s; s.speak(['hello']); "
        "assert 'espeakng_loader' not in sys.modules; "
        "maps = open('/proc/self/maps').read() if sys.platform == 'linux' else ''; assert 'espeak' not in maps"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=tmp_path)
