"""The network in NumPy: the whole forward pass from frames to logits, and its weights as named arrays.

Its LSTM layers are in `seqclass.model.lstm`; what stands around those of an imported model in `seqclass.model.stack`.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqclass.model import activations, lockstep
from seqclass.model.layout import Direction, Layout, select
from seqclass.model.lockstep import Lockstep
from seqclass.model.lstm import Floats, LstmTrace, LstmWeights, StepHook, run_any_lstm, run_lstm
from seqclass.model.stack import Mask, Stack
from seqclass.model.threads import one_thread
from seqclass.specs import ModelSpec, TargetSpec

__all__ = [
    "Activations",
    "DenseWeights",
    "Floats",
    "LayerTrace",
    "LstmTrace",
    "LstmWeights",
    "Network",
    "StepHook",
    "activate",
    "from_arrays",
    "from_stack",
    "run_any_lstm",
    "run_lstm",
    "shapes",
    "softmax",
    "to_arrays",
]


@dataclass(frozen=True)
class DenseWeights:
    """A product and a bias: kernel (n_inputs, n_outputs), bias (n_outputs,)."""

    kernel: Floats
    bias: Floats

    def __call__(self, values: Floats) -> Floats:
        """(..., n_inputs) to (..., n_outputs)."""
        return np.asarray(values @ self.kernel + self.bias, np.float32)


@dataclass(frozen=True)
class LayerTrace:
    """One layer: its forward direction, and its backward one where there is one."""

    forward: LstmTrace
    backward: LstmTrace | None = None

    @property
    def output(self) -> Floats:
        """What the next layer gets: hidden states, forward and backward side by side, (n_frames, n_outputs)."""
        if self.backward is None:
            return self.forward.hidden
        return np.concatenate([self.forward.hidden, self.backward.hidden], axis=1)


@dataclass(frozen=True)
class Activations:
    """Everything that one item does to the network.

    Attributes:
        frames: What entered the first LSTM, (n_frames, n_features).
        layers: From the first to the last.
        pooled: The vector that the head got, (n_pooled,).
        logits: For each target (n_classes,), or (1,) for a number.
        mask: Which frames count, (n_frames,); None where all do.
    """

    frames: Floats
    layers: tuple[LayerTrace, ...]
    pooled: Floats
    logits: dict[str, Floats]
    mask: Mask | None = None


@dataclass(frozen=True)
class _Part:
    """Layers on one another, and their weights for `seqclass.model.lockstep` where they gain by it."""

    layers: tuple[tuple[LstmWeights, LstmWeights | None], ...]
    packed: Lockstep | None


@dataclass(frozen=True)
class Network:
    """Weights and layout, enough to run without Keras. Weights are not to be changed once it has run.

    Attributes:
        spec: The layout.
        targets: What the heads say, in order.
        embedding: Text: (n_tokens, n_features).
        layers: Forward and optional backward weights of each layer.
        attention: Score of a hidden state, where the spec pools by attention.
        dense: Hidden Dense layers.
        heads: Logits for each target.
        stack: Imported models: what stands around the LSTM layers, in place of pooling, Dense layers and heads.
    """

    spec: ModelSpec
    targets: tuple[TargetSpec, ...]
    embedding: Floats | None
    layers: tuple[tuple[LstmWeights, LstmWeights | None], ...]
    attention: DenseWeights | None
    dense: tuple[DenseWeights, ...]
    heads: dict[str, DenseWeights]
    stack: Stack | None = None

    @property
    def n_features(self) -> int:
        """Numbers a frame of the first LSTM's input."""
        return len(self.layers[0][0].kernel)

    @property
    def is_causal(self) -> bool:
        """Whether every layer's output at a frame depends on no later frame."""
        return not self.spec.bidirectional if self.stack is None else self.stack.layout.is_causal

    def forward(self, frames: NDArray[Any]) -> Activations:
        """Run one item.

        Args:
            frames: (n_frames, n_features) float32, or token ids (n_frames,) where there is an embedding; at least one frame.
        """
        with one_thread:
            return self._forward(frames) if self.stack is None else self._forward_stack(self.stack, frames)

    def _forward(self, frames: NDArray[Any]) -> Activations:
        inputs = self.embed(frames)
        layers: list[LayerTrace] = []
        values = inputs
        for part in self._parts:
            layers += self._run_part(part, len(layers), values)
            values = layers[-1].output
        pooled = self.pool(values)
        return Activations(inputs, tuple(layers), pooled, self.head(pooled))

    def _run_part(self, part: _Part, first: int, values: Floats) -> list[LayerTrace]:
        """Run layers from number ``first`` on."""
        n_frames = len(values)
        if part.packed is not None and len(part.layers) == 1:
            hooks = [self.hook(first, n_frames), self.hook(first, n_frames, is_backward=True)]
            return [LayerTrace(*lockstep.run_directions(part.packed, values, hooks))]
        if part.packed is not None and n_frames >= lockstep.SHORTEST * (len(part.layers) - 1):
            hooks = [self.hook(first + place, n_frames) for place in range(len(part.layers))]
            return [LayerTrace(trace) for trace in lockstep.run_layers(part.packed, values, hooks)]
        traces: list[LayerTrace] = []
        for index, (forward, backward) in enumerate(part.layers, first):
            trace = LayerTrace(run_lstm(forward, values, hook=self.hook(index, n_frames)))
            if backward is not None:
                hook = self.hook(index, n_frames, is_backward=True)
                trace = LayerTrace(trace.forward, run_lstm(backward, values, is_backward=True, hook=hook))
            traces.append(trace)
            values = trace.output
        return traces

    @cached_property
    def _parts(self) -> tuple[_Part, ...]:
        """Layers that run together, from the first on; found once, as copies of the weights are made for it."""
        if self.spec.bidirectional:
            pairs = [[half for half in layer if half is not None] for layer in self.layers]
            packs = [lockstep.pack(pair) if lockstep.fits(pair) else None for pair in pairs]
            return tuple(_Part((layer,), packed) for layer, packed in zip(self.layers, packs, strict=True))
        parts = []
        for n_units, layers in itertools.groupby(self.layers, key=lambda layer: layer[0].n_units):
            del n_units
            group = tuple(layers)
            halves = [forward for forward, _ in group]
            parts.append(_Part(group, lockstep.pack(halves) if len(group) > 1 and lockstep.fits(halves) else None))
        return tuple(parts)

    def _forward_stack(self, stack: Stack, frames: NDArray[Any]) -> Activations:
        inputs, mask = stack.enter(frames, self.embedding)
        layers: list[LayerTrace] = []
        values = inputs
        for index, (weights, layer) in enumerate(zip(self.layers, stack.layout.layers, strict=True)):
            if index:
                values = stack.between(index, values, mask)
            traces = [
                run_lstm(
                    half,
                    values,
                    is_backward=way.is_backward,
                    hook=self.hook(index, len(values), is_backward=slot == 1),
                    mask=mask if layer.is_masked else None,
                )
                for slot, (half, way) in enumerate(zip(weights, layer.directions, strict=False))
                if half is not None
            ]
            layers.append(LayerTrace(*traces))
            values = layers[-1].output
        pooled = stack.pool(values, mask, stack.pool_whole)
        return Activations(inputs, tuple(layers), pooled, self.head(pooled), mask)

    def hook(self, layer: int, n_frames: int, *, is_backward: bool = False) -> StepHook | None:
        """What is called at every step of one direction of a layer; here nothing."""
        del layer, n_frames, is_backward
        return None

    def embed(self, frames: NDArray[Any]) -> Floats:
        """Look tokens up; frames pass unchanged."""
        if self.stack is not None:
            return self.stack.enter(frames, self.embedding)[0]
        return np.asarray(frames if self.embedding is None else self.embedding[frames], np.float32)

    def pool(self, outputs: Floats, *, mask: Mask | None = None) -> Floats:
        """From the last layer's output (n_frames, n_outputs) to one vector (n_pooled,); ``mask``: which frames count."""
        if self.stack is not None:
            return self.stack.pool(outputs, mask, self.stack.pool_whole)
        return np.concatenate([self._pool_one(method, outputs) for method in self.spec.pooling])

    def head(self, pooled: Floats) -> dict[str, Floats]:
        """Logits of each target from pooled vectors (..., n_pooled)."""
        if self.stack is not None:
            return self.stack.head(pooled)
        for dense in self.dense:
            pooled = activate(self.spec.activation, dense(pooled))
        return {name: head(pooled) for name, head in self.heads.items()}

    def head_by_frame(self, outputs: Floats, *, mask: Mask | None = None) -> dict[str, Floats]:
        """Logits of each target as if the item ended at each frame, (n_frames, n_classes).

        Exact for a network whose layers are causal; callers check that.
        """
        if self.stack is not None:
            return self.head(self.stack.pool(outputs, mask, self.stack.pool_prefixes))
        return self.head(np.concatenate([self._pool_prefixes(method, outputs) for method in self.spec.pooling], axis=1))

    def _pool_one(self, method: str, outputs: Floats) -> Floats:
        if method == "last":
            return self._last(outputs)
        if method == "mean":
            return np.asarray(outputs.mean(axis=0))
        if method == "max":
            return np.asarray(outputs.max(axis=0))
        scores = self._scores(outputs)
        weights = np.exp(scores - scores.max())
        return np.asarray(weights @ outputs / weights.sum())

    def _last(self, outputs: Floats) -> Floats:
        """Where each direction ends: the last frame forward, the first frame backward."""
        if not self.spec.bidirectional:
            return np.asarray(outputs[-1])
        half = outputs.shape[1] // 2
        return np.concatenate([outputs[-1, :half], outputs[0, half:]])

    def _pool_prefixes(self, method: str, outputs: Floats) -> Floats:
        if method == "last":
            return outputs
        if method == "mean":
            counts = np.arange(1, len(outputs) + 1, dtype=np.float32)[:, None]
            return (np.cumsum(outputs, axis=0, dtype=np.float64) / counts).astype(np.float32)
        if method == "max":
            return np.maximum.accumulate(outputs, axis=0)
        scores = self._scores(outputs).astype(np.float64)
        # Early frames of a prefix may weigh next to nothing beside the whole item's greatest, but never exactly nothing.
        weights = np.exp(np.maximum(scores - scores.max(), -700.0))[:, None]
        return np.asarray(np.cumsum(weights * outputs, axis=0) / np.cumsum(weights, axis=0), np.float32)

    def _scores(self, outputs: Floats) -> Floats:
        assert self.attention is not None
        return np.asarray(self.attention(outputs)[:, 0])


def activate(name: str, values: Floats) -> Floats:
    """A Dense layer's activation, as Keras defines it."""
    return activations.apply(name, values)


def softmax(logits: Floats) -> NDArray[np.float64]:
    """Probabilities over the last axis, in double precision."""
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    exponentials = np.exp(shifted)
    return np.asarray(exponentials / exponentials.sum(axis=-1, keepdims=True))


def to_arrays(network: Network) -> dict[str, NDArray[Any]]:
    """Named weight arrays, as a bundle stores them."""
    arrays: dict[str, NDArray[Any]] = {}
    if network.embedding is not None:
        arrays["embedding"] = network.embedding
    for index, (forward, backward) in enumerate(network.layers):
        for direction, weights in (("forward", forward), ("backward", backward)):
            if weights is not None:
                for part in ("kernel", "recurrent", "bias"):
                    arrays[f"layer{index}.{direction}.{part}"] = getattr(weights, part)
    named = [(f"dense{index}", dense) for index, dense in enumerate(network.dense)]
    named += [(f"head.{name}", head) for name, head in network.heads.items()]
    if network.attention is not None:
        named.append(("attention", network.attention))
    if network.stack is not None:
        arrays.update(network.stack.arrays)
    for name, dense in named:
        arrays[f"{name}.kernel"], arrays[f"{name}.bias"] = dense.kernel, dense.bias
    return arrays


def shapes(
    spec: ModelSpec, *, n_outputs: Mapping[str, int], n_features: int | None = None, n_tokens: int | None = None
) -> dict[str, tuple[int, ...]]:
    """The shape of each array of `to_arrays`.

    Args:
        spec: Layout.
        n_outputs: Classes of each target; 1 for a number.
        n_features: Numbers a frame; None for text.
        n_tokens: Size of the vocabulary, for text.
    """
    expected: dict[str, tuple[int, ...]] = {}
    n_inputs = n_features or spec.embedding_dim
    if n_tokens is not None:
        expected["embedding"] = (n_tokens, n_inputs)
    for index, n_units in enumerate(spec.lstm):
        for direction in ("forward", "backward") if spec.bidirectional else ("forward",):
            expected[f"layer{index}.{direction}.kernel"] = (n_inputs, 4 * n_units)
            expected[f"layer{index}.{direction}.recurrent"] = (n_units, 4 * n_units)
            expected[f"layer{index}.{direction}.bias"] = (4 * n_units,)
        n_inputs = n_units * (2 if spec.bidirectional else 1)
    products = {"attention": (n_inputs, 1)} if "attention" in spec.pooling else {}
    n_inputs *= len(spec.pooling)
    for index, n_units in enumerate(spec.dense):
        products[f"dense{index}"] = (n_inputs, n_units)
        n_inputs = n_units
    products |= {f"head.{name}": (n_inputs, outputs) for name, outputs in n_outputs.items()}
    for name, shape in products.items():
        expected[f"{name}.kernel"], expected[f"{name}.bias"] = shape, shape[1:]
    return expected


def from_arrays(arrays: Mapping[str, NDArray[Any]], spec: ModelSpec, targets: tuple[TargetSpec, ...]) -> Network:
    """The reverse of `to_arrays`.

    Raises:
        KeyError: An array is missing.
    """

    def dense(name: str) -> DenseWeights:
        return DenseWeights(arrays[f"{name}.kernel"], arrays[f"{name}.bias"])

    def lstm(index: int, direction: str) -> LstmWeights:
        parts = (arrays[f"layer{index}.{direction}.{part}"] for part in ("kernel", "recurrent", "bias"))
        return LstmWeights(*parts)

    return Network(
        spec=spec,
        targets=targets,
        embedding=arrays.get("embedding"),
        layers=tuple(
            (lstm(index, "forward"), lstm(index, "backward") if spec.bidirectional else None) for index in range(len(spec.lstm))
        ),
        attention=dense("attention") if "attention" in spec.pooling else None,
        dense=tuple(dense(f"dense{index}") for index in range(len(spec.dense))),
        heads={target.name: dense(f"head.{target.name}") for target in targets},
    )


def from_stack(arrays: Mapping[str, NDArray[Any]], spec: ModelSpec, targets: tuple[TargetSpec, ...], layout: Layout) -> Network:
    """The network of an imported model.

    Args:
        arrays: By the names of `to_arrays`.
        spec: What is nearest to it among networks that are trained here.
        targets: In order.
        layout: What stands where.

    Raises:
        KeyError: An array is missing.
    """

    def lstm(index: int, slot: str, way: Direction) -> LstmWeights:
        parts = (arrays[f"layer{index}.{slot}.{part}"] for part in ("kernel", "recurrent", "bias"))
        return LstmWeights(*parts, activation=way.activation, recurrent_activation=way.recurrent_activation)

    return Network(
        spec=spec,
        targets=targets,
        embedding=arrays.get("embedding"),
        layers=tuple(
            (
                lstm(index, "forward", layer.forward),
                None if layer.backward is None else lstm(index, "backward", layer.backward),
            )
            for index, layer in enumerate(layout.layers)
        ),
        attention=None,
        dense=(),
        heads={},
        stack=Stack(layout, select(layout, arrays)),
    )
