"""Gate health."""

from __future__ import annotations

import csv
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import make_bundle, model_spec, tone

from seqclass.errors import DataError, UsageError
from seqclass.inspection import health as healths
from seqclass.inspection.health import Health, HealthTaker, difference, read_health, write_difference, write_health
from seqclass.inspection.trace import Layer, Trace, trace
from seqclass.model.network import LstmTrace

GATES = ("input_gate", "forget_gate", "output_gate")


def made_up_trace(is_backward: bool = False, **maps: Any) -> Trace:
    """One layer's maps, each (n_frames, n_units); what is not given lies in the middle."""
    shape = np.asarray(next(iter(maps.values()))).shape
    rng = np.random.default_rng(0)
    usual = {name: np.full(shape, 0.5) for name in GATES}
    usual |= {name: rng.uniform(-0.5, 0.5, shape) for name in ("candidate", "cell", "hidden")}
    values = {name: np.asarray(value, np.float32) for name, value in (usual | maps).items()}
    layer = Layer(LstmTrace(**values, is_backward=is_backward))
    n_frames = shape[0]
    return Trace("item", np.zeros((n_frames, 1), np.float32), np.zeros(1), np.arange(n_frames) * 0.01, (layer,), {}, {},
                 values["hidden"], is_timed=True)  # fmt: skip


def taken(*traces: Trace) -> Health:
    taker = HealthTaker()
    for each in traces:
        taker.add(each)
    return taker.health()


def test_shares_are_of_all_frames_of_all_items() -> None:
    long, short = np.full((30, 2), 0.95), np.full((10, 2), 0.5)
    short[:, 1] = 0.05
    half = taken(made_up_trace(forget_gate=long), made_up_trace(forget_gate=short)).halves[0]
    np.testing.assert_allclose(half.high["forget_gate"], [0.75, 0.75])
    np.testing.assert_allclose(half.low["forget_gate"], [0.0, 0.25])
    np.testing.assert_allclose(half.saturated["forget_gate"], [0.75, 1.0])
    np.testing.assert_allclose(half.mean["forget_gate"], [(30 * 0.95 + 10 * 0.5) / 40, (30 * 0.95 + 10 * 0.05) / 40], rtol=1e-6)


def test_items_one_by_one_give_what_all_frames_at_once_give(rng: np.random.Generator) -> None:
    bundle = make_bundle(model=model_spec(lstm=(6, 5), bidirectional=True))
    traces = [trace(bundle, tone(duration, seed=seed), rate_hz=8000) for seed, duration in enumerate((0.3, 0.5, 0.4))]
    health = taken(*traces)
    assert [half.name for half in health.halves] == ["layer0", "layer0.backward", "layer1", "layer1.backward"]
    assert health.n_items == 3
    assert health.n_frames == sum(len(each.frames) for each in traces)
    layers = [each.layers[1].backward for each in traces]
    together = {
        name: np.concatenate([getattr(layer, name) for layer in layers]).astype(np.float64) for name in (*GATES, "hidden")
    }
    half = health.half("layer1.backward")
    np.testing.assert_allclose(half.deviation, together["hidden"].std(axis=0), rtol=1e-6)
    np.testing.assert_allclose(half.low["input_gate"], (together["input_gate"] < 0.1).mean(axis=0))
    np.testing.assert_allclose(0.5 ** (1 / half.half_life_frames), np.exp(np.log(together["forget_gate"]).mean(axis=0)))
    np.testing.assert_allclose(half.half_life_ms, 16 * half.half_life_frames)
    assert half.median_frames == np.median([len(each.frames) for each in traces])


def test_a_unit_that_never_moves_is_dead() -> None:
    hidden = np.zeros((50, 3))
    hidden[:, 1] = np.sin(np.arange(50))
    hidden[:, 2] = 0.7
    health = taken(made_up_trace(hidden=hidden))
    assert health.halves[0].is_dead.tolist() == [True, False, True]
    (advice,) = [each for each in health.advice() if each.kind == "dead"]
    assert advice.units == (0, 2)
    assert advice.text.startswith("2 of 3 units hardly move")


def test_a_unit_dead_in_one_item_alone_is_not_dead() -> None:
    still, lively = np.zeros((20, 1)), np.sin(np.arange(20.0))[:, None]
    assert not taken(made_up_trace(hidden=still), made_up_trace(hidden=lively)).halves[0].is_dead[0]


def test_a_unit_whose_gate_stays_shut_is_never_written() -> None:
    shut = np.full((50, 2), 0.5)
    shut[:, 1] = 0.001
    half = taken(made_up_trace(input_gate=shut, candidate=np.full((50, 2), 0.9))).halves[0]
    assert half.is_never_written.tolist() == [False, True]
    assert half.verdicts() == ["", "never written"]


@pytest.mark.parametrize("is_backward", [False, True])
def test_a_unit_that_fills_up_in_every_item_is_latched(*, is_backward: bool) -> None:
    """One that fills up with the sign that the item gives it is not: it tells items apart."""
    cell, forget = np.full((20, 3), 3.0), np.full((20, 3), 0.95)
    first_read = slice(10, None) if is_backward else slice(0, 10)
    cell[first_read] = 0.1  # a cell that fills up on the way
    other = cell.copy()
    other[:, 1] *= -1
    forget[:, 2] = 0.5  # full, but not held
    traces = [made_up_trace(is_backward=is_backward, cell=values, forget_gate=forget) for values in (cell, other)]
    health = taken(*traces)
    assert health.halves[0].is_latched.tolist() == [True, False, False]
    assert [each.units for each in health.advice() if each.kind == "latched"] == [(0,)]


@pytest.mark.parametrize(
    ("gate", "value", "kind"),
    [("input_gate", 0.01, "shut"), ("forget_gate", 0.01, "shut"), ("output_gate", 0.99, "open"), ("input_gate", 0.99, "open")],
)
def test_advice_on_gates_that_are_mostly_shut_or_open(gate: str, value: float, kind: str) -> None:
    found = taken(made_up_trace(**{gate: np.full((20, 2), value)})).advice()
    assert [each for each in found if each.kind == kind and gate.replace("_", " ") in each.text]


def test_advice_compares_memory_with_the_length_of_items() -> None:
    short = taken(made_up_trace(forget_gate=np.full((100, 2), 0.5))).advice()
    (advice,) = [each for each in short if each.kind == "short"]
    assert "10 ms" in advice.text
    assert "1000 ms" in advice.text
    long = taken(made_up_trace(forget_gate=np.full((100, 2), 0.9999))).advice()
    assert [each.kind for each in long] == ["long"]
    assert taken(made_up_trace(forget_gate=np.full((100, 2), 0.985))).advice() == ()
    assert "without end" in taken(made_up_trace(forget_gate=np.ones((100, 2)))).advice()[0].text


def test_memory_does_not_grow_with_items() -> None:
    each = made_up_trace(forget_gate=np.full((50, 32), 0.5))
    taker = HealthTaker()
    taker.add(each)
    tracemalloc.start()
    try:
        for _ in range(10):
            taker.add(each)
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(300):
            taker.add(each)
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 20_000


def test_no_items_are_refused() -> None:
    with pytest.raises(DataError, match="There must be items"):
        HealthTaker().health()


def test_health_comes_back_from_its_file(tmp_path: Path) -> None:
    health = taken(trace(make_bundle(model=model_spec(bidirectional=True)), tone(), rate_hz=8000))
    write_health(tmp_path / "health.json", health)
    back = read_health(tmp_path / "health.json")
    assert back.n_items == 1
    for one, other in zip(back.halves, health.halves, strict=True):
        np.testing.assert_array_equal(one.half_life_frames, other.half_life_frames)
        np.testing.assert_array_equal(one.low["input_gate"], other.low["input_gate"])
    assert back.advice() == health.advice()


@pytest.mark.parametrize("text", ["{", "[]", '{"schema": 1}', '{"schema": 1, "health": {"halves": 3}}'])
def test_a_file_without_health_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "health.json").write_text(text)
    with pytest.raises(DataError, match="must hold the health of gates"):
        read_health(tmp_path / "health.json")


def test_every_unit_has_a_row(tmp_path: Path) -> None:
    health = taken(trace(make_bundle(model=model_spec(lstm=(6, 5))), tone(), rate_hz=8000))
    health.write_csv(tmp_path / "health.csv")
    with (tmp_path / "health.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["layer"], row["unit"]) for row in rows] == [("layer0", str(u)) for u in range(6)] + [
        ("layer1", str(u)) for u in range(5)
    ]
    assert float(rows[3]["forget_gate above 0.9"]) == pytest.approx(health.halves[0].high["forget_gate"][3], abs=1e-5)
    assert float(rows[7]["half-life ms"]) == pytest.approx(health.halves[1].half_life_ms[1], rel=1e-5)  # type: ignore[index]


def test_two_models_are_compared_by_what_their_layers_share(tmp_path: Path) -> None:
    one = taken(made_up_trace(forget_gate=np.full((20, 2), 0.5)))
    other = taken(made_up_trace(forget_gate=np.full((20, 5), 0.95)))
    changes = {each.figure: each for each in difference(one, other)}
    assert changes["forget_gate above 0.9"].change == pytest.approx(1.0)
    assert changes["input_gate mean"].change == pytest.approx(0.0)
    assert changes["median half-life in frames"].one == pytest.approx(1.0)
    write_difference(tmp_path / "change.csv", difference(one, other))
    assert len((tmp_path / "change.csv").read_text().splitlines()) == len(changes) + 1
    assert all(each.change == 0 for each in difference(one, one))


def test_models_without_a_layer_in_common_are_not_compared() -> None:
    one = taken(made_up_trace(forget_gate=np.full((20, 2), 0.5)))
    with pytest.raises(UsageError, match="layer in common"):
        difference(one, Health((), 1, 1))


def test_the_legend_names_its_limits() -> None:
    assert f"below {healths.LOW}" in healths.READ_ME
    assert f"above {healths.HIGH}" in healths.READ_ME
