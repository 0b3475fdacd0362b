"""Choose what to measure the open model on, measure it, and see the results."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Literal, cast

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QComboBox, QMenu, QStackedWidget, QWidget

from gui import theme
from gui.background import run_in_background
from gui.pages.evaluate import facts as evaluate_facts
from gui.pages.evaluate import pairs as evaluate_pairs
from gui.pages.evaluate.actions import ItemActions, differing
from gui.pages.evaluate.facts import Evaluated
from gui.pages.evaluate.results import ResultsView
from gui.state import AppState
from gui.widgets.common import Responsive, button, column, label, name, row
from gui.widgets.dialogs import Dialogs
from gui.widgets.empty_state import EmptyState
from gui.worker import Worker
from seqclass.data.project import cache_dir
from seqclass.specs import EvaluateJob, Split

PAGE = "evaluate"
PARTS = ("", "test", "validation", "all")
EXPORTS = ("report", "matrix", "items")
_OTHER = "?"


class EvaluateWorkspace(Responsive, QWidget):
    """The page while a model is open.

    Attributes:
        results: What was found.
        doing: What can be done with an item.
    """

    def __init__(self, state: AppState, dialogs: Dialogs, results: ResultsView) -> None:
        super().__init__()
        self._state, self._dialogs = state, dialogs
        self._others: list[Path] = []
        self._worker: Worker | None = None
        self._turn = 0
        self.results = results
        self.doing = ItemActions(state, dialogs, self)
        self._folders, self._parts, self._targets = QComboBox(), QComboBox(), QComboBox()
        self._target_label = label("muted")
        for one in (self._folders, self._parts, self._targets):
            one.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._folders.setMaximumWidth(230)
        self.run = button("primary")
        self.export = button()
        self._exports = QMenu(self)
        self.export.setMenu(self._exports)
        self.export.setIconSize(QSize(16, 16))
        for what in EXPORTS:
            self._exports.addAction("").triggered.connect(partial(self._export, what))
        self._empty = EmptyState("evaluate", 1)
        self._empty.buttons[0].clicked.connect(self.evaluate)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.results)
        line = row(self._folders, self._parts, self.run, 1, self._target_label, self._targets, self.export, spacing=8)
        layout = column(line, self._stack, spacing=10, margins=(20, 14, 20, 14))
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self._restore()
        self._connect()
        self._offer_models()
        self.retranslate()
        self.restyle()

    def _connect(self) -> None:
        self.run.clicked.connect(self.evaluate)
        self._folders.activated.connect(self._take_folder)
        self._targets.activated.connect(lambda _: self._show_target())
        self._state.bundle_changed.connect(self._forget)
        self._state.dataset_changed.connect(self._follow_dataset)
        items = self.results.items
        items.play_wanted.connect(self.doing.play)
        items.inspect_wanted.connect(self.doing.inspect)
        items.label_wanted.connect(self._relabel)
        items.item_chosen.connect(lambda _: self.doing.stop())
        self.doing.player.playing_changed.connect(lambda is_playing: items.set_playing(is_playing=is_playing))
        self.results.summary.notes_wanted.connect(self._show_notes)
        self.doing.facts_changed.connect(self._take_correction)
        self.results.compare.model_wanted.connect(self._compare)
        self._state.runs_changed.connect(lambda _: self._offer_models())

    def retranslate(self) -> None:
        """Set every text."""
        name(self._folders, self.tr("Data set"), tip=self.tr("What the model is measured on"))
        name(
            self._parts,
            self.tr("Part of the data set"),
            tip=self.tr("Only items that the model has not learned from tell how good it is"),
        )
        name(self._targets, self.tr("Target"), tip=self.tr("Which of the model's answers"))
        self._target_label.setText(self.tr("Target"))
        self.export.setText(self.tr("Export"))
        words = (
            self.tr("Report as JSON …"),
            self.tr("Confusion matrix as CSV …"),
            self.tr("Answers, item by item, as CSV …"),
        )
        for action, text in zip(self._exports.actions(), words, strict=True):
            action.setText(text)
        self._fill_parts()
        self._fill_folders()
        self._update()

    def restyle(self) -> None:
        """Set icons."""
        self.export.setIcon(theme.icon("save"))

    # What to measure on

    @property
    def folder(self) -> Path | None:
        """The chosen folder."""
        chosen = self._folders.currentData()
        return Path(chosen) if chosen and chosen != _OTHER else None

    def choose_folder(self, folder: Path) -> None:
        """Measure on this folder."""
        if folder != self._state.dataset and folder not in self._others:
            self._others.append(folder)
        self._fill_folders(folder)
        self._update()

    def _take_folder(self, index: int) -> None:
        if self._folders.itemData(index) != _OTHER:
            self._update()
            return
        before = self._shown_folder
        self._fill_folders(before)
        chosen = self._dialogs.choose_folder(
            self, self.tr("Measure the model on another folder"), str(before.parent) if before else ""
        )
        if chosen is not None:
            self.choose_folder(Path(chosen))

    def _follow_dataset(self, _: Path | None) -> None:
        self._fill_folders(self._state.dataset)
        self._forget()

    def _fill_folders(self, chosen: Path | None = None) -> None:
        chosen = chosen or self.folder
        known = ([self._state.dataset] if self._state.dataset is not None else []) + self._others
        self._folders.clear()
        for folder in known:
            self._folders.addItem(folder.name, str(folder))
        if not known:
            self._folders.addItem(self.tr("No data set"), "")
        self._folders.addItem(self.tr("Another folder …"), _OTHER)
        self._folders.setCurrentIndex(known.index(chosen) if chosen in known else 0)
        self._shown_folder = self.folder

    def _fill_parts(self) -> None:
        chosen = self._parts.currentData() or ""
        self._parts.clear()
        texts = (self.tr("What fits best"), self.tr("Test part"), self.tr("Validation part"), self.tr("All items"))
        for part, text in zip(PARTS, texts, strict=True):
            self._parts.addItem(text, part)
        self._parts.setCurrentIndex(PARTS.index(chosen))

    # Measuring

    def evaluate(self) -> None:
        """Start the job; without a folder, ask for one first."""
        bundle = self._state.bundle
        if self._worker is not None or bundle is None or bundle.path is None:
            return
        if self.folder is None:
            self._take_folder(self._folders.findData(_OTHER))
        folder = self.folder
        if folder is None:
            return
        self.doing.stop()
        manifest = self._state.manifest
        data = differing(manifest.data) if manifest is not None and manifest.path == folder else {}
        answers = cache_dir() / "answers" / f"{uuid.uuid4().hex}.jsonl"
        split = cast("Split | Literal['all'] | None", self._parts.currentData() or None)
        job = EvaluateJob(bundle=str(bundle.path), dataset=str(folder), split=split, data=data, answers_out=str(answers))
        self._turn += 1
        turn = self._turn
        title = self.tr("Evaluating {name} on {folder}").format(name=bundle.path.stem, folder=folder.name)
        self._worker = self._state.start_job(
            job, title, done=lambda result: self._take_result(turn, answers, result), failed=partial(self._take_failure, turn)
        )
        self._update()

    def _offer_models(self) -> None:
        """Models of the open data set are there to compare with, and any other by its file."""
        own = self._state.bundle.path if self._state.bundle is not None else None
        ended = [run for run in reversed(self._state.runs) if run.spec.state != "running" and run.bundle != own]
        self.results.compare.set_models([(run.bundle.stem, run.bundle) for run in ended])

    def _compare(self, model: Path | None) -> None:
        """Ask another model for the same items."""
        facts = self.results.facts
        if facts is None or self._worker is not None:
            return
        if model is None:
            pattern = self.tr("Models (*.seqclass)") + ";;" + self.tr("All files (*)")
            start = str(Path(facts.answers.head.bundle).parent)
            model = self._dialogs.choose_file(self, self.tr("Compare with another model"), start=start, pattern=pattern)
        if model is None:
            return
        head = facts.answers.head
        answers = cache_dir() / "answers" / f"{uuid.uuid4().hex}.jsonl"
        split = cast("Split | Literal['all']", head.split)
        job = EvaluateJob(
            bundle=str(model), dataset=head.root, split=split, data=differing(head.data), answers_out=str(answers)
        )
        self._turn += 1
        turn = self._turn
        title = self.tr("Evaluating {name} on {folder}").format(name=model.stem, folder=facts.root.name)
        self._worker = self._state.start_job(
            job, title, done=lambda result: self._take_other(turn, answers, result), failed=partial(self._take_failure, turn)
        )
        self.results.compare.set_running(model if self._worker is not None else None)
        self._update()

    def _take_other(self, turn: int, file: Path, result: dict[str, Any]) -> None:
        facts = self.results.facts

        def done(other: Evaluated) -> None:
            if turn != self._turn or facts is None:
                return
            self._worker = None
            self.results.compare.set_running(None)
            self.results.show_pair(evaluate_pairs.paired(facts, other))
            self._update()

        self._read(turn, file, result, done)

    def _take_result(self, turn: int, file: Path, result: dict[str, Any]) -> None:
        def done(facts: Evaluated) -> None:
            if turn == self._turn:
                self._worker = None
                self.results.pair = None
                self.show_facts(facts)

        self._read(turn, file, result, done)

    def _read(self, turn: int, file: Path, result: dict[str, Any], done: Callable[[Evaluated], None]) -> None:
        def read() -> Evaluated:
            try:
                return evaluate_facts.read(file, result)
            finally:
                with contextlib.suppress(OSError):
                    file.unlink()

        def failed(error: Exception) -> None:
            self._lose_worker(turn)
            self._state.post_error(error)

        run_in_background(read, self, done=done, failed=failed)

    def _take_failure(self, turn: int, message: str, kind: str) -> None:
        if kind != "CancelledError":
            self._state.post("bad", message)
        self._lose_worker(turn)

    def _lose_worker(self, turn: int) -> None:
        if turn == self._turn:
            self._worker = None
            self.results.compare.set_running(None)
            self.results.compare.show_pair(self.results.target, self.results.pair)
            self._update()

    def _forget(self, _: object = None) -> None:
        """Results of another model or folder say nothing any more."""
        self._turn += 1
        if self._worker is not None:
            self._worker.cancel()
            self._worker = None
        self.doing.stop()
        self.doing.set_facts(None)
        self.results.facts = None
        self.results.pair = None
        self.results.compare.set_running(None)
        self._offer_models()
        self._update()

    # Showing

    def show_facts(self, facts: Evaluated) -> None:
        """Show an evaluation."""
        self._targets.clear()
        for target in facts.targets:
            self._targets.addItem(target.name, target.name)
        self.doing.set_facts(facts)
        self.results.show_facts(facts)
        self._update()

    def _show_target(self) -> None:
        if self.results.facts is not None:
            self.results.show_facts(self.results.facts, self._targets.currentData())
            self._update()

    def _take_correction(self, facts: Evaluated) -> None:
        place = self.results.items.table.key
        keys = self.results.items.table.keys
        after = keys[keys.index(place) + 1 :] if place in keys else []
        self.results.show_facts(facts, self._targets.currentData(), keeps_place=True)
        for key in after[:1]:
            self.results.items.table.choose(key)

    def _update(self) -> None:
        """Put forward what there is."""
        facts, is_running = self.results.facts, self._worker is not None
        if is_running and (self.run.hasFocus() or self._empty.buttons[0].hasFocus()):
            self.setFocus()  # else Qt hands it to the rail
        self.run.setText(self.tr("Evaluating …") if is_running else self.tr("Evaluate"))
        self.run.setEnabled(not is_running)
        self._stack.setCurrentWidget(self._empty if facts is None else self.results)
        has_several = facts is not None and len(facts.targets) > 1
        self._targets.setVisible(has_several)
        self._target_label.setVisible(has_several)
        self.export.setVisible(facts is not None)
        target = self.results.target
        self._exports.actions()[1].setVisible(target is not None and not target.is_number)
        self._set_empty_texts(is_running=is_running)

    def _set_empty_texts(self, *, is_running: bool) -> None:
        self._empty.buttons[0].setVisible(not is_running)
        bundle, folder = self._state.bundle, self.folder
        model = bundle.path.stem if bundle is not None and bundle.path is not None else ""
        if is_running:
            text = self.tr("The model is asked for each item. The line below shows how far it is, and cancels it.")
            self._empty.set_texts(self.tr("Evaluating …"), text, "")
        elif folder is None:
            text = self.tr("The model {model} is open. Choose a folder with items whose labels are known.")
            self._empty.set_texts(self.tr("Nothing to measure on yet"), text.format(model=model), self.tr("Choose a folder …"))
        else:
            text = self.tr(
                "Measure {model} on {folder}: how often it is right, what it takes for what, and which items it gets wrong, "
                "to hear them and mend their labels."
            )
            self._empty.set_texts(
                self.tr("How good is this model?"), text.format(model=model, folder=folder.name), self.tr("Evaluate it")
            )

    def _show_notes(self) -> None:
        self._dialogs.show_text(self, self.tr("Notes on this evaluation"), "\n\n".join(self.results.summary.notes()))

    def _relabel(self, index: int, text: str) -> None:
        target = self.results.target
        if target is not None:
            self.doing.relabel(index, target, text)

    def _export(self, what: str) -> None:
        target = self.results.target
        if target is not None:
            self.doing.export(what, target, threshold=self.results.threshold, unsure=self.results.unsure())

    # Remembered

    def _restore(self) -> None:
        shown = self.results
        shown.set_threshold(float(self._state.page_setting(PAGE, "threshold", 0.0)))
        if self._state.page_setting(PAGE, "rates", default=False):
            shown.rates.setChecked(True)

    def keep(self) -> None:
        """Keep rates and threshold; called once the page is left, since a slider moves often."""
        self._state.keep_page_setting(PAGE, "threshold", self.results.threshold)
        self._state.keep_page_setting(PAGE, "rates", self.results.rates.isChecked())
