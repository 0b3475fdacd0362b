"""The microphone's part of the Live page: which one, hold, listen, how sure, how soon."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QFrame, QLabel, QSizePolicy, QSpinBox

from gui.state import AppState
from gui.widgets.common import Responsive, button, column, frame, label, name, row, set_kind, tool_button
from gui.widgets.microphone_box import MicrophoneBox
from seqclass.specs import DetectionSpec, ListenSpec

if TYPE_CHECKING:
    from seqclass.audio.devices import Device
    from seqclass.model.bundle import Bundle

PAGE = "live"
OWN = -1
"""The threshold that stands for the model's own."""
_HOLD_HEIGHT = 50
_STEP_CAUSAL_MS, _STEP_MS = 60.0, 120.0
Phase = Literal["off", "opening", "listening", "holding"]


class LiveControls(Responsive, QFrame):
    """Buttons and one line that says how the microphone does; the settings are a card of their own, to be put elsewhere.

    Attributes:
        box: The microphones.
        hold, listen: The buttons.
        status: The line.
        settings: Threshold, smoothing, decision delay.

    Signals:
        hold_began, hold_ended: The hold button.
        listen_toggled: Whether to listen all the time.
        spec_changed: Any setting.
    """

    hold_began = Signal()
    hold_ended = Signal()
    listen_toggled = Signal(bool)
    spec_changed = Signal()

    def __init__(self, state: AppState, *, list_devices: Callable[[], tuple[Device, ...]] | None = None) -> None:
        super().__init__()
        self._state = state
        self._phase: Phase = "off"
        self._own_threshold = 0.0
        self._device = ""
        self._trouble: tuple[str, str] | None = None
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
        self._make_settings()
        devices = row(self.box, self._refresh, spacing=4)
        devices.setStretch(0, 1)
        self.setLayout(column(devices, self.hold, self.listen, self.status, margins=(14, 14, 14, 14)))
        self.box.device_changed.connect(lambda chosen: state.change_settings(microphone=chosen))
        self.box.listed.connect(self._show)
        self.retranslate()
        self.restyle()

    def _make_settings(self) -> None:
        keep = self._state.page_setting
        self.threshold, self.smoothing, self.delay = QSpinBox(), QSpinBox(), QSpinBox()
        for box, low, high, step, key, usual in (
            (self.threshold, OWN, 100, 5, "threshold", OWN),
            (self.smoothing, 0, 90, 10, "smoothing", 0),
            (self.delay, 20, 1000, 20, "delay_ms", 160),
        ):
            box.setRange(low, high)
            box.setSingleStep(step)
            box.setValue(int(keep(PAGE, key, usual)))
            box.setKeyboardTracking(False)
            box.valueChanged.connect(lambda value, key=key: self._keep(key, value))
        self._names: list[QLabel] = [label("muted") for _ in range(3)]
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(6)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for title, box in zip(self._names, (self.threshold, self.smoothing, self.delay), strict=True):
            title.setBuddy(box)
            form.addRow(title, box)
        self.settings = frame("card")
        self.settings.setLayout(column(form, margins=(14, 14, 14, 14)))

    def retranslate(self) -> None:
        """Set every text."""
        name(self._refresh, self.tr("Look for microphones again"))
        titles = (self.tr("Threshold"), self.tr("Smoothing"), self.tr("Decision delay"))
        tips = (
            self.tr("Below this confidence a word is told as unknown."),
            self.tr("Share that what was said so far of a word has in each new answer."),
            self.tr("Silence after which a word is over: from a word's end to its answer."),
        )
        for title, box, words, tip in zip(self._names, (self.threshold, self.smoothing, self.delay), titles, tips, strict=True):
            title.setText(words)
            name(box, words, tip=tip)
            title.setToolTip(tip)
        self.threshold.setSuffix(self.tr(" %"))
        self.smoothing.setSuffix(self.tr(" %"))
        self.delay.setSuffix(self.tr(" ms"))
        self._show()

    def restyle(self) -> None:
        """Set icons."""
        from gui import theme

        self._refresh.setIcon(theme.icon("refresh"))
        self.hold.setIcon(theme.icon("live", colour=theme.colours().on_accent))
        self.listen.setIcon(theme.icon("speaker"))

    # Facts

    def spec(self, bundle: Bundle) -> ListenSpec:
        """The settings as the library takes them."""
        return ListenSpec(
            detection=DetectionSpec(decision_delay_ms=float(self.delay.value())),
            threshold=None if self.threshold.value() == OWN else self.threshold.value() / 100,
            smoothing=self.smoothing.value() / 100,
            partial_ms=_STEP_CAUSAL_MS if bundle.card.is_causal else _STEP_MS,
        )

    def set_own_threshold(self, threshold: float) -> None:
        """What the model's own threshold is."""
        self._own_threshold = threshold
        self._show()

    @property
    def limit(self) -> float:
        """The threshold in use, 0..1."""
        return self._own_threshold if self.threshold.value() == OWN else self.threshold.value() / 100

    @property
    def phase(self) -> Phase:
        """What the microphone does."""
        return self._phase

    def set_phase(self, phase: Phase, device: str = "") -> None:
        """Show what the microphone does."""
        self._phase = phase
        self._device = device or self._device
        if phase in ("off", "opening") or device:
            self._trouble = None
        self._show()

    def set_trouble(self, kind: str, text: str) -> None:
        """Say what is wrong, until something else is to be said; kind ``warn``, ``bad``, or empty when it is over."""
        self._trouble = (kind, text) if kind else None
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
        own = self.tr("the model's own ({n} %)") if self._own_threshold else self.tr("none")
        self.threshold.setSpecialValueText(own.format(n=f"{100 * self._own_threshold:.0f}"))
        kind, text = self._words()
        set_kind(self.status, kind)
        self.status.setText(text)

    def _words(self) -> tuple[str, str]:
        if self._trouble is not None:
            return self._trouble
        if self.box.error is not None:
            return "warn", str(self.box.error)
        if self.box.is_known and not self.box.devices:
            return "warn", self.tr("No microphone was found. Plug one in, or drop files here.")
        if self._phase == "listening":
            words = self.tr("Listening to {name}. A word is told {n} ms after its end.")
            return "muted", words.format(name=self._device, n=self.delay.value())
        if self._phase == "holding":
            return "muted", self.tr("Hearing you.")
        return "muted", self.tr("Hold the button or Space, say a word, let go.")

    def _keep(self, key: str, value: int) -> None:
        self._state.keep_page_setting(PAGE, key, value)
        self._show()
        self.spec_changed.emit()
