"""What is still in the cell: how much of what each frame wrote is left at a chosen frame, and how long each unit remembers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QCheckBox

from gui.pages.inspect.scene import Scene
from gui.pages.inspect.tools.tool import Export, Tool
from gui.widgets import lens_texts
from gui.widgets.colour_scales import round_bound, symmetric
from gui.widgets.common import column, label
from gui.widgets.lens_look import short, signed
from gui.widgets.lens_panes import CurvePane, MapPane, Pane
from gui.widgets.levels import Picture
from gui.widgets.push_bars import Bar, PushBars
from seqclass.inspection.ledger import Ledger, half_life_frames, ledger
from seqclass.inspection.trace import Layer

_FRAMES, _UNITS = 8, 8


@dataclass(frozen=True)
class Books:
    """The ledger of what is shown, with what is drawn of it."""

    entry: Ledger
    half_lives: NDArray[np.float64]
    panes: tuple[Pane, ...]


class MemoryTool(Tool):
    """Draws the ledger below the lens; beside it the frames that gave most to the chosen unit, and the units that hold longest."""

    NAME = "memory"

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self.books: Books | None = None
        self._follows = QCheckBox()
        self._follows.toggled.connect(self._compute)
        self._summary, self._sum = label(wraps=True), label("small", wraps=True)
        self._frames_heading, self._units_heading = label("heading"), label("heading")
        self._half_life = label("small", wraps=True)
        self.frames, self.units = PushBars(), PushBars()
        self.frames.chosen.connect(self._go_to)
        self.units.chosen.connect(scene.choose_unit)
        frames = column(self._frames_heading, self._summary, self.frames, self._sum, spacing=6)
        units = column(self._units_heading, self.units, self._half_life, spacing=6)
        self.setLayout(column(self._follows, frames, units, 1, spacing=14))
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        self._follows.setText(self.tr("Look back from the cursor"))
        self._follows.setToolTip(self.tr("Off: from the last frame, where the answer is made"))
        self._frames_heading.setText(self.tr("Who filled this unit"))
        self._show()

    def opened(self) -> None:
        """Follow the scene."""
        self.scene.look_changed.connect(self._compute)
        self.scene.unit_changed.connect(self._show)
        self.scene.view.cursor_moved.connect(self._follow_cursor)
        self._compute()

    def closed(self) -> None:
        """Take the panes away."""
        self.scene.look_changed.disconnect(self._compute)
        self.scene.unit_changed.disconnect(self._show)
        self.scene.view.cursor_moved.disconnect(self._follow_cursor)
        self.scene.drop("ledger")
        self.scene.show_panes([])

    def exports(self) -> list[Export]:
        """The books."""
        books, shown = self.books, self.scene.shown
        if books is None or shown is None:
            return []
        entry, times = books.entry, shown.trace.times_s
        return [
            Export(self.tr("Memory: what is left of each frame (CSV) …"), "csv", lambda path: entry.write(path, times)),
            Export(self.tr("Memory: all books (NPZ) …"), "npz", lambda path: entry.write(path, times)),
        ]

    def view_state(self) -> dict[str, Any]:
        """Where it looks back from."""
        return {"follows": self._follows.isChecked()}

    def restore_view(self, state: dict[str, Any]) -> None:
        """The same again."""
        self._follows.setChecked(bool(state.get("follows", False)))

    def _follow_cursor(self) -> None:
        if self._follows.isChecked():
            self._compute()

    def _compute(self) -> None:
        half, cells = self.scene.half, self.scene.lens.pane("cell")
        if half is None or not isinstance(cells, MapPane) or len(cells.order) != half.n_units:
            self.books = None
            self._show()
            return
        at = self.scene.frame if self._follows.isChecked() else 0 if half.is_backward else -1
        order, bound = cells.order, cells.scale.high
        self.scene.follow("ledger", lambda: _books(half, at, order, bound), self._take)

    def _take(self, books: Books) -> None:
        self.books = books
        self.scene.show_panes(books.panes)
        self._show()

    def _when(self, frame: int) -> str:
        shown = self.scene.shown
        return lens_texts.moment(self.scene.view.time_of(frame), shown.timing.unit if shown else "frame")

    def _show(self) -> None:
        books, unit = self.books, self.scene.unit
        if books is None or unit is None or unit >= len(books.half_lives):
            for view in (self.frames, self.units):
                view.show_bars(())
            for part in (self._summary, self._sum, self._half_life):
                part.clear()
            return
        entry = books.entry
        text = self.tr("At {when} {unit} holds {value}. Greatest shares")
        when = self._when(entry.at)
        self._summary.setText(text.format(when=when, unit=lens_texts.unit(unit), value=signed(float(entry.cell[unit]))))
        left = entry.left[:, unit]
        most = np.argsort(-np.abs(left), kind="stable")[:_FRAMES]
        bars = [Bar(self._when(int(frame)), float(left[frame]), int(frame)) for frame in sorted(most.tolist())]
        rest = float(left.sum() - left[most].sum())
        if len(left) > len(most):
            bars.append(Bar(self.tr("{n} others").format(n=len(left) - len(most)), rest))
        self.frames.show_bars(bars, current=self.scene.frame)
        self._sum.setText(
            self.tr("What all frames ({n}) left sums to the cell state, to {error}.").format(
                n=len(left), error=f"{entry.error:.0e}"
            )
        )
        self._show_half_lives(books.half_lives, unit)

    def _show_half_lives(self, lives: NDArray[np.float64], unit: int) -> None:
        step, is_timed = self._scale()
        words = self.tr("{time} ms") if is_timed else self.tr("{time} frames")
        longest = np.argsort(-lives, kind="stable")[:_UNITS]
        whole = len(self.books.entry.written) if self.books else 0
        bars = [self._life_bar(int(one), float(lives[one]), whole) for one in longest]
        self.units.show_bars(bars, current=unit)
        self._units_heading.setText(self.tr("Longest memories (ms)") if is_timed else self.tr("Longest memories (frames)"))
        mine = float(lives[unit]) * step
        life = self.tr("never ends") if not math.isfinite(mine) else words.format(time=short(round(mine, 2)))
        text = self.tr("Time after which half of what a unit holds is gone, at its typical forget gate. {unit}: {life}.")
        self._half_life.setText(text.format(unit=lens_texts.unit(unit), life=life))

    def _life_bar(self, unit: int, life: float, whole: int) -> Bar:
        """A unit's half-life; a bar ends where the item does, and says so."""
        step, _ = self._scale()
        number = "" if life <= whole else f"> {short(round(whole * step, 1))}"
        return Bar(lens_texts.unit(unit), min(life, whole) * step, unit, number)

    def _scale(self) -> tuple[float, bool]:
        """Size of a frame in the unit that half-lives are told in, and whether that is milliseconds."""
        shown = self.scene.shown
        if shown is not None and shown.timing.unit in lens_texts.TIMED:
            return 1000 * shown.timing.hop, True
        return 1.0, False

    def _go_to(self, frame: int) -> None:
        self.scene.view.move_to(self.scene.view.time_of(frame))
        self.scene.view.follow()
        self.scene.playback.seek()


def _books(half: Layer, at: int, order: NDArray[np.intp], bound: float) -> Books:
    entry = ledger(half, at)
    # What single frames gave is a fraction of what the cell holds: a scale of its own, still round and symmetric, by the frame that
    # is remembered best, as next to nothing is left of most frames of a long item.
    greatest = float(np.percentile(np.abs(entry.left), 95.0, axis=1).max()) if entry.left.size else bound
    scale = symmetric(min(round_bound(greatest, least=0.01), bound))
    left = MapPane("ledger", entry.left, Picture(scale.positions(entry.left[:, order].T)), scale, order, weight=1.4)
    amount = entry.amount[:, None]
    top = float(amount.max()) * 1.05 or 1.0
    sums = CurvePane(
        "ledger_amount", amount, [partial(lens_texts.heading, "ledger_amount")], [0], low=0.0, high=top, weight=1.2
    )
    return Books(entry, half_life_frames(half.forget_gate), (left, sums))
