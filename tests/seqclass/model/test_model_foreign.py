"""What an import asks of a person, and what it says where the answer does not fit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqclass.errors import SpecError, StorageError
from seqclass.features.front_end import NumericFrontEnd, SpeechFrontEnd, TextFrontEnd
from seqclass.model.features_file import parse_features
from seqclass.model.foreign import front_end_for, target_cards


def test_short_forms_are_read() -> None:
    assert parse_features("numeric") == {"kind": "numeric"}
    written = "speech,sample_rate_hz=16000,n_mfcc=13,normalisation=utterance"
    assert parse_features(written) == {
        "kind": "speech",
        "sample_rate_hz": 16000,
        "n_mfcc": 13,
        "normalisation": "utterance",
    }


def test_a_file_names_its_vocabulary_beside_itself(tmp_path: Path) -> None:
    (tmp_path / "f.toml").write_text('[features]\nkind = "text"\nvocabulary = "words.txt"\n')
    assert parse_features(str(tmp_path / "f.toml"))["vocabulary"] == str(tmp_path / "words.txt")
    (tmp_path / "f.json").write_text('{"kind": "numeric", "normalisation": "train", "mean": [1], "deviation": [2]}')
    assert parse_features(str(tmp_path / "f.json"))["mean"] == [1]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("mfcc", "must be a .toml or .json file, or a short form"),
        ("speech,16000", "KIND,name=value. Received: '16000'"),
        ("f.toml", 'must say kind = "speech"'),
        ("bad.toml", "must be a TOML file"),
        ("bad.json", "must be a JSON file"),
    ],
)
def test_other_forms_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, words: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("f.toml").write_text("a = 1")
    Path("bad.toml").write_text("a =")
    Path("bad.json").write_text("{")
    with pytest.raises(SpecError, match=words):
        parse_features(written)


def test_numbers_pass_as_they_are_unless_figures_are_given() -> None:
    plain = front_end_for({"kind": "numeric"}, n_features=2, n_tokens=None)
    assert isinstance(plain, NumericFrontEnd)
    assert plain.is_causal
    values = np.asarray([[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_array_equal(plain.encode(values).frames, values)
    scaled = {"kind": "numeric", "normalisation": "train", "mean": [1, 2], "deviation": [2, 4]}
    front_end = front_end_for(scaled, n_features=2, n_tokens=None)
    assert isinstance(front_end, NumericFrontEnd)
    np.testing.assert_allclose(front_end.encode(values).frames, [[0, 0], [1, 0.5]])


def test_mfcc_take_their_number_from_the_model() -> None:
    front_end = front_end_for({"kind": "speech", "sample_rate_hz": 8000, "delta_order": 1}, n_features=26, n_tokens=None)
    assert isinstance(front_end, SpeechFrontEnd)
    assert (front_end.spec.n_mfcc, front_end.n_features, front_end.spec.trim_db) == (13, 26, None)


def test_a_vocabulary_keeps_its_ids_and_its_unknown_token(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("\n[UNK]\ngood\nbad\n", encoding="utf-8")
    features = {"kind": "text", "vocabulary": str(tmp_path / "words.txt")}
    front_end = front_end_for(features, n_features=None, n_tokens=6)
    assert isinstance(front_end, TextFrontEnd)
    assert front_end.encode("good or bad").frames.tolist() == [2, 1, 3]


@pytest.mark.parametrize(
    ("features", "sizes", "words"),
    [
        ({}, (13, None), "Frames of 13 numbers enter this model.*no --features"),
        ({"kind": "text"}, (13, None), "Frames of 13 numbers.*--features text"),
        ({"kind": "numeric"}, (None, 9), "Ids of 9 tokens enter this model"),
        ({"kind": "text"}, (None, 9), "text without a vocabulary"),
        ({"kind": "text", "vocabulary": ["a"] * 10}, (None, 9), "1 to 9 tokens"),
        ({"kind": "text", "vocabulary": ["a"], "unknown": 4}, (None, 9), "unknown=4"),
        ({"kind": "text", "vocabulary": ["a"], "tokenizer": "auto"}, (None, 9), "tokenizer=auto"),
        ({"kind": "speech"}, (13, None), "no sample_rate_hz"),
        ({"kind": "speech", "sample_rate_hz": 8000, "n_mfcc": 12}, (13, None), "the 13 numbers.*12 numbers"),
        ({"kind": "speech", "sample_rate_hz": 8000, "n_mfc": 12}, (13, None), "Did you mean features.n_mfcc"),
        ({"kind": "speech", "sample_rate_hz": 8000, "normalisation": "train"}, (13, None), "no mean or no deviation"),
        ({"kind": "numeric", "normalisation": "train", "mean": [1], "deviation": [1, 2]}, (2, None), "features.mean"),
        ({"kind": "numeric", "delta_order": 1}, (3, None), "Change delta_order"),
    ],
)
def test_what_is_missing_or_does_not_fit_is_said(features: dict[str, Any], sizes: tuple[Any, Any], words: str) -> None:
    with pytest.raises(SpecError, match=words):
        front_end_for(features, n_features=sizes[0], n_tokens=sizes[1])


def test_a_missing_vocabulary_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"none\.txt"):
        front_end_for({"kind": "text", "vocabulary": str(tmp_path / "none.txt")}, n_features=None, n_tokens=4)


def test_labels_stand_in_the_order_of_the_outputs(tmp_path: Path) -> None:
    (tmp_path / "labels.txt").write_text("a, b\nc\n")
    outputs = [("word", 2, "class"), ("age", 1, "number")]
    word, age = target_cards(outputs, [f"word={tmp_path / 'labels.txt'}"])
    assert (word.labels, age.kind) == (("a, b", "c"), "number")
    assert target_cards([("label", 3, "class")], [])[0].labels == ("0", "1", "2")
    with pytest.raises(SpecError, match=r"must have 3 labels.*Received: 2"):
        target_cards([("label", 3, "class")], ["a,b"])
    with pytest.raises(SpecError, match="labels that differ"):
        target_cards([("label", 2, "class")], ["a,a"])
