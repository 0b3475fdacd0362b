"""The curves of one or several runs: loss and a figure side by side, with one legend, one cursor and one way of drawing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QColor, QFontMetricsF, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QComboBox, QMenu, QSizePolicy, QToolButton, QWidget

from gui import theme
from gui.widgets import painting
from gui.widgets.common import Responsive, column, name, row, tool_button
from gui.widgets.curves import Chart, Series
from seqclass.data.runs import smoothed
from seqclass.events import EpochEnded

_MAX_DRAWN = 8
_LINE = 22
_RATE = "learning_rate"
SMOOTHINGS = (0.0, 0.6, 0.9)
PICTURE_SCALE = 2.0


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


@dataclass(frozen=True)
class Drawing:
    """How curves are drawn.

    Attributes:
        smoothing: Weight of `smoothed`, one of `SMOOTHINGS`.
        is_log: Whether the loss is drawn by factors.
        has_training: Whether the training part is drawn beside validation.
    """

    smoothing: float = 0.0
    is_log: bool = False
    has_training: bool = True


class _Legend(Responsive, QWidget):
    """Runs by colour, parts by stroke; in one line where there is room."""

    def __init__(self) -> None:
        super().__init__()
        self._runs: tuple[RunCurves, ...] = ()
        self._has_training = True
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        self._parts = [(self.tr("Validation"), False)]
        if self._has_training:
            self._parts.append((self.tr("Training, with variation and dropout"), True))
        self._short = self.tr("Training")
        self._kept = self.tr("Kept")
        self.setAccessibleName(self.tr("Legend: {runs}").format(runs=", ".join(one.title for one in self._runs)))
        self._fit()

    def set_runs(self, runs: Sequence[RunCurves], *, has_training: bool) -> None:
        """Say which runs are drawn, and whether their training part is."""
        self._runs, self._has_training = tuple(runs), has_training
        self.retranslate()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """See whether there is room for one line."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(_LINE * (2 if self._is_in_two() else 1))
        self.update()

    def _is_in_two(self) -> bool:
        runs = sum(self._advance(one.title) + 34 for one in self._runs)
        return len(self._runs) > 1 and runs + self._width_of_parts(self._parts) > self.width()

    def _width_of_parts(self, parts: Sequence[tuple[str, bool]]) -> float:
        return 8 + sum(self._advance(words) + 40 for words, _ in parts) + self._advance(self._kept) + 20

    @staticmethod
    def _advance(words: str) -> float:
        return QFontMetricsF(theme.font(painting.TICK_SCALE)).horizontalAdvance(words)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw(painter)

    def draw(self, painter: QPainter) -> None:
        """Draw strokes, and the words beside them."""
        painter.setFont(theme.font(painting.TICK_SCALE))
        metrics = QFontMetricsF(painter.font())
        x, y = 8.0, _LINE / 2
        if len(self._runs) > 1:
            room = (self.width() - 8) / len(self._runs) - 34
            is_tight = sum(self._advance(one.title) + 34 for one in self._runs) + 8 > self.width()
            for one in self._runs:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(painting.data_colour(one.colour))
                painter.drawRoundedRect(QRectF(x, y - 5, 10, 10), 3, 3)
                words = metrics.elidedText(one.title, Qt.TextElideMode.ElideMiddle, room) if is_tight else one.title
                x = self._write(painter, words, x + 16, y) + 18
            if self._is_in_two():
                x, y = 8.0, 1.5 * _LINE
        shade = painting.data_colour(self._runs[0].colour if len(self._runs) == 1 else len(theme.colours().data) - 1)
        is_short = self._width_of_parts(self._parts) > self.width()
        for words, is_dashed in self._parts:
            painting.draw_stroke(painter, QPointF(x, y), shade, is_dashed=is_dashed)
            x = self._write(painter, self._short if is_dashed and is_short else words, x + 22, y) + 18
        painting.draw_circle(painter, QPointF(x + 5, y), shade, 4.5)
        self._write(painter, self._kept, x + 16, y)

    def _write(self, painter: QPainter, words: str, x: float, y: float) -> float:
        width = QFontMetricsF(painter.font()).horizontalAdvance(words)
        painter.setPen(QColor(theme.colours().muted))
        painter.drawText(QRectF(x, y - 10, width + 2, 20), Qt.AlignmentFlag.AlignVCenter, words)
        return x + width


class RunCurvesView(Responsive, QWidget):
    """Loss on the left, accuracy (or the error of a number, or the learning rate) on the right.

    Attributes:
        loss, figure: The charts.
        drawing: How they are drawn.

    Signals:
        drawing_changed: The person wants them drawn otherwise: the new `Drawing`.
        table_wanted: The person wants the curves as a table.
        picture_wanted: The person wants them as a picture.
    """

    drawing_changed = Signal(object)
    table_wanted = Signal()
    picture_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.runs: tuple[RunCurves, ...] = ()
        self.drawing = Drawing()
        self._figures: tuple[str, ...] = ()
        self.loss = Chart()
        self.figure = Chart(is_share=True)
        self._legend = _Legend()
        self._choice = QComboBox()
        self._choice.setVisible(False)
        self._choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._choice.currentIndexChanged.connect(self._draw)
        self._make_menu()
        for one in (self.loss, self.figure):
            one.cursor_moved.connect(self._move)
        over = row(self._choice, 1)
        over.setAlignment(self._choice, Qt.AlignmentFlag.AlignTop)
        self.figure.setLayout(over)
        charts = row(self.loss, self.figure, spacing=12)
        charts.setStretch(0, 1)
        charts.setStretch(1, 1)
        layout = column(row(self._legend, self._tools, spacing=8), charts, spacing=6)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.retranslate()
        self.restyle()

    def _make_menu(self) -> None:
        self._tools = tool_button(size=18)
        self._tools.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        self._tools.setMenu(menu)
        self._smoothings = QActionGroup(self)
        for weight in SMOOTHINGS:
            action = menu.addAction("")
            action.setCheckable(True)
            action.triggered.connect(partial(self._change, "smoothing", weight))
            self._smoothings.addAction(action)
        menu.addSeparator()
        self._log, self._training = (menu.addAction("") for _ in range(2))
        for action, field in ((self._log, "is_log"), (self._training, "has_training")):
            action.setCheckable(True)
            action.triggered.connect(partial(self._toggle, field))
        menu.addSeparator()
        self._table, self._picture = (menu.addAction("") for _ in range(2))
        self._table.triggered.connect(self.table_wanted)
        self._picture.triggered.connect(self.picture_wanted)

    def retranslate(self) -> None:
        """Set every text."""
        name(self._choice, self.tr("Figure in the chart on the right"))
        name(self._tools, self.tr("Smoothing, axis, export"))
        words = (self.tr("Curves as they are"), self.tr("Smoothed a little"), self.tr("Smoothed much"))
        for action, text in zip(self._smoothings.actions(), words, strict=True):
            action.setText(text)
        self._log.setText(self.tr("Loss on a logarithmic axis"))
        self._training.setText(self.tr("Show the training part"))
        self._table.setText(self.tr("Save as a table (CSV) …"))
        self._picture.setText(self.tr("Save as a picture (PNG) …"))
        for index, figure in enumerate(self._figures):
            self._choice.setItemText(index, self._title_of(figure))
        self._draw()

    def restyle(self) -> None:
        """Set icons."""
        self._tools.setIcon(theme.icon("settings"))

    def set_runs(self, runs: Sequence[RunCurves]) -> None:
        """Draw other runs, or the same with more epochs; at most eight, as there are no more colours to tell apart."""
        self.runs = tuple(runs)[:_MAX_DRAWN]
        figures = _figures(self.runs)
        if figures != self._figures:
            chosen = self._choice.currentIndex()
            kept = self._figures[chosen] if 0 <= chosen < len(self._figures) else ""
            self._figures = figures
            self._choice.blockSignals(True)
            self._choice.clear()
            self._choice.addItems([self._title_of(figure) for figure in figures])
            self._choice.setCurrentIndex(figures.index(kept) if kept in figures else 0)
            self._choice.setVisible(len(figures) > 1)
            self._choice.blockSignals(False)
        self._draw()

    def set_drawing(self, drawing: Drawing) -> None:
        """Draw them otherwise."""
        self.drawing = drawing
        self._draw()

    def picture(self) -> QPixmap:
        """Legend and charts, without the controls, in double resolution on the look's ground."""
        made = QPixmap(self.size() * PICTURE_SCALE)
        made.setDevicePixelRatio(PICTURE_SCALE)
        made.fill(QColor(theme.colours().raised))
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for part in (self._legend, self.loss, self.figure):
            painter.save()
            painter.translate(part.pos())
            part.draw(painter)
            painter.restore()
        painter.end()
        return made

    def _toggle(self, field: str) -> None:
        self._change(field, not getattr(self.drawing, field))

    def _change(self, field: str, value: Any) -> None:
        self.set_drawing(replace(self.drawing, **{field: value}))
        self.drawing_changed.emit(self.drawing)

    def _draw(self) -> None:
        figure = self._figures[max(0, self._choice.currentIndex())] if self._figures else "label.accuracy"
        x_title, epoch = self.tr("Epoch"), self.tr("Epoch {n}")
        empty = self.tr("The curves begin when the first epoch is done.")
        self.loss.set_texts(title=self.tr("Loss"), x_title=x_title, epoch=epoch, empty=empty)
        self.loss.set_log(is_log=self.drawing.is_log)
        self.figure.shows_title = len(self._figures) < 2  # else the choice stands there
        self.figure.set_share(is_share=figure.endswith(".accuracy"))
        self.figure.set_texts(title=self._title_of(figure), x_title=x_title, epoch=epoch, empty=empty)
        n_epochs = max([one.n_epochs for one in self.runs], default=0)
        self.loss.set_series(self._series("loss"), n_epochs=n_epochs)
        self.figure.set_series(self._rates() if figure == _RATE else self._series(figure), n_epochs=n_epochs)
        self.loss.setAccessibleName(self.tr("Chart of {figure} by epoch").format(figure=self.tr("Loss")))
        self.figure.setAccessibleName(self.tr("Chart of {figure} by epoch").format(figure=self._title_of(figure)))
        self._legend.set_runs(self.runs, has_training=self.drawing.has_training)
        actions: list[QAction] = self._smoothings.actions()
        for action, weight in zip(actions, SMOOTHINGS, strict=True):
            action.setChecked(weight == self.drawing.smoothing)
        self._log.setChecked(self.drawing.is_log)
        self._training.setChecked(self.drawing.has_training)
        for action in (self._table, self._picture):
            action.setEnabled(any(one.epochs for one in self.runs))

    def _series(self, figure: str) -> list[Series]:
        made: list[Series] = []
        parts = {"validation": self.tr("validation"), "train": self.tr("training")}
        if not self.drawing.has_training:
            del parts["train"]
        for one in self.runs:
            best = max([event.epoch for event in one.epochs if event.is_best], default=None)
            for part, words in parts.items():
                values = [(float(event.epoch), getattr(event, part).get(figure, math.nan)) for event in one.epochs]
                if any(math.isfinite(value) for _, value in values):
                    label = words[:1].upper() + words[1:] if len(self.runs) == 1 else f"{one.title}, {words}"
                    kept = best if part == "validation" else None
                    made.append(Series(label, one.colour, tuple(values), part == "train", kept, self._smooth(values)))
        return made

    def _smooth(self, values: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
        if not self.drawing.smoothing:
            return ()
        epochs, figures = zip(*values, strict=True)
        return tuple(zip(epochs, smoothed(figures, self.drawing.smoothing), strict=True))

    def _rates(self) -> list[Series]:
        titles = [self.tr("Learning rate") if len(self.runs) == 1 else one.title for one in self.runs]
        return [
            Series(title, one.colour, tuple((float(event.epoch), event.learning_rate) for event in one.epochs))
            for title, one in zip(titles, self.runs, strict=True)
        ]

    def _title_of(self, figure: str) -> str:
        if figure == _RATE:
            return self.tr("Learning rate")
        target, _, what = figure.rpartition(".")
        words = self.tr("Accuracy") if what == "accuracy" else self.tr("Mean absolute error")
        return words if len(self._figures) < 3 else f"{words}: {target}"

    def _move(self, epoch: float | None) -> None:
        self.loss.set_cursor(epoch)
        self.figure.set_cursor(epoch)


def _figures(runs: Sequence[RunCurves]) -> tuple[str, ...]:
    """All figures but the loss that any epoch has, in order of appearance, and the learning rate last."""
    names = [figure for one in runs for event in one.epochs[:1] for figure in (*event.validation, *event.train)]
    return (*dict.fromkeys(figure for figure in names if figure != "loss"), _RATE) if names else ()
