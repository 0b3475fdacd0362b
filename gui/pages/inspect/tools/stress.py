"""When does it break? The item with noise, shifted, sped up or band-limited, and accuracy against the strength of each."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtWidgets import QComboBox

from gui.pages.inspect import loading, wording
from gui.pages.inspect.scene import Scene, Variant
from gui.pages.inspect.tools.stress_sliders import StressSliders
from gui.pages.inspect.tools.tool import Export, Tool
from gui.widgets import drawing, strength_curve
from gui.widgets.common import button, column, label, name, row
from gui.widgets.strength_curve import Line, StrengthCurve
from seqclass.files import write_text
from seqclass.inspection.stress import AXES, is_plain, stressed, trace_stressed
from seqclass.inspection.stress_job import StressCurve, as_csv, from_plain
from seqclass.specs import StressJob, StressSpec

_MOST = 7
_FALLING = ("snr_db", "high_hz")
"""The smaller the value, the stronger the stress: these are drawn falling, from little to much."""


class StressTool(Tool):
    """Lets gates and answer follow sliders; measures the same over a data set."""

    NAME = "stress"

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self.curve: StressCurve | None = None
        self.seconds = 0.0
        self.sliders: StressSliders | None = None
        self._kind = ""
        self._is_applying = False
        self._reset = button()
        self._reset.clicked.connect(self._rest)
        self._said, self._measured = label(wraps=True), label(wraps=True)
        self._batch_heading = label("heading")
        self._axis, self._measure = QComboBox(), button()
        self._measure.clicked.connect(self._start_job)
        self.chart = StrengthCurve()
        self._place = column(spacing=0)
        batch = row(self._axis, self._measure, spacing=8)
        batch.setStretch(0, 1)
        outcome = column(self._batch_heading, batch, self._measured, self.chart, spacing=8)
        self.setLayout(column(self._place, row(self._reset, 1), self._said, outcome, 1, spacing=12))
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        self._reset.setText(self.tr("As it is"))
        self._batch_heading.setText(self.tr("On the whole data set"))
        self._measure.setText(self.tr("Measure"))
        self._measure.setToolTip(self.tr("Probability of the right class against the strength, for each class"))
        name(self._axis, self.tr("What is varied"))
        self._fill_axes()
        self._show_curve()
        self._say()
        if self.isVisible() and self.scene.variant is not None:
            self._apply()  # its words above the lens

    def opened(self) -> None:
        """Follow the scene, under the same stress as before."""
        self.scene.item_changed.connect(self._apply)
        self.scene.variant_changed.connect(self._take_back)
        self._apply()

    def closed(self) -> None:
        """Show the item as it is."""
        self.scene.item_changed.disconnect(self._apply)
        self.scene.variant_changed.disconnect(self._take_back)
        self.scene.drop("stress")
        self.scene.show_variant(None)

    def exports(self) -> list[Export]:
        """The curve."""
        curve = self.curve
        if curve is None:
            return []
        strengths, lines, axis = self._drawn(curve)
        sheet = drawing.Sheet(
            width=640,
            height=strength_curve.height(lines) + 120,
            title=self._measured.text(),
            paint=lambda painter, area, look: strength_curve.paint(painter, area, strengths, lines, axis, look),
        )
        return [
            Export(self.tr("Stress: curve (PNG) …"), "png", lambda path: drawing.write(path, sheet)),
            Export(self.tr("Stress: curve (SVG) …"), "svg", lambda path: drawing.write(path, sheet)),
            Export(self.tr("Stress: numbers (CSV) …"), "csv", lambda path: _write(path, curve)),
        ]

    def view_state(self) -> dict[str, Any]:
        """What the sliders say."""
        return {"stress": msgspec.to_builtins(self.sliders.stress)} if self.sliders else {}

    def restore_view(self, state: dict[str, Any]) -> None:
        """The same again."""
        if isinstance(state.get("stress"), dict) and self.sliders is not None:
            self.sliders.set_stress(msgspec.convert(state["stress"], StressSpec))

    # The item

    def _make_sliders(self) -> None:
        """Sliders for the kind of data of the open model."""
        bundle = self.scene.bundle
        if bundle is None or bundle.card.kind == self._kind:
            return
        if self.sliders is not None:
            self.sliders.deleteLater()
        self._kind = bundle.card.kind
        self.sliders = StressSliders(bundle.card.kind)
        self.sliders.changed.connect(self._apply)
        self._place.addWidget(self.sliders)
        self._fill_axes()
        self.curve = None
        self._show_curve()

    def _apply(self) -> None:
        """Trace the item under stress: within a blink, so that everything follows the slider."""
        self._make_sliders()
        scene, sliders = self.scene, self.sliders
        bundle, inspected = scene.bundle, scene.inspected
        self._measure.setEnabled(scene.state.dataset is not None)
        if bundle is None or inspected is None or sliders is None or is_plain(sliders.stress):
            scene.drop("stress")
            self._show_variant(None)
            self._say()
            return
        stress, words = sliders.stress, sliders.words()

        def compute() -> tuple[Variant, float]:
            started = time.perf_counter()
            trace = trace_stressed(bundle, inspected.content, stress, name=inspected.name, key=inspected.name)
            content = " ".join(trace.tokens) if trace.tokens else stressed(inspected.content, stress, key=inspected.name)
            made = loading.inspected_of(bundle, trace, content, inspected.truth)
            return Variant(made, words, bundle), time.perf_counter() - started

        scene.follow("stress", compute, self._take)

    def _take(self, made: tuple[Variant, float]) -> None:
        variant, self.seconds = made
        self._show_variant(variant)
        self._say()

    def _show_variant(self, variant: Variant | None) -> None:
        self._is_applying = True
        self.scene.show_variant(variant)
        self._is_applying = False

    def _take_back(self) -> None:
        """The person has closed the variant above the lens."""
        if self.scene.variant is None and not self._is_applying and self.sliders is not None:
            self.sliders.reset()

    def _rest(self) -> None:
        if self.sliders is not None:
            self.sliders.reset()

    def _say(self) -> None:
        scene = self.scene
        if scene.inspected is None or scene.variant is None:
            self._said.setText(self.tr("Move a slider: lens and answer follow, and play what the model hears."))
            return
        target = scene.target
        before, after = scene.inspected.trace.result[target], scene.variant.inspected.trace.result[target]
        self._said.setText(wording.change(before, after))

    # The data set

    def _fill_axes(self) -> None:
        chosen = self._axis.currentData()
        self._axis.clear()
        if self.sliders is not None:
            words = self.sliders.axis_words()
            for axis in AXES[self.scene.bundle.card.kind] if self.scene.bundle else ():
                self._axis.addItem(words[axis], axis)
        self._axis.setCurrentIndex(max(self._axis.findData(chosen), 0))

    def _start_job(self) -> None:
        state, sliders = self.scene.state, self.sliders
        bundle, axis = state.bundle, self._axis.currentData()
        if state.dataset is None or bundle is None or bundle.path is None or sliders is None or axis is None:
            return
        job = StressJob(
            bundle=str(bundle.path),
            dataset=str(state.dataset),
            axis=axis,
            stress=sliders.stress,
            manifest=state.manifest_file(),
        )
        self._measure.setEnabled(False)
        worker = state.start_job(job, self.tr("Measuring under stress"), done=self._take_curve)
        if worker is None:
            self._measure.setEnabled(True)
        else:
            worker.ended.connect(lambda: self._measure.setEnabled(True))

    def _take_curve(self, result: dict[str, Any]) -> None:
        self.curve = from_plain(result["stress"])
        self._show_curve()

    def _drawn(self, curve: StressCurve) -> tuple[list[str], list[Line], str]:
        """Words of the strengths, lines, name of the axis: all items, then the classes that suffer most."""
        assert self.sliders is not None
        order = list(range(len(curve.values)))
        if curve.axis in _FALLING:
            order[1:] = order[:0:-1]
        strengths = [
            self.tr("as it is") if value is None else self.sliders.value_words(curve.axis, value)
            for value in (curve.values[at] for at in order)
        ]
        overall = [curve.overall[at] for at in order]
        whole = tuple(point.p_correct for point in overall)
        band = tuple(point.p_interval or (point.p_correct, point.p_correct) for point in overall)
        lines = [Line(self.tr("all items"), whole, band)]
        by_class = {words: tuple(points[at].p_correct for at in order) for words, points in curve.by_class.items()}
        worst = sorted(by_class, key=lambda words: min(by_class[words]))[:_MOST]
        lines += [Line(words, by_class[words]) for words in worst]
        return strengths, lines, self.sliders.axis_words()[curve.axis]

    def _show_curve(self) -> None:
        curve = self.curve
        self.chart.setVisible(curve is not None)
        if curve is None:
            self._measured.clear()
            return
        strengths, lines, axis = self._drawn(curve)
        text = self.tr("Mean probability of the right class, {n} items, with its 95 % interval")
        self._measured.setText(text.format(n=curve.overall[0].n_items))
        self.chart.show_lines(strengths, lines, axis)
        self.chart.setAccessibleName(self._measured.text())


def _write(path: Path, curve: StressCurve) -> None:
    write_text(path, as_csv(curve))
