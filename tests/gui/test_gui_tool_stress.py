"""When does it break: sliders that the lens follows, and the curve over a data set."""

import csv

import msgspec
import numpy as np
import pytest

from gui.pages.inspect.tools.stress_sliders import DIALS, StressSliders
from seqclass.data.load import load_item_file
from seqclass.inspection.stress import AXES, trace_stressed
from seqclass.inspection.stress_job import Point, StressCurve, as_plain
from seqclass.specs import StressJob, StressSpec

FIRST_PAGE = "inspect"
WAIT_MS = 20_000


def wait(qtbot, workspace):
    qtbot.waitUntil(lambda: not workspace.scene.is_busy, timeout=WAIT_MS)


def curve():
    def points(values):
        return tuple(Point(10, value, (max(value - 0.1, 0), min(value + 0.1, 1)), value, None) for value in values)

    return StressCurve("snr_db", "dB", (None, 0.0, 20.0), points((0.9, 0.4, 0.8)), {"no": points((0.8, 0.1, 0.7))})


@pytest.mark.parametrize("axis", DIALS)
def test_a_dial_gives_back_what_it_is_set_to(axis):
    dial = DIALS[axis]
    assert dial.value(dial.rest) == dial.plain
    for step in range(0, 201, 8):
        assert dial.step(dial.value(step)) == step


@pytest.mark.parametrize("kind", AXES)
def test_sliders_at_rest_change_nothing_and_take_any_stress(qtbot, kind):
    sliders = StressSliders(kind)
    qtbot.addWidget(sliders)
    assert sliders.stress == StressSpec()
    assert sliders.words() == ""
    axis = AXES[kind][0]
    value = DIALS[axis].value(150)
    sliders.set_stress(msgspec.structs.replace(StressSpec(), **{axis: value}))
    assert getattr(sliders.stress, axis) == pytest.approx(value, abs=0.01)
    assert sliders.words()
    sliders.reset()
    assert sliders.stress == StressSpec()


def test_the_lens_shows_what_the_model_hears(qtbot, inspect_with, tmp_path):
    workspace = inspect_with("stress")
    tool = workspace.toolbox.tool
    tool.sliders.set_stress(StressSpec(snr_db=5.0, speed=1.5))
    wait(qtbot, workspace)
    content = load_item_file(tmp_path / "a word.wav", "speech", max_duration_s=60)
    expected = trace_stressed(workspace.state.bundle, content, tool.sliders.stress, key="a word.wav")
    np.testing.assert_array_equal(workspace.lens.pane("cell").values, expected.layers[0].cell)
    assert workspace.view.n_frames == len(expected.frames)
    assert workspace.scene.shown.audio.duration_s == pytest.approx(1.0 / 1.5, rel=0.05)
    last = workspace.lens.pane("probabilities").curves[-1]
    np.testing.assert_allclose(last, list(expected.result["label"].probabilities.values()), atol=1e-5)


def test_as_it_is_brings_the_item_back(qtbot, inspect_with):
    workspace = inspect_with("stress")
    tool = workspace.toolbox.tool
    plain = workspace.lens.pane("cell").values
    tool.sliders.set_stress(StressSpec(gain_db=-20.0))
    wait(qtbot, workspace)
    tool._reset.click()
    wait(qtbot, workspace)
    assert workspace.scene.variant is None
    np.testing.assert_array_equal(workspace.lens.pane("cell").values, plain)


def test_closing_the_variant_puts_the_sliders_to_rest(qtbot, inspect_with):
    workspace = inspect_with("stress")
    tool = workspace.toolbox.tool
    tool.sliders.set_stress(StressSpec(snr_db=0.0))
    wait(qtbot, workspace)
    workspace._variant._back.click()
    assert tool.sliders.stress == StressSpec()


def test_measuring_asks_for_the_chosen_axis(qtbot, open_data, inspect_with, monkeypatch, dataset):
    workspace = inspect_with("stress")
    tool, state = workspace.toolbox.tool, workspace.state
    open_data(state, dataset)
    asked = []
    monkeypatch.setattr(state, "start_job", lambda job, _title, **_options: asked.append(job))
    tool._axis.setCurrentIndex(tool._axis.findData("speed"))
    tool._measure.setEnabled(True)
    tool._measure.click()
    (job,) = asked
    assert isinstance(job, StressJob)
    assert (job.axis, job.dataset) == ("speed", str(dataset))


def test_the_curve_goes_from_little_stress_to_much(qtbot, inspect_with, tmp_path):
    tool = inspect_with("stress").toolbox.tool
    tool._take_curve({"stress": as_plain(curve())})
    assert tool.chart.strengths == ("as it is", "20 dB SNR", "0 dB SNR")
    assert [line.words for line in tool.chart.lines] == ["all items", "no"]
    assert tool.chart.lines[0].shares == (0.9, 0.8, 0.4)
    for one in tool.exports():
        one.write(tmp_path / f"stress.{one.ending}")
    assert (tmp_path / "stress.png").read_bytes().startswith(b"\x89PNG")
    assert "all items" in (tmp_path / "stress.svg").read_text(encoding="utf-8")
    with (tmp_path / "stress.csv").open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 6


def test_the_view_comes_back_under_the_same_stress(qtbot, inspect_with):
    workspace = inspect_with("stress")
    tool = workspace.toolbox.tool
    tool.sliders.set_stress(StressSpec(shift_ms=100.0, noise="pink", snr_db=10.0))
    kept = tool.view_state()
    wait(qtbot, workspace)
    before = tool.sliders.stress
    tool.sliders.reset()
    tool.restore_view(kept)
    wait(qtbot, workspace)
    assert tool.sliders.stress == before


def test_the_person_stays_where_they_look_when_the_item_gets_shorter(qtbot, inspect_with):
    workspace = inspect_with("stress")
    view = workspace.view
    view.show(0.2, 0.4)
    view.move_to(0.3)
    n_frames = view.n_frames
    workspace.toolbox.tool.sliders.set_stress(StressSpec(speed=1.5))
    qtbot.waitUntil(lambda: view.n_frames < n_frames, timeout=WAIT_MS)
    wait(qtbot, workspace)
    assert (view.low, view.high) == pytest.approx((0.2, 0.4))
    assert view.cursor == pytest.approx(0.3)
