"""The Inspect page with a model: choose an item to the left, look at its gates and states to the right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMenu, QScrollBar, QSplitter, QStackedWidget, QWidget

from gui.background import Task, run_in_background
from gui.pages.inspect import export, loading, wording
from gui.pages.inspect.bar import InspectBar
from gui.pages.inspect.loading import Choice, Inspected
from gui.pages.inspect.playback import Playback
from gui.state import AppState, Selection
from gui.widgets.common import Responsive, button, card, column, elided, label, name, row, set_kind, tool_button
from gui.widgets.dialogs import Dialogs
from gui.widgets.empty_state import EmptyState
from gui.widgets.item_picker import ItemPicker
from gui.widgets.lens import Lens
from gui.widgets.lens_look import LEFT, RIGHT, Look
from gui.widgets.lens_panes import Pane
from gui.widgets.time_view import TimeView
from seqclass.errors import ItemError

_STEPS = 10_000
_PATIENCE_MS = 200


class InspectWorkspace(Responsive, QWidget):
    """Shows one item through the open model.

    Attributes:
        view: The time axis.
        lens: The panes.
        picker: The items.
        bar: What is to be seen.
        playback: The sound.
        inspected: What is shown; None before the first item.
    """

    def __init__(self, state: AppState, dialogs: Dialogs, ask_for_dataset: Callable[[], None]) -> None:
        super().__init__()
        self.state = state
        self._dialogs = dialogs
        self.inspected: Inspected | None = None
        self._wanted: Selection | None = None
        self._is_front = False
        self._cell_bound = 1.0
        self._tasks: dict[str, Task] = {}
        self.view = TimeView(self)
        self.lens = Lens(self.view)
        self.picker = ItemPicker()
        hidden = frozenset(map(str, state.page_setting("inspect", "hidden", [])))
        self.bar = InspectBar(str(state.page_setting("inspect", "order", "cluster")), hidden)
        self.playback = Playback(self.view, self)
        self._make_parts()
        self._connect(ask_for_dataset)
        self.setAcceptDrops(True)
        self.retranslate()
        self._take_bundle()

    # Parts

    def _make_parts(self) -> None:
        self._title, self._answer = label("heading"), label()
        for part in (self._title, self._answer):
            part.setMinimumWidth(80)
        self._export = button()
        self._export_menu = QMenu(self)
        self._export.setMenu(self._export_menu)
        self._scroll = QScrollBar(Qt.Orientation.Horizontal)
        self._smaller, self._larger, self._whole = tool_button(), tool_button(), tool_button()
        self._smaller.setText("−")
        self._larger.setText("+")
        for one in (self._smaller, self._larger, self._whole):
            one.setFixedHeight(26)
        left, right = QWidget(), QWidget()
        left.setFixedWidth(round(LEFT) - 1)
        right.setFixedWidth(round(RIGHT) - 4)
        right.setLayout(row(self._smaller, self._larger, self._whole, 1, spacing=2, margins=(10, 0, 0, 0)))
        self._values, self._reading = label("small", wraps=True), label("muted", wraps=True)
        for part in (self._values, self._reading):
            part.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._reading.setMinimumHeight(2 * self._reading.fontMetrics().lineSpacing() + 2)
        head = row(column(self._title, self._answer, spacing=2), self._export, spacing=12)
        head.setStretch(0, 1)
        head.setAlignment(self._export, Qt.AlignmentFlag.AlignTop)
        scroll = row(left, self._scroll, right, spacing=0)
        scroll.setStretch(1, 1)
        self._shown = QWidget()
        layout = column(head, self.bar, self.lens, scroll, self._values, self._reading, spacing=6)
        layout.setStretch(2, 1)
        self._shown.setLayout(layout)
        self._nothing = EmptyState("inspect", 2)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._nothing)
        self._stack.addWidget(self._shown)
        pick, look = card(self.picker, margin=14), card(self._stack, margin=14)
        pick.setMinimumWidth(214)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(12)
        splitter.addWidget(pick)
        splitter.addWidget(look)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([252, 900])
        self.setLayout(column(splitter, margins=(16, 14, 16, 14)))

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
        self.bar.changed.connect(self._prepare)
        self.bar.maps_changed.connect(self._show_maps)
        self.bar.play_clicked.connect(self.playback.toggle)
        self.lens.play_requested.connect(self.playback.toggle)
        self.lens.seeked.connect(self.playback.seek)
        self.lens.brushed.connect(self.playback.seek)
        self.lens.pointed.connect(self._describe)
        self.view.cursor_moved.connect(self._describe)
        self.view.selection_changed.connect(self._describe)
        self.view.range_changed.connect(self._follow_view)
        self._scroll.valueChanged.connect(self._scrolled)
        self._smaller.clicked.connect(lambda: self.view.zoom(1.5))
        self._larger.clicked.connect(lambda: self.view.zoom(1 / 1.5))
        self._whole.clicked.connect(self.view.fit)
        self.playback.changed.connect(self.bar.set_playing)
        self.playback.failed.connect(state.post_error)
        self._export_menu.aboutToShow.connect(self._fill_export_menu)

    def retranslate(self) -> None:
        """Set every text."""
        self._export.setText(self.tr("Export"))
        name(self._scroll, self.tr("Visible part of the time"))
        name(self._smaller, self.tr("Show more of the time"), tip=self.tr("Show more of the time (−)"))
        name(self._larger, self.tr("Show less of the time, larger"), tip=self.tr("Show less of the time, larger (+)"))
        self._whole.setText(self.tr("Fit"))
        name(self._whole, self.tr("Show the whole item"), tip=self.tr("Show the whole item (0)"))
        self._nothing.set_texts(
            self.tr("Choose an item"),
            self.tr("Take one of the data set, or any file: drop it here. Its gates and states appear along its time."),
            self.tr("Open a data set …"),
            self.tr("Open a file …"),
        )
        self._describe()

    # What is chosen

    def set_front(self, *, is_front: bool) -> None:
        """Whether the page is to be seen: what is not seen is neither computed nor played."""
        self._is_front = is_front
        if is_front:
            self.picker.set_has_recording(has_recording=wording.last_recording(self.state) is not None)
            self._load_wanted()
        else:
            self.playback.stop()

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
        self._drop("load")
        self._drop("panes")
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
            self._drop("load")
            self._drop("panes")
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
            is_idle = self.inspected is None and "load" not in self._tasks
            if not is_idle or manifest is None or manifest.kind != bundle.card.kind or not manifest.items:
                return
            chosen = Selection(item=manifest.items[0], origin="inspect")
        wanted = chosen
        self.picker.select(wanted.item)
        self._start("load", lambda: loading.load(bundle, manifest, wanted), self._take_inspected, self._fail)
        QTimer.singleShot(_PATIENCE_MS, self, self._show_waiting)

    def _take_inspected(self, inspected: Inspected) -> None:
        self.playback.load(inspected.audio)
        timing = inspected.timing
        self._cell_bound = max(self._cell_bound, inspected.cell_bound)
        self.inspected = inspected
        self._prepare()
        self.view.reset(
            start=timing.start, end=timing.end, first_frame=timing.first_frame, hop=timing.hop, n_frames=timing.n_frames
        )

    def _prepare(self) -> None:
        """Make the panes of the chosen layer."""
        bundle, inspected = self.state.bundle, self.inspected
        if bundle is None or inspected is None:
            return
        self.state.keep_page_setting("inspect", "order", self.bar.order)
        choice = Choice(self.bar.layer, self.bar.is_backward, self.bar.order, self.bar.target, self._cell_bound)
        self._start("panes", lambda: loading.panes(bundle, inspected, choice), self._take_panes, self._fail)

    def _take_panes(self, panes: list[Pane]) -> None:
        assert self.inspected is not None
        self.lens.set_panes(panes, unit_name=self.inspected.timing.unit)
        self.lens.hide_panes(self.bar.hidden)
        self.bar.set_panes([pane.key for pane in panes])
        self._stack.setCurrentWidget(self._shown)
        self._describe()
        self._follow_view()

    def _fail(self, error: Exception) -> None:
        self._clear()
        if isinstance(error, ItemError):
            self.state.post("bad", self.tr("This item cannot be shown: {reason}.").format(reason=str(error).rstrip(".")))
        else:
            self.state.post_error(error)

    def _clear(self) -> None:
        self.playback.load(None)
        self.inspected = None
        self.lens.set_panes([], unit_name="s")
        self.picker.select(None)
        self._stack.setCurrentWidget(self._nothing)

    def _start(self, task: str, function: Callable[[], object], done: Callable[..., None], failed: Callable[..., None]) -> None:
        self._drop(task)

        def finish(result: object) -> None:
            self._tasks.pop(task, None)
            done(result)

        def fail(error: Exception) -> None:
            self._tasks.pop(task, None)
            failed(error)

        self._tasks[task] = run_in_background(function, self, done=finish, failed=fail)

    def _drop(self, task: str) -> None:
        started = self._tasks.pop(task, None)
        if started is not None:
            started.cancel()

    # What is said

    def _show_waiting(self) -> None:
        if self._tasks:
            self._answer.setText(self.tr("Computing …"))
            set_kind(self._answer, "muted")

    def _describe(self) -> None:
        """Item and answer above the lens; below it the numbers at the cursor and how to read the pane."""
        inspected = self.inspected
        if inspected is None or not self.lens.shown_panes():
            for part in (self._title, self._answer, self._values, self._reading):
                part.clear()
            return
        self._title.setText(elided(" ".join(inspected.name.split()), 100))
        self._title.setToolTip(inspected.name[:2000])
        kind, text = wording.answer(inspected, self.bar.target)
        self._answer.setText(text)
        set_kind(self._answer, kind)
        values = wording.values(self.lens, inspected.timing.unit)
        self._values.setText(values)
        self.lens.describe(values)
        pane = self.lens.pane(self.lens.current) or self.lens.shown_panes()[0]
        self._reading.setText(self.tr("{pane} — {how}").format(pane=pane.heading(), how=pane.reading()))

    def _show_maps(self) -> None:
        self.state.keep_page_setting("inspect", "hidden", sorted(self.bar.hidden))
        self.lens.hide_panes(self.bar.hidden)
        self._describe()

    # The visible part

    def _follow_view(self) -> None:
        view = self.view
        scale = _STEPS / (view.end - view.start)
        page = max(round((view.high - view.low) * scale), 1)
        self._scroll.blockSignals(True)
        self._scroll.setRange(0, _STEPS - page)
        self._scroll.setPageStep(page)
        self._scroll.setSingleStep(max(page // 10, 1))
        self._scroll.setValue(round((view.low - view.start) * scale))
        self._scroll.blockSignals(False)
        for zoom in (self._smaller, self._whole):
            zoom.setEnabled(page < _STEPS)

    def _scrolled(self, value: int) -> None:
        view = self.view
        view.pan(view.start + value * (view.end - view.start) / _STEPS - view.low)

    # Out of the program

    def _fill_export_menu(self) -> None:
        menu = self._export_menu
        menu.clear()
        menu.addAction(self.tr("Picture (PNG) …"), lambda: self.export("png"))
        menu.addAction(self.tr("Drawing (SVG) …"), lambda: self.export("svg"))
        menu.addAction(self.tr("All numbers (NPZ) …"), lambda: self.export("npz"))

    def export(self, ending: str) -> None:
        """Ask for a place and write the visible part as ``png`` or ``svg``, or the whole trace as ``npz``."""
        inspected = self.inspected
        if inspected is None:
            return
        words = {"png": self.tr("Save the picture"), "svg": self.tr("Save the drawing"), "npz": self.tr("Save all numbers")}
        stem = wording.file_stem(inspected.name)
        path = self._dialogs.choose_new_file(self, words[ending], start=f"{stem}.{ending}", pattern=f"*.{ending}")
        if path is None:
            return
        path = path if path.suffix.lower() == f".{ending}" else path.with_name(f"{path.name}.{ending}")
        sheet = export.Sheet(
            panes=self.lens.shown_panes(),
            view=self.view.window,
            unit_name=inspected.timing.unit,
            title=" ".join(inspected.name.split()),
            subtitle=self._subtitle(inspected),
            look=Look.of_paper(),
        )

        def write() -> None:
            if ending == "npz":
                inspected.trace.save(path)
            else:
                export.write(path, sheet)

        def done(_result: object) -> None:
            self.state.post("good", self.tr("Written: {path}").format(path=path))

        run_in_background(write, self, done=done, failed=self.state.post_error)

    def _subtitle(self, inspected: Inspected) -> str:
        bundle = self.state.bundle
        model = bundle.path.stem if bundle is not None and bundle.path is not None else ""
        return " · ".join(part for part in (model, self.bar.words(), wording.answer(inspected, self.bar.target)[1]) if part)

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
