"""Record into a class: microphone, level, the word to say, and the take with its cut, to keep or to say again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QSpinBox, QWidget

from gui import theme
from gui.background import run_in_background
from gui.pages.collect_changes import Changes
from gui.player import SoundPlayer
from gui.recorder import SoundRecorder
from gui.state import AppState
from gui.widgets.common import Responsive, button, column, label, name, row, set_kind
from gui.widgets.device_box import DeviceBox
from gui.widgets.level_meter import LevelMeter
from gui.widgets.take_view import Sound, TakeView, analyse
from seqclass.audio.capture import Trouble
from seqclass.audio.journal import journal_folder
from seqclass.audio.recorder import Take
from seqclass.audio.trim import speech_range

if TYPE_CHECKING:
    from seqclass.audio.devices import Device
    from seqclass.data.edits import Change

Phase = Literal["idle", "counting", "recording", "reading", "review", "saving"]
_PAUSE_MS = 500
_COUNT_MS = 1000


class RecordView(Responsive, QWidget):
    """The recorder.

    Attributes:
        phase: What is under way.
        take: The take to be decided about; None for none.
        devices: The microphones.
        meter: The level.
        view: The take.
        recorder: The microphone that is open.
        queue: Words to say, the next one first.
    """

    def __init__(self, state: AppState, changes: Changes) -> None:
        super().__init__()
        self._state, self._changes = state, changes
        self.phase: Phase = "idle"
        self.take: Take | None = None
        self.queue: list[str] = []
        self._n_kept = 0
        self._n_left = 0
        self._is_front = False
        self._labels: list[str] = []
        self._trouble = ""
        self.recorder = SoundRecorder(self)
        self._player = SoundPlayer(self)
        self._ticks = QTimer(self, interval=_COUNT_MS)
        self._ticks.timeout.connect(self._count)
        self._keeper = QTimer(self, singleShot=True, interval=600)
        self._keeper.timeout.connect(self._keep_speaker)
        self._make_parts()
        self._connect()
        self.retranslate()
        self.restyle()

    # Parts

    def _make_parts(self) -> None:
        self.devices = DeviceBox(self._state.settings.microphone)
        self.speaker, self.classes = QComboBox(), QComboBox()
        self.speaker.setEditable(True)
        self.speaker.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        for box in (self.speaker, self.classes):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(8)
        self._captions = [label("small") for _ in range(3)]
        chooser = row(
            *(column(one, box, spacing=2) for one, box in zip(self._captions, self._boxes(), strict=True)), spacing=10
        )
        self.meter = LevelMeter()
        self._word, self._next = label("title"), label("muted")
        self._word.setMinimumWidth(60)
        self.record = button("primary")
        self.record.setAutoRepeat(False)
        self._notes = label("warn", wraps=True)
        self.count = QSpinBox()
        self.count.setRange(1, 100)
        self.count_in = QSpinBox()
        self.count_in.setRange(0, 5)
        self.count_in.setValue(int(self._state.page_setting("collect", "count_in", 0)))
        self.longest = QDoubleSpinBox()
        self.longest.setRange(0.5, 30.0)
        self.longest.setSingleStep(0.5)
        self.longest.setDecimals(1)
        self.longest.setValue(float(self._state.page_setting("collect", "longest_s", 5.0)))
        self.holds, self.in_turn, self.goes_on = QCheckBox(), QCheckBox(), QCheckBox()
        self.holds.setChecked(bool(self._state.page_setting("collect", "holds", False)))
        self._spins = [label("small") for _ in range(3)]
        numbers = row(spacing=6)
        for caption, spin in zip(self._spins, (self.count, self.count_in, self.longest), strict=True):
            numbers.addWidget(caption)
            numbers.addWidget(spin)
            numbers.addSpacing(8)
        numbers.addStretch()
        self.view = TakeView(can_cut=True)
        self._about = label("muted", wraps=True)
        self._play, self.keep, self.redo, self.delete = button(), button("primary"), button(), button("danger")
        prompt = row(column(self._word, self._next, spacing=0), self.record, spacing=12)
        prompt.setStretch(0, 1)
        ticks = row(self.holds, self.in_turn, self.goes_on, 1, spacing=12)
        actions = row(self._play, self.keep, self.redo, 1, self.delete, spacing=6)
        layout = column(
            chooser, self.meter, self._notes, prompt, numbers, ticks, self.view, self._about, actions, spacing=7,
            margins=(0, 8, 0, 0),
        )  # fmt: skip
        layout.setStretch(6, 1)
        self.view.setMinimumHeight(84)
        self.setLayout(layout)

    def _boxes(self) -> tuple[QComboBox, QComboBox, QComboBox]:
        return self.devices, self.speaker, self.classes

    def _connect(self) -> None:
        recorder, state = self.recorder, self._state
        self.devices.device_changed.connect(self._take_device)
        self.devices.picked.connect(lambda wanted: state.change_settings(microphone=wanted))
        self.devices.failed.connect(self._fail_device)
        recorder.opened.connect(self._show)
        recorder.level.connect(self.meter.hear)
        recorder.troubled.connect(self._take_trouble)
        recorder.taken.connect(self._take_take)
        recorder.failed.connect(self._fail)
        self.record.pressed.connect(self._press)
        self.record.released.connect(self._release)
        self.classes.currentIndexChanged.connect(self._plan)
        self.count.valueChanged.connect(self._plan)
        self.in_turn.toggled.connect(self._plan)
        self.holds.toggled.connect(self._take_mode)
        self.count_in.valueChanged.connect(lambda value: state.keep_page_setting("collect", "count_in", value))
        self.longest.valueChanged.connect(lambda value: state.keep_page_setting("collect", "longest_s", value))
        self.speaker.editTextChanged.connect(lambda _text: self._keeper.start())
        self.view.cut_changed.connect(self._show_about)
        self.view.clicked.connect(self._play_from)
        self._play.clicked.connect(self.toggle_play)
        self.keep.clicked.connect(self.keep_take)
        self.redo.clicked.connect(self.redo_take)
        self.delete.clicked.connect(self.delete_take)
        self._player.position_changed.connect(self._follow)
        self._player.playing_changed.connect(self._take_playing)
        self._player.failed.connect(state.post_error)

    def retranslate(self) -> None:
        """Set every text."""
        for caption, box, text in zip(
            self._captions, self._boxes(), (self.tr("Microphone"), self.tr("Speaker"), self.tr("Class")), strict=True
        ):
            caption.setText(text)
            name(box, text)
        line = self.speaker.lineEdit()
        if line is not None:
            line.setPlaceholderText(self.tr("unknown"))
            name(line, self.tr("Speaker"))
        self._spins[0].setText(self.tr("Takes in a row"))
        self._spins[1].setText(self.tr("Count-in"))
        self._spins[2].setText(self.tr("Longest"))
        name(self.count, self.tr("Takes in a row"), tip=self.tr("How often each word is to be said"))
        name(self.count_in, self.tr("Count-in"), tip=self.tr("Seconds from the key to the beginning of a take"))
        name(self.longest, self.tr("Longest take"), tip=self.tr("A take ends by itself after so many seconds"))
        self.count_in.setSuffix(" s")
        self.longest.setSuffix(" s")
        self.holds.setText(self.tr("Hold to record"))
        self.in_turn.setText(self.tr("All classes in turn"))
        self.goes_on.setText(self.tr("Keep and go on"))
        self.goes_on.setToolTip(
            self.tr("A take in which a word was found is kept, and the next one begins, without a question")
        )
        self.keep.setText(self.tr("Keep"))
        self.redo.setText(self.tr("Say it again"))
        self.delete.setText(self.tr("Delete"))
        name(self.keep, self.tr("Keep"), tip=self.tr("Put what is between the two edges into the class (Return)"))
        name(self.redo, self.tr("Say it again"), tip=self.tr("Forget this take and record it again (R)"))
        name(self.delete, self.tr("Delete"), tip=self.tr("Forget this take (Del)"))
        name(self.view, self.tr("The take; left and right move its beginning, with Shift its end"))
        self.view.set_hint(self.tr("The take appears here, with the silence cut off. Drag the edges to change the cut."))
        self._take_playing(self._player.is_playing)
        self._show()

    def restyle(self) -> None:
        """Set icons."""
        self._play.setIcon(theme.icon("stop" if self._player.is_playing else "play"))
        self.delete.setIcon(theme.icon("bin", colour=theme.colours().bad))
        self._show_button()

    # Coming and going

    def set_front(self, *, is_front: bool) -> None:
        """Whether it is to be seen: what is not seen does not listen. A take that is under way ends and is kept in the journal."""
        if is_front == self._is_front:
            return
        self._is_front = is_front
        if is_front:
            self.devices.watch()
            if self.devices.device is not None:
                self._take_device(self.devices.device)
            if self.record.isEnabled():
                self.record.setFocus()
        else:
            self._player.stop()
            self.devices.unwatch()
            self._stop_all()

    def close_devices(self) -> None:
        """Let go of microphone and loudspeaker."""
        self.set_front(is_front=False)
        self.recorder.wait()
        self._player.close()

    def _stop_all(self) -> None:
        self._ticks.stop()
        if self.phase in ("counting", "recording", "reading"):
            if self.phase != "counting":
                self._state.post("info", self.tr("The take that was under way is kept; it is offered at the next start."))
            self._set_phase("idle")
        self.recorder.close()
        self.meter.reset()

    def set_classes(self, labels: list[str], chosen: str | None) -> None:
        """The classes that there are, and the one that the page has chosen."""
        if labels != self._labels:
            self._labels = labels
            before = self.classes.currentText()
            self.classes.blockSignals(True)
            self.classes.clear()
            self.classes.addItems(labels)
            self.classes.setCurrentIndex(labels.index(before) if before in labels else 0 if labels else -1)
            self.classes.blockSignals(False)
            self._plan()
        if chosen in labels and self.phase == "idle" and self.classes.currentText() != chosen:
            self.classes.setCurrentText(chosen or "")
        self._fill_speakers()

    def _fill_speakers(self) -> None:
        manifest = self._state.manifest
        known = sorted({item.group for item in manifest.items if item.group} if manifest else set())
        if known == [self.speaker.itemText(place) for place in range(self.speaker.count())]:
            return
        words = self.speaker.currentText() or self._state.settings.speaker
        self.speaker.blockSignals(True)
        self.speaker.clear()
        self.speaker.addItems(known)
        self.speaker.setEditText(words)
        self.speaker.blockSignals(False)

    def _keep_speaker(self) -> None:
        self._state.change_settings(speaker=self.speaker.currentText().strip())

    # The microphone

    def _take_device(self, device: Device | None) -> None:
        if not self._is_front:
            return
        if self.recorder.is_recording or self.phase == "counting":
            return  # what was said comes first; the next look comes with the end of the take
        self._trouble = ""
        if device is None:
            self._trouble = self.tr("No microphone was found. Plug one in, or switch it on.")
            self.recorder.close()
            self.meter.reset()
        elif self.recorder.device != device or not self.recorder.is_listening:
            self.meter.reset()
            self.recorder.listen(device)
        self._show()

    def _fail_device(self, error: Exception) -> None:
        self._trouble = str(error)
        self._show()

    def _take_trouble(self, trouble: Trouble) -> None:
        self._trouble = "" if trouble.kind in ("sound", "resumed") else trouble.text
        if trouble.kind == "lost":
            self.meter.reset()
            if self.phase == "counting":
                self._cancel()
            self.devices.refresh()
        self._show()

    def _fail(self, error: Exception) -> None:
        self._trouble = str(error)
        self._ticks.stop()
        if self.phase in ("counting", "recording", "reading"):
            self._set_phase("idle")
        self._state.post_error(error)
        self._show()

    # A take

    def _press(self) -> None:
        if self.phase == "idle":
            self.begin()
        elif not self.holds.isChecked():
            self.end()

    def _release(self) -> None:
        if self.holds.isChecked():
            self.end()

    def begin(self) -> None:
        """Begin a take, or its count-in."""
        if self.phase != "idle" or not self.queue or not self.recorder.is_listening:
            return
        self._player.stop()
        self.meter.forget_clip()
        self._n_left = self.count_in.value()
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
            self.recorder.stop()
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
            "label": self.queue[0],
            "speaker": self.speaker.currentText().strip(),
            "dataset": str(self._state.dataset or ""),
        }
        self._set_phase("recording")
        self.recorder.start(journal_folder(), notes=notes, max_duration_s=self.longest.value())

    def _take_take(self, take: Take) -> None:
        self._set_phase("reading")
        if not take.journal.n_samples:
            take.journal.discard()
            self._set_phase("idle")
            return
        self.take = take

        def read() -> Sound:
            samples, rate_hz = take.samples(), take.rate_hz
            found = speech_range(samples, rate_hz)
            return analyse(samples, rate_hz, cut=None if found is None else (found[0] / rate_hz, found[1] / rate_hz))

        run_in_background(read, self, done=self._take_sound, failed=self._fail)

    def _take_sound(self, sound: Sound) -> None:
        take = self.take
        if take is None:
            return
        self.view.show_sound(sound)
        self._set_phase("review")
        is_fine = sound.cut is not None and not (take.is_cut or take.has_clipped or take.problems)
        if self.goes_on.isChecked() and is_fine:
            self.keep_take()
        elif self._is_front:
            self.keep.setFocus()
        if take.is_cut:  # another microphone, if there is one
            self._take_device(self.devices.device)

    def keep_take(self) -> None:
        """Put what is between the edges into the class."""
        if self.phase != "review" or self.take is None or not self.queue:
            return
        self._player.stop()
        take, chosen, speaker = self.take, self.queue[0], self.speaker.currentText().strip()
        samples, rate_hz = self.view.kept.copy(), take.rate_hz
        self._set_phase("saving")
        self._changes.do(
            lambda library: library.Add((library.Take(samples, rate_hz),), chosen, speaker),
            done=self._take_kept,
            failed=lambda _error: self._set_phase("review"),
        )

    def _take_kept(self, change: Change) -> None:
        self._remember(change)
        self._drop()
        self._n_kept += 1
        self.queue = self.queue[1:]
        is_over = not self.queue
        if is_over:
            if self._n_kept > 1:
                self._state.post("good", self.tr("%n take(s) kept", "", self._n_kept))
            self._plan()
        self._set_phase("idle")
        if not self._is_front:
            return
        self.record.setFocus()
        if self.goes_on.isChecked() and not is_over and not self.holds.isChecked():
            QTimer.singleShot(_PAUSE_MS, self, lambda: self.begin() if self._is_front else None)

    def _remember(self, change: Change) -> None:
        """Where the last recording lies, for the Inspect page."""
        manifest = self._state.manifest
        item = next((one for one in manifest.items if one.id in change.added), None) if manifest else None
        if manifest is not None and item is not None and item.file is not None:
            self._state.keep_page_setting("collect", "last_recording", str(manifest.path_of(item.file)))

    def redo_take(self) -> None:
        """Forget the take and record the same word again."""
        if self.phase == "review":
            self.delete_take()
            self.record.setFocus()
            if not self.holds.isChecked():
                self.begin()

    def delete_take(self) -> None:
        """Forget the take."""
        if self.phase == "review":
            self._player.stop()
            self._drop()
            self._set_phase("idle")
            self.record.setFocus()

    def _drop(self) -> None:
        take, self.take = self.take, None
        self.view.show_sound(None)
        if take is not None:
            run_in_background(take.journal.discard, self, done=lambda _: None, failed=self._state.post_error)

    def _plan(self) -> None:
        """The words to say from here on. A take to be decided about goes where the class box says."""
        chosen = self.classes.currentText()
        times = self.count.value()
        words = [chosen] if chosen else []
        if self.in_turn.isChecked() and chosen:
            place = self._labels.index(chosen)
            words = self._labels[place:] + self._labels[:place]
        self.queue = words * times
        self._n_kept = 0
        self._show()

    # Listening to it

    def toggle_play(self) -> None:
        """Play what is between the edges, or stop."""
        if self._player.is_playing:
            self._player.stop()
        elif self.view.sound is not None:
            start_s, end_s = self.view.cut
            self._player.play(self.view.sound.samples, self.view.sound.rate_hz, start_s=start_s, end_s=end_s)

    def _play_from(self, time_s: float) -> None:
        if self.view.sound is not None:
            self._player.play(
                self.view.sound.samples, self.view.sound.rate_hz, start_s=time_s, end_s=self.view.sound.duration_s
            )

    def _follow(self, position_s: float) -> None:
        self.view.set_cursor(position_s)

    def _take_playing(self, is_playing: bool) -> None:
        self._play.setText(self.tr("Stop") if is_playing else self.tr("Play"))
        self._play.setIcon(theme.icon("stop" if is_playing else "play"))
        if not is_playing:
            self.view.set_cursor(None)

    # What is shown

    def _set_phase(self, phase: Phase) -> None:
        self.phase = phase
        self._show()

    def _take_mode(self, holds: bool) -> None:
        self._state.keep_page_setting("collect", "holds", holds)
        self._show()

    def _show(self) -> None:
        is_idle, is_review = self.phase == "idle", self.phase == "review"
        self._notes.setText(self._trouble)
        self._notes.setVisible(bool(self._trouble))
        if self.phase == "counting":
            self._word.setText(f"{self.queue[0]}   {self._n_left}")
        else:
            self._word.setText(self.queue[0] if self.queue else self.tr("Make a class first"))
        self._next.setText(self._next_words())
        for one in (self.classes, self.count, self.in_turn, self.holds, self.count_in, self.longest):
            one.setEnabled(is_idle or (is_review and one is self.classes))
        self.devices.setEnabled(is_idle and bool(self.devices.found))
        can_record = is_idle and bool(self.queue) and self.recorder.is_listening
        self.record.setEnabled(can_record or self.phase in ("counting", "recording"))
        for act in (self._play, self.keep, self.redo, self.delete):
            act.setEnabled(is_review)
        self._show_button()
        self._show_about()

    def _next_words(self) -> str:
        words = {
            "counting": self.tr("get ready"),
            "recording": self.tr("say it now"),
            "review": self.tr("keep it, or say it again"),
            "saving": self.tr("saving …"),
        }
        if self.phase in words:
            return words[self.phase]
        if not self.queue:
            return self.tr("Type its name to the left and press Return.")
        total = self._n_kept + len(self.queue)
        parts = [self.tr("{n} of {total}").format(n=self._n_kept + 1, total=total)] if total > 1 else []
        if len(self.queue) > 1:
            parts.append(self.tr("then: {word}").format(word=self.queue[1]))
        return " · ".join(parts) or self.tr("ready when you are")

    def _show_button(self) -> None:
        is_on = self.phase in ("counting", "recording")
        if is_on:
            text = self.tr("Let go to end") if self.holds.isChecked() else self.tr("Stop (Space)")
        else:
            text = self.tr("Hold to record (Space)") if self.holds.isChecked() else self.tr("Record (Space)")
        self.record.setText(text)
        set_kind(self.record, "danger" if is_on else "primary")
        colours = theme.colours()
        self.record.setIcon(theme.icon("stop" if is_on else "record", colour=colours.bad if is_on else colours.on_accent))

    def _show_about(self) -> None:
        take, sound = self.take, self.view.sound
        if take is None or sound is None:
            set_kind(self._about, "muted")
            self._about.setText("")
            self._about.hide()
            return
        start_s, end_s = self.view.cut
        parts = [
            self.tr("{kept} s of {total} s are kept").format(kept=f"{end_s - start_s:.2f}", total=f"{sound.duration_s:.2f}")
        ]
        parts.append(f"{take.rate_hz} Hz")
        warnings = list(take.problems)
        if not take.has_sound:
            warnings.append(self.tr("Nothing but digital silence came: the microphone is muted, or may not be used."))
        elif sound.cut is None:
            warnings.append(self.tr("No word was found in it."))
        if take.has_clipped:
            warnings.append(self.tr("It was too loud: say it again, further away."))
        set_kind(self._about, "warn" if warnings else "muted")
        self._about.setText(" · ".join([*parts, *warnings]))
        self._about.show()

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
            Qt.Key.Key_P: self.toggle_play,
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
