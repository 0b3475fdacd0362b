"""The run that is looked at: how it stands, its figures, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QMenu, QProgressBar, QToolButton, QWidget

from gui import theme
from gui.widgets.common import Responsive, button, column, name, row, set_kind, tool_button
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.figure_row import FigureRow

_STEPS = 1_000
_ROOMY = 520


@dataclass(frozen=True)
class CardFacts:
    """What the card shows.

    Attributes:
        title: Name of the run.
        state: In words.
        state_kind: ``good``, ``warn``, ``bad`` or ``muted``.
        figures: (value, what it is), the most telling first.
        is_live: Whether it runs.
        can_stop: Whether it can be asked to end.
        progress: Share that is done; None where that is not known.
        can_resume: Whether it can go on.
        has_model: Whether its model is where it was put.
        is_stored: Whether it has a folder that can be deleted.
    """

    title: str
    state: str
    state_kind: str = "muted"
    figures: Sequence[tuple[str, str]] = ()
    is_live: bool = False
    can_stop: bool = False
    progress: float | None = None
    can_resume: bool = False
    has_model: bool = False
    is_stored: bool = False


class RunCard(Responsive, QFrame):
    """One run in figures.

    Signals:
        stop_wanted, cancel_wanted, resume_wanted, reuse_wanted, evaluate_wanted, inspect_wanted, copy_wanted, note_wanted,
        delete_wanted: A button or an entry of the menu was chosen.
    """

    stop_wanted = Signal()
    cancel_wanted = Signal()
    resume_wanted = Signal()
    reuse_wanted = Signal()
    evaluate_wanted = Signal()
    inspect_wanted = Signal()
    copy_wanted = Signal()
    note_wanted = Signal()
    delete_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._facts = CardFacts("", "")
        self._title, self._state = ElidedLabel("heading"), ElidedLabel("muted")
        self.stop, self.cancel, self.resume, self.reuse, self.evaluate, self.inspect = (button() for _ in range(6))
        self._buttons = (self.resume, self.evaluate, self.inspect, self.reuse, self.stop, self.cancel)
        self.more = tool_button(size=18)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.more.setMenu(self._menu)
        for one, signal in (
            (self.stop, self.stop_wanted),
            (self.cancel, self.cancel_wanted),
            (self.resume, self.resume_wanted),
            (self.reuse, self.reuse_wanted),
            (self.evaluate, self.evaluate_wanted),
            (self.inspect, self.inspect_wanted),
        ):
            one.clicked.connect(signal)
        self._figures = FigureRow()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        head = row(
            self._title, self.resume, self.reuse, self.evaluate, self.inspect, self.stop, self.cancel, self.more, spacing=8
        )
        head.setStretch(0, 1)
        self.setLayout(column(head, self._state, self._figures, self._bar, spacing=6, margins=(16, 12, 12, 12)))
        self.retranslate()
        self.restyle()

    def retranslate(self) -> None:
        """Set every text."""
        self.stop.setText(self.tr("Stop"))
        self.stop.setToolTip(self.tr("End now and keep the best so far"))
        self.cancel.setText(self.tr("Cancel"))
        self.cancel.setToolTip(self.tr("End without a model; the run can be gone on with"))
        self.resume.setText(self.tr("Go on"))
        self.resume.setToolTip(self.tr("Go on after the last epoch that is on disk"))
        self.reuse.setText(self.tr("Use settings"))
        self.reuse.setToolTip(self.tr("Load this run's settings into the form, to train again with changes"))
        self.evaluate.setText(self.tr("Evaluate"))
        self.evaluate.setToolTip(self.tr("Open the model on the Evaluate page"))
        self.inspect.setText(self.tr("Inspect"))
        self.inspect.setToolTip(self.tr("Open the model on the Inspect page"))
        name(self.more, self.tr("More"))
        name(self._bar, self.tr("Progress of the training"))

    def restyle(self) -> None:
        """Set icons."""
        self.more.setIcon(theme.icon("menu"))
        self.stop.setIcon(theme.icon("stop"))
        self.cancel.setIcon(theme.icon("close"))
        self.resume.setIcon(theme.icon("play"))

    def show_facts(self, facts: CardFacts) -> None:
        """Show a run."""
        self._facts = facts
        had_focus = any(one.hasFocus() for one in self._buttons)
        self._title.set_whole(facts.title)
        self._state.set_whole(facts.state)
        set_kind(self._state, facts.state_kind)
        self._figures.setVisible(bool(facts.figures))
        self._figures.set_figures([(value, what, "") for value, what in facts.figures])
        self._bar.setVisible(facts.is_live)
        if facts.progress is None:
            self._bar.setRange(0, 0 if facts.is_live else 1)
        else:
            self._bar.setRange(0, _STEPS)
            self._bar.setValue(round(_STEPS * facts.progress))
        for one in (self.stop, self.cancel):
            one.setVisible(facts.is_live)
            one.setEnabled(facts.can_stop)
        self.resume.setVisible(facts.can_resume)
        self.reuse.setVisible(facts.is_stored)
        self.evaluate.setVisible(facts.has_model)
        self.inspect.setVisible(facts.has_model and self.width() >= _ROOMY)
        self.more.setVisible(facts.is_stored)
        if had_focus and not any(one.hasFocus() for one in self._buttons):  # the button has gone: stay near
            usable = [one for one in self._buttons if one.isVisibleTo(self) and one.isEnabled()]
            near: QWidget = usable[0] if usable else self
            near.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the last button to the menu where the name of the run needs the room."""
        super().resizeEvent(event)
        self.inspect.setVisible(self._facts.has_model and self.width() >= _ROOMY)

    def _fill(self) -> None:
        self._menu.clear()
        if self._facts.has_model:
            self._menu.addAction(self.tr("Inspect"), self.inspect_wanted.emit)
        self._menu.addAction(self.tr("Write a note (F2)"), self.note_wanted.emit)
        if self._facts.has_model:
            self._menu.addAction(self.tr("Save a copy of the model …"), self.copy_wanted.emit)
        self._menu.addSeparator()
        self._menu.addAction(self.tr("Put the run into the bin (Del)"), self.delete_wanted.emit)
