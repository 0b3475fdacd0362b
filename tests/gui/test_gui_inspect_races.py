"""What happens on Inspect while something else is still being computed: cursors, items, models and windows do not wait."""

import threading

import numpy as np
import pytest
from support import make_bundle, model_spec, tone, write_bundle

from gui.pages.inspect.tools import TOOLS
from gui.state import Selection
from seqclass.audio.write import write_wav
from seqclass.inspection.hands import Edit, Hands

pytestmark = pytest.mark.slow  # whole windows, over and over: for the whole check

FIRST_PAGE = "inspect"
WAIT_MS = 20_000
SECONDS = (0.3, 2.0, 0.6)


@pytest.fixture
def recordings(tmp_path):
    """Items of several lengths."""
    paths = []
    for place, seconds in enumerate(SECONDS):
        paths.append(tmp_path / f"take {place}.wav")
        write_wav(paths[-1], tone(seconds, seed=place), 8_000)
    return paths


def settle(qtbot, workspace, name):
    qtbot.waitUntil(
        lambda: workspace.inspected is not None and workspace.inspected.name == name and not workspace.scene.is_busy,
        timeout=WAIT_MS,
    )


def test_what_follows_a_cursor_always_arrives_and_no_queue_grows(qtbot, inspect_with):
    scene = inspect_with("").scene
    gate, ran, told = threading.Event(), [], []

    def compute(place):
        gate.wait(WAIT_MS / 1000)
        ran.append(place)
        return place

    for place in range(50):
        scene.follow("push", lambda place=place: compute(place), told.append)
    gate.set()
    qtbot.waitUntil(lambda: not scene.is_busy, timeout=WAIT_MS)
    assert ran == told == [0, 49]


def test_nothing_of_the_last_item_arrives_at_the_next_one(qtbot, inspect_with):
    scene = inspect_with("").scene
    gate, told = threading.Event(), []
    for place in range(2):
        scene.follow("push", lambda place=place: (gate.wait(WAIT_MS / 1000), place), told.append)
    scene.set_item(scene.inspected)
    gate.set()
    qtbot.waitUntil(lambda: not scene.is_busy, timeout=WAIT_MS)
    assert told == []


def test_a_failure_does_not_end_the_following(qtbot, inspect_with, window):
    scene = inspect_with("").scene
    messages, told = [], []
    window.state.message_posted.connect(messages.append)
    gate = threading.Event()

    def fail():
        gate.wait(WAIT_MS / 1000)
        raise ValueError("no")

    scene.follow("push", fail, told.append)
    scene.follow("push", lambda: 1, told.append)
    gate.set()
    qtbot.waitUntil(lambda: told == [1], timeout=WAIT_MS)
    assert len(messages) == 1


@pytest.mark.parametrize("tool", TOOLS)
def test_items_may_change_faster_than_a_tool_computes(qtbot, window, inspect_with, recordings, tool):
    """Also while the cursor moves over panes of the last item, which may be shorter."""
    workspace = inspect_with(tool, make_bundle(model=model_spec(bidirectional=True, lstm=(6, 5))))
    messages = []
    window.state.message_posted.connect(messages.append)
    for path in (*recordings, *recordings):
        window.state.select(Selection(path=str(path), origin="live"))
        for _ in range(3):
            qtbot.wait(1)
            workspace.view.move_to(workspace.view.end)
            workspace.lens.text_at(workspace.lens.rect().center().toPointF())
            workspace.grab()
    settle(qtbot, workspace, recordings[-1].name)
    assert [one.text for one in messages if one.kind == "bad"] == []
    assert workspace.view.n_frames == len(workspace.inspected.trace.frames)
    for pane in workspace.lens.shown_panes():
        values = getattr(pane, "values", getattr(pane, "curves", None))
        assert values is None or len(values) == workspace.view.n_frames
    window.state.close_bundle()  # or the aligning of Compare outlives the test
    for worker in window.state.jobs:
        worker.cancel()
    qtbot.waitUntil(lambda: not window.state.jobs, timeout=WAIT_MS)


@pytest.mark.parametrize("tool", TOOLS)
def test_another_model_of_other_size_may_come_while_a_tool_is_open(qtbot, window, inspect_with, tmp_path, tool):
    workspace = inspect_with(tool, make_bundle(model=model_spec(bidirectional=True, lstm=(6, 9))))
    workspace.bar.choose(1, is_backward=True)
    qtbot.waitUntil(lambda: not workspace.scene.is_busy, timeout=WAIT_MS)
    workspace.scene.choose_unit(8)
    messages = []
    window.state.message_posted.connect(messages.append)
    write_bundle(tmp_path / "other.seqclass", make_bundle(model=model_spec(lstm=(1,))))
    with qtbot.waitSignal(window.state.bundle_changed, timeout=WAIT_MS):
        window.state.open_bundle(tmp_path / "other.seqclass")
    settle(qtbot, workspace, "a word.wav")
    assert [one.text for one in messages if one.kind == "bad"] == []
    assert workspace.scene.unit == 0
    assert workspace.scene.half.n_units == 1


def test_edits_that_another_model_has_no_place_for_are_put_away(qtbot, window, inspect_with, tmp_path):
    workspace = inspect_with("hands", make_bundle(model=model_spec(lstm=(6, 9))))
    tool = workspace.toolbox.tool
    tool._do(Hands(edits=(Edit(part="forget_gate", action="clamp", layer=1, units=(8,)),)))
    qtbot.waitUntil(lambda: workspace.scene.variant is not None, timeout=WAIT_MS)
    messages = []
    window.state.message_posted.connect(messages.append)
    write_bundle(tmp_path / "other.seqclass", make_bundle(model=model_spec(lstm=(4,))))
    with qtbot.waitSignal(window.state.bundle_changed, timeout=WAIT_MS):
        window.state.open_bundle(tmp_path / "other.seqclass")
    settle(qtbot, workspace, "a word.wav")
    assert [one.kind for one in messages if one.kind == "bad"] == []
    assert tool.history.hands.is_empty
    assert workspace.scene.variant is None


@pytest.mark.parametrize("tool", TOOLS)
def test_the_window_may_close_while_a_tool_computes(qtbot, window, inspect_with, recordings, tool):
    workspace = inspect_with(tool)
    window.state.select(Selection(path=str(recordings[1]), origin="live"))
    qtbot.wait(1)
    workspace.view.move_to(workspace.view.end)
    window.close()
    assert not window.isVisible()


def test_a_tool_may_close_while_its_values_are_on_their_way(qtbot, inspect_with):
    workspace = inspect_with("stress")
    tool = workspace.toolbox.tool
    tool.sliders._sliders["snr_db"].setValue(150)
    workspace.toolbox.close()
    qtbot.waitUntil(lambda: not workspace.scene.is_busy, timeout=WAIT_MS)
    assert workspace.scene.variant is None
    assert np.array_equal(workspace.lens.pane("cell").values, workspace.scene.half.cell)
