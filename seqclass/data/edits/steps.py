"""The few things that an edit does to files. Each step can be checked, done, recognised as done, and turned round.

A path is relative to the data set; what begins with ``.seqclass/`` lies in the project, wherever that is.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import msgspec

from seqclass.data.content import MAX_TEXT_BYTES
from seqclass.data.edits.text import Splice, apply_splices, digest, inverted
from seqclass.data.project import FOLDER, is_remapped, remap_splits
from seqclass.data.walk import escape_reason, is_ignored
from seqclass.errors import DataError, StorageError
from seqclass.files import atomic_path, read_bytes

PROJECT = f"{FOLDER}/"
_CHUNK_BYTES = 1 << 20
_MAX_PATCHED_BYTES = 50 * MAX_TEXT_BYTES


class Move(msgspec.Struct, frozen=True, tag="move"):
    """A file or folder gets another path. ``mark`` is its `mark_of`."""

    source: str
    target: str
    mark: str


class Patch(msgspec.Struct, frozen=True, tag="patch"):
    """Pieces of a text file are replaced. ``before`` and ``after`` are SHA-256, empty where there is no file."""

    file: str
    splices: tuple[Splice, ...]
    before: str
    after: str


class MakeFolder(msgspec.Struct, frozen=True, tag="mkdir"):
    """A folder is made."""

    folder: str


class RemoveFolder(msgspec.Struct, frozen=True, tag="rmdir"):
    """A folder goes, if nothing is left in it."""

    folder: str


class Remap(msgspec.Struct, frozen=True, tag="remap"):
    """Saved split assignments follow items whose ids change. ``pairs``: old id -> new id."""

    pairs: dict[str, str]


Step = Move | Patch | MakeFolder | RemoveFolder | Remap


@dataclass(frozen=True)
class Place:
    """The two folders that steps act on, both resolved."""

    root: Path
    project: Path

    def path(self, name: str) -> Path:
        """Where a name of a step lies.

        Raises:
            StorageError: It leads out of both folders: a journal is a file that anyone may have written.
        """
        inside = name.startswith(PROJECT)
        folder, relative = (self.project, name[len(PROJECT) :]) if inside else (self.root, name)
        # The last part may be a link of the data set's own; it is moved as it is. What leads to it must stay inside.
        parent = PurePosixPath(relative).parent.as_posix()
        reason = "it is empty" if relative in ("", ".") else escape_reason(folder, relative if ".." in relative else parent)
        if reason or PurePosixPath(relative).is_absolute():
            raise StorageError(f"A change must stay within {folder}. Received: {name!r}: {reason or 'an absolute path'}.")
        return folder / relative


def invert(step: Step) -> Step:
    """The step that leads back."""
    if isinstance(step, Move):
        return Move(step.target, step.source, step.mark)
    if isinstance(step, Patch):
        return Patch(step.file, inverted(step.splices), step.after, step.before)
    if isinstance(step, MakeFolder):
        return RemoveFolder(step.folder)
    if isinstance(step, RemoveFolder):
        return MakeFolder(step.folder)
    return Remap({new: old for old, new in step.pairs.items()})


def mark_of(path: Path, *, without: Collection[Path] = ()) -> str:
    """What tells whether a file or folder is still the same.

    Args:
        path: A file gives its size and SHA-256; a folder the names and sizes of its files; a link its target.
        without: Files in the folder that do not count.
    """
    if path.is_symlink():
        return f"link {path.readlink()}"
    if not path.is_dir():
        return file_mark(path)
    lines: list[str] = []
    for folder, folders, files in os.walk(path):
        folders.sort()
        for name in sorted(files):
            one = Path(folder) / name
            if one not in without and not is_ignored(name):
                lines.append(f"{one.relative_to(path).as_posix()} {one.lstat().st_size}")
    return f"folder {digest(os.fsencode(chr(10).join(lines)))}"


def file_mark(path: Path) -> str:
    """Size and SHA-256 of a file."""
    import hashlib

    hasher, size = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while block := stream.read(_CHUNK_BYTES):
            hasher.update(block)
            size += len(block)
    return f"{size} {hasher.hexdigest()}"


def check(steps: Sequence[Step], place: Place) -> None:
    """Make sure that every step finds what it expects, before the first one is done.

    Raises:
        DataError: Naming the file that another program has changed.
        OSError: A file cannot be read.
    """
    moving = {place.path(step.source) for step in steps if isinstance(step, Move)}
    going = moving | {place.path(step.file) for step in steps if isinstance(step, Patch) and not step.after}
    for step in steps:
        if isinstance(step, Move):
            _check_move(step, place, moving)
        elif isinstance(step, Patch):
            if _digest_of(place.path(step.file)) != step.before:
                raise changed(step.file, "was changed")
        elif isinstance(step, RemoveFolder):
            folder = place.path(step.folder)
            left = next(_left_in(folder, going), None)
            if left is not None:
                raise changed(step.folder, f"has something new in it ({left})")


def changed(name: str, what: str) -> DataError:
    """The error of a file that is no longer as it was."""
    return DataError(f"A change needs its files as they were. Received: {name}, which {what} since. Read the data set again.")


def run(step: Step, place: Place, *, mark: str) -> None:
    """Do a step.

    Args:
        step: What to do.
        place: Where.
        mark: A name of this run, by which `is_done` recognises a `Remap`.

    Raises:
        OSError: It cannot be done; then nothing of it is.
        StorageError: The same.
        DataError: The file is not as expected.
    """
    if isinstance(step, Move):
        source, target = place.path(step.source), place.path(step.target)
        if step.target.startswith(PROJECT):
            target.parent.mkdir(parents=True, exist_ok=True)
        if os.path.lexists(target) and not _same_name(source, target):
            raise changed(step.target, "came into being")
        source.rename(target)
    elif isinstance(step, Patch):
        _patch(step, place)
    elif isinstance(step, MakeFolder):
        place.path(step.folder).mkdir(exist_ok=True)
    elif isinstance(step, RemoveFolder):
        with contextlib.suppress(FileNotFoundError):
            if not any(place.path(step.folder).iterdir()):  # a file of the desktop's, as .DS_Store, may stay
                place.path(step.folder).rmdir()
    else:
        remap_splits(place.project, step.pairs, mark=mark)


def is_done(step: Step, place: Place, *, mark: str) -> bool:
    """Whether a step was done before the program was killed.

    Raises:
        DataError: It can be neither done nor seen as done.
    """
    if isinstance(step, Move):
        source, target = place.path(step.source), place.path(step.target)
        before, after = os.path.lexists(source), os.path.lexists(target)
        if before and after and _same_name(source, target):
            return target.name in {entry.name for entry in target.parent.iterdir()}
        if before == after:
            raise changed(step.source, "stands in two places" if before else "is in neither place")
        return after
    if isinstance(step, Patch):
        now = _digest_of(place.path(step.file))
        if now not in (step.before, step.after):
            raise changed(step.file, "was changed")
        return now == step.after
    if isinstance(step, MakeFolder):
        return place.path(step.folder).is_dir()
    if isinstance(step, RemoveFolder):
        return not place.path(step.folder).is_dir()
    return is_remapped(place.project, mark=mark)


def _check_move(step: Move, place: Place, moving: Collection[Path]) -> None:
    source, target = place.path(step.source), place.path(step.target)
    if not os.path.lexists(source):
        raise changed(step.source, "was moved or deleted")
    if os.path.lexists(target) and not _same_name(source, target):
        raise changed(step.target, "came into being")
    if mark_of(source, without=moving) != step.mark:
        raise changed(step.source, "was changed")


def _same_name(source: Path, target: Path) -> bool:
    """Whether two names differ in upper and lower case only on a disk where that is one file."""
    return source != target and source.parent == target.parent and source.exists() and source.samefile(target)


def _left_in(folder: Path, moving: Collection[Path]) -> Iterator[str]:
    if folder.is_dir():
        for entry in sorted(folder.iterdir()):
            if entry.is_dir() and not entry.is_symlink():
                yield from _left_in(entry, moving)
            elif entry not in moving and not is_ignored(entry.name):
                yield entry.name


def _digest_of(path: Path) -> str:
    return digest(read_bytes(path, limit=_MAX_PATCHED_BYTES)) if path.exists() else ""


def _patch(step: Patch, place: Place) -> None:
    path = place.path(step.file)
    if not step.after:
        path.unlink(missing_ok=True)
        return
    if path.is_symlink():
        path = path.resolve()
        if not path.is_relative_to(place.root) and not path.is_relative_to(place.project):
            raise changed(step.file, "became a link out of the data set")
    old = read_bytes(path, limit=_MAX_PATCHED_BYTES) if step.before else b""
    try:
        new = apply_splices(old, step.splices)
    except ValueError as error:
        raise changed(step.file, "was changed") from error
    if digest(new) != step.after:
        raise changed(step.file, "was changed")
    mode = stat.S_IMODE(path.stat().st_mode) if step.before else None
    if mode is not None and not (mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) and os.access(path, os.W_OK)):
        # A rename would replace it all the same; whoever took the right to write away did not mean that.
        raise StorageError(f"Cannot write {path}: permission denied; allow writing to it or copy the data set.")
    with atomic_path(path) as temporary:
        temporary.write_bytes(new)
        if mode is not None:
            shutil.copymode(path, temporary)
