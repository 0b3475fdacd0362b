"""Activation functions in NumPy as Keras defines them, by name.

An activation is written as its name, with a number behind a colon where it has one: ``relu``, ``leaky_relu:0.3``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Function = Callable[[Any, float], Any]

_SELU_ALPHA, _SELU_SCALE = 1.6732632423543772, 1.0507009873554805


def sigmoid(values: Any) -> Any:
    """1 / (1 + exp(-x)), which no input overflows."""
    return 0.5 * np.tanh(0.5 * values) + 0.5


def softmax(logits: NDArray[np.floating]) -> NDArray[np.floating]:
    """Shares over the last axis."""
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=-1, keepdims=True))


def _erf(values: Any) -> Any:
    # The standard library's function, as importing scipy.special takes 0.2 s.
    return np.vectorize(math.erf, otypes=[np.float64])(values)


def _softplus(values: Any) -> Any:
    return np.logaddexp(values, 0.0)


def _expm1_below(values: Any) -> Any:
    return np.expm1(np.minimum(values, 0.0))


# Name -> function and the number that it takes where none is written. Source: keras.activations and the layers of that name.
_FUNCTIONS: dict[str, tuple[Function, float]] = {
    "linear": (lambda x, _: x, 0.0),
    "relu": (lambda x, _: np.maximum(x, 0.0), 0.0),
    "relu6": (lambda x, _: np.clip(x, 0.0, 6.0), 0.0),
    "leaky_relu": (lambda x, slope: np.where(x > 0, x, slope * x), 0.2),
    "elu": (lambda x, alpha: np.where(x > 0, x, alpha * _expm1_below(x)), 1.0),
    "celu": (lambda x, alpha: np.maximum(x, 0.0) + alpha * _expm1_below(x / alpha), 1.0),
    "selu": (lambda x, _: _SELU_SCALE * np.where(x > 0, x, _SELU_ALPHA * _expm1_below(x)), 0.0),
    "gelu": (lambda x, _: 0.5 * x * (1.0 + _erf(x / math.sqrt(2.0))), 0.0),
    "tanh": (lambda x, _: np.tanh(x), 0.0),
    "sigmoid": (lambda x, _: sigmoid(x), 0.0),
    "hard_sigmoid": (lambda x, _: np.clip(x / 6.0 + 0.5, 0.0, 1.0), 0.0),
    "hard_tanh": (lambda x, _: np.clip(x, -1.0, 1.0), 0.0),
    "hard_silu": (lambda x, _: x * np.clip(x / 6.0 + 0.5, 0.0, 1.0), 0.0),
    "silu": (lambda x, _: x * sigmoid(x), 0.0),
    "mish": (lambda x, _: x * np.tanh(_softplus(x)), 0.0),
    "softplus": (lambda x, _: _softplus(x), 0.0),
    "softsign": (lambda x, _: x / (1.0 + np.abs(x)), 0.0),
    "tanh_shrink": (lambda x, _: x - np.tanh(x), 0.0),
    "soft_shrink": (lambda x, edge: np.sign(x) * np.maximum(np.abs(x) - edge, 0.0), 0.5),
    "hard_shrink": (lambda x, edge: np.where(np.abs(x) > edge, x, 0.0), 0.5),
    "log_sigmoid": (lambda x, _: -_softplus(-x), 0.0),
    "exponential": (lambda x, _: np.exp(x), 0.0),
    "squareplus": (lambda x, b: 0.5 * (x + np.sqrt(x * x + b)), 4.0),
    "softmax": (lambda x, _: softmax(x), 0.0),
    "log_softmax": (lambda x, _: np.log(softmax(x)), 0.0),
}
NAMES = tuple(_FUNCTIONS)
# These look at all units together; a gate of an LSTM looks at its own alone.
ACROSS_UNITS = ("softmax", "log_softmax")


def is_known(activation: str) -> bool:
    """Whether `apply` can compute it."""
    name, colon, number = activation.partition(":")
    if name not in _FUNCTIONS:
        return False
    try:
        return not colon or math.isfinite(float(number))
    except ValueError:
        return False


def apply(activation: str, values: NDArray[Any]) -> Floats:
    """Apply an activation.

    Args:
        activation: Its name, with its number behind a colon where it has one.
        values: (..., n_units).

    Raises:
        KeyError: It is unknown.
    """
    name, _, number = activation.partition(":")
    function, default = _FUNCTIONS[name]
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(function(values, float(number) if number else default), np.float32)
