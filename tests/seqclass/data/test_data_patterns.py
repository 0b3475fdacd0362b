from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqclass.data.patterns import parse_pattern
from seqclass.errors import DataError

plain = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)
names = st.sampled_from(["label", "speaker", "take", "room_2", "_x"])


@given(
    st.lists(names, min_size=1, max_size=5, unique=True),
    st.data(),
    st.sampled_from("_-.+ "),
    st.sampled_from(["", ".wav", ".txt"]),
)
@settings(max_examples=60, deadline=None)
def test_what_a_pattern_writes_it_reads_again(fields: list[str], data: st.DataObject, mark: str, ending: str) -> None:
    values = {name: data.draw(plain) for name in fields}
    text = mark.join(f"{{{name}}}" for name in fields) + ending
    name = mark.join(values.values()) + (ending or ".wav")
    if mark == "." and not ending and len(fields) == 1:
        name = values[fields[0]] + ".wav"
    assert parse_pattern(text).match(f"some/folder/{name}") == values


@given(st.text(max_size=30), st.text(max_size=30))
@settings(max_examples=100, deadline=None)
def test_any_text_is_a_pattern_or_refused(text: str, name: str) -> None:
    try:
        pattern = parse_pattern(text)
    except DataError:
        return
    pattern.match(name or "x")


@pytest.mark.parametrize(
    ("text", "file", "values"),
    [
        ("{label}_{take}.wav", "a_b_c.wav", {"label": "a", "take": "b_c"}),
        ("{label}_{take}.wav", "a_b.WAV", {"label": "a", "take": "b"}),
        ("{label}_{take}.wav", "a_b.flac", None),
        ("{label}_{take}", "x/a_b.flac", {"label": "a", "take": "b"}),
        ("{label}_{take}", "ab.flac", None),
        ("word-{label}.txt", "word-yes.txt", {"label": "yes"}),
        ("word-{label}.txt", "yes.txt", None),
        ("{label}.wav", ".wav", None),
        ("{speaker}/{label}_{take}.wav", "anna/yes_1.wav", {"speaker": "anna", "label": "yes", "take": "1"}),
        ("{speaker}/{label}_{take}.wav", "anna/more/yes_1.wav", None),
        ("{label}_nohash_{take}.wav", "a_b_nohash_1.wav", {"label": "a_b", "take": "1"}),
    ],
)
def test_a_name_is_divided_at_the_first_place_that_fits(text: str, file: str, values: dict[str, str] | None) -> None:
    assert parse_pattern(text).match(file) == values


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("all.wav", "at least one field"),
        ("{label}{speaker}.wav", "something between"),
        ("{label}_{label}.wav", "a field twice"),
        ("{label}_{1}.wav", "letters, digits"),
        ("{label}_}.wav", "letters, digits"),
    ],
)
def test_a_pattern_that_cannot_be_laid_on_names_is_refused(text: str, rule: str) -> None:
    with pytest.raises(DataError, match=rule):
        parse_pattern(text)
