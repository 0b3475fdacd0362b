"""A recording as waveform and spectrogram on one time axis, with a cut whose two edges can be dragged."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme
from gui.widgets.colour_scales import ColourScale
from gui.widgets.common import Responsive
from gui.widgets.levels import Peaks

Samples = np.ndarray[Any, np.dtype[np.float32]]
Pixels = np.ndarray[Any, np.dtype[np.uint8]]

_LEFT, _RIGHT, _TOP, _BOTTOM, _GAP = 46, 14, 8, 24, 8
_GRIP = 7
_STEP_S = 0.01
_LEAST_S = 0.05
_RANGE_DB = 70.0
_LIVE_RANGE_DB = 60.0
LEVEL_S = 0.05
_LEVEL_WIDTH, _MOST_LEVELS, _HINT_HEIGHT = 8.0, 1200, 44
_WINDOW_MS, _MAX_COLUMNS, _MAX_ROWS = 25.0, 1200, 256


@dataclass(frozen=True)
class Sound:
    """A recording, ready to be drawn.

    Attributes:
        samples: (n_samples,) float32, full scale 1.
        rate_hz: Samples a second.
        peaks: The waveform with the extremes of its blocks.
        spectrogram: (n_bands, n_columns) places on a scale, 0 to 255, the lowest frequency last.
        cut: Where speech begins and ends, in seconds; None where none was found or looked for.
    """

    samples: Samples
    rate_hz: int
    peaks: Peaks
    spectrogram: Pixels
    cut: tuple[float, float] | None = None

    @property
    def duration_s(self) -> float:
        """Its length."""
        return len(self.samples) / self.rate_hz


def analyse(samples: Samples, rate_hz: int, *, cut: tuple[float, float] | None = None) -> Sound:
    """Compute what is drawn; for a thread."""
    samples = np.asarray(samples, np.float32)
    return Sound(samples, rate_hz, Peaks(samples), _spectrogram(samples, rate_hz), cut)


def _spectrogram(samples: Samples, rate_hz: int) -> Pixels:
    size = max(32, 1 << round(math.log2(_WINDOW_MS * rate_hz / 1000)))
    if len(samples) < size:
        samples = np.pad(samples, (0, size - len(samples)))
    hop = max(size // 4, (len(samples) - size) // _MAX_COLUMNS + 1)
    frames = np.lib.stride_tricks.sliding_window_view(samples, size)[::hop]
    power = np.abs(np.fft.rfft(frames * np.hanning(size).astype(np.float32), axis=1)) ** 2
    decibels = 10 * np.log10(power + 1e-12)
    top = float(decibels.max())
    scale = ColourScale("sequential", top - _RANGE_DB, top) if top > -100 else ColourScale("sequential", 0.0, 1.0)
    rows = scale.positions(decibels.astype(np.float32)).T[::-1]
    return np.ascontiguousarray(rows[:: max(len(rows) // _MAX_ROWS, 1)])


class TakeView(Responsive, QWidget):
    """Draws a `Sound`.

    Attributes:
        sound: What is shown; None for nothing.
        cut: What is kept, in seconds.

    Signals:
        cut_changed: The person has moved an edge.
        clicked: A time in seconds.
    """

    cut_changed = Signal()
    clicked = Signal(float)

    def __init__(self, *, can_cut: bool = False) -> None:
        super().__init__()
        self.sound: Sound | None = None
        self.cut = (0.0, 0.0)
        self._can_cut = can_cut
        self._cursor: float | None = None
        self._image: QImage | None = None
        self._held: int | None = None
        self._hint = ""
        self._peaks_db: deque[float] = deque(maxlen=_MOST_LEVELS)
        self._longest_s = 0.0
        self.setMinimumHeight(130)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(can_cut)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if can_cut else Qt.FocusPolicy.NoFocus)

    def show_sound(self, sound: Sound | None) -> None:
        """Show another one, with its cut."""
        self.sound, self._cursor, self._image, self._held = sound, None, None, None
        self._longest_s = 0.0
        self.cut = (sound.cut or (0.0, sound.duration_s)) if sound is not None else (0.0, 0.0)
        self.update()

    def begin_live(self, longest_s: float) -> None:
        """Draw what `hear` is told from now on, on an axis of so many seconds."""
        self.show_sound(None)
        self._longest_s = longest_s
        self._peaks_db.clear()

    def hear(self, peak_db: float) -> None:
        """Draw the peak of the next `LEVEL_S`, where no sound is shown: on the axis, or rolling by."""
        self._peaks_db.append(peak_db)
        if self.sound is None:
            self.update()

    def forget_levels(self) -> None:
        """Nothing is heard any more."""
        self._peaks_db.clear()
        self.update()

    def set_hint(self, text: str) -> None:
        """What to say where there is nothing to show."""
        self._hint = text
        self.update()

    def set_cursor(self, time_s: float | None) -> None:
        """Where it plays; None for nowhere."""
        self._cursor = time_s
        self.update()

    def set_cut(self, start_s: float, end_s: float) -> None:
        """Move the edges."""
        if self.sound is None:
            return
        end_s = min(max(end_s, min(_LEAST_S, self.sound.duration_s)), self.sound.duration_s)
        start_s = min(max(start_s, 0.0), max(end_s - _LEAST_S, 0.0))
        if (start_s, end_s) != self.cut:
            self.cut = (start_s, end_s)
            self.cut_changed.emit()
            self.update()

    @property
    def kept(self) -> Samples:
        """The samples within the cut."""
        assert self.sound is not None
        first, last = (round(time_s * self.sound.rate_hz) for time_s in self.cut)
        return self.sound.samples[first:last]

    def restyle(self) -> None:
        """Colours have changed."""
        self._image = None
        self.update()

    # Where things are

    def _areas(self) -> tuple[QRectF, QRectF]:
        width, height = self.width() - _LEFT - _RIGHT, self.height() - _TOP - _BOTTOM - _GAP
        wave = height * 0.42
        return QRectF(_LEFT, _TOP, width, wave), QRectF(_LEFT, _TOP + wave + _GAP, width, height - wave)

    def _x(self, time_s: float) -> float:
        assert self.sound is not None
        return _LEFT + time_s / max(self.sound.duration_s, 1e-9) * (self.width() - _LEFT - _RIGHT)

    def _time(self, x: float) -> float:
        assert self.sound is not None
        share = (x - _LEFT) / max(self.width() - _LEFT - _RIGHT, 1)
        return min(max(share, 0.0), 1.0) * self.sound.duration_s

    # Drawing

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw everything."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = theme.colours()
        wave, spectrogram = self._areas()
        painter.setFont(theme.font(0.85))
        if self._longest_s:
            self._paint_live(painter, wave.united(spectrogram))
            return
        for area in (wave, spectrogram) if self.sound is not None else (wave.united(spectrogram),):
            painter.fillRect(area, QColor(colours.sunken))
        if self.sound is None:
            self._paint_hint(painter, wave.united(spectrogram))
            return
        self._paint_wave(painter, self.sound, wave)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(spectrogram, self._picture(self.sound))
        self._paint_axes(painter, self.sound, wave, spectrogram)
        whole = QRectF(wave.left(), wave.top(), wave.width(), spectrogram.bottom() - wave.top())
        if self._can_cut:
            self._paint_cut(painter, whole)
        if self._cursor is not None:
            painter.setPen(QPen(QColor(colours.bad), 1.5))
            x = self._x(self._cursor)
            painter.drawLine(QPointF(x, whole.top()), QPointF(x, whole.bottom()))

    def _paint_hint(self, painter: QPainter, area: QRectF) -> None:
        """What is heard rolls by below the words, so that one sees the microphone work before anything is recorded."""
        painter.setPen(QColor(theme.colours().muted))
        painter.setFont(theme.font())
        if not self._peaks_db:
            painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self._hint)
            return
        below = area
        if area.height() > 2 * _HINT_HEIGHT:
            words = area.adjusted(12, 10, -12, 0)
            painter.drawText(words, int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap), self._hint)
            below = area.adjusted(0, _HINT_HEIGHT, 0, 0)
        levels = list(self._peaks_db)[-int(area.width() / _LEVEL_WIDTH) :]
        left = area.right() - len(levels) * _LEVEL_WIDTH
        self._paint_levels(painter, below, levels, left, _LEVEL_WIDTH, theme.colours().outline)

    def _paint_live(self, painter: QPainter, area: QRectF) -> None:
        painter.fillRect(area, QColor(theme.colours().sunken))
        width = area.width() * LEVEL_S / self._longest_s
        self._paint_levels(painter, area, list(self._peaks_db), area.left(), width, theme.colours().accent)
        self._paint_times(painter, self._longest_s, area)

    @staticmethod
    def _paint_levels(
        painter: QPainter, area: QRectF, levels: list[float], left: float, width: float, colour: str
    ) -> None:  # fmt: skip
        middle = area.center().y()
        for place, peak_db in enumerate(levels):
            half = max((1 + max(peak_db, -_LIVE_RANGE_DB) / _LIVE_RANGE_DB) * (area.height() / 2 - 6), 1.0)
            bar = QRectF(left + place * width, middle - half, max(width - 1, 1), 2 * half)
            painter.fillRect(bar.intersected(area), QColor(theme.colours().bad if peak_db >= 0 else colour))

    def _paint_wave(self, painter: QPainter, sound: Sound, area: QRectF) -> None:
        if not len(sound.samples):
            return
        n_columns = max(int(area.width()), 2)
        edges = np.linspace(0, len(sound.samples), n_columns + 1)
        lows, highs = sound.peaks.extremes(edges)
        bound = max(sound.peaks.greatest, 0.02)
        middle, half = area.center().y(), area.height() / 2 - 2
        upper = [QPointF(area.left() + k, middle - float(high) / bound * half) for k, high in enumerate(highs)]
        lower = [QPointF(area.left() + k, middle - float(low) / bound * half + 0.5) for k, low in enumerate(lows)]
        colour = QColor(theme.colours().accent)
        painter.setPen(QPen(colour, 0.8))
        painter.setBrush(colour)
        painter.drawPolygon(QPolygonF(upper + lower[::-1]))

    def _picture(self, sound: Sound) -> QImage:
        if self._image is None:
            table = ColourScale("sequential", 0.0, 1.0).pixels(is_dark=theme.is_dark())
            pixels = np.ascontiguousarray(table[sound.spectrogram])
            height, width = pixels.shape
            self._image = QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGB32).copy()
        return self._image

    def _paint_axes(self, painter: QPainter, sound: Sound, wave: QRectF, area: QRectF) -> None:
        painter.setPen(QColor(theme.colours().muted))
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for text, y in ((f"{max(sound.peaks.greatest, 0.02):.2f}", wave.top() + 7), ("0", wave.center().y())):
            painter.drawText(QRectF(0, y - 9, _LEFT - 6, 18), right, text)
        top_khz = sound.rate_hz / 2000
        for khz in (0.0, top_khz / 2, top_khz):
            y = area.bottom() - khz / top_khz * area.height()
            y = min(max(y, area.top() + 8), area.bottom() - 8)
            painter.drawText(QRectF(0, y - 9, _LEFT - 6, 18), right, f"{khz:g} kHz" if khz == 0 else f"{khz:.3g}")
        self._paint_times(painter, sound.duration_s, area)

    def _paint_times(self, painter: QPainter, duration_s: float, area: QRectF) -> None:
        painter.setPen(QColor(theme.colours().muted))
        metrics = QFontMetrics(painter.font())
        step = _nice(duration_s / max(area.width() / 80, 1))
        for k in range(int(duration_s / step + 1e-9) + 1):
            x = area.left() + k * step / max(duration_s, 1e-9) * area.width()
            text = f"{k * step:g} s" if k else "0 s"
            room = metrics.horizontalAdvance(text) + 6
            left = min(max(x - room / 2, _LEFT - 6), self.width() - room)
            painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + 4))
            painter.drawText(QRectF(left, area.bottom() + 4, room, 18), int(Qt.AlignmentFlag.AlignCenter), text)

    def _paint_cut(self, painter: QPainter, whole: QRectF) -> None:
        colours = theme.colours()
        veil = QColor(colours.surface)
        veil.setAlpha(190)
        left, right = (self._x(time_s) for time_s in self.cut)
        painter.fillRect(QRectF(whole.left(), whole.top(), left - whole.left(), whole.height()), veil)
        painter.fillRect(QRectF(right, whole.top(), whole.right() - right, whole.height()), veil)
        painter.setPen(QPen(QColor(colours.warn), 2 if self.hasFocus() else 1.5))
        painter.setBrush(QColor(colours.warn))
        for x in (left, right):
            painter.drawLine(QPointF(x, whole.top()), QPointF(x, whole.bottom()))
            painter.drawRoundedRect(QRectF(x - 4, whole.center().y() - 14, 8, 28), 3, 3)

    # The edges

    def _edge_at(self, x: float) -> int | None:
        if self.sound is None or not self._can_cut:
            return None
        gaps = [abs(self._x(time_s) - x) for time_s in self.cut]
        nearest = 0 if gaps[0] < gaps[1] else 1
        return nearest if gaps[nearest] <= _GRIP else None

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Take an edge, or ask to play from here."""
        if self.sound is None or event.button() != Qt.MouseButton.LeftButton:
            return
        self._held = self._edge_at(event.position().x())
        if self._held is None:
            self.clicked.emit(self._time(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Move the edge."""
        x = event.position().x()
        if self._held is not None and self.sound is not None:
            start_s, end_s = self.cut
            self.set_cut(*((self._time(x), end_s) if self._held == 0 else (start_s, self._time(x))))
        near = self._held is not None or self._edge_at(x) is not None
        self.setCursor(Qt.CursorShape.SizeHorCursor if near else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Let it go."""
        del event
        self._held = None

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Left and right move the beginning, with Shift the end, by 10 ms."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        step = steps.get(Qt.Key(event.key()))
        if step is None or self.sound is None or not self._can_cut:
            super().keyPressEvent(event)
            return
        start_s, end_s = self.cut
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.set_cut(start_s, end_s + step * _STEP_S)
        else:
            self.set_cut(start_s + step * _STEP_S, end_s)


def _nice(step: float) -> float:
    power = 10.0 ** math.floor(math.log10(max(step, 1e-3)))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= step * (1 - 1e-9))
