"""What leaves the page: the panes as a picture with their legend, and how to read them below. Runs in a thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from gui.widgets import drawing, lens_paint
from gui.widgets.lens_look import Look, draw_text
from gui.widgets.lens_panes import Pane
from gui.widgets.time_view import Window
from seqclass.files import write_bytes

WIDTH = 1440
_MARGIN = 28.0
_UNIT_HEIGHT = 92.0


@dataclass(frozen=True)
class Sheet:
    """A picture to be written.

    Attributes:
        panes: From top to bottom.
        view: What part of the time is drawn.
        unit_name: Of the time axis.
        title: First line.
        subtitle: Second line.
        look: Fonts and colours, taken in the window's thread.
    """

    panes: tuple[Pane, ...]
    view: Window
    unit_name: str
    title: str
    subtitle: str
    look: Look


def write(path: Path, sheet: Sheet) -> None:
    """Write a picture, SVG where the name says so and PNG otherwise, whole or not at all.

    Raises:
        StorageError: The file cannot be written.
    """
    size = _size(sheet, sheet.look)
    make = drawing.svg if path.suffix.lower() == ".svg" else drawing.png
    content = make(
        size, lambda painter, look: _paint(painter, sheet, size, look), sheet.look, title=sheet.title, subtitle=sheet.subtitle
    )
    write_bytes(path, content)


def _size(sheet: Sheet, look: Look) -> QSize:
    panes = sum(max(pane.weight * _UNIT_HEIGHT, pane.least) for pane in sheet.panes)
    words = sum(height for _, _, height in _words(sheet.panes, look))
    return QSize(WIDTH, round(2 * _MARGIN + 56 + panes + lens_paint.least_height(()) + 8 * len(sheet.panes) + 16 + words))


def _words(panes: Sequence[Pane], look: Look) -> list[tuple[str, str, float]]:
    """Name, sentence and height of each line below the panes."""
    metrics = QFontMetricsF(look.small)
    room = QRectF(0, 0, WIDTH - 2 * _MARGIN - 168, 10_000)
    lines = []
    for pane in panes:
        height = metrics.boundingRect(room, int(Qt.TextFlag.TextWordWrap), pane.reading()).height()
        lines.append((pane.heading(), pane.reading(), height + 4))
    return lines


def _paint(painter: QPainter, sheet: Sheet, size: QSize, look: Look) -> None:
    width = size.width() - 2 * _MARGIN
    painter.fillRect(QRectF(0, 0, size.width(), size.height()), QColor(look.colours.raised))
    draw_text(painter, QRectF(_MARGIN, _MARGIN - 4, width, 24), sheet.title, font=look.font, colour=look.colours.text)
    draw_text(painter, QRectF(_MARGIN, _MARGIN + 20, width, 20), sheet.subtitle, font=look.small, colour=look.colours.muted)
    words = _words(sheet.panes, look)
    below = sum(height for _, _, height in words)
    top = _MARGIN + 48
    area = QRectF(_MARGIN, top, width, size.height() - top - _MARGIN - below - 16)
    lens_paint.paint(painter, lens_paint.place(sheet.panes, area), sheet.view, sheet.unit_name, look)
    top = area.bottom() + 16
    for heading, text, height in words:
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
        painter.setFont(look.small)
        painter.setPen(QColor(look.colours.text))
        painter.drawText(QRectF(_MARGIN, top, 160, height), flags, heading)
        painter.setPen(QColor(look.colours.muted))
        painter.drawText(QRectF(_MARGIN + 168, top, width - 168, height), flags, text)
        top += height
