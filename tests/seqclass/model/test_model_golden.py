"""Golden items are made up, the same on every run, and of the front end's kind."""

from __future__ import annotations

import numpy as np
import pytest
from support import TEXTS, front_end_of, make_bundle

from seqclass.model import golden
from seqclass.specs import Kind


def test_golden_items_are_the_same_on_every_run(kind: Kind) -> None:
    first, second = golden.inputs(front_end_of(kind)), golden.inputs(front_end_of(kind))
    assert len(first) == golden.N_ITEMS
    for one, other in zip(first, second, strict=True):
        for name in one:
            np.testing.assert_array_equal(one[name], other[name])


def test_what_is_stored_is_read_back_as_input(kind: Kind) -> None:
    made = make_bundle(kind)
    arrays = golden.compute(made.front_end, made.network)
    items = golden.stored_inputs(made.front_end, arrays)
    again = golden.compute(made.front_end, made.network, items)
    assert again.keys() == arrays.keys()
    for name, values in arrays.items():
        np.testing.assert_array_equal(again[name], values)
    assert len({len(arrays[f"item{index}.frames"]) for index in range(golden.N_ITEMS)}) == golden.N_ITEMS


def test_golden_texts_give_no_training_text_away() -> None:
    items = golden.inputs(front_end_of("text"))
    texts = ["".join(map(chr, item["characters"])) for item in items]
    assert not set(texts) & set(TEXTS)


@pytest.mark.parametrize(
    ("kind", "arrays"),
    [
        ("speech", {"item0.values": np.zeros((3, 3))}),
        ("numeric", {"item0.values": np.zeros(3)}),
        ("numeric", {"item0.values": np.full((3, 3), np.nan)}),
        ("text", {"item0.characters": np.zeros(3)}),
        ("text", {"item0.characters": np.int32([-1])}),
        ("text", {"item0.characters": np.int32([0x110000])}),
        ("text", {"item1.characters": np.int32([65])}),
    ],
)
def test_stored_inputs_of_another_form_are_refused(kind: Kind, arrays: dict[str, np.ndarray]) -> None:  # type: ignore[type-arg]
    with pytest.raises(ValueError, match=r"item0\."):
        golden.stored_inputs(front_end_of(kind), arrays)
