"""How takes are recorded: how many in a row, which words, when a take begins and ends. Kept from one start to the next."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractSpinBox, QCheckBox, QDoubleSpinBox, QGridLayout, QLabel, QSpinBox, QWidget

from gui.state import AppState
from gui.widgets.common import Responsive, column, label, name, row

_PAGE = "collect"
_GAP = 12


class RecordOptions(Responsive, QWidget):
    """The controls.

    Attributes:
        count: How often each word is to be said.
        count_in: Seconds before a take begins.
        longest: Seconds after which a take ends in any case.
        holds: Record while the key is held.
        ends_itself: A take ends with the word.
        in_turn: All classes, one after the other.
        goes_on: Keep good takes without a question, and begin the next.

    Signals:
        plan_changed: Other words are to be said.
        mode_changed: Takes begin or end in another way.
    """

    plan_changed = Signal()
    mode_changed = Signal()

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self._state = state
        self.count, self.count_in, self.longest = QSpinBox(), QSpinBox(), QDoubleSpinBox()
        self.count.setRange(1, 100)
        self.count_in.setRange(0, 5)
        self.longest.setRange(0.5, 30.0)
        self.longest.setSingleStep(0.5)
        self.longest.setDecimals(1)
        self.holds, self.ends_itself, self.in_turn, self.goes_on = (QCheckBox() for _ in range(4))
        self._boxes = (self.holds, self.ends_itself, self.in_turn, self.goes_on)
        self._titles: list[QLabel] = [label("small") for _ in range(3)]
        self._numbers: tuple[QAbstractSpinBox, ...] = (self.count, self.count_in, self.longest)
        numbers = row(spacing=6)
        for title, box in zip(self._titles, self._numbers, strict=True):
            title.setBuddy(box)
            numbers.addWidget(title)
            numbers.addWidget(box)
            numbers.addSpacing(8)
        numbers.addStretch()
        self._ticks = QGridLayout()
        self._ticks.setHorizontalSpacing(_GAP)
        self._ticks.setVerticalSpacing(0)
        self._ticks.setColumnStretch(len(self._boxes), 1)
        self.setLayout(column(numbers, self._ticks, spacing=4))
        self._restore()
        self._connect()
        self.retranslate()

    def _restore(self) -> None:
        kept = partial(self._state.page_setting, _PAGE)
        self.count_in.setValue(int(kept("count_in", 0)))
        self.longest.setValue(float(kept("longest_s", 5.0)))
        self.holds.setChecked(bool(kept("holds", False)))
        self.ends_itself.setChecked(bool(kept("ends_itself", False)))
        self._show()

    def _connect(self) -> None:
        self.count.valueChanged.connect(self.plan_changed)
        self.in_turn.toggled.connect(self.plan_changed)
        self.count_in.valueChanged.connect(partial(self._keep, "count_in"))
        self.longest.valueChanged.connect(partial(self._keep, "longest_s"))
        self.holds.toggled.connect(partial(self._keep, "holds"))
        self.ends_itself.toggled.connect(partial(self._keep, "ends_itself"))
        self.goes_on.toggled.connect(self._take_mode)

    def retranslate(self) -> None:
        """Set every text."""
        texts = (self.tr("Takes in a row"), self.tr("Count-in"), self.tr("Longest"))
        for title, text in zip(self._titles, texts, strict=True):
            title.setText(text)
        name(self.count, texts[0], tip=self.tr("How often each word is to be said"))
        name(self.count_in, texts[1], tip=self.tr("Seconds from the key to the beginning of a take"))
        name(self.longest, self.tr("Longest take"), tip=self.tr("A take ends by itself after so many seconds"))
        self.count_in.setSuffix(" s")
        self.longest.setSuffix(" s")
        self.holds.setText(self.tr("Hold to record"))
        self.holds.setToolTip(self.tr("A take lasts for as long as the key or the button is held"))
        self.ends_itself.setText(self.tr("Stop after the word"))
        self.ends_itself.setToolTip(self.tr("A take ends by itself half a second after a word is over"))
        self.in_turn.setText(self.tr("All classes in turn"))
        self.in_turn.setToolTip(self.tr("The next word is that of the next class, again and again"))
        self.goes_on.setText(self.tr("Keep and go on"))
        self.goes_on.setToolTip(
            self.tr(
                "Hands free: a take ends after its word, a take in which a word was found is kept, and the next one begins. "
                "Ctrl+Z takes the last one back and asks for its word again."
            )
        )

        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put them into one line where there is room for it."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        widths = [box.sizeHint().width() for box in self._boxes]
        # Not what the line needs, or the page could never be made narrower again.
        self.setMinimumWidth(max(widths[0], widths[2]) + max(widths[1], widths[3]) + _GAP)
        is_line = sum(widths) + _GAP * len(widths) <= self.width()
        for place, box in enumerate(self._boxes):
            row_number, column_number = (0, place) if is_line else divmod(place, 2)
            self._ticks.addWidget(box, row_number, column_number)

    @property
    def ends_after_word(self) -> bool:
        """Whether a take ends with its word."""
        return not self.holds.isChecked() and (self.ends_itself.isChecked() or self.goes_on.isChecked())

    def set_free(self, *, is_free: bool) -> None:
        """Whether they may be changed now; going on may always be ended."""
        for one in (*self._numbers, self.in_turn, self.holds):
            one.setEnabled(is_free)
        self._show(is_free=is_free)

    def _keep(self, key: str, value: Any) -> None:
        self._state.keep_page_setting(_PAGE, key, value)
        self._take_mode()

    def _take_mode(self) -> None:
        self._show(is_free=self.holds.isEnabled())
        self.mode_changed.emit()

    def _show(self, *, is_free: bool = True) -> None:
        self.ends_itself.setEnabled(is_free and not self.holds.isChecked() and not self.goes_on.isChecked())
