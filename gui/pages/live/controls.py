"""The microphone's part of the Live page: which one, hold, listen, and one line that says how it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QSizePolicy

from gui.state import AppState
from gui.widgets.common import Responsive, button, column, label, name, row, set_kind, tool_button
from gui.widgets.microphone_box import MicrophoneBox

if TYPE_CHECKING:
    from seqclass.audio.devices import Device

_HOLD_HEIGHT = 50
Phase = Literal["off", "opening", "listening", "holding"]


class LiveControls(Responsive, QFrame):
    """Which microphone, and what it does.

    Attributes:
        box: The microphones.
        hold, listen: The buttons.
        status: The line.

    Signals:
        hold_began, hold_ended: The hold button.
        listen_toggled: Whether to listen all the time.
    """

    hold_began = Signal()
    hold_ended = Signal()
    listen_toggled = Signal(bool)

    def __init__(self, state: AppState, *, list_devices: Callable[[], tuple[Device, ...]] | None = None) -> None:
        super().__init__()
        self._phase: Phase = "off"
        self._device = ""
        self._is_opening = False
        self._delay_ms = 0
        self._trouble: tuple[str, Callable[[], str]] | None = None
        self.setProperty("kind", "card")
        self.box = MicrophoneBox(state.settings.microphone, list_devices=list_devices)
        self._refresh = tool_button()
        self._refresh.clicked.connect(self.box.refresh)
        self.hold = button("primary")
        self.hold.setMinimumHeight(_HOLD_HEIGHT)
        self.hold.setAutoDefault(False)
        self.hold.pressed.connect(self.hold_began)
        self.hold.released.connect(self.hold_ended)
        self.listen = button()
        self.listen.setCheckable(True)
        self.listen.clicked.connect(self.listen_toggled)
        for one in (self.hold, self.listen):
            one.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.status = label("muted", wraps=True)
        devices = row(self.box, self._refresh, spacing=4)
        devices.setStretch(0, 1)
        self.setLayout(column(devices, self.hold, self.listen, self.status, margins=(14, 14, 14, 14)))
        self.box.device_changed.connect(lambda chosen: state.change_settings(microphone=chosen))
        self.box.listed.connect(self._show)
        self.retranslate()
        self.restyle()

    def retranslate(self) -> None:
        """Set every text."""
        name(self._refresh, self.tr("Look for microphones again"))
        self._show()

    def restyle(self) -> None:
        """Set icons."""
        from gui import theme

        self._refresh.setIcon(theme.icon("refresh"))
        self.hold.setIcon(theme.icon("collect", colour=theme.colours().on_accent))
        self.listen.setIcon(theme.icon("live"))

    @property
    def phase(self) -> Phase:
        """What the microphone does."""
        return self._phase

    def set_phase(self, phase: Phase, device: str = "", *, is_opening: bool = False) -> None:
        """Show what the microphone does; ``is_opening``: it is not open yet."""
        self._phase = phase
        self._is_opening = is_opening
        self._device = device or self._device
        if phase in ("off", "opening") or device:
            self._trouble = None
        self._show()

    def set_delay(self, delay_ms: int) -> None:
        """Say how long after its end a word is told."""
        self._delay_ms = delay_ms
        self._show()

    def set_trouble(self, kind: Literal["muted", "warn", "bad"], words: Callable[[], str]) -> None:
        """Say what is wrong, until something else is to be said; ``words`` gives it in the language of the moment."""
        self._trouble = (kind, words)
        self._show()

    def clear_trouble(self) -> None:
        """It is over."""
        self._trouble = None
        self._show()

    def _show(self) -> None:
        has_device = self.box.error is None and (bool(self.box.devices) or not self.box.is_known)
        self.hold.setEnabled(has_device and self._phase != "listening")
        self.listen.setEnabled(has_device)
        self.listen.setChecked(self._phase == "listening")
        held = self.hold.isDown() or self._phase == "holding"
        self.hold.setText(
            self.tr("Opening the microphone …")
            if self._phase == "opening"
            else self.tr("Speak, and let go")
            if held
            else self.tr("Hold to speak")
        )
        self.hold.setToolTip(self.tr("Hold the button or the Space key while you speak."))
        self.listen.setText(self.tr("Stop listening") if self._phase == "listening" else self.tr("Listen all the time"))
        kind, text = self._words()
        set_kind(self.status, kind)
        self.status.setText(text)

    def _words(self) -> tuple[str, str]:
        if self._trouble is not None:
            return self._trouble[0], self._trouble[1]()
        if self.box.error is not None:
            return "warn", str(self.box.error)
        if self.box.is_known and not self.box.devices:
            return "warn", self.tr("No microphone was found. Plug one in, or drop files here.")
        words = self.tr("Hold the button or Space, say a word, let go.")
        if self._phase == "holding":
            words = self.tr("Hearing you.")
        elif self._phase == "listening":
            words = self.tr("Listening to {name}. A word is told {n} ms after its end.")
            words = self.tr("Opening the microphone …") if self._is_opening else words
        return "muted", words.format(name=self._device, n=self._delay_ms)
