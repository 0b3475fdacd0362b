from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqclass.data.items import FIELDS, Items, column, concatenated, item_of, taken, values_of
from seqclass.data.manifest import Item, ItemParts, Manifest, read_manifest, write_manifest
from seqclass.data.splits import assign_splits
from seqclass.errors import DataError
from seqclass.specs import SPLITS, DataSpec, TargetSpec

N_MANY = 5000
texts = st.text(max_size=8)
some = st.builds(
    Item,
    id=texts,
    targets=st.dictionaries(st.sampled_from(["label", "age"]), st.sampled_from(["yes", "no"]) | st.floats(0, 1), max_size=2),
    group=st.none() | texts,
    split=st.sampled_from([None, *SPLITS]),
    file=st.none() | texts,
    row=st.none() | st.integers(0, 9),
    text=st.none() | texts,
    duration_s=st.none() | st.floats(0, 99),
    rate_hz=st.none() | st.sampled_from([8000, 16000]),
    n_channels=st.none() | st.integers(1, 2),
    n_frames=st.none() | st.integers(0, 99),
    n_features=st.none() | st.integers(1, 3),
    content_hash=st.just("") | st.binary(min_size=32, max_size=32).map(bytes.hex),
)


def recordings(n: int) -> list[Item]:
    """Each made of objects of its own, as from a scan."""
    targets: list[dict[str, str | float]] = [{"label": f"word{label}"} for label in range(10)]
    return [
        Item(
            id=f"word{n % 10}/speaker{n % 60}_nohash_{n:06}.wav",
            targets=targets[n % 10],
            group=f"speaker{n % 60}",
            file=f"word{n % 10}/speaker{n % 60}_nohash_{n:06}.wav",
            duration_s=0.3 + n / 77777,
            rate_hz=8000,
            n_channels=1,
            content_hash=f"{n:064x}",
        )
        for n in range(n)
    ]


def manifest_of(items: list[Item]) -> Manifest:
    return Manifest(
        root="/nowhere",
        kind="speech",
        layout="class folders",
        data=DataSpec(),
        targets=(TargetSpec(),),
        items=Items.of(sorted(items, key=lambda item: item.id)),
    )


@given(st.lists(some, max_size=12))
def test_items_come_out_as_they_went_in(given_items: list[Item]) -> None:
    items = Items.of(given_items)
    assert list(items) == given_items
    assert items == tuple(given_items)
    assert tuple(given_items) == items
    assert [items[place] for place in range(len(items))] == given_items
    assert [items[-place - 1] for place in range(len(items))] == given_items[::-1]
    assert items[1:4] == tuple(given_items[1:4])
    for name in FIELDS:
        wanted = [getattr(item, name) for item in given_items]
        assert list(values_of(items, name)) == list(values_of(given_items, name)) == wanted
        assert list(column(items, name)) == list(column(given_items, name)) == wanted


@given(st.lists(some, max_size=12))
def test_items_go_through_a_file(given_items: list[Item]) -> None:
    assert list(Items.from_stored(Items.of(given_items).stored())) == given_items


@given(st.lists(some, min_size=1, max_size=12), st.data())
def test_chosen_items_are_those_at_these_places(given_items: list[Item], data: st.DataObject) -> None:
    rows = np.asarray(data.draw(st.lists(st.integers(0, len(given_items) - 1), max_size=6)), np.int64)
    wanted = [given_items[row] for row in rows]
    chosen = Items.of(given_items).take(rows)
    assert list(chosen) == list(taken(given_items, rows)) == wanted
    assert list(chosen.take(np.arange(len(rows))[::-1])) == wanted[::-1]
    assert list(Items.from_stored(chosen.stored())) == wanted
    assert list(concatenated([chosen, chosen])) == list(concatenated([wanted, chosen])) == wanted * 2


def test_there_is_no_item_beyond_the_last() -> None:
    items = Items.of(recordings(3))
    with pytest.raises(IndexError):
        items[3]
    with pytest.raises(IndexError):
        items[-4]
    with pytest.raises(TypeError):
        hash(items)


def test_an_item_is_made_of_all_fields_in_their_order() -> None:
    (item,) = recordings(1)
    assert item_of([getattr(item, name) for name in FIELDS]) == item


def test_columns_that_do_not_fit_together_are_refused() -> None:
    stored = Items.of(recordings(3)).stored()
    for damaged in (
        {name: each for name, each in stored.items() if name != "group"},
        {**stored, "group": Items.of(recordings(2)).stored()["group"]},
    ):
        with pytest.raises(ValueError, match="column for each field"):
            Items.from_stored(damaged)


def test_many_items_take_little_memory() -> None:
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        items = Items.of(recordings(N_MANY))
        n_bytes = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert len(items) == N_MANY
    assert n_bytes / N_MANY < 120  # 86 of them are the text of the id, a hash and a length


def test_parts_of_them_and_a_split_take_little_more() -> None:
    manifest = manifest_of(recordings(N_MANY))
    assign_splits(manifest, manifest.data)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        assignment = assign_splits(manifest, manifest.data)
        parts = [assignment.items(manifest, part) for part in SPLITS]
        n_bytes = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert sum(map(len, parts)) == N_MANY
    assert n_bytes / N_MANY < 10


def test_a_split_says_the_same_in_whatever_way_it_is_asked() -> None:
    manifest = manifest_of(recordings(200))
    assignment = assign_splits(manifest, manifest.data)
    assert isinstance(assignment.parts, ItemParts)
    parts = dict(assignment.parts)
    assert list(parts) == [item.id for item in manifest.items]
    assert assignment.parts_of(manifest.items) == list(parts.values())
    assert assignment.parts_of(manifest.items[::-1]) == list(parts.values())[::-1]
    assert assignment.parts.get("nothing") is None
    assert assignment.parts_of(recordings(300))[-1] is None
    for part in SPLITS:
        assert [item.id for item in assignment.items(manifest, part)] == [name for name, its in parts.items() if its == part]


@pytest.mark.parametrize("by", ["auto", "item"])
@given(data=st.data())
def test_what_is_saved_whole_is_divided_as_one_by_one(by: Literal["auto", "item"], data: st.DataObject) -> None:
    spec = DataSpec(split_by=by)
    part = st.sampled_from(SPLITS)
    given_items = recordings(240)
    manifest = manifest_of(given_items)
    of_group = data.draw(st.lists(part, min_size=3, max_size=3))
    saved = {item.id: of_group[int(str(item.group)[7:]) % 3] for item in given_items}
    changed = [msgspec.structs.replace(item, split="train") for item in given_items]  # given parts: looked at one by one
    by_kind, one_by_one = assign_splits(manifest, spec, saved=saved), assign_splits(manifest_of(changed), spec, saved=saved)
    assert by_kind == one_by_one
    assert by_kind.parts == saved


def test_items_in_no_order_are_divided_all_the_same() -> None:
    manifest = manifest_of(recordings(200))
    turned = Manifest(
        root="/nowhere",
        kind="speech",
        layout="class folders",
        data=DataSpec(),
        targets=(TargetSpec(),),
        items=manifest.items[::-1],
    )
    assert assign_splits(turned, turned.data).parts == assign_splits(manifest, manifest.data).parts


def test_a_manifest_that_was_written_is_read_with_all_items_made(tmp_path: Path) -> None:
    manifest = manifest_of(recordings(20))
    write_manifest(tmp_path / "m.json", manifest)
    read = read_manifest(tmp_path / "m.json")
    assert read == manifest
    assert isinstance(read.items, tuple)
    content = (tmp_path / "m.json").read_text()
    (tmp_path / "m.json").write_text(content.replace('"group"', '"crowd"'))
    with pytest.raises(DataError, match="Scan the data set anew"):
        read_manifest(tmp_path / "m.json")
