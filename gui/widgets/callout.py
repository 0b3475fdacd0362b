"""A card that points at a part of the window and explains it, and the ring around that part."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QAbstractButton, QFrame, QProgressBar, QWidget

from gui import theme
from gui.widgets.common import Responsive, button, column, label, name, row, set_kind, tool_button

WIDTH = 372
_TIP = 12  # how far the pointer stands out, and how much room there is for the shadow
_ROUND = 14
_GAP = 8
_STEPS = 1_000


@dataclass(frozen=True)
class CalloutFacts:
    """What a card says.

    Attributes:
        heading: In a few words.
        text: Two or three sentences.
        place: Which step this is of how many, in words.
        next_text: Of the button that leads on.
        can_go_back: Whether there is a step before.
        can_go_on: Whether the step after can be shown.
        status: How far the work in the background is, in words; empty for none.
        status_kind: ``muted``, ``good`` or ``bad``.
        progress: Its share that is done; None where that is not known or nothing is under way.
        is_working: Whether something is under way.
        retry_text: Of the button that tries anew what failed; empty for none.
    """

    heading: str
    text: str
    place: str
    next_text: str
    can_go_back: bool = True
    can_go_on: bool = True
    status: str = ""
    status_kind: str = "muted"
    progress: float | None = None
    is_working: bool = False
    retry_text: str = ""


class Ring(QWidget):
    """A frame around what is explained. The mouse goes through it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        accent = QColor(theme.colours().accent)
        for width, opacity in ((7.0, 0.25), (3.0, 1.0)):
            painter.setOpacity(opacity)
            painter.setPen(QPen(accent, width))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(4, 4, -4, -4), 12, 12)


class Callout(Responsive, QFrame):
    """One step of an explanation.

    Signals:
        back_wanted, next_wanted, end_wanted, retry_wanted: A button was pressed.
        retranslated: The language has changed: whoever sets the texts sets them anew.
    """

    back_wanted = Signal()
    next_wanted = Signal()
    end_wanted = Signal()
    retry_wanted = Signal()
    retranslated = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._tip: QPointF | None = None
        self.setFixedWidth(WIDTH)
        self._heading, self._text = label("heading", wraps=True), label(wraps=True)
        self._place, self._status = label("small"), label("small", wraps=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._close = tool_button(size=16)
        self.back, self.next, self.retry = button("quiet"), button("primary"), button()
        self._close.clicked.connect(self.end_wanted)
        self.back.clicked.connect(self.back_wanted)
        self.next.clicked.connect(self.next_wanted)
        self.retry.clicked.connect(self.retry_wanted)
        head = row(self._heading, self._close, spacing=8)
        head.setStretch(0, 1)
        head.setAlignment(self._close, Qt.AlignmentFlag.AlignTop)
        foot = row(self._place, 1, self.retry, self.back, self.next, spacing=6)
        layout = column(head, self._text, self._status, self._bar, foot, spacing=8)
        layout.setContentsMargins(_TIP + 18, _TIP + 14, _TIP + 14, _TIP + 12)
        self.setLayout(layout)
        for before, after in zip((self.next, self.back, self.retry), (self.back, self.retry, self._close), strict=True):
            self.setTabOrder(before, after)
        self.hide()
        self.retranslate()
        self.restyle()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Return presses the button that has the focus, as in a dialog."""
        focus = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focus, QAbstractButton):
            focus.click()
        else:
            super().keyPressEvent(event)

    def retranslate(self) -> None:
        """Set every text of its own."""
        self.back.setText(self.tr("Back"))
        self.back.setToolTip(self.tr("Back (Alt+←)"))
        self.next.setToolTip(self.tr("On (Alt+→)"))
        name(self._close, self.tr("End the tour"), tip=self.tr("End the tour (Esc)"))
        name(self._bar, self.tr("Progress of the tour's model"))
        self.retranslated.emit()

    def restyle(self) -> None:
        """Set icons."""
        self._close.setIcon(theme.icon("close"))
        self.update()

    def show_facts(self, facts: CalloutFacts) -> None:
        """Show a step."""
        is_new = facts.heading != self._heading.text()
        self._heading.setText(facts.heading)
        self._text.setText(facts.text)
        self._place.setText(facts.place)
        self.next.setText(facts.next_text)
        self.next.setEnabled(facts.can_go_on)
        self.back.setVisible(facts.can_go_back)
        self.retry.setText(facts.retry_text)
        self.retry.setVisible(bool(facts.retry_text))
        self._status.setText(facts.status)
        self._status.setVisible(bool(facts.status))
        set_kind(self._status, "small" if facts.status_kind == "muted" else facts.status_kind)
        self._bar.setVisible(facts.is_working)
        if facts.progress is None:
            self._bar.setRange(0, 0)
        else:
            self._bar.setRange(0, _STEPS)
            self._bar.setValue(round(_STEPS * facts.progress))
        words = f"{facts.heading}. {facts.text}"
        self.setAccessibleName(facts.heading)
        self.setAccessibleDescription(facts.text)
        self.next.setAccessibleDescription(words)
        self._fit()
        if is_new:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def point_at(self, target: QRect | None, room: QRect, *, is_centred: bool = False, spares_end: bool = False) -> None:
        """Stand beside a part of the parent; without one in the middle of ``room``, or in its lower right corner.

        Args:
            target: The part.
            room: Where to stay if there is room.
            is_centred: Stand in the middle.
            spares_end: Where there is no room beside it, cover the end of the part.
        """
        place, tip = _beside(self.size(), target, room, self._window.rect(), spares_end=spares_end)
        if is_centred:
            place = room.center() - QPoint(self.width() // 2, self.height() // 2)
        tip_here = None if tip is None else QPointF(tip - place)
        if place != self.pos():
            self.move(place)
        if tip_here != self._tip:
            self._tip = tip_here
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw shadow, card and pointer."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = theme.colours()
        body = QRectF(self.rect()).adjusted(_TIP, _TIP, -_TIP, -_TIP)
        outline = QPainterPath()
        outline.addRoundedRect(body, _ROUND, _ROUND)
        if self._tip is not None:
            pointer = QPainterPath()
            pointer.addPolygon(_pointer(body, self._tip))
            pointer.closeSubpath()
            outline = outline.united(pointer)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#000000"))
        for spread in (8, 6, 4, 2):
            painter.setOpacity(0.10 if theme.is_dark() else 0.05)
            painter.drawRoundedRect(body.adjusted(-spread, -spread + 2, spread, spread + 2), _ROUND + spread, _ROUND + spread)
        painter.setOpacity(1.0)
        painter.setBrush(QColor(colours.raised))
        painter.setPen(QPen(QColor(colours.accent), 2))
        painter.drawPath(outline)

    def _fit(self) -> None:
        layout = self.layout()
        assert layout is not None
        layout.activate()
        wanted = max(layout.totalHeightForWidth(WIDTH), layout.totalMinimumSize().height())
        if self.height() != wanted:
            self.resize(WIDTH, wanted)


def _beside(size: QSize, target: QRect | None, room: QRect, whole: QRect, *, spares_end: bool) -> tuple[QPoint, QPoint | None]:
    """Where a card stands, and where its pointer ends.

    Args:
        size: Of the card.
        target: What it is about.
        room: Where it should stay.
        whole: Where it may stand if there is no other place.
        spares_end: Before that, it may cover the end of what it is about.
    """
    corner = QPoint(room.right() - size.width() - _GAP, room.bottom() - size.height() - _GAP)
    if target is None:
        return corner, None
    wide, high, middle = size.width(), size.height(), target.center()
    x = max(room.left(), min(middle.x() - wide // 2, room.right() - wide))
    y = max(room.top(), min(middle.y() - high // 2, room.bottom() - high))
    right = QPoint(target.right() + 1, y), QPoint(target.right() + 2, middle.y())
    left = QPoint(target.left() - wide, y), QPoint(target.left() - 2, middle.y())
    below = QPoint(x, target.bottom() + 1), QPoint(middle.x(), target.bottom() + 2)
    inside = QPoint(target.right() - wide - _GAP, target.bottom() - high - _GAP), None
    above = QPoint(x, target.top() - high), QPoint(middle.x(), target.top() - 2)
    # Beside is better than above and below: lists and plots are read downwards.
    places: tuple[tuple[bool, tuple[QPoint, QPoint | None]], ...] = (
        (target.bottom() < room.top(), below),  # in the window's head
        (room.right() - target.right() >= wide, right),
        (target.left() - room.left() >= wide, left),
        (room.bottom() - target.bottom() >= high, below),
        (target.top() - room.top() >= high, above),
        # A long list spares its end better than the rail its pages.
        (spares_end, inside),
        (target.left() - whole.left() >= wide, left),
    )
    return next((place for fits, place in places if fits), (corner, None))


def _pointer(body: QRectF, tip: QPointF) -> QPolygonF:
    """A triangle from the nearest edge of the card to the point."""
    base = 9.0
    if body.left() + _ROUND + base <= tip.x() <= body.right() - _ROUND - base:
        edge = body.top() + 1 if tip.y() < body.top() else body.bottom() - 1
        return QPolygonF([QPointF(tip.x() - base, edge), QPointF(tip.x() + base, edge), tip])
    edge = body.left() + 1 if tip.x() < body.left() else body.right() - 1
    y = max(body.top() + _ROUND + base, min(tip.y(), body.bottom() - _ROUND - base))
    return QPolygonF([QPointF(edge, y - base), QPointF(edge, y + base), QPointF(tip.x(), y)])
