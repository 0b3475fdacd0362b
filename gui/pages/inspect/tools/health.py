"""Are the gates healthy? Over a part of the data set: saturated gates, units that never write or never let go, and what to do."""

from __future__ import annotations

import hashlib
import math
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QComboBox, QFrame, QScrollArea, QSplitter, QVBoxLayout, QWidget

from gui.background import run_in_background
from gui.pages.inspect.scene import Scene
from gui.pages.inspect.tools.tool import Export, Tool
from gui.widgets import drawing, lens_texts, unit_map
from gui.widgets.common import button, column, label, name, row
from gui.widgets.figures_table import FiguresTable
from gui.widgets.lens_look import short
from gui.widgets.unit_map import UnitMap
from seqclass.data.project import cache_dir
from seqclass.inspection.health import GATES, HalfHealth, Health, read_health
from seqclass.specs import HealthJob

SPLITS = ("", "train", "validation", "test", "all")


class HealthTool(Tool):
    """Shows a map of each layer's units, what stands out, and the difference of two models."""

    NAME = "health"
    IS_WIDE = True

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self.health: Health | None = None
        self.maps: dict[str, UnitMap] = {}
        self._result: dict[str, Any] = {}
        self._of = ""
        self._split, self._take, self._compare = QComboBox(), button("primary"), button()
        self._take.clicked.connect(lambda: self._start(""))
        self._compare.clicked.connect(self._ask_other)
        self._summary = label(wraps=True)
        self._maps_layout = QVBoxLayout()
        self._maps_layout.setSpacing(12)
        self._maps_layout.setContentsMargins(0, 0, 8, 0)
        self._advice_heading, self._difference_heading = label("heading"), label("heading")
        self._advice = label(wraps=True)
        self.difference = FiguresTable()
        self.difference.setMinimumHeight(180)
        maps = QWidget()
        maps.setLayout(self._maps_layout)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(maps)
        area.viewport().setAutoFillBackground(False)
        maps.setAutoFillBackground(False)
        side = QWidget()
        words = column(self._advice_heading, self._advice, self._difference_heading, self.difference, 1, spacing=8)
        side.setLayout(words)
        side.setMinimumWidth(240)
        parts = QSplitter()
        parts.setChildrenCollapsible(False)
        parts.addWidget(area)
        parts.addWidget(side)
        parts.setStretchFactor(0, 1)
        parts.setSizes([560, 320])
        head = row(self._split, self._take, self._compare, 1, spacing=8)
        layout = column(head, self._summary, parts, spacing=10)
        layout.setStretch(2, 1)
        self.setLayout(layout)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        words = {
            "": self.tr("What fits best"),
            "train": self.tr("Training part"),
            "validation": self.tr("Validation part"),
            "test": self.tr("Test part"),
            "all": self.tr("All items"),
        }
        chosen = self._split.currentData()
        self._split.clear()
        for split in SPLITS:
            self._split.addItem(words[split], split)
        self._split.setCurrentIndex(max(self._split.findData(chosen), 0))
        name(self._split, self.tr("Part of the data set"))
        self._take.setText(self.tr("Examine"))
        self._compare.setText(self.tr("Compare with a model …"))
        self._advice_heading.setText(self.tr("What stands out"))
        self._difference_heading.setText(self.tr("Difference of the two models"))
        heads = (self.tr("Figure"), self.tr("This"), self.tr("Other"), self.tr("Change"))
        self.difference.set_heads(
            heads, ("", self.tr("the open model"), self.tr("the other model"), self.tr("other less this"))
        )
        name(self.difference, self._difference_heading.text())
        self._show()

    def opened(self) -> None:
        """Follow model and data set; show what was taken before."""
        state = self.scene.state
        state.bundle_changed.connect(self._follow)
        state.manifest_changed.connect(self._follow)
        self._follow()

    def closed(self) -> None:
        """Rest."""
        state = self.scene.state
        state.bundle_changed.disconnect(self._follow)
        state.manifest_changed.disconnect(self._follow)

    def exports(self) -> list[Export]:
        """Figures of every unit, and each layer's map."""
        health = self.health
        if health is None:
            return []
        made = [Export(self.tr("Health: every unit (CSV) …"), "csv", health.write_csv)]
        for half in health.halves:
            sheet, words = self._sheet(half), half.name
            write = partial(_write, sheet=sheet)
            made.append(Export(self.tr("Health: {layer} (PNG) …").format(layer=words), "png", write))
            made.append(Export(self.tr("Health: {layer} (SVG) …").format(layer=words), "svg", write))
        return made

    def _sheet(self, half: HalfHealth) -> drawing.Sheet:
        rows, scale, values, signs = self._rows(), self._scale(), unit_values(half), half.verdicts()
        return drawing.Sheet(
            width=760,
            height=170,
            title=half.name,
            subtitle=self._summary.text(),
            paint=lambda painter, area, look: unit_map.paint(painter, area, rows, values, signs, scale, look),
            notes=(self._counts(half),),
        )

    def view_state(self) -> dict[str, Any]:
        """Which part."""
        return {"split": self._split.currentData()}

    def restore_view(self, state: dict[str, Any]) -> None:
        """The same part."""
        self._split.setCurrentIndex(max(self._split.findData(state.get("split")), 0))

    # Taking it

    def _follow(self) -> None:
        state = self.scene.state
        path = str(state.bundle.path) if state.bundle is not None else ""
        if self._of and self._of != path:
            self.health, self._result, self._of = None, {}, ""
        can = bool(path) and state.dataset is not None
        for one in (self._take, self._compare):
            one.setEnabled(can)
        self._show()

    def _ask_other(self) -> None:
        pattern = self.tr("Models (*.seqclass)")
        other = self.scene.dialogs.choose_file(self, self.tr("Compare with a model"), pattern=pattern)
        if other is not None:
            self._start(str(other))

    def _start(self, other: str) -> None:
        state = self.scene.state
        bundle = state.bundle
        if bundle is None or bundle.path is None or state.dataset is None:
            return
        split = str(self._split.currentData() or "")
        key = hashlib.sha256(f"{bundle.path}\0{state.dataset}".encode("utf-8", "surrogateescape")).hexdigest()[:16]
        out = cache_dir() / "health" / f"{key}.json"
        job = HealthJob(
            bundle=str(bundle.path),
            dataset=str(state.dataset),
            other_bundle=other,
            split=split or None,  # type: ignore[arg-type]  # one of SPLITS
            manifest=state.manifest_file(),
            health_out=str(out),
        )
        out.parent.mkdir(parents=True, exist_ok=True)
        for one in (self._take, self._compare):
            one.setEnabled(False)
        path = str(bundle.path)
        worker = state.start_job(job, self.tr("Examining the gates"), done=lambda result: self._read(path, result))
        if worker is None:
            self._follow()
        else:
            worker.ended.connect(self._follow)

    def _read(self, path: str, result: dict[str, Any]) -> None:
        def done(health: Health) -> None:
            self.health, self._result, self._of = health, result, path
            self._show()

        run_in_background(lambda: read_health(Path(result["health"])), self, done=done, failed=self.scene.state.post_error)

    # Showing it

    def _rows(self) -> list[str]:
        words = {gate: lens_texts.heading(gate) for gate in GATES}
        return [text.format(gate=words[gate]) for gate in GATES for text in (self.tr("{gate} < 0.1"), self.tr("{gate} > 0.9"))]

    def _scale(self) -> tuple[str, str]:
        return self.tr("never"), self.tr("always")

    def _show(self) -> None:
        health = self.health
        while self._maps_layout.count():
            taken = self._maps_layout.takeAt(0)
            block = taken.widget() if taken is not None else None
            if block is not None:
                block.hide()  # at once; it goes when it can
                block.deleteLater()
        self.maps = {}
        for one in (self._advice_heading, self._advice):
            one.setVisible(health is not None)
        has_difference = bool(self._result.get("difference"))
        self._difference_heading.setVisible(has_difference)
        self.difference.setVisible(has_difference)
        if health is None:
            has_data = self.scene.state.dataset is not None
            self._summary.setText(
                self.tr("Press Examine: every item of the part runs through the model, and its gates are counted.")
                if has_data
                else self.tr("Open a data set to examine the gates over its items.")
            )
            return
        text = self.tr("{items} items, {frames} frames. Colour: in what share of the frames.")
        self._summary.setText(text.format(items=health.n_items, frames=health.n_frames))
        for half in health.halves:
            self._maps_layout.addWidget(self._block(half))
        self._maps_layout.addStretch(1)
        found = [f"• {one.half}: {one.text}" for one in health.advice()]
        self._advice.setText("\n\n".join(found) or self.tr("Nothing: gates open and close, and every unit takes part."))
        if has_difference:
            rows: list[tuple[Any, Any]] = []
            for at, one in enumerate(self._result["difference"]):
                figures = [(short(round(one[key], 3)), one[key]) for key in ("one", "other", "change")]
                words = f"{one['half']}: {one['figure']}"
                rows.append((at, ((words, words), *figures)))
            self.difference.set_rows(rows)

    def _block(self, half: HalfHealth) -> QWidget:
        """A layer: its name, the map of its units, its counts in a line."""
        block = QWidget()
        heading, counts, shown = label("heading"), label("small", wraps=True), UnitMap()
        heading.setText(half.name)
        shown.show_values(self._rows(), unit_values(half), half.verdicts(), self._scale())
        name(shown, half.name)
        shown.unit_chosen.connect(lambda unit, shown=shown, half=half: self._choose(shown, half, unit))
        counts.setText(self._counts(half))
        block.setLayout(column(heading, shown, counts, spacing=6))
        self.maps[half.name] = shown
        return block

    def _counts(self, half: HalfHealth) -> str:
        text = self.tr(
            "{n} units: {dead} dead, {unwritten} never written, {latched} latched. Half-life of the median unit: {life}"
        )
        life = half.median_half_life_frames
        if not math.isfinite(life):
            words = self.tr("without end")
        elif half.frame_ms is None:
            words = self.tr("{n} frames, items last {clip}").format(n=short(round(life, 1)), clip=short(half.median_frames))
        else:
            clip = short(round(half.median_frames * half.frame_ms))
            words = self.tr("{n} ms, items last {clip} ms").format(n=short(round(life * half.frame_ms)), clip=clip)
        return text.format(
            n=half.n_units,
            dead=int(half.is_dead.sum()),
            unwritten=int(half.is_never_written.sum()),
            latched=int(half.is_latched.sum()),
            life=words,
        )

    def _choose(self, shown: UnitMap, half: HalfHealth, unit: int) -> None:
        """Mark a unit, here and in the lens."""
        for one in self.maps.values():
            one.unit = -1
            one.update()
        shown.unit = unit
        layer, _, direction = half.name.removeprefix("layer").partition(".")
        if (self.scene.layer, self.scene.is_backward) != (int(layer), bool(direction)):
            self.scene.choose_layer(int(layer), is_backward=bool(direction))
        self.scene.choose_unit(unit)


def _write(path: Path, *, sheet: drawing.Sheet) -> None:
    drawing.write(path, sheet)


def unit_values(half: HalfHealth) -> NDArray[np.float64]:
    """Shares of a half's units, (6, n_units): of each gate nearly shut, nearly open."""
    return np.stack([share[gate] for gate in GATES for share in (half.low, half.high)])
