"""The tour: offered on a first start, it makes, trains and shows by itself, and stands whatever happens on the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from looks import clipped, nameless
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel

from gui import settings as stored
from gui.app import Application
from gui.tour_steps import STEPS
from gui.widgets.settings_form import SettingsForm
from gui.worker_process import WorkerProcess
from seqclass.data.manifest import write_manifest
from seqclass.data.project import user_dir
from seqclass.data.scan import scan
from seqclass.data.summary import summarise
from seqclass.specs import CrossvalJob, EvaluateJob, SampleJob, TrainJob

pytestmark = pytest.mark.slow  # whole windows, over and over: for the whole check

WAIT_MS = 20_000
EPOCH = {
    "event": "epoch", "epoch": 1, "epochs": 60, "train": {"loss": 2.0, "label.accuracy": 0.1}, "learning_rate": 0.001,
    "validation": {"loss": 2.1, "label.accuracy": 0.2}, "is_best": True, "seconds": 0.5, "eta_s": 29.5,
}  # fmt: skip
BODY = """
import pathlib, shutil
job = json.loads(job)
say = lambda **event: print(json.dumps(event), flush=True)
if job["job"] == "sample":
    say(event="progress", stage="sample", done=3, total=6, eta_s=1)
    shutil.copytree({dataset!r}, job["folder"])
    (pathlib.Path(job["folder"]) / ".sample.json").write_text("{{}}")
    say(event="finished", dataset=job["folder"])
elif job["job"] == "scan":
    pathlib.Path(job["manifest_out"]).parent.mkdir(parents=True, exist_ok=True)
    manifest = pathlib.Path({manifest!r}).read_text().replace({dataset!r}, job["dataset"])
    pathlib.Path(job["manifest_out"]).write_text(manifest)
    say(event="finished", manifest=job["manifest_out"], **{summary!r})
elif job["job"] == "train":
    print(json.dumps({epoch!r}), flush=True)
    answer = sys.stdin.readline() if pathlib.Path({wait!r}).exists() else "go"
    if pathlib.Path({fault!r}).exists():
        say(event="error", message="The disk is full.", kind="StorageError")
    elif answer.strip() == "cancel":
        say(event="error", message="Cancelled.", kind="CancelledError")
    else:
        pathlib.Path(job["out"]).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy({bundle!r}, job["out"])
        say(event="finished", bundle=job["out"])
else:
    say(event="error", message="Cancelled.", kind="CancelledError")
"""


class Stage:
    """What the fake worker does.

    Attributes:
        started: The jobs so far.
    """

    def __init__(self, folder: Path) -> None:
        self.wait, self.fault = folder / "wait", folder / "fault"
        self.started: list[object] = []

    def of(self, kind: type) -> list[object]:
        """Those of a kind."""
        return [job for job in self.started if isinstance(job, kind)]


@pytest.fixture
def stage(tmp_path, fake_worker, monkeypatch, dataset, bundle_file):
    """All jobs by a fake, which trains until it is told to stop if there is a file ``wait``, and fails if there is ``fault``."""
    made = Stage(tmp_path)
    manifest = scan(dataset)
    write_manifest(tmp_path / "manifest.json", manifest)
    names = {
        "dataset": str(dataset), "bundle": str(bundle_file), "epoch": EPOCH, "manifest": str(tmp_path / "manifest.json"),
        "summary": summarise(manifest, dataset=str(dataset)),
    }  # fmt: skip
    program = fake_worker(BODY.format(**names, wait=str(made.wait), fault=str(made.fault)))

    def start(job, title, parent):
        made.started.append(job)
        return WorkerProcess(job, title, parent, program=program)

    monkeypatch.setattr("gui.jobs.WorkerProcess", start)
    return made


@pytest.fixture
def tour(window, stage, qtbot):
    """A tour on its first step."""
    window.activateWindow()
    window._actions["tour"].trigger()
    yield window.tour()
    qtbot.waitUntil(lambda: all(isinstance(job.job, TrainJob) for job in window.state.jobs), timeout=WAIT_MS)


def texts_of(tour):
    return [one.text() for kind in (QLabel, QAbstractButton) for one in tour.card.findChildren(kind) if one.isVisible()]


def until_ready(qtbot, tour):
    qtbot.waitUntil(lambda: tour.model.phase == "ready", timeout=WAIT_MS)


def until_training(qtbot, tour):
    qtbot.waitUntil(lambda: bool(tour.model.worker and tour.model.worker.epochs), timeout=WAIT_MS)


def test_a_first_start_offers_the_tour_until_it_is_answered(qtbot, qapp, dialogs):
    application = Application(qapp, dialogs=dialogs)
    application.window.show()
    offer = application.window.offer
    assert offer.isVisible()
    assert not application.window.tour().is_on
    application.window.close()
    assert stored.load().offers_tour
    offer.later.click()
    assert not offer.isVisible()
    assert not stored.load().offers_tour
    application.close()
    application.window.deleteLater()
    application.deleteLater()


def test_whoever_begins_without_the_tour_is_not_asked_again(qtbot, window, dataset):
    window.state.change_settings(offers_tour=True)
    assert window.offer.isVisible()
    with qtbot.waitSignal(window.state.manifest_changed, timeout=WAIT_MS, check_params_cb=bool):
        window.state.open_dataset(dataset)
    assert not window.offer.isVisible()
    assert not window.state.settings.offers_tour
    qtbot.waitUntil(lambda: not window.state.jobs, timeout=WAIT_MS)


def test_the_tour_leads_from_the_sample_to_the_forget_gate(qtbot, window, tour, stage):
    stage.wait.touch()  # else it may end before its curves are asked for, and the fake leaves no run behind
    until_training(qtbot, tour)
    seen = []
    while tour.is_on:
        step = tour.step
        seen.append(step.key)
        if step.key == "settings":
            tour.model._limit.timeout.emit()  # as after a minute, on a slow machine
        qtbot.waitUntil(tour.card.next.isEnabled, timeout=WAIT_MS)
        if step.key == "evaluate":
            # The fake's answers are none, so that there is no matrix to point at.
            qtbot.waitUntil(lambda: bool(stage.of(EvaluateJob)), timeout=WAIT_MS)
        elif step.parts:
            qtbot.waitUntil(tour.ring.isVisible, timeout=WAIT_MS)
        assert window._current == step.page
        assert tour.card.isVisible()
        qtbot.waitUntil(tour.card.next.hasFocus, timeout=WAIT_MS)
        assert not nameless(tour.card)
        qtbot.keyClick(tour.card.next, Qt.Key.Key_Space)
    assert seen == [step.key for step in STEPS]
    assert window.state.dataset == user_dir().absolute() / "spoken-sample"
    assert window.state.bundle.path.stem == "tour-1"
    assert window.state.selection.origin == "tour"
    assert not tour.card.isVisible()
    assert not tour.ring.isVisible()
    assert [job.settings for job in stage.of(TrainJob)] == [{"training": {"epochs": 60}, "model": {"bidirectional": False}}]


def test_the_card_tells_how_far_the_training_is_and_waits_for_it(qtbot, window, tour, stage):
    stage.wait.touch()
    until_training(qtbot, tour)
    assert "The model learns: epoch 1 of 60, 0:30 left." in texts_of(tour)
    before = tour.step.key
    qtbot.keyClick(tour.card.next, Qt.Key.Key_Return)
    assert tour.step.key != before
    for _ in range(3):
        tour.next()
    assert tour.step.key == "settings"
    assert not tour.card.next.isEnabled()
    assert tour.card.back.hasFocus()
    tour.next()
    assert tour.step.key == "settings"
    form = window.page("train").findChild(SettingsForm)
    assert form.is_open  # the card speaks of what each setting does
    tour.back()
    assert not form.is_open
    tour.next()
    assert form.is_open
    assert tour.model._limit.isActive()
    tour.model._limit.timeout.emit()  # as after a minute, on a slow machine
    until_ready(qtbot, tour)
    assert tour.card.next.isEnabled()
    assert tour.card.next.hasFocus()
    tour.end()


def test_esc_ends_the_tour_and_its_training_goes_on(qtbot, window, tour, stage):
    stage.wait.touch()
    until_training(qtbot, tour)
    qtbot.keyClick(tour.card.next, Qt.Key.Key_Escape)
    assert not tour.is_on
    assert not tour.card.isVisible()
    assert window.page("collect").isAncestorOf(QApplication.focusWidget()) or QApplication.focusWidget() is window.page(
        "collect"
    )
    assert [type(worker.job) for worker in window.state.jobs] == [TrainJob]
    tour.model.worker.stop()
    qtbot.waitUntil(lambda: bool(window.messages.messages), timeout=WAIT_MS)
    told = window.messages.messages[0]
    assert (told.text, told.action) == ("The tour's model is trained.", "Open the model")
    assert window.state.bundle is None
    with qtbot.waitSignal(window.state.bundle_changed, timeout=WAIT_MS):
        told.on_action()


def test_a_tour_that_is_begun_again_goes_on_with_its_training(qtbot, window, tour, stage):
    stage.wait.touch()
    until_training(qtbot, tour)
    tour.end()
    tour.start()
    assert tour.is_on
    assert len(stage.of(TrainJob)) == 1
    tour.model.worker.stop()
    until_ready(qtbot, tour)
    tour.end()
    tour.start()
    assert tour.model.phase == "ready"
    assert len(stage.of(TrainJob)) == len(stage.of(SampleJob)) == 1
    tour.end()


def test_a_tour_that_ends_early_leaves_no_half_a_sample(qtbot, window, stage):
    window._actions["tour"].trigger()
    window.tour().end()
    qtbot.waitUntil(lambda: not window.state.jobs, timeout=WAIT_MS)
    assert window.state.dataset is None
    assert not stage.of(TrainJob)
    assert window.messages.messages == ()


def test_a_training_that_fails_is_told_on_the_card_and_can_be_tried_again(qtbot, window, tour, stage):
    stage.fault.touch()
    qtbot.waitUntil(lambda: tour.model.phase == "failed", timeout=WAIT_MS)
    assert "The model could not be made: The disk is full." in texts_of(tour)
    stage.fault.unlink()
    qtbot.mouseClick(tour.card.retry, Qt.MouseButton.LeftButton)
    until_ready(qtbot, tour)
    assert not tour.card.retry.isVisible()
    assert len(stage.of(SampleJob)) == 1
    tour.end()


def test_a_cancelled_training_can_be_begun_anew(qtbot, window, tour, stage):
    stage.wait.touch()
    until_training(qtbot, tour)
    tour.model.worker.cancel()
    qtbot.waitUntil(lambda: tour.model.phase == "cancelled", timeout=WAIT_MS)
    assert "The training was cancelled." in texts_of(tour)
    assert tour.card.retry.isVisible()
    tour.end()


def test_whoever_goes_elsewhere_is_led_back_by_one_button(qtbot, window, tour):
    until_ready(qtbot, tour)
    tour.next()
    window.show_page("live")
    assert tour.card.next.text() == "Back to the tour"
    assert tour.card.next.isEnabled()
    assert not tour.ring.isVisible()
    qtbot.mouseClick(tour.card.next, Qt.MouseButton.LeftButton)
    assert window._current == "collect"
    assert tour.step.key == "classes"
    assert tour.card.next.text() == "Next"
    tour.end()


def test_another_data_set_ends_the_tour_in_words(qtbot, window, tour, dataset):
    until_ready(qtbot, tour)
    with qtbot.waitSignal(window.state.manifest_changed, timeout=WAIT_MS, check_params_cb=bool):
        window.state.open_dataset(dataset)
    assert not tour.is_on
    assert "another data set" in window.messages.messages[0].text
    qtbot.waitUntil(lambda: not window.state.jobs, timeout=WAIT_MS)


def test_what_was_open_before_is_offered_at_the_end(qtbot, window, stage, dataset):
    window.state.open_dataset(dataset)
    qtbot.waitUntil(lambda: window.state.manifest is not None and not window.state.jobs, timeout=WAIT_MS)
    tour = window.tour()
    tour.start()
    until_ready(qtbot, tour)
    tour.end()
    told = window.messages.messages[0]
    assert told.action == "Open what was open before"
    with qtbot.waitSignal(window.state.manifest_changed, timeout=WAIT_MS, check_params_cb=bool):
        told.on_action()
    assert window.state.dataset == dataset
    qtbot.waitUntil(lambda: not window.state.jobs, timeout=WAIT_MS)


def test_a_sample_that_is_there_is_taken_and_a_folder_of_somebody_else_left_alone(qtbot, window, stage):
    foreign = user_dir() / "spoken-sample"
    foreign.mkdir(parents=True)
    (foreign / "diary.txt").write_text("mine")
    tour = window.tour()
    tour.start()
    until_ready(qtbot, tour)
    assert window.state.dataset.name == "spoken-sample-2"
    assert [path.name for path in foreign.iterdir()] == ["diary.txt"]
    tour.end()


def test_the_tour_waits_for_a_training_of_the_persons_own(qtbot, window, stage, fake_worker, monkeypatch):
    program = fake_worker("sys.stdin.readline()")
    monkeypatch.setattr("gui.jobs.WorkerProcess", lambda job, title, parent: WorkerProcess(job, title, parent, program=program))
    worker = window.state.start_job(CrossvalJob(dataset="x"), "Cross-validation")
    window.tour().start()
    assert not window.tour().is_on
    assert "wait" in window.messages.messages[0].text
    worker.kill()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_card_is_whole_in_the_smallest_window(qtbot, window, tour, language):
    window.state.change_settings(language=language)
    window.resize(window.minimumSize())
    until_ready(qtbot, tour)
    for _ in STEPS:
        tour._follow()
        card = tour.card
        assert window.rect().contains(card.geometry()), tour.step.key
        assert not clipped(card), tour.step.key
        if language == "zh_CN":
            assert not [text for text in texts_of(tour)[:2] if text.isascii() and text]
        tour.next()
