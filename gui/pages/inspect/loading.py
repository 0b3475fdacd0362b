"""From a chosen item to the panes of the lens. Runs in a thread: nothing here touches a widget."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gui.state import Selection
from gui.widgets.colour_scales import GATE, STATE, ColourScale, round_bound, symmetric
from gui.widgets.lens_panes import CurvePane, MapPane, Pane, ProbabilityPane
from gui.widgets.lens_sources import ChannelPane, TokenPane, WavePane
from gui.widgets.lens_texts import MAPS
from gui.widgets.levels import Peaks, Picture
from seqclass.audio.read import Audio
from seqclass.data.load import load_item, load_item_file
from seqclass.data.manifest import Manifest
from seqclass.features.front_end import SpeechFrontEnd
from seqclass.inference.classify import encode_content
from seqclass.inspection.order import OrderName, answer_share, unit_order
from seqclass.inspection.trace import Layer, Trace, trace_encoded
from seqclass.model.bundle import Bundle

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
        audio: Its sound; None for what has none.
        timing: Where its frames stand.
        truth: Target -> what the data set says; empty for anything else.
        source: The uppermost pane.
        features: The picture of its frames, with rows from the last one down to the first.
        features_scale: Its colours.
        cell_bound: The round number that next to no cell state of any layer lies beyond.
    """

    name: str
    trace: Trace
    audio: Audio | None
    timing: Timing
    truth: dict[str, str | float]
    source: Pane
    features: Picture
    features_scale: ColourScale
    cell_bound: float

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
    timing = _timing(bundle, trace, content)
    scale = _features_scale(bundle, trace)
    greatest = max(float(np.percentile(np.abs(half.cell), _BEYOND)) for half in _halves(trace))
    return Inspected(
        name=name,
        trace=trace,
        audio=content if isinstance(content, Audio) else None,
        timing=timing,
        truth=truth,
        source=_source(trace, content),
        features=Picture(scale.positions(trace.frames[:, ::-1].T)),
        features_scale=scale,
        cell_bound=round_bound(greatest),
    )


def panes(bundle: Bundle, inspected: Inspected, choice: Choice) -> list[Pane]:
    """The panes of one layer: source, frames, six maps, answers."""
    trace = inspected.trace
    layer: Layer = trace.layers[choice.layer]
    half = layer.backward if choice.is_backward and layer.backward is not None else layer
    order = unit_order(half, choice.order, share=_share(bundle, trace, choice))
    n_features = trace.frames.shape[1]
    upward = np.arange(n_features)[::-1]
    made: list[Pane] = [inspected.source]
    made.append(
        MapPane(
            inspected.features_key,
            trace.frames,
            inspected.features,
            inspected.features_scale,
            upward.astype(np.intp),
            weight=0.9,
        )
    )
    for key in MAPS:
        values = getattr(half, key)
        scale = GATE if key.endswith("_gate") else symmetric(choice.cell_bound) if key == "cell" else STATE
        made.append(MapPane(key, values, Picture(scale.positions(values[:, order].T)), scale, order))
    made.append(_answers(bundle, trace, choice.target))
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


def _answers(bundle: Bundle, trace: Trace, target: str) -> Pane:
    values = trace.probabilities[target]
    card = next(card for card in bundle.card.targets if card.name == target)
    if card.kind == "class":
        return ProbabilityPane(values, card.labels, is_causal=bundle.card.is_causal)
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
