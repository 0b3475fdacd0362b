"""From two items, or two models, to panes on one axis. Runs in a thread: nothing here touches a widget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gui.state import Selection
from gui.widgets import lens_texts
from gui.widgets.colour_scales import round_bound, symmetric
from gui.widgets.lens_panes import CurvePane, DifferencePane, Pane
from gui.widgets.levels import Picture
from seqclass.audio.read import Audio
from seqclass.data.load import load_item, load_item_file
from seqclass.inference.classify import encode_content
from seqclass.inspection.align import Alignment, Comparison, Spread, compare
from seqclass.inspection.prefixes import Prefixes
from seqclass.inspection.timeline import fill, timeline_of
from seqclass.inspection.trace import Trace, trace_encoded
from seqclass.model.bundle import Bundle

if TYPE_CHECKING:
    from seqclass.data.manifest import Manifest

_MOST_CURVES = 6


@dataclass(frozen=True)
class Side:
    """One of the two.

    Attributes:
        name: Of the item, or of the model.
        trace: Gates and states.
        audio: What is heard; None for what has no sound.
    """

    name: str
    trace: Trace
    audio: Audio | None


@dataclass(frozen=True)
class Pair:
    """Both, on one axis."""

    a: Side
    b: Side
    comparison: Comparison
    spread: Spread | None
    is_of_models: bool


class PairPane(DifferencePane):
    """The first item's map minus the second's."""

    def reading(self) -> str:
        """How to read it."""
        return lens_texts.reading("pair")


def pair_of(
    bundle: Bundle, other_bundle: Bundle | None, manifest: Manifest | None, a: Selection, b: Selection, result: dict[str, Any]
) -> Pair:
    """Trace both and subtract.

    Args:
        bundle: The open model.
        other_bundle: Another one, where models are compared.
        manifest: Where items are from.
        a: The first item.
        b: The second; the first one again where models are compared.
        result: What the `align` job finished with.

    Raises:
        ItemError: An item cannot be read.
    """
    first = _side(bundle, manifest, a)
    second = _side(other_bundle or bundle, manifest, b)
    if other_bundle is not None:
        path = other_bundle.path
        second = Side(path.stem if path is not None else second.name, second.trace, second.audio)
    spread = Spread.from_plain(result.get("spread"))
    alignment = Alignment.from_plain(result["alignment"])
    return Pair(first, second, compare(first.trace, second.trace, alignment, spread=spread), spread, other_bundle is not None)


def panes(pair: Pair, half: str, target: str, cell_bound: float) -> list[Pane]:
    """Distance, six differences of one direction of a layer, and the difference of the answers."""
    found = pair.comparison
    made: list[Pane] = []
    distance = found.distance[:, None]
    labels: list[Callable[[], str]] = [partial(lens_texts.heading, "distance")]
    if pair.spread is not None:
        limit = np.full_like(distance, pair.spread.limit)
        distance = np.concatenate([distance, limit], axis=1)
        labels.append(lens_texts.same_class)
    top = float(np.nanmax(distance)) * 1.1 or 1.0
    made.append(CurvePane("distance", distance, labels, range(len(labels)), low=0.0, high=top, weight=1.4))
    for key in lens_texts.MAPS:
        values = found.differences.get(f"{half}.{key}")
        if values is None:
            continue
        order = np.arange(values.shape[1], dtype=np.intp)
        scale = symmetric(cell_bound if key == "cell" else 1.0)
        made.append(PairPane(key, values, Picture(scale.positions(values[:, order].T)), scale, order))
    answers = found.probabilities.get(target)
    if answers is not None and np.isfinite(answers).any():
        made.append(_answers(answers, found.labels.get(target, ())))
    return made


def cell_bound_of(pair: Pair) -> float:
    """A round number that next to no difference of cell states lies beyond."""
    greatest = [
        np.percentile(np.abs(values), 99.0) for name, values in pair.comparison.differences.items() if name.endswith("cell")
    ]
    return round_bound(float(max(greatest, default=1.0)))


def _side(bundle: Bundle, manifest: Manifest | None, selection: Selection) -> Side:
    if selection.item is not None and manifest is not None:
        name, content = selection.item.id, load_item(manifest, selection.item)
    elif selection.text is not None:
        name, content = selection.text, selection.text
    else:
        limit = bundle.card.config.data.max_duration_s
        name, content = selection.path, load_item_file(selection.path, bundle.card.kind, max_duration_s=limit)
    encoded = encode_content(bundle, content)
    line = timeline_of(bundle, Prefixes(bundle, content, encoded))
    trace = fill(trace_encoded(bundle, encoded, name=name), line)
    return Side(name, trace, content if isinstance(content, Audio) else None)


def _answers(values: NDArray[np.float64], labels: tuple[str, ...]) -> CurvePane:
    names = labels or (partial(lens_texts.heading, "value"),)
    greatest = np.nan_to_num(np.abs(values)).max(axis=0)
    kept = [int(index) for index in np.argsort(-greatest, kind="stable")[:_MOST_CURVES]]
    bound = 1.0 if labels else float(greatest.max()) or 1.0
    return CurvePane("answer_change", values, names, kept, low=-bound, high=bound, weight=1.5)
