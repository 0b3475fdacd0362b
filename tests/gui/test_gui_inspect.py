"""The Inspect page: what is chosen is traced, shown, played and written."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel
from support import AGE, DIGITS, TEXTS, make_bundle, model_spec, speech_front_end, tone, write_bundle

from gui.state import Selection
from seqclass.audio.write import write_wav
from seqclass.inspection.timeline import timeline
from seqclass.inspection.trace import trace

FIRST_PAGE = "inspect"
WAIT_MS = 20_000


class Loudspeaker:
    """Plays as much as the test says."""

    latency_s = 0.0

    def __init__(self, fill, ended):
        self._fill, self._ended = fill, ended

    def start(self):
        """Nothing to wait for."""

    def take(self, n_samples):
        """Play the next samples and give them."""
        block = np.zeros(n_samples, np.float32)
        if not self._fill(block):
            self._ended()
        return block

    def close(self):
        """Fall silent."""


@pytest.fixture
def speakers(monkeypatch):
    made = []

    def open_stream(rate_hz, fill, ended):
        made.append(Loudspeaker(fill, ended))
        return made[-1]

    monkeypatch.setattr("seqclass.audio.player.open_portaudio", open_stream)
    return made


@pytest.fixture
def page(window):
    window.show_page("inspect")
    return window.page("inspect")


def open_model(qtbot, page, tmp_path, bundle=None):
    """Write a model, open it, and wait for the workspace."""
    path = tmp_path / "model.seqclass"
    made = write_bundle(path, bundle)
    with qtbot.waitSignal(page.state.bundle_changed, timeout=WAIT_MS):
        page.state.open_bundle(path)
    qtbot.waitUntil(lambda: page.workspace is not None, timeout=WAIT_MS)
    return made


def wait_for(qtbot, page, name):
    """Wait until an item is on screen."""
    workspace = page.workspace

    def is_shown():
        return workspace.inspected is not None and workspace.inspected.name == name and not workspace.scene._tasks

    qtbot.waitUntil(is_shown, timeout=WAIT_MS)
    assert workspace._stack.currentWidget() is workspace._shown


def look_at(qtbot, page, path):
    page.state.select(Selection(path=str(path), origin="live"))
    wait_for(qtbot, page, path.name)


def texts(page):
    return [one.text() for one in page.findChildren(QLabel) if one.isVisible()]


@pytest.fixture
def recording(tmp_path):
    path = tmp_path / "a word.wav"
    write_wav(path, tone(1.0, seed=3), 8_000)
    return path


def test_without_a_model_the_page_leads_to_one(qtbot, page, dialogs):
    buttons = {one.text(): one for one in page.findChildren(QAbstractButton) if one.isVisible() and one.text()}
    assert list(buttons) == ["Open a model …", "Train one on the sample"]
    qtbot.mouseClick(buttons["Open a model …"], Qt.MouseButton.LeftButton)
    assert dialogs.asked == ["Open a model"]
    with qtbot.waitSignal(page.state.page_requested, timeout=WAIT_MS) as asked:
        qtbot.mouseClick(buttons["Train one on the sample"], Qt.MouseButton.LeftButton)
    assert asked.args == ["train"]


def test_with_a_model_alone_the_page_says_what_to_choose(qtbot, page, tmp_path, dialogs):
    open_model(qtbot, page, tmp_path)
    assert "Choose an item" in texts(page)
    assert any("No data set is open" in text for text in texts(page))
    buttons = {one.text(): one for one in page.findChildren(QAbstractButton) if one.isVisible() and one.text()}
    qtbot.mouseClick(buttons["Open a file …"], Qt.MouseButton.LeftButton)
    assert dialogs.asked == ["Look at a file"]


def test_the_first_item_is_shown_and_the_list_finds_others(qtbot, open_data, page, tmp_path, dataset):
    open_model(qtbot, page, tmp_path)
    open_data(page.state, dataset)
    wait_for(qtbot, page, "no/ada_nohash_0.wav")
    picker = page.workspace.picker
    assert len(picker.shown) == 6
    picker._search.setText("BOB yes")
    assert [item.id for item in picker.shown] == ["yes/bob_nohash_0.wav"]
    picker._search.clear()
    picker._classes.setCurrentIndex(picker._classes.findData("stop"))
    picker._groups.setCurrentIndex(picker._groups.findData("ada"))
    assert [item.id for item in picker.shown] == ["stop/ada_nohash_0.wav"]
    picker._list.setCurrentIndex(picker._items.index(0))
    wait_for(qtbot, page, "stop/ada_nohash_0.wav")
    assert page.state.selection.item.id == "stop/ada_nohash_0.wav"
    assert any("label" in text for text in texts(page))


def test_what_another_page_chose_is_shown_once_the_page_comes_to_the_front(qtbot, open_data, window, tmp_path, dataset):
    window.show_page("inspect")
    page = window.page("inspect")
    open_model(qtbot, page, tmp_path)
    open_data(page.state, dataset)
    wait_for(qtbot, page, "no/ada_nohash_0.wav")
    window.show_page("evaluate")
    page.state.select(Selection(item=page.state.manifest.items[-1], origin="evaluate"))
    assert not page.workspace.scene._tasks
    page.state.go_to("inspect")
    wait_for(qtbot, page, "yes/bob_nohash_0.wav")


def test_what_is_drawn_are_the_numbers_of_the_trace(qtbot, page, tmp_path, recording):
    bundle = open_model(qtbot, page, tmp_path, make_bundle(model=model_spec(lstm=(6, 5))))
    look_at(qtbot, page, recording)
    expected = trace(bundle, recording)
    lens = page.workspace.lens
    for key in ("input_gate", "forget_gate", "candidate", "output_gate", "cell", "hidden"):
        np.testing.assert_array_equal(lens.pane(key).values, getattr(expected.layers[1], key))
    layers = page.workspace.bar._layers
    layers.setCurrentIndex(0)
    layers.activated.emit(0)
    qtbot.waitUntil(lambda: lens.pane("cell").values.shape[1] == 6, timeout=WAIT_MS)
    np.testing.assert_array_equal(lens.pane("cell").values, expected.layers[0].cell)


def test_cell_states_keep_one_scale_over_items_and_layers(qtbot, page, tmp_path, recording):
    open_model(qtbot, page, tmp_path)
    look_at(qtbot, page, recording)
    first = page.workspace.lens.pane("cell").scale
    silence = tmp_path / "silence.wav"
    write_wav(silence, np.zeros(4_000, np.float32), 8_000)
    look_at(qtbot, page, silence)
    assert page.workspace.lens.pane("cell").scale.high >= first.high
    assert page.workspace.lens.pane("cell").scale.low == -page.workspace.lens.pane("cell").scale.high


@pytest.mark.parametrize("order", ["index", "mean", "variance", "peak", "cluster", "share"])
def test_all_six_maps_have_the_chosen_order(qtbot, page, tmp_path, recording, order):
    open_model(qtbot, page, tmp_path)
    look_at(qtbot, page, recording)
    bar, lens = page.workspace.bar, page.workspace.lens
    bar._orders.setCurrentIndex(bar._orders.findData(order))
    bar._orders.activated.emit(bar._orders.currentIndex())
    qtbot.waitUntil(lambda: not page.workspace.scene._tasks, timeout=WAIT_MS)
    orders = {key: lens.pane(key).order.tolist() for key in ("input_gate", "cell", "hidden")}
    assert len({str(one) for one in orders.values()}) == 1
    assert sorted(orders["cell"]) == list(range(6))
    assert page.state.page_setting("inspect", "order", "") == order


def test_only_the_last_layer_has_shares_in_the_answer(qtbot, page, tmp_path):
    open_model(qtbot, page, tmp_path, make_bundle(model=model_spec(lstm=(6, 5))))
    bar = page.workspace.bar
    assert bar.layer == 1
    assert bar._orders.findData("share") >= 0
    bar._layers.setCurrentIndex(0)
    bar._layers.activated.emit(0)
    assert bar._orders.findData("share") < 0


def test_a_model_that_is_not_causal_is_run_on_the_cut_item(qtbot, page, tmp_path, recording):
    bundle = open_model(qtbot, page, tmp_path, make_bundle(front_end=speech_front_end(normalisation="utterance")))
    look_at(qtbot, page, recording)
    pane = page.workspace.lens.pane("probabilities")
    assert "cut and run again" in pane.reading()
    line = timeline(bundle, recording)
    np.testing.assert_allclose(pane.curves[line.frames], next(iter(line.targets.values())).values)


def test_a_model_of_both_directions_shows_each_and_one_answer(qtbot, page, tmp_path, recording):
    bundle = open_model(qtbot, page, tmp_path, make_bundle(model=model_spec(bidirectional=True)))
    look_at(qtbot, page, recording)
    bar, lens = page.workspace.bar, page.workspace.lens
    assert bar._directions.isVisible()
    assert "cut and run again" in lens.pane("probabilities").reading()
    bar._directions.setCurrentIndex(1)
    bar._directions.activated.emit(1)
    expected = trace(bundle, recording).layers[0].backward.hidden
    qtbot.waitUntil(lambda: np.array_equal(lens.pane("hidden").values, expected), timeout=WAIT_MS)


def test_a_number_is_a_curve_of_its_own(qtbot, page, tmp_path, recording):
    bundle = open_model(qtbot, page, tmp_path, make_bundle(targets=(DIGITS, AGE)))
    look_at(qtbot, page, recording)
    bar = page.workspace.bar
    assert bar._targets.isVisible()
    bar._targets.setCurrentIndex(1)
    bar._targets.activated.emit(1)
    qtbot.waitUntil(lambda: page.workspace.lens.pane("value") is not None, timeout=WAIT_MS)
    curve = page.workspace.lens.pane("value").curves
    assert curve[-1, 0] == pytest.approx(trace(bundle, recording).result["age"].value, abs=1e-4)


def test_a_typed_text_is_looked_at_token_by_token(qtbot, page, tmp_path):
    open_model(qtbot, page, tmp_path, make_bundle("text"))
    picker = page.workspace.picker
    picker._text.setPlainText(TEXTS[2])
    qtbot.mouseClick(picker._enter, Qt.MouseButton.LeftButton)
    wait_for(qtbot, page, TEXTS[2])
    assert page.workspace.lens.pane("tokens").tokens == ("the", "film", "is", "good")
    assert page.workspace.view.n_frames == 4


def test_a_row_of_a_numeric_set_is_drawn_by_channels(qtbot, open_data, page, tmp_path):
    open_model(qtbot, page, tmp_path, make_bundle("numeric"))
    values = np.random.default_rng(0).normal(size=(30, 3))
    folder = tmp_path / "moves"
    for label in ("a", "b"):
        (folder / label).mkdir(parents=True)
        np.save(folder / label / "0.npy", values)
    open_data(page.state, folder)
    wait_for(qtbot, page, "a/0.npy")
    np.testing.assert_array_equal(page.workspace.lens.pane("channels").curves, values)


def test_a_dropped_file_is_looked_at_and_a_model_is_left_to_the_window(qtbot, page, tmp_path, recording, bundle_file):
    open_model(qtbot, page, tmp_path)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(recording))])
    where, none = QPointF(5, 5), Qt.KeyboardModifier.NoModifier
    event = QDropEvent(where, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none)
    page.workspace.dropEvent(event)
    wait_for(qtbot, page, "a word.wav")
    other = QMimeData()
    other.setUrls([QUrl.fromLocalFile(str(bundle_file))])
    event = QDropEvent(where, Qt.DropAction.CopyAction, other, Qt.MouseButton.LeftButton, none)
    page.workspace.dropEvent(event)
    assert page.state.selection.path == str(recording)


def test_alt_and_arrows_walk_through_the_list(qtbot, open_data, window, page, tmp_path, dataset):
    open_model(qtbot, page, tmp_path)
    open_data(page.state, dataset)
    wait_for(qtbot, page, "no/ada_nohash_0.wav")
    window.activateWindow()
    page.workspace.lens.setFocus()
    qtbot.keyClick(page.workspace.lens, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    wait_for(qtbot, page, "no/bob_nohash_0.wav")
    qtbot.keyClick(page.workspace.lens, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    wait_for(qtbot, page, "no/ada_nohash_0.wav")


def test_every_control_has_an_accessible_name_and_nothing_is_clipped_in_the_smallest_window(
    qtbot, window, page, tmp_path, recording
):
    from PySide6.QtGui import QAccessible

    open_model(qtbot, page, tmp_path, make_bundle(targets=(DIGITS, AGE), model=model_spec(bidirectional=True)))
    look_at(qtbot, page, recording)
    window.resize(window.minimumSize())
    for language in ("en", "zh_CN"):
        window.state.change_settings(language=language)

        def nothing_is_clipped():
            buttons = [one for one in page.findChildren(QAbstractButton) if one.isVisible()]
            assert not [one.text() for one in buttons if one.width() < one.minimumSizeHint().width()]
            assert page.width() <= window.width()

        qtbot.waitUntil(nothing_is_clipped, timeout=WAIT_MS)
    for kind in (QAbstractButton, QComboBox, type(page.workspace.lens)):
        for one in page.findChildren(kind):
            if one.isVisible():
                assert QAccessible.queryAccessibleInterface(one).text(QAccessible.Text.Name).strip(), one


def test_the_last_recording_is_a_button_away(qtbot, window, tmp_path, recording):
    window.state.keep_page_setting("live", "last_recording", str(recording))
    window.show_page("inspect")
    page = window.page("inspect")
    open_model(qtbot, page, tmp_path)
    button = page.workspace.picker._recording
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    wait_for(qtbot, page, "a word.wav")


def test_what_cannot_be_read_is_named_and_the_page_goes_on(qtbot, page, tmp_path, recording):
    open_model(qtbot, page, tmp_path)
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"RIFF")
    with qtbot.waitSignal(page.state.message_posted, timeout=WAIT_MS) as told:
        page.state.select(Selection(path=str(broken)))
    assert told.args[0].text.startswith("This item cannot be shown: ")
    look_at(qtbot, page, recording)


def test_items_of_another_kind_than_the_models_are_not_offered(qtbot, open_data, page, tmp_path, dataset):
    open_model(qtbot, page, tmp_path, make_bundle("text"))
    open_data(page.state, dataset)
    assert page.workspace.picker.shown == []
    assert any("different kinds" in text for text in texts(page))


def test_another_model_shows_the_same_item_anew(qtbot, page, tmp_path, recording):
    open_model(qtbot, page, tmp_path)
    look_at(qtbot, page, recording)
    open_model(qtbot, page, tmp_path, make_bundle(model=model_spec(lstm=(9,)), seed=1))
    wait_for(qtbot, page, "a word.wav")
    assert page.workspace.lens.pane("cell").values.shape[1] == 9
    page.state.close_bundle()
    assert "Look inside a model" in texts(page)


# Playing


def test_cursor_and_column_agree_with_the_sound_at_start_middle_and_end(qtbot, page, tmp_path, speakers):
    """A clip of ten seconds: where the sound is, the cursor is, and the column under it spans that time within one hop."""
    path = tmp_path / "long.wav"
    write_wav(path, tone(10.0), 8_000)
    open_model(qtbot, page, tmp_path)
    look_at(qtbot, page, path)
    workspace = page.workspace
    view, hop = workspace.view, workspace.inspected.timing.hop
    view.move_to(0.0)
    workspace.lens.setFocus()
    qtbot.keyClick(workspace.lens, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: bool(speakers), timeout=WAIT_MS)
    played = 0.0
    for until in (0.4, 5.0, 9.6):
        speakers[-1].take(round((until - played) * 8_000))
        played = until
        qtbot.waitUntil(lambda until=until: abs(view.cursor - until) < 1e-3, timeout=WAIT_MS)
        assert abs(workspace.inspected.trace.times_s[view.frame] - until) <= hop
    speakers[-1].take(8_000)
    qtbot.waitUntil(lambda: not workspace.playback.is_playing, timeout=WAIT_MS)


def test_a_click_seeks_while_it_plays_and_a_brushed_range_loops(qtbot, page, tmp_path, recording, speakers):
    open_model(qtbot, page, tmp_path)
    look_at(qtbot, page, recording)
    workspace = page.workspace
    lens, view = workspace.lens, workspace.view
    qtbot.mouseClick(workspace.bar._play, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(speakers) == 1, timeout=WAIT_MS)
    place = QPointF(lens._axis().x(0.5), lens.area_of("cell").center().y()).toPoint()
    qtbot.mouseClick(lens, Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: len(speakers) == 2, timeout=WAIT_MS)
    sound = workspace.inspected.audio.samples
    first = round(view.cursor * 8_000)
    np.testing.assert_array_equal(speakers[1].take(100), sound[first : first + 100])
    start, end = (QPointF(lens._axis().x(time), lens.area_of("cell").center().y()).toPoint() for time in (0.2, 0.3))
    qtbot.mousePress(lens, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(lens, end)
    qtbot.mouseRelease(lens, Qt.MouseButton.LeftButton, pos=end)
    qtbot.waitUntil(lambda: len(speakers) == 3, timeout=WAIT_MS)
    low, high = (round(time * 8_000) for time in view.selection)
    heard = speakers[2].take(2 * (high - low))
    np.testing.assert_array_equal(heard, np.tile(sound[low:high], 2))
    workspace.playback.stop()
    assert not workspace.playback.is_playing


def test_leaving_the_page_falls_silent(qtbot, window, page, tmp_path, recording, speakers):
    open_model(qtbot, page, tmp_path)
    look_at(qtbot, page, recording)
    page.workspace.playback.toggle()
    assert page.workspace.playback.is_playing
    window.show_page("train")
    assert not page.workspace.playback.is_playing


def test_an_item_without_a_sound_plays_frame_by_frame(qtbot, page, tmp_path):
    open_model(qtbot, page, tmp_path, make_bundle("text"))
    page.state.select(Selection(text=TEXTS[2]))
    wait_for(qtbot, page, TEXTS[2])
    workspace = page.workspace
    workspace.playback._ticks.setInterval(1)
    workspace.playback.toggle()
    qtbot.waitUntil(lambda: not workspace.playback.is_playing, timeout=WAIT_MS)
    assert workspace.view.frame == 3


# Out of the program


@pytest.mark.parametrize("ending", ["png", "svg", "npz"])
def test_pictures_and_numbers_are_written(qtbot, page, tmp_path, recording, dialogs, ending):
    open_model(qtbot, page, tmp_path)
    look_at(qtbot, page, recording)
    dialogs.answers = [tmp_path / "out"]
    with qtbot.waitSignal(page.state.message_posted, timeout=WAIT_MS) as told:
        page.workspace.exporter.export(page.workspace.exporter.exports()[ending])
    assert told.args[0].level == "good", told.args[0]
    content = (tmp_path / f"out.{ending}").read_bytes()
    if ending == "png":
        assert content.startswith(b"\x89PNG")
    elif ending == "svg":
        assert b"Forget gate f" in content
        assert b"how much of its cell" in content
    else:
        with np.load(tmp_path / "out.npz") as arrays:
            np.testing.assert_array_equal(arrays["layer0.cell"], page.workspace.inspected.trace.layers[0].cell)


def test_a_place_that_cannot_be_written_is_told(qtbot, page, tmp_path, recording, dialogs):
    open_model(qtbot, page, tmp_path)
    look_at(qtbot, page, recording)
    dialogs.answers = [recording / "out.png"]
    with qtbot.waitSignal(page.state.message_posted, timeout=WAIT_MS) as told:
        page.workspace.exporter.export(page.workspace.exporter.exports()["png"])
    assert told.args[0].level == "bad"


def test_every_word_changes_with_the_language(qtbot, page, tmp_path, recording):
    open_model(qtbot, page, tmp_path)
    look_at(qtbot, page, recording)
    page.state.change_settings(language="zh_CN")
    qtbot.waitUntil(lambda: "遗忘门 f：" in page.workspace._reading.text(), timeout=WAIT_MS)
    assert page.workspace.lens.accessibleName() == "随时间变化的门与状态"
    assert page.workspace.lens.accessibleDescription().startswith("0 毫秒") is False
    assert "第" in page.workspace._values.text()
    combos = [one.itemText(0) for one in page.workspace.bar.findChildren(QComboBox)]
    assert "单元按序号" in combos


def test_panes_can_be_left_out_and_stay_so(qtbot, page, tmp_path, recording):
    open_model(qtbot, page, tmp_path)
    look_at(qtbot, page, recording)
    bar = page.workspace.bar
    bar._actions["cell"].setChecked(False)
    assert page.workspace.lens.area_of("cell").isEmpty()
    assert page.state.page_setting("inspect", "hidden", []) == ["cell"]
    for action in bar._actions.values():
        action.setChecked(False)
    assert page.workspace.lens.shown_panes()
