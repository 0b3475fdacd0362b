"""The Evaluate page: from a job to figures, from a cell to its items, from an item to another label and back."""

from __future__ import annotations

import csv
import json

import msgspec
import numpy as np
import pytest
from looks import nameless, wait_until_whole
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtWidgets import QLabel
from support import AGE, DIGITS, make_bundle, write_bundle

from gui import theme
from gui.pages.evaluate import facts as evaluate_facts
from gui.pages.evaluate import pairs as evaluate_pairs
from gui.widgets.confusion import ConfusionMatrix
from gui.widgets.figures_table import FiguresTable
from seqclass.data.manifest import Item
from seqclass.data.scan import scan
from seqclass.evaluation.answers import Answers, AnswersHead, ItemAnswer
from seqclass.specs import DataSpec

FIRST_PAGE = "evaluate"
WAIT_MS = 20_000
RESULT = {"split": "test", "warnings": ["The speakers are the same."], "problems": [], "n_seen": 0}
# Truth no, stop, yes, each of ada and bob, in the order of a scan; the third and the last but one are wrong.
PROBABILITIES = ((0.9, 0.05, 0.05), (0.6, 0.3, 0.1), (0.7, 0.2, 0.1), (0.2, 0.7, 0.1), (0.4, 0.5, 0.1), (0.1, 0.1, 0.8))


def answers_of(items, *, targets=(DIGITS,), root="/nowhere", kind="speech", outputs=None):
    head = AnswersHead(bundle="/m/words.seqclass", root=str(root), kind=kind, data=DataSpec(), targets=targets, split="test")
    outputs = outputs or [{"label": one} for one in PROBABILITIES]
    return Answers(head, tuple(ItemAnswer(item, one) for item, one in zip(items, outputs, strict=True)))


@pytest.fixture
def items():
    return [
        Item(
            id=f"{label}/{speaker}.wav",
            file=f"{label}/{speaker}.wav",
            targets={"label": label, "age": 30.0 + 2 * n},
            group=speaker,
        )
        for n, (label, speaker) in enumerate((label, speaker) for label in DIGITS.labels for speaker in ("ada", "bob"))
    ]


@pytest.fixture
def facts(items):
    return evaluate_facts.evaluated(answers_of(items), RESULT)


@pytest.fixture
def page(window, bundle_file, dataset, qtbot):
    """The page with a data set, a model and made-up answers."""
    window.show_page("evaluate")
    state = window.state
    state.open_dataset(dataset)
    state.open_bundle(bundle_file)
    qtbot.waitUntil(lambda: state.manifest is not None and state.bundle is not None and not state.jobs, timeout=WAIT_MS)
    page = window.page("evaluate")
    answers = answers_of(state.manifest.items, root=state.manifest.root)
    page.workspace.show_facts(evaluate_facts.evaluated(answers, RESULT))
    return page


def ids(page):
    results = page.workspace.results
    return [results.facts.item(key).id for key in results.items.table.keys]


# Figures


def test_a_cell_lists_its_items_worst_first(facts):
    target = facts.target("label")
    assert target.matrix(0).tolist() == [[2, 0, 0], [1, 1, 0], [0, 1, 1]]
    assert target.of_cell((0, 0), 0).tolist() == [1, 0]
    assert target.mistakes(0).tolist() == [2, 4]


def test_below_the_threshold_an_answer_is_unknown(facts):
    target = facts.target("label")
    assert target.matrix(0.65).tolist() == [[1, 0, 0, 1], [1, 1, 0, 0], [0, 0, 1, 1]]
    assert target.of_cell((2, 3), 0.65).tolist() == [4]
    assert target.mistakes(0.65).tolist() == [2]
    assert target.at(0.65) == (pytest.approx(4 / 6), 0.75)
    for threshold, covered, right in target.steps():
        assert (covered, right) == pytest.approx(target.at(threshold)) or (covered, right) == (0.0, None)
    assert target.steps()[-1] == (1.0, 0.0, None)


def test_a_number_lists_the_largest_errors_first(items):
    outputs = [{"label": one, "age": (30.0 + 3 * n,)} for n, one in enumerate(PROBABILITIES)]
    facts = evaluate_facts.evaluated(answers_of(items, targets=(DIGITS, AGE), outputs=outputs), RESULT)
    assert facts.target("age").mistakes(0).tolist() == [5, 4, 3, 2, 1, 0]
    assert facts.target("age").report.mae == pytest.approx(2.5)
    rows = list(csv.reader(evaluate_facts.as_csv(facts).splitlines()))
    assert rows[0][-3:] == ["age: truth", "age: answer", "error"]
    assert rows[6][-3:] == ["40", "45", "5"]


def test_reports_are_tables_and_json(facts):
    rows = list(csv.DictReader(evaluate_facts.as_csv(facts).splitlines()))
    assert [row["right"] for row in rows] == ["1", "1", "0", "1", "0", "1"]
    assert json.loads(evaluate_facts.as_json(facts))["accuracy"] == pytest.approx(4 / 6)
    matrix = list(csv.reader(evaluate_facts.matrix_csv(facts.target("label"), 0.65, "unknown").splitlines()))
    assert matrix[0] == ["truth", "no", "stop", "yes", "unknown"]
    assert matrix[3] == ["yes", "0", "0", "1", "1"]


# Widgets


def test_many_classes_scroll_and_keys_bring_a_cell_into_sight(qtbot):
    matrix = ConfusionMatrix()
    qtbot.addWidget(matrix)
    matrix.resize(420, 320)
    matrix.show()
    names = [f"很长的类别名称 {n}" for n in range(40)]
    matrix.set_matrix(names, names, np.eye(40, dtype=int).tolist())
    assert matrix.horizontalScrollBar().maximum() > 0
    assert matrix.verticalScrollBar().maximum() > 0
    for key in [Qt.Key.Key_Down] * 31 + [Qt.Key.Key_Right] * 30:
        qtbot.keyClick(matrix, key)
    assert matrix.cell == (30, 30)
    assert QRectF(matrix.viewport().rect()).contains(matrix.rect_of((30, 30)))
    assert "1 of 1" in matrix.accessibleDescription()
    qtbot.keyClick(matrix, Qt.Key.Key_Escape)
    assert matrix.cell is None
    matrix.grab()


def test_a_click_sorts_a_table_and_a_third_gives_its_order_back(qtbot):
    table = FiguresTable()
    qtbot.addWidget(table)
    table.set_heads(("class", "recall"))
    table.set_rows([("b", (("b", "b"), ("—", None))), ("a", (("a", "a"), ("90 %", 0.9))), ("c", (("c", "c"), ("100 %", 1.0)))])
    head = table.header()
    head.setSortIndicator(1, Qt.SortOrder.DescendingOrder)
    assert table.keys == ["c", "a", "b"]
    head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
    assert table.keys == ["b", "a", "c"]


def test_a_table_waits_for_a_key_before_it_goes_to_a_row(qtbot):
    table = FiguresTable()
    qtbot.addWidget(table)
    table.set_heads(("class",))
    table.set_rows([("a", (("a", "a"),)), ("b", (("b", "b"),))])
    gone_to = []
    table.key_chosen.connect(gone_to.append)
    table.show()
    table.activateWindow()
    qtbot.waitUntil(table.isActiveWindow, timeout=WAIT_MS)
    table.setFocus()
    assert (gone_to, table.key) == ([], None)
    for _ in range(2):
        qtbot.keyClick(table, Qt.Key.Key_Down)
    assert gone_to == ["a", "b"]


# The page


def test_evaluating_shows_the_figures_of_a_real_worker(qtbot, window, bundle_file, dataset):
    window.show_page("evaluate")
    window.state.open_dataset(dataset)
    window.state.open_bundle(bundle_file)
    qtbot.waitUntil(lambda: window.state.manifest is not None and window.state.bundle is not None, timeout=WAIT_MS)
    workspace = window.page("evaluate").workspace
    qtbot.mouseClick(workspace.run, Qt.MouseButton.LeftButton)
    assert not workspace.run.isEnabled()
    qtbot.waitUntil(lambda: workspace.results.facts is not None, timeout=WAIT_MS)
    assert workspace.results.facts.targets[0].report.n_items == 6
    assert workspace.run.isEnabled()
    assert any(one.text() == "6" for one in workspace.results.summary.findChildren(QLabel))


def test_a_click_on_a_cell_shows_its_items(qtbot, page):
    results = page.workspace.results
    assert ids(page) == ["stop/ada_nohash_0.wav", "yes/ada_nohash_0.wav"]
    place = results.matrix.rect_of((2, 1)).center().toPoint()
    qtbot.mouseClick(results.matrix.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place))
    assert ids(page) == ["yes/ada_nohash_0.wav"]
    qtbot.keyClick(results.matrix, Qt.Key.Key_Escape)
    assert len(ids(page)) == 2


def test_the_slider_rejects_at_once(page):
    results = page.workspace.results
    results.slider.setValue(65)
    assert results.columns()[-1] == "unknown"
    assert ids(page) == ["stop/ada_nohash_0.wav"]
    assert "66.7 % get an answer, 75.0 % of these are right" in results._effect.accessibleName()
    results.slider.setValue(0)
    assert len(results.columns()) == 3


def test_space_plays_the_item_and_leaving_the_page_ends_it(qtbot, page, window, monkeypatch):
    played = []
    player = page.workspace.doing.player
    monkeypatch.setattr(player, "play", lambda samples, rate_hz: played.append((len(samples), rate_hz)))
    qtbot.keyClick(page.workspace.results.items.table, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: bool(played), timeout=WAIT_MS)
    assert played == [(4000, 8000)]
    stopped = []
    monkeypatch.setattr(player, "stop", lambda: stopped.append(True))
    window.show_page("live")
    assert stopped


def test_an_item_opens_in_inspect(page, window):
    page.workspace.results.items.inspect_wanted.emit(2)
    assert window.state.selection.item.id == "stop/ada_nohash_0.wav"
    assert window.state.selection.origin == "evaluate"


def test_a_corrected_label_moves_the_item_and_can_be_taken_back(qtbot, page, dataset):
    told = []
    page.state.message_posted.connect(told.append)
    page.workspace.results.items.label_wanted.emit(2, "no")
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT_MS)
    assert told[0].level == "good"
    assert (dataset / "no").joinpath(page.workspace.results.facts.item(2).id.rpartition("/")[2]).exists()
    assert page.workspace.results.target.matrix(0).tolist() == [[3, 0, 0], [0, 1, 0], [0, 1, 1]]
    assert ids(page) == ["yes/ada_nohash_0.wav"]
    told[0].on_action()
    qtbot.waitUntil(lambda: len(told) == 2, timeout=WAIT_MS)
    assert told[1].level == "info"
    assert page.workspace.results.target.matrix(0).tolist() == [[2, 0, 0], [1, 1, 0], [0, 1, 1]]
    qtbot.waitUntil(lambda: not page.state.jobs, timeout=WAIT_MS)
    assert {item.id for item in scan(dataset, DataSpec()).items} == {item.id for item in page.state.manifest.items}


def test_an_undo_that_is_not_the_last_change_any_more_is_refused(qtbot, page, dataset):
    from seqclass.data.edits.editing import AddClass, Edits

    told = []
    page.state.message_posted.connect(told.append)
    page.workspace.results.items.label_wanted.emit(2, "no")
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT_MS)
    Edits(dataset).apply(AddClass("later"))
    told[0].on_action()
    qtbot.waitUntil(lambda: len(told) == 2, timeout=WAIT_MS)
    assert told[1].level == "warn"
    assert (dataset / "later").is_dir()
    qtbot.waitUntil(lambda: not page.state.jobs, timeout=WAIT_MS)


@pytest.mark.parametrize(("what", "suffix"), [("report", ".json"), ("matrix", ".csv"), ("items", ".csv")])
def test_a_report_is_saved_where_the_person_says(qtbot, page, dialogs, tmp_path, what, suffix):
    dialogs.answers = [tmp_path / what]
    with qtbot.waitSignal(page.state.message_posted, timeout=WAIT_MS):
        page.workspace._export(what)
    assert (tmp_path / f"{what}{suffix}").stat().st_size > 20


def test_notes_are_read_behind_their_button(page, dialogs):
    page.workspace.results.summary.notes_wanted.emit()
    assert "The speakers are the same." in dialogs.asked[-1]


def test_another_model_takes_the_results_away(qtbot, page):
    with qtbot.waitSignal(page.state.bundle_changed, timeout=WAIT_MS):
        page.state.open_bundle(page.state.bundle.path)
    assert page.workspace.results.facts is None
    assert page.workspace._stack.currentWidget() is page.workspace._empty


def test_another_folder_is_chosen_by_a_dialog(page, dialogs, tmp_path):
    (tmp_path / "others").mkdir()
    dialogs.answers = [tmp_path / "others"]
    workspace = page.workspace
    workspace._take_folder(workspace._folders.count() - 1)
    assert workspace.folder == tmp_path / "others"
    workspace._take_folder(workspace._folders.count() - 1)  # cancelled: what was chosen stays
    assert workspace.folder == tmp_path / "others"


def test_several_targets_have_a_chooser(page, items):
    outputs = [{"label": one, "age": (30.0 + 3 * n,)} for n, one in enumerate(PROBABILITIES)]
    workspace = page.workspace
    workspace.show_facts(evaluate_facts.evaluated(answers_of(items, targets=(DIGITS, AGE), outputs=outputs), RESULT))
    assert workspace._targets.isVisible()
    workspace._targets.setCurrentIndex(1)
    workspace._targets.activated.emit(1)
    assert workspace.results.target.is_number
    assert workspace.results.scatter.isVisible()
    assert not workspace.results.tabs.isTabVisible(0)
    workspace.results.scatter.grab()
    workspace.results.scatter.chosen.emit(3)
    assert workspace.results.items.table.key == 3


def test_of_very_many_items_the_worst_are_listed_and_a_click_finds_the_others(page, items, monkeypatch):
    monkeypatch.setattr("gui.pages.evaluate.items.N_LISTED", 2)
    outputs = [{"age": (30.0 + 3 * n,)} for n in range(6)]
    workspace = page.workspace
    workspace.show_facts(evaluate_facts.evaluated(answers_of(items, targets=(AGE,), outputs=outputs), RESULT))
    assert workspace.results.items.table.keys == [5, 4]
    workspace.results.scatter.chosen.emit(1)
    assert workspace.results.items.table.keys == [1, 5]
    assert workspace.results.items.table.key == 1


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_results_fit_the_smallest_window_in_every_language(qtbot, page, window, language):
    window.state.change_settings(language=language)
    window.resize(window.minimumSize())
    results = page.workspace.results
    for tab in range(results.tabs.count()):
        results.tabs.setCurrentIndex(tab)

        wait_until_whole(qtbot, page)
        qtbot.waitUntil(lambda: window.width() == window.minimumSize().width(), timeout=WAIT_MS)
    assert not nameless(page)


def test_made_up_answers_are_as_those_of_a_job(items):
    answers = answers_of(items)
    assert msgspec.json.decode(msgspec.json.encode(answers.head), type=AnswersHead) == answers.head
    assert make_bundle().card.targets[0] == DIGITS


# Slices, and another model


def test_items_are_divided_by_what_is_known_of_them(qtbot, page):
    slices = page.workspace.results.slices
    assert slices._choice.itemText(0) == "Speaker or group"
    assert slices.table.keys == ["ada", "bob"]
    assert [text for text, _ in slices.table._given[0][1]][::3] == ["ada", "3"]
    slices.table.choose("bob")
    results = page.workspace.results
    assert results.items._heading.text() == "Speaker or group: bob, worst first"
    assert {results.facts.item(key).group for key in results.items.table.keys} == {"bob"}


def test_parts_are_drawn_with_their_intervals_where_there_is_room(page, window):
    window.resize(1280, 900)
    page.workspace.results.tabs.setCurrentIndex(2)
    plot = page.workspace.results.slices.plot
    assert plot.isVisible()
    assert plot.accessibleDescription() == "ada: 33.33 %; bob: 100 %"
    colours = plot.grab().toImage()
    found = {colours.pixelColor(x, y).name() for x in range(0, colours.width(), 2) for y in range(0, colours.height(), 2)}
    assert theme.colours().data[0] in found


def test_a_column_of_the_manifest_divides_the_items(tmp_path, items):
    rows = [
        "file,label,room",
        *(f"{item.id},{item.targets['label']},{'hall' if n < 2 else 'car'}" for n, item in enumerate(items)),
    ]
    (tmp_path / "manifest.csv").write_text("\n".join(rows), encoding="utf-8")
    facts = evaluate_facts.evaluated(answers_of(items, root=tmp_path), RESULT)
    room = next(one for one in facts.slicings if one.name == "room")
    assert (room.kind, room.order) == ("column", ("car", "hall"))


BETTER = (*PROBABILITIES[:2], (0.1, 0.8, 0.1), (0.6, 0.3, 0.1), (0.2, 0.1, 0.7), PROBABILITIES[5])


@pytest.fixture
def other(page):
    """What a model has said that does two items right that the first one had wrong, and one the other way round."""
    answers = answers_of(page.state.manifest.items, root=page.state.manifest.root, outputs=[{"label": one} for one in BETTER])
    head = msgspec.structs.replace(answers.head, bundle="/m/better.seqclass")
    return evaluate_facts.evaluated(answers._replace(head=head), RESULT)


def test_items_that_changed_sides_are_listed_with_both_answers(page, other):
    results = page.workspace.results
    results.show_pair(evaluate_pairs.paired(results.facts, other))
    compare = results.compare
    assert {flip: texts[1][0] for flip, texts in compare.flips._given} == {
        "second": "2",
        "first": "1",
        "neither": "0",
        "both": "3",
    }
    assert [text for text, _ in compare.flips._given[0][1]] == ["Only better is right", "2", "33.3 %"]
    assert ids(page) == ["stop/ada_nohash_0.wav", "yes/ada_nohash_0.wav"]  # the surest of the wrong label first
    assert [text for text, _ in results.items.table._given[0][1]][1:] == ["stop", "no", "stop"]
    assert "chance alone" in compare._verdict.text()
    compare.classes.choose("stop")
    assert "What was stop" in results.items._heading.text()
    compare.flips.choose("first")
    assert ids(page) == ["stop/bob_nohash_0.wav"]


def test_a_corrected_label_counts_for_both_models(qtbot, page, other):
    results = page.workspace.results
    results.show_pair(evaluate_pairs.paired(results.facts, other))
    with qtbot.waitSignal(page.workspace.doing.facts_changed, timeout=WAIT_MS):
        results.items.label_wanted.emit(2, "no")
    assert results.compare._result.comparison.n_first == 2  # that item was theirs, now it is the first one's
    qtbot.waitUntil(lambda: not page.state.jobs, timeout=WAIT_MS)


def test_numbers_are_compared_by_which_model_is_nearer(items):
    def said(step):
        outputs = [{"age": (30.0 + step * n,)} for n in range(6)]
        return evaluate_facts.evaluated(answers_of(items, targets=(AGE,), outputs=outputs), RESULT)

    first, second = said(3), said(2.5)
    pair = evaluate_pairs.paired(first, second)
    assert pair.names == ("words", "words (2)")
    found = pair.of(first.targets[0])
    assert found.flips["second"].tolist() == [5, 4, 3, 2, 1]
    assert (found.comparison.first, found.comparison.second) == (2.5, 1.25)
    assert found.said[5] == "42.5"


def test_a_model_with_another_question_cannot_be_compared(page, items):
    results = page.workspace.results
    outputs = [{"age": (30.0,)} for _ in range(6)]
    answers = answers_of(page.state.manifest.items, targets=(AGE,), outputs=outputs)
    answers = answers._replace(
        items=tuple(
            msgspec.structs.replace(one, item=msgspec.structs.replace(one.item, targets={"age": 1.0})) for one in answers.items
        )
    )
    results.show_pair(evaluate_pairs.paired(results.facts, evaluate_facts.evaluated(answers, RESULT)))
    assert "nothing to compare" in results.compare._hint.text()


def test_another_model_is_asked_the_same_items_by_a_real_worker(qtbot, window, page, dialogs, bundle_file, tmp_path):
    other = tmp_path / "other.seqclass"
    write_bundle(other, make_bundle(seed=3))
    page.workspace.evaluate()
    qtbot.waitUntil(lambda: page.workspace._worker is None, timeout=WAIT_MS)
    dialogs.answers = [other]
    compare = page.workspace.results.compare
    compare._take_choice(compare._choice.count() - 1)
    assert not compare._choice.isEnabled()
    qtbot.waitUntil(lambda: page.workspace.results.pair is not None, timeout=WAIT_MS)
    assert page.workspace.results.pair.names == ("words", "other")
    assert compare._result.comparison.n_items == 6
    assert compare._choice.currentText() == "other"
