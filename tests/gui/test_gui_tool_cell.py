"""Inside one cell: the numbers on the wires are the model's own at the cursor's frame."""

import csv
import math

import pytest
from PySide6.QtWidgets import QLabel

FIRST_PAGE = "inspect"
WAIT_MS = 20_000


@pytest.fixture
def workspace(qtbot, inspect_with):
    """The Inspect page with a model, an item and the tool."""
    made = inspect_with("cell")
    qtbot.waitUntil(lambda: made.toolbox.tool.terms is not None, timeout=WAIT_MS)
    return made


def rows(tool):
    return {gate: [tool._numbers[gate, place].text() for place in range(6)] for gate in ("input_gate", "forget_gate")}


def test_the_drawing_follows_cursor_and_unit(qtbot, workspace):
    tool, half = workspace.toolbox.tool, workspace.scene.half
    workspace.view.move_to(workspace.view.time_of(7))
    unit = workspace.scene.unit
    assert tool.diagram.cell.gates["forget_gate"].value == pytest.approx(float(half.forget_gate[7, unit]))
    assert rows(tool)["forget_gate"][-1] == f"{half.forget_gate[7, unit]:.2f}"
    tool._unit.setValue((unit + 1) % half.n_units)
    qtbot.waitUntil(lambda: tool.terms is not None and tool.terms.unit == (unit + 1) % half.n_units, timeout=WAIT_MS)
    assert workspace.scene.unit == tool.terms.unit
    assert tool.diagram.cell.cell == pytest.approx(float(half.cell[7, tool.terms.unit]))


def test_the_mean_is_that_of_the_layer(qtbot, workspace):
    tool, half = workspace.toolbox.tool, workspace.scene.half
    tool._is_mean.setChecked(True)
    qtbot.waitUntil(lambda: tool.terms is not None and tool.terms.unit is None, timeout=WAIT_MS)
    assert tool.diagram.cell.hidden == pytest.approx(float(half.hidden[workspace.scene.frame].mean()), abs=1e-6)
    assert not tool._unit.isEnabled()


def test_terms_add_up_on_screen(workspace):
    for _symbol, from_input, from_hidden, bias, total, value in rows(workspace.toolbox.tool).values():
        numbers = [float(text.replace("−", "-")) for text in (from_input, from_hidden, bias)]
        assert sum(numbers) == pytest.approx(float(total.replace("−", "-")), abs=0.02)
        assert 1 / (1 + math.exp(-float(total.replace("−", "-")))) == pytest.approx(float(value), abs=0.01)


def test_assistive_technology_reads_the_equations(workspace):
    assert "h = o * tanh(c)" in workspace.toolbox.tool.diagram.accessibleDescription()


def test_the_cell_leaves_the_program_as_picture_drawing_and_numbers(workspace, tmp_path):
    exports = {one.ending: one for one in workspace.toolbox.tool.exports()}
    for ending, one in exports.items():
        one.write(tmp_path / f"cell.{ending}")
    assert (tmp_path / "cell.png").read_bytes().startswith(b"\x89PNG")
    drawing = (tmp_path / "cell.svg").read_text(encoding="utf-8")
    assert "tanh" in drawing
    assert "frame 0" in drawing
    with (tmp_path / "cell.csv").open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    assert len(table) == workspace.view.n_frames
    half, unit = workspace.scene.half, workspace.scene.unit
    assert float(table[3]["f.value"]) == pytest.approx(float(half.forget_gate[3, unit]), rel=1e-5)


def test_a_closed_tool_rests(qtbot, workspace):
    tool = workspace.toolbox.tool
    before = tool.diagram.cell
    workspace.toolbox.close()
    workspace.view.step(3)
    assert tool.diagram.cell == before
    assert not [one for one in workspace.toolbox.side.findChildren(QLabel) if one.isVisible()]
