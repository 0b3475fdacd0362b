"""Files that are not used, each with its reason, and what a person should know about the data set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gui import theme
from gui.pages.collect.changes import Changes
from gui.state import AppState
from gui.widgets.common import Responsive, button, column, label, name, row

if TYPE_CHECKING:
    from seqclass.data.manifest import Problem

Index = QModelIndex | QPersistentModelIndex


class _Model(QAbstractTableModel):
    def __init__(self) -> None:
        super().__init__()
        self.problems: tuple[Problem, ...] = ()
        self.heads = ("", "")

    def set_problems(self, problems: tuple[Problem, ...]) -> None:
        self.beginResetModel()
        self.problems = problems
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's name and default
        return 0 if parent.isValid() else len(self.problems)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's name and default
        return 0 if parent.isValid() else 2

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:  # noqa: N802 - Qt's name
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return self.heads[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        problem = self.problems[index.row()]
        return problem.reason if index.column() else problem.file


class ProblemsView(Responsive, QWidget):
    """The list of problems."""

    def __init__(self, state: AppState, changes: Changes) -> None:
        super().__init__()
        self._state, self._changes = state, changes
        self._rows = _Model()
        self._table = QTableView()
        self._table.setModel(self._rows)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.setShowGrid(False)
        self._table.setTabKeyNavigation(False)
        self._table.verticalHeader().hide()
        self._table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self._table.horizontalHeader().resizeSection(0, 240)
        self._table.selectionModel().selectionChanged.connect(lambda *_: self._show_actions())
        self._warnings = label(wraps=True)
        self._good = label("muted", wraps=True)
        self._delete = button("danger")
        self._delete.clicked.connect(self.delete)
        layout = column(self._warnings, self._good, self._table, row(1, self._delete), spacing=10, margins=(0, 10, 0, 0))
        layout.setStretch(2, 1)
        self._filler = layout
        self.setLayout(layout)
        changes.changed.connect(self._show_actions)
        self.retranslate()
        self.restyle()

    def retranslate(self) -> None:
        """Set every text."""
        self._rows.heads = (self.tr("File"), self.tr("Why it is not used"))
        self._rows.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, 1)
        name(self._table, self.tr("Files that are not used"))
        self._good.setText(self.tr("Every file of this data set can be used."))
        self._delete.setText(self.tr("Put into the bin"))
        self.refresh()

    def restyle(self) -> None:
        """Set icons."""
        self._delete.setIcon(theme.icon("bin", colour=theme.colours().bad))

    def refresh(self) -> int:
        """Show what the last scan found; gives the number of lines."""
        manifest = self._state.manifest
        problems = manifest.problems if manifest is not None else ()
        warnings = manifest.warnings if manifest is not None else ()
        if problems != self._rows.problems:
            self._rows.set_problems(problems)
        self._warnings.setText("\n".join(f"⚠ {text}" for text in warnings))
        self._warnings.setVisible(bool(warnings))
        self._table.setVisible(bool(problems))
        self._delete.setVisible(bool(problems))
        self._good.setVisible(not problems)
        self._filler.setStretch(1, 0 if problems else 1)
        self._good.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._show_actions()
        return len(problems) + len(warnings)

    def delete(self) -> None:
        """Put the marked files into the bin."""
        places = sorted({index.row() for index in self._table.selectionModel().selectedRows()})
        files = tuple(self._rows.problems[place].file for place in places)
        if files and not self._changes.is_busy:
            self._changes.do(lambda library: library.Delete(files=files))

    def _show_actions(self) -> None:
        marked = self._table.selectionModel().selectedRows()
        files = [self._rows.problems[index.row()].file for index in marked if index.row() < len(self._rows.problems)]
        # A row of a table is no file of its own.
        self._delete.setEnabled(bool(files) and not self._changes.is_busy and not any("#" in file for file in files))
