"""One setting in a form: its name, field, explanation, default and range, what is wrong with it, and a way back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLineEdit, QWidget

from gui import theme
from gui.widgets.common import Responsive, label, name, set_kind, tool_button
from gui.widgets.setting_texts import help_of, name_of
from gui.widgets.setting_values import SettingValues, shape_of
from seqclass.settings import SettingHelp

EDITOR_WIDTH = 136


class _Mark(QWidget):
    """A dot beside what was changed; its room is kept where there is none."""

    def __init__(self) -> None:
        super().__init__()
        self.is_on = False
        self.setFixedSize(10, 16)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the dot."""
        if not self.is_on:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colours().accent)
        painter.drawEllipse(0, 5, 7, 7)


class _Choice(QComboBox):
    """A combo box that the wheel passes by unless it has the focus: scrolling a form must not change it."""

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Turn only what has the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class SettingRow(Responsive, QWidget):
    """One setting.

    Attributes:
        one: What is known about it.
        editor: A line edit, a combo box or a check box.

    Signals:
        edited: Its name and the text that was typed or chosen.
        reset: Its name: the default is wanted.
    """

    edited = Signal(str, str)
    reset = Signal(str)

    def __init__(self, one: SettingHelp) -> None:
        super().__init__()
        self.one = one
        self._shape = shape_of(one)
        self._mark = _Mark()
        self._label = label(wraps=True)
        self._help = label("small", wraps=True)
        self._error = label("bad", wraps=True)
        self._other = label("warn", wraps=True)
        self._reset = tool_button(size=16)
        self._reset.clicked.connect(lambda: self.reset.emit(one.name))
        self.editor = self._make_editor()
        keep = self._reset.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self._reset.setSizePolicy(keep)
        grid = QGridLayout()
        grid.setContentsMargins(0, 4, 0, 6)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._mark, 0, 0)
        grid.addWidget(self._label, 0, 1)
        grid.addWidget(self.editor, 0, 2, alignment=Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self._reset, 0, 3)
        for line, part in enumerate((self._help, self._error, self._other), start=1):
            grid.addWidget(part, line, 1, 1, 2)
        self._error.hide()
        self._other.hide()
        self.setLayout(grid)
        self._default = ""
        self._hint = ""
        self.retranslate()
        self.restyle()

    def _make_editor(self) -> QLineEdit | QComboBox | QCheckBox:
        setting = self.one.name
        if self._shape.type == "bool":
            check = QCheckBox()
            check.toggled.connect(lambda is_on: self.edited.emit(setting, "true" if is_on else "false"))
            return check
        if self._shape.type == "choice" and not self._shape.is_list:
            choice = _Choice()
            choice.setFixedWidth(EDITOR_WIDTH)
            choice.addItems(self._shape.choices)
            choice.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            choice.currentTextChanged.connect(lambda text: self.edited.emit(setting, text))
            return choice
        line = QLineEdit()
        line.setFixedWidth(EDITOR_WIDTH)
        line.textEdited.connect(lambda text: self.edited.emit(setting, text))
        return line

    def retranslate(self) -> None:
        """Set every text."""
        title = name_of(self.one.name)
        self._label.setText(title)
        self._label.setToolTip(self.one.name)
        self._show_help()
        if isinstance(self.editor, QLineEdit) and self._shape.is_optional:
            self.editor.setPlaceholderText(self._hint or self.tr("unset"))
        name(self._reset, self.tr("Reset {setting}").format(setting=title), tip=self.tr("Back to the default"))
        self._name_editor()

    def restyle(self) -> None:
        """Set icons."""
        self._reset.setIcon(theme.icon("undo", colour=theme.colours().muted))

    def sync(self, values: SettingValues, *, error: str, other: str) -> None:
        """Show what the form holds.

        Args:
            values: All settings.
            error: What is wrong with this one; empty for nothing.
            other: What another run had, as a sentence; empty where it had the same.
        """
        text = values.texts[self.one.name]
        self.editor.blockSignals(True)
        if isinstance(self.editor, QCheckBox):
            self.editor.setChecked(text == "true")
        elif isinstance(self.editor, QComboBox):
            if self.editor.findText(text) < 0:
                self.editor.addItem(text)
            self.editor.setCurrentText(text)
        elif self.editor.text() != text:
            self.editor.setText(text)
        self.editor.blockSignals(False)
        self._mark.is_on = values.is_changed(self.one.name)
        self._mark.update()
        self._reset.setVisible(self._mark.is_on)
        set_kind(self.editor, "bad" if error else "")
        for part, words in ((self._error, error), (self._other, other)):
            part.setText(words)
            part.setVisible(bool(words))
        if self._default != values.default(self.one.name):
            self._default = values.default(self.one.name)
            self._show_help()
        self._name_editor()

    def set_hint(self, text: str) -> None:
        """What an empty field amounts to."""
        self._hint = text
        if isinstance(self.editor, QLineEdit):
            self.editor.setPlaceholderText(text)

    def _name_editor(self) -> None:
        title = name_of(self.one.name)
        if self._mark.is_on:
            title = self.tr("{setting}, changed").format(setting=title)
        if not self._error.isHidden():
            title = f"{title}: {self._error.text()}"
        self.editor.setAccessibleName(title)

    def _show_help(self) -> None:
        facts = [self.tr("Default: {value}").format(value=self._shown(self._default)), *self._range()]
        self._help.setText(f"{help_of(self.one)}\n{' · '.join(facts)}")
        self.editor.setAccessibleDescription(self._help.text())

    def _shown(self, text: str) -> str:
        if text:
            return {"true": self.tr("on"), "false": self.tr("off")}[text] if self._shape.type == "bool" else text
        return self.tr("unset") if self._shape.is_optional else self.tr("none")

    def _range(self) -> list[str]:
        shape = self._shape
        words: list[str] = []
        if shape.type == "choice" and shape.is_list:
            words.append(self.tr("one or more of {choices}").format(choices=", ".join(shape.choices)))
        elif shape.is_list:
            words.append(self.tr("a list, as 64, 64") if shape.type == "int" else self.tr("a list"))
        elif shape.type == "int":
            words.append(self.tr("whole number"))
        low, above = shape.limits.get(">="), shape.limits.get(">")
        high, below = shape.limits.get("<="), shape.limits.get("<")
        if low and high:
            words.append(self.tr("{low} to {high}").format(low=low, high=high))
        elif low and below:
            words.append(self.tr("{low} to below {high}").format(low=low, high=below))
        elif above and high:
            words.append(self.tr("above {low}, up to {high}").format(low=above, high=high))
        elif low:
            words.append(self.tr("{low} or more").format(low=low))
        return words
