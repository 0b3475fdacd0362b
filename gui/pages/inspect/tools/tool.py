"""The base of all tools, and the conventions for whoever writes one.

A tool is a panel beside the lens (or, if ``IS_WIDE``, in its place). It is made when it is first opened, gets the `Scene`, and
follows its signals only between ``opened`` and ``closed``: a tool that nobody sees computes nothing. ``closed`` takes back what the
tool has shown in the lens (`Scene.show_variant`, `Scene.show_panes`). One module a tool, ``gui.pages.inspect.tools.NAME`` with the
class ``NameTool``; its name, tip and sentence stand in `gui.pages.inspect.tools.names`; its icon is ``gui/icons/tool-NAME.svg``. All
rules for pages (`gui.pages.page`) hold here too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtWidgets import QWidget

from gui.pages.inspect.scene import Scene
from gui.widgets.common import Responsive


@dataclass(frozen=True)
class Export:
    """One line of the page's Export menu.

    Attributes:
        text: Of the menu, translated, with an ellipsis.
        ending: Of the file, without a dot.
        write: Writes the file, whole or not at all; called in a thread, so it takes its data with it.
    """

    text: str
    ending: str
    write: Callable[[Path], None]


class Tool(Responsive, QWidget):
    """A way to look at the item beside the lens.

    Attributes:
        NAME: Of the tool, its module and its icon.
        IS_WIDE: Whether it takes the place of the lens, having a time axis of its own or none.
        scene: What is looked at.
    """

    NAME: ClassVar[str] = ""
    IS_WIDE: ClassVar[bool] = False

    def __init__(self, scene: Scene) -> None:
        super().__init__()
        self.scene = scene

    def opened(self) -> None:
        """Called each time the tool comes to the front with the page: connect and compute here."""

    def closed(self) -> None:
        """Called each time it leaves: disconnect, and take back what it shows in the lens."""

    def release(self) -> None:
        """Called before the window closes: let go of devices and files."""

    def exports(self) -> list[Export]:
        """What of it can be written to a file at the moment."""
        return []

    def view_state(self) -> dict[str, Any]:
        """What is needed to see the same again, as JSON knows it."""
        return {}

    def restore_view(self, state: dict[str, Any]) -> None:
        """See again what `view_state` told; anything unknown is left out."""
        del state
