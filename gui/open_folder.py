"""The open data set folder: looked through by a scan, and again when somebody else has changed it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from gui.background import run_in_background
from gui.folder_watch import FolderWatch
from gui.jobs import Jobs
from gui.messages import Post
from gui.scan_files import ScanFiles
from gui.worker import Worker
from seqclass.data.project import is_writable, project_dir
from seqclass.specs import DataSpec, ScanJob

if TYPE_CHECKING:
    from seqclass.data.manifest import Manifest


class OpenFolder(QObject):
    """Scans one folder after another.

    Attributes:
        path: The folder; None for none.
        is_scanning: Whether a scan is under way.

    Signals:
        scanned: The manifest, and the figures of `seqclass.data.summary.summarise`.
        scanning_changed: Whether a scan is under way.
    """

    scanned = Signal(object, object)
    scanning_changed = Signal(bool)

    def __init__(self, jobs: Jobs, post: Post, parent: QObject) -> None:
        super().__init__(parent)
        self.path: Path | None = None
        self.is_scanning = False
        self._jobs, self._post = jobs, post
        self._data = DataSpec()
        self._scan: Worker | None = None
        self._file = Path()
        self._files = ScanFiles()
        self._missed_change = False
        self._is_closing = False
        self._watch = FolderWatch(self)
        self._watch.changed.connect(self._follow)
        self._watch.vanished.connect(self._tell_vanished)
        self._watch.returned.connect(self._tell_returned)
        jobs.ended.connect(self._take_end)

    @property
    def file(self) -> str:
        """A file of the manifest that was found last; empty where there is none, as after a change."""
        return str(self._files.current or "")

    def set_path(self, path: Path | None) -> None:
        """Watch another folder, which was not scanned yet, or none."""
        self._drop_scan()
        self._files.forget()
        self.path, self._data = path, DataSpec()
        self._watch.set_folder(path)

    def rescan(self) -> None:
        """Look again what is in it."""
        if self.path is None:
            return
        self._drop_scan()
        self._missed_change = False
        self._watch.note()  # before the scan: what comes during it is then a change
        self._file = self._files.new(self.path)
        job = ScanJob(dataset=str(self.path), data=self._data, manifest_out=str(self._file))
        title = self.tr("Looking through {name}").format(name=self.path.name)
        self._scan = self._jobs.start(job, title, done=self._take_scan, failed=self._lose_scan)
        if self._scan is not None:
            self._scan.reader = _read_scan
        self._set_scanning(is_scanning=True)

    def note_change(self, manifest: Manifest) -> None:
        """A change of this window's own has made this of it."""
        self._data = manifest.data
        self._watch.note(manifest)
        self._files.forget()

    def tell_if_read_only(self) -> None:
        """Say where changes go, if they cannot go into the folder itself."""
        folder = self.path
        if folder is None:
            return

        def done(place: Path | None) -> None:
            if place is not None and folder == self.path:
                text = self.tr("{name} cannot be written to. What you add or change is kept in your own folder instead.")
                self._post("info", text.format(name=folder.name), details=str(place))

        def find() -> Path | None:
            return None if is_writable(folder) else project_dir(folder)

        def failed(error: Exception) -> None:
            self._post("bad", str(error))

        run_in_background(find, self, done=done, failed=failed)

    def close(self) -> None:
        """Leave it, at the end of the window."""
        self._is_closing = True
        self._watch.set_folder(None)

    def remove_files(self) -> None:
        """Remove what scans have left, once the jobs have ended."""
        self._files.clear()

    # A scan

    def _take_scan(self, result: dict[str, Any]) -> None:
        if self._scan is None or self._is_closing:
            return
        worker, self._scan = self._scan, None
        self._set_scanning(is_scanning=False)
        self._files.take(self._file, self._jobs.running)
        self._data = worker.read.data
        self.scanned.emit(worker.read, result)

    def _lose_scan(self, message: str, kind: str) -> None:
        self._scan = None
        self._set_scanning(is_scanning=False)
        if kind != "CancelledError" and not self._watch.is_gone:
            self._post("bad", message)

    def _drop_scan(self) -> None:
        """Forget the scan that is under way; what it may yet write is nobody's."""
        if self._scan is None:
            return
        worker, self._scan = self._scan, None
        worker.succeeded.disconnect()
        worker.failed.disconnect()
        worker.ended.connect(partial(self._files.remove, self._file))
        worker.cancel()
        self._set_scanning(is_scanning=False)

    def _set_scanning(self, *, is_scanning: bool) -> None:
        if is_scanning != self.is_scanning:
            self.is_scanning = is_scanning
            self.scanning_changed.emit(is_scanning)

    # What others do

    def _follow(self) -> None:
        """Somebody else has changed the folder: look through it again, once no import or the like is under way."""
        self._missed_change = any(not worker.is_heavy and worker is not self._scan for worker in self._jobs.running)
        if not self._missed_change:
            self.rescan()

    def _take_end(self, _worker: Worker) -> None:
        if self._missed_change:
            self._follow()

    def _tell_vanished(self) -> None:
        self._drop_scan()
        text = self.tr("The folder {path} is gone. It may have been unplugged, moved or renamed. The app waits for it.")
        self._post("bad", text.format(path=self.path))

    def _tell_returned(self) -> None:
        self._post("good", self.tr("The folder {path} is there again.").format(path=self.path))
        self.rescan()


def _read_scan(result: dict[str, Any]) -> Manifest:
    """In a thread: what a scan has left in its file."""
    from seqclass.data.manifest import read_manifest

    return read_manifest(result["manifest"])
