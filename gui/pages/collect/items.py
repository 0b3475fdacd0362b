"""The items of one class or of all: a table, what can be done with them, and a look at the marked one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QSplitter, QStackedWidget, QWidget

from gui import theme
from gui.background import Task, run_in_background
from gui.pages.collect.arranging import N_AT_ONCE, Arranged, Wish, arranged
from gui.pages.collect.changes import Changes
from gui.player import SoundPlayer
from gui.state import AppState, Selection
from gui.widgets.common import Responsive, button, column, label, name, row
from gui.widgets.empty_state import EmptyState
from gui.widgets.item_table import LABEL, LENGTH, SPEAKER, TEXT, CellEdit, ItemTable
from seqclass.specs import Kind

if TYPE_CHECKING:
    from gui.widgets.sequence_view import SequenceView
    from gui.widgets.take_view import Sound, TakeView
    from seqclass.data.manifest import Item


class ItemsView(Responsive, QWidget):
    """Items, and what can be done with them.

    Attributes:
        table: The table.
        label: The class whose items are shown; None for all.

    Signals:
        texts_added: Texts that the person typed or pasted.
    """

    texts_added = Signal(object)

    def __init__(self, state: AppState, changes: Changes) -> None:
        super().__init__()
        self._state, self._changes = state, changes
        self.label: str | None = None
        self._labels: list[str] = []
        self._wanted_id = ""
        self._plays_next = False
        self._task: Task | None = None
        self._arranging: Task | None = None
        self._take: TakeView | None = None
        self._sequence: SequenceView | None = None
        self._player = SoundPlayer(self)
        self._make_parts()
        self._player.position_changed.connect(self._follow)
        self._player.playing_changed.connect(self._take_playing)
        self._player.failed.connect(state.post_error)
        changes.changed.connect(self._show_actions)
        self.retranslate()
        self.restyle()

    def _make_parts(self) -> None:
        self._heading, self._count = label("heading"), label("muted")
        self._heading.setMinimumWidth(60)
        self._search = QLineEdit()
        self._search.setClearButtonEnabled(True)
        self._search.setMaximumWidth(220)
        self._search.textChanged.connect(self.refresh)
        self.table = ItemTable()
        self.table.chosen.connect(self._take_chosen)
        self.table.order_changed.connect(self.refresh)
        self.table.edited.connect(self._take_edit)
        self.table.play_wanted.connect(self.play)
        self.table.delete_wanted.connect(self.delete)
        self.table.pasted.connect(self._paste)
        self._play, self._move, self._speaker, self._inspect, self._delete = (
            button(),
            button(),
            button(),
            button(),
            button("danger"),
        )
        self._play.clicked.connect(self.play)
        self._delete.clicked.connect(self.delete)
        self._inspect.clicked.connect(self._open_inspect)
        self._move_menu, self._speaker_menu = QMenu(self), QMenu(self)
        self._move.setMenu(self._move_menu)
        self._speaker.setMenu(self._speaker_menu)
        self._move_menu.aboutToShow.connect(self._fill_move_menu)
        self._speaker_menu.aboutToShow.connect(self._fill_speaker_menu)
        self._text = QLineEdit()
        self._text.returnPressed.connect(self._add_text)
        self._add = button("primary")
        self._add.clicked.connect(self._add_text)
        self._typing = QWidget()
        typing = row(self._text, self._add)
        typing.setStretch(0, 1)
        self._typing.setLayout(typing)
        self._empty = label("muted", wraps=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._start = EmptyState("collect", 0)
        self._middle = QStackedWidget()
        for one in (self.table, self._empty, self._start):
            self._middle.addWidget(one)
        self._preview = QStackedWidget()
        self._nothing = label("muted", wraps=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._preview.addWidget(self._nothing)
        self._preview.setMinimumHeight(130)  # what a picture needs, or its time axis would be cut off
        self._arrange()

    def _arrange(self) -> None:
        self._head, self._actions, upper = QWidget(), QWidget(), QWidget()
        self._head.setLayout(row(self._heading, self._count, 1, self._search))
        self._actions.setLayout(row(self._play, self._move, self._speaker, self._inspect, 1, self._delete, spacing=6))
        above = column(self._head, self._middle, self._typing, self._actions, spacing=8)
        above.setStretch(1, 1)
        upper.setLayout(above)
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(10)
        self._splitter.addWidget(upper)
        self._splitter.addWidget(self._preview)
        self._splitter.setStretchFactor(0, 3)
        self._splitter.setStretchFactor(1, 2)
        self._splitter.setSizes([380, 210])
        self.setLayout(column(self._splitter, margins=(0, 10, 0, 0)))

    def retranslate(self) -> None:
        """Set every text."""
        heads = {
            "file": self.tr("File"),
            TEXT: self.tr("Text"),
            LABEL: self.tr("Class"),
            SPEAKER: self.tr("Speaker"),
            LENGTH: self.tr("Length"),
        }
        self.table.set_heads(heads, self.tr("{n} frames"))
        name(self.table, self.tr("Items"))
        self._search.setPlaceholderText(self.tr("Search"))
        name(self._search, self.tr("Search the items"))
        self._move.setText(self.tr("Class"))
        self._speaker.setText(self.tr("Speaker"))
        name(self._move, self.tr("Class"), tip=self.tr("Give the marked items another class"))
        name(self._speaker, self.tr("Speaker"), tip=self.tr("Say who speaks in the marked items; type any name in the table"))
        self._inspect.setText(self.tr("Inspect"))
        name(self._inspect, self.tr("Inspect"), tip=self.tr("Look at this item through the open model"))
        self._delete.setText(self.tr("Delete"))
        name(self._delete, self.tr("Delete"), tip=self.tr("Put the marked items into the bin (Del); Ctrl+Z brings them back"))
        self._text.setPlaceholderText(self.tr("Type or paste a text"))
        name(self._text, self.tr("A new text"))
        self._add.setText(self.tr("Add"))
        name(self._splitter.handle(1), self.tr("Border between the items and the picture"))
        self._nothing.setText(self.tr("Mark an item to see it here."))
        self._start.set_texts(
            self.tr("Collect your first words"),
            self.tr(
                "1. Type the name of a class to the left and press Return, then that of another: the words to tell apart.\n\n"
                "2. Record words, twenty or more of each class and by several people, or drop sound files here.\n\n"
                "3. Train a model on the next page."
            ),
        )
        self._take_playing(self._player.is_playing)
        if self._take is not None:
            name(self._take, self.tr("Waveform and spectrogram"))
        self.refresh()

    def restyle(self) -> None:
        """Set icons."""
        self._play.setIcon(theme.icon("stop" if self._player.is_playing else "play"))
        self._delete.setIcon(theme.icon("bin", colour=theme.colours().bad))

    # What is shown

    def set_label(self, chosen: str | None, labels: Sequence[str]) -> None:
        """Show a class, or all items."""
        self.label, self._labels = chosen, list(labels)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Mark something, if nothing is."""
        super().showEvent(event)
        if not self.table.marked:
            self.refresh()

    def refresh(self) -> None:
        """Choose the items anew, in a thread where they are many, and show them."""
        manifest, kind = self._state.manifest, self._changes.kind
        self._typing.setVisible(kind == "text")
        self._play.setVisible(kind == "speech")
        self._heading.setText(self.label if self.label is not None else self.tr("All classes"))
        target = manifest.targets[0].name if manifest is not None and manifest.targets else "label"
        items = manifest.items if manifest is not None else ()
        words = tuple(self._search.text().casefold().split())
        wish = Wish(self.label, words, target, self.table.key(kind, target), self.table.is_descending)
        if self._arranging is not None:
            self._arranging.cancel()
            self._arranging = None
        if len(items) <= N_AT_ONCE:
            self._show_items(arranged(items, wish), kind, target)
        else:
            self._arranging = run_in_background(
                lambda: arranged(items, wish),
                self,
                done=lambda found: self._show_items(found, kind, target),
                failed=self._state.post_error,
            )
        self._show_actions()

    def _show_items(self, found: Arranged, kind: Kind, target: str) -> None:
        self._arranging = None
        manifest, items = self._state.manifest, found.items
        place = max(self.table.currentIndex().row(), 0)
        self.table.set_items(items, kind, target)
        if kind != "text" and not self.table.marked and self.isVisible():
            self.table.mark_place(place)  # there is always something to be seen and heard
        n_shown, total = len(items), self.tr("%n item(s)", "", found.n_all)
        self._count.setText(total if n_shown == found.n_all else self.tr("{n} of {total}").format(n=n_shown, total=total))
        is_new = manifest is not None and not manifest.items and kind == "speech"
        self._middle.setCurrentWidget(self._start if is_new else self.table if items else self._empty)
        self._empty.setText(self._why_empty(kind, has_items=bool(found.n_all)))
        self._head.setVisible(not is_new or self.label is not None)
        self._actions.setVisible(not is_new)
        self._preview.setVisible(kind != "text" and bool(found.n_all))
        self._show_actions()

    def _why_empty(self, kind: str, *, has_items: bool) -> str:
        if self._state.manifest is None:
            return self.tr("Looking through the folder …")
        if has_items:
            return self.tr("No item has these words.")
        if kind == "text":
            return self.tr("Nothing here yet. Choose a class and type a text below, paste lines, or drop files here.")
        if kind == "numeric":
            return self.tr("Nothing here yet. Drop files here.")
        return self.tr("Nothing here yet. Record some words, or drop sound files here.")

    def _show_actions(self) -> None:
        marked = self.table.marked
        is_free = bool(marked) and not self._changes.is_busy
        self.table.set_locked(is_locked=self._changes.is_busy)
        for one in (self._move, self._speaker, self._delete):
            one.setEnabled(is_free)
        self._play.setEnabled(bool(marked))
        self._inspect.setEnabled(len(marked) == 1)
        self._add.setEnabled(self.label is not None)
        self._text.setEnabled(self.label is not None)
        tip = "" if self.label is not None else self.tr("Choose the class first, to the left.")
        self._add.setToolTip(tip)

    # What is done

    def play(self) -> None:
        """Play the marked item, or stop."""
        if self._player.is_playing:
            self._player.stop()
            return
        if self._changes.kind != "speech" or not self.table.marked:
            return
        sound = self._take.sound if self._take is not None else None
        if sound is not None and self._wanted_id == self.table.marked[0].id and self._task is None:
            self._player.play(sound.samples, sound.rate_hz)
        else:
            self._plays_next = True
            self._load(self.table.marked[0])

    def stop(self) -> None:
        """Fall silent."""
        self._plays_next = False
        self._player.stop()

    def close_player(self) -> None:
        """Let go of the loudspeaker."""
        self._player.close()

    def delete(self) -> None:
        """Put the marked items into the bin."""
        items = tuple(self.table.marked)
        if items and not self._changes.is_busy:
            self._changes.do(lambda library: library.Delete(items=items))

    def _take_edit(self, edit: CellEdit) -> None:
        if edit.column == TEXT:
            self._changes.do(lambda library: library.EditText(edit.items[0], edit.value))
        elif edit.column == LABEL:
            self._relabel(edit.items, label=edit.value)
        else:
            self._relabel(edit.items, speaker=edit.value)

    def _relabel(self, items: tuple[Item, ...], **values: str) -> None:
        self._changes.do(lambda library: library.Relabel(items, **values))

    def _fill_move_menu(self) -> None:
        items = tuple(self.table.marked)
        self._move_menu.clear()
        for one in self._labels:
            self._move_menu.addAction(one.replace("&", "&&"), partial(self._relabel, items, label=one))

    def _fill_speaker_menu(self) -> None:
        items, manifest = tuple(self.table.marked), self._state.manifest
        self._speaker_menu.clear()
        for one in sorted({item.group for item in manifest.items if item.group} if manifest else set())[:40]:
            self._speaker_menu.addAction(one.replace("&", "&&"), partial(self._relabel, items, speaker=one))
        self._speaker_menu.addSeparator()
        self._speaker_menu.addAction(self.tr("Unknown"), partial(self._relabel, items, speaker=""))

    def _open_inspect(self) -> None:
        if self.table.marked:
            self._state.select(Selection(item=self.table.marked[0], origin="collect"))
            self._state.go_to("inspect")

    def _add_text(self) -> None:
        if self._text.text().strip() and self.label is not None:
            self.texts_added.emit([self._text.text().strip()])
            self._text.clear()

    def _paste(self, text: str) -> None:
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if self._changes.kind != "text" or not lines:
            return
        if self.label is None:
            self._state.post("info", self.tr("Choose the class first, to the left."))
        else:
            self.texts_added.emit(lines)

    # The picture

    def _take_chosen(self, items: list[Item]) -> None:
        self._show_actions()
        if not items:
            self._wanted_id = ""
            self._preview.setCurrentWidget(self._nothing)
            self.stop()
        elif items[0].id != self._wanted_id:
            self.stop()
            self._load(items[0])

    def _load(self, item: Item) -> None:
        manifest = self._state.manifest
        if manifest is None or manifest.kind == "text":
            return
        self._wanted_id = item.id
        if self._task is not None:
            self._task.cancel()

        def read() -> Any:
            from seqclass.data.load import load_audio, load_numeric

            if manifest.kind == "numeric":
                import gui.widgets.sequence_view  # noqa: F401 - loaded here, where nobody waits

                return load_numeric(manifest, item)
            from gui.widgets.take_view import analyse

            audio = load_audio(manifest, item)
            return analyse(audio.samples, audio.rate_hz)

        def failed(error: Exception) -> None:
            self._task, self._plays_next = None, False
            self._preview.setCurrentWidget(self._nothing)
            self._state.post_error(error)

        take = self._take_frames if manifest.kind == "numeric" else self._take_sound
        self._task = run_in_background(read, self, done=take, failed=failed)

    def _take_frames(self, frames: Any) -> None:
        from gui.widgets.sequence_view import SequenceView

        self._task = None
        if self._sequence is None:
            self._sequence = SequenceView()
            self._preview.addWidget(self._sequence)
        self._sequence.show_frames(frames)
        self._preview.setCurrentWidget(self._sequence)

    def _take_sound(self, sound: Sound) -> None:
        from gui.widgets.take_view import TakeView

        self._task = None
        if self._take is None:
            self._take = TakeView()
            name(self._take, self.tr("Waveform and spectrogram"))
            self._take.clicked.connect(self._play_from)
            self._preview.addWidget(self._take)
        self._take.show_sound(sound)
        self._preview.setCurrentWidget(self._take)
        if self._plays_next:
            self._plays_next = False
            self._player.play(sound.samples, sound.rate_hz)

    def _play_from(self, time_s: float) -> None:
        if self._take is not None and self._take.sound is not None:
            self._player.play(self._take.sound.samples, self._take.sound.rate_hz, start_s=time_s)

    def _follow(self, position_s: float) -> None:
        if self._take is not None:
            self._take.set_cursor(position_s)

    def _take_playing(self, is_playing: bool) -> None:
        self._play.setText(self.tr("Stop") if is_playing else self.tr("Play"))
        self._play.setIcon(theme.icon("stop" if is_playing else "play"))
        if not is_playing and self._take is not None:
            self._take.set_cursor(None)
