"""The Views menu: save what is looked at, open it again, copy it as a link or a file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from gui.background import run_in_background
from gui.pages.inspect import wording
from gui.pages.inspect.bar import InspectBar
from gui.pages.inspect.scene import Scene
from gui.pages.inspect.toolbox import Toolbox
from gui.pages.inspect.views import Views
from gui.widgets.common import elided
from seqclass.errors import SeqclassError
from seqclass.inspection import view as views
from seqclass.inspection.view import View

_Made = TypeVar("_Made")


class ViewsMenu(QObject):
    """Fills a menu, asks for names and places, and says what was done.

    Attributes:
        keeper: Tells what is on screen, and brings it back.
        menu: The menu.
    """

    def __init__(self, scene: Scene, bar: InspectBar, toolbox: Toolbox, parent: QWidget) -> None:
        super().__init__(parent)
        self.keeper = Views(scene, bar, toolbox, self)
        self._scene, self._parent, self._state = scene, parent, scene.state
        self.menu = QMenu(parent)
        self.menu.aboutToShow.connect(self.fill)

    def serve(self, button: QPushButton) -> None:
        """Open the menu from a button."""
        button.setMenu(self.menu)

    def fill(self) -> None:
        """Offer what can be done now."""
        menu, names = self.menu, self._names()
        menu.clear()
        has_item = self._scene.inspected is not None
        keep = menu.addAction(self.tr("Save this view …"), self.save)
        keep.setEnabled(has_item and self._state.dataset is not None)
        if names:
            menu.addSection(self.tr("Saved with the data set"))
            self._add(menu, names, self.open_saved)
            self._add(menu.addMenu(self.tr("Rename")), names, self.rename)
            self._add(menu.addMenu(self.tr("Delete")), names, self.delete)
        menu.addSeparator()
        for text, function in ((self.tr("Copy a link"), self.copy_link), (self.tr("Copy as a file …"), self.copy_file)):
            menu.addAction(text, function).setEnabled(has_item)
        menu.addSeparator()
        menu.addAction(self.tr("Open from a file …"), self.ask_for_file)
        menu.addAction(self.tr("Paste a link …"), self.paste_link)

    # Saved with the data set

    def save(self) -> None:
        """Ask for a name and keep the view with the data set."""
        view, dataset = self._current(), self._state.dataset
        if view is None or dataset is None:
            return
        dialogs, title = self._scene.dialogs, self.tr("Save this view")
        start = elided(Path(view.item or view.path).stem or (view.text or ""), 40)
        name = dialogs.ask_text(
            self._parent, title, self.tr("Item, layer, order, range, tool and edits."), start=start, longest=views.LONGEST_NAME
        )
        if name is None:
            return
        if name in self._names():
            text = self.tr("There is a view {name} already.").format(name=name)
            if dialogs.choose(self._parent, self.tr("Replace it?"), text, (self.tr("Replace"),)) is None:
                return
        saved = self.tr("View saved: {name}").format(name=name)
        self._run(lambda: views.save(dataset, name, view), lambda _: self._state.post("good", saved))

    def open_saved(self, name: str) -> None:
        """Show a saved view."""
        dataset = self._state.dataset
        if dataset is not None:
            self._run(lambda: views.load(dataset, name), self.keeper.open)

    def rename(self, name: str) -> None:
        """Ask for another name of a saved view."""
        dataset = self._state.dataset
        new = self._scene.dialogs.ask_text(
            self._parent, self.tr("Rename a view"), self.tr("New name"), start=name, longest=views.LONGEST_NAME
        )
        if dataset is not None and new is not None:
            self._run(lambda: views.rename(dataset, name, new), lambda _: None)

    def delete(self, name: str) -> None:
        """Delete a saved view, after a question."""
        dataset = self._state.dataset
        text = self.tr("The view {name} is deleted. The data set stays as it is.").format(name=name)
        answer = self._scene.dialogs.choose(self._parent, self.tr("Delete this view?"), text, (self.tr("Delete"),))
        if dataset is not None and answer == 0:
            self._run(lambda: views.delete(dataset, name), lambda _: None)

    # Link and file

    def copy_link(self) -> None:
        """Put a link to the view on the clipboard."""
        view = self._current()
        if view is None:
            return
        try:
            link = views.to_link(view)
        except SeqclassError as error:
            self._state.post_error(error)
            return
        QGuiApplication.clipboard().setText(link)
        self._state.post("good", self.tr("The link is on the clipboard. Views, then Paste a link opens it."))

    def paste_link(self) -> None:
        """Ask for a link, that on the clipboard first of all, and show its view."""
        there = QGuiApplication.clipboard().text()
        start = there if there.lstrip().startswith(views.LINK_START) else ""
        link = self._scene.dialogs.ask_text(
            self._parent,
            self.tr("Paste a link"),
            self.tr("It begins with {start}").format(start=views.LINK_START),
            start=start.strip()[: views.LONGEST_LINK],
            longest=views.LONGEST_LINK,
        )
        if link is not None:
            self.open_link(link)

    def open_link(self, link: str) -> None:
        """Show the view of a link."""
        try:
            view = views.from_link(link)
        except SeqclassError as error:
            self._state.post_error(error)
            return
        self.keeper.open(view)

    def copy_file(self) -> None:
        """Ask for a place and write the view there."""
        view = self._current()
        if view is None or self._scene.inspected is None:
            return
        start = f"{wording.file_stem(self._scene.inspected.name)}{views.SUFFIX}"
        path = self._scene.dialogs.choose_new_file(
            self._parent, self.tr("Copy the view as a file"), start=start, pattern=f"*{views.SUFFIX}"
        )
        if path is None:
            return
        path = path if path.suffix.lower() == views.SUFFIX else path.with_name(f"{path.name}{views.SUFFIX}")
        written = self.tr("Written: {path}").format(path=path)
        self._run(lambda: views.write(path, view), lambda _: self._state.post("good", written))

    def ask_for_file(self) -> None:
        """Ask for a file and show its view."""
        pattern = self.tr("Views") + f" (*{views.SUFFIX} *.json)"
        path = self._scene.dialogs.choose_file(self._parent, self.tr("Open a view"), pattern=pattern)
        if path is not None:
            self.open_file(path)

    def open_file(self, path: Path) -> None:
        """Show the view in a file."""
        self._run(lambda: views.read(path), self.keeper.open)

    # Below

    def _current(self) -> View | None:
        try:
            view = self.keeper.current()
        except SeqclassError as error:
            self._state.post_error(error)
            return None
        if view is None:
            self._state.post("info", self.tr("There is nothing to save yet: choose an item first."))
        return view

    def _names(self) -> tuple[str, ...]:
        dataset = self._state.dataset
        return views.saved_views(dataset) if dataset is not None else ()

    @staticmethod
    def _add(menu: QMenu, names: tuple[str, ...], function: Callable[[str], None]) -> None:
        for name in names:
            menu.addAction(elided(name, 60).replace("&", "&&"), partial(function, name))

    def _run(self, function: Callable[[], _Made], done: Callable[[_Made], None]) -> None:
        run_in_background(function, self, done=done, failed=self._state.post_error)
