"""How the answer came about: classes over time, when the winner took the lead for good, which units push it at the cursor."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QListWidget, QListWidgetItem

from gui.pages.inspect.scene import Scene
from gui.pages.inspect.tools.tool import Export, Tool
from gui.widgets import drawing, lens_texts, push_bars
from gui.widgets.common import column, label, name, row
from gui.widgets.lens_look import signed
from gui.widgets.lens_stack import StackPane
from gui.widgets.push_bars import Bar, PushBars
from seqclass.inspection.prefixes import Prefixes
from seqclass.inspection.push import Push, push
from seqclass.inspection.timeline import TargetTimeline, Timeline

_MOST = 10
_LINES = 4


class DecisionTool(Tool):
    """Draws the stacked probabilities below the lens, and takes the lead at the cursor apart."""

    NAME = "decision"

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self.push: Push | None = None
        self._prefixes: Prefixes | None = None
        self._summary, self._lead, self._how = label(wraps=True), label(wraps=True), label("small", wraps=True)
        self._flips_heading, self._push_heading = label("heading"), label("heading")
        self.flips = QListWidget()
        self.flips.itemClicked.connect(self._go_to)
        self.flips.itemActivated.connect(self._go_to)
        self._winner, self._runner_up = QComboBox(), QComboBox()
        for box in (self._winner, self._runner_up):
            box.activated.connect(self._compute_push)
            box.setMinimumContentsLength(5)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._over = label("muted")
        self.bars = PushBars()
        self.bars.chosen.connect(self._choose_unit)
        self._pair = row(self._winner, self._over, self._runner_up, spacing=8)
        self._pair.setStretch(0, 1)
        self._pair.setStretch(2, 1)
        flips = column(self._summary, self._flips_heading, self.flips, spacing=8)
        pushes = column(self._push_heading, self._pair, self._lead, self.bars, self._how, spacing=8)
        self.setLayout(column(flips, pushes, 1, spacing=14))
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        self._flips_heading.setText(self.tr("Changes of the lead"))
        self._push_heading.setText(self.tr("Who pushes here"))
        self._over.setText(self.tr("over"))
        name(self.flips, self.tr("Changes of the lead"))
        name(self._winner, self.tr("The class that is pushed"))
        name(self._runner_up, self.tr("The class that it is compared with"))
        self._fill_pair()
        self._show_line()
        self._show_push()

    def opened(self) -> None:
        """Follow the scene."""
        scene = self.scene
        scene.item_changed.connect(self._forget)
        scene.variant_changed.connect(self._forget)
        scene.look_changed.connect(self._follow_target)
        scene.timeline_changed.connect(self._take_line)
        scene.view.cursor_moved.connect(self._compute_push)
        self._forget()
        self._take_line()

    def closed(self) -> None:
        """Take the pane away."""
        scene = self.scene
        scene.item_changed.disconnect(self._forget)
        scene.variant_changed.disconnect(self._forget)
        scene.look_changed.disconnect(self._follow_target)
        scene.timeline_changed.disconnect(self._take_line)
        scene.view.cursor_moved.disconnect(self._compute_push)
        scene.show_panes([])

    def exports(self) -> list[Export]:
        """The timeline's numbers, and who pushes at the cursor."""
        made = []
        line, one = self._timeline(), self.push
        if line is not None:
            made.append(Export(self.tr("Decision: probabilities over time (CSV) …"), "csv", line.write))
        if one is not None:
            bars = self._bars(one)
            sheet = drawing.Sheet(
                width=520,
                height=22.0 * len(bars),
                title=self._lead.text(),
                paint=lambda painter, area, look: push_bars.paint(painter, area, bars, look),
                notes=(one.read_me,),
            )
            made.append(Export(self.tr("Decision: who pushes here (PNG) …"), "png", lambda path: drawing.write(path, sheet)))
            made.append(Export(self.tr("Decision: who pushes here (SVG) …"), "svg", lambda path: drawing.write(path, sheet)))
        return made

    def view_state(self) -> dict[str, Any]:
        """Which classes are compared."""
        return {"winner": self._winner.currentData(), "runner_up": self._runner_up.currentData()}

    def restore_view(self, state: dict[str, Any]) -> None:
        """The same again."""
        for box, key in ((self._winner, "winner"), (self._runner_up, "runner_up")):
            box.setCurrentIndex(max(box.findData(state.get(key)), 0))
        self._compute_push()

    # The timeline

    def _timeline(self) -> Timeline | None:
        return self.scene.shown.timeline if self.scene.shown else None

    def _target(self) -> TargetTimeline | None:
        line = self._timeline()
        return line.targets.get(self.scene.target) if line else None

    def _forget(self) -> None:
        """Another item, or a variant of it: nothing of the last one holds."""
        self.scene.drop("push")
        self.push = self._prefixes = None
        self._show_line()
        self._show_push()
        self._take_line()

    def _take_line(self) -> None:
        self._fill_pair()
        self._show_line()
        self._show_pane()
        self._compute_push()

    def _follow_target(self) -> None:
        target = self._target()
        if target is not None and (self.push is None or self.push.target != target.name):
            self._take_line()

    def _fill_pair(self) -> None:
        """The classes to compare; the first entry is whoever leads at the cursor, or comes second."""
        target = self._target()
        for box, first in ((self._winner, self.tr("who leads")), (self._runner_up, self.tr("the next"))):
            chosen = box.currentData()
            box.clear()
            box.addItem(first, None)
            for one in target.labels if target else ():
                box.addItem(one, one)
            box.setCurrentIndex(max(box.findData(chosen), 0))
        for part in (self._winner, self._runner_up, self._over):
            part.setVisible(target is not None and target.kind == "class")

    def _show_line(self) -> None:
        target, line = self._target(), self._timeline()
        self.flips.clear()
        is_class = target is not None and target.kind == "class"
        for part in (self._flips_heading, self.flips):
            part.setVisible(is_class and bool(target and target.flips))
        if target is None or line is None:
            self._summary.setText(self.tr("Being computed …") if self.scene.shown else "")
            return
        if not is_class or target.decided is None:
            values = target.values[:, 0]
            text = self.tr("The value goes from {first} to {last}; its greatest step is at {when}.")
            steps = np.abs(np.diff(values))
            place = int(steps.argmax()) + 1 if len(steps) else 0
            self._summary.setText(
                text.format(first=signed(values[0]), last=signed(values[-1]), when=self._when(int(line.frames[place])))
            )
            return
        when = self._when(int(line.frames[target.decided]))
        if target.decided == 0:
            self._summary.setText(self.tr("“{label}” leads from the first frame on.").format(label=target.winner))
        else:
            self._summary.setText(self.tr("“{label}” leads for good from {when} on.").format(label=target.winner, when=when))
        for flip in target.flips:
            entry = QListWidgetItem(f"{self._when(flip.frame)}:  {flip.before} → {flip.after}")
            entry.setData(Qt.ItemDataRole.UserRole, flip.frame)
            self.flips.addItem(entry)
        height = self.flips.sizeHintForRow(0) if self.flips.count() else 0
        self.flips.setFixedHeight(min(self.flips.count(), _LINES) * max(height, 20) + 12)

    def _show_pane(self) -> None:
        target, line = self._target(), self._timeline()
        if target is None or line is None or target.kind != "class":
            self.scene.show_panes([])
            return
        decided = None if target.decided is None else int(line.frames[target.decided])
        pane = StackPane(
            line.by_frame(target.name),
            target.labels,
            stride=line.stride,
            is_one_pass=line.is_one_pass,
            flips=[flip.frame for flip in target.flips],
            decided=decided,
        )
        self.scene.show_panes([pane])

    def _when(self, frame: int) -> str:
        shown = self.scene.shown
        unit = shown.timing.unit if shown else "frame"
        return lens_texts.moment(self.scene.view.time_of(frame), unit)

    def _go_to(self, entry: QListWidgetItem) -> None:
        view = self.scene.view
        view.move_to(view.time_of(entry.data(Qt.ItemDataRole.UserRole)))
        view.follow()
        self.scene.playback.seek()

    # Who pushes

    def _compute_push(self) -> None:
        shown, bundle, line = self.scene.shown, self.scene.shown_bundle, self._timeline()
        if shown is None or bundle is None or line is None:
            return
        frame, target = self.scene.frame, self.scene.target
        winner, runner_up = self._winner.currentData(), self._runner_up.currentData()
        pair = (winner, runner_up) if winner and runner_up and winner != runner_up else None
        prefixes = self._prefixes

        def compute() -> tuple[Prefixes, Push]:
            item = prefixes or Prefixes(bundle, shown.content)
            return item, push(bundle, item, min(frame, item.n_frames - 1), target=target, pair=pair)

        self.scene.follow("push", compute, self._take_push)

    def _take_push(self, made: tuple[Prefixes, Push]) -> None:
        self._prefixes, self.push = made
        self._show_push()

    def _bars(self, one: Push) -> list[Bar]:
        """The strongest units, the rest and the biases, so that the bars sum to the lead."""
        parts = [(False, unit, value) for unit, value in enumerate(one.forward.tolist())]
        if one.backward is not None:
            parts += [(True, unit, value) for unit, value in enumerate(one.backward.tolist())]
        parts.sort(key=lambda part: -abs(part[2]))
        bars = []
        for is_backward, unit, value in parts[:_MOST]:
            words = f"← {lens_texts.unit(unit)}" if is_backward else lens_texts.unit(unit)
            bars.append(Bar(words, value, (is_backward, unit)))
        rest = parts[_MOST:]
        if rest:
            bars.append(Bar(self.tr("{n} others").format(n=len(rest)), sum(part[2] for part in rest)))
        bars.append(Bar(self.tr("biases"), one.constant))
        return bars

    def _show_push(self) -> None:
        one = self.push
        if one is None:
            self._lead.clear()
            self._how.clear()
            self.bars.show_bars(())
            return
        when = self._when(one.frame)
        if one.winner is None:
            self._lead.setText(
                self.tr("At {when} the value is {value}; it is made of").format(when=when, value=signed(one.lead))
            )
        else:
            text = self.tr("At {when} “{winner}” is ahead of “{runner_up}” by {lead} in logits")
            self._lead.setText(text.format(when=when, winner=one.winner, runner_up=one.runner_up, lead=signed(one.lead)))
        self._how.setText(
            (
                self.tr("Exact: the bars sum to the value.")
                if one.winner is None
                else self.tr("Exact: the bars sum to the lead.")
            )
            if one.is_exact
            else self.tr("A local estimate: hidden layers stand between the units and the answer.")
        )
        self.bars.show_bars(self._bars(one), current=(self.scene.is_backward, self.scene.unit))

    def _choose_unit(self, key: tuple[bool, int]) -> None:
        is_backward, unit = key
        bundle = self.scene.bundle
        if bundle is None:
            return
        last = len(bundle.card.config.model.lstm) - 1
        if (self.scene.layer, self.scene.is_backward) != (last, is_backward):
            self.scene.choose_layer(last, is_backward=is_backward)
        self.scene.choose_unit(unit)
