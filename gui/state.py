"""What the window is about: the one place where pages meet.

`AppState` holds facts (the open data set, the open model, the runs, the selected item, settings, jobs) and says by one signal
for each that it has changed. Pages read facts, connect to signals and call the methods here; they never call one another.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from PySide6.QtCore import QObject, Signal

from gui import settings as stored
from gui.background import run_in_background
from gui.folder_watch import FolderWatch
from gui.log import log
from gui.scan_files import ScanFiles
from gui.settings import Settings, with_recent
from gui.worker import Worker
from gui.worker_process import WorkerProcess
from seqclass import files
from seqclass.data.manifest import Item, Manifest, read_manifest
from seqclass.data.project import is_writable, project_dir
from seqclass.errors import SeqclassError
from seqclass.inspection.view import SUFFIX
from seqclass.jobs import explain
from seqclass.specs import DataSpec, Job, SampleJob, ScanJob, TrainJob

if TYPE_CHECKING:
    from seqclass.data.runs import StoredRun
    from seqclass.model.bundle import Bundle

BUNDLE_SUFFIX = files.BUNDLE_SUFFIX
Level = Literal["info", "good", "warn", "bad"]
VIEW_SUFFIX = SUFFIX
FOREIGN_SUFFIXES = (".keras", ".h5", ".hdf5", ".safetensors", ".npz")
"""Of models that others have made, which are imported. A ``.npz`` may also be an item of a data set."""
PAGES = ("collect", "train", "evaluate", "live", "inspect")


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One sentence for the person.

    Attributes:
        level: ``info`` and ``good`` go away by themselves, ``warn`` and ``bad`` stay until closed.
        text: The sentence, translated; what the library says stays in English.
        details: More, behind a button; empty for none.
        action: Label of a button; empty for none.
        on_action: Called by that button.
    """

    level: Level
    text: str
    details: str = ""
    action: str = ""
    on_action: Callable[[], None] | None = None


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """What Inspect (or any other page) looks at: an item of the data set, a file, or a text.

    Attributes:
        item: Of the open data set.
        path: Of a file, absolute.
        text: Typed.
        origin: Page that chose it.
    """

    item: Item | None = None
    path: str = ""
    text: str | None = None
    origin: str = ""


class AppState(QObject):
    """All facts of a window.

    Attributes:
        settings: What is remembered; change it by `change_settings`.
        dataset: The open folder; None without one.
        manifest: What is in it; None until it was scanned.
        summary: The scan's figures (`seqclass.data.summary.summarise`); empty until then.
        is_scanning: Whether a scan is under way.
        bundle: The open model; None without one.
        runs: Training runs of the data set, oldest first.
        selection: What was chosen last; None for nothing.
        jobs: Running workers, oldest first.

    Signals:
        settings_changed: The new `Settings`.
        dataset_changed: Another folder, or None. ``manifest`` is None then, until the scan has ended.
        manifest_changed: The new `Manifest`, or None.
        scanning_changed: Whether a scan is under way.
        bundle_changed: The new `Bundle`, or None.
        runs_changed: The new tuple of runs.
        selection_changed: The new `Selection`, or None.
        job_started, job_ended: A `Worker`.
        message_posted: A `Message`.
        page_requested: Name of the page to show.
        import_requested: Path of a foreign model that is to be imported.
        view_requested: Path of a view (`seqclass.inspection.view`) that is to be shown.
    """

    settings_changed = Signal(object)
    dataset_changed = Signal(object)
    manifest_changed = Signal(object)
    scanning_changed = Signal(bool)
    bundle_changed = Signal(object)
    runs_changed = Signal(object)
    selection_changed = Signal(object)
    job_started = Signal(object)
    job_ended = Signal(object)
    message_posted = Signal(object)
    page_requested = Signal(str)
    import_requested = Signal(object)
    view_requested = Signal(object)

    def __init__(self, settings: Settings | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = settings or Settings()
        self.dataset: Path | None = None
        self.manifest: Manifest | None = None
        self.summary: dict[str, Any] = {}
        self.is_scanning = False
        self.bundle: Bundle | None = None
        self.runs: tuple[StoredRun, ...] = ()
        self.selection: Selection | None = None
        self.jobs: tuple[Worker, ...] = ()
        self._scan: WorkerProcess | None = None
        self._scan_file = Path()
        self._scan_files = ScanFiles()
        self._is_closing = False
        self._is_told_of_settings = False
        self._missed_change = False
        self._watch = FolderWatch(self)
        self._watch.changed.connect(self._follow_folder)
        self._watch.vanished.connect(self._tell_vanished)
        self._watch.returned.connect(self._tell_returned)

    # Settings and messages

    def change_settings(self, **changes: Any) -> None:
        """Replace fields of the settings, write them and say so; nothing happens if none differs."""
        changed = msgspec.structs.replace(self.settings, **changes)
        if changed == self.settings:
            return
        self.settings = changed
        reason = stored.save(changed)
        self.settings_changed.emit(changed)
        if reason and not self._is_told_of_settings:
            self._is_told_of_settings = True
            self.post("warn", self.tr("What the app remembers for the next start cannot be saved."), details=reason)

    def page_setting(self, page: str, name: str, default: Any) -> Any:
        """What a page has kept for itself."""
        return self.settings.pages.get(page, {}).get(name, default)

    def keep_page_setting(self, page: str, name: str, value: Any) -> None:
        """Keep a plain value (text, number, list) for a page."""
        of_page = {**self.settings.pages.get(page, {}), name: value}
        self.change_settings(pages={**self.settings.pages, page: of_page})

    def post(
        self, level: Level, text: str, *, details: str = "", action: str = "", on_action: Callable[[], None] | None = None
    ) -> None:
        """Show a sentence in the message bar; see `Message`."""
        if level in ("warn", "bad"):
            log.info("shown: %s", text)
        self.message_posted.emit(Message(level=level, text=text, details=details, action=action, on_action=on_action))

    def post_error(self, error: Exception) -> None:
        """Show what went wrong, in words. A fault of the program goes to the log with its traceback."""
        if not isinstance(error, SeqclassError):
            log.error("failed", exc_info=error)
        self.post("bad", str(explain(error)))

    def go_to(self, page: str) -> None:
        """Ask the window for another page, one of `PAGES`."""
        self.page_requested.emit(page)

    # Jobs

    def start_job(
        self,
        job: Job,
        title: str,
        *,
        done: Callable[[dict[str, Any]], None] | None = None,
        failed: Callable[[str, str], None] | None = None,
        heard: Callable[[Any], None] | None = None,
    ) -> WorkerProcess | None:
        """Start a job in a process of its own; the job bar shows it with a way to cancel.

        Args:
            job: What to do.
            title: One short line for the person, translated.
            done: Called with the result.
            failed: Called with message and kind of the error, ``CancelledError`` where the person cancelled. Without it the
                message bar shows the message.
            heard: Called with each event.

        Returns:
            The worker. None where it was refused, which the person has been told: one training at a time.
        """
        worker = WorkerProcess(job, title, self)
        if worker.is_heavy and any(other.is_heavy for other in self.jobs):
            worker.deleteLater()
            self.post("warn", self.tr("One training at a time: wait for the one that runs, or stop it."))
            return None
        self.adopt(worker, done=done, failed=failed, heard=heard)
        worker.start()
        return worker

    def adopt(
        self,
        worker: Worker,
        *,
        done: Callable[[dict[str, Any]], None] | None = None,
        failed: Callable[[str, str], None] | None = None,
        heard: Callable[[Any], None] | None = None,
    ) -> None:
        """Take a worker into `jobs` until it ends."""
        if heard is not None:
            worker.event_received.connect(heard)
        if done is not None:
            worker.succeeded.connect(done)

        def on_failed(message: str, kind: str, lines: list[str]) -> None:
            if self._is_closing:
                return
            if failed is not None:
                failed(message, kind)
            elif kind != "CancelledError":
                self.post("bad", message, details="\n".join(lines))

        def on_ended() -> None:
            self.jobs = tuple(other for other in self.jobs if other is not worker)
            if self._is_closing:
                return
            self.job_ended.emit(worker)
            if self._missed_change:
                self._follow_folder()
            if isinstance(worker.job, TrainJob):
                self.refresh_runs()
            worker.deleteLater()

        worker.failed.connect(on_failed)
        worker.ended.connect(on_ended)
        self.jobs = (*self.jobs, worker)
        self.job_started.emit(worker)

    def long_jobs(self) -> tuple[WorkerProcess, ...]:
        """Jobs that would end with the window and are worth a question: trainings."""
        return tuple(worker for worker in self.jobs if worker.is_heavy and isinstance(worker, WorkerProcess))

    def detach_jobs(self) -> bool:
        """Let trainings go on without the window, to be found again at the next start; False where one cannot."""
        from gui.detached_worker import detach

        let_go = [worker for worker in self.long_jobs() if detach(worker)]
        self.jobs = tuple(worker for worker in self.jobs if worker not in let_go)
        return not self.long_jobs()

    def reattach_jobs(self) -> None:
        """Find what an earlier window let go on in the background, or what has ended since."""
        from gui.detached_worker import find

        for worker in find(self):
            self.adopt(worker, done=partial(self._tell_background, worker.title))
            worker.start()

    def _tell_background(self, title: str, result: dict[str, Any]) -> None:
        text = self.tr("Finished in the background: {title}").format(title=title)
        bundle = result.get("bundle")
        if bundle:
            self.post("good", text, action=self.tr("Open the model"), on_action=lambda: self.open_bundle(bundle))
        else:
            self.post("good", text)

    def close(self) -> None:
        """Let go of all workers, at the end of the window."""
        self._is_closing = True
        self._watch.set_folder(None)
        for worker in self.jobs:
            worker.kill()
        self._scan_files.clear()

    # The data set

    def open_dataset(self, folder: Path | str) -> None:
        """Open a folder and scan it; a folder that is not there is told, and what was open stays."""
        path = Path(folder).expanduser().absolute()
        if not path.is_dir():
            text = self.tr("There is no folder {path}. It may have been moved, renamed or unplugged.")
            self.post("bad", text.format(path=path))
            return
        self.dataset = path
        self.manifest, self.summary = None, {}
        self.select(None)
        self.dataset_changed.emit(path)
        self.manifest_changed.emit(None)
        self.change_settings(dataset=str(path), recent_datasets=with_recent(self.settings.recent_datasets, str(path)))
        self._watch.set_folder(path)
        self.refresh_runs()
        self.rescan()
        self._tell_if_read_only(path)

    def close_dataset(self) -> None:
        """Open none."""
        self._drop_scan()
        self._watch.set_folder(None)
        self.dataset, self.manifest, self.summary = None, None, {}
        self.select(None)
        self.dataset_changed.emit(None)
        self.manifest_changed.emit(None)
        self.change_settings(dataset="")
        self.refresh_runs()

    def rescan(self, data: DataSpec | None = None) -> None:
        """Look again what is in the open folder, after a change for instance."""
        if self.dataset is None:
            return
        self._drop_scan()
        self._missed_change = False
        self._watch.note()  # before the scan: what comes during it is then a change
        data = data or (self.manifest.data if self.manifest else DataSpec())
        self._scan_file = self._scan_files.new(self.dataset)
        job = ScanJob(dataset=str(self.dataset), data=data, manifest_out=str(self._scan_file))
        title = self.tr("Looking through {name}").format(name=self.dataset.name)
        self._scan = self.start_job(job, title, done=self._take_scan, failed=self._lose_scan)
        if self._scan is not None:
            self._scan.reader = _read_scan
        self._set_scanning(is_scanning=True)

    def make_sample(self, folder: Path | str, *, takes: int = 3) -> None:
        """Make the spoken sample in a folder and open it."""
        job = SampleJob(folder=str(folder), takes=takes)
        self.start_job(job, self.tr("Making the spoken sample"), done=lambda result: self.open_dataset(result["dataset"]))

    def _take_scan(self, result: dict[str, Any]) -> None:
        if self._scan is None or self._is_closing:
            return
        worker, self._scan = self._scan, None
        self._set_scanning(is_scanning=False)
        self._scan_files.take(self._scan_file, self.jobs)
        self._publish(worker.read, result)

    def take_manifest(self, manifest: Manifest, summary: dict[str, Any]) -> None:
        """Take what is in the open folder from now on, from a change that knows what it did."""
        self._watch.note(manifest)
        self._scan_files.forget()
        self._publish(manifest, summary)

    def _publish(self, manifest: Manifest, summary: dict[str, Any]) -> None:
        self.summary = summary
        self.manifest = manifest
        self.manifest_changed.emit(manifest)

    def _lose_scan(self, message: str, kind: str) -> None:
        self._scan = None
        self._set_scanning(is_scanning=False)
        if kind != "CancelledError" and not self._watch.is_gone:
            self.post("bad", message)

    def _follow_folder(self) -> None:
        """Somebody else has changed the folder: look through it again, once no import or the like is under way."""
        self._missed_change = any(not worker.is_heavy and worker is not self._scan for worker in self.jobs)
        if self.dataset is not None and not self._missed_change:
            self.rescan()

    def _tell_vanished(self) -> None:
        self._drop_scan()
        text = self.tr("The folder {path} is gone. It may have been unplugged, moved or renamed. The app waits for it.")
        self.post("bad", text.format(path=self.dataset))

    def _tell_returned(self) -> None:
        self.post("good", self.tr("The folder {path} is there again.").format(path=self.dataset))
        self.rescan()

    def _tell_if_read_only(self, folder: Path) -> None:
        def done(place: Path | None) -> None:
            if place is not None and folder == self.dataset:
                text = self.tr("{name} cannot be written to. What you add or change is kept in your own folder instead.")
                self.post("info", text.format(name=folder.name), details=str(place))

        def find() -> Path | None:
            return None if is_writable(folder) else project_dir(folder)

        run_in_background(find, self, done=done, failed=self.post_error)

    def _drop_scan(self) -> None:
        """Forget the scan that is under way; what it may yet write is nobody's."""
        if self._scan is None:
            return
        worker, self._scan = self._scan, None
        worker.succeeded.disconnect()
        worker.failed.disconnect()
        worker.ended.connect(partial(self._scan_files.remove, self._scan_file))
        worker.cancel()
        self._set_scanning(is_scanning=False)

    def _set_scanning(self, *, is_scanning: bool) -> None:
        if is_scanning != self.is_scanning:
            self.is_scanning = is_scanning
            self.scanning_changed.emit(is_scanning)

    def manifest_file(self) -> str:
        """A file of the `manifest`, which saves a job a scan; empty where there is none, as after a change."""
        return str(self._scan_files.current or "") if self.manifest is not None else ""

    # Model, runs, selection

    def open_bundle(self, file: Path | str, *, failed: Callable[[Exception], None] | None = None) -> None:
        """Read a model in the background. ``failed`` gets the error; without it the message bar shows it.

        A foreign model is imported first, for which a window asks the person what the file does not tell.
        """
        path = Path(file).expanduser().absolute()
        if path.suffix.lower() in FOREIGN_SUFFIXES:
            self.import_requested.emit(path)
            return

        def read() -> Bundle:
            from seqclass.model import bundle

            return bundle.read(path)

        run_in_background(read, self, done=self._take_bundle, failed=failed or self.post_error)

    def close_bundle(self) -> None:
        """Open none."""
        self.bundle = None
        self.bundle_changed.emit(None)
        self.change_settings(bundle="")

    def _take_bundle(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.bundle_changed.emit(bundle)
        path = str(bundle.path)
        self.change_settings(bundle=path, recent_bundles=with_recent(self.settings.recent_bundles, path))

    def open_path(self, path: Path | str) -> None:
        """Open a folder as a data set, a file as a model or a view."""
        path = Path(path)
        if path.suffix.lower() == VIEW_SUFFIX and not path.is_dir():
            self.view_requested.emit(path)
        elif path.suffix.lower() in (BUNDLE_SUFFIX, *FOREIGN_SUFFIXES) and not path.is_dir():
            self.open_bundle(path)
        else:
            self.open_dataset(path)

    def refresh_runs(self) -> None:
        """Read the list of training runs again, in the background."""
        dataset = self.dataset
        if dataset is None:
            self._take_runs(None, ())
            return

        def read() -> tuple[StoredRun, ...]:
            from seqclass.data import runs

            return runs.listed(project_dir(dataset))

        run_in_background(read, self, done=lambda found: self._take_runs(dataset, found), failed=self.post_error)

    def _take_runs(self, dataset: Path | None, found: tuple[StoredRun, ...]) -> None:
        if dataset == self.dataset:  # else another folder was opened meanwhile
            self.runs = found
            self.runs_changed.emit(found)

    def select(self, selection: Selection | None) -> None:
        """Choose what is looked at."""
        if selection != self.selection:
            self.selection = selection
            self.selection_changed.emit(selection)


def _read_scan(result: dict[str, Any]) -> Manifest:
    """In a thread: what a scan has left in its file."""
    return read_manifest(result["manifest"])
