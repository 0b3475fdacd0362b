"""The form of one edit: which map, what to do to it, which units and frames."""

from __future__ import annotations

from typing import cast

import msgspec
from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QGridLayout, QSlider, QWidget

from gui.pages.inspect.scene import Scene
from gui.widgets import lens_texts
from gui.widgets.common import Responsive, label, name, row
from gui.widgets.lens_look import short
from seqclass.inspection.hands import PARTS, Action, Edit, Part
from seqclass.inspection.naming import half_name

_DEEDS = ("hold", "zero", "scale", "freeze")
_STEPS = 100


class HandsForm(Responsive, QWidget):
    """Puts an edit together from what is looked at: the chosen unit, the chosen range.

    Signals:
        value_changed: The person turns the value.
    """

    value_changed = Signal()

    def __init__(self, scene: Scene) -> None:
        super().__init__()
        self._scene = scene
        self._part, self._deed, self._units, self._frames = QComboBox(), QComboBox(), QComboBox(), QComboBox()
        self._value, self._slider = QDoubleSpinBox(), QSlider(Qt.Orientation.Horizontal)
        self._value.setDecimals(2)
        self._value.setSingleStep(0.05)
        self._slider.setRange(0, _STEPS)
        self._labels = [label() for _ in range(5)]
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(6)
        value = row(self._slider, self._value, spacing=8)
        value.setStretch(0, 1)
        self._value_row = QWidget()
        self._value_row.setLayout(value)
        fields = (self._part, self._deed, self._value_row, self._units, self._frames)
        for at, (words, field) in enumerate(zip(self._labels, fields, strict=True)):
            grid.addWidget(words, at, 0)
            grid.addWidget(field, at, 1)
        grid.setColumnStretch(1, 1)
        self.setLayout(grid)
        self._part.activated.connect(self._set_range)
        self._deed.activated.connect(self._set_range)
        self._value.valueChanged.connect(self._follow_value)
        self._slider.valueChanged.connect(self._follow_slider)
        self.retranslate()
        self._part.setCurrentIndex(1)
        self._set_range()

    def retranslate(self) -> None:
        """Set every text."""
        words = (self.tr("Map"), self.tr("Do"), self.tr("Value"), self.tr("Units"), self.tr("Frames"))
        fields = (self._part, self._deed, self._value, self._units, self._frames)
        for part, text, field in zip(self._labels, words, fields, strict=True):
            part.setText(text)
            name(field, text)
        name(self._slider, self.tr("Value"))
        _fill(self._part, [(lens_texts.heading(part), part) for part in PARTS])
        deeds = {
            "hold": self.tr("hold at"),
            "zero": self.tr("set to 0"),
            "scale": self.tr("multiply by"),
            "freeze": self.tr("freeze as it was before"),
        }
        _fill(self._deed, [(deeds[deed], deed) for deed in _DEEDS])
        self.follow()

    def follow(self) -> None:
        """Offer the chosen unit and range."""
        unit, selection = self._scene.unit, self._scene.view.selection
        mine = lens_texts.unit(unit) if unit is not None else self.tr("the chosen unit")
        _fill(self._units, [(mine, "one"), (self.tr("all units of the layer"), "all")])
        frames = [(self.tr("the whole item"), "whole")]
        if selection is not None:
            frames.append((self.tr("the chosen range"), "range"))
        frames.append((self.tr("from the cursor on"), "after"))
        _fill(self._frames, frames)

    def edit(self) -> Edit:
        """The edit as the form has it."""
        scene, view, deed = self._scene, self._scene.view, str(self._deed.currentData())
        start, stop = 0, None
        if self._frames.currentData() == "range" and view.selection is not None:
            low, high = view.selection
            start, stop = view.frame_at(low + view.hop / 2), view.frame_at(high - view.hop / 2) + 1
        elif self._frames.currentData() == "after":
            start = view.frame
        is_one = self._units.currentData() == "one" and scene.unit is not None
        bundle = scene.bundle
        is_bidirectional = bundle is not None and bundle.card.config.model.bidirectional
        return self._with_value(
            Edit(
                part=cast("Part", self._part.currentData()),
                action=cast("Action", "clamp" if deed == "hold" else deed),
                layer=scene.layer,
                direction="both" if not is_bidirectional else "backward" if scene.is_backward else "forward",
                units=(scene.unit,) if is_one and scene.unit is not None else None,
                start=start,
                stop=stop,
            )
        )

    def tuned(self, edit: Edit) -> Edit | None:
        """An edit of the list with the form's value; None where the form shows another kind."""
        deed = "hold" if edit.action == "clamp" else edit.action
        return self._with_value(edit) if deed == self._deed.currentData() and edit.part == self._part.currentData() else None

    def show_edit(self, edit: Edit) -> None:
        """Show an edit of the list."""
        self.blockSignals(True)
        self._part.setCurrentIndex(max(self._part.findData(edit.part), 0))
        self._deed.setCurrentIndex(max(self._deed.findData("hold" if edit.action == "clamp" else edit.action), 0))
        self._set_range()
        self._value.setValue(edit.factor if edit.action == "scale" else edit.low)
        self.blockSignals(False)

    def _with_value(self, edit: Edit) -> Edit:
        value = round(self._value.value(), 4)
        if edit.action == "clamp":
            return msgspec.structs.replace(edit, low=value, high=value)
        return msgspec.structs.replace(edit, factor=value) if edit.action == "scale" else edit

    def _set_range(self) -> None:
        """What values there are: gates lie in 0..1, what is squeezed by tanh in -1..1, the cell anywhere."""
        part, deed = str(self._part.currentData()), str(self._deed.currentData())
        low, high = (0.0, 1.0) if part.endswith("_gate") else (-1.0, 1.0)
        if part == "cell":
            low, high = -5.0, 5.0
        if deed == "scale":
            low, high = 0.0, 3.0
        for one in (self._value_row, self._labels[2]):
            one.setVisible(deed in ("hold", "scale"))
        was = self._value.value()
        self._value.setRange(low, high)
        if not low <= was <= high:
            self._value.setValue(high if deed == "hold" else 1.0)
        self._follow_value()

    def _follow_value(self) -> None:
        low, high = self._value.minimum(), self._value.maximum()
        self._slider.blockSignals(True)
        self._slider.setValue(round((self._value.value() - low) / (high - low) * _STEPS))
        self._slider.blockSignals(False)
        self.value_changed.emit()

    def _follow_slider(self, step: int) -> None:
        low, high = self._value.minimum(), self._value.maximum()
        self._value.setValue(low + (high - low) * step / _STEPS)


def edit_words(edit: Edit) -> str:
    """An edit in words."""
    translate = QCoreApplication.translate
    deeds = {
        "clamp": translate("HandsForm", "held at {value}")
        if edit.low == edit.high
        else translate("HandsForm", "kept within {low} to {high}"),
        "zero": translate("HandsForm", "set to 0"),
        "scale": translate("HandsForm", "times {value}"),
        "freeze": translate("HandsForm", "frozen"),
    }
    value = edit.factor if edit.action == "scale" else edit.low
    deed = deeds[edit.action].format(value=short(value), low=short(edit.low), high=short(edit.high))
    some = ", ".join(lens_texts.unit(unit) for unit in edit.units or ())
    units = some or translate("HandsForm", "all units")
    text = translate("HandsForm", "{map} of {units} in {layer}: {deed}")
    half = half_name(edit.layer, is_backward=edit.direction == "backward")
    words = text.format(map=lens_texts.heading(edit.part), units=units, layer=half, deed=deed)
    if edit.start or edit.stop is not None:
        last = translate("HandsForm", "the end") if edit.stop is None else str(edit.stop - 1)
        words += translate("HandsForm", ", frames {first} to {last}").format(first=edit.start, last=last)
    return words


def _fill(box: QComboBox, entries: list[tuple[str, str]]) -> None:
    """Set texts, keeping what is chosen."""
    chosen = box.currentData()
    box.clear()
    for text, data in entries:
        box.addItem(text, data)
    box.setCurrentIndex(max(box.findData(chosen), 0))
