"""What all plots painted by hand share: from values to pixels, axes with round numbers and names, curves, dots, the ring of focus."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QFont, QKeyEvent, QPainter, QPainterPath, QPen

from gui import theme

Span = tuple[float, float]
TextOf = Callable[[float], str]
_KEY_REASONS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_ACROSS = Qt.AlignmentFlag.AlignHCenter
TICK_SCALE = 0.85
"""Of the font of numbers and names along an axis."""


class Plane(NamedTuple):
    """A rectangle of pixels that stands for ranges of values; y grows upwards.

    Attributes:
        area: Where it is in the widget.
        x, y: The values at its edges.
        is_log: Whether y is divided by factors; its values are above 0 then.
    """

    area: QRectF
    x: Span
    y: Span
    is_log: bool = False

    def place(self, x: float, y: float) -> QPointF:
        """Where a point is."""
        return QPointF(self.pixel_x(x), self.pixel_y(y))

    def pixel_x(self, x: float) -> float:
        """Where a value stands along the axis below."""
        return self.area.left() + (x - self.x[0]) / (self.x[1] - self.x[0]) * self.area.width()

    def pixel_y(self, y: float) -> float:
        """Where a value stands along the axis at the left; by factors, what is not above 0 lies at the lower edge."""
        low, high = self.y
        share = (y - low) / (high - low)
        if self.is_log:
            share = math.log(max(y, low) / low) / math.log(high / low)
        return self.area.bottom() - share * self.area.height()

    def x_of(self, pixel: float) -> float:
        """Which value stands at a pixel."""
        return self.x[0] + (pixel - self.area.left()) / max(1.0, self.area.width()) * (self.x[1] - self.x[0])


class KeyRing:
    """Mixin for widgets that take the focus: whether a ring should tell so, as it should to whoever uses keys.

    Put it before the Qt class.
    """

    shows_ring = False

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """See how the focus came."""
        self.shows_ring = event.reason() in _KEY_REASONS
        super().focusInEvent(event)  # type: ignore[misc]  # the Qt class comes after the mixin

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Keys are in use."""
        self.shows_ring = True
        super().keyPressEvent(event)  # type: ignore[misc]  # the Qt class comes after the mixin

    def draw_ring(self, painter: QPainter, edge: QRect) -> None:
        """Draw the ring just inside an edge, where it should be seen."""
        if not (self.shows_ring and self.hasFocus()):  # type: ignore[attr-defined]  # the Qt class comes after the mixin
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.colours().accent), 2))
        painter.drawRoundedRect(QRectF(edge).adjusted(1, 1, -1, -1), 8, 8)


def data_colour(index: int) -> QColor:
    """One of the colours of data; after the last comes the first."""
    data = theme.colours().data
    return QColor(data[index % len(data)])


# Numbers


def round_step(step: float) -> float:
    """The next 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= step * (1 - 1e-9))


def round_ticks(span: Span, n_ticks: int) -> list[float]:
    """Round numbers within a span, about so many."""
    low, high = span
    step = round_step((high - low) / max(1, n_ticks))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(number * step, 12) for number in range(first, last + 1)]


def factor_ticks(span: Span, n_ticks: int) -> list[float]:
    """Round numbers within a span that is divided by factors: powers of ten, with 2 and 5 between where there is room."""
    low, high = span
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for factors in ((1, 2, 5), (1, 3), (1,)):
        found = [round(factor * 10.0**power, 12) for power in powers for factor in factors]
        found = [value for value in found if low * (1 - 1e-9) <= value <= high * (1 + 1e-9)]
        if len(found) <= n_ticks + 2:
            break
    return found if len(found) > 1 else round_ticks(span, n_ticks)


# Axes


def draw_heading(painter: QPainter, text: str, left: float, top: float, width: float) -> None:
    """What a plot is about, above it."""
    painter.setFont(theme.font(1.0, weight=QFont.Weight.DemiBold))
    painter.setPen(QColor(theme.colours().text))
    painter.drawText(QRectF(left, top, width, 22), _LEFT, text)


def draw_rows(painter: QPainter, plane: Plane, ticks: Iterable[float], text_of: TextOf) -> None:
    """Lines across at round values, each with its number at the left."""
    colours, area = theme.colours(), plane.area
    painter.setFont(theme.font(TICK_SCALE))
    for value in ticks:
        y = plane.pixel_y(value)
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        painter.setPen(QColor(colours.muted))
        painter.drawText(QRectF(0, y - 9, area.left() - 8, 18), _RIGHT, text_of(value))


def draw_columns(
    painter: QPainter, plane: Plane, ticks: Iterable[float], text_of: TextOf, *, scale: float = TICK_SCALE
) -> None:
    """The line below, with marks and numbers."""
    colours, area = theme.colours(), plane.area
    painter.setFont(theme.font(scale))
    painter.setPen(QPen(QColor(colours.outline), 1))
    painter.drawLine(area.bottomLeft(), area.bottomRight())
    for value in ticks:
        x = plane.pixel_x(value)
        painter.setPen(QPen(QColor(colours.outline), 1))
        painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + 4))
        painter.setPen(QColor(colours.muted))
        painter.drawText(QRectF(x - 40, area.bottom() + 5, 80, 17), _ACROSS, text_of(value))


def draw_axis_names(painter: QPainter, plane: Plane, x_title: str, y_title: str = "") -> None:
    """What is below, and what is at the left, written upwards at the widget's edge."""
    area = plane.area
    painter.setFont(theme.font(TICK_SCALE))
    painter.setPen(QColor(theme.colours().muted))
    painter.drawText(QRectF(area.left(), area.bottom() + 21, area.width(), 18), _ACROSS, x_title)
    if y_title:
        painter.save()
        painter.translate(QPointF(2, area.bottom()))
        painter.rotate(-90)
        painter.drawText(QRectF(0, 0, area.height(), 20), Qt.AlignmentFlag.AlignCenter, y_title)
        painter.restore()


# Curves


def draw_curve(painter: QPainter, points: Sequence[QPointF], colour: QColor, width: float, *, is_dashed: bool = False) -> None:
    """A line through points; a dot where there is one alone."""
    if not points:
        return
    pen = QPen(colour, width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    if is_dashed:
        pen.setDashPattern([3, 3])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    path = QPainterPath(points[0])
    for point in points[1:]:
        path.lineTo(point)
    painter.drawPath(path)
    if len(points) == 1:
        draw_dot(painter, points[0], colour, 2.5)


def draw_dot(painter: QPainter, point: QPointF, colour: QColor, radius: float) -> None:
    """A dot with a rim that parts it from what lies below."""
    painter.setPen(QPen(QColor(theme.colours().raised), 1.5))
    painter.setBrush(colour)
    painter.drawEllipse(point, radius, radius)


def draw_circle(painter: QPainter, point: QPointF, colour: QColor, radius: float) -> None:
    """An open dot."""
    painter.setPen(QPen(colour, 2))
    painter.setBrush(QColor(theme.colours().raised))
    painter.drawEllipse(point, radius, radius)


def draw_stroke(painter: QPainter, start: QPointF, colour: QColor, *, is_dashed: bool, length: float = 16) -> None:
    """A short piece of a curve, as a legend shows it."""
    pen = QPen(colour, 1.6 if is_dashed else 2.6)
    if is_dashed:
        pen.setDashPattern([2.4, 2])
    painter.setPen(pen)
    painter.drawLine(start, start + QPointF(length, 0))
