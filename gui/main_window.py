"""The main window: rail, header, messages, the page, jobs."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QByteArray, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from gui.log import log
from gui.messages import Message
from gui.pages.page import KeyHelp, Page
from gui.state import BUNDLE_SUFFIX, FOREIGN_SUFFIXES, PAGES, VIEW_SUFFIX, AppState
from gui.widgets.common import Responsive, column, row
from gui.widgets.dialogs import Dialogs
from gui.widgets.header import Header
from gui.widgets.job_bar import JobBar
from gui.widgets.message_bar import MessageBar
from gui.widgets.rail import Rail
from gui.widgets.tour_offer import TourOffer

if TYPE_CHECKING:
    from pathlib import Path

    from gui.pages.inspect.page import InspectPage
    from gui.tour import Tour

MINIMUM_SIZE = QSize(960, 640)
FIRST_SIZE = QSize(1280, 800)
_TAKEN = (BUNDLE_SUFFIX, VIEW_SUFFIX, *(suffix for suffix in FOREIGN_SUFFIXES if suffix != ".npz"))  # which may be an item


class MainWindow(Responsive, QMainWindow):
    """Shows one page at a time of one `AppState`.

    Attributes:
        state: The facts.
        dialogs: Questions to the person; a test gives its own.
        jobs: The job bar.
        messages: The message bar.
        offer: The tour, offered on a first start.

    Signals:
        page_shown: Name of the page that came to the front.
    """

    page_shown = Signal(str)

    def __init__(self, state: AppState, dialogs: Dialogs | None = None) -> None:
        super().__init__()
        self.state = state
        self.dialogs = dialogs or Dialogs()
        self._pages: dict[str, Page] = {}
        self._stack = QStackedWidget()
        self._current = ""
        self._actions: dict[str, QAction] = {}
        self.messages = MessageBar()
        self.jobs = JobBar()
        self.offer = TourOffer()
        self._tour: Tour | None = None
        self._make_actions()
        self._header = Header(state, self._actions)
        self._rail = Rail(self._actions)
        content = QWidget()
        layout = column(self._header, self.messages, self.offer, self._stack, self.jobs, spacing=0)
        layout.setStretch(3, 1)
        content.setLayout(layout)
        whole = QWidget()
        whole.setLayout(row(self._rail, content, spacing=0))
        self.setCentralWidget(whole)
        self.setAcceptDrops(True)
        self.setMinimumSize(MINIMUM_SIZE)
        self._connect()
        self.retranslate()
        self._restore()
        self._show_offer()

    # Parts

    def _make_actions(self) -> None:
        """What keys and menus do: an action each, because a key that two things listen to does nothing."""
        for index, page in enumerate(PAGES):
            self._action(page, f"Ctrl+{index + 1}", partial(self.show_page, page))
        self._action("open_dataset", "Ctrl+O", lambda: self.page(self._current).ask_for_dataset())
        self._action("make_sample", "", lambda: self.page(self._current).ask_for_sample())
        self._action("rescan", "F5", self.state.rescan)
        self._action("close_dataset", "", self.state.close_dataset)
        self._action("open_bundle", "Ctrl+Shift+O", lambda: self.page(self._current).ask_for_bundle())
        self._action("close_bundle", "", self.state.close_bundle)
        self._action("menu", "F10", self._show_menu)
        self._action("tour", "", self._start_tour)
        self._action("shortcuts", "F1 ?", self.show_shortcuts)
        self._action("log", "Ctrl+L", self.show_log)
        self._action("close_message", "Esc", self._close_something)
        self._action("quit", "Ctrl+Q", self.close)

    def _action(self, action: str, keys: str, function: Callable[[], object]) -> None:
        made = QAction(self)
        made.setShortcuts([QKeySequence(one) for one in keys.split()])
        made.triggered.connect(lambda _checked=False: function())
        self._actions[action] = made
        self.addAction(made)

    def _connect(self) -> None:
        state = self.state
        state.dataset_changed.connect(self._show_title)
        self._rail.page_wanted.connect(self.show_page)
        self._rail.help_wanted.connect(self.show_shortcuts)
        state.page_requested.connect(self.show_page)
        state.import_requested.connect(self._import_model)
        state.view_requested.connect(self._open_view)
        state.message_posted.connect(self.messages.show_message)
        state.job_started.connect(self.jobs.add)
        state.job_ended.connect(self.jobs.remove)
        self.messages.details_requested.connect(self._show_details)
        self.offer.accepted.connect(self._actions["tour"].trigger)
        self.offer.declined.connect(self._drop_offer)
        state.settings_changed.connect(self._show_offer)
        state.dataset_changed.connect(self._drop_offer)
        state.bundle_changed.connect(self._drop_offer)

    # Pages

    def page(self, page: str) -> Page:
        """A page, made now if it was not made before."""
        if page not in self._pages:
            self._take_page(page, _page_class(page)(self.state, self.dialogs))
        return self._pages[page]

    def prepare(self, page: str) -> Iterator[object]:
        """Make a page in steps, before anybody asks for it; once `gui.app.import_pages` has loaded its modules."""
        parts: dict[str, QWidget] = {}
        if page not in self._pages:
            for argument, part in _page_class(page).parts():
                parts[argument] = part
                yield part
        if page not in self._pages:  # or somebody asked meanwhile, and the parts go as they have come
            made = _page_class(page)(self.state, self.dialogs, **parts)
            yield made
            if page not in self._pages:
                self._take_page(page, made)
            else:
                made.deleteLater()
        yield page

    def _take_page(self, page: str, made: Page) -> None:
        made.setObjectName(page)
        made.setAccessibleName(self._actions[page].text())
        self._pages[page] = made
        self._stack.addWidget(made)

    def show_page(self, page: str) -> None:
        """Bring a page to the front."""
        if page == self._current:
            return
        made = self.page(page)
        if self._current:
            self._pages[self._current].hidden()
        self._current = page
        self._stack.setCurrentWidget(made)
        self._rail.buttons[page].setChecked(True)
        self.focus_page()
        made.shown()
        self.page_shown.emit(page)

    def _show_menu(self) -> None:
        self._header.menu.showMenu()

    def focus_page(self) -> None:
        """Put the keyboard on the page: the next Tab is its first control."""
        self._pages[self._current].setFocus(Qt.FocusReason.OtherFocusReason)

    def page_area(self) -> QRect:
        """Where the page is, in the window."""
        return QRect(self._stack.mapTo(self, QPoint(0, 0)), self._stack.size())

    # The tour

    def tour(self) -> Tour:
        """The tour, made when it is first asked for."""
        if self._tour is None:
            from gui.tour import Tour

            self._tour = Tour(self)
        return self._tour

    def _start_tour(self) -> None:
        self._drop_offer()
        self.tour().start()

    def _show_offer(self) -> None:
        self.offer.setVisible(self.state.settings.offers_tour)

    def _drop_offer(self) -> None:
        """The person has answered, or has begun without it."""
        self.state.change_settings(offers_tour=False)

    def _close_something(self) -> None:
        if self._tour is not None and self._tour.is_on:
            self._tour.end()
        elif not self._pages[self._current].close_something():
            self.messages.close_newest()

    # Texts and look

    def retranslate(self) -> None:
        """Set every text."""
        for action, text in self._action_texts().items():
            self._actions[action].setText(text)
        self._rail.retranslate()  # its texts are those of the actions, and it may have been told before them
        for page, made in self._pages.items():
            made.setAccessibleName(self._actions[page].text())
        self._show_title()

    def _action_texts(self) -> dict[str, str]:
        return {
            "collect": self.tr("Collect"),
            "train": self.tr("Train"),
            "evaluate": self.tr("Evaluate"),
            "live": self.tr("Live"),
            "inspect": self.tr("Inspect"),
            "open_dataset": self.tr("Open a data set …"),
            "make_sample": self.tr("Make the spoken sample …"),
            "rescan": self.tr("Look through the data set again"),
            "close_dataset": self.tr("Close the data set"),
            "open_bundle": self.tr("Open a model …"),
            "close_bundle": self.tr("Close the model"),
            "menu": self.tr("Menu"),
            "tour": self.tr("Take the tour"),
            "shortcuts": self.tr("Keyboard shortcuts"),
            "log": self.tr("Log"),
            "close_message": self.tr("Close a message or a dialog"),
            "quit": self.tr("Quit"),
        }

    def _show_title(self) -> None:
        dataset = self.state.dataset
        self.setWindowTitle(f"{dataset.name} · seqclass" if dataset else "seqclass")

    # Dialogs

    def _show_details(self, message: Message) -> None:
        self.dialogs.show_text(self, self.tr("Details"), f"{message.text}\n\n{message.details}")

    def _import_model(self, file: Path) -> None:
        from gui.pages.import_model import ModelImport

        ModelImport(self.state, self.dialogs, self).start(file)

    def _open_view(self, file: Path) -> None:
        self.show_page("inspect")
        cast("InspectPage", self.page("inspect")).open_view(file)

    def show_log(self) -> None:
        """Show the last lines of the log."""
        from gui.widgets.log_view import LogView

        LogView(self).open()

    def show_shortcuts(self) -> None:
        """Show the sheet of all keys."""
        from gui.widgets.shortcut_sheet import ShortcutSheet

        page = self.page(self._current)
        shown = [action for action in self._actions.values() if action.shortcuts()]
        general = [KeyHelp("  ".join(one.toString() for one in action.shortcuts()), action.text()) for action in shown]
        sheets = [(self.tr("Everywhere"), general)]
        if page.shortcuts():
            sheets.append((self._actions[self._current].text(), page.shortcuts()))
        ShortcutSheet(self, sheets).open()

    # Qt's events

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take folders and models."""
        if self._dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Open what was dropped."""
        for path in self._dropped(event):
            self.state.open_path(path)
        event.acceptProposedAction()

    @staticmethod
    def _dropped(event: QDropEvent) -> list[str]:
        from pathlib import Path

        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        return [path for path in paths if Path(path).is_dir() or path.lower().endswith(_TAKEN)][:2]

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Ask where something would be lost, then remember the geometry and end all workers."""
        try:
            may_close = all(page.may_close() for page in self._pages.values()) and self._may_leave_jobs()
        except Exception:  # a fault of a page must not leave a window that cannot be closed
            log.exception("A page failed when the window was to close")
            may_close = True
        if not may_close:
            event.ignore()
            return
        geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        self.state.change_settings(geometry=geometry, page=self._current)
        self.state.close()
        event.accept()

    def _may_leave_jobs(self) -> bool:
        """Ask about a training that runs; False if the window shall stay."""
        jobs = self.state.long_jobs()
        if not jobs:
            return True
        answer = self.dialogs.choose(
            self,
            self.tr("A long job is under way"),
            self.tr("{title}: it can go on in the background. The next start of the app shows it again.").format(
                title=jobs[0].title
            ),
            (self.tr("Go on in the background"), self.tr("End it")),
        )
        if answer == 0 and not self.state.detach_jobs():
            self.state.post("bad", self.tr("The job cannot go on in the background: the user's folder cannot be written."))
            return False
        return answer is not None

    def _restore(self) -> None:
        settings = self.state.settings
        self.resize(FIRST_SIZE)
        if settings.geometry:
            self.restoreGeometry(QByteArray.fromBase64(settings.geometry.encode()))
        self.show_page(settings.page if settings.page in PAGES else PAGES[0])

    def reopen(self) -> None:
        """Open what was open at the last end, once the window is on screen."""
        settings = self.state.settings
        if settings.dataset:
            QTimer.singleShot(0, self, lambda: self.state.open_dataset(settings.dataset))
        if settings.bundle:
            QTimer.singleShot(0, self, lambda: self.state.open_bundle(settings.bundle))


def _page_class(page: str) -> type[Page]:
    made: type[Page] = getattr(importlib.import_module(f"gui.pages.{page}"), f"{page.capitalize()}Page")
    return made
