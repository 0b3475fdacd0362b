"""Inspect: what the network does, frame by frame."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from gui.background import run_in_background
from gui.pages.inspect.tools import TOOLS
from gui.pages.page import KeyHelp, WorkspacePage
from gui.slices import Slices
from gui.state import AppState
from gui.widgets.dialogs import Dialogs
from gui.widgets.empty_state import EmptyState
from seqclass.inspection import view as views

if TYPE_CHECKING:
    from gui.pages.inspect.workspace import InspectWorkspace


class InspectPage(WorkspacePage):
    """Gates and states of one item.

    Attributes:
        workspace: What is shown while a model is open; None before the first one.
    """

    NAME = "inspect"
    workspace: InspectWorkspace | None

    def __init__(self, state: AppState, dialogs: Dialogs) -> None:
        self._empty = EmptyState("inspect", 2)
        super().__init__(state, dialogs, self._empty)
        self._is_loading = False
        self._slices: Slices | None = None
        self._view: Path | None = None
        self._empty.buttons[0].clicked.connect(self.ask_for_bundle)
        self._empty.buttons[1].clicked.connect(self._lead_to_training)
        state.bundle_changed.connect(self._update)
        state.dataset_changed.connect(self.retranslate)
        self.add_shortcut("Ctrl+P", self._toggle)
        self.add_shortcut("Ctrl+F", self._search)
        self.add_shortcut("Alt+Down", lambda: self._choose_neighbour(1))
        self.add_shortcut("Alt+Up", lambda: self._choose_neighbour(-1))
        for index, tool in enumerate(TOOLS, start=1):
            self.add_shortcut(f"Alt+{index}", partial(self._toggle_tool, tool))
        self.retranslate()
        self._update()

    def retranslate(self) -> None:
        """Set every text."""
        self._empty.set_texts(
            self.tr("Look inside a model"),
            self.tr("Open a model, or train one. Then choose an item and see its gates and states over time, layer by layer."),
            self.tr("Open a model …"),
            self.tr("Train one on the sample") if self.state.dataset is None else self.tr("Train one on this data set"),
        )

    def may_close(self) -> bool:
        """Let go of the loudspeaker, and leave a workspace unfinished."""
        if self._slices is not None:
            self._slices.stop()
        if self.workspace is not None:
            self.workspace.playback.close()
            self.workspace.views.keeper.keep_last()
            self.workspace.toolbox.release()
        return True

    def close_something(self) -> bool:
        """Close the open tool."""
        if self.workspace is None or self.workspace.toolbox.tool is None:
            return False
        self.workspace.toolbox.close()
        return True

    def shortcuts(self) -> list[KeyHelp]:
        """The page's keys."""
        return [
            KeyHelp("Space  Ctrl+P", self.tr("Play or pause")),
            KeyHelp("← →", self.tr("One frame back or on")),
            KeyHelp("Shift+← →", self.tr("Ten frames back or on")),
            KeyHelp("Home  End", self.tr("First or last frame")),
            KeyHelp("↑ ↓", self.tr("The unit above or below")),
            KeyHelp("PgUp  PgDn", self.tr("The pane above or below")),
            KeyHelp("[  ]", self.tr("Begin or end the loop here")),
            KeyHelp("+  −  0", self.tr("Zoom in, out, show everything")),
            KeyHelp("Alt+↑ ↓", self.tr("The item before or after")),
            KeyHelp("Ctrl+F", self.tr("Search the items")),
            KeyHelp(f"Alt+1 … {len(TOOLS)}", self.tr("Open or close a tool")),
            KeyHelp("Esc", self.tr("Close the tool")),
        ]

    def _update(self) -> None:
        if self.state.bundle is None:
            self._stack.setCurrentWidget(self._empty)
            return
        if self.workspace is not None:
            self._stack.setCurrentWidget(self.workspace)
            if self._view is not None:
                view, self._view = self._view, None
                self.workspace.views.open_file(view)
        elif not self._is_loading:
            # Its modules and what these need take longer to load than the window may stand still.
            self._is_loading = True
            load = partial(importlib.import_module, "gui.pages.inspect.workspace")
            run_in_background(load, self, done=self._begin, failed=self.state.post_error)

    def _begin(self, module: ModuleType) -> None:
        self._slices = Slices(self._steps(module), self)
        self._slices.done.connect(self._update)

    def _steps(self, module: ModuleType) -> Iterator[object]:
        """Make the workspace, a few milliseconds a step; it is `workspace` once it is whole."""
        made: InspectWorkspace = module.InspectWorkspace(self.state, self.dialogs)
        self._stack.addWidget(made)
        yield made
        yield from made.steps(self.ask_for_dataset)
        self.workspace = made
        self._set_front(is_front=self._is_front)

    def open_view(self, file: Path) -> None:
        """Show a view that was copied as a file; without a model, offer the one that it was made with."""
        self._view = file
        self._update()
        if self.state.bundle is None:
            run_in_background(lambda: views.read(file), self, done=self._ask_for_its_model, failed=self._drop_view)

    def _ask_for_its_model(self, view: views.View) -> None:
        path = view.bundle_path
        if self.state.bundle is not None:  # it came meanwhile
            return
        if not Path(path).is_file():
            text = self.tr(
                "The view was made with the model {name}, which is not there: {path}. Open a model, then the view again."
            )
            self._view = None
            self.state.post("warn", text.format(name=view.bundle or "?", path=path or "?"))
            return
        text = self.tr("The view was made with the model {path}.").format(path=path)
        answer = self.dialogs.choose(self, self.tr("Open its model?"), text, (self.tr("Open that model"),))
        if answer is None:
            self._view = None
        else:
            self.state.open_bundle(path, failed=self._drop_view)

    def _drop_view(self, error: Exception) -> None:
        self._view = None
        self.state.post_error(error)

    def _lead_to_training(self) -> None:
        if self.state.dataset is None:
            self.ask_for_sample()
        self.state.go_to("train")

    def _toggle(self) -> None:
        if self.workspace is not None:
            self.workspace.playback.toggle()

    def _toggle_tool(self, tool: str) -> None:
        if self.workspace is not None:
            self.workspace.toolbox.toggle(tool)

    def _search(self) -> None:
        if self.workspace is not None:
            self.workspace.picker.focus_search()

    def _choose_neighbour(self, step: int) -> None:
        if self.workspace is not None:
            self.workspace.choose_neighbour(step)
