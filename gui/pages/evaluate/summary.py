"""The figures of an evaluation, and what they stand for, in words."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from gui.pages.evaluate.facts import Evaluated, TargetFacts
from gui.widgets.common import Responsive, button, column, row
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.figure_row import FigureRow
from seqclass.evaluation.report import ClassReport, NumberReport


class Summary(Responsive, QFrame):
    """Figures, which items they are of, and how far they may be trusted.

    Signals:
        notes_wanted: The person wants all notes.
    """

    notes_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._facts: Evaluated | None = None
        self._target = ""
        self._figures = FigureRow()
        self._protocol = ElidedLabel("muted")
        self._warning = ElidedLabel("warn")
        self._notes = button("quiet")
        self._notes.clicked.connect(self.notes_wanted)
        lower = row(column(self._protocol, self._warning, spacing=2), self._notes, spacing=12)
        lower.setStretch(0, 1)
        self.setLayout(column(self._figures, lower, spacing=8, margins=(16, 12, 16, 10)))
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        if self._facts is None:
            return
        target = self._facts.target(self._target)
        report = target.report
        words = self._class_figures(report) if isinstance(report, ClassReport) else self._number_figures(report)
        self._figures.set_figures(words)
        self._protocol.set_whole(self._protocol_words(self._facts))
        notes = self.notes()
        self._warning.setVisible(bool(notes))
        self._notes.setVisible(bool(notes))
        if notes:
            self._warning.set_whole(notes[0])
        self._notes.setText(self.tr("%n note(s)", "", len(notes)))

    def show_facts(self, facts: Evaluated, target: TargetFacts) -> None:
        """Show other figures."""
        self._facts, self._target = facts, target.name
        self.retranslate()

    def notes(self) -> list[str]:
        """All sentences that say how far the figures may be trusted; those of the library are in English."""
        if self._facts is None:
            return []
        report = self._facts.target(self._target).report
        problems = self._facts.result.get("problems") or []
        found = [str(one) for one in self._facts.result.get("warnings") or ()]
        found += report.notes if isinstance(report, ClassReport) else ()
        if problems:
            found.append(self.tr("%n item(s) could not be read.", "", len(problems)))
            found += [f"{one['file']}: {one['reason']}" for one in problems]
        return found

    def _class_figures(self, report: ClassReport) -> list[tuple[str, str, str]]:
        within = ""
        if report.interval is not None:
            low, high = report.interval
            within = self.tr("accuracy (95 %: {low} to {high})").format(low=_share(low), high=_share(high))
        by_group = ""
        if report.group_interval is not None:
            by_group = f"{_share(report.group_interval[0])} – {_share(report.group_interval[1])} %"
        right = self.tr("{n} of {total} right").format(n=report.n_correct, total=report.n_items)
        return [
            (f"{_percent(report.accuracy)}", within or self.tr("accuracy"), right),
            (
                by_group,
                self.tr("with other speakers (95 %)"),
                self.tr("The accuracy on other speakers or groups like these lies here, with 95 % confidence"),
            ),
            (_percent(report.macro_f1), self.tr("macro F1"), self.tr("Mean F1 of the classes, each counting the same")),
            (
                _percent(report.calibration.ece),
                self.tr("calibration error"),
                self.tr("Mean distance between how sure the model says it is and how often it is right"),
            ),
            (f"{report.n_items:,}".replace(",", "\u202f"), self.tr("items"), right),
        ]

    def _number_figures(self, report: NumberReport) -> list[tuple[str, str, str]]:
        return [
            (_number(report.mae), self.tr("mean absolute error"), self.tr("In the unit of the number itself")),
            (_number(report.rmse), self.tr("root of the mean squared error"), self.tr("Counts large errors more")),
            (
                _number(report.r2),
                self.tr("R²"),
                self.tr("Share of the variance that is explained; below 0 is worse than always saying the mean"),
            ),
            (_number(report.bias), self.tr("bias"), self.tr("Mean of what was said minus what it was")),
            (f"{report.n_items:,}".replace(",", "\u202f"), self.tr("items"), ""),
        ]

    def _protocol_words(self, facts: Evaluated) -> str:
        parts = {
            "test": self.tr("The test part of {name}, from which the model has learned nothing."),
            "validation": self.tr("The validation part of {name}, by which the training was steered."),
            "train": self.tr("The training part of {name}, from which the model has learned."),
            "all": self.tr("All items of {name}."),
        }
        text = parts[facts.answers.head.split].format(name=facts.root.name)
        groups = {answer.item.group for answer in facts.answers.items if answer.item.group}
        if groups:
            text += " " + self.tr("%n speaker(s) or group(s).", "", len(groups))
        n_seen = int(facts.result.get("n_seen") or 0)
        if facts.answers.head.split == "all" and not n_seen:
            text += " " + self.tr("The model has learned from none of them.")
        return text


def _share(value: float) -> str:
    return f"{100 * value:.1f}"


def _percent(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.1f} %"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"
