"""How training shaped it: pinned items after each epoch, beside the curves of the run, with what was alarming."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QListWidget, QListWidgetItem, QSlider

from gui import theme
from gui.pages.inspect import loading
from gui.pages.inspect.scene import Scene, Variant
from gui.pages.inspect.tools.tool import Export, Tool
from gui.state import Selection
from gui.widgets.common import button, column, label, name, row, tool_button
from gui.widgets.curves import Chart, Series
from gui.worker import Worker
from seqclass.data.runs import StoredRun
from seqclass.events import EpochEnded
from seqclass.files import write_table
from seqclass.inspection import film
from seqclass.inspection.film import Film
from seqclass.inspection.trace import Trace
from seqclass.specs import TrainJob

_TICK_MS = 350
_CURVE_HEIGHT = 170


@dataclass(frozen=True)
class Reel:
    """A run's film with its curves.

    Attributes:
        run: The run.
        film: None where it was not filmed.
        epochs: The loss curve.
        said: Of each pin: probabilities after each filmed epoch (n_epochs, n_classes), or a number.
    """

    run: StoredRun
    film: Film | None
    epochs: tuple[EpochEnded, ...]
    said: tuple[Any, ...]


class FilmTool(Tool):
    """Scrubs through the epochs of the run that made the open model; the lens shows the pinned item as it was then."""

    NAME = "film"

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self.reel: Reel | None = None
        self._is_applying = False
        self._watched: tuple[Worker, ...] = ()
        self._message = label(wraps=True)
        self._pins, self._words = QComboBox(), label(wraps=True)
        self._pins.activated.connect(self._choose_pin)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.valueChanged.connect(self._apply)
        self._play = tool_button(size=20)
        self._play.clicked.connect(self._toggle)
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._step)
        self._epoch = label("heading")
        self.loss, self.answer = Chart(), Chart(is_share=True)
        for chart in (self.loss, self.answer):
            chart.setFixedHeight(_CURVE_HEIGHT)
            chart.cursor_moved.connect(self._follow_chart)
        self._alarms_heading = label("heading")
        self.alarms = QListWidget()
        self.alarms.setWordWrap(True)
        self.alarms.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.alarms.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.alarms.setMinimumHeight(110)
        self.alarms.itemClicked.connect(self._go_to)
        self.alarms.itemActivated.connect(self._go_to)
        self._train = button("primary")
        self._train.clicked.connect(lambda: scene.state.go_to("train"))
        scrub = row(self._play, self.slider, spacing=8)
        scrub.setStretch(1, 1)
        alarms = column(self._alarms_heading, self.alarms, spacing=6)
        told = column(self._message, self._train, spacing=8)
        self.setLayout(column(told, self._pins, self._epoch, scrub, self._words, self.loss, self.answer, alarms, 1, spacing=10))
        self.retranslate()
        self.restyle()

    def retranslate(self) -> None:
        """Set every text."""
        name(self._pins, self.tr("Filmed item"))
        self._pins.setPlaceholderText(self.tr("Choose a filmed item"))
        name(self.slider, self.tr("Epoch"))
        self._name_play()
        empty, epoch, below = self.tr("Nothing here."), self.tr("after epoch {n}"), self.tr("epoch")
        self.loss.set_texts(title=self.tr("Loss"), x_title=below, epoch=epoch, empty=empty)
        self.answer.set_texts(title=self.tr("What it said of this item"), x_title=below, epoch=epoch, empty=empty)
        for chart in (self.loss, self.answer):
            chart.setAccessibleName(chart.title)
        self._alarms_heading.setText(self.tr("Alarms"))
        name(self.alarms, self.tr("Alarms"))
        self._train.setText(self.tr("Go to Train"))
        self._show()
        if self.isVisible() and self.scene.variant is not None:
            self._apply()  # its words above the lens

    def restyle(self) -> None:
        """Set icons."""
        self._play.setIcon(theme.icon("pause" if self._timer.isActive() else "play"))

    def opened(self) -> None:
        """Read the film of the open model's run."""
        state = self.scene.state
        state.bundle_changed.connect(self._read)
        state.runs_changed.connect(self._read)
        state.job_started.connect(self._watch)
        for worker in state.jobs:
            self._watch(worker)
        self.scene.item_changed.connect(self._apply)
        self.scene.variant_changed.connect(self._take_back)
        self._read()

    def closed(self) -> None:
        """Show the item as it is."""
        state = self.scene.state
        self._stop()
        state.bundle_changed.disconnect(self._read)
        state.runs_changed.disconnect(self._read)
        state.job_started.disconnect(self._watch)
        for worker in state.jobs:
            if worker in self._watched:
                worker.event_received.disconnect(self._hear)
        self._watched = ()
        self.scene.item_changed.disconnect(self._apply)
        self.scene.variant_changed.disconnect(self._take_back)
        self.scene.drop("film")
        self.scene.drop("reel")
        self.scene.show_variant(None)

    def exports(self) -> list[Export]:
        """What was said of each pin after each epoch."""
        reel = self.reel
        if reel is None or reel.film is None:
            return []
        return [Export(self.tr("Film: answers after each epoch (CSV) …"), "csv", lambda path: _write(path, reel))]

    def view_state(self) -> dict[str, Any]:
        """Which epoch."""
        return {"epoch": self._epoch_number()}

    def restore_view(self, state: dict[str, Any]) -> None:
        """The same epoch, if it was filmed."""
        if self.reel is not None and self.reel.film is not None and state.get("epoch") in self.reel.film.epochs:
            self.slider.setValue(self.reel.film.epochs.index(state["epoch"]))

    # Reading

    def _run(self) -> StoredRun | None:
        """The run that made the open model, the latest if there are several."""
        bundle, runs = self.scene.bundle, self.scene.state.runs
        if bundle is None or bundle.path is None:
            return None
        return next((run for run in reversed(runs) if run.bundle == bundle.path), None)

    def _watch(self, worker: Worker) -> None:
        """A training that makes the open model anew is followed while it runs."""
        bundle = self.scene.bundle
        if isinstance(worker.job, TrainJob) and bundle is not None and worker.job.out == str(bundle.path):
            self._watched = (*self._watched, worker)
            worker.event_received.connect(self._hear)

    def _hear(self, event: object) -> None:
        if isinstance(event, EpochEnded):
            self.scene.state.refresh_runs()  # a new run is not known yet; reads the film when that has been done

    def _read(self) -> None:
        run = self._run()
        if run is None:
            self.reel = None
            self._show()
            return

        def read() -> Reel:
            found = film.read(run.folder)
            said = tuple(found.said(index) for index in range(len(found.head.pins))) if found and found.epochs else ()
            return Reel(run, found if said else None, run.epochs(), said)

        self.scene.start("reel", read, self._take)

    def _take(self, reel: Reel) -> None:
        before, epoch = self.reel, self._epoch_number()
        self.reel = reel
        if reel.film is not None:
            # A film that grows, or is read again, stays where it is, and at its end it goes with it.
            last = len(reel.film.epochs) - 1
            is_same = before is not None and before.run.folder == reel.run.folder and epoch in reel.film.epochs
            stays = is_same and self.slider.value() < self.slider.maximum()
            self.slider.blockSignals(True)
            self.slider.setRange(0, last)
            self.slider.setValue(reel.film.epochs.index(epoch) if stays and epoch is not None else last)
            self.slider.blockSignals(False)
        self._show()
        self._apply()

    # What is looked at

    def _pin(self) -> int | None:
        """The pin that is the item in the lens; None where that was not filmed."""
        inspected, reel = self.scene.inspected, self.reel
        if inspected is None or reel is None or reel.film is None:
            return None
        return next((at for at, pin in enumerate(reel.film.head.pins) if pin.name == inspected.name), None)

    def _epoch_number(self) -> int | None:
        reel = self.reel
        if reel is None or reel.film is None or not reel.film.epochs:
            return None
        return reel.film.epochs[min(self.slider.value(), len(reel.film.epochs) - 1)]

    def _apply(self) -> None:
        """Show the item as it was after the chosen epoch."""
        self._show_epoch()
        reel, pin, epoch, inspected = self.reel, self._pin(), self._epoch_number(), self.scene.inspected
        if reel is None or reel.film is None or pin is None or epoch is None or inspected is None:
            self.scene.drop("film")
            self._show_variant(None)
            return
        filmed = reel.film
        text = self.tr("After epoch {epoch} of {last}")
        words = text.format(epoch=epoch, last=reel.epochs[-1].epochs if reel.epochs else filmed.epochs[-1])

        def compute() -> Variant:
            trace: Trace = filmed.trace(epoch, pin)
            return Variant(replace(loading.varied(inspected, trace), has_timeline=False), words, None)

        self.scene.follow("film", compute, self._show_variant)

    def _show_variant(self, variant: Variant | None) -> None:
        self._is_applying = True
        self.scene.show_variant(variant)
        self._is_applying = False

    def _take_back(self) -> None:
        """The person has closed the variant above the lens: the last epoch is the item as it is."""
        if self.scene.variant is None and not self._is_applying:
            self._stop()
            self.slider.blockSignals(True)
            self.slider.setValue(self.slider.maximum())
            self.slider.blockSignals(False)
            self._show_epoch()

    def _choose_pin(self, at: int) -> None:
        reel, manifest = self.reel, self.scene.state.manifest
        if reel is None or reel.film is None or not 0 <= at < len(reel.film.head.pins):
            return
        pin = reel.film.head.pins[at]
        item = next((item for item in manifest.items if item.id == pin.name), None) if manifest is not None else None
        if item is not None:
            self.scene.state.select(Selection(item=item, origin="inspect"))
        elif pin.item is None:
            self.scene.state.select(Selection(path=pin.name, origin="inspect"))

    # Playing

    def _toggle(self) -> None:
        if self._timer.isActive():
            self._stop()
            return
        if self.slider.value() >= self.slider.maximum():
            self.slider.setValue(0)
        self._timer.start()
        self._name_play()
        self.restyle()

    def _step(self) -> None:
        if self.slider.value() >= self.slider.maximum():
            self._stop()
        else:
            self.slider.setValue(self.slider.value() + 1)

    def _stop(self) -> None:
        self._timer.stop()
        self._name_play()
        self.restyle()

    def _name_play(self) -> None:
        name(self._play, self.tr("Pause") if self._timer.isActive() else self.tr("Play the film"))

    def _follow_chart(self, epoch: object) -> None:
        """The person points at an epoch in a curve."""
        reel = self.reel
        if reel is None or reel.film is None or not isinstance(epoch, (int, float)):
            return
        epochs = reel.film.epochs
        self.slider.setValue(min(range(len(epochs)), key=lambda at: abs(epochs[at] - epoch)))

    def _go_to(self, entry: QListWidgetItem) -> None:
        self._follow_chart(entry.data(Qt.ItemDataRole.UserRole))

    # Showing

    def _show(self) -> None:
        """Everything but the epoch."""
        reel = self.reel
        filmed = reel.film if reel else None
        for part in (self._pins, self._epoch, self.slider, self._play, self._words, self.loss, self.answer):
            part.setVisible(filmed is not None)
        self._message.setVisible(filmed is None)
        self._train.setVisible(filmed is None)
        alarms = filmed.alarms if filmed else ()
        self._alarms_heading.setVisible(filmed is not None)
        self.alarms.setVisible(bool(alarms))
        if reel is None:
            self._message.setText(
                self.tr(
                    "The run that made this model is not in the open data set. Train one here: trainings of the window are filmed."
                )
            )
            return
        if filmed is None:
            self._message.setText(self.tr("This run was not filmed. Train again: trainings of the window are filmed."))
            return
        self._alarms_heading.setText(self.tr("Alarms") if alarms else self.tr("No alarms"))
        self.alarms.clear()
        for alarm in alarms:
            entry = QListWidgetItem(alarm.text)
            entry.setData(Qt.ItemDataRole.UserRole, alarm.epoch)
            self.alarms.addItem(entry)
        self._pins.clear()
        target = filmed.head.targets[0].name
        for pin in filmed.head.pins:
            self._pins.addItem(" · ".join(part for part in (pin.label(target), pin.name) if part))
        curves = [
            Series(self.tr("training"), 0, tuple((one.epoch, one.train["loss"]) for one in reel.epochs), is_dashed=True),
            Series(
                self.tr("validation"),
                1,
                tuple((one.epoch, one.validation["loss"]) for one in reel.epochs if "loss" in one.validation),
            ),
        ]
        self.loss.set_series(curves)
        self._show_epoch()

    def _show_epoch(self) -> None:
        """What changes with epoch and item."""
        reel, epoch, pin = self.reel, self._epoch_number(), self._pin()
        if reel is None or reel.film is None or epoch is None:
            return
        self._epoch.setText(self.tr("After epoch {epoch} of {last}").format(epoch=epoch, last=reel.film.epochs[-1]))
        self._pins.setCurrentIndex(-1 if pin is None else pin)
        self.loss.set_cursor(float(epoch))
        if pin is None:
            self._words.setText(self.tr("The item in the lens was not filmed: choose one above."))
            self.answer.set_series(())
            return
        card, said = reel.film.head.targets[0], reel.said[pin]
        at = reel.film.epochs.index(epoch)
        if card.kind == "class":
            winner = int(said[at].argmax())
            text = self.tr("It said {label}, {percent}")
            self._words.setText(text.format(label=card.labels[winner], percent=f"{said[at][winner]:.0%}"))
            truth = reel.film.head.pins[pin].label(card.name)
            top = sorted(
                range(len(card.labels)), key=lambda index: (card.labels[index] != truth, -float(said[:, index].max()))
            )[:5]
            labels, columns = [card.labels[index] for index in top], top
        else:
            self._words.setText(self.tr("It said {value}").format(value=f"{float(said[at][0]):.3g}"))
            labels, columns = [card.name], [0]
        self.answer.set_share(is_share=card.kind == "class")
        epochs = reel.film.epochs
        self.answer.set_series(
            [
                Series(
                    words, place, tuple((float(one), float(value)) for one, value in zip(epochs, said[:, index], strict=True))
                )
                for place, (words, index) in enumerate(zip(labels, columns, strict=True))
            ]
        )
        self.answer.set_cursor(float(epoch))


def _write(path: Path, reel: Reel) -> None:
    """A row an epoch and pin."""
    assert reel.film is not None
    card = reel.film.head.targets[0]
    rows: list[list[object]] = [["epoch", "item", *(card.labels or (card.name,))]]
    for pin, said in zip(reel.film.head.pins, reel.said, strict=True):
        for epoch, values in zip(reel.film.epochs, said, strict=True):
            rows.append([epoch, pin.name, *(f"{value:.6g}" for value in values)])
    write_table(path, rows)
