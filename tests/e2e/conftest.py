"""Fixtures for what is tried in a real window: a screen, a sound server, words to say, and a photograph where something fails."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from desktop import App, Desktop, desktop
from pulse import RATE_HZ, Sound, sound_server

FAILED = pytest.StashKey[bool]()
CLASSES = ("one", "six")
SPEAKERS = ("george", "jackson", "nicolas", "theo")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Remember that a test has failed, for the fixtures that end after it."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture(scope="session")
def screen() -> Iterator[Desktop]:
    """A screen with a window manager."""
    with desktop() as made:
        yield made


@pytest.fixture
def sound() -> Iterator[Sound]:
    """A loudspeaker and a microphone that a test may break."""
    with sound_server() as made:
        yield made


@pytest.fixture
def start_app(screen: Desktop, sound: Sound, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., App]]:
    """Starts the app; where the test fails, what it shows is photographed into pytest's folder."""
    started: list[App] = []

    def start(*words: str, on: Desktop = screen) -> App:
        made = App(on, sound, tmp_path, *words)
        started.append(made)
        made.start()
        return made

    yield start
    screen.hand("mouseup", 1)
    if request.node.stash.get(FAILED, False):
        screen.save(tmp_path / "screen.png")
        print(f"The screen when the test failed: {tmp_path / 'screen.png'}")
        for made in started:
            print(f"The app's output:\n{made.output()[-4000:]}\nIts log:\n{made.log()[-4000:]}")
    for made in started:
        made.end()


@pytest.fixture(scope="session")
def words(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    """Recordings of each of `CLASSES` by several speakers, at the loudspeaker's rate, with silence around them."""
    folder = tmp_path_factory.mktemp("words")
    made = {label: [] for label in CLASSES}
    for label, name, samples in corpus_words() or spoken_words(folder):
        path = folder / "played" / label / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_word(path, samples)
        made[label].append(path)
    return made


def write_word(path: Path, samples: np.ndarray[Any, Any]) -> None:
    """A word as a person would say it: neither too loud nor too soft, silence before and after."""
    from seqclass.audio.write import write_wav

    silence = np.zeros(round(0.4 * RATE_HZ), np.float32)
    loud = 0.5 * samples / np.abs(samples).max()
    write_wav(path, np.concatenate([silence, loud.astype(np.float32), silence]), RATE_HZ)


def corpus_words() -> list[tuple[str, str, Any]]:
    """Label, file name and samples of digits from the development corpora; none where they are absent."""
    from seqclass.audio.read import read_audio
    from seqclass.audio.resample import resample

    place = Path(os.environ.get("SEQCLASS_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
    found = []
    for label, digit in zip(CLASSES, (1, 6), strict=True):
        for speaker in SPEAKERS:
            for take in range(6):
                path = place / "spoken_digits" / "recordings" / f"{digit}_{speaker}_{take}.wav"
                if not path.is_file():
                    return []
                audio = read_audio(path, max_duration_s=60)
                found.append((label, f"{speaker}_nohash_{take}.wav", resample(audio.samples, audio.rate_hz, RATE_HZ)))
    return found


def spoken_words(folder: Path) -> list[tuple[str, str, Any]]:
    """The same by espeak-ng."""
    pytest.importorskip("espeakng_loader", reason="no corpora at SEQCLASS_DATA, and no espeak-ng: pip install espeakng-loader")
    import soundfile

    from seqclass.data.sample import VOICES, make_sample

    sample = make_sample(folder / "sample", takes=2, words=CLASSES, voices=VOICES[:10])
    return [
        (label, path.name, soundfile.read(path, dtype="float32")[0])
        for label in CLASSES
        for path in sorted((sample / label).glob("*.wav"))
    ]
