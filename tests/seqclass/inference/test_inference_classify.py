"""Classifying files, arrays and texts."""

from __future__ import annotations

import json
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from support import AGE, DIGITS, make_bundle, model_spec, numeric_front_end, speech_front_end, tone, write_bundle

from seqclass.errors import BundleError, CancelledError, ItemError, UsageError
from seqclass.events import AnyEvent, CancelToken, Finished, ItemClassified, Progress
from seqclass.inference.classify import answer, as_event, classify, encode_content, run
from seqclass.model.bundle import Bundle, TargetCard
from seqclass.specs import ClassifyJob

SPEECH, NUMERIC, TEXT = make_bundle("speech"), make_bundle("numeric"), make_bundle("text")


def probabilities(item: Any, **options: Any) -> list[float]:
    return list(classify(SPEECH, item, rate_hz=8000, **options).probabilities.values())


def test_a_file_and_its_samples_give_the_same_answer(tmp_path: Path) -> None:
    samples = tone()
    soundfile.write(tmp_path / "a.wav", samples, 8000, subtype="FLOAT")
    from_file, from_array = classify(SPEECH, tmp_path / "a.wav"), classify(SPEECH, samples, rate_hz=8000)
    assert from_file.item == str(tmp_path / "a.wav")
    assert from_file.probabilities == from_array.probabilities
    assert from_file.label == max(from_file.probabilities, key=from_file.probabilities.__getitem__)
    assert sum(from_file.probabilities.values()) == pytest.approx(1)
    assert list(from_file.probabilities) == list(DIGITS.labels)
    assert from_file.value is None
    assert from_file.seconds > 0


@pytest.mark.parametrize("dtype", [np.int16, np.int32, np.float64, np.uint8, np.int8])
def test_samples_of_every_type_count_from_minus_one_to_one(dtype: type) -> None:
    samples = tone()
    if np.issubdtype(dtype, np.integer):
        limits = np.iinfo(dtype)
        stored = np.round(samples * limits.max if limits.min else (samples + 1) * 128).astype(dtype)
    else:
        stored = samples.astype(dtype)
    coarse = 0.05 if np.dtype(dtype).itemsize == 1 else 1e-3
    np.testing.assert_allclose(probabilities(stored), probabilities(samples), atol=coarse)


def test_a_list_of_numbers_is_an_array_too() -> None:
    assert probabilities(tone().tolist()) == pytest.approx(probabilities(tone()), abs=1e-6)


REFUSED: list[Any] = [
    pytest.param(np.zeros((100, 2)), r"samples must be one channel, \(n_samples,\). Received: shape \(100, 2\)", id="stereo"),
    pytest.param(np.zeros(0), "samples must be one channel", id="no samples"),
    pytest.param(np.full(300, np.nan), "samples must be finite numbers", id="NaN"),
    pytest.param(np.full(300, 1e300), "samples must be finite numbers", id="beyond float32"),
    pytest.param(np.full(300, 30_000.0), "full scale at 1", id="integers written as floats"),
    pytest.param(np.full(300, "a"), "it must be an array of numbers. Received: <U1", id="text"),
    pytest.param(np.zeros(300, complex), "it must be an array of numbers", id="complex"),
    pytest.param([[1.0], [1.0, 2.0]], "its rows differ in length", id="ragged"),
    pytest.param(b"RIFF", "it must be an array of numbers", id="bytes"),
]


@pytest.mark.parametrize(("item", "words"), REFUSED)
def test_samples_that_are_none_are_refused_in_words(item: Any, words: str) -> None:
    with pytest.raises(ItemError, match=words):
        classify(SPEECH, item, rate_hz=8000)


@pytest.mark.parametrize("rate_hz", [0, -8000, 999, 10**9])
def test_a_rate_that_is_none_is_refused(rate_hz: int) -> None:
    with pytest.raises(ItemError, match="sample rate must lie within 1000 to 768000 Hz"):
        classify(SPEECH, tone(), rate_hz=rate_hz)


def test_samples_without_a_rate_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(UsageError, match=r"Samples need their sample rate. Received: rate_hz=None. Give rate_hz=16000"):
        classify(SPEECH, tone())
    with pytest.raises(UsageError, match="needs an item or text="):
        classify(SPEECH)


def test_silence_and_single_samples_have_an_answer() -> None:
    for samples in (np.zeros(8000), np.zeros(1), np.ones(2) * 0.5):
        assert np.isfinite(probabilities(samples)).all()


def test_numeric_sequences_come_as_arrays_and_files(tmp_path: Path, rng: np.random.Generator) -> None:
    values = rng.normal(size=(12, 3))
    np.save(tmp_path / "a.npy", values)
    assert classify(NUMERIC, tmp_path / "a.npy").probabilities == classify(NUMERIC, values).probabilities
    single = make_bundle("numeric", front_end=numeric_front_end(1))
    assert classify(single, values[:, 0]).probabilities == classify(single, values[:, :1]).probabilities
    for wrong, words in (
        (np.zeros((0, 3)), "finite numbers, at least one frame"),
        (np.zeros((3, 0)), "finite numbers, at least one frame"),
        (np.full((2, 3), np.inf), "finite numbers"),
        (np.zeros((4, 2)), "Frames must have 3 features"),
        (np.zeros((4, 3, 2)), "Frames must have 3 features"),
    ):
        with pytest.raises(ItemError, match=words):
            classify(NUMERIC, wrong)


def test_texts_come_as_text_and_as_files(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A good film\n", encoding="utf-8")
    assert classify(TEXT, tmp_path / "a.txt").probabilities == classify(TEXT, text="a good film").probabilities
    assert classify(TEXT, text="a good film").item == "a good film"
    assert np.isfinite(list(classify(TEXT, text="").probabilities.values())).all()


@pytest.mark.parametrize(
    ("bundle", "options", "words"),
    [
        (SPEECH, {"text": "yes"}, "this model hears recordings"),
        (NUMERIC, {"text": "yes"}, "this model reads numeric sequences"),
        (TEXT, {"item": np.zeros((3, 3))}, "this model reads texts"),
    ],
    ids=["speech", "numeric", "text"],
)
def test_an_item_of_another_kind_is_refused_in_words(bundle: Bundle, options: dict[str, Any], words: str) -> None:
    with pytest.raises(ItemError, match=words):
        classify(bundle, **options)
    with pytest.raises(ItemError, match="this model reads numeric sequences"):
        encode_content(NUMERIC, "text")


def test_several_targets_have_an_answer_each() -> None:
    bundle = make_bundle("speech", targets=(DIGITS, AGE))
    result = classify(bundle, tone(), rate_hz=8000)
    logits = bundle.network.forward(bundle.front_end.encode(tone(), 8000).frames).logits
    assert result.targets["age"].value == pytest.approx(float(logits["age"][0]) * 3 + 40, abs=1e-5)
    assert result.targets["age"].label is None
    event = as_event(result, bundle)
    assert event.targets is not None
    assert set(event.targets) == {"label", "age"}
    assert event.targets["age"] == {"value": result.targets["age"].value}
    assert event.targets["label"]["label"] == event.label
    first_is_number = as_event(classify(make_bundle("speech", targets=(AGE,)), tone(), rate_hz=8000), bundle)
    assert first_is_number.label is None
    assert first_is_number.value is not None


def test_the_label_is_the_most_probable_one() -> None:
    target = TargetCard(name="label", kind="class", labels=("a", "b"))
    said = answer(target, np.float32([0.0, np.log(3)]))
    assert said.label == "b"
    assert said.probabilities == pytest.approx({"a": 0.25, "b": 0.75})


def classified(path: Path, **job: Any) -> list[AnyEvent]:
    events: list[AnyEvent] = []
    run(ClassifyJob(bundle=str(path), **job), events.append, CancelToken())
    return events


def test_an_unreadable_file_does_not_stop_the_others(tmp_path: Path) -> None:
    write_bundle(tmp_path / "m.seqclass")
    soundfile.write(tmp_path / "a.wav", tone(), 8000)
    (tmp_path / "b.wav").write_bytes(b"no sound")
    items = tuple(str(tmp_path / name) for name in ("a.wav", "b.wav", "nowhere.wav", "a.wav"))
    events = classified(tmp_path / "m.seqclass", items=items)
    answers = [event for event in events if isinstance(event, ItemClassified)]
    assert [event.item for event in answers] == list(items)
    assert [event.error is None for event in answers] == [True, False, False, True]
    assert answers[0].probabilities == answers[3].probabilities
    assert "No such file" in str(answers[2].error)
    assert events[-1] == Finished(result={"items": 4, "errors": 2})
    assert [event.done for event in events if isinstance(event, Progress)] == [1, 2, 3, 4]


def test_texts_go_to_text_models_only(tmp_path: Path) -> None:
    write_bundle(tmp_path / "speech.seqclass")
    write_bundle(tmp_path / "text.seqclass", TEXT)
    assert len(classified(tmp_path / "text.seqclass", texts=("a good film", ""))) == 5
    with pytest.raises(UsageError, match=r"--text needs a text model. Received: a model of speech data"):
        classified(tmp_path / "speech.seqclass", texts=("yes",))
    (tmp_path / "text.seqclass").write_bytes(b"damaged")
    with pytest.raises(BundleError):
        classified(tmp_path / "text.seqclass", texts=("yes",))


def test_cancelling_stops_between_items(tmp_path: Path) -> None:
    write_bundle(tmp_path / "m.seqclass")
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        run(ClassifyJob(bundle=str(tmp_path / "m.seqclass"), items=("a.wav",)), lambda _: None, cancel)


COLD = """
import json, sys
import seqclass
model = seqclass.load(sys.argv[1])
for item in sys.argv[2:]:
    model.classify(item)
heavy = ["tensorflow", "keras", "librosa", "numba", "sklearn", "matplotlib", "pandas", "joblib", "scipy.stats", "scipy.signal",
         "scipy.special", "scipy.optimize", "scipy.sparse"]
print(json.dumps([name for name in heavy if name in sys.modules]))
"""


def test_a_cold_start_loads_nothing_heavy(tmp_path: Path) -> None:
    front_end = speech_front_end(delta_order=1, normalisation="utterance", trim_db=35.0, floor_db=40.0)
    spec = model_spec(dense=(4,), activation="gelu", pooling=("attention", "mean", "max", "last"), bidirectional=True)
    write_bundle(tmp_path / "m.seqclass", make_bundle("speech", front_end=front_end, model=spec))
    soundfile.write(tmp_path / "a.wav", tone(rate_hz=16000), 16000)
    command = [sys.executable, "-c", COLD, str(tmp_path / "m.seqclass"), str(tmp_path / "a.wav")]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == []


def test_a_minute_of_sound_takes_bounded_memory() -> None:
    front_end = speech_front_end(delta_order=2, normalisation="utterance", trim_db=35.0)
    bundle = make_bundle("speech", front_end=front_end, model=model_spec(lstm=(64, 64), pooling=("mean", "max")))
    minute = np.tile(tone(1.0), 60)
    tracemalloc.start()
    result = classify(bundle, minute, rate_hz=8000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sum(result.probabilities.values()) == pytest.approx(1)
    assert peak < 60e6
