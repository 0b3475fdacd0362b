"""What every widget of ours is made with: the two hooks, labels, buttons, cards.

`Responsive` is the convention for languages and themes; its docstring is the rule for all widgets and pages.
"""

from __future__ import annotations

from typing import Literal, TypeVar

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

LayoutT = TypeVar("LayoutT", bound=QBoxLayout)
ButtonKind = Literal["", "primary", "danger", "quiet"]


class Responsive:
    """Mixin for widgets: hooks for another language and another look. Put it before the Qt class.

    The rule: ``__init__`` makes widgets without texts and ends with ``self.retranslate()`` and ``self.restyle()``.
    ``retranslate`` sets every text that a person reads, accessible names and tooltips included, by ``self.tr("…")``;
    ``restyle`` sets icons and what is painted by hand. Both are called again whenever language or theme change, so both must
    also work when there is no data yet.
    """

    def retranslate(self) -> None:
        """Set every text."""

    def restyle(self) -> None:
        """Set icons and whatever the style sheet cannot."""

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Call the hooks."""
        super().changeEvent(event)  # type: ignore[misc]  # the Qt class comes after the mixin
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() == QEvent.Type.PaletteChange:
            self.restyle()


def label(kind: str = "", *, wraps: bool = False) -> QLabel:
    """A label of a kind of the style sheet; plain text, so that nobody's file name is read as HTML."""
    made = QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wraps)
    if kind:
        made.setProperty("kind", kind)
    return made


def button(kind: ButtonKind = "") -> QPushButton:
    """A button; the one thing to do next on a page is ``primary``."""
    made = QPushButton()
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    if kind:
        made.setProperty("kind", kind)
    return made


def tool_button(kind: str = "", *, size: int = 20) -> QToolButton:
    """A button that shows an icon; give it an accessible name and a tooltip."""
    made = QToolButton()
    made.setIconSize(QSize(size, size))
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    if kind:
        made.setProperty("kind", kind)
    return made


def name(control: QWidget, text: str, *, tip: str = "") -> None:
    """Give a control without a text of its own its accessible name, and a tooltip (the same unless given)."""
    control.setAccessibleName(text)
    if isinstance(control, QAbstractButton) or tip:
        control.setToolTip(tip or text)


def set_kind(widget: QWidget, kind: str) -> None:
    """Change the kind of a widget that is on screen already."""
    if widget.property("kind") != kind:
        widget.setProperty("kind", kind)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def frame(kind: str = "card") -> QFrame:
    """A frame of a kind of the style sheet."""
    made = QFrame()
    made.setProperty("kind", kind)
    return made


def row(*parts: QWidget | QLayout | int, spacing: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QHBoxLayout:
    """Parts side by side; a number is a stretch."""
    return _fill(QHBoxLayout(), parts, spacing, margins)


def column(*parts: QWidget | QLayout | int, spacing: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QVBoxLayout:
    """Parts below one another; a number is a stretch."""
    return _fill(QVBoxLayout(), parts, spacing, margins)


def card(*parts: QWidget | QLayout | int, spacing: int = 10, margin: int = 16) -> QFrame:
    """A raised box with parts below one another."""
    made = frame("card")
    made.setLayout(column(*parts, spacing=spacing, margins=(margin, margin, margin, margin)))
    return made


def stretch(widget: QWidget) -> QWidget:
    """Let a widget take what room there is."""
    widget.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
    return widget


def elided(text: str, length: int = 60) -> str:
    """A text shortened in its middle, where paths are least telling."""
    if len(text) <= length:
        return text
    half = (length - 1) // 2
    return f"{text[:half]}…{text[-half:]}"


def duration(seconds: float) -> str:
    """A duration as ``0:07``, ``12:30`` or ``2:05:00``, the same in all languages."""
    whole = max(0, round(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def _fill(
    layout: LayoutT, parts: tuple[QWidget | QLayout | int, ...], spacing: int, margins: tuple[int, int, int, int]
) -> LayoutT:
    layout.setSpacing(spacing)
    layout.setContentsMargins(*margins)
    for part in parts:
        if isinstance(part, int):
            layout.addStretch(part)
        elif isinstance(part, QLayout):
            layout.addLayout(part)
        else:
            layout.addWidget(part)
    return layout
