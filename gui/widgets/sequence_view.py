"""A numeric sequence as curves, one a feature, on one axis of frames."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme
from gui.widgets import painting
from gui.widgets.common import Responsive
from gui.widgets.painting import Plane

Frames = np.ndarray[Any, np.dtype[np.float64]]
N_CURVES = 8
_MOST_DRAWN = 2_000
_LEFT, _RIGHT, _TOP, _BOTTOM = 72, 16, 28, 42


class SequenceView(Responsive, QWidget):
    """Draws at most `N_CURVES` features; says so where there are more."""

    def __init__(self) -> None:
        super().__init__()
        self._frames: Frames | None = None
        self.setMinimumHeight(140)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        self.setAccessibleName(self.tr("Curves of the sequence"))
        self.update()

    def restyle(self) -> None:
        """Colours have changed."""
        self.update()

    def show_frames(self, frames: Frames | None) -> None:
        """Show another one, (n_frames, n_features)."""
        self._frames = frames
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw everything."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(_LEFT, _TOP, self.width() - _LEFT - _RIGHT, self.height() - _TOP - _BOTTOM)
        if self._frames is None or not len(self._frames):
            painter.fillRect(area, QColor(theme.colours().sunken))
            return
        n_frames, n_features = self._frames.shape
        step = max(n_frames // _MOST_DRAWN, 1)
        shown = self._frames[::step, :N_CURVES]
        low, high = float(np.nanmin(shown)), float(np.nanmax(shown))
        if high <= low:
            low, high = low - 0.5, high + 0.5
        plane = Plane(area, (1.0, max(2.0, float(n_frames))), (low, high))
        painting.draw_rows(painter, plane, painting.round_ticks((low, high), max(2, int(area.height() / 40))), "{:.6g}".format)
        frames = [1.0, *(tick for tick in painting.round_ticks(plane.x, max(2, int(area.width() / 90))) if tick > 1)]
        painting.draw_columns(painter, plane, frames, "{:.0f}".format)
        painting.draw_axis_names(painter, plane, self.tr("Frame"), self.tr("Value"))
        for place in range(shown.shape[1]):
            points = [
                plane.place(1 + k * step, float(value)) for k, value in enumerate(shown[:, place]) if math.isfinite(value)
            ]
            painting.draw_curve(painter, points, painting.data_colour(place), 1.4)
        self._draw_legend(painter, shown.shape[1], n_features)

    def _draw_legend(self, painter: QPainter, n_shown: int, n_features: int) -> None:
        painter.setFont(theme.font(painting.TICK_SCALE))
        left = _LEFT + 0.0
        for place in range(n_shown):
            painting.draw_stroke(painter, QPointF(left, 13), painting.data_colour(place), is_dashed=False)
            painter.setPen(QColor(theme.colours().muted))
            painter.drawText(QRectF(left + 21, 4, 24, 18), Qt.AlignmentFlag.AlignVCenter, str(place + 1))
            left += 48
        if n_features > n_shown:
            text = self.tr("{n} of {total} features").format(n=n_shown, total=n_features)
            painter.drawText(QRectF(left, 4, 240, 18), Qt.AlignmentFlag.AlignVCenter, text)
