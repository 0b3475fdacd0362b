"""Are the gates healthy: maps, counts and advice are the library's, and a unit can be followed into the lens."""

import csv

import numpy as np
import pytest
from support import make_bundle, model_spec

from gui.pages.inspect.tools.health import unit_values
from seqclass.events import CancelToken
from seqclass.inspection.health import write_health
from seqclass.inspection.health_job import as_plain, take
from seqclass.specs import HealthJob

FIRST_PAGE = "inspect"
WAIT_MS = 20_000


@pytest.fixture
def examined(qtbot, open_data, inspect_with, dataset, monkeypatch):
    """The tool after it has examined a data set, in this process."""
    workspace = inspect_with("health", make_bundle(model=model_spec(bidirectional=True)))
    state, tool = workspace.state, workspace.toolbox.tool
    open_data(state, dataset)
    asked = []

    def start(job, _title, done):
        asked.append(job)
        health, _ = take(
            state.bundle, state.manifest, state.manifest.items, stage="", emit=lambda _event: None, cancel=CancelToken()
        )
        write_health(job.health_out, health)
        change = {"half": "layer0", "figure": "forget_gate mean", "one": 0.5, "other": 0.75, "change": 0.25}
        done({**as_plain(health), "health": job.health_out, **({"difference": [change]} if job.other_bundle else {})})

    monkeypatch.setattr(state, "start_job", start)
    tool._take.click()
    qtbot.waitUntil(lambda: tool.health is not None, timeout=WAIT_MS)
    return workspace, tool, asked


def test_it_examines_the_chosen_part(examined):
    workspace, tool, asked = examined
    tool._split.setCurrentIndex(tool._split.findData("train"))
    tool._take.click()
    assert [job.split for job in asked] == [None, "train"]
    assert all(isinstance(job, HealthJob) and job.dataset == str(workspace.state.dataset) for job in asked)


def test_each_layer_and_direction_has_its_map(examined):
    _, tool, _ = examined
    assert list(tool.maps) == ["layer0", "layer0.backward"]
    half = tool.health.half("layer0.backward")
    np.testing.assert_array_equal(tool.maps["layer0.backward"].values, unit_values(half))
    assert unit_values(half)[3].tolist() == half.high["forget_gate"].tolist()
    assert f"{half.n_units} units" in tool._counts(half)


def test_a_unit_is_followed_into_the_lens(qtbot, examined):
    workspace, tool, _ = examined
    qtbot.waitUntil(lambda: workspace.scene.unit is not None, timeout=WAIT_MS)  # an item is shown, whose unit can be chosen
    tool.maps["layer0.backward"].unit_chosen.emit(4)
    qtbot.waitUntil(lambda: (workspace.scene.is_backward, workspace.scene.unit) == (True, 4), timeout=WAIT_MS)


def test_two_models_are_compared(qtbot, examined, dialogs, tmp_path):
    _, tool, asked = examined
    dialogs.answers = [tmp_path / "other.seqclass"]
    tool._compare.click()
    qtbot.waitUntil(tool.difference.isVisible, timeout=WAIT_MS)
    assert asked[-1].other_bundle == str(tmp_path / "other.seqclass")
    assert tool.difference.model().data(tool.difference.model().index(0, 3)) == "0.25"


def test_the_figures_leave_the_program(examined, tmp_path):
    _, tool, _ = examined
    exports = tool.exports()
    for at, one in enumerate(exports):
        one.write(tmp_path / f"health{at}.{one.ending}")
    with (tmp_path / "health0.csv").open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == sum(half.n_units for half in tool.health.halves)
    assert "layer0.backward" in (tmp_path / f"health{len(exports) - 1}.svg").read_text(encoding="utf-8")


def test_another_model_takes_the_figures_away(qtbot, examined, tmp_path):
    from support import write_bundle

    workspace, tool, _ = examined
    write_bundle(tmp_path / "another.seqclass")
    with qtbot.waitSignal(workspace.state.bundle_changed, timeout=WAIT_MS):
        workspace.state.open_bundle(tmp_path / "another.seqclass")
    assert tool.health is None
    assert not tool.maps
