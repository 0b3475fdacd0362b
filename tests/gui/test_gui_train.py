"""The Train page: from settings to a model, by a worker that says what a real one has said."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import msgspec
import pytest
from looks import nameless, wait_until_whole
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel
from support import write_bundle

from gui.pages.train.live import LIVE
from gui.settings import Settings
from gui.worker_process import WorkerProcess
from seqclass.data import runs as stored_runs
from seqclass.data.project import project_dir
from seqclass.events import Alarm, EpochEnded, Finished, Note, encode
from seqclass.settings import resolve
from seqclass.specs import Job, TrainJob
from seqclass.training import runs as training_runs

FIRST_PAGE = "train"
WAIT_MS = 20_000


def epoch(number, *, total=4, accuracy=0.5, is_best=True):
    return EpochEnded(
        epoch=number, epochs=total, train={"loss": 2.0 / number, "label.accuracy": accuracy / 2},
        validation={"loss": 1.0 / number, "label.accuracy": accuracy}, learning_rate=1e-3, is_best=is_best, seconds=1.0,
        eta_s=float(total - number),
    )  # fmt: skip


def add_run(dataset, title, *, state="finished", events=(), has_model=True, has_checkpoint=False, **settings):
    """A run as a training leaves it."""
    place = project_dir(dataset)
    out = place / "runs" / f"{title}.seqclass"
    run = training_runs.create(place, out=str(out), config=resolve(settings, "speech"), data="d")
    record = run.recording(lambda _: None)
    for event in events or [epoch(1, accuracy=0.5), epoch(2, accuracy=0.75), epoch(3, accuracy=0.7, is_best=False)]:
        record(event)
    if has_model:
        write_bundle(out)
    if state != "running":
        run.end(state, {})
    elif has_checkpoint:
        (run.folder / "checkpoint.npz").write_bytes(b"x")
    return run.name


@pytest.fixture
def train(qtbot, open_data, window, dataset):
    """The page with a data set."""
    window.show_page("train")
    open_data(window.state, dataset)
    page = window.page("train")
    wait_for_runs(qtbot, page, 0)
    return page


def wait_for_runs(qtbot, page, count):
    qtbot.waitUntil(lambda: len(page.state.runs) == len(page._board.found) == count, timeout=WAIT_MS)


def show_runs(qtbot, page, count):
    page.state.refresh_runs()
    wait_for_runs(qtbot, page, count)


@pytest.fixture
def worker_says(monkeypatch, fake_worker, tmp_path, bundle_file):
    """Makes trainings of what is given: events, then lines of Python; ``ends()`` is a bundle where it was wanted."""

    def make(*events, then="ends()"):
        recorded = tmp_path / "recorded.jsonl"
        recorded.write_bytes(b"".join(encode(event) + b"\n" for event in events))
        program = fake_worker(
            f"""
import shutil
spec = json.loads(job)
open({str(tmp_path / "job.json")!r}, "w").write(job)
def ends():
    os.makedirs(os.path.dirname(spec["out"]), exist_ok=True)
    shutil.copy({str(bundle_file)!r}, spec["out"])
    print(json.dumps({{"event": "finished", "bundle": spec["out"], "run": "x", "stopped": False, "epochs": 2, "metrics": {{}}}}))
print(open({str(recorded)!r}).read(), end="", flush=True)
{then}
"""
        )
        monkeypatch.setattr(
            "gui.jobs.WorkerProcess", lambda job, title, parent=None: WorkerProcess(job, title, parent, program=program)
        )

    def job() -> TrainJob:
        return msgspec.json.decode((tmp_path / "job.json").read_bytes(), type=Job)

    make.job = job
    return make


def press(qtbot, button):
    assert button.isVisible()
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def all_texts(widget):
    return [one.text() for one in widget.findChildren(QLabel) if one.isVisible()]


def live_of(page):
    return page._live


# Before the start


def test_a_data_set_makes_the_page_ready_to_start(train):
    assert train._setup.isVisible()
    assert train._setup.start_button.isEnabled()
    assert "6 items · 3 classes" in all_texts(train)
    assert "Nothing trained yet" in all_texts(train)
    assert train._setup.target().name == "words-1.seqclass"
    assert train._setup.target().parent == project_dir(train.state.dataset) / "runs"


def test_a_data_set_that_cannot_be_learned_from_is_named_before_anybody_waits(qtbot, window, tmp_path):
    (tmp_path / "one" / "yes").mkdir(parents=True)
    for name in "ab":
        (tmp_path / "one" / "yes" / f"{name}.txt").write_text(name)
    window.show_page("train")
    window.state.open_dataset(tmp_path / "one")
    page = window.page("train")
    qtbot.waitUntil(lambda: "at least 2 classes" in page._setup._trouble.text(), timeout=WAIT_MS)
    assert not page._setup.start_button.isEnabled()
    qtbot.waitUntil(lambda: not window.state.jobs, timeout=WAIT_MS)


def test_a_folder_without_anything_to_train_on_leads_to_collect(qtbot, window, tmp_path):
    (tmp_path / "mixed" / "a").mkdir(parents=True)
    (tmp_path / "mixed" / "a" / "x.txt").write_text("hello")
    (tmp_path / "mixed" / "a" / "y.npy").write_bytes(b"")
    window.show_page("train")
    page = window.page("train")
    with qtbot.waitSignal(window.state.message_posted, timeout=WAIT_MS):
        window.state.open_dataset(tmp_path / "mixed")
    qtbot.waitUntil(lambda: "This folder cannot be trained on" in all_texts(page), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not window.state.jobs, timeout=WAIT_MS)
    press(qtbot, page._empty.buttons[0])
    assert window._current == "collect"


@pytest.mark.parametrize(
    ("title", "says"),
    [("", "Give the model a name."), ("a/b", "A model's name cannot hold /"), ("words-1", "There is a model")],
)
def test_a_name_that_cannot_be_used_is_refused_before_the_start(qtbot, train, title, says):
    add_run(train.state.dataset, "words-1")
    show_runs(qtbot, train, 1)
    field = train._setup.name_field
    assert field.text() == "words-2"
    field.clear()
    qtbot.keyClicks(field, title) if title else field.textEdited.emit("")
    assert says in train._setup._trouble.text()
    assert not train._setup.start_button.isEnabled()


def test_a_mistake_in_the_settings_keeps_the_start_back_and_is_shown_by_a_button(qtbot, train):
    train._setup.form.values.set_text("augmentation.snr_min_db", "50")
    train._setup.form.refresh()
    train._setup._on_changed()
    assert "Loudest noise" in train._setup._trouble.text()
    assert not train._setup.start_button.isEnabled()
    press(qtbot, train._setup._show_trouble)
    assert train._setup.form.rows()["augmentation.snr_min_db"].editor.hasFocus()


def test_presets_fill_the_form_and_ones_own_settings_come_back(qtbot, train):
    setup = train._setup
    setup.form.values.set_text("training.epochs", "7")
    setup.form.refresh()
    setup._on_changed()
    assert setup._preset.currentData() == "own"
    setup._preset.setCurrentIndex(setup._preset.findData("tutorial"))
    setup._preset.activated.emit(setup._preset.currentIndex())
    assert setup.form.values.own()["model"]["pooling"] == ("last",)
    setup._preset.setCurrentIndex(setup._preset.findData("own"))
    setup._preset.activated.emit(setup._preset.currentIndex())
    assert setup.form.values.own() == {"training": {"epochs": 7}}


def test_presets_are_cards_until_somebody_wants_all_settings(qtbot, train):
    setup = train._setup
    assert setup.cards.isVisible()
    assert not setup.form.search.isVisible()
    press(qtbot, setup.cards._buttons["quick"])
    assert setup.form.values.own()["model"] == {"lstm": (128,)}
    assert "LSTM units 128" in setup.cards._texts["quick"].text()
    qtbot.mouseClick(setup.cards._texts["default"], Qt.MouseButton.LeftButton)
    assert setup.form.values.own() == {}
    press(qtbot, setup.form.head)
    assert not setup.cards.isVisible()
    qtbot.waitUntil(lambda: "training.epochs" in setup.form.rows(), timeout=WAIT_MS)
    setup.form.rows()["training.epochs"].editor.setFocus()
    qtbot.keyClicks(setup.form.rows()["training.epochs"].editor, "7")
    assert setup.form.head.text() == "All settings · 1 changed"
    press(qtbot, setup.form.head)
    assert setup.cards._buttons["own"].isChecked()
    assert "7 epochs" in setup.cards._texts["own"].text()


def test_a_preset_says_how_long_it_takes_where_a_run_has_measured_it(qtbot, train):
    assert "about" not in train._setup.cards._texts["default"].text()
    add_run(train.state.dataset, "words-1")
    show_runs(qtbot, train, 1)
    epochs = int(train._setup.cards._texts["default"].text().rpartition("\n")[2].split()[0])
    assert f"about {epochs // 60}:{epochs % 60:02d}" in train._setup.cards._texts["default"].text()  # at a second an epoch
    assert "about" not in train._setup.cards._texts["quick"].text()


def test_the_model_may_go_to_another_place(qtbot, train, dialogs, tmp_path, worker_says):
    worker_says(epoch(1))
    dialogs.answers = [tmp_path / "mine"]
    press(qtbot, train._setup._save_as)
    press(qtbot, train._setup.start_button)
    qtbot.waitUntil(lambda: train.state.bundle is not None, timeout=WAIT_MS)
    assert worker_says.job().out == str(tmp_path / "mine.seqclass")
    assert train._setup.out is None  # the next one goes into the project again


# While it runs


def test_a_training_draws_its_curves_and_leaves_its_model_to_all_pages(qtbot, window, train, worker_says):
    worker_says(
        Note(text="Divided by speaker."), epoch(1, accuracy=0.5), epoch(2, accuracy=0.75), then="time.sleep(0.2)\nends()"
    )
    train._setup.form.values.set_text("training.epochs", "2")
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    live = live_of(train)
    assert train._board.list.selected() == LIVE
    qtbot.waitUntil(lambda: len(live.epochs) == 2, timeout=WAIT_MS)
    assert next(one.points for one in train._board.curves.figure.series) == ((1.0, 0.5), (2.0, 0.75))
    assert not train._setup.start_button.isEnabled()
    assert "75.0 %" in all_texts(train._board.card)
    assert "2 / 4" in all_texts(train._board.card)
    assert "Divided by speaker." in train._board._log.toPlainText()
    assert "Epoch 2 of 4 · training loss 1.0000 (37.5 %) · validation loss 0.5000 (75.0 %)" in train._board._log.toPlainText()
    qtbot.waitUntil(lambda: train.state.bundle is not None, timeout=WAIT_MS)
    assert train.state.bundle.path == Path(worker_says.job().out)
    assert worker_says.job().settings == {"training": {"epochs": 2}}
    assert window.messages.messages[0].text == "words-1 is trained: 75.0 % on validation."
    assert train._setup.start_button.isEnabled()


def test_alarms_stand_in_the_log_and_mark_the_card(qtbot, train, worker_says):
    """But a pinned item whose label turns is no reason to worry in the first epochs: it stands in the log alone."""
    flip = Alarm(epoch=1, alarm="flip", text="Epoch 1: a.wav turned from no to yes.", item="a.wav")
    steep = Alarm(epoch=2, alarm="gradient", text="Epoch 2: the gradient reached a norm of 1e+04.")
    worker_says(
        epoch(1), flip, then="sys.stdin.readline()\nprint(open(sys.argv[0] + '.more').read(), flush=True)\ntime.sleep(60)"
    )
    press(qtbot, train._setup.start_button)
    live, board = live_of(train), train._board
    (Path(train.state.jobs[0]._program[-1] + ".more")).write_bytes(encode(steep))
    qtbot.waitUntil(lambda: "Alarm: Epoch 1: a.wav turned" in board._log.toPlainText(), timeout=WAIT_MS)
    assert board.card._facts.state_kind == "muted"
    live.stop()
    qtbot.waitUntil(lambda: "Alarm: Epoch 2: the gradient" in board._log.toPlainText(), timeout=WAIT_MS)
    assert board.card._facts.state_kind == "warn"
    assert "alarms: 1, see the log" in board.card._facts.state
    with qtbot.waitSignal(train.state.job_ended, timeout=WAIT_MS):
        train.state.jobs[0].kill()


def test_stop_asks_once_and_keeps_the_best(qtbot, train, worker_says):
    worker_says(epoch(1), then='assert sys.stdin.readline() == "stop\\n"\nends()')
    press(qtbot, train._setup.start_button)
    qtbot.waitUntil(lambda: bool(live_of(train).epochs), timeout=WAIT_MS)
    press(qtbot, train._board.card.stop)
    assert not train._board.card.stop.isEnabled()
    assert "Stopping: the best so far is measured and kept …" in all_texts(train._board.card)
    qtbot.waitUntil(lambda: train.state.bundle is not None, timeout=WAIT_MS)


def test_cancel_leaves_a_run_that_can_be_gone_on_with(qtbot, window, train, worker_says, dataset):
    name = []
    worker_says(epoch(1), then="sys.stdin.readline()\nsys.exit(130)")
    press(qtbot, train._setup.start_button)
    qtbot.waitUntil(lambda: bool(live_of(train).epochs), timeout=WAIT_MS)
    name.append(add_run(dataset, "words-1", state="running", has_checkpoint=True, has_model=False))
    show_runs(qtbot, train, 1)
    assert [row.id for row in train._board._rows()] == [LIVE]  # the folder is that of the training that runs
    assert len(live_of(train).epochs) == 3  # what was said before is in the folder
    with qtbot.waitSignal(train.state.job_ended, timeout=WAIT_MS):
        press(qtbot, train._board.card.cancel)
    qtbot.waitUntil(lambda: train._board.list.selected() == name[0], timeout=WAIT_MS)
    assert window.messages.messages == ()
    assert "Broken off after epoch 3" in " ".join(all_texts(train._board.card))
    worker_says(epoch(4))
    press(qtbot, train._board.card.resume)
    qtbot.waitUntil(lambda: train.state.bundle is not None, timeout=WAIT_MS)
    job = worker_says.job()
    assert job.resume
    assert job.out.endswith("words-1.seqclass")
    assert resolve(job.settings, "speech") == resolve({}, "speech")


def test_a_new_training_does_not_take_over_an_unfinished_run_of_its_name(qtbot, train, worker_says, dataset):
    name = add_run(dataset, "words-1", state="running", has_checkpoint=True, has_model=False)
    file = project_dir(dataset) / "runs" / name / "spec.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"created": "2026-01-01T12:00:00+00:00"}))
    show_runs(qtbot, train, 1)
    train._setup.set_out(project_dir(dataset) / "runs" / "words-1.seqclass")
    worker_says(epoch(1), then="sys.stdin.readline()\nends()")
    press(qtbot, train._setup.start_button)
    qtbot.waitUntil(lambda: bool(live_of(train).epochs), timeout=WAIT_MS)
    assert len(live_of(train).epochs) == 1
    assert [row.id for row in train._board._rows()] == [name, LIVE]
    press(qtbot, train._board.card.stop)
    qtbot.waitUntil(lambda: train.state.bundle is not None, timeout=WAIT_MS)


def test_a_killed_worker_is_told_with_its_last_lines_and_the_page_lives_on(qtbot, window, train, worker_says, dialogs):
    worker_says(epoch(1), then='print("step 17", file=sys.stderr, flush=True)\ntime.sleep(60)')
    press(qtbot, train._setup.start_button)
    worker = train.state.jobs[0]
    qtbot.waitUntil(lambda: bool(worker.log_lines and live_of(train).epochs), timeout=WAIT_MS)
    with qtbot.waitSignal(train.state.job_ended, timeout=WAIT_MS):
        import os

        os.kill(worker.pid, signal.SIGKILL)
    assert "step 17" in window.messages.messages[0].details
    assert "step 17" in train._board._log.toPlainText()
    assert "ended without a result" in " ".join(all_texts(train._board.card))
    worker_says(epoch(1))
    press(qtbot, train._setup.start_button)
    qtbot.waitUntil(lambda: train.state.bundle is not None, timeout=WAIT_MS)


def test_what_a_training_refuses_stands_on_the_page(qtbot, window, train, worker_says):
    worker_says(then='print(json.dumps({"event": "error", "message": "No such column.", "kind": "DataError"}))')
    with qtbot.waitSignal(train.state.job_ended, timeout=WAIT_MS):
        press(qtbot, train._setup.start_button)
    assert window.messages.messages[0].text == "No such column."
    assert "No such column." in all_texts(train._board.card)
    assert train._setup.start_button.isEnabled()


def test_a_page_that_comes_late_shows_what_has_run_so_far(qtbot, open_data, window, dataset, worker_says):
    open_data(window.state, dataset)
    worker_says(epoch(1), epoch(2), then="time.sleep(60)")
    job = TrainJob(dataset=str(dataset), out=str(dataset / ".seqclass" / "runs" / "tour.seqclass"))
    worker = window.state.start_job(job, "A model for the tour")
    qtbot.waitUntil(lambda: len(worker.epochs) == 2, timeout=WAIT_MS)
    window.show_page("train")
    page = window.page("train")
    assert sorted(live_of(page).epochs) == [1, 2]
    assert page._board.curves.loss.series[0].points == ((1.0, 1.0), (2.0, 0.5))
    with qtbot.waitSignal(window.state.job_ended, timeout=WAIT_MS):
        worker._process.kill()


def test_a_training_on_another_data_set_is_not_listed_here(qtbot, window, train, worker_says, tmp_path):
    worker_says(epoch(1), then="time.sleep(60)")
    press(qtbot, train._setup.start_button)
    worker = train.state.jobs[0]
    qtbot.waitUntil(lambda: bool(worker.epochs), timeout=WAIT_MS)
    other = tmp_path / "other"
    for label in ("a", "b"):
        (other / label).mkdir(parents=True)
        for name in "xyz":
            (other / label / f"{name}.txt").write_text(f"{label} {name}")
    window.state.adopt(_no_worker(window.state))  # one that is no training changes nothing
    window.state.dataset = other
    window.state.dataset_changed.emit(other)
    assert train._board._rows() == []
    assert train._setup._reason == "A training is under way."
    with qtbot.waitSignal(window.state.job_ended, timeout=WAIT_MS):
        worker._process.kill()


def _no_worker(parent):
    from gui.worker import Worker
    from seqclass.specs import ScanJob

    class Idle(Worker):
        def kill(self):
            pass

    return Idle(ScanJob(dataset="x"), "Idle", parent)


# Runs


@pytest.fixture
def three(qtbot, train):
    """Three runs: by the defaults, small, and broken off."""
    dataset = train.state.dataset
    names = [
        add_run(dataset, "words-1"),
        add_run(dataset, "words-2", training={"epochs": 15}, model={"lstm": [32]}),
        add_run(dataset, "words-3", state="running", has_model=False, has_checkpoint=True),
    ]
    show_runs(qtbot, train, 3)
    return names


def test_runs_are_listed_with_what_was_set_and_what_came_of_it(train, three):
    rows = {row.id: row for row in train._board._rows()}
    assert [rows[name].score_text for name in three] == ["75.0 %"] * 3
    assert rows[three[0]].settings == "all defaults"
    assert rows[three[1]].settings == "LSTM units 32 · Epochs 15"
    assert (rows[three[1]].best_epoch, rows[three[1]].epochs) == (2, 3)
    assert rows[three[2]].state == "unfinished"
    assert train._board.list.selected() == three[2]  # the newest


def test_figures_on_the_test_part_never_stand_on_this_page(qtbot, train):
    result = {"metrics": {"test": {"accuracy": 0.1234}, "validation": {"accuracy": 0.75}}}
    add_run(train.state.dataset, "words-1", events=[epoch(1, accuracy=0.75), Finished(result=result)])
    show_runs(qtbot, train, 1)
    shown = " ".join([*all_texts(train), train._board._log.toPlainText(), str(train._board._rows())])
    assert "75.0 %" in shown
    assert "12.3" not in shown
    assert "0.123" not in shown


def test_curves_of_ticked_runs_lie_over_one_another_in_their_own_colours(qtbot, train, three):
    board = train._board
    for name in three[:2]:
        board.list.show_changed.emit(name, True)
    drawn = board._drawn()
    assert set(drawn) == set(three)
    assert len(set(drawn.values())) == 3
    assert {one.label for one in board.curves.loss.series} >= {"words-1, validation", "words-2, training"}
    board.list.show_changed.emit(three[2], False)  # the one that is looked at
    assert set(board._drawn()) == set(three[:2])
    assert {run: colour for run, colour in drawn.items() if run in three[:2]} == board._drawn()


def test_looking_at_a_run_shows_its_curves_and_log(train, three):
    train._board.list.select(three[0])
    assert [one.best for one in train._board.curves.loss.series] == [2, None]
    assert len(train._board._log.toPlainText().splitlines()) == 3
    assert "words-1" in all_texts(train._board.card)


def test_what_tells_runs_apart_is_a_table_of_the_drawn_ones(train, three):
    board = train._board
    for name in three[:2]:
        board.list.show_changed.emit(name, True)
    lines = {row[0][0]: [text for text, _ in row[1:]] for _, row in board.compared._given}
    assert lines["Validation"] == ["75.0 %"] * 3
    assert lines["LSTM units"] == ["64, 64", "32", "64, 64"]
    assert "Epochs" in lines
    assert "Learning rate" not in lines


@pytest.mark.parametrize("what", ["table", "picture"])
def test_curves_are_saved_where_the_person_says(qtbot, window, train, three, dialogs, tmp_path, what):
    dialogs.answers = [tmp_path / "curves"]
    with qtbot.waitSignal(window.state.message_posted, timeout=WAIT_MS):
        getattr(train._board.curves, f"{what}_wanted").emit()
    suffix = {"table": ".csv", "picture": ".png"}[what]
    content = (tmp_path / f"curves{suffix}").read_bytes()
    assert content.startswith({"table": b"run,epoch,", "picture": b"\x89PNG"}[what])


def test_a_note_is_kept_with_its_run(qtbot, train, three):
    train._board.list.note_changed.emit(three[0], "the first")
    qtbot.waitUntil(lambda: train._board.one(three[0]).run.note == "the first", timeout=WAIT_MS)
    assert (project_dir(train.state.dataset) / "runs" / three[0] / "note.txt").read_text() == "the first"


def test_a_run_is_used_again_with_changes_that_are_marked(qtbot, train, three):
    train._board.list.select(three[1])
    press(qtbot, train._board.card.reuse)
    setup = train._setup
    assert setup.form.values.own() == {"model": {"lstm": (32,)}, "training": {"epochs": 15}}
    assert "Settings of words-2. What you change is marked." in all_texts(setup)
    qtbot.waitUntil(lambda: not setup.form._waiting, timeout=WAIT_MS)
    row = setup.form.rows()["training.epochs"]
    row.editor.setFocus()
    qtbot.keyClicks(row.editor, "0")
    assert "Settings of words-2. Different now: Epochs." in all_texts(setup)
    assert "In words-2: 15" in all_texts(row)
    press(qtbot, setup._banner_close)
    assert setup._banner.isHidden()


def test_a_deleted_run_is_taken_back_by_the_message_or_by_ctrl_z(qtbot, window, train, three):
    board = train._board
    board.list.delete_wanted.emit(three[0])
    wait_for_runs(qtbot, train, 2)
    assert window.messages.messages[0].text == "words-1 is in the bin."
    undo = next(one for one in window.messages.findChildren(QAbstractButton) if one.text() == "Undo")
    press(qtbot, undo)
    wait_for_runs(qtbot, train, 3)
    board.list.delete_wanted.emit(three[1])
    wait_for_runs(qtbot, train, 2)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=WAIT_MS)
    board.list.setFocus()
    qtbot.keyClick(board.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    wait_for_runs(qtbot, train, 3)


@pytest.mark.parametrize("page", ["evaluate", "inspect"])
def test_a_runs_model_is_opened_on_another_page(qtbot, window, train, three, page):
    train._board.list.select(three[0])
    press(qtbot, getattr(train._board.card, page))
    qtbot.waitUntil(lambda: window.state.bundle is not None, timeout=WAIT_MS)
    assert window.state.bundle.path == train._board.one(three[0]).run.bundle
    assert window._current == page


def test_a_model_that_has_gone_cannot_be_opened_and_is_missed(qtbot, train, three):
    train._board.one(three[0]).run.bundle.unlink()
    show_runs(qtbot, train, 3)
    train._board.list.select(three[0])
    qtbot.waitUntil(lambda: "The model is not at" in " ".join(all_texts(train._board.card)), timeout=WAIT_MS)
    assert not train._board.card.evaluate.isVisible()


def test_a_model_is_copied_to_a_place_of_ones_choice(qtbot, window, train, three, dialogs, tmp_path):
    train._board.list.select(three[0])
    dialogs.answers = [tmp_path / "copy"]
    train._board.card.copy_wanted.emit()
    qtbot.waitUntil((tmp_path / "copy.seqclass").is_file, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: bool(window.messages.messages), timeout=WAIT_MS)


def test_a_run_of_another_kind_of_data_cannot_be_used_again(qtbot, window, train):
    place = project_dir(train.state.dataset)
    run = training_runs.create(place, out=str(place / "runs" / "t.seqclass"), config=resolve({}, "text"), data="d")
    run.recording(lambda _: None)(epoch(1))
    run.end("finished", {})
    show_runs(qtbot, train, 1)
    train._reuse(run.name)
    assert "text data" in window.messages.messages[0].text
    assert train._setup.form.values.kind == "speech"


def test_settings_and_sizes_come_back_at_the_next_start(qtbot, window, train):
    train._setup.form.values.set_text("training.epochs", "9")
    train._setup.form.changed.emit()
    train._board.curves._log.trigger()
    window.show_page("collect")
    kept = window.state.settings
    assert kept.pages["train"]["drawing"] == {"smoothing": 0.0, "is_log": True, "has_training": True}
    assert kept.pages["train"]["settings"] == {"speech": {"training": {"epochs": 9}}}
    again = Settings(**{**msgspec.structs.asdict(kept), "pages": json.loads(json.dumps(kept.pages))})
    assert again.pages["train"]["settings"]["speech"] == {"training": {"epochs": 9}}


# Manners


def test_every_control_has_a_name_with_runs_on_the_page(window, train, three):
    assert not nameless(window)


@pytest.mark.parametrize("is_open", [False, True])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_smallest_window_clips_nothing_with_runs_on_the_page(qtbot, window, train, three, language, is_open):
    window.state.change_settings(language=language)
    train._setup.form.set_open(is_open=is_open)
    window.resize(window.minimumSize())

    wait_until_whole(qtbot, train)


@pytest.mark.parametrize("is_open", [False, True])
def test_no_english_is_left_in_chinese(qtbot, window, train, three, is_open):
    train._setup.form.set_open(is_open=is_open)
    window.state.change_settings(language="zh_CN")
    qtbot.waitUntil(lambda: train._setup.start_button.text() == "开始训练", timeout=WAIT_MS)
    kept = ("words", "LSTM", "Ctrl", "/", " s", *train._setup.form.values.entries)

    def is_foreign(text):
        return any(char.isascii() and char.isalpha() for char in text) and not any(word in text for word in kept)

    texts = [
        text
        for one in train.findChildren(QAbstractButton) + train.findChildren(QLabel)
        if one.isVisible()
        for text in (one.text(), one.toolTip(), one.accessibleName())
        if is_foreign(text) and not any("\u4e00" <= char <= "\u9fff" for char in text)
    ]
    assert texts == []


def test_keys_of_the_page_stand_on_its_sheet(train):
    assert {"Ctrl+Return", "Ctrl+F", "F2", "Del"} <= {one.keys for one in train.shortcuts()}


def test_ctrl_f_goes_to_the_search(qtbot, window, train):
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert train._setup.form.search.hasFocus()


@pytest.mark.slow
@pytest.mark.tensorflow
def test_a_real_training_of_a_tiny_model_ends_on_the_page(qtbot, window, train):
    for setting, text in {"training.epochs": "2", "model.lstm": "4", "augmentation.enabled": "false"}.items():
        train._setup.form.values.set_text(setting, text)
    train._setup.form.refresh()
    press(qtbot, train._setup.start_button)
    qtbot.waitUntil(lambda: train.state.bundle is not None, timeout=240_000)
    wait_for_runs(qtbot, train, 1)
    (one,) = train._board.found
    assert one.run.spec.state == "finished"
    assert [event.epoch for event in one.epochs] == [1, 2]
    assert one.changes == {"model.lstm": (4,), "augmentation.enabled": False, "training.epochs": 2}
    assert train._board.list.selected() == one.run.name
    assert stored_runs.listed(project_dir(train.state.dataset))[0].bundle == train.state.bundle.path
    qtbot.waitUntil(lambda: not train.state.jobs, timeout=WAIT_MS)
