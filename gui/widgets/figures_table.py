"""A table to read and sort: rows of texts, each with the value that it sorts by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView

_WIDE, _NARROW = 330, 290
AnyIndex = QModelIndex | QPersistentModelIndex
Row = tuple[tuple[str, Any], ...]
"""Each column's text, and the value to sort by; None sorts last."""


class _Rows(QAbstractTableModel):
    def __init__(self) -> None:
        super().__init__()
        self.heads: tuple[str, ...] = ()
        self.rows: list[tuple[Any, Row]] = []
        self._tips: tuple[str, ...] = ()

    def set_heads(self, heads: Sequence[str], tips: Sequence[str]) -> None:
        self.beginResetModel()
        self.heads, self._tips = tuple(heads), tuple(tips)
        self.endResetModel()

    def set_rows(self, rows: list[tuple[Any, Row]]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: AnyIndex | None = None) -> int:  # noqa: N802 - Qt's name
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: AnyIndex | None = None) -> int:  # noqa: N802 - Qt's name
        return 0 if parent is not None and parent.isValid() else len(self.heads)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            row = self.rows[index.row()][1]
            return row[index.column()][0] if index.column() < len(row) else ""
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column():
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self.heads):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.heads[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tips[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return (Qt.AlignmentFlag.AlignRight if section else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if column < 0 or column >= len(self.heads):
            return
        self.layoutAboutToBeChanged.emit()
        known = [row for row in self.rows if row[1][column][1] is not None]
        known.sort(key=lambda row: row[1][column][1], reverse=order == Qt.SortOrder.DescendingOrder)
        self.rows = known + [row for row in self.rows if row[1][column][1] is None]
        self.layoutChanged.emit()


class FiguresTable(QTreeView):
    """The table.

    Signals:
        key_chosen: The key of the row that the person went to.
        key_opened: The key of the row that was double-clicked, or left with Enter.
    """

    key_chosen = Signal(object)
    key_opened = Signal(object)

    def __init__(self, *, is_last_spare: bool = False, is_sortable: bool = True) -> None:
        super().__init__()
        self._is_last_spare = is_last_spare
        self._spares: tuple[int, ...] = ()
        self._rows = _Rows()
        self._given: list[tuple[Any, Row]] = []
        self.setModel(self._rows)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        head = self.header()
        head.setStretchLastSection(False)
        head.setMinimumSectionSize(40)
        head.setResizeContentsPrecision(0)  # measures what is in sight, not a thousand rows
        head.setSectionsClickable(is_sortable)
        head.setSortIndicatorClearable(True)  # a third click gives the order back in which the rows came
        head.sortIndicatorChanged.connect(self._sort)
        head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        head.setSortIndicatorShown(is_sortable)
        self.selectionModel().currentRowChanged.connect(self._tell)
        self.doubleClicked.connect(lambda _: self._open())

    def set_heads(
        self, heads: Sequence[str], tips: Sequence[str] | None = None, *, n_wide: int = 1, spare: Sequence[int] | None = None
    ) -> None:
        """Name the columns; the first ``n_wide`` share what room the others leave.

        ``spare`` are the columns that are left out where there is no room, the first of them first; unless given, it is
        the last two of a table made so.
        """
        n_columns = len(heads)
        self._spares = tuple(spare) if spare is not None else (n_columns - 1, n_columns - 2) if self._is_last_spare else ()
        self._rows.set_heads(heads, tips or heads)
        head = self.header()
        for section in range(len(heads)):
            mode = QHeaderView.ResizeMode.Stretch if section < n_wide else QHeaderView.ResizeMode.ResizeToContents
            head.setSectionResizeMode(section, mode)
        for section in range(len(heads)):
            self.setColumnHidden(section, False)
        self._spare()

    def set_rows(self, rows: Sequence[tuple[Any, Row]]) -> None:
        """Show other rows: key, and the columns."""
        self._given = list(rows)
        self._rows.set_rows(list(rows))
        self._sort(self.header().sortIndicatorSection(), self.header().sortIndicatorOrder())

    @property
    def keys(self) -> list[Any]:
        """The rows' keys as they are shown."""
        return [key for key, _ in self._rows.rows]

    @property
    def key(self) -> Any:
        """Of the row the person is on; None for none."""
        index = self.currentIndex()
        return self._rows.rows[index.row()][0] if index.isValid() and index.row() < len(self._rows.rows) else None

    def choose(self, key: Any) -> None:
        """Go to a row; nothing happens if it is not there."""
        keys = self.keys
        if key in keys:
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            index = self._rows.index(keys.index(key), 0)
            self.selectionModel().setCurrentIndex(index, flags)
            self.scrollTo(index)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Take the focus without going to the first row, as Qt would: nobody has asked for its items."""
        was_nowhere = not self.currentIndex().isValid()
        model = self.selectionModel()
        was_blocked = model.blockSignals(was_nowhere or model.signalsBlocked())
        super().focusInEvent(event)
        if was_nowhere:
            model.clear()
        model.blockSignals(was_blocked)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the last columns out where the first one would have next to no room."""
        super().resizeEvent(event)
        self._spare()

    def _spare(self) -> None:
        for section, least in zip(self._spares, (_WIDE, _NARROW), strict=False):
            if 0 < section < len(self._rows.heads) and (section > 1 or len(self._spares) == 1):
                self.setColumnHidden(section, self.viewport().width() < least)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter opens the row; Space is left to whoever is around."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open()
        elif event.key() == Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _open(self) -> None:
        if self.key is not None:
            self.key_opened.emit(self.key)

    def _sort(self, section: int, order: Qt.SortOrder) -> None:
        if section < 0:
            self._rows.set_rows(list(self._given))
        else:
            self._rows.sort(section, order)

    def _tell(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self.key_chosen.emit(self._rows.rows[current.row()][0])
