"""Speech from text through espeak-ng, in a child process.

espeak-ng is under the GPL and comes with the extra ``sample``; only `seqclass.data.sample_child`, a process of its own, loads
it.
"""

from __future__ import annotations

import contextlib
import importlib.util
import struct
import subprocess
import sys
import tempfile
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import IO, Annotated

import msgspec
import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from seqclass.errors import DataError, MissingDependencyError
from seqclass.events import CancelToken

RATE_HZ = 16000

Samples = NDArray[np.float32]
Percent = Annotated[int, Meta(ge=0, le=100)]

# Louder, and some voices are clipped inside espeak-ng.
_VOLUME = 50


class Utterance(msgspec.Struct, frozen=True, kw_only=True):
    """One text to speak, and how.

    Attributes:
        text: What to say. Its punctuation sets the melody: a full stop falls, a question mark rises.
        voice: A voice as espeak-ng names it, with an optional variant: ``en-us``, ``en-gb-scotland+f2``.
        words_per_minute: Speaking rate; espeak-ng accepts 80 to 450.
        pitch: Base pitch from 0 to 100; 50 is the voice's own.
        pitch_range: How far the melody swings, from 0 (monotone) to 100; 50 is the voice's own.
    """

    text: str
    voice: str = "en-us"
    words_per_minute: Annotated[int, Meta(ge=80, le=450)] = 170
    pitch: Percent = 50
    pitch_range: Percent = 50


def speak(
    texts: Sequence[str],
    voice: str = "en-us",
    *,
    words_per_minute: int = 170,
    pitch: int = 50,
    pitch_range: int = 50,
    cancel: CancelToken | None = None,
) -> list[Samples]:
    """Speak texts with one voice.

    Returns:
        One float32 array of shape (n_samples,) a text, mono, 16 kHz, within [-1, 1]; see `Utterance` for the arguments.

    Raises:
        MissingDependencyError: The extra ``sample`` is not installed.
        DataError: espeak-ng does not know the voice or cannot start.
    """
    utterances = [
        Utterance(text=text, voice=voice, words_per_minute=words_per_minute, pitch=pitch, pitch_range=pitch_range)
        for text in texts
    ]
    return list(synthesise(utterances, cancel=cancel))


def synthesise(utterances: Sequence[Utterance], *, cancel: CancelToken | None = None) -> Generator[Samples, None, None]:
    """Speak utterances one after another in one child process.

    Yields:
        As `speak` returns them, in order. The same list gives the same samples every time.

    Raises:
        MissingDependencyError: The extra ``sample`` is not installed.
        DataError: espeak-ng does not know a voice or cannot start.
        CancelledError: ``cancel`` was set.
    """
    import soxr

    package = _loader_folder()
    # Isolated (-I) and by its path: neither the current folder nor the environment can put another module in its way.
    command = [sys.executable, "-I", str(Path(__file__).with_name("sample_child.py")), str(package)]
    plain = [{**msgspec.to_builtins(utterance), "volume": _VOLUME} for utterance in utterances]
    with tempfile.TemporaryFile() as messages:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=messages)
        if process.stdin is None or process.stdout is None:  # for the type checker: both were asked for
            raise AssertionError
        try:
            with contextlib.suppress(BrokenPipeError):  # a child that has died says why on stderr
                process.stdin.write(msgspec.json.encode(plain))
                process.stdin.flush()
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
            child_rate_hz = _read_number(process.stdout, messages)
            for _ in utterances:
                if cancel is not None:
                    cancel.check()
                n_samples = _read_number(process.stdout, messages)
                spoken = np.frombuffer(_read(process.stdout, 2 * n_samples, messages), "<i2").astype(np.float32) / 32768
                resampled: Samples = soxr.resample(spoken, child_rate_hz, RATE_HZ, quality="HQ")
                yield np.clip(resampled, -1.0, 1.0)
        finally:
            process.kill()
            process.stdout.close()
            process.wait()


def _loader_folder() -> Path:
    spec = importlib.util.find_spec("espeakng_loader")  # found, not imported
    if spec is None or not spec.submodule_search_locations:
        raise MissingDependencyError(
            "Synthetic speech needs espeak-ng. Received: no package espeakng_loader. "
            'Install it with: pip install "seqclass[sample]"'
        )
    return Path(next(iter(spec.submodule_search_locations)))


def _read_number(stream: IO[bytes], messages: IO[bytes]) -> int:
    number: int = struct.unpack("<i", _read(stream, 4, messages))[0]
    return number


def _read(stream: IO[bytes], n_bytes: int, messages: IO[bytes]) -> bytes:
    content = stream.read(n_bytes)
    if len(content) == n_bytes:
        return content
    messages.seek(0)
    lines = messages.read().decode("utf-8", "replace").strip().splitlines()
    reason = lines[-1] if lines else "the process ended early"
    raise DataError(f"Synthetic speech could not be made: {reason}. Reinstall espeakng-loader if that goes on.")
