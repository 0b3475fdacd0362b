"""From a foreign Keras model to a stack for the NumPy pass: layer by layer along its graph, each unsupported one named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import seqclass.model.keras_setup  # noqa: F401  isort: skip

import keras
import msgspec
import numpy as np
from keras import layers
from numpy.typing import NDArray

from seqclass.errors import BundleError
from seqclass.model import activations
from seqclass.model.stack import Direction, Layout, LstmLayer, Node, Op, Output

_SILENT = (
    layers.InputLayer,
    layers.Dropout,
    layers.SpatialDropout1D,
    layers.GaussianNoise,
    layers.GaussianDropout,
    layers.AlphaDropout,
    layers.ActivityRegularization,
    layers.Identity,
)
_JOINS: tuple[tuple[type, Op], ...] = (
    (layers.Concatenate, "concat"),
    (layers.Add, "add"),
    (layers.Subtract, "subtract"),
    (layers.Multiply, "multiply"),
    (layers.Average, "average"),
    (layers.Maximum, "maximum"),
    (layers.Minimum, "minimum"),
)


@dataclass(frozen=True)
class Converted:
    """A foreign model as the NumPy pass runs it.

    Attributes:
        layout: What stands where.
        arrays: By the names of `seqclass.model.network.to_arrays`.
        n_features: Numbers a frame that it reads; None where it reads tokens.
        n_tokens: Tokens that it embeds; None where it reads frames.
        n_frames: The length that it was made for; None for any.
    """

    layout: Layout
    arrays: dict[str, NDArray[np.float32]]
    n_features: int | None
    n_tokens: int | None
    n_frames: int | None


@dataclass(frozen=True)
class _Value:
    """A tensor of the graph: which step makes it, its numbers a frame or altogether, and how its time runs."""

    step: int
    width: int
    is_frames: bool
    is_turned: bool = False


@dataclass
class _Step:
    """A layer of the graph: an LSTM layer, or a node with its arrays."""

    inputs: tuple[int, ...]
    what: LstmLayer | Node
    arrays: dict[str, NDArray[Any]] = field(default_factory=dict)


def convert(model: keras.Model) -> Converted:
    """Convert a model.

    Args:
        model: Functional or Sequential, opened in safe mode.

    Raises:
        BundleError: A layer, or the way in which layers hang together, is not supported; the message names it.
    """
    if len(model.inputs) != 1:
        names = ", ".join(tensor.name for tensor in model.inputs)
        raise BundleError(
            f"A model must have one input, a sequence. Received: {len(model.inputs)} inputs ({names}). Save a model with one."
        )
    return _Converter(model).convert()


class _Converter:
    """Walks a model's graph from its outputs to its input."""

    def __init__(self, model: keras.Model) -> None:
        self._model = model
        self._steps: list[_Step] = []
        self._values: dict[int, _Value] = {}
        self._embedding: NDArray[Any] | None = None
        self._embedding_mask: int | None = None
        self._maskings: set[str] = set()

    def convert(self) -> Converted:
        (entry,) = self._model.inputs
        shape = tuple(entry.shape)
        outputs = [self._value(tensor) for tensor in self._model.outputs]
        for value, name in zip(outputs, self._names(), strict=True):
            if value.is_frames:
                raise _unsupported(
                    name, "it answers each frame, and an item has one answer; let the last LSTM layer give its last state"
                )
        lstms = [index for index, step in enumerate(self._steps) if isinstance(step.what, LstmLayer)]
        if not lstms:
            raise BundleError("A model must have an LSTM layer. Received: none. Other models have no gates to show.")
        chain, places = self._chain(lstms)
        arrays: dict[str, NDArray[Any]] = {} if self._embedding is None else {"embedding": self._embedding}
        lstm_layers = self._lstm_layers(chain, arrays)
        tail = self._tail(places, lstms[-1], arrays)
        answers = self._outputs(outputs, tail, places)
        tail_nodes = tuple(tail)
        layout = Layout(
            source="Keras",
            layers=tuple(lstm_layers),
            tail=tail_nodes,
            outputs=tuple(answers),
            embedding_mask=self._embedding_mask,
        )
        return Converted(
            layout,
            {name: np.ascontiguousarray(values, np.float32) for name, values in arrays.items()},
            n_features=None if self._embedding is not None else int(shape[2]),
            n_tokens=None if self._embedding is None else len(self._embedding),
            n_frames=shape[1],
        )

    def _names(self) -> list[str]:
        return list(getattr(self._model, "output_names", ["label"]))

    # The graph

    def _value(self, tensor: Any) -> _Value:
        key = id(tensor)
        if key not in self._values:
            operation, node_index, position = tensor._keras_history
            node = operation._inbound_nodes[node_index]
            self._values[key] = self._visit(operation, node, position)
        return self._values[key]

    def _visit(self, layer: Any, node: Any, position: int) -> _Value:
        if isinstance(layer, layers.InputLayer):
            return self._enter(node.output_tensors[0])
        if type(layer).__name__ == "GetItem":
            return self._get_item(layer, node)
        if not isinstance(layer, layers.Layer) or isinstance(layer, keras.Model):
            raise _unsupported(layer.name, f"a {type(layer).__name__} inside a model")
        if layer.compute_dtype != "float32":
            raise _unsupported(layer.name, f"it computes in {layer.compute_dtype}; save the model with the float32 policy")
        inputs = self._inputs_of(layer, node)
        is_masked = self._mask_of(layer, node)
        if isinstance(layer, _SILENT):
            return inputs[0]
        for kind, op in _JOINS:
            if isinstance(layer, kind):
                return self._join(layer, op, inputs)
        if isinstance(layer, layers.RNN | layers.Bidirectional):
            return self._recurrent(layer, inputs[0], position, is_masked=is_masked)
        return self._plain(layer, inputs[0], is_masked=is_masked)

    def _enter(self, tensor: Any) -> _Value:
        shape = tuple(tensor.shape)
        if len(shape) == 3 and shape[2]:
            return _Value(-1, int(shape[2]), is_frames=True)
        if len(shape) == 2:
            return _Value(-1, 0, is_frames=True)  # token ids, which only an Embedding can take
        raise BundleError(
            f"A model must read (batch, time, feature), or token ids (batch, time). Received: an input of shape {shape}. Save a model "
            "that does."
        )

    def _inputs_of(self, layer: Any, node: Any) -> list[_Value]:
        arguments = node.arguments.args
        if len(arguments) != 1 or any(
            key not in ("mask", "training") for key, each in node.arguments.kwargs.items() if each is not None
        ):
            raise _unsupported(layer.name, "it is called with more than its input, such as an initial state")
        given = arguments[0]
        return [self._value(tensor) for tensor in (given if isinstance(given, list | tuple) else [given])]

    def _mask_of(self, layer: Any, node: Any) -> bool:
        mask = node.arguments.kwargs.get("mask")
        masks = [each for each in (mask if isinstance(mask, list | tuple) else [mask]) if each is not None]
        if masks and len(self._maskings) != 1:
            raise _unsupported(layer.name, "its mask comes from elsewhere than one Masking or Embedding layer")
        return bool(masks)

    def _add(self, what: LstmLayer | Node, inputs: Sequence[_Value], **arrays: NDArray[Any]) -> _Value:
        self._steps.append(_Step(tuple(value.step for value in inputs), what, arrays))
        is_frames = isinstance(what, LstmLayer) or what.is_frames
        return _Value(len(self._steps) - 1, what.width, is_frames, inputs[0].is_turned)

    # Layers

    def _join(self, layer: Any, op: Op, inputs: list[_Value]) -> _Value:
        if op == "concat" and layer.axis not in (-1, len(layer.output.shape) - 1):
            raise _unsupported(layer.name, f"it joins along axis {layer.axis}; along the last one is supported")
        if len({(value.is_frames, value.is_turned) for value in inputs}) > 1:
            raise _unsupported(layer.name, "it joins frames with vectors, or sequences that run in different directions")
        width = sum(value.width for value in inputs) if op == "concat" else inputs[0].width
        if op != "concat" and len({value.width for value in inputs}) > 1:
            raise _unsupported(layer.name, "it joins vectors of different sizes")
        return self._add(Node(op=op, name=layer.name, width=width, is_frames=inputs[0].is_frames), inputs)

    def _plain(self, layer: Any, value: _Value, *, is_masked: bool) -> _Value:
        """A layer without a recurrence."""
        if isinstance(layer, layers.TimeDistributed):
            if not value.is_frames:
                raise _unsupported(layer.name, "it is given no sequence")
            return self._plain(layer.layer, value, is_masked=False)
        if isinstance(layer, _SILENT):
            return value
        if isinstance(layer, layers.Embedding):
            return self._embed(layer, value)
        if not value.width:
            raise _unsupported(layer.name, "token ids must be embedded first")
        return self._pool_or_step(layer, value, is_masked=is_masked)

    def _pool_or_step(self, layer: Any, value: _Value, *, is_masked: bool) -> _Value:
        if isinstance(layer, layers.Masking):
            self._maskings.add(layer.name)
            return self._add(Node(op="masking", name=layer.name, width=value.width, value=float(layer.mask_value)), [value])
        if isinstance(layer, layers.GlobalAveragePooling1D | layers.GlobalMaxPooling1D):
            op: Op = "max" if isinstance(layer, layers.GlobalMaxPooling1D) else "mean"
            if not value.is_frames or layer.keepdims or layer.data_format != "channels_last":
                raise _unsupported(layer.name, "it must pool frames, with keepdims=False and channels last")
            return self._pool(op, layer.name, value, is_masked=is_masked and op == "mean")
        if isinstance(layer, layers.Flatten):
            if value.is_frames:
                raise _unsupported(
                    layer.name, "it lays frames beside one another, so that the length is fixed; pool them, or take the last"
                )
            return value
        return self._pointwise(layer, value)

    def _pointwise(self, layer: Any, value: _Value) -> _Value:
        """A layer that looks at one frame, or one vector, at a time."""
        plain = {"name": layer.name, "width": value.width, "is_frames": value.is_frames}
        if isinstance(layer, layers.Dense):
            plain["width"] = layer.units
            bias = np.zeros(layer.units) if layer.bias is None else _numbers(layer.bias)
            node = Node(op="dense", activation=_activation(layer, layer.activation), **plain)
            return self._add(node, [value], kernel=_numbers(layer.kernel), bias=bias)
        if isinstance(layer, layers.BatchNormalization):
            mean, variance = _numbers(layer.moving_mean), _numbers(layer.moving_variance)
            scale = (1.0 if layer.gamma is None else _numbers(layer.gamma)) / np.sqrt(variance + layer.epsilon)
            offset = (0.0 if layer.beta is None else _numbers(layer.beta)) - mean * scale
            if layer.axis not in (-1, 2 if value.is_frames else 1):
                raise _unsupported(layer.name, f"it normalises axis {layer.axis}; the last one is supported")
            return self._add(Node(op="scale", **plain), [value], scale=scale, offset=offset)
        if isinstance(layer, layers.LayerNormalization):
            axes = [layer.axis] if isinstance(layer.axis, int) else list(layer.axis)
            if axes not in ([-1], [2 if value.is_frames else 1]) or getattr(layer, "rms_scaling", False):
                raise _unsupported(layer.name, "it must normalise the last axis by mean and variance")
            gamma = np.ones(value.width) if layer.gamma is None else _numbers(layer.gamma)
            beta = np.zeros(value.width) if layer.beta is None else _numbers(layer.beta)
            return self._add(Node(op="layer_norm", value=float(layer.epsilon), **plain), [value], scale=gamma, offset=beta)
        if isinstance(layer, layers.Normalization | layers.Rescaling):
            scale, offset = _affine(layer, value.width)
            return self._add(Node(op="scale", **plain), [value], scale=scale, offset=offset)
        return self._add(Node(op="activation", activation=_layer_activation(layer), **plain), [value])

    def _embed(self, layer: Any, value: _Value) -> _Value:
        if value.step != -1 or value.width or self._embedding is not None:
            raise _unsupported(layer.name, "an Embedding must stand first, and only once")
        self._embedding = _numbers(layer.embeddings)
        if layer.mask_zero:
            self._embedding_mask = 0
            self._maskings.add(layer.name)
        return _Value(-1, int(layer.output_dim), is_frames=True)

    def _get_item(self, operation: Any, node: Any) -> _Value:
        """``x[:, -1]``: what stands at the frame that was read last."""
        tensor, key = node.arguments.args
        keys = list(key) if isinstance(key, tuple | list) else [key]
        whole = slice(None, None, None)
        value = self._value(tensor)
        if not value.is_frames or len(keys) not in (2, 3) or keys[0] != whole or keys[1] != -1 or keys[2:] not in ([], [whole]):
            raise _unsupported(
                operation.name, f"a slice [{', '.join(map(str, keys))}]; only the last frame, [:, -1], is supported"
            )
        return self._pool("last_frame", operation.name, value)

    def _pool(self, op: Op, name: str, value: _Value, *, is_masked: bool = False) -> _Value:
        pooled = self._add(Node(op=op, name=name, width=value.width, is_frames=False, is_masked=is_masked), [value])
        return replace(pooled, is_turned=False)

    def _recurrent(self, layer: Any, value: _Value, position: int, *, is_masked: bool) -> _Value:
        if not value.is_frames or not value.width:
            raise _unsupported(layer.name, "it is given no sequence of frames")
        merge = layer.merge_mode if isinstance(layer, layers.Bidirectional) else "concat"
        ways = [layer.forward_layer, layer.backward_layer] if isinstance(layer, layers.Bidirectional) else [layer]
        cells = [_cells(layer.name, way) for way in ways]
        if merge is None:
            raise _unsupported(layer.name, "merge_mode=None; use concat, sum, ave or mul")
        if len(ways) == 2 and len(cells[0]) != 1:
            raise _unsupported(layer.name, "stacked cells in both directions; use one Bidirectional layer for each")
        if any(way.stateful for way in ways):
            raise _unsupported(layer.name, "stateful=True; save it with stateful=False")
        is_turned = value.is_turned
        for index in range(len(cells[0])):
            directions = []
            arrays: dict[str, NDArray[Any]] = {}
            for slot, way, stacked in zip(("forward", "backward"), ways, cells, strict=False):
                direction, weights = _direction(
                    layer.name, stacked[index], is_backward=is_turned ^ (way.go_backwards and index == 0)
                )
                directions.append(direction)
                arrays |= {f"{slot}.{name}": values for name, values in weights.items()}
            what = LstmLayer(
                name=layer.name,
                cell=index,
                forward=directions[0],
                backward=directions[1] if len(directions) > 1 else None,
                is_masked=is_masked,
            )
            value = self._add(what, [value], **arrays)
            is_turned = directions[0].is_backward
            value = replace(value, is_turned=is_turned)
        return self._given(layer, value, ways[0], position, merge, is_masked=is_masked)

    def _given(self, layer: Any, value: _Value, way: Any, position: int, merge: str, *, is_masked: bool) -> _Value:
        """What a recurrent layer passes on: its outputs, or the states in which it ends, halves merged."""
        if position > 1 or (position == 1 and merge != "concat"):
            raise _unsupported(layer.name, "its cell state is used further on")
        is_sequence = way.return_sequences and position == 0
        if position == 1 and isinstance(layer, layers.Bidirectional):
            raise _unsupported(layer.name, "one direction's state is used further on by itself")
        if is_sequence and is_masked and way.zero_output_for_mask:
            value = self._add(Node(op="zero_masked", name=layer.name, width=value.width), [value])
        if not is_sequence:
            value = self._pool("last", layer.name, value)
        if merge != "concat":
            node = Node(op="merge", name=layer.name, width=value.width // 2, is_frames=value.is_frames, method=merge)  # type: ignore[arg-type]
            value = self._add(node, [value])
        return value

    # From the graph to a chain of LSTM layers and a tail

    def _chain(self, lstms: list[int]) -> tuple[list[list[int]], dict[int, int]]:
        """The steps before each LSTM layer, and the place in the tail of every other step."""
        chain, used = [], set()
        for number, index in enumerate(lstms):
            before: list[int] = []
            (step,) = self._steps[index].inputs
            while step >= 0 and step not in lstms:
                if len(self._steps[step].inputs) != 1:
                    raise _unsupported(_name(self._steps[step]), "it joins branches before an LSTM layer")
                before.insert(0, step)
                (step,) = self._steps[step].inputs
            if step != (lstms[number - 1] if number else -1):
                raise _unsupported(_name(self._steps[index]), "LSTM layers must stand one after another, not side by side")
            chain.append(before)
            used.update(before)
        rest = [index for index in range(len(self._steps)) if index not in used and index not in lstms]
        return chain, {index: place for place, index in enumerate(rest)} | {lstms[-1]: -1}

    def _lstm_layers(self, chain: list[list[int]], arrays: dict[str, NDArray[Any]]) -> list[LstmLayer]:
        found = [step for step in self._steps if isinstance(step.what, LstmLayer)]
        made = []
        for index, (before, step) in enumerate(zip(chain, found, strict=True)):
            nodes = []
            for position, each in enumerate(before):
                what = self._steps[each].what
                assert isinstance(what, Node)
                if not what.is_frames or (what.op == "masking" and index):
                    raise _unsupported(what.name, "it stands between LSTM layers, which only layers of frames can")
                nodes.append(what)
                arrays.update({f"before{index}.{position}.{name}": values for name, values in self._steps[each].arrays.items()})
            assert isinstance(step.what, LstmLayer)
            made.append(msgspec.structs.replace(step.what, before=tuple(nodes)))
            arrays.update({f"layer{index}.{name}": values for name, values in step.arrays.items()})
        return made

    def _tail(self, places: dict[int, int], last: int, arrays: dict[str, NDArray[Any]]) -> list[Node]:
        tail: list[Node] = []
        for index, place in places.items():
            if index == last:
                continue
            step = self._steps[index]
            assert isinstance(step.what, Node)
            if not all(each in places for each in step.inputs) or step.what.op == "masking":
                raise _unsupported(
                    step.what.name, "it leads around an LSTM layer; all that follows must come from the last one"
                )
            tail.append(msgspec.structs.replace(step.what, inputs=tuple(places[each] for each in step.inputs)))
            arrays.update({f"tail{place}.{name}": values for name, values in step.arrays.items()})
        return tail

    def _outputs(self, values: list[_Value], tail: list[Node], places: dict[int, int]) -> list[Output]:
        """Take a last softmax or sigmoid off: what stands before it are the logits."""
        names = ["label"] if len(values) == 1 else self._names()
        answers = []
        taken: dict[int, int] = {}
        for value, name in zip(values, names, strict=True):
            place = places.get(value.step, -1)
            if place < 0:
                raise _unsupported(name, "it is an LSTM layer's own output")
            node = tail[place]
            form: Literal["logits", "probability", "number"] = "logits"
            if node.activation == "sigmoid" and node.width > 1:
                raise _unsupported(
                    node.name, f"sigmoid over {node.width} numbers says yes or no of each by itself; use softmax, or one number"
                )
            if node.width == 1:
                form = "probability" if node.activation == "sigmoid" else "number"
            if node.activation == "softmax" and node.width == 1:
                raise _unsupported(node.name, "softmax over one number is always 1")
            users = sum(place in each.inputs for each in tail) + taken.get(place, 0)
            if node.activation in ("softmax", "sigmoid"):
                if users:
                    raise _unsupported(node.name, "its probabilities are used further on")
                tail[place] = msgspec.structs.replace(node, activation="linear")
            taken[place] = 1
            given: Literal["softmax", "sigmoid", "linear"] = "linear"
            if node.activation in ("softmax", "sigmoid"):
                given = "softmax" if node.activation == "softmax" else "sigmoid"
            answers.append(Output(target=name, node=place, form=form, given=given))
        return answers


def _direction(name: str, cell: Any, *, is_backward: bool) -> tuple[Direction, dict[str, NDArray[Any]]]:
    kernel, recurrent = _numbers(cell.kernel), _numbers(cell.recurrent_kernel)
    bias = np.zeros(4 * cell.units) if cell.bias is None else _numbers(cell.bias)
    gate, state = (_activation(cell, getattr(cell, key), owner=name) for key in ("recurrent_activation", "activation"))
    if {gate, state} & set(activations.ACROSS_UNITS):
        raise _unsupported(name, f"softmax in a gate ({state}, {gate})")
    direction = Direction(units=int(cell.units), activation=state, recurrent_activation=gate, is_backward=is_backward)
    return direction, {"kernel": kernel, "recurrent": recurrent, "bias": bias}


def _cells(name: str, layer: Any) -> list[Any]:
    """The LSTM cells of a recurrent layer, from the first to the last."""
    cells = list(getattr(layer.cell, "cells", [layer.cell]))
    for cell in cells:
        if not isinstance(cell, layers.LSTMCell):
            raise _unsupported(name, f"its cell is a {type(cell).__name__}, not an LSTMCell")
    return cells


def _activation(layer: Any, function: Callable[..., Any], *, owner: str = "") -> str:
    name = "linear" if function is None else str(getattr(function, "__name__", function))
    name = {"swish": "silu", "hard_swish": "hard_silu"}.get(name, name)
    if function is not None and (not activations.is_known(name) or getattr(keras.activations, name, None) is not function):
        raise _unsupported(owner or layer.name, f"its activation {name} is not known here")
    return name


def _layer_activation(layer: Any) -> str:
    """The activation that a layer is, and nothing else."""
    if isinstance(layer, layers.Activation):
        return _activation(layer, layer.activation)
    if isinstance(layer, layers.ReLU) and not layer.threshold and not layer.negative_slope and layer.max_value in (None, 6.0):
        return "relu" if layer.max_value is None else "relu6"
    if isinstance(layer, layers.LeakyReLU):
        return f"leaky_relu:{float(layer.negative_slope)!r}"
    if isinstance(layer, layers.ELU):
        return f"elu:{float(layer.alpha)!r}"
    if isinstance(layer, layers.Softmax) and layer.axis == -1:
        return "softmax"
    raise _unsupported(layer.name, f"{type(layer).__name__} is not supported here, or not with these settings")


def _affine(layer: Any, width: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Scale and offset, (width,) each, of a layer that is no more than these."""
    if isinstance(layer, layers.Rescaling):
        scale, offset = np.asarray(layer.scale, np.float64), np.asarray(layer.offset, np.float64)
    else:
        if layer.invert or tuple(layer._keep_axis) not in ((), (1,), (2,)):
            raise _unsupported(layer.name, "it must normalise the last axis, not inverted")
        scale = 1.0 / np.maximum(np.sqrt(_numbers(layer.variance).reshape(-1)), keras.config.epsilon())
        offset = -_numbers(layer.mean).reshape(-1) * scale
    if scale.size not in (1, width):
        raise _unsupported(layer.name, "it does not scale the last axis")
    return np.broadcast_to(scale.reshape(-1), (width,)), np.broadcast_to(offset.reshape(-1), (width,))


def _numbers(values: Any) -> NDArray[np.float64]:
    array = np.asarray(keras.ops.convert_to_numpy(values), np.float64)
    if not np.isfinite(array).all():
        raise BundleError("Weights must be finite numbers. Received: NaN or infinity. Train the model again.")
    return array


def _name(step: _Step) -> str:
    return step.what.name


def _unsupported(name: str, reason: str) -> BundleError:
    return BundleError(f"The model cannot be imported. Received: {name}: {reason}. See: seqclass import --help")
