"""The base of all pages, and the conventions for whoever writes one.

A page is a `QWidget` made soon after the window is on screen, or when it is first shown if that is sooner, with three things of
the window in hand: ``self.state`` (facts, jobs, messages, see `gui.state.AppState`), ``self.dialogs`` (questions, see
`gui.widgets.dialogs.Dialogs`) and its own ``NAME``.

Texts: every text that a person reads goes through ``self.tr("…")`` of the class that shows it, as a literal. Values are put in
after: ``self.tr("{n} of {total}").format(n=…, total=…)``; an f-string inside ``tr`` never matches. Plurals are written with (s) or
(es): ``self.tr("%n recording(s)", "", n)``. Texts are set in ``retranslate`` alone, never in ``__init__``; what depends on data is
set by a method that ``retranslate`` also calls. Outside of a QObject: ``QCoreApplication.translate("Context", "…")``.
``make translations`` collects them into ``gui/translations/zh_CN/MODULE.ts``; ``python -m gui.translations.update --fill FILE.json``
puts in translations from ``{"English": "中文"}``. What `seqclass` says (reasons, warnings, errors) is shown as it is.

Look: no colour, font or size in a page. Kinds of the style sheet (`gui.style_sheet`) by `gui.widgets.common.label`, ``button``,
``card``; painting by hand takes `gui.theme.colours()` in ``paintEvent``; icons are set in ``restyle``. Plots: import pyqtgraph inside
the function that makes the first plot, and call `gui.theme.configure_plots`.

Work: nothing over 50 ms in the window's thread. What takes longer to make is made in slices (`gui.slices`): a page names its
`Page.parts`, or makes its workspace in steps as a `SlicedPage`. A job of `seqclass.specs` runs by
``self.state.start_job(job, title, done=…)``; a few hundred milliseconds of NumPy by `gui.background.run_in_background`; a view draws
what it is given.

Keys: `Page.shortcuts` lists a page's keys for the sheet; make them with `Page.add_shortcut`. Every control without a text gets an
accessible name by `gui.widgets.common.name`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar, NamedTuple, Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedLayout, QWidget

from gui.slices import Slices
from gui.state import BUNDLE_SUFFIX, FOREIGN_SUFFIXES, AppState
from gui.widgets.common import Responsive
from gui.widgets.dialogs import Dialogs
from gui.widgets.empty_state import EmptyState


class KeyHelp(NamedTuple):
    """One line of the shortcut sheet: the keys as they are shown, and what they do, translated."""

    keys: str
    text: str


class Page(Responsive, QWidget):
    """A page of the window.

    Attributes:
        NAME: Its name in `AppState.go_to`, the settings and the icon's file name.
        state: Facts, jobs, messages.
        dialogs: Questions to the person.
    """

    NAME: ClassVar[str] = ""

    def __init__(self, state: AppState, dialogs: Dialogs) -> None:
        super().__init__()
        self.state = state
        self.dialogs = dialogs

    @classmethod
    def parts(cls) -> Iterator[tuple[str, QWidget]]:
        """Those of its widgets that take long to make, by the argument of ``__init__`` that takes each; made one a step."""
        yield from ()

    def shown(self) -> None:
        """Called each time the page comes to the front."""

    def hidden(self) -> None:
        """Called each time another page comes to the front: stop sounds and animations here."""

    def may_close(self) -> bool:
        """Called before the window closes; False keeps it open, after the page has said why."""
        return True

    def close_something(self) -> bool:
        """Called by Esc: close what lies over the page or beside it, and say whether there was anything."""
        return False

    def shortcuts(self) -> list[KeyHelp]:
        """The page's keys for the shortcut sheet."""
        return []

    def add_shortcut(self, keys: str, function: Callable[[], object]) -> QShortcut:
        """Call a function by keys while the page is shown."""
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(function)
        return shortcut

    def stack(self, *widgets: QWidget) -> QStackedLayout:
        """Fill the page with one of several widgets; choose by ``setCurrentWidget``."""
        layout = QStackedLayout(self)
        for widget in widgets:
            layout.addWidget(widget)
        return layout

    # What every page may offer in its empty state

    def ask_for_dataset(self) -> None:
        """Let the person choose a folder and open it."""
        start = str(self.state.dataset.parent) if self.state.dataset else ""
        chosen = self.dialogs.choose_folder(self, self.tr("Open a data set folder"), start)
        if chosen is not None:
            self.state.open_dataset(chosen)

    def ask_for_bundle(self) -> None:
        """Let the person choose a model and open it."""
        start = str(self.state.bundle.path.parent) if self.state.bundle and self.state.bundle.path else ""
        models, endings = self.tr("Models"), " ".join(f"*{suffix}" for suffix in (BUNDLE_SUFFIX, *FOREIGN_SUFFIXES))
        chosen = self.dialogs.choose_file(
            self, self.tr("Open a model"), start=start, pattern=f"{models} ({endings});;" + self.tr("All files (*)")
        )
        if chosen is not None:
            self.state.open_bundle(chosen)

    def ask_for_sample(self) -> None:
        """Make the spoken sample in a place of the person's choice and open it."""
        chosen = self.dialogs.choose_folder(self, self.tr("Where shall the folder with the spoken sample go?"))
        if chosen is not None:
            self.state.make_sample(chosen / "spoken-sample")


class SlicedPage(Page):
    """A page whose empty state leads to a model, and whose workspace is made in slices once one is open.

    Nothing is to be seen in a new page until its workspace is whole; another page keeps its empty state for so long.
    """

    _workspace: QWidget | None

    def __init__(self, state: AppState, dialogs: Dialogs, empty: EmptyState) -> None:
        super().__init__(state, dialogs)
        self._empty = empty
        self._empty.buttons[0].clicked.connect(self.ask_for_bundle)
        self._empty.buttons[1].clicked.connect(lambda: state.go_to("train"))
        self._workspace = None
        self._slices: Slices | None = None
        self._stack = self.stack(QWidget(), empty)
        state.bundle_changed.connect(self.take)

    def steps(self) -> Iterator[object]:
        """Make the workspace, a few milliseconds a step."""
        raise NotImplementedError

    def take(self) -> None:
        """Choose between the empty state and the workspace."""
        if self.state.bundle is None:
            self._stack.setCurrentWidget(self._empty)
        elif self._workspace is None:
            self._begin()
        else:
            self._stack.setCurrentWidget(self._workspace)

    def _take_workspace(self, made: QWidget) -> None:
        """Put ``made``, which is the workspace by now, into the page; the last of the steps."""
        self._workspace = made
        self._stack.addWidget(made)

    def may_close(self) -> bool:
        """Leave a workspace unfinished."""
        if self._slices is not None:
            self._slices.stop()
        return True

    def _begin(self) -> None:
        """Have the workspace made, unless it is being made."""
        if self._slices is None:
            self._slices = Slices(self.steps(), self)
            self._slices.done.connect(self.take)

    def _finish(self) -> None:
        """Make the rest at once, for somebody who asks for the workspace."""
        if self._slices is not None:
            self._slices.finish()


class Workspace(Protocol):
    """What fills a page once there is something to work on."""

    def set_front(self, *, is_front: bool) -> None:
        """Whether it is to be seen."""


class WorkspacePage(Page):
    """A page with an empty state, and a workspace that is made when it is first needed and told whether it is to be seen.

    Attributes:
        workspace: None until then.
    """

    workspace: Workspace | None

    def __init__(self, state: AppState, dialogs: Dialogs, empty: QWidget) -> None:
        super().__init__(state, dialogs)
        self.workspace = None
        self._is_front = False
        self._stack = self.stack(empty)

    def shown(self) -> None:
        """Tell the workspace."""
        self._set_front(is_front=True)

    def hidden(self) -> None:
        """Tell the workspace, which falls silent."""
        self._set_front(is_front=False)

    def _set_front(self, *, is_front: bool) -> None:
        self._is_front = is_front
        if self.workspace is not None:
            self.workspace.set_front(is_front=is_front)

    def _take_workspace(self, made: QWidget) -> None:
        """Put ``made``, which is `workspace` by now, into the page."""
        self._stack.addWidget(made)
        self._set_front(is_front=self._is_front)
