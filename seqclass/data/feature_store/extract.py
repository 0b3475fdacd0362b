"""From recordings to features: what one worker does with a block of files, in this process, another one or another machine."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from seqclass.audio.read import read_audio
from seqclass.audio.resample import resample
from seqclass.data.content import audio_hasher
from seqclass.errors import ItemError
from seqclass.features import mfcc
from seqclass.features.mfcc import MfccBasis
from seqclass.specs import SpeechFeatureSpec

Floats = NDArray[np.float32]
SCHEMA = 2
"""Goes up with every change of code after which the same recording has other features, were it by a bit."""


@dataclass(frozen=True)
class Extractor:
    """All that decides how features of a recording are computed.

    Attributes:
        spec: Settings, completed by `seqclass.features.librosa_basis.resolve_rate`.
        basis: The arrays that belong to them.
        max_duration_s: Longer recordings are refused.
    """

    spec: SpeechFeatureSpec
    basis: MfccBasis
    max_duration_s: float

    @property
    def n_bins(self) -> int:
        """Numbers a frame of power."""
        return self.basis.n_fft // 2 + 1

    def key(self) -> str:
        """Names the features in the store: equal keys, equal features to the bit, whatever the file's name.

        Settings, arrays, the version of the code, and of the libraries that decode, resample and transform.
        """
        import scipy
        import soundfile
        import soxr

        settings = msgspec.structs.replace(self.spec, normalisation="none")  # which comes after what is stored
        versions = [np.__version__, scipy.__version__, soundfile.__libsndfile_version__, soxr.__version__]
        digest = hashlib.sha256(msgspec.json.encode([SCHEMA, settings, self.basis.hop_length, self.basis.rate_hz, versions]))
        for values in (self.basis.window, self.basis.mel, self.basis.dct, self.basis.delta_kernels):
            digest.update(f"{values.dtype.str} {values.shape}\n".encode())
            digest.update(np.ascontiguousarray(values).tobytes())
        return digest.hexdigest()[:32]

    def power(self, path: Path | str) -> tuple[Floats, int, bytes]:
        """Power of a recording's frames between the edge silences.

        Returns:
            (n_frames, n_bins) float32, the frames that were cut off before the first, and the SHA-256 of the sound, as
            `seqclass.data.manifest.Item` has it in hex.

        Raises:
            ItemError: The file cannot be used.
        """
        audio = read_audio(path, max_duration_s=self.max_duration_s)
        samples = resample(audio.samples, audio.rate_hz, self.basis.rate_hz)
        power, first_frame = mfcc.trimmed_power(samples, self.spec, self.basis)
        content = audio_hasher(audio.rate_hz)
        content.update(np.ascontiguousarray(audio.samples, "<f4").data)
        return np.asarray(power, np.float32), first_frame, content.digest()

    def features(self, power: Floats) -> Floats:
        """Features (n_frames, n_features) float32 of power (n_frames, n_bins), before normalisation."""
        mel = mfcc.mel_power(power, self.basis.mel)
        return np.asarray(mfcc.cepstrum(mfcc.decibels(mel, amin=self.spec.amin), self.spec, self.basis), np.float32)


@dataclass(frozen=True)
class Rows:
    """One kind of numbers of a block, items one below the other.

    Attributes:
        values: (n_rows, width) float32.
        crc32: Of each item's rows.
    """

    values: Floats
    crc32: tuple[int, ...]


@dataclass(frozen=True)
class Block:
    """What a worker made of some recordings.

    Attributes:
        reasons: For each recording why it cannot be used; empty where it can. What follows is about those alone.
        contents: SHA-256 of each sound.
        n_frames: Of each.
        first_frames: Frames of silence that were cut off before the first one of each.
        features: Their features.
        power: Their power; None where it was not asked for.
    """

    reasons: tuple[str, ...]
    contents: tuple[bytes, ...]
    n_frames: tuple[int, ...]
    first_frames: tuple[int, ...]
    features: Rows
    power: Rows | None


def extract_block(extractor: Extractor, paths: Sequence[Path | str], *, with_power: bool) -> Block:
    """Features of some recordings; one that cannot be read stops none of the others."""
    reasons: list[str] = []
    contents: list[bytes] = []
    first_frames: list[int] = []
    features: list[Floats] = []
    powers: list[Floats] = []
    for path in paths:
        try:
            power, first_frame, content = extractor.power(path)
        except ItemError as error:
            reasons.append(str(error) or type(error).__name__)
            continue
        reasons.append("")
        contents.append(content)
        first_frames.append(first_frame)
        features.append(extractor.features(power))
        if with_power:
            powers.append(power)
    return Block(
        tuple(reasons),
        tuple(contents),
        tuple(len(each) for each in features),
        tuple(first_frames),
        _rows(features, extractor.basis.n_features),
        _rows(powers, extractor.n_bins) if with_power else None,
    )


def _rows(arrays: Sequence[Floats], width: int) -> Rows:
    if not arrays:
        return Rows(np.zeros((0, width), np.float32), ())
    values = np.concatenate(arrays).astype("<f4", copy=False)
    ends = np.cumsum([len(each) for each in arrays]).tolist()
    starts = [0, *ends[:-1]]
    return Rows(values, tuple(zlib.crc32(values[start:end].data) for start, end in zip(starts, ends, strict=True)))
