"""The network in Keras: built from its spec, and its weights as the NumPy pass wants them.

The saved model opens in plain Keras with no code of ours: stock layers and ``keras.ops`` only, inputs ``frames``
(batch, time, feature) or ``tokens`` (batch, time), and ``lengths`` (batch,). There is no mask: right padding cannot touch earlier
frames of a causal LSTM, pooling uses ``lengths``, and a backward direction reads frames reversed within ``lengths``.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import seqclass.model.keras_setup  # noqa: F401  isort: skip

import keras
import numpy as np
from keras import layers, ops

from seqclass.model.network import DenseWeights, LstmWeights, Network
from seqclass.specs import ModelSpec, TargetSpec


@dataclass(frozen=True)
class Kit:
    """How the layers are made that a training may replace by its own; without changes: stock Keras.

    Attributes:
        dropout: From a rate and ``name=`` to a layer.
        frame_dropout: The same, for whole features of an item.
    """

    dropout: Callable[..., Any] = layers.Dropout
    frame_dropout: Callable[..., Any] = layers.SpatialDropout1D


STOCK = Kit()


def build(
    spec: ModelSpec,
    targets: tuple[TargetSpec, ...],
    *,
    n_outputs: Mapping[str, int],
    n_features: int | None = None,
    n_tokens: int | None = None,
    kit: Kit = STOCK,
) -> keras.Model:
    """Build the model with fresh weights.

    Args:
        spec: Layout.
        targets: Heads in order.
        n_outputs: Classes of each target; 1 for a number.
        n_features: Numbers a frame; None for text.
        n_tokens: Size of the vocabulary, for text.
        kit: How layers are made. Names and variables, and their order, are the same with each.

    Returns:
        A functional model from ``{"frames" or "tokens", "lengths"}`` to a dictionary of logits by target.
    """
    lengths = keras.Input((), dtype="int32", name="lengths")
    if n_tokens is not None:
        first = keras.Input((None,), dtype="int32", name="tokens")
        values = layers.Embedding(n_tokens, spec.embedding_dim, name="embedding")(first)
    else:
        first = keras.Input((None, n_features), dtype="float32", name="frames")
        values = first
    if spec.input_dropout:
        values = kit.frame_dropout(spec.input_dropout, name="input_dropout")(values)
    positions = _positions(values)
    ends = ops.expand_dims(lengths, 1)
    for index, n_units in enumerate(spec.lstm):
        if index and spec.lstm_dropout:
            values = kit.dropout(spec.lstm_dropout, name=f"layer{index}_dropout")(values)
        forward = layers.LSTM(n_units, return_sequences=True, name=f"layer{index}_forward")(values)
        if not spec.bidirectional:
            values = forward
            continue
        reverse = ops.expand_dims(ops.where(positions < ends, ends - 1 - positions, positions), 2)
        turned = ops.take_along_axis(values, reverse, axis=1)
        backward = layers.LSTM(n_units, return_sequences=True, name=f"layer{index}_backward")(turned)
        values = ops.concatenate([forward, ops.take_along_axis(backward, reverse, axis=1)], axis=-1)
    pooled = [_pool(method, values, positions, lengths, spec) for method in spec.pooling]
    vector = pooled[0] if len(pooled) == 1 else ops.concatenate(pooled, axis=-1)
    for index, n_units in enumerate(spec.dense):
        if spec.head_dropout:
            vector = kit.dropout(spec.head_dropout, name=f"dense{index}_dropout")(vector)
        vector = layers.Dense(n_units, activation=spec.activation, name=f"dense{index}")(vector)
    if spec.head_dropout:
        vector = kit.dropout(spec.head_dropout, name="head_dropout")(vector)
    outputs = {
        target.name: layers.Dense(n_outputs[target.name], name=f"head_{index}")(vector) for index, target in enumerate(targets)
    }
    return keras.Model({first.name: first, "lengths": lengths}, outputs, name="seqclass")


def to_network(model: keras.Model, spec: ModelSpec, targets: tuple[TargetSpec, ...]) -> Network:
    """Copy a model's weights into the NumPy form."""

    def weights(name: str) -> list[np.ndarray[Any, Any]]:
        return [np.asarray(values, np.float32) for values in model.get_layer(name).get_weights()]

    return Network(
        spec=spec,
        targets=targets,
        embedding=weights("embedding")[0] if any(layer.name == "embedding" for layer in model.layers) else None,
        layers=tuple(
            (
                LstmWeights(*weights(f"layer{index}_forward")),
                LstmWeights(*weights(f"layer{index}_backward")) if spec.bidirectional else None,
            )
            for index in range(len(spec.lstm))
        ),
        attention=DenseWeights(*weights("attention")) if "attention" in spec.pooling else None,
        dense=tuple(DenseWeights(*weights(f"dense{index}")) for index in range(len(spec.dense))),
        heads={target.name: DenseWeights(*weights(f"head_{index}")) for index, target in enumerate(targets)},
    )


def from_network(network: Network) -> keras.Model:
    """The Keras model of a network that was not trained here, with the very same weights."""
    is_text = network.embedding is not None
    model = build(
        network.spec,
        network.targets,
        n_outputs={name: len(head.bias) for name, head in network.heads.items()},
        n_features=None if is_text else network.n_features,
        n_tokens=len(network.embedding) if network.embedding is not None else None,
    )
    if network.embedding is not None:
        model.get_layer("embedding").set_weights([network.embedding])
    for index, halves in enumerate(network.layers):
        for direction, weights in zip(("forward", "backward"), halves, strict=True):
            if weights is not None:
                model.get_layer(f"layer{index}_{direction}").set_weights([weights.kernel, weights.recurrent, weights.bias])
    named = [(f"dense{index}", dense) for index, dense in enumerate(network.dense)]
    named += [(f"head_{index}", network.heads[target.name]) for index, target in enumerate(network.targets)]
    if network.attention is not None:
        named.append(("attention", network.attention))
    for name, dense in named:
        model.get_layer(name).set_weights([dense.kernel, dense.bias])
    return model


def to_bytes(model: keras.Model) -> bytes:
    """The content of a ``.keras`` file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        return path.read_bytes()


def from_bytes(content: bytes) -> keras.Model:
    """Open the content of a ``.keras`` file in safe mode: no code in it is run."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        path.write_bytes(io.BytesIO(content).getbuffer())
        return keras.models.load_model(path, compile=False, safe_mode=True)


def _positions(values: Any) -> Any:
    """Index of each frame, (batch, time) int32, without a static length."""
    ones = ops.cast(ops.ones_like(values[:, :, 0]), "int32")
    return ops.cumsum(ones, axis=1) - 1


def _pool(method: str, values: Any, positions: Any, lengths: Any, spec: ModelSpec) -> Any:
    is_valid = ops.expand_dims(positions < ops.expand_dims(lengths, 1), 2)
    if method == "last":
        last = ops.expand_dims(ops.expand_dims(lengths - 1, 1), 2)
        gathered = ops.squeeze(ops.take_along_axis(values, last, axis=1), axis=1)
        if not spec.bidirectional:
            return gathered
        half = spec.lstm[-1]
        return ops.concatenate([gathered[:, :half], values[:, 0, half:]], axis=-1)
    if method == "mean":
        kept = ops.where(is_valid, values, ops.zeros_like(values))
        return ops.sum(kept, axis=1) / ops.cast(ops.expand_dims(lengths, 1), values.dtype)
    lowest = -1e30
    if method == "max":
        return ops.max(ops.where(is_valid, values, lowest * ops.ones_like(values)), axis=1)
    scores = layers.Dense(1, name="attention")(values)
    weights = ops.softmax(ops.where(is_valid, scores, lowest * ops.ones_like(scores)), axis=1)
    return ops.sum(weights * values, axis=1)
