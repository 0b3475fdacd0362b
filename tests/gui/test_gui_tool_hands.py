"""Hands on the gates: edits in the list are the model's edits, in the lens, in the answer and in the file."""

import json

import numpy as np
import pytest
from PySide6.QtCore import Qt

from gui.widgets.lens_panes import ProbabilityPane
from seqclass.inspection import hands
from seqclass.inspection.trace import trace
from seqclass.specs import HandsJob

FIRST_PAGE = "inspect"
WAIT_MS = 20_000


def open_hands(qtbot, inspect_with, **options):
    workspace = inspect_with("hands", **options)
    return workspace, workspace.toolbox.tool


def wait(qtbot, workspace):
    qtbot.waitUntil(lambda: not workspace.scene.is_busy, timeout=WAIT_MS)


def choose(box, data):
    box.setCurrentIndex(box.findData(data))
    box.activated.emit(box.currentIndex())


def add(qtbot, workspace, *, part="forget_gate", deed="hold", value=0.0, units="all", frames="whole"):
    form = workspace.toolbox.tool.form
    choose(form._part, part)
    choose(form._deed, deed)
    workspace.toolbox.tool.edits.setCurrentRow(-1)
    form._value.setValue(value)
    choose(form._units, units)
    choose(form._frames, frames)
    qtbot.mouseClick(workspace.toolbox.tool._add, Qt.MouseButton.LeftButton)
    wait(qtbot, workspace)


def test_an_edit_is_done_in_the_lens_and_told_in_words(qtbot, inspect_with, tmp_path):
    workspace, tool = open_hands(qtbot, inspect_with)
    add(qtbot, workspace, value=1.0)
    assert (workspace.lens.pane("forget_gate").values == 1.0).all()
    assert tool.edits.item(0).text() == "Forget gate f of all units in layer0: held at 1"
    edited = trace(workspace.state.bundle, tmp_path / "a word.wav", hands=tool.history.hands)
    np.testing.assert_array_equal(workspace.lens.pane("cell").values, edited.layers[0].cell)
    before, after = (one.result["label"].probabilities for one in (workspace.inspected.trace, edited))
    shown = {bar.words: bar.value for bar in tool.bars.bars}
    assert shown == pytest.approx({label: after[label] - before[label] for label in shown}, abs=1e-9)


def test_the_answers_over_time_are_those_of_the_edited_model(qtbot, inspect_with):
    workspace, _ = open_hands(qtbot, inspect_with)
    plain = workspace.lens.pane("probabilities").curves
    add(qtbot, workspace, part="hidden", deed="zero")
    pane = workspace.lens.pane("probabilities")
    assert isinstance(pane, ProbabilityPane)
    assert not np.allclose(pane.curves, plain)
    np.testing.assert_allclose(pane.curves, np.broadcast_to(pane.curves[-1], pane.curves.shape), atol=1e-6)


def test_an_edit_of_the_chosen_range_and_unit_touches_nothing_else(qtbot, inspect_with):
    workspace, tool = open_hands(qtbot, inspect_with)
    view = workspace.view
    workspace.scene.choose_unit(3)
    view.select((view.edge(5), view.edge(9)))
    add(qtbot, workspace, part="input_gate", value=0.5, units="one", frames="range")
    (edit,) = tool.history.hands.edits
    assert (edit.units, edit.start, edit.stop) == ((3,), 5, 9)
    change = workspace.lens.pane("input_gate").values != workspace.inspected.trace.layers[0].input_gate
    assert change[5:9, 3].all()
    assert not change[:5].any()


def test_edits_are_switched_off_undone_and_redone(qtbot, inspect_with):
    workspace, tool = open_hands(qtbot, inspect_with)
    plain = workspace.inspected.trace.layers[0].cell
    add(qtbot, workspace, value=0.3)
    edited = workspace.lens.pane("cell").values
    tool.edits.item(0).setCheckState(Qt.CheckState.Unchecked)
    wait(qtbot, workspace)
    np.testing.assert_array_equal(workspace.lens.pane("cell").values, plain)
    qtbot.mouseClick(tool._undo, Qt.MouseButton.LeftButton)
    wait(qtbot, workspace)
    np.testing.assert_array_equal(workspace.lens.pane("cell").values, edited)
    qtbot.mouseClick(tool._undo, Qt.MouseButton.LeftButton)
    wait(qtbot, workspace)
    assert tool.edits.count() == 0
    qtbot.mouseClick(tool._redo, Qt.MouseButton.LeftButton)
    wait(qtbot, workspace)
    np.testing.assert_array_equal(workspace.lens.pane("cell").values, edited)


def test_turning_the_value_is_one_change_to_undo(qtbot, inspect_with):
    workspace, tool = open_hands(qtbot, inspect_with)
    add(qtbot, workspace, value=0.1)
    for value in (0.2, 0.4, 0.6):
        tool.form._value.setValue(value)
    wait(qtbot, workspace)
    assert tool.history.hands.edits[0].low == 0.6
    tool._undo.click()
    assert tool.history.hands.edits[0].low == 0.1


def test_closing_the_variant_takes_the_edits_off(qtbot, inspect_with):
    workspace, tool = open_hands(qtbot, inspect_with)
    add(qtbot, workspace)
    qtbot.mouseClick(workspace._variant._back, Qt.MouseButton.LeftButton)
    wait(qtbot, workspace)
    assert tool.history.hands.is_empty
    assert tool.history.past


def test_edits_go_to_a_file_and_come_back(qtbot, inspect_with, dialogs, tmp_path):
    workspace, tool = open_hands(qtbot, inspect_with)
    add(qtbot, workspace, deed="scale", value=0.5)
    stack = tool.history.hands
    dialogs.answers = [tmp_path / "edits.json", tmp_path / "edits.json"]
    tool._save.click()
    assert hands.read(tmp_path / "edits.json") == stack
    tool._remove.click()
    assert tool.history.hands.is_empty
    tool._open.click()
    assert tool.history.hands == stack
    wait(qtbot, workspace)


def test_a_file_that_is_none_is_refused_in_words(qtbot, inspect_with, dialogs, tmp_path):
    workspace, tool = open_hands(qtbot, inspect_with)
    (tmp_path / "bad.json").write_text(json.dumps({"edits": [{"part": "nose"}]}), encoding="utf-8")
    dialogs.answers = [tmp_path / "bad.json"]
    with qtbot.waitSignal(workspace.state.message_posted, timeout=WAIT_MS) as posted:
        tool._open.click()
    assert "Received: Invalid enum value" in posted.args[0].text
    assert tool.history.hands.is_empty


def test_the_view_comes_back_with_its_edits(qtbot, inspect_with):
    workspace, tool = open_hands(qtbot, inspect_with)
    add(qtbot, workspace, value=0.2)
    kept = json.loads(json.dumps(tool.view_state()))
    tool._remove.click()
    tool.restore_view(kept)
    wait(qtbot, workspace)
    assert tool.history.hands.edits[0].low == 0.2


def test_measuring_asks_the_job_for_the_edits_on_screen(qtbot, open_data, inspect_with, monkeypatch, dataset):
    workspace, tool = open_hands(qtbot, inspect_with)
    state = workspace.state
    open_data(state, dataset)
    add(qtbot, workspace, value=0.2)
    asked = []
    monkeypatch.setattr(state, "start_job", lambda job, _title, **_options: asked.append(job))
    qtbot.mouseClick(tool._measure, Qt.MouseButton.LeftButton)
    (job,) = asked
    assert isinstance(job, HandsJob)
    assert hands.from_plain(job.hands) == tool.history.hands
    change = {"label": {"accuracy": -0.1, "per_class": {"no": -0.5, "stop": None, "yes": 0.25}}}
    tool._take_job(tool.history.hands, {"change": change, "before": {"accuracy": 0.9}, "accuracy": 0.8, "n_items": 40})
    assert "90.0% → 80.0% on 40 items" in tool._measured.text()
    assert [(bar.words, bar.value) for bar in tool.classes.bars] == [("no", -0.5), ("yes", 0.25)]


def test_the_change_leaves_the_program(qtbot, inspect_with, tmp_path):
    workspace, tool = open_hands(qtbot, inspect_with)
    add(qtbot, workspace, value=1.0)
    for one in tool.exports():
        one.write(tmp_path / f"hands.{one.ending}")
    with np.load(tmp_path / "hands.npz") as arrays:
        np.testing.assert_array_equal(
            arrays["layer0.cell"], workspace.lens.pane("cell").values - workspace.inspected.trace.layers[0].cell
        )
    assert "before" in (tmp_path / "hands.csv").read_text(encoding="utf-8")
    assert hands.read(tmp_path / "hands.json") == tool.history.hands
