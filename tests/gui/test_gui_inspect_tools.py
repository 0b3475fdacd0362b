"""What holds for every tool of Inspect: how it is opened and closed, what it may show, what it gives to the Export menu."""

import sys
from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel
from support import tone, write_bundle

from gui.pages.inspect import loading, toolbox
from gui.pages.inspect.scene import Variant
from gui.pages.inspect.tools import TOOLS
from gui.pages.inspect.tools.names import tool_name
from gui.pages.inspect.tools.tool import Export, Tool
from gui.state import Selection
from gui.theme import ICONS
from gui.widgets.lens_panes import CurvePane, DifferencePane
from seqclass.audio.write import write_wav

FIRST_PAGE = "inspect"
WAIT_MS = 20_000


class MemoryTool(Tool):
    """A tool that writes down what happens to it."""

    NAME = "memory"

    def __init__(self, scene):
        super().__init__(scene)
        self.happened = []

    def opened(self):
        """Say so."""
        self.happened.append("opened")

    def closed(self):
        """Say so."""
        self.happened.append("closed")

    def exports(self):
        """A file of two letters."""
        return [Export("All of it (CSV) …", "csv", lambda path: path.write_text("a,b\n", encoding="utf-8"))]


class HealthTool(MemoryTool):
    """The same in place of the lens."""

    NAME = "health"
    IS_WIDE = True


@pytest.fixture
def workspace(qtbot, window, monkeypatch, tmp_path):
    """The Inspect page with a model, an item and two tools."""
    for tool in (MemoryTool, HealthTool):
        module = ModuleType(f"gui.pages.inspect.tools.{tool.NAME}")
        setattr(module, tool.__name__, tool)
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(toolbox, "TOOLS", ("memory", "health"))
    window.show_page("inspect")
    page = window.page("inspect")
    write_bundle(tmp_path / "model.seqclass")
    sound = tmp_path / "a word.wav"
    write_wav(sound, tone(1.0, seed=3), 8_000)
    window.state.open_bundle(tmp_path / "model.seqclass")
    qtbot.waitUntil(lambda: page.workspace is not None, timeout=WAIT_MS)
    window.state.select(Selection(path=str(sound), origin="live"))
    wait_for(qtbot, page.workspace)
    return page.workspace


def wait_for(qtbot, workspace):
    qtbot.waitUntil(lambda: workspace.inspected is not None and not workspace.scene.is_busy, timeout=WAIT_MS)


def click(qtbot, workspace, tool):
    qtbot.mouseClick(workspace.toolbox.strip.buttons[tool], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: workspace.toolbox.name == workspace.toolbox._wanted, timeout=WAIT_MS)


def halved(workspace):
    """The item with all of its first layer's gates and states at half their size."""
    inspected = workspace.inspected
    layer = inspected.trace.layers[0]
    other = object.__new__(type(layer))
    vars(other).update({key: value / 2 if isinstance(value, np.ndarray) else value for key, value in vars(layer).items()})
    trace = replace(inspected.trace, layers=(other, *inspected.trace.layers[1:]))
    return Variant(loading.varied(inspected, trace), "Everything by half", workspace.state.bundle)


@pytest.mark.parametrize("tool", TOOLS)
def test_every_tool_has_words_an_icon_and_a_module(tool):
    assert all(tool_name(tool))
    assert (ICONS / f"tool-{tool}.svg").is_file()
    assert __import__(f"gui.pages.inspect.tools.{tool}", fromlist=["x"])


def test_a_click_opens_a_tool_and_another_closes_it(qtbot, window, workspace):
    click(qtbot, workspace, "memory")
    memory = workspace.toolbox.tool
    assert memory.happened == ["opened"]
    assert workspace.toolbox.side.isVisible()
    assert "What is still in the cell" in [one.text() for one in workspace.toolbox.side.findChildren(QLabel)]
    click(qtbot, workspace, "memory")
    assert memory.happened == ["opened", "closed"]
    assert not workspace.toolbox.side.isVisible()
    assert window.state.page_setting("inspect", "tool", "?") == ""


def test_a_wide_tool_stands_in_place_of_the_lens(qtbot, workspace):
    click(qtbot, workspace, "health")
    assert not workspace.lens.isVisible()
    assert workspace.toolbox.tool.isVisible()
    click(qtbot, workspace, "memory")
    assert workspace.lens.isVisible()


def test_a_tool_rests_while_another_page_is_in_front(qtbot, window, workspace):
    click(qtbot, workspace, "memory")
    window.show_page("train")
    assert workspace.toolbox.tool.happened == ["opened", "closed"]
    window.show_page("inspect")
    assert workspace.toolbox.tool.happened == ["opened", "closed", "opened"]


def test_a_narrow_window_gives_the_lists_room_to_the_tool(qtbot, window, workspace):
    window.resize(960, 640)
    click(qtbot, workspace, "memory")
    assert not workspace.picker.isVisible()
    assert workspace.lens.width() >= 480
    click(qtbot, workspace, "memory")
    assert workspace.picker.isVisible()


def test_a_variant_is_shown_named_and_taken_back(qtbot, workspace):
    plain = workspace.lens.pane("cell").values
    workspace.scene.show_variant(halved(workspace))
    wait_for(qtbot, workspace)
    np.testing.assert_array_equal(workspace.lens.pane("cell").values, plain / 2)
    assert "Everything by half" in [one.text() for one in workspace._variant.findChildren(QLabel)]
    qtbot.mouseClick(workspace._variant._back, Qt.MouseButton.LeftButton)
    wait_for(qtbot, workspace)
    np.testing.assert_array_equal(workspace.lens.pane("cell").values, plain)
    assert not workspace._variant.isVisible()


def test_the_difference_is_the_variant_minus_the_item(qtbot, workspace):
    plain = workspace.lens.pane("forget_gate").values
    workspace.scene.show_variant(halved(workspace))
    workspace._variant._shown.setCurrentIndex(1)
    workspace._variant.changed.emit()
    wait_for(qtbot, workspace)
    pane = workspace.lens.pane("forget_gate")
    assert isinstance(pane, DifferencePane)
    np.testing.assert_allclose(pane.values, -plain / 2, atol=1e-6)
    assert (pane.scale.low, pane.scale.high) == (-1.0, 1.0)


def test_another_item_ends_a_variant(qtbot, workspace, tmp_path):
    workspace.scene.show_variant(halved(workspace))
    wait_for(qtbot, workspace)
    other = tmp_path / "another.wav"
    write_wav(other, tone(0.7, seed=5), 8_000)
    workspace.open_file(other)
    qtbot.waitUntil(lambda: workspace.inspected.name == "another.wav", timeout=WAIT_MS)
    assert workspace.scene.variant is None


def test_a_tools_own_panes_stand_below_the_others(qtbot, workspace):
    curve = np.linspace(0, 1, workspace.view.n_frames)[:, None]
    workspace.scene.show_panes([CurvePane("value", curve, ["ledger"], [0], low=0, high=1)])
    wait_for(qtbot, workspace)
    assert workspace.lens.shown_panes()[-1].key == "value"
    workspace.scene.show_panes([])
    wait_for(qtbot, workspace)
    assert workspace.lens.shown_panes()[-1].key == "probabilities"


def test_the_export_menu_has_what_the_open_tool_gives(qtbot, workspace, dialogs, tmp_path):
    click(qtbot, workspace, "memory")
    workspace.exporter.menu.aboutToShow.emit()
    actions = {action.text(): action for action in workspace.exporter.menu.actions()}
    dialogs.answers = [tmp_path / "ledger"]
    with qtbot.waitSignal(workspace.state.message_posted, timeout=WAIT_MS):
        actions["All of it (CSV) …"].trigger()
    assert (tmp_path / "ledger.csv").read_text(encoding="utf-8") == "a,b\n"


def test_the_chosen_unit_stays_in_its_row(qtbot, workspace):
    workspace.scene.choose_unit(2)
    assert workspace.scene.unit == 2


def test_the_keyboard_stays_on_the_page_when_the_list_makes_way(qtbot, window, workspace):
    window.resize(960, 640)
    next(one for one in workspace.picker.findChildren(QAbstractButton) if one.isVisible() and one.isEnabled()).setFocus()
    assert workspace.picker.isAncestorOf(window.focusWidget())
    workspace.toolbox.open("memory")
    qtbot.waitUntil(lambda: not workspace.picker.isVisible(), timeout=WAIT_MS)
    assert window.focusWidget() is workspace.lens
