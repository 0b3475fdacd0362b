"""How training shaped it: the lens shows a pinned item as it was after each epoch of its run."""

import csv
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from support import make_bundle

from gui.state import Selection
from gui.worker_process import WorkerProcess
from seqclass.data.load import load_item
from seqclass.data.runs import StoredRun, StoredRunSpec
from seqclass.events import EpochEnded, encode
from seqclass.inference.classify import encode_content
from seqclass.inspection.film import FilmWriter, Pin
from seqclass.specs import TrainJob

FIRST_PAGE = "inspect"
WAIT_MS = 20_000
N_EPOCHS = 4


def wait(qtbot, workspace):
    qtbot.waitUntil(lambda: workspace.inspected is not None and not workspace.scene.is_busy, timeout=WAIT_MS)


@pytest.fixture
def filmed(qtbot, open_data, inspect_with, dataset, tmp_path):
    """The tool with the film of a run that ended as the open model; its models of earlier epochs."""
    workspace = inspect_with("film")
    state, tool = workspace.state, workspace.toolbox.tool
    open_data(state, dataset)
    items = state.manifest.items[:2]
    encoded = [encode_content(state.bundle, load_item(state.manifest, item)) for item in items]
    pins = [(Pin(name=item.id, item=item, n_frames=len(one.frames)), one) for item, one in zip(items, encoded, strict=True)]
    models = [make_bundle(seed=seed) for seed in range(1, N_EPOCHS)] + [state.bundle]
    folder = tmp_path / "run"
    folder.mkdir()
    writer = FilmWriter(
        folder, kind="speech", root=str(dataset), targets=state.bundle.card.targets, pins=pins, n_epochs=N_EPOCHS
    )
    for epoch, model in enumerate(models, start=1):
        writer.add(epoch, replace(state.bundle, network=model.network))
    spec = StoredRunSpec(created="2026-11-21", out=str(state.bundle.path), config=state.bundle.card.config, data="x")
    state.runs = (StoredRun(folder, spec, has_checkpoint=False),)
    state.runs_changed.emit(state.runs)
    state.select(Selection(item=items[0], origin="inspect"))
    qtbot.waitUntil(lambda: tool.reel is not None and tool.reel.film is not None, timeout=WAIT_MS)
    wait(qtbot, workspace)
    return workspace, tool, models


def test_the_lens_shows_the_epoch_of_the_slider(qtbot, filmed):
    workspace, tool, models = filmed
    frames = workspace.inspected.trace.frames
    for at in (0, 2):
        tool.slider.setValue(at)
        wait(qtbot, workspace)
        expected = models[at].network.forward(frames).layers[0].forward.cell
        np.testing.assert_allclose(workspace.lens.pane("cell").values, expected, atol=2e-2)
        assert workspace.scene.variant.words == f"After epoch {at + 1} of {N_EPOCHS}"
    assert workspace.lens.pane("probabilities").note() in ("of the whole item", "if it ended here")


def test_the_curve_is_what_it_said_of_the_item(filmed):
    _, tool, _ = filmed
    said = tool.reel.film.said(0)
    shown = {series.label: [value for _, value in series.points] for series in tool.answer.series}
    for label, values in shown.items():
        column = tool.reel.film.head.targets[0].labels.index(label)
        assert values == pytest.approx(said[:, column].tolist())
    assert tool.reel.film.head.pins[0].label("label") in shown


def test_a_film_that_grows_goes_with_its_end_and_stays_where_somebody_looks(qtbot, filmed, tmp_path):
    workspace, tool, models = filmed
    state = workspace.state
    head = tool.reel.film.head
    encoded = [encode_content(state.bundle, load_item(state.manifest, pin.item)) for pin in head.pins]
    pins = list(zip(head.pins, encoded, strict=True))
    writer = FilmWriter(tmp_path / "run", kind="speech", root=head.root, targets=head.targets, pins=pins, n_epochs=9)
    last = N_EPOCHS
    for expected in (N_EPOCHS + 1, 2):
        if expected == 2:
            tool.slider.setValue(1)
        last += 1
        writer.add(last, replace(state.bundle, network=models[0].network))
        state.runs_changed.emit(state.runs)
        qtbot.waitUntil(lambda last=last: tool.reel.film.epochs[-1] == last, timeout=WAIT_MS)
        assert tool._epoch_number() == expected


def test_a_training_that_makes_the_open_model_anew_is_followed(qtbot, filmed, monkeypatch, fake_worker):
    workspace, tool, _ = filmed
    state = workspace.state
    asked = []
    monkeypatch.setattr(state, "refresh_runs", lambda: asked.append(len(asked)))
    said = EpochEnded(
        epoch=1, epochs=2, train={"loss": 1.0}, validation={}, learning_rate=1e-3, is_best=True, seconds=1.0, eta_s=1.0
    )
    program = fake_worker(f"print({encode(said).decode()!r}, flush=True)\ntime.sleep(60)")
    for out, n_times in ((tool.scene.bundle.path, 1), ("elsewhere.seqclass", 0)):
        asked.clear()
        worker = WorkerProcess(TrainJob(dataset="d", out=str(out)), "Training", state, program=program)
        state.adopt(worker)
        with qtbot.waitSignal(worker.event_received, timeout=WAIT_MS):
            worker.start()
        assert len(asked) == n_times
        with qtbot.waitSignal(worker.ended, timeout=WAIT_MS):
            worker.kill()
    workspace.toolbox.close()
    assert tool._watched == ()


def test_pointing_at_a_curve_goes_to_the_epoch(qtbot, filmed):
    workspace, tool, _ = filmed
    tool.loss.cursor_moved.emit(2.0)
    wait(qtbot, workspace)
    assert tool._epoch_number() == 2


def test_it_plays_to_the_last_epoch(qtbot, filmed):
    workspace, tool, _ = filmed
    tool._timer.setInterval(1)
    qtbot.mouseClick(tool._play, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not tool._timer.isActive(), timeout=WAIT_MS)
    assert tool.slider.value() == N_EPOCHS - 1
    wait(qtbot, workspace)


def test_another_pin_is_chosen_and_an_item_that_was_not_filmed_is_told(qtbot, filmed):
    workspace, tool, _ = filmed
    tool._choose_pin(1)
    qtbot.waitUntil(lambda: tool._pin() == 1, timeout=WAIT_MS)
    wait(qtbot, workspace)
    workspace.state.select(Selection(item=workspace.state.manifest.items[3], origin="inspect"))
    qtbot.waitUntil(lambda: tool._pin() is None and workspace.inspected is not None, timeout=WAIT_MS)
    wait(qtbot, workspace)
    assert "was not filmed" in tool._words.text()
    assert workspace.scene.variant is None


def test_without_a_film_it_leads_to_training(qtbot, inspect_with):
    workspace = inspect_with("film")
    tool = workspace.toolbox.tool
    assert "not in the open data set" in tool._message.text()
    with qtbot.waitSignal(workspace.state.page_requested, timeout=WAIT_MS) as asked:
        tool._train.click()
    assert asked.args == ["train"]


def test_answers_leave_the_program(filmed, tmp_path):
    _, tool, _ = filmed
    (one,) = tool.exports()
    one.write(tmp_path / "film.csv")
    with (tmp_path / "film.csv").open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 2 * N_EPOCHS
