"""The curves of one or several runs: loss and a figure side by side, with one legend and one cursor."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from gui import theme
from gui.widgets.common import Responsive, column, name, row
from gui.widgets.curves import Chart, Series, draw_stroke
from seqclass.events import EpochEnded

_MAX_DRAWN = 8


@dataclass(frozen=True)
class RunCurves:
    """A run as it is drawn.

    Attributes:
        title: What the legend calls it.
        colour: Which of `theme.Colours.data`.
        epochs: What it said, in order.
        n_epochs: How many it is going to have, while it runs; 0 for no more than there are.
    """

    title: str
    colour: int
    epochs: tuple[EpochEnded, ...]
    n_epochs: int = 0


class _Legend(Responsive, QWidget):
    """Runs by colour, parts by stroke."""

    def __init__(self) -> None:
        super().__init__()
        self._runs: tuple[RunCurves, ...] = ()
        self._has_validation = True
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        self._parts = (
            (self.tr("Validation"), False),
            (self.tr("Training, with variation and dropout"), True),
        )
        self._kept = self.tr("Kept")
        self.setAccessibleName(self.tr("Legend: {runs}").format(runs=", ".join(one.title for one in self._runs)))
        self.update()

    def set_runs(self, runs: Sequence[RunCurves]) -> None:
        """Say which runs are drawn."""
        self._runs = tuple(runs)
        self.retranslate()
        self.updateGeometry()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """One line, two where there are several runs."""
        return QSize(300, 22 if len(self._runs) < 2 else 44)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As high as it is."""
        return QSize(100, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw strokes, and the words beside them."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(0.85))
        colours, metrics = theme.colours(), QFontMetricsF(painter.font())
        x, y = 8.0, 11.0
        if len(self._runs) > 1:
            room = max(40.0, (self.width() - 16) / len(self._runs) - 40)
            for one in self._runs:
                colour = QColor(colours.data[one.colour % len(colours.data)])
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour)
                painter.drawRoundedRect(QRectF(x, y - 5, 10, 10), 3, 3)
                words = metrics.elidedText(one.title, Qt.TextElideMode.ElideMiddle, room)
                x = self._write(painter, words, x + 16, y) + 18
            x, y = 8.0, 33.0
        shade = self._runs[0].colour if len(self._runs) == 1 else len(colours.data) - 1
        for words, is_dashed in self._parts:
            draw_stroke(painter, QPointF(x, y), shade, is_dashed=is_dashed)
            x = self._write(painter, words, x + 22, y) + 18
        painter.setPen(QPen(QColor(colours.data[shade % len(colours.data)]), 2))
        painter.setBrush(QColor(colours.raised))
        painter.drawEllipse(QPointF(x + 5, y), 4.5, 4.5)
        self._write(painter, self._kept, x + 16, y)

    def _write(self, painter: QPainter, words: str, x: float, y: float) -> float:
        width = QFontMetricsF(painter.font()).horizontalAdvance(words)
        painter.setPen(QColor(theme.colours().muted))
        painter.drawText(QRectF(x, y - 10, width + 2, 20), Qt.AlignmentFlag.AlignVCenter, words)
        return x + width


class RunCurvesView(Responsive, QWidget):
    """Loss on the left, accuracy (or the error of a number) on the right.

    Attributes:
        loss, figure: The charts.
    """

    def __init__(self) -> None:
        super().__init__()
        self._runs: tuple[RunCurves, ...] = ()
        self._figures: tuple[str, ...] = ()
        self.loss = Chart()
        self.figure = Chart(is_share=True)
        self._legend = _Legend()
        self._choice = QComboBox()
        self._choice.setVisible(False)
        self._choice.currentIndexChanged.connect(self._draw)
        for one in (self.loss, self.figure):
            one.cursor_moved.connect(self._move)
        charts = row(self.loss, self.figure, spacing=12)
        charts.setStretch(0, 1)
        charts.setStretch(1, 1)
        layout = column(row(self._legend, self._choice, spacing=8), charts, spacing=6)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        name(self._choice, self.tr("Figure in the chart on the right"))
        for index, figure in enumerate(self._figures):
            self._choice.setItemText(index, self._title_of(figure))
        self._draw()

    def set_runs(self, runs: Sequence[RunCurves]) -> None:
        """Draw other runs, or the same with more epochs; at most eight, as there are no more colours to tell apart."""
        self._runs = tuple(runs)[:_MAX_DRAWN]
        figures = _figures(self._runs)
        if figures != self._figures:
            self._figures = figures
            self._choice.blockSignals(True)
            self._choice.clear()
            self._choice.addItems([self._title_of(figure) for figure in figures])
            self._choice.setVisible(len(figures) > 1)
            self._choice.blockSignals(False)
        self._legend.set_runs(self._runs)
        self._draw()

    def _draw(self) -> None:
        figure = self._figures[max(0, self._choice.currentIndex())] if self._figures else "label.accuracy"
        x_title, epoch = self.tr("Epoch"), self.tr("Epoch {n}")
        empty = self.tr("The curves begin when the first epoch is done.")
        self.loss.set_texts(title=self.tr("Loss"), x_title=x_title, epoch=epoch, empty=empty)
        self.figure.set_share(is_share=figure.endswith(".accuracy"))
        self.figure.set_texts(title=self._title_of(figure), x_title=x_title, epoch=epoch, empty=empty)
        n_epochs = max([one.n_epochs for one in self._runs], default=0)
        self.loss.set_series(self._series("loss"), n_epochs=n_epochs)
        self.figure.set_series(self._series(figure), n_epochs=n_epochs)
        self.loss.setAccessibleName(self.tr("Chart of {figure} by epoch").format(figure=self.tr("Loss")))
        self.figure.setAccessibleName(self.tr("Chart of {figure} by epoch").format(figure=self._title_of(figure)))

    def _series(self, figure: str) -> list[Series]:
        made: list[Series] = []
        parts = {"validation": self.tr("validation"), "train": self.tr("training")}
        for one in self._runs:
            best = max([event.epoch for event in one.epochs if event.is_best], default=None)
            for part, words in parts.items():
                values = [(float(event.epoch), getattr(event, part).get(figure, math.nan)) for event in one.epochs]
                if any(math.isfinite(value) for _, value in values):
                    label = words[:1].upper() + words[1:] if len(self._runs) == 1 else f"{one.title}, {words}"
                    kept = best if part == "validation" else None
                    made.append(Series(label, one.colour, tuple(values), is_dashed=part == "train", best=kept))
        return made

    def _title_of(self, figure: str) -> str:
        target, _, what = figure.rpartition(".")
        words = self.tr("Accuracy") if what == "accuracy" else self.tr("Mean absolute error")
        return words if len(self._figures) < 2 else f"{words}: {target}"

    def _move(self, epoch: float | None) -> None:
        self.loss.set_cursor(epoch)
        self.figure.set_cursor(epoch)


def _figures(runs: Sequence[RunCurves]) -> tuple[str, ...]:
    """All figures but the loss that any epoch has, in order of appearance."""
    names = [figure for one in runs for event in one.epochs[:1] for figure in (*event.validation, *event.train)]
    return tuple(dict.fromkeys(figure for figure in names if figure != "loss"))
