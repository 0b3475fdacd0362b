"""What stands around the LSTM layers of an imported model (`seqclass.model.layout`), in NumPy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqclass.model import activations
from seqclass.model.layout import POOLS, Layout, Node

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
_JOINS: dict[str, Callable[[list[Any]], Any]] = {
    "concat": lambda values: np.concatenate(values, axis=-1),
    "add": lambda values: sum(values[1:], values[0]),
    "subtract": lambda values: values[0] - values[1],
    "multiply": np.multiply.reduce,
    "average": lambda values: sum(values[1:], values[0]) / np.float32(len(values)),
    "maximum": np.maximum.reduce,
    "minimum": np.minimum.reduce,
}
_MERGES: dict[str, Callable[[Any, Any], Any]] = {
    "sum": lambda forward, backward: forward + backward,
    "ave": lambda forward, backward: (forward + backward) / np.float32(2),
    "mul": lambda forward, backward: forward * backward,
}


@dataclass(frozen=True)
class Stack:
    """A layout with its arrays.

    Attributes:
        layout: What stands where.
        arrays: By the names of `Layout.steps`, as ``tail0.kernel``.
    """

    layout: Layout
    arrays: dict[str, NDArray[Any]]

    def enter(self, frames: NDArray[Any], embedding: Floats | None) -> tuple[Floats, Mask | None]:
        """From frames, or token ids (n_frames,), to what the first LSTM layer reads, and which frames count for it."""
        mask = None
        if embedding is not None:
            if self.layout.embedding_mask is not None:
                mask = frames != self.layout.embedding_mask
            frames = embedding[frames]
        return self._through("before0", self.layout.layers[0].before, np.asarray(frames, np.float32), mask)

    def between(self, index: int, outputs: Floats, mask: Mask | None) -> Floats:
        """From the output of layer ``index - 1`` to what layer ``index`` reads, (n_frames, n_inputs)."""
        return self._through(f"before{index}", self.layout.layers[index].before, outputs, mask)[0]

    def pool(self, outputs: Floats, mask: Mask | None, pool: Callable[[int, Node, Floats, Mask | None], Floats]) -> Floats:
        """What all poolings give, side by side.

        Args:
            outputs: Of the last layer, (n_frames, n_outputs).
            mask: Which frames count.
            pool: Called with the number of a pooling, its node and its frames.
        """
        values: dict[int, Floats] = {-1: outputs}
        pooled = []
        for index, node in enumerate(self.layout.tail):
            if node.op in POOLS:
                pooled.append(pool(index, node, values[node.inputs[0]], mask))
            elif node.is_frames:
                values[index] = self._node(f"tail{index}", node, [values[each] for each in node.inputs], mask)
        return np.concatenate(pooled, axis=-1)

    def head(self, pooled: Floats) -> dict[str, Floats]:
        """Logits of each target from what the poolings gave, (..., n_pooled)."""
        values: dict[int, Floats] = {}
        start = 0
        for index, node in enumerate(self.layout.tail):
            if node.op in POOLS:
                values[index] = pooled[..., start : start + node.width]
                start += node.width
            elif not node.is_frames:
                values[index] = self._node(f"tail{index}", node, [values[each] for each in node.inputs], None)
        logits = {}
        for output in self.layout.outputs:
            given = values[output.node]
            logits[output.target] = (
                np.concatenate([np.zeros_like(given), given], axis=-1) if output.form == "probability" else given
            )
        return logits

    def pool_whole(self, index: int, node: Node, frames: Floats, mask: Mask | None) -> Floats:
        """One pooling over a whole item, (n_pooled,)."""
        del index
        if node.op == "mean":
            if not node.is_masked or mask is None:
                return np.asarray(frames.mean(axis=0))
            return np.asarray(frames[mask].sum(axis=0) / np.float32(max(int(mask.sum()), 1)), np.float32)
        if node.op == "max":
            return np.asarray(frames.max(axis=0))
        layer = self.layout.layers[-1]
        if node.op == "last_frame":
            return np.asarray(frames[0 if layer.forward.is_backward else -1])
        halves = np.split(frames, [layer.forward.units], axis=1)
        ends = [half[0 if way.is_backward else -1] for half, way in zip(halves, layer.directions, strict=False)]
        return np.concatenate(ends)

    def pool_prefixes(self, index: int, node: Node, frames: Floats, mask: Mask | None) -> Floats:
        """One pooling over each prefix of an item, (n_frames, n_pooled); for layers that read forward only."""
        del index
        if node.op == "max":
            return np.maximum.accumulate(frames, axis=0)
        if node.op != "mean":
            return frames
        counted = np.ones(len(frames), bool) if not node.is_masked or mask is None else mask
        totals = np.cumsum(np.where(counted[:, None], frames, 0.0), axis=0, dtype=np.float64)
        return np.asarray(totals / np.maximum(np.cumsum(counted), 1)[:, None], np.float32)

    @property
    def poolings(self) -> tuple[Node, ...]:
        """All poolings in order."""
        return tuple(node for node in self.layout.tail if node.op in POOLS)

    @property
    def pools_outputs(self) -> bool:
        """Whether all that is pooled is the last layer's output as it stands, forward half first."""
        layer = self.layout.layers[-1]
        is_plain = not layer.forward.is_backward and (layer.backward is None or layer.backward.is_backward)
        pools = self.poolings
        is_direct = all(node.inputs == (-1,) and not node.is_masked and node.op != "last_frame" for node in pools)
        return is_plain and is_direct

    @property
    def is_affine(self) -> bool:
        """Whether logits are a sum over pooled values and a constant."""
        plain = ("scale", "concat", "add", "subtract", "average", "merge")
        return all(
            (node.op in plain and node.method != "mul") or (node.op in ("dense", "activation") and node.activation == "linear")
            for node in self.layout.tail
            if node.op not in POOLS and not node.is_frames
        )

    def _through(self, prefix: str, nodes: tuple[Node, ...], values: Floats, mask: Mask | None) -> tuple[Floats, Mask | None]:
        for position, node in enumerate(nodes):
            if node.op == "masking":
                mask = np.any(values != np.float32(node.value), axis=-1)
                values = values * mask[:, None]
            else:
                values = self._node(f"{prefix}.{position}", node, [values], mask)
        return values, mask

    def _node(self, name: str, node: Node, values: list[Floats], mask: Mask | None) -> Floats:
        if node.op in _JOINS:
            return np.asarray(_JOINS[node.op](values), np.float32)
        (first,) = values
        if node.op == "dense":
            first = first @ self.arrays[f"{name}.kernel"] + self.arrays[f"{name}.bias"]
        elif node.op == "scale":
            first = first * self.arrays[f"{name}.scale"] + self.arrays[f"{name}.offset"]
        elif node.op == "layer_norm":
            centred = first - first.mean(axis=-1, keepdims=True)
            deviation = np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + np.float32(node.value))
            first = centred / deviation * self.arrays[f"{name}.scale"] + self.arrays[f"{name}.offset"]
        elif node.op == "merge":
            half = first.shape[-1] // 2
            first = _MERGES[node.method](first[..., :half], first[..., half:])
        elif node.op == "zero_masked":
            first = first if mask is None else first * mask[:, None]
        return activations.apply(node.activation, first) if node.activation != "linear" else np.asarray(first, np.float32)
