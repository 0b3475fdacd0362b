"""How the strips of a `gui.widgets.spectrogram_roll.SpectrogramRoll` are painted; each function draws what it is given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPen

from gui import theme
from gui.widgets.colour_scales import N_COLOURS, ColourScale

LEFT = 136
RIGHT = 10
TOP = 26
AXIS = 26
_TICK = 44
_MANY = 14
"""More class names than these do not fit beside their rows."""
_BAR = 5
_QUIETEST_DB = -60.0
_GHOSTS = ((0.10, 0.11, 2), (0.36, 0.15, 0), (0.70, 0.12, 1))
"""Made-up words of the invitation: start and length as shares of the width, and which class."""


@dataclass(frozen=True)
class Mark:
    """A word on the axis: where it lies, what it says, and the row of the table that tells of it."""

    start_s: float
    end_s: float
    text: str
    row: int


def colour_table(scale: ColourScale) -> list[int]:
    """The colours of a ring's values: 0 is the ground."""
    colours = scale.pixels(is_dark=theme.is_dark()).tolist()
    return [QColor(theme.colours().sunken).rgba(), *colours[1:]]


def picture(painter: QPainter, rect: QRectF, values: NDArray[np.uint8], table: list[int]) -> None:
    """Columns (n_rows, n_columns) at the right end of a strip."""
    fitted = to_height(values, max(round(rect.height()), 1))
    height, width = fitted.shape
    painter.fillRect(rect, QColor(theme.colours().sunken))
    image = QImage(fitted.data, width, height, fitted.strides[0], QImage.Format.Format_Indexed8)
    image.setColorTable(table)
    painter.drawImage(QPointF(rect.right() - width, rect.top()), image)


def to_height(values: NDArray[np.uint8], height: int) -> NDArray[np.uint8]:
    """Rows repeated, or neighbours averaged, to a number of rows: five times as fast as to let the painter stretch the picture."""
    n_rows = len(values)
    if n_rows <= height:
        return np.ascontiguousarray(values[np.arange(height) * n_rows // height])
    starts = np.arange(height) * n_rows // height
    counts = np.diff(np.append(starts, n_rows))[:, None]
    return np.ascontiguousarray((np.add.reduceat(values, starts, axis=0, dtype=np.uint32) // counts).astype(np.uint8))


def level(painter: QPainter, rect: QRectF, peaks: NDArray[np.float32]) -> None:
    """Loudness of each column about the middle of a strip; what is clipped has another colour."""
    colours = theme.colours()
    painter.fillRect(rect, QColor(colours.sunken))
    height = max(int(rect.height()), 1)
    shares = np.clip(1 - 20 * np.log10(np.maximum(peaks, 1e-6)) / _QUIETEST_DB, 0, 1)
    distances = np.abs(np.arange(height) - (height - 1) / 2)[:, None] / (height / 2)
    places = np.where(distances <= shares, np.where(peaks >= 0.999, 2, 1), 0).astype(np.uint8)
    places[:, shares * height < 1] = 0
    places = np.ascontiguousarray(places)
    image = QImage(places.data, len(peaks), height, places.strides[0], QImage.Format.Format_Indexed8)
    image.setColorTable([QColor(one).rgba() for one in (colours.sunken, colours.accent, colours.bad)])
    painter.drawImage(QPointF(rect.right() - len(peaks), rect.top()), image)


def caption(painter: QPainter, rect: QRectF, name: str, note: str, ticks: tuple[str, str] = ("", "")) -> None:
    """Name and note beside a strip; at its edge what its top and its bottom stand for."""
    colours, metrics = theme.colours(), painter.fontMetrics()
    line = metrics.height()
    width = LEFT - (_TICK + 6 if any(ticks) else 12)
    for index, (text, colour) in enumerate(((name, colours.text), (note, colours.muted))):
        room = width if index == 0 or rect.height() < 3 * line else LEFT - 12
        painter.setPen(QColor(colour))
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        _left(painter, QRectF(0, rect.top() + index * line, room + 2, line), shown)
    painter.setPen(QColor(colours.muted))
    for text, y in zip(ticks, (rect.top(), rect.bottom() - line), strict=True):
        painter.drawText(QRectF(LEFT - _TICK - 6, y, _TICK, line), _RIGHT_FLAGS, text)


def scale_bar(painter: QPainter, rect: QRectF, scale: ColourScale, low: str, high: str) -> None:
    """What the colours mean, under the caption, where there is room for it."""
    metrics = painter.fontMetrics()
    line = metrics.height()
    if rect.height() < 4.4 * line:
        return
    y = rect.top() + 2 * line + 2
    low_width = metrics.horizontalAdvance(low) + 5
    place = QRectF(low_width, y + (line - _BAR) / 2, 44, _BAR)
    values = np.arange(1, N_COLOURS, dtype=np.uint8)[None]
    image = QImage(values.data, values.shape[1], 1, values.strides[0], QImage.Format.Format_Indexed8)
    image.setColorTable(colour_table(scale))
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(place, image)
    painter.setPen(QPen(QColor(theme.colours().outline), 0.8))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(place)
    painter.setPen(QColor(theme.colours().muted))
    _left(painter, QRectF(0, y, low_width, line), low)
    _left(painter, QRectF(place.right() + 5, y, 60, line), high)


def has_room_for_names(metrics: QFontMetrics, rect: QRectF, labels: Sequence[str]) -> bool:
    """Whether each class can be named beside its row: the ink of the letters counts, not the line."""
    if not labels or len(labels) > _MANY:
        return False
    return rect.height() / len(labels) >= metrics.tightBoundingRect("".join(labels)).height() + 2


def leaves_room(metrics: QFontMetrics, labels: Sequence[str], text: str) -> bool:
    """Whether a caption fits beside the names of the classes."""
    widest = max(metrics.horizontalAdvance(label) for label in labels)
    return widest + metrics.horizontalAdvance(text) + 18 <= LEFT


def classes(painter: QPainter, rect: QRectF, labels: Sequence[str]) -> None:
    """A name beside each row."""
    step = rect.height() / len(labels)
    painter.setPen(QColor(theme.colours().muted))
    for index, text in enumerate(labels):
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, LEFT - 20)
        place = QRectF(0, rect.top() + index * step, LEFT - 6, step)
        painter.drawText(place, _RIGHT_FLAGS | Qt.TextFlag.TextDontClip, shown)


def begun(painter: QPainter, x: float, bottom: float) -> None:
    """A word that is under way."""
    painter.setPen(QPen(QColor(theme.colours().accent), 1.4))
    painter.drawLine(QPointF(x, TOP - 4), QPointF(x, bottom))
    _left(painter, QRectF(x + 4, 0, 80, TOP - 4), "…")


def mark(painter: QPainter, box: QRectF, left: float, bottom: float, text: str, *, is_chosen: bool) -> None:
    """A word with its flag; what lies left of ``left`` is out of sight."""
    colours = theme.colours()
    painter.setPen(QPen(QColor(colours.accent), 2.2 if is_chosen else 1.2))
    for x in (box.left(), box.right()):
        if x > left:
            painter.drawLine(QPointF(x, TOP - 4), QPointF(x, bottom))
    width = max(painter.fontMetrics().horizontalAdvance(text) + 14, box.width())
    flag = QRectF(max(box.left(), left), 1, width, TOP - 6)
    painter.setPen(QPen(QColor(colours.text), 1.6) if is_chosen else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.accent))
    painter.drawRoundedRect(flag, 5, 5)
    painter.setPen(QColor(colours.on_accent))
    painter.drawText(flag, Qt.AlignmentFlag.AlignCenter, text)


def axis(painter: QPainter, rect: QRectF, name: str, ticks: Iterable[tuple[float, str]]) -> None:
    """Ticks (place, text) below a strip; the last one ends at the edge."""
    painter.setPen(QColor(theme.colours().muted))
    y, width = rect.bottom(), 60.0
    for x, text in ticks:
        is_edge = x >= rect.right()
        painter.drawLine(QPointF(x, y + 2), QPointF(x, y + 6))
        align = Qt.AlignmentFlag.AlignRight if is_edge else Qt.AlignmentFlag.AlignHCenter
        painter.drawText(
            QRectF(x - width if is_edge else x - width / 2, y + 7, width, AXIS - 7), align | Qt.AlignmentFlag.AlignTop, text
        )
    place = QRectF(0, y + 7, LEFT - 10, AXIS - 7)
    painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, name)


def invitation(painter: QPainter, rects: Sequence[QRectF], texts: Sequence[str], n_classes: int) -> None:
    """What will roll by here, drawn faintly as if three words had been said, and in words."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for rect in rects:
        painter.fillRect(rect, QColor(theme.colours().sunken))
    has_classes = len(rects) > 3
    for number, (start, length, which) in enumerate(_GHOSTS):
        spans = [QRectF(rect.left() + start * rect.width(), rect.top(), length * rect.width(), rect.height()) for rect in rects]
        _ghost_level(painter, spans[0])
        _ghost_tones(painter, spans[1], number)
        if has_classes:
            step = spans[2].height() / n_classes
            row = QRectF(spans[2].left(), spans[2].top() + which % n_classes * step, spans[2].width(), step)
            painter.fillRect(row.adjusted(row.width() * 0.45, 0, 0, 0), _faint(0.9))
            painter.fillRect(row.adjusted(0, 0, -row.width() * 0.55, 0), _faint(0.45))
        _ghost_units(painter, spans[-1], number)
    for rect, text in zip(rects, texts, strict=True):
        _pill(painter, rect, text)


def _ghost_level(painter: QPainter, span: QRectF) -> None:
    painter.setPen(QPen(_faint(1.0), 2))
    for x in range(0, int(span.width()), 4):
        share = x / span.width()
        half = span.height() / 2 * np.sin(np.pi * share) * (0.75 + 0.2 * np.sin(19 * share))
        painter.drawLine(QPointF(span.left() + x, span.center().y() - half), QPointF(span.left() + x, span.center().y() + half))


def _ghost_tones(painter: QPainter, span: QRectF, number: int) -> None:
    for tone in range(1, 6):
        painter.setPen(QPen(_faint(1.1 - 0.17 * tone), 3))
        base = span.bottom() - tone * span.height() * 0.14
        bend = span.height() * 0.05 * tone * (-1 if number % 2 else 1)
        points = [
            QPointF(span.left() + share * span.width(), base + bend * np.sin(1.8 * share)) for share in np.linspace(0, 1, 24)
        ]
        painter.drawPolyline(points)


def _ghost_units(painter: QPainter, span: QRectF, number: int) -> None:
    n_units = max(int(span.height() / 6), 1)
    step = span.height() / n_units
    shares = np.random.default_rng(number).random((n_units, 2))
    for unit, (strength, start) in enumerate(shares):
        row = QRectF(span.left() + 0.4 * start * span.width(), span.top() + unit * step, 0, step - 1)
        row.setRight(span.right())
        painter.fillRect(row, _faint(0.15 + 0.75 * float(strength)))


def _pill(painter: QPainter, rect: QRectF, text: str) -> None:
    """A text that can be read in front of anything."""
    metrics = painter.fontMetrics()
    width = min(metrics.horizontalAdvance(text) + 24, rect.width() - 8)
    place = QRectF(0, 0, width, min(metrics.height() + 6, rect.height()))
    place.moveCenter(rect.center())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.colours().raised))
    painter.drawRoundedRect(place, place.height() / 2, place.height() / 2)
    painter.setPen(QColor(theme.colours().muted))
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(width - 14))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, shown)


def _faint(strength: float) -> QColor:
    colour = QColor(theme.colours().accent)
    colour.setAlphaF(min(0.26 * strength, 1.0))
    return colour


_RIGHT_FLAGS = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def _left(painter: QPainter, place: QRectF, text: str) -> None:
    painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
