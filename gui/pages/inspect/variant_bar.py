"""The line above the lens while it shows an item otherwise than it is."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame

from gui import theme
from gui.pages.inspect.scene import Scene
from gui.widgets.common import Responsive, label, name, row, tool_button


class VariantBar(Responsive, QFrame):
    """Says what is different, and lets the person see the change, the difference or the original.

    Signals:
        changed: Something else is to be seen.
    """

    changed = Signal()

    def __init__(self, scene: Scene) -> None:
        super().__init__()
        self._scene = scene
        self.setProperty("kind", "info")
        self._words = label()
        self._words.setMinimumWidth(60)
        self._shown = QComboBox()
        self._shown.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._shown.activated.connect(self.changed)
        self._back = tool_button(size=16)
        self._back.clicked.connect(lambda: scene.show_variant(None))
        layout = row(self._words, self._shown, self._back, spacing=8, margins=(12, 4, 8, 4))
        layout.setStretch(0, 1)
        self.setLayout(layout)
        self.hide()
        scene.variant_changed.connect(self.follow)
        scene.item_changed.connect(self.follow)
        self.retranslate()
        self.restyle()

    def retranslate(self) -> None:
        """Set every text."""
        chosen = self.shown
        self._shown.clear()
        self._shown.addItem(self.tr("Changed"), "changed")
        self._shown.addItem(self.tr("Difference"), "difference")
        self._shown.addItem(self.tr("Original"), "original")
        self._shown.setCurrentIndex(max(self._shown.findData(chosen), 0))
        name(self._shown, self.tr("What the maps show"))
        name(self._back, self.tr("Back to the item as it is"))

    def restyle(self) -> None:
        """Set icons."""
        self._back.setIcon(theme.icon("close"))

    @property
    def shown(self) -> str:
        """``changed``, ``difference`` (changed minus original) or ``original``."""
        return str(self._shown.currentData() or "changed")

    def follow(self) -> None:
        """Show the variant's words, or nothing."""
        variant = self._scene.variant
        self.setVisible(variant is not None)
        if variant is not None:
            self._words.setText(variant.words)
            self._words.setToolTip(variant.words)
