"""Train: settings, runs and their curves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QSplitter, QWidget

from gui.background import run_in_background
from gui.pages.page import KeyHelp, Page
from gui.pages.train.actions import RunActions
from gui.pages.train.board import RunBoard
from gui.pages.train.live import LiveRun
from gui.pages.train.rows import ReadRun, drawing_of, live_row, paces_of, read, title_of
from gui.pages.train.setup import TrainSetup
from gui.state import AppState
from gui.widgets.common import column, name
from gui.widgets.dialogs import Dialogs
from gui.widgets.empty_state import EmptyState
from gui.worker import Worker
from seqclass.data import runs
from seqclass.data.project import project_dir
from seqclass.data.runs import StoredRun
from seqclass.errors import SpecError
from seqclass.settings import Settings, resolve
from seqclass.specs import DataSpec, TrainJob

if TYPE_CHECKING:
    from seqclass.data.manifest import Manifest

_KEEP_MS = 800


class TrainPage(Page):
    """Where a model learns."""

    NAME = "train"

    def __init__(
        self, state: AppState, dialogs: Dialogs, *, setup: TrainSetup | None = None, board: RunBoard | None = None
    ) -> None:
        super().__init__(state, dialogs)
        self._setup, self._board = setup or TrainSetup(), board or RunBoard()
        self._live: LiveRun | None = None
        self._restored: set[str] = set()
        self._data_fault = ""
        self._keeper = QTimer(self, singleShot=True, interval=_KEEP_MS)
        self._keeper.timeout.connect(self._keep)
        self._make_parts()
        self._connect()
        self.retranslate()
        for worker in state.jobs:
            self._on_job_started(worker)
        self._take_manifest(state.manifest)
        self._take_runs(state.runs)

    # Parts

    @classmethod
    def parts(cls) -> Iterator[tuple[str, QWidget]]:
        """Its two halves."""
        yield "setup", TrainSetup()
        yield "board", RunBoard()

    def _make_parts(self) -> None:
        self._empty = EmptyState("train", 2)
        self._empty.buttons[0].clicked.connect(self._lead_on)
        self._empty.buttons[1].clicked.connect(self.ask_for_sample)
        self._actions = RunActions(self, self._board)
        self._across = QSplitter(Qt.Orientation.Horizontal)
        self._across.setHandleWidth(12)
        self._across.setChildrenCollapsible(False)
        self._across.addWidget(self._setup)
        self._across.addWidget(self._board)
        self._across.setStretchFactor(1, 1)
        self._across.setSizes(self.state.page_setting(self.NAME, "across", [384, 800]))
        self._board.splitter.setSizes(self.state.page_setting(self.NAME, "down", [440, 240]))
        self._setup.form.set_open(is_open=bool(self.state.page_setting(self.NAME, "is_form_open", default=False)))
        self._board.curves.set_drawing(drawing_of(self.state.page_setting(self.NAME, "drawing", {})))
        self._whole = QWidget()
        self._whole.setLayout(column(self._across, margins=(20, 16, 20, 16)))
        self._stack = self.stack(self._empty, self._whole)

    def _connect(self) -> None:
        state, setup, shown, listed = self.state, self._setup, self._board.card, self._board.list
        state.dataset_changed.connect(self._on_dataset)
        state.manifest_changed.connect(self._take_manifest)
        state.scanning_changed.connect(self._show)
        state.runs_changed.connect(self._take_runs)
        state.job_started.connect(self._on_job_started)
        setup.start_wanted.connect(self._start)
        setup.place_wanted.connect(self._choose_place)
        setup.reference_dropped.connect(lambda: setup.set_reference("", None))
        setup.changed.connect(self._keeper.start)
        self._across.splitterMoved.connect(lambda *_: self._keeper.start())
        self._board.resized.connect(self._keeper.start)
        self._board.curves.drawing_changed.connect(lambda _: self._keeper.start())
        self._board.curves.table_wanted.connect(self._actions.save_table)
        self._board.curves.picture_wanted.connect(self._actions.save_picture)
        shown.stop_wanted.connect(self._stop)
        shown.cancel_wanted.connect(self._cancel)
        shown.resume_wanted.connect(self._resume)
        shown.reuse_wanted.connect(self._reuse)
        shown.evaluate_wanted.connect(partial(self._actions.open_model, "evaluate"))
        shown.inspect_wanted.connect(partial(self._actions.open_model, "inspect"))
        shown.copy_wanted.connect(self._actions.copy_model)
        shown.note_wanted.connect(self._board.edit_note)
        shown.delete_wanted.connect(self._actions.delete)
        listed.note_changed.connect(self._actions.write_note)
        listed.delete_wanted.connect(self._actions.delete)
        listed.opened.connect(self._reuse)
        self.add_shortcut("Ctrl+Return", self._setup.start_button.click)
        self.add_shortcut("Ctrl+F", self._find)
        self.add_shortcut("Ctrl+Z", self._actions.undo)

    def retranslate(self) -> None:
        """Set every text."""
        name(self._across.handle(1), self.tr("Border between the settings and the runs"))
        self._show_data()
        self._show()

    def shortcuts(self) -> list[KeyHelp]:
        """The page's keys."""
        return [
            KeyHelp("Ctrl+Return", self.tr("Start training")),
            KeyHelp("Ctrl+F", self.tr("Find a setting")),
            KeyHelp("Space", self.tr("In the list: show or hide a run's curves")),
            KeyHelp("Return", self.tr("In the list: use a run's settings")),
            KeyHelp("F2", self.tr("In the list: write a note")),
            KeyHelp("Del", self.tr("In the list: put a run into the bin")),
            KeyHelp("Ctrl+Z", self.tr("Take a run back out of the bin")),
            KeyHelp("← →", self.tr("In a chart: go from epoch to epoch")),
        ]

    def hidden(self) -> None:
        """Keep what was changed."""
        if self._keeper.isActive():
            self._keep()

    def may_close(self) -> bool:
        """Keep what was changed."""
        self.hidden()
        return True

    # What the state says

    def _on_dataset(self) -> None:
        self._actions.forget()
        self._board.forget()
        self._board.set_live(self._live if self._live and self._is_here(self._live) else None, self._changes())
        self._setup.set_reference("", None)
        self._setup.set_out(None)
        self._setup.name_field.clear()
        self._show()

    def _take_manifest(self, manifest: Manifest | None) -> None:
        self._data_fault = ""
        if manifest is not None:
            default = DataSpec()
            names = DataSpec.__struct_fields__
            reading = {name: getattr(manifest.data, name) for name in names}
            changed = {name: value for name, value in reading.items() if value != getattr(default, name)}
            self._setup.set_data(manifest.kind, {"data": changed} if changed else {}, n_items=_n_training_items(manifest))
            if manifest.kind not in self._restored:
                self._restored.add(manifest.kind)
                kept = self.state.page_setting(self.NAME, "settings", {}).get(manifest.kind)
                if isinstance(kept, dict) and all(isinstance(values, dict) for values in kept.values()):
                    self._setup.set_settings(kept)
            self._check_data(manifest)
        self._show_data()
        self._show_place()
        self._show()

    def _check_data(self, manifest: Manifest) -> None:
        """See whether the data set can be learned from, before anybody waits for it."""

        def check() -> None:
            from seqclass.data.scan import require_trainable

            require_trainable(manifest)

        def failed(error: Exception) -> None:
            if self.state.manifest is manifest:
                self._data_fault = str(error)
                self._show_reason()

        run_in_background(check, self, done=lambda _: self._show_reason(), failed=failed)

    def _take_runs(self, found: tuple[StoredRun, ...]) -> None:
        dataset = self.state.dataset

        def done(made: tuple[ReadRun, ...]) -> None:
            if dataset == self.state.dataset:
                self._take_read(made)

        run_in_background(lambda: read(found), self, done=done, failed=self.state.post_error)

    def _take_read(self, made: tuple[ReadRun, ...]) -> None:
        self._board.set_runs(made)
        self._setup.set_paces(paces_of(made))
        if self._live is not None and not self._live.is_running and self._board.stored_of(self._live) is not None:
            self._live.deleteLater()
            self._live = None
        self._show_place()
        self._show_reason()

    def _on_job_started(self, worker: Worker) -> None:
        """Follow a training, whoever has started it."""
        if not isinstance(worker.job, TrainJob):
            return
        self._live = LiveRun(worker, worker.job, self)
        self._live.ended.connect(self._show_reason)
        if self._is_here(self._live):
            self._board.set_live(self._live, self._changes())
            self.state.refresh_runs()  # what it has said before, where it goes on
        self._show_place()
        self._show_reason()

    # What the person wants

    def _start(self) -> None:
        if self.state.dataset is None or not self._setup.check():
            return
        job = TrainJob(
            dataset=str(self.state.dataset),
            out=str(self._setup.target()),
            settings=self._setup.form.values.settings(),
            pins=("auto",),
        )
        self._run(job)

    def _resume(self) -> None:
        one = self._board.one()
        if one is not None:
            settings = runs.asked(one.run.spec.config)
            job = TrainJob(
                dataset=str(self.state.dataset), out=one.run.spec.out, settings=settings, resume=True, pins=("auto",)
            )
            self._run(job)

    def _run(self, job: TrainJob) -> None:
        title = self.tr("Training {name}").format(name=Path(job.out).stem)
        worker = self.state.start_job(job, title, done=partial(self._take_model, job))
        if worker is not None:
            self._setup.set_out(None)
            self._show_place()
            self._keeper.start()
            self._board.setFocus()  # the button cannot be pressed any longer; Tab goes on at what it has begun

    def _stop(self) -> None:
        if self._live is not None:
            self._live.stop()

    def _cancel(self) -> None:
        if self._live is not None:
            self._live.cancel()

    def _take_model(self, job: TrainJob, result: dict[str, Any]) -> None:
        bundle = result["bundle"]
        live = self._live
        words = self.tr("{name} is trained.").format(name=Path(bundle).stem)
        if live is not None and live.job == job:
            score = live_row(live, {}).score_text
            if score:
                words = self.tr("{name} is trained: {score} on validation.").format(name=Path(bundle).stem, score=score)
        if self.state.dataset == Path(job.dataset):
            self.state.open_bundle(bundle)
            self.state.post("good", words, action=self.tr("Evaluate it"), on_action=lambda: self.state.go_to("evaluate"))
        else:
            self.state.post("good", words, action=self.tr("Open the model"), on_action=lambda: self.state.open_bundle(bundle))

    def _choose_place(self) -> None:
        title = self.tr("Where shall the model go?")
        chosen = self._actions.ask_for_place(title, str(self._setup.target()))
        if chosen is not None:
            self._setup.set_out(chosen)

    def _reuse(self, run: str = "") -> None:
        one = self._board.one(run)
        if one is None:
            return
        if self.state.manifest is not None and one.run.kind != self.state.manifest.kind:
            words = self.tr("{run} was trained on {kind} data: its settings do not fit this data set.")
            self.state.post("warn", words.format(run=title_of(one.run), kind=one.run.kind))
            return
        settings = runs.asked(one.run.spec.config)
        self._setup.set_settings(settings)
        self._setup.set_reference(title_of(one.run), settings)
        self._keeper.start()

    def _find(self) -> None:
        self._setup.form.set_open(is_open=True)
        self._setup.form.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._setup.form.search.selectAll()

    def _lead_on(self) -> None:
        if self.state.dataset is None:
            self.ask_for_dataset()
        else:
            self.state.go_to("collect")

    # What is shown

    def _show(self) -> None:
        """Choose between the empty states and the page itself."""
        state = self.state
        self._show_empty()
        self._stack.setCurrentWidget(self._empty if state.manifest is None else self._whole)
        self._show_reason()

    def _show_empty(self) -> None:
        if self.state.dataset is None:
            self._empty.set_texts(
                self.tr("Nothing to learn from yet"),
                self.tr(
                    "Open a data set first. Training then takes a minute or two for a few hundred recordings, and you can watch it."
                ),
                self.tr("Open a data set …"),
                self.tr("Make the spoken sample …"),
            )
        elif self.state.is_scanning:
            self._empty.set_texts(
                self.tr("Looking through the data set"),
                self.tr("As soon as it is known what is in it, the settings stand here."),
                self.tr("Show the data set"),
                "",
            )
        else:
            self._empty.set_texts(
                self.tr("This folder cannot be trained on"),
                self.tr("The message says why. The Collect page shows what is in the folder."),
                self.tr("Show the data set"),
                "",
            )
        self._empty.buttons[1].setVisible(self.state.dataset is None)

    def _show_reason(self) -> None:
        if self._data_fault:
            self._setup.set_reason(self._data_fault, is_bad=True)
        elif self._live is not None and self._live.is_running:
            self._setup.set_reason(self.tr("A training is under way."))
        else:
            self._setup.set_reason("")

    def _show_data(self) -> None:
        manifest = self.state.manifest
        if manifest is None:
            return
        words = [self.tr("%n item(s)", "", len(manifest.items))]
        if manifest.targets and manifest.targets[0].kind == "class":
            words.append(self.tr("%n class(es)", "", len(manifest.labels())))
        if manifest.problems:
            words.append(self.tr("%n file(s) not used", "", len(manifest.problems)))
        self._setup.set_facts(" · ".join(words))

    def _show_place(self) -> None:
        dataset = self.state.dataset
        if dataset is None:
            return
        folder = project_dir(dataset) / "runs"
        taken = frozenset(Path(one.run.spec.out).stem for one in self._board.found if one.run.bundle.parent == folder)
        if self._live is not None:
            taken |= {self._live.title}
        number = next(n for n in range(1, len(taken) + 2) if f"{dataset.name}-{n}" not in taken)
        self._setup.set_place(folder, taken, f"{dataset.name}-{number}")

    # Inside

    def _is_here(self, live: LiveRun) -> bool:
        return self.state.dataset is not None and Path(live.job.dataset) == self.state.dataset

    def _changes(self) -> dict[str, Any]:
        """What the running training's settings differ in from the defaults."""
        kind = self.state.manifest.kind if self.state.manifest else "speech"
        try:
            return runs.changes(resolve(self._live.job.settings, kind), kind) if self._live else {}
        except SpecError:  # it was checked before; if not, the worker says what is wrong
            return {}

    def _keep(self) -> None:
        """Remember settings and sizes for the next start."""
        self._keeper.stop()
        if self.state.manifest is not None:
            kept: dict[str, Settings] = dict(self.state.page_setting(self.NAME, "settings", {}))
            kept[self.state.manifest.kind] = self._setup.form.values.own()
            self.state.keep_page_setting(self.NAME, "settings", kept)
        self.state.keep_page_setting(self.NAME, "is_form_open", self._setup.form.is_open)
        self.state.keep_page_setting(self.NAME, "drawing", asdict(self._board.curves.drawing))
        self.state.keep_page_setting(self.NAME, "across", self._across.sizes())
        self.state.keep_page_setting(self.NAME, "down", self._board.splitter.sizes())


def _n_training_items(manifest: Manifest) -> int:
    """About how many items there will be to train on: a guess, for a first idea of how long it takes."""
    data = manifest.data
    given = any(item.split for item in manifest.items)
    free = sum(item.split in (None, "train") for item in manifest.items)
    return round(free * (1 - data.validation_share) * (1.0 if given else 1 - data.test_share))
