"""An imported model against Keras, by numbers: gates and states layer by layer, and the answers of the whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import seqclass.model.keras_setup  # noqa: F401  isort: skip

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

from seqclass.model import golden
from seqclass.model.activations import sigmoid
from seqclass.model.keras_gates import cell_gates
from seqclass.model.network import Network, softmax

Pairs = Iterator[tuple[NDArray[Any], NDArray[Any]]]


def gate_pairs(network: Network, model: keras.Model, items: Sequence[NDArray[Any]]) -> Pairs:
    """Gates and states of every layer, ours and those of Keras' own cells on the same inputs.

    Args:
        network: With a stack.
        model: The Keras model that it was made from.
        items: Frames (n_frames, n_features), or token ids (n_frames,).
    """
    assert network.stack is not None
    for frames in items:
        activations = network.forward(frames)
        values, mask = activations.frames, activations.mask
        for index, layer in enumerate(network.stack.layout.layers):
            if index:
                values = network.stack.between(index, activations.layers[index - 1].output, mask)
            counts = mask if layer.is_masked and mask is not None else np.ones(len(values), bool)
            for slot, trace in enumerate((activations.layers[index].forward, activations.layers[index].backward)):
                if trace is None:
                    continue
                step = -1 if trace.is_backward else 1
                cell = _cell(model, layer.name, slot, layer.cell)
                theirs = cell_gates(cell, values[None, ::step], None if counts.all() else counts[None, ::step])
                for gate in golden.GATES:
                    # At masked frames Keras keeps no gates; states are kept by both.
                    kept = slice(None) if gate in ("cell", "hidden") else counts
                    yield getattr(trace, gate)[kept], theirs[gate][0, ::step][kept]


def answer_pairs(network: Network, model: keras.Model, items: Sequence[NDArray[Any]]) -> Pairs:
    """What both say of whole items, in the form that the Keras model gives: probabilities, or numbers as they are."""
    assert network.stack is not None
    for frames in items:
        given = frames[None]
        theirs = keras.tree.flatten(model(_as_input(model, given)))
        logits = network.forward(frames).logits
        for output, values in zip(network.stack.layout.outputs, theirs, strict=True):
            yield answer_as_given(logits[output.target], output.given), ops.convert_to_numpy(values)[0]


def answer_as_given(logits: NDArray[np.float32], given: str) -> NDArray[Any]:
    """Our logits in the form of the foreign model's output."""
    if given == "softmax":
        return softmax(logits)
    if given == "sigmoid":
        return np.asarray(sigmoid(logits[1:]))
    return logits


def any_length(model: keras.Model) -> keras.Model:
    """The same model for items of any length.

    Raises:
        ValueError: A layer needs the length that it was made for.
    """
    (entry,) = model.inputs
    shape = (None, *entry.shape[2:])
    freed = keras.Input(shape, dtype=entry.dtype, name=entry.name)
    twin = keras.models.clone_model(model, input_tensors=_as_input(model, freed))
    twin.set_weights(model.get_weights())
    return twin


def _as_input(model: keras.Model, values: Any) -> Any:
    """One input in the form in which the model takes it."""
    if isinstance(model, keras.Sequential):
        return values
    return keras.tree.pack_sequence_as(model.input, [values])


def _cell(model: keras.Model, name: str, slot: int, index: int) -> Any:
    layer = model.get_layer(name)
    if isinstance(layer, layers.Bidirectional):
        layer = (layer.forward_layer, layer.backward_layer)[slot]
    return getattr(layer.cell, "cells", [layer.cell])[index]
