"""Each picture's scene: what a person would click until the page looks like that."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from screenshots_stage import JOB_MS, RUNS, Stage, rest, wait

from gui.pages.inspect.tools import TOOLS
from gui.state import Selection
from seqclass.data import runs as stored
from seqclass.data.project import project_dir

if TYPE_CHECKING:
    from collections.abc import Iterator

LEFT = Qt.MouseButton.LeftButton


@dataclass(frozen=True)
class Scene:
    """A picture to take.

    Attributes:
        name: Of its files.
        page: Which page it belongs to.
        set: Sets it, and clears it away at the end.
        dialog: Opens what lies over the window, anew for each look; None where there is nothing.
    """

    name: str
    page: str
    set: Callable[[Stage], AbstractContextManager[Any]]
    dialog: Callable[[Stage], QWidget] | None = None


# Collect


@contextmanager
def items(stage: Stage) -> Iterator[None]:
    """A class, and one of its recordings marked."""
    work = stage.show("collect").workspace
    label = stage.labels()[-1]
    work.tabs.setCurrentWidget(work.items)
    work.classes.choose(label)
    rest(200)
    work.items.table.mark_place(2)
    rest(600)
    yield


@contextmanager
def take(stage: Stage) -> Iterator[None]:
    """A take of the prompted word, to be kept or said again."""
    work = stage.show("collect").workspace
    label = stage.labels()[0]
    work.classes.choose(label)
    work.show_recorder()
    view = work.record
    view.source.speaker.setEditText("ada")
    wait(lambda: view.source.recorder.is_listening)
    rest(500)
    view.begin()
    wait(lambda: view.source.recorder._recorder is not None)
    stage.microphone.say(stage.path_of(stage.items(label)[3]))
    wait(lambda: not stage.microphone.waiting)
    view.end()
    wait(lambda: view.phase == "review")
    yield
    view.delete_take()
    work.tabs.setCurrentWidget(work.items)


@contextmanager
def problems(stage: Stage) -> Iterator[None]:
    """What a scan found fault with."""
    work = stage.show("collect").workspace
    work.tabs.setCurrentWidget(work.problems)
    yield
    work.tabs.setCurrentWidget(work.items)


# Train


@contextmanager
def runs(stage: Stage) -> Iterator[None]:
    """All runs over one another."""
    page = stage.show("train")
    wait(lambda: len(page._board.found) >= len(RUNS) or not stage.has_own_runs)
    _tick_all(page)
    page._setup.form.set_open(is_open=False)
    yield


def _tick_all(page: Any) -> None:
    for one in page._board.found[-4:]:
        page._board._on_tick(one.run.name, is_on=True)


@contextmanager
def training(stage: Stage) -> Iterator[None]:
    """A training on its way, the settings open beside it."""
    page = stage.show("train")
    out = project_dir(stage.dataset) / "runs" / "wider.seqclass"
    _remove_runs(stage, out)
    page._setup.set_settings({"training": {"epochs": 90}, "model": {"lstm": [96, 96]}})
    page._setup.set_out(out)
    page._setup.form.set_open(is_open=True)
    page._setup.start_button.click()
    wait(lambda: page._live is not None and len(page._live.epochs) > 9, JOB_MS)
    _tick_all(page)
    yield
    page._cancel()
    wait(lambda: not stage.state.jobs, JOB_MS)
    _remove_runs(stage, out)
    stage.state.refresh_runs()
    rest(300)
    page._setup.set_settings({})
    page._setup.form.set_open(is_open=False)


def _remove_runs(stage: Stage, out: Path) -> None:
    for run in stored.listed(project_dir(stage.dataset)):
        if run.bundle == out.resolve():
            shutil.rmtree(run.folder)


# Evaluate


@contextmanager
def evaluated(stage: Stage, tab: str) -> Iterator[None]:
    """Figures on all items, a tab of them, and the cell of the commonest mistake."""
    work = stage.show("evaluate").workspace
    results = work.results
    if results.facts is None:
        work._parts.setCurrentIndex(work._parts.findData("all"))
        work.evaluate()
        wait(lambda: results.facts is not None, JOB_MS)
    view = getattr(results, tab)
    results.tabs.setCurrentWidget(results.tabs.widget(0) if tab == "matrix" else view)
    if tab == "matrix":
        counts = results.target.matrix(0).copy()
        for place in range(min(counts.shape)):
            counts[place, place] = 0
        row, column = divmod(int(counts.argmax()), counts.shape[1])
        QTest.mouseClick(view.viewport(), LEFT, pos=view.rect_of((row, column)).center().toPoint())
        rest(100)
        results.items.table.choose(results.items.table.keys[0])
    else:
        results.show_mistakes()
    if tab == "curve":
        results.slider.setValue(40)
    if tab == "compare":
        others = [one.bundle for one in stage.state.runs if one.bundle != stage.bundle.resolve()]
        if others:
            results.compare.model_wanted.emit(others[0])
            wait(lambda: results.pair is not None, JOB_MS)
    yield
    results.slider.setValue(0)


# Live


@contextmanager
def listening(stage: Stage) -> Iterator[None]:
    """Words come in one after the other."""
    page = stage.show("live")
    work = page.workspace
    words = [stage.path_of(found[5 % len(found)]) for found in map(stage.items, stage.labels())]
    turn = iter(words * 1000)
    work.controls.listen.click()
    wait(lambda: work.controls.phase == "listening" and work.hearing.microphone.is_open)
    stage.microphone.refill = lambda: stage.microphone.say(next(turn))
    wait(lambda: len(work.events.table.events.entries) > 6)
    yield
    stage.microphone.refill = lambda: None
    stage.microphone.waiting.clear()
    work.hearing.close()


# Inspect


@contextmanager
def inspected(stage: Stage, tool: str = "") -> Iterator[None]:
    """A word through the model, with a tool."""
    page = stage.show("inspect")
    wait(lambda: page.workspace is not None)
    work = page.workspace
    label = stage.labels()[-1]
    item = stage.items(label)[3]
    stage.state.select(Selection(item=item, origin="inspect"))
    settle = partial(wait, lambda: work.inspected is not None and not work.scene.is_busy)
    settle()
    work.toolbox.open(tool)
    wait(lambda: work.toolbox.name == tool and not work.scene.is_busy)
    view = work.view
    view.move_to(view.time_of(view.n_frames * 11 // 20))
    settle()
    if tool:
        _USES.get(tool, lambda _stage, _work, _tool: None)(stage, work, work.toolbox.tool)
    rest(300)
    settle()
    yield
    work.toolbox.close()
    view.select(None)
    settle()


def _choose_unit(_stage: Stage, work: Any, _tool: Any) -> None:
    half = work.scene.half
    work.scene.choose_unit(int(abs(half.cell).max(axis=0).argmax()))


def _hold_gate(_stage: Stage, work: Any, tool: Any) -> None:
    view = work.view
    view.select((view.time_of(view.n_frames * 9 // 20), view.time_of(view.n_frames * 14 // 20)))
    form = tool.form
    form._part.setCurrentIndex(form._part.findData("forget_gate"))
    form._units.setCurrentIndex(form._units.findData("all"))
    form._frames.setCurrentIndex(form._frames.findData("range"))
    form._set_range()
    form._value.setValue(0.05)
    tool._add.click()


def _compare_class(stage: Stage, work: Any, tool: Any) -> None:
    other = stage.items(stage.labels()[-2])[3]
    stage.state.select(Selection(item=other, origin="inspect"))
    wait(lambda: tool.pair is not None and not work.scene.is_busy, JOB_MS)


def _find_moment(_stage: Stage, work: Any, tool: Any) -> None:
    view = work.view
    most, best = 0, None
    for first in range(0, view.n_frames - 4):
        view.select((view.edge(first - 0.5), view.edge(first + 4.5)))
        rest(10)
        if tool.pattern is not None and len(tool.pattern.units) > most:
            most, best = len(tool.pattern.units), view.selection
    view.select(best)
    view.move_to(sum(best) / 2 if best else 0.0)
    rest(60)
    tool._search.click()
    wait(lambda: tool.findings is not None, JOB_MS)


def _film_middle(_stage: Stage, work: Any, tool: Any) -> None:
    wait(lambda: tool.reel is not None)
    if tool.reel.film is not None:
        tool._choose_pin(len(tool.reel.film.head.pins) - 1)
        wait(lambda: not work.scene.is_busy)
        tool.slider.setValue(tool.slider.maximum() // 3)


def _add_noise(_stage: Stage, work: Any, tool: Any) -> None:
    slider = tool.sliders._sliders["snr_db"]
    slider.setValue(slider.maximum() * 6 // 10)
    wait(lambda: work.scene.variant is not None and not work.scene.is_busy)
    tool._measure.click()
    wait(lambda: tool.curve is not None, JOB_MS)


def _take_health(_stage: Stage, _work: Any, tool: Any) -> None:
    if tool.health is None:
        tool._take.click()
        wait(lambda: tool.health is not None, JOB_MS)


_USES: dict[str, Callable[[Stage, Any, Any], None]] = {
    "cell": _choose_unit,
    "memory": _choose_unit,
    "hands": _hold_gate,
    "compare": _compare_class,
    "find": _find_moment,
    "film": _film_middle,
    "stress": _add_noise,
    "health": _take_health,
}


# Over the window


@contextmanager
def toured(stage: Stage) -> Iterator[None]:
    """The tour where it shows the sample's classes, while its model trains."""
    tour = stage.window.tour()
    tour.start()
    wait(lambda: tour.model.phase == "training", JOB_MS)
    rest(500)
    tour.next()
    yield
    tour.end()
    for worker in stage.state.jobs:
        worker.cancel()
    wait(lambda: not stage.state.jobs, JOB_MS)


def _sheet(stage: Stage) -> QWidget:
    stage.show("inspect")
    stage.window.show_shortcuts()
    return _dialog()


def _log(stage: Stage) -> QWidget:
    stage.window.show_log()
    return _dialog()


def _dialog() -> QWidget:
    wait(lambda: any(isinstance(one, QDialog) and one.isVisible() for one in QApplication.topLevelWidgets()))
    return next(one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible())


def _plain(_stage: Stage) -> AbstractContextManager[Any]:
    return nullcontext()


SCENES = (
    Scene("collect-items", "collect", items),
    Scene("collect-record", "collect", take),
    Scene("collect-problems", "collect", problems),
    Scene("train-runs", "train", runs),
    Scene("train-running", "train", training),
    *(Scene(f"evaluate-{tab}", "evaluate", partial(evaluated, tab=tab)) for tab in ("matrix", "classes", "slices")),
    *(Scene(f"evaluate-{tab}", "evaluate", partial(evaluated, tab=tab)) for tab in ("calibration", "curve", "compare")),
    Scene("live-listening", "live", listening),
    Scene("inspect-lens", "inspect", inspected),
    *(Scene(f"inspect-{tool}", "inspect", partial(inspected, tool=tool)) for tool in TOOLS),
    Scene("keys", "over", _plain, _sheet),
    Scene("log", "over", _plain, _log),
    Scene("tour", "over", toured),
)
"""In the order in which they are taken."""
