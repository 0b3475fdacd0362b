"""Groups of rows: a sum over a batch is the same to the bit, whoever computes which part of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqclass.training.groups import Groups, number_of_groups


@given(n_groups=st.integers(1, 40), n_workers=st.integers(1, 45), n_items=st.integers(0, 100))
def test_each_row_is_one_workers_and_stands_in_its_group(n_groups: int, n_workers: int, n_items: int) -> None:
    seen: list[int] = []
    for index in range(n_workers):
        groups = Groups(n_groups, index, n_workers)
        rows = groups.rows(n_items)
        ends = np.cumsum([0, *groups.sizes(n_items)])
        assert ends[-1] == len(rows)
        for place, group in enumerate(groups.own):
            assert (rows[ends[place] : ends[place + 1]] % n_groups == group).all()
        seen += rows.tolist()
    assert sorted(seen) == list(range(n_items))


@given(n_groups=st.integers(1, 40), n_workers=st.integers(1, 45))
def test_workers_add_what_one_process_adds(n_groups: int, n_workers: int) -> None:
    values = np.random.default_rng(n_groups).normal(0, [[1e-3], [1e3]] * 20, (40, 16)).astype(np.float32)[:n_groups]

    def added(parts: np.ndarray, pairs: list[tuple[int, int]]) -> np.ndarray:
        for to, other in pairs:
            parts[to] += parts[other]
        return parts

    alone = Groups(n_groups)
    whole = added(added(values.copy(), alone.own_additions()), alone.last_additions())[0]
    sent = []
    for index in range(n_workers):
        groups = Groups(n_groups, index, n_workers)
        own = added(values[groups.own.start : groups.own.stop].copy(), groups.own_additions())
        slots = np.zeros((groups.n_slots, 16), np.float32)
        for slot, block in enumerate(groups.own_blocks):
            slots[slot] = own[block.start - groups.own.start]
        sent.append(slots)
    np.testing.assert_array_equal(added(np.concatenate(sent), groups.last_additions())[0], whole)
    np.testing.assert_allclose(whole, values.astype(float).sum(0), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(
    ("n_groups", "n_workers", "n_slots"), [(4, 2, 1), (4, 3, 1), (8, 2, 1), (8, 3, 2), (8, 8, 1), (4, 9, 1)]
)
def test_few_sums_go_over_the_line(n_groups: int, n_workers: int, n_slots: int) -> None:
    assert Groups(n_groups, 0, n_workers).n_slots == n_slots


def test_groups_have_about_eight_rows_where_the_batch_allows_it() -> None:
    assert [number_of_groups(size) for size in (1, 7, 16, 32, 64, 128, 1000)] == [4, 4, 4, 4, 8, 16, 32]
