"""Two takes, aligned: the item and another one (or a class's most typical take, or another model) on one axis, map by map."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QMenu

from gui.pages.inspect import picture, wording
from gui.pages.inspect.scene import Scene
from gui.pages.inspect.tools import compare_load
from gui.pages.inspect.tools.compare_load import Pair
from gui.pages.inspect.tools.tool import Export, Tool
from gui.player import SoundPlayer
from gui.state import Selection
from gui.widgets.common import button, column, label, name, row
from gui.widgets.lens import Lens
from gui.widgets.lens_look import Look, short
from gui.widgets.lens_panes import DifferencePane
from gui.widgets.time_scroll import TimeScroll
from gui.widgets.time_view import TimeView
from gui.worker import Worker
from seqclass.model import bundle as bundles
from seqclass.model.bundle import Bundle
from seqclass.specs import AlignJob

_QUIET_MS = 150


class CompareTool(Tool):
    """Keeps the first item and compares it with whatever is chosen next."""

    NAME = "compare"
    IS_WIDE = True

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self.first: Selection | None = None
        self.pair: Pair | None = None
        self._cell_bound = 1.0
        self._other_bundle: Bundle | None = None
        self._worker: Worker | None = None
        self._turn = 0
        self._second: Selection | None = None
        # Whoever walks through the list passes items that nobody wants to be compared.
        self._later = QTimer(self, interval=_QUIET_MS, singleShot=True)
        self._later.timeout.connect(lambda: self._start(self._second))
        self._words, self._moment, self._reading = (
            label("heading", wraps=True),
            label("small", wraps=True),
            label("muted", wraps=True),
        )
        self._keep, self._typical, self._model = button(), button(), button()
        self._keep.clicked.connect(self._keep_first)
        self._typical_menu = QMenu(self)
        self._typical.setMenu(self._typical_menu)
        self._typical_menu.aboutToShow.connect(self._fill_typical)
        self._model.clicked.connect(self._ask_model)
        self._layer = QComboBox()
        self._layer.activated.connect(self._show_pair)
        self._play_a, self._play_b, self._jump = button(), button(), button()
        self._play_a.clicked.connect(lambda: self._play(is_first=True))
        self._play_b.clicked.connect(lambda: self._play(is_first=False))
        self._jump.clicked.connect(self._go_to_parting)
        self._player = SoundPlayer(self)
        self._player.failed.connect(scene.state.post_error)
        self.view = TimeView(self)
        self.lens = Lens(self.view)
        self.view.cursor_moved.connect(self._describe)
        self.lens.pointed.connect(self._describe)
        scroll = TimeScroll(self.view)
        choose = row(self._keep, self._typical, self._model, 1, self._layer, spacing=8)
        listen = row(self._play_a, self._play_b, self._jump, 1, spacing=8)
        layout = column(self._words, choose, self.lens, scroll, listen, self._moment, self._reading, spacing=8)
        layout.setStretch(2, 1)
        self.setLayout(layout)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        self._keep.setText(self.tr("Begin with this item"))
        self._keep.setToolTip(self.tr("The item in the list becomes the first one"))
        self._typical.setText(self.tr("With a typical take of"))
        self._model.setText(self.tr("With another model …"))
        name(self._layer, self.tr("Layer"))
        self._play_a.setText(self.tr("Play the first from here"))
        self._play_b.setText(self.tr("Play the second from here"))
        self._jump.setText(self.tr("Where they part"))
        self._fill_layers()
        self._describe()

    def opened(self) -> None:
        """Begin with the item in the lens."""
        self.scene.state.selection_changed.connect(self._take_selection)
        self.scene.state.bundle_changed.connect(self._forget)
        if self.first is None:
            self._keep_first()
        self._describe()

    def closed(self) -> None:
        """Fall silent."""
        self.scene.state.selection_changed.disconnect(self._take_selection)
        self.scene.state.bundle_changed.disconnect(self._forget)
        self._player.stop()
        self.scene.drop("compare")

    def release(self) -> None:
        """Let go of the loudspeaker."""
        self._player.close()

    def exports(self) -> list[Export]:
        """The panes and the differences."""
        pair = self.pair
        if pair is None:
            return []
        sheet = picture.Sheet(
            panes=self.lens.shown_panes(),
            view=self.view.window,
            unit_name="frame",
            title=self._words.text(),
            subtitle=self._moment.text(),
            look=Look.of_paper(),
        )
        found = pair.comparison
        return [
            Export(self.tr("Compare: picture (PNG) …"), "png", lambda path: picture.write(path, sheet)),
            Export(self.tr("Compare: drawing (SVG) …"), "svg", lambda path: picture.write(path, sheet)),
            Export(self.tr("Compare: all differences (NPZ) …"), "npz", found.write),
        ]

    # What is compared

    def _selection(self) -> Selection | None:
        """What is in the lens, as a selection: the page shows the first item where nobody has chosen one."""
        state, inspected = self.scene.state, self.scene.inspected
        if state.selection is not None:
            return state.selection
        items = state.manifest.items if state.manifest is not None else ()
        item = next((item for item in items if inspected is not None and item.id == inspected.name), None)
        return Selection(item=item, origin="inspect") if item is not None else None

    def _keep_first(self) -> None:
        self.first = self._selection()
        self.pair = None
        self._other_bundle = None
        self._show_pair()

    def _forget(self) -> None:
        self._stop_aligning()
        self.first, self.pair = None, None
        self._keep_first()

    def _take_selection(self, selection: Selection | None) -> None:
        """Whatever is chosen next is the second item."""
        if selection is None:
            self._forget()
        elif self.first is None:
            self._keep_first()
        elif _id(selection) != _id(self.first):
            self._second = selection
            self._later.start()

    def _fill_typical(self) -> None:
        self._typical_menu.clear()
        manifest, bundle = self.scene.state.manifest, self.scene.bundle
        if manifest is None or bundle is None:
            return
        target = bundle.card.targets[0].name
        for label_of in sorted({str(item.targets[target]) for item in manifest.items if target in item.targets}):
            self._typical_menu.addAction(label_of, partial(self._start, None, label_of=label_of))

    def _ask_model(self) -> None:
        path = self.scene.dialogs.choose_file(self, self.tr("Compare with a model"), pattern=self.tr("Models (*.seqclass)"))
        if path is None:
            return

        def take(bundle: Bundle) -> None:
            self._other_bundle = bundle
            self._start(self.first, bundle=bundle)

        self.scene.start("compare", lambda: bundles.read(path), take)

    def _start(self, second: Selection | None, *, label_of: str = "", bundle: Bundle | None = None) -> None:
        """Align in a process of its own: that needs librosa."""
        state, first = self.scene.state, self.first
        own = state.bundle
        if first is None or own is None or own.path is None:
            return
        job = AlignJob(
            bundle=str(own.path),
            item=_id(first) if first.text is None else "",
            text=first.text,
            other="" if second is None or bundle is not None or second.text is not None else _id(second),
            other_text=second.text if second is not None and bundle is None else None,
            label=label_of,
            other_bundle=str(bundle.path) if bundle is not None else "",
            dataset=str(state.dataset) if state.dataset is not None else "",
            manifest=state.manifest_file(),
        )
        self._stop_aligning()
        self._moment.setText(self.tr("Aligning …"))
        self._moment.show()
        turn = self._turn

        def take(result: dict[str, Any]) -> None:
            if turn == self._turn:
                self._load(first, second, bundle, result)

        self._worker = worker = state.start_job(job, self.tr("Aligning two takes"), done=take)
        if worker is not None:
            worker.ended.connect(lambda: self._end_aligning(turn))

    def _stop_aligning(self) -> None:
        """Nobody waits for the last two any more, and their process costs a second."""
        self._turn += 1
        self._later.stop()
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.cancel()

    def _end_aligning(self, turn: int) -> None:
        if turn == self._turn:
            self._worker = None
            self._describe()

    def _load(self, first: Selection, second: Selection | None, other: Bundle | None, result: dict[str, Any]) -> None:
        bundle, manifest = self.scene.bundle, self.scene.state.manifest
        if bundle is None:
            return
        if second is None and manifest is not None:
            item = next((item for item in manifest.items if item.id == result["other"]), None)
            second = Selection(item=item, origin="inspect") if item is not None else None
        if second is None:
            return
        chosen = second
        self.scene.start("compare", lambda: compare_load.pair_of(bundle, other, manifest, first, chosen, result), self._take)

    def _take(self, pair: Pair) -> None:
        self.pair = pair
        self._cell_bound = compare_load.cell_bound_of(pair)
        n_steps = len(pair.comparison.distance)
        self._fill_layers()
        self._show_pair()
        self.view.reset(start=-0.5, end=n_steps - 0.5, first_frame=0.0, hop=1.0, n_frames=n_steps)
        if pair.comparison.parting is not None:
            self._go_to_parting()

    # Showing it

    def _fill_layers(self) -> None:
        chosen = self._layer.currentData()
        self._layer.clear()
        halves = dict.fromkeys(key.rpartition(".")[0] for key in self.pair.comparison.differences) if self.pair else {}
        for half in halves:
            self._layer.addItem(half, half)
        at = self._layer.findData(chosen)
        self._layer.setCurrentIndex(at if at >= 0 else self._layer.count() - 1)

    def _show_pair(self) -> None:
        pair = self.pair
        self.lens.set_panes(
            compare_load.panes(pair, str(self._layer.currentData()), self.scene.target, self._cell_bound) if pair else [],
            unit_name="frame",
        )
        self._describe()

    def _describe(self) -> None:
        """Words above, numbers at the cursor below."""
        pair = self.pair
        for one in (self._layer, self._play_a, self._play_b, self._jump, self._moment, self._reading):
            one.setVisible(pair is not None)
        for one in (self._typical, self._model):
            one.setEnabled(self.first is not None)
        first = wording.shortened(_id(self.first)) if self.first is not None else ""
        if pair is None:
            text = self.tr("First: {item}. Now choose another item in the list, a class or a model.")
            self._words.setText(text.format(item=first) if first else self.tr("Choose an item in the list."))
            return
        self._words.setText(self.tr("{first} − {second}").format(first=first, second=wording.shortened(pair.b.name)))
        found = pair.comparison
        step = min(self.view.frame, len(found.distance) - 1)
        is_timed = pair.a.trace.is_timed
        unit = self.tr("{n} ms") if is_timed else self.tr("frame {n}")
        places = (unit.format(n=short(round(float(places[step]), 1))) for places in (found.a_ms, found.b_ms))
        parts = [self.tr("first at {a}, second at {b}").format(a=next(places), b=next(places))]
        parts.append(self.tr("distance {value}").format(value=short(round(float(found.distance[step]), 3))))
        parts.append(self._verdict(pair))
        self._moment.setText(" · ".join(part for part in parts if part))
        pane = self.lens.pane(self.lens.current)
        shown = pane or next((one for one in self.lens.shown_panes() if isinstance(one, DifferencePane)), None)
        self._reading.setText(shown.reading() if shown is not None else "")
        has_sound = pair.a.audio is not None
        self._play_a.setVisible(has_sound)
        self._play_b.setVisible(has_sound and not pair.is_of_models)
        self._jump.setEnabled(found.parting is not None)

    def _verdict(self, pair: Pair) -> str:
        spread, parting = pair.spread, pair.comparison.parting
        if spread is None:
            return ""
        if parting is None:
            return self.tr("they do not part more than takes of one class do ({n} pairs)").format(n=spread.n_pairs)
        text = self.tr("they part at {a} of the first, beyond what 19 of 20 pairs of one class do ({n} pairs)")
        unit = self.tr("{n} ms") if pair.a.trace.is_timed else self.tr("frame {n}")
        return text.format(a=unit.format(n=short(round(parting.a_ms))), n=spread.n_pairs)

    def _go_to_parting(self) -> None:
        if self.pair is not None and self.pair.comparison.parting is not None:
            self.view.move_to(float(self.pair.comparison.parting.step))
            self.view.follow()

    def _play(self, *, is_first: bool) -> None:
        pair = self.pair
        if pair is None:
            return
        side, places = (pair.a, pair.comparison.a_ms) if is_first else (pair.b, pair.comparison.b_ms)
        if side.audio is None:
            return
        step = min(self.view.frame, len(places) - 1)
        self._player.play(side.audio.samples, side.audio.rate_hz, start_s=max(float(places[step]) / 1000, 0.0))


def _id(selection: Selection) -> str:
    if selection.item is not None:
        return selection.item.id
    return selection.path or (selection.text or "")
