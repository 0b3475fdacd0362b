"""Inside one cell: the LSTM cell drawn with the model's own numbers at the cursor's frame, and the equations with theirs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QSpinBox, QWidget

from gui.pages.inspect.scene import Scene
from gui.pages.inspect.tools.tool import Export, Tool
from gui.widgets import cell_diagram, drawing, lens_texts
from gui.widgets.cell_diagram import CellDiagram
from gui.widgets.common import column, label, name, row
from gui.widgets.lens_look import signed
from seqclass.files import write_table
from seqclass.inspection.cell import GATES, CellFrame, CellTerms, cell_terms
from seqclass.inspection.naming import half_name

_COLUMNS = ("W·x", "R·h", "b", "Σ")


class CellTool(Tool):
    """Follows cursor, unit, layer and direction; plays with the sound, as the cursor does."""

    NAME = "cell"

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self.terms: CellTerms | None = None
        self.diagram = CellDiagram()
        self._unit, self._is_mean = QSpinBox(), QCheckBox()
        self._unit.valueChanged.connect(self._choose)
        self._is_mean.toggled.connect(self._compute)
        self._table = QWidget()
        self._grid = QGridLayout(self._table)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(1)
        self._grid.setVerticalSpacing(4)
        self._heads = [label("small") for _ in range(6)]
        self._numbers = {(gate, place): label("code") for gate in GATES for place in range(6)}
        self._fill_grid()
        self._cell_line, self._hidden_line = label("code", wraps=True), label("code", wraps=True)
        self._unit_label = label()
        self._unit_label.setBuddy(self._unit)
        choose = column(row(self._unit_label, self._unit, 1, spacing=8), self._is_mean, spacing=6)
        self.setLayout(column(choose, self.diagram, self._table, self._cell_line, self._hidden_line, 1, spacing=10))
        self.retranslate()

    def _fill_grid(self) -> None:
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for place, head in enumerate(self._heads):
            self._grid.addWidget(head, 0, place, right if place else Qt.AlignmentFlag.AlignLeft)
            self._grid.setColumnStretch(place, 1)
        for (gate, place), number in self._numbers.items():
            self._grid.addWidget(number, 1 + GATES.index(gate), place, right if place else Qt.AlignmentFlag.AlignLeft)

    def retranslate(self) -> None:
        """Set every text."""
        self._unit_label.setText(self.tr("Unit"))
        name(self._unit, self.tr("Unit of the layer"))
        self._is_mean.setText(self.tr("Mean of the layer"))
        heads = ("", *_COLUMNS, self.tr("value"))
        for head, text in zip(self._heads, heads, strict=True):
            head.setText(text)
        tips = (
            "",
            self.tr("what the frame says to this gate"),
            self.tr("what the layer said at the frame before"),
            self.tr("bias"),
            self.tr("their sum"),
            self.tr("the sum squeezed: by σ to 0..1, by tanh to −1..1"),
        )
        for head, tip in zip(self._heads, tips, strict=True):
            head.setToolTip(tip)
        self._show()

    def opened(self) -> None:
        """Follow the scene."""
        scene = self.scene
        scene.look_changed.connect(self._compute)
        scene.unit_changed.connect(self._follow_unit)
        scene.view.cursor_moved.connect(self._show)
        self._compute()

    def closed(self) -> None:
        """Rest."""
        scene = self.scene
        scene.look_changed.disconnect(self._compute)
        scene.unit_changed.disconnect(self._follow_unit)
        scene.view.cursor_moved.disconnect(self._show)

    def exports(self) -> list[Export]:
        """The drawing."""
        cell, bound, terms, shown = self._cell(), self.diagram.cell_bound, self.terms, self.scene.shown
        if cell is None or terms is None or shown is None:
            return []
        times = shown.trace.times_s
        sheet = drawing.Sheet(
            width=720,
            height=600,
            title=self._heading(),
            paint=lambda painter, area, look: cell_diagram.paint(painter, area, cell, bound, look),
            notes=tuple(cell.equations()),
        )
        return [
            Export(self.tr("Cell: picture (PNG) …"), "png", lambda path: drawing.write(path, sheet)),
            Export(self.tr("Cell: drawing (SVG) …"), "svg", lambda path: drawing.write(path, sheet)),
            Export(self.tr("Cell: all frames (CSV) …"), "csv", lambda path: _csv(path, terms, times)),
        ]

    def view_state(self) -> dict[str, Any]:
        """Whether it is the mean."""
        return {"is_mean": self._is_mean.isChecked()}

    def restore_view(self, state: dict[str, Any]) -> None:
        """The same again."""
        self._is_mean.setChecked(bool(state.get("is_mean", False)))

    def _compute(self) -> None:
        """Take the unit apart through all frames: a millisecond or two, so that the cursor only looks up."""
        scene = self.scene
        shown, bundle, half = scene.shown, scene.shown_bundle, scene.half
        self.terms = None
        if shown is None or bundle is None or half is None:
            self._show()
            return
        unit = None if self._is_mean.isChecked() else scene.unit
        self._unit.blockSignals(True)
        self._unit.setRange(0, half.n_units - 1)
        self._unit.setValue(scene.unit or 0)
        self._unit.setSuffix(self.tr(" of 0–{last}").format(last=half.n_units - 1))
        self._unit.blockSignals(False)
        self._unit.setEnabled(unit is not None)
        trace, layer, is_backward = shown.trace, scene.layer, half.is_backward
        self.diagram.cell_bound = shown.cell_bound
        scene.follow("cell", lambda: cell_terms(bundle, trace, layer=layer, backward=is_backward, unit=unit), self._take)

    def _take(self, terms: CellTerms) -> None:
        self.terms = terms
        self._show()

    def _follow_unit(self) -> None:
        if not self._is_mean.isChecked() and self.terms is not None and self.terms.unit != self.scene.unit:
            self._compute()

    def _choose(self, unit: int) -> None:
        self.scene.choose_unit(unit)

    def _cell(self) -> CellFrame | None:
        if self.terms is None or not len(self.terms.cell):
            return None
        return self.terms.at(min(self.scene.frame, len(self.terms.cell) - 1))

    def _show(self) -> None:
        """Draw the cursor's frame."""
        cell = self._cell()
        self.diagram.show_cell(cell, self.diagram.cell_bound)
        for part in (*self._numbers.values(), self._cell_line, self._hidden_line):
            part.clear()
        if cell is None:
            return
        for gate, terms in cell.gates.items():
            numbers = (terms.from_input, terms.from_hidden, terms.bias, terms.total, terms.value)
            texts = (lens_texts.SYMBOLS[gate], *(signed(number) for number in numbers))
            for place, text in enumerate(texts):
                self._numbers[gate, place].setText(text)
        *_, cell_line, hidden_line = cell.equations()
        self._cell_line.setText(_typeset(cell_line))
        self._hidden_line.setText(_typeset(hidden_line))

    def _heading(self) -> str:
        terms, scene = self.terms, self.scene
        unit = self.tr("mean of all units") if terms is None or terms.unit is None else lens_texts.unit(terms.unit)
        shown = scene.shown
        item = " ".join(shown.name.split()) if shown else ""
        text = self.tr("{item}, {layer}, {unit}, frame {frame}")
        layer = half_name(scene.layer, is_backward=scene.is_backward)
        return text.format(item=item, layer=layer, unit=unit, frame=scene.frame)


def _csv(path: Path, terms: CellTerms, times: NDArray[np.float64]) -> None:
    """Every term at every frame, a row a frame."""
    symbols = [lens_texts.SYMBOLS[gate] for gate in GATES]
    parts = ("from_input", "from_hidden", "total", "value")
    single = ("before", "kept", "written", "cell", "squeezed", "hidden")
    heads = ["frame", "time_s", *(f"{symbol}.{part}" for part in parts for symbol in symbols), *single]
    columns = [
        np.arange(len(terms.cell))[:, None],
        times[:, None],
        terms.from_input,
        terms.from_hidden,
        terms.total,
        terms.values,
    ]
    columns += [getattr(terms, part)[:, None] for part in single]
    rows = np.concatenate(columns, axis=1)
    write_table(path, [heads, *([f"{value:.7g}" for value in row] for row in rows)])


def _typeset(line: str) -> str:
    before = QCoreApplication.translate("CellTool", "c before")
    return line.replace("*", "·").replace("-", "−").replace("c before", before)
