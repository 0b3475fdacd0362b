"""Intervals that hold the true accuracy in 95 of 100 such tests."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

Interval = tuple[float, float]
Z_95 = 1.959963984540054


def wilson(n_correct: int, n_items: int) -> Interval | None:
    """The Wilson score interval of a share, as it was with independent items.

    Unlike the textbook's ``p ± 1.96 s`` it never leaves 0 to 1 and does not collapse at 100 %.

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927), 209-212;
    recommended by Brown, Cai and DasGupta, Statistical Science 16 (2001), 101-133, equation (4).

    Returns:
        Lower and upper bound, 0 to 1; None without items.
    """
    if n_items == 0:
        return None
    share = n_correct / n_items
    scale = 1 + Z_95**2 / n_items
    centre = (share + Z_95**2 / (2 * n_items)) / scale
    half = Z_95 / scale * math.sqrt(share * (1 - share) / n_items + Z_95**2 / (4 * n_items**2))
    # At 0 and 100 % the exact bound is the share itself; rounding must not put it a hair to the other side.
    return min(share, max(0.0, centre - half)), max(share, min(1.0, centre + half))


def by_group(correct: np.ndarray, groups: Sequence[str]) -> Interval | None:
    """An interval of the accuracy that allows for items of one group (a speaker) being alike.

    The groups, not the items, count as what was drawn at random: the accuracy is the ratio of two sums over groups, with
    the variance ``G / (G - 1) * sum_g (x_g - p n_g)^2 / N^2`` and Student's t of ``G - 1`` degrees of freedom. It is never
    given narrower than `wilson`'s, as it would be where all groups happen to agree.

    Source: W. G. Cochran, Sampling Techniques, 3rd edition (1977), section 3.12 (proportions in cluster samples).

    Args:
        correct: Whether each item was right, bool (n_items,).
        groups: The group of each item.

    Returns:
        Lower and upper bound, 0 to 1; None with fewer than two groups.
    """
    _, index = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    n_items = correct.size
    n_groups = int(index.max()) + 1 if n_items else 0
    independent = wilson(int(correct.sum()), n_items)
    if n_groups < 2 or independent is None:
        return None
    share = float(correct.mean())
    n_correct = np.bincount(index, weights=correct.astype(np.float64), minlength=n_groups)
    sizes = np.bincount(index, minlength=n_groups)
    residuals = n_correct - share * sizes
    variance = n_groups / (n_groups - 1) * float(residuals @ residuals) / n_items**2
    half = _student_t_95(n_groups - 1) * math.sqrt(variance)
    return max(0.0, min(independent[0], share - half)), min(1.0, max(independent[1], share + half))


def of_mean(values: Sequence[float]) -> Interval | None:
    """Student's t interval of a mean over folds, cut at 0 and 1.

    Folds that leave out one speaker each are few and unlike one another, so the interval is wide, and rightly.

    Args:
        values: Accuracy of each fold.

    Returns:
        Lower and upper bound; None with fewer than two folds.
    """
    if len(values) < 2:
        return None
    half = _student_t_95(len(values) - 1) * float(np.std(values, ddof=1)) / math.sqrt(len(values))
    centre = float(np.mean(values))
    return max(0.0, centre - half), min(1.0, centre + half)


def _student_t_95(degrees: int) -> float:
    from scipy import special

    return float(special.stdtrit(degrees, 0.975))
