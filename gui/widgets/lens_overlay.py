"""What moves over the panes of the lens: the chosen range, the chosen row, the cursor, and what is under the mouse."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from gui.widgets import lens_texts
from gui.widgets.lens_look import Axis, Look
from gui.widgets.lens_paint import Placed
from gui.widgets.lens_panes import MapPane
from gui.widgets.time_view import TimeView

_VEIL = 165
_HALO = 200


def paint_selection(painter: QPainter, span: QRectF, axis: Axis, selection: tuple[float, float] | None, look: Look) -> None:
    """Dim what lies outside of the chosen range, so that colours within stay as they are."""
    if selection is None:
        return
    low, high = (min(max(axis.x(time), span.left()), span.right()) for time in selection)
    veil = _see_through(look.colours.raised, _VEIL)
    painter.fillRect(QRectF(span.left(), span.top(), low - span.left(), span.height()), veil)
    painter.fillRect(QRectF(high, span.top(), span.right() - high, span.height()), veil)
    painter.setPen(QPen(QColor(look.colours.accent), 2))
    for time, x in zip(selection, (low, high), strict=True):
        if axis.view.low <= time <= axis.view.high:
            painter.drawLine(QPointF(x, span.top()), QPointF(x, span.bottom()))
    painter.fillRect(QRectF(low, span.top() - 4, high - low, 4), QColor(look.colours.accent))


def paint_row(painter: QPainter, placed: Placed, row: int, look: Look) -> None:
    """Point at the chosen unit in each map."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(look.colours.accent))
    for pane, area in placed:
        if isinstance(pane, MapPane) and pane.is_unit_map:
            y = area.top() + (row + 0.5) / len(pane.order) * area.height()
            x = area.right() + 2
            painter.drawPolygon(QPolygonF([QPointF(x, y), QPointF(x + 7, y - 4), QPointF(x + 7, y + 4)]))


def paint_cursor(painter: QPainter, span: QRectF, axis: Axis, view: TimeView, unit_name: str, look: Look) -> None:
    """A line through everything, with its time on the axis."""
    if not view.low <= view.cursor <= view.high:
        return
    x = axis.x(view.cursor)
    painter.setPen(QPen(_see_through(look.colours.raised, _HALO), 4))
    painter.drawLine(QPointF(x, span.top()), QPointF(x, span.bottom()))
    painter.setPen(QPen(QColor(look.colours.text), 1.6))
    painter.drawLine(QPointF(x, span.top() - 3), QPointF(x, span.bottom() + 3))
    is_timed = unit_name in lens_texts.TIMED
    text = lens_texts.moment(view.cursor if is_timed else view.time_of(view.frame), unit_name)
    metrics = QFontMetricsF(look.small)
    width = metrics.horizontalAdvance(text) + 12
    left = min(max(x - width / 2, span.left()), span.right() - width)
    chip = QRectF(left, span.bottom() + 4, width, metrics.height() + 2)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(look.colours.text))
    painter.drawRoundedRect(chip, 4, 4)
    painter.setFont(look.small)
    painter.setPen(QColor(look.colours.surface))
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)


def paint_pointer(
    painter: QPainter, size: QSize, span: QRectF, across: QRectF | None, mouse: QPointF, text: str, look: Look
) -> None:
    """Hairlines through the mouse, and what stands there in a box beside it.

    Args:
        painter: Of the widget.
        size: Of the widget, which the box stays within.
        span: All panes.
        across: The map that the mouse is in, for a hairline along its row.
        mouse: Where it is.
        text: What the box says.
        look: Fonts and colours.
    """
    painter.setPen(QPen(_see_through(look.colours.text, 110), 1, Qt.PenStyle.DotLine))
    painter.drawLine(QPointF(mouse.x(), span.top()), QPointF(mouse.x(), span.bottom()))
    if across is not None:
        painter.drawLine(QPointF(across.left(), mouse.y()), QPointF(across.right(), mouse.y()))
    metrics = QFontMetricsF(look.small)
    lines = text.split("\n")
    width = max(metrics.horizontalAdvance(line) for line in lines) + 20
    height = metrics.lineSpacing() * len(lines) + 12
    left = mouse.x() + 16 if mouse.x() + 16 + width < size.width() else mouse.x() - 16 - width
    box = QRectF(left, min(max(mouse.y() - height / 2, 2.0), size.height() - height - 2), width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(look.colours.text))
    painter.drawRoundedRect(box, 6, 6)
    painter.setFont(look.small)
    painter.setPen(QColor(look.colours.surface))
    painter.drawText(box.adjusted(10, 6, -10, -6), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


def _see_through(colour: str, alpha: int) -> QColor:
    made = QColor(colour)
    made.setAlpha(alpha)
    return made
