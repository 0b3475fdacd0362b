"""A small map of figures by unit: a row a figure, a column a unit, one scale from 0 to 1."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui.widgets import lens_texts
from gui.widgets.colour_scales import GATE
from gui.widgets.common import Responsive
from gui.widgets.lens_look import Look, draw_frame, draw_text

_LEFT, _RIGHT, _LINE, _BELOW = 132.0, 62.0, 20.0, 36.0


class UnitMap(Responsive, QWidget):
    """Shares of each unit as colours; units that stand out have a sign below.

    Attributes:
        rows: Words of each row.
        values: (n_rows, n_units), 0..1.
        signs: Of each unit, empty for none.
        unit: The chosen one.

    Signals:
        unit_chosen: A unit that was clicked, or reached by the arrow keys.
    """

    unit_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[str, ...] = ()
        self.values: NDArray[np.floating] = np.zeros((0, 0))
        self.signs: tuple[str, ...] = ()
        self.unit = -1
        self._scale_words = ("", "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_values(
        self, rows: Sequence[str], values: NDArray[np.floating], signs: Sequence[str], scale: tuple[str, str]
    ) -> None:
        """Draw other figures; ``scale`` is what 0 and 1 are called."""
        self.rows, self.values, self.signs, self._scale_words = tuple(rows), values, tuple(signs), scale
        means = values.mean(axis=1) if values.size else ()
        self.setAccessibleDescription("\n".join(f"{words} {mean:.0%}" for words, mean in zip(rows, means, strict=False)))
        self.updateGeometry()
        self.update()

    def restyle(self) -> None:
        """Take the colours of the look."""
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A line a row."""
        return QSize(520, round(_LINE * len(self.rows) + _BELOW))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The same, narrower."""
        return QSize(320, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Draw it."""
        look = Look.of_window(self.devicePixelRatioF())
        painter = QPainter(self)
        paint(painter, QRectF(self.rect()), self.rows, self.values, self.signs, self._scale_words, look, unit=self.unit)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(look.colours.accent), 1.5))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)

    def event(self, event: QEvent) -> bool:
        """Tell the figures under the mouse."""
        if isinstance(event, QHelpEvent):
            unit = self._unit_at(event.pos())
            if unit is not None:
                lines = [f"{words}  {value:.0%}" for words, value in zip(self.rows, self.values[:, unit], strict=True)]
                sign = [self.signs[unit]] if self.signs[unit] else []
                QToolTip.showText(event.globalPos(), "\n".join([lens_texts.unit(unit), *lines, *sign]), self)
                return True
        return bool(super().event(event))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Choose the unit under the mouse."""
        unit = self._unit_at(event.position().toPoint())
        if unit is not None:
            self.unit_chosen.emit(unit)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Go left and right."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or not self.values.size:
            super().keyPressEvent(event)
            return
        self.unit_chosen.emit(min(max(self.unit + step, 0), self.values.shape[1] - 1))

    def _unit_at(self, place: QPoint) -> int | None:
        width = self.width() - _LEFT - _RIGHT
        if not self.values.size or width <= 0:
            return None
        at = int((place.x() - _LEFT) / width * self.values.shape[1])
        return at if 0 <= at < self.values.shape[1] and place.x() >= _LEFT else None


def paint(
    painter: QPainter,
    place: QRectF,
    rows: Sequence[str],
    values: NDArray[np.floating],
    signs: Sequence[str],
    scale: tuple[str, str],
    look: Look,
    *,
    unit: int = -1,
) -> None:
    """Draw a map into an area."""
    if not values.size:
        return
    area = QRectF(place.left() + _LEFT, place.top(), place.width() - _LEFT - _RIGHT, _LINE * len(rows))
    n_rows, n_units = values.shape
    pixels = np.ascontiguousarray(GATE.pixels(is_dark=look.is_dark)[GATE.positions(values)])
    image = QImage(pixels.data, n_units, n_rows, 4 * n_units, QImage.Format.Format_RGB32)
    painter.drawImage(area, image, QRectF(0, 0, n_units, n_rows))
    draw_frame(painter, area, look)
    painter.setPen(QPen(QColor(look.colours.surface), 1))
    for at, words in enumerate(rows):
        line = QRectF(place.left(), area.top() + at * _LINE, _LEFT - 8, _LINE)
        draw_text(painter, line, words, font=look.small, colour=look.colours.text)
        mean = QRectF(area.right() + 8, line.top(), _RIGHT - 10, _LINE)
        draw_text(painter, mean, f"{float(values[at].mean()):.0%}", font=look.small, colour=look.colours.muted)
    step = area.width() / n_units
    if 0 <= unit < n_units:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(look.colours.accent), 2))
        painter.drawRect(QRectF(area.left() + unit * step, area.top() - 1, max(step, 3), area.height() + 2))
    centre = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
    for at, sign in enumerate(signs):
        if sign:
            spot = QRectF(area.left() + (at + 0.5) * step - 8, area.bottom() + 1, 16, 14)
            draw_text(painter, spot, "▲", font=look.small, colour=look.colours.bad, align=centre)
    height = QFontMetricsF(look.small).height()
    below = area.bottom() + 16
    draw_text(painter, QRectF(area.left(), below, 80, height), lens_texts.unit(0), font=look.small, colour=look.colours.muted)
    last = QRectF(area.right() - 90, below, 90, height)
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    draw_text(painter, last, lens_texts.unit(n_units - 1), font=look.small, colour=look.colours.muted, align=right)
    bar = QRectF(area.center().x() - 46, below + 4, 92, 8)
    ramp = np.ascontiguousarray(GATE.pixels(is_dark=look.is_dark)[None])
    painter.drawImage(bar, QImage(ramp.data, 256, 1, 4 * 256, QImage.Format.Format_RGB32), QRectF(0, 0, 256, 1))
    low, high = QRectF(bar.left() - 74, below, 68, height), QRectF(bar.right() + 6, below, 68, height)
    draw_text(painter, low, scale[0], font=look.small, colour=look.colours.muted, align=right)
    draw_text(painter, high, scale[1], font=look.small, colour=look.colours.muted)
