"""The Export menu: pictures of the lens, its numbers, and what the open tool has to give."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from gui.background import run_in_background
from gui.pages.inspect import picture, wording
from gui.pages.inspect.bar import InspectBar
from gui.pages.inspect.scene import Scene
from gui.pages.inspect.toolbox import Toolbox
from gui.pages.inspect.tools.tool import Export
from gui.widgets.lens_look import Look


class Exporter(QObject):
    """Fills a menu, asks for a place, writes in a thread and says so."""

    def __init__(self, scene: Scene, bar: InspectBar, toolbox: Toolbox, parent: QWidget) -> None:
        super().__init__(parent)
        self._scene, self._bar, self._toolbox, self._parent = scene, bar, toolbox, parent
        self.menu = QMenu(parent)
        self.menu.aboutToShow.connect(self._fill)

    def serve(self, button: QPushButton) -> None:
        """Open the menu from a button."""
        button.setMenu(self.menu)

    def exports(self) -> dict[str, Export]:
        """What can be written of the lens, by the ending."""
        inspected = self._scene.shown
        if inspected is None:
            return {}
        sheet = picture.Sheet(
            panes=self._scene.lens.shown_panes(),
            view=self._scene.view.window,
            unit_name=inspected.timing.unit,
            title=" ".join(inspected.name.split()),
            subtitle=self._subtitle(),
            look=Look.of_paper(),
        )
        return {
            "png": Export(self.tr("Picture (PNG) …"), "png", lambda path: picture.write(path, sheet)),
            "svg": Export(self.tr("Drawing (SVG) …"), "svg", lambda path: picture.write(path, sheet)),
            "npz": Export(self.tr("All numbers (NPZ) …"), "npz", inspected.trace.save),
        }

    def export(self, one: Export) -> None:
        """Ask for a place and write."""
        inspected = self._scene.inspected
        if inspected is None:
            return
        titles = {"png": self.tr("Save the picture"), "svg": self.tr("Save the drawing"), "npz": self.tr("Save all numbers")}
        start = f"{wording.file_stem(inspected.name)}.{one.ending}"
        title = titles.get(one.ending, self.tr("Save"))
        path = self._scene.dialogs.choose_new_file(self._parent, title, start=start, pattern=f"*.{one.ending}")
        if path is None:
            return
        path = path if path.suffix.lower() == f".{one.ending}" else path.with_name(f"{path.name}.{one.ending}")
        self._write(one.write, path)

    def _write(self, write: Callable[[Path], None], path: Path) -> None:
        state = self._scene.state

        def done(_result: object) -> None:
            state.post("good", self.tr("Written: {path}").format(path=path))

        run_in_background(lambda: write(path), self, done=done, failed=state.post_error)

    def _fill(self) -> None:
        self.menu.clear()
        for one in self.exports().values():
            self.menu.addAction(one.text, partial(self.export, one))
        more = self._toolbox.tool.exports() if self._toolbox.tool else []
        if more:
            self.menu.addSeparator()
        for one in more:
            self.menu.addAction(one.text, partial(self.export, one))

    def _subtitle(self) -> str:
        bundle, shown, variant = self._scene.bundle, self._scene.shown, self._scene.variant
        model = bundle.path.stem if bundle is not None and bundle.path is not None else ""
        answer = wording.answer(shown, self._bar.target)[1] if shown else ""
        words = variant.words if variant else ""
        return " · ".join(part for part in (model, self._bar.words(), words, answer) if part)
