"""The walk along a foreign model's graph, from its answers to its input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import seqclass.model.keras_setup  # noqa: F401  isort: skip

import keras
from keras import layers
from numpy.typing import NDArray

from seqclass.errors import BundleError
from seqclass.model.keras_import.layers import JOINS, SILENT, lstm_cells, lstm_direction, numbers, pointwise
from seqclass.model.keras_import.steps import Step, unsupported
from seqclass.model.layout import LstmLayer, Node, Op


@dataclass(frozen=True)
class Value:
    """A tensor of the graph: which step makes it, its numbers a frame or altogether, and how its time runs."""

    step: int
    width: int
    is_frames: bool
    is_turned: bool = False


class Graph:
    """What was found on the way so far; `value` walks on.

    Attributes:
        steps: The layers that do something, each behind those that it takes its input from.
        embedding: The table (n_tokens, n_features) of a model that reads tokens.
        embedding_mask: The token that is no token; None where there is none.
    """

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.embedding: NDArray[Any] | None = None
        self.embedding_mask: int | None = None
        self._values: dict[int, Value] = {}
        self._maskings: set[str] = set()

    def value(self, tensor: Any) -> Value:
        """What makes a tensor, after all that it comes from.

        Raises:
            BundleError: A layer on the way is not supported.
        """
        key = id(tensor)
        if key not in self._values:
            operation, node_index, position = tensor._keras_history
            node = operation._inbound_nodes[node_index]
            self._values[key] = self._visit(operation, node, position)
        return self._values[key]

    def _visit(self, layer: Any, node: Any, position: int) -> Value:
        if isinstance(layer, layers.InputLayer):
            return self._enter(node.output_tensors[0])
        if type(layer).__name__ == "GetItem":
            return self._get_item(layer, node)
        if not isinstance(layer, layers.Layer) or isinstance(layer, keras.Model):
            raise unsupported(layer.name, f"a {type(layer).__name__} inside a model")
        if layer.compute_dtype != "float32":
            raise unsupported(layer.name, f"it computes in {layer.compute_dtype}; save the model with the float32 policy")
        inputs = self._inputs_of(layer, node)
        is_masked = self._mask_of(layer, node)
        if isinstance(layer, SILENT):
            return inputs[0]
        for kind, op in JOINS:
            if isinstance(layer, kind):
                return self._join(layer, op, inputs)
        if isinstance(layer, layers.RNN | layers.Bidirectional):
            return self._recurrent(layer, inputs[0], position, is_masked=is_masked)
        return self._plain(layer, inputs[0], is_masked=is_masked)

    def _enter(self, tensor: Any) -> Value:
        shape = tuple(tensor.shape)
        if len(shape) == 3 and shape[2]:
            return Value(-1, int(shape[2]), is_frames=True)
        if len(shape) == 2:
            return Value(-1, 0, is_frames=True)  # token ids, which only an Embedding can take
        raise BundleError(
            f"A model must read (batch, time, feature), or token ids (batch, time). Received: an input of shape {shape}. Save a model "
            "that does."
        )

    def _inputs_of(self, layer: Any, node: Any) -> list[Value]:
        arguments = node.arguments.args
        if len(arguments) != 1 or any(
            key not in ("mask", "training") for key, each in node.arguments.kwargs.items() if each is not None
        ):
            raise unsupported(layer.name, "it is called with more than its input, such as an initial state")
        given = arguments[0]
        return [self.value(tensor) for tensor in (given if isinstance(given, list | tuple) else [given])]

    def _mask_of(self, layer: Any, node: Any) -> bool:
        mask = node.arguments.kwargs.get("mask")
        masks = [each for each in (mask if isinstance(mask, list | tuple) else [mask]) if each is not None]
        if masks and len(self._maskings) != 1:
            raise unsupported(layer.name, "its mask comes from elsewhere than one Masking or Embedding layer")
        return bool(masks)

    def _add(self, what: LstmLayer | Node, inputs: Sequence[Value], **arrays: NDArray[Any]) -> Value:
        self.steps.append(Step(tuple(value.step for value in inputs), what, arrays))
        is_frames = isinstance(what, LstmLayer) or what.is_frames
        return Value(len(self.steps) - 1, what.width, is_frames, inputs[0].is_turned)

    def _join(self, layer: Any, op: Op, inputs: list[Value]) -> Value:
        if op == "concat" and layer.axis not in (-1, len(layer.output.shape) - 1):
            raise unsupported(layer.name, f"it joins along axis {layer.axis}; along the last one is supported")
        if len({(value.is_frames, value.is_turned) for value in inputs}) > 1:
            raise unsupported(layer.name, "it joins frames with vectors, or sequences that run in different directions")
        width = sum(value.width for value in inputs) if op == "concat" else inputs[0].width
        if op != "concat" and len({value.width for value in inputs}) > 1:
            raise unsupported(layer.name, "it joins vectors of different sizes")
        return self._add(Node(op=op, name=layer.name, width=width, is_frames=inputs[0].is_frames), inputs)

    def _plain(self, layer: Any, value: Value, *, is_masked: bool) -> Value:
        """A layer without a recurrence."""
        if isinstance(layer, layers.TimeDistributed):
            if not value.is_frames:
                raise unsupported(layer.name, "it is given no sequence")
            return self._plain(layer.layer, value, is_masked=False)
        if isinstance(layer, SILENT):
            return value
        if isinstance(layer, layers.Embedding):
            return self._embed(layer, value)
        if not value.width:
            raise unsupported(layer.name, "token ids must be embedded first")
        return self._pool_or_step(layer, value, is_masked=is_masked)

    def _pool_or_step(self, layer: Any, value: Value, *, is_masked: bool) -> Value:
        if isinstance(layer, layers.Masking):
            self._maskings.add(layer.name)
            return self._add(Node(op="masking", name=layer.name, width=value.width, value=float(layer.mask_value)), [value])
        if isinstance(layer, layers.GlobalAveragePooling1D | layers.GlobalMaxPooling1D):
            op: Op = "max" if isinstance(layer, layers.GlobalMaxPooling1D) else "mean"
            if not value.is_frames or layer.keepdims or layer.data_format != "channels_last":
                raise unsupported(layer.name, "it must pool frames, with keepdims=False and channels last")
            return self._pool(op, layer.name, value, is_masked=is_masked and op == "mean")
        if isinstance(layer, layers.Flatten):
            if value.is_frames:
                raise unsupported(
                    layer.name, "it lays frames beside one another, so that the length is fixed; pool them, or take the last"
                )
            return value
        what, arrays = pointwise(layer, value.width, is_frames=value.is_frames)
        return self._add(what, [value], **arrays)

    def _embed(self, layer: Any, value: Value) -> Value:
        if value.step != -1 or value.width or self.embedding is not None:
            raise unsupported(layer.name, "an Embedding must stand first, and only once")
        self.embedding = numbers(layer.embeddings)
        if layer.mask_zero:
            self.embedding_mask = 0
            self._maskings.add(layer.name)
        return Value(-1, int(layer.output_dim), is_frames=True)

    def _get_item(self, operation: Any, node: Any) -> Value:
        """``x[:, -1]``: what stands at the frame that was read last."""
        tensor, key = node.arguments.args
        keys = list(key) if isinstance(key, tuple | list) else [key]
        whole = slice(None, None, None)
        value = self.value(tensor)
        if not value.is_frames or len(keys) not in (2, 3) or keys[0] != whole or keys[1] != -1 or keys[2:] not in ([], [whole]):
            raise unsupported(
                operation.name, f"a slice [{', '.join(map(str, keys))}]; only the last frame, [:, -1], is supported"
            )
        return self._pool("last_frame", operation.name, value)

    def _pool(self, op: Op, name: str, value: Value, *, is_masked: bool = False) -> Value:
        pooled = self._add(Node(op=op, name=name, width=value.width, is_frames=False, is_masked=is_masked), [value])
        return replace(pooled, is_turned=False)

    def _recurrent(self, layer: Any, value: Value, position: int, *, is_masked: bool) -> Value:
        if not value.is_frames or not value.width:
            raise unsupported(layer.name, "it is given no sequence of frames")
        merge = layer.merge_mode if isinstance(layer, layers.Bidirectional) else "concat"
        ways = [layer.forward_layer, layer.backward_layer] if isinstance(layer, layers.Bidirectional) else [layer]
        cells = [lstm_cells(layer.name, way) for way in ways]
        if merge is None:
            raise unsupported(layer.name, "merge_mode=None; use concat, sum, ave or mul")
        if len(ways) == 2 and len(cells[0]) != 1:
            raise unsupported(layer.name, "stacked cells in both directions; use one Bidirectional layer for each")
        if any(way.stateful for way in ways):
            raise unsupported(layer.name, "stateful=True; save it with stateful=False")
        is_turned = value.is_turned
        for index in range(len(cells[0])):
            directions = []
            arrays: dict[str, NDArray[Any]] = {}
            for slot, way, stacked in zip(("forward", "backward"), ways, cells, strict=False):
                direction, weights = lstm_direction(
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

    def _given(self, layer: Any, value: Value, way: Any, position: int, merge: str, *, is_masked: bool) -> Value:
        """What a recurrent layer passes on: its outputs, or the states in which it ends, halves merged."""
        if position > 1 or (position == 1 and merge != "concat"):
            raise unsupported(layer.name, "its cell state is used further on")
        is_sequence = way.return_sequences and position == 0
        if position == 1 and isinstance(layer, layers.Bidirectional):
            raise unsupported(layer.name, "one direction's state is used further on by itself")
        if is_sequence and is_masked and way.zero_output_for_mask:
            value = self._add(Node(op="zero_masked", name=layer.name, width=value.width), [value])
        if not is_sequence:
            value = self._pool("last", layer.name, value)
        if merge != "concat":
            node = Node(op="merge", name=layer.name, width=value.width // 2, is_frames=value.is_frames, method=merge)  # type: ignore[arg-type]
            value = self._add(node, [value])
        return value
