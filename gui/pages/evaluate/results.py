"""The results: figures, matrix, tables and plots on the left, the items behind them on the right."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QSlider, QSplitter, QTabWidget, QWidget

from gui.pages.evaluate.compare import CompareView
from gui.pages.evaluate.facts import Cell, Evaluated, Indices, TargetFacts
from gui.pages.evaluate.items import ItemsPanel
from gui.pages.evaluate.pairs import EvaluatedPair, TargetPair
from gui.pages.evaluate.slices import SlicesView
from gui.pages.evaluate.summary import Summary
from gui.widgets.common import Responsive, button, card, column, label, name, row
from gui.widgets.confusion import ConfusionMatrix
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.evaluate_plots import CalibrationBin, CalibrationPlot, ScatterPlot, ThresholdPlot
from gui.widgets.figures_table import FiguresTable, Row
from seqclass.evaluation.report import ClassReport

_LEFT_WIDTH = 520
"""All tabs have room, in the smallest window too."""
CONFUSION, CLASSES, SLICES, CALIBRATION, THRESHOLD, SCATTER, COMPARE = range(7)


class ResultsView(Responsive, QWidget):
    """All of one evaluation.

    Attributes:
        facts: The evaluation; None before the first one.
        items: The items behind what was clicked.
        threshold: Answers less sure than this count as unknown.
        pair: Another model on the same items; None for none.
    """

    def __init__(self) -> None:
        super().__init__()
        self.facts: Evaluated | None = None
        self.threshold = 0.0
        self._target = ""
        self._flips: TargetPair | None = None
        self._wanted: tuple[str, Any] = ("mistakes", None)
        self.summary = Summary()
        self.items = ItemsPanel()
        self.matrix = ConfusionMatrix()
        self.classes, self.slices, self.compare = FiguresTable(), SlicesView(), CompareView()
        self.pair: EvaluatedPair | None = None
        self.calibration, self.curve, self.scatter = CalibrationPlot(), ThresholdPlot(), ScatterPlot()
        self.counts, self.rates = button(), button()
        self._modes = QButtonGroup(self)
        for one in (self.counts, self.rates):
            one.setCheckable(True)
            self._modes.addButton(one)
        self.counts.setChecked(True)
        self._hint = label("small")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, 100)
        self._slider_label, self._effect = label(), ElidedLabel("muted")
        self._make_frame()
        of_matrix = QWidget()
        layout = column(row(self._hint, 1, self.counts, self.rates, spacing=4), self.matrix, spacing=4, margins=(0, 6, 0, 0))
        layout.setStretch(1, 1)
        of_matrix.setLayout(layout)
        for view in (of_matrix, self.classes, self.slices, self.calibration, self.curve, self.scatter, self.compare):
            self.tabs.addTab(view, "")
        self._connect()
        self.retranslate()

    def _make_frame(self) -> None:
        """The outermost first: what is put into its place while it is empty is dressed once."""
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        layout = column(self.summary, self.splitter, spacing=10)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setStyleSheet("QTabBar::tab { padding: 8px 8px; margin-right: 2px; }")  # six find room
        self._threshold_row = QWidget()
        line = row(self._slider_label, self.slider, spacing=12)
        line.setStretch(1, 1)
        self._threshold_row.setLayout(column(line, self._effect, spacing=2))
        left = card(self.tabs, self._threshold_row, spacing=8, margin=12)
        left.setMinimumWidth(_LEFT_WIDTH)
        self.items.setMinimumWidth(280)
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.items)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(10)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([570, 480])

    def _connect(self) -> None:
        self.matrix.cell_chosen.connect(self._take_cell)
        self.classes.key_chosen.connect(lambda key: self._want("class", key))
        self.slices.part_chosen.connect(lambda slicing, part: self._want("part", (slicing, part)))
        self.compare.flip_chosen.connect(lambda flip: self._want("flip", flip))
        self.compare.class_chosen.connect(self._take_class)
        self.tabs.currentChanged.connect(lambda _: self._show_threshold_row())
        self.items.all_wanted.connect(self.show_mistakes)
        self.items.item_chosen.connect(self._mark)
        self.scatter.chosen.connect(self._take_point)
        self.slider.valueChanged.connect(self._take_slider)
        self.curve.threshold_wanted.connect(lambda value: self.slider.setValue(round(100 * value)))
        self.rates.toggled.connect(self._take_rates)

    def retranslate(self) -> None:
        """Set every text."""
        texts = (
            self.tr("Confusion"),
            self.tr("Classes"),
            self.tr("Slices"),
            self.tr("Calibration"),
            self.tr("Threshold"),
            self.tr("Scatter"),
            self.tr("Compare"),
        )
        for index, text in enumerate(texts):
            self.tabs.setTabText(index, text)
        self.counts.setText(self.tr("Counts"))
        self.rates.setText(self.tr("Rates"))
        self._show_hint()
        self._slider_label.setText(self.tr("Unknown below"))
        name(self.slider, self.tr("Threshold"), tip=self.tr("Answers less sure than this count as unknown"))
        name(self.classes, self.tr("Figures of each class"))
        name(self.splitter.handle(1), self.tr("Border between results and items"))
        name(self.tabs, self.tr("Views of the results"))
        self._set_heads()
        self._fill_matrix()
        self._set_effect()
        self._list_items()

    @property
    def target(self) -> TargetFacts | None:
        """What is shown of a model with several targets."""
        return None if self.facts is None else self.facts.target(self._target)

    def show_facts(self, facts: Evaluated, target: str = "", *, keeps_place: bool = False) -> None:
        """Show an evaluation.

        Args:
            facts: The evaluation.
            target: Which of its targets; the first one unless given.
            keeps_place: Whether what was clicked stays so: after a label was corrected.
        """
        shown, before = facts.target(target), self.target
        self.facts, self._target = facts, shown.name
        self.summary.show_facts(facts, shown)
        for tab in (CONFUSION, CLASSES, CALIBRATION, THRESHOLD):
            self.tabs.setTabVisible(tab, not shown.is_number)
        self.tabs.setTabVisible(SCATTER, shown.is_number)
        self.tabs.setTabVisible(SLICES, self.slices.show_target(facts, shown))
        self._flips = self.compare.show_pair(shown, self.pair)
        if before is None or before.is_number != shown.is_number:
            self.tabs.setCurrentIndex(SCATTER if shown.is_number else CONFUSION)
        self._show_threshold_row()
        self._show_hint()
        self._set_heads()
        self._fill(shown)
        if not keeps_place:
            self.matrix.set_cell(None)
            self._wanted = ("mistakes", None)
        self._list_items()

    def show_pair(self, pair: EvaluatedPair | None) -> None:
        """Show another model beside the one that is shown, or none any longer."""
        self.pair = pair
        self._flips = self.compare.show_pair(self.target, pair)
        if self._wanted[0] == "flip":
            self.show_mistakes()
        if self._flips is not None:
            self.compare.flips.choose(next((flip for flip, found in self._flips.flips.items() if len(found)), "both"))

    def show_mistakes(self) -> None:
        """List all mistakes."""
        self.matrix.set_cell(None)
        self._want("mistakes", None)

    def set_threshold(self, threshold: float) -> None:
        """Move the slider."""
        self.slider.setValue(round(100 * threshold))

    def columns(self) -> list[str]:
        """Names of the matrix' columns."""
        target = self.target
        if target is None:
            return []
        return [*target.labels, self.unsure()] if self.threshold > 0 else list(target.labels)

    def unsure(self) -> str:
        """What an answer below the threshold is called."""
        return self.tr("unknown")

    # What was clicked

    def _take_cell(self, cell: Cell | None) -> None:
        self._want("mistakes" if cell is None else "cell", cell)

    def _take_point(self, index: int) -> None:
        if index not in self.items.table.keys:
            self._want("point", index)
        self.items.table.choose(index)

    def _want(self, what: str, value: Any) -> None:
        self._wanted = (what, value)
        if what != "cell":
            self.matrix.set_cell(None)
        self._list_items()

    def _list_items(self) -> None:
        target = self.target
        if self.facts is None or target is None:
            self.items.clear()
            return
        heading, indices = self._wanted_items(target)
        other = None
        if self._wanted[0] == "flip" and self.pair is not None and self._flips is not None:
            other = (*self.pair.names, self._flips.said)
        self.items.show_items(self.facts, target, indices.tolist(), heading, wanted=self._wanted[0], other=other)

    def _wanted_items(self, target: TargetFacts) -> tuple[str, Indices]:
        what, value = self._wanted
        if what == "part":
            slicing, part = value
            heading = self.tr("{what}: {part}, worst first").format(
                what=self.slices.title_of(slicing), part=self.slices.part_title(part)
            )
            return heading, target.worst_first(slicing.members(part))
        if what == "flip" and self._flips is not None:
            return self.compare.title_of(value), self._flips.flips[value]
        return self._wanted_numbers(target) if target.is_number else self._wanted_labels(target)

    def _wanted_numbers(self, target: TargetFacts) -> tuple[str, Indices]:
        what, value = self._wanted
        others = target.mistakes(0.0)
        if what == "point":
            return self.tr("The item clicked, then the largest errors"), np.concatenate([[value], others[others != value]])
        return self.tr("Largest errors first"), others

    def _wanted_labels(self, target: TargetFacts) -> tuple[str, Indices]:
        what, value = self._wanted
        if what == "cell":
            truth, said = target.labels[value[0]], self.columns()[value[1]]
            words = self.tr("It was {truth}, the model said {said}")
            return words.format(truth=truth, said=said), target.of_cell(value, self.threshold)
        if what == "class":
            words = self.tr("What was {label}, worst first").format(label=target.labels[value])
            return words, target.worst_first(target.truth == value)
        return self.tr("Mistakes, worst first"), target.mistakes(self.threshold)

    def _take_class(self, label: str) -> None:
        target = self.target
        if target is not None and label in target.labels:
            self._want("class", target.labels.index(label))

    def _mark(self, index: int) -> None:
        target = self.target
        if target is not None and target.is_number:
            self.scatter.set_marked(index)

    # Filling

    def _fill(self, target: TargetFacts) -> None:
        report = target.report
        if isinstance(report, ClassReport):
            self._fill_matrix()
            rows: list[tuple[Any, Row]] = [
                (place, ((text, text), *map(_percent, (one.precision, one.recall, one.f1)), (str(one.support), one.support)))
                for place, (text, one) in enumerate(report.per_class.items())
            ]
            self.classes.set_rows(rows)
            bins = [CalibrationBin(b.low, b.high, b.n_items, b.confidence, b.accuracy) for b in report.calibration.bins]
            self.calibration.set_bins(bins, report.calibration.ece)
            self.curve.set_steps(target.steps())
        else:
            self.scatter.set_points(target.name, target.truth.tolist(), np.asarray(target.predicted).tolist())
        self._set_effect()

    def _fill_matrix(self) -> None:
        target = self.target
        if target is not None and not target.is_number:
            self.matrix.set_matrix(target.labels, self.columns(), target.matrix(self.threshold).tolist())

    def _set_heads(self) -> None:
        self.classes.set_heads(
            (self.tr("Class"), self.tr("Precision"), self.tr("Recall"), self.tr("F1"), self.tr("Items")),
            (
                self.tr("Class"),
                self.tr("Share of the items so named that are of the class"),
                self.tr("Share of the class's items that were so named"),
                self.tr("Harmonic mean of precision and recall"),
                self.tr("Items of the class"),
            ),
        )

    # Threshold and rates

    def _show_hint(self) -> None:
        is_heard = self.facts is None or self.facts.answers.head.kind == "speech"
        heard, seen = self.tr("Click a cell to see and hear its items."), self.tr("Click a cell to see its items.")
        self._hint.setText(heard if is_heard else seen)

    def _show_threshold_row(self) -> None:
        """The slider stands below what it changes."""
        is_meant = self.tabs.currentIndex() in (CONFUSION, THRESHOLD)
        self._threshold_row.setVisible(is_meant and self.target is not None and not self.target.is_number)

    def _take_slider(self, value: int) -> None:
        self.threshold = value / 100
        had_unsure = self.matrix.cell is not None
        self.curve.set_threshold(self.threshold)
        self._fill_matrix()
        self._set_effect()
        if had_unsure and self.matrix.cell is None:
            self._wanted = ("mistakes", None)
        if self._wanted[0] in ("cell", "mistakes"):
            self._list_items()

    def _set_effect(self) -> None:
        target = self.target
        if target is None or target.is_number:
            return
        covered, right = target.at(self.threshold)
        values = {"threshold": f"{100 * self.threshold:.0f}", "covered": f"{100 * covered:.1f}"}
        if right is None:
            text = self.tr("{threshold} %: no item gets an answer").format(**values)
        else:
            text = self.tr("{threshold} %: {covered} % get an answer, {right} % of these are right")
            text = text.format(**values, right=f"{100 * right:.1f}")
        self._effect.set_whole(text)

    def _take_rates(self, is_rates: bool) -> None:
        self.matrix.set_rates(is_rates=is_rates)


def _percent(value: float | None) -> tuple[str, float | None]:
    return ("—" if value is None else f"{100 * value:.1f} %", value)
