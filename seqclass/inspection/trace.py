"""Traces: every gate and state of every layer, frame by frame, of one item."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from seqclass.features.front_end import Encoded, TextFrontEnd
from seqclass.files import write_arrays
from seqclass.inference.classify import Answer, answer, encode
from seqclass.inspection.naming import half_name
from seqclass.model.bundle import Bundle, TargetCard
from seqclass.model.network import Activations, Floats, LstmTrace, softmax
from seqclass.model.threads import one_thread

if TYPE_CHECKING:
    from seqclass.inspection.hands import Hands

GATES = ("input_gate", "forget_gate", "candidate", "output_gate", "cell", "hidden")


class Layer:
    """One LSTM layer of a trace.

    Attributes:
        input_gate, forget_gate, output_gate: (n_frames, n_units) float32, 0..1.
        candidate, hidden: (n_frames, n_units) float32, -1..1.
        cell: (n_frames, n_units) float32, unbounded.
        h_n, c_n: States after the last frame, (n_units,).
        is_backward: Whether it reads from the last frame to the first.
        backward: The backward half with the same attributes, in input time; None for a layer that reads forward only.
    """

    def __init__(self, trace: LstmTrace, backward: LstmTrace | None = None) -> None:
        self.input_gate = trace.input_gate
        self.forget_gate = trace.forget_gate
        self.candidate = trace.candidate
        self.output_gate = trace.output_gate
        self.cell = trace.cell
        self.hidden = trace.hidden
        self.h_n = trace.h_n
        self.c_n = trace.c_n
        self.is_backward = trace.is_backward
        self.backward = None if backward is None else Layer(backward)

    @property
    def n_units(self) -> int:
        """Units of one direction."""
        return int(self.hidden.shape[1])


@dataclass(frozen=True)
class Trace:
    """Everything that one item does to a model.

    Attributes:
        item: Its name.
        frames: What enters the first LSTM, (n_frames, n_features) float32.
        features: The same before normalisation; for text the token ids (n_frames, 1).
        times_s: Centre of each frame in seconds; for text and numeric sequences its index. (n_frames,).
        layers: One `Layer` an LSTM layer.
        probabilities: Target -> what the model would say if the item ended at this frame, (n_frames, n_classes), for a number
            (n_frames, 1) its value; NaN where that was not computed. One pass gives all frames of a model that never looks ahead;
            of any other it gives the last frame, and `seqclass.inspection.timeline` the rest.
        result: The answer on the whole item.
        output: Output of the last layer, (n_frames, n_outputs).
        tokens: Text: the tokens.
        is_timed: Whether ``times_s`` is in seconds.
        mask: Imported models: which frames count, (n_frames,); None where all do.
    """

    item: str
    frames: Floats
    features: NDArray[Any]
    times_s: NDArray[np.float64]
    layers: tuple[Layer, ...]
    probabilities: dict[str, NDArray[np.float64]]
    result: dict[str, Answer]
    output: Floats
    tokens: tuple[str, ...] = ()
    is_timed: bool = False
    mask: NDArray[np.bool_] | None = None

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All arrays by the names of Contract 3."""
        arrays: dict[str, NDArray[Any]] = {"frames": self.frames, "features": self.features, "times_s": self.times_s}
        for index, layer in enumerate(self.layers):
            for is_backward, half in enumerate((layer, layer.backward)):
                if half is not None:
                    prefix = half_name(index, is_backward=bool(is_backward))
                    arrays.update({f"{prefix}.{name}": getattr(half, name) for name in (*GATES, "h_n", "c_n")})
        arrays["probabilities"] = next(iter(self.probabilities.values()))
        if len(self.probabilities) > 1:
            arrays.update({f"probabilities.{name}": values for name, values in self.probabilities.items()})
        arrays["output"] = self.output
        if len({layer.n_units for layer in self.layers}) == 1:
            halves = [half for layer in self.layers for half in (layer, layer.backward) if half is not None]
            arrays["h_n"] = np.stack([half.h_n for half in halves])
            arrays["c_n"] = np.stack([half.c_n for half in halves])
        if self.tokens:
            arrays["tokens"] = np.asarray(self.tokens)
        return arrays

    def save(self, path: Path | str) -> None:
        """Write all arrays as ``.npz``, whole or not at all.

        Raises:
            StorageError: The file cannot be written.
        """
        write_arrays(path, self.arrays())

    def plot(self, path: Path | str | None = None) -> Any:
        """Draw gates and states over time with matplotlib.

        Args:
            path: Where to write the picture (.png, .svg, .pdf); None: only return it.

        Returns:
            The matplotlib figure.

        Raises:
            StorageError: The file cannot be written.
            UsageError: The ending is no picture format.
        """
        from seqclass.inspection.plot import draw

        return draw(self, path)


def trace(
    bundle: Bundle,
    item: Path | str | NDArray[Any] | None = None,
    *,
    rate_hz: int | None = None,
    text: str | None = None,
    hands: Hands | None = None,
) -> Trace:
    """Trace one item. Arguments and errors as for `seqclass.inference.classify.classify`.

    Args:
        bundle: The model.
        item: See there.
        rate_hz: See there.
        text: See there.
        hands: Edits to run with (`seqclass.inspection.hands`).

    Raises:
        SpecError: An edit does not fit the model.
    """
    if hands is not None:
        from seqclass.inspection.hands import apply

        bundle = apply(bundle, hands)
    name, encoded = encode(bundle, item, rate_hz=rate_hz, text=text)
    return trace_encoded(bundle, encoded, name=name)


def trace_encoded(bundle: Bundle, encoded: Encoded, *, name: str = "") -> Trace:
    """Trace an item that went through the front end already."""
    with one_thread:
        activations = bundle.network.forward(encoded.frames)
        probabilities = _by_frame(bundle, activations)
    features = encoded.features
    if isinstance(bundle.front_end, TextFrontEnd):
        features = features[:, None]
    return Trace(
        item=name,
        frames=activations.frames,
        features=features,
        times_s=encoded.times_s,
        layers=tuple(Layer(layer.forward, layer.backward) for layer in activations.layers),
        probabilities=probabilities,
        result={target.name: answer(target, activations.logits[target.name]) for target in bundle.card.targets},
        output=activations.layers[-1].output,
        tokens=encoded.tokens,
        is_timed=bundle.card.kind == "speech",
        mask=activations.mask,
    )


def needs_one_pass(bundle: Bundle) -> bool:
    """Whether one pass tells what the model would say if the item ended at each frame.

    It does where no frame and no layer looks ahead. Where normalisation, derivatives, silence trimming or a backward direction do,
    only the item's prefixes tell. A text counts as split into tokens already: a word segmenter that looks ahead does not matter.
    """
    return bundle.network.is_causal and (bundle.front_end.is_causal or isinstance(bundle.front_end, TextFrontEnd))


def _by_frame(bundle: Bundle, activations: Activations) -> dict[str, NDArray[np.float64]]:
    """What the head makes of each prefix of the last layer's output; the last frame alone where that takes more than one pass."""
    outputs = activations.layers[-1].output
    if needs_one_pass(bundle):
        by_frame = {
            name: values.astype(np.float64)
            for name, values in bundle.network.head_by_frame(outputs, mask=activations.mask).items()
        }
    else:
        by_frame = {name: np.full((len(outputs), len(values)), np.nan) for name, values in activations.logits.items()}
        for name, values in activations.logits.items():
            by_frame[name][-1] = values
    return {target.name: said(target, by_frame[target.name]) for target in bundle.card.targets}


def said(target: TargetCard, logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Logits (..., n_outputs) as probabilities, or a number's as its values (..., 1)."""
    if target.kind == "number":
        return logits.astype(np.float64) * target.scale + target.offset
    return softmax(logits.astype(np.float32))
