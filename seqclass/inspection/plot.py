"""A trace as a picture: features, six maps a layer on one time axis, and the probabilities frame by frame.

Colour scales are fixed by meaning and never stretched to the picture: gates run from 0 to 1 on a sequential scale, candidate and
hidden state from -1 to 1 on a diverging one, the cell state symmetric about 0 up to a bound that the colour bar names.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from seqclass.errors import UsageError
from seqclass.files import atomic_path
from seqclass.inspection.naming import half_name

if TYPE_CHECKING:
    from seqclass.inspection.trace import Layer, Trace

_MAPS = (
    ("input_gate", "input gate i"),
    ("forget_gate", "forget gate f"),
    ("output_gate", "output gate o"),
    ("candidate", "candidate g"),
    ("cell", "cell state c"),
    ("hidden", "hidden state h"),
)
PICTURE_SUFFIXES = (".png", ".svg", ".pdf", ".jpg", ".jpeg", ".webp", ".tif", ".tiff")
_MOST_TOKENS = 60
_MOST_CLASSES_SHOWN = 6
_MOST_CHARACTERS = 160
_MOST_CHARACTERS_OF_A_TOKEN = 16
_MOST_FRAMES_SEEN = 1000
# Inches: the page; its title; the row of features and probabilities; room for labels on a time axis; a row of maps.
_WIDTH, _TITLE, _FIRST_ROW, _AXIS, _ROW = 13.0, 0.75, 2.0, 0.85, 2.0


def draw(trace: Trace, path: Path | str | None = None) -> Any:
    """Draw a trace.

    Args:
        trace: What to draw.
        path: Where to write it; the ending chooses the format. None: only return the figure.

    Returns:
        The matplotlib figure, without any state in pyplot.

    Raises:
        StorageError: The file cannot be written.
        UsageError: The ending is no picture format.
    """
    if path is not None:
        require_picture_name(path)
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    halves = [(half_name(index), layer) for index, layer in enumerate(trace.layers)]
    halves += [(half_name(n, is_backward=True), layer.backward) for n, layer in enumerate(trace.layers) if layer.backward]
    n_rows = 2 * len(halves)
    height = _TITLE + _FIRST_ROW + _AXIS + _ROW * n_rows + _AXIS
    figure = Figure(figsize=(_WIDTH, height))
    FigureCanvasAgg(figure)
    # Fixed margins: to let matplotlib measure every label takes longer than all the drawing.
    sides = {"left": 0.05, "right": 0.985, "wspace": 0.14}
    top = 1 - _TITLE / height
    first = figure.add_gridspec(1, 3, top=top, bottom=top - _FIRST_ROW / height, **sides)
    below = top - (_FIRST_ROW + _AXIS) / height
    grid = figure.add_gridspec(n_rows, 3, top=below, bottom=_AXIS / height, hspace=0.22, **sides)
    features = figure.add_subplot(first[0, :2])
    _features(figure, features, trace, _edges(trace.times_s))
    _probabilities(figure.add_subplot(first[0, 2], sharex=features), trace)
    for number, (name, layer) in enumerate(halves):
        for position, (attribute, words) in enumerate(_MAPS):
            row, column = 2 * number + position // 3, position % 3
            axes = figure.add_subplot(grid[row, column], sharex=features)
            _map(figure, axes, layer, attribute, f"{name}: {words}", _edges(trace.times_s))
            if row < n_rows - 1:
                axes.tick_params(labelbottom=False)
            else:
                _label_time(axes, trace)
            if column == 0:
                axes.set_ylabel("unit")
    figure.suptitle(_title(trace), fontsize=12, y=1 - 0.3 / height)
    if path is not None:
        save(figure, path)
    return figure


def save(figure: Any, path: Path | str) -> None:
    """Write a figure whole or not at all, in the format that the ending names.

    Raises:
        StorageError: The file cannot be written.
        UsageError: The ending is no picture format.
    """
    require_picture_name(path)
    with atomic_path(path, keep_suffix=True) as temporary, warnings.catch_warnings():
        # matplotlib's own font has no Chinese, for instance; a box in its place needs no line for each sign.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(temporary, dpi=120)


def require_picture_name(path: Path | str) -> None:
    """Fail before any work is done where no picture could be written to ``path``.

    Raises:
        UsageError: The ending is no picture format.
    """
    if Path(path).suffix.lower() not in PICTURE_SUFFIXES:
        raise UsageError(f"A picture's ending must be one of {', '.join(PICTURE_SUFFIXES)}. Received: {path}. Try T.png.")


def _features(figure: Any, axes: Any, trace: Trace, edges: NDArray[np.float64]) -> None:
    values = trace.frames.T
    bound = float(np.percentile(np.abs(values), 99)) or 1.0
    image = _image(axes, values, edges, cmap="RdBu_r", vmin=-bound, vmax=bound)
    axes.set_title("embeddings" if trace.tokens else "features, as they enter layer0", fontsize=9)
    axes.set_ylabel("dimension" if trace.tokens else "feature")
    figure.colorbar(image, ax=axes, pad=0.01, label="normalised value" if not trace.tokens else "value")
    _label_time(axes, trace)


def _probabilities(axes: Any, trace: Trace) -> None:
    name, values = next(iter(trace.probabilities.items()))
    answer = trace.result[name]
    # A timeline knows a frame here and there; lines go from one to the next.
    is_known = np.isfinite(values).all(axis=1)
    times_s, values, last = trace.times_s[is_known], values[is_known], values[-1]
    marker = "o" if len(values) == 1 else None
    if answer.probabilities is None:
        axes.plot(times_s, values[:, 0], marker=marker)
        axes.set_title(f"{literal(name)}, if the item ended here", fontsize=9)
    else:
        labels = list(answer.probabilities)
        shown = np.argsort(-values.max(axis=0) - last)[:_MOST_CLASSES_SHOWN]
        for index in sorted(shown, key=lambda position: -last[position]):
            axes.plot(times_s, values[:, index], marker=marker, label=f"{literal(labels[index])} {last[index]:.2f}")
        axes.set_ylim(-0.02, 1.02)
        axes.set_title("probability, if the item ended here", fontsize=9)
        axes.legend(
            fontsize=7, loc="best" if len(values) <= _MOST_FRAMES_SEEN else "upper left", title=literal(name), title_fontsize=7
        )
    _label_time(axes, trace)


def _map(figure: Any, axes: Any, layer: Layer, attribute: str, title: str, edges: NDArray[np.float64]) -> None:
    values = getattr(layer, attribute).T
    if attribute.endswith("_gate"):
        colours: dict[str, Any] = {"cmap": "viridis", "vmin": 0.0, "vmax": 1.0}
    else:
        bound = max(float(np.abs(values).max()), 1.0) if attribute == "cell" else 1.0
        colours = {"cmap": "RdBu_r", "vmin": -bound, "vmax": bound}
    image = _image(axes, values, edges, **colours)
    axes.set_title(title, fontsize=9)
    figure.colorbar(image, ax=axes, pad=0.01)


def _image(axes: Any, values: NDArray[Any], edges: NDArray[np.float64], **colours: Any) -> Any:
    extent = (edges[0], edges[-1], 0, len(values))
    # Frames are drawn as they are; only where they outnumber the dots of the picture are neighbours averaged.
    step = -(-values.shape[1] // _MOST_FRAMES_SEEN)
    starts = np.arange(0, values.shape[1], step)
    means = np.add.reduceat(values, starts, axis=1) / np.diff(starts, append=values.shape[1])
    return axes.imshow(means, aspect="auto", origin="lower", extent=extent, interpolation="nearest", **colours)


def _edges(times_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Borders of the columns, (n_frames + 1,): each frame stands around its own time."""
    step = float(times_s[1] - times_s[0]) if len(times_s) > 1 else 1.0
    return np.append(times_s - step / 2, times_s[-1] + step / 2)


def _label_time(axes: Any, trace: Trace) -> None:
    if not trace.tokens:
        axes.set_xlabel("time / s" if trace.is_timed else "frame")
    elif len(trace.tokens) <= _MOST_TOKENS:
        axes.set_xticks(
            trace.times_s,
            [literal(token, most=_MOST_CHARACTERS_OF_A_TOKEN) for token in trace.tokens],
            rotation=60,
            ha="right",
            fontsize=6,
        )
    else:
        axes.set_xlabel("token")


def _title(trace: Trace) -> str:
    answers = []
    for name, answer in trace.result.items():
        if answer.probabilities is None:
            answers.append(f"{name} {answer.value:.4g}")
        else:
            answers.append(f"{name} {answer.label} ({answer.probabilities[answer.label or '']:.0%})")
    name = trace.item if trace.tokens else Path(trace.item).name
    item = name if len(name) <= 80 else f"{name[:77]}..."
    return literal(f"{item}: {', '.join(answers)}")


def literal(text: str, *, most: int = _MOST_CHARACTERS) -> str:
    """A text for matplotlib, which reads ``$`` as the start of a formula; a label longer than a line helps nobody."""
    shortened = text if len(text) <= most else f"{text[: most - 3]}..."
    return "".join(sign if sign.isprintable() else " " for sign in shortened).replace("$", r"\$")
