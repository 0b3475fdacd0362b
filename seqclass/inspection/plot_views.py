"""Timelines and ledgers as pictures, in the manner of `seqclass.inspection.plot`; matplotlib is loaded when one is drawn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from seqclass.inspection.plot import PICTURE_SUFFIXES, literal, require_picture_name, save

if TYPE_CHECKING:
    from seqclass.inspection.ledger import Ledger
    from seqclass.inspection.timeline import TargetTimeline, Timeline

_WIDTH, _ROW = 9.0, 2.6
# Paul Tol's muted scheme and three of his light one, which colour-blind people can tell apart; the rest of the classes is grey.
_COLOURS = (
    *("#332288", "#ddcc77", "#117733", "#cc6677", "#88ccee", "#aa4499", "#999933", "#882255", "#44aa99"),
    *("#ee8866", "#77aadd", "#ffaabb"),
)
_REST = "0.85"
_MOST_CLASSES_NAMED = len(_COLOURS)


def is_picture(path: Path | str) -> bool:
    """Whether a file's ending asks for a picture."""
    return Path(path).suffix.lower() in PICTURE_SUFFIXES


def draw_timeline(line: Timeline, path: Path | str | None = None, *, unit: str = "time / s") -> Any:
    """Draw a timeline: of each target its probabilities stacked, the flips, and the moment of decision.

    Args:
        line: What to draw.
        path: Where to write it; None: only return the figure.
        unit: What the axis is labelled with.

    Raises:
        StorageError: The file cannot be written.
        UsageError: The ending is no picture format.
    """
    if path is not None:
        require_picture_name(path)
    figure, rows = _figure(len(line.targets))
    for axes, target in zip(rows, line.targets.values(), strict=True):
        if target.kind == "number":
            axes.plot(line.times_s, target.values[:, 0])
            axes.set_ylabel(literal(target.name))
        else:
            _stack(axes, line, target)
        axes.set_xlabel(unit)
        marks = "" if target.decided is None else " (line: the winner leads from here on; dotted: the lead changes)"
        axes.set_title(literal(f"{target.name}, if the item ended here{marks}"), fontsize=9)
    _explain(figure, line.read_me)
    if path is not None:
        save(figure, path)
    return figure


def draw_ledger(entry: Ledger, times_s: NDArray[np.float64], path: Path | str | None = None, *, unit: str = "time / s") -> Any:
    """Draw a ledger: what is left of each frame in each unit, and summed over units.

    Args:
        entry: What to draw.
        times_s: Of the trace's frames, (n_frames,).
        path: Where to write it; None: only return the figure.
        unit: What the axis is labelled with.

    Raises:
        StorageError: The file cannot be written.
        UsageError: The ending is no picture format.
    """
    if path is not None:
        require_picture_name(path)
    figure, (above, below) = _figure(2)
    step = float(times_s[1] - times_s[0]) if len(times_s) > 1 else 1.0
    extent = (times_s[0] - step / 2, times_s[-1] + step / 2, 0, entry.left.shape[1])
    bound = float(np.abs(entry.left).max()) or 1.0
    image = above.imshow(
        entry.left.T,
        aspect="auto",
        origin="lower",
        extent=extent,
        interpolation="nearest",
        cmap="RdBu_r",
        vmin=-bound,
        vmax=bound,
    )
    above.axvline(times_s[entry.at], color="black", linewidth=0.8)
    above.set_ylabel("unit")
    above.set_title(f"what is left of each frame at frame {entry.at}", fontsize=9)
    figure.colorbar(image, ax=[above, below], pad=0.02, label="part of the cell state")
    below.bar(times_s, entry.amount, width=step, color="0.8", label="without signs")
    below.bar(times_s, entry.summed, width=0.6 * step, color="C0", label="sum over units")
    below.axvline(times_s[entry.at], color="black", linewidth=0.8)
    below.set_xlim(extent[:2])
    below.set_xlabel(unit)
    below.legend(fontsize=7)
    _explain(figure, entry.read_me)
    if path is not None:
        save(figure, path)
    return figure


def _stack(axes: Any, line: Timeline, target: TargetTimeline) -> None:
    order = np.argsort(-target.values[-1], kind="stable")
    if len(order) > _MOST_CLASSES_NAMED:
        named = order[:_MOST_CLASSES_NAMED]
        rest = np.setdiff1d(order, named)
        curves = [*target.values[:, named].T, target.values[:, rest].sum(axis=1)]
        labels = [*(target.labels[index] for index in named), f"{len(rest)} others"]
    else:
        curves, labels = list(target.values[:, order].T), [target.labels[index] for index in order]
    colours = [*_COLOURS, _REST][: len(curves)]
    if len(line.times_s) == 1:  # an area needs two points
        axes.bar(
            np.full(len(curves), line.times_s[0]), [curve[0] for curve in curves], bottom=np.cumsum([0, *(c[0] for c in curves)])[:-1],
            color=colours, label=[literal(label) for label in labels],
        )  # fmt: skip
    else:
        axes.stackplot(line.times_s, curves, labels=[literal(label) for label in labels], colors=colours, alpha=0.85)
        axes.set_xlim(line.times_s[0], line.times_s[-1])
    for flip in target.flips:
        axes.axvline(flip.time_s, color="black", linewidth=0.7, linestyle=":")
    assert target.decided is not None
    axes.axvline(line.times_s[target.decided], color="black", linewidth=1.4)
    axes.set_ylim(0, 1)
    axes.set_ylabel("probability")
    axes.legend(fontsize=7, loc="upper left", bbox_to_anchor=(1.0, 1.0))


def _figure(n_rows: int) -> tuple[Any, list[Any]]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(_WIDTH, _ROW * n_rows + 0.8), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, list(figure.subplots(n_rows, 1, squeeze=False)[:, 0])


def _explain(figure: Any, text: str) -> None:
    """The legend's sentence below the picture, so that it goes wherever the picture goes."""
    import textwrap

    figure.supxlabel(textwrap.fill(literal(text, most=600), 120), fontsize=7, color="0.35")
