"""Record into a class: microphone, level, the word to say, and the take, to keep or to say again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QWidget

from gui.background import run_in_background
from gui.pages.collect.changes import Changes, where_added
from gui.pages.collect.options import RecordOptions
from gui.pages.collect.prompt import Phase, RecordPrompt
from gui.pages.collect.series import Series
from gui.pages.collect.source import RecordSource
from gui.pages.collect.take import TakePanel, read_take
from gui.state import AppState
from gui.widgets.common import Responsive, column, label
from gui.widgets.take_view import Sound
from seqclass.audio.journal import journal_folder
from seqclass.audio.recorder import Take

if TYPE_CHECKING:
    from pathlib import Path

    from seqclass.data.edits.editing import Change

_LOW = 520
"""Below this height there is no room for everything: what cannot be used just then is hidden."""
_PAUSE_MS = 400
_COUNT_MS = 1000
_LET_GO_MS = 60
"""Some systems tell of a key that is held as if it were let go of and pressed again, many times."""


class RecordView(Responsive, QWidget):
    """The recorder.

    Attributes:
        phase: What is under way.
        is_front: Whether it is to be seen.
        source: Microphone, speaker and class.
        prompter: The word to say.
        options: How takes are recorded.
        series: The words to say.
        panel: The take that is to be decided about.
    """

    def __init__(self, state: AppState, changes: Changes) -> None:
        super().__init__()
        self._state, self._changes = state, changes
        self.phase: Phase = "idle"
        self.series = Series()
        self._n_left = 0
        self._is_dropped = False
        self.is_front = False
        self._ticks = QTimer(self, interval=_COUNT_MS)
        self._ticks.timeout.connect(self._count)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self.begin)
        self._let_go = QTimer(self, singleShot=True, interval=_LET_GO_MS)
        self._let_go.timeout.connect(self.end)
        self._make_parts()
        self._connect()
        self.retranslate()
        self.restyle()

    # Parts

    def _make_parts(self) -> None:
        self.source = RecordSource(self._state)
        self._notes = label("warn", wraps=True)
        self.prompter = RecordPrompt()
        self.record = self.prompter.record
        self.options = RecordOptions(self._state)
        self.panel = TakePanel(self._state)
        parts = (self.source, self.prompter, self.options, self._notes, self.panel)
        layout = column(*parts, spacing=7, margins=(0, 8, 0, 0))
        layout.setStretch(4, 1)
        self.setLayout(layout)

    def _connect(self) -> None:
        source, recorder, panel = self.source, self.source.recorder, self.panel
        source.changed.connect(self._take_source)
        source.class_changed.connect(self._plan)
        source.labels_changed.connect(self._take_labels)
        source.lost.connect(self._lose)
        recorder.opened.connect(self._take_keys)
        recorder.level.connect(panel.hear)
        recorder.taken.connect(self._take_take)
        recorder.failed.connect(self._fail)
        self.record.pressed.connect(self._press)
        self.record.released.connect(self._release)
        self.options.plan_changed.connect(self._plan)
        self.options.mode_changed.connect(self._take_mode)
        panel.keep_wanted.connect(self.keep_take)
        panel.redo_wanted.connect(self.redo_take)
        panel.delete_wanted.connect(self.delete_take)
        self._changes.applied.connect(self._take_change)

    def retranslate(self) -> None:
        """Set every text."""
        self._show()

    def restyle(self) -> None:
        """Set icons."""
        self._show()

    # Coming and going

    @property
    def take(self) -> Take | None:
        """The take to be decided about; None for none."""
        return self.panel.take

    @property
    def undecided(self) -> Path | None:
        """Where the sound of that take lies; it is nobody else's."""
        return self.take.journal.path if self.take is not None else None

    def set_front(self, *, is_front: bool) -> None:
        """Whether it is to be seen: what is not seen does not listen. A take that is under way ends and is kept in the journal."""
        if is_front == self.is_front:
            return
        self.is_front = is_front
        if not is_front:
            self.panel.stop()
            self._stop_all()
        self.source.set_front(is_front=is_front)
        if is_front:
            self._take_keys()

    def _take_keys(self) -> None:
        """Once it listens, Space begins a take; unless somebody is writing."""
        busy = QApplication.focusWidget()
        if self.is_front and self.record.isEnabled() and not isinstance(busy, QLineEdit | QAbstractSpinBox | QComboBox):
            self.record.setFocus()

    def close_devices(self) -> None:
        """Let go of microphone and loudspeaker."""
        self.set_front(is_front=False)
        self.source.close_devices()
        self.panel.close_player()

    def _stop_all(self) -> None:
        self._ticks.stop()
        self._pause.stop()
        if self.phase in ("recording", "reading"):
            self._state.post("info", self.tr("The take that was under way is kept; Collect offers it when you come back."))
        if self.phase in ("counting", "recording", "reading"):
            self.panel.show_take(None, None)
            self._set_phase("idle")

    def set_classes(self, labels: list[str], chosen: str | None) -> None:
        """The classes that there are, and the one that the page has chosen."""
        self.source.set_classes(labels, chosen if self.phase == "idle" else None)

    def _take_source(self) -> None:
        if not self.source.recorder.is_listening:
            self.panel.fall_deaf()
        self._show()

    def _lose(self) -> None:
        if self.phase == "counting":
            self._cancel()

    def _fail(self, error: Exception) -> None:
        self._ticks.stop()
        if self.phase in ("counting", "recording", "reading"):
            self.panel.show_take(None, None)
            self._set_phase("idle")
        self._state.post_error(error)
        self._show()

    # A take

    def _press(self) -> None:
        if self._let_go.isActive():
            self._let_go.stop()
        elif self._pause.isActive():  # the next take of a series is about to begin
            self._pause.stop()
            self._show()
        elif self.phase == "idle":
            self.begin()
        elif not self.options.holds.isChecked():
            self.end()

    def _release(self) -> None:
        if self.options.holds.isChecked() and self.phase in ("counting", "recording"):
            self._let_go.start()

    def begin(self) -> None:
        """Begin a take, or its count-in."""
        if self.phase != "idle" or not self.series.word or not self.source.recorder.is_listening:
            return
        self._pause.stop()
        self.panel.stop()
        self.source.meter.forget_clip()
        self._n_left = self.options.count_in.value()
        if self._n_left:
            self._set_phase("counting")
            self._ticks.start()
        else:
            self._start()

    def end(self) -> None:
        """End the take; during the count-in there is none yet."""
        if self.phase == "counting":
            self._cancel()
        elif self.phase == "recording":
            self.source.recorder.stop()
            self._set_phase("reading")

    def _cancel(self) -> None:
        self._ticks.stop()
        self._set_phase("idle")

    def _count(self) -> None:
        self._n_left -= 1
        if self._n_left <= 0:
            self._ticks.stop()
            self._start()
        else:
            self._show()

    def _start(self) -> None:
        notes = {
            "label": self.series.word,
            "speaker": self.source.speaker_name,
            "dataset": str(self._state.dataset or ""),
        }
        self._is_dropped = False
        longest_s = self.options.longest.value()
        self.panel.begin(longest_s)
        self._set_phase("recording")
        self.source.recorder.start(
            journal_folder(), notes=notes, max_duration_s=longest_s, ends_after_word=self.options.ends_after_word
        )

    def _take_take(self, take: Take) -> None:
        self._set_phase("reading")
        if self._is_dropped or not take.journal.n_samples:
            self._forget(take)
            return

        run_in_background(partial(read_take, take), self, done=lambda sound: self._take_sound(take, sound), failed=self._fail)

    def _forget(self, take: Take) -> None:
        run_in_background(take.journal.discard, self, done=lambda _: None, failed=self._state.post_error)
        self.panel.show_take(None, None)
        self._set_phase("idle")
        if self.is_front:
            self.record.setFocus()

    def _take_sound(self, take: Take, sound: Sound) -> None:
        if self.phase != "reading":
            return  # the page was left meanwhile; the take is in its journal
        if self._is_dropped:
            self._forget(take)
            return
        self.panel.show_take(take, sound)
        self._set_phase("review")
        is_fine = sound.cut is not None and not (take.is_cut or take.has_clipped or take.problems)
        if self.options.goes_on.isChecked() and is_fine:
            self.keep_take()
        elif self.is_front:
            self.panel.keep.setFocus()

    def keep_take(self) -> None:
        """Put what is between the edges into the class."""
        take = self.take
        if self.phase != "review" or take is None or not self.series.word:
            return
        self.panel.stop()
        chosen, speaker = self.series.word, self.source.speaker_name
        samples, rate_hz = self.panel.kept, take.rate_hz
        self._set_phase("saving")
        self._changes.do(
            lambda library: library.Add((library.Take(samples, rate_hz),), chosen, speaker),
            done=self._take_kept,
            failed=lambda _error: self._set_phase("review"),
        )

    def _take_kept(self, change: Change) -> None:
        if path := where_added(self._state, change):
            self._state.keep_page_setting("collect", "last_recording", str(path))
        self.series.keep(change.id)
        is_over, n_kept = not self.series.words, self.series.n_kept
        self._drop()
        if is_over:
            if n_kept > 1:
                self._state.post("good", self.tr("%n take(s) kept", "", n_kept))
            self._plan()
        elif self.is_front and self.options.goes_on.isChecked() and not self.options.holds.isChecked():
            self._pause.start()
            self._show()

    def _take_change(self, change: Change, way: str) -> None:
        """A take that is taken back is to be said again, and what is being said meanwhile is dropped."""
        is_decided = self.phase in ("review", "saving")
        if way == "undo" and self.series.take_back(change.id, is_busy=is_decided):
            self._pause.stop()
            self._abort()
            self._show()

    def _abort(self) -> None:
        if self.phase == "counting":
            self._cancel()
        elif self.phase in ("recording", "reading"):
            self._is_dropped = True
            self.end()

    def _take_labels(self) -> None:
        if self.phase == "idle" and not self._pause.isActive():
            self._plan()
        else:
            self.series.take_labels(self.source.labels)
            self._show()

    def redo_take(self) -> None:
        """Forget the take and record the same word again."""
        if self.phase == "review":
            self.delete_take()
            if not self.options.holds.isChecked():
                self.begin()

    def delete_take(self) -> None:
        """Forget the take."""
        if self.phase == "review":
            self.panel.stop()
            self._drop()

    def _drop(self) -> None:
        if self.take is not None:
            self._forget(self.take)

    def _plan(self) -> None:
        """The words to say from here on. A take to be decided about goes where the class box says."""
        options = self.options
        self.series.plan(
            self.source.labels, self.source.label, times=options.count.value(), in_turn=options.in_turn.isChecked()
        )
        self._show()

    def _take_mode(self) -> None:
        if not self.options.goes_on.isChecked():
            self._pause.stop()
        self._show()

    # What is shown

    def _set_phase(self, phase: Phase) -> None:
        self.phase = phase
        self._show()

    def _show(self) -> None:
        is_idle, is_review = self.phase == "idle" and not self._pause.isActive(), self.phase == "review"
        notes = self.source.note()
        self._notes.setText(notes)
        self._notes.setVisible(bool(notes))
        phase: Phase = "pausing" if self._pause.isActive() else self.phase
        self.prompter.show_phase(phase, self.series, n_left=self._n_left, holds=self.options.holds.isChecked())
        self.options.set_free(is_free=is_idle or is_review)
        self.source.set_free(is_busy=not is_idle and not is_review, is_review=is_review)
        can_record = self.phase == "idle" and bool(self.series.word) and self.source.recorder.is_listening
        is_usable = can_record or self.phase in ("counting", "recording")
        if self.record.hasFocus() and not is_usable:
            self.setFocus()  # or Qt gives the keys to the next control, which takes Space for itself
        self.record.setEnabled(is_usable)
        self.panel.set_decidable(is_decidable=is_review)
        is_low = self.height() < _LOW
        self.options.setVisible(is_idle or not is_low)
        self.panel.show_actions(is_shown=is_review or not is_low)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """What there is room for."""
        super().resizeEvent(event)
        if (event.oldSize().height() < _LOW) != (event.size().height() < _LOW):
            self._show()

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Space records; Return keeps, R says it again, P plays, Delete deletes."""
        if event.isAutoRepeat():
            return
        key = event.key()
        if key == Qt.Key.Key_Space:
            if self.record.isEnabled():
                self._press()
            return
        actions = {
            Qt.Key.Key_Return: self.keep_take,
            Qt.Key.Key_Enter: self.keep_take,
            Qt.Key.Key_R: self.redo_take,
            Qt.Key.Key_P: self.panel.toggle_play,
            Qt.Key.Key_Delete: self.delete_take,
        }
        action = actions.get(Qt.Key(key))
        if action is None:
            super().keyPressEvent(event)
        else:
            action()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Space let go."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._release()
        else:
            super().keyReleaseEvent(event)
