from __future__ import annotations

import math
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqclass.data.columns import Chosen, Column, Stored, column_from, column_of

texts = st.text(max_size=12) | st.sampled_from(["", "a", "0" * 64, "g" * 64, "A" * 64])
numbers = st.integers(-(2**70), 2**70) | st.integers(0, 3)
decimals = st.floats(allow_nan=False, allow_infinity=False)  # a scan refuses others, and JSON has none
digests = st.binary(min_size=32, max_size=32).map(bytes.hex)
names = st.sampled_from(["label", "room", "age"])
mappings = st.dictionaries(names, st.sampled_from(["yes", "no"]) | decimals | texts, max_size=3)
plain = st.booleans() | texts | decimals | st.integers(0, 9)
ONE_KIND = [texts, numbers, decimals, digests, mappings, plain, st.none()]
columns = st.sampled_from(ONE_KIND).flatmap(lambda kind: st.lists(kind | st.none(), max_size=30) | st.lists(kind, max_size=30))


def same(one: Any, other: Any) -> bool:
    """Equal and of equal types, in a dictionary too."""
    if isinstance(one, dict):
        return type(other) is dict and list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    return type(one) is type(other) and one == other


def all_same(found: Any, wanted: list[Any]) -> bool:
    listed = list(found)
    return len(listed) == len(wanted) and all(map(same, listed, wanted))


@given(columns)
def test_a_column_gives_back_what_it_was_made_of(values: list[Any]) -> None:
    column = column_of(values)
    assert len(column) == len(values)
    assert all_same(column, values)
    assert all_same([column[row] for row in range(len(values))], values)
    assert all_same(column[1:5:2], values[1:5:2])


@given(columns, st.data())
def test_chosen_rows_come_in_the_order_that_was_asked_for(values: list[Any], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.integers(0, len(values) - 1), max_size=9)) if values else []
    chosen = Chosen(column_of(values), np.asarray(rows, np.int32))
    assert all_same(chosen, [values[row] for row in rows])
    assert all_same(column_of(values).many(np.asarray(rows, np.int64)), [values[row] for row in rows])
    assert all_same([chosen[place] for place in range(len(rows))], [values[row] for row in rows])
    assert all_same(chosen.many(np.arange(len(rows))[::-1]), [values[row] for row in rows[::-1]])


@given(columns)
def test_a_column_goes_through_a_file_of_either_form(values: list[Any]) -> None:
    stored = column_of([value for value in values if type(value) is not int or abs(value) < 2**63]).stored()
    kept = list(column_from(stored))
    assert all_same(column_from(msgspec.json.decode(msgspec.json.encode(stored), type=Stored)), kept)
    assert all_same(column_from(msgspec.msgpack.decode(msgspec.msgpack.encode(stored), type=Stored)), kept)


def test_names_that_are_not_utf8_are_kept() -> None:
    assert list(column_of(["\udcff", "a\ud800", "b", "c", "d"])) == ["\udcff", "a\ud800", "b", "c", "d"]


def test_no_sign_of_zero_is_lost() -> None:
    assert [math.copysign(1, value) for value in column_of([0.0, -0.0])] == [1, -1]


@pytest.mark.parametrize(
    ("values", "bytes_a_value"),
    [
        (["yes", "no"] * 2000, 1),
        ([bytes([n % 256, n // 256]).hex() * 16 for n in range(4000)], 32),
        ([n / 7 for n in range(4000)], 8),
        ([None] * 4000, 0),
        ([f"{n:08}" for n in range(4000)], 12),
        ([{"label": "yes"}, {"label": "no"}] * 2000, 1),
    ],
)
def test_a_column_takes_few_bytes(values: list[Any], bytes_a_value: int) -> None:
    stored = column_of(values).stored()
    kept = column_from(stored)
    arrays = [value for value in vars(kept).values() if isinstance(value, np.ndarray | bytes)]
    n_bytes = sum(array.nbytes if isinstance(array, np.ndarray) else len(array) for array in arrays)
    assert n_bytes <= bytes_a_value * len(values) + 100
    assert all_same(kept, values)


@pytest.mark.parametrize(
    "damaged",
    [
        Stored("same", 2, values=[]),
        Stored("coded", 1, values=["a"], data=b"\1\0\0\0"),
        Stored("coded", 2, values=["a"], data=b"\0\0\0\0"),
        Stored("texts", 1, data=b"abc", ends=b"\2" + bytes(7)),
        Stored("texts", 2, data=b"abc", ends=b"\3" + bytes(7) + b"\2" + bytes(7)),
        Stored("digests", 2, data=bytes(32)),
        Stored("numbers", 1, values=["<f2"], data=bytes(8)),
        Stored("numbers", 1, values=["<f8"], data=bytes(7)),
        Stored("partly", 1, data=b"\1", inner=[]),
        Stored("partly", 1, data=b"\1", inner=[Stored("plain", 2, values=[1, 2])]),
        Stored("mappings", 1, values=["a", "b"], inner=[Stored("plain", 1, values=[1])]),
    ],
)
def test_a_damaged_column_is_refused(damaged: Stored) -> None:
    with pytest.raises(ValueError, match=r"."):
        column_from(damaged)


def test_a_column_has_no_row_beyond_its_end() -> None:
    column: Column = column_of(["a", "b", "c", "d", "e"])
    assert column[4] == "e"
    with pytest.raises(IndexError):
        column[5]
