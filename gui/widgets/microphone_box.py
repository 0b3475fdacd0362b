"""Which microphone: a list that follows what is plugged in; the choice is remembered by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QStyle, QStyleOptionComboBox, QStylePainter

from gui.background import run_in_background
from gui.log import log
from gui.widgets.common import Responsive

if TYPE_CHECKING:
    from seqclass.audio.devices import Device, MicrophoneWatch

_SETTLE_MS = 150
_POLL_MS = 3000


def list_microphones() -> tuple[Device, ...]:
    """Ask the system.

    Raises:
        MissingDependencyError: There is neither a sound server nor PortAudio.
        DeviceError: There is no sound system.
    """
    from seqclass.audio.devices import microphones

    return microphones()


class MicrophoneBox(Responsive, QComboBox):
    """Chooses a microphone.

    Attributes:
        name: Of the chosen one, also while it is unplugged; empty: the system's default.
        error: Why there is none; None where there is one, or while nobody knows.
        is_known: The system has answered.
        devices: What there is.

    Signals:
        device_changed: The chosen name.
        use_changed: The `Device` to use from now on, or None where there is none: another was chosen, plugged in or out.
        listed: The list is fresh, or could not be had.
    """

    device_changed = Signal(str)
    use_changed = Signal(object)
    listed = Signal()
    _plugged = Signal()

    def __init__(self, name: str = "", *, list_devices: Callable[[], tuple[Device, ...]] | None = None) -> None:
        super().__init__()
        self.name = name
        self.error: Exception | None = None
        self.is_known = False
        self.devices: tuple[Device, ...] = ()
        self._list_devices = list_devices or list_microphones
        self._watches_system = list_devices is None
        self._watch: MicrophoneWatch | None = None
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self.refresh)
        self._plugged.connect(self._settle.start)
        self._poll = QTimer(self, interval=_POLL_MS)
        self._poll.timeout.connect(self._ask_now_and_then)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.activated.connect(self._choose)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        self.setAccessibleName(self.tr("Microphone"))
        self._fill()

    @property
    def device(self) -> Device | None:
        """The one to use: the chosen one, else the system's; what a loudspeaker plays only where that was chosen."""
        chosen = next((one for one in self.devices if one.name == self.name), None)
        real = [one for one in self.devices if not one.is_monitor]
        return chosen or next((one for one in real if one.is_default), real[0] if real else None)

    @property
    def is_away(self) -> bool:
        """Whether the chosen one is unplugged."""
        return bool(self.name) and self.is_known and all(one.name != self.name for one in self.devices)

    def start(self) -> None:
        """Follow what is plugged in from now on."""
        self.refresh()
        if self._watches_system:
            self._poll.start()
        if self._watches_system and self._watch is None:
            from seqclass.audio.devices import MicrophoneWatch

            self._watch = MicrophoneWatch(self._tell)

    def stop(self, *, waits: bool = False) -> None:
        """Stop following; a thread ends within a fifth of a second, which is waited for only if need be."""
        watch, self._watch = self._watch, None
        self._settle.stop()
        self._poll.stop()
        if watch is None:
            return
        if waits:
            watch.close()
        else:
            run_in_background(watch.close, self, done=lambda _: None, failed=lambda _: None)

    def refresh(self) -> None:
        """Ask the system again."""
        run_in_background(self._list_devices, self, done=self._take, failed=self._fail)

    def _ask_now_and_then(self) -> None:
        """Where nobody tells what is plugged in: without a sound server, or while there is no microphone at all."""
        if not self.devices or self.devices[0].system == "portaudio":
            self.refresh()

    def _tell(self, _names: frozenset[str]) -> None:
        try:
            self._plugged.emit()
        except RuntimeError:
            log.debug("The watch over microphones outlived the window.")

    def _take(self, devices: tuple[Device, ...]) -> None:
        self._put(devices, None)

    def _fail(self, error: Exception) -> None:
        self._put((), error)

    def _put(self, devices: tuple[Device, ...], error: Exception | None) -> None:
        before = self.device
        self.devices, self.error, self.is_known = devices, error, True
        self._fill()
        if self.device != before:
            self.use_changed.emit(self.device)
        self.listed.emit()

    def _fill(self) -> None:
        self.clear()
        if not self.devices:
            self.addItem(self.tr("no microphone found") if self.is_known else self.tr("looking for microphones …"), self.name)
            self.setEnabled(False)
            return
        self.setEnabled(True)
        default = next((one.description for one in self.devices if one.is_default), "")
        usual = self.tr("The system's: {name}").format(name=default) if default else self.tr("The system's")
        self.addItem(usual, "")
        for one in self.devices:
            words = self.tr("{name} (what a loudspeaker plays)") if one.is_monitor else "{name}"
            self.addItem(words.format(name=one.description), one.name)
        if self.name and self.findData(self.name) < 0:
            self.addItem(self.tr("{name} (unplugged)").format(name=self.name), self.name)
        self.setCurrentIndex(max(self.findData(self.name), 0))

    def use(self, name: str) -> None:
        """Choose one by its name, as was done elsewhere; empty: the system's default."""
        before, self.name = self.device, name
        self._fill()
        if self.device != before:
            self.use_changed.emit(self.device)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """A name that finds no room is elided: Qt would cut a letter in two."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        field = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        elided = self.fontMetrics().elidedText(option.currentText, Qt.TextElideMode.ElideRight, field.width())
        option.currentText = elided
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def _choose(self, index: int) -> None:
        name = self.itemData(index) or ""
        if name != self.name:
            self.use(name)
            self.device_changed.emit(name)
