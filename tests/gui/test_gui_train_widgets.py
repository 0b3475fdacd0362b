"""The parts of the Train page by themselves: settings form, curves, list of runs."""

from __future__ import annotations

import math
import re

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit

from gui import theme
from gui.widgets import setting_texts
from gui.widgets.curves import Chart, Series, _epoch_ticks, _span
from gui.widgets.run_curves import RunCurves, RunCurvesView
from gui.widgets.run_list import NOTE, SCORE, SHOW, STARTED, RunList, RunRow
from gui.widgets.setting_values import KINDS, TARGETS, SettingValues, shape_of, text_of
from gui.widgets.settings_form import SettingsForm
from seqclass.events import EpochEnded
from seqclass.settings import describe, merge, resolve
from seqclass.training.presets import PRESETS, settings_of
from seqclass.training.schedule import plan

WAIT_MS = 20_000


@pytest.fixture
def form(qtbot):
    made = SettingsForm()
    qtbot.addWidget(made)
    made.resize(380, 700)
    with qtbot.waitExposed(made, timeout=WAIT_MS):
        made.show()
    qtbot.waitUntil(lambda: not made._waiting, timeout=WAIT_MS)  # rows are made bit by bit
    return made


def open_all(qtbot, form):
    for group in form._groups:
        group.head.setChecked(True)
    qtbot.waitUntil(lambda: not form._waiting, timeout=WAIT_MS)


def texts(widget):
    return [one.text() for one in widget.findChildren(QLabel) if not one.isHidden() and one.text()]


# Settings


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_has_every_setting_once_with_its_default_and_help(qtbot, form, kind):
    form.set_values(SettingValues(kind))
    open_all(qtbot, form)
    rows = form.rows()
    assert sorted(rows) == sorted(["data.targets", *(one.name for one in describe(kind))])
    for one in describe(kind):
        shown = "\n".join(texts(rows[one.name]))
        assert one.help in shown
        assert "Default: " in shown
        for sign, limit in shape_of(one).limits.items():
            assert limit in shown, (one.name, sign)


@pytest.mark.parametrize("kind", KINDS)
def test_every_setting_has_a_name_and_an_explanation_to_translate(kind):
    for one in (TARGETS, *describe(kind)):
        assert one.name in setting_texts.NAMES
        assert one.help in setting_texts.HELP


@pytest.mark.parametrize("kind", KINDS)
def test_an_untouched_form_is_the_defaults_and_without_mistakes(kind):
    values = SettingValues(kind)
    assert (values.own(), values.changed(), values.errors()) == ({}, [], {})


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_is_possible_for_every_kind_and_comes_back_through_the_form(kind, preset):
    given = settings_of(preset, kind, 600)
    values = SettingValues(kind)
    values.replace(given)
    assert values.errors() == {}
    assert resolve(values.settings(), kind) == resolve(given, kind)


def test_a_quick_look_takes_a_quarter_and_a_thorough_run_twice_the_epochs():
    epochs = {preset: settings_of(preset, "speech", 600).get("training", {}).get("epochs") for preset in PRESETS}
    usual = plan(resolve({}, "speech").training, 600).epochs
    assert epochs == {"quick": math.ceil(usual / 4), "default": None, "thorough": 2 * usual, "tutorial": None}


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (True, "true"), (0.002, "0.002"), (1e-6, "1e-06"), (60.0, "60"), ((128, 64), "128, 64"), ("max", "max")],
)
def test_values_are_written_as_people_write_them(value, text):
    assert text_of(value) == text


def test_how_the_folder_is_read_goes_into_the_job_and_is_no_change():
    base = {"data": {"pattern": "{label}_{take}.wav", "targets": [{"name": "age", "kind": "number"}]}}
    values = SettingValues("speech", base)
    assert values.texts["data.targets"] == "age:number"
    assert values.changed() == []
    values.set_text("training.epochs", "5")
    assert values.settings() == merge(base, {"training": {"epochs": 5}})
    assert values.own() == {"training": {"epochs": 5}}


def test_what_was_typed_is_marked_counted_and_reset(qtbot, form):
    row = form.rows()["training.epochs"]
    row.editor.setFocus()
    with qtbot.waitSignal(form.changed, timeout=WAIT_MS):
        qtbot.keyClicks(row.editor, "7")
    assert form.values.own() == {"training": {"epochs": 7}}
    assert row._mark.is_on
    assert row.editor.accessibleName() == "Epochs, changed"
    assert form._groups[0].head.text() == "Most used · 1 changed"
    qtbot.mouseClick(row._reset, Qt.MouseButton.LeftButton)
    assert (form.values.own(), row.editor.text(), row._mark.is_on) == ({}, "", False)
    assert form._groups[0].head.text() == "Most used"


def test_the_same_value_in_other_words_is_no_change(form):
    for setting in ("training.learning_rate", "training.seed", "model.lstm", "data.test_share"):
        text = form.values.default(setting)
        form.values.set_text(setting, f" {text.replace(', ', ',')}{'0' if '.' in text else ''} ")
    assert form.values.changed() == []


@pytest.mark.parametrize(
    ("setting", "text"),
    [("training.epochs", "many"), ("training.learning_rate", "0"), ("model.lstm", ""), ("model.pooling", "min")],
)
def test_a_value_that_is_not_possible_is_named_beside_its_field(qtbot, form, setting, text):
    row = form.rows()[setting]
    row.editor.clear()
    qtbot.keyClicks(row.editor, text) if text else row.edited.emit(setting, "")
    qtbot.waitUntil(lambda: not row._error.isHidden(), timeout=WAIT_MS)
    assert setting in row._error.text()
    assert row.editor.property("kind") == "bad"
    row.reset.emit(setting)
    qtbot.waitUntil(row._error.isHidden, timeout=WAIT_MS)


def test_settings_that_do_not_go_together_are_named_beside_one_of_them(qtbot, form):
    form.values.set_text("features.n_mfcc", "40")
    assert list(form.check()) == ["features.n_mfcc"]
    form.reveal("features.n_mfcc")
    row = form.rows()["features.n_mfcc"]
    assert "must not exceed n_mels" in row._error.text()
    assert row.editor.hasFocus()


def test_searching_shows_what_is_alike_in_name_or_explanation_alone(qtbot, form):
    qtbot.keyClicks(form.search, "mel bands")
    qtbot.waitUntil(lambda: not form._waiting, timeout=WAIT_MS)
    shown = {setting for setting, row in form.rows().items() if row.isVisible()}
    assert shown == {"features.n_mels", "features.f_min_hz", "features.f_max_hz"}
    qtbot.keyClicks(form.search, " zzz")
    assert "No setting is like that." in texts(form)
    qtbot.keyClick(form.search, Qt.Key.Key_Escape)
    assert form.search.text() == ""
    assert [group.key for group in form._groups if group.head.isChecked()] == ["essentials"]


def test_only_what_was_changed_can_be_shown(qtbot, form):
    form.values.set_text("features.n_mels", "30")
    form.refresh()
    form._only_changed.click()
    qtbot.waitUntil(lambda: not form._waiting, timeout=WAIT_MS)
    assert [setting for setting, row in form.rows().items() if row.isVisible()] == ["features.n_mels"]


def test_differences_to_another_run_are_marked_and_listed(qtbot, form):
    settings = {"training": {"epochs": 15}, "model": {"lstm": [64]}}
    form.values.replace(settings)
    form.set_reference("words-2", settings)
    assert form.differences() == []
    row = form.rows()["training.epochs"]
    row.editor.clear()
    qtbot.keyClicks(row.editor, "20")
    assert form.differences() == ["training.epochs"]
    assert "In words-2: 15" in texts(row)
    form.set_reference("", None)
    assert not [text for text in texts(row) if text.startswith("In ")]


def test_another_kind_of_data_has_its_own_settings(qtbot, form):
    form.set_values(SettingValues("text"))
    open_all(qtbot, form)
    assert "features.tokenizer" in form.rows()
    assert "features.n_mels" not in form.rows()
    assert "augmentation.warp" in form._groups[-1].names  # of speech alone


def test_the_wheel_scrolls_the_form_and_changes_nothing(qtbot, form):
    open_all(qtbot, form)
    for box in form.findChildren(QComboBox):
        event = QWheelEvent(
            QPointF(5, 5), box.mapToGlobal(QPointF(5, 5)), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(box, event)
    assert form.values.changed() == []


def test_every_field_says_what_it_is(qtbot, form):
    open_all(qtbot, form)
    for row in form.rows().values():
        assert row.editor.accessibleName()
        assert row.editor.accessibleDescription() in texts(row)  # the default included
    assert {type(row.editor) for row in form.rows().values()} >= {QLineEdit}


# Curves


def epoch(number, *, loss=1.0, accuracy=0.5, is_best=True, total=10, **more):
    return EpochEnded(
        epoch=number, epochs=total, train={"loss": 2 * loss, "label.accuracy": accuracy / 2},
        validation={"loss": loss, "label.accuracy": accuracy}, learning_rate=1e-3, is_best=is_best, seconds=1.0, eta_s=1.0, **more,
    )  # fmt: skip


@pytest.fixture
def chart(qtbot):
    made = Chart()
    qtbot.addWidget(made)
    made.resize(400, 260)
    made.set_texts(title="Loss", x_title="Epoch", epoch="Epoch {n}", empty="Nothing yet")
    made.cursor_moved.connect(made.set_cursor)
    with qtbot.waitExposed(made, timeout=WAIT_MS):
        made.show()
    return made


def test_a_chart_reads_the_epoch_under_the_mouse(qtbot, chart):
    chart.set_series([Series("Validation", 0, tuple((float(n), 1 / n) for n in range(1, 11)))])
    qtbot.mouseMove(chart, chart._plane.place(4.2, 0.5).toPoint())
    assert [line[:2] for line in chart.readings()] == [("Validation", "0.25")]
    assert chart.accessibleDescription() == "Validation 0.25"


def test_keys_go_from_epoch_to_epoch(qtbot, chart):
    chart.set_series([Series("Validation", 0, ((1.0, 0.9), (2.0, 0.5), (3.0, 0.4)))])
    for key, number in (
        (Qt.Key.Key_Left, 3),
        (Qt.Key.Key_Left, 2),
        (Qt.Key.Key_Right, 3),
        (Qt.Key.Key_Right, 3),
        (Qt.Key.Key_Home, 1),
    ):
        qtbot.keyClick(chart, key)
        assert chart.epoch == number


def test_a_chart_draws_its_curves_in_their_colours(qtbot, chart):
    chart.set_series([Series("a", 1, ((1.0, 1.0), (2.0, 1.0), (3.0, 1.0)))])
    picture = chart.grab().toImage()
    place = chart._plane.place(1.5, 1.0).toPoint() * picture.devicePixelRatio()
    assert picture.pixelColor(place) == QColor(theme.colours().data[1])


def test_a_loss_that_is_no_number_is_left_out_and_draws_the_rest(chart):
    chart.set_series([Series("a", 0, ((1.0, 1.0), (2.0, math.nan), (3.0, math.inf), (4.0, 0.5)))])
    chart.grab()
    chart.set_cursor(2.0)
    assert chart.readings() == []


@pytest.mark.parametrize("values", [[0.0], [1.0, 1.0], [1e-12, 1e-9], [1e6, 3e6], [-2.0, 5.0], [0.4, 2.6]])
def test_an_axis_holds_all_values_and_has_round_numbers(values):
    (low, high), ticks = _span(values, is_share=False, n_ticks=4)
    assert low <= min(values) <= max(values) <= high
    assert 2 <= len(ticks) <= 12
    assert all(re.fullmatch(r"-?\d[\d.]*(e[+-]?\d+)?", f"{tick:.6g}") for tick in ticks)


def test_shares_stay_within_nought_and_one():
    assert _span([0.93, 1.0], is_share=True, n_ticks=4)[0][1] == 1.0
    assert _span([0.0, 0.02], is_share=True, n_ticks=4)[0][0] == 0.0


@pytest.mark.parametrize("last", [1, 2, 3, 7, 10, 23, 60, 61, 200, 1000])
def test_ticks_of_epochs_begin_with_1_and_end_with_the_last(last):
    ticks = _epoch_ticks(last, 6)
    assert ticks[0] == 1
    assert ticks[-1] == max(1, last)
    assert ticks == sorted(set(ticks))


def test_both_charts_share_one_cursor_and_name_what_they_show(qtbot):
    view = RunCurvesView()
    qtbot.addWidget(view)
    view.set_runs([RunCurves("one", 0, (epoch(1), epoch(2, loss=0.5, accuracy=0.75)), n_epochs=10)])
    view.loss.cursor_moved.emit(2.0)
    assert [line[:2] for line in view.loss.readings()] == [("Validation", "0.5"), ("Training", "1")]
    assert [line[:2] for line in view.figure.readings()] == [("Validation", "75.0 %"), ("Training", "37.5 %")]
    assert view.loss.accessibleName() == "Chart of Loss by epoch"
    assert view.loss._x == (1.0, 10.0)  # what is still to come is room on the axis


def test_curves_of_several_runs_are_told_apart_by_name_and_colour(qtbot):
    view = RunCurvesView()
    qtbot.addWidget(view)
    view.set_runs([RunCurves("one", 0, (epoch(1),)), RunCurves("two", 3, (epoch(1, is_best=False),))])
    made = view.loss.series
    assert [(one.label, one.colour, one.is_dashed, one.best) for one in made] == [
        ("one, validation", 0, False, 1),
        ("one, training", 0, True, None),
        ("two, validation", 3, False, None),
        ("two, training", 3, True, None),
    ]


def test_with_several_targets_the_figure_is_a_choice(qtbot):
    view = RunCurvesView()
    qtbot.addWidget(view)
    one = epoch(1)
    two = EpochEnded(
        epoch=1, epochs=1, train={}, validation={"loss": 1.0, "digit.accuracy": 0.5, "age.mae": 3.0}, learning_rate=1e-3,
        is_best=True, seconds=1, eta_s=0,
    )  # fmt: skip
    view.set_runs([RunCurves("one", 0, (one,))])
    assert [view._choice.itemText(index) for index in range(view._choice.count())] == ["Accuracy", "Learning rate"]
    view.set_runs([RunCurves("two", 0, (two,))])
    names = [view._choice.itemText(index) for index in range(view._choice.count())]
    assert names == ["Accuracy: digit", "Mean absolute error: age", "Learning rate"]
    view._choice.setCurrentIndex(1)
    assert view.figure.series[0].points == ((1.0, 3.0),)
    assert view.figure.shown(3.0) == "3"


@pytest.fixture
def curves(qtbot):
    view = RunCurvesView()
    qtbot.addWidget(view)
    view.resize(700, 320)
    view.show()
    view.set_runs([RunCurves("one", 0, tuple(epoch(n, loss=4.0 / n, accuracy=n / 10) for n in range(1, 9)))])
    return view


def test_smoothing_draws_averages_and_reads_what_was_true(curves):
    curves._smoothings.actions()[1].trigger()
    loss = curves.loss.series[0]
    assert loss.smooth[0] == (1.0, 4.0)
    assert loss.smooth[-1][1] > loss.points[-1][1]
    curves.loss.set_cursor(8.0)
    assert curves.loss.readings()[0][1] == "0.5"
    curves._smoothings.actions()[0].trigger()
    assert curves.loss.series[0].smooth == ()


def test_a_loss_by_factors_has_ticks_at_round_numbers(curves):
    curves._log.trigger()
    low, high = curves.loss._y
    assert 0 < low < 0.5
    assert high > 8.0
    assert curves.loss._y_ticks == [0.5, 1, 2, 5]
    assert curves.figure._y[0] == 0.0
    curves.loss.set_series([Series("a", 0, ((1.0, 0.0), (2.0, 3.0), (3.0, math.nan)))])
    curves.loss.grab()


def test_the_training_part_can_be_left_out(qtbot, curves):
    with qtbot.waitSignal(curves.drawing_changed, timeout=WAIT_MS) as caught:
        curves._training.trigger()
    assert not caught.args[0].has_training
    assert [one.label for one in curves.loss.series] == ["Validation"]


def test_the_learning_rate_is_a_figure_too(curves):
    curves._choice.setCurrentIndex(1)
    assert curves.figure.series[0].points[0] == (1.0, 1e-3)
    assert curves.figure.title == "Learning rate"


def test_a_picture_holds_the_charts_in_double_size(curves):
    picture = curves.picture().toImage()
    assert picture.width() == 2 * curves.width()
    colours = {picture.pixelColor(x, y).name() for x in range(0, picture.width(), 3) for y in range(0, picture.height(), 3)}
    assert theme.colours().data[0] in colours


# Runs


@pytest.fixture
def listed(qtbot):
    made = RunList()
    qtbot.addWidget(made)
    made.resize(760, 240)
    made.set_rows(
        [
            RunRow(id="a", title="words-1", state="finished", started="2026-11-20 10:00", score=0.9, score_text="90.0 %", loss=0.4),
            RunRow(id="b", title="words-2", state="stopped", started="2026-11-21 10:00", score=0.95, score_text="95.0 %", loss=0.3),
            RunRow(id="c", title="words-3", state="unfinished", started="2026-11-22 10:00"),
        ],
        {"a": 2},
    )  # fmt: skip
    with qtbot.waitExposed(made, timeout=WAIT_MS):
        made.show()
    return made


def shown_order(listed):
    model = listed.model()
    return [model.data(model.index(row, 1)) for row in range(model.rowCount())]


def test_runs_are_sorted_by_date_or_by_validation(listed):
    assert shown_order(listed) == ["words-3", "words-2", "words-1"]
    listed.sortByColumn(SCORE, Qt.SortOrder.DescendingOrder)
    assert shown_order(listed) == ["words-2", "words-1", "words-3"]
    listed.sortByColumn(STARTED, Qt.SortOrder.AscendingOrder)
    assert shown_order(listed) == ["words-1", "words-2", "words-3"]


def test_runs_of_one_minute_are_in_the_order_of_their_ids(listed):
    rows = [RunRow(id=one, title=one, state="finished", started="2026-11-20 10:00") for one in ("2-b", "2-a", "live", "2-c")]
    listed.set_rows(rows, {})
    assert shown_order(listed) == ["live", "2-c", "2-b", "2-a"]


def test_an_error_sorts_the_other_way_round_than_an_accuracy(listed):
    listed.set_rows(
        [
            RunRow(id="a", title="far", state="finished", started="1", score=9.0, is_error=True),
            RunRow(id="b", title="near", state="finished", started="2", score=2.0, is_error=True),
        ],
        {},
    )
    listed.sortByColumn(SCORE, Qt.SortOrder.DescendingOrder)
    assert shown_order(listed) == ["near", "far"]


def test_keys_tick_open_and_delete_the_run_that_is_looked_at(qtbot, listed):
    listed.select("b")
    for key, signal, values in (
        (Qt.Key.Key_Space, listed.show_changed, ["b", True]),
        (Qt.Key.Key_Return, listed.opened, ["b"]),
        (Qt.Key.Key_Delete, listed.delete_wanted, ["b"]),
    ):
        with qtbot.waitSignal(signal, timeout=WAIT_MS) as caught:
            qtbot.keyClick(listed, key)
        assert caught.args == values


def test_a_tick_by_the_mouse_asks_for_the_curves(qtbot, listed):
    model = listed.model()
    with qtbot.waitSignal(listed.show_changed, timeout=WAIT_MS) as caught:
        assert model.setData(model.index(2, SHOW), Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    assert caught.args == ["a", False]


def test_f2_writes_a_note(qtbot, listed):
    listed.select("b")
    qtbot.keyClick(listed, Qt.Key.Key_F2)
    field = listed.findChild(QLineEdit)
    qtbot.keyClicks(field, "the small one")
    with qtbot.waitSignal(listed.note_changed, timeout=WAIT_MS) as caught:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert caught.args == ["b", "the small one"]


def test_the_selection_stays_when_figures_change_or_runs_are_added(listed):
    listed.select("a")
    listed.set_rows([RunRow(id=one, title=one, state="finished", started=one) for one in "abcd"], {})
    assert listed.selected() == "a"


def test_all_columns_fit_into_an_ordinary_window(listed):
    assert sum(listed.columnWidth(place) for place in range(NOTE)) <= listed.viewport().width() - 60
