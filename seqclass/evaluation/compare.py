"""Two models on the same items: which is better, whether that is more than chance, and which items they disagree on. NumPy only."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from seqclass.errors import UsageError
from seqclass.evaluation.answers import Answers
from seqclass.evaluation.intervals import Z_95, Interval

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


class Paired(NamedTuple):
    """The items that two evaluations share.

    Attributes:
        first: (n_items,) place of each in the first evaluation.
        second: The same in the second.
        n_only_first: Items of the first that the second has not, as one that its model has learned from.
        n_only_second: The other way round.
    """

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    n_only_first: int
    n_only_second: int


class Comparison(NamedTuple):
    """The second model against the first.

    Attributes:
        n_items: Items that both were asked.
        n_both, n_neither: Done right by both, by neither; of a number: equally near, and 0.
        n_first, n_second: Done right by that one alone; of a number: nearer to the truth.
        first, second: Share that was right, 0 to 1; of a number: mean absolute error.
        difference: ``second - first``.
        interval: 95 % interval of the difference; None without items.
        p_value: How often chance alone would divide the items on which they disagree at least so unevenly; 1 without such.
    """

    n_items: int
    n_both: int
    n_first: int
    n_second: int
    n_neither: int
    first: float
    second: float
    difference: float
    interval: Interval | None
    p_value: float


def pair(first: Answers, second: Answers) -> Paired:
    """Find the items that both have, by id and content, in the order of the first."""
    places = {(answer.item.id, answer.item.content_hash): place for place, answer in enumerate(second.items)}
    keys = [(answer.item.id, answer.item.content_hash) for answer in first.items]
    shared = [(place, places[key]) for place, key in enumerate(keys) if key in places]
    ones, others = (np.asarray(column, np.intp) for column in (zip(*shared, strict=True) if shared else ((), ())))
    return Paired(ones, others, len(first.items) - len(shared), len(second.items) - len(shared))


def compare_answers(first: Answers, second: Answers, target: str) -> Comparison:
    """Compare two models on the items that both were asked.

    Args:
        first: What the first said.
        second: What the second said.
        target: What they were to say: a class, or a number.

    Raises:
        UsageError: One of them does not say it, or one says a class and the other a number.
    """
    kinds = [card.kind for answers in (first, second) for card in answers.head.targets if card.name == target]
    if len(kinds) != 2 or kinds[0] != kinds[1]:
        says = ", ".join(f"{answers.head.bundle} says {', '.join(_kinds(answers))}" for answers in (first, second))
        raise UsageError(f"Two models to compare must both say {target}. Received: {says}. Choose others, or another target.")
    both = pair(first, second)
    places = ((first, both.first), (second, both.second))
    if kinds[0] == "number":
        one, other = (_errors(answers, target)[shared] for answers, shared in places)
        return compare_numbers(one, other)
    is_one, is_other = (_is_right(answers, target)[shared] for answers, shared in places)
    return compare_classes(is_one, is_other)


def compare_classes(first: Bools, second: Bools) -> Comparison:
    """Compare which items two models have done right.

    Args:
        first: (n_items,) whether the first was right.
        second: The same of the second, in the same order.

    Source: Q. McNemar, Note on the sampling error of the difference between correlated proportions, Psychometrika 12 (1947),
    153-157, in its exact form; interval: A. Agresti and Y. Min, Simple improved confidence intervals for comparing matched
    proportions, Statistics in Medicine 24 (2005), 729-740 (half an item added to each of the four counts).
    """
    n_items = len(first)
    n_first, n_second = int((first & ~second).sum()), int((~first & second).sum())
    interval: Interval | None = None
    if n_items:
        total, gained, lost = n_items + 2.0, n_second + 0.5, n_first + 0.5
        centre = (gained - lost) / total
        half = Z_95 * math.sqrt(max(0.0, (gained + lost) - (gained - lost) ** 2 / total)) / total
        interval = max(-1.0, centre - half), min(1.0, centre + half)
    return Comparison(
        n_items=n_items,
        n_both=int((first & second).sum()),
        n_first=n_first,
        n_second=n_second,
        n_neither=int((~first & ~second).sum()),
        first=float(first.mean()) if n_items else 0.0,
        second=float(second.mean()) if n_items else 0.0,
        difference=(n_second - n_first) / n_items if n_items else 0.0,
        interval=interval,
        p_value=sign_test(n_first, n_second),
    )


def compare_numbers(first: Floats, second: Floats) -> Comparison:
    """Compare the errors of two models that say a number.

    Args:
        first: (n_items,) what the first said minus the truth.
        second: The same of the second.

    The interval is that of a mean of paired differences of absolute errors, by the normal law; the p value is that of the sign test.
    """
    one, other = np.abs(first), np.abs(second)
    n_items = len(one)
    change = other - one
    interval: Interval | None = None
    if n_items > 1:
        half = Z_95 * float(change.std(ddof=1)) / math.sqrt(n_items)
        interval = float(change.mean()) - half, float(change.mean()) + half
    n_first, n_second = int((change > 0).sum()), int((change < 0).sum())
    return Comparison(
        n_items=n_items,
        n_both=n_items - n_first - n_second,
        n_first=n_first,
        n_second=n_second,
        n_neither=0,
        first=float(one.mean()) if n_items else 0.0,
        second=float(other.mean()) if n_items else 0.0,
        difference=float(change.mean()) if n_items else 0.0,
        interval=interval,
        p_value=sign_test(n_first, n_second),
    )


def sign_test(n_first: int, n_second: int) -> float:
    """Probability that fair coins fall at least so unevenly, both ways counted: the exact test of McNemar's too."""
    n_flips = n_first + n_second
    if not n_flips:
        return 1.0
    from scipy import special

    return min(1.0, 2.0 * float(special.bdtr(min(n_first, n_second), n_flips, 0.5)))


def recalls(truth: NDArray[np.intp], correct: Bools, n_classes: int) -> Sequence[float | None]:
    """Share of each class's items that was right; None of a class without items."""
    support = np.bincount(truth, minlength=n_classes)
    right = np.bincount(truth, weights=correct.astype(np.float64), minlength=n_classes)
    return [float(hit / n) if n else None for hit, n in zip(right, support, strict=True)]


def _kinds(answers: Answers) -> list[str]:
    return [f"{card.name} (a {card.kind})" for card in answers.head.targets]


def _is_right(answers: Answers, target: str) -> Bools:
    labels = next(card.labels for card in answers.head.targets if card.name == target)
    said = answers.outputs(target).argmax(axis=1).tolist() if answers.items else []
    truth = (str(answer.item.targets[target]) for answer in answers.items)
    return np.asarray([labels[place] == label for place, label in zip(said, truth, strict=True)], bool)


def _errors(answers: Answers, target: str) -> Floats:
    truth = np.asarray([float(answer.item.targets[target]) for answer in answers.items], np.float64)
    return np.asarray(answers.outputs(target)[:, 0] - truth)
