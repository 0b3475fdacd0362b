"""Kinds of items by file name, the content of texts, and the hash by which exact duplicates are found."""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from seqclass.audio.read import AUDIO_SUFFIXES, UNREADABLE_AUDIO_SUFFIXES
from seqclass.errors import ItemError
from seqclass.specs import Kind

TEXT_SUFFIXES = frozenset({".txt"})
NUMERIC_SUFFIXES = frozenset({".csv", ".npy", ".npz"})
TS_SUFFIX = ".ts"
MAX_TEXT_BYTES = 10_000_000

KIND_WORDS: dict[Kind, str] = {"speech": "recordings", "text": "texts", "numeric": "numeric sequences"}


def kind_of(file: str) -> Kind | None:
    """The kind that a file's ending tells, upper or lower case; None for all other files.

    Example:
        >>> kind_of("yes/ANNA.WAV")
        'speech'
    """
    suffix = PurePosixPath(file).suffix.lower()
    if suffix in AUDIO_SUFFIXES or suffix in UNREADABLE_AUDIO_SUFFIXES:
        return "speech"
    if suffix in TEXT_SUFFIXES:
        return "text"
    if suffix in NUMERIC_SUFFIXES:
        return "numeric"
    return None


def read_text(path: Path | str) -> str:
    """Read a text file of at most 10 MB, UTF-8 with or without byte order mark, all line ends turned to line feeds.

    Raises:
        ItemError: The file cannot be used. The text is the reason alone.
    """
    return decode_text(read_limited(path, limit=MAX_TEXT_BYTES))


def decode_text(content: bytes) -> str:
    """Decode UTF-8 with or without byte order mark.

    Raises:
        ItemError: It is no UTF-8, or no text.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ItemError(
            f"it is not UTF-8: byte 0x{content[error.start]:02x} at position {error.start}; save it as UTF-8"
        ) from error
    if "\0" in text:
        raise ItemError("it holds zero characters, so it is no UTF-8 text; save it as UTF-8")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def clean_text(text: str) -> str:
    """The content of a text item: without white space at its edges.

    Raises:
        ItemError: Nothing is left.
    """
    text = text.strip()
    if not text:
        raise ItemError("it holds no text")
    return text


def read_limited(path: Path | str, *, limit: int) -> bytes:
    """Read a regular file of at most ``limit`` bytes.

    Raises:
        ItemError: The file cannot be used. The text is the reason alone.
    """
    path = Path(path)
    try:
        if not path.is_file():
            raise ItemError("it is not a regular file" if path.exists() else "there is no such file")
        with path.open("rb") as stream:
            content = stream.read(limit + 1)
    except OSError as error:
        raise ItemError(f"it cannot be opened: {error.strerror or error}") from error
    if len(content) > limit:
        raise ItemError(f"it is larger than {limit // 1_000_000} MB; divide it")
    return content


def audio_hasher(rate_hz: int) -> hashlib._Hash:
    """A SHA-256 to be fed with float32 little-endian samples (`audio_hash` in pieces)."""
    return hashlib.sha256(f"speech {rate_hz}\n".encode())


def audio_hash(samples: np.ndarray[Any, np.dtype[np.float32]], rate_hz: int) -> str:
    """SHA-256 (hex) of decoded samples, float32 (n_samples,), and their rate."""
    hasher = audio_hasher(rate_hz)
    hasher.update(np.ascontiguousarray(samples, dtype="<f4").tobytes())
    return hasher.hexdigest()


def text_hash(text: str) -> str:
    """SHA-256 (hex) of a text."""
    return hashlib.sha256(b"text\n" + text.encode("utf-8", "surrogatepass")).hexdigest()


def numeric_hash(frames: np.ndarray[Any, np.dtype[np.float64]]) -> str:
    """SHA-256 (hex) of a numeric sequence, float64 (n_frames, n_features)."""
    hasher = hashlib.sha256(f"numeric {frames.shape[0]} {frames.shape[1]}\n".encode())
    hasher.update(np.ascontiguousarray(frames, dtype="<f8").tobytes())
    return hasher.hexdigest()
