"""The forward pass frame by frame, for sound that is still coming in.

Everything a causal network has to remember between frames is its state; fed in pieces of any length, it gives what
`seqclass.model.network.Network.forward` gives for the whole item.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqclass.model.layout import Node
from seqclass.model.network import Floats, LstmTrace, LstmWeights, Network, run_any_lstm
from seqclass.model.stack import Mask, Stack
from seqclass.model.threads import one_thread

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Stepped:
    """What some new frames did to the network.

    Attributes:
        layers: Gates and states of each layer at these frames.
        logits: For each target what the network would say if the item ended at each of them, (n_frames, n_classes).
    """

    layers: tuple[LstmTrace, ...]
    logits: dict[str, Floats]


class SteppingNetwork:
    """A causal network with its state."""

    def __init__(self, network: Network) -> None:
        """Begin an item.

        Raises:
            ValueError: The network also reads backwards, so it has no state to carry.
        """
        if not network.is_causal:
            raise ValueError("a network that also reads backwards cannot be stepped")
        self._network = network
        self._states = [
            (np.zeros(forward.n_units, np.float32), np.zeros(forward.n_units, np.float32)) for forward, _ in network.layers
        ]
        n_outputs = network.layers[-1][0].n_units
        if network.stack is not None:
            self._stack_pools = [_StackPool(node) for node in network.stack.layout.tail]
        else:
            self._pools = [_POOLS[method](n_outputs) for method in network.spec.pooling]

    def feed(self, frames: NDArray[Any]) -> Stepped:
        """Take the item's next frames.

        Args:
            frames: (n_frames, n_features) float32, or token ids (n_frames,); at least one.
        """
        stack = self._network.stack
        with one_thread:
            return self._feed(frames) if stack is None else self._feed_stack(stack, frames)

    def _feed(self, frames: NDArray[Any]) -> Stepped:
        values = self._network.embed(frames)
        traces = []
        for index, (weights, _) in enumerate(self._network.layers):
            trace = continue_lstm(weights, values, *self._states[index])
            self._states[index] = (trace.h_n, trace.c_n)
            traces.append(trace)
            values = trace.hidden
        scores = self._network.attention(values)[:, 0] if self._network.attention is not None else None
        pooled = np.concatenate([pool.feed(values, scores) for pool in self._pools], axis=1)
        return Stepped(tuple(traces), self._network.head(pooled))

    def _feed_stack(self, stack: Stack, frames: NDArray[Any]) -> Stepped:
        values, mask = stack.enter(frames, self._network.embedding)
        traces = []
        for index, ((weights, _), layer) in enumerate(zip(self._network.layers, stack.layout.layers, strict=True)):
            if index:
                values = stack.between(index, values, mask)
            trace = run_any_lstm(weights, values, mask=mask if layer.is_masked else None, start=self._states[index])
            self._states[index] = (trace.h_n, trace.c_n)
            traces.append(trace)
            values = trace.hidden
        pooled = stack.pool(values, mask, lambda index, _, given, counts: self._stack_pools[index].feed(given, counts))
        return Stepped(tuple(traces), self._network.head(pooled))


def continue_lstm(weights: LstmWeights, inputs: Floats, hidden: Floats, cell: Floats) -> LstmTrace:
    """Run a forward direction from a given state on; equations as in `seqclass.model.network`.

    Args:
        weights: Of the layer.
        inputs: (n_frames, n_inputs) float32.
        hidden: State before them, (n_units,).
        cell: The same.
    """
    n_units = weights.n_units
    scale = np.full(4 * n_units, 0.5, np.float32)
    scale[2 * n_units : 3 * n_units] = 1.0
    offset = 1.0 - scale  # sigmoid(x) = tanh(x / 2) / 2 + 1 / 2; the candidate is a plain tanh
    gates = inputs @ weights.kernel + weights.bias
    cells = np.empty((len(inputs), n_units), np.float32)
    hiddens = np.empty_like(cells)
    for t, frame in enumerate(gates):
        frame += hidden @ weights.recurrent  # noqa: PLW2901 - a view: the gates are kept
        frame *= scale  # noqa: PLW2901
        np.tanh(frame, out=frame)
        frame *= scale  # noqa: PLW2901
        frame += offset  # noqa: PLW2901
        input_gate, forget_gate, candidate, output_gate = frame.reshape(4, n_units)
        cell = np.add(forget_gate * cell, input_gate * candidate, out=cells[t])
        hidden = np.multiply(output_gate, np.tanh(cell), out=hiddens[t])
    input_gates, forget_gates, candidates, output_gates = (gates[:, k * n_units : (k + 1) * n_units] for k in range(4))
    return LstmTrace(input_gates, forget_gates, candidates, output_gates, cells, hiddens)


class _Last:
    """The newest frame's output."""

    def __init__(self, n_outputs: int) -> None:
        del n_outputs

    def feed(self, outputs: Floats, scores: Floats | None) -> Floats:
        """(n_frames, n_outputs) to what the pool holds at each of them, same shape."""
        del scores
        return outputs


class _Mean:
    """The mean over all frames so far."""

    def __init__(self, n_outputs: int) -> None:
        self._total: Doubles = np.zeros(n_outputs)
        self._n_frames = 0

    def feed(self, outputs: Floats, scores: Floats | None) -> Floats:
        """As in `_Last`."""
        del scores
        totals = self._total + np.cumsum(outputs, axis=0, dtype=np.float64)
        counts = self._n_frames + np.arange(1, len(outputs) + 1)[:, None]
        self._total, self._n_frames = totals[-1], self._n_frames + len(outputs)
        return np.asarray(totals / counts, np.float32)


class _Max:
    """The greatest value of each unit so far."""

    def __init__(self, n_outputs: int) -> None:
        self._greatest = np.full(n_outputs, -np.inf, np.float32)

    def feed(self, outputs: Floats, scores: Floats | None) -> Floats:
        """As in `_Last`."""
        del scores
        greatest = np.maximum(np.maximum.accumulate(outputs, axis=0), self._greatest)
        self._greatest = greatest[-1]
        return np.asarray(greatest, np.float32)


class _StackPool:
    """A pooling of an imported model, whose frames may be masked."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._pool = _POOLS[node.op](node.width) if node.op in _POOLS else _Last(node.width)
        self._total: Doubles = np.zeros(node.width)
        self._n_frames = 0

    def feed(self, outputs: Floats, mask: Mask | None) -> Floats:
        """As in `_Last`."""
        if self._node.op != "mean" or not self._node.is_masked or mask is None:
            return self._pool.feed(outputs, None)
        totals = self._total + np.cumsum(np.where(mask[:, None], outputs, 0.0), axis=0, dtype=np.float64)
        counts = self._n_frames + np.cumsum(mask)
        self._total, self._n_frames = totals[-1], int(counts[-1])
        return np.asarray(totals / np.maximum(counts, 1)[:, None], np.float32)


class _Attention:
    """Outputs weighed by the exponential of their scores, kept in proportion to the greatest score so far.

    Source: Milakov and Gimelshein, "Online normalizer calculation for softmax", 2018.
    """

    def __init__(self, n_outputs: int) -> None:
        self._greatest = -np.inf
        self._weighted: Doubles = np.zeros(n_outputs)
        self._weight = 0.0

    def feed(self, outputs: Floats, scores: Floats | None) -> Floats:
        """As in `_Last`."""
        assert scores is not None
        pooled = np.empty_like(outputs)
        for t, (output, score) in enumerate(zip(outputs, scores.astype(np.float64), strict=True)):
            greatest = max(self._greatest, float(score))
            fading, weight = np.exp(self._greatest - greatest), np.exp(score - greatest)
            self._weighted = self._weighted * fading + weight * output
            self._weight = self._weight * fading + weight
            self._greatest = greatest
            pooled[t] = self._weighted / self._weight
        return pooled


_POOLS: dict[str, type[_Last] | type[_Mean] | type[_Max] | type[_Attention]] = {
    "last": _Last,
    "mean": _Mean,
    "max": _Max,
    "attention": _Attention,
}
