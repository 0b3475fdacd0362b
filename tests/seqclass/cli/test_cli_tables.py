"""Layout for wide letters, and numbers as people read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqclass.cli import tables


@pytest.mark.parametrize(
    ("text", "columns"), [("", 0), ("yes", 3), ("声", 2), ("한국어", 6), ("ｙｅｓ", 6), ("café", 4), ("cafe\u0301", 4)]
)
def test_wide_letters_take_two_columns_and_marks_none(text: str, columns: int) -> None:
    assert tables.width(text) == columns


@given(st.text(), st.integers(1, 30))
def test_a_cut_text_is_never_wider_than_asked(text: str, columns: int) -> None:
    assert tables.width(tables.cut(text, columns)) <= columns


def test_what_fits_is_not_cut() -> None:
    assert tables.cut("声音", 4) == "声音"
    assert tables.cut("声音", 3) == "声…"


def test_columns_line_up_whatever_the_script() -> None:
    lines = tables.table(("class", "items"), [("да", 5), ("声音", 12), ("yes", None)])
    assert lines == ["class  items", "да         5", "声音      12", "yes        -"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0042, "4 ms"),
        (1.25, "1.2 s"),
        (59.4, "59 s"),
        (59.6, "1 min 00 s"),
        (245, "4 min 05 s"),
        (7620, "2 h 07 min"),
        (None, "-"),
        (float("inf"), "-"),
    ],
)
def test_seconds_are_said_as_people_say_them(seconds: float | None, text: str) -> None:
    assert tables.duration(seconds) == text


def test_shares_and_numbers_that_are_none_show_as_a_dash() -> None:
    assert tables.percent(0.9871) == "98.7 %"
    assert tables.percent(None) == tables.percent(float("nan")) == "-"
    assert tables.number(0.00123456) == "0.001235"
    assert tables.number(None) == tables.number(float("nan")) == "-"
    assert tables.number(3000) == "3000"


def test_one_is_singular() -> None:
    assert (tables.plural(1, "item"), tables.plural(0, "item")) == ("1 item", "0 items")
