"""The look: two palettes of named colours, one style sheet made from them, tinted icons.

Everything that paints takes its colours from `colours()` at the time of painting, and repaints on a PaletteChange event (the
hook ``restyle`` of `gui.widgets.common.Responsive`). Widgets name their part in the look by a property, never by a colour:
``widget.setProperty("kind", "primary")``; the kinds are listed at `style_sheet`.
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
    if app.style().objectName() != "fusion":
        app.setStyle("Fusion")
    app.setFont(_font(language))
    app.setPalette(_palette(_in_use))
    app.setStyleSheet(style_sheet(_in_use, app.font()))


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


def style_sheet(named: Colours, base: QFont) -> str:
    """The style sheet of the whole application.

    Kinds (the dynamic property ``kind``):
        QPushButton: ``primary``, ``danger``, ``quiet``; none is a plain button.
        QToolButton: ``nav`` (rail), ``header``, none.
        QLabel: ``title`` (of a page), ``heading`` (of a part), ``muted``, ``small``, ``figure`` (a large number), ``code``,
            ``good``, ``warn``, ``bad``.
        QFrame: ``card``, ``rail``, ``header``, ``footer``, ``good``, ``warn``, ``bad``, ``info`` (messages).
    """
    points = base.pointSizeF()
    values = {field.name: getattr(named, field.name) for field in fields(named) if field.name != "data"}
    values |= {f"pt{round(scale * 100)}": f"{points * scale:.1f}pt" for scale in (0.85, 1.0, 1.15, 1.3, 1.75)}
    values["icons"] = str(ICONS.as_posix())
    values["shade"] = "dark" if named is DARK else "light"
    text = _SHEET
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


_SHEET = """
* { outline: 0; }
QToolTip { background: @text@; color: @surface@; border: 0; padding: 6px 8px; }

QFrame[kind="card"] { background: @raised@; border: 1px solid @line@; border-radius: 12px; }
QFrame[kind="rail"] { background: @sunken@; border: 0; border-right: 1px solid @line@; }
QFrame[kind="header"] { background: @surface@; border: 0; border-bottom: 1px solid @line@; }
QFrame[kind="footer"] { background: @raised@; border: 0; border-top: 1px solid @line@; }
QFrame[kind="info"], QFrame[kind="good"], QFrame[kind="warn"], QFrame[kind="bad"] { border-radius: 10px; }
QFrame[kind="info"] { background: @accent_soft@; border: 1px solid @accent@; }
QFrame[kind="good"] { background: @good_soft@; border: 1px solid @good@; }
QFrame[kind="warn"] { background: @warn_soft@; border: 1px solid @warn@; }
QFrame[kind="bad"] { background: @bad_soft@; border: 1px solid @bad@; }

QLabel { background: transparent; }
QLabel[kind="title"] { font-size: @pt175@; font-weight: 600; }
QLabel[kind="heading"] { font-size: @pt115@; font-weight: 600; }
QLabel[kind="figure"] { font-size: @pt175@; font-weight: 600; }
QLabel[kind="muted"] { color: @muted@; }
QLabel[kind="small"] { color: @muted@; font-size: @pt85@; }
QLabel[kind="code"] { font-family: "DejaVu Sans Mono", Consolas, Menlo, monospace; font-size: @pt85@; }
QLabel[kind="good"], QLabel[kind="warn"], QLabel[kind="bad"] { background: transparent; border: 0; border-radius: 0; }
QLabel[kind="good"] { color: @good@; }
QLabel[kind="warn"] { color: @warn@; }
QLabel[kind="bad"] { color: @bad@; }

QPushButton {
    background: @raised@; color: @text@; border: 1px solid @outline@; border-radius: 8px; padding: 7px 16px; min-height: 1.1em;
}
QPushButton:hover { background: @sunken@; }
QPushButton:pressed { background: @line@; }
QPushButton:focus { border: 2px solid @accent@; padding: 6px 15px; }
QPushButton:disabled { color: @outline@; border-color: @line@; }
QPushButton:checked { background: @accent_soft@; border-color: @accent@; }
QPushButton[kind="primary"] { background: @accent@; color: @on_accent@; border-color: @accent@; font-weight: 600; }
QPushButton[kind="primary"]:hover { border-color: @text@; }
QPushButton[kind="primary"]:focus { border: 2px solid @text@; }
QPushButton[kind="primary"]:disabled { background: @line@; color: @muted@; border-color: @line@; }
QPushButton[kind="danger"] { color: @bad@; border-color: @bad@; }
QPushButton[kind="danger"]:hover { background: @bad_soft@; }
QPushButton[kind="danger"]:disabled { color: @outline@; border-color: @line@; }
QPushButton[kind="quiet"] { background: transparent; border-color: transparent; }
QPushButton[kind="quiet"]:hover { background: @sunken@; }
QPushButton[kind="quiet"]:focus { border-color: @accent@; }
QPushButton::menu-indicator { image: url(@icons@/down-@shade@.svg); width: 12px; subcontrol-position: right center; right: 8px; }

QToolButton { background: transparent; color: @text@; border: 2px solid transparent; border-radius: 8px; padding: 4px; }
QToolButton:hover { background: @sunken@; }
QToolButton:pressed, QToolButton:checked { background: @accent_soft@; }
QToolButton:focus { border-color: @accent@; }
QToolButton:disabled { color: @outline@; }
QToolButton::menu-indicator { image: none; }
QToolButton[kind="header"] { padding: 5px 10px; font-weight: 600; }
QToolButton[kind="group"] { font-weight: 600; }
QToolButton[kind="nav"] { color: @muted@; border-radius: 12px; padding: 8px 2px 6px 2px; font-size: @pt85@; }
QToolButton[kind="nav"]:hover { background: @line@; color: @text@; }
QToolButton[kind="nav"]:checked { background: @accent_soft@; color: @accent@; font-weight: 600; }
QToolButton[kind="nav"]:focus { border-color: @accent@; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox {
    background: @raised@; color: @text@; border: 1px solid @outline@; border-radius: 8px; padding: 5px 8px;
    selection-background-color: @accent@; selection-color: @on_accent@; min-height: 1.2em;
}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus {
    border: 2px solid @accent@; padding: 4px 7px;
}
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled { color: @outline@; border-color: @line@; }
QLineEdit[kind="bad"], QSpinBox[kind="bad"], QDoubleSpinBox[kind="bad"], QComboBox[kind="bad"] { border: 2px solid @bad@; }
QComboBox::drop-down { border: 0; width: 24px; }
QComboBox::down-arrow { image: url(@icons@/down-@shade@.svg); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: @raised@; border: 1px solid @outline@; padding: 4px; }
QSpinBox::up-button, QDoubleSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::down-button { border: 0; width: 20px; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url(@icons@/up-@shade@.svg); width: 10px; height: 10px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url(@icons@/down-@shade@.svg); width: 10px; height: 10px; }

QSpinBox QLineEdit, QDoubleSpinBox QLineEdit, QComboBox QLineEdit { border: 0; padding: 0; background: transparent; min-height: 0; }
/* Qt puts the field at the left edge, whatever the padding. */
QSpinBox, QDoubleSpinBox { qproperty-alignment: "AlignRight | AlignVCenter"; }

QCheckBox, QRadioButton { spacing: 8px; padding: 2px; border: 2px solid transparent; border-radius: 6px; }
QCheckBox:focus, QRadioButton:focus { border-color: @accent@; }
QCheckBox:disabled, QRadioButton:disabled { color: @outline@; }
QCheckBox::indicator, QRadioButton::indicator, QTableView::indicator, QListView::indicator, QTreeView::indicator {
    width: 16px; height: 16px; background: @raised@; border: 1px solid @outline@; border-radius: 5px;
}
QCheckBox::indicator:checked, QTableView::indicator:checked, QListView::indicator:checked, QTreeView::indicator:checked {
    background: @accent@; border-color: @accent@; image: url(@icons@/tick-on-@shade@.svg);
}
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { background: @line@; border-color: @line@; }
QRadioButton::indicator { border-radius: 9px; }
QRadioButton::indicator:checked { width: 8px; height: 8px; border: 5px solid @accent@; background: @on_accent@; }

QListView, QTreeView, QTableView {
    background: @raised@; border: 1px solid @line@; border-radius: 10px; gridline-color: @line@; padding: 2px;
    alternate-background-color: @surface@; selection-background-color: @accent_soft@; selection-color: @text@;
}
QListView:focus, QTreeView:focus, QTableView:focus { border: 2px solid @accent@; padding: 1px; }
QListView::item, QTreeView::item { padding: 6px 8px; }
/* One pill a row, not one a cell. */
QListView::item, QTreeView::item:only-one { border-radius: 6px; }
QTreeView::item:first { border-top-left-radius: 6px; border-bottom-left-radius: 6px; }
QTreeView::item:last { border-top-right-radius: 6px; border-bottom-right-radius: 6px; }
QListView::item:hover, QTreeView::item:hover { background: @sunken@; }
QListView::item:selected, QTreeView::item:selected, QTableView::item:selected { background: @accent_soft@; color: @text@; }
QTableView::item { padding: 4px 8px; }
QHeaderView { background: transparent; }
QHeaderView::section {
    background: transparent; color: @muted@; border: 0; border-bottom: 1px solid @line@; padding: 6px 8px; font-weight: 600;
}
QTableCornerButton::section { background: transparent; border: 0; }

QProgressBar { background: @sunken@; border: 0; border-radius: 4px; min-height: 8px; max-height: 8px; }
QProgressBar::chunk { background: @accent@; border-radius: 4px; }

QSlider { min-height: 22px; }
QSlider::groove:horizontal { background: @line@; height: 4px; border-radius: 2px; }
QSlider::sub-page:horizontal { background: @accent@; border-radius: 2px; }
QSlider::handle:horizontal { background: @accent@; width: 16px; height: 16px; margin: -6px 0; border-radius: 8px; }
QSlider::handle:horizontal:focus { border: 2px solid @text@; width: 14px; height: 14px; border-radius: 9px; margin: -7px 0; }

QScrollArea { background: transparent; border: 0; }
QScrollArea > QWidget > QWidget { background: transparent; }
QScrollBar { background: transparent; border: 0; }
QScrollBar:vertical { width: 12px; }
QScrollBar:horizontal { height: 12px; }
QScrollBar::handle { background: @outline@; border-radius: 3px; margin: 3px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: @muted@; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QMenu { background: @raised@; border: 1px solid @outline@; padding: 6px; }
QMenu::item { padding: 6px 28px 6px 12px; border-radius: 6px; }
QMenu::item:selected { background: @accent_soft@; color: @text@; }
QMenu::item:disabled { color: @outline@; }
QMenu::separator { height: 1px; background: @line@; margin: 6px 4px; }
QMenu::indicator { width: 14px; height: 14px; left: 4px; }
QMenu::indicator:checked { image: url(@icons@/tick-@shade@.svg); }

QTabWidget::pane { border: 0; }
QTabBar { background: transparent; }
QTabBar::tab {
    background: transparent; color: @muted@; border: 0; border-bottom: 3px solid transparent; padding: 8px 14px; margin-right: 4px;
}
QTabBar::tab:hover { color: @text@; }
QTabBar::tab:selected { color: @accent@; border-bottom-color: @accent@; font-weight: 600; }
QTabBar::tab:focus { color: @text@; }

QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: @line@; }
QGroupBox { border: 1px solid @line@; border-radius: 10px; margin-top: 1.2em; padding: 10px; }
QGroupBox::title { subcontrol-origin: margin; left: 10px; color: @muted@; }
QDialog { background: @surface@; }
"""
