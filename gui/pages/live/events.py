"""The card with the table of what was heard, read and typed, and what can be done with a row."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from gui import theme
from gui.background import run_in_background
from gui.pages.live.clips import ClipKeeper
from gui.player import SoundPlayer
from gui.state import AppState, Selection
from gui.widgets.common import Responsive, button, column, label, name, row, tool_button
from gui.widgets.dialogs import Dialogs
from gui.widgets.event_table import Entry, EventTable, to_csv


class LiveEvents(Responsive, QFrame):
    """The table and its tools.

    Attributes:
        table: The rows.
        play, inspect, forget, export, files: The buttons.
        clips: Keeps sound as files.
        player: Plays it.

    Signals:
        chosen: The chosen `Entry`, or None.
        play_wanted: Something is about to be played: the microphone should not hear it.
        files_wanted: The person wants files to be classified.
        cleared: All rows are gone.
    """

    chosen = Signal(object)
    play_wanted = Signal()
    files_wanted = Signal()
    cleared = Signal()

    def __init__(self, state: AppState, dialogs: Dialogs) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._state, self._dialogs = state, dialogs
        self._n_entries = 0
        self.table = EventTable()
        self.clips = ClipKeeper(state, self)
        self.player = SoundPlayer(self)
        self._title = label("heading")
        self.play, self.forget = tool_button(), tool_button()
        self.inspect, self.export, self.files = button("quiet"), button(), button()
        tools = row(self._title, 1, self.play, self.inspect, self.forget, self.export, self.files, spacing=6)
        layout = column(tools, self.table, spacing=10, margins=(14, 14, 14, 14))
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.table.chosen.connect(self._take_choice)
        self.play.clicked.connect(self._play)
        self.inspect.clicked.connect(self._open_in_inspect)
        self.export.clicked.connect(self._export)
        self.forget.clicked.connect(self._clear)
        self.files.clicked.connect(self.files_wanted)
        self.player.failed.connect(state.post_error)
        self.retranslate()
        self.restyle()
        self._take_choice(None)

    def retranslate(self) -> None:
        """Set every text."""
        self._title.setText(self.tr("Events"))
        name(self.play, self.tr("Play the chosen event"))
        name(self.forget, self.tr("Clear the table"))
        self.inspect.setText(self.tr("Inspect"))
        self.inspect.setToolTip(self.tr("Look at the gates of the chosen event on the Inspect page"))
        self.export.setText(self.tr("Export …"))
        self.export.setToolTip(self.tr("Write the table as CSV"))
        self.files.setText(self.tr("Files …"))
        self.files.setToolTip(self.tr("Classify files; you may also drop them anywhere on this page"))
        self._invite()

    def restyle(self) -> None:
        """Set icons."""
        buttons = ((self.play, "play"), (self.inspect, "inspect"), (self.forget, "bin"), (self.export, "save"))
        for one, icon in (*buttons, (self.files, "folder")):
            one.setIcon(theme.icon(icon))

    def set_bundle(self) -> None:
        """Another model is open."""
        self._invite()

    @property
    def entries(self) -> list[Entry]:
        """All rows, newest first."""
        return self.table.events.entries

    def add(self, **facts: Any) -> Entry:
        """Put a row on top, choose it and give it its number."""
        self._n_entries += 1
        entry = Entry(number=self._n_entries, **facts)
        self.table.add(entry)
        return entry

    def change(self, number: int, **changes: Any) -> None:
        """Change a row."""
        self.table.events.change(number, **changes)
        self._take_choice(self.table.entry)

    def _invite(self) -> None:
        kind = self._state.bundle.card.kind if self._state.bundle is not None else "speech"
        self.table.set_invitation(
            {
                "speech": self.tr(
                    "What you say is listed here. Or drop recordings on this page: they are labelled in their order."
                ),
                "text": self.tr(
                    "What you type is listed here. Or drop text files on this page: they are labelled in their order."
                ),
            }.get(kind, self.tr("Drop files with sequences of numbers on this page: they are labelled in their order."))
        )

    def _take_choice(self, entry: Entry | None) -> None:
        is_good = entry is not None and not entry.error
        self.play.setEnabled(is_good and entry is not None and entry.clip is not None)
        self.inspect.setEnabled(is_good and entry is not None and (entry.kind != "word" or entry.clip is not None))
        has_any = bool(self.entries)
        self.export.setEnabled(has_any)
        self.forget.setEnabled(has_any)
        self.chosen.emit(entry)

    def _play(self) -> None:
        entry = self.table.entry
        if entry is not None and entry.clip is not None:
            self.play_wanted.emit()
            self.player.play(entry.clip, entry.rate_hz)

    def _clear(self) -> None:
        self.table.events.clear()
        self.cleared.emit()
        self._take_choice(None)

    def _export(self) -> None:
        title, pattern = self.tr("Export the events"), self.tr("Tables (*.csv)")
        chosen = self._dialogs.choose_new_file(self, title, start="events.csv", pattern=pattern)
        if chosen is None:
            return
        entries = list(reversed(self.entries))

        def write() -> int:
            from seqclass.files import write_bytes

            write_bytes(chosen, to_csv(entries).encode("utf-8"))
            return len(entries)

        def done(n_rows: int) -> None:
            self._state.post("good", self.tr("%n event(s) exported to {path}", "", n_rows).format(path=chosen))

        run_in_background(write, self, done=done, failed=self._state.post_error)

    def _open_in_inspect(self) -> None:
        entry = self.table.entry
        if entry is None:
            return
        if entry.kind == "text":
            self._inspect(Selection(text=entry.source, origin="live"))
        elif entry.kind == "file":
            self._inspect(Selection(path=entry.source, origin="live"))
        elif entry.clip is not None:
            self.clips.write(entry, lambda path: self._inspect(Selection(path=str(path), origin="live")))

    def _inspect(self, selection: Selection) -> None:
        self._state.select(selection)
        self._state.go_to("inspect")
