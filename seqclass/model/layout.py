"""What stands around the LSTM layers of an imported model, as plain data: layers, nodes, answers, and the arrays that they need.

A network that was trained here is ``[Embedding] -> LSTM x n -> pooling -> Dense x m`` and needs none of this. A foreign one may
normalise between its LSTM layers, read them in other directions, join several poolings or ask other activations of its gates.

Everything is kept in input time. A layer that reads the reversed output of another one is a layer that reads forward, so instead
of arrays it is directions that are turned, and a trace never is. `seqclass.model.stack` runs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from numpy.typing import NDArray

from seqclass.model import activations
from seqclass.specs import Spec

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
JOINS: tuple[Op, ...] = ("concat", "add", "subtract", "multiply", "average", "maximum", "minimum")


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
    elif node.op in JOINS and (len(set(widths)) > 1 or len(widths) < 2):
        raise ValueError(f"{node.name} joins vectors of {widths} numbers")
    elif len(widths) > 1 and node.op not in JOINS:
        raise ValueError(f"{node.name} takes one input, not {len(widths)}")
    if width != node.width or width < 1:
        raise ValueError(f"{node.name} must give {width} numbers, not {node.width}")
    return width


def select(layout: Layout, arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The arrays of a stack's nodes among all of a bundle's.

    Raises:
        KeyError: One is missing.
    """
    return {f"{name}.{part}": arrays[f"{name}.{part}"] for name, node in layout.steps() for part in _WEIGHTS.get(node.op, ())}
