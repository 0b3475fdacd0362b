"""Length-bucketed, right-padded batches."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqclass.data.batches import bucket, by_length, pad

lengths = st.lists(st.integers(1, 500), max_size=400).map(np.asarray)


@given(lengths=lengths, batch_size=st.integers(1, 70), seed=st.integers(0, 5))
def test_every_item_stands_in_exactly_one_batch(lengths: np.ndarray, batch_size: int, seed: int) -> None:  # type: ignore[type-arg]
    for batches in (bucket(lengths, batch_size, np.random.default_rng(seed)), by_length(lengths, batch_size)):
        assert all(0 < len(batch) <= batch_size for batch in batches)
        everything = np.concatenate([*batches, np.zeros(0, np.intp)])
        assert sorted(everything.tolist()) == list(range(len(lengths)))


def test_neighbours_are_about_equally_long(rng: np.random.Generator) -> None:
    lengths = rng.integers(10, 200, 3000)
    batches = bucket(lengths, 64, rng)
    padded = sum(len(batch) * lengths[batch].max() for batch in batches)
    assert padded < 1.2 * lengths.sum()
    at_random = sum(len(batch) * lengths[batch].max() for batch in np.array_split(rng.permutation(3000), 47))
    assert at_random > 1.7 * lengths.sum()


def test_every_epoch_differs_and_the_same_seed_repeats_it() -> None:
    lengths = np.full(300, 20)
    generator = np.random.default_rng(1)
    first, second = bucket(lengths, 32, generator), bucket(lengths, 32, generator)
    again = bucket(lengths, 32, np.random.default_rng(1))
    assert [batch.tolist() for batch in first] == [batch.tolist() for batch in again]
    assert {frozenset(batch.tolist()) for batch in first}.isdisjoint({frozenset(batch.tolist()) for batch in second})


def test_batches_for_evaluation_run_from_short_to_long() -> None:
    assert [batch.tolist() for batch in by_length(np.array([4, 1, 3, 1]), 2)] == [[1, 3], [2], [0]]
    assert [batch.tolist() for batch in by_length(np.array([3, 3, 3, 3]), 2)] == [[0, 1], [2, 3]]


@given(lengths=st.lists(st.integers(0, 300), max_size=60).map(np.array), batch_size=st.integers(1, 9))
def test_no_batch_to_evaluate_is_longer_than_items_of_mean_length_would_be(lengths: np.ndarray, batch_size: int) -> None:
    lengths = lengths.astype(np.int64)
    for batch in by_length(lengths, batch_size):
        assert len(batch) == 1 or len(batch) * lengths[batch].max() <= batch_size * lengths.mean() + 1e-6


@pytest.mark.parametrize("shape", [(), (4,)])
@pytest.mark.parametrize("dtype", [np.float32, np.int32])
def test_padding_stands_to_the_right_and_is_zero(shape: tuple[int, ...], dtype: type) -> None:
    sequences = [np.ones((length, *shape), dtype) * length for length in (3, 1, 5)]
    padded, lengths = pad(sequences)
    assert padded.shape == (3, 5, *shape)
    assert padded.dtype == dtype
    assert lengths.tolist() == [3, 1, 5]
    assert lengths.dtype == np.int32
    for row, sequence in zip(padded, sequences, strict=True):
        np.testing.assert_array_equal(row[: len(sequence)], sequence)
        np.testing.assert_array_equal(row[len(sequence) :], 0)
