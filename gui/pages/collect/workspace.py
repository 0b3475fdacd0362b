"""The Collect page with a data set: classes to the left; items, the recorder and problems to the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QTabWidget, QWidget

from gui import theme
from gui.pages.collect.changes import Changes
from gui.pages.collect.classes import ClassesPanel
from gui.pages.collect.importing import Imports
from gui.pages.collect.items import ItemsView
from gui.pages.collect.problems import ProblemsView
from gui.pages.collect.recovered import RecoveredTakes
from gui.state import AppState
from gui.widgets.class_list import dropped_paths
from gui.widgets.common import Responsive, button, card, column, duration, label, name, row, tool_button
from gui.widgets.dialogs import Dialogs

if TYPE_CHECKING:
    from gui.pages.collect.record import RecordView
    from seqclass.data.edits.editing import Change
    from seqclass.data.manifest import Manifest


class CollectWorkspace(Responsive, QWidget):
    """Shows and changes the open data set.

    Attributes:
        changes: What changes it.
        imports: What brings files into it.
        classes: The list of classes.
        items: The items.
        record: The recorder; None until its tab was shown.
        recovered: Takes that were left behind.
    """

    def __init__(self, state: AppState, dialogs: Dialogs, count_words: Callable[[int], str], parent: QWidget) -> None:
        super().__init__(parent)
        self.state, self._count_words = state, count_words
        self.changes = Changes(state, self)
        self.imports = Imports(state, self.changes, dialogs, self)
        self.record: RecordView | None = None
        self._is_front = False
        self._make_parts()
        self._connect()
        self.setAcceptDrops(True)
        self.retranslate()
        self.restyle()

    # Parts

    def _make_parts(self) -> None:
        """The outermost first: what is put into its place while it is empty is dressed once."""
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(12)
        self.recovered = RecoveredTakes(self.state, self.changes)
        layout = column(self._make_head(), self.recovered, self._splitter, spacing=10, margins=(20, 14, 20, 14))
        layout.setStretch(2, 1)
        self.setLayout(layout)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.classes = ClassesPanel(self.state, self.changes)
        self._splitter.addWidget(self.classes)
        self._splitter.addWidget(card(self.tabs, margin=12))
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([268, 860])
        self.items = ItemsView(self.state, self.changes)
        self.problems = ProblemsView(self.state, self.changes)
        self.tabs.addTab(self.items, "")
        # What records needs NumPy and the sound library: it is made when somebody wants it.
        self._recording = QWidget()
        self._recording.setLayout(column())
        self.tabs.addTab(self._recording, "")
        self.tabs.addTab(self.problems, "")

    def _make_head(self) -> QHBoxLayout:
        self._title, self._figures = label("title"), label("muted", wraps=True)
        self._title.setMinimumWidth(80)
        self._undo, self._redo = tool_button(), tool_button()
        self._import, self._record = button(), button("primary")
        texts = column(self._title, self._figures, spacing=2)
        head = row(texts, self._undo, self._redo, self._import, self._record, spacing=6)
        head.setStretch(0, 1)
        return head

    def _connect(self) -> None:
        state, changes = self.state, self.changes
        self.classes.counted.connect(self._show)
        state.manifest_changed.connect(self._begin)
        changes.changed.connect(self._show)
        changes.applied.connect(self._tell)
        self.classes.chosen.connect(self._take_class)
        self.classes.dropped.connect(self.imports.bring)
        self._undo.clicked.connect(changes.undo)
        self._redo.clicked.connect(changes.redo)
        self._import.clicked.connect(self.ask_for_files)
        self._record.clicked.connect(self.show_recorder)
        self.tabs.currentChanged.connect(self._take_tab)
        self.items.texts_added.connect(self._add_texts)

    def retranslate(self) -> None:
        """Set every text."""
        self._import.setText(self.tr("Import files …"))
        self._record.setText(self.tr("Record words"))
        name(
            self._import, self.tr("Import files …"), tip=self.tr("Copy files into the chosen class; or drop them here (Ctrl+I)")
        )
        name(self._record, self.tr("Record words"), tip=self.tr("Speak into the chosen class (Ctrl+R)"))
        name(self._splitter.handle(1), self.tr("Border between the classes and the items"))
        self._show()

    def restyle(self) -> None:
        """Set icons."""
        self._undo.setIcon(theme.icon("undo"))
        self._redo.setIcon(theme.icon("redo"))
        self._import.setIcon(theme.icon("folder"))
        self._record.setIcon(theme.icon("collect", colour=theme.colours().on_accent))

    def set_front(self, *, is_front: bool) -> None:
        """Whether the page is to be seen."""
        self._is_front = is_front
        if is_front:
            self.recovered.look(self.record.undecided if self.record is not None else None)
        else:
            self.items.stop()
        self._take_tab()

    def close_devices(self) -> None:
        """Let go of microphone and loudspeaker."""
        self._is_front = False
        self.items.close_player()
        self.recovered.close_player()
        if self.record is not None:
            self.record.close_devices()

    def show_recorder(self) -> None:
        """Bring the recorder to the front, if there is anything to record for."""
        if self.changes.kind == "speech":
            self.tabs.setCurrentWidget(self._recording)

    def _take_tab(self) -> None:
        is_recording = self._is_front and self.tabs.currentWidget() is self._recording
        if is_recording and self.record is None:
            from gui.pages.collect.record import RecordView

            self.record = RecordView(self.state, self.changes)
            layout = self._recording.layout()
            assert layout is not None
            layout.addWidget(self.record)
            self.record.set_classes(self.classes.known(), self.classes.label)
        if self.record is not None:
            self.record.set_front(is_front=is_recording)
        if is_recording:
            self.items.stop()
        self._show_record_button()

    def _show_record_button(self) -> None:
        """There is no second way to where one is, nor one to where nothing can be recorded."""
        is_there = self.tabs.currentWidget() is self._recording
        self._record.setVisible(self.changes.kind == "speech" and not is_there)
        self._record.setEnabled(self.state.manifest is not None)

    def _begin(self, manifest: Manifest | None) -> None:
        """A data set without anything in it wants a class first."""
        if manifest is not None and self._is_front and not manifest.items and not self.classes.known():
            self.classes.new.setFocus()

    # What is shown

    def _show(self) -> None:
        state, changes = self.state, self.changes
        self._title.setText(state.dataset.name if state.dataset else "")
        self._figures.setText(self._figure_words())
        self.classes.refresh()
        for one, change, words in (
            (self._undo, changes.next_undo, self.tr("Undo: {what} (Ctrl+Z)")),
            (self._redo, changes.next_redo, self.tr("Redo: {what} (Ctrl+Shift+Z)")),
        ):
            one.setEnabled(change is not None and not changes.is_busy)
            name(one, words.format(what=self._words_of(change) if change else self.tr("nothing")))
        self._import.setEnabled(state.manifest is not None)
        n_problems = self.problems.refresh()
        self.tabs.setTabVisible(self.tabs.indexOf(self._recording), changes.kind == "speech")
        self._show_record_button()
        self.tabs.setTabText(self.tabs.indexOf(self._recording), self.tr("Record"))
        self.tabs.setTabText(self.tabs.indexOf(self.items), self.tr("Items"))
        problems = self.tr("Problems ({n})").format(n=n_problems) if n_problems else self.tr("Problems")
        self.tabs.setTabText(self.tabs.indexOf(self.problems), problems)

    def _figure_words(self) -> str:
        manifest, figures = self.state.manifest, self.classes.figures
        if manifest is None:
            return self.tr("Looking through the folder …") if self.state.is_scanning else ""
        parts = [self._count_words(len(manifest.items)), self.tr("%n class(es)", "", len(self.classes.known()))]
        if figures.n_all_speakers:
            parts.append(self.tr("%n speaker(s)", "", figures.n_all_speakers))
        if manifest.kind == "speech":
            parts.append(duration(figures.duration_s))
        if n_problems := len(manifest.problems) + len(manifest.warnings):
            parts.append(self.tr("%n problem(s)", "", n_problems))
        return " · ".join(parts)

    def _take_class(self, chosen: str | None) -> None:
        labels = self.classes.known()
        self.items.set_label(chosen, labels)
        self.recovered.label = chosen
        if self.record is not None:
            self.record.set_classes(labels, chosen)

    # Texts

    def _add_texts(self, texts: Sequence[str]) -> None:
        chosen = self.classes.label
        if chosen is not None:
            self.changes.do(lambda library: library.Add(tuple(texts), chosen), done=self._show_added)

    def _show_added(self, change: Change) -> None:
        self.items.table.mark(change.added)

    # Files

    def ask_for_files(self) -> None:
        """Let the person choose files to import into the chosen class."""
        self.imports.ask(self.classes.label)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take files."""
        if self.state.manifest is not None and dropped_paths(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Import what was dropped."""
        event.acceptProposedAction()
        self.imports.bring(self.classes.label, dropped_paths(event.mimeData()))

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Space records, wherever in the page it is not needed, while the recorder is shown."""
        if event.key() == Qt.Key.Key_Space and self.record is not None and self.record.is_front:
            self.record.keyPressEvent(event)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Space let go."""
        if event.key() == Qt.Key.Key_Space and self.record is not None and self.record.is_front:
            self.record.keyReleaseEvent(event)
        else:
            super().keyReleaseEvent(event)

    # What was done

    def _tell(self, change: Change, way: str) -> None:
        if way == "apply" and change.action in ("delete", "delete_class", "merge_classes"):
            self.state.post("good", self._words_of(change), action=self.tr("Undo"), on_action=partial(self._undo_that, change))
        elif way == "undo":
            self.state.post("info", self.tr("Taken back: {what}").format(what=self._words_of(change)))

    def _undo_that(self, change: Change) -> None:
        if self.changes.next_undo is not None and self.changes.next_undo.id == change.id:
            self.changes.undo()

    def _words_of(self, change: Change) -> str:
        n = change.n_items
        words = {
            "add": self.tr("%n item(s) added to {name}", "", n),
            "relabel": self.tr("%n item(s) changed to {name}", "", n),
            "edit_text": self.tr("A text changed"),
            "delete": self.tr("%n item(s) in the bin", "", n),
            "add_class": self.tr("Class {name} added"),
            "rename_class": self.tr("Class renamed to {name}"),
            "merge_classes": self.tr("Merged into class {name}"),
            "delete_class": self.tr("Class {name} in the bin"),
            "rename_speaker": self.tr("Speaker renamed to {name}"),
        }
        return words[change.action].format(name=change.subject or self.tr("Unknown"))
