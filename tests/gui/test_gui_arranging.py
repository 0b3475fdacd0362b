"""What Collect makes of all items: figures and order, a piece at a time."""

from __future__ import annotations

import random

import pytest

from gui.pages.collect import arranging
from gui.pages.collect.arranging import Wish, arranged, figures_of
from seqclass.data.manifest import Item, Manifest
from seqclass.specs import DataSpec, TargetSpec

LABELS = ("no", "stop", "yes")


def item(number: int) -> Item:
    return Item(
        id=f"{number:04d}.wav",
        targets={"label": LABELS[number % 3]},
        group=f"s{number % 4}" if number % 5 else None,
        duration_s=random.Random(number).choice((0.5, 1.0, 1.5)),
    )


ITEMS = tuple(map(item, range(200)))


@pytest.mark.parametrize("is_descending", [False, True])
@pytest.mark.parametrize("at_once", [7, 1000])
def test_items_are_sorted_in_pieces_as_they_are_at_once(monkeypatch, is_descending, at_once):
    monkeypatch.setattr(arranging, "_N_SORTED", at_once)
    found = arranged(ITEMS, Wish(None, (), "label", lambda one: one.duration_s, is_descending))
    assert found.items == sorted(ITEMS, key=lambda one: one.duration_s, reverse=is_descending)
    assert found.n_all == 200


def test_a_class_and_all_words_of_a_search_are_asked_for():
    found = arranged(ITEMS, Wish("stop", ("s1", "00"), "label", lambda one: one.id, False))
    assert found.items == [one for one in ITEMS if one.targets["label"] == "stop" and one.group == "s1" and "00" in one.id]
    assert found.n_all == sum(one.targets["label"] == "stop" for one in ITEMS)


def test_figures_are_those_of_the_items():
    manifest = Manifest(
        root="/", kind="speech", layout="class folders", data=DataSpec(), targets=(TargetSpec(name="label"),), items=ITEMS
    )
    figures = figures_of(manifest)
    assert figures.labels == LABELS
    assert figures.counts == {label: sum(one.targets["label"] == label for one in ITEMS) for label in LABELS}
    assert figures.duration_s == pytest.approx(sum(one.duration_s for one in ITEMS))
    assert figures.n_all_speakers == 4
    assert figures.n_speakers == {
        label: len({one.group for one in ITEMS if one.group and one.targets["label"] == label}) for label in LABELS
    }
