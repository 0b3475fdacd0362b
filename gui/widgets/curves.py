"""Curves over epochs: one chart a figure, a shared cursor, and what is under it in numbers.

Painted by hand: the charts are on screen in a few milliseconds, where importing a plotting library would stop the window for
most of a second, and their texts are Qt's own, in any language.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme
from gui.widgets import painting
from gui.widgets.common import Responsive
from gui.widgets.painting import KeyRing, Plane, Span

_TOP, _RIGHT, _BOTTOM = 46, 14, 40
_MIN_SIZE = QSize(200, 124)


@dataclass(frozen=True)
class Series:
    """One curve.

    Attributes:
        label: What the readout calls it.
        colour: Which of `theme.Colours.data`.
        points: (epoch, value), by epoch; values that are no finite numbers are left out.
        is_dashed: Drawn thin and dashed: the training part.
        best: The epoch that was kept, gets a ring; None for none.
        smooth: The same points smoothed: drawn in their place, with the true ones faint behind; empty for none.
    """

    label: str
    colour: int
    points: tuple[tuple[float, float], ...]
    is_dashed: bool = False
    best: float | None = None
    smooth: tuple[tuple[float, float], ...] = ()


class Chart(Responsive, KeyRing, QWidget):
    """One figure over epochs.

    Attributes:
        series: What is drawn.
        epoch: The one under the cursor; None for none.
        title: What the figure is called.
        shows_title: Whether that stands above it on screen; False where a control says so in its place.

    Signals:
        cursor_moved: The epoch under mouse or keys, or None.
    """

    cursor_moved = Signal(object)

    def __init__(self, *, is_share: bool = False) -> None:
        super().__init__()
        self.series: tuple[Series, ...] = ()
        self.epoch: float | None = None
        self.title, self.shows_title = "", True
        self._x_title, self._empty, self._epoch_words = "", "", "{n}"
        self._is_share = is_share
        self._n_epochs = 0
        self._x = (0.0, 1.0)
        self._y = (0.0, 1.0)
        self._is_log = False
        self._y_ticks: list[float] = []
        self._picture: QPixmap | None = None
        self.setMinimumSize(_MIN_SIZE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_texts(self, *, title: str, x_title: str, epoch: str, empty: str) -> None:
        """Name the figure, the axis below, an epoch (``{n}``), and what is said where there is nothing to draw."""
        self.title, self._x_title, self._epoch_words, self._empty = title, x_title, epoch, empty
        self._redraw()

    def set_share(self, *, is_share: bool) -> None:
        """Whether values are shares, to be written in per cent."""
        self._is_share = is_share

    def set_log(self, *, is_log: bool) -> None:
        """Whether the axis at the left is divided by factors; values not above 0 are left out then."""
        if is_log != self._is_log:
            self._is_log = is_log
            self._measure()

    def set_series(self, series: Sequence[Series], *, n_epochs: int = 0) -> None:
        """Draw other curves.

        Args:
            series: The curves.
            n_epochs: The axis reaches at least so far, so that a running training shows what is still to come.
        """
        self.series = tuple(series)
        self._n_epochs = n_epochs
        self._measure()

    def set_cursor(self, epoch: float | None) -> None:
        """Show the cursor at an epoch."""
        if epoch != self.epoch:
            self.epoch = epoch
            self.setAccessibleDescription(", ".join(f"{name} {value}" for name, value, _, _ in self.readings()))
            self.update()

    def readings(self) -> list[tuple[str, str, float, Series]]:
        """Under the cursor: label, value as text, value and series."""
        if self.epoch is None:
            return []
        found = []
        for one in self.series:
            value = dict(one.points).get(self.epoch)
            if value is not None and math.isfinite(value):
                found.append((one.label, self.shown(value), value, one))
        return found

    def shown(self, value: float) -> str:
        """A value as it is read."""
        return f"{100 * value:.1f} %" if self._is_share else f"{value:.4g}" if abs(value) < 1000 else f"{value:.3e}"

    def restyle(self) -> None:
        """Take the look's colours."""
        self._redraw()

    # Drawing

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Put the kept picture on screen, and the cursor over it."""
        ratio = self.devicePixelRatioF()
        if self._picture is None or self._picture.devicePixelRatio() != ratio:
            self._picture = QPixmap(self.size() * ratio)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.draw(painter, with_title=self.shows_title)
            painter.end()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPixmap(0, 0, self._picture)
        self._draw_cursor(painter)
        self.draw_ring(painter, self.rect())

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """What it would like to have."""
        return QSize(380, 260)

    def resizeEvent(self, _event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Draw anew."""
        self._measure()

    def _measure(self) -> None:
        """Find the axes' ends, and draw anew."""
        values = [y for one in self.series for _, y in one.points if self._is_drawn(y)]
        last = max([x for one in self.series for x, _ in one.points] + [self._n_epochs, 2])
        self._x = (1.0, float(last))
        n_ticks = max(2, int(self.height() / 52))
        if self._is_log and values:
            self._y = _factor_span(values)
            self._y_ticks = painting.factor_ticks(self._y, n_ticks)
        else:
            self._y, self._y_ticks = _span(values, is_share=self._is_share, n_ticks=n_ticks)
        self._redraw()

    def _is_drawn(self, value: float) -> bool:
        return math.isfinite(value) and (value > 0 or not self._is_log)

    def _redraw(self) -> None:
        self._picture = None
        self.update()

    def _area(self) -> QRectF:
        metrics = QFontMetricsF(theme.font(0.85))
        left = 16 + max([metrics.horizontalAdvance(self._tick(value)) for value in self._y_ticks] or [24])
        return QRectF(left, _TOP, self.width() - left - _RIGHT, self.height() - _TOP - _BOTTOM)

    def _tick(self, value: float) -> str:
        return f"{100 * value:.6g} %" if self._is_share else f"{value:.6g}"

    @property
    def _plane(self) -> Plane:
        is_log = self._is_log and self._y[0] > 0
        return Plane(self._area(), self._x, self._y, is_log)

    def draw(self, painter: QPainter, *, with_title: bool = True) -> None:
        """Draw all but the cursor, for the screen or for a picture."""
        plane = self._plane
        if with_title:
            painting.draw_heading(painter, self.title, 8, 3, self.width() - 16)
        painting.draw_rows(painter, plane, self._y_ticks, self._tick)
        painting.draw_columns(
            painter, plane, _epoch_ticks(int(self._x[1]), max(2, int(plane.area.width() / 56))), "{:.0f}".format
        )
        painting.draw_axis_names(painter, plane, self._x_title)
        if not any(self._is_drawn(y) for one in self.series for _, y in one.points):
            painter.setFont(theme.font())
            painter.setPen(QColor(theme.colours().muted))
            painter.drawText(plane.area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._empty)
            return
        painter.setClipRect(plane.area.adjusted(-6, -6, 6, 6))
        for one in sorted(self.series, key=lambda one: not one.is_dashed):
            self._draw_series(painter, plane, one)
        painter.setClipping(False)

    def _draw_series(self, painter: QPainter, plane: Plane, one: Series) -> None:
        colour, width = painting.data_colour(one.colour), 1.6 if one.is_dashed else 2.4
        points = [plane.place(x, y) for x, y in one.points if self._is_drawn(y)]
        if one.smooth:
            faint = QColor(colour)
            faint.setAlphaF(0.3)
            painting.draw_curve(painter, points, faint, 1.2, is_dashed=one.is_dashed)
            points = [plane.place(x, y) for x, y in one.smooth if self._is_drawn(y)]
        painting.draw_curve(painter, points, colour, width, is_dashed=one.is_dashed)
        kept = dict(one.points).get(one.best) if one.best is not None else None
        if one.best is not None and kept is not None and self._is_drawn(kept):
            painting.draw_circle(painter, plane.place(one.best, kept), colour, 4.5)

    def _draw_cursor(self, painter: QPainter) -> None:
        read = self.readings()
        if self.epoch is None or not read:
            return
        plane = self._plane
        x = plane.pixel_x(self.epoch)
        painter.setPen(QPen(QColor(theme.colours().outline), 1))
        painter.drawLine(QPointF(x, plane.area.top()), QPointF(x, plane.area.bottom()))
        for _, _, value, one in read:
            if self._is_drawn(value):
                painting.draw_dot(painter, plane.place(self.epoch, value), painting.data_colour(one.colour), 4.0)
        self._draw_readings(painter, plane.area, x, read)

    def _draw_readings(self, painter: QPainter, area: QRectF, x: float, read: list[tuple[str, str, float, Series]]) -> None:
        colours = theme.colours()
        n_lines = max(1, int((self.height() - area.top() - 14) / 18) - 1)
        if len(read) > n_lines:  # what was reached on validation matters more
            read = sorted(read, key=lambda line: line[3].is_dashed)[:n_lines]
        lines = [(label, text, one) for label, text, _, one in read]
        font = theme.font(0.85)
        metrics, height = QFontMetricsF(font), 18.0
        room = max(60.0, area.width() * 0.62)
        labels = [metrics.elidedText(label, Qt.TextElideMode.ElideMiddle, room) for label, _, _ in lines]
        head = self._epoch_words.format(n=f"{self.epoch:.0f}")
        wide = max(
            metrics.horizontalAdvance(label) + metrics.horizontalAdvance(text)
            for label, (_, text, _) in zip(labels, lines, strict=True)
        )
        width = max(wide + 50, metrics.horizontalAdvance(head) + 20)
        box = QRectF(0, area.top() + 2, width, height * (len(lines) + 1) + 10)
        box.moveLeft(x + 10 if x + 10 + width < self.width() - 2 else max(2.0, x - 10 - width))
        painter.setPen(QPen(QColor(colours.outline), 1))
        painter.setBrush(QColor(colours.raised))
        painter.drawRoundedRect(box, 6, 6)
        painter.setFont(font)
        painter.setPen(QColor(colours.muted))
        line = QRectF(box.left() + 10, box.top() + 5, box.width() - 20, height)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, head)
        for label, (_, text, one) in zip(labels, lines, strict=True):
            line.translate(0, height)
            start = QPointF(line.left(), line.center().y())
            painting.draw_stroke(painter, start, painting.data_colour(one.colour), is_dashed=one.is_dashed)
            painter.setPen(QColor(colours.text))
            painter.drawText(line.adjusted(22, 0, 0, 0), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, label)
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)

    # Mouse and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Put the cursor on the nearest epoch."""
        self._go(round(self._plane.x_of(event.position().x())))

    def leaveEvent(self, _event: object) -> None:  # noqa: N802 - Qt's name
        """Take the cursor away."""
        self._move(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Take the cursor away."""
        super().focusOutEvent(event)
        self._move(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Arrows, Home and End move the cursor."""
        epochs = self._epochs()
        if not epochs or event.key() not in _STEPS:
            super().keyPressEvent(event)
            return
        self.shows_ring = True
        if event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) or self.epoch is None:
            self._move(epochs[0] if event.key() == Qt.Key.Key_Home else epochs[-1])
        else:
            self._go(self.epoch + _STEPS[Qt.Key(event.key())])

    def _epochs(self) -> list[float]:
        return sorted({x for one in self.series for x, _ in one.points})

    def _go(self, epoch: float) -> None:
        epochs = self._epochs()
        if epochs:
            self._move(min(epochs, key=lambda one: abs(one - epoch)))

    def _move(self, epoch: float | None) -> None:
        if epoch != self.epoch:
            self.cursor_moved.emit(epoch)


_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: 0, Qt.Key.Key_End: 0}


def _span(values: list[float], *, is_share: bool, n_ticks: int) -> tuple[Span, list[float]]:
    """Lower and upper end of an axis, and round numbers on it."""
    if not values:
        return ((0.0, 1.0), [0.0, 0.5, 1.0]) if is_share else ((0.0, 1.0), [])
    low, high = min(values), max(values)
    if not is_share and low > 0 and low < 0.5 * high:
        low = 0.0
    if high - low < 1e-9 * max(1.0, abs(high)):
        low, high = low - 0.05 * max(abs(low), 0.1), high + 0.05 * max(abs(high), 0.1)
    step = painting.round_step((high - low) / n_ticks)
    low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    if is_share:
        low, high = max(low, 0.0), min(high, 1.0)
    ticks = [low + index * step for index in range(round((high - low) / step) + 1) if low + index * step <= high + 1e-9]
    return (low, high), [round(value, 12) for value in ticks]


def _factor_span(values: list[float]) -> Span:
    """Ends of an axis that is divided by factors, a little beyond the values; all above 0."""
    low, high = min(values), max(values)
    margin = max((high / low) ** 0.05, 1.02)
    return low / margin, high * margin


def _epoch_ticks(last: int, n_ticks: int) -> list[int]:
    """1, round numbers after it, and the last epoch."""
    step = max(1, round(painting.round_step(max(1.0, last / n_ticks))))
    ticks = [1, *(value for value in range(step, last + 1, step) if value > 1)]
    if ticks[-1] != last:
        if last - ticks[-1] < step / 2 and len(ticks) > 1:
            ticks.pop()
        ticks.append(last)
    if len(ticks) > 2 and ticks[1] - 1 < step / 2:
        ticks.pop(1)
    return ticks
