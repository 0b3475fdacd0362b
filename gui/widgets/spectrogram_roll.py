"""What a model hears, rolling by: loudness, spectrogram, probabilities and one gate map on one time axis, words marked.

A column is a hundredth of a second and a pixel, so nothing is scaled sideways and the picture moves without shimmering.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme
from gui.sound_columns import COLUMNS_A_SECOND, N_ROWS
from gui.widgets.colour_scales import GATE, STATE, ColourScale, round_bound, symmetric
from gui.widgets.common import Responsive
from gui.widgets.lens_texts import heading

N_COLUMNS = 2400
LEFT = 118
_RIGHT = 10
_TOP = 26
_AXIS = 26
_GAP = 8
_MANY = 14
"""More class names than these do not fit beside their rows."""


class Ring:
    """The last columns of a picture; 0 is where there is none.

    Attributes:
        end: Columns so far.
    """

    def __init__(self, n_rows: int, dtype: Any = np.uint8) -> None:
        self.end = 0
        self.values = np.zeros((n_rows, N_COLUMNS), dtype)

    def advance(self, end: int) -> None:
        """Make room up to a column."""
        if end > self.end:
            self.values[:, np.arange(max(self.end, end - N_COLUMNS), end) % N_COLUMNS] = 0
            self.end = end

    def put(self, start: int, values: NDArray[Any]) -> None:
        """Set columns (n_rows, n) from ``start`` on; what is too old or yet to come is left out."""
        first = max(start, self.end - N_COLUMNS, 0)
        last = min(start + values.shape[1], self.end)
        if last > first:
            self.values[:, np.arange(first, last) % N_COLUMNS] = values[:, first - start : last - start]

    def last(self, n_columns: int) -> NDArray[Any]:
        """The last columns, oldest first, (n_rows, n_columns)."""
        return np.ascontiguousarray(self.values[:, np.arange(self.end - n_columns, self.end) % N_COLUMNS])


@dataclass(frozen=True)
class Mark:
    """A word on the axis: where it lies, what it says, and the row of the table that tells of it."""

    start_s: float
    end_s: float
    text: str
    row: int


class SpectrogramRoll(Responsive, QWidget):
    """Four strips that move together.

    Signals:
        word_chosen: Row of the word that was clicked.
    """

    word_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._labels: tuple[str, ...] = ()
        self._layer, self._map = 0, "hidden"
        self._bound = 1.0
        self._marks: deque[Mark] = deque(maxlen=64)
        self._frames: deque[Any] = deque()
        self._begun_s: float | None = None
        self._said_until_s = 0.0
        self._level_db = -120.0
        self._highest_hz = 8000.0
        self._is_live = False
        self._tables: dict[tuple[str, str], list[int]] = {}
        self._peaks, self._sound = Ring(1, np.float32), Ring(N_ROWS)
        self._answers, self._gates = Ring(1), Ring(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(QSize(LEFT + 180, 230))
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        self.setAccessibleName(self.tr("Sound, spectrogram, probabilities and gates of the last seconds"))
        self.update()

    def restyle(self) -> None:
        """Colours follow the look."""
        self._tables.clear()
        self.update()

    # What is shown

    def set_model(self, labels: Iterable[str]) -> None:
        """Begin anew with a model that has these classes; none for a number."""
        self._labels = tuple(labels)
        end = self._sound.end
        self._answers, self._gates = Ring(max(len(self._labels), 1)), Ring(1)
        self._answers.end = self._gates.end = end
        self._frames.clear()
        self._marks.clear()
        self._begun_s = None
        self.update()

    def set_map(self, layer: int, key: str) -> None:
        """Show another map: of a layer (from 0), a name of `LayerTrace`'s directions."""
        self._layer, self._map = layer, key
        self._rebuild()
        self.update()

    def set_highest(self, frequency_hz: float) -> None:
        """What the uppermost row of the spectrogram stands for."""
        self._highest_hz = frequency_hz

    def set_live(self, *, is_live: bool) -> None:
        """Whether the right edge is now."""
        self._is_live = is_live
        self._begun_s = None
        self.update()

    def add_sound(self, first: int, columns: NDArray[np.uint8], peaks: NDArray[np.float32]) -> None:
        """Roll on by new columns."""
        end = first + len(peaks)
        for ring in (self._peaks, self._sound, self._answers, self._gates):
            ring.advance(end)
        self._sound.put(first, columns)
        self._peaks.put(first, peaks[None])
        if len(peaks):
            self._level_db = float(20 * np.log10(max(peaks.max(), 1e-6)))
        self.update()

    def add_frames(self, frames: Iterable[Any]) -> None:
        """Draw what the network did (`seqclass.inference.live.LiveFrames`)."""
        for one in frames:
            if one.is_whole:
                self._frames = deque(kept for kept in self._frames if kept.word_start_s != one.word_start_s)
            self._frames.append(one)
            self._draw(one)
        oldest_s = (self._gates.end - N_COLUMNS) / COLUMNS_A_SECOND
        while self._frames and self._frames[0].times_s[-1] < oldest_s:
            self._frames.popleft()

    def begin_word(self, start_s: float) -> None:
        """A word is under way."""
        self._begun_s = self._said_until_s = start_s

    def drop_word(self) -> None:
        """It was none."""
        self._begun_s = None

    def add_answer(self, start_s: float, end_s: float, probabilities: Mapping[str, float] | None) -> None:
        """What the model says of a word up to a place."""
        if probabilities:
            since = max(self._said_until_s, start_s)
            if since < end_s:
                values = np.array([[probabilities.get(label, 0.0)] for label in self._labels], np.float32)
                first, last = round(since * COLUMNS_A_SECOND), round(end_s * COLUMNS_A_SECOND)
                self._answers.put(first, np.repeat(_places(GATE, values), max(last - first, 1), axis=1))
        self._said_until_s = end_s

    def add_word(self, mark: Mark) -> None:
        """Mark a word."""
        self._marks.append(mark)
        self._begun_s = None
        self.update()

    def clear_marks(self) -> None:
        """Forget the rows that marks tell of."""
        self._marks.clear()
        self.update()

    def _rebuild(self) -> None:
        self._bound = 1.0
        end, self._gates = self._gates.end, Ring(1)
        self._gates.end = end
        for one in self._frames:
            self._draw(one)

    def _draw(self, frames: Any) -> None:
        if self._layer >= len(frames.layers):
            return
        values = getattr(frames.layers[self._layer].forward, self._map)
        if not len(values):
            return
        if self._map == "cell" and float(np.abs(values).max()) > self._bound:
            self._bound = round_bound(float(np.abs(values).max()))
            end, self._gates = self._gates.end, Ring(1)
            self._gates.end = end
            for one in [kept for kept in self._frames if kept is not frames]:
                self._draw(one)
        if len(self._gates.values) != values.shape[1]:
            end, self._gates = self._gates.end, Ring(values.shape[1])
            self._gates.end = end
        times = frames.times_s * COLUMNS_A_SECOND
        hop = float(times[1] - times[0]) if len(times) > 1 else 2.0
        first, last = int(np.floor(times[0] - hop / 2)), int(np.ceil(times[-1] + hop / 2))
        nearest = np.clip(np.rint((np.arange(first, last) + 0.5 - times[0]) / hop).astype(np.intp), 0, len(values) - 1)
        self._gates.put(first, _places(self._scale(), values[nearest].T))

    def _scale(self) -> ColourScale:
        if self._map.endswith("_gate"):
            return GATE
        return symmetric(self._bound) if self._map == "cell" else STATE

    # Drawing

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw everything."""
        painter = QPainter(self)
        painter.setFont(theme.font(0.85))
        rects = self._rects()
        self._paint_level(painter, rects[0])
        self._paint_ring(painter, rects[1], self._sound, GATE)
        self._paint_ring(painter, rects[-1], self._gates, self._scale())
        self._paint_caption(painter, rects[0], self.tr("Level"), self._level_text())
        top = self.tr("{low} to {high} kHz").format(low=0, high=f"{self._highest_hz / 1000:g}")
        self._paint_caption(painter, rects[1], self.tr("Spectrogram"), top)
        if self._labels:
            self._paint_ring(painter, rects[2], self._answers, GATE)
            self._paint_classes(painter, rects[2])
        bound = f"{self._bound:g}"
        sides = ("0", "1") if self._map.endswith("_gate") else (f"−{bound}", bound)
        where = self.tr("layer {n}, {low} to {high}").format(n=self._layer + 1, low=sides[0], high=sides[1])
        self._paint_caption(painter, rects[-1], heading(self._map), where)
        self._paint_marks(painter, rects)
        self._paint_axis(painter, rects[-1])
        painter.end()

    def _rects(self) -> list[QRectF]:
        weights = [0.6, 1.4, 1.9, 1.6] if self._labels else [0.7, 1.9, 2.0]
        room = self.height() - _TOP - _AXIS - _GAP * (len(weights) - 1)
        rects, y = [], float(_TOP)
        for weight in weights:
            height = round(room * weight / sum(weights))
            rects.append(QRectF(LEFT, y, max(self.width() - LEFT - _RIGHT, 10), height))
            y += height + _GAP
        return rects

    def _x(self, time_s: float, rect: QRectF) -> float:
        return rect.right() - (self._sound.end - time_s * COLUMNS_A_SECOND)

    def _paint_ring(self, painter: QPainter, rect: QRectF, ring: Ring, scale: ColourScale) -> None:
        painter.fillRect(rect, QColor(theme.colours().sunken))
        values = ring.last(min(int(rect.width()), N_COLUMNS))
        height, width = values.shape
        image = QImage(values.data, width, height, values.strides[0], QImage.Format.Format_Indexed8)
        image.setColorTable(self._table(scale))
        smooth = height > rect.height()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(QRectF(rect.right() - width, rect.top(), width, rect.height()), image)

    def _table(self, scale: ColourScale) -> list[int]:
        ground = theme.colours().sunken
        key = (scale.name, ground)
        if key not in self._tables:
            colours = scale.pixels(is_dark=theme.is_dark()).tolist()
            self._tables[key] = [QColor(ground).rgba(), *colours[1:]]
        return self._tables[key]

    def _paint_level(self, painter: QPainter, rect: QRectF) -> None:
        colours = theme.colours()
        painter.fillRect(rect, QColor(colours.sunken))
        peaks = self._peaks.last(min(int(rect.width()), N_COLUMNS))[0]
        shown = np.clip(1 + 20 * np.log10(np.maximum(peaks, 1e-6)) / 60, 0, 1) * rect.height() / 2
        left, middle = rect.right() - len(peaks), rect.center().y()
        for clipped, colour in ((False, colours.accent), (True, colours.bad)):
            places = np.flatnonzero((shown >= 0.5) & ((peaks >= 0.999) == clipped))
            painter.setPen(QPen(QColor(colour), 1))
            for place in places.tolist():
                x, half = left + place + 0.5, float(shown[place])
                painter.drawLine(QPointF(x, middle - half), QPointF(x, middle + half))

    def _level_text(self) -> str:
        if not self._is_live:
            return self.tr("microphone off")
        if self._level_db >= -0.01:
            return self.tr("too loud: clipped")
        return self.tr("{level} dB").format(level=f"{max(self._level_db, -99):.0f}".replace("-", "−"))

    def _paint_caption(self, painter: QPainter, rect: QRectF, name: str, note: str) -> None:
        colours = theme.colours()
        line = painter.fontMetrics().height()
        for index, (text, colour) in enumerate(((name, colours.text), (note, colours.muted))):
            place = QRectF(0, rect.top() + index * line, LEFT - 10, line)
            painter.setPen(QColor(colour))
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, LEFT - 12)
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_classes(self, painter: QPainter, rect: QRectF) -> None:
        line = painter.fontMetrics().height()
        step = rect.height() / len(self._labels)
        if len(self._labels) > _MANY or step < 0.72 * line:
            note = self.tr("{n} classes, 0 to 1").format(n=len(self._labels))
            self._paint_caption(painter, rect, self.tr("Probability"), note)
            return
        painter.setPen(QColor(theme.colours().muted))
        for index, text in enumerate(self._labels):
            place = QRectF(0, rect.top() + index * step, LEFT - 10, step)
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, LEFT - 12)
            painter.drawText(
                place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip, shown
            )

    def _paint_marks(self, painter: QPainter, rects: list[QRectF]) -> None:
        colours = theme.colours()
        first, bottom = rects[0], rects[-1].bottom()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._begun_s is not None:
            x = max(self._x(self._begun_s, first), first.left())
            painter.setPen(QPen(QColor(colours.accent), 1.4))
            painter.drawLine(QPointF(x, _TOP - 4), QPointF(x, bottom))
            painter.drawText(QRectF(x + 4, 0, 80, _TOP - 4), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, "…")
        for mark in self._marks:
            box = self._box(mark, first)
            if box is None:
                continue
            painter.setPen(QPen(QColor(colours.accent), 1.2))
            for x in (box.left(), box.right()):
                if x > first.left():
                    painter.drawLine(QPointF(x, _TOP - 4), QPointF(x, bottom))
            width = max(painter.fontMetrics().horizontalAdvance(mark.text) + 14, box.width())
            flag = QRectF(max(box.left(), first.left()), 1, width, _TOP - 6)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.accent))
            painter.drawRoundedRect(flag, 5, 5)
            painter.setPen(QColor(colours.on_accent))
            painter.drawText(flag, Qt.AlignmentFlag.AlignCenter, mark.text)

    def _box(self, mark: Mark, rect: QRectF) -> QRectF | None:
        left, right = self._x(mark.start_s, rect), self._x(mark.end_s, rect)
        return QRectF(left, 0, right - left, self.height()) if right > rect.left() else None

    def _paint_axis(self, painter: QPainter, rect: QRectF) -> None:
        colours = theme.colours()
        painter.setPen(QColor(colours.muted))
        y = rect.bottom()
        step = 1 if rect.width() < 900 else 2
        for seconds in range(0, int(rect.width() / COLUMNS_A_SECOND) + 1, step):
            x = rect.right() - seconds * COLUMNS_A_SECOND
            painter.drawLine(QPointF(x, y + 2), QPointF(x, y + 6))
            text = self.tr("{n} s").format(n=f"−{seconds}") if seconds else self.tr("now") if self._is_live else self.tr("0 s")
            width = 60.0
            place = QRectF(x - width if not seconds else x - width / 2, y + 7, width, _AXIS - 7)
            align = Qt.AlignmentFlag.AlignRight if not seconds else Qt.AlignmentFlag.AlignHCenter
            painter.drawText(place, align | Qt.AlignmentFlag.AlignTop, text)
        name = QRectF(0, y + 7, LEFT - 10, _AXIS - 7)
        painter.drawText(name, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, self.tr("Time"))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click on a word chooses it."""
        rect = self._rects()[0]
        for mark in reversed(self._marks):
            box = self._box(mark, rect)
            if box is not None and box.left() <= event.position().x() <= box.right():
                self.word_chosen.emit(mark.row)
                return


def _places(scale: ColourScale, values: NDArray[Any]) -> NDArray[np.uint8]:
    """Places on a scale, from 1 on: 0 is where nothing is."""
    return np.maximum(scale.positions(np.asarray(values, np.float32)), 1)


__all__ = ["Mark", "SpectrogramRoll"]
