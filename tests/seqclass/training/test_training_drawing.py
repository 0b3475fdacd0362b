"""Batches: the same whatever number of workers shares them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqclass.training.drawing import Batch, Drawing
from seqclass.training.groups import Groups
from seqclass.training.parts import Part

N_ITEMS = 23


def part(*, mixup: float) -> Part:
    """Items of many lengths, whose variation uses a random number of random numbers."""
    rng = np.random.default_rng(0)
    frames = [rng.standard_normal((int(length), 3)).astype(np.float32) for length in rng.integers(1, 30, N_ITEMS)]

    def vary(index: int, rng: np.random.Generator) -> np.ndarray[Any, Any]:
        kept = frames[index][int(rng.integers(0, len(frames[index]))) :]
        return kept + rng.standard_normal(kept.shape).astype(np.float32)

    def vary_each(indices: Sequence[int], rngs: Sequence[np.random.Generator]) -> list[np.ndarray[Any, Any]]:
        return list(map(vary, indices, rngs))

    lengths = np.asarray([len(values) for values in frames])
    return Part(tuple(range(N_ITEMS)), lengths, {}, frames.__getitem__, vary_each, mixup)  # type: ignore[arg-type]


def drawn(*, mixup: float = 0.4, groups: Groups | None = None, epoch: int = 2, batch_size: int = 5) -> list[Batch]:
    wanted = {"label": np.random.default_rng(1).random((N_ITEMS, 4)).astype(np.float32)}
    return list(Drawing(part(mixup=mixup), wanted, batch_size=batch_size, seed=7, epoch=epoch, groups=groups))


@given(mixup=st.sampled_from([0.0, 0.4]), n_workers=st.integers(2, 8), batch_size=st.integers(1, 12))
def test_rows_of_all_workers_are_those_of_one_process(mixup: float, n_workers: int, batch_size: int) -> None:
    alone = drawn(mixup=mixup, batch_size=batch_size)
    teams = [Groups(4, index, n_workers) for index in range(n_workers)]
    shares = [drawn(mixup=mixup, groups=groups, batch_size=batch_size) for groups in teams]
    for number, whole in enumerate(alone):
        seen = 0
        for groups, share in zip(teams, shares, strict=True):
            batch = share[number]
            assert batch.n_items == whole.n_items == len(whole.lengths)
            if not batch.counts:
                assert len(batch.lengths) == 1
                continue
            theirs = groups.rows(whole.n_items)
            assert len(theirs) == len(batch.lengths)
            for row, (there, length) in enumerate(zip(theirs, batch.lengths, strict=True)):
                assert length == whole.lengths[there]
                np.testing.assert_array_equal(batch.frames[row, :length], whole.frames[there, :length])
                assert not batch.frames[row, length:].any()
                np.testing.assert_array_equal(batch.wanted["label"][row], whole.wanted["label"][there])
            seen += len(batch.lengths)
        assert seen == whole.n_items


def test_every_item_is_drawn_once_in_an_epoch() -> None:
    wanted = {"index": np.arange(N_ITEMS, dtype=np.float32)[:, None]}
    batches = list(Drawing(part(mixup=0.0), wanted, batch_size=4, seed=0, epoch=0))
    assert sorted(int(value) for batch in batches for value in batch.wanted["index"][:, 0]) == list(range(N_ITEMS))


def test_epochs_differ_and_one_can_be_drawn_again() -> None:
    first, again, other = drawn(epoch=2), drawn(epoch=2), drawn(epoch=3)
    for one, same in zip(first, again, strict=True):
        np.testing.assert_array_equal(one.frames, same.frames)
    assert any(
        one.frames.shape != two.frames.shape or (one.frames != two.frames).any() for one, two in zip(first, other, strict=True)
    )


def test_a_mixed_item_is_its_own_share_and_its_partners_rest() -> None:
    plain, mixed = drawn(mixup=0.0)[0], drawn(mixup=0.4)[0]
    rows = np.arange(plain.n_items)
    for row in rows:
        found = []
        for partner in rows:
            ours, theirs = plain.wanted["label"][row], plain.wanted["label"][partner]
            for share in np.linspace(0.5, 1.0, 2001):
                if np.abs(share * ours + (1 - share) * theirs - mixed.wanted["label"][row]).max() < 3e-4:
                    found.append((partner, share))
        assert any(
            mixed.lengths[row] == max(plain.lengths[row], plain.lengths[partner])
            and np.abs(mixed.frames[row, 0] - share * plain.frames[row, 0] - (1 - share) * plain.frames[partner, 0]).max()
            < 2e-3
            for partner, share in found
        )


def test_a_worker_varies_no_more_than_its_rows_and_their_partners() -> None:
    whole = part(mixup=0.4)
    varied: list[int] = []

    def vary(indices: Sequence[int], rngs: Sequence[np.random.Generator]) -> Any:
        varied.extend(indices)
        return whole.vary_each(indices, rngs)

    counted = Part(whole.items, whole.lengths, {}, whole.frames, vary, 0.4)
    for batch in Drawing(counted, {}, batch_size=8, seed=0, epoch=0, groups=Groups(4, 1, 4)):
        assert len(varied) == len(set(varied)) <= 2 * len(batch.lengths)
        varied.clear()


def test_the_next_epoch_costs_no_seed_of_another_item() -> None:
    """Neighbouring seeds, epochs and items give unrelated numbers."""
    values = [
        Drawing(part(mixup=0.0), {}, batch_size=4, seed=seed, epoch=epoch)._generator(0, item).random()
        for seed in range(4)
        for epoch in range(4)
        for item in range(40)
    ]
    assert len(set(values)) == len(values)
    assert float(np.mean(values)) == pytest.approx(0.5, abs=0.05)
    assert abs(float(np.corrcoef(values[:-1], values[1:])[0, 1])) < 0.15
