"""What is still in the cell: books that balance, on screen and in the file."""

import csv

import numpy as np
import pytest
from support import make_bundle, model_spec

from seqclass.inspection.ledger import half_life_frames

FIRST_PAGE = "inspect"
WAIT_MS = 20_000


def open_memory(qtbot, inspect_with, bundle=None, **options):
    workspace = inspect_with("memory", bundle, **options)
    qtbot.waitUntil(lambda: workspace.toolbox.tool.books is not None, timeout=WAIT_MS)
    return workspace, workspace.toolbox.tool


@pytest.mark.parametrize("is_backward", [False, True])
def test_what_is_left_of_all_frames_is_the_cell(qtbot, inspect_with, is_backward):
    workspace, tool = open_memory(qtbot, inspect_with, make_bundle(model=model_spec(bidirectional=True)))
    workspace.bar.choose(0, is_backward=is_backward)
    qtbot.waitUntil(lambda: tool.books.entry.is_backward == is_backward, timeout=WAIT_MS)
    half = workspace.scene.half
    np.testing.assert_allclose(workspace.lens.pane("ledger").values.sum(axis=0), half.cell[0 if is_backward else -1], atol=1e-5)
    assert sum(bar.value for bar in tool.frames.bars) == pytest.approx(
        float(tool.books.entry.cell[workspace.scene.unit]), abs=1e-5
    )


def test_it_looks_back_from_the_cursor_if_asked(qtbot, inspect_with):
    workspace, tool = open_memory(qtbot, inspect_with)
    tool._follows.setChecked(True)
    workspace.view.move_to(workspace.view.time_of(9))
    qtbot.waitUntil(lambda: tool.books.entry.at == 9, timeout=WAIT_MS)
    assert not workspace.lens.pane("ledger").values[10:].any()
    np.testing.assert_allclose(workspace.lens.pane("ledger").values.sum(axis=0), workspace.scene.half.cell[9], atol=1e-5)


def test_a_frame_and_a_unit_can_be_chosen_from_the_bars(qtbot, inspect_with):
    workspace, tool = open_memory(qtbot, inspect_with)
    tool.frames._choose(2)
    assert workspace.scene.frame == tool.frames.bars[2].key
    tool.units._choose(1)
    assert workspace.scene.unit == tool.units.bars[1].key
    assert f"unit {workspace.scene.unit} holds" in tool._summary.text()


def test_half_lives_are_told_in_milliseconds_of_sound_and_in_frames_of_text(qtbot, inspect_with):
    workspace, tool = open_memory(qtbot, inspect_with)
    lives = half_life_frames(workspace.scene.half.forget_gate)
    first = tool.units.bars[0]
    whole = len(tool.books.entry.written)
    assert first.value == pytest.approx(min(lives.max(), whole) * 1000 * workspace.inspected.timing.hop)
    assert tool._units_heading.text() == "Longest memories (ms)"


def test_the_books_leave_the_program(qtbot, inspect_with, tmp_path):
    workspace, tool = open_memory(qtbot, inspect_with)
    for one in tool.exports():
        one.write(tmp_path / f"memory.{one.ending}")
    with (tmp_path / "memory.csv").open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    assert sum(float(line["unit2"]) for line in table) == pytest.approx(float(workspace.scene.half.cell[-1, 2]), abs=1e-5)
    with np.load(tmp_path / "memory.npz") as arrays:
        np.testing.assert_allclose((arrays["written"] * arrays["kept"]).sum(axis=0), arrays["cell"], atol=1e-5)


def test_closing_takes_the_panes_away(qtbot, inspect_with):
    workspace, _ = open_memory(qtbot, inspect_with)
    workspace.toolbox.close()
    qtbot.waitUntil(lambda: workspace.lens.pane("ledger") is None, timeout=WAIT_MS)
