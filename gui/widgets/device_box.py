"""Which microphone: a list that follows what is plugged in, with the chosen one remembered by its name."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox

from gui.background import run_in_background
from gui.widgets.common import Responsive, name
from seqclass.audio import devices
from seqclass.audio.devices import Device, MicrophoneWatch

POLL_MS = 3000


class DeviceBox(Responsive, QComboBox):
    """The list.

    Attributes:
        found: What there is.
        wanted: Name of the chosen one, also while it is away; empty for the system's default.

    Signals:
        device_changed: The `Device` to use now, or None where there is none.
        picked: The name that the person chose.
        failed: The exception, where nobody can be asked.
    """

    device_changed = Signal(object)
    picked = Signal(str)
    failed = Signal(object)
    _seen = Signal()

    def __init__(self, wanted: str = "", *, find: Callable[[], tuple[Device, ...]] | None = None) -> None:
        super().__init__()
        self.found: tuple[Device, ...] = ()
        self.wanted = wanted
        self._find = find
        self._watch: MicrophoneWatch | None = None
        self._is_asking = False
        self._has_failed = False
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(14)
        self._poll = QTimer(self, interval=POLL_MS)
        self._poll.timeout.connect(self.refresh)
        self._seen.connect(self.refresh)
        self.activated.connect(self._pick)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        name(self, self.tr("Microphone"), tip=self.tr("Microphone"))
        self._fill()

    @property
    def device(self) -> Device | None:
        """The one to use: the chosen one, else the default; what a loudspeaker plays only where that was chosen."""
        chosen = next((one for one in self.found if one.name == self.wanted), None)
        return chosen or next((one for one in self.found if not one.is_monitor), None)

    def watch(self) -> None:
        """Look now, and whenever something is plugged in or out."""
        if self._watch is None and self._find is None:
            self._watch = MicrophoneWatch(lambda _names: self._tell())
        self._poll.start()
        self.refresh()

    def unwatch(self) -> None:
        """Look no more."""
        self._poll.stop()
        watch, self._watch = self._watch, None
        if watch is not None:
            run_in_background(watch.close, self, done=lambda _: None, failed=self.failed.emit)

    def refresh(self) -> None:
        """Ask the system. While there are some, only a change is a reason to ask again."""
        if self._is_asking or (self.sender() is self._poll and self.found):
            return
        self._is_asking = True
        run_in_background(self._find or devices.microphones, self, done=self._take, failed=self._fail)

    def _tell(self) -> None:
        try:
            self._seen.emit()
        except RuntimeError:  # the window has gone
            return

    def _take(self, found: tuple[Device, ...]) -> None:
        self._is_asking = False
        self._has_failed = False
        before, self.found = self.device, tuple(one for one in found if not one.is_monitor) or found
        self._fill()
        if self.device != before or self.device is None:
            self.device_changed.emit(self.device)

    def _fail(self, error: Exception) -> None:
        self._is_asking = False
        self.found = ()
        self._fill()
        if not self._has_failed:  # asked again and again, told once
            self._has_failed = True
            self.failed.emit(error)

    def _fill(self) -> None:
        self.blockSignals(True)
        self.clear()
        chosen = self.device
        if chosen is None:
            self.addItem(self.tr("No microphone"), "")
        for one in self.found:
            self.addItem(one.description, one.name)
        self.setCurrentIndex(max(self.findData(chosen.name), 0) if chosen is not None else 0)
        self.setEnabled(bool(self.found))
        self.blockSignals(False)

    def _pick(self, place: int) -> None:
        wanted = self.itemData(place)
        if wanted and wanted != self.wanted:
            before = self.device
            self.wanted = wanted
            self.picked.emit(wanted)
            if self.device != before:
                self.device_changed.emit(self.device)
