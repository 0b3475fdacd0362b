"""Recording and listening with a real sound server, real processes and nobody in the room."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from pulse import RATE_HZ, Sound, sound_server, until
from support import make_bundle, speech_front_end, tone, write_bundle

from seqclass.audio.write import write_wav

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shared_sound() -> Iterator[Sound]:
    with sound_server() as sound:
        yield sound


@pytest.fixture
def sound() -> Iterator[Sound]:
    """One that a test may break."""
    with sound_server() as sound:
        yield sound


@pytest.fixture
def word(tmp_path: Path) -> Path:
    """A second of sound at the loudspeaker's rate, with silence around it."""
    path = tmp_path / "word.wav"
    silence = np.zeros(RATE_HZ // 4, np.float32)
    write_wav(path, np.concatenate([silence, tone(1.0, RATE_HZ, seed=3), silence]), RATE_HZ)
    return path


class Command:
    """A seqclass process whose output goes to files."""

    def __init__(self, sound: Sound, folder: Path, *words: str) -> None:
        self._out, self._err = folder / "out.txt", folder / "err.txt"
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "seqclass", *words],
                env={**sound.environment, "SEQCLASS_USER_DIR": os.environ["SEQCLASS_USER_DIR"]},
                stdout=out,
                stderr=err,
            )

    @property
    def err(self) -> str:
        """Standard error so far."""
        return self._err.read_text(encoding="utf-8")

    @property
    def json(self) -> list[dict[str, Any]]:
        """Standard output so far, which must be JSON lines."""
        return [json.loads(line) for line in self._out.read_text(encoding="utf-8").splitlines()]

    def is_recording(self) -> bool:
        """Whether sound is on disk already."""
        return any(path.stat().st_size > 44 for path in takes())

    def end(self, number: int = signal.SIGINT) -> int:
        """Send a signal and give the exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=30)


def takes() -> list[Path]:
    return list((Path(os.environ["SEQCLASS_USER_DIR"]) / "takes").glob("take-*.wav"))


def assert_holds(recorded: Path, played: Path, *, from_s: float = 0.0, to_s: float | None = None) -> None:
    """The played samples stand in the recording one after the other, to the bit."""
    heard, rate_hz = soundfile.read(recorded, dtype="int16")
    said, _ = soundfile.read(played, dtype="int16")
    assert rate_hz == RATE_HZ
    said = np.trim_zeros(said)[round(from_s * RATE_HZ) : None if to_s is None else round(to_s * RATE_HZ)]
    size = len(heard) + len(said)
    spectra = (np.fft.rfft(sound.astype(np.float64), size) for sound in (heard, said))
    correlation = np.fft.irfft(next(spectra) * np.conj(next(spectra)), size)
    place = int(correlation[: len(heard)].argmax())
    assert np.corrcoef(heard[place : place + len(said)], said)[0, 1] > 0.95
    np.testing.assert_array_equal(heard[place : place + len(said)], said)


def test_what_is_played_is_recorded_to_the_bit(shared_sound: Sound, word: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.wav"
    command = Command(shared_sound, tmp_path, "record", str(out), "--device", "microphone", "--json")
    until(command.is_recording, "the first sound")
    shared_sound.play(word)
    assert command.end() == 0
    assert_holds(out, word)
    assert command.json[-1]["event"] == "finished"
    assert command.json[-1]["complete"] is True
    assert takes() == []


def test_a_killed_recording_is_saved_later(shared_sound: Sound, word: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.wav"
    command = Command(shared_sound, tmp_path, "record", str(out))
    until(command.is_recording, "the first sound")
    shared_sound.play(word)
    size = takes()[0].stat().st_size
    until(lambda: takes()[0].stat().st_size > size + RATE_HZ, "what was said to reach the disk")
    command.end(signal.SIGKILL)
    assert not out.exists()
    again = Command(shared_sound, tmp_path, "record", "--recover", "--json")
    assert again.process.wait(timeout=30) == 0
    assert [Path(take["out"]) for take in again.json[-1]["takes"]] == [out]
    assert_holds(out, word)
    assert takes() == []


def test_an_unplugged_microphone_keeps_what_was_said_and_says_so(sound: Sound, word: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.wav"
    command = Command(sound, tmp_path, "record", str(out), "--json")
    until(command.is_recording, "the first sound")
    sound.play(word)
    sound.unplug()  # the server would go on with the loudspeaker's monitor
    assert command.process.wait(timeout=30) == 1
    assert "Microphone has gone" in command.err
    assert "what was said until then is in" in command.err
    assert command.json[-1]["complete"] is False
    assert_holds(out, word, to_s=0.9)


def test_a_sound_server_that_dies_keeps_what_was_said(sound: Sound, word: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.wav"
    command = Command(sound, tmp_path, "record", str(out))
    until(command.is_recording, "the first sound")
    sound.play(word)
    sound.stop()
    assert command.process.wait(timeout=30) == 1
    assert "Traceback" not in command.err
    assert_holds(out, word, to_s=0.9)


def test_listening_hears_a_played_word_as_it_is_heard_in_the_recording(shared_sound: Sound, word: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "m.seqclass"
    write_bundle(bundle, make_bundle(front_end=speech_front_end(normalisation="utterance")))
    table = tmp_path / "heard.csv"
    command = Command(shared_sound, tmp_path, "listen", str(bundle), "--json", "--csv", str(table))
    until(lambda: "Listening at 16000 Hz" in command.err, "the microphone to open")
    shared_sound.play(word)
    until(lambda: any(line["event"] == "heard" for line in command.json), "a word")
    assert command.end() == 0
    (live,) = [line for line in command.json if line["event"] == "heard"]
    assert table.read_text(encoding="utf-8").count("\n") == 2

    from_file = Command(shared_sound, tmp_path, "listen", str(bundle), "--json", "--input", str(word))
    assert from_file.process.wait(timeout=30) == 0
    (filed,) = [line for line in from_file.json if line["event"] == "heard"]
    assert live["label"] == filed["label"]
    assert live["end_s"] - live["start_s"] == pytest.approx(filed["end_s"] - filed["start_s"], abs=0.03)
    assert live["confidence"] == pytest.approx(filed["confidence"], abs=0.05)


def test_a_microphone_that_is_unplugged_while_listening_is_told_and_what_was_heard_stays(
    sound: Sound, word: Path, tmp_path: Path
) -> None:
    bundle, table = tmp_path / "m.seqclass", tmp_path / "heard.csv"
    write_bundle(bundle, make_bundle(front_end=speech_front_end(normalisation="utterance")))
    command = Command(sound, tmp_path, "listen", str(bundle), "--json", "--csv", str(table))
    until(lambda: "Listening at 16000 Hz" in command.err, "the microphone to open")
    sound.play(word)
    until(lambda: any(line["event"] == "heard" for line in command.json), "a word")
    sound.unplug()
    assert command.process.wait(timeout=30) == 1
    assert "Microphone has gone after" in command.err.splitlines()[-1]
    assert [line["words"] for line in command.json if line["event"] == "finished"] == [1]
    assert command.json[-1]["event"] == "error"
    assert table.read_text(encoding="utf-8").count("\n") == 2


PLAY = """
import sys, threading
from seqclass.audio.player import Player
from seqclass.audio.read import read_audio
audio, ended, places = read_audio(sys.argv[1], max_duration_s=60), threading.Event(), []
Player().play(audio.samples, audio.rate_hz, on_position=places.append, on_end=ended.set)
assert ended.wait(30)
assert places == sorted(places) and 0 <= places[0] and places[-1] <= audio.duration_s, places
assert places[-1] > 0.5 * audio.duration_s, places
"""


def test_what_the_player_plays_is_heard_whole(shared_sound: Sound, word: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.wav"
    command = Command(shared_sound, tmp_path, "record", str(out))
    until(command.is_recording, "the first sound")
    subprocess.run([sys.executable, "-c", PLAY, str(word)], env=shared_sound.environment, check=True, timeout=60)
    assert command.end() == 0
    assert_holds(out, word)


def test_without_a_microphone_there_is_one_line(sound: Sound, tmp_path: Path) -> None:
    sound.stop()
    command = Command(sound, tmp_path, "record", str(tmp_path / "out.wav"))
    assert command.process.wait(timeout=30) == 1
    assert command.err.splitlines()[-1].startswith("seqclass: A microphone must be there")
    assert "Traceback" not in command.err
