"""The controls above the lens: play, layer, direction, order of units, target, maps."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QMenu, QPushButton, QWidget

from gui import theme
from gui.widgets import lens_texts
from gui.widgets.common import Responsive, button, name, row, tool_button
from seqclass.inspection.naming import half_name
from seqclass.inspection.order import ORDERS, OrderName
from seqclass.model.bundle import Bundle


class InspectBar(Responsive, QWidget):
    """Says what is to be seen.

    Attributes:
        layer: From 0.
        order: Of the units.

    Signals:
        changed: Layer, direction, order or target.
        maps_changed: Other maps are to be shown.
        play_clicked: Play or pause.
    """

    changed = Signal()
    maps_changed = Signal()
    play_clicked = Signal()

    def __init__(self, order: str, hidden: frozenset[str]) -> None:
        super().__init__()
        self.order: OrderName = next((one for one in ORDERS if one == order), "index")
        self._bundle: Bundle | None = None
        self._is_playing = False
        self._hidden = hidden
        self._actions: dict[str, QAction] = {}
        self._play = tool_button(size=22)
        self._play.clicked.connect(self.play_clicked)
        self._layers, self._directions, self._orders, self._targets = QComboBox(), QComboBox(), QComboBox(), QComboBox()
        for box in (self._layers, self._directions, self._targets):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.activated.connect(self._on_activated)
        self._orders.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for box, least in ((self._layers, 84), (self._directions, 76), (self._orders, 96), (self._targets, 60)):
            box.setMinimumWidth(least)  # the buttons beside them have no word to spare
        self._orders.activated.connect(self._on_order)
        self._menu = QMenu(self)
        self._maps: QPushButton = button()
        self._maps.setMenu(self._menu)
        self.setLayout(row(self._play, self._layers, self._directions, self._orders, self._targets, 1, self._maps, spacing=8))
        self.retranslate()
        self.restyle()

    def retranslate(self) -> None:
        """Set every text."""
        self._name_play()
        name(self._layers, self.tr("Layer"))
        name(self._directions, self.tr("Direction"))
        name(self._orders, self.tr("Order of the units"))
        name(self._targets, self.tr("Target"))
        self._maps.setText(self.tr("Panes"))
        self._fill()
        for key, action in self._actions.items():
            action.setText(lens_texts.heading(key))

    def restyle(self) -> None:
        """Set icons."""
        self._play.setIcon(theme.icon("pause" if self._is_playing else "play"))

    @property
    def layer(self) -> int:
        """From 0."""
        return max(self._layers.currentIndex(), 0)

    @property
    def is_backward(self) -> bool:
        """Whether the backward direction is to be seen."""
        return self._directions.currentIndex() == 1

    @property
    def target(self) -> str:
        """Name of the target."""
        return str(self._targets.currentData() or "")

    @property
    def hidden(self) -> frozenset[str]:
        """Keys of the panes that are not to be seen."""
        return self._hidden

    def words(self) -> str:
        """Layer, direction and order in words."""
        boxes = [self._layers, *([self._directions] if self._is_bidirectional else []), self._orders]
        return " · ".join(box.currentText() for box in boxes)

    @property
    def _is_bidirectional(self) -> bool:
        return self._bundle is not None and self._bundle.card.config.model.bidirectional

    def set_bundle(self, bundle: Bundle) -> None:
        """Offer the layers and targets of a model, its last layer first of all: that is what the answer is made from."""
        self._bundle = bundle
        self._layers.clear()
        self._directions.clear()
        self._targets.clear()
        self._fill()
        self._layers.setCurrentIndex(self._layers.count() - 1)
        self._fill_orders()

    def choose(self, layer: int, *, is_backward: bool = False) -> None:
        """Look at a layer and direction, as far as the model has them."""
        self._layers.setCurrentIndex(min(max(layer, 0), self._layers.count() - 1))
        self._directions.setCurrentIndex(int(is_backward and self._is_bidirectional))
        self._on_activated()

    def choose_order(self, order: str) -> None:
        """Sort the units."""
        if (at := self._orders.findData(order)) >= 0:
            self._orders.setCurrentIndex(at)
            self._on_order()

    def choose_target(self, target: str) -> None:
        """Look at another target."""
        if (at := self._targets.findData(target)) >= 0:
            self._targets.setCurrentIndex(at)
            self._on_activated()

    def set_hidden(self, hidden: frozenset[str]) -> None:
        """Leave these panes out, and no others."""
        if hidden != self._hidden and not set(self._actions) <= hidden:
            self._hidden = hidden
            for key, action in self._actions.items():
                action.blockSignals(True)
                action.setChecked(key not in hidden)
                action.blockSignals(False)
            self.maps_changed.emit()

    def set_panes(self, keys: list[str]) -> None:
        """Offer the panes of an item to be shown and hidden."""
        self._menu.clear()
        self._actions = {}
        for key in keys:
            action = self._menu.addAction(lens_texts.heading(key))
            action.setCheckable(True)
            action.setChecked(key not in self._hidden)
            action.toggled.connect(self._on_toggled)
            self._actions[key] = action

    def set_playing(self, is_playing: bool) -> None:
        """Show whether it plays."""
        self._is_playing = is_playing
        self._name_play()
        self.restyle()

    def _name_play(self) -> None:
        words = self.tr("Pause") if self._is_playing else self.tr("Play")
        name(self._play, words, tip=f"{words} ({self.tr('Space')})")

    def _fill(self) -> None:
        bundle = self._bundle
        if bundle is None:
            return
        n_layers = len(bundle.card.config.model.lstm)
        self._put(self._layers, [(half_name(index), index) for index in range(n_layers)])
        self._put(self._directions, [(self.tr("Forward"), 0), (self.tr("Backward"), 1)])
        self._directions.setVisible(self._is_bidirectional)
        self._put(self._targets, [(target.name, target.name) for target in bundle.card.targets])
        self._targets.setVisible(len(bundle.card.targets) > 1)
        self._fill_orders()

    def _fill_orders(self) -> None:
        words = {
            "index": self.tr("Units by index"),
            "mean": self.tr("Units by mean"),
            "variance": self.tr("Units by variance"),
            "peak": self.tr("Units by time of peak"),
            "cluster": self.tr("Units by likeness"),
            "share": self.tr("Units by share in the answer"),
        }
        is_last = self._bundle is None or self.layer == len(self._bundle.card.config.model.lstm) - 1
        if not is_last and self.order == "share":
            self.order = "index"
        self._put(self._orders, [(words[order], order) for order in ORDERS if is_last or order != "share"])
        self._orders.setCurrentIndex(max(self._orders.findData(self.order), 0))

    @staticmethod
    def _put(box: QComboBox, entries: list[tuple[str, object]]) -> None:
        """Set texts, keeping what is chosen."""
        chosen = box.currentIndex()
        box.clear()
        for text, data in entries:
            box.addItem(text, data)
        box.setCurrentIndex(min(max(chosen, 0), box.count() - 1))

    def _on_activated(self) -> None:
        self._fill_orders()
        self.changed.emit()

    def _on_order(self) -> None:
        self.order = self._orders.currentData()
        self.changed.emit()

    def _on_toggled(self) -> None:
        hidden = {key for key, action in self._actions.items() if not action.isChecked()}
        if len(hidden) == len(self._actions):  # a lens of nothing leads nowhere
            next(iter(self._actions.values())).setChecked(True)
            return
        self._hidden = frozenset(hidden | (self._hidden - set(self._actions)))
        self.maps_changed.emit()
