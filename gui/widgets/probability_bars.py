"""One bar a class: how sure the model is of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme
from gui.widgets.common import Responsive

MOST = 12
_ROW = 19
_NUMBER = 46


class ProbabilityBars(Responsive, QWidget):
    """The classes in the model's order where there are few, else the most probable ones first."""

    def __init__(self) -> None:
        super().__init__()
        self._labels: tuple[str, ...] = ()
        self._values: dict[str, float] = {}
        self._threshold = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        self.setAccessibleName(self.tr("Probability of each class"))
        self.setToolTip(self.tr("How sure the model is of each class. The line is the threshold: below it a word is unknown."))

    def restyle(self) -> None:
        """Colours follow the look."""
        self.update()

    def set_labels(self, labels: Iterable[str]) -> None:
        """Show these classes, without values."""
        self._labels, self._values = tuple(labels), {}
        self.setFixedHeight(max(min(len(self._labels), MOST), 1) * _ROW)
        self.update()

    def set_threshold(self, threshold: float) -> None:
        """Draw a line there; 0 for none."""
        self._threshold = threshold
        self.update()

    def set_values(self, probabilities: Mapping[str, float] | None) -> None:
        """Show what a model says."""
        self._values = dict(probabilities or {})
        best = sorted(self._values.items(), key=lambda pair: -pair[1])[:3]
        self.setAccessibleDescription(", ".join(f"{label} {value:.0%}" for label, value in best))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As many rows as there are classes."""
        return QSize(240, max(min(len(self._labels), MOST), 1) * _ROW)

    def _shown(self) -> list[str]:
        if len(self._labels) <= MOST:
            return list(self._labels)
        return sorted(self._labels, key=lambda label: -self._values.get(label, 0.0))[:MOST]

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the bars."""
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown = self._shown()
        metrics = QFontMetrics(theme.font(weight=QFont.Weight.DemiBold))
        name_width = min(max((metrics.horizontalAdvance(label) for label in shown), default=0) + 10, self.width() * 0.4)
        left, right = name_width, self.width() - _NUMBER
        best = max(self._values, key=lambda label: self._values[label], default="")
        for index, label in enumerate(shown):
            y, value = index * _ROW, self._values.get(label, 0.0)
            is_best = label == best
            painter.setFont(theme.font(weight=painter.font().Weight.DemiBold) if is_best else theme.font())
            painter.setPen(QColor(colours.text if is_best or not self._values else colours.muted))
            text = metrics.elidedText(label, Qt.TextElideMode.ElideRight, round(name_width - 6))
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, y, name_width - 4, _ROW), Qt.AlignmentFlag.AlignLeft | middle, text)
            if self._values:
                number = QRectF(right, y, _NUMBER, _ROW)
                painter.drawText(number, Qt.AlignmentFlag.AlignRight | middle, f"{value:.0%}")
            painter.setPen(Qt.PenStyle.NoPen)
            track = QRectF(left, y + 4, right - left, _ROW - 8)
            painter.setBrush(QColor(colours.line))
            painter.drawRoundedRect(track, 4, 4)
            if value > 0.004:
                bar = QRectF(track.left(), track.top(), max(track.width() * value, 4), track.height())
                painter.setBrush(QColor(colours.accent if is_best else colours.outline))
                painter.drawRoundedRect(bar, 4, 4)
        if self._threshold > 0 and shown:
            x = left + (right - left) * self._threshold
            painter.setPen(QPen(QColor(colours.warn), 1.5, Qt.PenStyle.DashLine))
            painter.drawLine(round(x), 2, round(x), len(shown) * _ROW - 2)
        painter.end()
