"""One layer of Keras: the node or the direction that it is, and its weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import seqclass.model.keras_setup  # noqa: F401  isort: skip

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from seqclass.errors import BundleError
from seqclass.model import activations
from seqclass.model.keras_import.steps import unsupported
from seqclass.model.layout import Direction, Node, Op

SILENT = (
    layers.InputLayer,
    layers.Dropout,
    layers.SpatialDropout1D,
    layers.GaussianNoise,
    layers.GaussianDropout,
    layers.AlphaDropout,
    layers.ActivityRegularization,
    layers.Identity,
)
"""Layers that do nothing once a model is trained."""
JOINS: tuple[tuple[type, Op], ...] = (
    (layers.Concatenate, "concat"),
    (layers.Add, "add"),
    (layers.Subtract, "subtract"),
    (layers.Multiply, "multiply"),
    (layers.Average, "average"),
    (layers.Maximum, "maximum"),
    (layers.Minimum, "minimum"),
)
"""Layers that make one of several."""


def pointwise(layer: Any, width: int, *, is_frames: bool) -> tuple[Node, dict[str, NDArray[Any]]]:
    """A layer that looks at one frame, or one vector, at a time.

    Args:
        layer: The layer.
        width: Numbers that it is given, a frame or altogether.
        is_frames: Whether it is given frames, not one vector.

    Raises:
        BundleError: It is none that is supported.
    """
    plain = {"name": layer.name, "width": width, "is_frames": is_frames}
    if isinstance(layer, layers.Dense):
        plain["width"] = layer.units
        bias = np.zeros(layer.units) if layer.bias is None else numbers(layer.bias)
        node = Node(op="dense", activation=_activation(layer, layer.activation), **plain)
        return node, {"kernel": numbers(layer.kernel), "bias": bias}
    if isinstance(layer, layers.BatchNormalization):
        mean, variance = numbers(layer.moving_mean), numbers(layer.moving_variance)
        scale = (1.0 if layer.gamma is None else numbers(layer.gamma)) / np.sqrt(variance + layer.epsilon)
        offset = (0.0 if layer.beta is None else numbers(layer.beta)) - mean * scale
        if layer.axis not in (-1, 2 if is_frames else 1):
            raise unsupported(layer.name, f"it normalises axis {layer.axis}; the last one is supported")
        return Node(op="scale", **plain), {"scale": scale, "offset": offset}
    if isinstance(layer, layers.LayerNormalization):
        axes = [layer.axis] if isinstance(layer.axis, int) else list(layer.axis)
        if axes not in ([-1], [2 if is_frames else 1]) or getattr(layer, "rms_scaling", False):
            raise unsupported(layer.name, "it must normalise the last axis by mean and variance")
        gamma = np.ones(width) if layer.gamma is None else numbers(layer.gamma)
        beta = np.zeros(width) if layer.beta is None else numbers(layer.beta)
        return Node(op="layer_norm", value=float(layer.epsilon), **plain), {"scale": gamma, "offset": beta}
    if isinstance(layer, layers.Normalization | layers.Rescaling):
        scale, offset = _affine(layer, width)
        return Node(op="scale", **plain), {"scale": scale, "offset": offset}
    return Node(op="activation", activation=_layer_activation(layer), **plain), {}


def lstm_cells(name: str, layer: Any) -> list[Any]:
    """The LSTM cells of a recurrent layer, from the first to the last.

    Raises:
        BundleError: One is no LSTM cell.
    """
    found = list(getattr(layer.cell, "cells", [layer.cell]))
    for cell in found:
        if not isinstance(cell, layers.LSTMCell):
            raise unsupported(name, f"its cell is a {type(cell).__name__}, not an LSTMCell")
    return found


def lstm_direction(name: str, cell: Any, *, is_backward: bool) -> tuple[Direction, dict[str, NDArray[Any]]]:
    """One direction of the LSTM layer ``name``, and its weights as Keras lays them out.

    Raises:
        BundleError: One of its activations is not supported.
    """
    kernel, recurrent = numbers(cell.kernel), numbers(cell.recurrent_kernel)
    bias = np.zeros(4 * cell.units) if cell.bias is None else numbers(cell.bias)
    gate, state = (_activation(cell, getattr(cell, key), owner=name) for key in ("recurrent_activation", "activation"))
    if {gate, state} & set(activations.ACROSS_UNITS):
        raise unsupported(name, f"softmax in a gate ({state}, {gate})")
    made = Direction(units=int(cell.units), activation=state, recurrent_activation=gate, is_backward=is_backward)
    return made, {"kernel": kernel, "recurrent": recurrent, "bias": bias}


def numbers(values: Any) -> NDArray[np.float64]:
    """Weights as an array.

    Raises:
        BundleError: They are not all finite.
    """
    array = np.asarray(keras.ops.convert_to_numpy(values), np.float64)
    if not np.isfinite(array).all():
        raise BundleError("Weights must be finite numbers. Received: NaN or infinity. Train the model again.")
    return array


def _activation(layer: Any, function: Callable[..., Any], *, owner: str = "") -> str:
    name = "linear" if function is None else str(getattr(function, "__name__", function))
    name = {"swish": "silu", "hard_swish": "hard_silu"}.get(name, name)
    if function is not None and (not activations.is_known(name) or getattr(keras.activations, name, None) is not function):
        raise unsupported(owner or layer.name, f"its activation {name} is not known here")
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
    raise unsupported(layer.name, f"{type(layer).__name__} is not supported here, or not with these settings")


def _affine(layer: Any, width: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Scale and offset, (width,) each, of a layer that is no more than these."""
    if isinstance(layer, layers.Rescaling):
        scale, offset = np.asarray(layer.scale, np.float64), np.asarray(layer.offset, np.float64)
    else:
        if layer.invert or tuple(layer._keep_axis) not in ((), (1,), (2,)):
            raise unsupported(layer.name, "it must normalise the last axis, not inverted")
        scale = 1.0 / np.maximum(np.sqrt(numbers(layer.variance).reshape(-1)), keras.config.epsilon())
        offset = -numbers(layer.mean).reshape(-1) * scale
    if scale.size not in (1, width):
        raise unsupported(layer.name, "it does not scale the last axis")
    return np.broadcast_to(scale.reshape(-1), (width,)), np.broadcast_to(offset.reshape(-1), (width,))
