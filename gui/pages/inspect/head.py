"""Above the lens: what is shown and what the model says of it, the ways to its neighbours, and what leaves the page."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from gui import theme
from gui.pages.inspect import wording
from gui.pages.inspect.loading import Inspected
from gui.widgets.common import Responsive, button, column, elided, label, name, row, set_kind, tool_button


class ItemHead(Responsive, QWidget):
    """The words and buttons.

    Attributes:
        export, views: Buttons with a menu, which others fill.

    Signals:
        neighbour_wanted: Steps in the list of items, -1 or 1.
    """

    neighbour_wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._title, self._answer = label("heading"), label()
        for part in (self._title, self._answer):
            part.setMinimumWidth(80)
        self.export, self.views = button(), button()
        self._before, self._after = tool_button(size=18), tool_button(size=18)
        self._before.clicked.connect(lambda: self.neighbour_wanted.emit(-1))
        self._after.clicked.connect(lambda: self.neighbour_wanted.emit(1))
        layout = row(
            column(self._title, self._answer, spacing=2), self._before, self._after, self.views, self.export, spacing=6
        )
        layout.setStretch(0, 1)
        for one in (self._before, self._after, self.views, self.export):
            layout.setAlignment(one, Qt.AlignmentFlag.AlignTop)
        self.setLayout(layout)
        self.retranslate()
        self.restyle()

    def retranslate(self) -> None:
        """Set every text of its own; the item's are set by `show_item`."""
        self.export.setText(self.tr("Export"))
        self.views.setText(self.tr("Views"))
        name(self._before, self.tr("The item before"), tip=self.tr("The item before (Alt+↑)"))
        name(self._after, self.tr("The item after"), tip=self.tr("The item after (Alt+↓)"))

    def restyle(self) -> None:
        """Set icons."""
        self._before.setIcon(theme.icon("up"))
        self._after.setIcon(theme.icon("down"))

    def show_item(self, inspected: Inspected, target: str) -> None:
        """Say what is looked at, and what the model says of one target."""
        self._title.setText(elided(" ".join(inspected.name.split()), 100) or self.tr("(empty text)"))
        self._title.setToolTip(inspected.name[:2000])
        kind, text = wording.answer(inspected, target)
        self._answer.setText(text)
        set_kind(self._answer, kind)

    def show_waiting(self) -> None:
        """Say that there is no answer yet."""
        self._answer.setText(self.tr("Computing …"))
        set_kind(self._answer, "muted")

    def clear(self) -> None:
        """Nothing is shown."""
        self._title.clear()
        self._answer.clear()
