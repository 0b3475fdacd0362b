"""What a model hears, rolling by: loudness, spectrogram, probabilities and one gate map on one time axis, words marked.

A column is a hundredth of a second and a pixel, so nothing is scaled sideways and the picture moves without shimmering.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme
from gui.sound_columns import COLUMNS_A_SECOND, N_ROWS
from gui.widgets import roll_paint as paint
from gui.widgets.colour_scales import GATE, STATE, ColourScale, round_bound, symmetric
from gui.widgets.common import Responsive
from gui.widgets.lens_texts import heading
from gui.widgets.roll_paint import Mark
from gui.widgets.roll_ring import N_COLUMNS, Ring
from seqclass.inspection.naming import half_name

_GAP = 8
_JOIN = 3
Shares = Mapping[str, Mapping[str, float]]
"""Probabilities of each class by target."""


@dataclass(frozen=True)
class MapChoice:
    """Which map is shown: of a layer (from 0), a name of `LstmTrace`'s fields, of which direction."""

    layer: int = 0
    key: str = "hidden"
    is_backward: bool = False

    def values(self, layers: Any) -> NDArray[np.float32] | None:
        """Of some layers (n_frames, n_units); None where there are none."""
        if self.layer >= len(layers):
            return None
        trace = layers[self.layer].backward if self.is_backward else layers[self.layer].forward
        return getattr(trace, self.key) if trace is not None and len(trace.hidden) else None


class SpectrogramRoll(Responsive, QWidget):
    """Four strips that move together.

    Signals:
        word_chosen: Row of the word that was clicked.
    """

    word_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._targets: dict[str, tuple[str, ...]] = {}
        self._target = ""
        self._map = MapChoice()
        self._bound = 1.0
        self._marks: deque[Mark] = deque(maxlen=64)
        self._chosen = -1
        self._frames: deque[Any] = deque()
        self._said: deque[tuple[int, int, Shares]] = deque(maxlen=1024)
        self._begun_s: float | None = None
        self._said_until_s = 0.0
        self._level_db = -120.0
        self._highest_hz = 8000.0
        self._is_live = False
        self._tables: dict[str, list[int]] = {}
        self._peaks, self._sound = Ring(1, np.float32), Ring(N_ROWS)
        self._answers, self._gates = Ring(1), Ring(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(QSize(paint.LEFT + 180, 230))
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

    def set_model(self, targets: Mapping[str, tuple[str, ...]]) -> None:
        """Begin anew with a model that has these targets with their classes; a number has none."""
        self._targets = {name: tuple(labels) for name, labels in targets.items()}
        self._frames.clear()
        self._said.clear()
        self._marks.clear()
        self._begun_s = None
        self._gates = Ring(1, end=self._sound.end)
        self.set_target(next(iter(self._targets), ""))

    def set_target(self, name: str) -> None:
        """Show the probabilities of this target."""
        self._target = name
        self._answers = Ring(max(len(self._labels), 1), end=self._sound.end)
        for first, last, shares in self._said:
            self._draw_answer(first, last, shares)
        self.update()

    def set_map(self, layer: int, key: str, *, is_backward: bool = False) -> None:
        """Show another map, see `MapChoice`."""
        self._map = MapChoice(layer, key, is_backward)
        self._bound = 1.0
        self._gates = Ring(1, end=self._gates.end)
        for one in self._frames:
            self._draw(one)
        self.update()

    def set_highest(self, frequency_hz: float) -> None:
        """What the uppermost row of the spectrogram stands for."""
        self._highest_hz = frequency_hz

    def set_live(self, *, is_live: bool) -> None:
        """Whether the right edge is now."""
        self._is_live = is_live
        self._begun_s = None
        self.update()

    def set_chosen(self, row: int) -> None:
        """Show which word the table has chosen; -1 for none."""
        self._chosen = row
        self.update()

    def add_sound(self, first: int, columns: NDArray[np.uint8], peaks: NDArray[np.float32]) -> None:
        """Roll on by new columns. Streams that follow one another may miss a column between them, which the next one fills."""
        if not len(peaks):
            return
        gap = first - self._sound.end
        if 0 < gap <= _JOIN and self._sound.end:
            columns, peaks = np.pad(columns, ((0, 0), (gap, 0)), mode="edge"), np.pad(peaks, (gap, 0), mode="edge")
            first -= gap
        end = first + len(peaks)
        for ring in (self._peaks, self._sound, self._answers, self._gates):
            ring.advance(end)
        self._sound.put(first, columns)
        self._peaks.put(first, peaks[None])
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

    def add_answer(self, start_s: float, end_s: float, shares: Shares) -> None:
        """What the model says of a word up to a place."""
        since_s = max(self._said_until_s, start_s)
        if since_s < end_s:
            first, last = round(since_s * COLUMNS_A_SECOND), round(end_s * COLUMNS_A_SECOND)
            self._said.append((first, max(last, first + 1), shares))
            self._draw_answer(*self._said[-1])
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

    @property
    def _labels(self) -> tuple[str, ...]:
        return self._targets.get(self._target, ())

    def _draw_answer(self, first: int, last: int, shares: Shares) -> None:
        of_target = shares.get(self._target)
        if of_target:
            values = np.array([[of_target.get(label, 0.0)] for label in self._labels], np.float32)
            self._answers.put(first, np.repeat(_places(GATE, values), last - first, axis=1))

    def _draw(self, frames: Any) -> None:
        values = self._map.values(frames.layers)
        if values is None:
            return
        if self._map.key == "cell" and float(np.abs(values).max()) > self._bound:
            self._bound = round_bound(float(np.abs(values).max()))
            self._gates = Ring(1, end=self._gates.end)
            for one in [kept for kept in self._frames if kept is not frames]:
                self._draw(one)
        if len(self._gates.values) != values.shape[1]:
            self._gates = Ring(values.shape[1], end=self._gates.end)
        times = frames.times_s * COLUMNS_A_SECOND
        hop = float(times[1] - times[0]) if len(times) > 1 else 2.0
        first, last = int(np.floor(times[0] - hop / 2)), int(np.ceil(times[-1] + hop / 2))
        nearest = np.clip(np.rint((np.arange(first, last) + 0.5 - times[0]) / hop).astype(np.intp), 0, len(values) - 1)
        self._gates.put(first, _places(self._scale(), values[nearest].T))

    def _scale(self) -> ColourScale:
        if self._map.key.endswith("_gate"):
            return GATE
        return symmetric(self._bound) if self._map.key == "cell" else STATE

    # Drawing

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw everything."""
        painter = QPainter(self)
        painter.setFont(theme.font(0.85))
        rects = self._rects()
        n_columns = min(int(rects[0].width()), N_COLUMNS)
        if self._sound.end:
            paint.level(painter, rects[0], self._peaks.last(n_columns)[0])
            paint.picture(painter, rects[1], self._sound.last(n_columns), self._table(GATE))
            if self._labels:
                paint.picture(painter, rects[2], self._answers.last(n_columns), self._table(GATE))
            paint.picture(painter, rects[-1], self._gates.last(n_columns), self._table(self._scale()))
        else:
            paint.invitation(painter, rects, list(self._promises()), max(len(self._labels), 1))
        self._paint_captions(painter, rects)
        self._paint_marks(painter, rects)
        ticks = [(rects[-1].right() - seconds * COLUMNS_A_SECOND, self._tick(seconds)) for seconds in self._seconds(rects[-1])]
        paint.axis(painter, rects[-1], self.tr("Time before now") if self._is_live else self.tr("Time"), ticks)
        painter.end()

    def _paint_captions(self, painter: QPainter, rects: list[QRectF]) -> None:
        paint.caption(painter, rects[0], self.tr("Level"), self._level_text(), (self.tr("0 dB"), ""))
        top = self.tr("{n} kHz").format(n=f"{self._highest_hz / 1000:g}")
        paint.caption(painter, rects[1], self.tr("Spectrogram"), self.tr("frequency"), (top, "0"))
        metrics, title = painter.fontMetrics(), self.tr("Probability")
        if paint.has_room_for_names(metrics, rects[2], self._labels):
            paint.classes(painter, rects[2], self._labels)
            if paint.leaves_room(metrics, self._labels, title):
                paint.caption(painter, rects[2], title, self._target if len(self._targets) > 1 else "")
        elif self._labels:
            note = self.tr("{n} classes, 0 to 1").format(n=len(self._labels))
            paint.caption(painter, rects[2], title, note)
        layer = half_name(self._map.layer, is_backward=self._map.is_backward)
        n_units = len(self._gates.values)
        units = (self.tr("unit 0"), str(n_units - 1)) if n_units > 1 else ("", "")
        paint.caption(painter, rects[-1], heading(self._map.key), layer, units)
        bound = f"{self._bound:g}"
        sides = ("0", "1") if self._map.key.endswith("_gate") else (f"−{bound}", bound)
        paint.scale_bar(painter, rects[-1], self._scale(), *sides)

    def _promises(self) -> Iterator[str]:
        yield self.tr("How loud it is")
        yield self.tr("What it sounds like: low tones below, high ones above")
        if self._labels:
            yield self.tr("What the model would say if the word ended here")
        yield self.tr("What each unit of a layer does meanwhile: choose gate and layer above")

    def _rects(self) -> list[QRectF]:
        weights = [0.6, 1.4, 1.9, 1.6] if self._labels else [0.7, 1.9, 2.0]
        room = self.height() - paint.TOP - paint.AXIS - _GAP * (len(weights) - 1)
        rects, y = [], float(paint.TOP)
        for weight in weights:
            height = round(room * weight / sum(weights))
            rects.append(QRectF(paint.LEFT, y, max(self.width() - paint.LEFT - paint.RIGHT, 10), height))
            y += height + _GAP
        return rects

    def _x(self, time_s: float, rect: QRectF) -> float:
        return rect.right() - (self._sound.end - time_s * COLUMNS_A_SECOND)

    def _table(self, scale: ColourScale) -> list[int]:
        if scale.name not in self._tables:
            self._tables[scale.name] = paint.colour_table(scale)
        return self._tables[scale.name]

    def _level_text(self) -> str:
        if not self._is_live:
            return self.tr("microphone off")
        if self._level_db >= -0.01:
            return self.tr("too loud: clipped")
        return self.tr("{level} dB").format(level=f"{max(self._level_db, -99):.0f}".replace("-", "−"))

    def _paint_marks(self, painter: QPainter, rects: list[QRectF]) -> None:
        first, bottom = rects[0], rects[-1].bottom()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._begun_s is not None:
            paint.begun(painter, max(self._x(self._begun_s, first), first.left()), bottom)
        for mark in self._marks:
            box = self._box(mark, first)
            if box is not None:
                paint.mark(painter, box, first.left(), bottom, mark.text, is_chosen=mark.row == self._chosen)

    def _box(self, mark: Mark, rect: QRectF) -> QRectF | None:
        left, right = self._x(mark.start_s, rect), self._x(mark.end_s, rect)
        return QRectF(left, 0, right - left, self.height()) if right > rect.left() else None

    @staticmethod
    def _seconds(rect: QRectF) -> range:
        return range(0, int(rect.width() / COLUMNS_A_SECOND) + 1, 1 if rect.width() < 900 else 2)

    def _tick(self, seconds: int) -> str:
        if seconds:
            return self.tr("{n} s").format(n=f"−{seconds}")
        return self.tr("now") if self._is_live else self.tr("0 s")

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
