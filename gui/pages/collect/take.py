"""The take that is to be decided about: its picture with the cut, what is to be known of it, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gui import theme
from gui.player import SoundPlayer
from gui.state import AppState
from gui.widgets.common import Responsive, button, column, label, name, row, set_kind
from gui.widgets.take_view import Samples, Sound, TakeView, analyse
from seqclass.audio.trim import speech_range

if TYPE_CHECKING:
    from seqclass.audio.recorder import Take
    from seqclass.events import Level


def read_take(take: Take) -> Sound:
    """What is drawn of a take, with the silence at both ends outside of the cut; for a thread."""
    samples, rate_hz = take.samples(), take.rate_hz
    found = speech_range(samples, rate_hz)
    return analyse(samples, rate_hz, cut=None if found is None else (found[0] / rate_hz, found[1] / rate_hz))


class TakePanel(Responsive, QWidget):
    """Shows a take.

    Attributes:
        take: What is shown; None for nothing.
        view: Its picture.
        keep, redo, delete: The buttons.

    Signals:
        keep_wanted, redo_wanted, delete_wanted: The person has decided.
    """

    keep_wanted = Signal()
    redo_wanted = Signal()
    delete_wanted = Signal()

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self.take: Take | None = None
        self._player = SoundPlayer(self)
        self.view = TakeView(can_cut=True)
        self.view.setMinimumHeight(56)
        self.about = label("muted", wraps=True)
        self._play, self.keep, self.redo, self.delete = button(), button("primary"), button(), button("danger")
        actions = row(self._play, self.keep, self.redo, 1, self.delete, spacing=6)
        layout = column(self.view, self.about, actions, spacing=7)
        layout.setStretch(0, 1)
        self.setLayout(layout)
        self.view.cut_changed.connect(self._show_about)
        self.view.clicked.connect(self._play_from)
        self._play.clicked.connect(self.toggle_play)
        self.keep.clicked.connect(self.keep_wanted)
        self.redo.clicked.connect(self.redo_wanted)
        self.delete.clicked.connect(self.delete_wanted)
        self._player.position_changed.connect(self.view.set_cursor)
        self._player.playing_changed.connect(self._take_playing)
        self._player.failed.connect(state.post_error)
        self.retranslate()
        self.restyle()

    def retranslate(self) -> None:
        """Set every text."""
        self.keep.setText(self.tr("Keep"))
        self.redo.setText(self.tr("Say it again"))
        self.delete.setText(self.tr("Delete"))
        name(self.keep, self.tr("Keep"), tip=self.tr("Put what is between the two edges into the class (Return)"))
        name(self.redo, self.tr("Say it again"), tip=self.tr("Forget this take and record it again (R)"))
        name(self.delete, self.tr("Delete"), tip=self.tr("Forget this take (Del)"))
        name(self.view, self.tr("The take; left and right move its beginning, with Shift its end"))
        self.view.set_hint(self.tr("The take appears here, with the silence cut off. Drag the edges to change the cut."))
        self._take_playing(self._player.is_playing)
        self._show_about()

    def restyle(self) -> None:
        """Set icons."""
        self._play.setIcon(theme.icon("stop" if self._player.is_playing else "play"))
        self.delete.setIcon(theme.icon("bin", colour=theme.colours().bad))

    # What is shown

    def begin(self, longest_s: float) -> None:
        """Draw levels as they come, of a take that lasts so long at most."""
        self.stop()
        self.view.begin_live(longest_s)

    def hear(self, level: Level) -> None:
        """Draw the next level, where no take is shown."""
        self.view.hear(level.peak_db)

    def fall_deaf(self) -> None:
        """Nothing is heard any more."""
        self.view.forget_levels()

    def show_take(self, take: Take | None, sound: Sound | None) -> None:
        """Show a take with its picture; None for nothing."""
        self.take = take
        self.view.show_sound(sound)
        self._show_about()

    def set_decidable(self, *, is_decidable: bool) -> None:
        """Whether a decision is awaited."""
        for one in (self._play, self.keep, self.redo, self.delete):
            one.setEnabled(is_decidable)

    def show_actions(self, *, is_shown: bool) -> None:
        """Whether there is room for the buttons."""
        for one in (self._play, self.keep, self.redo, self.delete):
            one.setVisible(is_shown)

    @property
    def kept(self) -> Samples:
        """The samples between the edges."""
        return self.view.kept.copy()

    def _show_about(self) -> None:
        take, sound = self.take, self.view.sound
        if take is None or sound is None:
            self.about.setText("")
            self.about.hide()
            return
        start_s, end_s = self.view.cut
        text = self.tr("{kept} s of {total} s are kept")
        parts = [text.format(kept=f"{end_s - start_s:.2f}", total=f"{sound.duration_s:.2f}"), f"{take.rate_hz} Hz"]
        warnings = list(take.problems)
        if not take.has_sound:
            warnings.append(self.tr("Nothing but digital silence came: the microphone is muted, or may not be used."))
        elif sound.cut is None:
            warnings.append(self.tr("No word was found in it."))
        if take.has_clipped:
            warnings.append(self.tr("It was too loud: say it again, further away."))
        set_kind(self.about, "warn" if warnings else "muted")
        self.about.setText(" · ".join([*parts, *warnings]))
        self.about.show()

    # Listening to it

    def toggle_play(self) -> None:
        """Play what is between the edges, or stop."""
        if self._player.is_playing:
            self._player.stop()
        elif self.view.sound is not None:
            start_s, end_s = self.view.cut
            self._player.play(self.view.sound.samples, self.view.sound.rate_hz, start_s=start_s, end_s=end_s)

    def stop(self) -> None:
        """Fall silent."""
        self._player.stop()

    def close_player(self) -> None:
        """Let go of the loudspeaker."""
        self._player.close()

    def _play_from(self, time_s: float) -> None:
        sound = self.view.sound
        if sound is not None:
            self._player.play(sound.samples, sound.rate_hz, start_s=time_s, end_s=sound.duration_s)

    def _take_playing(self, is_playing: bool) -> None:
        self._play.setText(self.tr("Stop") if is_playing else self.tr("Play"))
        self._play.setIcon(theme.icon("stop" if is_playing else "play"))
        if not is_playing:
            self.view.set_cursor(None)
