"""What edits changed."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import AGE, DIGITS, make_bundle, model_spec, tone

from seqclass.errors import UsageError
from seqclass.inspection.effect import Effect, effect
from seqclass.inspection.hands import Edit, Hands
from seqclass.inspection.trace import Trace, trace

EDIT = Edit(part="candidate", action="scale", factor=-1.0, layer=1, units=(2,), start=7)


def traced(*edits: Edit, duration_s: float = 0.5, **layout: Any) -> Trace:
    bundle = make_bundle(model=model_spec(**({"lstm": (6, 5), "bidirectional": True} | layout)), targets=(DIGITS, AGE))
    return trace(bundle, tone(duration_s), rate_hz=8000, hands=Hands(edits=edits))


@pytest.fixture
def changed() -> Effect:
    return effect(traced(), traced(EDIT))


def test_maps_differ_only_where_an_edit_reaches(changed: Effect) -> None:
    assert list(changed.maps) == ["layer0", "layer0.backward", "layer1", "layer1.backward"]
    greatest = changed.greatest()
    assert all(value == 0 for half in ("layer0", "layer0.backward") for value in greatest[half].values())
    assert (changed.maps["layer1"]["candidate"][:7] == 0).all()
    np.testing.assert_allclose(changed.maps["layer1"]["candidate"][7, 2], -2 * traced().layers[1].candidate[7, 2], rtol=1e-6)
    # Read backwards, later frames come first: they are all edited, and earlier ones hear of it.
    assert np.abs(changed.maps["layer1.backward"]["cell"][:7]).max() > 0


def test_answers_change_by_what_they_say(changed: Effect) -> None:
    before, after = changed.before["label"].probabilities, changed.after["label"].probabilities
    assert before is not None
    assert after is not None
    np.testing.assert_allclose(changed.answers["label"], [after[label] - before[label] for label in DIGITS.labels])
    assert changed.answers["label"].sum() == pytest.approx(0, abs=1e-12)
    assert np.abs(changed.answers["label"]).max() > 0
    assert changed.answers["age"].shape == (1,)
    np.testing.assert_allclose(changed.by_frame["label"][-1], changed.answers["label"], atol=1e-6)
    assert np.isnan(changed.by_frame["label"][0]).all()


def test_no_edits_change_nothing() -> None:
    none = effect(traced(), traced())
    assert all(value == 0 for half in none.greatest().values() for value in half.values())
    assert all((values == 0).all() for values in none.answers.values())


@pytest.mark.parametrize("other", [{"duration_s": 0.3}, {"lstm": (6, 5, 4)}, {"bidirectional": False, "lstm": (4, 5)}])
def test_traces_of_other_items_or_models_are_refused(other: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="one item and one model"):
        effect(traced(), traced(**other))


def test_an_effect_is_written_as_csv_and_npz(changed: Effect, tmp_path: Path) -> None:
    changed.write(tmp_path / "effect.csv")
    with (tmp_path / "effect.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["target"], row["label"]) for row in rows] == [
        ("label", "no"),
        ("label", "stop"),
        ("label", "yes"),
        ("age", ""),
    ]
    assert float(rows[1]["after"]) - float(rows[1]["before"]) == pytest.approx(float(rows[1]["change"]), abs=1e-7)
    changed.write(tmp_path / "effect.npz")
    with np.load(tmp_path / "effect.npz") as arrays:
        np.testing.assert_array_equal(arrays["layer1.backward.cell"], changed.maps["layer1.backward"]["cell"])
