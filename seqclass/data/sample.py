"""The spoken sample: a small data set of command words that anyone can make without a network or a microphone.

Ten words by twenty synthetic voices, which differ in accent, vocal tract, voice quality, pitch and pace; the takes of a voice
differ in pace, pitch, melody, level and room tone. It is meant for a first try, for the documentation and for tests. Real
speech is harder.
"""

from __future__ import annotations

import contextlib
import io
import secrets
import shutil
import wave
import zlib
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from seqclass.data.sample_speech import RATE_HZ, Samples, Utterance, synthesise
from seqclass.errors import DataError, StorageError
from seqclass.events import CancelToken, Emit, Finished, Note, Progress, ignore
from seqclass.files import storage_error
from seqclass.specs import SampleJob

WORDS = ("yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go")
NOISES = ("white", "pink", "hum")

_MARKER = ".sample.json"
_RECIPE = 1  # counted up whenever the same arguments give other bytes
_NOISE_S = 10.0
# A full stop twice: most words are said as statements.
_MELODIES = (".", "!", "?", ".")


class Voice(msgspec.Struct, frozen=True):
    """One speaker of the sample.

    Attributes:
        name: The speaker's name in file names.
        espeak: Accent and variant as espeak-ng names them.
        words_per_minute: Usual pace.
        pitch: Usual base pitch, 0 to 100.
        pitch_range: Usual swing of the melody, 0 to 100.
    """

    name: str
    espeak: str
    words_per_minute: int
    pitch: int
    pitch_range: int


VOICES = (
    Voice("american-andy", "en-us+Andy", 165, 45, 50),
    Voice("american-belinda", "en-us+belinda", 160, 45, 45),
    Voice("american-f1", "en-us+f1", 175, 50, 55),
    Voice("american-m3", "en-us+m3", 150, 60, 60),
    Voice("british-adam", "en+adam", 165, 50, 60),
    Voice("british-f2", "en+f2", 160, 45, 60),
    Voice("british-grandma", "en+grandma", 155, 50, 50),
    Voice("british-m1", "en+m1", 170, 40, 45),
    Voice("caribbean-f4", "en-029+f4", 165, 40, 55),
    Voice("caribbean-m7", "en-029+m7", 155, 50, 60),
    Voice("lancaster-f3", "en-gb-x-gbclan+f3", 150, 55, 45),
    Voice("lancaster-m5", "en-gb-x-gbclan+m5", 180, 35, 50),
    Voice("midlands-annie", "en-gb-x-gbcwmd+Annie", 160, 50, 50),
    Voice("midlands-m6", "en-gb-x-gbcwmd+m6", 145, 65, 40),
    Voice("newyork-linda", "en-us-nyc+linda", 170, 40, 50),
    Voice("newyork-max", "en-us-nyc+max", 160, 60, 55),
    Voice("received-aunty", "en-gb-x-rp+aunty", 165, 50, 55),
    Voice("received-m2", "en-gb-x-rp+m2", 155, 70, 50),
    Voice("scottish-f5", "en-gb-scotland+f5", 165, 60, 50),
    Voice("scottish-m4", "en-gb-scotland+m4", 150, 30, 60),
)


class _Parameters(msgspec.Struct, frozen=True, kw_only=True):
    recipe: int = _RECIPE
    takes: int
    seed: int
    words: tuple[str, ...]
    voices: tuple[Voice, ...]


def make_sample(
    folder: Path | str,
    *,
    takes: int = 3,
    seed: int = 0,
    words: Sequence[str] = WORDS,
    voices: Sequence[Voice] = VOICES,
    emit: Emit = ignore,
    cancel: CancelToken | None = None,
) -> Path:
    """Make the spoken sample in ``folder``, or find it there.

    The folder gets one class folder a word with ``{speaker}_nohash_{take}.wav`` (16 kHz, mono, 16 bit) and
    ``_background_noise_`` with three synthetic noises. It appears when it is complete, never before. The same arguments give
    the same bytes with the same release of espeak-ng.

    Args:
        folder: Must not exist, be empty, or hold the complete sample of the same arguments, which is then kept.
        takes: Recordings of each word by each voice.
        seed: Varies the takes and the noise.
        words: What to say; these are the labels.
        voices: Who says it.
        emit: Gets `Progress`, and a `Note` where an existing sample is kept.
        cancel: Looked at between recordings.

    Returns:
        The folder as an absolute path.

    Raises:
        DataError: The folder holds something else, or espeak-ng fails.
        MissingDependencyError: The extra ``sample`` is not installed.
        StorageError: The folder cannot be written.
        CancelledError: ``cancel`` was set; nothing is left behind.

    Example:
        >>> make_sample("words", takes=2)  # doctest: +SKIP
        PosixPath('/home/ada/words')
    """
    if takes < 1:
        raise DataError(f"takes must be at least 1. Received: takes={takes}.")
    target = Path(folder).absolute()
    parameters = _Parameters(takes=takes, seed=seed, words=tuple(words), voices=tuple(voices))
    if _is_kept(target, parameters):
        emit(Note(text=f"The sample in {target} is complete and is kept."))
        return target
    temporary = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}.tmp")
    try:
        temporary.mkdir(parents=True)
        _write_takes(temporary, parameters, emit=emit, cancel=cancel)
        _write_noises(temporary / "_background_noise_", seed)
        (temporary / "README.md").write_text(_readme(parameters), encoding="utf-8")
        (temporary / _MARKER).write_bytes(msgspec.json.encode(parameters))
        if target.is_dir():
            target.rmdir()  # empty, as was found above; Windows renames onto no folder at all
        temporary.replace(target)
    except OSError as error:
        raise storage_error("write", target, error) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return target


def run(job: SampleJob, emit: Emit, cancel: CancelToken | None = None) -> None:
    """Do a sample job: `Progress`, then `Finished` with ``dataset`` (the folder) and ``n_items``.

    Raises:
        As `make_sample`.
    """
    folder = make_sample(job.folder, takes=job.takes, emit=emit, cancel=cancel)
    emit(Finished(result={"dataset": str(folder), "n_items": len(WORDS) * len(VOICES) * job.takes}))


def _is_kept(target: Path, parameters: _Parameters) -> bool:
    """Whether the very sample is there already; False where there is nothing."""
    try:
        if not target.exists():
            return False
        if not target.is_dir():
            raise StorageError(f"A sample needs a folder. Received: {target}, which is a file. Choose another place.")
        if not any(target.iterdir()):
            return False
        marker = target / _MARKER
        content = marker.read_bytes() if marker.is_file() else b""
    except OSError as error:
        raise storage_error("read", target, error) from error
    if not content:
        raise DataError(f"A sample needs an empty folder. Received: {target}, which holds other files. Choose another folder.")
    if _decoded(content) != parameters:
        raise DataError(
            f"{target} holds a sample made with other arguments. Received: takes={parameters.takes}, seed={parameters.seed}. "
            "Choose another folder, or delete this one."
        )
    missing = [path for path in _paths(parameters) if not (target / path).is_file()]
    if missing:
        raise DataError(
            f"A sample must be complete. Received: {target}, where {len(missing)} recordings are missing, {missing[0]} first. "
            "Delete the folder to make it anew, or choose another."
        )
    return True


def _decoded(content: bytes) -> _Parameters | None:
    with contextlib.suppress(msgspec.DecodeError):
        return msgspec.json.decode(content, type=_Parameters)
    return None


def _paths(parameters: _Parameters) -> list[str]:
    return [
        f"{word}/{voice.name}_nohash_{take}.wav"
        for voice in parameters.voices
        for word in parameters.words
        for take in range(parameters.takes)
    ]


def _write_takes(root: Path, parameters: _Parameters, *, emit: Emit, cancel: CancelToken | None) -> None:
    for word in parameters.words:
        (root / word).mkdir()
    paths = _paths(parameters)
    generators = [_generator(parameters.seed, path) for path in paths]
    utterances = [
        _utterance(voice, word, take, generators[index])
        for index, (voice, word, take) in enumerate(
            (voice, word, take) for voice in parameters.voices for word in parameters.words for take in range(parameters.takes)
        )
    ]
    spoken = synthesise(utterances, cancel=cancel)
    with contextlib.closing(spoken):  # ends the child process, also after an error
        for index, samples in enumerate(spoken):
            _write_wav(root / paths[index], _take(samples, generators[index]))
            if index % 20 == 19 or index + 1 == len(paths):
                emit(Progress(stage="sample", done=index + 1, total=len(paths)))


def _generator(seed: int, name: str) -> np.random.Generator:
    """A generator of one file's own, so that no file depends on how many there are."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def _utterance(voice: Voice, word: str, take: int, rng: np.random.Generator) -> Utterance:
    return Utterance(
        text=word + _MELODIES[take % len(_MELODIES)],
        voice=voice.espeak,
        words_per_minute=int(np.clip(voice.words_per_minute * rng.uniform(0.8, 1.2), 80, 450)),
        pitch=int(np.clip(voice.pitch + rng.integers(-12, 13), 0, 100)),
        pitch_range=int(np.clip(voice.pitch_range + rng.integers(-20, 21), 0, 100)),
    )


def _take(spoken: Samples, rng: np.random.Generator) -> Samples:
    """Bring a word to a level, put quiet room around it: float32 (n_samples,), peak at most 0.7 plus the room tone."""
    word = _trimmed(spoken)
    word = word * np.float32(10 ** (rng.uniform(-15.0, -3.0) / 20) / max(float(np.abs(word).max()), 1e-6))
    before, after = (int(RATE_HZ * rng.uniform(0.08, 0.25)) for _ in range(2))
    clip = np.pad(word, (before, after))
    snr_db = rng.uniform(25.0, 45.0)
    tone = _coloured_noise(len(clip), rng, exponent=rng.uniform(0.6, 1.4))
    rms = float(np.sqrt(np.mean(np.square(word, dtype=np.float64))))
    return np.clip(clip + tone * np.float32(rms / 10 ** (snr_db / 20)), -1.0, 1.0)


def _trimmed(samples: Samples) -> Samples:
    """Cut what is 50 dB below the peak at both ends: espeak-ng's own pauses differ from voice to voice."""
    loud = np.flatnonzero(np.abs(samples) > 10 ** (-50 / 20) * np.abs(samples).max(initial=1e-6))
    return samples[loud[0] : loud[-1] + 1] if len(loud) else samples


def _coloured_noise(n_samples: int, rng: np.random.Generator, *, exponent: float) -> Samples:
    """Noise whose power falls with frequency ** -exponent above 20 Hz; float32, RMS 1. 0 is white, 1 is pink."""
    spectrum = np.fft.rfft(rng.standard_normal(n_samples))
    frequencies_hz = np.fft.rfftfreq(n_samples, 1 / RATE_HZ)
    spectrum *= np.maximum(frequencies_hz, 20.0) ** (-exponent / 2)
    spectrum[0] = 0.0
    noise: NDArray[np.float64] = np.fft.irfft(spectrum, n_samples)
    scaled: Samples = (noise / np.sqrt(np.mean(noise**2))).astype(np.float32)
    return scaled


def _write_noises(folder: Path, seed: int) -> None:
    folder.mkdir()
    for name in NOISES:
        rng = _generator(seed, name)
        noise = _hum(rng) if name == "hum" else _coloured_noise(int(_NOISE_S * RATE_HZ), rng, exponent=float(name == "pink"))
        _write_wav(folder / f"{name}.wav", 0.1 * noise)


def _hum(rng: np.random.Generator) -> Samples:
    """Mains hum: 50 Hz and its odd harmonics over a little pink noise; float32, RMS about 1."""
    times_s = np.arange(int(_NOISE_S * RATE_HZ)) / RATE_HZ
    harmonics = (1, 3, 5, 7, 9, 11)
    tones = np.sum([np.sin(2 * np.pi * 50 * k * times_s + rng.uniform(0, 2 * np.pi)) / k for k in harmonics], axis=0)
    hum: Samples = (tones / np.sqrt(np.mean(tones**2))).astype(np.float32)
    return hum + np.float32(0.2) * _coloured_noise(len(times_s), rng, exponent=1.0)


def _write_wav(path: Path, samples: Samples) -> None:
    # Not `seqclass.audio.write`: the whole folder is renamed in the end, and flushing 600 files one by one takes seconds.
    content = io.BytesIO()
    with wave.open(content, "wb") as stream:
        stream.setnchannels(1)
        stream.setsampwidth(2)
        stream.setframerate(RATE_HZ)
        stream.writeframes(np.round(samples * 32767).astype("<i2").tobytes())
    path.write_bytes(content.getvalue())


def _readme(parameters: _Parameters) -> str:
    return (
        "# Spoken sample\n\n"
        f"{len(parameters.words)} words by {len(parameters.voices)} synthetic voices, {parameters.takes} takes each, "
        f"16 kHz mono, made by seqclass with espeak-ng (seed {parameters.seed}).\n"
        "No one's recordings are in it; use it for whatever you like. Real speech is harder than this.\n"
    )
