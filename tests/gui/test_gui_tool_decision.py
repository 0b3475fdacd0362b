"""How the answer came about: the stacked pane, the moments, and who pushes at the cursor."""

import csv

import numpy as np
import pytest
from support import AGE, DIGITS, make_bundle, model_spec, speech_front_end

from gui.widgets.lens_stack import StackPane
from seqclass.inspection.timeline import timeline

FIRST_PAGE = "inspect"
WAIT_MS = 20_000
AHEAD = speech_front_end(normalisation="utterance")


@pytest.fixture(params=["causal", "looks ahead", "both directions"])
def bundle(request):
    """A model of each kind."""
    return {
        "causal": make_bundle(),
        "looks ahead": make_bundle(front_end=AHEAD),
        "both directions": make_bundle(model=model_spec(bidirectional=True)),
    }[request.param]


def test_the_last_column_is_the_answer_and_the_moments_are_the_timelines(inspect_with, bundle, tmp_path):
    workspace = inspect_with("decision", bundle)
    pane = workspace.lens.shown_panes()[-1]
    assert isinstance(pane, StackPane)
    said = next(iter(workspace.inspected.trace.result.values())).probabilities
    np.testing.assert_allclose(pane.curves[-1], list(said.values()), atol=1e-5)
    target = next(iter(timeline(workspace.state.bundle, tmp_path / "a word.wav").targets.values()))
    assert pane.flips == tuple(flip.frame for flip in target.flips)
    tool = workspace.toolbox.tool
    assert tool.flips.count() == len(target.flips)
    assert f"“{target.winner}” leads" in tool._summary.text()


def test_bars_sum_to_the_lead_and_choose_their_unit(qtbot, inspect_with, bundle):
    workspace = inspect_with("decision", bundle)
    tool = workspace.toolbox.tool
    workspace.view.move_to(workspace.view.time_of(9))
    qtbot.waitUntil(lambda: tool.push is not None and tool.push.frame == 9, timeout=WAIT_MS)
    bars = tool.bars.bars
    assert sum(bar.value for bar in bars) == pytest.approx(tool.push.lead, abs=1e-6)
    is_backward, unit = bars[1].key
    tool.bars._choose(1)
    qtbot.waitUntil(lambda: (workspace.scene.is_backward, workspace.scene.unit) == (is_backward, unit), timeout=WAIT_MS)


def test_a_pair_of_classes_can_be_chosen(qtbot, inspect_with):
    workspace = inspect_with("decision")
    tool = workspace.toolbox.tool
    labels = workspace.state.bundle.card.targets[0].labels
    for box, label in ((tool._winner, labels[2]), (tool._runner_up, labels[0])):
        box.setCurrentIndex(box.findData(label))
        box.activated.emit(box.currentIndex())
    qtbot.waitUntil(lambda: (tool.push.winner, tool.push.runner_up) == (labels[2], labels[0]), timeout=WAIT_MS)
    assert f"“{labels[2]}” is ahead of “{labels[0]}”" in tool._lead.text()


def test_a_number_has_a_value_and_no_flips(qtbot, inspect_with):
    workspace = inspect_with("decision", make_bundle(targets=(DIGITS, AGE)))
    workspace.bar.choose_target("age")
    tool = workspace.toolbox.tool
    qtbot.waitUntil(lambda: tool.push is not None and tool.push.target == "age", timeout=WAIT_MS)
    assert not tool.flips.isVisible()
    assert "The value goes from" in tool._summary.text()
    assert not isinstance(workspace.lens.shown_panes()[-1], StackPane)


def test_the_pane_goes_with_the_tool(qtbot, inspect_with):
    workspace = inspect_with("decision")
    workspace.toolbox.close()
    qtbot.waitUntil(lambda: not isinstance(workspace.lens.shown_panes()[-1], StackPane), timeout=WAIT_MS)


def test_the_decision_leaves_the_program(inspect_with, tmp_path):
    workspace = inspect_with("decision")
    exports = {one.ending: one for one in workspace.toolbox.tool.exports()}
    for ending, one in exports.items():
        one.write(tmp_path / f"decision.{ending}")
    assert (tmp_path / "decision.png").read_bytes().startswith(b"\x89PNG")
    assert "unit" in (tmp_path / "decision.svg").read_text(encoding="utf-8")
    with (tmp_path / "decision.csv").open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == workspace.view.n_frames
