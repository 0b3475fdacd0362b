"""Open one candidate and make items of it. Runs in threads: decoding and hashing release Python's lock."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from seqclass.audio.read import PEAK_LIMIT, AudioStream, read_audio
from seqclass.data.candidates import Candidate
from seqclass.data.content import audio_hash, audio_hasher, clean_text, numeric_hash, read_text, text_hash
from seqclass.data.duplicates import Fingerprinter, Print
from seqclass.data.manifest import Item, place_of
from seqclass.data.numeric_files import read_numeric
from seqclass.errors import ItemError
from seqclass.specs import DataSpec, Kind

_SF_ERR_SYSTEM = 2  # libsndfile's, as where there are too many open files


@dataclass(frozen=True, slots=True)
class Reading:
    """What one candidate gave.

    Attributes:
        items: None, one, or one a line.
        problem: Why it cannot be used; empty as a rule.
        is_passing: Whether the problem may be gone tomorrow though the file is as it was, as where a disk was away.
        warning: What is odd about it although it is used.
        n_empty_lines: Lines without text, where each line is an item.
        print: See `seqclass.data.duplicates`.
    """

    candidate: Candidate
    items: tuple[Item, ...] = ()
    problem: str = ""
    is_passing: bool = False
    warning: str = ""
    n_empty_lines: int = 0
    print: Print | None = field(default=None, compare=False)


def read_candidate(candidate: Candidate, *, root: Path, kind: Kind, data: DataSpec, overlay: Path | None = None) -> Reading:
    """Read a candidate whole; never raises for what is wrong with the file. ``overlay``: as in `place_of`."""
    path = place_of(candidate.file or "", root=root, overlay=overlay)
    read = {"speech": _read_recording, "numeric": _read_sequence, "text": _read_text}[kind]
    try:
        return read(candidate, path, data)
    except ItemError as error:
        return Reading(candidate, problem=str(error), is_passing=is_passing(error))
    except (OSError, MemoryError) as error:
        return Reading(candidate, problem=f"it cannot be read: {error}", is_passing=True)


def is_passing(error: ItemError) -> bool:
    """Whether the system refused a file, and not its content."""
    cause = error.__cause__
    return isinstance(cause, OSError) or getattr(cause, "code", None) == _SF_ERR_SYSTEM


def _read_recording(candidate: Candidate, path: Path, data: DataSpec) -> Reading:
    stream = AudioStream(path, max_duration_s=data.max_duration_s)
    hasher, fingerprinter = None, Fingerprinter()
    for samples in stream:
        hasher = hasher or audio_hasher(stream.rate_hz)
        hasher.update(samples.astype("<f4", copy=False).data)
        fingerprinter.add(samples, stream.rate_hz)
    assert hasher is not None  # a stream without samples raises
    content_hash, warning = hasher.hexdigest(), stream.warning
    if stream.peak > PEAK_LIMIT:  # rare: the samples that training will see are scaled ones
        audio = read_audio(path, max_duration_s=data.max_duration_s)
        content_hash, warning = audio_hash(audio.samples, audio.rate_hz), audio.warning
    item = msgspec.structs.replace(
        _item(candidate),
        duration_s=stream.n_samples / stream.rate_hz,
        rate_hz=stream.rate_hz,
        n_channels=stream.n_channels,
        content_hash=content_hash,
    )
    return Reading(candidate, (item,), warning=warning, print=fingerprinter.result())


def _read_sequence(candidate: Candidate, path: Path, data: DataSpec) -> Reading:  # noqa: ARG001
    frames = read_numeric(path)
    item = msgspec.structs.replace(
        _item(candidate), n_frames=frames.shape[0], n_features=frames.shape[1], content_hash=numeric_hash(frames)
    )
    return Reading(candidate, (item,))


def _read_text(candidate: Candidate, path: Path, data: DataSpec) -> Reading:
    if candidate.file is None:
        return Reading(candidate, (_text_item(candidate, clean_text(candidate.text or "")),))
    text = read_text(path)
    return _read_lines(candidate, text) if data.lines else Reading(candidate, (_text_item(candidate, clean_text(text)),))


def _read_lines(candidate: Candidate, text: str) -> Reading:
    lines = text.removesuffix("\n").split("\n")
    items = tuple(_text_item(candidate, line.strip(), row=row) for row, line in enumerate(lines) if line.strip())
    if not items:
        raise ItemError("it holds no text")
    return Reading(candidate, items, n_empty_lines=len(lines) - len(items))


def _text_item(candidate: Candidate, text: str, *, row: int | None = None) -> Item:
    item = _item(candidate)
    name = candidate.id if row is None else f"{candidate.id}#{row}"
    return msgspec.structs.replace(item, id=name, row=row, text=text, content_hash=text_hash(text))


def _item(candidate: Candidate) -> Item:
    return Item(id=candidate.id, targets=candidate.targets, group=candidate.group, split=candidate.split, file=candidate.file)
