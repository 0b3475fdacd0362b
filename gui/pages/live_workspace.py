"""The Live page with a model: microphone, files and texts to the left, what it makes of them to the right."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QComboBox, QScrollArea, QSplitter, QVBoxLayout, QWidget

from gui import theme
from gui.background import Task, run_in_background
from gui.microphone import Batch, Microphone, OpenCapture, Opened, Trouble, Word
from gui.pages.live_answer import LiveAnswer
from gui.pages.live_controls import LiveControls
from gui.pages.live_keep import Kept, keep, take_back
from gui.pages.live_text import LiveText
from gui.player import SoundPlayer
from gui.state import BUNDLE_SUFFIX, AppState, Selection
from gui.widgets.common import Responsive, button, card, column, label, name, row
from gui.widgets.dialogs import Dialogs
from gui.widgets.event_table import UNKNOWN, Entry, EventTable, to_csv
from gui.widgets.lens_texts import MAPS, heading
from gui.widgets.spectrogram_roll import Mark, SpectrogramRoll
from seqclass.events import Dropped, Guessed, ItemClassified, Onset
from seqclass.specs import ClassifyJob

if TYPE_CHECKING:
    from seqclass.audio.devices import Device

LEFT_WIDTH = 296
CLIPS_ON_DISK = 20


class LiveWorkspace(Responsive, QWidget):
    """Listens, reads, and keeps the table.

    Attributes:
        microphone: The ear.
        controls: Its buttons and settings.
        roll: What rolls by.
        table: What was heard.
        answer: The chosen or last one.
        text: To type into.
    """

    def __init__(
        self,
        state: AppState,
        dialogs: Dialogs,
        *,
        open_capture: OpenCapture | None = None,
        list_devices: Callable[[], tuple[Device, ...]] | None = None,
    ) -> None:
        super().__init__()
        self.state = state
        self._dialogs = dialogs
        self._n_entries = 0
        self._queue: list[list[str]] = []
        self._is_classifying = False
        self._preview: Task | None = None
        self._holds = False
        self._space_held = False
        self._lost = ""
        self.microphone = Microphone(self, open_capture=open_capture)
        self.player = SoundPlayer(self)
        self.controls = LiveControls(state, list_devices=list_devices)
        self.text = LiveText()
        self.answer = LiveAnswer()
        self.roll = SpectrogramRoll()
        self.table = EventTable()
        self._make_parts()
        self._connect()
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.retranslate()
        self.restyle()
        self._take_bundle()
        self._take_dataset()

    # Parts

    def _make_parts(self) -> None:
        self.files = button()
        self._files_hint = label("small", wraps=True)
        self._layer, self._map = QComboBox(), QComboBox()
        self._roll_title = label("heading")
        self.play, self.inspect, self.export, self.forget = button("quiet"), button("quiet"), button(), button("quiet")
        self._table_title = label("heading")
        left = QWidget()
        files = card(self.files, self._files_hint, spacing=6, margin=14)
        left.setLayout(column(self.controls, self.text, self.answer, files, self.controls.settings, 1, spacing=12))
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(left)
        scroll.setFixedWidth(LEFT_WIDTH)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._map.setMinimumWidth(150)
        head = row(self._roll_title, 1, self._layer, self._map)
        self._roll_card = card(head, self.roll, margin=14)
        layout = self._roll_card.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.setStretch(1, 1)
        tools = row(self._table_title, 1, self.play, self.inspect, self.forget, self.export, spacing=6)
        events = card(tools, self.table, margin=14)
        self._splitter = splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(12)
        splitter.addWidget(self._roll_card)
        splitter.addWidget(events)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 2)
        splitter.setSizes([420, 240])
        whole = row(scroll, splitter, spacing=12, margins=(16, 14, 16, 14))
        whole.setStretch(1, 1)
        self.setLayout(whole)

    def _connect(self) -> None:
        state, ear = self.state, self.microphone
        state.bundle_changed.connect(self._take_bundle)
        state.dataset_changed.connect(self._take_dataset)
        state.manifest_changed.connect(self._take_dataset)
        ear.opened.connect(self._take_opened)
        ear.arrived.connect(self._take_batch)
        ear.troubled.connect(self._take_trouble)
        ear.closed.connect(self._take_closed)
        self.controls.hold_began.connect(self.begin_hold)
        self.controls.hold_ended.connect(self.end_hold)
        self.controls.listen_toggled.connect(self.set_listening)
        self.controls.spec_changed.connect(self._take_spec)
        self.controls.box.device_changed.connect(self._take_device)
        self.text.typed.connect(self._show_preview)
        self.text.entered.connect(self._classify_text)
        self.files.clicked.connect(self._ask_for_files)
        self.table.chosen.connect(self._take_choice)
        self.roll.word_chosen.connect(self.table.choose)
        self.answer.keep_bar.confirmed.connect(self._keep)
        self.play.clicked.connect(self._play)
        self.inspect.clicked.connect(self._open_in_inspect)
        self.export.clicked.connect(self._export)
        self.forget.clicked.connect(self._clear)
        self.player.failed.connect(state.post_error)
        self._layer.activated.connect(lambda _: self._take_map())
        self._map.activated.connect(lambda _: self._take_map())

    def retranslate(self) -> None:
        """Set every text."""
        self.files.setText(self.tr("Choose files …"))
        self._files_hint.setText(self.tr("Or drop any files on this page: they are classified in their order."))
        self._roll_title.setText(self.tr("What it hears"))
        self._table_title.setText(self.tr("Events"))
        name(self._layer, self.tr("Layer"))
        name(self._map, self.tr("Gate or state"))
        name(self._splitter.handle(1), self.tr("Border between the picture and the events"))
        self.play.setText(self.tr("Play"))
        self.inspect.setText(self.tr("Inspect"))
        self.forget.setText(self.tr("Clear"))
        self.export.setText(self.tr("Export CSV …"))
        self.inspect.setToolTip(self.tr("Look at the gates of the chosen event on the Inspect page"))
        self._fill_choosers()

    def restyle(self) -> None:
        """Set icons."""
        for one, icon in ((self.play, "play"), (self.inspect, "inspect"), (self.forget, "bin"), (self.export, "save")):
            one.setIcon(theme.icon(icon))
        self.files.setIcon(theme.icon("folder"))

    def _fill_choosers(self) -> None:
        layer = max(self._layer.currentIndex(), 0)
        key = self._map.currentData() or str(self.state.page_setting("live", "map", "hidden"))
        n_layers = len(self.state.bundle.network.layers) if self.state.bundle is not None else 1
        self._layer.clear()
        self._layer.addItems([self.tr("layer {n}").format(n=index + 1) for index in range(n_layers)])
        self._layer.setCurrentIndex(min(layer, n_layers - 1))
        self._map.clear()
        for one in MAPS:
            self._map.addItem(heading(one), one)
        self._map.setCurrentIndex(max(self._map.findData(key), 0))

    # Facts

    def _take_bundle(self) -> None:
        self.set_listening(is_wanted=False)
        self.microphone.close()
        self.controls.set_phase("off")
        bundle = self.state.bundle
        if bundle is None:
            return
        target = bundle.card.targets[0]
        kind = bundle.card.kind
        for one in (self.controls, self.controls.settings):
            one.setVisible(kind == "speech")
        self.text.setVisible(kind == "text")
        self._roll_card.setVisible(kind == "speech")
        self.controls.set_own_threshold(bundle.card.thresholds.get(target.name, 0.0))
        self.roll.set_model(target.labels)
        self.answer.set_labels(target.labels)
        self._layer.setCurrentIndex(0)
        self._fill_choosers()
        self._layer.setCurrentIndex(self._layer.count() - 1)
        self._take_map()
        self._take_dataset()
        self.answer.bars.set_threshold(self.controls.limit)
        self._take_choice(self.table.entry)

    def _take_dataset(self) -> None:
        state = self.state
        labels = list(state.bundle.card.targets[0].labels) if state.bundle is not None else []
        if state.manifest is not None:
            labels += [one for one in state.manifest.labels() if one not in labels]
        self.answer.keep_bar.set_labels(labels)
        self.answer.keep_bar.set_dataset(state.dataset.name if state.dataset is not None else "")

    def _take_map(self) -> None:
        key = self._map.currentData()
        self.state.keep_page_setting("live", "map", key)
        self.roll.set_map(max(self._layer.currentIndex(), 0), key)

    def _take_spec(self) -> None:
        self.answer.bars.set_threshold(self.controls.limit)
        if self.controls.phase == "listening":
            self._begin(holds=False)

    def _take_device(self) -> None:
        if self.controls.phase == "listening":
            self._begin(holds=False)

    # The microphone

    def begin_hold(self) -> None:
        """The person begins to speak."""
        if self.controls.phase == "off" and self.controls.hold.isEnabled() and self.state.bundle is not None:
            self.player.stop()
            self._holds = True
            self.controls.set_phase("holding" if self.microphone.is_open else "opening")
            self._begin(holds=True)

    def end_hold(self) -> None:
        """The person has let go."""
        if self._holds:
            self._holds = False
            self.microphone.pause()
            self.controls.set_phase("off")
            self.roll.set_live(is_live=False)

    def set_listening(self, is_wanted: bool) -> None:
        """Listen all the time, or stop."""
        self.end_hold()
        if is_wanted and self.state.bundle is not None:
            self.player.stop()
            self.controls.set_phase("listening")
            self._begin(holds=False)
        elif self.controls.phase == "listening":
            self.microphone.pause()
            self.controls.set_phase("off")
            self.roll.set_live(is_live=False)

    def _begin(self, *, holds: bool) -> None:
        bundle = self.state.bundle
        assert bundle is not None
        self.roll.set_live(is_live=True)
        self.microphone.listen(self.controls.box.name, bundle, self.controls.spec(bundle), holds=holds)

    def _take_opened(self, opened: Opened) -> None:
        self.roll.set_highest(min(8000.0, opened.rate_hz / 2))
        phase = "holding" if self._holds else self.controls.phase
        self.controls.set_phase(phase, opened.description)

    def _take_batch(self, batch: Batch) -> None:
        self.roll.add_sound(batch.first_column, batch.columns, batch.peaks)
        self.roll.add_frames(batch.frames)
        for event in batch.events:
            if isinstance(event, Onset):
                self.roll.begin_word(event.start_s)
            elif isinstance(event, Guessed):
                self.roll.add_answer(event.start_s, event.end_s, event.probabilities)
                words = event.label if event.value is None else f"{event.value:g}"
                self.answer.show_guess(words or "", event.confidence, event.probabilities)
            elif isinstance(event, Dropped):
                self.roll.drop_word()
                self.answer.show_entry(self.table.entry)
        for word in batch.words:
            self._add_word(word, batch.end_s)
        if batch.heard_nothing:
            self.roll.drop_word()
            self.answer.show_entry(self.table.entry)
            self.controls.set_trouble("warn", self.tr("Nothing was heard. Hold the button for as long as you speak."))

    def _add_word(self, word: Word, end_s: float) -> None:
        heard = word.heard
        self.roll.add_answer(heard.start_s, heard.end_s, heard.probabilities)
        entry = self._entry(
            kind="word",
            time=datetime.now() - timedelta(seconds=max(end_s - heard.start_s, 0)),
            label=heard.label,
            value=heard.value,
            confidence=heard.confidence,
            probabilities=heard.probabilities or {},
            start_s=heard.start_s,
            end_s=heard.end_s,
            delay_s=heard.delay_s,
            clip=word.clip,
            rate_hz=word.rate_hz,
        )
        known = self.tr("unknown") if heard.label == UNKNOWN else heard.label
        text = known or (f"{heard.value:g}" if heard.value is not None else "")
        self.roll.add_word(Mark(heard.start_s, heard.end_s, text, entry.number))
        if not self._lost:
            self.controls.set_trouble("", "")
        self._add(entry)

    def _take_trouble(self, trouble: Trouble) -> None:
        if trouble.kind in ("sound", "resumed"):
            self.controls.set_trouble("", "")
        elif trouble.kind == "lost":
            self._lost = trouble.text
        else:
            self.controls.set_trouble("warn", trouble.text)

    def _take_closed(self, error: Exception | None) -> None:
        lost, self._lost = self._lost, ""
        self._holds = False
        self.controls.hold.setDown(False)
        self.controls.set_phase("off")
        self.roll.set_live(is_live=False)
        if error is not None:
            self.controls.set_trouble("bad", str(error))
            self.state.post_error(error)
        elif lost:
            self.controls.set_trouble("bad", self.tr("{what} What was said before is in the table.").format(what=lost))
        self.controls.box.refresh()

    # Files and texts

    def _ask_for_files(self) -> None:
        chosen = self._dialogs.choose_files(self, self.tr("Files to classify"))
        self.classify_files([str(path) for path in chosen])

    def classify_files(self, paths: list[str]) -> None:
        """Classify files in their order, after those that are being classified."""
        if paths:
            self._queue.append(paths)
            self._next_files()

    def _next_files(self) -> None:
        bundle = self.state.bundle
        if self._is_classifying or not self._queue or bundle is None:
            return
        paths = self._queue.pop(0)
        title = self.tr("Classifying %n file(s)", "", len(paths))
        job = ClassifyJob(bundle=str(bundle.path), items=tuple(paths))
        worker = self.state.start_job(job, title, done=self._end_files, failed=self._fail_files, heard=self._take_item)
        self._is_classifying = worker is not None

    def _take_item(self, event: Any) -> None:
        if isinstance(event, ItemClassified):
            self._add(self._entry_of(event, "file"))

    def _end_files(self, result: dict[str, Any]) -> None:
        self._is_classifying = False
        if result.get("errors"):
            text = self.tr("{n} of {total} files could not be read; the table says why.")
            self.state.post("warn", text.format(n=result["errors"], total=result["items"]))
        self._next_files()

    def _fail_files(self, message: str, kind: str) -> None:
        self._is_classifying = False
        if kind == "CancelledError":
            self._queue.clear()
        else:
            self.state.post("bad", message)
        self._next_files()

    def _show_preview(self, text: str) -> None:
        if self._preview is not None:
            self._preview.cancel()
            self._preview = None
        if not text or self.state.bundle is None:
            self.answer.show_entry(self.table.entry)
            return
        work = partial(_classify_text, self.state.bundle, text)
        self._preview = run_in_background(work, self, done=self._take_preview, failed=lambda _: None)

    def _take_preview(self, event: ItemClassified) -> None:
        self._preview = None
        words = event.label if event.value is None else f"{event.value:g}"
        probabilities = event.probabilities
        self.answer.show_guess(words or "", max(probabilities.values()) if probabilities else None, probabilities)

    def _classify_text(self, text: str) -> None:
        self._show_preview("")
        bundle = self.state.bundle
        if bundle is not None:
            work = partial(_classify_text, bundle, text)
            run_in_background(
                work, self, done=lambda event: self._add(self._entry_of(event, "text")), failed=self.state.post_error
            )

    # The table

    def _entry(self, **facts: Any) -> Entry:
        self._n_entries += 1
        return Entry(number=self._n_entries, **facts)

    def _entry_of(self, event: ItemClassified, kind: Any) -> Entry:
        probabilities = event.probabilities or {}
        confidence = max(probabilities.values()) if probabilities else None
        label = UNKNOWN if confidence is not None and confidence < self.controls.limit else event.label
        return self._entry(
            kind=kind,
            time=datetime.now(),
            source=event.item,
            label=label,
            value=event.value,
            confidence=confidence,
            probabilities=probabilities,
            error=event.error or "",
        )

    def _add(self, entry: Entry) -> None:
        self.table.add(entry)

    def _take_choice(self, entry: Entry | None) -> None:
        is_good = entry is not None and not entry.error
        self.play.setEnabled(is_good and entry is not None and entry.clip is not None)
        self.inspect.setEnabled(is_good and entry is not None and (entry.kind != "word" or entry.clip is not None))
        has_any = bool(self.table.events.entries)
        self.export.setEnabled(has_any)
        self.forget.setEnabled(has_any)
        self.answer.show_entry(entry)

    def _play(self) -> None:
        entry = self.table.entry
        if entry is not None and entry.clip is not None:
            self.set_listening(is_wanted=False)
            self.player.play(entry.clip, entry.rate_hz)

    def _clear(self) -> None:
        self.table.events.clear()
        self.roll.clear_marks()
        self._take_choice(None)

    def _export(self) -> None:
        chosen = self._dialogs.choose_new_file(
            self, self.tr("Export the events"), start="events.csv", pattern=self.tr("Tables (*.csv)")
        )
        if chosen is None:
            return
        entries = list(reversed(self.table.events.entries))

        def write() -> int:
            from seqclass.files import write_bytes

            write_bytes(chosen, to_csv(entries).encode("utf-8"))
            return len(entries)

        def done(n_rows: int) -> None:
            self.state.post("good", self.tr("%n event(s) exported to {path}", "", n_rows).format(path=chosen))

        run_in_background(write, self, done=done, failed=self.state.post_error)

    def _open_in_inspect(self) -> None:
        entry = self.table.entry
        if entry is None:
            return
        if entry.kind == "text":
            self._inspect(Selection(text=entry.source, origin="live"))
        elif entry.kind == "file":
            self._inspect(Selection(path=entry.source, origin="live"))
        elif entry.clip is not None:
            work = partial(_write_clip, entry)
            show = lambda path: self._inspect(Selection(path=str(path), origin="live"))  # noqa: E731 - one use
            run_in_background(work, self, done=show, failed=self.state.post_error)

    def _inspect(self, selection: Selection) -> None:
        self.state.select(selection)
        self.state.go_to("inspect")

    # Right or wrong

    def _keep(self, label: str) -> None:
        entry, dataset = self.table.entry, self.state.dataset
        if entry is None or dataset is None or not label:
            return
        data = self.state.manifest.data if self.state.manifest is not None else None
        self.answer.keep_bar.set_busy(is_busy=True)
        work = partial(keep, dataset, data, entry, label)
        run_in_background(work, self, done=self._take_kept, failed=self._fail_kept)

    def _take_kept(self, kept: Kept) -> None:
        self.answer.keep_bar.set_busy(is_busy=False)
        self._set_kept(kept.number, kept.label)
        text = self.tr("Put into the data set as {label}.").format(label=kept.label)
        self.state.post("good", text, action=self.tr("Undo"), on_action=lambda: self._take_back(kept))

    def _fail_kept(self, error: Exception) -> None:
        self.answer.keep_bar.set_busy(is_busy=False)
        self.state.post_error(error)

    def _take_back(self, kept: Kept) -> None:
        def done(_kept: Kept) -> None:
            self._set_kept(kept.number, "")

        run_in_background(partial(take_back, kept), self, done=done, failed=self.state.post_error)

    def _set_kept(self, number: int, label: str) -> None:
        self.table.events.change(number, kept_as=label)
        self._take_choice(self.table.entry)
        self.state.rescan()

    # Coming and going

    def come(self) -> None:
        """The page is in front."""
        self.controls.box.start()
        bundle = self.state.bundle
        (self.text.field if bundle is not None and bundle.card.kind == "text" else self.controls.hold).setFocus()

    def go(self) -> None:
        """Another page is in front: let go of microphone and loudspeaker."""
        self.set_listening(is_wanted=False)
        self.microphone.close()
        self.player.stop()
        self.controls.box.stop()

    def close_all(self) -> None:
        """At the end: wait until all threads have ended."""
        self.set_listening(is_wanted=False)
        self.microphone.finish()
        self.player.close()
        self.controls.box.stop(waits=True)

    # Qt's events

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Space held down is the hold button."""
        if event.key() == Qt.Key.Key_Space and not self.controls.isHidden():
            if not event.isAutoRepeat():
                self._space_held = True
                self.controls.hold.setDown(True)
                self.begin_hold()
            return
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Space let go."""
        if event.key() == Qt.Key.Key_Space and self._space_held:
            if not event.isAutoRepeat():
                self._let_go()
            return
        super().keyReleaseEvent(event)

    def _let_go(self) -> None:
        self._space_held = False
        self.controls.hold.setDown(False)
        self.end_hold()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """A key that is let go in another window is let go."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow() and self._holds:
            self._let_go()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take files; folders and models are the window's."""
        if _files(event):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Classify what was dropped."""
        self.classify_files(_files(event))
        event.acceptProposedAction()


def _files(event: QDropEvent) -> list[str]:
    paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
    return [path for path in paths if not path.lower().endswith(BUNDLE_SUFFIX) and not Path(path).is_dir()]


def _classify_text(bundle: Any, text: str) -> ItemClassified:
    from seqclass.errors import ItemError
    from seqclass.inference.classify import as_event, classify

    try:
        return as_event(classify(bundle, text=text), bundle)
    except ItemError as error:
        return ItemClassified(item=text, error=str(error))


def _write_clip(entry: Entry) -> Path:
    """Write a clip where Inspect can read it; the last ones stay."""
    from seqclass.audio.write import write_wav
    from seqclass.data.project import cache_dir

    folder = cache_dir() / "heard"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"heard-{entry.time:%Y%m%d-%H%M%S}-{entry.number}.wav"
    assert entry.clip is not None
    write_wav(path, entry.clip, entry.rate_hz)
    for old in sorted(folder.glob("heard-*.wav"), key=lambda one: one.stat().st_mtime)[:-CLIPS_ON_DISK]:
        with contextlib.suppress(OSError):
            old.unlink()
    return path


__all__ = ["LiveWorkspace"]
