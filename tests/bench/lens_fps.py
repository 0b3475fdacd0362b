"""Frames a second of the lens with twelve linked maps, panned, zoomed and with the cursor alone.

    python tests/bench/lens_fps.py [--seconds 2] [--size 1280x800]

Offscreen unless QT_QPA_PLATFORM says otherwise (``QT_QPA_PLATFORM=xcb`` in a real window). Each frame is moved,
drawn into the window's own backing store and flushed before the next one begins, so that none is left out. The thread's own time is
told beside the wall's, as another program may take the processor away at any moment.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", f"offscreen:configfile={Path(__file__).parents[1] / 'gui' / 'offscreen.json'}")
sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.widgets.colour_scales import GATE, STATE, symmetric
from gui.widgets.lens import Lens
from gui.widgets.lens_panes import MapPane, Pane
from gui.widgets.lens_texts import MAPS
from gui.widgets.levels import Picture
from gui.widgets.time_view import TimeView

SIZES = ((128, 300, 60.0), (512, 3000, 30.0))
"""Units, frames, and the frames a second that are asked for."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--size", default="1280x800")
    options = parser.parse_args()
    width, height = map(int, options.size.split("x"))
    app = QApplication(sys.argv[:1])
    theme.apply(app, "light")
    print(f"{QApplication.platformName()}, {width} x {height}, twelve linked maps, {os.cpu_count()} cores")
    print(f"{'units':>6} {'frames':>6}  {'what moves':<12} {'frames/s':>9} {'of its own time':>16} {'asked for':>10}")
    for n_units, n_frames, wanted in SIZES:
        view = TimeView()
        lens = Lens(view)
        lens.resize(width, height)
        lens.set_panes(_panes(n_units, n_frames), unit_name="s")
        view.reset(start=0.0, end=0.01 * n_frames, first_frame=0.005, hop=0.01, n_frames=n_frames)
        lens.show()
        app.processEvents()
        for what, move in _moves(view).items():
            view.show(0.25 * view.end, 0.75 * view.end)
            rate, own = _measure(lens, app, move, options.seconds)
            print(f"{n_units:>6} {n_frames:>6}  {what:<12} {rate:>9.0f} {own:>16.0f} {wanted:>10.0f}", flush=True)
        lens.close()


def _panes(n_units: int, n_frames: int) -> list[Pane]:
    """The six maps of two layers."""
    rng = np.random.default_rng(0)
    panes: list[Pane] = []
    for _layer in range(2):
        for key in MAPS:
            scale = GATE if key.endswith("_gate") else symmetric(3.0) if key == "cell" else STATE
            values = rng.uniform(scale.low, scale.high, (n_frames, n_units)).astype(np.float32)
            order = rng.permutation(n_units)
            panes.append(MapPane(key, values, Picture(scale.positions(values[:, order].T)), scale, order))
    return panes


def _moves(view: TimeView) -> dict[str, Callable[[int], None]]:
    """What is done before each frame."""
    return {
        "pan": lambda turn: view.pan(0.01 * view.end * (1 if turn // 20 % 2 else -1)),
        "zoom": lambda turn: view.zoom(1.1 if turn // 12 % 2 else 1 / 1.1),
        "cursor": lambda turn: view.move_to(view.low + (turn % 100) / 100 * (view.high - view.low)),
    }


def _measure(lens: Lens, app: QApplication, move: Callable[[int], None], seconds: float) -> tuple[float, float]:
    """Frames a second by the wall's time and by the thread's own."""
    turn, began, own = 0, time.perf_counter(), time.thread_time()
    while time.perf_counter() - began < seconds:
        move(turn)
        lens.repaint()
        app.processEvents()
        turn += 1
    return turn / (time.perf_counter() - began), turn / (time.thread_time() - own)


if __name__ == "__main__":
    main()
