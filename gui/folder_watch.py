"""Sees when the open data set is changed by somebody else: another window, another program, a drive that is unplugged.

Folders are watched by the operating system; what counts is a snapshot of names, sizes and times, taken in the background, because a
folder also stirs when nothing of the data set has changed (the project lies in it).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from gui.background import Task, run_in_background
from seqclass.data.project import OVERLAY, project_dir

if TYPE_CHECKING:
    from seqclass.data.manifest import Manifest

SETTLE_MS = 700
"""Changes come in crowds, and an edit of this window tells its own."""
LOOK_MS = 4_000
"""A drive that is pulled out may go without a word."""
MOST_WATCHED = 400
_DEPTH = 3
_MOST_ENTRIES = 50_000


class Snapshot(NamedTuple):
    """What a data set folder holds.

    Attributes:
        folders: Path of each folder and time of its last change, the data set's own first.
        files: Path of each file.
        digest: Of all paths, sizes and times.
        is_there: Whether the folder can be read.
    """

    folders: tuple[str, ...] = ()
    files: frozenset[str] = frozenset()
    digest: int = 0
    is_there: bool = False


class FolderWatch(QObject):
    """Watches one folder.

    Signals:
        changed: It holds other things than when `note` was called last.
        vanished: It is there no longer, or everything in it has gone at once.
        returned: It is there again.
    """

    changed = Signal()
    vanished = Signal()
    returned = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._folder: Path | None = None
        self._known: Snapshot | None = None
        self._is_gone = False
        self._task: Task | None = None
        self._wants_note = False
        self._manifest: Manifest | None = None
        self._watcher = QFileSystemWatcher(self)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._pulse = QTimer(self, interval=LOOK_MS)
        self._watcher.directoryChanged.connect(lambda _: self._settle.start())
        self._watcher.fileChanged.connect(lambda _: self._settle.start())
        self._settle.timeout.connect(self.look)
        self._pulse.timeout.connect(self._look_for_it)

    @property
    def is_gone(self) -> bool:
        """Whether the folder has vanished."""
        return self._is_gone

    def set_folder(self, folder: Path | None) -> None:
        """Watch another folder, or none."""
        self._drop()
        self._folder, self._known, self._manifest, self._is_gone = folder, None, None, False
        watched = self._watcher.directories() + self._watcher.files()
        if watched:
            self._watcher.removePaths(watched)
        self._settle.stop()
        if folder is None:
            self._pulse.stop()
        else:
            self._pulse.start()
            self.note()

    def note(self, manifest: Manifest | None = None) -> None:
        """What the folder holds now is known.

        Args:
            manifest: After an edit, what is known. Another window may have changed something meanwhile: a file too many or too
                few is a change.
        """
        self._manifest = manifest
        self._read(is_note=True)

    def look(self) -> None:
        """See whether the folder holds what is known."""
        self._read(is_note=False)

    def _drop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _read(self, *, is_note: bool) -> None:
        folder, known = self._folder, self._known
        if folder is None:
            return
        self._drop()
        self._wants_note = is_note or self._wants_note  # a note that has not been taken yet is not to be lost
        manifest = self._manifest if self._wants_note else None

        def read() -> tuple[Snapshot, bool]:
            found = snapshot(folder.resolve())
            return found, manifest is None or known is None or _agrees(manifest, known, found)

        def done(result: tuple[Snapshot, bool]) -> None:
            self._task = None
            self._take(*result)

        self._task = run_in_background(read, self, done=done, failed=lambda _: None)

    def _look_for_it(self) -> None:
        """Look whether the folder is there, which costs next to nothing."""
        folder = self._folder
        if folder is None or self._task is not None:
            return

        def done(is_there: bool) -> None:
            if folder == self._folder and is_there == self._is_gone:
                self.look()

        run_in_background(folder.is_dir, self, done=done, failed=lambda _: None)

    def _take(self, found: Snapshot, is_agreed: bool) -> None:
        known, is_note = self._known, self._wants_note and is_agreed
        self._wants_note, self._manifest = False, None
        had_files = known is not None and bool(known.files)
        is_gone = not found.is_there or (had_files and not found.files and len(found.folders) <= 1)
        if is_gone:
            if not self._is_gone and known is not None:
                self._is_gone = True
                self.vanished.emit()
            return
        if self._is_gone:
            self._is_gone = False
            self._note(found)
            self.returned.emit()
        elif is_note or known is None:
            self._note(found)
        elif found != known or not is_agreed:
            self._note(found)
            self.changed.emit()

    def _note(self, found: Snapshot) -> None:
        self._known = found
        wanted = found.folders[:MOST_WATCHED]
        watched = set(self._watcher.directories())
        fresh = [path for path in wanted if path not in watched]
        stale = list(watched - set(wanted))
        if stale:
            self._watcher.removePaths(stale)
        if fresh:
            self._watcher.addPaths(fresh)


def snapshot(folder: Path) -> Snapshot:
    """Look at a folder, without what begins with a dot (the project is in such a one), and at what was changed outside of it."""
    folders: list[str] = []
    files: dict[str, tuple[int, int]] = {}
    waiting = [(str(folder), 0)]
    changes_elsewhere = project_dir(folder) / OVERLAY
    if changes_elsewhere.is_dir():
        waiting.insert(0, (str(changes_elsewhere), 1))
    while waiting:
        path, depth = waiting.pop()
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir():
                        if depth < _DEPTH:
                            waiting.append((entry.path, depth + 1))
                    elif len(files) < _MOST_ENTRIES:
                        facts = entry.stat()
                        files[entry.path] = (facts.st_size, facts.st_mtime_ns)
        except OSError:
            if depth == 0:
                return Snapshot()
            continue
        folders.append(path)
    digest = hash(frozenset(files.items()))
    return Snapshot((folders[0], *sorted(folders[1:])), frozenset(files), digest, is_there=True)


def _agrees(manifest: Manifest, known: Snapshot, found: Snapshot) -> bool:
    """Whether a manifest has all that is new in a folder, and nothing that is not in it."""
    if manifest.overlay or len(found.files) >= _MOST_ENTRIES:
        return True  # files are in two places, or too many to look at all of them: the next change will tell
    used = {str(manifest.path_of(item.file)) for item in manifest.items if item.file is not None}
    listed = {str(manifest.path / problem.file.partition("#")[0]) for problem in manifest.problems}
    return used <= found.files and (found.files - known.files) <= (used | listed)
