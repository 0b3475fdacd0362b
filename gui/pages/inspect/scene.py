"""What the tools beside the lens look at, and what they may do to it.

A tool (`gui.pages.inspect.tools`) knows the scene and nothing of the page around it. The scene's facts change by the person's
choices; a tool may show a variant of the item in the lens (the gates changed by hand, another epoch, noise added) and panes of its
own below the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from gui.background import Task, run_in_background
from gui.pages.inspect import loading
from gui.pages.inspect.loading import Inspected
from gui.state import AppState
from gui.widgets.dialogs import Dialogs
from gui.widgets.lens import Lens
from gui.widgets.lens_panes import Pane
from gui.widgets.time_view import TimeView
from seqclass.inspection.trace import Layer
from seqclass.model.bundle import Bundle

if TYPE_CHECKING:
    from gui.pages.inspect.bar import InspectBar
    from gui.pages.inspect.playback import Playback


@dataclass(frozen=True)
class Variant:
    """The item as it would be otherwise.

    Attributes:
        inspected: What the lens shows instead; see `gui.pages.inspect.loading.varied`.
        words: What is different, translated, for the line above the lens.
        bundle: The model that made it: the open one, or one edited by hand; None where it is gone, as that of an early epoch.
    """

    inspected: Inspected
    words: str
    bundle: Bundle | None


class Scene(QObject):
    """The item, the model, and what of them is looked at.

    Attributes:
        state: Facts of the window.
        dialogs: Questions to the person.
        view: The time axis: cursor, visible part, chosen range.
        lens: The panes; its ``row`` is the chosen line.
        playback: The sound, in step with ``view``.
        inspected: The item as it is; None while there is none.
        variant: What is shown in its place; None for nothing.

    Signals:
        item_changed: Another item, or another model, or none.
        look_changed: Layer, direction, order or target.
        unit_changed: Another unit or pane is chosen.
        variant_changed: Another variant is shown, or none.
        panes_changed: A tool's own panes.
        timeline_changed: What is shown has its decision timeline now (``shown.timeline``).
    """

    item_changed = Signal()
    look_changed = Signal()
    unit_changed = Signal()
    variant_changed = Signal()
    panes_changed = Signal()
    timeline_changed = Signal()

    def __init__(
        self, state: AppState, dialogs: Dialogs, lens: Lens, bar: InspectBar, playback: Playback, parent: QObject
    ) -> None:
        super().__init__(parent)
        self.state = state
        self.dialogs = dialogs
        self.view: TimeView = lens.view
        self.lens = lens
        self.playback = playback
        self.inspected: Inspected | None = None
        self.variant: Variant | None = None
        self.panes: tuple[Pane, ...] = ()
        self._bar = bar
        self._tasks: dict[str, Task] = {}
        self._next: dict[str, tuple[Callable[[], Any], Callable[[Any], None]] | None] = {}

    # What is looked at

    @property
    def bundle(self) -> Bundle | None:
        """The open model."""
        return self.state.bundle

    @property
    def shown(self) -> Inspected | None:
        """What the lens shows: the variant, or the item as it is."""
        return self.variant.inspected if self.variant else self.inspected

    @property
    def layer(self) -> int:
        """From 0."""
        return self._bar.layer

    @property
    def is_backward(self) -> bool:
        """Whether the backward direction is looked at."""
        return self._bar.is_backward

    @property
    def target(self) -> str:
        """Name of the target."""
        return self._bar.target

    @property
    def unit(self) -> int | None:
        """The chosen unit; None while no item is shown."""
        return self.lens.unit

    @property
    def frame(self) -> int:
        """The cursor's frame."""
        return self.view.frame

    @property
    def half(self) -> Layer | None:
        """Gates and states of the chosen layer and direction, as they are shown."""
        return self.half_of(self.shown)

    def half_of(self, inspected: Inspected | None) -> Layer | None:
        """Gates and states of the chosen layer and direction of an item or variant."""
        if inspected is None:
            return None
        layer = inspected.trace.layers[min(self.layer, len(inspected.trace.layers) - 1)]
        return layer.backward if self.is_backward and layer.backward is not None else layer

    @property
    def shown_bundle(self) -> Bundle | None:
        """The model that made what is shown."""
        return self.variant.bundle if self.variant else self.bundle

    # What a tool may do

    def show_variant(self, variant: Variant | None) -> None:
        """Show the item as it would be otherwise; None: as it is."""
        if variant is not self.variant:
            n_frames = self.view.n_frames
            self.variant = variant
            if self.shown is not None and self.shown.timing.n_frames != n_frames:
                self.panes = ()  # they are of other frames
            self.variant_changed.emit()
            self._time()

    def show_panes(self, panes: Sequence[Pane]) -> None:
        """Show panes below the lens's own; none: take them away."""
        if tuple(panes) != self.panes:
            self.panes = tuple(panes)
            self.panes_changed.emit()

    def choose_layer(self, layer: int, *, is_backward: bool = False) -> None:
        """Look at another layer."""
        self._bar.choose(layer, is_backward=is_backward)

    def choose_unit(self, unit: int) -> None:
        """Look at another unit."""
        self.lens.choose_unit(unit)

    def start(
        self,
        task: str,
        function: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Call a function in a thread; what ran under the same name is dropped, so only the last answer arrives."""
        self.drop(task)

        def finish(result: object) -> None:
            self._tasks.pop(task, None)
            done(result)

        def fail(error: Exception) -> None:
            self._tasks.pop(task, None)
            (failed or self.state.post_error)(error)

        self._tasks[task] = run_in_background(function, self, done=finish, failed=fail)

    def follow(self, task: str, function: Callable[[], Any], done: Callable[[Any], None]) -> None:
        """Call a function of the item for something that moves on meanwhile, a cursor or a slider.

        Every answer arrives, and of what is asked for while one is being computed only the last is computed: however fast the
        cursor is, something follows it, and no queue grows. Another item drops all of it.
        """
        if task in self._tasks and task in self._next:
            self._next[task] = (function, done)
            return

        def finish(result: object) -> None:
            done(result)
            go_on()

        def fail(error: Exception) -> None:
            self.state.post_error(error)
            go_on()

        def go_on() -> None:
            asked = self._next.pop(task, None)
            if asked is not None and task not in self._tasks:
                self.follow(task, *asked)

        self.start(task, function, finish, fail)
        self._next[task] = None

    def drop(self, task: str) -> None:
        """Forget about a call."""
        self._next.pop(task, None)
        started = self._tasks.pop(task, None)
        if started is not None:
            started.cancel()

    @property
    def is_busy(self) -> bool:
        """Whether something is being computed."""
        return bool(self._tasks)

    # What the page says

    def set_item(self, inspected: Inspected | None) -> None:
        """Look at another item: no variant of the last one is left, and nothing that is computed of it arrives any more."""
        for task in tuple(self._next):
            self.drop(task)
        self.inspected = inspected
        self.variant = None
        self.panes = ()
        self.item_changed.emit()
        self._time()

    def _time(self) -> None:
        """Compute what the model would say frame by frame: it takes longer than the trace, so the maps do not wait for it."""
        self.drop("timeline")
        shown, bundle, variant = self.shown, self.shown_bundle, self.variant
        if shown is None or bundle is None or shown.timeline is not None:
            return

        def take(timed: Inspected) -> None:
            if variant is not None:
                self.variant = replace(variant, inspected=timed)
            else:
                self.inspected = timed
            self.timeline_changed.emit()

        self.start("timeline", lambda: loading.timed(bundle, shown), take)
