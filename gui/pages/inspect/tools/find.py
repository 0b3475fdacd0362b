"""Find this moment elsewhere: the units that are on in the chosen range and off around it, and where else they are on together."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QListWidget, QListWidgetItem, QSizePolicy

from gui.pages.inspect.scene import Scene
from gui.pages.inspect.tools.find_row import SnippetRow
from gui.pages.inspect.tools.tool import Export, Tool
from gui.state import Selection
from gui.widgets import lens_texts
from gui.widgets.common import button, column, label, name, row
from gui.widgets.lens_look import short
from gui.widgets.push_bars import Bar, PushBars
from seqclass.files import write_text
from seqclass.inspection import search, search_job, store
from seqclass.inspection.naming import half_name
from seqclass.inspection.search import Findings, Hit, Pattern, State, make_pattern
from seqclass.model.bundle import Bundle
from seqclass.specs import TracesJob

_MOST_UNITS, _MOST_GROUPS, _MOST_HITS = 12, 8, 100


class FindTool(Tool):
    """Takes the range that the person brushes in the lens, and lists the moments like it."""

    NAME = "find"

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self.pattern: Pattern | None = None
        self.findings: Findings | None = None
        self._wanted: tuple[float, float] | None = None
        self._range = label(wraps=True)
        self._units = label("small", wraps=True)
        self._state, self._threshold = QComboBox(), QDoubleSpinBox()
        self._state.activated.connect(self._choose_state)
        self._threshold.setRange(0.0, 20.0)
        self._threshold.setDecimals(2)
        self._threshold.setSingleStep(0.05)
        self._threshold.valueChanged.connect(self._choose_threshold)
        self._is_set_by_hand = False
        self._search = button("primary")
        self._search.clicked.connect(self._start)
        self._summary = label(wraps=True)
        self._group = QComboBox()
        self._group.activated.connect(self._show_groups)
        self.groups = PushBars()
        self.hits = QListWidget()
        self.hits.setMinimumHeight(140)
        self.hits.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.hits.itemActivated.connect(self._look_at)
        self.hits.itemDoubleClicked.connect(self._look_at)
        self.row = SnippetRow(self)
        self.row.failed.connect(scene.state.post_error)
        self.row.began.connect(self.hits.setCurrentRow)
        self.row.playing_changed.connect(self._show_playing)
        self._play, self._open = button(), button()
        self._play.clicked.connect(self._play_row)
        self._open.clicked.connect(lambda: self._look_at(self.hits.currentItem()))
        tune = row(self._state, self._threshold, spacing=8)
        tune.setStretch(0, 1)
        choose = column(self._range, tune, self._units, self._search, spacing=8)
        found = column(self._summary, self._group, self.groups, self.hits, row(self._play, self._open, 1), 1, spacing=8)
        found.setStretch(3, 100)  # where there is room, for hits; none is shown before a search
        layout = column(choose, found, spacing=14)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        chosen = self._state.currentData()
        self._state.clear()
        self._state.addItem(self.tr("by hidden state h"), "hidden")
        self._state.addItem(self.tr("by cell state c"), "cell")
        self._state.setCurrentIndex(max(self._state.findData(chosen), 0))
        name(self._state, self.tr("Which state says that a unit is on"))
        name(self._threshold, self.tr("Threshold"), tip=self.tr("A unit is on where its state is beyond this"))
        self._search.setText(self.tr("Search the data set"))
        name(self._group, self.tr("Grouped by"))
        name(self.hits, self.tr("Moments like this one, best first"))
        self._open.setText(self.tr("Look at it"))
        self._show_pattern()
        self._show_findings()
        self._show_playing()

    def opened(self) -> None:
        """Follow the range."""
        self.scene.view.selection_changed.connect(self._make_pattern)
        self.scene.look_changed.connect(self._make_pattern)
        self.scene.item_changed.connect(self._brush_again)
        self._make_pattern()

    def closed(self) -> None:
        """Fall silent."""
        self.scene.view.selection_changed.disconnect(self._make_pattern)
        self.scene.look_changed.disconnect(self._make_pattern)
        self.scene.item_changed.disconnect(self._brush_again)
        self.row.stop()

    def release(self) -> None:
        """Let go of the loudspeaker."""
        self.row.close()

    def exports(self) -> list[Export]:
        """The hits."""
        found, bundle = self.findings, self.scene.bundle
        if found is None or bundle is None:
            return []
        return [Export(self.tr("Find: all hits (CSV) …"), "csv", partial(_write, found=found, bundle=bundle))]

    def view_state(self) -> dict[str, Any]:
        """State and threshold."""
        return {"state": self._state.currentData(), "threshold": self._threshold.value() if self._is_set_by_hand else None}

    def restore_view(self, state: dict[str, Any]) -> None:
        """The same again."""
        self._state.setCurrentIndex(max(self._state.findData(state.get("state")), 0))
        if isinstance(state.get("threshold"), float):
            self._threshold.setValue(state["threshold"])
        self._make_pattern()

    # The pattern

    def _half_name(self) -> str:
        return half_name(self.scene.layer, is_backward=self.scene.half is not None and self.scene.half.is_backward)

    def _choose_state(self) -> None:
        self._is_set_by_hand = False
        self._make_pattern()

    def _choose_threshold(self) -> None:
        self._is_set_by_hand = True
        self._make_pattern()

    def _make_pattern(self) -> None:
        """Pick the units: cheap enough to follow the mouse."""
        scene = self.scene
        half, bundle, selection = scene.half_of(scene.inspected), scene.bundle, scene.view.selection
        self.pattern = None
        if half is not None and bundle is not None and selection is not None:
            state: State = "cell" if self._state.currentData() == "cell" else "hidden"
            low, high = (
                scene.view.frame_at(place) for place in (selection[0] + scene.view.hop / 2, selection[1] - scene.view.hop / 2)
            )
            self.pattern = make_pattern(
                getattr(half, state),
                low,
                high + 1,
                half=self._half_name(),
                state=state,
                threshold=self._threshold.value() if self._is_set_by_hand else None,
                context=search.usual_context(bundle.card.kind),
            )
            self._threshold.blockSignals(True)
            self._threshold.setValue(self.pattern.threshold)
            self._threshold.blockSignals(False)
        self._show_pattern()

    def _show_pattern(self) -> None:
        pattern, selection = self.pattern, self.scene.view.selection
        has_data = self.scene.state.manifest is not None
        self._search.setEnabled(pattern is not None and len(pattern.units) > 0 and has_data)
        if pattern is None or selection is None:
            self._range.setText(self.tr("Drag over a moment in the lens, or mark its ends by [ and ]."))
            self._units.clear()
            return
        shown = self.scene.inspected
        unit = shown.timing.unit if shown else "frame"
        low, high = (lens_texts.moment(place, unit) for place in selection)
        self._range.setText(self.tr("From {low} to {high}, {n} frames").format(low=low, high=high, n=pattern.n_frames))
        signs = pattern.signs.tolist()
        units = [f"{'−' if sign < 0 else ''}{at}" for at, sign in zip(pattern.units.tolist(), signs, strict=True)]
        listed = ", ".join(units[:_MOST_UNITS]) + (" …" if len(units) > _MOST_UNITS else "")
        if not units:
            self._units.setText(self.tr("No unit is on here and off around it: choose another range or threshold."))
        else:
            text = self.tr("{n} of {on} units that are on here are off around it: {units}")
            self._units.setText(text.format(n=len(units), on=pattern.n_on, units=listed))
        if not has_data:
            self._units.setText(self._units.text() + "\n" + self.tr("Open a data set to search it."))

    # The search

    def _start(self) -> None:
        """Search; where the data set was not traced yet, trace it first."""
        state, pattern = self.scene.state, self.pattern
        bundle, manifest, inspected = state.bundle, state.manifest, self.scene.inspected
        selection = self.scene.view.selection
        if bundle is None or manifest is None or pattern is None or inspected is None or selection is None:
            return
        view = self.scene.view
        first = view.frame_at(selection[0] + view.hop / 2)
        query = (inspected.name, first, first + pattern.n_frames)
        items = manifest.items
        self._search.setEnabled(False)
        self._summary.setText(self.tr("Searching …"))

        def look() -> Findings | None:
            found = store.find(bundle, items, (pattern.state,))
            if found is None:
                return None
            place = found.position(query[0])
            return search.search(found, pattern, query=query if place is not None else None, limit=_MOST_HITS)

        self.scene.start("find", look, self._take, self._fail)

    def _take(self, findings: Findings | None) -> None:
        if findings is None:
            self._trace_all()
            return
        self.findings = findings
        self._show_pattern()
        self._show_findings()

    def _fail(self, error: Exception) -> None:
        self._summary.clear()
        self._show_pattern()
        self.scene.state.post_error(error)

    def _trace_all(self) -> None:
        state = self.scene.state
        if state.bundle is None or state.bundle.path is None or state.dataset is None:
            return
        self._summary.setText(self.tr("The data set is being traced once; after that searches take no time."))
        job = TracesJob(bundle=str(state.bundle.path), dataset=str(state.dataset), manifest=state.manifest_file())
        worker = state.start_job(job, self.tr("Tracing the data set"), done=lambda _result: self._start())
        if worker is not None:
            worker.failed.connect(lambda *_: self._fail_tracing())

    def _fail_tracing(self) -> None:
        self._summary.clear()
        self._show_pattern()

    # What was found

    def _show_findings(self) -> None:
        found = self.findings
        for part in (self._group, self.groups, self.hits, self._play, self._open):
            part.setVisible(found is not None)
        self.hits.clear()
        if found is None:
            return
        text = self.tr("{hits} like it in {items} of {n} items, found in {seconds} s")
        self._summary.setText(
            text.format(hits=found.n_hits, items=found.n_items_hit, n=found.n_items, seconds=short(round(found.seconds, 3)))
        )
        chosen = self._group.currentData()
        self._group.clear()
        words = {"group": self.tr("Lift over chance by speaker"), "answer": self.tr("Lift over chance by the model's answer")}
        for key in found.by:
            self._group.addItem(words.get(key, self.tr("Lift over chance by {name}").format(name=key)), key)
        self._group.setCurrentIndex(max(self._group.findData(chosen), 0))
        self._show_groups()
        for hit in found.hits:
            entry = QListWidgetItem(self._words(hit))
            entry.setToolTip(hit.item.id)
            entry.setData(Qt.ItemDataRole.UserRole, hit)
            self.hits.addItem(entry)

    def _words(self, hit: Hit) -> str:
        bundle = self.scene.bundle
        is_sound = bundle is not None and bundle.card.kind == "speech"
        if is_sound:
            place = f"{hit.start_s:.2f}–{hit.end_s:.2f} s"
        elif bundle is not None and bundle.card.kind == "text":
            place = f"“{search_job.words_of(bundle, hit)}”"
        else:
            place = self.tr("frames {first}–{last}").format(first=hit.start, last=hit.stop - 1)
        label_of = next(iter(hit.item.targets.values()), "")
        parts = [str(label_of), hit.item.group or "", place, f"{hit.score:.2f}"]
        mine = " ◂" if hit.is_query else ""
        return " · ".join(part for part in parts if part) + mine

    def _show_groups(self) -> None:
        found = self.findings
        counts = found.by.get(str(self._group.currentData()), ()) if found else ()
        bars = [Bar(f"{count.name} ({count.n_hit}/{count.n_items})", count.lift) for count in counts[:_MOST_GROUPS]]
        self.groups.show_bars(bars)

    def _look_at(self, entry: QListWidgetItem | None) -> None:
        """Show a hit in the lens, its range chosen."""
        hit: Hit | None = entry.data(Qt.ItemDataRole.UserRole) if entry is not None else None
        if hit is None:
            return
        self.row.stop()
        self._wanted = (hit.start_s, hit.end_s) if self._is_timed() else (hit.start - 0.5, hit.stop - 0.5)
        inspected = self.scene.inspected
        if inspected is not None and inspected.name == hit.item.id:
            self._brush_again()
        else:
            self.scene.state.select(Selection(item=hit.item, origin="inspect"))

    def _is_timed(self) -> bool:
        shown = self.scene.inspected
        return shown is not None and shown.timing.unit in lens_texts.TIMED

    def _brush_again(self) -> None:
        """The hit's item has come: choose its range once the view shows it."""
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            self.scene.start("brush", lambda: wanted, self._brush)

    def _brush(self, wanted: tuple[float, float]) -> None:
        view = self.scene.view
        view.select(wanted)
        view.move_to(wanted[0])

    # Sound

    def _play_row(self) -> None:
        manifest, found = self.scene.state.manifest, self.findings
        if self.row.is_playing or manifest is None or found is None:
            self.row.stop()
            return
        self.scene.playback.stop()
        self.row.play(manifest, found.hits, first=max(self.hits.currentRow(), 0))

    def _show_playing(self) -> None:
        self._play.setText(self.tr("Stop") if self.row.is_playing else self.tr("Play in a row"))
        self._play.setEnabled(self.scene.bundle is not None and self.scene.bundle.card.kind == "speech")


def _write(path: Path, *, found: Findings, bundle: Bundle) -> None:
    write_text(path, search_job.as_csv(found, bundle))
