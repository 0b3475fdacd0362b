"""The tools of the page: a strip of buttons at the right edge, and the panel of the one that is open."""

from __future__ import annotations

import importlib
from functools import partial
from types import ModuleType
from typing import cast

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QToolButton, QWidget

from gui import theme
from gui.background import run_in_background
from gui.pages.inspect.scene import Scene
from gui.pages.inspect.tools import TOOLS
from gui.pages.inspect.tools.names import tool_name
from gui.pages.inspect.tools.tool import Tool
from gui.widgets.common import Responsive, card, column, label, name, row, tool_button

STRIP_WIDTH = 74
SIDE_WIDTH = 380


class ToolStrip(Responsive, QWidget):
    """A button a tool.

    Signals:
        chosen: Name of the tool that was clicked.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.buttons: dict[str, QToolButton] = {}
        for tool in TOOLS:
            made = tool_button("nav", size=22)
            made.setCheckable(True)
            made.clicked.connect(lambda _checked=False, tool=tool: self.chosen.emit(tool))
            self.buttons[tool] = made
        self.setLayout(column(*self.buttons.values(), 1, spacing=2))
        if not TOOLS:
            self.hide()
        self.set_compact(is_compact=False)
        self.retranslate()
        self.restyle()

    def set_compact(self, *, is_compact: bool) -> None:
        """Show icons alone, where there is little room."""
        styles = Qt.ToolButtonStyle
        width, height = (44, 42) if is_compact else (STRIP_WIDTH, 56)
        self.setFixedWidth(width)
        for made in self.buttons.values():
            made.setFixedSize(width - 2, height)
            made.setToolButtonStyle(styles.ToolButtonIconOnly if is_compact else styles.ToolButtonTextUnderIcon)

    def retranslate(self) -> None:
        """Set every text."""
        for tool, made in self.buttons.items():
            words = tool_name(tool)
            made.setText(words.short)
            name(made, words.title)

    def restyle(self) -> None:
        """Set icons."""
        for tool, made in self.buttons.items():
            made.setIcon(theme.icon(f"tool-{tool}", colour=theme.colours().muted, checked=theme.colours().accent))

    def mark(self, tool: str) -> None:
        """Show which one is open; empty for none."""
        for each, made in self.buttons.items():
            made.setChecked(each == tool)


class ToolPanel(Responsive, QWidget):
    """A tool with its heading, a button that closes it, and how to read it below.

    Signals:
        close_clicked: The button.
    """

    close_clicked = Signal()

    def __init__(self, tool: Tool) -> None:
        super().__init__()
        self.tool = tool
        self._title, self._reading = label("heading"), label("muted", wraps=True)
        self._close = tool_button(size=18)
        self._close.clicked.connect(self.close_clicked)
        self._title.setMinimumWidth(60)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(tool)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        tool.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        head = row(self._title, self._close, spacing=6)
        head.setStretch(0, 1)
        layout = column(head, area, self._reading, spacing=8)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.retranslate()
        self.restyle()

    def retranslate(self) -> None:
        """Set every text."""
        words = tool_name(self.tool.NAME)
        self._title.setText(words.title)
        self._reading.setText(words.reading)
        name(self._close, self.tr("Close this panel"), tip=self.tr("Close this panel (Esc)"))

    def restyle(self) -> None:
        """Set icons."""
        self._close.setIcon(theme.icon("close"))


class Toolbox(QObject):
    """Opens one tool at a time, made when it is first asked for.

    Attributes:
        strip: The buttons.
        side: Where tools beside the lens are.
        wide: Where tools in place of the lens are.
        tool: The one that is open; None while there is none.

    Signals:
        changed: Another tool is open, or none.
    """

    changed = Signal()

    def __init__(self, scene: Scene, parent: QObject) -> None:
        super().__init__(parent)
        self.scene = scene
        self.strip = ToolStrip()
        self._sides, self.wide = QStackedWidget(), QStackedWidget()
        self.side = card(self._sides, margin=14)
        self.side.setMinimumWidth(258)
        self.side.hide()
        self.tool: Tool | None = None
        self._panels: dict[str, ToolPanel] = {}
        self._wanted = ""
        self._is_front = False
        self.strip.chosen.connect(self.toggle)

    @property
    def name(self) -> str:
        """Of the tool that is open; empty for none."""
        return self.tool.NAME if self.tool else ""

    def toggle(self, tool: str) -> None:
        """Open a tool, or close it if it is the open one."""
        self.open("" if tool == self.name else tool)

    def open(self, tool: str) -> None:
        """Open a tool, or none by an empty name; one that the program does not have is none."""
        self._wanted = tool if tool in TOOLS else ""
        self.strip.mark(self._wanted)
        if not self._wanted:
            self._show(None)
        elif self._wanted in self._panels:
            self._show(self._panels[self._wanted])
        else:
            # Its modules may take longer to load than the window may stand still.
            load = partial(importlib.import_module, f"gui.pages.inspect.tools.{self._wanted}")
            run_in_background(load, self, done=partial(self._make, self._wanted), failed=self.scene.state.post_error)

    def close(self) -> None:
        """Show the lens alone."""
        self.open("")

    def set_front(self, *, is_front: bool) -> None:
        """Whether the page is to be seen: tools that are not seen compute nothing."""
        if is_front != self._is_front:
            self._is_front = is_front
            if self.tool is not None:
                (self.tool.opened if is_front else self.tool.closed)()

    def release(self) -> None:
        """Let all tools go of what they hold."""
        for panel in self._panels.values():
            panel.tool.release()

    def _make(self, tool: str, module: ModuleType) -> None:
        if tool not in self._panels:
            made = cast("type[Tool]", getattr(module, f"{tool.title()}Tool"))(self.scene)
            panel = ToolPanel(made)
            panel.close_clicked.connect(self.close)
            self._panels[tool] = panel
            (self.wide if made.IS_WIDE else self._sides).addWidget(panel)
        if tool == self._wanted:
            self._show(self._panels[tool])

    def _show(self, panel: ToolPanel | None) -> None:
        after = panel.tool if panel else None
        if after is self.tool:
            return
        before, self.tool = self.tool, after
        if before is not None and self._is_front:
            before.closed()
        if panel is not None:
            (self.wide if panel.tool.IS_WIDE else self._sides).setCurrentWidget(panel)
        self.side.setVisible(panel is not None and not panel.tool.IS_WIDE)
        self.changed.emit()
        if after is not None and self._is_front:
            after.opened()
