"""The rail at the window's left edge: a button for each page, and one for the keys."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QButtonGroup, QFrame, QToolButton

from gui import theme
from gui.state import PAGES
from gui.widgets.common import Responsive, column, label, name, tool_button

_WIDTH = 92


class Rail(Responsive, QFrame):
    """The buttons.

    Attributes:
        buttons: Page -> its button.

    Signals:
        page_wanted: Name of a page.
        help_wanted: The person wants to see the keys.
    """

    page_wanted = Signal(str)
    help_wanted = Signal()

    def __init__(self, actions: Mapping[str, QAction]) -> None:
        """Take the window's actions, of which those of the pages have the texts and keys."""
        super().__init__()
        self.setProperty("kind", "rail")
        self.setFixedWidth(_WIDTH)
        self._actions = actions
        self.buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        logo = label()
        logo.setPixmap(QIcon(str(theme.ICONS / "app.svg")).pixmap(QSize(36, 36), self.devicePixelRatioF()))
        logo.setFixedHeight(40)
        logo.setAccessibleName("seqclass")
        layout = column(logo, spacing=4, margins=(8, 9, 8, 12))
        layout.setAlignment(logo, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(8)
        for page in PAGES:
            layout.addWidget(self._make_button(page))
        layout.addStretch()
        self._help = tool_button("nav", size=22)
        self._help.clicked.connect(self.help_wanted)
        layout.addWidget(self._help, alignment=Qt.AlignmentFlag.AlignHCenter)
        self.setLayout(layout)
        self.retranslate()
        self.restyle()

    def _make_button(self, page: str) -> QToolButton:
        made = tool_button("nav", size=26)
        made.setCheckable(True)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click goes on to the page
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        made.setFixedSize(_WIDTH - 17, 66)
        made.clicked.connect(lambda _checked=False: self.page_wanted.emit(page))
        self._group.addButton(made)
        self.buttons[page] = made
        return made

    def retranslate(self) -> None:
        """Set every text."""
        for page, made in self.buttons.items():
            action = self._actions[page]
            made.setText(action.text())
            name(made, action.text(), tip=f"{action.text()} ({action.shortcut().toString()})")
        name(self._help, self.tr("Keyboard shortcuts"), tip=self.tr("Keyboard shortcuts (F1)"))

    def restyle(self) -> None:
        """Set icons."""
        colours = theme.colours()
        for page, made in self.buttons.items():
            made.setIcon(theme.icon(page, colour=colours.muted, checked=colours.accent))
        self._help.setIcon(theme.icon("help", colour=colours.muted))
