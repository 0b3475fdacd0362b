"""Probabilities on top of one another: how the classes share the whole, with the moments at which the lead changes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF

from gui.widgets import lens_texts
from gui.widgets.lens_look import Axis, Look
from gui.widgets.lens_panes import ProbabilityPane


class StackPane(ProbabilityPane):
    """Stacked areas of the top classes; what is left to the top edge is all others together.

    Attributes:
        flips: Frames at which the lead changes.
        decided: Frame from which the final answer leads for good; None where there is none.
    """

    def __init__(
        self,
        probabilities: NDArray[np.floating],
        labels: Sequence[str],
        *,
        stride: int | None,
        is_one_pass: bool,
        flips: Sequence[int],
        decided: int | None,
    ) -> None:
        super().__init__(probabilities, labels, stride=stride, is_one_pass=is_one_pass, weight=2.4)
        self.key = "decision"
        self.least = 84.0
        self.flips = tuple(flips)
        self.decided = decided

    def paint(self, painter: QPainter, area: QRectF, axis: Axis, look: Look) -> None:
        """Draw the areas, the winner at the bottom, then the moments."""
        known = np.flatnonzero(np.isfinite(self.curves[:, 0]))
        if not len(known):
            return
        first, last = axis.frames()
        inside = np.flatnonzero((known >= first) & (known <= last))
        if not len(inside):
            return
        known = known[max(inside[0] - 1, 0) : inside[-1] + 2]
        known = known[:: max(len(known) // max(int(axis.width), 1), 1)]
        painter.save()
        painter.setClipRect(area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        xs = [axis.x(axis.view.time_of(int(frame))) for frame in known]
        # Each answer holds over its own frame: the areas reach to the edges of the first and the last.
        xs[0], xs[-1] = min(xs[0], axis.x(axis.view.edge(int(known[0])))), axis.x(axis.view.edge(int(known[-1]) + 1))
        below = np.zeros(len(known))
        for place, index in enumerate(self.shown):
            above = below + self.curves[known, index]
            self._fill(painter, area, xs, below, above, QColor(self.colour(place, look)))
            below = above
        self._fill(painter, area, xs, below, np.ones(len(known)), QColor(look.colours.sunken))
        self._moments(painter, area, axis, look)
        painter.restore()

    def _fill(
        self,
        painter: QPainter,
        area: QRectF,
        xs: list[float],
        low: NDArray[np.floating],
        high: NDArray[np.floating],
        ink: QColor,
    ) -> None:
        upper = [QPointF(x, self.y(value, area)) for x, value in zip(xs, high.tolist(), strict=True)]
        lower = [QPointF(x, self.y(value, area)) for x, value in zip(xs, low.tolist(), strict=True)]
        ink.setAlphaF(0.82)
        painter.setBrush(QBrush(ink))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(QPolygonF(upper + lower[::-1]))

    def _moments(self, painter: QPainter, area: QRectF, axis: Axis, look: Look) -> None:
        painter.setPen(QPen(QColor(look.colours.text), 1, Qt.PenStyle.DotLine))
        for frame in self.flips:
            x = axis.x(axis.view.edge(frame))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        if self.decided is not None:
            x = axis.x(axis.view.edge(self.decided))
            painter.setPen(QPen(QColor(look.colours.text), 2))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            painter.setBrush(QColor(look.colours.text))
            top = area.top()
            painter.drawPolygon([QPointF(x, top), QPointF(x + 9, top + 5), QPointF(x, top + 10)])

    def reading(self) -> str:
        """How to read it."""
        words = lens_texts.reading("decision")
        if self.stride is None or self.is_one_pass:
            return words
        return f"{words} {lens_texts.cut_anew(self.stride)}"
