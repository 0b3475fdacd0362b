"""Front ends: what travels in a bundle, and what they refuse."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import numpy as np
import pytest
from support import numeric_front_end, speech_front_end, text_front_end, tone

from seqclass.errors import ItemError
from seqclass.features.front_end import FrontEnd, fit_numeric, from_plain, to_plain
from seqclass.specs import NumericFeatureSpec

FRONT_ENDS = [
    speech_front_end(),
    speech_front_end(delta_order=2, delta_width=5, normalisation="running", preemphasis=0.97, hop_ms=10.0, trim_db=30.0),
    speech_front_end(sample_rate_hz=16000, n_fft=1024, f_max_hz=8000.0),
    numeric_front_end(),
    numeric_front_end(2, delta_order=1, normalisation="utterance"),
    text_front_end(),
    text_front_end(["这部电影很好看", "不好看"], tokenizer="auto"),
]
ITEMS: dict[str, tuple[Any, ...]] = {"speech": (tone(), 8000), "text": ("it's good, 不 film",)}


def item_of(front_end: FrontEnd) -> tuple[Any, ...]:
    if front_end.kind == "numeric":
        n_inputs = front_end.n_features // (1 + len(front_end.delta_kernels))
        return (np.random.default_rng(1).normal(size=(20, n_inputs)),)
    return ITEMS[front_end.kind]


@pytest.mark.parametrize("front_end", FRONT_ENDS, ids=lambda front_end: front_end.kind)
def test_a_front_end_comes_back_from_json_and_arrays_as_it_was(front_end: FrontEnd) -> None:
    plain = json.loads(json.dumps(to_plain(front_end)))
    again = from_plain(plain, front_end.arrays())
    assert again.spec == front_end.spec
    assert again.is_causal == front_end.is_causal
    before, after = front_end.encode(*item_of(front_end)), again.encode(*item_of(front_end))
    np.testing.assert_array_equal(after.frames, before.frames)
    np.testing.assert_array_equal(after.features, before.features)
    np.testing.assert_array_equal(after.times_s, before.times_s)
    assert after.tokens == before.tokens


@pytest.mark.parametrize("front_end", FRONT_ENDS, ids=lambda front_end: front_end.kind)
def test_shapes_and_dtypes_are_those_of_the_docstring(front_end: FrontEnd) -> None:
    encoded = front_end.encode(*item_of(front_end))
    n_frames = len(encoded.frames)
    assert encoded.times_s.shape == (n_frames,)
    assert encoded.times_s.dtype == np.float64
    assert encoded.features.shape == encoded.frames.shape
    if front_end.kind == "text":
        assert encoded.frames.shape == (n_frames,) == (len(encoded.tokens),)
        assert encoded.frames.dtype == np.int32
    else:
        assert encoded.frames.shape == (n_frames, front_end.n_features)
        assert encoded.frames.dtype == np.float32
        assert encoded.frames.flags.c_contiguous


@pytest.mark.parametrize(
    ("array", "value", "words"),
    [
        ("features.mel", np.zeros((12, 100), np.float32), r"features.mel must be finite numbers of shape \(12, 129\)"),
        ("features.window", np.zeros(100), "features.window"),
        ("features.window", np.full(256, np.nan), "features.window"),
        ("features.dct", np.zeros((8, 13)), "features.dct"),
        ("features.dct", np.zeros((8, 12), np.int32), "features.dct"),
        ("features.delta_kernels", np.zeros((1, 9)), "features.delta_kernels"),
        ("features.mean", np.zeros(9, np.float32), "features.mean"),
        ("features.deviation", np.zeros((8, 1), np.float32), "features.deviation"),
    ],
)
def test_arrays_that_do_not_fit_the_settings_are_refused(array: str, value: np.ndarray[Any, Any], words: str) -> None:
    front_end = speech_front_end()
    with pytest.raises(ValueError, match=words):
        from_plain(to_plain(front_end), front_end.arrays() | {array: value})


def test_settings_that_training_never_completed_are_refused() -> None:
    front_end = speech_front_end()
    plain = to_plain(front_end)
    for name in ("sample_rate_hz", "n_fft"):
        with pytest.raises(ValueError, match="must be set"):
            from_plain({"spec": plain["spec"] | {name: None}}, front_end.arrays())
    with pytest.raises(ValueError, match="delta_width must be odd"):
        from_plain({"spec": plain["spec"] | {"delta_width": 4}}, front_end.arrays())
    with pytest.raises(KeyError, match=r"features\.mel"):
        from_plain(plain, {name: value for name, value in front_end.arrays().items() if name != "features.mel"})


@pytest.mark.parametrize(("name", "value"), [("tokenizer", "sentencepiece"), ("tokenizer", "auto"), ("vocabulary", [1, 2])])
def test_a_vocabulary_of_another_form_is_refused(name: str, value: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        from_plain(to_plain(text_front_end()) | {name: value}, {})


@pytest.mark.parametrize("shape", [(5, 2), (5, 4), (5,), (5, 3, 1)])
def test_a_wrong_feature_count_is_said_in_words(shape: tuple[int, ...]) -> None:
    with pytest.raises(ItemError, match=r"Frames must have 3 features, as in training. Received: shape"):
        numeric_front_end(3).encode(np.zeros(shape))


def test_the_feature_count_asked_for_is_that_before_derivatives() -> None:
    with pytest.raises(ItemError, match="must have 2 features"):
        numeric_front_end(2, delta_order=2).encode(np.zeros((5, 6)))


def test_numbers_beyond_single_precision_are_refused() -> None:
    with pytest.raises(ItemError, match="finite numbers below 3e38"):
        numeric_front_end(1).encode(np.array([[1e300]]))
    with pytest.raises(ItemError, match="finite numbers below 3e38"):
        fit_numeric(NumericFeatureSpec(), [np.array([[-1e39]])])


def test_a_numeric_front_end_learns_the_training_figures(rng: np.random.Generator) -> None:
    sequences = [rng.normal([100.0, -5.0], [10.0, 0.1], (50, 2)) for _ in range(4)]
    front_end = fit_numeric(NumericFeatureSpec(normalisation="train", delta_order=1, delta_width=5), sequences)
    frames = np.concatenate([front_end.encode(values).frames for values in sequences])
    assert front_end.n_features == 4
    np.testing.assert_allclose(frames.mean(axis=0), 0.0, atol=1e-3)
    np.testing.assert_allclose(frames.std(axis=0), 1.0, atol=1e-3)


def test_causal_means_no_later_frame_counts() -> None:
    assert numeric_front_end(normalisation="running").is_causal
    assert not numeric_front_end(delta_order=1).is_causal
    assert not numeric_front_end(normalisation="utterance").is_causal
    assert text_front_end().is_causal
