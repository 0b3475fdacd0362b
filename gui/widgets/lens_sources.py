"""The uppermost pane of the lens: what the item is made of. A waveform, tokens, or the channels of a numeric sequence."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from gui.widgets import lens_texts
from gui.widgets.lens_look import Axis, Look, draw_tick, short, signed
from gui.widgets.lens_panes import CurvePane, Pane
from gui.widgets.levels import Peaks

_BOUNDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 100.0, 1000.0)
_FEW = 2.0


class WavePane(Pane):
    """A waveform, drawn from its extremes, or sample by sample where these are few.

    Attributes:
        peaks: The sound.
        rate_hz: Its rate.
        bound: What the height spans, to either side of zero.
    """

    def __init__(self, peaks: Peaks, rate_hz: int) -> None:
        super().__init__("wave", weight=1.1, least=36.0)
        self.peaks = peaks
        self.rate_hz = rate_hz
        self.bound = next((bound for bound in _BOUNDS if peaks.greatest <= bound), _BOUNDS[-1])

    def note(self) -> str:
        """Its rate."""
        return f"{short(self.rate_hz / 1000)} kHz"

    def paint(self, painter: QPainter, area: QRectF, axis: Axis, look: Look) -> None:
        """Draw it in colour where the network reads it, and grey where not."""
        view = axis.view
        painter.save()
        painter.setClipRect(area)
        painter.setPen(QPen(QColor(look.colours.line), 1))
        painter.drawLine(QPointF(area.left(), area.center().y()), QPointF(area.right(), area.center().y()))
        left, right = axis.x(view.edge(0)), axis.x(view.edge(view.n_frames))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        lines, width = self._lines(area, axis, look.ratio)
        for colour, chosen in (
            (look.colours.outline, [line for line in lines if not left <= line.x1() < right]),
            (look.colours.data[0], [line for line in lines if left <= line.x1() < right]),
        ):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawLines(chosen)
        painter.restore()

    def _lines(self, area: QRectF, axis: Axis, ratio: float) -> tuple[list[QLineF], float]:
        """From sample to sample where these are few, else from least to greatest in each pixel; and the width of the pen."""
        first = max(axis.view.low * self.rate_hz, 0.0)
        last = min(axis.view.high * self.rate_hz, float(self.peaks.n_samples))
        n_pixels = max(int((axis.x(last / self.rate_hz) - axis.x(first / self.rate_hz)) * ratio), 1)
        middle, height = area.center().y(), (area.height() / 2 - 2) / self.bound
        if last - first <= _FEW * n_pixels:
            start = max(int(first) - 1, 0)
            samples = self.peaks.samples(start, int(last) + 2)
            points = [
                QPointF(axis.x((start + k) / self.rate_hz), middle - value * height) for k, value in enumerate(samples.tolist())
            ]
            return [QLineF(one, other) for one, other in itertools.pairwise(points)], 1.2
        edges = np.linspace(first, last, n_pixels + 1)
        lows, highs = self.peaks.extremes(edges)
        # Each pixel reaches to the one before, or a steep wave would fall apart.
        lows[1:], highs[1:] = np.minimum(lows[1:], highs[:-1]), np.maximum(highs[1:], lows[:-1])
        places = axis.x(0.0) + (edges[:-1] + edges[1:]) / 2 * (axis.x(1.0) - axis.x(0.0)) / self.rate_hz
        tops, bottoms = middle - highs * height - 0.5, middle - lows * height + 0.5
        return [
            QLineF(*ends) for ends in zip(places.tolist(), tops.tolist(), places.tolist(), bottoms.tolist(), strict=True)
        ], 1.0 / ratio

    def paint_scales(self, painter: QPainter, area: QRectF, look: Look) -> None:
        """Full scale is 1."""
        for value in (self.bound, 0.0, -self.bound) if area.height() >= 44 else (self.bound, -self.bound):
            y = area.center().y() - value / self.bound * (area.height() / 2 - 2)
            draw_tick(painter, area, y, short(value), look)

    def value_at(self, frame: int, time: float, down: float) -> str:
        """The sample."""
        del frame, down
        place = int(time * self.rate_hz)
        samples = self.peaks.samples(place, place + 1)
        return f"{self.heading()} = {signed(float(samples[0]))}" if place >= 0 and len(samples) else ""


class TokenPane(Pane):
    """The tokens of a text, upright where they are too long to lie.

    Attributes:
        tokens: In the order of the text.
    """

    def __init__(self, tokens: Sequence[str]) -> None:
        super().__init__("tokens", weight=1.3, least=44.0)
        self.tokens = tuple(tokens)

    def paint(self, painter: QPainter, area: QRectF, axis: Axis, look: Look) -> None:
        """Write each token over its column, as far as columns are wide enough to read."""
        first, last = axis.frames()
        last = min(last, len(self.tokens))  # the axis may be a longer text's already, whose own tokens come next
        view = axis.view
        metrics = QFontMetricsF(look.small)
        width = axis.width / (view.high - view.low) * view.hop
        stride = max(int(np.ceil((metrics.height() - 2) / width)), 1)
        lies = stride == 1 and all(metrics.horizontalAdvance(token) + 6 <= width for token in self.tokens[first:last])
        painter.save()
        painter.setClipRect(area)
        painter.setFont(look.small)
        for frame in range(-(-first // stride) * stride, last, stride):
            x = axis.x(view.time_of(frame))
            painter.setPen(QPen(QColor(look.colours.line), 1))
            if width >= 4:
                painter.drawLine(QPointF(x + width / 2, area.top()), QPointF(x + width / 2, area.bottom()))
            painter.setPen(QColor(look.colours.text))
            if lies:
                painter.drawText(
                    QRectF(x - width / 2, area.top(), width, area.height()), Qt.AlignmentFlag.AlignCenter, self.tokens[frame]
                )
                continue
            painter.save()
            painter.translate(max(x, area.left() + metrics.height() / 2), area.bottom() - 4)
            painter.rotate(-90)
            words = metrics.elidedText(self.tokens[frame], Qt.TextElideMode.ElideRight, area.height() - 6)
            painter.drawText(QPointF(0, metrics.ascent() / 2 - 2), words)
            painter.restore()
        painter.restore()

    def note(self) -> str:
        """How many there are."""
        return lens_texts.in_all(len(self.tokens))

    def value_at(self, frame: int, time: float, down: float) -> str:
        """The token."""
        del time, down
        return self.tokens[min(frame, len(self.tokens) - 1)]


class ChannelPane(CurvePane):
    """The channels of a numeric sequence as they stand in the file."""

    def __init__(self, values: NDArray[np.floating]) -> None:
        """``values``: (n_frames, n_channels)."""
        low, high = float(values.min()), float(values.max())
        margin = 0.05 * (high - low) or 1.0
        n_channels = values.shape[1]
        super().__init__(
            "channels",
            values,
            [""] * n_channels,
            range(n_channels),
            low=low - margin,
            high=high + margin,
            weight=1.6,
            least=50.0,
        )

    def note(self) -> str:
        """How many there are."""
        return lens_texts.in_all(len(self.labels))

    def label_of(self, index: int) -> str:
        """In the language of the moment."""
        return lens_texts.channel(index)
