"""The whole network on arrays, without TensorFlow: logits, and the gradient of a batch, group by group.

It computes what `seqclass.model.keras_model` builds. A group of rows goes forward and back in one thread, and nothing that it gives
depends on who computes it or on the other rows of the batch, see `seqclass.training.groups`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from seqclass.specs import ModelSpec
from seqclass.training import dropout
from seqclass.training.dropout import Draws
from seqclass.training.fused import lstm, parts
from seqclass.training.fused.kernels import Floats, Integers, Kept, Rows
from seqclass.training.fused.lstm import Arena, Packed

_ACTIVATIONS = ("relu", "tanh", "gelu", "elu")
Weights = dict[str, tuple[Floats, ...]]
Halves = tuple[Packed, ...]


class Head(NamedTuple):
    """What a head says.

    Attributes:
        is_number: A number, and not logits of classes.
        n_outputs: How many.
    """

    is_number: bool
    n_outputs: int


@dataclass
class _Trail:
    """What a pass forward leaves for the way back; lists go from the input on."""

    values: Floats
    found: Integers | None = None
    halves: list[tuple[Kept, ...]] = field(default_factory=list)
    pooled: list[Any] = field(default_factory=list)
    vectors: list[Floats] = field(default_factory=list)
    slopes: list[Floats] = field(default_factory=list)
    logits: list[Floats] = field(default_factory=list)


class ByToken(NamedTuple):
    """Gradient of an embedding, for the tokens that occur: (n,) and (n, embedding_dim)."""

    tokens: Integers
    sums: Floats


class FusedNetwork:
    """The passes of a model; it holds no weights, and may be called from several threads."""

    def __init__(self, spec: ModelSpec, heads: Sequence[Head], *, n_tokens: int | None = None) -> None:
        """``n_tokens``: size of the vocabulary; None: frames are numbers."""
        self._spec, self._heads, self._n_tokens = spec, tuple(heads), n_tokens
        self._rooms: list[Arena] = []
        self._places: list[Integers] = []
        self._packing = [Arena() for _ in spec.lstm for _ in self._directions]
        self._lock = threading.Lock()

    @property
    def lstm_layers(self) -> list[str]:
        """Names of the LSTM layers, both directions one after the other."""
        return [f"layer{index}_{direction}" for index in range(len(self._spec.lstm)) for direction in self._directions]

    @property
    def _directions(self) -> tuple[str, ...]:
        return ("forward", "backward") if self._spec.bidirectional else ("forward",)

    def pack(self, name: str, weights: Weights, *, has_way_back: bool) -> Packed:
        """Lay out the weights of one of `lstm_layers`; they are good until the next time."""
        number = self.lstm_layers.index(name)
        room = self._packing[number]
        room.clear()
        is_first = number < len(self._directions) and self._n_tokens is None
        kernel, recurrent, bias = weights[name]
        return lstm.pack(kernel, recurrent, bias, room, has_way_back=has_way_back, needs_frames=not is_first)

    def logits(self, frames: NDArray[Any], rows: Rows, weights: Weights, packed: Sequence[Packed]) -> list[Floats]:
        """What each head says of a group, (n_rows, n_outputs), in the order of ``rows``; without dropout.

        Args:
            frames: (batch, time, n_features) float32, or token ids (batch, time) int32, all below ``n_tokens``.
            rows: The group.
            weights: By layer, in the order of Keras.
            packed: From `pack`, of each of `lstm_layers`.
        """
        with self._room() as room:
            return [values.copy() for values in self._forward(frames, rows, weights, packed, room, None).logits]

    def gradient(
        self,
        frames: NDArray[Any],
        rows: Rows,
        wanted: Sequence[NDArray[np.float32]],
        weights: Weights,
        packed: Sequence[Packed],
        draws: Draws,
        *,
        n_items: int,
        into: Weights,
        sums: Floats,
    ) -> ByToken | None:
        """The gradient of one group's share of the loss.

        Args:
            frames: As in `logits`.
            rows: The group.
            wanted: For each head (batch, n_outputs).
            weights: As there.
            packed: As there, with the way back.
            draws: Of the group's rows, in the order of ``rows``.
            n_items: Rows of the whole batch, by which the loss is divided.
            into: By layer, without the embedding: filled.
            sums: (1 + n_heads,): filled with the summed loss and the figure of each head.

        Returns:
            The gradient of the embedding where there is one.
        """
        with self._room() as room:
            trail = self._forward(frames, rows, weights, packed, room, draws)
            for name, gradients in into.items():
                for values in gradients if name not in self.lstm_layers else ():
                    values[:] = 0.0
            of_logits = self._losses(trail.logits, [each[rows.rows] for each in wanted], n_items, room, sums)
            of_vector = self._back_to_vector(trail, of_logits, weights, room, draws, into)
            of_values = _zeros(room, *trail.values.shape)
            self._back_to_frames(trail, of_vector, rows, weights, of_values, into)
            of_frames = self._back_to_input(trail, of_values, rows, packed, room, draws, into)
            return self._by_token(trail.found, of_frames) if trail.found is not None else None

    def merged(self, one: ByToken, other: ByToken) -> ByToken:
        """The sum of two."""
        return self._by_token(np.concatenate([one.tokens, other.tokens]), np.concatenate([one.sums, other.sums]))

    def _forward(
        self, frames: NDArray[Any], rows: Rows, weights: Weights, packed: Sequence[Packed], room: Arena, draws: Draws | None
    ) -> _Trail:
        spec, n_frames, n_rows = self._spec, int(rows.offsets[-1]), len(rows.ends)
        if self._n_tokens is None:
            values, found = room.array(n_frames, frames.shape[2]), None
            parts.take_frames(frames, rows, values)
        else:
            (embedding,) = weights["embedding"]
            values, found = room.array(n_frames, embedding.shape[1]), np.empty(n_frames, np.int64)
            parts.take_tokens(frames, embedding, rows, found, values)
        if draws is not None and spec.input_dropout:
            drawn = draws.by_row("input_dropout", values.shape[1])
            parts.drop_features(values, rows, drawn, *dropout.rate(spec.input_dropout))
        trail = _Trail(values, found)
        for index in range(len(spec.lstm)):
            if index and draws is not None:
                self._drop_between(index, values, rows, draws)
            values, kept = _through(values, rows, self._halves(packed, index), room)
            trail.halves.append(kept)
        trail.values = values
        vector = room.array(n_rows, len(spec.pooling) * values.shape[1])
        for number, method in enumerate(spec.pooling):
            pooled = room.array(n_rows, values.shape[1])
            trail.pooled.append(self._pool(method, values, rows, weights, room, pooled))
            vector[:, number * values.shape[1] : (number + 1) * values.shape[1]] = pooled
        for index in range(len(spec.dense)):
            self._drop_vector(f"dense{index}_dropout", vector, draws)
            trail.vectors.append(vector)
            vector, slopes = room.array(n_rows, spec.dense[index]), room.array(n_rows, spec.dense[index])
            kernel, bias = weights[f"dense{index}"]
            parts.dense(trail.vectors[-1], kernel, bias, vector)
            parts.activate(_ACTIVATIONS.index(spec.activation), vector, slopes)
            trail.slopes.append(slopes)
        self._drop_vector("head_dropout", vector, draws)
        trail.vectors.append(vector)
        for index, head in enumerate(self._heads):
            trail.logits.append(room.array(n_rows, head.n_outputs))
            kernel, bias = weights[f"head_{index}"]
            parts.dense(vector, kernel, bias, trail.logits[-1])
        return trail

    def _halves(self, packed: Sequence[Packed], index: int) -> Halves:
        count = len(self._directions)
        return tuple(packed[index * count : (index + 1) * count])

    def _drop_between(self, index: int, values: Floats, rows: Rows, draws: Draws) -> None:
        if self._spec.lstm_dropout:
            drawn = draws.by_row_and_frame(f"layer{index}_dropout", len(rows.counts), values.shape[1])
            parts.drop_values(values, rows, *drawn, *dropout.rate(self._spec.lstm_dropout))

    def _drop_vector(self, name: str, values: Floats, draws: Draws | None) -> None:
        if draws is not None and self._spec.head_dropout:
            threshold, scale = dropout.rate(self._spec.head_dropout)
            values *= np.where(draws.by_row(name, values.shape[1]) >= threshold, np.float32(scale), np.float32(0.0))

    def _pool(self, method: str, values: Floats, rows: Rows, weights: Weights, room: Arena, out: Floats) -> Any:
        """Fill ``out`` (n_rows, n_values); what the way back needs."""
        if method == "last":
            parts.last(values, rows, self._spec.lstm[-1], out)
            return None
        if method == "mean":
            parts.mean(values, rows, out)
            return None
        if method == "max":
            equal = room.array(*out.shape)
            parts.greatest(values, rows, out, equal)
            return out, equal
        by_frame = room.array(len(values))
        kernel, bias = weights["attention"]
        parts.attention(values, rows, kernel, bias, by_frame, out)
        return by_frame

    def _losses(
        self, logits: list[Floats], wanted: list[NDArray[np.float32]], n_items: int, room: Arena, sums: Floats
    ) -> list[Floats]:
        """Fill the sums; gradients of the logits."""
        sums[:] = 0.0
        gradients = []
        for index, (head, said, true) in enumerate(zip(self._heads, logits, wanted, strict=True)):
            if true.shape != said.shape:
                raise ValueError(f"A head with outputs {said.shape} must be told as many. Received: {true.shape}.")
            gradients.append(room.array(*said.shape))
            own = np.zeros(2, np.float32)
            (parts.number_loss if head.is_number else parts.class_loss)(said, true, float(n_items), gradients[-1], own)
            sums[0] += own[0]
            sums[1 + index] = own[1]
        return gradients

    def _back_to_vector(
        self, trail: _Trail, of_logits: list[Floats], weights: Weights, room: Arena, draws: Draws, into: Weights
    ) -> Floats:
        vector = trail.vectors[-1]
        of_vector = _zeros(room, *vector.shape)
        for index, gradient in enumerate(of_logits):
            parts.dense_back(vector, weights[f"head_{index}"][0], gradient, of_vector, *into[f"head_{index}"])
        self._drop_vector("head_dropout", of_vector, draws)
        for index in range(len(self._spec.dense) - 1, -1, -1):
            of_vector *= trail.slopes[index]
            before = trail.vectors[index]
            of_before = _zeros(room, *before.shape)
            parts.dense_back(before, weights[f"dense{index}"][0], of_vector, of_before, *into[f"dense{index}"])
            self._drop_vector(f"dense{index}_dropout", of_before, draws)
            of_vector = of_before
        return of_vector

    def _back_to_frames(
        self, trail: _Trail, of_vector: Floats, rows: Rows, weights: Weights, of_values: Floats, into: Weights
    ) -> None:
        values, width = trail.values, trail.values.shape[1]
        for number, (method, kept) in enumerate(zip(self._spec.pooling, trail.pooled, strict=True)):
            of_pooled = np.ascontiguousarray(of_vector[:, number * width : (number + 1) * width])
            if method == "last":
                parts.last_back(of_pooled, rows, self._spec.lstm[-1], of_values)
            elif method == "mean":
                parts.mean_back(of_pooled, rows, of_values)
            elif method == "max":
                most, equal = kept
                parts.greatest_back(values, most, equal, of_pooled, rows, of_values)
            else:
                kernel = weights["attention"][0]
                parts.attention_back(values, kept, of_pooled, rows, kernel, of_values, *into["attention"])

    def _back_to_input(
        self, trail: _Trail, of_values: Floats, rows: Rows, packed: Sequence[Packed], room: Arena, draws: Draws, into: Weights
    ) -> Floats:
        spec = self._spec
        for index in range(len(spec.lstm) - 1, -1, -1):
            of_weights = [into[f"layer{index}_{direction}"] for direction in self._directions]
            of_values = _back_through(of_values, rows, self._halves(packed, index), trail.halves[index], room, of_weights)
            if index:
                self._drop_between(index, of_values, rows, draws)
        if spec.input_dropout and trail.found is not None:
            drawn = draws.by_row("input_dropout", of_values.shape[1])
            parts.drop_features(of_values, rows, drawn, *dropout.rate(spec.input_dropout))
        return of_values

    def _by_token(self, found: Integers, of_values: Floats) -> ByToken:
        with self._lock:
            places = self._places.pop() if self._places else np.full(self._n_tokens or 0, -1, np.int64)
        tokens, sums = np.empty(len(found), np.int64), np.empty(of_values.shape, np.float32)
        count = parts.sum_by_token(found, of_values, places, tokens, sums)
        with self._lock:
            self._places.append(places)
        return ByToken(tokens[:count], sums[:count])

    @contextmanager
    def _room(self) -> Iterator[Arena]:
        with self._lock:
            room = self._rooms.pop() if self._rooms else Arena()
        try:
            yield room
        finally:
            room.clear()
            with self._lock:
                self._rooms.append(room)


def _through(values: Floats, rows: Rows, halves: Halves, room: Arena) -> tuple[Floats, tuple[Kept, ...]]:
    """One layer, in one direction or both, joined."""
    out, kept = lstm.forward(values, rows, halves[0], room)
    if len(halves) == 1:
        return out, (kept,)
    turned = room.array(*values.shape)
    parts.turn(values, rows, turned)
    other, kept_back = lstm.forward(turned, rows, halves[1], room)
    back = room.array(*other.shape)
    parts.turn(other, rows, back)
    joined = room.array(len(out), out.shape[1] + back.shape[1])
    joined[:, : out.shape[1]], joined[:, out.shape[1] :] = out, back
    return joined, (kept, kept_back)


def _back_through(
    of_out: Floats, rows: Rows, halves: Halves, kept: tuple[Kept, ...], room: Arena, of_weights: list[tuple[Floats, ...]]
) -> Floats:
    """Gradient of what a layer got; empty where nobody asks for it."""
    if len(halves) == 1:
        return lstm.backward(of_out, rows, halves[0], kept[0], room, _three(of_weights[0]))
    n_units = halves[0].n_units
    ahead, behind, turned = (room.array(len(of_out), n_units) for _ in range(3))
    ahead[:], behind[:] = of_out[:, :n_units], of_out[:, n_units:]
    parts.turn(behind, rows, turned)
    of_values = lstm.backward(ahead, rows, halves[0], kept[0], room, _three(of_weights[0]))
    of_turned = lstm.backward(turned, rows, halves[1], kept[1], room, _three(of_weights[1]))
    if len(of_values):
        back = room.array(*of_turned.shape)
        parts.turn(of_turned, rows, back)
        of_values += back
    return of_values


def _three(gradients: tuple[Floats, ...]) -> tuple[Floats, Floats, Floats]:
    kernel, recurrent, bias = gradients
    return kernel, recurrent, bias


def _zeros(room: Arena, *shape: int) -> Floats:
    array = room.array(*shape)
    array[:] = 0.0
    return array
