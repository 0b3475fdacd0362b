"""A foreign Keras model becomes a layout and its arrays."""

from __future__ import annotations

from dataclasses import dataclass

import seqclass.model.keras_setup  # noqa: F401  isort: skip

import keras
import numpy as np
from numpy.typing import NDArray

from seqclass.errors import BundleError
from seqclass.model.keras_import import chain
from seqclass.model.keras_import.graph import Graph
from seqclass.model.keras_import.steps import unsupported
from seqclass.model.layout import Layout


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


def convert(model: keras.Model) -> Converted:
    """Convert a model.

    Args:
        model: Functional or Sequential, opened in safe mode.

    Raises:
        BundleError: A layer, or the way in which layers hang together, is not supported; the message names it.
    """
    if len(model.inputs) != 1:
        listed = ", ".join(tensor.name for tensor in model.inputs)
        raise BundleError(
            f"A model must have one input, a sequence. Received: {len(model.inputs)} inputs ({listed}). Save a model with one."
        )
    shape = tuple(model.inputs[0].shape)
    graph = Graph()
    answers = [graph.value(tensor) for tensor in model.outputs]
    names = list(getattr(model, "output_names", ["label"]))
    for value, name in zip(answers, names, strict=True):
        if value.is_frames:
            raise unsupported(
                name, "it answers each frame, and an item has one answer; let the last LSTM layer give its last state"
            )
    layout, arrays = chain.lay_out(
        graph.steps,
        [value.step for value in answers],
        ["label"] if len(answers) == 1 else names,
        embedding_mask=graph.embedding_mask,
    )
    if graph.embedding is not None:
        arrays = {"embedding": graph.embedding} | arrays
    return Converted(
        layout,
        {name: np.ascontiguousarray(values, np.float32) for name, values in arrays.items()},
        n_features=int(shape[2]) if graph.embedding is None else None,
        n_tokens=None if graph.embedding is None else len(graph.embedding),
        n_frames=shape[1],
    )
