"""What the tour's model needs, one after another: sample, scan, training, evaluation. All of it runs in other processes."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from gui.state import AppState
from gui.worker import Worker
from seqclass.data.project import project_dir, user_dir
from seqclass.settings import Settings
from seqclass.specs import SampleJob, TrainJob

if TYPE_CHECKING:
    from seqclass.data.manifest import Item, Manifest

Phase = Literal["", "sample", "scan", "training", "opening", "ready", "failed", "cancelled"]
SAMPLE = "spoken-sample"
_MARKER = ".sample.json"
# On two cores half a minute: the curves still move when the person comes to them, and the model is ready soon after. It reads
# forwards alone, so that the lens can show what it would answer at each moment.
SETTINGS: Settings = {"training": {"epochs": 60}, "model": {"bidirectional": False}}
TRAINING_LIMIT_MS, PATIENCE_MS = 75_000, 5_000
WORD = "left"


class TourModel(QObject):
    """Makes the model of the tour.

    Attributes:
        phase: What is under way, or how it ended; empty before the start.
        folder: Of the sample.
        fault: What went wrong.
        worker: What works now; None for nothing, or for what the data set's own scan does.

    Signals:
        changed: Phase or progress.
    """

    changed = Signal()

    def __init__(self, state: AppState, parent: QObject) -> None:
        super().__init__(parent)
        self._state = state
        self.phase: Phase = ""
        self.folder = Path()
        self.fault = ""
        self.worker: Worker | None = None
        self._bundle = Path()
        self._is_wanted = False
        # On a slow machine the best so far must do: nobody waits longer for a tour.
        self._limit = QTimer(self, singleShot=True)
        self._limit.timeout.connect(self._stop_early)
        state.manifest_changed.connect(self._take_manifest)
        state.scanning_changed.connect(self._take_scanning)
        state.bundle_changed.connect(self._take_bundle)

    @property
    def is_working(self) -> bool:
        """Whether the model is on its way."""
        return self.phase in ("sample", "scan", "training", "opening")

    @property
    def is_here(self) -> bool:
        """Whether the sample is the open data set."""
        return self.phase not in ("", "sample") and self._state.dataset == self.folder

    def start(self) -> None:
        """Make the model, or go on with the one that is there or on its way."""
        self._is_wanted = True
        if self.phase == "training" or (self.phase == "ready" and self._is_open()):
            if not self.is_here:
                self._state.open_dataset(self.folder)
            return
        self.fault = ""
        self.folder, is_there = _place()
        if is_there:
            self._open_sample()
            return
        self._set("sample")
        self.worker = self._state.start_job(
            SampleJob(folder=str(self.folder)),
            self.tr("Making the spoken sample"),
            done=lambda _result: self._open_sample(),
            failed=self._fail,
        )

    def let_go(self) -> None:
        """The tour has ended: what takes a moment is broken off, a training goes on, and its end is told."""
        self._is_wanted = False
        if self.phase == "sample" and self.worker is not None:
            self.worker.cancel()
        if self.phase in ("sample", "scan"):
            self._set("")

    def item(self) -> Item | None:
        """The recording to look into."""
        manifest = self._state.manifest
        if manifest is None or not manifest.items:
            return None
        target = manifest.targets[0].name
        fitting = [item for item in manifest.items if item.targets.get(target) == WORD]
        return (fitting or list(manifest.items))[0]

    # One after another

    def _set(self, phase: Phase) -> None:
        self.phase = phase
        if phase != "training":
            self._limit.stop()
        if phase not in ("sample", "training"):
            self.worker = None
        self.changed.emit()

    def _open_sample(self) -> None:
        if not self._is_wanted:
            return
        self._set("scan")
        if self._state.dataset == self.folder and self._state.manifest is not None:
            self._train()
        elif self._state.dataset != self.folder or not self._state.is_scanning:
            self._state.open_dataset(self.folder)

    def _take_manifest(self, manifest: Manifest | None) -> None:
        if self.phase == "scan" and manifest is not None and self._state.dataset == self.folder:
            self._train()

    def _take_scanning(self, is_scanning: bool) -> None:
        if not is_scanning and self.phase == "scan" and self._state.dataset == self.folder:
            # A scan that went well is followed by its manifest at once.
            QTimer.singleShot(0, self, self._miss_manifest)

    def _miss_manifest(self) -> None:
        if self.phase == "scan" and not self._state.is_scanning and self._state.manifest is None:
            self.fault = self.tr("The sample could not be read.")
            self._set("failed")

    def _train(self) -> None:
        folder = project_dir(self.folder) / "runs"
        number = next(n for n in range(1, 10_000) if not (folder / f"tour-{n}.seqclass").exists())
        self._bundle = folder / f"tour-{number}.seqclass"
        self._set("training")
        job = TrainJob(dataset=str(self.folder), out=str(self._bundle), settings=SETTINGS)
        self.worker = self._state.start_job(
            job,
            self.tr("Training {name}").format(name=self._bundle.stem),
            done=self._take_model,
            failed=self._fail,
            heard=lambda _event: self.changed.emit(),
        )
        if self.worker is None:  # another training has been quicker; the person was told
            self.fault = self.tr("Another training is under way.")
            self._set("failed")
        else:
            self._limit.start(TRAINING_LIMIT_MS)

    def _stop_early(self) -> None:
        if self.phase != "training" or self.worker is None:
            return
        if self.worker.epochs:
            self.worker.stop()
        else:
            self._limit.start(PATIENCE_MS)  # there is nothing to keep yet

    def _take_model(self, result: dict[str, Any]) -> None:
        self._bundle = Path(result["bundle"])
        if not self._is_wanted:
            self._set("")
            self._state.post(
                "good",
                self.tr("The tour's model is trained."),
                action=self.tr("Open the model"),
                on_action=partial(self._state.open_bundle, self._bundle),
            )
            return
        self._set("opening")
        self._state.open_bundle(self._bundle, failed=self._fail_to_open)

    def _take_bundle(self, _bundle: object) -> None:
        if self.phase == "opening" and self._is_open():
            self._set("ready")

    def _is_open(self) -> bool:
        return self._state.bundle is not None and self._state.bundle.path == self._bundle

    def _fail_to_open(self, error: Exception) -> None:
        self._fail(str(error), type(error).__name__)

    def _fail(self, message: str, kind: str) -> None:
        if not self._is_wanted:
            self._set("")
            if kind != "CancelledError":
                self._state.post("bad", message)
            return
        self.fault = "" if kind == "CancelledError" else message
        self._set("cancelled" if kind == "CancelledError" else "failed")


def _place() -> tuple[Path, bool]:
    """Where the sample goes, and whether it is there."""
    number = 1
    while True:
        folder = (user_dir() / (SAMPLE if number == 1 else f"{SAMPLE}-{number}")).absolute()
        if (folder / _MARKER).is_file():
            return folder, True
        if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
            return folder, False
        number += 1
