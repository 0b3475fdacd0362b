"""What was heard, read and typed, newest first, and the same as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from gui import theme
from gui.widgets.common import Responsive

if TYPE_CHECKING:
    from seqclass.inference.live_word import Samples

UNKNOWN = "_unknown_"
MOST_ROWS = 2000
CLIPS_KEPT = 200
Kind = Literal["word", "file", "text"]
_CONFIDENCE = 3
Index = QModelIndex | QPersistentModelIndex
_COLUMNS = ("time", "source", "start_s", "end_s", "delay_s", "label", "value", "confidence", "error", "kept_as")


@dataclass(frozen=True)
class Entry:
    """One row.

    Attributes:
        number: Counts all rows of a window; stays the same.
        kind: Where it comes from.
        time: When.
        source: Path of a file, a typed text; empty for the microphone.
        label: The answer; ``_unknown_`` below the threshold.
        value: The answer of a model of numbers.
        confidence: Of the answer.
        probabilities: Of all classes.
        targets: The answers of all targets, where there are several: ``label``, ``value``, ``probabilities`` by name.
        start_s, end_s, delay_s: Of a word.
        error: Why there is no answer.
        clip, rate_hz: Sound of a word; None once it is too old.
        kept_as: Class that it was put into the data set as.
    """

    number: int
    kind: Kind
    time: datetime
    source: str = ""
    label: str | None = None
    value: float | None = None
    confidence: float | None = None
    probabilities: dict[str, float] = field(default_factory=dict)
    targets: dict[str, dict[str, Any]] = field(default_factory=dict)
    start_s: float | None = None
    end_s: float | None = None
    delay_s: float | None = None
    error: str = ""
    clip: Samples | None = None
    rate_hz: int = 0
    kept_as: str = ""

    @property
    def best(self) -> str | None:
        """The most probable class, even below the threshold."""
        return max(self.probabilities, key=lambda label: self.probabilities[label], default=self.label)

    @property
    def others(self) -> dict[str, str]:
        """What is said of each target but the first."""
        return {name: said(outcome) for name, outcome in list(self.targets.items())[1:]}


def file_name(path: str) -> str:
    """The last part of a path of any system."""
    return path.replace("\\", "/").rpartition("/")[2]


def said(outcome: Mapping[str, Any]) -> str:
    """The label or the number of one target's answer."""
    value = outcome.get("value")
    return str(outcome.get("label") or "") if value is None else f"{value:.4g}"


def answer_text(entry: Entry) -> str:
    """The answer as it is read, all targets beside each other."""
    if entry.error:
        return entry.error
    if entry.label == UNKNOWN:
        first = QCoreApplication.translate("EventTable", "unknown (perhaps {label})").format(label=entry.best)
    else:
        first = said({"label": entry.label, "value": entry.value})
    return " · ".join([first, *entry.others.values()])


def to_csv(entries: Iterable[Entry]) -> str:
    """A table with a row an entry, in the order given; one column a class, two for each further target."""
    entries = list(entries)
    labels = list(dict.fromkeys(label for entry in entries for label in entry.probabilities))
    others = list(dict.fromkeys(name for entry in entries for name in entry.others))
    stream = io.StringIO()
    writer = csv.writer(stream)
    more = [column for name in others for column in (f"target {name}", f"confidence of {name}")]
    writer.writerow([*_COLUMNS, *(f"probability of {label}" for label in labels), *more])
    for entry in entries:
        row: list[Any] = [entry.time.isoformat(timespec="milliseconds"), entry.source or "microphone"]
        row += [getattr(entry, name) for name in _COLUMNS[2:]]
        row += [entry.probabilities.get(label) for label in labels]
        for name in others:
            shares = entry.targets.get(name, {}).get("probabilities") or {}
            row += [entry.others.get(name), max(shares.values(), default=None)]
        writer.writerow(["" if value is None else value for value in row])
    return stream.getvalue()


class EventModel(QAbstractTableModel):
    """The rows, newest first."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[Entry] = []
        self._headers: tuple[str, ...] = ("", "", "", "", "")

    def set_headers(self, headers: tuple[str, ...]) -> None:
        """Name the columns."""
        self._headers = headers
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(headers) - 1)
        if self.entries:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.entries) - 1, len(headers) - 1))

    def add(self, entry: Entry) -> None:
        """Put a row on top."""
        if len(self.entries) >= MOST_ROWS:
            self.beginRemoveRows(QModelIndex(), len(self.entries) - 1, len(self.entries) - 1)
            del self.entries[-1]
            self.endRemoveRows()
        self.beginInsertRows(QModelIndex(), 0, 0)
        self.entries.insert(0, entry)
        self.endInsertRows()
        for row, old in enumerate(self.entries[CLIPS_KEPT:], start=CLIPS_KEPT):
            if old.clip is None:
                break
            self.entries[row] = replace(old, clip=None)

    def change(self, number: int, **changes: Any) -> None:
        """Change an entry."""
        for row, entry in enumerate(self.entries):
            if entry.number == number:
                self.entries[row] = replace(entry, **changes)
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(self._headers) - 1))
                return

    def clear(self) -> None:
        """Forget all."""
        self.beginResetModel()
        self.entries.clear()
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's name and default
        """How many there are."""
        return 0 if parent.isValid() else len(self.entries)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's name and default
        """Time, source, answer, confidence, kept as."""
        return 0 if parent.isValid() else len(self._headers)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:  # noqa: N802 - Qt's name
        """Name of a column."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._headers[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and section == _CONFIDENCE:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        """What a cell shows."""
        entry = self.entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(entry, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return entry.error or (entry.source if index.column() == 1 else None)
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == 2 and entry.error:
            return QBrush(QColor(theme.colours().bad))
        if role == Qt.ItemDataRole.ForegroundRole and (index.column() in (0, 1) or entry.label == UNKNOWN):
            return QBrush(QColor(theme.colours().muted))
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == _CONFIDENCE:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    @staticmethod
    def _text(entry: Entry, column: int) -> str:
        if column == 0:
            return f"{entry.time:%H:%M:%S}"
        if column == 1:
            if entry.kind == "word":
                return QCoreApplication.translate("EventTable", "microphone")
            return file_name(entry.source) if entry.kind == "file" else entry.source
        if column == 2:
            return answer_text(entry)
        if column == _CONFIDENCE:
            return "" if entry.confidence is None or entry.error else f"{entry.confidence:.0%}"
        return entry.kept_as


class EventTable(Responsive, QTableView):
    """Shows an `EventModel`.

    Signals:
        chosen: The chosen `Entry`, or None.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.events = EventModel()
        self.setModel(self.events)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(30)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, mode in enumerate("fifff"):
            header.setSectionResizeMode(
                column, QHeaderView.ResizeMode.Stretch if mode == "i" else QHeaderView.ResizeMode.Interactive
            )
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        for column, width in ((0, 90), (_CONFIDENCE, 96), (4, 88)):
            self.setColumnWidth(column, width)
        self.setMinimumHeight(96)
        self.selectionModel().selectionChanged.connect(lambda *_: self.chosen.emit(self.entry))
        self._invitation = ""
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        self.setAccessibleName(self.tr("What was heard"))
        self.events.set_headers(
            (self.tr("Time"), self.tr("From"), self.tr("Answer"), self.tr("Confidence"), self.tr("Kept as"))
        )

    def restyle(self) -> None:
        """Colours follow the look."""
        self.viewport().update()

    def set_invitation(self, text: str) -> None:
        """What stands here while there are no rows."""
        self._invitation = text
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the rows, or the invitation."""
        super().paintEvent(event)
        if self.events.entries or not self._invitation:
            return
        painter = QPainter(self.viewport())
        painter.setPen(QColor(theme.colours().muted))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(self.viewport().rect().adjusted(24, 0, -24, 0), flags, self._invitation)
        painter.end()

    @property
    def entry(self) -> Entry | None:
        """The chosen row's."""
        rows = self.selectionModel().selectedRows()
        return self.events.entries[rows[0].row()] if rows else None

    def add(self, entry: Entry) -> None:
        """Put a row on top and choose it."""
        self.events.add(entry)
        self.selectRow(0)
        self.scrollToTop()

    def choose(self, number: int) -> None:
        """Choose an entry by its number."""
        for row, entry in enumerate(self.events.entries):
            if entry.number == number:
                self.selectRow(row)
                self.scrollTo(self.events.index(row, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Space belongs to the page: hold to speak."""
        if event.key() == Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)
