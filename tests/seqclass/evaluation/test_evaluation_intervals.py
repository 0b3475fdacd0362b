"""Intervals against published numbers and against simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqclass.evaluation import intervals


def test_wilson_equals_the_published_example() -> None:
    # 81 of 263: Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    assert intervals.wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert intervals.wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert intervals.wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert intervals.wilson(1, 29) == pytest.approx((0.0061, 0.1718), abs=5e-5)


def test_no_items_give_no_interval() -> None:
    assert intervals.wilson(0, 0) is None
    assert intervals.by_group(np.zeros(0, bool), []) is None


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_stays_within_0_and_1(pair: tuple[int, int]) -> None:
    interval = intervals.wilson(*pair)
    assert interval is not None
    assert 0 <= interval[0] <= pair[0] / pair[1] <= interval[1] <= 1


def test_one_group_gives_no_interval_between_groups() -> None:
    assert intervals.by_group(np.ones(5, bool), ["a"] * 5) is None


def test_equal_groups_give_the_plain_t_interval_of_their_means() -> None:
    correct = np.repeat([True, False] * 3, [9, 1, 7, 3, 4, 6])
    groups = np.repeat(["a", "b", "c"], 10).tolist()
    means = np.array([0.9, 0.7, 0.4])
    half = 4.302652729749464 * means.std(ddof=1) / np.sqrt(3)  # t of 2 degrees of freedom, 97.5 %
    found = intervals.by_group(correct, groups)
    assert found is not None
    assert found == pytest.approx((max(0, means.mean() - half), min(1, means.mean() + half)))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), min_size=1, max_size=60))
def test_the_interval_between_groups_is_never_narrower_than_the_independent_one(items: list[tuple[str, bool]]) -> None:
    correct = np.array([right for _, right in items])
    found = intervals.by_group(correct, [group for group, _ in items])
    plain = intervals.wilson(int(correct.sum()), len(items))
    assert plain is not None
    if found is not None:
        assert 0 <= found[0] <= plain[0] <= plain[1] <= found[1] <= 1


def test_with_speakers_that_differ_the_group_interval_holds_the_truth_where_the_independent_one_fails(
    rng: np.random.Generator,
) -> None:
    n_runs, hits_group, hits_plain = 300, 0, 0
    groups = np.repeat([f"s{number}" for number in range(6)], 50).tolist()
    for _ in range(n_runs):
        skill = rng.beta(8, 2, size=6)  # mean 0.8
        correct = rng.random(300) < np.repeat(skill, 50)
        by_group, plain = intervals.by_group(correct, groups), intervals.wilson(int(correct.sum()), 300)
        assert by_group is not None
        assert plain is not None
        hits_group += by_group[0] <= 0.8 <= by_group[1]
        hits_plain += plain[0] <= 0.8 <= plain[1]
    assert hits_group / n_runs > 0.9
    assert hits_plain / n_runs < 0.75


def test_the_interval_of_a_mean_is_students() -> None:
    from scipy import stats

    folds = [0.6, 0.5, 0.4, 0.55]
    expected = stats.t.interval(0.95, 3, loc=np.mean(folds), scale=stats.sem(folds))
    assert intervals.of_mean(folds) == pytest.approx(tuple(expected))
    assert intervals.of_mean([1.0, 0.5]) == (0.0, 1.0)
    assert intervals.of_mean([0.5]) is None
