"""From what a model said and what is true to a report. NumPy only; no model, no data set.

Conventions where a figure has nothing to stand on: it is None, never a made-up 0. The predicted class is the most probable
one; of equally probable ones the first in the order of the labels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from seqclass.errors import DataError
from seqclass.evaluation import intervals
from seqclass.evaluation.intervals import Interval

N_BINS = 10
N_CONFUSIONS = 10
FEW_GROUPS = 10


class ClassFigures(msgspec.Struct, frozen=True):
    """Figures of one class.

    Attributes:
        precision: Share of the items so named that are of the class; None where none was so named.
        recall: Share of the class's items that were so named; None where the class has no items.
        f1: Harmonic mean of the two, ``2 tp / (2 tp + fp + fn)``; None where the class is neither true nor named anywhere.
        support: Items of the class.
    """

    precision: float | None
    recall: float | None
    f1: float | None
    support: int


class GroupFigures(msgspec.Struct, frozen=True):
    """Accuracy on the items of one group."""

    accuracy: float
    n_items: int


class Bin(msgspec.Struct, frozen=True):
    """Items whose highest probability lies in ``(low, high]``: what was claimed and what came true; None without items."""

    low: float
    high: float
    n_items: int
    confidence: float | None
    accuracy: float | None


class Calibration(msgspec.Struct, frozen=True):
    """Whether 90 % sure is right nine times of ten.

    Attributes:
        ece: Expected calibration error, 0 to 1: mean distance of claim and truth over the bins, weighted by their items
            (Guo et al., On calibration of modern neural networks, ICML 2017, equation 3). None without items.
        bins: Ten of equal width.
    """

    ece: float | None
    bins: tuple[Bin, ...]


class Confusion(msgspec.Struct, frozen=True):
    """So many items of class ``truth`` were taken for ``predicted``."""

    truth: str
    predicted: str
    count: int


class ClassReport(msgspec.Struct, frozen=True, kw_only=True):
    """How well a class target was predicted.

    Attributes:
        accuracy: Share of items that were right, 0 to 1; None without items, as the next figures.
        interval: 95 % interval of the accuracy if items were independent (`intervals.wilson`).
        group_interval: 95 % interval that allows for items of one group being alike (`intervals.by_group`); None where
            groups are unknown or fewer than two.
        balanced_accuracy: Mean recall of the classes that have items.
        macro_f1: Mean F1 of the classes that are true or were named somewhere.
        log_loss: Mean of ``-log(probability of the true class)``, in nats.
        confusion: Counts, rows the truth, columns what was predicted, both in the order of ``labels``.
        top_confusions: The most frequent mistakes, most frequent first.
        by_group: Figures of each group, sorted by name; items without a group stand under an empty name.
        notes: Sentences on how far the figures may be trusted.
    """

    accuracy: float | None
    interval: Interval | None
    group_interval: Interval | None
    balanced_accuracy: float | None
    macro_f1: float | None
    log_loss: float | None
    n_items: int
    n_correct: int
    labels: tuple[str, ...]
    confusion: tuple[tuple[int, ...], ...]
    per_class: dict[str, ClassFigures]
    top_confusions: tuple[Confusion, ...]
    calibration: Calibration
    by_group: dict[str, GroupFigures]
    notes: tuple[str, ...]

    def as_result(self) -> dict[str, Any]:
        """The report as plain values, with the keys of Contract 3 (``accuracy``, ``confusion``, ...)."""
        return _plain(self)

    def summary(self) -> dict[str, Any]:
        """The main figures alone, for a bundle's card and a training's result."""
        names = ("accuracy", "interval", "group_interval", "balanced_accuracy", "macro_f1", "log_loss", "n_items", "n_correct")
        return {name: value for name, value in _plain(self).items() if name in names}


class NumberGroupFigures(msgspec.Struct, frozen=True):
    """Errors on the items of one group."""

    mae: float
    rmse: float
    n_items: int


class NumberReport(msgspec.Struct, frozen=True, kw_only=True):
    """How well a number was predicted, in the number's own unit.

    Attributes:
        value: Mean of the predictions; beside ``mean_truth`` it shows whether the level is right. None without items.
        mae: Mean absolute error.
        rmse: Root of the mean squared error.
        r2: Share of the truth's variance that is explained: ``1 - sum (truth - predicted)^2 / sum (truth - mean)^2``. Below
            0 where the mean of the truth would have been the better guess; None where the truth does not vary.
        bias: Mean of ``predicted - truth``.
        correlation: Pearson's; None where either does not vary.
        by_group: Figures of each group, sorted by name; items without a group stand under an empty name.
    """

    value: float | None
    mean_truth: float | None
    mae: float | None
    rmse: float | None
    r2: float | None
    bias: float | None
    correlation: float | None
    n_items: int
    by_group: dict[str, NumberGroupFigures]

    def as_result(self) -> dict[str, Any]:
        """The report as plain values, with the keys of Contract 3 (``value``, ``mae``, ``rmse``, ...)."""
        return _plain(self)

    def summary(self) -> dict[str, Any]:
        """The main figures alone, for a bundle's card and a training's result."""
        return {name: value for name, value in _plain(self).items() if name != "by_group"}


def class_report(
    probabilities: np.ndarray, truth: np.ndarray, labels: Sequence[str], groups: Sequence[str | None] | None = None
) -> ClassReport:
    """Compare predicted probabilities with the true classes.

    Args:
        probabilities: Of each class, each row summing to 1, float (n_items, n_classes).
        truth: Index of the true class, int (n_items,), 0 to n_classes - 1.
        labels: Names of the classes.
        groups: The speaker or other group of each item; None where unknown.

    Raises:
        DataError: A probability is not finite.
        ValueError: Shapes or indices do not fit together.
    """
    scores = np.asarray(probabilities, dtype=np.float64)
    true = np.asarray(truth, dtype=np.int64)
    _check_classes(scores, true, labels, groups)
    n_items, n_classes = scores.shape
    predicted = scores.argmax(axis=1) if n_items else np.zeros(0, np.int64)
    correct = predicted == true
    confusion = np.bincount(true * n_classes + predicted, minlength=n_classes**2).reshape(n_classes, n_classes)
    figures = _class_figures(confusion)
    names = _names(groups)
    return ClassReport(
        accuracy=_mean(correct),
        interval=intervals.wilson(int(correct.sum()), n_items),
        group_interval=None if names is None else intervals.by_group(correct, names),
        balanced_accuracy=_mean([entry.recall for entry in figures if entry.recall is not None]),
        macro_f1=_mean([entry.f1 for entry in figures if entry.f1 is not None]),
        log_loss=_log_loss(scores, true),
        n_items=n_items,
        n_correct=int(correct.sum()),
        labels=tuple(labels),
        confusion=tuple(tuple(int(count) for count in row) for row in confusion),
        per_class=dict(zip(labels, figures, strict=True)),
        top_confusions=_top_confusions(confusion, labels),
        calibration=_calibration(scores, correct),
        by_group={
            name: GroupFigures(accuracy=float(correct[members].mean()), n_items=int(members.sum()))
            for name, members in _members(names)
        },
        notes=_notes(names),
    )


def number_report(predicted: np.ndarray, truth: np.ndarray, groups: Sequence[str | None] | None = None) -> NumberReport:
    """Compare predicted numbers with the true ones.

    Args:
        predicted: Float (n_items,).
        truth: Float (n_items,), the same unit.
        groups: The speaker or other group of each item; None where unknown.

    Raises:
        DataError: A number is not finite.
        ValueError: Lengths differ.
    """
    said, true = np.asarray(predicted, dtype=np.float64), np.asarray(truth, dtype=np.float64)
    if said.shape != true.shape or said.ndim != 1 or (groups is not None and len(groups) != said.size):
        raise ValueError(f"predicted, truth and groups must have one entry an item. Received: {said.shape}, {true.shape}.")
    _check_finite(said, "Predicted numbers")
    _check_finite(true, "True numbers")
    errors = said - true
    spread = float(np.sum((true - true.mean()) ** 2)) if true.size else 0.0
    varies = true.size > 1 and float(np.ptp(true)) > 0 and float(np.ptp(said)) > 0
    return NumberReport(
        value=_mean(said),
        mean_truth=_mean(true),
        mae=_mean(np.abs(errors)),
        rmse=_root_mean_square(errors),
        r2=1 - float(errors @ errors) / spread if spread > 0 else None,
        bias=_mean(errors),
        correlation=float(np.corrcoef(said, true)[0, 1]) if varies else None,
        n_items=int(true.size),
        by_group={
            name: NumberGroupFigures(
                mae=float(np.abs(errors[members]).mean()),
                rmse=float(np.sqrt(np.mean(errors[members] ** 2))),
                n_items=int(members.sum()),
            )
            for name, members in _members(_names(groups))
        },
    )


def combine_results(reports: Mapping[str, ClassReport | NumberReport]) -> dict[str, Any]:
    """The result of an evaluation: the first target's keys on top, and with several targets all of them under ``targets``.

    Args:
        reports: Target name -> report, in the order of the model's targets; at least one.
    """
    results = {name: report.as_result() for name, report in reports.items()}
    combined = dict(next(iter(results.values())))
    if len(results) > 1:
        combined["targets"] = results
    return combined


def _class_figures(confusion: np.ndarray) -> list[ClassFigures]:
    hits, support, named = np.diag(confusion), confusion.sum(axis=1), confusion.sum(axis=0)
    return [
        ClassFigures(
            precision=float(hit / name) if name else None,
            recall=float(hit / true) if true else None,
            f1=float(2 * hit / (name + true)) if name + true else None,
            support=int(true),
        )
        for hit, true, name in zip(hits, support, named, strict=True)
    ]


def _top_confusions(confusion: np.ndarray, labels: Sequence[str]) -> tuple[Confusion, ...]:
    mistakes = confusion.copy()
    np.fill_diagonal(mistakes, 0)
    order = np.argsort(-mistakes, axis=None, kind="stable")[:N_CONFUSIONS]
    pairs = [divmod(int(place), len(labels)) for place in order]
    return tuple(
        Confusion(truth=labels[row], predicted=labels[column], count=int(mistakes[row, column]))
        for row, column in pairs
        if mistakes[row, column]
    )


def _calibration(scores: np.ndarray, correct: np.ndarray) -> Calibration:
    edges = np.linspace(0.0, 1.0, N_BINS + 1)
    confidence = scores.max(axis=1) if scores.shape[0] else np.zeros(0)
    index = np.digitize(confidence, edges[1:-1], right=True)
    bins = []
    for number in range(N_BINS):
        members = index == number
        bins.append(
            Bin(
                low=round(float(edges[number]), 10),
                high=round(float(edges[number + 1]), 10),
                n_items=int(members.sum()),
                confidence=_mean(confidence[members]),
                accuracy=_mean(correct[members]),
            )
        )
    gaps = [
        entry.n_items * abs(entry.confidence - entry.accuracy)
        for entry in bins
        if entry.confidence is not None and entry.accuracy is not None
    ]
    return Calibration(ece=sum(gaps) / correct.size if correct.size else None, bins=tuple(bins))


def _log_loss(scores: np.ndarray, true: np.ndarray) -> float | None:
    chosen = scores[np.arange(true.size), true]
    return _mean(-np.log(np.clip(chosen, np.finfo(np.float64).eps, 1.0)))


def _notes(names: Sequence[str] | None) -> tuple[str, ...]:
    n_groups = len(set(names or ()))
    if names and n_groups < FEW_GROUPS and n_groups < len(names):
        groups = "one group (speaker)" if n_groups == 1 else f"{n_groups} groups (speakers)"
        return (
            f"The items come from only {groups}: for new ones, the interval that takes items as independent is too narrow.",
        )
    return ()


def _names(groups: Sequence[str | None] | None) -> list[str] | None:
    return None if groups is None or all(name is None for name in groups) else [name or "" for name in groups]


def _members(names: Sequence[str] | None) -> list[tuple[str, np.ndarray]]:
    if not names:
        return []
    column = np.asarray(names, dtype=str)
    return [(str(name), column == name) for name in np.unique(column)]


def _mean(values: Sequence[float] | np.ndarray) -> float | None:
    return float(np.mean(values)) if len(values) else None


def _root_mean_square(values: np.ndarray) -> float | None:
    return float(np.sqrt(np.mean(values**2))) if values.size else None


def _check_classes(scores: np.ndarray, true: np.ndarray, labels: Sequence[str], groups: Sequence[str | None] | None) -> None:
    n_items, n_classes = true.size, len(labels)
    if scores.shape != (n_items, n_classes) or true.ndim != 1 or n_classes == 0:
        raise ValueError(
            f"probabilities must be (n_items, n_classes). Received: {scores.shape} for {n_items} items, {n_classes} labels."
        )
    if groups is not None and len(groups) != n_items:
        raise ValueError(f"groups must have one entry an item. Received: {len(groups)} for {n_items} items.")
    if n_items and not 0 <= int(true.min()) <= int(true.max()) < n_classes:
        raise ValueError(f"truth must index the {n_classes} labels. Received: {int(true.min())} to {int(true.max())}.")
    _check_finite(scores, "Probabilities")


def _check_finite(values: np.ndarray, what: str) -> None:
    if not np.isfinite(values).all():
        n_bad = int((~np.isfinite(values)).sum())
        raise DataError(f"{what} must be finite. Received: {n_bad} of {values.size} that are not. Train the model again.")


def _plain(report: msgspec.Struct) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(report)
    return {name: list(value) if isinstance(value, tuple) else value for name, value in plain.items()}
