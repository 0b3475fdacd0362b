"""The classes of the open data set: chosen, added, renamed, merged, deleted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QMenu

from gui import theme
from gui.background import Task, run_in_background
from gui.pages.collect.arranging import N_AT_ONCE, NO_FIGURES, Figures, figures_of
from gui.pages.collect.changes import Changes
from gui.state import AppState
from gui.widgets.class_list import ClassList, ClassRow
from gui.widgets.common import Responsive, button, column, duration, label, name, row, tool_button

if TYPE_CHECKING:
    from seqclass.data.edits.editing import Change


class ClassesPanel(Responsive, QFrame):
    """The list, and what changes it.

    Attributes:
        list: The list.
        new: The field for the name of a new class.
        figures: What is in the classes.

    Signals:
        chosen: The label, or None for all.
        counted: The figures are others.
        dropped: Label (None for all) and the paths of files.
    """

    chosen = Signal(object)
    counted = Signal()
    dropped = Signal(object, object)

    def __init__(self, state: AppState, changes: Changes) -> None:
        super().__init__()
        self._state, self._changes = state, changes
        self.figures = NO_FIGURES
        self._counting: Task | None = None
        self.setProperty("kind", "card")
        self.setMinimumWidth(220)
        self._heading = label("heading")
        self.list = ClassList()
        self.new = QLineEdit()
        self._add, self._rename, self._delete = tool_button(), tool_button(), tool_button()
        self._merge = button()
        self._merge_menu = QMenu(self)
        self._merge.setMenu(self._merge_menu)
        adding = row(self.new, self._add, spacing=4)
        adding.setStretch(0, 1)
        acting = row(self._rename, self._merge, 1, self._delete, spacing=4)
        self.setLayout(column(self._heading, self.list, adding, acting, spacing=8, margins=(14, 14, 14, 14)))
        self.list.chosen.connect(self._take_chosen)
        self.list.renamed.connect(self.rename_to)
        self.list.dropped.connect(self.dropped)
        self.list.delete_wanted.connect(self.delete)
        self.new.returnPressed.connect(self.add)
        self._add.clicked.connect(self.add)
        self._rename.clicked.connect(self.list.rename)
        self._delete.clicked.connect(self.delete)
        self._merge_menu.aboutToShow.connect(self._fill_merge_menu)
        state.dataset_changed.connect(self._take_manifest)
        state.manifest_changed.connect(self._take_manifest)
        self._take_manifest()
        self.retranslate()
        self.restyle()

    def retranslate(self) -> None:
        """Set every text."""
        self._heading.setText(self.tr("Classes"))
        name(self.list, self.tr("Classes"))
        self.new.setPlaceholderText(self.tr("New class"))
        name(self.new, self.tr("Name of a new class"))
        name(self._add, self.tr("Add the class"))
        name(self._rename, self.tr("Rename the class"), tip=self.tr("Rename the class (F2)"))
        name(self._delete, self.tr("Delete the class"), tip=self.tr("Put the class and its items into the bin (Del)"))
        self._merge.setText(self.tr("Merge"))
        name(self._merge, self.tr("Merge"), tip=self.tr("Give all items of this class to another one"))
        self.refresh()

    def restyle(self) -> None:
        """Set icons."""
        self._add.setIcon(theme.icon("add"))
        self._rename.setIcon(theme.icon("edit"))
        self._delete.setIcon(theme.icon("bin", colour=theme.colours().bad))

    # What is shown

    @property
    def label(self) -> str | None:
        """The chosen class; None for all."""
        return self.list.label

    def choose(self, chosen: str | None) -> None:
        """Choose a class, or all of them."""
        self.list.choose(chosen)

    def known(self) -> list[str]:
        """All classes, also those without an item."""
        return sorted({*self.figures.labels, *self._changes.empty_labels})

    def refresh(self) -> None:
        """Show what there is."""
        has_manifest = self._state.manifest is not None
        self.list.set_rows(self._rows())
        self.new.setEnabled(has_manifest)
        self._add.setEnabled(has_manifest)
        self._take_chosen(self.label)

    def _take_manifest(self) -> None:
        """Count anew what there is, in a thread where it is much."""
        manifest = self._state.manifest
        if self._counting is not None:
            self._counting.cancel()
            self._counting = None
        if manifest is None:
            self._take_figures(NO_FIGURES)
        elif len(manifest.items) <= N_AT_ONCE:
            self._take_figures(figures_of(manifest))
        else:
            self._counting = run_in_background(
                partial(figures_of, manifest), self, done=self._take_figures, failed=self._state.post_error
            )

    def _take_figures(self, figures: Figures) -> None:
        self._counting, self.figures = None, figures
        self.counted.emit()

    def _rows(self) -> list[ClassRow]:
        figures = self.figures
        if self._state.manifest is None:
            return []
        n_items = sum(figures.counts.values())
        largest = max(figures.counts.values(), default=0)
        whole = self._detail(figures.duration_s, figures.n_all_speakers, is_empty=not n_items)
        rows = [ClassRow(None, self.tr("All classes"), n_items, whole, 0.0)]
        for one in self.known():
            count = figures.counts.get(one, 0)
            detail = self._detail(figures.durations_s.get(one, 0.0), figures.n_speakers.get(one, 0), is_empty=not count)
            rows.append(ClassRow(one, one, count, detail, count / largest if largest else 0.0))
        return rows

    def _detail(self, length_s: float, n_speakers: int, *, is_empty: bool) -> str:
        if is_empty:
            return self.tr("empty")
        parts = [duration(length_s)] if length_s else []
        if n_speakers:
            parts.append(self.tr("%n speaker(s)", "", n_speakers))
        return " · ".join(parts)

    def _take_chosen(self, chosen: str | None) -> None:
        is_free = chosen is not None and not self._changes.is_busy
        for one in (self._rename, self._delete):
            one.setEnabled(is_free)
        self._merge.setEnabled(is_free and len(self.list.labels) > 1)
        self.chosen.emit(chosen)

    # What is done

    def add(self) -> None:
        """Add the class that the person typed."""
        words = self.new.text().strip()
        if not words:
            self.new.setFocus()
            return
        self._changes.do(lambda library: library.AddClass(words), done=self._take_added)

    def _take_added(self, change: Change) -> None:
        self.new.clear()
        self.choose(change.subject)

    def rename_to(self, before: str, after: str) -> None:
        """Give a class another name."""
        self._changes.do(lambda library: library.RenameClass(before, after), done=self._choose_subject)

    def merge(self, label: str, into: str) -> None:
        """Give all items of a class to another one."""
        self._changes.do(lambda library: library.MergeClasses((label,), into), done=self._choose_subject)

    def delete(self) -> None:
        """Put the chosen class with its items into the bin."""
        chosen, manifest = self.label, self._state.manifest
        if chosen is None or manifest is None or self._changes.is_busy:
            return
        target = manifest.targets[0].name
        items = tuple(item for item in manifest.items if str(item.targets.get(target, "")) == chosen)
        self._changes.do(lambda library: library.DeleteClass(chosen, items))

    def _choose_subject(self, change: Change) -> None:
        self.choose(change.subject)

    def _fill_merge_menu(self) -> None:
        chosen = self.label
        self._merge_menu.clear()
        self._merge_menu.addSection(self.tr("Into"))
        for one in self.known():
            if chosen is not None and one != chosen:
                self._merge_menu.addAction(one.replace("&", "&&"), partial(self.merge, chosen, one))
