"""Foreign models: a child process looks into the file, the person says what it does not tell, a child converts it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from gui.state import BUNDLE_SUFFIX, AppState
from gui.widgets.dialogs import Dialogs
from gui.widgets.import_form import ImportForm
from gui.worker_process import WorkerProcess
from seqclass.data.project import cache_dir, is_writable
from seqclass.errors import SeqclassError
from seqclass.events import AnyEvent, Progress
from seqclass.files import write_text
from seqclass.specs import ImportJob

_MOST_PLACES = 100


class ModelImport(QObject):
    """One import, from a file to the open model.

    Attributes:
        form: The questions; None until the file was looked into, and after the end.
    """

    def __init__(self, state: AppState, dialogs: Dialogs, owner: QWidget) -> None:
        super().__init__(owner)
        self._state, self._dialogs, self._owner = state, dialogs, owner
        self._worker: WorkerProcess | None = None
        self.form: ImportForm | None = None

    def start(self, file: Path) -> None:
        """Look into a file, and ask; what is not supported is told by layer and reason."""
        title = self.tr("Looking into {name}").format(name=file.name)
        self._state.start_job(ImportJob(file=str(file)), title, done=lambda found: self._ask(file, found))

    def _ask(self, file: Path, found: dict[str, Any]) -> None:
        from seqclass.model.features_file import parse_features

        form = ImportForm(
            self._owner,
            self._dialogs,
            found,
            file=file,
            out=_free_place(file, self._folder(file)),
            read_features=parse_features,
        )
        form.suggest(**self._likely(found))
        form.wanted.connect(lambda: self._convert(file))
        form.stop_wanted.connect(self._stop)
        form.finished.connect(self._forget)
        self.form = form
        form.open()

    def _folder(self, file: Path) -> Path:
        return file.parent if is_writable(file.parent) else Path.home()

    def _likely(self, found: dict[str, Any]) -> dict[str, Any]:
        """What the open data set suggests."""
        manifest = self._state.manifest
        if manifest is None:
            return {}
        classes = list(manifest.labels()) if manifest.targets and manifest.targets[0].kind == "class" else []
        fitting = [each["name"] for each in found["outputs"] if each["kind"] == "class" and each["classes"] == len(classes)]
        rates = {item.rate_hz for item in manifest.items if item.rate_hz}
        return {
            "kind": manifest.kind,
            "rate_hz": min(rates) if rates else None,
            "labels": {fitting[0]: classes} if fitting and classes else {},
        }

    def _convert(self, file: Path) -> None:
        form = self.form
        if form is None or self._worker is not None:
            return
        try:
            labels = tuple(_written(output, classes) for output, classes in form.classes().items())
        except SeqclassError as error:
            form.say(str(error), "bad")
            return
        job = ImportJob(
            file=str(file),
            out=str(form.out),
            features=form.features(),
            labels=labels,
            pooling=form.pooling.currentData() or "last",
        )
        title = self.tr("Importing {name}").format(name=file.name)
        form.say("")
        form.set_busy(is_busy=True)
        self._worker = self._state.start_job(job, title, done=self._take, failed=self._fail, heard=self._hear)
        if self._worker is None:
            form.set_busy(is_busy=False)

    def _hear(self, event: AnyEvent) -> None:
        if isinstance(event, Progress) and self.form is not None:
            words = {"reading": self.tr("Reading the file …"), "comparing with Keras": self.tr("Comparing with Keras …")}
            self.form.say(words.get(event.stage, event.stage))

    def _take(self, result: dict[str, Any]) -> None:
        self._worker = None
        if self.form is not None:
            self.form.set_busy(is_busy=False)
            self.form.accept()
        text = self.tr("Imported: {path}. Its numbers agree with Keras within {difference}.")
        told = text.format(path=result["bundle"], difference=f"{result.get('max_abs_difference', 0.0):.1e}")
        warnings = result.get("warnings") or []
        self._state.post("warn" if warnings else "good", " ".join([told, *warnings[:1]]), details="\n".join(warnings))
        self._state.open_bundle(result["bundle"])

    def _fail(self, message: str, kind: str) -> None:
        self._worker = None
        if self.form is None:
            return
        self.form.set_busy(is_busy=False)
        if kind == "CancelledError":
            self.form.say(self.tr("Stopped. Nothing was written."))
        else:
            self.form.say(message, "bad")

    def _stop(self) -> None:
        if self._worker is not None:
            self._worker.cancel()

    def _forget(self, _code: int) -> None:
        if self.form is not None:
            self.form.deleteLater()
        self.form = None
        self.deleteLater()


def _free_place(file: Path, folder: Path) -> Path:
    """A name beside the file that no model has yet."""
    names = (f"{file.stem}{'' if number == 1 else f'-{number}'}{BUNDLE_SUFFIX}" for number in range(1, _MOST_PLACES))
    return next((folder / name for name in names if not (folder / name).exists()), folder / f"{file.stem}{BUNDLE_SUFFIX}")


def _written(output: str, classes: list[str]) -> str:
    """Labels as the job takes them, by way of a file: a label may hold a comma."""
    content = "\n".join(classes) + "\n"
    digest = hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:16]
    path = cache_dir() / "imports" / f"{digest}.txt"
    write_text(path, content)
    return f"{output}={path}"
