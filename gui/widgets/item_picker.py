"""Choose an item: from the open data set by class, speaker and search, from a file, the last recording, or by typing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QItemSelectionModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gui import theme
from gui.widgets.common import Responsive, button, column, label, name
from seqclass.specs import Kind

if TYPE_CHECKING:
    from seqclass.data.manifest import Item, Manifest

Index = QModelIndex | QPersistentModelIndex
_ITEM = Qt.ItemDataRole.UserRole
_ROW_HEIGHT = 46


class _Items(QAbstractListModel):
    """Items of a data set that match what the person is looking for."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[Item] = []
        self.target = ""

    def set_items(self, items: list[Item], target: str) -> None:
        self.beginResetModel()
        self.shown, self.target = items, target
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802 - Qt's name
        return 0 if parent is not None and parent.isValid() else len(self.shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.shown):
            return None
        item = self.shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{self.title(item)} · {self.subtitle(item)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return item.id
        return item if role == _ITEM else None

    def title(self, item: Item) -> str:
        """Label and group."""
        value = item.targets.get(self.target, "")
        words = f"{value:g}" if isinstance(value, float) else str(value)
        return words or item.id

    @staticmethod
    def subtitle(item: Item) -> str:
        """The text, or the file."""
        if item.text is not None:
            return " ".join(item.text.split())[:200]
        return (item.file or item.id).rpartition("/")[2] + ("" if item.row is None else f"#{item.row}")


class _Lines(QStyledItemDelegate):
    """Two lines an item: what it is, and where it comes from."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        del option, index
        return QSize(120, _ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colours = theme.colours()
        model = index.model()
        item = index.data(_ITEM)
        if not isinstance(model, _Items) or item is None:
            return
        painter.save()
        area: QRect = option.rect
        state = option.state
        is_chosen = bool(state & QStyle.StateFlag.State_Selected)
        if is_chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.accent_soft if is_chosen else colours.sunken))
            painter.drawRoundedRect(area.adjusted(2, 1, -2, -1), 7, 7)
        inner = area.adjusted(12, 5, -10, -5)
        upper = QRect(inner.left(), inner.top(), inner.width(), inner.height() // 2)
        lower = QRect(inner.left(), upper.bottom() + 1, inner.width(), inner.height() - upper.height())
        small = theme.font(0.85)
        group = item.group or ""
        room = min(QFontMetrics(small).horizontalAdvance(group) + 8, upper.width() // 2) if group else 0
        self._write(
            painter, upper.adjusted(0, 0, -room, 0), model.title(item), theme.font(weight=small.Weight.DemiBold), colours.text
        )
        right = QRect(upper.right() - room, upper.top(), room, upper.height())
        self._write(painter, right, group, small, colours.muted, align=Qt.AlignmentFlag.AlignRight)
        self._write(painter, lower, model.subtitle(item), small, colours.muted)
        painter.restore()

    @staticmethod
    def _write(
        painter: QPainter,
        area: QRect,
        text: str,
        font: Any,
        colour: str,
        *,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        painter.setFont(font)
        painter.setPen(QColor(colour))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, int(align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), shown)


class ItemPicker(Responsive, QWidget):
    """The list with its filters, and the other ways to choose.

    Signals:
        item_chosen: An `Item` of the data set.
        file_wanted: The person wants a file.
        recording_wanted: The person wants the last recording.
        text_entered: A text that the person typed.
        dataset_wanted: The person wants to open a data set.
    """

    item_chosen = Signal(object)
    file_wanted = Signal()
    recording_wanted = Signal()
    text_entered = Signal(str)
    dataset_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._manifest: Manifest | None = None
        self._kind: Kind = "speech"
        self._has_recording = False
        self._heading = label("heading")
        self._search = QLineEdit()
        self._search.setClearButtonEnabled(True)
        self._classes, self._groups = QComboBox(), QComboBox()
        for box in (self._classes, self._groups):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(6)
            box.currentIndexChanged.connect(self._filter)
        self._search.textChanged.connect(self._filter)
        self._items = _Items()
        self._list = QListView()
        self._list.setModel(self._items)
        self._list.setItemDelegate(_Lines(self._list))
        self._list.setUniformItemSizes(True)
        self._list.setMouseTracking(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.selectionModel().currentChanged.connect(self._choose)
        self._count = label("small", wraps=True)
        self._open = button()
        self._open.clicked.connect(self.dataset_wanted)
        self._text = QPlainTextEdit()
        self._text.setMaximumHeight(92)
        self._text.setTabChangesFocus(True)
        self._enter = button("primary")
        self._enter.clicked.connect(self._enter_text)
        self._file, self._recording = button(), button()
        self._file.clicked.connect(self.file_wanted)
        self._recording.clicked.connect(self.recording_wanted)
        self._filters = QWidget()
        self._filters.setLayout(column(self._classes, self._groups, spacing=8))
        layout = column(
            self._heading, self._search, self._filters, self._list, self._count, self._open, 0, self._text, self._enter,
            self._recording, self._file, spacing=8,
        )  # fmt: skip
        layout.setStretch(3, 1)
        self._layout = layout
        self.setLayout(layout)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        self._heading.setText(self.tr("Items"))
        self._search.setPlaceholderText(self.tr("Search"))
        name(self._search, self.tr("Search the items"))
        name(self._classes, self.tr("Class"))
        name(self._groups, self.tr("Speaker"))
        name(self._list, self.tr("Items of the data set"))
        self._text.setPlaceholderText(self.tr("Type or paste a text"))
        name(self._text, self.tr("A text of your own"))
        self._enter.setText(self.tr("Look at this text"))
        self._file.setText(self.tr("Open a file …"))
        self._recording.setText(self.tr("Last recording"))
        self._open.setText(self.tr("Open a data set …"))
        self._fill_boxes()

    @property
    def shown(self) -> list[Item]:
        """What the list shows."""
        return self._items.shown

    @property
    def current(self) -> Item | None:
        """What is marked in the list."""
        item: Item | None = self._list.currentIndex().data(_ITEM)
        return item

    def neighbour(self, step: int) -> Item | None:
        """The item of the list so many after the marked one, or the last one there is; the first where none is marked."""
        shown = self._items.shown
        if not shown:
            return None
        place = shown.index(self.current) + step if self.current in shown else 0
        return shown[min(max(place, 0), len(shown) - 1)]

    def set_source(self, manifest: Manifest | None, kind: Kind) -> None:
        """Show the items of a data set for a model of a kind."""
        if (manifest, kind) == (self._manifest, self._kind) and self._items.shown:
            return
        self._manifest, self._kind = manifest, kind
        self._fill_boxes()

    def set_has_recording(self, *, has_recording: bool) -> None:
        """Whether there is a last recording."""
        self._has_recording = has_recording
        self._recording.setEnabled(has_recording)

    def select(self, item: Item | None) -> None:
        """Mark an item without choosing it anew."""
        model = self._list.selectionModel()
        model.blockSignals(True)
        if item is not None and item in self._items.shown:
            index = self._items.index(self._items.shown.index(item))
            model.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self._list.scrollTo(index)
        else:
            model.clear()
        model.blockSignals(False)
        self._list.viewport().update()

    def focus_search(self) -> None:
        """Begin to search."""
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    @property
    def _fits(self) -> bool:
        return self._manifest is not None and self._manifest.kind == self._kind

    def _fill_boxes(self) -> None:
        manifest = self._manifest
        items = manifest.items if manifest is not None and self._fits else ()
        target = manifest.targets[0].name if manifest is not None else ""
        labels = sorted({str(item.targets.get(target, "")) for item in items if isinstance(item.targets.get(target), str)})
        groups = sorted({item.group for item in items if item.group})
        for box, every, values in (
            (self._classes, self.tr("All classes"), labels),
            (self._groups, self.tr("All speakers"), groups),
        ):
            chosen = box.currentData()
            box.blockSignals(True)
            box.clear()
            box.addItem(every, None)
            for value in values:
                box.addItem(value, value)
            box.setCurrentIndex(max(box.findData(chosen), 0) if chosen else 0)
            box.blockSignals(False)
            box.setVisible(bool(values))
        for widget in (self._search, self._filters, self._list):
            widget.setVisible(bool(items))
        self._layout.setStretch(3, 1 if items else 0)
        self._layout.setStretch(6, 0 if items else 1)
        self._open.setVisible(not items)
        for widget in (self._text, self._enter):
            widget.setVisible(self._kind == "text")
        self._recording.setVisible(self._kind == "speech")
        self._recording.setEnabled(self._has_recording)
        self._filter()

    def _filter(self) -> None:
        manifest = self._manifest
        if manifest is None or not self._fits:
            self._items.set_items([], "")
            self._count.setText(self._why_empty())
            return
        target = manifest.targets[0].name
        wanted, group = self._classes.currentData(), self._groups.currentData()
        words = self._search.text().casefold().split()

        def fits(item: Item) -> bool:
            if wanted is not None and str(item.targets.get(target)) != wanted:
                return False
            if group is not None and item.group != group:
                return False
            whole = f"{item.id} {item.text or ''} {item.group or ''} {item.targets.get(target, '')}".casefold() if words else ""
            return all(word in whole for word in words)

        chosen = self.current
        self._items.set_items([item for item in manifest.items if fits(item)], target)
        self.select(chosen)
        n_shown, n_all = len(self._items.shown), len(manifest.items)
        whole = self.tr("%n item(s)", "", n_all)
        self._count.setText(whole if n_shown == n_all else self.tr("{n} of {total}").format(n=n_shown, total=whole))

    def _why_empty(self) -> str:
        if self._manifest is None:
            return self.tr("No data set is open. Open one to choose from its items, or look at a single file.")
        return self.tr(
            "The open data set and the open model are of different kinds. Open a data set that fits, or a single file."
        )

    def _choose(self, index: QModelIndex) -> None:
        item = index.data(_ITEM)
        if item is not None:
            self.item_chosen.emit(item)

    def _enter_text(self) -> None:
        if self._text.toPlainText().strip():
            self.text_entered.emit(self._text.toPlainText())
