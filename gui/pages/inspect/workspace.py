"""The Inspect page with a model: choose an item to the left, look at its gates and states to the right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from gui.pages.inspect import loading, wording
from gui.pages.inspect.bar import InspectBar
from gui.pages.inspect.exporting import Exporter
from gui.pages.inspect.head import ItemHead
from gui.pages.inspect.loading import Choice, Inspected, Timing
from gui.pages.inspect.playback import Playback
from gui.pages.inspect.scene import Scene
from gui.pages.inspect.toolbox import SIDE_WIDTH, Toolbox
from gui.pages.inspect.variant_bar import VariantBar
from gui.pages.inspect.views_menu import ViewsMenu
from gui.state import AppState, Selection
from gui.widgets.common import Responsive, card, column, label, row
from gui.widgets.dialogs import Dialogs
from gui.widgets.empty_state import EmptyState
from gui.widgets.item_picker import ItemPicker
from gui.widgets.lens import Lens
from gui.widgets.lens_panes import Pane
from gui.widgets.time_scroll import TimeScroll
from gui.widgets.time_view import TimeView
from seqclass.errors import ItemError

_PATIENCE_MS = 200
_NARROW = 1400
"""With less room than this, in pixels, the list of items makes way for an open tool."""


class InspectWorkspace(Responsive, QWidget):
    """Shows one item through the open model. It is whole once all of `steps` were made.

    Attributes:
        view: The time axis.
        lens: The panes.
        picker: The items.
        bar: What is to be seen.
        playback: The sound.
        scene: All of these for the tools.
        toolbox: The tools.
        exporter: What leaves the page.
        views: What is saved to be seen again.
        inspected: What is shown; None before the first item.
    """

    def __init__(self, state: AppState, dialogs: Dialogs) -> None:
        super().__init__()
        self.state = state
        self._dialogs = dialogs
        self._is_whole = False
        self._wanted: Selection | None = None
        self._is_front = False
        self._cell_bound = 1.0
        self._panes: list[Pane] = []
        self.view = TimeView(self)
        self.lens = Lens(self.view)
        self.picker = ItemPicker()
        hidden = frozenset(map(str, state.page_setting("inspect", "hidden", [])))
        self.bar = InspectBar(str(state.page_setting("inspect", "order", "cluster")), hidden)
        self.playback = Playback(self.view, self)
        self.scene = Scene(state, dialogs, self.lens, self.bar, self.playback, self)

    def steps(self, ask_for_dataset: Callable[[], None]) -> Iterator[object]:
        """Make the rest, in steps of a few milliseconds."""
        self.toolbox = Toolbox(self.scene, self)
        yield self.toolbox
        self.exporter = Exporter(self.scene, self.bar, self.toolbox, self)
        self.views = ViewsMenu(self.scene, self.bar, self.toolbox, self)
        self._make_frame()
        yield self
        self._head, over_time = ItemHead(), self._make_lens()
        self.exporter.serve(self._head.export)
        self.views.serve(self._head.views)
        yield over_time
        self._fill(over_time)
        yield self
        self._connect(ask_for_dataset)
        self.setAcceptDrops(True)
        self._is_whole = True
        self.retranslate()
        self._take_bundle()
        yield self
        self.toolbox.open(str(self.state.page_setting("inspect", "tool", "")))

    @property
    def inspected(self) -> Inspected | None:
        """The item that is looked at, as it is."""
        return self.scene.inspected

    # Parts

    def _make_lens(self) -> QWidget:
        """The lens, with what belongs to it above and below."""
        self._values, self._reading = label("small", wraps=True), label("muted", wraps=True)
        for part in (self._values, self._reading):
            part.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._reading.setMinimumHeight(2 * self._reading.fontMetrics().lineSpacing() + 2)
        self._scroll = TimeScroll(self.view)
        self._variant = VariantBar(self.scene)
        made = QWidget()
        lens = column(self.bar, self._variant, self.lens, self._scroll, self._values, self._reading, spacing=6)
        lens.setStretch(2, 1)
        made.setLayout(lens)
        return made

    def _make_frame(self) -> None:
        """The places of all parts, the outermost first: what comes into the window is dressed once."""
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(12)
        parts = row(splitter, self.toolbox.strip, spacing=8)
        parts.setStretch(0, 1)
        self.setLayout(column(parts, margins=(16, 14, 16 if self.toolbox.strip.isHidden() else 8, 14)))
        self._stack, self._nothing, self._shown, self._body = (
            QStackedWidget(),
            EmptyState("inspect", 2),
            QWidget(),
            QStackedWidget(),
        )
        self._pick, look = card(self.picker, margin=14), card(self._stack, margin=14)
        self._pick.setMinimumWidth(214)
        for shown in (self._pick, look, self.toolbox.side):
            splitter.addWidget(shown)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([252, 900, SIDE_WIDTH])
        self._stack.addWidget(self._nothing)
        self._stack.addWidget(self._shown)

    def _fill(self, over_time: QWidget) -> None:
        layout = column(self._head, self._body, spacing=6)
        layout.setStretch(1, 1)
        self._shown.setLayout(layout)
        self._body.addWidget(over_time)
        self._body.addWidget(self.toolbox.wide)

    def _connect(self, ask_for_dataset: Callable[[], None]) -> None:
        state = self.state
        state.bundle_changed.connect(self._take_bundle)
        state.manifest_changed.connect(self._take_manifest)
        state.selection_changed.connect(self._take_selection)
        self.picker.item_chosen.connect(lambda item: state.select(Selection(item=item, origin="inspect")))
        self.picker.text_entered.connect(lambda text: state.select(Selection(text=text, origin="inspect")))
        self.picker.file_wanted.connect(self.ask_for_file)
        self.picker.recording_wanted.connect(self._open_recording)
        self.picker.dataset_wanted.connect(ask_for_dataset)
        self._nothing.buttons[0].clicked.connect(ask_for_dataset)
        self._nothing.buttons[1].clicked.connect(self.ask_for_file)
        self._head.neighbour_wanted.connect(self.choose_neighbour)
        self.bar.changed.connect(self._prepare)
        self.bar.maps_changed.connect(self._show_maps)
        self.bar.play_clicked.connect(self.playback.toggle)
        self.lens.play_requested.connect(self.playback.toggle)
        self.lens.seeked.connect(self.playback.seek)
        self.lens.brushed.connect(self.playback.seek)
        self.lens.pointed.connect(self._describe)
        self.lens.pointed.connect(self.scene.unit_changed)
        self.view.cursor_moved.connect(self._describe)
        self.view.selection_changed.connect(self._describe)
        self.playback.changed.connect(self.bar.set_playing)
        self.playback.failed.connect(state.post_error)
        self._variant.changed.connect(self._prepare)
        self.scene.variant_changed.connect(self._take_variant)
        self.scene.panes_changed.connect(self._set_panes)
        self.scene.timeline_changed.connect(self._prepare)
        self.toolbox.changed.connect(self._arrange)

    def retranslate(self) -> None:
        """Set every text."""
        if not self._is_whole:
            return
        self._nothing.set_texts(
            self.tr("Choose an item"),
            self.tr("Take one of the data set, or any file: drop it here. Its gates and states appear along its time."),
            self.tr("Open a data set …"),
            self.tr("Open a file …"),
        )
        self._describe()

    # The tools

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Make room."""
        super().resizeEvent(event)
        self._make_room()

    def _arrange(self) -> None:
        """Show what the open tool needs, and remember which it is."""
        tool = self.toolbox.tool
        self._body.setCurrentIndex(1 if tool is not None and tool.IS_WIDE else 0)
        self._make_room()
        self.state.keep_page_setting("inspect", "tool", self.toolbox.name)

    def _make_room(self) -> None:
        has_side = self.toolbox.tool is not None and not self.toolbox.tool.IS_WIDE
        is_narrow = self.width() < _NARROW
        focus = self.window().focusWidget()
        self._pick.setVisible(not (has_side and is_narrow))
        if self._pick.isHidden() and focus is not None and self._pick.isAncestorOf(focus):
            self.lens.setFocus(Qt.FocusReason.OtherFocusReason)  # or the keyboard would lead nowhere
        self.toolbox.strip.set_compact(is_compact=is_narrow)

    def _take_variant(self) -> None:
        variant = self.scene.variant
        if self.scene.inspected is not None:
            shown = variant.inspected if variant else self.scene.inspected
            self.playback.load(shown.audio)
            self._cell_bound = max(self._cell_bound, shown.cell_bound)
        self._prepare()

    # What is chosen

    def set_front(self, *, is_front: bool) -> None:
        """Whether the page is to be seen: what is not seen is neither computed nor played."""
        self._is_front = is_front
        self.toolbox.set_front(is_front=is_front)
        if is_front:
            self.picker.set_has_recording(has_recording=wording.last_recording(self.state) is not None)
            self._load_wanted()
        else:
            self.playback.stop()
            self.views.keeper.keep_last()

    def ask_for_file(self) -> None:
        """Let the person choose a file to look at."""
        bundle = self.state.bundle
        if bundle is None:
            return
        chosen = self._dialogs.choose_file(self, self.tr("Look at a file"), pattern=wording.pattern(bundle.card.kind))
        if chosen is not None:
            self.open_file(chosen)

    def open_file(self, path: Path) -> None:
        """Look at a file."""
        self.state.select(Selection(path=str(path), origin="inspect"))

    def _open_recording(self) -> None:
        path = wording.last_recording(self.state)
        if path is not None:
            self.open_file(path)

    def _take_bundle(self) -> None:
        bundle = self.state.bundle
        self.scene.drop("load")
        self.scene.drop("panes")
        if bundle is None:
            self.playback.stop()
            return
        self._cell_bound = 1.0
        if self.inspected is not None:
            self._clear()
        self.bar.set_bundle(bundle)
        self.picker.set_source(self.state.manifest, bundle.card.kind)
        self._wanted = self._wanted or self.state.selection
        self._load_wanted()

    def _take_manifest(self) -> None:
        if self.state.bundle is not None:
            self.picker.set_source(self.state.manifest, self.state.bundle.card.kind)
            self._load_wanted()

    def _take_selection(self, selection: Selection | None) -> None:
        self._wanted = selection
        if selection is None:
            self.scene.drop("load")
            self.scene.drop("panes")
            self._clear()
        else:
            self._load_wanted()

    def _load_wanted(self) -> None:
        """Trace what is wanted, or the first item where nothing is: an example says more than an empty page."""
        bundle, manifest = self.state.bundle, self.state.manifest
        if bundle is None or not self._is_front:
            return
        chosen, self._wanted = self._wanted, None
        if chosen is None:
            is_idle = self.inspected is None and not self.scene.is_busy
            if not is_idle or manifest is None or manifest.kind != bundle.card.kind or not manifest.items:
                return
            chosen = self.views.keeper.begin(manifest, manifest.items[0])
        wanted = chosen
        self.views.keeper.set_selection(wanted)
        self.picker.select(wanted.item)
        self.scene.start("load", lambda: loading.load(bundle, manifest, wanted), self._take_inspected, self._fail)
        QTimer.singleShot(_PATIENCE_MS, self, self._show_waiting)

    def _take_inspected(self, inspected: Inspected) -> None:
        self.playback.load(inspected.audio)
        timing = inspected.timing
        self._cell_bound = max(self._cell_bound, inspected.cell_bound)
        self.scene.set_item(inspected)
        self._prepare()
        self._reset_view(timing)

    def _reset_view(self, timing: Timing) -> None:
        self.view.reset(
            start=timing.start, end=timing.end, first_frame=timing.first_frame, hop=timing.hop, n_frames=timing.n_frames
        )

    def _follow_length(self, timing: Timing) -> None:
        """A variant is longer or shorter than the item: stay where the person looks, as far as there is anything."""
        view = self.view
        is_whole = (view.low, view.high) == (view.start, view.end)
        low, high, cursor = view.low, view.high, view.cursor
        self._reset_view(timing)
        if not is_whole:
            view.show(low, high)
        view.move_to(cursor)

    def _prepare(self) -> None:
        """Make the panes of the chosen layer, of the item as it is or as the tool would have it."""
        bundle, inspected, variant = self.state.bundle, self.inspected, self.scene.variant
        if bundle is None or inspected is None:
            return
        self.state.keep_page_setting("inspect", "order", self.bar.order)
        choice = Choice(self.bar.layer, self.bar.is_backward, self.bar.order, self.bar.target, self._cell_bound)
        shown = self._variant.shown
        other = variant.inspected if variant is not None and shown != "original" else None
        make = loading.differences if shown == "difference" else loading.panes
        self.scene.start("panes", lambda: make(bundle, inspected, choice, other), self._take_panes, self._fail)

    def _take_panes(self, panes: list[Pane]) -> None:
        shown = self.scene.shown
        if shown is None:
            return
        if shown.timing.n_frames != self.view.n_frames:
            self._follow_length(shown.timing)
        self._panes = panes
        self._set_panes()
        self.bar.set_panes([pane.key for pane in panes])
        self._stack.setCurrentWidget(self._shown)
        self._scroll.follow()
        self.scene.look_changed.emit()

    def _set_panes(self) -> None:
        """Show the item's panes, and the open tool's below them."""
        shown = self.scene.shown
        if shown is not None:
            self.lens.set_panes([*self._panes, *self.scene.panes], unit_name=shown.timing.unit)
            self.lens.hide_panes(self.bar.hidden)
            self._describe()

    def _fail(self, error: Exception) -> None:
        self._clear()
        if isinstance(error, ItemError):
            self.state.post("bad", self.tr("This item cannot be shown: {reason}.").format(reason=str(error).rstrip(".")))
        else:
            self.state.post_error(error)

    def _clear(self) -> None:
        self.playback.load(None)
        self.scene.set_item(None)
        self.lens.set_panes([], unit_name="s")
        self.picker.select(None)
        self._stack.setCurrentWidget(self._nothing)

    # What is said

    def _show_waiting(self) -> None:
        if self.scene.is_busy:
            self._head.show_waiting()

    def _describe(self) -> None:
        """Item and answer above the lens; below it the numbers at the cursor and how to read the pane."""
        inspected = self.scene.shown
        if inspected is None or not self.lens.shown_panes():
            for part in (self._head, self._values, self._reading):
                part.clear()
            return
        self._head.show_item(inspected, self.bar.target)
        values = wording.values(self.lens, inspected.timing.unit)
        self._values.setText(values)
        self.lens.describe(values)
        pane = self.lens.pane(self.lens.current) or self.lens.shown_panes()[0]
        self._reading.setText(self.tr("{pane} — {how}").format(pane=pane.heading(), how=pane.reading()))

    def _show_maps(self) -> None:
        self.state.keep_page_setting("inspect", "hidden", sorted(self.bar.hidden))
        self.lens.hide_panes(self.bar.hidden)
        self._describe()

    # Drops

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take files; folders and models are the window's."""
        if wording.dropped_file(event.mimeData()) is not None:
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Look at what was dropped."""
        path = wording.dropped_file(event.mimeData())
        if path is not None:
            self.open_file(path)
            event.acceptProposedAction()

    def choose_neighbour(self, step: int) -> None:
        """Look at the next item of the list, or the one before."""
        item = self.picker.neighbour(step)
        if item is not None:
            self.state.select(Selection(item=item, origin="inspect"))
