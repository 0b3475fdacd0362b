"""The Live page's ear: from buttons and keys to the microphone, from what it hears to the rolling picture and to words."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from gui.microphone import Batch, Microphone, OpenCapture, Opened, Trouble, Word
from gui.pages.live.controls import LiveControls
from gui.pages.live.settings import LiveSettings
from gui.state import AppState
from gui.widgets.spectrogram_roll import Mark, SpectrogramRoll
from seqclass.events import Dropped, Guessed, Onset

if TYPE_CHECKING:
    from seqclass.audio.devices import Device

HIGHEST_HZ = 8000.0


class LiveHearing(QObject):
    """Holds, listens, and tells what was heard.

    Attributes:
        microphone: The thread that hears.

    Signals:
        began: Somebody wants to speak: nothing should be played.
        guessed: A `Guessed`: what a word under way would be.
        heard: A `Word`, and where the stream stands in seconds.
        dropped: What seemed to be a word was none.
        rested: Nobody listens any more.
    """

    began = Signal()
    guessed = Signal(object)
    heard = Signal(object, float)
    dropped = Signal()
    rested = Signal()

    def __init__(
        self,
        state: AppState,
        controls: LiveControls,
        settings: LiveSettings,
        roll: SpectrogramRoll,
        *,
        parent: QObject,
        open_capture: OpenCapture | None = None,
    ) -> None:
        super().__init__(parent)
        self._state, self._controls, self._settings, self._roll = state, controls, settings, roll
        self._holds = False
        self._has_lost = self._has_sound = False
        self._device = self._missed = ""
        self.microphone = Microphone(self, open_capture=open_capture)
        self.microphone.opened.connect(self._take_opened)
        self.microphone.arrived.connect(self._take_batch)
        self.microphone.troubled.connect(self._take_trouble)
        self.microphone.closed.connect(self._take_closed)
        controls.hold_began.connect(self.begin_hold)
        controls.hold_ended.connect(self.end_hold)
        controls.listen_toggled.connect(self.set_listening)
        controls.box.device_changed.connect(self._begin_again)
        controls.box.use_changed.connect(self._take_use)
        settings.changed.connect(self._begin_again)
        settings.changed.connect(self._tell_delay)
        self._tell_delay()

    @property
    def holds(self) -> bool:
        """Whether the hold button or its key is down."""
        return self._holds

    def begin_hold(self) -> None:
        """The person begins to speak."""
        controls = self._controls
        if controls.phase == "off" and controls.hold.isEnabled() and self._state.bundle is not None:
            self.began.emit()
            self._holds = True
            controls.set_phase("holding" if self.microphone.is_open else "opening")
            self._begin(holds=True)

    def end_hold(self) -> None:
        """The person has let go."""
        if self._holds:
            self._holds = False
            self._rest()

    def set_listening(self, is_wanted: bool) -> None:
        """Listen all the time, or stop."""
        self.end_hold()
        if is_wanted and self._state.bundle is not None:
            self.began.emit()
            self._controls.set_phase("listening", is_opening=not self.microphone.is_open)
            self._begin(holds=False)
        elif self._controls.phase == "listening":
            self._rest()

    def close(self) -> None:
        """Let go of the microphone."""
        self.set_listening(is_wanted=False)
        self.microphone.close()
        self._controls.set_phase("off")

    def finish(self) -> None:
        """Let go of it and wait for its thread, at the end."""
        self.set_listening(is_wanted=False)
        self.microphone.finish()

    def _begin(self, *, holds: bool) -> None:
        bundle = self._state.bundle
        assert bundle is not None
        self._roll.set_live(is_live=True)
        self.microphone.listen(self._controls.box.name, bundle, self._settings.spec(bundle), holds=holds)

    def _begin_again(self) -> None:
        if self._controls.phase == "listening":
            self._begin(holds=False)

    def _rest(self) -> None:
        self.microphone.pause()
        self._controls.set_phase("off")
        self._roll.set_live(is_live=False)
        self.rested.emit()

    def _tell_delay(self) -> None:
        self._controls.set_delay(self._settings.delay_ms)

    def _take_opened(self, opened: Opened) -> None:
        self._roll.set_highest(min(HIGHEST_HZ, opened.rate_hz / 2))
        self._device, self._has_sound = opened.description, False
        self._controls.set_phase("holding" if self._holds else self._controls.phase, opened.description)

    def _take_batch(self, batch: Batch) -> None:
        self._roll.add_sound(batch.first_column, batch.columns, batch.peaks)
        self._roll.add_frames(batch.frames)
        self._has_sound = self._has_sound or bool(batch.peaks.any())
        for event in batch.events:
            if isinstance(event, Onset):
                self._roll.begin_word(event.start_s)
            elif isinstance(event, Guessed):
                self._roll.add_answer(event.start_s, event.end_s, self._shares(event))
                self.guessed.emit(event)
            elif isinstance(event, Dropped):
                self._drop()
        for word in batch.words:
            self._roll.add_answer(word.heard.start_s, word.heard.end_s, self._shares(word.heard))
            if not self._has_lost:
                self._controls.clear_trouble()
            self.heard.emit(word, batch.end_s)
        if batch.heard_nothing:
            self._drop()
            self._controls.set_trouble("warn", lambda: self.tr("Nothing was heard. Hold the button for as long as you speak."))

    def mark(self, word: Word, text: str, row: int) -> None:
        """Show where a word was, and what it was."""
        self._roll.add_word(Mark(word.heard.start_s, word.heard.end_s, text, row))

    def _drop(self) -> None:
        self._roll.drop_word()
        self.dropped.emit()

    def _shares(self, event: Any) -> dict[str, dict[str, float]]:
        if event.targets:
            return {name: outcome.get("probabilities", {}) for name, outcome in event.targets.items()}
        bundle = self._state.bundle
        return {bundle.card.targets[0].name: event.probabilities or {}} if bundle is not None else {}

    def _take_trouble(self, trouble: Trouble) -> None:
        if trouble.kind in ("sound", "resumed"):
            self._controls.clear_trouble()
        elif trouble.kind == "lost":
            self._has_lost = True
        elif trouble.kind == "silent" and self._has_sound:
            # Some microphones are still to the last bit between words: that is no reason for alarm.
            self._controls.set_trouble("muted", partial(self._words, "still", self._device))
        else:
            self._controls.set_trouble("warn", partial(self._words, trouble.kind, self._device))

    def _words(self, kind: str, name: str) -> str:
        return {
            "silent": self.tr(
                "{name} gives nothing but digital silence: it is muted, or this program may not hear it. Unmute it or allow it in "
                "the system's settings."
            ),
            "still": self.tr("{name} gives nothing but digital silence at the moment: muted, or its noise filter is shut."),
            "stalled": self.tr("No sound comes from {name} at the moment."),
            "overflow": self.tr("The computer was too busy: a little of the sound was lost."),
            "lost": self.tr("{name} has gone: it was unplugged or switched off. What was said before is in the table."),
        }[kind].format(name=name)

    def _take_closed(self, error: Exception | None) -> None:
        has_lost, self._has_lost = self._has_lost, False
        self._holds = False
        self._controls.hold.setDown(False)
        self._controls.set_phase("off")
        self._roll.set_live(is_live=False)
        if error is not None:
            self._controls.set_trouble("bad", lambda: str(error))
            self._state.post_error(error)
        elif has_lost:
            self._missed = self._device
            self._controls.set_trouble("bad", partial(self._words, "lost", self._device))
        self._controls.box.refresh()
        self.rested.emit()

    def _take_use(self, device: Device | None) -> None:
        """A microphone that was missed is back."""
        if device is not None and device.description == self._missed:
            self._missed = ""
            self._controls.clear_trouble()
