"""Plots of an evaluation: calibration, what a threshold does, said against true numbers. Painted by hand, as `gui.widgets.curves`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui import theme
from gui.widgets import painting
from gui.widgets.common import Responsive
from gui.widgets.painting import KeyRing, Plane

_TOP, _RIGHT, _BOTTOM, _LEFT = 54.0, 30.0, 46.0, 68.0
_NEAR = 14.0
_MOST_DRAWN = 4_000


class CalibrationBin(NamedTuple):
    """Items whose confidence lies between ``low`` and ``high``; the shares are None without items."""

    low: float
    high: float
    n_items: int
    confidence: float | None
    accuracy: float | None


class _Plot(Responsive, KeyRing, QWidget):
    """Axes with names and round numbers."""

    def __init__(self) -> None:
        super().__init__()
        self._x = self._y = (0.0, 1.0)
        self._is_share = True
        self._title = self._x_title = self._y_title = ""
        self.setMinimumSize(QSize(240, 200))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def restyle(self) -> None:
        """Take the look's colours."""
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw axes and content."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plane, area = self._plane, self.area()
        painting.draw_heading(painter, self._title, 12, 6, self.width() - 24)
        painting.draw_rows(painter, plane, painting.round_ticks(self._y, max(2, int(area.height() / 44))), self._text)
        painting.draw_columns(painter, plane, painting.round_ticks(self._x, max(2, int(area.width() / 72))), self._text)
        painting.draw_axis_names(painter, plane, self._x_title, self._y_title)
        self.draw(painter, area)
        self.draw_ring(painter, self.rect())

    def draw(self, painter: QPainter, area: QRectF) -> None:
        """Draw the content."""

    def area(self) -> QRectF:
        """Where the content is."""
        return QRectF(_LEFT, _TOP, max(40.0, self.width() - _LEFT - _RIGHT), max(40.0, self.height() - _TOP - _BOTTOM))

    def place(self, x: float, y: float) -> QPointF:
        """Where a point is."""
        return self._plane.place(x, y)

    @property
    def _plane(self) -> Plane:
        return Plane(self.area(), self._x, self._y)

    def _text(self, value: float) -> str:
        return f"{100 * value:.0f} %" if self._is_share else f"{value:.6g}"

    def _draw_diagonal(self, painter: QPainter) -> None:
        low, high = max(self._x[0], self._y[0]), min(self._x[1], self._y[1])
        painter.setPen(QPen(QColor(theme.colours().outline), 1.5, Qt.PenStyle.DashLine))
        painter.drawLine(self.place(low, low), self.place(high, high))


class CalibrationPlot(_Plot):
    """How often the model is right, over how sure it says it is; each point as large as it has items."""

    def __init__(self) -> None:
        super().__init__()
        self._bins: tuple[CalibrationBin, ...] = ()
        self._ece: float | None = None
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        self._x_title = self.tr("How sure the model says it is")
        self._y_title = self.tr("How often it is right")
        self._title = self.tr("Calibration")
        if self._ece is not None:
            self._title = self.tr("Calibration error (ECE): {ece} %").format(ece=f"{100 * self._ece:.1f}")
        self.setAccessibleName(self._title)
        self.setAccessibleDescription("; ".join(self._words(one) for one in self._bins if one.n_items))
        self.update()

    def set_bins(self, bins: Sequence[CalibrationBin], ece: float | None) -> None:
        """Show other figures."""
        self._bins, self._ece = tuple(bins), ece
        self.retranslate()

    def draw(self, painter: QPainter, area: QRectF) -> None:
        """Bars of items, the line of honesty, points."""
        colours = theme.colours()
        most = max([one.n_items for one in self._bins] or [0]) or 1
        soft = QColor(colours.outline)
        soft.setAlphaF(0.22)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(soft)
        for one in self._bins:
            left, right = self.place(one.low, 0).x() + 1, self.place(one.high, 0).x() - 1
            height = 0.25 * area.height() * one.n_items / most
            painter.drawRect(QRectF(left, area.bottom() - height, right - left, height))
        self._draw_diagonal(painter)
        points = [(one, self.place(one.confidence or 0.0, one.accuracy or 0.0)) for one in self._known()]
        painting.draw_curve(painter, [point for _, point in points], painting.data_colour(0), 2)
        for one, point in points:
            painting.draw_dot(painter, point, painting.data_colour(0), 4 + 6 * math.sqrt(one.n_items / most))
        painter.setFont(theme.font(0.85))
        painter.setPen(QColor(colours.muted))
        above, below = self.tr("above the line: right more often than it says"), self.tr("below: too sure of itself")
        bars = self.tr("bars: how many items")
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(area.left(), 7, area.width(), 18), right, bars)
        line = QRectF(area.left(), 28, area.width(), 18)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, above)
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, below)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Say what is under the mouse."""
        x = self._plane.x_of(event.position().x())
        found = [one for one in self._bins if one.low < x <= one.high and one.n_items]
        if found:
            QToolTip.showText(event.globalPosition().toPoint(), self._words(found[0]), self)
        else:
            QToolTip.hideText()

    def _known(self) -> list[CalibrationBin]:
        return [one for one in self._bins if one.confidence is not None and one.accuracy is not None]

    def _words(self, one: CalibrationBin) -> str:
        text = self.tr("{low} to {high} % sure: right in {accuracy} % of %n item(s)", "", one.n_items)
        return text.format(
            low=f"{100 * one.low:.0f}", high=f"{100 * one.high:.0f}", accuracy=f"{100 * (one.accuracy or 0):.1f}"
        )


class ThresholdPlot(_Plot):
    """How many items get an answer, and how many of these are right, over the threshold.

    Signals:
        threshold_wanted: The person has clicked or dragged there.
    """

    threshold_wanted = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self._steps: tuple[tuple[float, float, float | None], ...] = ()
        self._threshold = 0.0
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        self._title = self.tr("What a threshold does")
        self._x_title = self.tr("Answers less sure than this count as unknown")
        self._y_title = self.tr("Share of the items")
        self.setAccessibleName(self._title)
        self.update()

    def set_steps(self, steps: Sequence[tuple[float, float, float | None]]) -> None:
        """Show other curves: threshold, share that gets an answer, share of these that is right."""
        self._steps = tuple(steps)
        self.update()

    def set_threshold(self, threshold: float) -> None:
        """Show where the threshold is."""
        self._threshold = threshold
        self.update()

    def draw(self, painter: QPainter, area: QRectF) -> None:
        """Two curves with their names, and the threshold."""
        colours = theme.colours()
        covered = [(x, share) for x, share, _ in self._steps]
        right = [(x, share) for x, _, share in self._steps if share is not None]
        names = (self.tr("get an answer"), self.tr("of these are right"))
        painter.setFont(theme.font(0.85))
        metrics = QFontMetricsF(theme.font(0.85))
        left = area.left()
        for points, colour, words, is_dashed in ((covered, 1, names[0], True), (right, 0, names[1], False)):
            painting.draw_curve(
                painter, [self.place(x, y) for x, y in points], painting.data_colour(colour), 2.4, is_dashed=is_dashed
            )
            y = area.top() - 16
            painting.draw_stroke(painter, QPointF(left, y), painting.data_colour(colour), is_dashed=is_dashed, length=22)
            painter.setPen(QColor(colours.text))
            painter.drawText(
                QRectF(left + 28, y - 9, 300, 18), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words
            )
            left += 52 + metrics.horizontalAdvance(words)
        x = self.place(self._threshold, 0).x()
        painter.setPen(QPen(QColor(colours.text), 1.5))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        for points, colour in ((covered, 1), (right, 0)):
            here = dict(points).get(round(self._threshold, 2))
            if here is not None:
                painting.draw_dot(painter, self.place(self._threshold, here), painting.data_colour(colour), 5.0)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Put the threshold there."""
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Drag the threshold."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            x = self._plane.x_of(event.position().x())
            self.threshold_wanted.emit(min(1.0, max(0.0, x)))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Move the threshold by arrow keys."""
        step = {Qt.Key.Key_Left: -0.01, Qt.Key.Key_Right: 0.01}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.shows_ring = True
            self.threshold_wanted.emit(min(1.0, max(0.0, self._threshold + step)))


class ScatterPlot(_Plot):
    """What was said over what is true.

    Signals:
        chosen: Index of the item that was clicked.
    """

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._is_share = False
        self._truth: tuple[float, ...] = ()
        self._said: tuple[float, ...] = ()
        self._marked: int | None = None
        self._name = ""
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        self._title = self.tr("{target}: said against true").format(target=self._name)
        self._x_title, self._y_title = self.tr("What it was"), self.tr("What the model said")
        self.setAccessibleName(self._title)
        self.update()

    def set_points(self, name: str, truth: Sequence[float], said: Sequence[float]) -> None:
        """Show other items."""
        self._name, self._truth, self._said, self._marked = name, tuple(truth), tuple(said), None
        values = [*self._truth, *self._said] or [0.0, 1.0]
        low, high = min(values), max(values)
        margin = 0.05 * (high - low) or 1.0
        self._x = self._y = (low - margin, high + margin)
        self.retranslate()

    def set_marked(self, index: int | None) -> None:
        """Ring an item."""
        self._marked = index
        self.update()

    def draw(self, painter: QPainter, area: QRectF) -> None:
        """The line where both agree, and the items."""
        colours = theme.colours()
        self._draw_diagonal(painter)
        painter.setClipRect(area.adjusted(-6, -6, 6, 6))
        colour = QColor(colours.data[0])
        colour.setAlphaF(0.6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        step = 1 + len(self._truth) // _MOST_DRAWN  # so many dots cover one another anyway
        for x, y in zip(self._truth[::step], self._said[::step], strict=True):
            painter.drawEllipse(self.place(x, y), 4.0, 4.0)
        if self._marked is not None:
            painter.setBrush(QColor(colours.data[1]))
            painter.setPen(QPen(QColor(colours.text), 2))
            painter.drawEllipse(self.place(self._truth[self._marked], self._said[self._marked]), 6.5, 6.5)
        painter.setClipping(False)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Choose the nearest item."""
        best, index = _NEAR, None
        for number, (x, y) in enumerate(zip(self._truth, self._said, strict=True)):
            away = self.place(x, y) - event.position()
            distance = math.hypot(away.x(), away.y())
            if distance < best:
                best, index = distance, number
        if index is not None:
            self.chosen.emit(index)


class Whisker(NamedTuple):
    """A part's figure: its name, the figure, and the ends of its interval; the same where there is none."""

    name: str
    value: float
    low: float
    high: float


class WhiskerPlot(Responsive, QWidget):
    """A line a part: a dot at its figure, its interval beside, and the figure of all as a line through all of them."""

    _LINE, _TOP, _BOTTOM, _RIGHT = 26.0, 8.0, 44.0, 30.0
    MOST = 16

    def __init__(self) -> None:
        super().__init__()
        self._parts: tuple[Whisker, ...] = ()
        self._whole = 0.0
        self._is_share = True
        self._x_title = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def restyle(self) -> None:
        """Take the look's colours."""
        self.update()

    def set_parts(self, parts: Sequence[Whisker], whole: float, *, is_share: bool, x_title: str) -> None:
        """Show other parts, at most `MOST` of them; ``whole`` is the figure of all items."""
        self._parts, self._whole, self._is_share, self._x_title = tuple(parts)[: self.MOST], whole, is_share, x_title
        self.setFixedHeight(round(self._TOP + self._LINE * len(self._parts) + self._BOTTOM))
        self.setAccessibleName(x_title)
        self.setAccessibleDescription("; ".join(f"{one.name}: {self._text(one.value)}" for one in self._parts))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw all."""
        if not self._parts:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, font = theme.colours(), theme.font(painting.TICK_SCALE)
        metrics = QFontMetricsF(font)
        left = min(0.35 * self.width(), 16 + max(metrics.horizontalAdvance(one.name) for one in self._parts))
        area = QRectF(left, self._TOP, self.width() - left - self._RIGHT, self._LINE * len(self._parts))
        plane = Plane(area, self._span(), (0.0, float(len(self._parts))))
        ticks = painting.round_ticks(plane.x, max(2, int(area.width() / 80)))
        painting.draw_columns(painter, plane, ticks, self._text)
        painting.draw_axis_names(painter, plane, self._x_title)
        painter.setPen(QPen(QColor(colours.outline), 1.5, Qt.PenStyle.DashLine))
        x = plane.pixel_x(self._whole)
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        for place, one in enumerate(self._parts):
            y = area.top() + (place + 0.5) * self._LINE
            painter.setFont(font)
            painter.setPen(QColor(colours.text))
            text = metrics.elidedText(one.name, Qt.TextElideMode.ElideMiddle, left - 12)
            painter.drawText(QRectF(0, y - 10, left - 8, 20), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
            ends = [QPointF(plane.pixel_x(value), y) for value in (one.low, one.high)]
            faint = painting.data_colour(0)
            faint.setAlphaF(0.45)
            painting.draw_curve(painter, ends, faint, 4.0)
            painting.draw_dot(painter, QPointF(plane.pixel_x(one.value), y), painting.data_colour(0), 5.5)

    def _span(self) -> tuple[float, float]:
        low = min(self._whole, *(one.low for one in self._parts))
        high = max(self._whole, *(one.high for one in self._parts))
        margin = 0.04 * (high - low) or 0.05
        if self._is_share:
            return max(0.0, low - margin), min(1.0, high + margin)
        return 0.0, high + margin

    def _text(self, value: float) -> str:
        return f"{100 * value:.4g} %" if self._is_share else f"{value:.4g}"
