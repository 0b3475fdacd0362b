"""Many items at once in NumPy: logits alone, without gates.

A single item costs a call for each frame and each step of the equations, whatever the network's size; a batch shares these calls, and
a product by 64 items takes not 64 but 30 times as long as one by a single item. Items are sorted by length, and each that ends leaves
the batch, so that padding is hardly computed and never heard. What is said of an item is what `Network.forward` says of it, to
rounding, whatever stands beside it.

Arrays here are (n_frames, n_features, n_items), so that all numbers of a gate adjoin each other.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqclass.model.lstm import Floats, LstmWeights
from seqclass.model.network import Network
from seqclass.model.threads import one_thread

ITEMS_AT_ONCE = 128
_FLOATS_AT_ONCE = 8_000_000
_MOST_THREADS = 8
_GRAIN = 8
"""Items leave a batch by so many: products are made for such counts, and copies are saved."""
# Of Keras' i f g o: the candidate, the gates that multiply cell state and candidate, and the output gate.
_ORDER = [2, 1, 0, 3]

Lengths = NDArray[np.intp]


def logits_of_many(network: Network, frames: Sequence[NDArray[Any]], *, n_threads: int | None = None) -> dict[str, Floats]:
    """What a network says of each of many items.

    A network with edits, and one that was imported, takes them one at a time.

    Args:
        network: The network.
        frames: Of each item, as `Network.forward` takes them: (n_frames, n_features) float32, or token ids (n_frames,).
        n_threads: Batches that run at a time; None: as many as there are processors.

    Returns:
        For each target (n_items, n_outputs) float32, in the items' order; nothing where there are no items.
    """
    if not frames:
        return {}
    if network.stack is not None or type(network).hook is not Network.hook:
        alone = [network.forward(each).logits for each in frames]
        return {name: np.stack([logits[name] for logits in alone]) for name in alone[0]}
    lengths = np.asarray([len(each) for each in frames], np.intp)
    layers = [[_pack(half) for half in layer if half is not None] for layer in network.layers]
    batches = list(_batches(lengths, _floats_a_frame(network)))

    def run(batch: Lengths) -> dict[str, Floats]:
        return _run(network, layers, [network.embed(frames[index]) for index in batch], lengths[batch])

    n_threads = min(n_threads or min(_n_processors(), _MOST_THREADS), len(batches))
    with one_thread:
        if n_threads == 1:
            given = [run(batch) for batch in batches]
        else:
            from concurrent.futures import ThreadPoolExecutor  # a cold start for one item need not wait for it

            with ThreadPoolExecutor(n_threads) as pool:
                given = list(pool.map(run, batches))
    places = np.argsort(np.concatenate(batches))
    return {name: np.concatenate([logits[name] for logits in given])[places] for name in given[0]}


def _n_processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _floats_a_frame(network: Network) -> int:
    """Numbers that are kept for a frame of an item at a time: a layer's inputs and outputs, and copies in turning them round."""
    widths = [network.n_features, *(sum(half.n_units for half in layer if half is not None) for layer in network.layers)]
    return 3 * max(widths)


def _batches(lengths: Lengths, floats_a_frame: int) -> Iterator[Lengths]:
    """Indices of items that run together, from the longest to the shortest."""
    order = np.argsort(-lengths, kind="stable")
    start = 0
    while start < len(order):
        most = _FLOATS_AT_ONCE // (int(lengths[order[start]]) * floats_a_frame)
        stop = start + min(max(most, 1), ITEMS_AT_ONCE)
        yield order[start:stop]
        start = stop


def _pack(half: LstmWeights) -> Floats:
    """Kernel, recurrent kernel and bias as one, (4 * n_units, n_inputs + n_units + 1): parts as g f i o, those of sigmoids halved."""
    n_units = half.n_units
    rows = np.concatenate([half.kernel, half.recurrent, half.bias[None]]).reshape(-1, 4, n_units)[:, _ORDER]
    rows[:, 1:] *= 0.5  # sigmoid(x) = tanh(x / 2) / 2 + 1 / 2, so that one tanh serves all four parts
    return np.ascontiguousarray(rows.reshape(-1, 4 * n_units).T, np.float32)


def _run(network: Network, layers: Sequence[Sequence[Floats]], frames: Sequence[Floats], lengths: Lengths) -> dict[str, Floats]:
    """Logits of a batch, sorted by length, the longest first."""
    n_frames = int(lengths[0])
    values = np.zeros((n_frames, frames[0].shape[1], len(frames)), np.float32)
    for index, each in enumerate(frames):
        values[: len(each), :, index] = each
    is_there = np.arange(n_frames)[:, None] < lengths
    n_active = np.minimum(-(-is_there.sum(axis=1) // _GRAIN) * _GRAIN, len(lengths))
    pools_as_it_goes = not network.spec.bidirectional and "attention" not in network.spec.pooling
    for index, halves in enumerate(layers):
        if pools_as_it_goes and index == len(layers) - 1:
            pools = _Pools(len(halves[0]) // 4, lengths, is_there)
            _run_half(halves[0], values, n_active, pools.add)
            return network.head(np.concatenate([pools.result(method) for method in network.spec.pooling], axis=1))
        outputs = _outputs(halves[0], values, n_active)
        if len(halves) == 2:
            back = _turned(_outputs(halves[1], _turned(values, lengths), n_active), lengths)
            outputs = np.concatenate([outputs, back], axis=1)
        values = outputs
    pooled = [_pool(network, method, values, lengths, is_there) for method in network.spec.pooling]
    return network.head(np.concatenate(pooled, axis=1))


class _Pools:
    """Poolings of the last layer while it runs, so that its output need not be kept."""

    def __init__(self, n_units: int, lengths: Lengths, is_there: NDArray[np.bool_]) -> None:
        self._lengths = lengths
        self._n_there = [*is_there.sum(axis=1).tolist(), 0]
        self._total, self._last = np.zeros((2, n_units, len(lengths)), np.float32)
        self._greatest = np.full((n_units, len(lengths)), -np.inf, np.float32)

    def add(self, frame: int, hidden: Floats) -> None:
        """Take a frame's hidden states, (n_units, at least as many items as are there)."""
        n_there, n_later = self._n_there[frame : frame + 2]
        there = hidden[:, :n_there]
        np.add(self._total[:, :n_there], there, out=self._total[:, :n_there])
        np.maximum(self._greatest[:, :n_there], there, out=self._greatest[:, :n_there])
        if n_later < n_there:
            self._last[:, n_later:n_there] = hidden[:, n_later:n_there]

    def result(self, method: str) -> Floats:
        """As of `_pool`."""
        if method == "mean":
            return np.asarray((self._total / self._lengths).T, np.float32)
        return (self._greatest if method == "max" else self._last).T


def _outputs(packed: Floats, inputs: Floats, n_active: NDArray[Any]) -> Floats:
    """Hidden states (n_frames, n_units, n_items) of a half that reads forward; of items that have ended they mean nothing."""
    outputs = np.zeros((len(inputs), len(packed) // 4, inputs.shape[2]), np.float32)

    def keep(frame: int, hidden: Floats) -> None:
        outputs[frame, :, : hidden.shape[1]] = hidden

    _run_half(packed, inputs, n_active, keep)
    return outputs


def _run_half(packed: Floats, inputs: Floats, n_active: NDArray[Any], take: Callable[[int, Floats], None]) -> None:
    """Run a half that reads forward, and give ``take`` each frame's hidden states (n_units, n_active), which change afterwards."""
    _, n_inputs, n_items = inputs.shape
    n_units = len(packed) // 4
    hidden, cell = np.zeros((2, n_units, n_items), np.float32)
    n_now = -1
    for frame, n in enumerate(n_active.tolist()):
        if n != n_now:  # a new set of arrays, as all that a call gets should adjoin
            n_now = n
            given = np.ones((n_inputs + n_units + 1, n), np.float32)
            rows = np.empty((5, n_units, n), np.float32)
            written = np.empty((2, n_units, n), np.float32)
            half = np.full((3, n_units, n), 0.5, np.float32)
            given[n_inputs:-1], rows[0] = hidden[:, :n], cell[:, :n]
            # As in `seqclass.model.lockstep`, cell state, candidate, forget, input and output gate.
            cell, sums, sigmoids, output = rows[0], rows[1:].reshape(4 * n_units, n), rows[2:], rows[4]
            hidden = given[n_inputs:-1]
        given[:n_inputs] = inputs[frame, :, :n]
        np.dot(packed, given, sums)
        np.tanh(sums, sums)
        np.multiply(sigmoids, half, sigmoids)
        np.add(sigmoids, half, sigmoids)
        np.multiply(rows[:2], rows[2:4], written)
        np.add(written[0], written[1], cell)
        np.tanh(cell, hidden)
        np.multiply(hidden, output, hidden)
        take(frame, hidden)


def _turned(values: Floats, lengths: Lengths) -> Floats:
    """Each item's frames from its last to its first; what follows its end means nothing."""
    places = np.maximum(lengths - 1 - np.arange(len(values))[:, None], 0)
    return np.take_along_axis(values, places[:, None], axis=0)


def _pool(network: Network, method: str, outputs: Floats, lengths: Lengths, is_there: NDArray[np.bool_]) -> Floats:
    """One pooling of each item, (n_items, n_outputs); `Network.pool` for many.

    Args:
        network: For its attention and its directions.
        method: Of the settings.
        outputs: Of the last layer, (n_frames, n_outputs, n_items).
        lengths: Frames of each item.
        is_there: Which frames are an item's, (n_frames, n_items).
    """
    if method == "last":
        ends = outputs[lengths - 1, :, np.arange(len(lengths))]
        if network.spec.bidirectional:  # the backward half ends at the first frame
            n_units = outputs.shape[1] // 2
            ends[:, n_units:] = outputs[0, n_units:].T
        return np.asarray(ends, np.float32)
    if method == "max":
        return np.asarray(np.where(is_there[:, None], outputs, -np.inf).max(axis=0).T, np.float32)
    if method == "mean":
        return np.asarray(np.where(is_there[:, None], outputs, 0.0).sum(axis=0).T / lengths[:, None], np.float32)
    assert network.attention is not None
    scores = (network.attention.kernel.T @ outputs)[:, 0] + network.attention.bias
    scores = np.where(is_there, scores, -np.inf)
    weights = np.exp(scores - scores.max(axis=0))
    weighted = np.where(is_there[:, None], outputs, 0.0) * weights[:, None]
    return np.asarray((weighted.sum(axis=0) / weights.sum(axis=0)).T, np.float32)
