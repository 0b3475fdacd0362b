"""Which units speak for an answer: the logits taken apart by the outputs of the last layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqclass.errors import UsageError
from seqclass.model.bundle import Bundle, TargetCard
from seqclass.model.network import Floats, Network
from seqclass.model.stack import Mask

Doubles = NDArray[np.float64]

# Wide enough for single precision: the gradient of a head that is not affine is good to about three digits.
_STEP = 3e-3
_SHARE = 0.02


@dataclass(frozen=True)
class Parts:
    """A sum of logits, taken apart by units.

    Attributes:
        by_unit: (n_outputs,) float64: each output of the last layer, forward units first, then backward ones.
        by_frame: The same, taken apart by frame too, (n_frames, n_outputs); sums over frames to ``by_unit``. None for an imported
            model that pools something else than the outputs as they stand.
        constant: What no unit adds: the biases.
        total: The sum of logits itself: ``by_unit.sum() + constant``.
        is_exact: Whether the head is affine in the outputs. Else the parts are a local estimate, gradient times input, and the
            constant is what that leaves unexplained.
    """

    by_unit: Doubles
    by_frame: Doubles | None
    constant: float
    total: float
    is_exact: bool


def head_is_affine(network: Network) -> bool:
    """Whether logits are a sum over pooled values and a constant."""
    return not network.dense if network.stack is None else network.stack.is_affine


def parts_of(network: Network, outputs: Floats, target: str, weights: Doubles, *, mask: Mask | None = None) -> Parts:
    """Take a weighted sum of a target's logits apart by units.

    What pooling gives is linear in the outputs once it is settled which frame is greatest (``max``) and how much each frame counts
    (``attention``), so each unit's part of a pooled value goes back to the frames that it came from.

    Args:
        network: The model.
        outputs: Of the last layer, (n_frames, n_outputs).
        target: Its name.
        weights: Of the logits, (n_classes,): 1 and -1 for the lead of one class over another.
        mask: Imported models: which frames count, (n_frames,).
    """
    if network.stack is not None and not network.stack.pools_outputs:
        return _by_scaling(network, outputs, target, weights, mask)
    pooled = network.pool(outputs)
    total = float(network.head(pooled)[target].astype(np.float64) @ weights)
    gradient = _gradient(network, pooled, target, weights)
    methods = network.spec.pooling if network.stack is None else tuple(node.op for node in network.stack.poolings)
    by_frame = np.zeros(outputs.shape)
    for method, slope in zip(methods, gradient.reshape(len(methods), -1), strict=True):
        by_frame += pooled_by_frame(network, method, outputs) * slope
    by_unit = by_frame.sum(axis=0)
    return Parts(by_unit, by_frame, total - float(by_unit.sum()), total, is_exact=head_is_affine(network))


def _by_scaling(network: Network, outputs: Floats, target: str, weights: Doubles, mask: Mask | None) -> Parts:
    """Parts of units behind layers of any kind: how the sum moves as one unit grows by a share, at all frames at once."""

    def value(given: Floats) -> float:
        return float(network.head(network.pool(given, mask=mask))[target].astype(np.float64) @ weights)

    by_unit = np.zeros(outputs.shape[1])
    for unit in range(len(by_unit)):
        more, less = outputs.copy(), outputs.copy()
        more[:, unit] *= np.float32(1 + _SHARE)
        less[:, unit] *= np.float32(1 - _SHARE)
        by_unit[unit] = (value(more) - value(less)) / (2 * _SHARE)
    total = value(outputs)
    return Parts(by_unit, None, total - float(by_unit.sum()), total, is_exact=False)


def pooled_by_frame(network: Network, method: str, outputs: Floats) -> Doubles:
    """What each frame gives to a pooled value, (n_frames, n_outputs); sums over frames to what ``method`` pools."""
    values = outputs.astype(np.float64)
    if method == "mean":
        return values / len(values)
    given = np.zeros_like(values)
    columns = np.arange(values.shape[1])
    if method == "max":
        rows = values.argmax(axis=0)
        given[rows, columns] = values[rows, columns]
        return given
    if method == "last":
        rows = np.where(_is_backward(network, len(columns)), 0, len(values) - 1)
        given[rows, columns] = values[rows, columns]
        return given
    assert network.attention is not None
    scores = network.attention(outputs)[:, 0].astype(np.float64)
    weights = np.exp(scores - scores.max())
    return np.asarray(values * (weights / weights.sum())[:, None])


def target_of(bundle: Bundle, name: str | None) -> TargetCard:
    """The card of a target; the first one where no name is given.

    Raises:
        UsageError: There is no such target.
    """
    cards = {card.name: card for card in bundle.card.targets}
    if name is not None and name not in cards:
        raise UsageError(f"The target must be one of {', '.join(cards)}. Received: {name}. Choose one of these.")
    return cards[name] if name is not None else bundle.card.targets[0]


def _is_backward(network: Network, n_outputs: int) -> NDArray[np.bool_]:
    forward, backward = network.layers[-1]
    return np.arange(n_outputs) >= (n_outputs if backward is None else forward.n_units)


def _gradient(network: Network, pooled: Floats, target: str, weights: Doubles) -> Doubles:
    def value(vectors: NDArray[np.floating]) -> Doubles:
        return np.asarray(network.head(vectors.astype(np.float32))[target].astype(np.float64) @ weights)

    unit_vectors = np.eye(len(pooled))
    if head_is_affine(network):
        return value(unit_vectors) - float(value(np.zeros_like(pooled)))
    return (value(pooled + _STEP * unit_vectors) - value(pooled - _STEP * unit_vectors)) / (2 * _STEP)
