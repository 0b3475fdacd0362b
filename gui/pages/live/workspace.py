"""The Live page with a model: microphone, texts and the answer to the left, what it makes of them to the right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QScrollArea, QSplitter, QWidget

from gui.background import run_in_background
from gui.microphone import OpenCapture, Word
from gui.pages.live.answer import LiveAnswer
from gui.pages.live.controls import LiveControls
from gui.pages.live.events import LiveEvents
from gui.pages.live.hearing import LiveHearing
from gui.pages.live.keep import Kept, Verdict, keep, take_back
from gui.pages.live.reading import LiveReading
from gui.pages.live.roll import LiveRoll
from gui.pages.live.text import LiveText
from gui.state import BUNDLE_SUFFIX, AppState
from gui.widgets.common import Responsive, column, name, row, set_kind
from gui.widgets.dialogs import Dialogs
from gui.widgets.event_table import UNKNOWN, Entry, answer_text
from seqclass.events import ItemClassified

if TYPE_CHECKING:
    from seqclass.audio.devices import Device

LEFT_WIDTH = 300


class LiveWorkspace(Responsive, QWidget):
    """Puts the parts together; what one of them says, the others show.

    Attributes:
        controls: The microphone's buttons.
        hearing: What they do.
        reading: Files and texts.
        text: To type into.
        answer: The chosen or last answer.
        picture: The card with what rolls by.
        events: The card with the table.
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
        self._space_held = False
        self.controls = LiveControls(state, list_devices=list_devices)
        self.text = LiveText()
        self.answer = LiveAnswer(state)
        self.picture = LiveRoll(state)
        self.events = LiveEvents(state, dialogs)
        self.hearing = LiveHearing(
            state, self.controls, self.answer.settings, self.picture.roll, parent=self, open_capture=open_capture
        )
        self.reading = LiveReading(state, self)
        self._arrange()
        self._connect()
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.retranslate()
        self._take_bundle()
        self._take_dataset()
        self._take_speaker()

    def _arrange(self) -> None:
        left = QWidget()
        left.setLayout(column(self.controls, self.text, self.answer, 1, spacing=12))
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(left)
        scroll.setFixedWidth(LEFT_WIDTH)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._splitter = splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(12)
        splitter.addWidget(self.picture)
        splitter.addWidget(self.events)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 2)
        splitter.setSizes([460, 230])
        whole = row(scroll, splitter, spacing=12, margins=(16, 14, 16, 14))
        whole.setStretch(1, 1)
        self.setLayout(whole)

    def _connect(self) -> None:
        state, hearing, events = self.state, self.hearing, self.events
        state.bundle_changed.connect(self._take_bundle)
        state.dataset_changed.connect(self._take_dataset)
        state.manifest_changed.connect(self._take_dataset)
        state.settings_changed.connect(lambda _: self._take_speaker())
        hearing.began.connect(events.player.stop)
        hearing.guessed.connect(self.answer.show_guess)
        hearing.heard.connect(self._add_word)
        hearing.dropped.connect(self._show_chosen)
        hearing.rested.connect(events.clips.rest)
        self.text.typed.connect(self.reading.preview)
        self.text.entered.connect(self.reading.text)
        self.reading.answered.connect(self._add_read)
        self.reading.guessed.connect(lambda event: self._show_chosen() if event is None else self.answer.show_guess(event))
        self.answer.target_chosen.connect(self.picture.roll.set_target)
        self.answer.keep_bar.confirmed.connect(self._keep)
        events.chosen.connect(self._take_choice)
        events.play_wanted.connect(lambda: hearing.set_listening(is_wanted=False))
        events.files_wanted.connect(self._ask_for_files)
        events.cleared.connect(self.picture.roll.clear_marks)
        self.picture.roll.word_chosen.connect(events.table.choose)

    def retranslate(self) -> None:
        """Set every text."""
        name(self._splitter.handle(1), self.tr("Border between the picture and the events"))

    # Facts

    def _take_bundle(self) -> None:
        self.hearing.close()
        bundle = self.state.bundle
        if bundle is None:
            return
        kind = bundle.card.kind
        self.controls.setVisible(kind == "speech")
        self.text.setVisible(kind == "text")
        self.picture.setVisible(kind == "speech")
        self.picture.set_bundle()
        self.events.set_bundle()
        self.answer.settings.set_bundle(bundle)
        self.answer.set_targets({target.name: tuple(target.labels) for target in bundle.card.targets})
        self._take_dataset()
        self.events.table.clearSelection()  # what another model said is no answer of this one
        self._show_chosen()

    def _take_dataset(self) -> None:
        bundle, manifest, bar = self.state.bundle, self.state.manifest, self.answer.keep_bar
        known = {target.name: list(target.labels) for target in bundle.card.targets} if bundle is not None else {}
        for target in manifest.targets if manifest is not None else ():
            labels = known.get(target.name, [])
            known[target.name] = (
                [*labels, *(one for one in manifest.labels(target.name) if one not in labels)] if manifest else []
            )
        first, *others = list(known) or [""]
        bar.set_labels(known.get(first, []))
        of_model = {target.name for target in bundle.card.targets} if bundle is not None else set()
        bar.set_targets(
            {target: known[target] for target in others if target in of_model},
            has_speakers=bundle is not None and bundle.card.kind == "speech",
        )
        speakers = sorted({item.group for item in manifest.items if item.group}) if manifest is not None else []
        group = manifest.data.group if manifest is not None else "speaker"
        bar.set_dataset(self.state.dataset.name if self.state.dataset is not None else "", group=group, speakers=speakers)

    def _take_speaker(self) -> None:
        self.answer.keep_bar.set_speaker(self.state.settings.speaker)

    # What was heard, read and typed

    def _add_word(self, word: Word, end_s: float) -> None:
        heard = word.heard
        entry = self.events.add(
            kind="word",
            time=datetime.now() - timedelta(seconds=max(end_s - heard.start_s, 0)),
            label=heard.label,
            value=heard.value,
            confidence=heard.confidence,
            probabilities=heard.probabilities or {},
            targets=heard.targets or {},
            start_s=heard.start_s,
            end_s=heard.end_s,
            delay_s=heard.delay_s,
            clip=word.clip,
            rate_hz=word.rate_hz,
        )
        self.hearing.mark(word, self.tr("unknown") if heard.label == UNKNOWN else answer_text(entry), entry.number)
        self._take_choice(entry)
        self.events.clips.take(entry)
        if self.controls.phase != "listening":
            self.events.clips.rest()

    def _add_read(self, event: ItemClassified, kind: Any) -> None:
        probabilities = event.probabilities or {}
        confidence = max(probabilities.values()) if probabilities else None
        is_known = confidence is None or confidence >= self.answer.settings.limit
        self.events.add(
            kind=kind,
            time=datetime.now(),
            source=event.item,
            label=event.label if is_known else UNKNOWN,
            value=event.value,
            confidence=confidence,
            probabilities=probabilities,
            targets=event.targets or {},
            error=event.error or "",
        )

    def _ask_for_files(self) -> None:
        chosen = self._dialogs.choose_files(self, self.tr("Files to classify"))
        self.reading.files([str(path) for path in chosen])

    def _take_choice(self, entry: Entry | None) -> None:
        self.answer.show_entry(entry)
        self.picture.roll.set_chosen(entry.number if entry is not None else -1)

    def _show_chosen(self) -> None:
        self._take_choice(self.events.table.entry)

    # Right or wrong

    def _keep(self, verdict: Verdict) -> None:
        entry, dataset = self.events.table.entry, self.state.dataset
        if entry is None or dataset is None or not verdict.label:
            return
        if verdict.speaker and entry.kind == "word":
            self.state.change_settings(speaker=verdict.speaker)
        self.answer.keep_bar.set_busy(is_busy=True)
        work = partial(keep, dataset, self.state.manifest, entry, verdict)
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
        self.events.change(number, kept_as=label)
        self.state.rescan()

    # Coming and going

    def come(self) -> None:
        """The page is in front."""
        self.controls.box.start()

    def take_keys(self) -> None:
        """Put the keyboard where one begins."""
        kind = self.state.bundle.card.kind if self.state.bundle is not None else "speech"
        {"speech": self.controls.hold, "text": self.text.field, "numeric": self.events.files}[kind].setFocus()

    def go(self) -> None:
        """Another page is in front: let go of microphone and loudspeaker."""
        self.hearing.close()
        self.events.clips.rest()
        self.events.player.stop()
        self.controls.box.stop()

    def close_all(self) -> None:
        """At the end: wait until all threads have ended."""
        self.hearing.finish()
        self.events.player.close()
        self.controls.box.stop(waits=True)

    # Qt's events

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Space held down is the hold button."""
        if event.key() == Qt.Key.Key_Space and not self.controls.isHidden():
            if not event.isAutoRepeat():
                self._space_held = True
                self.controls.hold.setDown(True)
                self.hearing.begin_hold()
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
        self.hearing.end_hold()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """A key that is let go in another window is let go."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow() and self.hearing.holds:
            self._let_go()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take files; folders and models are the window's."""
        if _files(event):
            set_kind(self.events, "info")  # where they will be listed
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 - Qt's name
        """They go elsewhere."""
        set_kind(self.events, "card")
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Classify what was dropped."""
        set_kind(self.events, "card")
        self.reading.files(_files(event))
        event.acceptProposedAction()


def _files(event: QDropEvent) -> list[str]:
    paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
    return [path for path in paths if not path.lower().endswith(BUNDLE_SUFFIX) and not Path(path).is_dir()]


__all__ = ["LiveWorkspace"]
