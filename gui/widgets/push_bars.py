"""Bars to either side of zero: which units push, and how strongly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.widgets.colour_scales import STATE
from gui.widgets.common import Responsive
from gui.widgets.lens_look import Look, draw_text, signed

_LINE = 21.0
_TINY = 1e-4


@dataclass(frozen=True)
class Bar:
    """One line.

    Attributes:
        words: To the left.
        value: Its length; positive to the right.
        key: What a click gives; None for a line that cannot be chosen.
        number: What stands to the right; empty: the value.
    """

    words: str
    value: float
    key: object = None
    number: str = ""


class PushBars(Responsive, QWidget):
    """Signed bars with one scale.

    Attributes:
        bars: From top to bottom.
        current: Key of the marked one.

    Signals:
        chosen: The key of a bar that was clicked, or reached by the arrow keys.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.bars: tuple[Bar, ...] = ()
        self.current: object = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.retranslate()

    def show_bars(self, bars: Sequence[Bar], *, current: object = None) -> None:
        """Draw other bars."""
        self.bars, self.current = tuple(bars), current
        lines = zip(self.bars, numbers(self.bars), strict=True)
        self.setAccessibleDescription("\n".join(f"{bar.words} {number}" for bar, number in lines))
        self.updateGeometry()
        self.update()

    def retranslate(self) -> None:
        """Set every text."""
        self.setAccessibleName(self.tr("What each unit adds"))

    def restyle(self) -> None:
        """Take the colours of the look."""
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A line a bar."""
        return QSize(260, round(_LINE * len(self.bars)) + 2)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The same, narrower."""
        return QSize(200, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Draw the bars about a common zero."""
        painter = QPainter(self)
        paint(painter, QRectF(self.rect()), self.bars, Look.of_window(self.devicePixelRatioF()), current=self.current)
        if self.hasFocus():
            look = Look.of_window(1.0)
            painter.setPen(QColor(look.colours.accent))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Choose the bar under the mouse."""
        self._choose(int(event.position().y() // _LINE))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Go up and down."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        keys = [bar.key for bar in self.bars]
        place = keys.index(self.current) + step if self.current is not None and self.current in keys else 0
        self._choose(place)

    def _choose(self, place: int) -> None:
        if 0 <= place < len(self.bars) and self.bars[place].key is not None:
            self.current = self.bars[place].key
            self.update()
            self.chosen.emit(self.current)


def numbers(bars: Sequence[Bar]) -> list[str]:
    """What stands to the right of the bars: as many digits as tell them apart, the same for all."""
    greatest = max((abs(bar.value) for bar in bars), default=0.0)
    if 0.0 < greatest < _TINY:
        return [bar.number or f"{bar.value:.1e}".replace("-", "−") for bar in bars]
    digits = 2 if greatest == 0.0 else min(max(1 - math.floor(math.log10(greatest)), 2), 5)
    return [bar.number or signed(bar.value, digits) for bar in bars]


def paint(painter: QPainter, area: QRectF, bars: Sequence[Bar], look: Look, *, current: object = None) -> None:
    """Draw bars into an area, each as long as its value on a scale that all share."""
    if not bars:
        return
    metrics, colours = QFontMetricsF(look.small), look.colours
    words = min(max(metrics.horizontalAdvance(bar.words) for bar in bars) + 10, area.width() * 0.42)
    texts = numbers(bars)
    number = max(metrics.horizontalAdvance(text) for text in texts) + 8
    left, width = area.left() + words, area.width() - words - number
    low, high = min(0.0, *(bar.value for bar in bars)), max(0.0, *(bar.value for bar in bars))
    span = high - low or 1.0
    zero = left + width * -low / span
    for place, bar in enumerate(bars):
        line = QRectF(area.left(), area.top() + place * _LINE, area.width(), _LINE)
        if current is not None and bar.key == current:
            painter.fillRect(line, QColor(colours.accent_soft))
        draw_text(
            painter, QRectF(line.left() + 3, line.top(), words - 8, _LINE), bar.words, font=look.small, colour=colours.text
        )
        x = left + width * (min(bar.value, 0.0) - low) / span
        table = STATE.pixels(is_dark=look.is_dark)
        ink = int(table[48 if bar.value < 0 else 208]) & 0xFFFFFF
        painter.fillRect(QRectF(x, line.top() + 4, max(width * abs(bar.value) / span, 1.0), _LINE - 8), QColor(f"#{ink:06x}"))
        place_of_number = QRectF(line.right() - number, line.top(), number - 3, _LINE)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        draw_text(painter, place_of_number, texts[place], font=look.small, colour=colours.muted, align=right)
    painter.setPen(QColor(colours.outline))
    painter.drawLine(round(zero), round(area.top()), round(zero), round(area.top() + _LINE * len(bars)))
