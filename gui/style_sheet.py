"""The style sheet of the whole application, to be filled with the values of a look."""

from __future__ import annotations

from collections.abc import Mapping


def style_sheet(values: Mapping[str, str]) -> str:
    """The style sheet with all values put in.

    Kinds (the dynamic property ``kind``):
        QPushButton: ``primary``, ``danger``, ``quiet``; none is a plain button.
        QToolButton: ``nav`` (rail), ``header``, none.
        QLabel: ``title`` (of a page), ``heading`` (of a part), ``muted``, ``small``, ``figure`` (a large number), ``code``,
            ``good``, ``warn``, ``bad``.
        QFrame: ``card``, ``rail``, ``header``, ``footer``, ``good``, ``warn``, ``bad``, ``info`` (messages).

    Args:
        values: What stands for each ``@name@``: colours, font sizes (``pt`` and per cent), the folder of the icons and their shade.
    """
    text = _SHEET
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


# The faces are named so that the sheet of another language differs: what a sheet has dressed keeps its face until the next one.
_SHEET = """
/* @faces@ */
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
