"""The Collect page: what is in a data set, and every change of it with its way back."""

from __future__ import annotations

import pytest
from looks import nameless, wait_until_whole
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication
from support import tone

from gui.widgets.item_table import LABEL, SPEAKER, TEXT
from seqclass.audio.write import write_wav
from seqclass.data.scan import scan

WAIT_MS = 20_000


def opened(qtbot, window, folder):
    with qtbot.waitSignal(window.state.manifest_changed, timeout=WAIT_MS, check_params_cb=bool):
        window.state.open_dataset(folder)
    settle(qtbot, window)
    return window.page("collect").workspace


def settle(qtbot, window):
    work = window.page("collect").workspace
    state = window.state
    qtbot.waitUntil(lambda: not (state.jobs or state.is_scanning or work.changes.is_busy), timeout=WAIT_MS)


@pytest.fixture
def work(qtbot, window, dataset):
    """The page with a data set of sounds."""
    return opened(qtbot, window, dataset)


def changed(qtbot, window, act, expected):
    """Do something and wait until the classes are what they should be."""
    act()
    qtbot.waitUntil(lambda: classes(window) == expected, timeout=WAIT_MS)
    settle(qtbot, window)


def classes(window):
    """Label -> count, as the list shows them."""
    return {one.label: one.count for one in window.page("collect").workspace.classes.list._rows.rows if one.label is not None}


ALL = {"no": 2, "stop": 2, "yes": 2}


def test_classes_stand_there_with_counts_lengths_and_speakers(window, work):
    assert classes(window) == ALL
    assert "6 items · 3 classes · 2 speakers" in work._figures.text()
    yes = next(one for one in work.classes.list._rows.rows if one.label == "yes")
    assert "2 speakers" in yes.detail


def test_choosing_a_class_shows_its_items(work):
    assert len(work.items.table.shown) == 6
    work.classes.choose("stop")
    assert {item.targets["label"] for item in work.items.table.shown} == {"stop"}
    work.items._search.setText("bob")
    assert [item.group for item in work.items.table.shown] == ["bob"]


def test_a_class_is_added_renamed_merged_deleted_and_all_of_it_taken_back(qtbot, window, work, dataset):
    def add():
        work.classes.new.setText("go")
        qtbot.keyClick(work.classes.new, Qt.Key.Key_Return)

    changed(qtbot, window, add, {**ALL, "go": 0})
    assert work.classes.label == "go"
    changed(qtbot, window, lambda: work.classes.rename_to("go", "start"), {**ALL, "start": 0})
    changed(qtbot, window, lambda: work.classes.merge("no", "yes"), {"stop": 2, "yes": 4, "start": 0})
    work.classes.choose("stop")
    changed(qtbot, window, work.classes.delete, {"yes": 4, "start": 0})
    assert not (dataset / "stop" / "ada_nohash_0.wav").exists()
    for expected in ({"stop": 2, "yes": 4, "start": 0}, {**ALL, "start": 0}, {**ALL, "go": 0}, ALL):
        changed(qtbot, window, lambda: qtbot.mouseClick(work._undo, Qt.MouseButton.LeftButton), expected)
    assert not work._undo.isEnabled()
    changed(qtbot, window, work.changes.redo, {**ALL, "go": 0})
    assert window.state.manifest.items == scan(dataset).items


def test_items_are_deleted_and_come_back_by_the_message(qtbot, window, work):
    work.items.table.selectRow(0)
    changed(qtbot, window, work.items.delete, {"no": 1, "stop": 2, "yes": 2})
    message = window.messages.messages[0]
    assert message.action == "Undo"
    changed(qtbot, window, message.on_action, ALL)


def test_several_marked_items_get_another_class_and_speaker_in_place(qtbot, window, work):
    table = work.items.table
    table.selectAll()
    columns = table._rows.columns
    table._rows.setData(table._rows.index(0, columns.index(LABEL)), "word")
    qtbot.waitUntil(lambda: classes(window).get("word") == 6, timeout=WAIT_MS)
    settle(qtbot, window)
    table.selectAll()
    table._rows.setData(table._rows.index(0, columns.index(SPEAKER)), "eve")
    qtbot.waitUntil(lambda: {item.group for item in window.state.manifest.items} == {"eve"}, timeout=WAIT_MS)
    settle(qtbot, window)


def test_a_marked_item_is_drawn(qtbot, work):
    work.items.table.selectRow(1)
    qtbot.waitUntil(lambda: work.items._take is not None and work.items._take.sound is not None, timeout=WAIT_MS)
    assert work.items._take.sound.rate_hz == 8000
    assert not work.items._take.grab().isNull()


def test_the_first_item_is_shown_at_once_and_the_next_one_after_a_deletion(qtbot, window, work):
    table = work.items.table
    assert [item.id for item in table.marked] == [table.shown[0].id]
    qtbot.waitUntil(lambda: work.items._take is not None and work.items._take.sound is not None, timeout=WAIT_MS)
    table.selectRow(2)
    following = table.shown[3].id
    work.items.delete()
    qtbot.waitUntil(lambda: len(table.shown) == 5, timeout=WAIT_MS)
    settle(qtbot, window)
    assert [item.id for item in table.marked] == [following]


def test_one_button_leads_to_the_recorder(qtbot, window, work, monkeypatch):
    monkeypatch.setattr("seqclass.audio.devices.microphones", tuple)
    assert work._record.isVisible()
    qtbot.mouseClick(work._record, Qt.MouseButton.LeftButton)
    assert work.tabs.currentWidget() is work._recording
    assert not work._record.isVisible()
    work.tabs.setCurrentWidget(work.items)


def test_files_are_imported_by_a_drop_and_what_is_refused_is_told_with_its_reason(qtbot, window, work, tmp_path):
    write_wav(tmp_path / "new.wav", tone(seed=99), 16000)
    (tmp_path / "poem.pdf").write_bytes(b"%PDF")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in ("new.wav", "poem.pdf")])
    work.classes.choose("yes")
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    changed(qtbot, window, lambda: work.dropEvent(event), {**ALL, "yes": 3})
    message = window.messages.messages[0]
    assert "1 file imported. 1 file refused." in message.text
    assert "poem.pdf" in message.details


def test_a_dropped_folder_can_be_opened_instead(qtbot, window, work, dialogs, tmp_path):
    (tmp_path / "other").mkdir()
    dialogs.answers = [1]
    work.imports.bring(None, [str(tmp_path / "other")])
    assert window.state.dataset == tmp_path / "other"
    settle(qtbot, window)


def test_problems_stand_there_with_their_reason_and_go_to_the_bin(qtbot, window, dataset):
    (dataset / "yes" / "broken.wav").write_bytes(b"RIFF")
    work = opened(qtbot, window, dataset)
    assert work.tabs.tabText(work.tabs.indexOf(work.problems)) in ("Problems (1)", "Problems (2)")
    assert work.problems._rows.problems[0].reason
    work.tabs.setCurrentWidget(work.problems)
    work.problems._table.selectAll()
    qtbot.mouseClick(work.problems._delete, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not (dataset / "yes" / "broken.wav").exists(), timeout=WAIT_MS)
    settle(qtbot, window)


def test_a_new_data_set_begins_empty_and_takes_classes(qtbot, window, dialogs, tmp_path):
    dialogs.answers = [tmp_path / "mine", 0]
    page = window.page("collect")
    with qtbot.waitSignal(window.state.manifest_changed, timeout=WAIT_MS, check_params_cb=bool):
        page.ask_for_new()
    settle(qtbot, window)
    assert page.workspace.items._start.isVisible()
    assert page.workspace.focusWidget() is page.workspace.classes.new
    page.workspace.classes.new.setText("hello")
    changed(qtbot, window, page.workspace.classes.add, {"hello": 0})
    assert (tmp_path / "mine" / "hello").is_dir()


def test_a_text_data_set_is_a_table_to_type_paste_and_change(qtbot, window, dialogs, tmp_path):
    dialogs.answers = [tmp_path / "texts", 1]
    page = window.page("collect")
    with qtbot.waitSignal(window.state.manifest_changed, timeout=WAIT_MS, check_params_cb=bool):
        page.ask_for_new()
    settle(qtbot, window)
    work = page.workspace
    work.classes.new.setText("good")
    changed(qtbot, window, work.classes.add, {"good": 0})
    work.items._text.setText("what a fine day")
    changed(qtbot, window, lambda: qtbot.mouseClick(work.items._add, Qt.MouseButton.LeftButton), {"good": 1})
    QApplication.clipboard().setText("one\n\ntwo\n")
    changed(qtbot, window, work.items.table._paste, {"good": 3})
    assert sorted(item.text for item in work.items.table.marked) == ["one", "two"]
    rows = work.items.table._rows
    place = next(k for k, item in enumerate(rows.items) if item.text == "one")
    rows.setData(rows.index(place, rows.columns.index(TEXT)), "another")
    qtbot.waitUntil(lambda: "another" in {item.text for item in window.state.manifest.items}, timeout=WAIT_MS)
    settle(qtbot, window)
    assert not work.items._play.isVisible()


@pytest.fixture
def arranges_in_a_thread(monkeypatch):
    """As if six items were many."""
    for module in ("items", "classes"):
        monkeypatch.setattr(f"gui.pages.collect.{module}.N_AT_ONCE", 0)


def test_many_items_are_chosen_searched_and_sorted_in_a_thread(qtbot, window, arranges_in_a_thread, dataset):
    work = opened(qtbot, window, dataset)
    table = work.items.table

    def shows(*ids):
        qtbot.waitUntil(lambda: [item.id for item in table.shown] == list(ids), timeout=WAIT_MS)

    qtbot.waitUntil(lambda: classes(window) == ALL and len(table.shown) == 6, timeout=WAIT_MS)
    work.classes.choose("stop")
    shows("stop/ada_nohash_0.wav", "stop/bob_nohash_0.wav")
    table.sortByColumn(table._rows.columns.index(SPEAKER), Qt.SortOrder.DescendingOrder)
    shows("stop/bob_nohash_0.wav", "stop/ada_nohash_0.wav")
    work.items._search.setText("ada")
    shows("stop/ada_nohash_0.wav")
    work.classes.choose(None)
    shows(*(f"{label}/ada_nohash_0.wav" for label in ALL))
    qtbot.waitUntil(lambda: work.items._arranging is None, timeout=WAIT_MS)


def test_among_many_items_a_new_name_and_what_was_pasted_are_still_marked(qtbot, window, arranges_in_a_thread, tmp_path):
    (tmp_path / "texts" / "good").mkdir(parents=True)
    (tmp_path / "texts" / "good" / "a.txt").write_text("what a fine day")
    work = opened(qtbot, window, tmp_path / "texts")
    qtbot.waitUntil(lambda: classes(window) == {"good": 1}, timeout=WAIT_MS)
    changed(qtbot, window, lambda: work.classes.rename_to("good", "better"), {"better": 1})
    qtbot.waitUntil(lambda: work.classes.label == "better", timeout=WAIT_MS)
    work.items.texts_added.emit(["one", "two"])
    qtbot.waitUntil(lambda: sorted(item.text for item in work.items.table.marked) == ["one", "two"], timeout=WAIT_MS)
    settle(qtbot, window)
    qtbot.waitUntil(lambda: work.items._arranging is None and work.classes._counting is None, timeout=WAIT_MS)


def test_numeric_sequences_are_curves(qtbot, window, tmp_path):
    for label in ("up", "down"):
        (tmp_path / "n" / label).mkdir(parents=True)
        (tmp_path / "n" / label / "a.csv").write_text("1,2\n3,4\n5,6\n" if label == "up" else "5,2\n3,4\n1,6\n")
    work = opened(qtbot, window, tmp_path / "n")
    work.items.table.selectRow(0)
    qtbot.waitUntil(lambda: work.items._sequence is not None, timeout=WAIT_MS)
    assert work.items._sequence._frames.shape == (3, 2)
    assert not work.items._sequence.grab().isNull()


def test_a_folder_that_vanishes_is_named_and_nothing_else_happens(qtbot, window, work, dataset):
    dataset.rename(dataset.with_name("elsewhere"))
    work.classes.new.setText("go")
    work.classes.add()
    qtbot.waitUntil(lambda: bool(window.messages.messages), timeout=WAIT_MS)
    assert "the folder is not there" in window.messages.messages[0].text
    settle(qtbot, window)
    dataset.with_name("elsewhere").rename(dataset)


def test_another_windows_change_is_seen_and_kept(qtbot, window, work, dataset):
    from seqclass.data.edits.editing import AddClass, Edits

    work.classes.new.setText("mine")
    changed(qtbot, window, work.classes.add, {**ALL, "mine": 0})
    Edits(dataset).apply(AddClass("theirs"))
    work.classes.new.setText("more")
    changed(qtbot, window, work.classes.add, {**ALL, "mine": 0, "theirs": 0, "more": 0})


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_full_page_names_every_control_and_clips_nothing(qtbot, window, work, language, monkeypatch):
    monkeypatch.setattr("seqclass.audio.devices.microphones", tuple)
    window.state.change_settings(language=language)
    window.resize(window.minimumSize())
    work.items.table.selectRow(0)
    for place in range(work.tabs.count()):
        work.tabs.setCurrentIndex(place)
        assert not nameless(window)
        wait_until_whole(qtbot, work)
