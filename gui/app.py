"""The application: everything is put together here, and taken apart in the end."""

from __future__ import annotations

import importlib
import pkgutil
import platform
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import get_args

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal, qVersion
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from gui import i18n, log, theme
from gui import settings as stored
from gui.background import run_in_background
from gui.garbage import Collector
from gui.main_window import MainWindow
from gui.settings import Settings
from gui.slices import Slices
from gui.state import PAGES, AppState
from gui.widgets.dialogs import Dialogs
from gui.worker_process import end_program
from seqclass import __version__
from seqclass.specs import Kind

WARM_AFTER_MS = 300


def import_pages() -> None:
    """Import what pages and plots need (in a thread, while the person looks at the first page), so that each opens at once.

    In the window's own thread this would hold it for a quarter of a second, and each page for another tenth.
    """
    for module in ("numpy", "pyqtgraph", "seqclass.model.bundle", *(f"gui.pages.{page}" for page in PAGES)):
        importlib.import_module(module)
    pages = importlib.import_module("gui.pages")
    for found in pkgutil.walk_packages(pages.__path__, f"{pages.__name__}."):  # what a page makes when there is data
        importlib.import_module(found.name)
    from gui.widgets.setting_values import SettingValues

    for kind in get_args(Kind):
        SettingValues(kind)  # types, limits and defaults of all settings are found out once a process


def prepare_pages(window: MainWindow) -> Iterator[object]:
    """What pages need from the window's own thread, in small steps, before anybody asks for them; after `import_pages`."""
    yield from theme.draw_icons()
    for page in PAGES:
        yield from window.prepare(page)


class Application(QObject):
    """One window with its state, and what follows the settings: language and look.

    Attributes:
        state: The facts.
        window: The main window.

    Signals:
        prepared: All that pages need is made; from now on only what is opened is new.
    """

    prepared = Signal()
    _trouble = Signal(str, str)

    def __init__(self, app: QApplication, *, settings: Settings | None = None, dialogs: Dialogs | None = None) -> None:
        super().__init__()
        self._app = app
        settings = stored.load() if settings is None else settings
        self._translations = i18n.Translations(app)
        self._translations.use(settings.language)
        self._look: tuple[str, str] = ("", "")
        self._dress(settings)
        app.setWindowIcon(QIcon(str(theme.ICONS / "app.svg")))
        self.state = AppState(settings, self)
        self.window = MainWindow(self.state, dialogs)
        self.state.settings_changed.connect(self._follow)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)
        self._trouble.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def open(self, path: Path | None = None) -> None:
        """Show the window, then open ``path``, or what was open at the last end."""
        self.window.show()
        QTimer.singleShot(0, self, self.state.reattach_jobs)
        QTimer.singleShot(WARM_AFTER_MS, self, self._warm)
        if path is not None:
            QTimer.singleShot(0, self, lambda: self.state.open_path(path))
        else:
            self.window.reopen()

    def catch_everything(self) -> None:
        """From here on no exception and no message of Qt gets lost; see `gui.log`."""
        log.catch_everything(self._trouble.emit)

    def close(self) -> None:
        """End workers and take out the translators."""
        self.state.close()
        self._translations.remove()

    def _warm(self) -> None:
        run_in_background(import_pages, self, done=self._prepare, failed=self.state.post_error)

    def _prepare(self, _: object) -> None:
        self._slices = Slices(prepare_pages(self.window), self)
        self._slices.done.connect(self.prepared)

    def _follow(self, settings: Settings) -> None:
        self._translations.use(settings.language)
        self._dress(settings)

    def _dress(self, settings: Settings) -> None:
        look = (theme.resolve(settings.theme), self._translations.code)
        if look != self._look:
            self._look = look
            theme.apply(self._app, settings.theme, self._translations.code)

    def _follow_system(self) -> None:
        self._follow(self.state.settings)

    def _tell(self, what: str, trace: str) -> None:
        text = self.tr("Something went wrong inside the app. It goes on, and the log has the details ({what}).")
        self.state.post("bad", text.format(what=what), details=trace)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the app.

    Args:
        arguments: At most one: a model (``.seqclass``) or a data set folder to open.

    Returns:
        The exit code.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    QCoreApplication.setApplicationName("seqclass")
    QGuiApplication.setDesktopFileName("seqclass")
    log.start()
    log.log.info("seqclass %s, Python %s, Qt %s, %s", __version__, platform.python_version(), qVersion(), sys.platform)
    app = QApplication(sys.argv[:1])
    collector = Collector()
    application = Application(app)
    application.prepared.connect(collector.settle)
    application.catch_everything()
    signal.signal(signal.SIGINT, lambda *_: application.window.close())
    # Python's signal handlers run between its own instructions only: this timer sees to it that there are some.
    ticks = QTimer(interval=500)
    ticks.timeout.connect(lambda: None)
    ticks.start()
    application.open(Path(words[0]) if words else None)
    code = app.exec()
    application.close()
    collector.close()
    log.stop()
    return end_program(code)
