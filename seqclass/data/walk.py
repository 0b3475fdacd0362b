"""List the files of a data set folder, sorted, without ever leaving it."""

from __future__ import annotations

import os
import re
from array import array
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from seqclass.data.manifest import Problem
from seqclass.data.project import FOLDER
from seqclass.errors import DataError
from seqclass.events import CancelToken

# Also LICENSE-CC-BY.txt and README.markdown; a recording called readme_01.wav is an item.
_PAPERS = re.compile(r"(license|licence|readme|copying)(-[\w.-]*)?(\.(txt|md|markdown|rst|html?|pdf))?", re.IGNORECASE)

Mark = tuple[int, int, int]
Marks = np.ndarray[Any, np.dtype[np.int64]]
NO_MARK: Mark = (-1, -1, -1)


@dataclass
class Walk:
    """What a walk found.

    Attributes:
        files: Relative paths with forward slashes, sorted; all of them regular files inside the root.
        marks: What `mark_of` says of each file, int64 (n_files, 3).
        problems: What cannot be visited, and why.
        ignored: Count of LICENSE, README and dot files (a dot folder counts once, the project of the data set not at all).
    """

    files: list[str] = field(default_factory=list)
    marks: Marks = field(default_factory=lambda: np.zeros((0, 3), np.int64))
    problems: list[Problem] = field(default_factory=list)
    ignored: int = 0


def is_ignored(name: str) -> bool:
    """Whether a file or folder of this name is no part of a data set: LICENSE, README, dot files."""
    return name.startswith(".") or _PAPERS.fullmatch(name) is not None


def walk(root: Path, *, cancel: CancelToken | None = None) -> Walk:
    """List everything below ``root``.

    Links to folders are not followed: what they point to inside the root is visited by itself, and what lies outside is no
    part of the data set. So there are no loops. A link to a file outside the root is a problem, never read.

    Raises:
        DataError: ``root`` is no folder that can be read.
    """
    check_root(root)
    found = Walk()
    real_root = root.resolve()
    files: list[str] = []
    marks = array("q")
    pending = [""]
    while pending:
        if cancel is not None:
            cancel.check()
        folder = pending.pop()
        try:
            with os.scandir(root / folder) as entries:
                listed = list(entries)
        except OSError as error:
            found.problems.append(Problem(printable(folder) + "/", f"the folder cannot be read: {error.strerror or error}"))
            continue
        for entry in listed:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if path == FOLDER:
                continue  # what this program made itself is no part of what it found
            if is_ignored(entry.name):
                found.ignored += 1
                continue
            # What most entries are is asked first: a file of a plain name that is no link.
            is_plain = entry.name.isascii() and entry.is_file(follow_symlinks=False)
            reason = "" if is_plain else _reason_to_skip(entry, real_root)
            if reason:
                found.problems.append(Problem(printable(path), reason))
            elif not is_plain and entry.is_dir(follow_symlinks=False):
                pending.append(path)
            else:
                files.append(path)
                marks.extend(mark_of(entry))
    found.problems.sort(key=lambda problem: problem.file)
    order = sorted(range(len(files)), key=files.__getitem__)
    found.files = [files[index] for index in order]
    if marks:
        found.marks = np.frombuffer(marks, np.int64).reshape(-1, 3)[order]
    return found


def mark_of(file: os.DirEntry[str] | Path) -> Mark:
    """By what a change of a file is noticed without opening it: size, time of its content and of its entry in ns since 1970.

    The latter also tells a file that another one of the same size and time was moved over. All -1 where nothing is known.
    """
    try:
        status = file.stat()
    except (OSError, ValueError):
        return NO_MARK
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


def check_root(root: Path) -> None:
    """Refuse what is no folder.

    Raises:
        DataError: With the way out.
    """
    try:
        if not root.exists():
            raise DataError(f"A data set must be a folder that exists. Received: {root}. Check the path.")
        if not root.is_dir():
            raise DataError(f"A data set must be a folder. Received: {root}, which is a file. Give the folder that it lies in.")
        os.scandir(root).close()
    except (OSError, ValueError) as error:
        raise DataError(f"A data set must be a folder that can be read. Received: {root} ({error}). Check the path.") from error


def escape_reason(root: Path, file: str) -> str:
    """Why a relative path leaves the root; empty where it does not. The file itself is not read."""
    pure = PurePosixPath(file.replace("\\", "/"))
    if pure.is_absolute() or re.match(r"[A-Za-z]:", file) or Path(file).is_absolute():
        return "its path must be relative to the data set folder"
    if ".." in pure.parts:
        return "its path leads out of the data set folder ('..')"
    try:
        if not (root / pure).resolve().is_relative_to(root.resolve()):
            return "it is a link to a place outside the data set folder; copy the file in"
    except (OSError, ValueError, RuntimeError) as error:
        return f"its path cannot be followed: {error}"
    return ""


def printable(name: str) -> str:
    """A file name that can be shown and written as UTF-8, whatever bytes it holds."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _reason_to_skip(entry: os.DirEntry[str], real_root: Path) -> str:
    try:
        entry.name.encode("utf-8")
    except UnicodeEncodeError:
        return "its name is not UTF-8; rename it"
    try:
        if entry.is_symlink():
            target = Path(entry.path).resolve(strict=True)
            if not target.is_relative_to(real_root):
                return "it is a link to a place outside the data set folder; copy it in"
            if target.is_dir():
                return "it is a link to a folder that is read under its own name"
        if not entry.is_dir() and not entry.is_file():
            return "it is neither a file nor a folder"
    except (OSError, RuntimeError) as error:
        text = error.strerror if isinstance(error, OSError) else str(error)
        return f"it cannot be followed: {text}"
    return ""
