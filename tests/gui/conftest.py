"""Fixtures for the window: offscreen, with folders of its own, and with a look at what a test leaves behind."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

# Before Qt starts. Its own offscreen screen has 800 x 800 pixels, less than the window.
os.environ.setdefault("QT_QPA_PLATFORM", f"offscreen:configfile={Path(__file__).with_name('offscreen.json')}")

import psutil
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QThreadPool
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from support import tone, write_bundle

from gui.app import Application
from gui.background import run_in_background
from gui.garbage import Rule
from gui.main_window import MainWindow
from gui.messages import Message
from gui.settings import Settings
from gui.state import AppState
from gui.widgets.dialogs import Dialogs
from gui.worker_process import WorkerProcess
from seqclass import jobs
from seqclass.errors import SeqclassError
from seqclass.events import CancelToken, Failed, encode
from seqclass.specs import ScanJob


class FakeDialogs(Dialogs):
    """Answers in a person's place, and remembers what was asked.

    Attributes:
        answers: What the next questions get, in order.
        asked: Title of each question, and the text where one was shown.
    """

    def __init__(self) -> None:
        self.answers: list[Any] = []
        self.asked: list[str] = []

    def _answer(self, _parent: QWidget, title: str, *_rest: Any, **_options: Any) -> Any:
        self.asked.append(title)
        return self.answers.pop(0) if self.answers else None

    def _answers(self, _parent: QWidget, title: str, *_rest: Any, **_options: Any) -> list[Path]:
        return self._answer(_parent, title) or []

    def _text(self, _parent: QWidget, _title: str, text: str) -> None:
        self.asked.append(text)

    choose_folder = choose_file = choose_new_file = choose = ask_text = _answer
    choose_files = _answers
    show_text = _text


class QuickScans(WorkerProcess):
    """A worker that looks through a folder in a thread: the same events, without a fifth of a second for a new Python.

    All other jobs have their process; what a scan is in one, `test_gui_state` and the whole app's tests tell.
    """

    def start(self) -> None:
        """Look through the folder, or start the process."""
        if not isinstance(self.job, ScanJob):
            super().start()
            return
        self._token = CancelToken()
        self._lines_said: list[bytes] = []
        run_in_background(
            self._do, self, done=lambda _: self._take_lines(self._lines_said, death="It died."), failed=self._fail
        )

    def _fail(self, error: Exception) -> None:
        raise error

    def _do(self) -> None:
        try:
            jobs.run(self.job, lambda event: self._lines_said.append(encode(event)), self._token)
        except SeqclassError as error:
            self._lines_said.append(encode(Failed(message=str(error), kind=type(error).__name__)))

    def cancel(self) -> None:
        """Make it end without a result."""
        if not isinstance(self.job, ScanJob):
            super().cancel()
            return
        self._is_cancelling = True
        self._token.cancel()

    def kill(self) -> None:
        """End it at once."""
        if isinstance(self.job, ScanJob):
            self._token.cancel()
        super().kill()


@pytest.fixture(scope="module", autouse=True)
def _no_garbage_collected_elsewhere() -> Iterator[Rule]:
    """As in the app itself (`gui.garbage`): a thread that comes upon another test's widgets would destroy them."""
    gc.disable()
    yield Rule()
    QThreadPool.globalInstance().waitForDone(60_000)
    gc.collect()
    gc.enable()


@pytest.fixture(autouse=True)
def nothing_left_behind(qapp: QApplication, _no_garbage_collected_elsewhere: Rule) -> Iterator[None]:
    """A test that leaves a process, a thread of ours or a window fails."""
    threads, processes = set(threading.enumerate()), set(_processes())  # joblib keeps its own for the next test
    yield
    QThreadPool.globalInstance().waitForDone(60_000)
    for _ in range(3):  # a deletion may put off another one
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        qapp.processEvents()
    _no_garbage_collected_elsewhere.apply()
    left = [one for one in _processes() if one not in processes]
    left += [
        f"thread {one.name}"
        for one in set(threading.enumerate()) - threads
        # Qt's own threads show up as dummies once they have run Python code, and stay in Qt's pool.
        if not isinstance(one, threading._DummyThread)
    ]
    for one in qapp.topLevelWidgets():
        if one.isVisible():
            left.append(f"window {one!r}")
            one.close()  # or each test after this one would fail, too
            one.deleteLater()
    assert not left, f"the test left behind: {left}"


def _processes() -> list[str]:
    """What this process has started and is still there."""
    if hasattr(os, "waitid"):  # to look through all processes of the machine after each test takes longer than many a test
        try:
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return []
    return [f"process {child.pid} {child.name()}" for child in psutil.Process().children(recursive=True) if child.is_running()]


@pytest.fixture
def dialogs() -> FakeDialogs:
    """Answers to questions."""
    return FakeDialogs()


@pytest.fixture
def state(qtbot: QtBot) -> Iterator[AppState]:
    """The facts alone, without a window."""
    made = AppState(Settings(language="en", theme="light"))
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def application(
    qapp: QApplication, qtbot: QtBot, dialogs: FakeDialogs, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Application]:
    """The app in English and light, its window not shown yet.

    A test module may name the page to begin with as ``FIRST_PAGE``, and ask for scans by a process as the app's by ``REAL_SCANS``.
    """
    if not getattr(request.module, "REAL_SCANS", False):
        monkeypatch.setattr("gui.jobs.WorkerProcess", QuickScans)
    page = getattr(request.module, "FIRST_PAGE", "collect")
    made = Application(qapp, settings=Settings(language="en", theme="light", page=page), dialogs=dialogs)
    yield made
    made.window.close()
    made.close()
    made.window.deleteLater()
    made.deleteLater()


@pytest.fixture
def window(application: Application, qtbot: QtBot) -> MainWindow:
    """The app's window on screen."""
    with qtbot.waitExposed(application.window, timeout=20_000):
        application.window.show()
    return application.window


@pytest.fixture
def messages(state: AppState) -> list[Message]:
    """What `state` has told the person."""
    told: list[Message] = []
    state.message_posted.connect(told.append)
    return told


@pytest.fixture(scope="session")
def dataset_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `dataset` is copied from."""
    from seqclass.audio.write import write_wav

    folder = tmp_path_factory.mktemp("dataset") / "words"
    for index, label in enumerate(("no", "stop", "yes")):
        for take, speaker in enumerate(("ada", "bob")):
            path = folder / label / f"{speaker}_nohash_0.wav"
            path.parent.mkdir(parents=True, exist_ok=True)
            write_wav(path, tone(seed=10 * index + take), 8000)
    return folder


@pytest.fixture
def dataset(tmp_path: Path, dataset_once: Path) -> Path:
    """Three classes with two recordings each, of two speakers."""
    return Path(shutil.copytree(dataset_once, tmp_path / "words"))


@pytest.fixture
def open_data(qtbot: QtBot) -> Callable[[AppState, Path], None]:
    """Opens a data set, and comes back when it is scanned."""

    def open_and_wait(state: AppState, folder: Path) -> None:
        with qtbot.waitSignal(state.manifest_changed, timeout=20_000, check_params_cb=bool):
            state.open_dataset(folder)
        qtbot.waitUntil(lambda: not state.jobs, timeout=20_000)

    return open_and_wait


@pytest.fixture
def bundle_file(tmp_path: Path) -> Path:
    """A small model with random weights."""
    path = tmp_path / "words.seqclass"
    write_bundle(path)
    return path


@pytest.fixture
def fake_worker(tmp_path: Path) -> Callable[[str], list[str]]:
    """Makes a program that stands in for the worker, of a few lines of Python; ``job`` is its first line of input."""

    def make(body: str) -> list[str]:
        script = tmp_path / "worker.py"
        script.write_text(f"import sys, time, json, os\njob = sys.stdin.readline()\n{body}\n", encoding="utf-8")
        return [sys.executable, str(script)]

    return make


@pytest.fixture
def inspect_with(qtbot: Any, window: Any, tmp_path: Path) -> Callable[..., Any]:
    """Open Inspect with a model (what `support.make_bundle` takes) and an item: a sound unless a text is given. Gives the workspace."""
    from gui.state import Selection
    from seqclass.audio.write import write_wav

    def open_page(tool: str, bundle: Any = None, *, text: str | None = None, wait_ms: int = 20_000) -> Any:
        write_bundle(tmp_path / "model.seqclass", bundle)
        write_wav(tmp_path / "a word.wav", tone(1.0, seed=3), 8_000)
        window.show_page("inspect")
        page = window.page("inspect")
        window.state.open_bundle(tmp_path / "model.seqclass")
        qtbot.waitUntil(lambda: page.workspace is not None, timeout=wait_ms)
        path = "" if text is not None else str(tmp_path / "a word.wav")
        window.state.select(Selection(path=path, text=text, origin="live"))
        made = page.workspace
        qtbot.waitUntil(lambda: made.inspected is not None and not made.scene.is_busy, timeout=wait_ms)
        made.toolbox.open(tool)
        qtbot.waitUntil(lambda: made.toolbox.name == tool and not made.scene.is_busy, timeout=wait_ms)
        return made

    return open_page
