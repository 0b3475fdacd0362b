"""Which units push the winner over the runner-up, at any frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seqclass.errors import UsageError
from seqclass.inspection.attribution import Doubles, parts_of, target_of
from seqclass.inspection.prefixes import Prefixes
from seqclass.model.bundle import Bundle, TargetCard
from seqclass.model.network import Floats
from seqclass.model.threads import one_thread

READ_ME = "How much each unit adds to the lead of the first class over the second, in logits. "
READ_ME_NUMBER = "How much each unit adds to the number, in the number's own unit. "
EXACT = "With the constant of the biases the parts sum to the whole exactly."
ATTENTION = " How much each frame counts is taken as the attention has it."
LOCAL_ESTIMATE = (
    "Other layers stand between the units and the answer, so the parts are a local estimate, gradient times value; what they leave "
    "unexplained is in the constant."
)


@dataclass(frozen=True)
class Push:
    """Which units push one class over another if the item ended at a frame; for a number, what makes its value.

    Attributes:
        frame: The frame.
        target: Name of the target.
        winner, runner_up: The two classes; None for a number.
        forward: Each forward unit of the last layer: its part of the winner's logit less the runner-up's, (n_units,) float64.
        backward: The same of the backward half; None without one.
        by_frame: The same by frame of the item so far, (n_frames_so_far, n_units), backward units after forward ones; None where an
            imported model's layers leave it unknown.
        constant: The biases' part.
        lead: All parts together.
        is_exact: Whether the head is affine; else the parts are a local estimate.
        by_attention: Whether the model weighs frames by attention; its weights are taken as given.
    """

    frame: int
    target: str
    winner: str | None
    runner_up: str | None
    forward: Doubles
    backward: Doubles | None
    by_frame: Doubles | None
    constant: float
    lead: float
    is_exact: bool
    by_attention: bool

    @property
    def read_me(self) -> str:
        """How to read it."""
        how = (EXACT if self.is_exact else LOCAL_ESTIMATE) + (ATTENTION if self.by_attention else "")
        return (READ_ME if self.winner is not None else READ_ME_NUMBER) + how


def push(
    bundle: Bundle, prefixes: Prefixes, frame: int, *, target: str | None = None, pair: tuple[str, str] | None = None
) -> Push:
    """Which units push the winner over the runner-up if the item ended at ``frame``.

    Args:
        bundle: The model that the prefixes were made for.
        prefixes: The item.
        frame: From 0; negative ones count from the end.
        target: The first one unless named.
        pair: Winner and runner-up; None: those of that frame.

    Raises:
        UsageError: There is no such target, class or frame.
    """
    card, network = target_of(bundle, target), bundle.network
    if not -prefixes.n_frames <= frame < prefixes.n_frames:
        raise UsageError(
            f"frame must lie within 0 to {prefixes.n_frames - 1}. Received: frame={frame}. Choose one of the item's."
        )
    frame %= prefixes.n_frames
    outputs, mask = prefixes.outputs(frame)
    if card.kind == "number":
        winner = runner_up = None
        weights, offset = np.array([card.scale]), card.offset
    else:
        winner, runner_up = pair or _best_two(card, network.head(network.pool(outputs, mask=mask))[card.name])
        strange = [label for label in (winner, runner_up) if label not in card.labels]
        if strange:
            raise UsageError(f"pair must name two of {', '.join(card.labels)}. Received: {strange[0]}. Choose two of these.")
        weights, offset = np.zeros(len(card.labels)), 0.0
        weights[card.labels.index(winner)] += 1.0
        weights[card.labels.index(runner_up)] -= 1.0
    with one_thread:
        parts = parts_of(network, outputs, card.name, weights, mask=mask)
    n_units = network.layers[-1][0].n_units
    return Push(
        frame=frame,
        target=card.name,
        winner=winner,
        runner_up=runner_up,
        forward=parts.by_unit[:n_units],
        backward=parts.by_unit[n_units:] if network.layers[-1][1] is not None else None,
        by_frame=parts.by_frame,
        constant=parts.constant + offset,
        lead=parts.total + offset,
        is_exact=parts.is_exact,
        by_attention="attention" in network.spec.pooling,
    )


def _best_two(card: TargetCard, logits: Floats) -> tuple[str, str]:
    order = np.argsort(-logits, kind="stable")
    return card.labels[int(order[0])], card.labels[int(order[min(1, len(order) - 1)])]
