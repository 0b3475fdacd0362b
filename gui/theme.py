"""The look: two palettes of named colours, the values of the style sheet, tinted icons.

Everything that paints takes its colours from `colours()` at the time of painting, and repaints on a PaletteChange event (the
hook ``restyle`` of `gui.widgets.common.Responsive`). Widgets name their part in the look by a property, never by a colour:
``widget.setProperty("kind", "primary")``; the kinds are listed at `gui.style_sheet.style_sheet`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

from gui.settings import ThemeName
from gui.style_sheet import style_sheet

if TYPE_CHECKING:
    from PySide6.QtSvg import QSvgRenderer

MINIMUM_POINTS = 10.0
_CHINESE = ("Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei")
ICONS = Path(__file__).parent / "icons"


@dataclass(frozen=True)
class Colours:
    """Named colours as ``#rrggbb``.

    Attributes:
        surface: Behind everything.
        raised: Cards, fields, menus.
        sunken: The rail, tracks of bars, heads of tables.
        line: Hairlines between parts.
        outline: Borders of fields and buttons.
        text, muted: What is read first, and second; at least 7:1 and 4.5:1 on surface and raised.
        accent, on_accent: The one thing to do next, and text on it.
        accent_soft: Behind what is chosen.
        good, warn, bad: States, always beside a word or a sign, never alone.
        good_soft, warn_soft, bad_soft: Behind messages of these.
        data: Eight colours for curves and classes, to be told apart by colour-blind eyes too (after Okabe and Ito, Color
            Universal Design, 2008), with 3:1 against surface and raised.
    """

    surface: str
    raised: str
    sunken: str
    line: str
    outline: str
    text: str
    muted: str
    accent: str
    on_accent: str
    accent_soft: str
    good: str
    warn: str
    bad: str
    good_soft: str
    warn_soft: str
    bad_soft: str
    data: tuple[str, ...]


LIGHT = Colours(
    surface="#f6f5f1",
    raised="#ffffff",
    sunken="#edebe4",
    line="#e0ddd3",
    outline="#9a968a",
    text="#1f2528",
    muted="#5d6466",
    accent="#176b66",
    on_accent="#ffffff",
    accent_soft="#d9ebe8",
    good="#276f37",
    warn="#8f5a00",
    bad="#b3352b",
    good_soft="#e2f0e3",
    warn_soft="#f8ebd0",
    bad_soft="#f9e1de",
    data=("#0072b2", "#d55e00", "#00865f", "#b5588f", "#a87000", "#3b8fc4", "#6b5bb5", "#5d6466"),
)
DARK = Colours(
    surface="#15191b",
    raised="#1e2427",
    sunken="#101315",
    line="#2c3437",
    outline="#6d787c",
    text="#e9ecea",
    muted="#a3acad",
    accent="#6fcabd",
    on_accent="#0c2421",
    accent_soft="#1f3a38",
    good="#7cc98a",
    warn="#e3b25c",
    bad="#f08a7e",
    good_soft="#1d3322",
    warn_soft="#3a2f17",
    bad_soft="#422320",
    data=("#56a8e0", "#f0894a", "#35c193", "#dc8fc0", "#e6b84a", "#8fcdf0", "#a99bea", "#a3acad"),
)


def colours() -> Colours:
    """The colours in use."""
    return _in_use


def is_dark() -> bool:
    """Whether the dark colours are in use."""
    return _in_use is DARK


_in_use = LIGHT


def resolve(name: ThemeName) -> Literal["light", "dark"]:
    """What ``system`` is at the moment."""
    if name != "system":
        return name
    scheme = QGuiApplication.styleHints().colorScheme()
    return "dark" if scheme == Qt.ColorScheme.Dark else "light"


def apply(app: QApplication, name: ThemeName, language: str = "en") -> None:
    """Dress the application; every widget then gets a PaletteChange event.

    Args:
        app: The application.
        name: Which look.
        language: Code of the language in use, which decides about the first font.
    """
    global _in_use  # noqa: PLW0603 - one process has one look, and paint code must be able to ask for it
    _in_use = DARK if resolve(name) == "dark" else LIGHT
    if not app.styleSheet():  # or the sheet's own style stands before it, and all widgets would be dressed twice
        app.setStyle("Fusion")
    app.setFont(_font(language))
    app.setPalette(_palette(_in_use))
    sheet = style_sheet(_sheet_values(_in_use, app.font()))
    if sheet != app.styleSheet():
        app.setStyleSheet(sheet)


def configure_plots() -> None:
    """Set up pyqtgraph, for whoever has imported it: rows first, colours of the look, antialiased curves."""
    import pyqtgraph

    pyqtgraph.setConfigOptions(
        imageAxisOrder="row-major", background=_in_use.raised, foreground=_in_use.muted, antialias=True, useOpenGL=False
    )


def size(scale: float = 1.0) -> float:
    """A font size in points, relative to the application's."""
    return round(QApplication.font().pointSizeF() * scale, 1)


def font(scale: float = 1.0, *, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The application's font, scaled."""
    changed = QFont(QApplication.font())
    changed.setPointSizeF(size(scale))
    changed.setWeight(weight)
    return changed


def icon(name: str, *, colour: str | None = None, checked: str | None = None) -> QIcon:
    """An icon of ``gui/icons`` in the colour of the text.

    Args:
        name: File name without ending.
        colour: Another colour.
        checked: Colour of the checked state, where it differs.
    """
    return _icon(name, colour or _in_use.text, _in_use.outline, checked or "")


@functools.lru_cache(maxsize=512)
def _icon(name: str, colour: str, disabled: str, checked: str) -> QIcon:
    made = QIcon()
    for extent in (16, 20, 24, 32, 48, 64):
        made.addPixmap(pixmap(name, extent, colour), QIcon.Mode.Normal, QIcon.State.Off)
        made.addPixmap(pixmap(name, extent, disabled), QIcon.Mode.Disabled, QIcon.State.Off)
        if checked:
            made.addPixmap(pixmap(name, extent, checked), QIcon.Mode.Normal, QIcon.State.On)
    return made


@functools.lru_cache(maxsize=512)
def _drawing(name: str, colour: str) -> QSvgRenderer:
    from PySide6.QtSvg import QSvgRenderer

    text = (ICONS / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)
    return QSvgRenderer(QByteArray(text.encode()))


@functools.lru_cache(maxsize=2048)
def pixmap(name: str, extent: int, colour: str, ratio: float = 1.0) -> QPixmap:
    """An icon as a square picture.

    Args:
        name: File name without ending.
        extent: Edge in device-independent pixels.
        colour: ``#rrggbb``; takes the place of ``currentColor``.
        ratio: Device pixels a device-independent pixel.
    """
    picture = QPixmap(QSize(extent, extent) * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    _drawing(name, colour).render(painter, QRectF(0, 0, extent, extent))
    painter.end()
    return picture


def draw_icons() -> Iterator[str]:
    """Draw each icon as most pages show it, one a step: twelve small pictures, which a page would otherwise wait for."""
    for file in sorted(ICONS.glob("*.svg")):
        if file.stem.startswith("tool-"):
            icon(file.stem, colour=_in_use.muted, checked=_in_use.accent)
        else:
            icon(file.stem)
        yield file.stem


def _font(language: str) -> QFont:
    """The system's font, not below 10 points; for Chinese a Chinese one first, so that a text with Latin words is in one face."""
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    family = QFontInfo(system).family()
    made = QFont(system)
    made.setFamilies([*_CHINESE, family] if language.startswith("zh") else [family, *_CHINESE])
    made.setPointSizeF(max(MINIMUM_POINTS, system.pointSizeF()))
    return made


def _palette(named: Colours) -> QPalette:
    role = QPalette.ColorRole
    table = {
        role.Window: named.surface,
        role.WindowText: named.text,
        role.Base: named.raised,
        role.AlternateBase: named.surface,
        role.Text: named.text,
        role.Button: named.raised,
        role.ButtonText: named.text,
        role.BrightText: named.bad,
        role.Highlight: named.accent,
        role.HighlightedText: named.on_accent,
        role.ToolTipBase: named.text,
        role.ToolTipText: named.surface,
        role.PlaceholderText: named.muted,
        role.Link: named.accent,
        role.LinkVisited: named.accent,
        role.Light: named.raised,
        role.Midlight: named.line,
        role.Mid: named.outline,
        role.Dark: named.outline,
        role.Shadow: named.text,
        role.Accent: named.accent,
    }
    palette = QPalette()
    for key, value in table.items():
        palette.setColor(key, QColor(value))
    for key in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, key, QColor(named.outline))
    return palette


def _sheet_values(named: Colours, base: QFont) -> dict[str, str]:
    """What the style sheet is filled with."""
    points = base.pointSizeF()
    values = {field.name: str(getattr(named, field.name)) for field in fields(named) if field.name != "data"}
    values |= {f"pt{round(scale * 100)}": f"{points * scale:.1f}pt" for scale in (0.85, 1.0, 1.15, 1.3, 1.75)}
    shade = "dark" if named is DARK else "light"
    return values | {"icons": ICONS.as_posix(), "shade": shade, "faces": ", ".join(base.families())}
