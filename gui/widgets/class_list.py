"""The classes of a data set, each with what it has; a name is changed in place, files can be dropped on one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QDragEnterEvent, QDragMoveEvent, QDropEvent, QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui import theme
from gui.widgets.common import Responsive

Index = QModelIndex | QPersistentModelIndex
_ROW = Qt.ItemDataRole.UserRole
_ROW_HEIGHT = 54
_ABOVE, _BELOW = 9, 8


@dataclass(frozen=True)
class ClassRow:
    """One class.

    Attributes:
        label: Its name; None for all of them together.
        title: As it is read.
        count: Number of items.
        detail: One line about them.
        share: Of the largest class, 0 to 1.
    """

    label: str | None
    title: str
    count: int
    detail: str
    share: float


class _Model(QAbstractListModel):
    renamed = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[ClassRow] = []

    def set_rows(self, rows: list[ClassRow]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's name and default
        return 0 if parent.isValid() else len(self.rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDropEnabled
        if index.isValid() and self.rows[index.row()].label is not None:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        one = self.rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{one.title}, {one.count}, {one.detail}"
        if role == Qt.ItemDataRole.EditRole:
            return one.label
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{one.title}\n{one.detail}"
        return one if role == _ROW else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802 - Qt's name
        label, name = self.rows[index.row()].label, str(value).strip()
        if role != Qt.ItemDataRole.EditRole or label is None or not name or name == label:
            return False
        self.renamed.emit(label, name)
        return True


class _Lines(QStyledItemDelegate):
    """Name and count, a bar, and a line about the class."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        del option, index
        return QSize(120, _ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        one = index.data(_ROW)
        if not isinstance(one, ClassRow):
            return
        colours = theme.colours()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area: QRect = option.rect
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.setPen(Qt.PenStyle.NoPen)
        if is_chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(colours.accent_soft if is_chosen else colours.sunken))
            painter.drawRoundedRect(area.adjusted(2, 1, -2, -1), 7, 7)
        inner = area.adjusted(12, _ABOVE - 3, -12, -_BELOW)
        half = (inner.height() - 4) // 2
        upper = QRect(inner.left(), inner.top(), inner.width(), half)
        bar = QRectF(inner.left(), inner.bottom() - 2, inner.width(), 4)
        lower = QRect(inner.left(), upper.bottom(), inner.width(), half)
        bold, small = theme.font(weight=QFont.Weight.DemiBold), theme.font(0.85)
        count = str(one.count)
        room = QFontMetrics(bold).horizontalAdvance(count) + 10
        self._write(painter, upper.adjusted(0, 0, -room, 0), one.title, bold, colours.text)
        self._write(painter, upper, count, bold, colours.text, align=Qt.AlignmentFlag.AlignRight)
        self._write(painter, lower, one.detail, small, colours.muted)
        painter.setPen(Qt.PenStyle.NoPen)
        if one.label is not None:
            painter.setBrush(QColor(colours.line))
            painter.drawRoundedRect(bar, 2, 2)
        if one.share > 0:
            painter.setBrush(QColor(colours.accent))
            painter.drawRoundedRect(QRectF(bar.left(), bar.top(), max(bar.width() * one.share, 4), 4), 2, 2)
        painter.restore()

    @staticmethod
    def _write(
        painter: QPainter, area: QRect, text: str, font: Any, colour: str, *,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:  # fmt: skip
        painter.setFont(font)
        painter.setPen(QColor(colour))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, int(align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), shown)


class ClassList(Responsive, QListView):
    """One class is chosen, or all of them.

    Signals:
        chosen: The label, or None for all.
        renamed: Label and new name.
        dropped: Label (None for all) and the paths.
        delete_wanted: The person pressed Delete.
    """

    chosen = Signal(object)
    renamed = Signal(str, str)
    dropped = Signal(object, object)
    delete_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._rows = _Model()
        self._awaited: str | None = None
        self._rows.renamed.connect(self.renamed)
        self.setModel(self._rows)
        self.setItemDelegate(_Lines(self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed | QAbstractItemView.EditTrigger.DoubleClicked)
        self.selectionModel().currentChanged.connect(self._take_choice)
        self.addAction(self._delete_action())

    def _delete_action(self) -> Any:
        from PySide6.QtGui import QAction, QKeySequence

        action = QAction(self)
        action.setShortcut(QKeySequence("Del"))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda _checked=False: self.delete_wanted.emit())
        return action

    @property
    def label(self) -> str | None:
        """The chosen class; None for all."""
        one = self.currentIndex().data(_ROW)
        return one.label if isinstance(one, ClassRow) else None

    @property
    def labels(self) -> list[str]:
        """All classes."""
        return [one.label for one in self._rows.rows if one.label is not None]

    def set_rows(self, rows: Sequence[ClassRow]) -> None:
        """Show these; what was chosen stays so if it is among them."""
        if list(rows) == self._rows.rows:
            return
        before = self.label
        model = self.selectionModel()
        model.blockSignals(True)
        self._rows.set_rows(list(rows))
        if self._awaited in self.labels:
            self._mark(self._awaited)
            self._awaited = None
        else:
            self._mark(before)
        model.blockSignals(False)
        if self.label != before:
            self.chosen.emit(self.label)

    def choose(self, label: str | None) -> None:
        """Choose a class, or all of them; a class that is not there yet, as soon as it is."""
        if label is None or label in self.labels:
            self._mark(label)
        else:
            self._awaited = label

    def _take_choice(self, *_: object) -> None:
        self._awaited = None
        self.chosen.emit(self.label)

    def rename(self) -> None:
        """Let the person change the name of the chosen class."""
        if self.label is not None:
            self.setFocus()
            self.edit(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """The arrows and what else a list knows; Space is the page's, which records with it."""
        if event.key() == Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def restyle(self) -> None:
        """Paint anew."""
        self.viewport().update()

    def _mark(self, label: str | None) -> None:
        place = next((place for place, one in enumerate(self._rows.rows) if one.label == label), 0)
        index = self._rows.index(place)
        if index.isValid():
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    # Files that are dropped

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take files."""
        if dropped_paths(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802 - Qt's name
        """Take them anywhere."""
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Say which class they were dropped on."""
        one = self.indexAt(event.position().toPoint()).data(_ROW)
        self.dropped.emit(one.label if isinstance(one, ClassRow) else None, dropped_paths(event.mimeData()))
        event.acceptProposedAction()


def dropped_paths(data: QMimeData) -> list[str]:
    """Files and folders, unless a model is among them: that is for the window."""
    paths = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
    return [] if any(path.lower().endswith(".seqclass") for path in paths) else paths
