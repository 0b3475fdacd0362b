"""Where a take comes from and where it goes: the microphone with its level, who speaks, and the class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from gui.recorder import SoundRecorder
from gui.state import AppState
from gui.widgets.common import Responsive, column, label, name, row
from gui.widgets.level_meter import LevelMeter
from gui.widgets.microphone_box import MicrophoneBox
from seqclass.audio.capture import Trouble

if TYPE_CHECKING:
    from seqclass.audio.devices import Device

_SETTLE_MS = 600


class RecordSource(Responsive, QWidget):
    """Chooses these, and listens while it is to be seen.

    Attributes:
        devices: The microphones.
        speaker, classes: Who speaks, and what.
        meter: The level.
        recorder: The microphone that is open.
        labels: All classes.

    Signals:
        changed: The microphone listens, or no longer, or something is wrong with it.
        class_changed: Another class was chosen.
        labels_changed: There are other classes.
        lost: The microphone has gone.
    """

    changed = Signal()
    class_changed = Signal()
    labels_changed = Signal()
    lost = Signal()

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self._state = state
        self._is_front = False
        self._is_busy = False
        self._trouble = ""
        self.labels: list[str] = []
        self.recorder = SoundRecorder(self)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._keep_speaker)
        self.devices = MicrophoneBox(state.settings.microphone)
        self.speaker, self.classes = QComboBox(), QComboBox()
        self.speaker.setEditable(True)
        self.speaker.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        for box in (self.speaker, self.classes):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(8)
        self.meter = LevelMeter()
        self._titles = [label("small") for _ in range(3)]
        parts = [column(title, box, spacing=2) for title, box in zip(self._titles, self._boxes(), strict=True)]
        chooser = row(*parts, spacing=10)
        for place in range(len(parts)):
            chooser.setStretch(place, 1)
        self.setLayout(column(chooser, self.meter, spacing=7))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._connect()
        self.retranslate()

    def _boxes(self) -> tuple[QComboBox, QComboBox, QComboBox]:
        return self.devices, self.speaker, self.classes

    def _connect(self) -> None:
        self.devices.use_changed.connect(self._take_device)
        self.devices.device_changed.connect(lambda chosen: self._state.change_settings(microphone=chosen))
        self.devices.listed.connect(self.changed)
        self.speaker.editTextChanged.connect(lambda _text: self._settle.start())
        self.classes.currentIndexChanged.connect(self.class_changed)
        self.recorder.opened.connect(self.changed)
        self.recorder.level.connect(self.meter.hear)
        self.recorder.troubled.connect(self._take_trouble)
        self.recorder.failed.connect(self._fail)

    def retranslate(self) -> None:
        """Set every text."""
        texts = (self.tr("Microphone"), self.tr("Speaker"), self.tr("Class"))
        for title, box, text in zip(self._titles, self._boxes(), texts, strict=True):
            title.setText(text)
            name(box, text)
        line = self.speaker.lineEdit()
        if line is not None:
            line.setPlaceholderText(self.tr("unknown"))
            name(line, self.tr("Speaker"))

    # Coming and going

    def set_front(self, *, is_front: bool) -> None:
        """Whether it is to be seen: what is not seen does not listen."""
        self._is_front = is_front
        if is_front:
            self.devices.use(self._state.settings.microphone)  # the Live page may have chosen another one
            self.devices.start()
            if self.devices.device is not None:
                self._take_device(self.devices.device)
        else:
            self.devices.stop()
            self.recorder.close()
            self.meter.reset()

    def close_devices(self) -> None:
        """Let go of the microphone, and wait until it is."""
        self.set_front(is_front=False)
        self.devices.stop(waits=True)
        self.recorder.wait()

    def set_free(self, *, is_busy: bool, is_review: bool) -> None:
        """Whether a take is under way, which holds everything, or looked at, which leaves the class open."""
        was_busy, self._is_busy = self._is_busy, is_busy
        if was_busy and not is_busy and not self.recorder.is_listening:
            self._take_device(self.devices.device)  # it has gone meanwhile: another one, if there is one
        self.classes.setEnabled(not is_busy or is_review)
        self.devices.setEnabled(not is_busy and not is_review and bool(self.devices.devices))

    # What is chosen

    @property
    def label(self) -> str:
        """The class; empty for none."""
        return self.classes.currentText()

    @property
    def speaker_name(self) -> str:
        """Who speaks; empty where nobody has said."""
        return self.speaker.currentText().strip()

    def set_classes(self, labels: list[str], chosen: str | None) -> None:
        """The classes that there are, and the one to choose; None to leave it."""
        if labels != self.labels:
            self.labels = labels
            before = self.label
            self.classes.blockSignals(True)
            self.classes.clear()
            self.classes.addItems(labels)
            self.classes.setCurrentIndex(labels.index(before) if before in labels else 0 if labels else -1)
            self.classes.blockSignals(False)
            self.labels_changed.emit()
        if chosen in labels and self.label != chosen:
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
        self._state.change_settings(speaker=self.speaker_name)

    # The microphone

    def _take_device(self, device: Device | None) -> None:
        if not self._is_front or self._is_busy:
            return  # what was said comes first; the next look comes with the end of the take
        self._trouble = ""
        if device is None:
            self.recorder.close()
            self.meter.reset()
        elif self.recorder.device != device or not self.recorder.is_listening:
            self.meter.reset()
            self.recorder.listen(device)
        self.changed.emit()

    def _take_trouble(self, trouble: Trouble) -> None:
        self._trouble = self._words_of(trouble)
        if trouble.kind == "lost":
            self.meter.reset()
            self.lost.emit()
            self.devices.refresh()
        self.changed.emit()

    def _words_of(self, trouble: Trouble) -> str:
        device = self.recorder.device
        words = {
            "silent": self.tr(
                "{name} gives nothing but digital silence: it is muted, or this program may not hear it. Unmute it or allow it in "
                "the system's settings."
            ),
            "stalled": self.tr("No sound comes from {name} at the moment."),
            "lost": self.tr("{name} has gone."),
            "overflow": self.tr("The computer was too busy: some sound was lost."),
        }
        return words.get(trouble.kind, "").format(name=device.description if device is not None else "")

    def _fail(self, error: Exception) -> None:
        self._trouble = str(error)
        self.changed.emit()

    def note(self) -> str:
        """What is wrong with the microphone, in words; empty for nothing."""
        box = self.devices
        notes = [self._trouble] if self._trouble else []
        if box.is_away and box.device is not None:
            words = self.tr("{name} is unplugged; {other} listens in its place.")
            notes.insert(0, words.format(name=box.name, other=box.device.description))
        if not notes and box.error is not None:
            notes.append(str(box.error))
        elif not notes and box.is_known and box.device is None:
            notes.append(self.tr("No microphone was found. Plug one in, or switch it on."))
        return " ".join(notes)
