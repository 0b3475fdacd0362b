"""Golden items: seeded synthetic inputs, and what the network makes of them, stored in each bundle for `verify`.

They are made up, so that a bundle gives away none of the recordings or texts it was trained on.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqclass.features.front_end import Encoded, FrontEnd, NumericFrontEnd, SpeechFrontEnd, TextFrontEnd
from seqclass.model.network import Activations, Network

GATES = ("input_gate", "forget_gate", "candidate", "output_gate", "cell", "hidden")
N_ITEMS = 3


def inputs(front_end: FrontEnd, seed: int = 0) -> list[dict[str, NDArray[Any]]]:
    """Raw inputs of the golden items.

    Returns:
        For speech ``samples`` (n_samples,) float32 at the front end's rate: gliding tones in noise, from 0.3 to 1.1 s; for numeric
        sequences ``values`` (n_frames, n_inputs); for text ``characters``, the code points of a text from the vocabulary.
    """
    rng = np.random.default_rng([seed, 20261120])
    return [_one(front_end, index, rng) for index in range(N_ITEMS)]


def stored_inputs(front_end: FrontEnd, arrays: Mapping[str, NDArray[Any]]) -> list[dict[str, NDArray[Any]]]:
    """The raw inputs that stand in ``golden.npz``: what `inputs` made when the bundle was written.

    Raises:
        ValueError: There are none, or they are not of the front end's kind.
    """
    name = {"speech": "samples", "numeric": "values", "text": "characters"}[front_end.kind]
    items: list[dict[str, NDArray[Any]]] = []
    while (values := arrays.get(f"item{len(items)}.{name}")) is not None:
        if values.ndim != (2 if name == "values" else 1) or values.dtype.kind != ("i" if name == "characters" else "f"):
            raise ValueError(f"item{len(items)}.{name} must not be {values.dtype} {values.shape}")
        if not values.size or not np.isfinite(values).all() or (name == "characters" and not _are_characters(values)):
            raise ValueError(f"item{len(items)}.{name} must hold finite numbers")
        items.append({name: values})
    if not items:
        raise ValueError(f"there is no item0.{name}")
    return items


def encode(front_end: FrontEnd, item: dict[str, NDArray[Any]]) -> Encoded:
    """Send one golden input through the front end."""
    if isinstance(front_end, SpeechFrontEnd):
        return front_end.encode(item["samples"], front_end.basis.rate_hz)
    if isinstance(front_end, NumericFrontEnd):
        return front_end.encode(item["values"])
    return front_end.encode("".join(map(chr, item["characters"])))


def compute(
    front_end: FrontEnd, network: Network, items: list[dict[str, NDArray[Any]]] | None = None
) -> dict[str, NDArray[Any]]:
    """All arrays of ``golden.npz``.

    Args:
        front_end: From input to frames.
        network: From frames to logits.
        items: Raw inputs; those of `inputs` unless given.

    Returns:
        For item k ``item{k}.samples`` (or values, characters), ``.features``, ``.frames``, ``.layer{j}.forward.{gate}`` and
        ``.logits.{target}``.
    """
    arrays: dict[str, NDArray[Any]] = {}
    for index, item in enumerate(inputs(front_end) if items is None else items):
        encoded = encode(front_end, item)
        named: dict[str, NDArray[Any]] = {**item, "features": encoded.features, "frames": encoded.frames}
        named.update(outputs(network.forward(encoded.frames)))
        arrays.update({f"item{index}.{name}": values for name, values in named.items()})
    return arrays


def outputs(activations: Activations) -> dict[str, NDArray[np.float32]]:
    """Gates, states and logits by name."""
    named: dict[str, NDArray[np.float32]] = {}
    for index, layer in enumerate(activations.layers):
        for direction, trace in (("forward", layer.forward), ("backward", layer.backward)):
            if trace is not None:
                named.update({f"layer{index}.{direction}.{gate}": getattr(trace, gate) for gate in GATES})
    named.update({f"logits.{name}": values for name, values in activations.logits.items()})
    return named


def _are_characters(values: NDArray[Any]) -> bool:
    return bool(values.min() >= 0 and values.max() <= sys.maxunicode)


def _one(front_end: FrontEnd, index: int, rng: np.random.Generator) -> dict[str, NDArray[Any]]:
    if isinstance(front_end, SpeechFrontEnd):
        rate_hz = front_end.basis.rate_hz
        times_s = np.arange(round(rate_hz * (0.3 + 0.4 * index))) / rate_hz
        glide_hz = rng.uniform(150, 400) * (1 + times_s)
        tone = np.sin(2 * np.pi * np.cumsum(glide_hz) / rate_hz) * np.hanning(len(times_s))
        return {"samples": (0.3 * tone + 0.01 * rng.standard_normal(len(times_s))).astype(np.float32)}
    if isinstance(front_end, NumericFrontEnd):
        n_inputs = front_end.n_features // (1 + len(front_end.delta_kernels))
        walk = np.cumsum(rng.standard_normal((20 + 30 * index, n_inputs)), axis=0) * 0.3
        return {"values": (front_end.normaliser.mean[:n_inputs] + walk * front_end.normaliser.deviation[:n_inputs])}
    assert isinstance(front_end, TextFrontEnd)
    tokens = front_end.vocabulary.tokens[1:] or ("a",)
    chosen = [tokens[position] for position in rng.integers(0, len(tokens), 5 + 10 * index)]
    return {"characters": np.asarray([ord(sign) for sign in " ".join(chosen)], np.int32)}
