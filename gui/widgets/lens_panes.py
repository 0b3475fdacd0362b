"""The panes of the lens: each draws one thing over the shared time axis, names its scale, and knows the value at a point."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from gui.widgets import lens_texts
from gui.widgets.colour_scales import ColourScale
from gui.widgets.lens_look import RIGHT, Axis, Look, draw_frame, draw_text, draw_tick, short, signed, ticks
from gui.widgets.levels import Picture

_BAR = 10.0
_LINE = 18.0
_MOST_LINES = 10


class Pane:
    """One strip of the lens.

    Attributes:
        key: Which one; `gui.widgets.lens_texts` has its words.
        weight: Its share of the height.
        least: Pixels that it needs.
    """

    def __init__(self, key: str, *, weight: float = 1.0, least: float = 26.0) -> None:
        self.key = key
        self.weight = weight
        self.least = least

    def heading(self) -> str:
        """Its name."""
        return lens_texts.heading(self.key)

    def note(self) -> str:
        """What kind of thing it is."""
        return lens_texts.note(self.key)

    def reading(self) -> str:
        """How to read it."""
        return lens_texts.reading(self.key)

    def paint(self, painter: QPainter, area: QRectF, axis: Axis, look: Look) -> None:
        """Draw what is visible, clipped to ``area``."""

    def paint_scales(self, painter: QPainter, area: QRectF, look: Look) -> None:
        """Draw ticks to the left of ``area`` and the legend to its right."""

    def value_at(self, frame: int, time: float, down: float) -> str:
        """What stands at a point. ``down``: 0 at the upper edge, 1 at the lower one."""
        del frame, time, down
        return ""


class MapPane(Pane):
    """A heatmap of rows through time.

    Attributes:
        values: (n_frames, n_rows) in the order of the model.
        order: The row of `values` that stands in each line, from top to bottom.
        picture: Places on the scale, (n_rows, n_frames) in the order of `order`.
        scale: From numbers to colours.
    """

    def __init__(
        self,
        key: str,
        values: NDArray[np.floating],
        picture: Picture,
        scale: ColourScale,
        order: NDArray[np.intp],
        *,
        weight: float = 1.0,
    ) -> None:
        super().__init__(key, weight=weight)
        self.values = values
        self.picture = picture
        self.scale = scale
        self.order = order

    @property
    def is_unit_map(self) -> bool:
        """Whether its rows are units of a layer."""
        return self.key in (*lens_texts.MAPS, "ledger")

    @property
    def is_gate(self) -> bool:
        """Whether it is one of the three gates."""
        return self.scale.name == "sequential"

    def note(self) -> str:
        """What kind of thing it is, and its bounds."""
        return lens_texts.note(self.key, short(self.scale.low), short(self.scale.high))

    def reading(self) -> str:
        """How to read it, with its bound."""
        return lens_texts.reading(self.key).replace("{bound}", short(self.scale.high))

    def paint(self, painter: QPainter, area: QRectF, axis: Axis, look: Look) -> None:
        """Draw the visible frames, cells as they are or the means of those that share a pixel."""
        first, last = axis.frames()
        if first >= last:
            return
        view = axis.view
        width = axis.x(view.edge(last)) - axis.x(view.edge(first))
        piece = self.picture.piece(first, last, width=width * look.ratio, height=area.height() * look.ratio)
        pixels = np.ascontiguousarray(self.scale.pixels(is_dark=look.is_dark)[piece.values])
        n_rows, n_columns = pixels.shape
        image = QImage(pixels.data, n_columns, n_rows, 4 * n_columns, QImage.Format.Format_RGB32)
        left, right = axis.x(view.edge(piece.first)), axis.x(view.edge(piece.last))
        height = area.height() * piece.n_rows / self.picture.n_rows
        painter.save()
        data = QRectF(axis.x(view.edge(0)), area.top(), axis.x(view.edge(view.n_frames)) - axis.x(view.edge(0)), area.height())
        for blank in (
            QRectF(area.left(), area.top(), data.left() - area.left(), area.height()),
            QRectF(data.right(), area.top(), area.right() - data.right(), area.height()),
        ):
            if blank.width() > 0.5:
                painter.fillRect(blank, QBrush(QColor(look.colours.outline), Qt.BrushStyle.BDiagPattern))
        painter.setClipRect(area & data)
        painter.drawImage(QRectF(left, area.top(), right - left, height), image, QRectF(0, 0, n_columns, n_rows))
        painter.restore()

    def paint_scales(self, painter: QPainter, area: QRectF, look: Look) -> None:
        """First and last row to the left, the colour bar to the right."""
        name = lens_texts.unit if self.is_unit_map else lens_texts.feature
        step = area.height() / len(self.order)
        draw_tick(painter, area, area.top() + step / 2, name(int(self.order[0])), look)
        if area.height() >= 28 and len(self.order) > 1:
            draw_tick(painter, area, area.bottom() - step / 2, name(int(self.order[-1])), look)
        self._paint_bar(painter, QRectF(area.right() + 12, area.top(), _BAR, area.height()), look)

    def _paint_bar(self, painter: QPainter, bar: QRectF, look: Look) -> None:
        pixels = np.ascontiguousarray(self.scale.pixels(is_dark=look.is_dark)[::-1, None])
        painter.drawImage(bar, QImage(pixels.data, 1, len(pixels), 4, QImage.Format.Format_RGB32), QRectF(0, 0, 1, len(pixels)))
        draw_frame(painter, bar, look)
        words = {self.scale.high: lens_texts.is_open(), self.scale.low: lens_texts.is_shut()} if self.is_gate else {}
        height = QFontMetricsF(look.small).height()
        middle = (self.scale.low + self.scale.high) / 2
        marks = [self.scale.high, middle, self.scale.low] if bar.height() >= 2.6 * height else [self.scale.high, self.scale.low]
        for value in marks:
            y = bar.bottom() - (value - self.scale.low) / (self.scale.high - self.scale.low) * bar.height()
            top = min(max(y - height / 2, bar.top() - 3), bar.bottom() + 3 - height)
            text = f"{short(value)} {words[value]}" if value in words else short(value)
            place = QRectF(bar.right() + 6, top, RIGHT - 34, height)
            draw_text(painter, place, text, font=look.small, colour=look.colours.muted)

    def row_at(self, down: float) -> int:
        """The line at a height, 0 to 1 from the top."""
        return min(max(int(down * len(self.order)), 0), len(self.order) - 1)

    def value_at(self, frame: int, time: float, down: float) -> str:
        """Row and number; nothing while the panes of a longer item are still to come."""
        del time
        if frame >= len(self.values):
            return ""
        row = int(self.order[self.row_at(down)])
        words = lens_texts.unit(row) if self.is_unit_map else lens_texts.feature(row)
        return f"{words}\n{self.heading()} = {signed(float(self.values[frame, row]))}"


class DifferencePane(MapPane):
    """A heatmap of what has changed: a signed number at each place, zero where nothing did."""

    @property
    def is_gate(self) -> bool:
        """A difference of gates is no gate: it has a sign."""
        return False

    def heading(self) -> str:
        """Its name, as a difference."""
        return lens_texts.change_of(self.key)

    def note(self) -> str:
        """Bounds of the colours."""
        return lens_texts.note("difference", short(self.scale.low), short(self.scale.high))

    def reading(self) -> str:
        """How to read it."""
        return lens_texts.reading("difference")


class CurvePane(Pane):
    """Curves over time with a legend.

    Attributes:
        curves: (n_frames, n_curves); NaN where there is nothing.
        shown: Which curves are drawn, the most important first.
        low, high: What the height spans.
    """

    def __init__(
        self,
        key: str,
        curves: NDArray[np.floating],
        labels: Sequence[str | Callable[[], str]],
        shown: Sequence[int],
        *,
        low: float,
        high: float,
        weight: float = 1.0,
        least: float = 40.0,
    ) -> None:
        """Take the curves; a label that is a word of a language, and no name, is asked for when it is drawn."""
        super().__init__(key, weight=weight, least=least)
        self.curves = curves
        self._labels = tuple(labels)
        self.shown = tuple(shown)
        self.low, self.high = low, high

    @property
    def labels(self) -> tuple[str, ...]:
        """Of the curves."""
        return tuple(one if isinstance(one, str) else one() for one in self._labels)

    def colour(self, place: int, look: Look) -> str:
        """Of the curve at a place in ``shown``."""
        return look.colours.data[place % len(look.colours.data)]

    def y(self, value: Any, area: QRectF) -> Any:
        """From a number, or an array of them, to pixels."""
        return area.bottom() - 3 - (value - self.low) / (self.high - self.low) * (area.height() - 6)

    def paint(self, painter: QPainter, area: QRectF, axis: Axis, look: Look) -> None:
        """Draw the curves, the most important one on top, and a dot where a number stands alone."""
        first, last = axis.frames()
        if first >= last:
            return
        first, last = max(first - 1, 0), min(last + 1, len(self.curves))
        most = max(int(axis.width), 32) // 2
        frames = np.arange(first, last) if last - first <= most else np.linspace(first, last - 1, most).round().astype(np.intp)
        painter.save()
        painter.setClipRect(area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(look.colours.line), 1))
        for value in self.grid(area):
            painter.drawLine(QPointF(area.left(), self.y(value, area)), QPointF(area.right(), self.y(value, area)))
        places = axis.x(axis.view.time_of(0)) + frames * (axis.x(axis.view.hop) - axis.x(0.0))
        for place in reversed(range(len(self.shown))):
            values = self.curves[frames, self.shown[place]]
            is_known = np.isfinite(values)
            xs, ys = places[is_known].tolist(), self.y(values[is_known], area).tolist()
            painter.setPen(QPen(QColor(self.colour(place, look)), 2.2 if place == 0 else 1.5))
            if len(xs) > 1:
                # One by one: as a single path, Qt's stroker takes seconds for a thousand points that jump up and down.
                painter.drawLines([QLineF(*ends) for ends in zip(xs, ys, xs[1:], ys[1:], strict=False)])
            elif xs:
                painter.setBrush(QBrush(QColor(self.colour(place, look))))
                painter.drawEllipse(QPointF(xs[0], ys[0]), 3, 3)
        painter.restore()

    def grid(self, area: QRectF) -> list[float]:
        """Where lines are drawn across."""
        return list(ticks(self.low, self.high, max(int(area.height() / 24), 2)))

    def paint_scales(self, painter: QPainter, area: QRectF, look: Look) -> None:
        """Numbers to the left, names to the right."""
        for value in self.grid(area):
            draw_tick(painter, area, self.y(value, area), self.tick(value), look)
        self.paint_names(painter, area, look)

    def tick(self, value: float) -> str:
        """A number of the axis."""
        return short(value)

    def paint_names(self, painter: QPainter, area: QRectF, look: Look) -> None:
        """The curves by colour, as many as there is room for."""
        room = max(int((area.height() + 4) / _LINE), 1)
        for place, index in enumerate(self.shown[:room]):
            top = area.top() - 2 + place * _LINE
            painter.fillRect(QRectF(area.right() + 12, top + 5, 10, 8), QColor(self.colour(place, look)))
            words = QRectF(area.right() + 28, top, RIGHT - 30, _LINE)
            font = QFont(look.small)
            if place == 0 and self.has_winner():
                font.setWeight(QFont.Weight.Bold)
            draw_text(painter, words, self.name_of(index), font=font, colour=look.colours.text)

    def has_winner(self) -> bool:
        """Whether the first curve is more than the others."""
        return False

    def name_of(self, index: int) -> str:
        """A curve's line in the legend."""
        return self.label_of(index)

    def label_of(self, index: int) -> str:
        """A curve's name."""
        return self.labels[index]

    def value_at(self, frame: int, time: float, down: float) -> str:
        """The numbers of the first few curves; nothing while the panes of a longer item are still to come."""
        del time, down
        if frame >= len(self.curves):
            return ""
        numbers = [(self.label_of(index), float(self.curves[frame, index])) for index in self.shown[:_MOST_LINES]]
        return "\n".join(f"{label}  {self.number(value)}" for label, value in numbers if np.isfinite(value))

    def number(self, value: float) -> str:
        """A value under the mouse."""
        return short(value)


class ProbabilityPane(CurvePane):
    """Probabilities of the top classes, frame by frame.

    Attributes:
        stride: Frames from one answer to the next; None while they are computed, 0 where there is nothing but what is given.
        is_one_pass: Whether one pass gave all of them; else the item was cut and run again for each.
    """

    MOST = 6

    def __init__(
        self,
        probabilities: NDArray[np.floating],
        labels: Sequence[str],
        *,
        stride: int | None,
        is_one_pass: bool,
        weight: float = 1.7,
    ) -> None:
        final = probabilities[-1]
        greatest = np.where(np.isfinite(probabilities), probabilities, 0.0).max(axis=0)
        # The greatest at the end, then those that were great on the way, in the order of the end.
        kept = sorted(np.argsort(-(final + greatest), kind="stable")[: self.MOST], key=lambda index: -final[index])
        super().__init__(
            "probabilities", probabilities, labels, [int(index) for index in kept], low=0.0, high=1.0, weight=weight, least=56.0
        )
        self.stride = stride
        self.is_one_pass = is_one_pass

    def note(self) -> str:
        """What it is."""
        if self.stride is None:
            return lens_texts.computing()
        return lens_texts.whole_only() if self.stride == 0 and not self.is_one_pass else super().note()

    def reading(self) -> str:
        """How to read it, and how it was computed."""
        if not self.stride or self.is_one_pass:
            return super().reading()
        return f"{super().reading()} {lens_texts.cut_anew(self.stride)}"

    def known_at(self, frame: int) -> int | None:
        """The last frame up to this one that has an answer; None where none has."""
        known = np.flatnonzero(np.isfinite(self.curves[: frame + 1, 0]))
        return int(known[-1]) if len(known) else None

    def value_at(self, frame: int, time: float, down: float) -> str:
        """The answer there, or the last one before."""
        known = self.known_at(frame)
        return "" if known is None else super().value_at(known, time, down)

    def tick(self, value: float) -> str:
        """Per cent."""
        return f"{value:.0%}".replace("%", "\u00a0%")

    def has_winner(self) -> bool:
        """The first is the answer."""
        return True

    def name_of(self, index: int) -> str:
        """Class and final probability."""
        return f"{self.label_of(index)}  {float(self.curves[-1, index]):.0%}".replace("%", "\u00a0%")

    def number(self, value: float) -> str:
        """Per cent with a digit."""
        return f"{value:.1%}".replace("%", "\u00a0%")
