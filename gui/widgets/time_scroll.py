"""The row below views on one time axis: a scroll bar, and buttons to zoom."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollBar, QWidget

from gui.widgets.common import Responsive, name, row, tool_button
from gui.widgets.lens_look import LEFT, RIGHT
from gui.widgets.time_view import TimeView

_STEPS = 10_000
_ZOOM = 1.5


class TimeScroll(Responsive, QWidget):
    """Shows which part of a `TimeView` is visible, and changes it; stands in line with the panes of a lens."""

    def __init__(self, view: TimeView) -> None:
        super().__init__()
        self._view = view
        self._bar = QScrollBar(Qt.Orientation.Horizontal)
        self._smaller, self._larger, self._whole = tool_button(), tool_button(), tool_button()
        self._smaller.setText("−")
        self._larger.setText("+")
        for one in (self._smaller, self._larger, self._whole):
            one.setFixedHeight(26)
        left, right = QWidget(), QWidget()
        left.setFixedWidth(round(LEFT) - 1)
        right.setFixedWidth(round(RIGHT) - 4)
        right.setLayout(row(self._smaller, self._larger, self._whole, 1, spacing=2, margins=(10, 0, 0, 0)))
        layout = row(left, self._bar, right, spacing=0)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self._bar.valueChanged.connect(self._scrolled)
        self._smaller.clicked.connect(lambda: view.zoom(_ZOOM))
        self._larger.clicked.connect(lambda: view.zoom(1 / _ZOOM))
        self._whole.clicked.connect(view.fit)
        view.range_changed.connect(self.follow)
        self.retranslate()
        self.follow()

    def retranslate(self) -> None:
        """Set every text."""
        name(self._bar, self.tr("Visible part of the time"))
        name(self._smaller, self.tr("Show more of the time"), tip=self.tr("Show more of the time (−)"))
        name(self._larger, self.tr("Show less of the time, larger"), tip=self.tr("Show less of the time, larger (+)"))
        self._whole.setText(self.tr("Fit"))
        name(self._whole, self.tr("Show the whole item"), tip=self.tr("Show the whole item (0)"))

    def follow(self) -> None:
        """Show what is visible; also to be called after another item, whose whole may be as long as the last one's."""
        view = self._view
        scale = _STEPS / (view.end - view.start)
        page = max(round((view.high - view.low) * scale), 1)
        self._bar.blockSignals(True)
        self._bar.setRange(0, _STEPS - page)
        self._bar.setPageStep(page)
        self._bar.setSingleStep(max(page // 10, 1))
        self._bar.setValue(round((view.low - view.start) * scale))
        self._bar.blockSignals(False)
        for zoom in (self._smaller, self._whole):
            zoom.setEnabled(page < _STEPS)

    def _scrolled(self, value: int) -> None:
        view = self._view
        view.pan(view.start + value * (view.end - view.start) / _STEPS - view.low)
