"""Bring a person's own files into a data set, and say of each one what became of it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec

from seqclass import events
from seqclass.audio.read import UNREADABLE_AUDIO_SUFFIXES, read_audio
from seqclass.data.candidates import speaker_in_name
from seqclass.data.content import (
    KIND_WORDS,
    MAX_TEXT_BYTES,
    TS_SUFFIX,
    audio_hash,
    clean_text,
    decode_text,
    kind_of,
    numeric_hash,
    read_limited,
    text_hash,
)
from seqclass.data.edits.editing import Add, Change, Edits, Source, Take
from seqclass.data.manifest import Manifest
from seqclass.data.numeric_files import read_numeric
from seqclass.data.scan import scan
from seqclass.data.walk import walk
from seqclass.errors import DataError, ItemError
from seqclass.events import CancelToken, Emit, Progress
from seqclass.specs import Kind

_PROGRESS_PERIOD_S = 0.05
_BYTE_ORDER_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


class Refusal(msgspec.Struct, frozen=True):
    """A file (or ``file line 3``) that was not imported, and why, in one line."""

    file: str
    reason: str


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of each file.

    Attributes:
        imported: Ids of the new items.
        refused: What was not imported; exact copies of what there is are among it, unless they were to be kept.
        renamed: File -> id of the new item, where it has another name than the file.
        converted: File -> what was done to it, where it is no plain copy.
        ignored: Count of LICENSE, README and dot files in the folders.
        changes: What can be undone, one for each class (and speaker).
    """

    imported: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()
    renamed: dict[str, str] = {}
    converted: dict[str, str] = {}
    ignored: int = 0
    changes: tuple[Change, ...] = ()


def import_files(
    edits: Edits,
    paths: Iterable[Path | str],
    label: str | None,
    *,
    speaker: str = "",
    manifest: Manifest | None = None,
    duplicates: Literal["skip", "keep"] = "skip",
    emit: Emit = events.ignore,
    cancel: CancelToken | None = None,
) -> ImportReport:
    """Copy files, and all files in folders, into a class. The originals stay where they are.

    Recordings of every format that libsndfile reads are copied as they are. A recording whose ending is none of a sound
    format becomes WAV, a text in UTF-16 becomes UTF-8; of a text file in a data set that is read by lines each line becomes an
    item. Every file is opened first, so what is imported can be used.

    Args:
        edits: The data set.
        paths: Files and folders.
        label: The class; None gives each file the name of the folder that it lies in.
        speaker: Who speaks, in all of them; empty keeps the speaker that a file's name tells.
        manifest: A fresh scan of the data set, to find copies; made here unless given.
        duplicates: What to do with exact copies of items of the data set, or of one another.
        emit: Gets `Progress`: stages ``check`` and ``copy``.
        cancel: Looked at between files.

    Raises:
        DataError: The class or the speaker has a name that is refused; nothing is imported.
        StorageError: A file cannot be written; nothing is imported.
        CancelledError: The person cancelled; nothing is imported.
    """
    manifest = manifest or scan(edits.root, edits.data, cancel=cancel)
    files, refused, ignored = _files_of(paths, cancel)
    checker = _Checker(edits, manifest, files, duplicates)
    checker.refused = refused
    last_s = 0.0
    for n, file in enumerate(files):
        if cancel is not None:
            cancel.check()
        checker.check(file, label if label is not None else file.parent.name)
        if time.monotonic() - last_s > _PROGRESS_PERIOD_S or n + 1 == len(files):
            last_s = time.monotonic()
            emit(Progress(stage="check", done=n + 1, total=len(files)))
    changes = _apply(edits, checker.accepted, speaker, emit, cancel)
    names = [(one.file, new) for change, group in changes for new, one in zip(change.added, group, strict=True)]
    return ImportReport(
        imported=tuple(new for _, new in names),
        refused=tuple(sorted(checker.refused, key=lambda one: one.file)),
        renamed={str(file): new for file, new in names if new.rpartition("/")[2] != file.name and "#" not in new},
        converted=checker.converted,
        ignored=ignored,
        changes=tuple(change for change, _ in changes),
    )


@dataclass(frozen=True)
class _Accepted:
    file: Path
    source: Source
    label: str


@dataclass
class _Checker:
    """Opens files one by one and sorts them."""

    edits: Edits
    manifest: Manifest
    files: Sequence[Path]
    duplicates: Literal["skip", "keep"]
    accepted: list[_Accepted] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    converted: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._known: dict[str, str] = {item.content_hash: item.id for item in self.manifest.items if item.content_hash}
        self._n_features = next((item.n_features for item in self.manifest.items), None)
        named = (kind for file in self.files if (kind := kind_of(file.name)) is not None)
        default: Kind = next(named, "speech")
        self._kind: Kind = self.edits.kind or default

    def check(self, file: Path, label: str) -> None:
        """Keep a file's content, or the reason why not."""
        try:
            for name, source, content_hash in self._read(file):
                self._keep(name, _Accepted(file, source, label), content_hash)
        except ItemError as error:
            self.refused.append(Refusal(str(file), str(error)))
        except (OSError, MemoryError) as error:
            self.refused.append(Refusal(str(file), f"it cannot be read: {error}"))

    def _keep(self, name: str, accepted: _Accepted, content_hash: str) -> None:
        first = self._known.get(content_hash)
        if first is not None and self.duplicates == "skip":
            self.refused.append(Refusal(name, f"it is an exact copy of {first}"))
            return
        self._known.setdefault(content_hash, name)
        self.accepted.append(accepted)

    def _read(self, file: Path) -> list[tuple[str, Source, str]]:
        kind = kind_of(file.name)
        if kind is not None and kind != self._kind:
            raise ItemError(f"it is one of {KIND_WORDS[kind]}; this data set holds {KIND_WORDS[self._kind]}")
        if self._kind == "speech":
            return [self._read_recording(file, is_sound=kind is not None)]
        if kind is None:
            what = (
                "a .ts file holds several sequences; open its folder as a data set" if file.suffix.lower() == TS_SUFFIX else ""
            )
            raise ItemError(what or f"its ending {file.suffix or '(none)'} is none of {KIND_WORDS[self._kind]}")
        return self._read_text(file) if self._kind == "text" else [self._read_sequence(file)]

    def _read_recording(self, file: Path, *, is_sound: bool) -> tuple[str, Source, str]:
        try:
            audio = read_audio(file, max_duration_s=self.edits.data.max_duration_s)
        except ItemError:
            if is_sound or file.suffix.lower() in UNREADABLE_AUDIO_SUFFIXES:
                raise
            raise ItemError(f"its ending {file.suffix or '(none)'} is none of a sound file, nor is its content") from None
        source: Source = file
        if not is_sound:
            source = Take(audio.samples, audio.rate_hz)
            self.converted[str(file)] = f"written as 16-bit WAV, because {file.suffix or 'no ending'} is none of a sound file"
        return str(file), source, audio_hash(audio.samples, audio.rate_hz)

    def _read_sequence(self, file: Path) -> tuple[str, Source, str]:
        frames = read_numeric(file)
        if self._n_features is None:
            self._n_features = frames.shape[1]
        if frames.shape[1] != self._n_features:
            raise ItemError(f"it has {frames.shape[1]} features a frame; this data set has {self._n_features}")
        return str(file), file, numeric_hash(frames)

    def _read_text(self, file: Path) -> list[tuple[str, Source, str]]:
        content = read_limited(file, limit=MAX_TEXT_BYTES)
        encoding = _BYTE_ORDER_MARKS.get(content[:2])
        if encoding:
            try:
                content = content.decode(encoding).encode()
            except UnicodeError as error:
                raise ItemError(f"it begins like {encoding} but is not; save it as UTF-8") from error
            self.converted[str(file)] = f"{encoding} became UTF-8"
        text = decode_text(content)
        if not self.edits.data.lines:
            text = clean_text(text)
            return [(str(file), text if encoding else file, text_hash(text))]
        lines = [(number, " ".join(line.split())) for number, line in enumerate(clean_text(text).split("\n"), start=1)]
        return [(f"{file} line {number}", line, text_hash(line)) for number, line in lines if line]


def _files_of(paths: Iterable[Path | str], cancel: CancelToken | None) -> tuple[list[Path], list[Refusal], int]:
    """All files, once each, in order; what cannot be looked at; and how many were passed over."""
    files: dict[Path, None] = {}
    refused: list[Refusal] = []
    ignored = 0
    for path in map(Path, paths):
        if not path.is_dir():
            files[path] = None
            continue
        try:
            walked = walk(path, cancel=cancel)
        except DataError as error:
            refused.append(Refusal(str(path), str(error)))
            continue
        files.update(dict.fromkeys(path / name for name in walked.files))
        refused += [Refusal(str(path / problem.file), problem.reason) for problem in walked.problems]
        ignored += walked.ignored
    return list(files), refused, ignored


def _apply(
    edits: Edits, accepted: Sequence[_Accepted], speaker: str, emit: Emit, cancel: CancelToken | None
) -> list[tuple[Change, list[_Accepted]]]:
    """One change for each class and speaker; all of them or none."""
    groups: dict[tuple[str, str], list[_Accepted]] = {}
    for one in accepted:
        groups.setdefault((one.label, speaker or _speaker_of(one)), []).append(one)
    done: list[tuple[Change, list[_Accepted]]] = []
    try:
        for (label, name), group in groups.items():
            change = edits.apply(Add(tuple(one.source for one in group), label, name), emit=emit, cancel=cancel)
            done.append((change, group))
    except BaseException:
        for _ in done:
            edits.undo()
        raise
    return done


def _speaker_of(one: _Accepted) -> str:
    """The speaker that the name of a converted file tells; a copied file keeps its name, and with it the speaker."""
    return "" if isinstance(one.source, Path) else speaker_in_name(one.file.name) or ""
