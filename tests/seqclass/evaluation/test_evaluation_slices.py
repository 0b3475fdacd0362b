"""Ways to divide evaluated items."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from seqclass.data.manifest import Item
from seqclass.evaluation.slices import Slicing, class_figures, number_figures, slicings


def items_of(n_items: int = 8, **changes: object) -> list[Item]:
    made = {"group": None, "duration_s": None, **changes}
    return [
        Item(
            id=f"{n}.wav",
            file=f"{n}.wav",
            targets={"label": "ab"[n % 2], "age": 20.0 + n},
            **{name: value(n) if callable(value) else value for name, value in made.items()},  # type: ignore[arg-type]
        )
        for n in range(n_items)
    ]


def by_name(items: list[Item], root: Path | None = None) -> dict[tuple[str, str], Slicing]:
    return {(one.kind, one.name): one for one in slicings(items, root=root)}


def test_speakers_come_first_and_nobody_known_last() -> None:
    found = slicings(items_of(group=lambda n: (None, "zoe", "ada")[n % 3]))
    assert (found[0].kind, found[0].order) == ("group", ("ada", "zoe", ""))


def test_lengths_are_divided_into_quarters() -> None:
    found = by_name(items_of(40, duration_s=lambda n: 0.1 * (n + 1)))["length", ""]
    assert len(found.order) == 4
    assert [found.parts.count(part) for part in found.order] == [10, 10, 10, 10]


def test_few_different_numbers_are_parts_of_their_own() -> None:
    found = by_name(items_of(duration_s=lambda n: (0.5, 1.0)[n % 2]))["length", ""]
    assert found.order == ("0.5", "1")


def test_what_divides_nothing_is_left_out() -> None:
    found = by_name(items_of(group="ada", duration_s=1.0, rate_hz=8000))
    assert set(found) == {("target", "label"), ("target", "age")}


@pytest.mark.parametrize("separator", [",", "\t"])
def test_other_columns_of_the_manifest_divide_the_items(tmp_path: Path, separator: str) -> None:
    rows = [["file", "label", "age", "room", "take", "speaker", "split"]]
    rows += [[f"{n}.wav", "ab"[n % 2], f"{20 + n}", ("hall", "")[n % 2], f"t{n}", "xy"[n % 2], "test"] for n in range(8)]
    name = "manifest.tsv" if separator == "\t" else "manifest.csv"
    (tmp_path / name).write_text("\n".join(separator.join(row) for row in rows), encoding="utf-8")
    found = by_name(items_of(group=lambda n: "xy"[n % 2]), tmp_path)
    assert found["column", "room"].order == ("hall", "")
    assert ("column", "take") in found
    assert ("column", "speaker") not in found  # that is the group
    assert ("column", "split") not in found


def test_texts_of_a_manifest_are_found_by_their_row(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text("text,label,source\ngood,a,web\nbad,b,book\n", encoding="utf-8")
    items = [Item(id=f"manifest.csv#{n}", targets={"label": "ab"[n]}, text="x" * n) for n in range(2)]
    assert by_name(items, tmp_path)["column", "source"].parts == ("web", "book")


def test_a_manifest_that_is_damaged_gives_no_columns(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text('file,label,room\n0.wav,a,"hall\n', encoding="utf-8")
    assert not [one for one in slicings(items_of(), root=tmp_path) if one.kind == "column"]


def test_each_part_has_its_figures() -> None:
    slicing = Slicing("group", "", ("x", "y", "x", "y"), ("x", "y", "gone"))
    one, two = class_figures(slicing, np.asarray([True, True, True, False]))
    assert (one.part, one.n_items, one.accuracy) == ("x", 2, 1.0)
    assert two.accuracy == 0.5
    assert two.interval is not None
    assert two.interval[0] < 0.5 < two.interval[1]
    one, two = number_figures(slicing, np.asarray([1.0, 2.0, -3.0, 0.0]))
    assert (one.mae, one.rmse) == (2.0, pytest.approx(5**0.5))
    assert (two.mae, two.n_items) == (1.0, 2)
