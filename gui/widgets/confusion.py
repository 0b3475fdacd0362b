"""A confusion matrix to click: names stay in place while many classes scroll, Chinese names are fitted, keys do all a mouse does."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from gui import theme
from gui.widgets.common import Responsive
from gui.widgets.painting import KeyRing

Cell = tuple[int, int]
_MIN_CELL, _MAX_CELL, _LOW_CELL = 26.0, 140.0, 22.0
_LINE = 20.0
_AXIS = 28.0
_GAP = 2.0
_MAX_SIDE, _MAX_HEAD = 150.0, 110.0


class ConfusionMatrix(Responsive, KeyRing, QAbstractScrollArea):
    """Counts or rates: a row a true label, a column an answer.

    Attributes:
        cell: The chosen cell; None for none.
        is_rates: Whether shares of a row are shown in place of counts.

    Signals:
        cell_chosen: (row, column), or None.
    """

    cell_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.cell: Cell | None = None
        self.is_rates = False
        self._rows: tuple[str, ...] = ()
        self._columns: tuple[str, ...] = ()
        self._counts: tuple[tuple[int, ...], ...] = ()
        self._totals: tuple[int, ...] = ()
        self._hovered: Cell | None = None
        self._least = _MIN_CELL
        self._kept_margins, self._kept_size = (60.0, 60.0), (_MIN_CELL, _LOW_CELL)  # asking for them a cell each takes its time
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setCornerWidget(QWidget())  # Qt's own is a dark square
        self.viewport().setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(QSize(260, 200))
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        self.setAccessibleName(self.tr("Confusion matrix"))
        self._describe()
        self.viewport().update()

    def restyle(self) -> None:
        """Take the look's colours, and measure its font."""
        self._measure()

    def set_matrix(self, rows: Sequence[str], columns: Sequence[str], counts: Sequence[Sequence[int]]) -> None:
        """Show other counts.

        Args:
            rows: Names of the true labels.
            columns: Names of the answers, the first ones the same as the rows.
            counts: A row a true label.
        """
        self._rows, self._columns = tuple(rows), tuple(columns)
        self._counts = tuple(tuple(int(value) for value in row) for row in counts)
        self._totals = tuple(sum(row) for row in self._counts)
        self._hovered = None
        if self.cell is not None and not (self.cell[0] < len(self._rows) and self.cell[1] < len(self._columns)):
            self.cell = None
        self._measure()

    def set_rates(self, *, is_rates: bool) -> None:
        """Show shares of a row, or counts."""
        self.is_rates = is_rates
        self._describe()
        self._measure()

    def set_cell(self, cell: Cell | None) -> None:
        """Choose a cell without telling anybody."""
        self.cell = cell
        self._describe()
        self.viewport().update()

    def text_of(self, cell: Cell) -> str:
        """What stands in a cell."""
        count, total = self._counts[cell[0]][cell[1]], self._totals[cell[0]]
        if not count:
            return ""
        return f"{100 * count / total:.0f} %" if self.is_rates else str(count)

    def words_of(self, cell: Cell) -> str:
        """A cell in a sentence."""
        count, total = self._counts[cell[0]][cell[1]], self._totals[cell[0]]
        values = {"truth": self._rows[cell[0]], "said": self._columns[cell[1]], "n": count, "total": total}
        share = f"{100 * count / total:.1f}" if total else "0"
        return self.tr("It was {truth}, the model said {said}: {n} of {total} ({share} %)").format(**values, share=share)

    def rect_of(self, cell: Cell) -> QRectF:
        """Where a cell is, in the viewport."""
        side, head = self._margins()
        width, height = self._cell_size()
        x = side + cell[1] * width - self.horizontalScrollBar().value()
        y = head + cell[0] * height - self.verticalScrollBar().value()
        return QRectF(x, y, width, height).adjusted(_GAP / 2, _GAP / 2, -_GAP / 2, -_GAP / 2)

    # Sizes

    def resizeEvent(self, _event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fit anew."""
        self._measure()

    def _font(self) -> QFont:
        return theme.font(0.85)

    def _margins(self) -> tuple[float, float]:
        """Left of the cells, and above them."""
        return self._kept_margins

    def _cell_size(self) -> tuple[float, float]:
        return self._kept_size

    def _find_margins(self) -> tuple[float, float]:
        metrics = QFontMetricsF(self._font())
        widest_row = max([metrics.horizontalAdvance(text) for text in self._rows] or [0.0])
        side = min(widest_row, _MAX_SIDE, max(60.0, self.viewport().width() * 0.25)) + 12 + _AXIS
        widest = max([metrics.horizontalAdvance(text) for text in self._columns] or [0.0])
        most = min(_MAX_HEAD, max(48.0, 0.25 * self.viewport().height()))
        head = _LINE + 4 if self._fits_across(widest, side) else min(widest, most) + 10
        return side, head + _AXIS

    def _fits_across(self, widest: float, side: float) -> bool:
        return widest + 4 <= max(self._least, min(_MAX_CELL, self._room(side)))

    def _room(self, side: float) -> float:
        return (self.viewport().width() - side - 6) / max(1, len(self._columns))

    def _find_size(self) -> tuple[float, float]:
        side, head = self._margins()
        room_y = (self.viewport().height() - head - 6) / max(1, len(self._rows))
        width = max(self._least, min(_MAX_CELL, self._room(side)))
        return width, max(_LOW_CELL, min(_MAX_CELL * 0.7, room_y))

    def _measure(self) -> None:
        metrics = QFontMetricsF(self._font())
        longest = "100 %" if self.is_rates else str(max([max(row) for row in self._counts if row] or [0]))
        self._least = max(_MIN_CELL, metrics.horizontalAdvance(longest) + 8)
        self._kept_margins = self._find_margins()
        self._kept_size = self._find_size()
        side, head = self._margins()
        width, height = self._cell_size()
        viewport = self.viewport()
        wide, high = side + width * len(self._columns) + 6, head + height * len(self._rows) + 6
        self.horizontalScrollBar().setRange(0, max(0, round(wide - viewport.width())))
        self.verticalScrollBar().setRange(0, max(0, round(high - viewport.height())))
        self.horizontalScrollBar().setPageStep(viewport.width())
        self.verticalScrollBar().setPageStep(viewport.height())
        for bar in (self.horizontalScrollBar(), self.verticalScrollBar()):
            bar.setSingleStep(round(height))
        viewport.update()

    # Drawing

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw names, axes and the cells that are in sight."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._counts:
            return
        colours = theme.colours()
        side, head = self._margins()
        width, height = self._cell_size()
        wide, high = float(self.viewport().width()), float(self.viewport().height())
        dx, dy = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        rows = range(max(0, int(dy / height)), min(len(self._rows), int((dy + high - head) / height) + 1))
        columns = range(max(0, int(dx / width)), min(len(self._columns), int((dx + wide - side) / width) + 1))
        painter.setFont(self._font())
        painter.save()
        painter.setClipRect(QRectF(side, head, wide - side, high - head))
        for row in rows:
            for column in columns:
                self._draw_cell(painter, (row, column))
        painter.restore()
        metrics = QFontMetricsF(self._font())
        painter.save()
        painter.setClipRect(QRectF(0, head, side, high - head))
        for row in rows:
            box = QRectF(_AXIS, self.rect_of((row, 0)).top(), side - _AXIS - 8, height - _GAP)
            is_marked = self.cell is not None and self.cell[0] == row
            painter.setPen(QColor(colours.text if is_marked else colours.muted))
            text = metrics.elidedText(self._rows[row], Qt.TextElideMode.ElideMiddle, box.width())
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()
        painter.save()
        painter.setClipRect(QRectF(side, 0, wide - side, head))
        is_across = head - _AXIS <= _LINE + 4
        for column in columns:
            self._draw_head(painter, metrics, column, head, is_across=is_across)
        painter.restore()
        self._draw_axes(
            painter, side, head, min(wide, side + width * len(self._columns)), min(high, head + height * len(self._rows))
        )

    def _draw_cell(self, painter: QPainter, cell: Cell) -> None:
        colours = theme.colours()
        row, column = cell
        box = self.rect_of(cell)
        count, total = self._counts[row][column], self._totals[row]
        share = count / total if total else 0.0
        is_right, is_unsure = row == column, column >= len(self._rows)
        base = QColor(colours.sunken)
        strong = QColor(colours.outline if is_unsure else colours.data[0] if is_right else colours.data[1])
        # The root lets few mistakes be seen; a mistake must never look like nothing.
        weight = 0.0 if not count else 0.18 + 0.82 * share**0.5
        fill = _mix(base, strong, weight)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(box, 5, 5)
        if cell == self.cell:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.text), 2.5))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 5, 5)
        elif cell == self._hovered:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.outline), 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 5, 5)
        text = self.text_of(cell)
        if text:
            painter.setPen(_ink(fill))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _draw_head(self, painter: QPainter, metrics: QFontMetricsF, column: int, head: float, *, is_across: bool) -> None:
        colours = theme.colours()
        box = self.rect_of((0, column))
        is_marked = self.cell is not None and self.cell[1] == column
        painter.setPen(QColor(colours.text if is_marked else colours.muted))
        if is_across:
            place = QRectF(box.left() - 2, _AXIS, box.width() + 4, head - _AXIS - 2)
            text = metrics.elidedText(self._columns[column], Qt.TextElideMode.ElideMiddle, place.width())
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
            return
        room = head - _AXIS - 6
        text = metrics.elidedText(self._columns[column], Qt.TextElideMode.ElideMiddle, room)
        painter.save()
        painter.translate(QPointF(box.center().x(), head - 4))
        painter.rotate(-90)
        painter.drawText(QRectF(0, -10, room, 20), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()

    def _draw_axes(self, painter: QPainter, side: float, head: float, right: float, bottom: float) -> None:
        painter.setFont(theme.font(0.85, weight=QFont.Weight.DemiBold))
        painter.setPen(QColor(theme.colours().text))
        said, was = self.tr("What the model said →"), self.tr("← What it was")
        painter.drawText(QRectF(side, 4, max(right - side, 180.0), _AXIS - 6), Qt.AlignmentFlag.AlignLeft, said)
        painter.save()
        painter.translate(QPointF(0, max(bottom, head + 120.0)))
        painter.rotate(-90)
        length = max(bottom - head, 120.0)
        painter.drawText(QRectF(0, 4, length, _AXIS - 6), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, was)
        painter.restore()
        self.draw_ring(painter, self.viewport().rect())

    # Mouse and keys

    def event(self, event: QEvent) -> bool:
        """Keep Escape from the window while there is a cell to leave."""
        is_asked = self.cell is not None and event.type() == QEvent.Type.ShortcutOverride
        if is_asked and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Forget what was under the mouse when it leaves."""
        if event.type() == QEvent.Type.Leave and self._hovered is not None:
            self._hovered = None
            self.viewport().update()
        return super().viewportEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Say what a cell means."""
        cell = self._cell_at(event.position())
        if cell != self._hovered:
            self._hovered = cell
            self.viewport().update()
            if cell is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPosition().toPoint(), self.words_of(cell), self.viewport())

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Choose a cell; the chosen one again, or beside the cells: none."""
        if event.button() == Qt.MouseButton.LeftButton:
            cell = self._cell_at(event.position())
            self._choose(None if cell == self.cell else cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Move by arrow keys, leave by Escape."""
        steps = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        step = steps.get(Qt.Key(event.key()))
        self.shows_ring = True
        if event.key() == Qt.Key.Key_Escape and self.cell is not None:
            self._choose(None)
        elif step is None or not self._counts:
            super().keyPressEvent(event)
        elif self.cell is None:
            self._choose((0, 0))
        else:
            row = min(max(0, self.cell[0] + step[0]), len(self._rows) - 1)
            self._choose((row, min(max(0, self.cell[1] + step[1]), len(self._columns) - 1)))

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show it."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show it."""
        super().focusOutEvent(event)
        self.viewport().update()

    def _choose(self, cell: Cell | None) -> None:
        if cell != self.cell:
            self.set_cell(cell)
            if cell is not None:
                self._bring_into_sight(cell)
            self.cell_chosen.emit(cell)

    def _bring_into_sight(self, cell: Cell) -> None:
        side, head = self._margins()
        box = self.rect_of(cell)
        for bar, low, high, least, most in (
            (self.horizontalScrollBar(), box.left(), box.right(), side, self.viewport().width()),
            (self.verticalScrollBar(), box.top(), box.bottom(), head, self.viewport().height()),
        ):
            if low < least:
                bar.setValue(math.floor(bar.value() - (least - low)))
            elif high > most:
                bar.setValue(math.ceil(bar.value() + high - most))

    def _cell_at(self, place: QPointF) -> Cell | None:
        side, head = self._margins()
        width, height = self._cell_size()
        if place.x() < side or place.y() < head or not self._counts:
            return None
        column = int((place.x() - side + self.horizontalScrollBar().value()) / width)
        row = int((place.y() - head + self.verticalScrollBar().value()) / height)
        return (row, column) if row < len(self._rows) and column < len(self._columns) else None

    def _describe(self) -> None:
        self.setAccessibleDescription("" if self.cell is None or not self._counts else self.words_of(self.cell))


def _mix(low: QColor, high: QColor, weight: float) -> QColor:
    return QColor.fromRgbF(
        low.redF() + (high.redF() - low.redF()) * weight,
        low.greenF() + (high.greenF() - low.greenF()) * weight,
        low.blueF() + (high.blueF() - low.blueF()) * weight,
    )


def _ink(fill: QColor) -> QColor:
    """Black or white, whichever reads better on a colour (WCAG 2, relative luminance)."""
    levels = (fill.redF(), fill.greenF(), fill.blueF())
    parts = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in levels]
    luminance = 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    return QColor("#111315" if luminance > 0.179 else "#ffffff")
