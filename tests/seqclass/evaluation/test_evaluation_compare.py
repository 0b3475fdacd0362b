"""Two models on the same items."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from seqclass.data.manifest import Item
from seqclass.errors import UsageError
from seqclass.evaluation.answers import Answers, AnswersHead, ItemAnswer
from seqclass.evaluation.compare import compare_answers, compare_classes, compare_numbers, pair, recalls, sign_test
from seqclass.model.bundle import TargetCard
from seqclass.specs import DataSpec


def answers(*ids: str, content: str = "") -> Answers:
    head = AnswersHead(bundle="m", root="/r", kind="speech", data=DataSpec(), targets=(), split="test")
    return Answers(head, tuple(ItemAnswer(Item(id=one, targets={}, content_hash=content), {}) for one in ids))


def counts(both: int, first: int, second: int, neither: int) -> tuple[np.ndarray, np.ndarray]:
    return (
        np.repeat([True, True, False, False], [both, first, second, neither]),
        np.repeat([True, False, True, False], [both, first, second, neither]),
    )


def test_items_are_paired_by_name_and_content() -> None:
    found = pair(answers("a", "b", "c"), answers("c", "x", "a"))
    assert (found.first.tolist(), found.second.tolist()) == ([0, 2], [2, 0])
    assert (found.n_only_first, found.n_only_second) == (1, 1)
    assert len(pair(answers("a"), answers("a", content="changed")).first) == 0


def test_the_exact_test_gives_the_textbooks_figure() -> None:
    assert sign_test(0, 6) == pytest.approx(2 / 2**6)
    assert sign_test(1, 9) == pytest.approx(2 * (1 + 10) / 2**10)
    assert sign_test(4, 4) == 1.0
    assert sign_test(0, 0) == 1.0


def test_flips_and_shares_are_counted() -> None:
    found = compare_classes(*counts(60, 5, 15, 20))
    assert (found.n_both, found.n_first, found.n_second, found.n_neither) == (60, 5, 15, 20)
    assert (found.first, found.second, found.difference) == (0.65, 0.75, pytest.approx(0.10))
    assert found.interval is not None
    low, high = found.interval
    assert low < 0.1 < high
    assert (low, high) == (pytest.approx(0.0122, abs=1e-3), pytest.approx(0.1839, abs=1e-3))
    assert found.p_value == pytest.approx(0.0414, abs=1e-4)


def test_equal_models_differ_by_nothing() -> None:
    found = compare_classes(*counts(9, 0, 0, 1))
    assert (found.difference, found.p_value) == (0.0, 1.0)
    assert found.interval is not None
    assert found.interval[0] == -found.interval[1]


def test_without_items_there_is_no_interval() -> None:
    found = compare_classes(np.zeros(0, bool), np.zeros(0, bool))
    assert (found.n_items, found.interval, found.p_value) == (0, None, 1.0)
    assert compare_numbers(np.zeros(0), np.zeros(0)).interval is None


def test_the_nearer_number_wins_an_item() -> None:
    found = compare_numbers(np.asarray([1.0, -2.0, 3.0, 1.0]), np.asarray([0.5, 1.0, -4.0, 1.0]))
    assert (found.n_first, found.n_second, found.n_both) == (1, 2, 1)
    assert (found.first, found.second) == (1.75, 1.625)
    assert found.difference == pytest.approx(-0.125)


def test_a_class_without_items_has_no_recall() -> None:
    assert recalls(np.asarray([0, 0, 2]), np.asarray([True, False, True]), 3) == [0.5, None, 1.0]


def told(bundle: str, target: TargetCard, **said: tuple[Any, tuple[float, ...]]) -> Answers:
    """Answers on one target: item -> its truth, and what was said."""
    head = AnswersHead(bundle=bundle, root="/r", kind="speech", data=DataSpec(), targets=(target,), split="test")
    items = (
        ItemAnswer(Item(id=name, targets={target.name: truth}), {target.name: outputs})
        for name, (truth, outputs) in said.items()
    )
    return Answers(head, tuple(items))


def test_two_models_are_compared_on_the_items_that_both_were_asked() -> None:
    one = TargetCard(name="label", kind="class", labels=("no", "yes"))
    turned = TargetCard(name="label", kind="class", labels=("yes", "no"))
    first = told("m", one, a=("yes", (0.1, 0.9)), b=("no", (0.2, 0.8)), only=("no", (0.0, 1.0)))
    second = told("n", turned, b=("no", (0.4, 0.6)), a=("yes", (0.7, 0.3)))
    found = compare_answers(first, second, "label")
    assert (found.n_items, found.n_both, found.n_second, found.first, found.second) == (2, 1, 1, 0.5, 1.0)


def test_two_models_of_a_number_are_compared_by_their_errors() -> None:
    age = TargetCard(name="age", kind="number")
    found = compare_answers(told("m", age, a=(40.0, (43.0,))), told("n", age, a=(40.0, (39.0,))), "age")
    assert (found.n_second, found.first, found.second) == (1, 3.0, 1.0)
    assert compare_answers(told("m", age), told("n", age), "age").n_items == 0


def test_what_two_models_do_not_both_say_cannot_be_compared() -> None:
    label, age = TargetCard(name="label", kind="class", labels=("no",)), TargetCard(name="age", kind="number")
    with pytest.raises(UsageError, match=r"must both say age\. Received: m says label \(a class\), n says age \(a number\)"):
        compare_answers(told("m", label), told("n", age), "age")
    with pytest.raises(UsageError, match="must both say label"):
        compare_answers(told("m", label), told("n", TargetCard(name="label", kind="number")), "label")
    assert compare_answers(told("m", label), told("n", label), "label").p_value == 1.0
