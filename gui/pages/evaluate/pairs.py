"""Two evaluations side by side: which items they disagree on. NumPy only: no widget is touched, all of it may run in a thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gui.pages.evaluate.facts import Evaluated, Floats, Indices, TargetFacts
from seqclass.evaluation.compare import Comparison, Paired, compare_classes, compare_numbers, pair, recalls

Flip = Literal["second", "first", "neither", "both"]
FLIPS: tuple[Flip, ...] = ("second", "first", "neither", "both")
"""Items that the second model alone does right come first: what a change has won."""


@dataclass(frozen=True)
class TargetPair:
    """Both models on one target; indices are those of the first evaluation.

    Attributes:
        comparison: The figures.
        flips: Which items, the most telling first.
        classes: Label, items, and the share of them that each model has right; empty of a number.
        said: Index -> what the second model said.
    """

    comparison: Comparison
    flips: dict[Flip, Indices]
    classes: tuple[tuple[str, int, float | None, float | None], ...]
    said: dict[int, str]


@dataclass(frozen=True)
class EvaluatedPair:
    """Another model's evaluation beside the one that is shown.

    Attributes:
        names: Of both models, the one that is shown first.
        other: What the other one said.
        paired: Which items both have; it stays when labels are corrected, as that moves none.
    """

    names: tuple[str, str]
    other: Evaluated
    paired: Paired

    def of(self, target: TargetFacts) -> TargetPair | None:
        """Compare on a target; None where the other model does not know it. The truth is the one shown."""
        second = next((one for one in self.other.targets if one.name == target.name), None)
        if second is None or second.is_number != target.is_number or not len(self.paired.first):
            return None
        return _numbers(target, second, self.paired) if target.is_number else _classes(target, second, self.paired)


def paired(first: Evaluated, second: Evaluated) -> EvaluatedPair:
    """Find what both have."""
    names = tuple(Path(one.answers.head.bundle).stem for one in (first, second))
    if names[0] == names[1]:
        names = (names[0], f"{names[1]} (2)")
    return EvaluatedPair((names[0], names[1]), second, pair(first.answers, second.answers))


def _classes(first: TargetFacts, second: TargetFacts, both: Paired) -> TargetPair:
    truth = first.truth[both.first]
    labels = np.asarray([*second.labels, ""], dtype=object)
    said = labels[second.predicted[both.second]]
    one = np.asarray(first.predicted[both.first] == truth)
    other = np.asarray([text == first.labels[int(place)] for text, place in zip(said, truth, strict=True)], bool)
    sure_first, sure_second = first.confidence[both.first], second.confidence[both.second]
    keys: dict[Flip, tuple[NDArray[np.bool_], Floats]] = {
        "second": (~one & other, -sure_first),
        "first": (one & ~other, -sure_second),
        "neither": (~one & ~other, -np.minimum(sure_first, sure_second)),
        "both": (one & other, first.of_truth[both.first]),
    }
    support = np.bincount(truth, minlength=len(first.labels))
    shares = zip(recalls(truth, one, len(first.labels)), recalls(truth, other, len(first.labels)), strict=True)
    return TargetPair(
        comparison=compare_classes(one, other),
        flips={flip: _ordered(both, members, key) for flip, (members, key) in keys.items()},
        classes=tuple((label, int(n), *pair) for label, n, pair in zip(first.labels, support, shares, strict=True) if n),
        said=dict(zip(both.first.tolist(), said.tolist(), strict=True)),
    )


def _numbers(first: TargetFacts, second: TargetFacts, both: Paired) -> TargetPair:
    truth = first.truth[both.first]
    said = second.predicted[both.second]
    one, other = first.predicted[both.first] - truth, said - truth
    change = np.abs(other) - np.abs(one)
    members: dict[Flip, NDArray[np.bool_]] = {"second": change < 0, "first": change > 0, "both": change == 0}
    return TargetPair(
        comparison=compare_numbers(one, other),
        flips={flip: _ordered(both, chosen, -np.abs(change)) for flip, chosen in members.items()},
        classes=(),
        said={index: f"{value:.4g}" for index, value in zip(both.first.tolist(), said.tolist(), strict=True)},
    )


def _ordered(both: Paired, members: NDArray[np.bool_], key: Floats) -> Indices:
    found = np.flatnonzero(members)
    return both.first[found[np.argsort(key[found], kind="stable")]]
