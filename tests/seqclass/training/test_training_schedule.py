"""How long to train and how fast to learn."""

from __future__ import annotations

import numpy as np
import pytest

from seqclass.specs import TrainingSpec
from seqclass.training.schedule import learning_rate, plan


def rates(schedule: str, n: int = 101) -> np.ndarray:
    spec = TrainingSpec(schedule=schedule, learning_rate=0.1)  # type: ignore[arg-type]
    return np.asarray([learning_rate(spec, share) for share in np.linspace(0, 1, n)])


def test_what_is_set_is_kept() -> None:
    assert plan(TrainingSpec(epochs=3, batch_size=7), 10_000) == (3, 7)


def test_a_smaller_data_set_gets_more_epochs_within_bounds() -> None:
    plans = [plan(TrainingSpec(epochs=None, batch_size=None), n_items) for n_items in (2, 40, 300, 2_700, 100_000)]
    epochs, batches = [each.epochs for each in plans], [each.batch_size for each in plans]
    assert epochs == sorted(epochs, reverse=True)
    assert batches == sorted(batches)
    assert min(epochs) >= 1
    assert max(epochs) <= 1000


def test_constant_stays() -> None:
    assert set(rates("constant")) == {0.1}


def test_cosine_falls_all_the_way_from_the_greatest_rate_to_a_hundredth() -> None:
    values = rates("cosine")
    assert values[0] == pytest.approx(0.1)
    assert values[-1] == pytest.approx(0.001)
    assert (np.diff(values) < 0).all()


def test_onecycle_rises_once_to_the_greatest_rate_and_falls_to_a_hundredth() -> None:
    values = rates("onecycle")
    top = int(values.argmax())
    assert values[top] == pytest.approx(0.1)
    assert 0 < top < 50
    assert (np.diff(values[: top + 1]) >= 0).all()
    assert (np.diff(values[top:]) < 0).all()
    assert values[-1] == pytest.approx(0.001)


def test_plateau_is_cut_by_what_the_loop_says() -> None:
    spec = TrainingSpec(schedule="plateau", learning_rate=0.1)
    assert learning_rate(spec, 0.5, plateau_factor=0.25) == pytest.approx(0.025)
