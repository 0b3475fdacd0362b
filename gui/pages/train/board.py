"""The right side of the Train page: the run that is looked at, curves, the list of runs and the log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPlainTextEdit, QSplitter, QStackedLayout, QTabWidget, QWidget

from gui.pages.train.card import RunCard
from gui.pages.train.live import LIVE, LiveRun
from gui.pages.train.rows import ReadRun, differences, live_facts, live_row, log_lines, row_of, stored_facts, title_of
from gui.widgets.common import Responsive, card, column, name
from gui.widgets.empty_state import EmptyState
from gui.widgets.figures_table import FiguresTable
from gui.widgets.run_curves import RunCurves, RunCurvesView
from gui.widgets.run_list import RunList, RunRow

_N_COLOURS = 8


class RunBoard(Responsive, QWidget):
    """Runs, one of them in detail.

    Attributes:
        card: The run that is looked at, with its buttons.
        curves: The charts.
        list: All runs.
        compared: What tells the drawn runs apart.
        splitter: Between the upper and the lower half.

    Signals:
        resized: The person has moved the border between the halves.
    """

    resized = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._found: tuple[ReadRun, ...] = ()
        self._live: LiveRun | None = None
        self._live_changes: dict[str, Any] = {}
        self._ticked: set[str] = set()
        self._unticked = ""
        self._palette: dict[str, int] = {}
        self._logged: tuple[str, int] = ("", 0)
        self.card = RunCard()
        self.curves = RunCurvesView()
        self.list = RunList()
        self._log = QPlainTextEdit()
        self._log.setReadOnly(True)
        self._log.setMaximumBlockCount(20_000)
        self._tabs = QTabWidget()
        self._tabs.setDocumentMode(True)
        self._tabs.addTab(self.list, "")
        self.compared = FiguresTable(is_sortable=False)
        self._tabs.addTab(self.compared, "")
        self._tabs.addTab(self._log, "")
        upper = QWidget()
        layout = column(self.card, card(self.curves, margin=12), spacing=12)
        layout.setStretch(1, 1)
        upper.setLayout(layout)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setHandleWidth(12)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(upper)
        self.splitter.addWidget(self._tabs)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        self.splitter.splitterMoved.connect(self.resized)
        self._nothing = EmptyState("train", 0)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._nothing)
        self._stack.addWidget(self.splitter)
        self.list.run_selected.connect(self._on_selected)
        self.list.show_changed.connect(self._on_tick)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        self._tabs.setTabText(0, self.tr("Runs"))
        self._tabs.setTabText(1, self.tr("Compare"))
        self._tabs.setTabToolTip(1, self.tr("What tells the drawn runs apart"))
        self._tabs.setTabText(2, self.tr("Log"))
        self.compared.setAccessibleName(self.tr("What tells the drawn runs apart"))
        self._tabs.setAccessibleName(self.tr("Runs and log"))
        self._log.setAccessibleName(self.tr("Log of the run"))
        name(self.splitter.handle(1), self.tr("Border between the curves and the list"))
        self._log.setPlaceholderText(self.tr("What a training says stands here."))
        self._nothing.set_texts(
            self.tr("Nothing trained yet"),
            self.tr(
                "The settings on the left suit most data sets: press Start training. The curves, and a list of all runs to compare, "
                "will stand here."
            ),
        )
        self._logged = ("", 0)
        self.refresh()

    @property
    def found(self) -> tuple[ReadRun, ...]:
        """The stored runs."""
        return self._found

    def forget(self) -> None:
        """Another data set is open: nothing is ticked."""
        self._ticked.clear()

    def set_runs(self, found: tuple[ReadRun, ...]) -> None:
        """Show other stored runs. A training that has ended becomes the one it has left."""
        self._found = found
        live, selected = self._live, self.list.selected()
        stored = self.stored_of(live) if live is not None else None
        if live is not None and stored is not None:
            if live.is_running:
                live.add_earlier(stored.events)
            else:
                self._live = None
                self._rename(LIVE, stored.run.name)
                selected = stored.run.name if selected in (LIVE, "") else selected
        self._ticked &= {one.run.name for one in found} | {LIVE}
        self.refresh(selected)

    def set_live(self, live: LiveRun | None, changes: dict[str, Any]) -> None:
        """Show a training that runs, and look at it.

        Args:
            live: The training; None for none, as where it is about another data set.
            changes: Its settings that differ from the defaults.
        """
        if live is self._live:
            return
        self._live, self._live_changes = live, changes
        stored = self.stored_of(live) if live is not None else None
        if stored is not None:  # it goes on, in the colour that it had
            self._rename(stored.run.name, LIVE)
        if live is not None:
            live.epoch_ended.connect(self.refresh)
            live.changed.connect(self._show_card)
            live.changed.connect(self._show_log)
            live.ended.connect(self.refresh)
        self.refresh(LIVE if live is not None else None)

    def one(self, run: str = "") -> ReadRun | None:
        """A stored run; the one that is looked at unless named."""
        run = run or self.list.selected()
        return next((one for one in self._found if one.run.name == run), None)

    def stored_of(self, live: LiveRun) -> ReadRun | None:
        """The folder of a training: the newest run whose model goes to the same place, and that is not older than the training."""
        out = Path(live.job.out).resolve()
        found = (one for one in reversed(self._found) if one.run.bundle == out)
        return next((one for one in found if live.may_be(one.run.spec.created)), None)

    def edit_note(self) -> None:
        """Begin to write a note on the run that is looked at."""
        self._tabs.setCurrentWidget(self.list)
        self.list.setFocus()
        self.list.edit_note()

    def refresh(self, selected: str | None = None) -> None:
        """Show everything anew.

        Args:
            selected: The run to look at; the same as before where left out, the newest where that is gone.
        """
        rows = self._rows()
        known = [one.id for one in rows]
        selected = self.list.selected() if selected is None else selected
        if selected not in known:
            selected = known[-1] if known else ""
        self._stack.setCurrentWidget(self.splitter if rows else self._nothing)
        self.list.set_rows(rows, self._drawn(selected))
        if selected != self.list.selected():
            self.list.select(selected)
        self._show_drawn()
        self._show_card()
        self._show_log()

    # Inside

    def _rename(self, run: str, other: str) -> None:
        if run in self._palette:
            self._palette[other] = self._palette.pop(run)
        if run in self._ticked:
            self._ticked = self._ticked - {run} | {other}

    def _on_selected(self, _run: str) -> None:
        self._unticked = ""
        self._show_drawn()
        self._show_card()
        self._show_log()

    def _on_tick(self, run: str, is_on: bool) -> None:
        drawn = set(self._drawn())
        self._ticked = drawn | {run} if is_on else drawn - {run}
        self._unticked = "" if is_on or run != self.list.selected() else run
        self.refresh()

    def _rows(self) -> list[RunRow]:
        live = self._live
        hidden = self.stored_of(live) if live is not None else None
        rows = [row_of(one) for one in self._found if one is not hidden or (live and not live.is_running)]
        if live is not None and (live.is_running or hidden is None):
            rows.append(live_row(live, self._live_changes))
        return rows

    def _drawn(self, selected: str | None = None) -> dict[str, int]:
        """The runs whose curves are drawn, with their colours: the ticked ones, and the one that is looked at."""
        selected = self.list.selected() if selected is None else selected
        wanted = self._ticked | ({selected} - {"", self._unticked})
        drawn: dict[str, int] = {}
        for run in sorted(wanted, key=lambda run: (run not in self._palette, run)):
            colour = self._palette.get(run)
            if colour is None or colour in drawn.values():
                free = [one for one in range(_N_COLOURS) if one not in drawn.values()]
                colour = free[0] if free else len(drawn) % _N_COLOURS
            drawn[run] = self._palette[run] = colour
        return drawn

    def _show_drawn(self) -> None:
        drawn = self._drawn()
        self.list.set_colours(drawn)
        curves: list[RunCurves] = []
        for run, colour in drawn.items():
            one = self.one(run)
            if run == LIVE and self._live is not None:
                epochs = tuple(self._live.epochs[number] for number in sorted(self._live.epochs))
                n_epochs = self._live.n_epochs if self._live.is_running else 0
                curves.append(RunCurves(self._live.title, colour, epochs, n_epochs))
            elif one is not None:
                curves.append(RunCurves(title_of(one.run), colour, one.epochs))
        self.curves.set_runs(sorted(curves, key=lambda one: one.title))
        stored = sorted((one for one in map(self.one, drawn) if one is not None), key=lambda one: title_of(one.run))
        self.compared.set_heads((self.tr("What"), *(title_of(one.run) for one in stored)))
        self.compared.set_rows(
            [(place, tuple((text, text) for text in line)) for place, line in enumerate(differences(stored))]
        )

    def _show_card(self) -> None:
        run = self.list.selected()
        one = self.one(run)
        if run == LIVE and self._live is not None:
            self.card.show_facts(live_facts(self._live))
        elif one is not None:
            is_busy = self._live is not None and self._live.is_running
            self.card.show_facts(stored_facts(one, can_run=not is_busy))

    def _show_log(self) -> None:
        run = self.list.selected()
        one = self.one(run)
        lines: list[str] = []
        if run == LIVE and self._live is not None:
            lines = [*log_lines(self._live.events), *self._live.log_lines]
            lines += [self._live.message] if self._live.message else []
        elif one is not None:
            lines = log_lines(one.events)
        before, count = self._logged
        if run != before or len(lines) < count:
            self._log.setPlainText("\n".join(lines))
        elif len(lines) > count:
            self._log.appendPlainText("\n".join(lines[count:]))
        self._logged = (run, len(lines))
