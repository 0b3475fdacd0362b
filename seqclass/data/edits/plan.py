"""What can be asked for, and the draft of the steps that it takes."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

import msgspec
import numpy as np

from seqclass.audio.write import write_wav
from seqclass.data.candidates import Candidate
from seqclass.data.content import TS_SUFFIX, numeric_hash
from seqclass.data.edits.names import free_take, safe_stem, take_stem
from seqclass.data.edits.steps import PROJECT, MakeFolder, Move, Patch, Place, Remap, Step, changed, file_mark, mark_of
from seqclass.data.edits.text import TextFile, apply_splices, digest, open_text
from seqclass.data.manifest import Item
from seqclass.data.reading import read_candidate
from seqclass.data.ts import read_ts
from seqclass.errors import DataError, StorageError
from seqclass.files import atomic_path, read_bytes, storage_error, write_text
from seqclass.specs import DataSpec, Kind

_MAX_TABLE_BYTES = 500_000_000
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class Take:
    """Samples that were recorded: float (n_samples,), within ±1, at ``rate_hz``."""

    samples: np.ndarray[Any, Any]
    rate_hz: int


Source = Take | str | Path
"""A recording, a text, or a file (of any kind) that is copied."""


@dataclass(frozen=True)
class Add:
    """New items of a class.

    Attributes:
        sources: What is added, in order; each becomes one item.
        label: The class; made if need be. For several targets, that of the first.
        speaker: Who speaks (or whatever the group is); empty where unknown.
        columns: Further columns of a manifest, or fields of a pattern.
    """

    sources: tuple[Source, ...]
    label: str
    speaker: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Relabel:
    """Items get another class, speaker or column. What is None stays; an empty speaker means unknown."""

    items: tuple[Item, ...]
    label: str | None = None
    speaker: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class EditText:
    """A text item gets another text."""

    item: Item
    text: str


@dataclass(frozen=True)
class Delete:
    """Items, and files that are none (a scan's problems), go to the bin."""

    items: tuple[Item, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class AddClass:
    """A class without items."""

    label: str


@dataclass(frozen=True)
class RenameClass:
    """All items of a class get another label, which no class has yet."""

    label: str
    to: str


@dataclass(frozen=True)
class MergeClasses:
    """All items of some classes get the label of another one."""

    labels: tuple[str, ...]
    into: str


@dataclass(frozen=True)
class DeleteClass:
    """A class goes to the bin with its items: all that there are, which must be those that the person saw.

    Attributes:
        files: Files (or ids of rows) of the class that the scan lists as problems.
    """

    label: str
    items: tuple[Item, ...]
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class RenameSpeaker:
    """All items of a speaker get another one's name."""

    speaker: str
    to: str


Edit = Add | Relabel | EditText | Delete | AddClass | RenameClass | MergeClasses | DeleteClass | RenameSpeaker


class Planner(Protocol):
    """Turns edits into steps, for one way of keeping items."""

    def labels(self) -> list[str]:
        """All classes there are, with or without items."""

    def check(self, label: str) -> str:
        """A new class's name as it is kept.

        Raises:
            DataError: It is refused.
        """

    def add(self, source: Source, label: str, speaker: str, columns: Mapping[str, str]) -> None:
        """Add one item."""

    def relabel(self, item: Item, values: Mapping[str, str]) -> None:
        """Set columns of an item."""

    def edit_text(self, item: Item, text: str) -> None:
        """Replace a text."""

    def delete(self, item: Item) -> None:
        """Delete an item."""

    def delete_file(self, file: str) -> None:
        """Delete a file that is no item."""

    def add_class(self, label: str) -> None:
        """Make an empty class."""

    def move_class(self, label: str, to: str) -> None:
        """Give all items of a class another label, and let the class go."""

    def delete_class(self, label: str, items: tuple[Item, ...], files: tuple[str, ...]) -> None:
        """Delete a class and its items."""

    def rename_speaker(self, speaker: str, to: str) -> None:
        """Give all items of a speaker another one."""

    def finish(self) -> None:
        """Add the steps that are known at the end only."""


@dataclass
class Draft:
    """Steps in the making. Nothing but the bin is touched until they are carried out."""

    place: Place
    data: DataSpec
    kind: Kind
    id: str
    steps: list[Step] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)
    n_items: int = 0
    _texts: dict[str, tuple[bytes | None, TextFile]] = field(default_factory=dict)
    _folders: set[str] = field(default_factory=set)
    _names: dict[str, set[str]] = field(default_factory=dict)
    _gone: set[str] = field(default_factory=set)
    _hashes: dict[str, dict[int | None, str]] = field(default_factory=dict)

    @property
    def label_column(self) -> str:
        """The column of the first target that is a class."""
        return next((target.name for target in self.data.targets if target.kind == "class"), "label")

    def folder(self, name: str) -> None:
        """Plan a folder of the data set and those above it."""
        if name in ("", ".") or name in self._folders or name.startswith(PROJECT):
            return
        self.folder(PurePosixPath(name).parent.as_posix())
        self._folders.add(name)
        if not self.place.path(name).is_dir():
            self.steps.append(MakeFolder(name))

    def move(self, source: str, target: str) -> None:
        """Plan a move; the target's folder too."""
        path = self.place.path(source)
        try:
            if not path.is_symlink() and not path.exists():
                raise changed(source, "was moved or deleted")
            moving = {self.place.path(step.source) for step in self.steps if isinstance(step, Move)} if path.is_dir() else ()
            mark = mark_of(path, without=moving)
        except OSError as error:
            raise storage_error("read", path, error) from error
        parent = PurePosixPath(target).parent.as_posix()
        self.folder(parent)
        self.names(parent).add(PurePosixPath(target).name.casefold())
        self.steps.append(Move(source, target, mark))
        self._gone.add(source)

    def to_bin(self, name: str) -> None:
        """Plan to move a file or folder to the bin; twice is once."""
        if name not in self._gone:
            self.move(name, f"{PROJECT}bin/{self.id}/{name.removeprefix(PROJECT)}")

    def names(self, folder: str) -> set[str]:
        """Names in a folder, those planned included, case folded."""
        if folder not in self._names:
            path = self.place.path(folder) if folder not in ("", ".") else self.place.root
            names = (
                {unicodedata.normalize("NFC", entry.name).casefold() for entry in path.iterdir()} if path.is_dir() else set()
            )
            self._names[folder] = names
        return self._names[folder]

    def take_name(self, folder: str, speaker: str, suffix: str) -> str:
        """A free name of a take in a folder."""
        return take_stem(speaker, free_take(self.names(folder), speaker, kind=self.kind), kind=self.kind) + suffix

    def free_name(self, folder: str, name: str) -> str:
        """A name, or the same with a number where the folder has it already."""
        taken, pure = self.names(folder), PurePosixPath(name)
        n = 1
        while name.casefold() in taken:
            n += 1
            name = f"{pure.stem}_{n}{pure.suffix}"
        return name

    def new_name(self, folder: str, source: Source, speaker: str) -> str:
        """What a new file is called: the take's number, or a copied file's own name where no speaker is named."""
        if isinstance(source, Path) and not speaker:
            return self.free_name(folder, safe_stem(source.stem, otherwise="item") + self.suffix(source))
        return self.take_name(folder, speaker, self.suffix(source))

    def suffix(self, source: Source) -> str:
        """The ending of the file that a source becomes."""
        return source.suffix.lower() if isinstance(source, Path) else ".wav" if isinstance(source, Take) else ".txt"

    def put(self, source: Source, target: str) -> None:
        """Write a new file to the bin, and plan to move it to its place."""
        parent = PurePosixPath(target).parent.as_posix()
        staged = f"{PROJECT}bin/{self.id}/{target.removeprefix(PROJECT)}"
        path = self.place.path(staged)
        if isinstance(source, Take):
            write_wav(path, source.samples, source.rate_hz)
        elif isinstance(source, str):
            write_text(path, source)
        else:
            _copy(source, path)
        self.folder(parent)
        self.names(parent).add(PurePosixPath(target).name.casefold())
        try:
            self.steps.append(Move(staged, target, file_mark(path)))
        except OSError as error:
            raise storage_error("read", path, error) from error

    def text(self, file: str) -> TextFile:
        """A text file that is changed line by line; its changes become one step."""
        if file not in self._texts:
            path = self.place.path(file)
            content = read_bytes(path, limit=_MAX_TABLE_BYTES) if path.exists() else None
            self._texts[file] = (content, open_text(file, content))
        return self._texts[file][1]

    def json(self, file: str, value: Any) -> None:
        """Plan to write a file of the project."""
        text = self.text(file)
        new = msgspec.json.format(msgspec.json.encode(value), indent=1).decode() + "\n"
        old = text.text or ""
        start = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
        longest = min(len(old), len(new)) - start
        same = next((n for n in range(longest) if old[-1 - n] != new[-1 - n]), longest)
        text.replace(start, len(old) - same, new[start : len(new) - same])

    def finish(self) -> None:
        """Turn what was collected into steps. Tables come first, so that no row names a file that is in the bin already."""
        patches = [patch for name, (content, text) in self._texts.items() if (patch := _patch(name, content, text))]
        ranked: tuple[list[Step], list[Step], list[Step]] = ([], [], [])
        for step in self.steps:
            is_new = isinstance(step, Move) and step.source.startswith(f"{PROJECT}bin/")
            ranked[0 if isinstance(step, MakeFolder) else 1 if is_new else 2].append(step)
        self.steps = [*ranked[0], *ranked[1], *patches, *ranked[2]]
        pairs = {old: new for old, new in self.renamed.items() if old != new}
        if pairs:
            self.steps.append(Remap(pairs))

    def require_unchanged(self, item: Item) -> None:
        """Refuse an item whose file is not what the scan has read.

        Raises:
            DataError: It is gone or holds something else.
        """
        if item.file is None or not item.content_hash:
            return
        if item.file not in self._hashes:
            self._hashes[item.file] = self._hashes_of(item.file)
        if self._hashes[item.file].get(item.row) != item.content_hash:
            raise changed(item.id, "was changed")

    def _hashes_of(self, file: str) -> dict[int | None, str]:
        """The content hash of each row of a file, of row None where it is one item."""
        path = self.place.path(file)
        if not path.exists():
            raise changed(file, "was moved or deleted")
        if path.suffix.lower() == TS_SUFFIX:
            return {one.row: numeric_hash(one.frames) for one in read_ts(path) if one.frames is not None}
        candidate = Candidate(id=file, targets={}, file=path.name)
        reading = read_candidate(candidate, root=path.parent, kind=self.kind, data=self.data)
        return {one.row: one.content_hash for one in reading.items}


def require_as_scanned(item: Item, now: Mapping[str, str | None], names: Iterable[str], *, group: str) -> None:
    """Refuse an item of which another program has changed what is to be changed.

    Args:
        item: As it was scanned.
        now: The columns as they are.
        names: Columns that are to be changed.
        group: The group's column.

    Raises:
        DataError: They differ.
    """
    for name in names:
        if name not in item.targets and name != group:
            continue
        before: str | float = item.targets.get(name, item.group or "")
        current = (now.get(name) or "").strip()
        if not _is_same(current, before):
            raise DataError(
                f"A change needs its items as they were. Received: {item.id}, whose {name} was {before!r} and is {current!r} now. "
                "Read the data set again."
            )


def _is_same(current: str, before: str | float) -> bool:
    if isinstance(before, str):
        return current == before
    try:
        return float(current) == before
    except ValueError:
        return False


def _patch(name: str, content: bytes | None, text: TextFile) -> Patch | None:
    splices = text.splices()
    if not splices:
        return None
    before = content or b""
    after = apply_splices(before, splices)
    return Patch(name, splices, "" if content is None else digest(before), digest(after))


def _copy(source: Path, target: Path) -> None:
    """Copy the content of a regular file, whole or not at all."""
    if not source.is_file():
        raise StorageError(f"Cannot read {source}: it is no file. Check the path.")
    with atomic_path(target) as temporary:
        try:
            stream = source.open("rb")
        except OSError as error:
            raise storage_error("read", source, error) from error
        with stream, temporary.open("wb") as copy:
            shutil.copyfileobj(stream, copy, _CHUNK_BYTES)
