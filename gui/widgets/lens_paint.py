"""Lay out and draw the panes of the lens: the same on screen, in a PNG and in an SVG."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from gui.widgets import lens_texts
from gui.widgets.lens_look import AXIS, GAP, LEFT, RIGHT, TICK, Axis, Look, draw_frame, draw_heading, draw_text, short, ticks
from gui.widgets.lens_panes import Pane
from gui.widgets.time_view import Window

Placed = list[tuple[Pane, QRectF]]


def place(panes: Sequence[Pane], area: QRectF) -> Placed:
    """Where each pane stands within an area; below them is room for the time axis."""
    left, width = area.left() + LEFT, area.width() - LEFT - RIGHT
    room = area.height() - AXIS - GAP * len(panes)
    needed = sum(pane.least for pane in panes)
    squeeze, spare = min(room / needed, 1.0) if needed else 1.0, max(room - needed, 0.0)
    weights = sum(pane.weight for pane in panes) or 1.0
    placed: Placed = []
    top = area.top() + GAP
    for pane in panes:
        height = max(float(round(pane.least * squeeze + spare * pane.weight / weights)), 1.0)
        placed.append((pane, QRectF(left, top, width, height)))
        top += height + GAP
    return placed


def least_height(panes: Sequence[Pane]) -> float:
    """Pixels that panes and axis need."""
    return AXIS + sum(pane.least + GAP for pane in panes)


def axis_of(placed: Placed, view: Window) -> Axis:
    """The common time axis."""
    _, area = placed[0]
    return Axis(view, area.left(), area.width())


def paint(painter: QPainter, placed: Placed, view: Window, unit_name: str, look: Look) -> None:
    """Draw all panes with names, scales and the time axis; neither cursor nor selection."""
    if not placed:
        return
    axis = axis_of(placed, view)
    for pane, area in placed:
        painter.fillRect(area, QColor(look.colours.sunken if look.is_dark else look.colours.surface))
        pane.paint(painter, area, axis, look)
        draw_frame(painter, area, look)
        draw_heading(painter, area, pane.heading(), pane.note(), look)
        pane.paint_scales(painter, area, look)
    _paint_axis(painter, placed[-1][1], axis, unit_name, look)


def _paint_axis(painter: QPainter, last: QRectF, axis: Axis, unit_name: str, look: Look) -> None:
    """Ticks below the last pane, and what they count."""
    view = axis.view
    metrics = QFontMetricsF(look.small)
    factor = 1000.0 if unit_name == "ms" else 1.0
    top, height = last.bottom() + 2, metrics.height()
    name = lens_texts.axis(unit_name)
    for value in ticks(view.low * factor, view.high * factor, max(int(axis.width / 90), 2)):
        if unit_name not in lens_texts.TIMED and value != round(value):
            continue
        x = axis.x(value / factor)
        painter.setPen(QPen(QColor(look.colours.outline), 1))
        painter.drawLine(QPointF(x, top), QPointF(x, top + TICK))
        text = short(value)
        width = metrics.horizontalAdvance(text) + 4
        left = min(max(x - width / 2, last.left()), last.right() - width)
        spot = QRectF(left, top + TICK, width, height)
        draw_text(painter, spot, text, font=look.small, colour=look.colours.muted, align=Qt.AlignmentFlag.AlignCenter)
    spot = QRectF(last.left(), top + TICK + height - 1, last.width(), height)
    draw_text(painter, spot, name, font=look.small, colour=look.colours.muted, align=Qt.AlignmentFlag.AlignCenter)
