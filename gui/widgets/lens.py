"""The listening lens: panes on one time axis with a cursor through all of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.widgets import lens_overlay, lens_paint, lens_texts
from gui.widgets.common import Responsive
from gui.widgets.lens_look import Axis, Look
from gui.widgets.lens_panes import MapPane, Pane
from gui.widgets.time_view import TimeView

_DRAG = 4
_WHEEL_STEP = 120.0
_ZOOM = 1.25


class Lens(Responsive, QWidget):
    """Draws panes; knows nothing of models.

    Attributes:
        view: The time axis.
        row: The line of the unit maps that is chosen, from the top.
        current: Key of the pane that was pointed at last.

    Signals:
        seeked: A time that the person clicked, or moved to by keys.
        brushed: A range that the person chose.
        play_requested: Space.
        pointed: Another pane, row or frame is pointed at or chosen.
    """

    seeked = Signal(float)
    brushed = Signal(object)
    play_requested = Signal()
    pointed = Signal()

    def __init__(self, view: TimeView) -> None:
        super().__init__()
        self.view = view
        self.row = 0
        self.current = ""
        self._panes: tuple[Pane, ...] = ()
        self._hidden: frozenset[str] = frozenset()
        self._unit_name = "s"
        self._placed: lens_paint.Placed = []
        self._picture: QPixmap | None = None
        self._mouse: QPointF | None = None
        self._pressed: QPointF | None = None
        self._panned: float | None = None
        self._is_brushing = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        view.range_changed.connect(self.redraw)
        view.cursor_moved.connect(self.update)
        view.selection_changed.connect(self.update)
        self.retranslate()

    # What is shown

    def set_panes(self, panes: Sequence[Pane], *, unit_name: str) -> None:
        """Show other panes; ``unit_name`` of the time axis is ``ms``, ``s``, ``frame`` or ``token``."""
        self._panes = tuple(panes)
        self._unit_name = unit_name
        maps = [pane for pane in self._panes if isinstance(pane, MapPane) and pane.is_unit_map]
        self.row = min(self.row, len(maps[0].order) - 1) if maps else 0
        if not any(pane.key == self.current for pane in self.shown_panes()):
            self.current = "forget_gate" if maps and "forget_gate" not in self._hidden else ""
        self._place()

    def hide_panes(self, keys: frozenset[str]) -> None:
        """Leave some out."""
        self._hidden = keys
        self._place()

    def shown_panes(self) -> tuple[Pane, ...]:
        """What is shown, from top to bottom."""
        return tuple(pane for pane in self._panes if pane.key not in self._hidden)

    def pane(self, key: str) -> Pane | None:
        """A pane by its key."""
        return next((pane for pane in self._panes if pane.key == key), None)

    def area_of(self, key: str) -> QRectF:
        """Where a pane stands; empty if it is not shown."""
        return next((area for pane, area in self._placed if pane.key == key), QRectF())

    @property
    def unit(self) -> int | None:
        """The chosen unit of the layer; None where no layer is shown."""
        for pane in self._panes:
            if isinstance(pane, MapPane) and pane.is_unit_map:
                return int(pane.order[min(self.row, len(pane.order) - 1)])
        return None

    def choose_unit(self, unit: int) -> None:
        """Choose the line in which a unit of the layer stands."""
        for pane in self._panes:
            if isinstance(pane, MapPane) and pane.is_unit_map and unit in pane.order:
                self._choose_row(int(np.flatnonzero(pane.order == unit)[0]))
                return

    def redraw(self) -> None:
        """Draw all of it anew at the next chance."""
        self._picture = None
        self.update()

    def retranslate(self) -> None:
        """Set every text."""
        self.setAccessibleName(self.tr("Gates and states over time"))
        self.redraw()

    def restyle(self) -> None:
        """Take the colours of the look."""
        self.redraw()

    def describe(self, text: str) -> None:
        """What assistive technology reads of the cursor's place."""
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Enough for every pane."""
        return QSize(480, round(lens_paint.least_height(self.shown_panes())) if self._panes else 240)

    def _place(self) -> None:
        self._placed = lens_paint.place(self.shown_panes(), QRectF(self.rect()).adjusted(0, 0, -1, -1))
        self.updateGeometry()
        self.redraw()

    # Drawing

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Place the panes."""
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Draw the panes as they were last drawn, and what moves over them."""
        painter = QPainter(self)
        if not self._placed:
            return
        if self._picture is None or self._picture.devicePixelRatio() != self.devicePixelRatioF():
            self._picture = self._drawn()
        painter.drawPixmap(0, 0, self._picture)
        look = Look.of_window(self.devicePixelRatioF())
        axis = self._axis()
        span = self._placed[0][1].united(self._placed[-1][1])
        lens_overlay.paint_selection(painter, span, axis, self.view.selection, look)
        lens_overlay.paint_row(painter, self._placed, self.row, look)
        lens_overlay.paint_cursor(painter, span, axis, self.view, self._unit_name, look)
        if self._mouse is not None and not self._is_brushing:
            pane, area = self._under(self._mouse)
            if pane is not None and area.left() <= self._mouse.x() <= area.right():
                across = area if isinstance(pane, MapPane) else None
                lens_overlay.paint_pointer(painter, self.size(), span, across, self._mouse, self.text_at(self._mouse), look)
        if self.hasFocus():
            painter.setPen(QPen(QColor(look.colours.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)

    def _drawn(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        lens_paint.paint(painter, self._placed, self.view.window, self._unit_name, Look.of_window(ratio))
        painter.end()
        return picture

    def _axis(self) -> Axis:
        return lens_paint.axis_of(self._placed, self.view.window)

    # What is under the mouse

    def _under(self, place: QPointF) -> tuple[Pane | None, QRectF]:
        for pane, area in self._placed:
            if area.top() - 3 <= place.y() <= area.bottom() + 3:
                return pane, area
        return None, QRectF()

    def text_at(self, place: QPointF) -> str:
        """Time, frame, and what stands at a point of the widget; empty outside of all panes."""
        pane, area = self._under(place)
        if pane is None:
            return ""
        time = self._axis().time(place.x())
        frame = self.view.frame_at(time)
        is_read, is_timed = self.view.has_frame(time), self._unit_name in lens_texts.TIMED
        down = min(max((place.y() - area.top()) / area.height(), 0.0), 1.0)
        when = lens_texts.moment(time if is_timed else self.view.time_of(frame), self._unit_name)
        if is_read and is_timed:
            when = f"{when} · {lens_texts.moment(frame, 'frame')}"
        what = pane.value_at(frame, time, down) if is_read or pane.key == "wave" else ""
        return "\n".join(part for part in (when, what, "" if is_read else lens_texts.outside()) if part)

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin a click, a brush, or a pan with another button."""
        if not self._placed:
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()
            self._is_brushing = False
        else:
            self._panned = event.position().x()
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Brush, pan, or point."""
        if not self._placed:
            return
        self._mouse = event.position()
        axis = self._axis()
        if self._pressed is not None and (self._is_brushing or abs(self._mouse.x() - self._pressed.x()) > _DRAG):
            self._is_brushing = True
            self.view.select((axis.time(self._pressed.x()), axis.time(self._mouse.x())))
        elif self._panned is not None:
            self.view.pan(axis.time(self._panned) - axis.time(self._mouse.x()))
            self._panned = self._mouse.x()
        self._point(*self._under(self._mouse))
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """End a brush, or seek."""
        if not self._placed:
            return
        if event.button() != Qt.MouseButton.LeftButton:
            self._panned = None
            return
        if self._pressed is None:
            return
        if self._is_brushing:
            self.brushed.emit(self.view.selection)
        else:
            self._click(event.position())
        self._pressed, self._is_brushing = None, False
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Show everything again."""
        del event
        self.view.fit()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Point at nothing."""
        super().leaveEvent(event)
        self._mouse = None
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Zoom about the mouse; sideways or with Shift: pan."""
        if not self._placed:
            return
        turned = event.angleDelta()
        if turned.x() or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            span = self.view.high - self.view.low
            self.view.pan(-(turned.x() or turned.y()) / _WHEEL_STEP * span / 8)
        else:
            self.view.zoom(_ZOOM ** (-turned.y() / _WHEEL_STEP), self._axis().time(event.position().x()))
        event.accept()

    def _click(self, place: QPointF) -> None:
        time = min(max(self._axis().time(place.x()), self.view.low), self.view.high)
        pane, area = self._under(place)
        if isinstance(pane, MapPane) and pane.is_unit_map:
            self.row = pane.row_at((place.y() - area.top()) / area.height())
        if self.view.selection and not self.view.selection[0] <= time <= self.view.selection[1]:
            self.view.select(None)
        self.view.move_to(time)
        self.seeked.emit(time)
        self.pointed.emit()

    def _point(self, pane: Pane | None, area: QRectF) -> None:
        del area
        if pane is not None and pane.key != self.current:
            self.current = pane.key
            self.pointed.emit()

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Move by frames, rows and panes; zoom; play."""
        if not self._placed or not self._handle(event):
            super().keyPressEvent(event)

    def _handle(self, event: QKeyEvent) -> bool:  # noqa: PLR0911 - one return a key
        key, view = event.key(), self.view
        steps = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            return self._step(-steps if key == Qt.Key.Key_Left else steps)
        if key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            return self._step(-view.n_frames if key == Qt.Key.Key_Home else view.n_frames)
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            return self._choose_row(self.row + (-steps if key == Qt.Key.Key_Up else steps))
        if key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            return self._choose_pane(-1 if key == Qt.Key.Key_PageUp else 1)
        if key == Qt.Key.Key_Space:
            self.play_requested.emit()
            return True
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            view.zoom(_ZOOM if key == Qt.Key.Key_Minus else 1 / _ZOOM)
            return True
        if key == Qt.Key.Key_0:
            view.fit()
            return True
        if key in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight):
            return self._mark(is_end=key == Qt.Key.Key_BracketRight)
        return False

    def _step(self, frames: int) -> bool:
        self.view.step(frames)
        self.seeked.emit(self.view.cursor)
        self.pointed.emit()
        return True

    def _choose_row(self, row: int) -> bool:
        for pane in self._panes:
            if isinstance(pane, MapPane) and pane.is_unit_map:
                self.row = min(max(row, 0), len(pane.order) - 1)
        self.pointed.emit()
        self.update()
        return True

    def _choose_pane(self, step: int) -> bool:
        keys = [pane.key for pane in self.shown_panes()]
        place = keys.index(self.current) + step if self.current in keys else 0
        self.current = keys[min(max(place, 0), len(keys) - 1)]
        self.pointed.emit()
        return True

    def _mark(self, *, is_end: bool) -> bool:
        """Begin or end the chosen range at the cursor's frame."""
        view = self.view
        low, high = view.selection or (view.start, view.end)
        edge = view.edge(view.frame + (1 if is_end else 0))
        view.select((low, edge) if is_end else (edge, high if high > edge else view.end))
        self.brushed.emit(view.selection)
        return True

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show the ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Hide the ring."""
        super().focusOutEvent(event)
        self.update()
