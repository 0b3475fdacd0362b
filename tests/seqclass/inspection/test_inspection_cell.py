"""The cell diagram's numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from support import make_bundle, model_spec, tone

from seqclass.errors import UsageError
from seqclass.inspection.cell import CellTerms, cell_terms
from seqclass.inspection.hands import Edit, Hands
from seqclass.inspection.trace import trace
from seqclass.specs import Kind

ITEMS: dict[Kind, dict[str, Any]] = {
    "speech": {"item": tone(), "rate_hz": 8000},
    "numeric": {"item": np.random.default_rng(0).normal(size=(15, 3))},
    "text": {"text": "a good film, unheard-of"},
}


def terms_of(kind: Kind = "speech", **chosen: Any) -> CellTerms:
    bundle = make_bundle(kind, model=model_spec(lstm=(6, 5), bidirectional=True))
    return cell_terms(bundle, trace(bundle, **ITEMS[kind]), **chosen)


def sigmoid(values: Any) -> Any:
    return 1 / (1 + np.exp(-np.asarray(values)))


@pytest.mark.parametrize("kind", ["speech", "numeric", "text"])
@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize("backward", [False, True])
def test_every_term_of_a_unit_adds_up(kind: Kind, layer: int, *, backward: bool) -> None:
    for unit in range(5):
        terms = terms_of(kind, layer=layer, backward=backward, unit=unit)
        np.testing.assert_allclose(terms.total, terms.from_input + terms.from_hidden + terms.bias)
        np.testing.assert_allclose(terms.values[:, [0, 1, 3]], sigmoid(terms.total[:, [0, 1, 3]]), atol=1e-6)
        np.testing.assert_allclose(terms.values[:, 2], np.tanh(terms.total[:, 2]), atol=1e-6)
        np.testing.assert_allclose(terms.kept, terms.values[:, 1] * terms.before, atol=1e-12)
        np.testing.assert_allclose(terms.written, terms.values[:, 0] * terms.values[:, 2], atol=1e-12)
        np.testing.assert_allclose(terms.cell, terms.kept + terms.written, atol=1e-6)
        np.testing.assert_allclose(terms.squeezed, np.tanh(terms.cell), atol=1e-6)
        np.testing.assert_allclose(terms.hidden, terms.values[:, 3] * terms.squeezed, atol=1e-6)


@pytest.mark.parametrize("backward", [False, True])
def test_the_mean_is_that_of_the_units_term_by_term(*, backward: bool) -> None:
    mean = terms_of(layer=1, backward=backward)
    units = [terms_of(layer=1, backward=backward, unit=unit) for unit in range(5)]
    for name in (
        "from_input",
        "from_hidden",
        "bias",
        "total",
        "values",
        "before",
        "kept",
        "written",
        "cell",
        "squeezed",
        "hidden",
    ):
        np.testing.assert_allclose(
            getattr(mean, name), np.mean([getattr(unit, name) for unit in units], axis=0), atol=1e-6, err_msg=name
        )
    np.testing.assert_allclose(mean.cell, mean.kept + mean.written, atol=1e-6)


def test_the_first_frame_read_finds_nothing() -> None:
    assert terms_of(unit=0).at(0).before == 0
    assert terms_of(unit=0).from_hidden[0].tolist() == [0, 0, 0, 0]
    assert terms_of(unit=0, backward=True).at(-1).before == 0
    assert terms_of(unit=0, backward=True).at(0).before != 0


def test_one_frame_holds_the_same_numbers_and_its_equations_name_them() -> None:
    terms = terms_of(unit=2)
    frame = terms.at(7)
    assert frame.gates["forget_gate"].total == terms.total[7, 1]
    assert frame.cell == pytest.approx(frame.kept + frame.written, abs=1e-6)
    lines = frame.equations()
    assert [line[:4] for line in lines] == ["i = ", "f = ", "g = ", "o = ", "c = ", "h = "]
    assert lines[2].startswith("g = tanh(")
    assert f"= {frame.hidden:.3f}" in lines[5]
    assert all(f"{value:.3f}" in lines[4] for value in (frame.kept, frame.cell))


def test_the_mean_says_that_products_do_not_hold() -> None:
    terms = terms_of()
    assert "mean" in terms.at(3).equations()[4]
    assert "not the mean" in terms.read_me
    assert terms.read_me != terms_of(unit=0).read_me


def test_a_hand_shows_beside_what_the_gate_would_have_been() -> None:
    bundle = make_bundle(model=model_spec())
    edited = trace(bundle, tone(), rate_hz=8000, hands=Hands(edits=(Edit(part="forget_gate", action="zero"),)))
    frame = cell_terms(bundle, edited, unit=1).at(4)
    assert frame.gates["forget_gate"].value == 0
    assert sigmoid(frame.gates["forget_gate"].total) > 0
    assert frame.before != 0
    assert frame.kept == 0


@pytest.mark.parametrize(
    ("chosen", "words"),
    [({"layer": 2}, "layer must lie within 0 to 1"), ({"unit": 6}, "unit must lie within 0 to 5"), ({"unit": -1}, "unit must")],
)
def test_a_cell_that_is_not_there_is_refused(chosen: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        terms_of(**chosen)
    with pytest.raises(UsageError, match="frame must lie"):
        terms_of(unit=0).at(99)


def test_a_forward_layer_has_no_backward_half() -> None:
    bundle = make_bundle()
    with pytest.raises(UsageError, match="reads forward"):
        cell_terms(bundle, trace(bundle, tone(), rate_hz=8000), backward=True)
