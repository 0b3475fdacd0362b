"""Files that a person brings into a data set: checked and copied in a thread, with a report of each that was refused."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from gui.background import run_in_background
from gui.pages.collect.changes import Changes
from gui.state import AppState
from gui.widgets.dialogs import Dialogs
from gui.worker import Worker
from seqclass.events import AnyEvent, CancelToken, Failed, Finished, Progress, encode
from seqclass.jobs import explain
from seqclass.specs import Kind, ScanJob

if TYPE_CHECKING:
    from seqclass.data.importing import ImportReport
    from seqclass.data.manifest import Manifest


class Imports(QObject):
    """Starts imports and tells what became of them."""

    def __init__(self, state: AppState, changes: Changes, dialogs: Dialogs, owner: QWidget) -> None:
        super().__init__(owner)
        self._state, self._changes, self._dialogs, self._owner = state, changes, dialogs, owner

    def ask(self, label: str | None) -> None:
        """Let the person choose files to import into a class; None as for `bring`."""
        chosen = self._dialogs.choose_files(self._owner, self.tr("Import files"))
        if chosen:
            self.bring(label, [str(path) for path in chosen])

    def bring(self, label: str | None, paths: Sequence[str]) -> None:
        """Import files and folders into a class; None: each into a class that is called like its folder."""
        manifest = self._state.manifest
        if manifest is None or not paths:
            return
        if len(paths) == 1 and Path(paths[0]).is_dir():
            text = self.tr("{name} is a folder. Its files can become items of this data set, or it can be opened by itself.")
            answers = (self.tr("Import its files"), self.tr("Open it"))
            answer = self._dialogs.choose(self._owner, self.tr("A folder"), text.format(name=Path(paths[0]).name), answers)
            if answer is None:
                return
            if answer == 1:
                self._state.open_dataset(paths[0])
                return
        into = label if label is not None else self.tr("classes named like their folders")
        title = self.tr("Importing into {name}").format(name=into)
        worker = ImportWorker(manifest, self._changes.kind, paths, label, title, self)

        def done(_result: dict[str, object]) -> None:
            if worker.report is not None:
                self._take_report(worker.report)

        self._state.adopt(worker, done=done)
        worker.start()

    def _take_report(self, report: ImportReport) -> None:
        n_new, n_refused = len(report.imported), len(report.refused)
        parts = [self.tr("%n file(s) imported.", "", n_new)] if n_new or not n_refused else []
        if n_refused:
            parts.append(self.tr("%n file(s) refused.", "", n_refused))
            parts.append(report.refused[0].reason if n_refused == 1 else self.tr("The details say why."))
        self._state.post("warn" if n_refused else "good", " ".join(parts), details=described(report))
        if n_new:
            self._state.rescan()


class ImportWorker(Worker):
    """An import; a `Worker`, so that the job bar shows it.

    Attributes:
        report: What became of each file; None before the end.
    """

    _spoke = Signal(object)

    def __init__(
        self, manifest: Manifest, kind: Kind, paths: Sequence[str], label: str | None, title: str, parent: QObject
    ) -> None:
        super().__init__(ScanJob(dataset=manifest.root, data=manifest.data), title, parent)
        self.report: ImportReport | None = None
        self._manifest, self._kind, self._paths, self._label = manifest, kind, paths, label
        self._token = CancelToken()
        self._spoke.connect(self._take_event)

    def start(self) -> None:
        """Begin."""
        run_in_background(self._import, self, done=self._take, failed=self._fail)

    def stop(self) -> None:
        """As `cancel`: half an import is none."""
        self.cancel()

    def cancel(self) -> None:
        """End it without a result."""
        self._is_cancelling = True
        self._token.cancel()

    def kill(self) -> None:
        """End it at the next file."""
        self.cancel()

    def _import(self) -> ImportReport:
        from seqclass.data.edits.editing import Edits
        from seqclass.data.importing import import_files

        edits = Edits(self._manifest.root, self._manifest.data, kind=self._kind)
        return import_files(
            edits, map(Path, self._paths), self._label, manifest=self._manifest, emit=self._say, cancel=self._token
        )

    def _say(self, event: AnyEvent) -> None:
        self._spoke.emit(event)

    def _take_event(self, event: AnyEvent) -> None:
        if isinstance(event, Progress):
            self.progress = event
        self.event_received.emit(event)

    def _take(self, report: ImportReport) -> None:
        self.report = report
        self._hear(encode(Finished(result={"imported": len(report.imported)})))
        self._end("")

    def _fail(self, error: Exception) -> None:
        self._hear(encode(Failed(message=str(explain(error)), kind=type(error).__name__)))
        self._end("")


def described(report: ImportReport) -> str:
    """All that was refused and changed, a line each."""
    lines = [f"✕ {one.file}: {one.reason}" for one in report.refused]
    lines += [f"→ {file}: {new}" for file, new in report.renamed.items()]
    lines += [f"~ {file}: {what}" for file, what in report.converted.items()]
    return "\n".join(lines)
