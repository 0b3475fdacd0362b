"""Views: what is looked at, told as a value and seen again from one, with its data set, model, item, tool and edits."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from gui.background import run_in_background
from gui.log import log
from gui.pages.inspect import wording
from gui.pages.inspect.bar import InspectBar
from gui.pages.inspect.scene import Scene
from gui.pages.inspect.toolbox import Toolbox
from gui.pages.inspect.tools import TOOLS
from gui.state import Selection
from seqclass.data.project import user_dir
from seqclass.errors import SeqclassError
from seqclass.inspection import view as views
from seqclass.inspection.view import View

if TYPE_CHECKING:
    from seqclass.data.manifest import Item, Manifest

_SETTLE_MS = 1_500
_POLL_MS = 40
_PATIENCE_MS = 60_000
"""A large data set takes a while to be scanned before an item of it can be shown."""
_KEPT = "last_views"


class Views(QObject):
    """Tells the view on screen, and brings another one there.

    Opening goes by steps, each of which waits for something: the right data set is open (or the person wants none), the right model
    is, the item is chosen and traced, its panes are there, the tool is made. Whatever the person does meanwhile ends it.

    Signals:
        opened: A `View` is on screen as far as it can be.
    """

    opened = Signal(object)

    def __init__(self, scene: Scene, bar: InspectBar, toolbox: Toolbox, parent: QObject) -> None:
        super().__init__(parent)
        self._scene, self._bar, self._toolbox = scene, bar, toolbox
        self._state = scene.state
        self._shown: Selection | None = None
        self._hash = ("", "")
        self._last = View()
        self._steps: list[Callable[[], bool]] = []
        self._waited_ms = 0
        self._poll = QTimer(self, interval=_POLL_MS)
        self._poll.timeout.connect(self._go_on)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self.keep_last)
        for signal in (scene.look_changed, scene.view.range_changed, scene.view.selection_changed, scene.view.cursor_moved):
            signal.connect(self._note)
        self._state.bundle_changed.connect(self._take_hash)
        self._take_hash()

    # Telling

    def set_selection(self, selection: Selection) -> None:
        """What the page shows from now on."""
        self._shown = selection

    def current(self) -> View | None:
        """What is on screen; None while nothing is."""
        scene, chosen, bundle, dataset = self._scene, self._shown, self._scene.bundle, self._state.dataset
        if scene.inspected is None or chosen is None or bundle is None:
            return None
        axis, tool = scene.view, self._toolbox.tool
        is_whole = (axis.low, axis.high) == (axis.start, axis.end)
        item = chosen.item
        return View(
            dataset=dataset.name if item and dataset else "",
            dataset_path=str(dataset) if item and dataset else "",
            item=item.id if item else "",
            path="" if item else chosen.path,
            text=None if item else chosen.text,
            bundle=bundle.path.name if bundle.path else "",
            bundle_path=str(bundle.path) if bundle.path else "",
            bundle_hash=self._hash[1] if bundle.path and self._hash[0] == str(bundle.path) else "",
            layer=scene.layer,
            is_backward=scene.is_backward,
            order=self._bar.order,
            target=scene.target,
            unit=scene.unit,
            visible=None if is_whole else (axis.low, axis.high),
            chosen=axis.selection,
            cursor=axis.cursor,
            hidden=tuple(sorted(self._bar.hidden)),
            tool=self._toolbox.name,
            tool_state=msgspec.json.decode(msgspec.json.encode(tool.view_state())) if tool else {},
        )

    def _note(self, *_carried: object) -> None:
        self._settle.start()

    def _take_hash(self) -> None:
        """Know the model by its content, so that a view finds it wherever it lies."""
        bundle = self._scene.bundle
        path = bundle.path if bundle is not None else None
        if path is None:
            return

        def done(found: str) -> None:
            self._hash = (str(path), found)

        run_in_background(lambda: views.file_hash(path), self, done=done, failed=lambda _error: None)

    # Opening

    def open(self, view: View) -> None:
        """Bring a view to the screen; what of it is not there is said in words, and the rest is shown."""
        self._stop()
        opens_dataset = self._ask_for_dataset(view)
        opens_bundle = None if opens_dataset is None else self._ask_for_bundle(view)
        if opens_bundle is None:
            return
        state, before = self._state, self._state.bundle
        if opens_dataset:
            state.open_dataset(view.dataset_path)
        if opens_bundle:
            state.open_bundle(view.bundle_path, failed=self._fail)
        self._begin(
            lambda: (state.bundle is not before or not opens_bundle) and self._has_manifest(view),
            lambda: self._choose(view),
        )

    def begin(self, manifest: Manifest, first: Item) -> Selection:
        """What to look at first in a data set: what was looked at last, if that is still there."""
        chosen = Selection(item=first, origin="inspect")
        try:
            view = views.read(_last_file(manifest.root))
        except SeqclassError:  # there is none yet, or it is of no use
            return chosen
        item = _item_of(manifest, view.item)
        if item is None:
            return chosen
        chosen = Selection(item=item, origin="inspect")
        bundle = self._scene.bundle
        if bundle is not None and str(bundle.path) == view.bundle_path:
            self._begin(lambda: self._is_there(chosen), lambda: self._set_look(view), lambda: self._set_range(view))
        return chosen

    def keep_last(self) -> None:
        """Remember the item that is looked at for the next time that its data set is opened."""
        self._settle.stop()
        view = self.current()
        if view is None or not view.item or self._steps or view == self._last:
            return
        self._last = view
        bare = msgspec.structs.replace(view, tool="", tool_state={})
        path = _last_file(view.dataset_path)
        run_in_background(lambda: views.write(path, bare), self, done=lambda _: None, failed=lambda _error: None)

    def _ask_for_dataset(self, view: View) -> bool | None:
        """Whether to open the data set of the view; None: leave all as it is."""
        manifest, path = self._state.manifest, view.dataset_path
        if not view.item or (self._state.dataset is not None and str(self._state.dataset) == path):
            return False
        if manifest is not None and Path(manifest.root).name == view.dataset and _item_of(manifest, view.item) is not None:
            return False
        if not path or not Path(path).is_dir():
            text = self.tr(
                "The view shows {item} of the data set {name}, which is not there: {path}. Open it, then the view again."
            )
            item = wording.shortened(view.item)
            self._state.post("warn", text.format(item=item, name=view.dataset or "?", path=path or "?"))
            return None
        text = self.tr("The view shows an item of the data set {path}.").format(path=path)
        answer = self._scene.dialogs.choose(
            self._toolbox.strip.window(), self.tr("Open another data set?"), text, (self.tr("Open it"),)
        )
        return None if answer is None else True

    def _ask_for_bundle(self, view: View) -> bool | None:
        """Whether to open the model of the view; None: leave all as it is."""
        bundle = self._scene.bundle
        path = str(bundle.path) if bundle is not None else ""
        if self._hash[0] == path and view.bundle_hash and self._hash[1]:
            is_it = self._hash[1] == view.bundle_hash
        else:
            is_it = path == view.bundle_path
        if is_it or not view.bundle:
            return False
        if path == view.bundle_path:
            text = self.tr("The model {name} has changed since the view was saved: its numbers may be others.")
            self._state.post("warn", text.format(name=view.bundle))
            return False
        if not Path(view.bundle_path).is_file():
            text = self.tr("The view was made with the model {name}, which is not there: {path}. The open model is used.")
            self._state.post("warn", text.format(name=view.bundle, path=view.bundle_path or "?"))
            return False
        text = self.tr("The view was made with the model {path}.").format(path=view.bundle_path)
        answers = (self.tr("Open that model"), self.tr("Use the open one"))
        answer = self._scene.dialogs.choose(self._toolbox.strip.window(), self.tr("Open another model?"), text, answers)
        return None if answer is None else answer == 0

    # Steps: each says whether it is done

    def _begin(self, *steps: Callable[[], bool]) -> None:
        self._steps, self._waited_ms = list(steps), 0
        self._poll.start()

    def _stop(self) -> None:
        self._steps = []
        self._poll.stop()

    def _go_on(self) -> None:
        self._waited_ms += _POLL_MS
        while self._steps and (step := self._steps[0])():
            if self._steps and self._steps[0] is step:
                self._steps.pop(0)
        if not self._steps or self._waited_ms > _PATIENCE_MS:
            self._stop()

    def _fail(self, error: Exception) -> None:
        self._stop()
        self._state.post_error(error)

    def _has_manifest(self, view: View) -> bool:
        return not view.item or self._state.manifest is not None

    def _choose(self, view: View) -> bool:
        """Look at the view's item."""
        state = self._state
        if view.item:
            item = _item_of(state.manifest, view.item)
            if item is None:
                text = self.tr("{item} is no longer in the data set {name}. It may have been moved, renamed or deleted.")
                state.post("warn", text.format(item=wording.shortened(view.item), name=view.dataset))
                self._stop()
                return False
            chosen = Selection(item=item, origin="inspect")
        elif view.text is not None:
            chosen = Selection(text=view.text, origin="inspect")
        elif view.path:
            chosen = Selection(path=view.path, origin="inspect")
        else:
            self._stop()
            return False
        state.select(chosen)
        self._steps += [
            lambda: self._is_there(chosen),
            lambda: self._set_look(view),
            lambda: self._set_range(view),
            lambda: self._open_tool(view),
            lambda: self._restore_tool(view),
            lambda: self._set_range(view),
            lambda: self._finish(view),
        ]
        return True

    def _is_there(self, chosen: Selection) -> bool:
        if self._state.selection not in (None, chosen):  # the person has gone on to something else
            self._stop()
            return False
        if self._shown != chosen or self._scene.is_busy:
            return False
        if self._scene.inspected is None:  # it cannot be read, which was told
            self._stop()
            return False
        return True

    def _set_look(self, view: View) -> bool:
        self._bar.choose(view.layer, is_backward=view.is_backward)
        self._bar.choose_order(view.order)
        self._bar.choose_target(view.target)
        self._bar.set_hidden(frozenset(view.hidden))
        return True

    def _set_range(self, view: View) -> bool:
        if self._scene.is_busy:
            return False
        axis = self._scene.view
        axis.show(*(view.visible or (axis.start, axis.end)))
        axis.select(view.chosen)
        if view.cursor is not None:
            axis.move_to(view.cursor)
        if view.unit is not None:
            self._scene.choose_unit(view.unit)
        return True

    def _open_tool(self, view: View) -> bool:
        self._toolbox.open(view.tool)
        return True

    def _restore_tool(self, view: View) -> bool:
        tool = self._toolbox.tool
        if view.tool not in TOOLS:
            return True
        if tool is None or view.tool != tool.NAME or self._scene.is_busy:
            return False
        try:
            tool.restore_view(view.tool_state)
        except (SeqclassError, ValueError, TypeError, KeyError):  # what a file says is nobody's promise
            log.warning("A view's tool could not be restored", exc_info=True)
            self._state.post(
                "warn", self.tr("What the tool showed in this view cannot be shown again; the rest of it is here.")
            )
        return True

    def _finish(self, view: View) -> bool:
        if self._scene.is_busy:
            return False
        self.opened.emit(view)
        return True


def _item_of(manifest: Manifest | None, item: str) -> Item | None:
    return next((one for one in manifest.items if one.id == item), None) if manifest is not None else None


def _last_file(dataset: str) -> Path:
    digest = hashlib.sha256(dataset.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return user_dir() / _KEPT / f"{digest}.json"
