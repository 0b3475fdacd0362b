"""What all panes of the lens are drawn with: the time axis in pixels, fonts and colours, round numbers for ticks."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from gui import theme
from gui.theme import Colours
from gui.widgets.time_view import Window

LEFT, RIGHT = 168.0, 136.0
GAP = 7.0
AXIS = 38.0
TICK = 4.0


@dataclass(frozen=True)
class Look:
    """Colours and fonts.

    Attributes:
        colours: Of the window, or the light ones on paper.
        is_dark: Whether these are the dark ones.
        font: For headings.
        small: For all else.
        ratio: Device pixels a pixel.
    """

    colours: Colours
    is_dark: bool
    font: QFont
    small: QFont
    ratio: float = 1.0

    @staticmethod
    def of_window(ratio: float) -> Look:
        """As the window is dressed at the moment."""
        return Look(theme.colours(), theme.is_dark(), theme.font(weight=QFont.Weight.DemiBold), theme.font(0.85), ratio)

    @staticmethod
    def of_paper() -> Look:
        """Light, for pictures that are printed or sent."""
        return Look(theme.LIGHT, False, theme.font(weight=QFont.Weight.DemiBold), theme.font(0.85))


@dataclass(frozen=True)
class Axis:
    """The visible time in pixels: ``left`` is where ``view.low`` stands."""

    view: Window
    left: float
    width: float

    def x(self, time: float) -> float:
        """From a time to a pixel."""
        return self.left + (time - self.view.low) / (self.view.high - self.view.low) * self.width

    def time(self, x: float) -> float:
        """From a pixel to a time."""
        return self.view.low + (x - self.left) / self.width * (self.view.high - self.view.low)

    def frames(self) -> tuple[int, int]:
        """The frames that are to be seen at least in part, the last one exclusive; none: (0, 0)."""
        view = self.view
        first = math.floor((view.low - view.edge(0)) / view.hop)
        last = math.ceil((view.high - view.edge(0)) / view.hop)
        first, last = max(first, 0), min(last, view.n_frames)
        return (first, last) if first < last else (0, 0)


def draw_text(
    painter: QPainter,
    area: QRectF,
    text: str,
    *,
    font: QFont,
    colour: str,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
) -> None:
    """A line of text, shortened at its end where there is too little room."""
    painter.setFont(font)
    painter.setPen(QColor(colour))
    shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width() + 1)
    painter.drawText(area, align | Qt.TextFlag.TextSingleLine, shown)


def draw_frame(painter: QPainter, area: QRectF, look: Look) -> None:
    """The hairline around a pane."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(look.colours.line), 1))
    painter.drawRect(area.adjusted(-0.5, -0.5, 0.5, 0.5))


def draw_tick(painter: QPainter, area: QRectF, y: float, text: str, look: Look) -> None:
    """A number beside the left edge of a pane."""
    height = QFontMetricsF(look.small).height()
    top = min(max(y - height / 2, area.top() - 3), area.bottom() + 3 - height)
    draw_text(
        painter,
        QRectF(area.left() - 52, top, 52 - TICK - 3, height),
        text,
        font=look.small,
        colour=look.colours.muted,
        align=Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
    )
    painter.setPen(QPen(QColor(look.colours.outline), 1))
    painter.drawLine(QPointF(area.left() - TICK, y), QPointF(area.left() - 1, y))


def draw_heading(painter: QPainter, area: QRectF, heading: str, note: str, look: Look) -> None:
    """Name and note of a pane, in the room to its left."""
    width = LEFT - 58
    first, second = QFontMetricsF(look.font).height(), QFontMetricsF(look.small).height()
    has_note = bool(note) and area.height() >= first + second - 4
    top = area.top() - 2 if area.height() >= first else area.center().y() - first / 2
    draw_text(painter, QRectF(area.left() - LEFT, top, width, first), heading, font=look.font, colour=look.colours.text)
    if has_note:
        place = QRectF(area.left() - LEFT, top + first, width, max(area.bottom() - top - first, second))
        painter.setFont(look.small)
        painter.setPen(QColor(look.colours.muted))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        painter.drawText(place, flags | (Qt.TextFlag.TextWordWrap if place.height() >= 2 * second else flags), note)


def ticks(low: float, high: float, most: int) -> Iterator[float]:
    """Round numbers between two, at most about ``most`` of them."""
    span = (high - low) / max(most, 1)
    if not span > 0 or not math.isfinite(span):
        return
    power = 10.0 ** math.floor(math.log10(span))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= span * 0.999)
    if high - low < 2 * step:  # one tick alone would name no scale
        step /= 2.5 if 4 < step / power < 6 else 2
    for index in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1):
        yield index * step


def short(value: float) -> str:
    """A number for a tick: as short as it can be, with a real minus sign."""
    text = f"{value:.0f}" if 1e4 <= abs(value) < 1e7 else f"{value:.4g}"
    return text.replace("-", "−")


def signed(value: float, digits: int = 2) -> str:
    """A number with two digits behind the point, or as many as are asked for, with a real minus sign."""
    text = f"{value:.{digits}f}"
    return (text.removeprefix("-") if float(text) == 0.0 else text).replace("-", "−")
