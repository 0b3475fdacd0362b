"""How good a model is on parts of the items: by speaker, length, or any column of the manifest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QWidget

from gui.pages.evaluate.facts import Evaluated, TargetFacts
from gui.widgets.common import Responsive, column, label, name, row
from gui.widgets.evaluate_plots import Whisker, WhiskerPlot
from gui.widgets.figures_table import FiguresTable, Row
from seqclass.evaluation.report import ClassReport, NumberReport
from seqclass.evaluation.slices import SliceFigures, Slicing, class_figures, number_figures
from seqclass.specs import Kind

_TABLE_HEIGHT = 190


class SlicesView(Responsive, QWidget):
    """A choice of what to divide by, and the figures of each part.

    Attributes:
        table: The parts; its keys are their names.

    Signals:
        part_chosen: The `Slicing`, and the name of a part.
    """

    part_chosen = Signal(object, str)

    def __init__(self) -> None:
        super().__init__()
        self.table = FiguresTable()
        self.table.key_chosen.connect(self._take_part)
        self._slicings: tuple[Slicing, ...] = ()
        self._target: TargetFacts | None = None
        self._kind: Kind = "speech"
        self._label = label("muted")
        self._choice = QComboBox()
        self._choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._choice.activated.connect(lambda _: self._fill())
        self.plot = WhiskerPlot()
        layout = column(row(self._label, self._choice, 1, spacing=10), self.table, self.plot, spacing=8, margins=(0, 8, 0, 0))
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        self._label.setText(self.tr("Divided by"))
        name(self._choice, self.tr("What the items are divided by"))
        name(self.table, self.tr("Figures of each part"))
        for place, slicing in enumerate(self._slicings):
            self._choice.setItemText(place, self.title_of(slicing))
        self._fill()

    @property
    def slicing(self) -> Slicing | None:
        """What the items are divided by; None where nothing divides them."""
        place = self._choice.currentIndex()
        return self._slicings[place] if 0 <= place < len(self._slicings) else None

    def show_target(self, facts: Evaluated, target: TargetFacts) -> bool:
        """Show the parts of a target's items; False where there is nothing to divide by."""
        before = self.slicing
        self._kind, self._target = facts.answers.head.kind, target
        self._slicings = tuple(
            one for one in facts.slicings if not (one.kind == "target" and one.name == target.name and not target.is_number)
        )
        self._choice.clear()
        self._choice.addItems([self.title_of(one) for one in self._slicings])
        kept = [place for place, one in enumerate(self._slicings) if before is not None and one[:2] == before[:2]]
        self._choice.setCurrentIndex(kept[0] if kept else 0)
        self._fill()
        return bool(self._slicings)

    def title_of(self, slicing: Slicing) -> str:
        """What is divided by, in words."""
        lengths = {
            "speech": self.tr("Length in seconds"),
            "text": self.tr("Length in words"),
            "numeric": self.tr("Length in frames"),
        }
        words = {"group": self.tr("Speaker or group"), "length": lengths[self._kind], "rate": self.tr("Sample rate")}
        return words.get(slicing.kind, slicing.name)

    def part_title(self, part: str) -> str:
        """A part's name; there may be none."""
        return part or self.tr("not known")

    def _take_part(self, part: str) -> None:
        if self.slicing is not None:
            self.part_chosen.emit(self.slicing, part)

    def _fill(self) -> None:
        slicing, target = self.slicing, self._target
        if slicing is None or target is None:
            self.table.set_rows([])
            return
        head, items = self.title_of(slicing), self.tr("Items")
        if target.is_number:
            self.table.set_heads((head, self.tr("MAE"), self.tr("RMSE"), items))
            figures = number_figures(slicing, target.predicted - target.truth)
        else:
            tips = (head, self.tr("Share that was right"), self.tr("95 % interval, if items were independent"), items)
            self.table.set_heads((head, self.tr("Accuracy"), self.tr("95 %"), items), tips)
            figures = class_figures(slicing, target.predicted == target.truth)
        self.table.set_rows(self._rows(figures))
        self._draw(figures, target)
        self.plot.setVisible(self.height() - self.plot.height() > _TABLE_HEIGHT)

    def _draw(self, figures: Sequence[SliceFigures], target: TargetFacts) -> None:
        if target.is_number:
            report = cast(NumberReport, target.report)
            parts = [Whisker(self.part_title(one.part), one.mae or 0.0, one.mae or 0.0, one.mae or 0.0) for one in figures]
            title = self.tr("Mean absolute error; the dashed line is that of all items")
            self.plot.set_parts(parts, report.mae or 0.0, is_share=False, x_title=title)
            return
        shares = [(one, one.accuracy, one.interval) for one in figures]
        parts = [
            Whisker(self.part_title(one.part), share, *within)
            for one, share, within in shares
            if share is not None and within is not None
        ]
        title = self.tr("Accuracy with its 95 % interval; the dashed line is that of all items")
        self.plot.set_parts(parts, cast(ClassReport, target.report).accuracy or 0.0, is_share=True, x_title=title)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The table comes first where there is little room."""
        super().resizeEvent(event)
        self.plot.setVisible(self.height() - self.plot.height() > _TABLE_HEIGHT)

    def _rows(self, figures: Sequence[SliceFigures]) -> list[tuple[Any, Row]]:
        rows: list[tuple[Any, Row]] = []
        for place, one in enumerate(figures):
            cells: Row
            if one.accuracy is not None and one.interval is not None:
                low, high = one.interval
                within = f"{100 * low:.1f} – {100 * high:.1f}"
                cells = ((f"{100 * one.accuracy:.1f} %", one.accuracy), (within, low))
            else:
                cells = ((f"{one.mae:.4g}", one.mae), (f"{one.rmse:.4g}", one.rmse))
            rows.append((one.part, ((self.part_title(one.part), place), *cells, (str(one.n_items), one.n_items))))
        return rows
