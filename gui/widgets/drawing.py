"""Pictures that leave the program: whatever can be painted, as PNG or SVG. Runs in any thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QImageWriter, QPainter

from gui.widgets.lens_look import Look, draw_text
from seqclass.files import write_bytes

RATIO = 2.0
_MARGIN = 28.0


@dataclass(frozen=True)
class Sheet:
    """A drawing on paper with a title above and notes below.

    Attributes:
        width, height: Of the drawing itself, in pixels; paper around it comes on top.
        title: First line.
        paint: Draws into an area.
        subtitle: Second line.
        notes: Lines below, how to read it for instance; long ones are broken.
    """

    width: float
    height: float
    title: str
    paint: Callable[[QPainter, QRectF, Look], None]
    subtitle: str = ""
    notes: tuple[str, ...] = ()


def write(path: Path, sheet: Sheet) -> None:
    """Write a sheet, SVG where the name says so and PNG otherwise, whole or not at all.

    Raises:
        StorageError: The file cannot be written.
    """
    look = Look.of_paper()
    heights = _heights(sheet, look)
    size = QSize(round(sheet.width + 2 * _MARGIN), round(sheet.height + sum(heights) + 2 * _MARGIN + 64))

    def paint(painter: QPainter, look: Look) -> None:
        _paint(painter, sheet, size, heights, look)

    make = svg if path.suffix.lower() == ".svg" else png
    write_bytes(path, make(size, paint, look, title=sheet.title, subtitle=sheet.subtitle))


def png(size: QSize, paint: Callable[[QPainter, Look], None], look: Look, *, title: str = "", subtitle: str = "") -> bytes:
    """Paint a picture at twice the size."""
    image = QImage(size * RATIO, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(RATIO)
    painter = QPainter(image)
    paint(painter, replace(look, ratio=RATIO))
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"png"))
    writer.setText("Title", title)
    writer.setText("Description", subtitle)
    writer.write(image)
    return bytes(buffer.data().data())


def svg(size: QSize, paint: Callable[[QPainter, Look], None], look: Look, *, title: str = "", subtitle: str = "") -> bytes:
    """Paint a drawing."""
    from PySide6.QtSvg import QSvgGenerator

    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(generator.logicalDpiX())
    generator.setSize(size)
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    generator.setTitle(title)
    generator.setDescription(subtitle)
    painter = QPainter(generator)
    paint(painter, look)
    painter.end()
    buffer.close()
    return bytes(content.data())


def _heights(sheet: Sheet, look: Look) -> list[float]:
    metrics = QFontMetricsF(look.small)
    room = QRectF(0, 0, sheet.width, 10_000)
    return [metrics.boundingRect(room, int(Qt.TextFlag.TextWordWrap), note).height() + 4 for note in sheet.notes]


def _paint(painter: QPainter, sheet: Sheet, size: QSize, heights: list[float], look: Look) -> None:
    painter.fillRect(QRectF(0, 0, size.width(), size.height()), QColor(look.colours.raised))
    draw_text(painter, QRectF(_MARGIN, _MARGIN - 4, sheet.width, 24), sheet.title, font=look.font, colour=look.colours.text)
    line = QRectF(_MARGIN, _MARGIN + 20, sheet.width, 20)
    draw_text(painter, line, sheet.subtitle, font=look.small, colour=look.colours.muted)
    top = _MARGIN + 48
    sheet.paint(painter, QRectF(_MARGIN, top, sheet.width, sheet.height), look)
    top += sheet.height + 16
    for note, height in zip(sheet.notes, heights, strict=True):
        painter.setFont(look.small)
        painter.setPen(QColor(look.colours.muted))
        painter.drawText(QRectF(_MARGIN, top, sheet.width, height), int(Qt.TextFlag.TextWordWrap), note)
        top += height
