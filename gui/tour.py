"""The tour: ten cards that point at what they explain, while a model is trained on the sample.

The window's own parts are found by the name of their class, so that a page knows nothing of the tour. Where a part is not to be
seen (another tab is in front, say) its card stands in the corner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shiboken6
from PySide6.QtCore import QObject, QRect, QTimer
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from gui.state import Selection
from gui.tour_model import TourModel
from gui.tour_steps import STEPS, Step, words
from gui.widgets.callout import Callout, CalloutFacts, Ring
from gui.widgets.common import duration
from seqclass.events import Progress

if TYPE_CHECKING:
    from gui.main_window import MainWindow

_FOLLOW_MS = 120
_MARGIN = 5


class Tour(QObject):
    """Shows the steps of one window.

    Attributes:
        model: What is trained meanwhile.
        card: What is read.
        index: Of the step; -1 while there is no tour.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._state = window, window.state
        self.model = TourModel(self._state, self)
        self.index = -1
        self.card = Callout(window)
        self.ring = Ring(window)
        self._before = ("", "")
        self._target: QWidget | None = None
        self._unfolded: Any = None
        self._is_away = False
        self._is_evaluated = False
        self._follower = QTimer(self, interval=_FOLLOW_MS)
        self._follower.timeout.connect(self._follow)
        self._keys = [self._key("Alt+Right", self._on_next), self._key("Alt+Left", self.back)]
        self.card.next_wanted.connect(self._on_next)
        self.card.back_wanted.connect(self.back)
        self.card.end_wanted.connect(self.end)
        self.card.retry_wanted.connect(self.model.start)
        self.card.retranslated.connect(self._show)
        self.model.changed.connect(self._take_model)
        window.page_shown.connect(self._take_page)
        self._state.dataset_changed.connect(self._take_dataset)

    def _key(self, keys: str, function: Any) -> QAction:
        made = QAction(self)
        made.setShortcut(QKeySequence(keys))
        made.triggered.connect(lambda _checked=False: function())
        return made

    # Steps

    @property
    def is_on(self) -> bool:
        """Whether there is a tour."""
        return self.index >= 0

    @property
    def step(self) -> Step:
        """The step that is shown."""
        return STEPS[max(0, self.index)]

    def start(self) -> None:
        """Begin anew; refused while another training runs, as the tour has one of its own."""
        if self.is_on:
            self._back_to_it()
            return
        if self.model.phase != "training" and any(job.is_heavy for job in self._state.jobs):
            self._state.post(
                "warn", self.tr("The tour trains a model of its own: wait for the training that runs, or stop it.")
            )
            return
        settings = self._state.settings
        self._before = (settings.dataset, settings.bundle)
        self._is_evaluated = False
        self._window.addActions(self._keys)
        self.index = 0
        self.model.start()
        self._follower.start()
        self._enter()

    def back(self) -> None:
        """The step before."""
        if self._is_away:
            self._back_to_it()
        elif self.index > 0:
            self.index -= 1
            self._enter()

    def next(self) -> None:
        """The step after; the last one ends the tour."""
        if self.index + 1 >= len(STEPS):
            self.end()
        elif self._can_go_on():
            self.index += 1
            self._enter()

    def end(self) -> None:
        """Take the card away. What was open before can be opened again."""
        if not self.is_on:
            return
        was_here = self.model.is_here
        self._fold()
        self.index = -1
        self._follower.stop()
        for key in self._keys:
            self._window.removeAction(key)
        had_focus = self.card.isAncestorOf(self._window.focusWidget() or self._window)
        self.card.hide()
        self.ring.hide()
        self._target = None
        if had_focus:
            self._window.focus_page()
        self.model.let_go()
        dataset, bundle = self._before
        if was_here and dataset and dataset != str(self.model.folder):
            self._state.post(
                "info",
                self.tr("The tour has ended."),
                action=self.tr("Open what was open before"),
                on_action=lambda: self._reopen(dataset, bundle),
            )

    def _reopen(self, dataset: str, bundle: str) -> None:
        self._state.open_dataset(dataset)
        if bundle:
            self._state.open_bundle(bundle)

    def _on_next(self) -> None:
        if self._is_away:
            self._back_to_it()
        else:
            self.next()

    def _can_go_on(self) -> bool:
        following = STEPS[self.index + 1] if self.index + 1 < len(STEPS) else None
        return following is None or not following.needs_model or self.model.phase == "ready"

    def _enter(self) -> None:
        """Show the step's page, and put the keyboard on the card."""
        self._is_away = False
        self._target = None
        self._fold()
        step = self.step
        item = self.model.item() if step.area or step.key == "lens" else None
        selection = self._state.selection
        if item is not None and (selection is None or selection.origin != "tour"):
            self._state.select(Selection(item=item, origin="tour"))
        self._window.show_page(step.page)
        self._unfold()
        self._show()
        self._follow()
        self.card.show()
        self._raise()
        self._focus_card()

    def _unfold(self) -> None:
        """Open what the step is about, where it is closed."""
        part: Any = self._of_class(self.step.unfolds) if self.step.unfolds else None
        if part is not None and not part.is_open:
            part.set_open(is_open=True)
            self._unfolded = part

    def _fold(self) -> None:
        """Leave what was opened for a step as it was."""
        if self._unfolded is not None and shiboken6.isValid(self._unfolded):
            self._unfolded.set_open(is_open=False)
        self._unfolded = None

    def _back_to_it(self) -> None:
        self._enter()

    def _focus_card(self) -> None:
        (self.card.next if self.card.next.isEnabled() else self.card.back).setFocus()

    # What happens meanwhile

    def _take_page(self, page: str) -> None:
        """The person went elsewhere, or came back."""
        if self.is_on and (page != self.step.page) != self._is_away:
            self._is_away = not self._is_away
            self._target = None
            self._show()
            self._follow()

    def _take_dataset(self, _dataset: object) -> None:
        if self.is_on and self.model.phase not in ("", "sample") and not self.model.is_here:
            self.end()
            text = self.tr("The tour has ended, as another data set was opened. The menu has it under Help.")
            self._state.post("info", text)

    def _take_model(self) -> None:
        if not self.is_on:
            return
        if self.model.phase == "ready" and not self._is_evaluated:
            self._is_evaluated = True
            QTimer.singleShot(0, self, self._evaluate)
        waited = not self.card.next.isEnabled()
        self._show()
        if waited and self.card.next.isEnabled() and self.card.back.hasFocus():
            self.card.next.setFocus()

    def _evaluate(self) -> None:
        if not self.is_on or not self.model.is_here:
            return
        page: Any = self._window.page("evaluate")
        if page.workspace is not None and page.workspace.results.facts is None:
            page.workspace.evaluate()

    # What is shown

    def _show(self) -> None:
        if not self.is_on:
            return
        model, is_last = self.model, self.index + 1 == len(STEPS)
        heading, text = words()[self.step.key]
        onward = self.tr("Finish") if is_last else self.tr("Next")
        status, kind = self._status()
        self.card.show_facts(
            CalloutFacts(
                heading=heading,
                text=text,
                place=self.tr("Step {n} of {total}").format(n=self.index + 1, total=len(STEPS)),
                next_text=self.tr("Back to the tour") if self._is_away else onward,
                can_go_back=self.index > 0 and not self._is_away,
                can_go_on=self._is_away or self._can_go_on(),
                status=status,
                status_kind=kind,
                progress=self._progress(),
                is_working=model.is_working,
                retry_text=self.tr("Try again") if model.phase in ("failed", "cancelled") else "",
            )
        )

    def _progress(self) -> float | None:
        worker = self.model.worker
        if worker is None:
            return None
        if worker.epochs:
            return worker.epochs[-1].epoch / max(1, worker.epochs[-1].epochs)
        if self.model.phase == "sample" and isinstance(worker.progress, Progress) and worker.progress.total:
            return worker.progress.done / worker.progress.total
        return None

    def _status(self) -> tuple[str, str]:
        model = self.model
        if model.phase == "training" and model.worker is not None and model.worker.epochs:
            last = model.worker.epochs[-1]
            words = self.tr("The model learns: epoch {epoch} of {epochs}, {time} left.")
            return words.format(epoch=last.epoch, epochs=last.epochs, time=duration(model.worker.eta_s or 0.0)), "muted"
        if model.phase == "ready" and self.step.needs_model:
            return "", "muted"  # the card itself is about it
        words = {
            "sample": self.tr("The recordings are being made."),
            "scan": self.tr("The app looks through the recordings."),
            "training": self.tr("The training begins."),
            "opening": self.tr("The model is being opened."),
            "ready": self.tr("The model is trained."),
            "cancelled": self.tr("The training was cancelled."),
            "failed": self.tr("The model could not be made: {reason}").format(reason=model.fault),
        }.get(model.phase, "")
        return words, {"ready": "good", "failed": "bad", "cancelled": "warn"}.get(model.phase, "muted")

    # Where it stands

    def _follow(self) -> None:
        """Keep card and ring where the part is: pages come, lists fill, windows change their size."""
        window = self._window
        room = window.page_area().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        target = None if self._is_away else self._target_area()
        if target is None:
            self.ring.hide()
        else:
            target = target.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)
            self.ring.setGeometry(target)
            if not self.ring.isVisible():
                self.ring.show()
                self._raise()
        self.card.point_at(target, room, is_centred=not self.step.parts and not self._is_away, spares_end=self.step.is_list)

    def _raise(self) -> None:
        self.ring.raise_()
        self.card.raise_()

    def _target_area(self) -> QRect | None:
        target = self._target
        if target is None or not shiboken6.isValid(target) or not target.isVisible():
            target = self._target = self._find()
        if target is None:
            return None
        area = target.rect()
        if self.step.area:
            lens: Any = target
            area = lens.area_of(self.step.area).toAlignedRect()
            if area.isEmpty():
                return None
            area = QRect(0, area.top() - 2, lens.width(), area.height() + 4)  # with its name and its scale
        return QRect(target.mapTo(self._window, area.topLeft()), area.size())

    def _find(self) -> QWidget | None:
        window = self._window
        for part in self.step.parts:
            named = window.findChild(QWidget, part)
            if named is not None:
                return named
            found = self._of_class(part)
            if found is not None:
                return found
        return None

    def _of_class(self, part: str) -> QWidget | None:
        for widget in self._window.page(self.step.page).findChildren(QWidget):
            if type(widget).__name__ == part and widget.isVisible():
                return widget
        return None
