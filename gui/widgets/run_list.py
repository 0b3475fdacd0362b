"""The list of training runs: figures on validation, what was set, notes; sorted by a click, drawn by a tick."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QKeyEvent, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView

from gui import theme
from gui.widgets.common import Responsive, duration

RunState = Literal["running", "unfinished", "finished", "stopped"]
AnyIndex = QModelIndex | QPersistentModelIndex
SHOW, RUN, SCORE, LOSS, EPOCHS, TIME, STARTED, SETTINGS, NOTE = range(9)
_SORT_ROLE = Qt.ItemDataRole.UserRole + 1
_WIDTHS = {SHOW: 62, RUN: 92, SCORE: 84, LOSS: 66, EPOCHS: 70, TIME: 58, STARTED: 106, SETTINGS: 90, NOTE: 56}
_HEAD_ROOM = 20
_ROOMY = 860
_WIDEST_RUN = 190


@dataclass(frozen=True)
class RunRow:
    """One run as the list shows it.

    Attributes:
        id: Of the run.
        title: Name of its model.
        state: ``unfinished`` where it was broken off.
        started: Date and time, in a form that sorts.
        score: Figure on validation at the epoch that was kept; None where there is none.
        score_text: The same as it is read.
        is_error: Whether less is better, as with a mean absolute error.
        loss: On validation, at the epoch that was kept; None where there is none.
        epochs: Done.
        best_epoch: The one that was kept; 0 for none yet.
        seconds: Of training.
        settings: What differs from the defaults, in words.
        note: What a person wrote.
    """

    id: str
    title: str
    state: RunState
    started: str
    score: float | None = None
    score_text: str = ""
    is_error: bool = False
    loss: float | None = None
    epochs: int = 0
    best_epoch: int = 0
    seconds: float = 0.0
    settings: str = ""
    note: str = ""


class _Model(QAbstractTableModel):
    """Rows of `RunRow`."""

    show_changed = Signal(str, bool)
    note_changed = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[RunRow] = []
        self.heads: list[str] = [""] * 9
        self.states: dict[str, str] = {}
        self.colours: dict[str, int] = {}
        self.show_words = "{run}"
        self.epochs_words = "{best} {n}"
        roles = Qt.ItemDataRole
        self._answers: dict[Qt.ItemDataRole, Callable[[RunRow, int], Any]] = {
            roles.DisplayRole: self._text,
            roles.EditRole: lambda one, place: one.note if place == NOTE else None,
            roles.CheckStateRole: self._tick,
            roles.DecorationRole: lambda one, place: _swatch(self.colours.get(one.id)) if place == SHOW else None,
            roles.TextAlignmentRole: lambda _one, place: _alignment(place),
            roles.ToolTipRole: self._tip,
            roles.AccessibleTextRole: self._spoken,
        }

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's name and default
        """Runs."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's name and default
        """Columns."""
        return 0 if parent.isValid() else len(self.heads)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:  # noqa: N802 - Qt's name
        """Heads of columns."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.heads[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """A tick in the first column, text in the last."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == SHOW:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        if index.column() == NOTE and self.rows[index.row()].state != "running":
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: AnyIndex, role: int = 0) -> Any:
        """What a cell shows."""
        answer = self._answers.get(Qt.ItemDataRole(role)) if role <= Qt.ItemDataRole.UserRole else _sort_key
        return answer(self.rows[index.row()], index.column()) if answer else None

    def setData(self, index: AnyIndex, value: Any, role: int = 0) -> bool:  # noqa: N802 - Qt's name
        """Take a tick or a note."""
        one = self.rows[index.row()]
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == SHOW:
            self.show_changed.emit(one.id, Qt.CheckState(value) == Qt.CheckState.Checked)
            return True
        if role == Qt.ItemDataRole.EditRole and index.column() == NOTE:
            if str(value).strip() != one.note:
                self.note_changed.emit(one.id, str(value))
            return True
        return False

    def set_rows(self, rows: Sequence[RunRow], colours: dict[str, int]) -> None:
        """Take other runs; the selection stays where only figures have changed."""
        self.colours = dict(colours)
        if [one.id for one in rows] == [one.id for one in self.rows]:
            self.rows = list(rows)
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self.heads) - 1))
            return
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def _tick(self, one: RunRow, place: int) -> Qt.CheckState | None:
        if place != SHOW:
            return None
        return Qt.CheckState.Checked if one.id in self.colours else Qt.CheckState.Unchecked

    def _tip(self, one: RunRow, place: int) -> str:
        if place == EPOCHS and one.best_epoch:
            return self.epochs_words.format(best=one.best_epoch, n=one.epochs)
        return one.started if place == STARTED else self._text(one, place)

    def _spoken(self, one: RunRow, place: int) -> str:
        words = self.show_words.format(run=one.title) if place == SHOW else self._text(one, place)
        return f"{self.heads[place]}: {words}"

    def _text(self, one: RunRow, place: int) -> str:
        texts = {
            RUN: one.title,
            SCORE: one.score_text or self.states.get(one.state, "–"),
            LOSS: "–" if one.loss is None or not math.isfinite(one.loss) else f"{one.loss:.3f}",
            EPOCHS: f"{one.best_epoch} / {one.epochs}" if one.best_epoch else str(one.epochs),
            TIME: duration(one.seconds),
            STARTED: one.started[5:],  # the year matters to nobody who does not ask for it
            SETTINGS: one.settings,
            NOTE: one.note,
        }
        return texts.get(place, "")


class RunList(Responsive, QTreeView):
    """All runs of a data set.

    Signals:
        run_selected: The id of the run that is looked at, or an empty text.
        show_changed: Id, and whether its curves are wanted.
        note_changed: Id and note.
        delete_wanted: Id.
        opened: Id: it was double-clicked, or Return was pressed.
    """

    run_selected = Signal(str)
    show_changed = Signal(str, bool)
    note_changed = Signal(str, str)
    delete_wanted = Signal(str)
    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._model = _Model()
        self._model.setParent(self)
        self._model.show_changed.connect(self.show_changed)
        self._model.note_changed.connect(self.note_changed)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSortRole(_SORT_ROLE)
        self._sorted.setSourceModel(self._model)
        self.setModel(self._sorted)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed | QAbstractItemView.EditTrigger.DoubleClicked)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setAutoScroll(False)  # a click on a cell that is half in view must not move all columns
        self.setStyleSheet("QTreeView::item { border-radius: 0; }")  # a row is one thing, not nine
        head = self.header()
        head.setStretchLastSection(True)
        head.setSectionsMovable(False)
        head.setHighlightSections(False)
        head.setSectionResizeMode(SHOW, QHeaderView.ResizeMode.Fixed)
        self.setSortingEnabled(True)
        self.sortByColumn(STARTED, Qt.SortOrder.DescendingOrder)
        self.selectionModel().currentRowChanged.connect(self._on_current)
        self.doubleClicked.connect(self._on_double_click)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        self.setAccessibleName(self.tr("Training runs"))
        model = self._model
        model.heads = [
            self.tr("Curves"),
            self.tr("Run"),
            self.tr("Validation"),
            self.tr("Loss"),
            self.tr("Epochs"),
            self.tr("Time"),
            self.tr("Started"),
            self.tr("Settings"),
            self.tr("Note"),
        ]
        model.states = {"running": self.tr("running"), "unfinished": self.tr("broken off")}
        model.show_words = self.tr("curves of {run}")
        model.epochs_words = self.tr("Epoch {best} of {n} was kept")
        model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(model.heads) - 1)
        self._share_room()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Share the room anew."""
        super().resizeEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        """Columns as wide as their heads need, in any language; what is left goes to settings and notes."""
        metrics = QFontMetrics(theme.font(weight=QFont.Weight.DemiBold))
        is_narrow = self.viewport().width() < _ROOMY
        for place in (LOSS, TIME):  # settings tell more; these two stand beside one another when runs are compared
            self.setColumnHidden(place, is_narrow)
        widths = {
            place: max(width, metrics.horizontalAdvance(self._model.heads[place]) + _HEAD_ROOM)
            for place, width in _WIDTHS.items()
            if not self.isColumnHidden(place)
        }
        longest = max([QFontMetrics(theme.font()).horizontalAdvance(one.title) for one in self._model.rows], default=0)
        widths[RUN] = min(max(widths[RUN], longest + _HEAD_ROOM + 4), _WIDEST_RUN)
        left = self.viewport().width() - sum(widths.values())
        widths[SETTINGS] += max(0, round(0.6 * left))
        for place, width in widths.items():  # the last one takes what remains
            self.setColumnWidth(place, width)

    def restyle(self) -> None:
        """Draw swatches in the look's colours."""
        self.viewport().update()

    def set_rows(self, rows: Sequence[RunRow], colours: dict[str, int]) -> None:
        """Show runs.

        Args:
            rows: Of them.
            colours: Id -> colour of those whose curves are drawn.
        """
        chosen = self.selected()
        self._model.set_rows(rows, colours)
        self._share_room()
        if chosen and chosen != self.selected():
            self.select(chosen)

    def set_colours(self, colours: dict[str, int]) -> None:
        """Other runs are drawn."""
        if colours != self._model.colours:
            self._model.set_rows(self._model.rows, colours)

    def selected(self) -> str:
        """The id of the run that is looked at; empty for none."""
        index = self._sorted.mapToSource(self.currentIndex())
        return self._model.rows[index.row()].id if index.isValid() else ""

    def select(self, run: str) -> None:
        """Look at a run."""
        for place, one in enumerate(self._model.rows):
            if one.id == run:
                index = self._sorted.mapFromSource(self._model.index(place, RUN))
                flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
                self.selectionModel().setCurrentIndex(index, flags)
                self.scrollTo(index.siblingAtColumn(SHOW))
                return

    def edit_note(self) -> None:
        """Begin to write a note on the run that is looked at."""
        index = self.currentIndex().siblingAtColumn(NOTE)
        if index.isValid() and index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.scrollTo(index)
            self.setCurrentIndex(index)
            self.edit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Space ticks, Delete deletes, F2 writes a note, Return opens."""
        run = self.selected()
        if run and event.key() == Qt.Key.Key_Space:
            self.show_changed.emit(run, run not in self._model.colours)
        elif run and event.key() == Qt.Key.Key_Delete:
            self.delete_wanted.emit(run)
        elif run and event.key() == Qt.Key.Key_F2:
            self.edit_note()
        elif run and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(run)
        else:
            super().keyPressEvent(event)

    def _on_current(self) -> None:
        self.run_selected.emit(self.selected())

    def _on_double_click(self, index: QModelIndex) -> None:
        if index.column() not in (NOTE, SHOW):
            self.opened.emit(self.selected())


def _alignment(place: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if place in (SCORE, LOSS, EPOCHS, TIME) else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _sort_key(one: RunRow, place: int) -> Any:
    """What a column sorts by: greater is better in the columns of figures."""
    if place == SCORE:
        return -math.inf if one.score is None else -one.score if one.is_error else one.score
    if place == LOSS:
        return math.inf if one.loss is None or not math.isfinite(one.loss) else one.loss
    keys: dict[int, Any] = {
        SHOW: "", RUN: one.title.casefold(), EPOCHS: one.epochs, TIME: one.seconds, STARTED: f"{one.started} {one.id}",
        SETTINGS: one.settings, NOTE: one.note,
    }  # fmt: skip
    return keys[place]


def _swatch(colour: int | None) -> QIcon:
    extent = 14
    made = QPixmap(extent, extent)
    made.fill(Qt.GlobalColor.transparent)
    if colour is not None:
        data = theme.colours().data
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(data[colour % len(data)]))
        painter.drawRoundedRect(QRectF(1, 1, extent - 2, extent - 2), 4, 4)
        painter.end()
    icon = QIcon(made)
    icon.addPixmap(made, QIcon.Mode.Selected)  # else Qt tints it, and it is no longer the curve's colour
    return icon
