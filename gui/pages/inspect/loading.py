"""From a chosen item to the panes of the lens. Runs in a thread: nothing here touches a widget."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gui.state import Selection
from gui.widgets.colour_scales import GATE, STATE, ColourScale, round_bound, symmetric
from gui.widgets.lens_panes import CurvePane, DifferencePane, MapPane, Pane, ProbabilityPane
from gui.widgets.lens_sources import ChannelPane, TokenPane, WavePane
from gui.widgets.lens_texts import MAPS
from gui.widgets.levels import Peaks, Picture
from seqclass.audio.read import Audio
from seqclass.data.load import load_item, load_item_file
from seqclass.features.front_end import SpeechFrontEnd
from seqclass.inference.classify import encode_content
from seqclass.inspection.order import OrderName, answer_share, unit_order
from seqclass.inspection.prefixes import Prefixes
from seqclass.inspection.timeline import Timeline, fill, timeline_of
from seqclass.inspection.trace import Layer, Trace, needs_one_pass, trace_encoded
from seqclass.model.bundle import Bundle

if TYPE_CHECKING:
    from seqclass.data.manifest import Manifest

_DEVIATIONS = 3.0
_SHORT_S = 10.0
"""Sounds up to this are measured in milliseconds."""
_BEYOND = 99.0
"""Per cent of all cell states that its colours tell apart, at least."""


@dataclass(frozen=True)
class Timing:
    """Where the frames stand, as `gui.widgets.time_view.TimeView.reset` takes it.

    Attributes:
        unit: ``ms``, ``s``, ``frame`` or ``token``; times are in seconds for the first two.
    """

    unit: str
    start: float
    end: float
    first_frame: float
    hop: float
    n_frames: int


@dataclass(frozen=True)
class Inspected:
    """One item with all that a model makes of it.

    Attributes:
        name: What it is called.
        trace: Gates and states.
        content: The item itself: sound, text or numbers.
        timing: Where its frames stand.
        truth: Target -> what the data set says; empty for anything else.
        source: The uppermost pane.
        features: The picture of its frames, with rows from the last one down to the first.
        features_scale: Its colours.
        cell_bound: The round number that next to no cell state of any layer lies beyond.
        timeline: What the model would say if the item ended at each frame; None until `timed` has computed it.
        has_timeline: Whether it can be computed: not where the model itself is gone.
    """

    name: str
    trace: Trace
    content: Audio | str | NDArray[Any]
    timing: Timing
    truth: dict[str, str | float]
    source: Pane
    features: Picture
    features_scale: ColourScale
    cell_bound: float
    timeline: Timeline | None = None
    has_timeline: bool = True

    @property
    def audio(self) -> Audio | None:
        """Its sound; None for what has none."""
        return self.content if isinstance(self.content, Audio) else None

    @property
    def features_key(self) -> str:
        """Which words the pane of the frames has."""
        return {"token": "embedding", "frame": "numbers"}.get(self.timing.unit, "mfcc")


@dataclass(frozen=True)
class Choice:
    """What of an item is to be seen.

    Attributes:
        layer: From 0.
        is_backward: The backward direction of it.
        order: Of its units.
        target: Whose probabilities.
        cell_bound: The end of the cell state's scale.
    """

    layer: int
    is_backward: bool
    order: OrderName
    target: str
    cell_bound: float


def load(bundle: Bundle, manifest: Manifest | None, selection: Selection) -> Inspected:
    """Read an item and trace it.

    Raises:
        ItemError: It cannot be read, or is of another kind than the model's.
    """
    name, content, truth = _content(bundle, manifest, selection)
    trace = trace_encoded(bundle, encode_content(bundle, content), name=name)
    return inspected_of(bundle, trace, content, truth)


def inspected_of(
    bundle: Bundle, trace: Trace, content: Audio | str | NDArray[Any], truth: dict[str, str | float] | None = None
) -> Inspected:
    """An item's trace with all that is drawn around it; also for a variant that has another content (noise, another speed)."""
    scale = _features_scale(bundle, trace)
    return Inspected(
        name=trace.item,
        trace=trace,
        content=content,
        timing=_timing(bundle, trace, content),
        truth=truth or {},
        source=_source(trace, content),
        features=Picture(scale.positions(trace.frames[:, ::-1].T)),
        features_scale=scale,
        cell_bound=_cell_bound(trace),
    )


def varied(inspected: Inspected, trace: Trace) -> Inspected:
    """The same item with another trace of it (gates changed by hand, another model or epoch) on the same frames."""
    return replace(inspected, trace=trace, cell_bound=_cell_bound(trace), timeline=None)


def timed(bundle: Bundle, inspected: Inspected) -> Inspected:
    """The same with its decision timeline, which may take half a second.

    Args:
        bundle: The model that made the trace, edited by hand or not.
        inspected: An item or variant.
    """
    line = timeline_of(bundle, Prefixes(bundle, inspected.content))
    return replace(inspected, trace=fill(inspected.trace, line), timeline=line)


def panes(bundle: Bundle, inspected: Inspected, choice: Choice, variant: Inspected | None = None) -> list[Pane]:
    """The panes of one layer: source, frames, six maps, answers.

    Args:
        bundle: The model.
        inspected: The item; its own gates and states give the order of the units, so that a variant keeps each in its row.
        choice: What is to be seen.
        variant: What is drawn in its place.
    """
    half = _half(inspected.trace, choice)
    order = unit_order(half, choice.order, share=_share(bundle, inspected.trace, choice))
    shown = variant or inspected
    drawn = _half(shown.trace, choice)
    made: list[Pane] = [shown.source, _frames_pane(shown)]
    for key in MAPS:
        values = getattr(drawn, key)
        scale = GATE if key.endswith("_gate") else symmetric(choice.cell_bound) if key == "cell" else STATE
        made.append(MapPane(key, values, Picture(scale.positions(values[:, order].T)), scale, order))
    made.append(_answers(bundle, shown, choice.target))
    return made


def differences(bundle: Bundle, inspected: Inspected, choice: Choice, variant: Inspected | None = None) -> list[Pane]:
    """The same panes with each map as the variant minus the item; as `panes` where their frames are not the same."""
    if variant is None or variant.timing.n_frames != inspected.timing.n_frames:
        return panes(bundle, inspected, choice, variant)
    made = panes(bundle, inspected, choice, variant)
    before = _half(inspected.trace, choice)
    for place, pane in enumerate(made):
        if isinstance(pane, MapPane) and pane.is_unit_map:
            values = pane.values - getattr(before, pane.key)
            scale = symmetric(choice.cell_bound if pane.key == "cell" else 1.0)
            made[place] = DifferencePane(pane.key, values, Picture(scale.positions(values[:, pane.order].T)), scale, pane.order)
    return made


def _content(
    bundle: Bundle, manifest: Manifest | None, selection: Selection
) -> tuple[str, Audio | str | NDArray[Any], dict[str, str | float]]:
    if selection.item is not None and manifest is not None:
        return selection.item.id, load_item(manifest, selection.item), dict(selection.item.targets)
    if selection.text is not None:
        return selection.text, selection.text, {}
    content = load_item_file(selection.path, bundle.card.kind, max_duration_s=bundle.card.config.data.max_duration_s)
    return Path(selection.path).name, content, {}


def _half(trace: Trace, choice: Choice) -> Layer:
    layer = trace.layers[choice.layer]
    return layer.backward if choice.is_backward and layer.backward is not None else layer


def _cell_bound(trace: Trace) -> float:
    return round_bound(max(float(np.percentile(np.abs(half.cell), _BEYOND)) for half in _halves(trace)))


def _frames_pane(inspected: Inspected) -> MapPane:
    upward = np.arange(inspected.trace.frames.shape[1])[::-1].astype(np.intp)
    return MapPane(
        inspected.features_key, inspected.trace.frames, inspected.features, inspected.features_scale, upward, weight=0.9
    )


def _timing(bundle: Bundle, trace: Trace, content: Audio | str | NDArray[Any]) -> Timing:
    n_frames = len(trace.frames)
    if isinstance(content, Audio) and isinstance(bundle.front_end, SpeechFrontEnd):
        basis = bundle.front_end.basis
        unit = "ms" if content.duration_s <= _SHORT_S else "s"
        return Timing(unit, 0.0, content.duration_s, float(trace.times_s[0]), basis.hop_length / basis.rate_hz, n_frames)
    return Timing("token" if trace.tokens else "frame", -0.5, n_frames - 0.5, 0.0, 1.0, n_frames)


def _source(trace: Trace, content: Audio | str | NDArray[Any]) -> Pane:
    if isinstance(content, Audio):
        return WavePane(Peaks(content.samples), content.rate_hz)
    if isinstance(content, str):
        return TokenPane(trace.tokens)
    values = np.asarray(content, np.float64)
    return ChannelPane(values[:, None] if values.ndim == 1 else values)


def _features_scale(bundle: Bundle, trace: Trace) -> ColourScale:
    """The same for all items of a model wherever the model itself says how far its frames reach."""
    embedding = bundle.network.embedding
    if embedding is not None:
        return symmetric(round_bound(float(np.percentile(np.abs(embedding), 99.9)), least=0.01))
    normalisation = getattr(bundle.front_end.spec, "normalisation", "none")
    if normalisation in ("utterance", "train", "running"):
        return symmetric(_DEVIATIONS)
    return symmetric(round_bound(float(np.percentile(np.abs(trace.frames), 99.0)), least=0.01))


def _answers(bundle: Bundle, inspected: Inspected, target: str) -> Pane:
    values, line = inspected.trace.probabilities[target], inspected.timeline
    card = next(card for card in bundle.card.targets if card.name == target)
    if card.kind == "class":
        is_one_pass = line.is_one_pass if line else needs_one_pass(bundle)
        stride = line.stride if line else None if inspected.has_timeline else 0
        return ProbabilityPane(values, card.labels, stride=stride, is_one_pass=is_one_pass)
    finite = values[np.isfinite(values)]
    margin = 0.1 * float(finite.max() - finite.min()) or 1.0
    return CurvePane(
        "value", values, [target], [0], low=float(finite.min()) - margin, high=float(finite.max()) + margin, weight=1.7
    )


def _share(bundle: Bundle, trace: Trace, choice: Choice) -> NDArray[np.float64] | None:
    if choice.order != "share":
        return None
    share = answer_share(bundle, trace, choice.target)
    return share.backward if choice.is_backward and share.backward is not None else share.forward


def _halves(trace: Trace) -> list[Layer]:
    return [half for layer in trace.layers for half in (layer, layer.backward) if half is not None]
