"""Views: what is on screen is saved, copied and seen again, also where something of it is gone."""

import json

import msgspec
import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication
from support import make_bundle, model_spec, write_bundle

from gui.state import Selection
from seqclass.inspection import view as views
from seqclass.inspection.hands import Edit, Hands
from seqclass.inspection.view import View

pytestmark = pytest.mark.slow  # whole windows, over and over: for the whole check

FIRST_PAGE = "inspect"
WAIT_MS = 20_000


@pytest.fixture
def told(window):
    """What the window has told the person."""
    made = []
    window.state.message_posted.connect(made.append)
    return made


def wait(qtbot, workspace):
    qtbot.waitUntil(lambda: not workspace.scene.is_busy and not workspace.views.keeper._steps, timeout=WAIT_MS)


def open_dataset(qtbot, workspace, folder):
    state = workspace.state
    with qtbot.waitSignal(state.manifest_changed, timeout=WAIT_MS, check_params_cb=bool):
        state.open_dataset(folder)
    qtbot.waitUntil(lambda: not state.jobs and workspace.inspected is not None, timeout=WAIT_MS)
    wait(qtbot, workspace)


def choose(qtbot, workspace, at):
    item = workspace.state.manifest.items[at]
    workspace.state.select(Selection(item=item, origin="inspect"))
    qtbot.waitUntil(lambda: workspace.inspected is not None and workspace.inspected.name == item.id, timeout=WAIT_MS)
    wait(qtbot, workspace)
    return item


def look(qtbot, workspace):
    """Something to be seen again: the first layer, a part of the time, a range, a unit, an edit."""
    workspace.bar.choose(0)
    workspace.bar.choose_order("variance")
    workspace.bar.set_hidden(frozenset({"output_gate"}))
    wait(qtbot, workspace)
    axis = workspace.view
    axis.show(axis.edge(3), axis.edge(20))
    axis.select((axis.edge(5), axis.edge(9)))
    axis.move_to(axis.time_of(7))
    workspace.scene.choose_unit(2)
    tool = workspace.toolbox.tool
    tool.restore_view({"hands": {"schema": 1, "edits": [{"part": "forget_gate", "action": "zero"}]}})
    wait(qtbot, workspace)
    return workspace.views.keeper.current()


def leave(qtbot, workspace):
    """Look at something quite different."""
    workspace.toolbox.tool.restore_view({"hands": {"schema": 1, "edits": []}})
    wait(qtbot, workspace)
    workspace.toolbox.close()
    workspace.bar.choose(1)
    workspace.bar.choose_order("index")
    workspace.bar.set_hidden(frozenset())
    workspace.view.fit()
    workspace.view.select(None)
    wait(qtbot, workspace)


def reopen(qtbot, workspace, open_it):
    with qtbot.waitSignal(workspace.views.keeper.opened, timeout=WAIT_MS):
        open_it()
    return workspace.views.keeper.current()


def two_layers():
    return make_bundle("speech", model=model_spec(lstm=(6, 5)))


def test_a_saved_view_comes_back_with_item_layer_order_range_tool_and_edits(qtbot, inspect_with, dataset, dialogs, told):
    workspace = inspect_with("hands", two_layers())
    open_dataset(qtbot, workspace, dataset)
    choose(qtbot, workspace, 3)
    before = look(qtbot, workspace)
    assert (before.item, before.layer, before.order, before.unit) == ("stop/bob_nohash_0.wav", 0, "variance", 2)
    shown = workspace.lens.pane("cell").values
    dialogs.answers = ["Where it flips"]
    with qtbot.waitSignal(workspace.state.message_posted, timeout=WAIT_MS):
        workspace.views.save()
    assert told[-1].text == "View saved: Where it flips"
    leave(qtbot, workspace)
    choose(qtbot, workspace, 0)
    after = reopen(qtbot, workspace, lambda: workspace.views.open_saved("Where it flips"))
    assert after == before
    assert workspace.toolbox.tool.history.hands == Hands(edits=(Edit(part="forget_gate", action="zero"),))
    np.testing.assert_array_equal(workspace.lens.pane("cell").values, shown)
    assert "output_gate" not in [pane.key for pane in workspace.lens.shown_panes()]


def test_a_link_is_copied_and_pasted(qtbot, inspect_with, dialogs):
    workspace = inspect_with("hands", two_layers())
    before = look(qtbot, workspace)
    workspace.views.copy_link()
    link = QGuiApplication.clipboard().text()
    assert views.from_link(link) == before
    leave(qtbot, workspace)
    dialogs.answers = [link]
    assert reopen(qtbot, workspace, workspace.views.paste_link) == before


def test_a_file_is_written_and_opened_for_a_text_too(qtbot, inspect_with, dialogs, tmp_path):
    workspace = inspect_with("memory", make_bundle("text"), text="a good film")
    dialogs.answers = [tmp_path / "film"]
    with qtbot.waitSignal(workspace.state.message_posted, timeout=WAIT_MS):
        workspace.views.copy_file()
    assert views.read(tmp_path / "film.seqview").text == "a good film"
    workspace.state.select(Selection(text="bad", origin="inspect"))
    dialogs.answers = [tmp_path / "film.seqview"]
    assert reopen(qtbot, workspace, workspace.views.ask_for_file).text == "a good film"


def test_the_menu_lists_renames_and_deletes_what_was_saved(qtbot, inspect_with, dataset, dialogs):
    workspace = inspect_with("memory")
    open_dataset(qtbot, workspace, dataset)
    views.save(dataset, "one & two", View(item="yes/ada_nohash_0.wav"))
    menu = workspace.views.menu
    workspace.views.fill()
    assert "one && two" in [action.text() for action in menu.actions()]
    dialogs.answers = ["three"]
    workspace.views.rename("one & two")
    qtbot.waitUntil(lambda: views.saved_views(dataset) == ("three",), timeout=WAIT_MS)
    dialogs.answers = [None]
    workspace.views.delete("three")
    dialogs.answers = [0]
    assert views.saved_views(dataset) == ("three",)
    workspace.views.delete("three")
    qtbot.waitUntil(lambda: views.saved_views(dataset) == (), timeout=WAIT_MS)


def test_a_view_of_a_data_set_that_is_closed_offers_to_open_it(qtbot, inspect_with, dataset, dialogs):
    workspace = inspect_with("hands", two_layers())
    open_dataset(qtbot, workspace, dataset)
    choose(qtbot, workspace, 3)
    before = look(qtbot, workspace)
    workspace.state.close_dataset()
    leave(qtbot, workspace)
    dialogs.answers = [0]
    assert reopen(qtbot, workspace, lambda: workspace.views.keeper.open(before)) == before
    assert dialogs.asked[-1] == "Open another data set?"
    qtbot.waitUntil(lambda: not workspace.state.jobs, timeout=WAIT_MS)


def test_a_view_of_another_model_offers_to_open_it(qtbot, inspect_with, dialogs, tmp_path):
    workspace = inspect_with("hands", two_layers())
    before = look(qtbot, workspace)
    write_bundle(tmp_path / "other.seqclass", make_bundle("speech", model=model_spec(lstm=(4,))))
    with qtbot.waitSignal(workspace.state.bundle_changed, timeout=WAIT_MS):
        workspace.state.open_bundle(tmp_path / "other.seqclass")
    wait(qtbot, workspace)
    qtbot.waitUntil(lambda: workspace.inspected is not None, timeout=WAIT_MS)
    dialogs.answers = [0]
    assert reopen(qtbot, workspace, lambda: workspace.views.keeper.open(before)) == before
    assert workspace.state.bundle.path == tmp_path / "model.seqclass"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"item": "yes/gone.wav"}, "yes/gone.wav is no longer in the data set words"),
        ({"dataset": "gone", "dataset_path": "/gone", "item": "gone.wav"}, "of the data set gone, which is not there: /gone"),
        ({"item": "", "path": "/gone.wav"}, "This item cannot be shown"),
    ],
)
def test_what_is_gone_is_said(qtbot, inspect_with, dataset, told, change, says):
    workspace = inspect_with("memory")
    open_dataset(qtbot, workspace, dataset)
    view = msgspec.structs.replace(workspace.views.keeper.current(), **change)
    told.clear()
    workspace.views.keeper.open(view)
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT_MS)
    assert says in told[0].text
    wait(qtbot, workspace)


def test_a_model_that_is_gone_is_said_and_the_open_one_is_used(qtbot, inspect_with, told):
    workspace = inspect_with("memory")
    view = workspace.views.keeper.current()
    view = msgspec.structs.replace(view, bundle="gone.seqclass", bundle_path="/gone.seqclass", bundle_hash="0" * 64)
    reopen(qtbot, workspace, lambda: workspace.views.keeper.open(view))
    assert "gone.seqclass, which is not there" in told[0].text


def test_a_tool_that_is_told_nonsense_is_said_and_the_rest_is_shown(qtbot, inspect_with, told):
    workspace = inspect_with("stress")
    view = msgspec.structs.replace(workspace.views.keeper.current(), tool_state={"stress": {"snr_db": "loud"}})
    reopen(qtbot, workspace, lambda: workspace.views.keeper.open(view))
    assert "cannot be shown again" in told[-1].text


@pytest.mark.parametrize("content", [b"", b"{}", json.dumps({"schema": 9}).encode()])
def test_a_file_that_is_no_view_is_refused_in_words(qtbot, inspect_with, told, tmp_path, content):
    workspace = inspect_with("memory")
    (tmp_path / "v.seqview").write_bytes(content)
    workspace.views.open_file(tmp_path / "v.seqview")
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT_MS)
    assert "Received: " in told[-1].text
    workspace.views.open_link("https://example.org")
    assert "must begin with seqclass:view?" in told[-1].text


def test_a_data_set_that_is_opened_again_shows_what_was_looked_at_last(qtbot, inspect_with, dataset):
    workspace = inspect_with("memory", two_layers())
    open_dataset(qtbot, workspace, dataset)
    choose(qtbot, workspace, 4)
    workspace.bar.choose(0)
    wait(qtbot, workspace)
    workspace.view.show(workspace.view.edge(3), workspace.view.edge(12))
    before = workspace.views.keeper.current()
    workspace.views.keeper.keep_last()
    from gui.pages.inspect.views import _last_file

    qtbot.waitUntil(_last_file(str(dataset)).exists, timeout=WAIT_MS)
    workspace.state.close_dataset()
    workspace.bar.choose(1)
    workspace.toolbox.close()
    open_dataset(qtbot, workspace, dataset)
    after = workspace.views.keeper.current()
    assert (after.item, after.layer, after.visible) == (before.item, 0, before.visible)


def test_a_view_file_opens_with_the_window_and_asks_for_its_model(qtbot, window, dialogs, tmp_path):
    write_bundle(tmp_path / "m.seqclass", make_bundle("text"))
    view = View(text="a good film", bundle="m.seqclass", bundle_path=str(tmp_path / "m.seqclass"), layer=0)
    views.write(tmp_path / "v.seqview", view)
    dialogs.answers = [0]
    window.state.open_path(tmp_path / "v.seqview")
    page = window.page("inspect")
    qtbot.waitUntil(lambda: page.workspace is not None and page.workspace.inspected is not None, timeout=WAIT_MS)
    wait(qtbot, page.workspace)
    assert dialogs.asked == ["Open its model?"]
    assert page.workspace.inspected.name == "a good film"


def test_a_view_file_without_its_model_says_which_to_open(qtbot, window, told, tmp_path):
    views.write(tmp_path / "v.seqview", View(text="a", bundle="gone.seqclass", bundle_path="/gone.seqclass"))
    window.state.open_path(tmp_path / "v.seqview")
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT_MS)
    assert "gone.seqclass, which is not there" in told[0].text
