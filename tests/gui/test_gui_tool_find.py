"""Find this moment elsewhere: from a brushed range to hits that are seen and heard."""

import csv

import pytest
from PySide6.QtCore import Qt

from gui.state import Selection
from seqclass.events import CancelToken
from seqclass.inspection import search, store, store_job
from seqclass.specs import TracesJob

FIRST_PAGE = "inspect"
WAIT_MS = 20_000


def wait(qtbot, workspace):
    qtbot.waitUntil(lambda: not workspace.scene.is_busy, timeout=WAIT_MS)


@pytest.fixture
def found(qtbot, open_data, inspect_with, dataset):
    """The tool, with a data set and a range in which some unit is on alone."""
    workspace = inspect_with("find")
    state, tool = workspace.state, workspace.toolbox.tool
    open_data(state, dataset)
    state.select(Selection(item=state.manifest.items[0], origin="inspect"))
    qtbot.waitUntil(lambda: workspace.inspected is not None and not workspace.scene.is_busy, timeout=WAIT_MS)
    wait(qtbot, workspace)
    for first in range(workspace.view.n_frames - 3):
        workspace.view.select((workspace.view.edge(first), workspace.view.edge(first + 3)))
        if tool.pattern is not None and len(tool.pattern.units):
            return workspace, tool
    raise AssertionError("no range of this item has a pattern")


def trace_all(workspace):
    state = workspace.state
    return store_job.build(state.bundle, state.manifest, state.manifest.items, emit=lambda _event: None, cancel=CancelToken())


def test_without_a_range_it_says_what_to_do(inspect_with):
    tool = inspect_with("find").toolbox.tool
    assert "Drag over a moment" in tool._range.text()
    assert not tool._search.isEnabled()


def test_the_units_are_those_of_the_library(found):
    workspace, tool = found
    view, half = workspace.view, workspace.scene.half
    first = view.frame_at(view.selection[0] + view.hop / 2)
    expected = search.make_pattern(half.hidden, first, first + 3, half="layer0", context=search.usual_context("speech"))
    assert tool.pattern.units.tolist() == expected.units.tolist()
    assert tool._threshold.value() == pytest.approx(expected.threshold, abs=0.005)
    assert all(str(unit) in tool._units.text() for unit in expected.units.tolist()[:5])


def test_hits_are_listed_by_score_and_the_range_itself_is_among_them(qtbot, found, tmp_path):
    workspace, tool = found
    trace_all(workspace)
    qtbot.mouseClick(tool._search, Qt.MouseButton.LeftButton)
    wait(qtbot, workspace)
    hits = [tool.hits.item(at).data(Qt.ItemDataRole.UserRole) for at in range(tool.hits.count())]
    assert hits
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert any(hit.is_query for hit in hits)
    assert tool._group.count() == 3
    (export,) = tool.exports()
    export.write(tmp_path / "hits.csv")
    with (tmp_path / "hits.csv").open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == len(hits)


def test_a_hit_opens_in_the_lens_with_its_range(qtbot, found):
    workspace, tool = found
    trace_all(workspace)
    tool._search.click()
    wait(qtbot, workspace)
    entry = tool.hits.item(tool.hits.count() - 1)
    hit = entry.data(Qt.ItemDataRole.UserRole)
    tool._look_at(entry)
    view = workspace.view
    qtbot.waitUntil(lambda: workspace.inspected.name == hit.item.id and view.selection is not None, timeout=WAIT_MS)
    wait(qtbot, workspace)
    assert view.selection[0] == pytest.approx(hit.start_s, abs=view.hop)
    assert view.selection[1] == pytest.approx(hit.end_s, abs=view.hop)


def test_a_data_set_without_traces_is_traced_first(qtbot, found, monkeypatch):
    workspace, tool = found
    store.clear()
    asked = []

    def start(job, _title, done, **_options):
        asked.append(job)
        trace_all(workspace)
        done({})

    monkeypatch.setattr(workspace.state, "start_job", start)
    tool._search.click()
    qtbot.waitUntil(lambda: tool.findings is not None, timeout=WAIT_MS)
    assert isinstance(asked[0], TracesJob)


def test_snippets_play_one_after_the_other(qtbot, found, monkeypatch):
    workspace, tool = found
    trace_all(workspace)
    tool._search.click()
    wait(qtbot, workspace)
    heard = []
    row = tool.row
    monkeypatch.setattr(row._player, "play", lambda _samples, _rate, start_s, end_s: heard.append((start_s, end_s)))
    qtbot.mouseClick(tool._play, Qt.MouseButton.LeftButton)
    hits = tool.findings.hits
    for count, hit in enumerate(hits[:3], start=1):
        qtbot.waitUntil(lambda count=count: len(heard) == count, timeout=WAIT_MS)
        assert heard[-1][0] <= hit.start_s
        assert heard[-1][1] >= min(hit.end_s, hit.item.duration_s)
        row._player.playing_changed.emit(False)
    row.stop()
    assert not row.is_playing
