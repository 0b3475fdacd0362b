"""Read recordings of every format that libsndfile knows, in bounded memory, whatever a header claims.

A header is a claim: a 100 KB file can announce 118 million frames. So a file is decoded block by block, and only what really
comes out is kept, counted and measured.
"""

from __future__ import annotations

import functools
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from seqclass.audio.wav import read_plain
from seqclass.errors import ItemError

Samples = np.ndarray[Any, np.dtype[np.float32]]

AUDIO_SUFFIXES = frozenset(
    {
        ".wav",
        ".wave",
        ".bwf",
        ".rf64",
        ".w64",
        ".flac",
        ".ogg",
        ".oga",
        ".opus",
        ".mp3",
        ".mp2",
        ".aiff",
        ".aif",
        ".aifc",
        ".au",
        ".snd",
        ".caf",
        ".voc",
        ".nist",
        ".sph",
        ".avr",
        ".iff",
        ".svx",
        ".paf",
        ".pvf",
        ".sf",
        ".ircam",
        ".sds",
        ".wve",
        ".xi",
    }
)
"""Endings, in lower case, of the formats that libsndfile finds by the file's content."""

UNREADABLE_AUDIO_SUFFIXES = frozenset(
    {
        ".m4a",
        ".m4b",
        ".mp4",
        ".aac",
        ".wma",
        ".webm",
        ".weba",
        ".amr",
        ".3gp",
        ".ac3",
        ".ape",
        ".wv",
        ".mpc",
        ".ra",
        ".mka",
        ".dts",
        ".tta",
    }
)
"""Endings of sound formats that libsndfile cannot read; the reason given names the way out."""

MIN_RATE_HZ = 1_000
MAX_RATE_HZ = 768_000
MIN_RESCUED_S = 0.01
PEAK_LIMIT = 1e3
_BLOCK_VALUES = 1 << 16
_greatest = np.maximum.reduce  # what `max` calls, without its detour


@dataclass(frozen=True)
class Audio:
    """A decoded recording, mixed down to one channel.

    Attributes:
        samples: float32 (n_samples,), as a rule within ±1.
        rate_hz: Samples a second.
        n_channels: Channels in the file, before mixing.
        duration_s: n_samples / rate_hz.
        warning: What is odd about the file although it can be used, in plain words; empty as a rule.
    """

    samples: Samples
    rate_hz: int
    n_channels: int
    duration_s: float
    warning: str = ""


class AudioStream:
    """The blocks of one file, decoded front to back; iterate once, then read the figures.

    Attributes:
        rate_hz: Samples a second.
        n_channels: Channels in the file.
        n_samples: Frames decoded so far.
        peak: Greatest absolute value of the mixed samples so far.
        warning: As in `Audio`.
    """

    def __init__(self, path: Path | str, *, max_duration_s: float) -> None:
        self.path = path
        self.max_duration_s = max_duration_s
        self.rate_hz = 0
        self.n_channels = 0
        self.n_samples = 0
        self.peak = 0.0
        self.warning = ""

    def __iter__(self) -> Iterator[Samples]:
        """Yield float32 (n,) blocks of the mean of all channels.

        Raises:
            ItemError: The file cannot be used; the text is the reason.
        """
        n_bytes, suffix = _check_regular(self.path)
        plain = _read_plain(self.path, n_bytes) if suffix == ".wav" else None
        if plain is not None:
            yield from self._plain_blocks(*plain)
            return
        with _open(self.path) as sound:
            self._begin(int(sound.samplerate), int(sound.channels))
            fault = ""
            while not fault:
                frames, fault = _next_block(sound, self.n_channels)
                if not len(frames):
                    break
                self._count(len(frames))
                yield self._mix(frames)
        self._judge_end(fault)

    def _plain_blocks(self, frames: Samples, rate_hz: int) -> Iterator[Samples]:
        """The blocks that libsndfile would give."""
        self._begin(rate_hz, frames.shape[1])
        step = _frames_a_block(self.n_channels)
        for start in range(0, len(frames), step):
            block = frames if len(frames) <= step else frames[start : start + step]
            self._count(len(block))
            mixed = self._mean(block)
            self.peak = max(self.peak, float(_greatest(np.abs(mixed))))
            yield mixed

    def _begin(self, rate_hz: int, n_channels: int) -> None:
        self.rate_hz, self.n_channels = rate_hz, n_channels
        if not MIN_RATE_HZ <= rate_hz <= MAX_RATE_HZ:
            raise ItemError(f"its sample rate must lie within {MIN_RATE_HZ} to {MAX_RATE_HZ} Hz; it says {rate_hz} Hz")

    def _count(self, n_frames: int) -> None:
        self.n_samples += n_frames
        if self.n_samples > int(self.max_duration_s * self.rate_hz):
            raise ItemError(f"it is longer than {self.max_duration_s:g} s (data.max_duration_s); cut it or raise that setting")

    def _mix(self, frames: Samples) -> Samples:
        with np.errstate(over="ignore", invalid="ignore"):  # a float64 mean of float32 values; what is not finite is refused
            mixed = self._mean(frames)
            peak = float(np.max(np.abs(mixed)))
            channels_finite = self.n_channels == 1 or bool(np.isfinite(frames).all())
        if not (np.isfinite(peak) and channels_finite):
            raise ItemError("it holds numbers that are not finite (NaN or infinity)")
        self.peak = max(self.peak, peak)
        return np.ascontiguousarray(mixed)

    def _mean(self, frames: Samples) -> Samples:
        """Of all channels."""
        return frames[:, 0] if self.n_channels == 1 else frames.mean(axis=1, dtype=np.float64).astype(np.float32)

    def _judge_end(self, fault: str) -> None:
        if not fault:
            if self.n_samples == 0:
                raise ItemError("no sound can be decoded from it: its header is sound, but there are no samples")
            return
        if self.n_samples < MIN_RESCUED_S * self.rate_hz:
            raise ItemError(f"it is damaged (libsndfile: {fault})")
        self.warning = f"damaged after {self.n_samples / self.rate_hz:.2f} s, the part before is used (libsndfile: {fault})"


def read_audio(path: Path | str, *, max_duration_s: float) -> Audio:
    """Read a recording and mix its channels to one by their mean.

    Float files may go beyond ±1: such samples are kept as they are up to a peak of 1,000. A greater peak is that of a file
    whose integers were written as floats; it is scaled to a peak of 1, and a warning says so. Features normalise each
    utterance, so its level carries no meaning, and no power overflows.

    A file that breaks off is used as far as it can be decoded if that is at least 10 ms, with a warning.

    Args:
        path: The file.
        max_duration_s: Longer files are refused, and not read beyond this.

    Raises:
        ItemError: The file cannot be used. The text is the reason alone, in plain words.
    """
    stream = AudioStream(path, max_duration_s=max_duration_s)
    blocks = list(stream)
    samples = blocks[0] if len(blocks) == 1 else np.concatenate(blocks)
    warning = stream.warning
    if stream.peak > PEAK_LIMIT:
        samples = (samples / np.float32(stream.peak)).astype(np.float32)
        warning = "; ".join(part for part in (warning, f"its peak of {stream.peak:.3g} was scaled to 1") if part)
    return Audio(
        samples=samples,
        rate_hz=stream.rate_hz,
        n_channels=stream.n_channels,
        duration_s=len(samples) / stream.rate_hz,
        warning=warning,
    )


def _check_regular(path: Path | str) -> tuple[int, str]:
    """Size and ending, in lower case, of a file that there is any hope for."""
    try:
        status = os.stat(path)  # noqa: PTH116 - here and below: a data set is many short files, and making paths takes as long
    except OSError as error:
        raise ItemError(f"it cannot be opened: {error.strerror or error}") from error
    if not stat.S_ISREG(status.st_mode):
        raise ItemError("it is not a regular file")
    if status.st_size == 0:
        raise ItemError("it is empty (0 bytes)")
    suffix = os.path.splitext(path)[1].lower()  # noqa: PTH122
    if suffix in UNREADABLE_AUDIO_SUFFIXES:
        raise ItemError(f"{suffix} cannot be read; convert it to WAV or FLAC")
    return status.st_size, suffix


def _read_plain(path: Path | str, n_bytes: int) -> tuple[Samples, int] | None:
    try:
        return read_plain(path, n_bytes)
    except OSError as error:
        raise ItemError(f"it cannot be opened: {error.strerror or error}") from error


@functools.cache
def _forward_file() -> Any:
    import soundfile

    class ForwardFile(soundfile.SoundFile):  # type: ignore[misc]
        """Never seeks: soundfile otherwise seeks after each block, which alters decoded MP3 samples and fails in damage."""

        def seekable(self) -> bool:
            return False

    return ForwardFile


def _open(path: Path | str) -> Any:
    if not os.access(path, os.R_OK):
        raise ItemError("it cannot be opened: permission denied")
    try:
        return _forward_file()(str(path))
    except Exception as error:  # soundfile raises LibsndfileError, TypeError, RuntimeError, ... on fuzzed headers
        raise ItemError(f"it is no sound file that can be read (libsndfile: {_said(error)})") from error


def _frames_a_block(n_channels: int) -> int:
    return max(1, _BLOCK_VALUES // n_channels)


def _next_block(sound: Any, n_channels: int) -> tuple[Samples, str]:
    """The next frames, float32 (n, n_channels), and what libsndfile said if it stopped there."""
    block = np.full((_frames_a_block(n_channels), n_channels), np.nan, dtype=np.float32)
    try:
        frames: Samples = sound.read(out=block)
    except Exception as error:  # as above
        # What was decoded before the fault is in the block, but its length is lost: it ends where the NaN marks begin.
        marks = np.flatnonzero(np.isnan(block[:, -1]))
        return block[: marks[0] if len(marks) else len(block)], _said(error)
    return frames, ""


def _said(error: Exception) -> str:
    text = str(getattr(error, "error_string", "") or error).strip()
    return " ".join(text.split()).rstrip(".") or type(error).__name__
