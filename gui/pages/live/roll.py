"""The card in which sound, answers and gates roll by, with the choice of the map."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QFrame

from gui.state import AppState
from gui.widgets.common import Responsive, column, label, name, row
from gui.widgets.lens_texts import MAPS, heading
from gui.widgets.spectrogram_roll import SpectrogramRoll
from seqclass.inspection.naming import half_name


class LiveRoll(Responsive, QFrame):
    """The rolling picture under its head.

    Attributes:
        roll: The picture.
        layer, map: The choosers.
    """

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._state = state
        self.roll = SpectrogramRoll()
        self.layer, self.map = QComboBox(), QComboBox()
        self._title = label("heading")
        for box in (self.layer, self.map):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.layer.activated.connect(lambda _: self.take_map())
        self.map.activated.connect(lambda _: self.take_map())
        layout = column(row(self._title, 1, self.layer, self.map), self.roll, spacing=10, margins=(14, 14, 14, 14))
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        self._title.setText(self.tr("What it hears"))
        name(self.layer, self.tr("Layer"))
        name(self.map, self.tr("Gate or state"))
        self._fill()

    def set_bundle(self) -> None:
        """Show what the open model has; its last layer first."""
        bundle = self._state.bundle
        assert bundle is not None
        self.roll.set_model({target.name: tuple(target.labels) for target in bundle.card.targets})
        self.layer.clear()
        self._fill()
        of_last = [at for at in range(self.layer.count()) if self.layer.itemData(at)[0] == len(bundle.network.layers) - 1]
        self.layer.setCurrentIndex(of_last[0])
        self.take_map()

    def take_map(self) -> None:
        """Show the chosen map."""
        key = self.map.currentData()
        self._state.keep_page_setting("live", "map", key)
        layer, is_backward = self.layer.currentData() or (0, False)
        self.roll.set_map(layer, key, is_backward=is_backward)

    def _fill(self) -> None:
        chosen = max(self.layer.currentIndex(), 0)
        key = self.map.currentData() or str(self._state.page_setting("live", "map", "hidden"))
        self.layer.clear()
        layers = self._state.bundle.network.layers if self._state.bundle is not None else ((None, None),)
        for index, (_, backward) in enumerate(layers):
            for is_backward in (False,) if backward is None else (False, True):
                self.layer.addItem(half_name(index, is_backward=is_backward), (index, is_backward))
        self.layer.setCurrentIndex(min(chosen, self.layer.count() - 1))
        self.map.clear()
        for one in MAPS:
            self.map.addItem(heading(one), one)
        self.map.setCurrentIndex(max(self.map.findData(key), 0))
