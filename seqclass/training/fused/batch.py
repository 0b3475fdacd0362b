"""A batch's gradient from its groups: computed on all cores, added in the one order of `seqclass.training.groups`."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from seqclass.training.dropout import Draws
from seqclass.training.fused import lstm, parts
from seqclass.training.fused.kernels import Floats, Integers
from seqclass.training.fused.lstm import Packed
from seqclass.training.fused.network import ByToken, FusedNetwork, Weights
from seqclass.training.fused.threads import in_threads, n_cores
from seqclass.training.groups import Groups

EMBEDDING = "embedding"
# Below this many products of two numbers, a thread of its own costs more than it saves (about 20 microseconds).
_LEAST_WORK = 1_000_000
_BLOCK = 1024
_ROWS_TO_INFER = 16


class Variable(NamedTuple):
    """One of the model's trainable variables: its layer and its shape."""

    layer: str
    shape: tuple[int, ...]


class Gradient(NamedTuple):
    """Of a whole batch.

    Attributes:
        arrays: In the order of the variables, cut where the norm was above the limit. Memory that the next batch uses again.
        sums: Loss, and a figure of each head, over the batch.
        norm: Of all gradients together, before they were cut.
    """

    arrays: list[Floats]
    sums: Floats
    norm: np.float32


class BatchGradient:
    """Computes gradients of one model, batch after batch; one batch at a time."""

    def __init__(self, network: FusedNetwork, variables: Sequence[Variable], groups: Groups, *, n_sums: int, seed: int) -> None:
        """Lay out the memory.

        Args:
            network: The passes.
            variables: Trainable ones, in the order of the model. An embedding's must be the only one of its layer.
            groups: How batches are divided, and what of them is computed here.
            n_sums: Loss and figures.
            seed: Of dropout.
        """
        self._network, self._variables, self._groups, self._seed = network, tuple(variables), groups, seed
        self._n_sums = n_sums
        starts, end = [], 0
        for variable in self._variables:
            starts.append(end)
            if variable.layer != EMBEDDING:
                end += -(-_size(variable) // 16) * 16
        self._starts = starts
        self._n_gradients = -(-end // _BLOCK) * _BLOCK  # what no variable fills stays zero
        self._n_numbers = self._n_gradients + -(-n_sums // 16) * 16
        self._embedding = next((each.shape for each in self._variables if each.layer == EMBEDDING), None)
        self._parts = _zeros(max(len(groups.own), 1), self._n_numbers)
        self._of_groups = [self._views(part) for part in self._parts]
        self._own_pairs, self._last_pairs = (_pairs(pairs) for pairs in (groups.own_additions(), groups.last_additions()))
        self._of_embedding = _zeros(*(self._embedding or (0, 0)))
        self._touched: Integers = np.empty(0, np.int64)

    @property
    def sent_shape(self) -> tuple[int, int]:
        """Of what `to_send` gives."""
        of_embedding = 0 if self._embedding is None else self._embedding[0] * self._embedding[1]
        return self._groups.n_slots, self._n_numbers + of_embedding

    def logits(self, frames: NDArray[Any], lengths: NDArray[np.integer], weights: Sequence[Floats]) -> list[Floats]:
        """What each head says of each row, (batch, n_outputs), without dropout.

        Args:
            frames: (batch, time, n_features) float32, or token ids (batch, time) int32.
            lengths: Frames of each row, (batch,).
            weights: In the order of the variables.
        """
        frames = self._checked(frames, lengths)
        named, packed = self._packed(weights, lengths, has_way_back=False)
        n_groups = -(-len(lengths) // _ROWS_TO_INFER)
        chosen = [np.arange(group, len(lengths), n_groups) for group in range(n_groups)]
        results: list[Any] = [None] * n_groups

        def infer(number: int) -> None:
            rows = lstm.rows_of(lengths, chosen[number], frames.shape[1])
            results[number] = rows.rows, self._network.logits(frames, rows, named, packed)

        in_threads(infer, n_groups, n_threads=self._n_threads(lengths))
        out = [np.empty((len(lengths), values.shape[1]), np.float32) for values in results[0][1]]
        for rows, logits in results:
            for values, of_group in zip(out, logits, strict=True):
                values[rows] = of_group
        return out

    def whole(
        self,
        frames: NDArray[Any],
        lengths: NDArray[np.integer],
        wanted: Sequence[NDArray[np.float32]],
        weights: Sequence[Floats],
        *,
        n_items: int,
        step: int,
        limit: float,
    ) -> Gradient:
        """The gradient where all groups are computed here.

        Args:
            frames: As in `logits`; rows group after group, as `Groups.rows` has them.
            lengths: As there.
            wanted: For each head (batch, n_outputs).
            weights: As there.
            n_items: Rows of the whole batch.
            step: Steps before this one.
            limit: Greatest norm; 0: none.
        """
        by_token = self._own_groups(frames, lengths, wanted, weights, n_items=n_items, step=step)
        flat = self._parts[0]
        of_embedding = self._dense(by_token[0]) if by_token else self._of_embedding
        order = np.sort(by_token[0].tokens) if by_token and by_token[0] is not None else np.empty(0, np.int64)
        return self._finished(flat, of_embedding, order, limit)

    def to_send(
        self,
        frames: NDArray[Any],
        lengths: NDArray[np.integer],
        wanted: Sequence[NDArray[np.float32]],
        weights: Sequence[Floats],
        *,
        n_items: int,
        step: int,
    ) -> Floats:
        """What this worker adds to the gradient, (n_slots, numbers); arguments as in `whole`."""
        by_token = self._own_groups(frames, lengths, wanted, weights, n_items=n_items, step=step)
        sent = _zeros(*self.sent_shape)
        for slot, block in enumerate(self._groups.own_blocks):
            place = block.start - self._groups.own.start
            sent[slot, : self._n_numbers] = self._parts[place]
            if self._embedding is not None and by_token[place] is not None:
                sent[slot, self._n_numbers :].reshape(self._embedding)[by_token[place].tokens] = by_token[place].sums
        return sent

    def received(self, numbers: Floats, *, limit: float) -> Gradient:
        """The gradient from what all workers have sent, (n_workers * n_slots, numbers)."""
        if numbers.shape != (self._groups.n_workers * self._groups.n_slots, self.sent_shape[1]):
            raise ValueError(f"All workers must send as many numbers, {self.sent_shape} each. Received: {numbers.shape}.")
        numbers = np.array(numbers, np.float32, order="C")  # TensorFlow's own is not to be written to
        parts.add_in_order(numbers, self._last_pairs, 0, numbers.shape[1])
        flat, rest = numbers[0, : self._n_numbers], numbers[0, self._n_numbers :]
        of_embedding = rest.reshape(self._embedding or (0, 0))
        return self._finished(flat, of_embedding, np.arange(len(of_embedding)), limit)

    def _own_groups(
        self,
        frames: NDArray[Any],
        lengths: NDArray[np.integer],
        wanted: Sequence[NDArray[np.float32]],
        weights: Sequence[Floats],
        *,
        n_items: int,
        step: int,
    ) -> list[Any]:
        """Fill the sums of this worker's groups and of their blocks; gradients of the embedding in the same places."""
        wanted = [np.ascontiguousarray(each, np.float32) for each in wanted]
        frames = self._checked(frames, lengths, *wanted)
        named, packed = self._packed(weights, lengths, has_way_back=True)
        numbers, sizes = self._groups.rows(n_items), self._groups.sizes(n_items)
        ends = np.cumsum([0, *sizes])
        if ends[-1] > len(lengths):
            raise ValueError(f"{ends[-1]} rows of this batch are computed here. Received: {len(lengths)}.")
        by_token: list[Any] = [None] * len(sizes)

        def compute(group: int) -> None:
            part = self._parts[group]
            if not sizes[group]:
                part[:] = 0.0
                return
            rows = lstm.rows_of(lengths, np.arange(ends[group], ends[group + 1]), frames.shape[1])
            by_token[group] = self._network.gradient(
                frames,
                rows,
                wanted,
                named,
                packed,
                Draws(self._seed, step, numbers[rows.rows]),
                n_items=n_items,
                into=self._of_groups[group],
                sums=part[self._n_gradients : self._n_gradients + self._n_sums],
            )

        n_threads = self._n_threads(lengths)
        in_threads(compute, len(sizes), n_threads=n_threads)
        n_columns = -(-self._n_numbers // (n_threads * _BLOCK)) * _BLOCK

        def add(number: int) -> None:
            first = number * n_columns
            parts.add_in_order(self._parts, self._own_pairs, first, min(first + n_columns, self._n_numbers))

        in_threads(add, n_threads, n_threads=n_threads)
        if self._embedding is not None:
            for to, other in self._own_pairs:
                by_token[to] = self._merged(by_token[to], by_token[other])
        return by_token

    def _merged(self, one: ByToken | None, other: ByToken | None) -> ByToken | None:
        return self._network.merged(one, other) if one is not None and other is not None else one or other

    def _packed(
        self, weights: Sequence[Floats], lengths: NDArray[np.integer], *, has_way_back: bool
    ) -> tuple[Weights, list[Packed]]:
        named: Weights = {}
        for variable, values in zip(self._variables, weights, strict=True):
            if values.shape != variable.shape or values.dtype != np.float32:
                raise ValueError(
                    f"Weights of {variable.layer} must be float32 {variable.shape}. Received: {values.dtype} {values.shape}."
                )
            named[variable.layer] = (*named.get(variable.layer, ()), np.ascontiguousarray(values))
        names = self._network.lstm_layers
        packed: list[Any] = [None] * len(names)

        def pack(number: int) -> None:
            packed[number] = self._network.pack(names[number], named, has_way_back=has_way_back)

        in_threads(pack, len(names), n_threads=self._n_threads(lengths))
        return named, packed

    def _checked(self, frames: NDArray[Any], *beside: NDArray[Any]) -> NDArray[Any]:
        """Frames as the compiled code reads them: in one piece, with tokens that there are, and as many rows as all ``beside``."""
        if any(len(values) != len(frames) for values in beside):
            sizes = [len(values) for values in (frames, *beside)]
            raise ValueError(f"frames, lengths and what is wanted must have as many rows. Received: {sizes}.")
        if self._embedding is None:
            return np.ascontiguousarray(frames, np.float32)
        tokens = np.ascontiguousarray(frames, np.int32)
        if tokens.size and not 0 <= int(tokens.min()) <= int(tokens.max()) < self._embedding[0]:
            raise ValueError(f"tokens must be 0 to {self._embedding[0] - 1}. Received: {tokens.min()} to {tokens.max()}.")
        return tokens

    def _n_threads(self, lengths: NDArray[np.integer]) -> int:
        n_weights = sum(_size(variable) for variable in self._variables if variable.layer != EMBEDDING)
        return min(n_cores(), 1 + int(np.sum(lengths)) * n_weights // _LEAST_WORK)

    def _views(self, flat: Floats) -> Weights:
        """Each layer's part of a row of numbers."""
        named: Weights = {}
        for variable, start in zip(self._variables, self._starts, strict=True):
            if variable.layer != EMBEDDING:
                view = flat[start : start + _size(variable)].reshape(variable.shape)
                named[variable.layer] = (*named.get(variable.layer, ()), view)
        return named

    def _dense(self, of_tokens: ByToken | None) -> Floats:
        self._of_embedding[self._touched] = 0.0
        if of_tokens is not None:
            self._of_embedding[of_tokens.tokens] = of_tokens.sums
            self._touched = of_tokens.tokens
        return self._of_embedding

    def _finished(self, flat: Floats, of_embedding: Floats, tokens: Integers, limit: float) -> Gradient:
        """Measure and cut; ``tokens``: rows of the embedding's gradient that may hold something, in ascending order."""
        gradients = flat[: self._n_gradients].reshape(-1, _BLOCK)
        squares = parts.sum_of_squares(gradients, np.arange(len(gradients))) + parts.sum_of_squares(of_embedding, tokens)
        norm = np.float32(np.sqrt(squares))
        if limit and norm > limit:
            scale = np.float32(limit / norm)
            gradients *= scale
            of_embedding[tokens] *= scale
        arrays = [
            of_embedding if variable.layer == EMBEDDING else flat[start : start + _size(variable)].reshape(variable.shape)
            for variable, start in zip(self._variables, self._starts, strict=True)
        ]
        return Gradient(arrays, flat[self._n_gradients : self._n_gradients + self._n_sums].copy(), norm)


@functools.cache
def _size(variable: Variable) -> int:
    return int(np.prod(variable.shape))


def _zeros(*shape: int) -> Floats:
    array = lstm.aligned(int(np.prod(shape))).reshape(shape)
    array[:] = 0.0
    return array


def _pairs(pairs: list[tuple[int, int]]) -> Integers:
    return np.asarray(pairs, np.int64).reshape(-1, 2)
