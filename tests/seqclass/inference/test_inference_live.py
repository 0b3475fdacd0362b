"""A listening model: what it hears is what the clip says as a file, in blocks of any size, in time."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import AGE, DIGITS, make_bundle, model_spec, speech_front_end, tone, write_bundle

from seqclass.audio import capture
from seqclass.audio.capture import Callback
from seqclass.audio.devices import Device
from seqclass.audio.write import write_wav
from seqclass.errors import DeviceError, ItemError, UsageError
from seqclass.events import AnyEvent, CancelToken, Dropped, Finished, Guessed, Heard, Level, Note, Onset
from seqclass.inference import listen_job
from seqclass.inference.classify import classify
from seqclass.inference.live import SILENCE, UNKNOWN, LiveClassifier, LiveFrames
from seqclass.model.bundle import Bundle, TargetCard
from seqclass.model.network import Activations, Network
from seqclass.model.stepping import Stepped, SteppingNetwork
from seqclass.specs import DetectionSpec, ListenJob, ListenSpec

CAUSAL = make_bundle(
    front_end=speech_front_end(normalisation="running"), model=model_spec(lstm=(6, 5), pooling=("mean", "max"))
)
WHOLE = make_bundle(front_end=speech_front_end(normalisation="utterance", trim_db=35.0, floor_db=40.0, delta_order=1))
BOTH_WAYS = make_bundle(front_end=speech_front_end(normalisation="train"), model=model_spec(bidirectional=True))
MODELS = pytest.mark.parametrize("bundle", [CAUSAL, WHOLE, BOTH_WAYS], ids=["causal", "whole", "both ways"])
WORDS_S = ((0.7, 1.2), (1.7, 2.3), (2.7, 3.1))


def stream(rate_hz: int = 8000) -> Any:
    """3.7 s with three words of different pitch at WORDS_S."""
    samples = np.random.default_rng(0).normal(0, 1e-3, round(3.7 * rate_hz)).astype(np.float32)
    for seed, (start_s, end_s) in enumerate(WORDS_S):
        word = tone(end_s - start_s, rate_hz, seed=seed)
        start = round(start_s * rate_hz)
        samples[start : start + len(word)] += word
    return samples


def hear(classifier: LiveClassifier, samples: Any, *, block: int = 1000) -> list[AnyEvent]:
    events = [event for start in range(0, len(samples), block) for event in classifier.feed(samples[start : start + block])]
    return events + classifier.finish()


def words(events: list[AnyEvent]) -> list[Heard]:
    return [event for event in events if isinstance(event, Heard)]


@MODELS
@pytest.mark.parametrize("rate_hz", [8000, 16_000, 44_100])
def test_a_word_is_what_its_clip_is_as_a_file(bundle: Bundle, rate_hz: int) -> None:
    classifier = LiveClassifier(bundle, rate_hz)
    heard = words(hear(classifier, stream(rate_hz)))
    assert [(word.start_s, word.end_s) for word in heard] == [pytest.approx(place, abs=0.08) for place in WORDS_S]
    assert [word for word, _ in classifier.clips] == heard
    for word, clip in classifier.clips:
        filed = classify(bundle, clip, rate_hz=rate_hz)
        assert word.label == filed.label
        assert word.probabilities == pytest.approx(filed.probabilities, abs=1e-5)
        assert word.probabilities is not None
        assert word.confidence == max(word.probabilities.values())


@MODELS
@settings(max_examples=10)
@given(sizes=st.lists(st.integers(0, 6000), max_size=20))
def test_events_do_not_depend_on_blocks(bundle: Bundle, sizes: list[int]) -> None:
    samples = stream()
    classifier = LiveClassifier(bundle, 8000)
    blocks = np.split(samples, np.minimum(np.cumsum(sizes, dtype=int), len(samples)))
    events = [event for block in blocks for event in classifier.feed(block)] + classifier.finish()
    assert events == hear(LiveClassifier(bundle, 8000), samples)


@MODELS
def test_each_word_has_an_onset_guesses_and_an_answer_within_the_stated_delay(bundle: Bundle) -> None:
    classifier = LiveClassifier(bundle, 8000, ListenSpec(detection=DetectionSpec(decision_delay_ms=200)))
    events = [event for event in hear(classifier, stream()) if not isinstance(event, Level)]
    kinds = "".join({Onset: "(", Guessed: "g", Heard: ")"}[type(event)] for event in events)  # type: ignore[index]
    assert kinds.replace("g", "") == "()()()"
    assert "(g" in kinds
    assert classifier.decision_delay_ms == 200
    assert [word.delay_s for word in words(events)] == [0.2] * 3


@MODELS
@pytest.mark.parametrize("partial_ms", [100.0, None])
def test_nothing_happens_before_it_is_due(bundle: Bundle, partial_ms: float | None) -> None:
    samples = stream()
    classifier = LiveClassifier(bundle, 8000, ListenSpec(partial_ms=partial_ms))
    n_events = n_awaited = 0
    for start in range(0, len(samples), 80):
        due, n_new = classifier.due, len(classifier.feed(samples[start : start + 80]))
        assert n_new == 0 or start + 80 >= due
        n_events += n_new
        n_awaited += start + 80 >= due
    assert 37 + 2 * len(WORDS_S) <= n_events
    assert n_awaited <= 110  # of 370: levels, guesses, and what may be the onset of a word


@MODELS
def test_without_guesses_the_words_are_the_same(bundle: Bundle) -> None:
    with_guesses = hear(LiveClassifier(bundle, 8000), stream())
    without = hear(LiveClassifier(bundle, 8000, ListenSpec(partial_ms=None)), stream())
    assert not any(isinstance(event, Guessed) for event in without)
    assert len(words(without)) == len(words(with_guesses)) == len(WORDS_S)
    for one, other in zip(words(without), words(with_guesses), strict=True):
        assert (one.start_s, one.end_s, one.label) == (other.start_s, other.end_s, other.label)
        assert one.probabilities == pytest.approx(other.probabilities, abs=1e-6)


@MODELS
def test_words_do_not_know_of_one_another(bundle: Bundle) -> None:
    samples = stream()
    alone = samples.copy()
    alone[: round(1.5 * 8000)] = samples[: round(0.5 * 8000)].repeat(3)
    together = words(hear(LiveClassifier(bundle, 8000), samples))
    without_first = words(hear(LiveClassifier(bundle, 8000), alone))
    assert together[-1] == without_first[-1]


def test_levels_come_at_even_steps() -> None:
    events = hear(LiveClassifier(CAUSAL, 8000), stream())
    levels = [event for event in events if isinstance(event, Level)]
    assert [level.time_s for level in levels] == pytest.approx(np.arange(1, 38) / 10)
    assert max(level.peak_db for level in levels) == pytest.approx(-10.5, abs=0.5)


@MODELS
def test_a_word_less_sure_than_the_threshold_is_unknown(bundle: Bundle) -> None:
    heard = words(hear(LiveClassifier(bundle, 8000), stream()))
    confidences = sorted(word.confidence or 0.0 for word in heard)
    threshold = (confidences[0] + confidences[1]) / 2
    again = words(hear(LiveClassifier(bundle, 8000, ListenSpec(threshold=threshold)), stream()))
    assert [word.label == UNKNOWN for word in again] == [(word.confidence or 0) < threshold for word in heard]
    assert [word.probabilities for word in again] == [word.probabilities for word in heard]


def test_smoothing_mixes_what_was_said_during_the_word() -> None:
    plain = hear(LiveClassifier(CAUSAL, 8000), stream())
    smooth = hear(LiveClassifier(CAUSAL, 8000, ListenSpec(smoothing=0.5)), stream())
    said: dict[str, float] = {}
    expected = []
    for event in plain:
        if isinstance(event, Onset):
            said = {}
        if isinstance(event, Guessed | Heard):
            new = event.probabilities or {}
            said = {label: 0.5 * said[label] + 0.5 * new[label] for label in new} if said else new
        if isinstance(event, Heard):
            expected.append(said)
    assert [word.probabilities for word in words(smooth)] == [pytest.approx(each) for each in expected]


def test_what_the_model_takes_for_silence_is_no_word() -> None:
    labels = TargetCard(name="label", kind="class", labels=(SILENCE, "stop"))
    bundle = make_bundle(targets=(labels,))
    bundle.network.heads["label"].bias[:] = [100.0, -100.0]
    events = hear(LiveClassifier(bundle, 8000), stream())
    assert words(events) == []
    assert sum(isinstance(event, Dropped) for event in events) == 3


def test_several_targets_and_numbers_are_told() -> None:
    bundle = make_bundle(targets=(DIGITS, AGE))
    word = words(hear(LiveClassifier(bundle, 8000), stream()))[0]
    assert word.targets is not None
    assert set(word.targets) == {"label", "age"}
    assert isinstance(word.targets["age"]["value"], float)
    number = words(hear(LiveClassifier(make_bundle(targets=(AGE,)), 8000), stream()))[0]
    assert (number.label, number.confidence) == (None, None)
    assert number.value is not None


@MODELS
def test_gates_can_be_watched(bundle: Bundle) -> None:
    seen: list[LiveFrames] = []
    samples = stream()
    hear(LiveClassifier(bundle, 8000, observe=seen.append), samples, block=160)
    by_word: dict[float, Any] = {}
    for frames in seen:
        forward = frames.layers[0].forward.forget_gate
        assert len(frames.times_s) == len(forward)
        before = by_word.get(frames.word_start_s)
        times, gates = (frames.times_s, forward) if frames.is_whole or before is None else (
            np.concatenate([before[0], frames.times_s]),
            np.concatenate([before[1], forward]),
        )  # fmt: skip
        by_word[frames.word_start_s] = (times, gates)
    assert len(by_word) == 3
    for times, gates in by_word.values():
        np.testing.assert_allclose(np.diff(times), 0.016)
        assert len(times) == len(gates) > 10


def test_a_model_of_texts_cannot_listen() -> None:
    with pytest.raises(UsageError, match="Received: a model of text data"):
        LiveClassifier(make_bundle("text"), 8000)


@MODELS
def test_no_block_waits_for_more_than_a_guess_and_an_answer(bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    """What keeps a block within its time; `tests/bench/live_latency.py` times it."""
    passes: list[int] = []
    forward, step = Network.forward, SteppingNetwork.feed

    def whole(self: Network, frames: np.ndarray[Any, Any]) -> Activations:
        passes.append(len(frames))
        return forward(self, frames)

    def stepped(self: SteppingNetwork, frames: np.ndarray[Any, Any]) -> Stepped:
        passes.append(len(frames))
        return step(self, frames)

    monkeypatch.setattr(Network, "forward", whole)
    monkeypatch.setattr(SteppingNetwork, "feed", stepped)
    samples = stream()
    classifier = LiveClassifier(bundle, 8000)
    by_block, heard = [], []
    for start in range(0, len(samples), 128):
        before = len(passes)
        heard += words(classifier.feed(samples[start : start + 128]))
        by_block.append(len(passes) - before)
    assert len(heard) == len(WORDS_S)
    assert 1 <= max(by_block) <= 2
    if bundle is CAUSAL:  # no frame is gone through twice
        assert sum(passes) <= sum(len(clip) for _, clip in classifier.clips) / 8000 / 0.016 + 20 * len(heard)


def run(job: ListenJob, *, cancel: CancelToken | None = None) -> list[AnyEvent]:
    events: list[AnyEvent] = []
    listen_job.run(job, events.append, cancel or CancelToken())
    return events


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """A bundle and a recording with three words."""
    write_bundle(tmp_path / "m.seqclass", CAUSAL)
    write_wav(tmp_path / "long.wav", stream(), 8000)
    return str(tmp_path / "m.seqclass"), str(tmp_path / "long.wav")


def test_a_recording_gives_the_events_of_the_stream_and_a_table(files: tuple[str, str], tmp_path: Path) -> None:
    bundle, recording = files
    table = tmp_path / "heard.csv"
    events = run(ListenJob(bundle=bundle, input=recording, csv=str(table)))
    heard = words(events)
    assert len(heard) == 3
    assert isinstance(events[-1], Finished)
    assert events[-1].result["words"] == 3
    assert events[-1].result["seconds"] == 3.7
    assert events[-1].result["decision_delay_ms"] == 160
    assert any(isinstance(event, Note) and "a word is told 160 ms after its end" in event.text for event in events)
    with table.open(encoding="utf-8", newline="") as rows:
        read = list(csv.DictReader(rows))
    assert [row["label"] for row in read] == [word.label for word in heard]
    assert [float(row["start_s"]) for row in read] == [word.start_s for word in heard]
    assert float(read[0]["probability of stop"]) == (heard[0].probabilities or {})["stop"]


def test_the_table_and_the_guesses_tell_of_all_targets(tmp_path: Path) -> None:
    write_bundle(tmp_path / "m.seqclass", make_bundle(targets=(DIGITS, AGE)))
    write_wav(tmp_path / "long.wav", stream(), 8000)
    table = tmp_path / "heard.csv"
    events = run(ListenJob(bundle=str(tmp_path / "m.seqclass"), input=str(tmp_path / "long.wav"), csv=str(table)))
    guesses = [event for event in events if isinstance(event, Guessed)]
    assert all(set(guess.targets or {}) == {"label", "age"} for guess in guesses)
    with table.open(encoding="utf-8", newline="") as rows:
        read = list(csv.DictReader(rows))
    assert [float(row["target age"]) for row in read] == [(word.targets or {})["age"]["value"] for word in words(events)]


class Spoken:
    """A microphone that has said all as soon as it is open, and is unplugged then."""

    rate_hz, n_channels = 8000, 1

    def __init__(self, _device: Device, callback: Callback, finished: Callable[[], None], *, block_ms: float) -> None:
        self._callback, self._finished = callback, finished
        self._n_block = round(block_ms * 8)

    def start(self) -> None:
        """Say it."""
        integers = np.rint(stream() * 32767).astype(np.int16)[:, None]
        for start in range(0, len(integers), self._n_block):
            self._callback(integers[start : start + self._n_block], False)
        self._finished()

    def close(self) -> None:
        """Nothing is held."""


def test_a_microphone_gives_the_words_of_the_recording(files: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture, "open_portaudio", Spoken)
    monkeypatch.setattr(listen_job, "find_microphone", lambda _name: Device("usb", "USB", 8000, 1, "portaudio"))
    events: list[AnyEvent] = []
    with pytest.raises(DeviceError, match=r"Received: USB has gone after 3\.7 s\."):
        listen_job.run(ListenJob(bundle=files[0]), events.append, CancelToken())
    recorded = words(run(ListenJob(bundle=files[0], input=files[1])))
    assert [(word.start_s, word.end_s, word.label) for word in words(events)] == [
        (word.start_s, word.end_s, word.label) for word in recorded
    ]
    assert isinstance(events[-1], Finished)


def test_listening_ends_where_it_is_stopped(files: tuple[str, str]) -> None:
    cancel = CancelToken()
    cancel.stop()
    events = run(ListenJob(bundle=files[0], input=files[1]), cancel=cancel)
    assert isinstance(events[-1], Finished)
    assert events[-1].result["words"] == 0


def test_a_recording_that_cannot_be_read_is_named(files: tuple[str, str], tmp_path: Path) -> None:
    missing = str(tmp_path / "none.wav")
    with pytest.raises(ItemError, match=r"none\.wav: it cannot be opened"):
        run(ListenJob(bundle=files[0], input=missing))


def test_a_text_model_is_refused_before_the_microphone_is_opened(tmp_path: Path) -> None:
    write_bundle(tmp_path / "t.seqclass", make_bundle("text"))
    with pytest.raises(UsageError, match="a model of recordings"):
        run(ListenJob(bundle=str(tmp_path / "t.seqclass")))
