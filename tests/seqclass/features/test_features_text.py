"""Tokens and vocabularies."""

from __future__ import annotations

import sys
import types

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqclass.errors import MissingDependencyError
from seqclass.features.text import UNKNOWN, Vocabulary, build_vocabulary, choose_tokenizer, normalise_text, tokenizer
from seqclass.specs import TextFeatureSpec


def spec(**changes: object) -> TextFeatureSpec:
    plain = {"tokenizer": "words", "lowercase": True, "max_vocabulary": 100, "min_count": 1, "max_tokens": 50}
    return TextFeatureSpec(**(plain | changes))  # type: ignore[arg-type]


def words(text: str, *, lowercase: bool = True) -> list[str]:
    return tokenizer("words")(normalise_text(text, lowercase=lowercase))


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Don't stop!", ["don't", "stop", "!"]),
        ("rock 'n' roll", ["rock", "'", "n", "'", "roll"]),
        ("it’s the dogs’ house", ["it’s", "the", "dogs", "’", "house"]),
        ("naïve café, ÉCOLE", ["naïve", "café", ",", "école"]),
        ("cafe\u0301 nai\u0308ve", ["café", "naïve"]),  # written with combining accents
        ("Straße", ["strasse"]),
        ("ＦＵＬＬ　ｗｉｄｔｈ１", ["full", "width1"]),
        ("a...b", ["a", ".", ".", ".", "b"]),
        ("  \n\t ", []),
        ("यह फ़िल्म अच्छी है।", ["यह", "फ\u093cिल्म", "अच्छी", "है", "।"]),
        ("مُحَمَّد كَتَبَ", ["مُحَمَّد", "كَتَبَ"]),
        ("שָׁלוֹם עולם", ["שָׁלוֹם", "עולם"]),
        ("می\u200cخواهم بروم", ["می\u200cخواهم", "بروم"]),
        ("தமிழ் நல்லது", ["தமிழ்", "நல்லது"]),
        ("한국어 문장", ["한국어", "문장"]),
        ("😀👍🏽", ["😀", "👍", "🏽"]),
    ],
)
def test_words_are_cut_as_a_reader_would(text: str, tokens: list[str]) -> None:
    assert words(text) == tokens


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_words_lose_no_visible_sign_and_hold_no_space(text: str) -> None:
    composed = normalise_text(text, lowercase=False)
    tokens = tokenizer("words")(composed)
    assert "".join(tokens) == "".join(sign for sign in composed if not sign.isspace())
    assert all(token and not any(sign.isspace() for sign in token) for token in tokens)


def test_case_is_kept_where_asked() -> None:
    assert words("Polish POLISH", lowercase=False) == ["Polish", "POLISH"]


@pytest.mark.parametrize(
    ("texts", "chosen"),
    [
        (["这部电影很好看", "不好看"], "characters"),
        (["この映画はおもしろい"], "characters"),
        (["ｱﾘｶﾞﾄｳ"], "characters"),
        (["หนังเรื่องนี้ดีมาก"], "characters"),
        (["ຮູບເງົາດີ"], "characters"),
        (["this film is good", "好"], "words"),
        (["한국어 문장은 띄어 쓴다"], "words"),
        (["यह अच्छी है"], "words"),
        (["12 34", "..."], "words"),
        ([], "words"),
    ],
)
def test_auto_chooses_characters_for_scripts_without_spaces(texts: list[str], chosen: str) -> None:
    assert choose_tokenizer(texts) == chosen
    assert build_vocabulary(texts, spec(tokenizer="auto")).tokenizer == chosen


def test_characters_leave_spaces_out() -> None:
    assert tokenizer("characters")("这部 电影 ok") == ["这", "部", "电", "影", "o", "k"]


def test_jieba_that_is_not_installed_names_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jieba", None)
    with pytest.raises(MissingDependencyError, match=r"needs the word segmenter jieba.*pip install 'seqclass\[chinese\]'"):
        build_vocabulary(["这部电影"], spec(tokenizer="jieba"))


def test_jieba_cuts_words_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = types.ModuleType("jieba")
    fake.setLogLevel = lambda _: None  # type: ignore[attr-defined]
    fake.lcut = lambda text: [text[:2], " ", text[2:]]  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "jieba", fake)
    vocabulary = build_vocabulary(["电影很好"], spec(tokenizer="jieba"))
    assert vocabulary.split("电影很好") == ["电影", "很好"]


def test_tokens_that_training_never_saw_stay_unknown() -> None:
    vocabulary = build_vocabulary(["a good film"], spec())
    ids = vocabulary.encode(vocabulary.split("a splendid film"))
    assert ids.dtype == np.int32
    assert [vocabulary.tokens[index] for index in ids] == ["a", UNKNOWN, "film"]


def test_an_empty_text_has_one_unknown_frame() -> None:
    vocabulary = build_vocabulary(["a"], spec())
    for text in ("", "   ", "\n"):
        assert vocabulary.split(text) == [UNKNOWN]
        assert vocabulary.encode(vocabulary.split(text)).tolist() == [0]


def test_a_training_part_without_words_still_gives_a_vocabulary() -> None:
    assert build_vocabulary([], spec()).tokens == (UNKNOWN,)
    assert build_vocabulary(["", " "], spec()).tokens == (UNKNOWN,)


def test_rare_tokens_are_dropped_and_the_most_frequent_come_first() -> None:
    texts = ["b b b a a c", "a b"]
    assert build_vocabulary(texts, spec(min_count=2)).tokens == (UNKNOWN, "b", "a")
    assert build_vocabulary(texts, spec(max_vocabulary=1)).tokens == (UNKNOWN, "b")


@given(st.permutations(["delta", "alpha", "charlie", "bravo"]))
def test_ties_are_broken_by_the_token_whatever_the_order(texts: list[str]) -> None:
    assert build_vocabulary(texts, spec(max_vocabulary=3)).tokens == (UNKNOWN, "alpha", "bravo", "charlie")


def test_longer_texts_are_cut_and_what_is_cut_does_not_count() -> None:
    vocabulary = build_vocabulary(["one two three four"], spec(max_tokens=2))
    assert vocabulary.tokens == (UNKNOWN, "one", "two")
    assert vocabulary.split("three two one") == ["three", "two"]


def test_vocabularies_compare_by_what_they_know() -> None:
    assert Vocabulary("words", True, 5, ("a",)) == Vocabulary("words", True, 5, ("a",))
    assert Vocabulary("words", True, 5, ("a",)) != Vocabulary("words", True, 5, ("b",))
