"""A numeric sequence as curves, one a feature, on one axis of frames."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme
from gui.widgets.common import Responsive

Frames = np.ndarray[Any, np.dtype[np.float64]]
N_CURVES = 8
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 14, 26, 24


class SequenceView(Responsive, QWidget):
    """Draws at most `N_CURVES` features; says so where there are more."""

    def __init__(self) -> None:
        super().__init__()
        self._frames: Frames | None = None
        self.setMinimumHeight(130)
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
        colours = theme.colours()
        area = QRectF(_LEFT, _TOP, self.width() - _LEFT - _RIGHT, self.height() - _TOP - _BOTTOM)
        painter.fillRect(area, QColor(colours.sunken))
        painter.setFont(theme.font(0.85))
        if self._frames is None or not len(self._frames):
            return
        n_frames, n_features = self._frames.shape
        shown = self._frames[:: max(n_frames // 2000, 1), :N_CURVES]
        step = max(n_frames // 2000, 1)
        low, high = float(np.nanmin(shown)), float(np.nanmax(shown))
        span = high - low or 1.0
        for place in range(shown.shape[1]):
            colour = QColor(colours.data[place % len(colours.data)])
            painter.setPen(QPen(colour, 1.4))
            points = [
                QPointF(
                    area.left() + k * step / max(n_frames - 1, 1) * area.width(),
                    area.bottom() - (float(value) - low) / span * area.height(),
                )
                for k, value in enumerate(shown[:, place])
            ]
            painter.drawPolyline(QPolygonF(points))
            painter.drawText(QRectF(_LEFT + place * 56, 4, 54, 18), int(Qt.AlignmentFlag.AlignLeft), f"━ {place + 1}")
        painter.setPen(QColor(colours.muted))
        if n_features > N_CURVES:
            text = self.tr("{n} of {total} features").format(n=N_CURVES, total=n_features)
            painter.drawText(QRectF(_LEFT + N_CURVES * 56, 4, 240, 18), int(Qt.AlignmentFlag.AlignLeft), text)
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for value, y in ((high, area.top() + 6), (low, area.bottom() - 6)):
            painter.drawText(QRectF(0, y - 9, _LEFT - 6, 18), right, f"{value:.4g}")
        below = QRectF(area.left(), area.bottom() + 4, area.width(), 18)
        painter.drawText(below, int(Qt.AlignmentFlag.AlignLeft), self.tr("frame 1"))
        painter.drawText(below, int(Qt.AlignmentFlag.AlignRight), str(n_frames))
