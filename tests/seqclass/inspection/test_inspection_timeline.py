"""Decision timelines, and the units that push the winner over the runner-up."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import AGE, DIGITS, make_bundle, model_spec, numeric_front_end, speech_front_end, tone

from seqclass.audio.read import Audio
from seqclass.errors import CancelledError, UsageError
from seqclass.events import CancelToken
from seqclass.features.front_end import FrontEnd
from seqclass.inference.classify import Content, classify
from seqclass.inspection.hands import Edit, Hands, apply
from seqclass.inspection.prefixes import Prefixes
from seqclass.inspection.push import push
from seqclass.inspection.timeline import fill, fitting_stride, timeline, timeline_of
from seqclass.inspection.trace import trace
from seqclass.model.bundle import Bundle
from seqclass.specs import Kind

TARGETS = (DIGITS, AGE)
VALUES = np.random.default_rng(0).normal(size=(15, 3))
ITEMS: dict[Kind, dict[str, Any]] = {
    "speech": {"item": tone(), "rate_hz": 8000},
    "numeric": {"item": VALUES},
    "text": {"text": "a good film, unheard-of"},
}
CONTENTS: dict[Kind, Content] = {
    "speech": Audio(samples=tone(), rate_hz=8000, n_channels=1, duration_s=0.5),
    "numeric": VALUES,
    "text": "a good film, unheard-of",
}
LOOKS_AHEAD = {"normalisation": "utterance", "delta_order": 1, "trim_db": 25.0, "trim_margin_ms": 0.0}


def bundle_of(kind: Kind = "speech", front_end: FrontEnd | None = None, **layout: Any) -> Bundle:
    return make_bundle(kind, front_end=front_end, model=model_spec(**({"lstm": (5, 4)} | layout)), targets=TARGETS)


def all_bundles(kind: Kind) -> list[Bundle]:
    """Causal and not, one and both directions, every pooling, with and without hidden layers."""
    ahead: dict[Kind, FrontEnd | None] = {
        "speech": speech_front_end(**LOOKS_AHEAD),
        "numeric": numeric_front_end(3, normalisation="utterance", delta_order=1),
        "text": None,
    }
    poolings: list[Any] = [("last",), ("mean", "max"), ("attention", "last")]
    bundles = []
    for pooling in poolings:
        for front_end in (None, ahead[kind]):
            bundles += [bundle_of(kind, front_end, pooling=pooling, bidirectional=both) for both in (False, True)]
        bundles.append(bundle_of(kind, pooling=pooling, dense=(4,)))
    return bundles


@pytest.mark.parametrize("kind", ["speech", "numeric", "text"])
def test_the_last_column_is_what_the_classifier_says(kind: Kind) -> None:
    for bundle in all_bundles(kind):
        line, answer = timeline(bundle, **ITEMS[kind]), classify(bundle, **ITEMS[kind])
        np.testing.assert_allclose(line.targets["label"].values[-1], list(answer.probabilities.values()), atol=1e-5)
        np.testing.assert_allclose(line.targets["age"].values[-1], [answer.targets["age"].value], atol=1e-4)
        assert line.targets["label"].winner == answer.label
        assert line.targets["age"].winner is None


def test_each_column_of_a_recording_is_what_the_classifier_says_of_its_beginning() -> None:
    """The frames of the trimmed item stand where its silence was cut; a prefix is cut where its frame ends."""
    samples = np.concatenate([np.zeros(1300, np.float32), tone(), np.zeros(900, np.float32)])
    bundles = [bundle_of(front_end=speech_front_end(**LOOKS_AHEAD)), bundle_of(bidirectional=True), bundle_of()]
    bundles.append(bundle_of(front_end=speech_front_end(**LOOKS_AHEAD, remove_dc=True, floor_db=40.0, preemphasis=0.9)))
    bundles.append(bundle_of(front_end=speech_front_end(**LOOKS_AHEAD, floor_db=40.0, preemphasis=0.9)))
    for bundle in bundles:
        line = timeline(bundle, samples, rate_hz=8000, stride=3)
        for point in (1, 4, 7):
            end = round(line.times_s[point] * 8000) + 128
            said = classify(bundle, samples[:end], rate_hz=8000).probabilities
            np.testing.assert_allclose(line.targets["label"].values[point], list(said.values()), atol=1e-5)


@pytest.mark.parametrize("front_end", [numeric_front_end(3, normalisation="utterance", delta_order=2), None])
def test_each_column_of_numbers_is_what_the_classifier_says_of_their_beginning(front_end: FrontEnd | None) -> None:
    for both in (False, True):
        bundle = bundle_of("numeric", front_end, bidirectional=both, pooling=("mean", "max"))
        line = timeline(bundle, VALUES)
        for point in (0, 6, 14):
            said = classify(bundle, VALUES[: point + 1]).probabilities
            np.testing.assert_allclose(line.targets["label"].values[point], list(said.values()), atol=1e-5)


def test_each_column_of_a_text_is_what_the_classifier_says_of_its_beginning() -> None:
    bundle = bundle_of("text", bidirectional=True)
    line = timeline(bundle, text="a good film")
    for point, beginning in enumerate(["a", "a good", "a good film"]):
        said = classify(bundle, text=beginning).probabilities
        np.testing.assert_allclose(line.targets["label"].values[point], list(said.values()), atol=1e-6)


def test_the_way_it_was_computed_is_said() -> None:
    assert "One pass" in timeline(bundle_of(), **ITEMS["speech"]).read_me
    ahead = bundle_of(bidirectional=True)
    assert "every 4 of its frames" in timeline(ahead, **ITEMS["speech"], stride=4).read_me
    assert "each of its frames" in timeline(ahead, **ITEMS["speech"], stride=1).read_me


@pytest.mark.parametrize("stride", [1, 4, 7, 1000])
@pytest.mark.parametrize("both", [False, True])
def test_points_stand_a_stride_apart_and_end_at_the_last_frame(stride: int, *, both: bool) -> None:
    bundle = bundle_of(bidirectional=both)
    line, dense = timeline(bundle, **ITEMS["speech"], stride=stride), timeline(bundle, **ITEMS["speech"], stride=1)
    assert line.frames[-1] == line.n_frames - 1
    assert (np.diff(line.frames) == stride).all()
    assert line.frames[0] < stride
    whole = line.by_frame("label")
    assert np.isnan(whole[np.setdiff1d(np.arange(line.n_frames), line.frames)]).all()
    np.testing.assert_allclose(whole[line.frames], dense.by_frame("label")[line.frames], atol=1e-6)


def test_the_stride_grows_with_the_item_and_the_network() -> None:
    small, large = bundle_of().network, bundle_of(lstm=(256, 256), bidirectional=True).network
    assert fitting_stride(small, 62) == 1
    assert fitting_stride(small, 2000) > fitting_stride(small, 1000) > 1
    assert fitting_stride(large, 1000) > fitting_stride(small, 1000)


def made_up_line(values: Any) -> Any:
    from seqclass.inspection.timeline import _target

    frames = np.arange(0, 2 * len(values), 2)
    return _target(DIGITS, np.asarray(values, np.float64), frames, frames * 0.1)


def test_flips_and_the_moment_of_decision() -> None:
    line = made_up_line([[0.5, 0.3, 0.2], [0.2, 0.5, 0.3], [0.6, 0.3, 0.1], [0.2, 0.1, 0.7], [0.3, 0.1, 0.6]])
    assert [(flip.point, flip.frame, flip.before, flip.after) for flip in line.flips] == [
        (1, 2, "no", "stop"),
        (2, 4, "stop", "no"),
        (3, 6, "no", "yes"),
    ]
    assert (line.winner, line.decided) == ("yes", 3)


def test_a_winner_that_always_led_was_decided_from_the_start() -> None:
    line = made_up_line([[0.1, 0.1, 0.8], [0.1, 0.1, 0.8]])
    assert (line.winner, line.decided, line.flips) == ("yes", 0, ())


@pytest.mark.parametrize("kind", ["speech", "numeric", "text"])
def test_pushes_sum_to_the_lead_of_the_timeline(kind: Kind) -> None:
    for bundle in all_bundles(kind):
        prefixes = Prefixes(bundle, CONTENTS[kind])
        line = timeline_of(bundle, prefixes)
        for frame in (0, 2, -1):
            pushed = push(bundle, prefixes, frame)
            parts = pushed.forward.sum() + (0 if pushed.backward is None else pushed.backward.sum())
            assert parts + pushed.constant == pytest.approx(pushed.lead, abs=1e-6)
            column = dict(zip(DIGITS.labels, line.by_frame("label")[frame], strict=True))
            first, second = sorted(column, key=lambda label: -column[label])[:2]
            assert (pushed.winner, pushed.runner_up) == (first, second)
            assert pushed.lead == pytest.approx(np.log(column[first] / column[second]), abs=1e-4)
            assert pushed.by_frame is not None
            np.testing.assert_allclose(
                pushed.by_frame.sum(axis=0),
                pushed.forward if pushed.backward is None else np.concatenate([pushed.forward, pushed.backward]),
            )
            assert len(pushed.by_frame) <= frame % prefixes.n_frames + 1 + (kind == "speech") * 20


@pytest.mark.parametrize("pooling", [("last",), ("mean", "max"), ("attention",)])
@pytest.mark.parametrize("both", [False, True])
def test_the_constant_of_an_affine_head_is_that_of_its_biases(pooling: Any, *, both: bool) -> None:
    """So the units' parts are exact, not what is left of the lead."""
    bundle = bundle_of(pooling=pooling, bidirectional=both)
    pushed = push(bundle, Prefixes(bundle, CONTENTS["speech"]), -1, pair=("yes", "no"))
    bias = bundle.network.heads["label"].bias
    assert pushed.is_exact
    assert pushed.constant == pytest.approx(bias[2] - bias[0], abs=1e-5)
    assert ("attention" in pushed.read_me) == (pooling == ("attention",))
    number = push(bundle, Prefixes(bundle, CONTENTS["speech"]), -1, target="age")
    assert number.constant == pytest.approx(bundle.network.heads["age"].bias[0] * AGE.scale + AGE.offset, abs=1e-4)
    assert number.lead == pytest.approx(classify(bundle, **ITEMS["speech"]).targets["age"].value, abs=1e-4)


@pytest.mark.parametrize("activation", ["relu", "tanh", "elu", "gelu"])
def test_behind_hidden_layers_a_push_is_said_to_be_an_estimate(activation: str) -> None:
    """It is the gradient times the value: a small change of one pooled value moves the lead by as much."""
    bundle = bundle_of(dense=(4,), activation=activation)
    prefixes = Prefixes(bundle, CONTENTS["speech"])
    pushed = push(bundle, prefixes, -1, pair=("yes", "no"))
    assert not pushed.is_exact
    assert "local estimate" in pushed.read_me
    outputs = prefixes.outputs(prefixes.n_frames - 1)[0].astype(np.float64)[-1]
    for unit in range(4):
        moved = outputs.copy()
        moved[unit] *= 1.01
        logits = bundle.network.head(moved.astype(np.float32))["label"]
        assert 100 * (logits[2] - logits[0] - pushed.lead) == pytest.approx(pushed.forward[unit], abs=2e-3)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"frame": 99}, "frame must lie"), ({"target": "mood"}, "must be one of"), ({"pair": ("yes", "so")}, "Received: so")],
)
def test_a_push_of_something_unknown_is_refused(wrong: dict[str, Any], words: str) -> None:
    bundle = bundle_of("numeric")
    with pytest.raises(UsageError, match=words):
        push(bundle, Prefixes(bundle, VALUES), **({"frame": 0} | wrong))


def test_a_stride_below_one_is_refused() -> None:
    with pytest.raises(UsageError, match="stride must be at least 1"):
        timeline(bundle_of(), **ITEMS["speech"], stride=0)


def test_a_timeline_can_be_broken_off() -> None:
    cancel = CancelToken()
    cancel.cancel()
    bundle = bundle_of(bidirectional=True)
    with pytest.raises(CancelledError):
        timeline_of(bundle, Prefixes(bundle, CONTENTS["speech"]), check=cancel.check)


def test_a_trace_gives_only_what_one_pass_tells_and_a_timeline_fills_it() -> None:
    for bundle in (bundle_of(front_end=speech_front_end(**LOOKS_AHEAD)), bundle_of(bidirectional=True)):
        traced, line = trace(bundle, **ITEMS["speech"]), timeline(bundle, **ITEMS["speech"])
        for name, values in traced.probabilities.items():
            assert np.isnan(values[:-1]).all()
            np.testing.assert_allclose(values[-1], line.targets[name].values[-1], atol=1e-5)
            np.testing.assert_array_equal(fill(traced, line).probabilities[name], line.targets[name].values)
    causal = bundle_of()
    np.testing.assert_allclose(
        trace(causal, **ITEMS["speech"]).probabilities["label"],
        timeline(causal, **ITEMS["speech"]).targets["label"].values,
        atol=1e-6,
    )


def test_edits_are_done_in_prefixes_too() -> None:
    """Where a prefix begins at another frame than the trimmed item, the range of an edit stays at its place in time."""
    edited = apply(
        bundle_of(front_end=speech_front_end(**LOOKS_AHEAD)),
        Hands(edits=(Edit(part="hidden", action="scale", factor=-1.0, start=4, stop=9),)),
    )
    samples = np.concatenate([0.01 * tone(0.2, seed=3), tone()])
    line = timeline(edited, samples, rate_hz=8000)
    assert line.targets["label"].winner == classify(edited, samples, rate_hz=8000).label
    prefixes = Prefixes(edited, Audio(samples=samples, rate_hz=8000, n_channels=1, duration_s=1.0))
    early = prefixes._encode(6)
    n_more = round((prefixes.encoded.times_s[0] - early.times_s[0]) / 0.016)
    assert n_more > 0
    network = prefixes._network(early)
    assert [(edit.start, edit.stop) for edit in network.hands.edits] == [(4 + n_more, 9 + n_more)]  # type: ignore[attr-defined]


def test_a_timeline_is_written_as_csv_and_npz(tmp_path: Path) -> None:
    line = timeline(bundle_of(), **ITEMS["speech"])
    line.write(tmp_path / "line.csv")
    with (tmp_path / "line.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == line.n_frames
    assert list(rows[0]) == ["frame", "time_s", "label=no", "label=stop", "label=yes", "age", "label leads"]
    assert float(rows[-1]["label=yes"]) == pytest.approx(line.targets["label"].values[-1, 2], rel=1e-6)
    assert rows[-1]["label leads"] == line.targets["label"].winner
    line.write(tmp_path / "line.npz")
    with np.load(tmp_path / "line.npz") as arrays:
        np.testing.assert_array_equal(arrays["values.label"], line.targets["label"].values)
        assert arrays["labels.label"].tolist() == list(DIGITS.labels)
