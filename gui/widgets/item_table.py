"""Items of a data set as a table: sorted by a click, several chosen at once, cells changed in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from gui.widgets.common import Responsive
from seqclass.specs import Kind

if TYPE_CHECKING:
    from seqclass.data.manifest import Item

Index = QModelIndex | QPersistentModelIndex
FILE, TEXT, LABEL, SPEAKER, LENGTH = "file", "text", "label", "speaker", "length"
_COLUMNS: dict[Kind, tuple[str, ...]] = {
    "speech": (FILE, LABEL, SPEAKER, LENGTH),
    "numeric": (FILE, LABEL, SPEAKER, LENGTH),
    "text": (TEXT, LABEL, SPEAKER),
}
_WIDTHS = {LABEL: 130, SPEAKER: 120, LENGTH: 116}


@dataclass(frozen=True)
class CellEdit:
    """What the person typed: the items that it is meant for, the column, the words."""

    items: tuple[Item, ...]
    column: str
    value: str


class _Model(QAbstractTableModel):
    edited = Signal(object, str, str)
    order_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.items: list[Item] = []
        self.columns: tuple[str, ...] = _COLUMNS["speech"]
        self.target = "label"
        self.heads: dict[str, str] = {}
        self.length_words = "{n}"
        self.order = (0, Qt.SortOrder.AscendingOrder)
        self.is_locked = False

    def set_items(self, items: Sequence[Item], kind: Kind, target: str) -> None:
        self.beginResetModel()
        self.columns, self.target = _COLUMNS[kind], target
        self.items = list(items)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's name and default
        return 0 if parent.isValid() else len(self.items)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's name and default
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:  # noqa: N802 - Qt's name
        if orientation != Qt.Orientation.Horizontal or section >= len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.heads.get(column, "")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.isValid() and self.columns[index.column()] in (TEXT, LABEL, SPEAKER) and not self.is_locked:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.items):
            return None
        item, column = self.items[index.row()], self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.shown(item, column)
        if role == Qt.ItemDataRole.EditRole:
            return (item.text or "") if column == TEXT else self.shown(item, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return (item.text or "")[:2000] if column == TEXT else item.id
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802 - Qt's name
        item, column = self.items[index.row()], self.columns[index.column()]
        words = str(value) if column == TEXT else str(value).strip()
        before = (item.text or "") if column == TEXT else self.shown(item, column)
        if role != Qt.ItemDataRole.EditRole or words == before or (column != SPEAKER and not words.strip()):
            return False
        self.edited.emit(item, column, words)
        return True

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Ask for the items in another order."""
        if (column, order) != self.order:
            self.order = (column, order)
            self.order_changed.emit()

    def key(self, kind: Kind, target: str) -> Callable[[Item], Any]:
        """What items of a data set are sorted by: a function that a thread may call."""
        columns = _COLUMNS[kind]
        column, words = columns[min(max(self.order[0], 0), len(columns) - 1)], self.length_words
        if column == LENGTH:
            return lambda item: item.duration_s or item.n_frames or 0
        return lambda item: shown(item, column, target, words).casefold()

    def shown(self, item: Item, column: str) -> str:
        return shown(item, column, self.target, self.length_words)


class ItemTable(Responsive, QTableView):
    """The table.

    Signals:
        chosen: The items that are marked (list), the current one first.
        edited: A `CellEdit`; class and speaker are meant for all marked items.
        play_wanted: Space or Return on an item.
        delete_wanted: Delete.
        pasted: Text that was pasted into the table.
        order_changed: The items are wanted in another order; whoever has them gives them by `set_items`.
    """

    chosen = Signal(object)
    edited = Signal(object)
    play_wanted = Signal()
    delete_wanted = Signal()
    pasted = Signal(str)
    order_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._rows = _Model()
        self._awaited: tuple[str, ...] = ()
        self._rows.edited.connect(self._take_edit)
        self._rows.order_changed.connect(self.order_changed)
        self.setModel(self._rows)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed | QAbstractItemView.EditTrigger.DoubleClicked)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(32)
        self.horizontalHeader().setHighlightSections(False)
        self.selectionModel().selectionChanged.connect(self._take_marks)
        for keys, signal in (("Space", self.play_wanted), ("Return", self.play_wanted), ("Del", self.delete_wanted)):
            self._key(keys, signal.emit)
        self._key("Ctrl+V", self._paste)
        self._fit()

    @property
    def shown(self) -> list[Item]:
        """Its items, in their order."""
        return self._rows.items

    @property
    def marked(self) -> list[Item]:
        """The marked items, the current one first."""
        items = self._rows.items
        # By ranges: an object a row would take its time with thousands of them.
        ranges = self.selectionModel().selection()
        parts = (ranges.at(k) for k in range(ranges.count()))
        places = {place for part in parts for place in range(part.top(), part.bottom() + 1)}
        current = self.currentIndex().row()
        ordered = sorted(places, key=lambda place: (place != current, place))
        return [items[place] for place in ordered if place < len(items)]

    def key(self, kind: Kind, target: str) -> Callable[[Item], Any]:
        """What items are sorted by."""
        return self._rows.key(kind, target)

    @property
    def is_descending(self) -> bool:
        """Whether the greatest is to come first."""
        return self._rows.order[1] == Qt.SortOrder.DescendingOrder

    def set_heads(self, heads: dict[str, str], length_words: str) -> None:
        """What the columns are called; ``length_words`` has ``{n}`` for frames."""
        self._rows.heads, self._rows.length_words = heads, length_words
        self._rows.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, max(self._rows.columnCount() - 1, 0))

    def set_locked(self, *, is_locked: bool) -> None:
        """Whether nothing may be changed at the moment."""
        self._rows.is_locked = is_locked

    def set_items(self, items: Sequence[Item], kind: Kind, target: str) -> None:
        """Show these, in their order; marked ones stay marked, where they are still there."""
        before = self._awaited or [item.id for item in self.marked]
        has_other_columns = _COLUMNS[kind] != self._rows.columns
        model = self.selectionModel()
        model.blockSignals(True)
        self._rows.set_items(items, kind, target)
        if has_other_columns:
            self._fit()
        if self._mark(before):
            self._awaited = ()
        model.blockSignals(False)
        self.chosen.emit(self.marked)

    def mark(self, ids: Sequence[str]) -> None:
        """Mark items; if none of them is there yet, as soon as there are some."""
        is_there = self._mark(ids)
        self._awaited = () if is_there else tuple(ids)

    def mark_place(self, place: int) -> None:
        """Mark the item in a row; the last one where there are less."""
        items = self._rows.items
        if items:
            self._mark([items[min(place, len(items) - 1)].id])

    def _take_marks(self, *_: object) -> None:
        self._awaited = ()
        self.chosen.emit(self.marked)

    def _mark(self, ids: Sequence[str]) -> bool:
        wanted = set(ids)
        places = [place for place, item in enumerate(self._rows.items) if item.id in wanted] if wanted else []
        marks = QItemSelection()
        last = self._rows.columnCount() - 1
        for place in places:
            marks.select(self._rows.index(place, 0), self._rows.index(place, last))
        model = self.selectionModel()
        if places:
            model.setCurrentIndex(self._rows.index(places[0], 0), QItemSelectionModel.SelectionFlag.NoUpdate)
            self.scrollTo(self._rows.index(places[0], 0))
        model.select(marks, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.viewport().update()
        return bool(places)

    def _take_edit(self, item: Item, column: str, value: str) -> None:
        marked = tuple(self.marked)
        items = marked if column != TEXT and item in marked else (item,)
        self.edited.emit(CellEdit(items, column, value))

    def _paste(self) -> None:
        from PySide6.QtWidgets import QApplication

        self.pasted.emit(QApplication.clipboard().text())

    def _key(self, keys: str, function: Any) -> None:
        action = QAction(self)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda _checked=False: function())
        self.addAction(action)

    def _fit(self) -> None:
        header = self.horizontalHeader()
        for place, column in enumerate(self._rows.columns):
            if place == 0:
                header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
            else:
                header.setSectionResizeMode(place, QHeaderView.ResizeMode.Interactive)
                header.resizeSection(place, _WIDTHS[column])


def _alignment(column: str) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column == LENGTH else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def shown(item: Item, column: str, target: str, length_words: str) -> str:
    """What stands in a cell."""
    if column == LABEL:
        value = item.targets.get(target, "")
        return f"{value:g}" if isinstance(value, float) else str(value)
    if column == SPEAKER:
        return item.group or ""
    if column == TEXT:
        return " ".join((item.text or "").split())[:300]
    if column == LENGTH:
        if item.duration_s is not None:
            return f"{item.duration_s:.2f} s"
        return "" if item.n_frames is None else length_words.format(n=item.n_frames)
    return (item.file or item.id).rpartition("/")[2] + ("" if item.row is None else f"#{item.row}")
