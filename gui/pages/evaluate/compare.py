"""Another model on the same items: which is better, and which items have changed sides."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QScrollArea, QStackedWidget, QWidget

from gui.pages.evaluate.facts import TargetFacts
from gui.pages.evaluate.pairs import FLIPS, EvaluatedPair, Flip, TargetPair
from gui.widgets.common import Responsive, column, label, name, row
from gui.widgets.figure_row import FigureRow
from gui.widgets.figures_table import FiguresTable, Row

ANOTHER = "?"
_CLASSES_HEIGHT = 150
LIKELY = 0.05
"""A difference that chance brings about more often than that is not called one."""


class CompareView(Responsive, QWidget):
    """A choice of models, and what comes of it.

    Attributes:
        flips: Items by which model has them right; its keys are `Flip`.
        classes: The shares of each class; its keys are places of labels.

    Signals:
        model_wanted: Path of a model to compare with; None: the person wants to choose a file.
        flip_chosen: Items of a kind are wanted: a `Flip`.
        class_chosen: Items of a class are wanted: its name.
    """

    model_wanted = Signal(object)
    flip_chosen = Signal(object)
    class_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._models: tuple[tuple[str, Path], ...] = ()
        self._chosen: Path | None = None
        self._running = False
        self._pair: EvaluatedPair | None = None
        self._result: TargetPair | None = None
        self._target: TargetFacts | None = None
        self._label = label("muted")
        self._choice = QComboBox()
        self._choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._choice.setMaximumWidth(320)
        self._choice.activated.connect(self._take_choice)
        self._hint = label("muted", wraps=True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._figures = FigureRow()
        self._verdict = label(wraps=True)
        self._left_out = label("small", wraps=True)
        self.flips, self.classes = FiguresTable(), FiguresTable()
        self.flips.key_chosen.connect(self.flip_chosen)
        self.classes.key_chosen.connect(self.class_chosen)
        self.classes.setMinimumHeight(_CLASSES_HEIGHT)
        results = QWidget()
        layout = column(
            self._figures, self._verdict, self._left_out, self.flips, self.classes, 0, spacing=8, margins=(0, 0, 4, 0)
        )
        layout.setStretch(4, 1)
        results.setLayout(layout)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(results)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._hint)
        self._stack.addWidget(area)
        layout = column(row(self._label, self._choice, 1, spacing=10), self._stack, spacing=10, margins=(0, 8, 0, 0))
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        self._label.setText(self.tr("Compare with"))
        name(self._choice, self.tr("Model to compare with"))
        name(self.flips, self.tr("Items by which model has them right"))
        name(self.classes, self.tr("Both models by class"))
        self._fill_models()
        self._show()

    def set_models(self, models: Sequence[tuple[str, Path]]) -> None:
        """Offer models: name and place."""
        if tuple(models) != self._models:
            self._models = tuple(models)
            self._fill_models()

    def set_running(self, model: Path | None) -> None:
        """The other model is being asked; None: no longer."""
        self._running = model is not None
        self._chosen = model or self._chosen
        self._fill_models()
        self._show()

    def show_pair(self, target: TargetFacts | None, pair: EvaluatedPair | None) -> TargetPair | None:
        """Show a comparison on a target; None for none yet. Gives what is shown."""
        self._pair, self._target = pair, target
        self._result = pair.of(target) if pair is not None and target is not None else None
        if pair is None and not self._running:
            self._chosen = None
            self._fill_models()
        self._show()
        return self._result

    def title_of(self, flip: Flip) -> str:
        """What has become of some items, in words."""
        first, second = self._pair.names if self._pair is not None else ("", "")
        if self._target is not None and self._target.is_number:
            words = {
                "second": self.tr("{second} is nearer"),
                "first": self.tr("{first} is nearer"),
                "both": self.tr("Both equally near"),
                "neither": "",
            }
        else:
            words = {
                "second": self.tr("Only {second} is right"),
                "first": self.tr("Only {first} is right"),
                "neither": self.tr("Neither is right"),
                "both": self.tr("Both are right"),
            }
        return words[flip].format(first=first, second=second)

    # Inside

    def _fill_models(self) -> None:
        self._choice.clear()
        self._choice.addItem(self.tr("no other model"), "")
        models = [*self._models]
        if self._chosen is not None and all(path != self._chosen for _, path in models):
            models.append((self._chosen.stem, self._chosen))
        for title, path in models:
            self._choice.addItem(title, str(path))
        self._choice.addItem(self.tr("Another model …"), ANOTHER)
        self._choice.setCurrentIndex(max(0, self._choice.findData(str(self._chosen)) if self._chosen else 0))
        self._choice.setEnabled(not self._running)

    def _take_choice(self, place: int) -> None:
        chosen = self._choice.itemData(place)
        self._fill_models()  # what was chosen shows once it is there
        if chosen == ANOTHER:
            self.model_wanted.emit(None)
        elif chosen:
            self.model_wanted.emit(Path(chosen))

    def _show(self) -> None:
        if self._running:
            self._hint.setText(self.tr("The other model is asked for each item …"))
        elif self._pair is not None and self._result is None:
            words = self.tr("{second} does not answer the same question: there is nothing to compare.")
            self._hint.setText(words.format(second=self._pair.names[1]))
        else:
            self._hint.setText(
                self.tr(
                    "Choose another model: both are asked the same items. You see which one is better, whether that is more than "
                    "chance, and which items have changed sides."
                )
            )
        is_shown = self._result is not None and not self._running
        self._stack.setCurrentIndex(1 if is_shown else 0)
        if is_shown and self._result is not None and self._pair is not None:
            self._fill(self._result, self._pair)

    def _fill(self, result: TargetPair, pair: EvaluatedPair) -> None:
        one, (first, second) = result.comparison, pair.names
        is_number = self._target is not None and self._target.is_number
        figures = [(self._value(one.first), first, ""), (self._value(one.second), second, "")]
        if one.interval is not None:
            low, high = (self._change(value) for value in one.interval)
            within = self.tr("difference (95 %: {low} to {high})").format(low=low, high=high)
            figures.append((self._change(one.difference), within, ""))
        chance = self.tr("how often chance brings this about")
        figures.append((_chance(one.p_value), chance, self.tr("McNemar's exact test on the items that changed sides")))
        self._figures.set_figures(figures)
        self._verdict.setText(self._words(one.p_value, one.difference, is_number=is_number))
        n_out = pair.paired.n_only_first + pair.paired.n_only_second
        self._left_out.setVisible(bool(n_out))
        self._left_out.setText(
            self.tr(
                "%n item(s) are not compared: one of the models has learned from them or does not know their label.", "", n_out
            )
        )
        total = max(1, one.n_items)
        self.flips.set_heads((self.tr("Items"), self.tr("Count"), self.tr("Share")))
        rows: list[tuple[Any, Row]] = []
        for place, flip in enumerate(FLIPS):
            if flip in result.flips:
                n = len(result.flips[flip])
                rows.append((flip, ((self.title_of(flip), place), (str(n), n), (f"{100 * n / total:.1f} %", n))))
        self.flips.set_rows(rows)
        self.flips.setFixedHeight(self.flips.header().sizeHint().height() + len(rows) * self.flips.sizeHintForRow(0) + 10)
        self.classes.setVisible(bool(result.classes))
        self.classes.set_heads((self.tr("Class"), first, second, self.tr("Change"), self.tr("Items")))
        self.classes.set_rows([(text, self._class_row(text, n, *shares)) for text, n, *shares in result.classes])

    def _class_row(self, text: str, n_items: int, first: float | None, second: float | None) -> Row:
        change = (second or 0.0) - (first or 0.0)
        return (
            (text, text),
            (f"{100 * (first or 0.0):.1f} %", first),
            (f"{100 * (second or 0.0):.1f} %", second),
            (f"{100 * change:+.1f}" if change else "0", change),
            (str(n_items), n_items),
        )

    def _value(self, value: float) -> str:
        return f"{value:.4g}" if self._target is not None and self._target.is_number else f"{100 * value:.1f} %"

    def _change(self, value: float) -> str:
        return f"{value:+.3g}" if self._target is not None and self._target.is_number else f"{100 * value:+.1f}"

    def _words(self, p_value: float, difference: float, *, is_number: bool) -> str:
        first, second = self._pair.names if self._pair is not None else ("", "")
        if p_value > LIKELY:
            return self.tr("These items do not tell which of the two is better: chance alone makes such a difference.")
        is_second = (difference < 0) if is_number else (difference > 0)
        return self.tr("{better} is better on these items, by more than chance.").format(better=second if is_second else first)


def _chance(p_value: float) -> str:
    return "< 0.1 %" if p_value < 0.001 else f"{100 * p_value:.1f} %"
