"""Two takes on one axis: the warp, what is subtracted, and where they part beyond what takes of one class do."""

from __future__ import annotations

import copy
import dataclasses
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from support import AGE, DIGITS, make_bundle, model_spec, numeric_front_end, text_front_end, tone, write_bundle

from seqclass.data.scan import scan
from seqclass.errors import DataError, UsageError
from seqclass.events import CancelToken, ignore
from seqclass.inspection import align_job
from seqclass.inspection.align import Alignment, Spread, compare, first_beyond, grid, held_level, spread_of
from seqclass.inspection.trace import Trace, trace
from seqclass.inspection.warp import warp
from seqclass.model.bundle import Bundle, TargetCard
from seqclass.specs import AlignJob

HI_LO = TargetCard(name="label", kind="class", labels=("hi", "lo"))


def traced(seed: int = 0, bundle: Bundle | None = None, duration_s: float = 0.5) -> Trace:
    return trace(bundle or make_bundle(model=model_spec(lstm=(6, 4))), tone(duration_s, seed=seed), rate_hz=8000)


def straight(n: int) -> Alignment:
    return Alignment(np.arange(n), np.arange(n))


# The warp (librosa)


@pytest.mark.slow
def test_a_stretched_copy_is_warped_back_frame_by_frame(rng: np.random.Generator) -> None:
    a = rng.normal(size=(30, 5))
    b = np.repeat(a, 2, axis=0)
    alignment = warp(a, b)
    assert alignment.cost == pytest.approx(0.0, abs=1e-9)
    np.testing.assert_array_equal(alignment.a, np.repeat(np.arange(30), 2))
    np.testing.assert_array_equal(alignment.b, np.arange(60))
    assert Alignment.from_plain(alignment.plain()).plain() == alignment.plain()


@pytest.mark.slow
def test_a_path_goes_from_both_starts_to_both_ends_without_a_leap(rng: np.random.Generator) -> None:
    alignment = warp(rng.normal(size=(12, 3)), rng.normal(size=(19, 3)))
    assert (alignment.a[0], alignment.b[0], alignment.a[-1], alignment.b[-1]) == (0, 0, 11, 18)
    steps = np.stack([np.diff(alignment.a), np.diff(alignment.b)])
    assert set(map(tuple, steps.T.tolist())) <= {(0, 1), (1, 0), (1, 1)}
    one = warp(rng.normal(size=(1, 3)), rng.normal(size=(4, 3)))
    assert one.b.tolist() == [0, 1, 2, 3]


def test_items_too_long_for_a_table_of_all_frames_are_refused() -> None:
    frames = np.zeros((8000, 1))
    with pytest.raises(DataError, match="8000 x 8000 frames"):
        warp(frames, frames)


# What is subtracted


def test_every_map_is_the_first_minus_the_second_where_they_meet() -> None:
    a, b = traced(0), traced(1, duration_s=0.4)
    alignment = Alignment(np.asarray([0, 1, 1, 4]), np.asarray([0, 0, 2, 3]))
    compared = compare(a, b, alignment)
    assert set(compared.differences) == {
        f"layer{k}.{gate}"
        for k in (0, 1)
        for gate in ("input_gate", "forget_gate", "candidate", "output_gate", "cell", "hidden")
    }
    expected = a.layers[1].cell[[0, 1, 1, 4]] - b.layers[1].cell[[0, 0, 2, 3]]
    np.testing.assert_array_equal(compared.differences["layer1.cell"], expected)
    np.testing.assert_allclose(compared.a_ms, 1000 * a.times_s[[0, 1, 1, 4]])
    np.testing.assert_allclose(compared.b_ms, 1000 * b.times_s[[0, 0, 2, 3]])
    both = np.concatenate([compared.differences["layer0.hidden"], compared.differences["layer1.hidden"]], axis=1)
    np.testing.assert_allclose(compared.distance, np.sqrt(np.square(both).mean(axis=1)), rtol=1e-5)
    np.testing.assert_allclose(compared.probabilities["label"].sum(axis=1), 0.0, atol=1e-12)


def test_an_item_beside_itself_differs_nowhere_and_never_parts() -> None:
    a = traced()
    compared = compare(a, a, straight(len(a.times_s)), spread=Spread(0.0, (0.0,), ("hi",)))
    assert not compared.distance.any()
    assert compared.parting is None


# Where they part


def test_a_level_counts_only_when_it_is_held() -> None:
    curve = np.asarray([0, 0, 9, 0, 2, 3, 4, 1, 5, 6.0])
    assert held_level(curve) == 2.0  # the 9 stands alone; 2, 3, 4 last
    assert first_beyond(curve, 1.5) == 4
    assert first_beyond(curve, 0.5) == 4
    assert first_beyond(curve, 2.0) is None
    assert held_level(np.asarray([3.0])) == 3.0
    assert first_beyond(np.asarray([3.0, 4.0]), 2.0) == 0


def test_the_limit_is_what_nineteen_of_twenty_pairs_never_keep() -> None:
    a = traced()
    pairs = []
    for number in range(21):
        layers = tuple(_shifted(layer, number / 10) for layer in a.layers)
        pairs.append((a, dataclasses.replace(a, layers=layers), straight(len(a.times_s))))
    spread = spread_of(pairs, labels=("hi",), group="anna")
    assert spread is not None
    assert (spread.n_pairs, spread.labels, spread.group) == (21, ("hi",), "anna")
    assert spread.limit == pytest.approx(1.9, abs=1e-5)
    within, beyond = pairs[19], pairs[20]
    assert compare(*within, spread=dataclasses.replace(spread, limit=spread.limit + 1e-4)).parting is None
    parting = compare(*beyond, spread=spread).parting
    assert parting is not None
    assert (parting.step, parting.a, parting.b) == (0, 0, 0)
    assert parting.a_ms == pytest.approx(16.0)
    assert spread_of([], labels=()) is None


# Two models on one item


def test_models_of_one_shape_are_compared_frame_by_frame_and_others_by_probabilities_alone() -> None:
    one, same = (make_bundle(model=model_spec(lstm=(6, 4)), seed=seed) for seed in (0, 1))
    wide = make_bundle(model=model_spec(lstm=(6, 9, 3)), targets=(target_of(("yes", "stop", "go")), AGE))
    a = traced(bundle=one)
    alike = compare(a, traced(bundle=same), grid(a, traced(bundle=same)))
    assert not alike.alignment.is_warped
    assert len(alike.differences) == 12
    assert alike.skipped == {}
    b = traced(bundle=wide)
    unlike = compare(a, b, grid(a, b))
    assert set(unlike.differences) == {name for name in alike.differences if name.startswith("layer0")}
    assert unlike.skipped["layer1"] == "4 units against 9"
    assert unlike.labels == {"label": ("stop", "yes")}
    expected = a.probabilities["label"][:, [1, 2]] - b.probabilities["label"][:, [1, 0]]
    np.testing.assert_allclose(unlike.probabilities["label"], expected)


def test_with_other_frames_the_nearest_one_is_taken() -> None:
    a = traced()
    coarse = dataclasses.replace(a, times_s=a.times_s * 2)
    alignment = grid(a, coarse)
    np.testing.assert_array_equal(alignment.a, np.arange(len(a.times_s)))
    assert np.abs(coarse.times_s[alignment.b] - a.times_s).max() <= 0.016 + 1e-9


def test_nothing_in_common_is_said_not_drawn() -> None:
    other = make_bundle(model=model_spec(lstm=(9,)), targets=(target_of(("up", "down")),))
    a, b = traced(bundle=make_bundle(model=model_spec(lstm=(6,)))), traced(bundle=other)
    compared = compare(a, b, grid(a, b))
    assert compared.skipped == {"layer0": "6 units against 9", "label": "the two models share no label"}
    assert compared.differences == compared.probabilities == {}


def test_looking_at_two_models_needs_no_librosa() -> None:
    code = "import sys, seqclass.inspection.align_job; print([name for name in ('librosa', 'numba') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


# The job


@pytest.fixture
def place(bench: Any, tmp_path: Path) -> Path:
    bench.speech_set(tmp_path / "d", n_speakers=3, takes=4)
    write_bundle(tmp_path / "m.seqclass", make_bundle(model=model_spec(lstm=(6, 4)), targets=(HI_LO,)))
    return tmp_path


def job(place: Path, **more: Any) -> AlignJob:
    fixed = {"bundle": str(place / "m.seqclass"), "dataset": str(place / "d"), "item": "hi/speaker0_nohash_0.wav"}
    return AlignJob(**(fixed | more))


@pytest.mark.slow
def test_the_job_says_what_the_comparison_says(bench: Any, place: Path) -> None:
    done = bench.run(job(place, other="lo/speaker1_nohash_0.wav", n_pairs=6, out=str(place / "d.npz"))).result
    bundle = make_bundle(model=model_spec(lstm=(6, 4)), targets=(HI_LO,))
    a, b = (trace(bundle, place / "d" / name) for name in ("hi/speaker0_nohash_0.wav", "lo/speaker1_nohash_0.wav"))
    spread = Spread.from_plain(done["spread"])
    assert spread is not None
    assert (spread.n_pairs, spread.labels, spread.group) == (6, ("hi", "lo"), "")
    compared = compare(a, b, Alignment.from_plain(done["alignment"]), spread=spread)
    assert done.get("parting") == (None if compared.parting is None else vars(compared.parting))
    assert (done["item"], done["other"]) == ("hi/speaker0_nohash_0.wav", "lo/speaker1_nohash_0.wav")
    with np.load(place / "d.npz") as arrays:
        np.testing.assert_allclose(arrays["difference.layer1.hidden"], compared.differences["layer1.hidden"], atol=1e-6)
        np.testing.assert_allclose(arrays["distance"], compared.distance, atol=1e-6)


@pytest.mark.slow
def test_pairs_are_of_the_speaker_where_both_items_are_by_one(bench: Any, place: Path) -> None:
    """Four takes of each word by each speaker: without the two at hand there is one pair a word, too few; of six takes four."""
    few = bench.run(job(place, other="lo/speaker0_nohash_0.wav")).result
    assert few["spread"]["group"] == ""
    bench.speech_set(place / "d", n_speakers=3, takes=6)
    enough = bench.run(job(place, other="lo/speaker0_nohash_0.wav")).result
    assert (enough["spread"]["group"], enough["spread"]["n_pairs"]) == ("speaker0", 4)


@pytest.mark.slow
def test_the_medoid_is_the_take_nearest_to_the_others(place: Path) -> None:
    """One take of twelve is noise: it is never the middle."""
    rng = np.random.default_rng(0)
    soundfile.write(place / "d" / "hi" / "speaker2_nohash_3.wav", 0.3 * rng.standard_normal(2000), 8000)
    bundle = make_bundle(model=model_spec(lstm=(6, 4)), targets=(HI_LO,))
    manifest = scan(place / "d")
    chosen = align_job.medoid(bundle, manifest, "hi", emit=ignore, cancel=CancelToken())
    takes = [item for item in manifest.items if item.targets["label"] == "hi"]
    frames = {item.id: trace(bundle, manifest.path_of(str(item.file))).frames for item in takes}
    sums = {name: sum(warp(frames[name], other).cost for other in frames.values()) for name in frames}
    assert chosen.id == min(sums, key=lambda name: sums[name])
    assert chosen.id != "hi/speaker2_nohash_3.wav"
    with pytest.raises(DataError, match="must have an item"):
        align_job.medoid(bundle, manifest, "no", emit=ignore, cancel=CancelToken())


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["text", "numeric"])
def test_texts_and_numbers_are_aligned_too(bench: Any, tmp_path: Path, kind: str) -> None:
    root = bench.text_set(tmp_path / "d") if kind == "text" else bench.numeric_set(tmp_path / "d")
    front_end = text_front_end() if kind == "text" else numeric_front_end(2)
    layout = model_spec(lstm=(6,), bidirectional=True)
    write_bundle(tmp_path / "m.seqclass", make_bundle(kind, front_end=front_end, model=layout))  # type: ignore[arg-type]
    first, second = (item.id for item in scan(root).items[:2])
    done = bench.run(job(tmp_path, item=first, other=second)).result
    assert done["n_steps"] == len(done["alignment"]["a"]) > 0
    if kind == "text":
        done = bench.run(job(tmp_path, item="", text="a good film", other_text="a bad film")).result
        assert done["alignment"]["a"][-1] == done["alignment"]["b"][-1] == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({}, "0 of these"),
        ({"other": "a.wav", "label": "hi"}, "2 of these"),
        ({"other": "a.wav", "text": "both"}, "both or neither"),
        ({"label": "hi", "dataset": ""}, "Name the data set"),
    ],
)
def test_it_must_be_clear_what_is_compared(bench: Any, place: Path, change: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        bench.run(job(place, **change))


def test_an_item_that_is_nowhere_is_named(bench: Any, place: Path) -> None:
    with pytest.raises(DataError, match=r"none\.wav is no item of the data set"):
        bench.run(job(place, item="none.wav", other="lo/speaker0_nohash_0.wav"))


def target_of(labels: tuple[str, ...]) -> TargetCard:
    return TargetCard(name=DIGITS.name, kind="class", labels=labels)


def _shifted(layer: Any, by: float) -> Any:
    other = copy.copy(layer)
    other.hidden = layer.hidden - np.float32(by)
    return other
