"""One time axis for many views: what is visible, where the cursor stands, which range is chosen."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

MIN_FRAMES = 4


@dataclass(frozen=True)
class Window:
    """What of a `TimeView` drawing needs; any thread may hold it.

    Attributes:
        low, high: What is visible.
        first_frame: Time of frame 0.
        hop: Time from one frame to the next.
        n_frames: How many frames there are.
    """

    low: float
    high: float
    first_frame: float
    hop: float
    n_frames: int

    def edge(self, frame: float) -> float:
        """Where a frame begins."""
        return self.first_frame + (frame - 0.5) * self.hop

    def time_of(self, frame: int) -> float:
        """The time in the middle of a frame."""
        return self.first_frame + frame * self.hop


class TimeView(QObject):
    """Times are in seconds for sound and in frames for all else; frame k spans half a hop to either side of its time.

    Attributes:
        start, end: Where there is anything to see.
        first_frame: Time of frame 0.
        hop: Time from one frame to the next.
        n_frames: How many frames there are.
        low, high: What is visible.
        cursor: Where the cursor stands.
        selection: The chosen range, or None.

    Signals:
        range_changed: Another part is visible.
        cursor_moved: The cursor's time.
        selection_changed: The range, or None.
    """

    range_changed = Signal()
    cursor_moved = Signal(float)
    selection_changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.start, self.end = 0.0, 1.0
        self.first_frame, self.hop, self.n_frames = 0.0, 1.0, 0
        self.low, self.high = 0.0, 1.0
        self.cursor = 0.0
        self.selection: tuple[float, float] | None = None

    def reset(self, *, start: float, end: float, first_frame: float, hop: float, n_frames: int) -> None:
        """Show another item, whole, with the cursor at its first frame."""
        self.first_frame, self.hop, self.n_frames = first_frame, hop, n_frames
        self.start = min(start, self.edge(0))
        self.end = max(end, self.edge(n_frames))
        self.select(None)
        self.show(self.start, self.end)
        self.move_to(first_frame)

    @property
    def window(self) -> Window:
        """What is visible at the moment."""
        return Window(self.low, self.high, self.first_frame, self.hop, self.n_frames)

    def edge(self, frame: float) -> float:
        """Where a frame begins."""
        return self.window.edge(frame)

    def time_of(self, frame: int) -> float:
        """The time in the middle of a frame."""
        return self.window.time_of(frame)

    def frame_at(self, time: float) -> int:
        """The frame that spans a time, or the nearest."""
        frame = int((time - self.edge(0)) // self.hop)
        return min(max(frame, 0), max(self.n_frames - 1, 0))

    def has_frame(self, time: float) -> bool:
        """Whether a frame spans a time."""
        return self.edge(0) <= time < self.edge(self.n_frames)

    @property
    def frame(self) -> int:
        """The cursor's frame."""
        return self.frame_at(self.cursor)

    # What moves it

    def show(self, low: float, high: float) -> None:
        """Make a part visible, as far as there is one."""
        least = min(MIN_FRAMES * self.hop, self.end - self.start)
        span = min(max(high - low, least), self.end - self.start)
        low = min(max((low + high - span) / 2, self.start), self.end - span)
        if (low, low + span) != (self.low, self.high):
            self.low, self.high = low, low + span
            self.range_changed.emit()

    def zoom(self, factor: float, about: float | None = None) -> None:
        """Show more (above 1) or less; a time stays where it is, the cursor's if it is visible."""
        if about is None:
            about = self.cursor if self.low <= self.cursor <= self.high else (self.low + self.high) / 2
        least, whole = min(MIN_FRAMES * self.hop, self.end - self.start), self.end - self.start
        span = self.high - self.low
        factor = min(max(span * factor, least), whole) / span
        low = about - (about - self.low) * factor
        self.show(low, low + span * factor)

    def pan(self, time: float) -> None:
        """Move what is visible."""
        time = min(max(time, self.start - self.low), self.end - self.high)
        self.show(self.low + time, self.high + time)

    def fit(self) -> None:
        """Show everything."""
        self.show(self.start, self.end)

    def move_to(self, time: float) -> None:
        """Put the cursor somewhere."""
        time = min(max(time, self.start), self.end)
        if time != self.cursor:
            self.cursor = time
            self.cursor_moved.emit(time)

    def step(self, frames: int) -> None:
        """Move the cursor by whole frames, to the middle of one, and keep it in sight."""
        self.move_to(self.time_of(min(max(self.frame + frames, 0), max(self.n_frames - 1, 0))))
        self.follow()

    def follow(self) -> None:
        """Bring the cursor back into sight by turning the page."""
        span = self.high - self.low
        if self.cursor > self.high:
            self.show(self.cursor - 0.05 * span, self.cursor + 0.95 * span)
        elif self.cursor < self.low:
            self.show(self.cursor - 0.95 * span, self.cursor + 0.05 * span)

    def select(self, selection: tuple[float, float] | None) -> None:
        """Choose a range of at least one frame, or none."""
        if selection is not None:
            low, high = sorted(min(max(time, self.start), self.end) for time in selection)
            selection = (low, max(high, min(low + self.hop, self.end)))
        if selection != self.selection:
            self.selection = selection
            self.selection_changed.emit(selection)
