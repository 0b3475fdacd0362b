"""A share against the strength of something: a band for all items, a line a class, strengths in even steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui.widgets.common import Responsive
from gui.widgets.lens_look import Look, draw_frame, draw_text, draw_tick

_LEFT, _TOP, _RIGHT, _BOTTOM = 54.0, 10.0, 10.0, 40.0
_LINE = 17.0


@dataclass(frozen=True)
class Line:
    """One line of the drawing.

    Attributes:
        words: In the legend.
        shares: One a strength, 0..1.
        band: Lower and upper end of each; empty for none.
    """

    words: str
    shares: tuple[float, ...]
    band: tuple[tuple[float, float], ...] = ()


class StrengthCurve(Responsive, QWidget):
    """Draws lines over strengths; values stand under the mouse.

    Attributes:
        strengths: Words of each strength, from left to right.
        lines: The first one is the thick one.
    """

    def __init__(self) -> None:
        super().__init__()
        self.strengths: tuple[str, ...] = ()
        self.lines: tuple[Line, ...] = ()
        self._axis = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)

    def show_lines(self, strengths: Sequence[str], lines: Sequence[Line], axis: str) -> None:
        """Draw other lines; ``axis`` names what is below."""
        self.strengths, self.lines, self._axis = tuple(strengths), tuple(lines), axis
        self.setAccessibleDescription("\n".join(f"{line.words}: {self._values(line)}" for line in self.lines))
        self.updateGeometry()
        self.update()

    def restyle(self) -> None:
        """Take the colours of the look."""
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the legend below."""
        return QSize(300, round(height(self.lines)) if self.lines else 0)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The same, narrower."""
        return QSize(220, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Draw it."""
        look = Look.of_window(self.devicePixelRatioF())
        paint(QPainter(self), QRectF(self.rect()), self.strengths, self.lines, self._axis, look)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Tell the values at the nearest strength."""
        if len(self.strengths) < 2:
            return
        width = self.width() - _LEFT - _RIGHT
        at = round((event.position().x() - _LEFT) / width * (len(self.strengths) - 1))
        if 0 <= at < len(self.strengths):
            lines = [self.strengths[at], *(f"{line.words}  {line.shares[at]:.1%}" for line in self.lines)]
            QToolTip.showText(event.globalPosition().toPoint(), "\n".join(lines), self)

    def _values(self, line: Line) -> str:
        return ", ".join(f"{words} {share:.0%}" for words, share in zip(self.strengths, line.shares, strict=True))


def height(lines: Sequence[Line]) -> float:
    """What a drawing needs with its legend."""
    return 190 + _LINE * -(-len(lines) // 2)


def paint(painter: QPainter, place: QRectF, strengths: Sequence[str], lines: Sequence[Line], axis: str, look: Look) -> None:
    """Draw axes, lines and legend."""
    if len(strengths) < 2 or not lines:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    legend = _LINE * -(-len(lines) // 2)
    area = QRectF(
        place.left() + _LEFT, place.top() + _TOP, place.width() - _LEFT - _RIGHT, place.height() - _TOP - _BOTTOM - legend
    )
    colours = look.colours
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = area.bottom() - share * area.height()
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        draw_tick(painter, area, y, f"{share:.0%}", look)
    draw_frame(painter, area, look)
    step = area.width() / (len(strengths) - 1)
    _paint_strengths(painter, area, strengths, axis, look)
    for index, line in reversed(list(enumerate(lines))):
        ink = QColor(colours.text if index == 0 else colours.data[(index - 1) % len(colours.data)])
        if line.band:
            lower = [
                QPointF(area.left() + k * step, area.bottom() - low * area.height()) for k, (low, _) in enumerate(line.band)
            ]
            upper = [
                QPointF(area.left() + k * step, area.bottom() - high * area.height()) for k, (_, high) in enumerate(line.band)
            ]
            soft = QColor(ink)
            soft.setAlphaF(0.16)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(soft)
            painter.drawPolygon(QPolygonF(lower + upper[::-1]))
        points = [QPointF(area.left() + k * step, area.bottom() - share * area.height()) for k, share in enumerate(line.shares)]
        painter.setPen(QPen(ink, 2.6 if index == 0 else 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(points)
        row, column = divmod(index, 2)
        words = QRectF(
            place.left() + 4 + column * place.width() / 2, area.bottom() + _BOTTOM + row * _LINE, place.width() / 2 - 8, _LINE
        )
        painter.drawLine(QPointF(words.left(), words.center().y()), QPointF(words.left() + 16, words.center().y()))
        draw_text(painter, words.adjusted(22, 0, 0, 0), line.words, font=look.small, colour=colours.text)


def _paint_strengths(painter: QPainter, area: QRectF, strengths: Sequence[str], axis: str, look: Look) -> None:
    step = area.width() / (len(strengths) - 1)
    widest = max(QFontMetricsF(look.small).horizontalAdvance(words) for words in strengths) + 6
    every = max(int(-(-widest // step)), 1)
    for at, words in enumerate(strengths):
        x = area.left() + at * step
        painter.setPen(QPen(QColor(look.colours.outline), 1))
        painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + 3))
        if at % every == 0:
            place = QRectF(x - step * every / 2, area.bottom() + 4, step * every, 15)
            centre = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
            draw_text(painter, place, words, font=look.small, colour=look.colours.muted, align=centre)
    below = QRectF(area.left(), area.bottom() + 20, area.width(), 15)
    centre = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
    draw_text(painter, below, axis, font=look.small, colour=look.colours.muted, align=centre)
