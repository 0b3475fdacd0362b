"""A batch's gradient: the same to the bit by one process and by several workers, and nothing is read that is not there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from seqclass.specs import ModelSpec
from seqclass.training.fused import batch as batches
from seqclass.training.fused.batch import BatchGradient, Gradient, Variable
from seqclass.training.fused.network import FusedNetwork, Head
from seqclass.training.groups import Groups

N_FEATURES, N_TOKENS, N_CLASSES, N_GROUPS = 5, 40, 3, 4
MODELS: dict[str, dict[str, Any]] = {
    "defaults": {"lstm": (12, 10)},  # mean and max pooling, dropout between the layers and before the head
    "all": {"lstm": (9, 17), "bidirectional": True, "pooling": ("last", "mean", "max", "attention"), "dense": (6,)},
    "text": {"lstm": (8,), "embedding_dim": 7, "input_dropout": 0.3},
}


def variables(name: str) -> list[Variable]:
    spec = ModelSpec(**MODELS[name])
    found = [Variable("embedding", (N_TOKENS, spec.embedding_dim))] if name == "text" else []
    n_values = spec.embedding_dim if name == "text" else N_FEATURES
    for index, n_units in enumerate(spec.lstm):
        for direction in ("forward", "backward")[: 1 + spec.bidirectional]:
            layer = f"layer{index}_{direction}"
            found += [Variable(layer, shape) for shape in ((n_values, 4 * n_units), (n_units, 4 * n_units), (4 * n_units,))]
        n_values = n_units * (1 + spec.bidirectional)
    if "attention" in spec.pooling:
        found += [Variable("attention", (n_values, 1)), Variable("attention", (1,))]
    n_values *= len(spec.pooling)
    for index, n_units in enumerate(spec.dense):
        found += [Variable(f"dense{index}", (n_values, n_units)), Variable(f"dense{index}", (n_units,))]
        n_values = n_units
    for index, n_outputs in enumerate((N_CLASSES, 1)):
        found += [Variable(f"head_{index}", (n_values, n_outputs)), Variable(f"head_{index}", (n_outputs,))]
    return found


def gradient_of(name: str, groups: Groups) -> BatchGradient:
    heads = [Head(False, N_CLASSES), Head(True, 1)]
    network = FusedNetwork(ModelSpec(**MODELS[name]), heads, n_tokens=N_TOKENS if name == "text" else None)
    return BatchGradient(network, variables(name), groups, n_sums=3, seed=4)


def items(name: str, n_items: int, step: int) -> tuple[Any, np.ndarray, list[np.ndarray]]:
    rng = np.random.default_rng([n_items, step])
    lengths = rng.integers(1, 9, n_items)
    frames = rng.integers(0, N_TOKENS, (n_items, 9)) if name == "text" else rng.normal(size=(n_items, 9, N_FEATURES))
    wanted = [np.eye(N_CLASSES)[rng.integers(0, N_CLASSES, n_items)], rng.normal(size=(n_items, 1))]
    return frames, lengths, [values.astype(np.float32) for values in wanted]


def start(name: str) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [rng.normal(0, 0.4, variable.shape).astype(np.float32) for variable in variables(name)]


class Team:
    """One process or several workers, without the line between them."""

    def __init__(self, name: str, n_workers: int) -> None:
        self.name = name
        self.groups = [Groups(N_GROUPS, index, n_workers) for index in range(n_workers)]
        self.members = [gradient_of(name, groups) for groups in self.groups]

    def gradient(self, weights: list[np.ndarray], n_items: int, step: int, limit: float) -> Gradient:
        """Of a batch that follows from the number of its items and of the step."""
        frames, lengths, wanted = items(self.name, n_items, step)

        def share(groups: Groups) -> Any:
            rows = groups.rows(n_items)
            rows = rows if len(rows) else np.arange(1)  # a row that stands in
            longest = int(lengths[rows].max())  # each pads as its own rows want it
            return frames[rows, :longest], lengths[rows], [values[rows] for values in wanted], weights

        if len(self.members) == 1:
            return self.members[0].whole(*share(self.groups[0]), n_items=n_items, step=step, limit=limit)
        sent = [
            member.to_send(*share(groups), n_items=n_items, step=step)
            for member, groups in zip(self.members, self.groups, strict=True)
        ]
        received = [member.received(np.concatenate(sent), limit=limit) for member in self.members]
        for other in received[1:]:
            assert_same(other, received[0])
        return received[0]


def assert_same(one: Gradient, other: Gradient) -> None:
    assert one.norm == other.norm
    np.testing.assert_array_equal(one.sums, other.sums)
    for mine, theirs in zip(one.arrays, other.arrays, strict=True):
        np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("n_workers", [2, 3, 4, 6])
def test_several_workers_have_the_gradient_of_one_process_to_the_bit(name: str, n_workers: int) -> None:
    alone, team, weights = Team(name, 1), Team(name, n_workers), start(name)
    for step, n_items in enumerate((13, 16, 3, 1, 9)):  # with three rows a group is empty, with one all but the first
        for limit in (0.0, 0.1):
            assert_same(team.gradient(weights, n_items, step, limit), alone.gradient(weights, n_items, step, limit))


@pytest.mark.parametrize("n_workers", [2, 3])
def test_a_training_of_several_workers_stays_that_of_one_process_over_hundreds_of_steps(n_workers: int) -> None:
    """With mean and max pooling, where one rounding settles a tie of two frames the other way, and all that follows differs."""

    def trained(team: Team) -> list[np.ndarray]:
        weights = start("defaults")
        for step in range(300):
            found = team.gradient(weights, 7, step, 1.0)
            weights = [values - np.float32(0.3) * of for values, of in zip(weights, found.arrays, strict=True)]
        return weights

    alone = trained(Team("defaults", 1))
    assert max(np.abs(values - first).max() for values, first in zip(alone, start("defaults"), strict=True)) > 0.3
    for ours, theirs in zip(trained(Team("defaults", n_workers)), alone, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("name", MODELS)
def test_the_number_of_threads_changes_no_bit(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "_LEAST_WORK", 1)
    found = []
    for n_cores in (1, 2, 6):
        monkeypatch.setattr(batches, "n_cores", lambda n_cores=n_cores: n_cores)
        team = Team(name, 1)
        team.gradient(start(name), 5, 1, 0.0)  # whose memory the next one takes over
        found.append(team.gradient(start(name), 13, 2, 1.0))
        frames, lengths, _ = items(name, 13, 2)
        found.append(Gradient(team.members[0].logits(frames, lengths, start(name)), found[-1].sums, found[-1].norm))
    for other in found[2::2]:
        assert_same(other, found[0])
    for other in found[3::2]:
        assert_same(other, found[1])


@pytest.mark.parametrize("name", MODELS)
def test_a_gradient_above_the_limit_is_cut_to_it(name: str) -> None:
    team, weights = Team(name, 1), start(name)
    whole = team.gradient(weights, 9, 0, 0.0)
    arrays, norm = [values.copy() for values in whole.arrays], whole.norm
    assert norm == pytest.approx(np.sqrt(sum((values.astype(float) ** 2).sum() for values in arrays)), rel=1e-6)
    cut = team.gradient(weights, 9, 0, float(norm) / 4)
    assert cut.norm == norm
    for mine, values in zip(cut.arrays, arrays, strict=True):
        np.testing.assert_allclose(mine, values / 4, rtol=1e-5, atol=1e-9)
    assert_same(team.gradient(weights, 9, 0, float(norm) * 2), Gradient(arrays, whole.sums, norm))


def test_tokens_of_the_last_batch_leave_nothing_in_the_next_gradient() -> None:
    used, fresh, weights = Team("text", 1), Team("text", 1), start("text")
    used.gradient(weights, 16, 1, 0.0)
    assert_same(used.gradient(weights, 2, 2, 0.0), fresh.gradient(weights, 2, 2, 0.0))


def test_what_does_not_fit_is_refused_before_the_compiled_code_sees_it() -> None:
    """It checks no index."""
    team, weights = Team("text", 1), start("text")
    frames, lengths, wanted = items("text", 6, 0)
    (own,), given = team.members, {"n_items": 6, "step": 0, "limit": 0.0}
    for wrong in (N_TOKENS, -1):
        tokens = frames.copy()
        tokens[0, -1] = wrong  # though it is padding
        with pytest.raises(ValueError, match="tokens must be 0 to 39"):
            own.whole(tokens, lengths, wanted, weights, **given)
    with pytest.raises(ValueError, match="lengths must be 1 to 9"):
        own.whole(frames, lengths + 9, wanted, weights, **given)
    with pytest.raises(ValueError, match="frames, lengths and what is wanted must have as many rows"):
        own.whole(frames[:5], lengths, wanted, weights, **given)
    with pytest.raises(ValueError, match="frames, lengths and what is wanted must have as many rows"):
        own.whole(frames, lengths, [wanted[0], wanted[1][:5]], weights, **given)
    with pytest.raises(ValueError, match="must be told as many"):
        own.whole(frames, lengths, [wanted[0][:, :2], wanted[1]], weights, **given)
    with pytest.raises(ValueError, match="6 rows of this batch are computed here"):
        own.whole(frames[:4], lengths[:4], [values[:4] for values in wanted], weights, **given)
    with pytest.raises(ValueError, match=r"Weights of embedding must be float32 \(40, 7\)"):
        own.whole(frames, lengths, wanted, [weights[0][:-1], *weights[1:]], **given)
    with pytest.raises(ValueError, match="tokens must be"):
        own.logits(frames + N_TOKENS, lengths, weights)
    with pytest.raises(ValueError, match="as many numbers"):
        own.received(np.zeros((1, 7), np.float32), limit=0.0)
    (numbers,) = Team("defaults", 1).members
    with pytest.raises(ValueError, match="frames must be"):
        numbers.logits(np.zeros((6, 9, N_FEATURES + 1), np.float32), lengths, start("defaults"))
