"""Hands on the gates: a stack of edits, what they do to the item in the lens, and what they do to accuracy on a data set."""

from __future__ import annotations

from typing import Any

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from gui import theme
from gui.pages.inspect import loading, wording
from gui.pages.inspect.scene import Scene, Variant
from gui.pages.inspect.tools.hands_form import HandsForm, edit_words
from gui.pages.inspect.tools.tool import Export, Tool
from gui.widgets.common import button, column, label, name, row, tool_button
from gui.widgets.push_bars import Bar, PushBars
from seqclass.errors import SeqclassError
from seqclass.inference.classify import encode_content
from seqclass.inspection import hands
from seqclass.inspection.effect import Effect, effect
from seqclass.inspection.hands import NO_HANDS, Hands, History
from seqclass.inspection.trace import trace_encoded
from seqclass.specs import HandsJob

_MOST = 6


class HandsTool(Tool):
    """Lets the person change gates and see what follows."""

    NAME = "hands"

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self.history = History()
        self.effect: Effect | None = None
        self._is_applying = False
        self._tuned = -1
        self.form = HandsForm(scene)
        self.form.value_changed.connect(self._tune)
        self._add = button("primary")
        self._add.clicked.connect(self._add_edit)
        self.edits = QListWidget()
        self.edits.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # the words are elided, and are its tip
        self.edits.itemChanged.connect(self._toggle)
        self.edits.currentRowChanged.connect(self._choose)
        self._undo, self._redo, self._remove = tool_button(), tool_button(), tool_button()
        self._undo.clicked.connect(lambda: self._travel(self.history.undo()))
        self._redo.clicked.connect(lambda: self._travel(self.history.redo()))
        self._remove.clicked.connect(self._remove_edit)
        self._open, self._save = tool_button(), tool_button()
        self._open.clicked.connect(self._open_file)
        self._save.clicked.connect(self._save_file)
        self._edits_heading, self._effect_heading = label("heading"), label("heading")
        self._said, self._measured = label(wraps=True), label(wraps=True)
        self.bars, self.classes = PushBars(), PushBars()
        self._measure = button()
        self._measure.clicked.connect(self._start_job)
        heads = row(self._edits_heading, 1, self._undo, self._redo, self._remove, self._open, self._save, spacing=0)
        stack = column(heads, self.edits, spacing=4)
        outcome = column(self._effect_heading, self._said, self.bars, self._measure, self._measured, self.classes, spacing=8)
        self.setLayout(column(self.form, self._add, stack, outcome, 1, spacing=12))
        self.retranslate()
        self.restyle()

    def retranslate(self) -> None:
        """Set every text."""
        self._add.setText(self.tr("Add this edit"))
        self._edits_heading.setText(self.tr("Edits"))
        self._effect_heading.setText(self.tr("What follows"))
        name(self.edits, self.tr("Edits, done from top to bottom"))
        name(self._undo, self.tr("Take the last change back"))
        name(self._redo, self.tr("Do it again"))
        name(self._remove, self.tr("Remove the marked edit"))
        name(self._open, self.tr("Open a file of edits …"))
        name(self._save, self.tr("Save the edits …"))
        self._measure.setText(self.tr("Measure on the data set"))
        self._measure.setToolTip(self.tr("Accuracy of each class with these edits and without"))
        self._fill()
        self._show_effect()
        if self.isVisible() and self.scene.variant is not None:
            self._apply()  # its words above the lens

    def restyle(self) -> None:
        """Set icons."""
        for one, icon in (
            (self._undo, "undo"),
            (self._redo, "redo"),
            (self._remove, "bin"),
            (self._open, "folder"),
            (self._save, "save"),
        ):
            one.setIcon(theme.icon(icon))

    def opened(self) -> None:
        """Follow the scene, and do the edits again that were there."""
        self.scene.item_changed.connect(self._apply)
        self.scene.variant_changed.connect(self._take_back)
        self.scene.look_changed.connect(self.form.follow)
        self.scene.unit_changed.connect(self.form.follow)
        self.scene.view.selection_changed.connect(self.form.follow)
        self.form.follow()
        self._apply()

    def closed(self) -> None:
        """Show the item as it is."""
        self.scene.item_changed.disconnect(self._apply)
        self.scene.variant_changed.disconnect(self._take_back)
        self.scene.look_changed.disconnect(self.form.follow)
        self.scene.unit_changed.disconnect(self.form.follow)
        self.scene.view.selection_changed.disconnect(self.form.follow)
        self.scene.drop("hands")
        self.scene.show_variant(None)

    def exports(self) -> list[Export]:
        """The change of every map and answer, and the edits."""
        found, stack = self.effect, self.history.hands
        if found is None:
            return []
        return [
            Export(self.tr("Hands: change of every map (NPZ) …"), "npz", found.write),
            Export(self.tr("Hands: change of the answers (CSV) …"), "csv", found.write),
            Export(self.tr("Hands: the edits (JSON) …"), "json", lambda path: hands.write(path, stack)),
        ]

    def view_state(self) -> dict[str, Any]:
        """The edits."""
        return {"hands": hands.to_plain(self.history.hands)}

    def restore_view(self, state: dict[str, Any]) -> None:
        """The same edits again."""
        if isinstance(state.get("hands"), dict):
            try:
                self._do(hands.from_plain(state["hands"]))
            except SeqclassError as error:
                self.scene.state.post_error(error)

    # The stack

    def _add_edit(self) -> None:
        edit = self.form.edit()
        self._do(self.history.hands.with_edit(edit))
        self.edits.setCurrentRow(self.edits.count() - 1)

    def _remove_edit(self) -> None:
        if 0 <= self.edits.currentRow() < len(self.history.hands.edits):
            self._do(self.history.hands.without(self.edits.currentRow()))

    def _toggle(self, entry: QListWidgetItem) -> None:
        at = self.edits.row(entry)
        edit = self.history.hands.edits[at]
        is_on = entry.checkState() == Qt.CheckState.Checked
        if is_on != edit.enabled:
            self._do(self.history.hands.replaced(at, msgspec.structs.replace(edit, enabled=is_on)))

    def _choose(self, at: int) -> None:
        """Show an edit in the form, where its value can be turned."""
        self._tuned = -1
        if 0 <= at < len(self.history.hands.edits):
            self.form.show_edit(self.history.hands.edits[at])

    def _tune(self) -> None:
        """The person turns the value of the marked edit: many small steps are one change to undo."""
        at, stack = self.edits.currentRow(), self.history.hands
        if not 0 <= at < len(stack.edits):
            return
        edit = self.form.tuned(stack.edits[at])
        if edit is None or edit == stack.edits[at]:
            return
        after = stack.replaced(at, edit)
        if self._tuned == at and self.history.past:
            self.history = History(hands=after, past=self.history.past)
            self._fill()
            self._apply()
        else:
            self._do(after)
            self._tuned = at

    def _do(self, stack: Hands) -> None:
        self._travel(self.history.do(stack))

    def _travel(self, history: History) -> None:
        self._tuned = -1
        self.history = history
        self._fill()
        self._apply()

    def _fill(self) -> None:
        """Show the stack."""
        stack, at = self.history.hands, self.edits.currentRow()
        self.edits.blockSignals(True)
        self.edits.clear()
        for edit in stack.edits:
            words = edit_words(edit)
            entry = QListWidgetItem(words)
            entry.setToolTip(words)
            entry.setFlags(entry.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            entry.setCheckState(Qt.CheckState.Checked if edit.enabled else Qt.CheckState.Unchecked)
            self.edits.addItem(entry)
        self.edits.setCurrentRow(min(at, len(stack.edits) - 1))
        self.edits.blockSignals(False)
        self.edits.setFixedHeight(max(min(len(stack.edits), 5), 1) * 30 + 14)
        self._undo.setEnabled(bool(self.history.past))
        self._redo.setEnabled(bool(self.history.future))
        for one in (self._remove, self._save):
            one.setEnabled(bool(stack.edits))
        self._measure.setEnabled(not stack.is_empty and self.scene.state.dataset is not None)

    # What follows

    def _apply(self) -> None:
        """Run the item with the edits."""
        scene = self.scene
        bundle, inspected = scene.bundle, scene.inspected
        self._put_away_foreign()
        stack = self.history.hands
        self._measured.clear()
        self.classes.show_bars(())
        if bundle is None or inspected is None or stack.is_empty:
            scene.drop("hands")
            self.effect = None
            self._show_variant(None)
            self._show_effect()
            return

        def compute() -> tuple[Variant, Effect]:
            edited = hands.apply(bundle, stack)
            trace = trace_encoded(edited, encode_content(bundle, inspected.content), name=inspected.name)
            words = " · ".join(edit_words(edit) for edit in stack.edits if edit.enabled)
            return Variant(loading.varied(inspected, trace), words, edited), effect(inspected.trace, trace)

        scene.follow("hands", compute, self._take)

    def _put_away_foreign(self) -> None:
        """Forget edits of another model that this one has no layer or unit for."""
        bundle = self.scene.bundle
        if bundle is None or self.history.hands.is_empty:
            return
        try:
            hands.check(self.history.hands, bundle.network)
        except SeqclassError:
            self.history = History()
            self._fill()

    def _take(self, made: tuple[Variant, Effect]) -> None:
        variant, self.effect = made
        self._show_variant(variant)
        self._show_effect()

    def _show_variant(self, variant: Variant | None) -> None:
        self._is_applying = True
        self.scene.show_variant(variant)
        self._is_applying = False

    def _take_back(self) -> None:
        """The person has closed the variant above the lens: the edits are switched off, and can be had back by undo."""
        if self.scene.variant is None and not self._is_applying and not self.history.hands.is_empty:
            self._do(NO_HANDS)

    def _show_effect(self) -> None:
        found, target = self.effect, self.scene.target
        if found is None or target not in found.after:
            self._said.setText(self.tr("Add an edit: what it changes is shown here and, as differences, in the lens."))
            self.bars.show_bars(())
            return
        before, after = found.before[target], found.after[target]
        said = wording.change(before, after)
        if after.probabilities is None or before.probabilities is None:
            self._said.setText(said)
            self.bars.show_bars(())
            return
        self._said.setText(self.tr("{said}. Change of each probability:").format(said=said))
        changes = sorted(zip(after.probabilities, found.answers[target].tolist(), strict=True), key=lambda pair: -abs(pair[1]))
        self.bars.show_bars([Bar(words, value) for words, value in changes[:_MOST]])

    # On a data set

    def _start_job(self) -> None:
        state, stack = self.scene.state, self.history.hands
        bundle = state.bundle
        if state.dataset is None or bundle is None or bundle.path is None:
            return
        job = HandsJob(
            bundle=str(bundle.path), dataset=str(state.dataset), hands=hands.to_plain(stack), manifest=state.manifest_file()
        )
        self._measure.setEnabled(False)
        self._measured.setText(self.tr("Measuring …"))
        worker = state.start_job(job, self.tr("Measuring the edits"), done=lambda result: self._take_job(stack, result))
        if worker is None:
            self._end_job()
        else:
            worker.ended.connect(self._end_job)

    def _end_job(self) -> None:
        self._measure.setEnabled(not self.history.hands.is_empty)
        if self._measured.text() == self.tr("Measuring …"):
            self._measured.clear()

    def _take_job(self, stack: Hands, result: dict[str, Any]) -> None:
        change = result["change"].get(self.scene.target)
        if stack != self.history.hands or change is None:
            return
        if "accuracy" not in change:
            self._measured.setText(
                self.tr("Mean error {change} on {n} items.").format(change=f"{change['mae']:+.3g}", n=result["n_items"])
            )
            return
        text = self.tr("Accuracy {before} → {after} on {n} items. Change of each class:")
        before, after = (f"{one['accuracy']:.1%}" for one in (result["before"], result))
        self._measured.setText(text.format(before=before, after=after, n=result["n_items"]))
        classes = [(words, value) for words, value in change["per_class"].items() if value is not None]
        self.classes.show_bars([Bar(words, value) for words, value in sorted(classes, key=lambda pair: -abs(pair[1]))])

    # Files

    def _open_file(self) -> None:
        path = self.scene.dialogs.choose_file(self, self.tr("Open a file of edits"), pattern="*.json")
        if path is None:
            return
        try:
            stack = hands.read(path)
            if self.scene.bundle is not None:
                hands.check(stack, self.scene.bundle.network)
        except SeqclassError as error:
            self.scene.state.post_error(error)
            return
        self._do(stack)

    def _save_file(self) -> None:
        path = self.scene.dialogs.choose_new_file(self, self.tr("Save the edits"), start="edits.json", pattern="*.json")
        if path is None:
            return
        try:
            hands.write(path, self.history.hands)
        except SeqclassError as error:
            self.scene.state.post_error(error)
            return
        self.scene.state.post("good", self.tr("Written: {path}").format(path=path))
