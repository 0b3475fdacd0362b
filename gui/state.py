"""What the window is about: the one place where pages meet.

`AppState` holds facts (the open data set, the open model, the runs, the selected item, settings, jobs) and says by one signal
for each that it has changed. Pages read facts, connect to signals and call the methods here; they never call one another.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QObject, Signal

from gui import settings as stored
from gui.background import run_in_background
from gui.jobs import Done, Failed, Heard, Jobs
from gui.log import log
from gui.messages import Level, Message
from gui.open_folder import OpenFolder
from gui.settings import Settings, with_recent
from gui.worker import Worker
from gui.worker_process import WorkerProcess
from seqclass import files
from seqclass.data.project import project_dir
from seqclass.errors import SeqclassError
from seqclass.inspection.view import SUFFIX
from seqclass.jobs import explain
from seqclass.specs import Job, SampleJob, TrainJob

if TYPE_CHECKING:
    from seqclass.data.manifest import Item, Manifest
    from seqclass.data.runs import StoredRun
    from seqclass.model.bundle import Bundle

BUNDLE_SUFFIX = files.BUNDLE_SUFFIX
VIEW_SUFFIX = SUFFIX
FOREIGN_SUFFIXES = (".keras", ".h5", ".hdf5", ".safetensors", ".npz")
"""Of models that others have made, which are imported. A ``.npz`` may also be an item of a data set."""
PAGES = ("collect", "train", "evaluate", "live", "inspect")


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
        self.bundle: Bundle | None = None
        self.runs: tuple[StoredRun, ...] = ()
        self.selection: Selection | None = None
        self._is_told_of_settings = False
        self._jobs = Jobs(self.post, self)
        self._jobs.started.connect(self.job_started)
        self._jobs.ended.connect(self._take_end)
        self._folder = OpenFolder(self._jobs, self.post, self)
        self._folder.scanned.connect(self._publish)
        self._folder.scanning_changed.connect(self.scanning_changed)

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

    @property
    def jobs(self) -> tuple[Worker, ...]:
        """Running workers, oldest first."""
        return self._jobs.running

    def start_job(
        self, job: Job, title: str, *, done: Done | None = None, failed: Failed | None = None, heard: Heard | None = None
    ) -> WorkerProcess | None:
        """Start a job in a process of its own; the job bar shows it with a way to cancel. See `gui.jobs.Jobs.start`."""
        return self._jobs.start(job, title, done=done, failed=failed, heard=heard)

    def adopt(
        self, worker: Worker, *, done: Done | None = None, failed: Failed | None = None, heard: Heard | None = None
    ) -> None:
        """Take a worker into `jobs` until it ends."""
        self._jobs.adopt(worker, done=done, failed=failed, heard=heard)

    def long_jobs(self) -> tuple[WorkerProcess, ...]:
        """Jobs that would end with the window and are worth a question: trainings."""
        return self._jobs.long()

    def detach_jobs(self) -> bool:
        """Let trainings go on without the window, to be found again at the next start; False where one cannot."""
        return self._jobs.detach()

    def reattach_jobs(self) -> None:
        """Find what an earlier window let go on in the background, or what has ended since."""
        self._jobs.reattach(self._tell_background)

    def _take_end(self, worker: Worker) -> None:
        self.job_ended.emit(worker)
        if isinstance(worker.job, TrainJob):
            self.refresh_runs()

    def _tell_background(self, worker: Worker, result: dict[str, Any]) -> None:
        text = self.tr("Finished in the background: {title}").format(title=worker.title)
        bundle = result.get("bundle")
        if bundle:
            self.post("good", text, action=self.tr("Open the model"), on_action=lambda: self.open_bundle(bundle))
        else:
            self.post("good", text)

    def close(self) -> None:
        """Let go of all workers, at the end of the window."""
        self._folder.close()
        self._jobs.close()
        self._folder.remove_files()

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
        self._folder.set_path(path)
        self.refresh_runs()
        self.rescan()
        self._folder.tell_if_read_only()

    def close_dataset(self) -> None:
        """Open none."""
        self._folder.set_path(None)
        self.dataset, self.manifest, self.summary = None, None, {}
        self.select(None)
        self.dataset_changed.emit(None)
        self.manifest_changed.emit(None)
        self.change_settings(dataset="")
        self.refresh_runs()

    @property
    def is_scanning(self) -> bool:
        """Whether the open folder is being looked through."""
        return self._folder.is_scanning

    def rescan(self) -> None:
        """Look again what is in the open folder, after a change for instance."""
        self._folder.rescan()

    def make_sample(self, folder: Path | str, *, takes: int = 3) -> None:
        """Make the spoken sample in a folder and open it."""
        job = SampleJob(folder=str(folder), takes=takes)
        self.start_job(job, self.tr("Making the spoken sample"), done=lambda result: self.open_dataset(result["dataset"]))

    def take_manifest(self, manifest: Manifest, summary: dict[str, Any]) -> None:
        """Take what is in the open folder from now on, from a change that knows what it did."""
        self._folder.note_change(manifest)
        self._publish(manifest, summary)

    def _publish(self, manifest: Manifest, summary: dict[str, Any]) -> None:
        self.summary = summary
        self.manifest = manifest
        self.manifest_changed.emit(manifest)

    def manifest_file(self) -> str:
        """A file of the `manifest`, which saves a job a scan; empty where there is none, as after a change."""
        return self._folder.file if self.manifest is not None else ""

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
