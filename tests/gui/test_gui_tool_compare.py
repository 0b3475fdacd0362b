"""Two takes, aligned: what is chosen next is compared with the first, map by map, and heard from where they part."""

import numpy as np
import pytest
from support import write_bundle

from gui.pages.inspect.tools.compare_load import PairPane
from gui.state import Selection
from seqclass.inspection.align import Spread, compare
from seqclass.inspection.trace import trace
from seqclass.specs import AlignJob

FIRST_PAGE = "inspect"
WAIT_MS = 20_000


@pytest.fixture
def comparing(qtbot, open_data, inspect_with, dataset, monkeypatch):
    """The tool with a data set; the job is done in this process, on a straight path in place of librosa's."""
    workspace = inspect_with("compare")
    state, tool = workspace.state, workspace.toolbox.tool
    open_data(state, dataset)
    state.select(Selection(item=state.manifest.items[0], origin="inspect"))
    qtbot.waitUntil(lambda: workspace.inspected is not None and not workspace.scene.is_busy, timeout=WAIT_MS)
    asked = []

    def start(job, _title, done):
        asked.append(job)
        other = job.other or job.item if not job.label else state.manifest.items[1].id
        traces = [trace(state.bundle, dataset / name) for name in (job.item, other)]
        steps = np.linspace(0, 1, max(len(one.frames) for one in traces))
        path = [np.rint(steps * (len(one.frames) - 1)).astype(int).tolist() for one in traces]
        plain = {"a": path[0], "b": path[1], "cost": 0.0, "is_warped": True}
        spread = {"limit": 1e-6, "levels": [1e-7, 1e-6], "labels": ["no"], "group": "", "hold": 3, "n_pairs": 2}
        done({"item": job.item, "other": other, "alignment": plain, **({} if job.other_bundle else {"spread": spread})})

    monkeypatch.setattr(state, "start_job", start)
    return workspace, tool, asked


def choose(qtbot, workspace, at):
    item = workspace.state.manifest.items[at]
    workspace.state.select(Selection(item=item, origin="inspect"))
    tool = workspace.toolbox.tool
    qtbot.waitUntil(lambda: tool.pair is not None and not workspace.scene.is_busy, timeout=WAIT_MS)
    return item


def test_the_item_chosen_next_is_the_second(qtbot, comparing, dataset):
    workspace, tool, asked = comparing
    first = workspace.state.manifest.items[0]
    second = choose(qtbot, workspace, 2)
    assert isinstance(asked[0], AlignJob)
    assert (asked[0].item, asked[0].other) == (first.id, second.id)
    a, b = (trace(workspace.state.bundle, dataset / item.id) for item in (first, second))
    expected = compare(a, b, tool.pair.comparison.alignment).differences["layer0.hidden"]
    pane = tool.lens.pane("hidden")
    assert isinstance(pane, PairPane)
    np.testing.assert_array_equal(pane.values, expected)
    answers = tool.lens.pane("answer_change").curves
    said = [next(iter(one.result.values())).probabilities.values() for one in (a, b)]
    np.testing.assert_allclose(answers[-1], np.subtract(*map(list, said)), atol=1e-5)


def test_it_tells_where_they_part_and_goes_there(qtbot, comparing):
    workspace, tool, _ = comparing
    choose(qtbot, workspace, 2)
    parting = tool.pair.comparison.parting
    assert parting is not None
    assert tool.view.frame == parting.step
    assert "beyond what 19 of 20 pairs of one class do (2 pairs)" in tool._moment.text()
    assert tool.lens.pane("distance").curves.shape[1] == 2
    assert isinstance(tool.pair.spread, Spread)


def test_both_are_heard_from_the_same_step(qtbot, comparing, monkeypatch):
    workspace, tool, _ = comparing
    choose(qtbot, workspace, 2)
    heard = []
    monkeypatch.setattr(tool._player, "play", lambda _samples, _rate, start_s: heard.append(start_s))
    tool.view.move_to(5.0)
    tool._play_a.click()
    tool._play_b.click()
    found = tool.pair.comparison
    assert heard == pytest.approx([found.a_ms[5] / 1000, found.b_ms[5] / 1000])


def test_a_typical_take_of_a_class_is_offered(qtbot, comparing):
    workspace, tool, asked = comparing
    tool._typical_menu.aboutToShow.emit()
    labels = [action.text() for action in tool._typical_menu.actions()]
    assert labels == sorted({item.targets["label"] for item in workspace.state.manifest.items})
    tool._typical_menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: tool.pair is not None, timeout=WAIT_MS)
    assert asked[0].label == labels[0]
    assert tool.pair.b.name == workspace.state.manifest.items[1].id


def test_two_models_are_compared_on_one_item(qtbot, comparing, dialogs, tmp_path):
    from support import make_bundle

    _, tool, asked = comparing
    write_bundle(tmp_path / "other.seqclass", make_bundle(seed=9))
    dialogs.answers = [tmp_path / "other.seqclass"]
    tool._model.click()
    qtbot.waitUntil(lambda: tool.pair is not None, timeout=WAIT_MS)
    assert asked[0].other_bundle == str(tmp_path / "other.seqclass")
    assert tool.pair.is_of_models
    assert np.abs(tool.lens.pane("hidden").values).max() > 0
    assert tool._words.text().endswith("− other")
    assert not tool._play_b.isVisible()


def test_the_differences_leave_the_program(qtbot, comparing, tmp_path):
    workspace, tool, _ = comparing
    choose(qtbot, workspace, 3)
    for one in tool.exports():
        one.write(tmp_path / f"pair.{one.ending}")
    assert (tmp_path / "pair.png").read_bytes().startswith(b"\x89PNG")
    with np.load(tmp_path / "pair.npz") as arrays:
        np.testing.assert_array_equal(arrays["difference.layer0.hidden"], tool.lens.pane("hidden").values)


def test_it_begins_anew_with_the_item_in_the_list(qtbot, comparing):
    workspace, tool, _ = comparing
    second = choose(qtbot, workspace, 2)
    tool._keep.click()
    assert tool.first.item.id == second.id
    assert tool.pair is None
    assert "Now choose another item" in tool._words.text()
