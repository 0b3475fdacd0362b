"""What stands around the LSTM layers of an imported model: a general stack of layers, as plain data and in NumPy.

A network that was trained here is ``[Embedding] -> LSTM x n -> pooling -> Dense x m`` and needs none of this. A foreign one may
normalise between its LSTM layers, read them in other directions, join several poolings or ask other activations of its gates.

Everything is kept in input time. A layer that reads the reversed output of another one is a layer that reads forward, so instead
of arrays it is directions that are turned, and a trace never is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from seqclass.model import activations
from seqclass.specs import Spec

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
Op = Literal[
    "dense",
    "activation",
    "scale",
    "layer_norm",
    "masking",
    "zero_masked",
    "merge",
    "last",
    "last_frame",
    "mean",
    "max",
    "concat",
    "add",
    "subtract",
    "multiply",
    "average",
    "maximum",
    "minimum",
]
POOLS: tuple[Op, ...] = ("last", "last_frame", "mean", "max")
_WEIGHTS: dict[str, tuple[str, ...]] = {
    "dense": ("kernel", "bias"),
    "scale": ("scale", "offset"),
    "layer_norm": ("scale", "offset"),
}
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


class Node(Spec, frozen=True):
    """One layer that is no LSTM.

    Attributes:
        op: What it does. ``last`` takes the states in which the last LSTM layer's directions end, ``last_frame`` its output at the
            frame that was read last.
        name: Its name in the foreign model.
        width: Numbers that it gives, a frame or altogether.
        inputs: In the tail: numbers of earlier nodes, -1 for the last LSTM layer. Elsewhere each takes what the one before gives.
        is_frames: In the tail: whether it gives frames, not one vector.
        is_masked: ``mean``: leaves masked frames out.
        activation: ``dense`` and ``activation``: see `seqclass.model.activations`.
        method: ``merge``: sum, ave or mul.
        value: ``masking``: the number that says that a frame is none; ``layer_norm``: what is added to the variance.
    """

    op: Op
    name: str = ""
    width: int = 0
    inputs: tuple[int, ...] = (-1,)
    is_frames: bool = True
    is_masked: bool = False
    activation: str = "linear"
    method: Literal["sum", "ave", "mul"] = "sum"
    value: float = 0.0


class Direction(Spec, frozen=True):
    """One direction of an LSTM layer: its units, activations, and whether it reads from the last frame to the first."""

    units: int
    activation: str = "tanh"
    recurrent_activation: str = "sigmoid"
    is_backward: bool = False


class LstmLayer(Spec, frozen=True):
    """One LSTM layer and what stands before it.

    Attributes:
        name: The foreign layer's name.
        cell: Which of its stacked cells this is.
        forward: The first direction, which is the only one of most layers.
        backward: The second one.
        before: From the output of the layer before, halves side by side, to what this one reads.
        is_masked: Whether it stands still at masked frames.
    """

    name: str
    forward: Direction
    cell: int = 0
    backward: Direction | None = None
    before: tuple[Node, ...] = ()
    is_masked: bool = False

    @property
    def directions(self) -> tuple[Direction, ...]:
        """One or two."""
        return (self.forward,) if self.backward is None else (self.forward, self.backward)

    @property
    def width(self) -> int:
        """Numbers of its output, halves side by side."""
        return sum(direction.units for direction in self.directions)


class Output(Spec, frozen=True):
    """One answer of the model.

    Attributes:
        target: Its name.
        node: The tail's node that gives it.
        form: What the node's numbers are: logits of classes, the logit of the second of two classes, or a number.
        given: What the foreign model itself makes of them at last.
    """

    target: str
    node: int
    form: Literal["logits", "probability", "number"] = "logits"
    given: Literal["softmax", "sigmoid", "linear"] = "linear"


class Layout(Spec, frozen=True):
    """The stack without its arrays, as it stands in a bundle's card.

    Attributes:
        source: What it was: Keras, PyTorch.
        layers: LSTM layers in order.
        tail: What follows the last one, each after those that it takes.
        outputs: One a target.
        embedding_mask: Text: the token that is masked.
    """

    source: str
    layers: tuple[LstmLayer, ...]
    tail: tuple[Node, ...]
    outputs: tuple[Output, ...]
    embedding_mask: int | None = None

    def steps(self) -> Iterator[tuple[str, Node]]:
        """Every node with the name that its arrays begin with."""
        for index, layer in enumerate(self.layers):
            for position, node in enumerate(layer.before):
                yield f"before{index}.{position}", node
        for position, node in enumerate(self.tail):
            yield f"tail{position}", node

    @property
    def is_causal(self) -> bool:
        """Whether no layer reads from the last frame to the first."""
        return not any(direction.is_backward for layer in self.layers for direction in layer.directions)


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


def shapes(layout: Layout, n_inputs: int) -> dict[str, tuple[int, ...]]:
    """The shape of each array of a stack, its LSTM layers included, and a check that the layout makes sense.

    Args:
        layout: What stands where.
        n_inputs: Numbers a frame, embedded where there is an embedding.

    Raises:
        ValueError: A node cannot take what it is given.
    """
    expected: dict[str, tuple[int, ...]] = {}
    if not layout.layers or not layout.outputs:
        raise ValueError("a stack must have an LSTM layer and an output")
    width = n_inputs
    for index, layer in enumerate(layout.layers):
        for position, node in enumerate(layer.before):
            width = _expect(expected, f"before{index}.{position}", node, [width])
        for slot, way in zip(("forward", "backward"), layer.directions, strict=False):
            expected[f"layer{index}.{slot}.kernel"] = (width, 4 * way.units)
            expected[f"layer{index}.{slot}.recurrent"] = (way.units, 4 * way.units)
            expected[f"layer{index}.{slot}.bias"] = (4 * way.units,)
            for name in (way.activation, way.recurrent_activation):
                if not activations.is_known(name) or name in activations.ACROSS_UNITS:
                    raise ValueError(f"{name} is no activation of a gate")
        width = layer.width
    widths, frames = {-1: width}, {-1: True}
    for position, node in enumerate(layout.tail):
        if not node.inputs or not all(each in widths for each in node.inputs):
            raise ValueError(f"{node.name} takes what does not stand before it")
        is_frames = frames[node.inputs[0]] and node.op not in POOLS
        if any(frames[each] != frames[node.inputs[0]] for each in node.inputs) or is_frames != node.is_frames:
            raise ValueError(f"{node.name} mixes frames and vectors")
        if node.op in POOLS and (not frames[node.inputs[0]] or (node.op == "last" and node.inputs != (-1,))):
            raise ValueError(f"{node.name} pools what is no sequence")
        widths[position] = _expect(expected, f"tail{position}", node, [widths[each] for each in node.inputs])
        frames[position] = is_frames
    for output in layout.outputs:
        if frames.get(output.node, True):
            raise ValueError(f"{output.target} is no answer for a whole item")
        if output.form != "logits" and widths[output.node] != 1:
            raise ValueError(f"{output.target} must be one number")
    return expected


def n_outputs(layout: Layout, output: Output) -> int:
    """Logits of one output."""
    return 2 if output.form == "probability" else layout.tail[output.node].width


def _expect(expected: dict[str, tuple[int, ...]], name: str, node: Node, widths: list[int]) -> int:
    """Note the shapes of a node's arrays and give its width."""
    if not activations.is_known(node.activation):
        raise ValueError(f"{node.activation} is no known activation")
    width = widths[0]
    if node.op == "dense":
        width = node.width
        expected[f"{name}.kernel"], expected[f"{name}.bias"] = (widths[0], width), (width,)
    elif node.op in _WEIGHTS:
        expected.update({f"{name}.{part}": (width,) for part in _WEIGHTS[node.op]})
    elif node.op == "merge":
        width //= 2
    elif node.op == "concat":
        width = sum(widths)
    elif node.op in _JOINS and (len(set(widths)) > 1 or len(widths) < 2):
        raise ValueError(f"{node.name} joins vectors of {widths} numbers")
    elif len(widths) > 1 and node.op not in _JOINS:
        raise ValueError(f"{node.name} takes one input, not {len(widths)}")
    if width != node.width or width < 1:
        raise ValueError(f"{node.name} must give {width} numbers, not {node.width}")
    return width


def from_plain(plain: Any) -> Layout:
    """A layout from a card's plain values.

    Raises:
        msgspec.ValidationError: It is none.
    """
    return msgspec.convert(plain, Layout)


def select(layout: Layout, arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The arrays of a stack's nodes among all of a bundle's.

    Raises:
        KeyError: One is missing.
    """
    return {f"{name}.{part}": arrays[f"{name}.{part}"] for name, node in layout.steps() for part in _WEIGHTS.get(node.op, ())}
