"""The order in which a layer's units are drawn: neighbours in a picture should have something in common.

All orders are taken from the hidden state, the one thing that a unit says to the others, so that a unit stands in the same row of
all six maps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from seqclass.errors import UsageError
from seqclass.inspection.attribution import parts_of, target_of
from seqclass.inspection.hands import Edit, edited_network, hands_of
from seqclass.inspection.trace import Layer, Trace
from seqclass.model.bundle import Bundle

OrderName = Literal["index", "mean", "variance", "peak", "cluster", "share"]
ORDERS: tuple[OrderName, ...] = get_args(OrderName)

Order = NDArray[np.intp]

# Correlations of more frames than these cost time and change no order that a person could see.
_MOST_COLUMNS = 1_000


@dataclass(frozen=True)
class Share:
    """What each unit of the last layer adds to the answer.

    Attributes:
        forward: (n_units,) float64. For a class: its part of the predicted class's logit above the mean of all logits, as only
            differences of logits count. For a number: its part of the number.
        backward: The same of the backward direction; None without one.
        is_exact: Whether the parts and the biases' part sum to the whole. False behind hidden Dense layers that are not affine:
            the parts are a local estimate there, gradient times input.
    """

    forward: NDArray[np.float64]
    backward: NDArray[np.float64] | None
    is_exact: bool


def unit_order(layer: Layer, name: OrderName, *, share: NDArray[np.floating] | None = None) -> Order:
    """Which unit stands in which row.

    Args:
        layer: One direction of a layer.
        name: ``index`` as the weights have them; ``mean`` the greatest mean first; ``variance`` the liveliest first; ``peak`` by
            the frame of the greatest magnitude, earliest first; ``cluster`` units that rise and fall together beside each other
            (average linkage on correlation); ``share`` what adds most to the answer first.
        share: (n_units,), for ``share``; see `answer_share`.

    Returns:
        (n_units,): the unit of each row, from top to bottom. Ties keep the order of the index.

    Raises:
        UsageError: The order is unknown, or ``share`` is missing.
    """
    hidden = np.asarray(layer.hidden, np.float64)
    if name == "index":
        return np.arange(layer.n_units)
    if name == "mean":
        return np.argsort(-hidden.mean(axis=0), kind="stable")
    if name == "variance":
        return np.argsort(-hidden.var(axis=0), kind="stable")
    if name == "peak":
        return np.argsort(np.abs(hidden).argmax(axis=0), kind="stable")
    if name == "cluster":
        return _cluster(hidden)
    if name != "share":
        raise UsageError(f"The order of units must be one of {', '.join(ORDERS)}. Received: {name}. Try cluster.")
    if share is None or share.shape != (layer.n_units,):
        shape = None if share is None else share.shape
        raise UsageError(
            f"The order by share needs a number for each of {layer.n_units} units. Received: {shape}. "
            "The last layer has them from answer_share, any layer from silenced_share."
        )
    return np.argsort(-np.asarray(share, np.float64), kind="stable")


def answer_share(bundle: Bundle, trace: Trace, target: str | None = None) -> Share:
    """Take the answer apart by the units of the last layer.

    The head is affine in what pooling gives it: the answer is a sum over units and a constant. Pooling by mean, last frame,
    maximum or attention is linear in a unit's pooled value, so each unit gets the sum of its values' parts.

    Args:
        bundle: The model.
        trace: Of one item.
        target: The first one unless named.

    Raises:
        UsageError: There is no such target.
    """
    card, network = target_of(bundle, target), bundle.network
    if card.kind == "number":
        weights = np.array([card.scale])
    else:
        logits = network.head(network.pool(trace.output, mask=trace.mask))[card.name]
        weights = np.full(len(logits), -1.0 / len(logits))
        weights[int(logits.argmax())] += 1.0
    parts = parts_of(network, trace.output, card.name, weights, mask=trace.mask)
    n_units = trace.layers[-1].n_units
    backward = parts.by_unit[n_units:] if trace.layers[-1].backward is not None else None
    return Share(parts.by_unit[:n_units], backward, is_exact=parts.is_exact)


def silenced_share(
    bundle: Bundle,
    frames: NDArray[Any],
    *,
    layer: int,
    backward: bool = False,
    target: str | None = None,
    check: Callable[[], None] | None = None,
) -> NDArray[np.float64]:
    """What each unit of any layer is worth to the answer: how much is lost when it alone is silenced.

    Below the last layer an answer is no sum over units, so each is tried: its hidden state is set to 0 throughout and the rest is
    computed anew, a run for each unit.

    Args:
        bundle: The model, edited or not.
        frames: Of one item, as the front end gives them (`seqclass.features.front_end.Encoded.frames`).
        layer: From 0.
        backward: Of the backward half.
        target: The first one unless named.
        check: Called between units; what it raises ends the work.

    Returns:
        (n_units,): of a class, the winner's logit above the mean of all less what is left of that without the unit; of a number, the
        number less what it is without it.

    Raises:
        UsageError: There is no such target, layer or half.
    """
    network, card = bundle.network, target_of(bundle, target)
    if not 0 <= layer < len(network.layers) or network.layers[layer][backward] is None:
        raise UsageError(f"The model must have that half of that layer. Received: layer={layer}, backward={backward}.")
    edits = hands_of(bundle)
    logits = network.forward(frames).logits[card.name]
    winner = int(logits.argmax())

    def worth(values: NDArray[np.float32]) -> float:
        return float(values[0]) * card.scale if card.kind == "number" else float(values[winner] - values.mean())

    lost = np.zeros(network.layers[layer][0].n_units)
    for unit in range(len(lost)):
        if check is not None:
            check()
        edit = Edit(part="hidden", action="zero", layer=layer, direction="backward" if backward else "forward", units=(unit,))
        silenced = edited_network(network, edits.with_edit(edit))
        lost[unit] = worth(logits) - worth(silenced.forward(frames).logits[card.name])
    return lost


def _cluster(hidden: NDArray[np.float64]) -> Order:
    """Leaves of an average-linkage tree, from left to right.

    Found by chains of nearest neighbours (Murtagh, A survey of recent advances in hierarchical clustering algorithms, 1983), which
    gives the same tree as merging the closest pair each time. Two branches are joined at their most similar ends.
    """
    n_units = hidden.shape[1]
    distances = _distances(hidden)
    between = distances.copy()
    np.fill_diagonal(between, np.inf)
    branches = {unit: [unit] for unit in range(n_units)}
    chain: list[int] = []
    while len(branches) > 1:
        if not chain:
            chain.append(next(iter(branches)))
        last = chain[-1]
        nearest = int(between[last].argmin())
        if len(chain) > 1 and between[last, chain[-2]] <= between[last, nearest]:
            nearest = chain[-2]
        if len(chain) == 1 or nearest != chain[-2]:
            chain.append(nearest)
            continue
        del chain[-2:]
        n_kept, n_gone = len(branches[nearest]), len(branches[last])
        merged = (n_kept * between[nearest] + n_gone * between[last]) / (n_kept + n_gone)
        between[nearest], between[:, nearest] = merged, merged
        between[nearest, nearest] = np.inf
        between[last], between[:, last] = np.inf, np.inf
        branches[nearest] = _joined(branches[nearest], branches.pop(last), distances)
    (leaves,) = branches.values()
    # Of the two directions to read a tree in, the one that begins with what happens first.
    peaks = np.abs(hidden).argmax(axis=0)[leaves]
    half = n_units // 2
    if peaks[:half].mean() > peaks[n_units - half :].mean() if half else False:
        leaves.reverse()
    return np.asarray(leaves, np.intp)


def _distances(hidden: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 - correlation of each pair of units, (n_units, n_units); a unit that never moves correlates with none."""
    size = -(-len(hidden) // _MOST_COLUMNS)
    if size > 1:
        hidden = hidden[: len(hidden) // size * size].reshape(-1, size, hidden.shape[1]).mean(axis=1)
    centred = hidden - hidden.mean(axis=0)
    norms = np.linalg.norm(centred, axis=0)
    scaled = centred / np.where(norms > 1e-9, norms, np.inf)
    return np.asarray(1.0 - scaled.T @ scaled)


def _joined(one: list[int], other: list[int], distances: NDArray[np.float64]) -> list[int]:
    ends = {
        (False, False): distances[one[-1], other[0]],
        (False, True): distances[one[-1], other[-1]],
        (True, False): distances[one[0], other[0]],
        (True, True): distances[one[0], other[-1]],
    }
    turn_one, turn_other = min(ends, key=lambda key: float(ends[key]))
    return (one[::-1] if turn_one else one) + (other[::-1] if turn_other else other)
