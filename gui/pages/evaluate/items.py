"""Items of a cell, a class or a speaker: listed worst first, to hear, to inspect, to give another label."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QMenu, QPlainTextEdit

from gui import theme
from gui.pages.evaluate.facts import Evaluated, TargetFacts
from gui.widgets.common import Responsive, button, column, label, name, row
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.figures_table import FiguresTable, Row

if TYPE_CHECKING:
    from seqclass.data.manifest import Item

OtherModel = tuple[str, str, dict[int, str]]
N_LISTED = 1_000
"""Nobody goes through more by hand, and the window must not wait for them."""


class ItemsPanel(Responsive, QFrame):
    """The list with its buttons.

    Attributes:
        table: The list; its keys are indices into the evaluation.

    Signals:
        item_chosen: Index of the item the person went to.
        play_wanted, inspect_wanted: Index of an item.
        label_wanted: Index of an item, and its label from now on.
        all_wanted: All mistakes, in place of those of a cell.
    """

    item_chosen = Signal(int)
    play_wanted = Signal(int)
    inspect_wanted = Signal(int)
    label_wanted = Signal(int, str)
    all_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._facts: Evaluated | None = None
        self._target: TargetFacts | None = None
        self._wanted = "mistakes"
        self._other: OtherModel | None = None
        self._is_playing = False
        self._heading = label("heading", wraps=True)
        self._count = label("small")
        self._all = button("quiet")
        self._all.clicked.connect(self.all_wanted)
        self.table = FiguresTable(is_last_spare=True)
        self.table.key_chosen.connect(self._take_choice)
        self.table.key_opened.connect(self.inspect_wanted.emit)
        self._where = ElidedLabel("small", mode=Qt.TextElideMode.ElideMiddle)
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setFixedHeight(84)
        self._play, self._inspect, self._correct = button(), button(), button()
        self._labels = QMenu(self)
        self._labels.aboutToShow.connect(self._fill_labels)
        self._correct.setMenu(self._labels)
        self._play.clicked.connect(partial(self._emit, self.play_wanted))
        self._inspect.clicked.connect(partial(self._emit, self.inspect_wanted))
        layout = column(
            self._heading,
            row(self._count, 1, self._all),
            self.table,
            self._where,
            self._text,
            row(self._play, self._inspect, 1),
            row(self._correct, 1),
            spacing=8,
            margins=(14, 12, 14, 12),
        )
        layout.setStretch(2, 1)
        self.setLayout(layout)
        self._heads: tuple[str, ...] = ()
        self.retranslate()
        self.restyle()
        self._update()

    def retranslate(self) -> None:
        """Set every text."""
        self._all.setText(self.tr("All mistakes"))
        self._inspect.setText(self.tr("Inspect"))
        self._correct.setText(self.tr("Correct the label"))
        name(
            self._correct,
            self.tr("Correct the label"),
            tip=self.tr("Give this item another label in the data set; can be undone"),
        )
        name(self._inspect, self.tr("Inspect"), tip=self.tr("Look at its gates and states (Enter)"))
        name(self.table, self.tr("Items, worst first"))
        name(self._text, self.tr("Text of the item"))
        self._set_play_text()
        self._set_heads()

    def restyle(self) -> None:
        """Set icons."""
        self._play.setIcon(theme.icon("stop" if self._is_playing else "play"))
        self._inspect.setIcon(theme.icon("inspect"))
        self._correct.setIcon(theme.icon("edit"))

    def set_playing(self, *, is_playing: bool) -> None:
        """Show whether an item plays."""
        self._is_playing = is_playing
        self._set_play_text()
        self.restyle()

    def show_items(
        self,
        facts: Evaluated,
        target: TargetFacts,
        indices: Sequence[int],
        heading: str,
        *,
        wanted: str,
        other: OtherModel | None = None,
    ) -> None:
        """List items.

        Args:
            facts: The evaluation.
            target: Which figures.
            indices: Of the items, in order.
            heading: What they have in common.
            wanted: What they are: ``mistakes`` (all of them), or those of a ``cell``, a ``class``, a ``part``, a ``flip``.
            other: Names of this model and of another one, and index -> what that one said: to show both.
        """
        self._facts, self._target, self._wanted, self._other = facts, target, wanted, other
        self._heading.setText(heading)
        count = self.tr("%n item(s)", "", len(indices))
        if len(indices) > N_LISTED:
            count += " · " + self.tr("the first {n} are listed").format(n=N_LISTED)
        self._count.setText(count)
        self._set_heads()
        self.table.set_rows([(int(index), self._row(int(index))) for index in indices[:N_LISTED]])
        if len(indices):
            self.table.choose(int(indices[0]))
        self._update()

    def clear(self) -> None:
        """List nothing."""
        self._facts = None
        self.table.set_rows([])
        self._update()

    def _row(self, index: int) -> Row:
        assert self._facts is not None
        assert self._target is not None
        one, item = self._target, self._facts.item(index)
        title = title_of(item)
        if self._other is not None:
            texts = (title, *map(self._text_of, (one.truth[index], one.predicted[index])), self._other[2].get(index, ""))
            return tuple((text, text) for text in texts)
        if one.is_number:
            truth, said = float(one.truth[index]), float(one.predicted[index])
            error = said - truth
            return ((title, title), (f"{truth:.4g}", truth), (f"{said:.4g}", said), (f"{error:+.3g}", abs(error)))
        truth_label, said_label = one.labels[int(one.truth[index])], one.labels[int(one.predicted[index])]
        sure, of_truth = float(one.confidence[index]), float(one.of_truth[index])
        labels = {"cell": (), "class": (said_label,)}.get(self._wanted, (f"{truth_label} → {said_label}",))
        shares = ((f"{100 * sure:.0f} %", sure), (f"{100 * of_truth:.0f} %", of_truth))
        return ((title, title), *((text, text) for text in labels), *shares)

    def _text_of(self, value: Any) -> str:
        assert self._target is not None
        return f"{float(value):.4g}" if self._target.is_number else self._target.labels[int(value)]

    def _set_heads(self) -> None:
        heads: tuple[str, ...]
        tips: tuple[str, ...]
        if self._other is not None:
            heads = (self.tr("Item"), self.tr("It was"), *self._other[:2])
            tips = heads
        elif self._target is not None and self._target.is_number:
            heads = (self.tr("Item"), self.tr("It was"), self.tr("Said"), self.tr("Error"))
            tips = heads
        else:
            said, both = (self.tr("Said"),), (self.tr("Was → said"),)
            shown = {"cell": (), "class": said}.get(self._wanted, both)  # what is the same for all is in the heading
            heads = (self.tr("Item"), *shown, self.tr("Sure"), self.tr("Truth"))
            tips = (
                *heads[:-2],
                self.tr("Probability of what the model said"),
                self.tr("Probability of what it was"),
            )
        if heads != self._heads:
            self._heads = heads
            has_labels = len(heads) == 4 and self._other is None and not (self._target is not None and self._target.is_number)
            self.table.set_heads(heads, tips, n_wide=2 if has_labels else 1, spare=None if self._other is None else (1,))

    def _set_play_text(self) -> None:
        self._play.setText(self.tr("Stop") if self._is_playing else self.tr("Play"))
        name(self._play, self._play.text(), tip=self.tr("Hear the item (Space)"))

    def _take_choice(self, index: int) -> None:
        self._update()
        self.item_chosen.emit(index)

    def _update(self) -> None:
        index = self.table.key
        facts, target = self._facts, self._target
        has_item = index is not None and facts is not None
        is_speech = facts is not None and facts.answers.head.kind == "speech"
        self._play.setVisible(facts is None or is_speech)
        self._correct.setVisible(target is None or not target.is_number)
        for one in (self._play, self._inspect, self._correct):
            one.setEnabled(has_item)
        self._all.setVisible(facts is not None and self._wanted != "mistakes")
        item = facts.item(index) if has_item and facts is not None else None
        self._text.setVisible(item is not None and item.text is not None)
        self._text.setPlainText((item.text or "") if item is not None else "")
        where = "" if item is None else " · ".join(part for part in (item.id, item.group or "") if part)
        self._where.set_whole(where)

    def _fill_labels(self) -> None:
        self._labels.clear()
        index = self.table.key
        if index is None or self._target is None or self._target.is_number:
            return
        for place, text in enumerate(self._target.labels):
            action = self._labels.addAction(text.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(place == int(self._target.truth[index]))
            action.triggered.connect(partial(self.label_wanted.emit, index, text))

    def _emit(self, signal: Any) -> None:
        if self.table.key is not None:
            signal.emit(self.table.key)


def title_of(item: Item) -> str:
    """The text, or the name of the file."""
    if item.text is not None:
        return " ".join(item.text.split())[:120]
    return (item.file or item.id).rpartition("/")[2] + ("" if item.row is None else f"#{item.row}")
