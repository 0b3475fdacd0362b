"""The job bar at the foot of the window: a line for each job, with its stage, how far it is and a way to end it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QProgressBar, QWidget

from gui import theme
from gui.widgets.common import Responsive, column, duration, elided, label, name, row, tool_button
from gui.worker import Worker
from seqclass.events import AnyEvent, EpochEnded, Progress
from seqclass.specs import TrainJob

TITLE_WIDTH, STAGE_WIDTH = 300, 230  # the bars of several jobs stand below one another
_STEPS = 1_000


class _JobRow(Responsive, QWidget):
    """One job."""

    def __init__(self, worker: Worker) -> None:
        super().__init__()
        self._worker = worker
        self._epoch: EpochEnded | None = worker.epochs[-1] if worker.epochs else None
        self._title = label()
        self._title.setFixedWidth(TITLE_WIDTH)
        self._stage = label("small")
        self._stage.setFixedWidth(STAGE_WIDTH)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        self._stop = tool_button(size=16)
        keeps_its_place = self._stop.sizePolicy()
        keeps_its_place.setRetainSizeWhenHidden(True)
        self._stop.setSizePolicy(keeps_its_place)
        self._stop.clicked.connect(self._on_stop)
        self._cancel = tool_button(size=16)
        self._cancel.clicked.connect(self._on_cancel)
        layout = row(self._title, self._bar, self._stage, self._stop, self._cancel, spacing=14)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        # Not before it has a parent: it would be a window of its own for a moment, and take the keyboard away.
        self._stop.setVisible(isinstance(worker.job, TrainJob))
        worker.event_received.connect(self._hear)
        self.retranslate()
        self.restyle()

    def retranslate(self) -> None:
        """Set every text."""
        self._title.setText(elided(self._worker.title, 36))
        self._title.setToolTip(self._worker.title)
        name(self._bar, self.tr("Progress of: {title}").format(title=self._worker.title))
        name(self._stop, self.tr("Stop early and keep the best so far"))
        name(self._cancel, self.tr("Cancel: {title}").format(title=self._worker.title))
        self._show_stage()

    def restyle(self) -> None:
        """Set icons."""
        self._stop.setIcon(theme.icon("stop"))
        self._cancel.setIcon(theme.icon("close"))

    def _hear(self, event: AnyEvent) -> None:
        if isinstance(event, EpochEnded):
            self._epoch = event
        elif not isinstance(event, Progress):
            return
        self._show_stage()

    def _show_stage(self) -> None:
        if self._worker.is_cancelling:
            self._bar.setRange(0, 0)
            self._stage.setText(self.tr("Cancelling …"))
            return
        progress = self._worker.progress
        words: list[str] = []
        if self._epoch is not None:
            words.append(self.tr("Epoch {epoch} of {epochs}").format(epoch=self._epoch.epoch, epochs=self._epoch.epochs))
            self._bar.setRange(0, _STEPS)
            self._bar.setValue(round(_STEPS * self._epoch.epoch / max(1, self._epoch.epochs)))
            if self._epoch.epoch < self._epoch.epochs and self._worker.eta_s is not None:
                words.append(self.tr("{time} left").format(time=duration(self._worker.eta_s)))
        elif progress is not None:
            if progress.total:
                self._bar.setRange(0, _STEPS)
                self._bar.setValue(round(_STEPS * progress.done / progress.total))
                words.append(self.tr("{done} of {total}").format(done=progress.done, total=progress.total))
            else:
                self._bar.setRange(0, 0)
                words.append(str(progress.done))
            if progress.eta_s is not None:
                words.append(self.tr("{time} left").format(time=duration(progress.eta_s)))
        else:
            words.append(self.tr("Starting …"))
        self._stage.setText(" · ".join(words))

    def _on_stop(self) -> None:
        self._worker.stop()
        self._stop.setEnabled(False)

    def _on_cancel(self) -> None:
        self._worker.cancel()
        self._stop.setEnabled(False)
        self._cancel.setEnabled(False)
        self._show_stage()


class JobBar(QFrame):
    """All running jobs; hidden while there are none."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "footer")
        self._rows: dict[Worker, _JobRow] = {}
        self._layout = column(spacing=4, margins=(20, 6, 12, 6))
        self._layout.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setLayout(self._layout)
        self.hide()

    @property
    def n_jobs(self) -> int:
        """How many are shown."""
        return len(self._rows)

    def add(self, worker: Worker) -> None:
        """Show a job."""
        made = _JobRow(worker)
        self._rows[worker] = made
        self._layout.addWidget(made)
        self.show()

    def remove(self, worker: Worker) -> None:
        """Show it no longer."""
        made = self._rows.pop(worker, None)
        if made is not None:
            self._layout.removeWidget(made)
            made.hide()
            made.deleteLater()
        self.setVisible(bool(self._rows))
