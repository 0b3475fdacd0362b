"""The stress lens: what is done to an item is what its setting says, and the batch form measures it."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from support import DIGITS, make_bundle, model_spec, numeric_front_end, text_front_end, tone, write_bundle

from seqclass.audio.read import Audio
from seqclass.errors import DataError, SpecError, UsageError
from seqclass.events import CancelToken, ignore
from seqclass.inference.classify import encode_content
from seqclass.inspection import stress as stress_module
from seqclass.inspection import stress_job
from seqclass.inspection.stress import (
    active_power,
    band_limited,
    encode_stressed,
    is_plain,
    original_times_s,
    stressed_numbers,
    stressed_samples,
    stressed_tokens,
    trace_stressed,
)
from seqclass.inspection.trace import trace
from seqclass.model.bundle import TargetCard
from seqclass.model.network import Activations, Network
from seqclass.specs import StressJob, StressSpec

RATE_HZ = 8000


def sine(frequency_hz: float, duration_s: float = 1.0) -> np.ndarray[Any, Any]:
    return (0.3 * np.sin(2 * np.pi * frequency_hz * np.arange(int(duration_s * RATE_HZ)) / RATE_HZ)).astype(np.float32)


def peak_hz(samples: np.ndarray[Any, Any]) -> float:
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    return float(np.fft.rfftfreq(len(samples), 1 / RATE_HZ)[power.argmax()])


@pytest.mark.parametrize("kind", ["speech", "numeric", "text"])
def test_no_stress_is_the_item_as_it_is(kind: str, rng: np.random.Generator) -> None:
    bundle = make_bundle(kind, model=model_spec(lstm=(5, 4), bidirectional=True))  # type: ignore[arg-type]
    content: Any = {"speech": audio(tone()), "numeric": rng.normal(size=(15, 3)), "text": "A good film, it's unheard-of"}[kind]
    plain, stressed = encode_content(bundle, content), encode_stressed(bundle, content, StressSpec())
    np.testing.assert_array_equal(plain.frames, stressed.frames)
    np.testing.assert_array_equal(plain.times_s, stressed.times_s)
    assert plain.tokens == stressed.tokens
    assert is_plain(StressSpec(noise="pink", seed=3))
    assert not is_plain(StressSpec(snr_db=20.0))


@pytest.mark.parametrize("noise", ["white", "pink", "file"])
@pytest.mark.parametrize("snr_db", [-5.0, 10.0])
def test_noise_has_the_stated_distance_to_the_loud_parts(noise: str, snr_db: float, tmp_path: Path) -> None:
    """A second of tone within two of silence counts as the tone: silence around a word changes no ratio."""
    soundfile.write(tmp_path / "fan.wav", 0.001 * np.random.default_rng(1).standard_normal(30_000) + 0.2, 16_000)
    name = str(tmp_path / "fan.wav") if noise == "file" else noise
    quiet = np.zeros(RATE_HZ, np.float32)
    samples = np.concatenate([quiet, sine(400), quiet])
    spec = StressSpec(noise=name, snr_db=snr_db)
    assert active_power(samples, RATE_HZ) == pytest.approx(float(np.mean(sine(400) ** 2)))
    added = stressed_samples(samples, RATE_HZ, spec) - samples
    assert 10 * np.log10(active_power(samples, RATE_HZ) / np.mean(added**2)) == pytest.approx(snr_db, abs=0.01)
    np.testing.assert_array_equal(added, stressed_samples(samples, RATE_HZ, spec) - samples)
    other = stressed_samples(samples, RATE_HZ, spec, key="another item") - samples
    assert abs(np.corrcoef(added, other)[0, 1]) < 0.2 or noise == "file"


def test_pink_noise_falls_by_ten_decibels_a_decade() -> None:
    silent = np.zeros(1 << 17, np.float32)
    silent[::2] = 1e-4
    added = stressed_samples(silent, RATE_HZ, StressSpec(noise="pink", snr_db=-40.0)) - silent
    power = np.abs(np.fft.rfft(added)) ** 2
    frequencies = np.fft.rfftfreq(len(added), 1 / RATE_HZ)

    def level_db(low_hz: float, high_hz: float) -> float:
        return float(10 * np.log10(power[(frequencies >= low_hz) & (frequencies < high_hz)].mean()))

    assert level_db(90, 110) - level_db(900, 1100) == pytest.approx(10.0, abs=1.5)


def test_a_band_passes_what_is_in_it_and_nothing_else() -> None:
    samples = sine(200) + sine(1000) + sine(3000)
    passed = band_limited(samples, RATE_HZ, low_hz=400.0, high_hz=2000.0)
    assert len(passed) == len(samples)
    np.testing.assert_allclose(passed[800:-800], sine(1000)[800:-800], atol=2e-3)


@pytest.mark.parametrize("speed", [0.5, 0.8, 1.25, 2.0])
def test_faster_is_shorter_and_higher(speed: float) -> None:
    changed = stressed_samples(sine(500), RATE_HZ, StressSpec(speed=speed))
    assert len(changed) == pytest.approx(RATE_HZ / speed, abs=2)
    assert peak_hz(changed) == pytest.approx(500 * speed, abs=2)


def test_a_shift_puts_silence_before_or_cuts_the_start() -> None:
    samples = sine(500)
    later = stressed_samples(samples, RATE_HZ, StressSpec(shift_ms=25.0))
    assert not later[:200].any()
    np.testing.assert_array_equal(later[200:], samples)
    np.testing.assert_array_equal(stressed_samples(samples, RATE_HZ, StressSpec(shift_ms=-25.0)), samples[200:])
    assert len(stressed_samples(samples, RATE_HZ, StressSpec(shift_ms=-5000.0))) == 1


def test_gain_is_in_decibels_and_clips_at_full_scale() -> None:
    samples = sine(500)
    np.testing.assert_allclose(stressed_samples(samples, RATE_HZ, StressSpec(gain_db=-20.0)), 0.1 * samples, rtol=1e-5)
    assert np.abs(stressed_samples(samples, RATE_HZ, StressSpec(gain_db=20.0))).max() == 1.0


def test_frames_of_a_stressed_item_are_found_in_the_item_as_it_was() -> None:
    stress = StressSpec(speed=2.0, shift_ms=100.0)
    np.testing.assert_allclose(original_times_s(np.asarray([0.1, 0.35]), stress), [0.0, 0.5])


def test_numbers_get_noise_by_their_own_variation_gain_speed_and_shift(rng: np.random.Generator) -> None:
    values = np.stack([np.linspace(0, 1, 2000), 100 + 50 * rng.standard_normal(2000)], axis=1)
    added = stressed_numbers(values, StressSpec(snr_db=20.0)) - values
    np.testing.assert_allclose(added.std(axis=0) / values.std(axis=0), 0.1, rtol=0.1)
    np.testing.assert_allclose(stressed_numbers(values, StressSpec(gain_db=20.0)), 10 * values)
    assert stressed_numbers(values, StressSpec(speed=4.0)).shape == (500, 2)
    np.testing.assert_allclose(stressed_numbers(values, StressSpec(speed=0.5))[:, 0], np.linspace(0, 1, 4000), atol=1e-3)
    later = stressed_numbers(values, StressSpec(shift_frames=3))
    np.testing.assert_array_equal(later[:4], values[[0, 0, 0, 0]])
    np.testing.assert_array_equal(stressed_numbers(values, StressSpec(shift_frames=-3)), values[3:])
    assert len(stressed_numbers(values, StressSpec(shift_frames=-9999))) == 1


def test_words_are_left_out_or_replaced_by_others_of_the_vocabulary() -> None:
    front_end = text_front_end()
    text = " ".join(["the film is good"] * 50)
    whole = front_end.vocabulary.split(text)[:50]
    dropped = [stressed_tokens(front_end, text, StressSpec(drop=share)) for share in (0.2, 0.6)]
    assert len(whole) > len(dropped[0]) > len(dropped[1]) > 5
    rest = iter(dropped[0])
    assert all(token in rest for token in dropped[1])  # in order: who leaves at 0.2 does not come back at 0.6
    n_left = sum(len(stressed_tokens(front_end, text, StressSpec(drop=0.2), key=str(key))) for key in range(400))
    assert n_left / (400 * len(whole)) == pytest.approx(0.8, abs=0.01)
    replaced = stressed_tokens(front_end, text, StressSpec(replace=0.5))
    assert len(replaced) == len(whole)
    assert 5 < sum(one != other for one, other in zip(replaced, whole, strict=True)) < 45
    assert set(replaced) <= set(front_end.vocabulary.tokens)
    assert len(stressed_tokens(front_end, "good film", StressSpec(drop=1.0))) == 1


def test_a_stress_of_other_data_is_refused_not_left_out() -> None:
    with pytest.raises(UsageError, match=r"text data must be of drop, replace.*snr_db=3"):
        trace_stressed(make_bundle("text"), "a good film", StressSpec(snr_db=3.0))
    with pytest.raises(UsageError, match=r"drop=0\.1"):
        trace_stressed(make_bundle("speech"), audio(tone()), StressSpec(drop=0.1))


def test_noise_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="white, pink or a recording"):
        stressed_samples(tone(), RATE_HZ, StressSpec(snr_db=3.0, noise=str(tmp_path / "none.wav")))
    (tmp_path / "broken.wav").write_bytes(b"broken")
    with pytest.raises(DataError, match=r"broken\.wav cannot be read"):
        stressed_samples(tone(), RATE_HZ, StressSpec(snr_db=3.0, noise=str(tmp_path / "broken.wav")))


def test_a_stressed_trace_is_the_trace_of_the_stressed_item(tmp_path: Path) -> None:
    bundle = make_bundle(model=model_spec(lstm=(5, 4)))
    stress = StressSpec(snr_db=5.0, speed=1.25, gain_db=-6.0, low_hz=200.0)
    whole = trace_stressed(bundle, audio(tone()), stress, key="a")
    again = trace(bundle, stressed_samples(tone(), RATE_HZ, stress, key="a"), rate_hz=RATE_HZ)
    np.testing.assert_array_equal(whole.layers[1].cell, again.layers[1].cell)
    assert whole.result == again.result


def test_each_place_of_a_slider_costs_one_pass_and_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lets gates follow a slider; `tests/bench/inspection_sets.py` times it."""
    bundle = make_bundle(model=model_spec(lstm=(5, 4)))
    soundfile.write(tmp_path / "fan.wav", sine(90.0), RATE_HZ)
    passes: list[int] = []
    reads: list[str] = []
    forward, read = Network.forward, stress_module.read_audio

    def counted(self: Network, frames: np.ndarray[Any, Any]) -> Activations:
        passes.append(len(frames))
        return forward(self, frames)

    def noted(path: str, **given: Any) -> Audio:
        reads.append(path)
        return read(path, **given)

    monkeypatch.setattr(Network, "forward", counted)
    monkeypatch.setattr(stress_module, "read_audio", noted)
    places = [
        StressSpec(noise=str(tmp_path / "fan.wav"), snr_db=snr_db, speed=0.9, low_hz=300.0) for snr_db in (20.0, 5.0, 0.0)
    ]
    traces = [trace_stressed(bundle, audio(tone()), place) for place in places]
    assert passes == [len(each.frames) for each in traces]
    assert reads == [str(tmp_path / "fan.wav")]
    assert not np.array_equal(traces[0].layers[0].cell, traces[2].layers[0].cell)


def test_a_stress_needs_no_librosa() -> None:
    code = "import sys, seqclass.inspection.stress_job; print([name for name in ('librosa', 'numba') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


# Over a split


def job_of(bench: Any, tmp_path: Path, kind: str, **more: Any) -> StressJob:
    makers = {"speech": bench.speech_set, "text": bench.text_set, "numeric": bench.numeric_set}
    front_end = {"speech": None, "text": text_front_end(), "numeric": numeric_front_end(2)}[kind]
    labels = {"speech": ("hi", "lo", "none"), "text": ("bad", "good"), "numeric": ("a", "b")}[kind]
    target = TargetCard(name="label", kind="class", labels=labels)
    bundle = make_bundle(kind, front_end=front_end, targets=(target,), model=model_spec(lstm=(8,)))  # type: ignore[arg-type]
    write_bundle(tmp_path / "m.seqclass", bundle)
    return StressJob(bundle=str(tmp_path / "m.seqclass"), dataset=str(makers[kind](tmp_path / "d")), split="all", **more)


@pytest.mark.parametrize(("kind", "axis"), [("speech", "snr_db"), ("numeric", "shift_frames"), ("text", "replace")])
def test_the_curve_counts_each_class_and_its_csv_says_the_same(bench: Any, tmp_path: Path, kind: str, axis: str) -> None:
    result = bench.run(job_of(bench, tmp_path, kind, axis=axis, csv=str(tmp_path / "s.csv"))).result
    curve = stress_job.from_plain(result["stress"])
    assert stress_job.as_plain(curve) == result["stress"]
    assert curve.values == (None, *stress_job.USUAL[axis])
    assert "none" not in curve.by_class  # no item is of that class
    assert sum(points[0].n_items for points in curve.by_class.values()) == curve.overall[0].n_items == result["n_items"]
    for points in (curve.overall, *curve.by_class.values()):
        for point in points:
            assert point.p_interval is not None
            assert point.p_interval[0] <= point.p_correct <= point.p_interval[1]
            assert point.accuracy_interval is not None
            assert point.accuracy_interval[0] <= point.accuracy <= point.accuracy_interval[1]
    weighted = sum(points[1].p_correct * points[1].n_items for points in curve.by_class.values())
    assert weighted / curve.overall[1].n_items == pytest.approx(curve.overall[1].p_correct)
    with (tmp_path / "s.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == len(curve.values) * (1 + len(curve.by_class))
    assert float(rows[1]["p_correct"]) == pytest.approx(curve.overall[1].p_correct, abs=1e-6)


def test_the_first_point_is_the_items_as_they_are(bench: Any, tmp_path: Path) -> None:
    job = job_of(bench, tmp_path, "speech", stress=StressSpec(gain_db=-40.0), values=(20.0, -20.0, 20.0))
    result = bench.run(job).result
    curve = stress_job.from_plain(result["stress"])
    assert curve.values == (None, -20.0, 20.0)
    evaluated = bench.evaluate(Path(job.bundle), Path(job.dataset), split="all").result
    assert curve.overall[0].accuracy == pytest.approx(evaluated["accuracy"])
    assert curve.overall[0].p_correct != curve.overall[1].p_correct


def test_values_out_of_range_and_axes_of_other_data_are_refused(bench: Any, tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"stress\.speed"):
        bench.run(job_of(bench, tmp_path, "speech", axis="speed", values=(9.0,)))
    with pytest.raises(UsageError, match="text data must be one of drop, replace"):
        bench.run(job_of(bench, tmp_path / "t", "text", axis="snr_db"))


def test_only_classes_can_be_right(bench: Any, tmp_path: Path) -> None:
    number = TargetCard(name="size", kind="number", scale=3.0, offset=40.0)
    with pytest.raises(UsageError, match="numbers only"):
        stress_job.target_of(make_bundle(targets=(number,)))
    bundle = make_bundle(targets=(number, DIGITS))
    assert stress_job.target_of(bundle) is DIGITS


def test_items_of_no_known_class_are_nothing_to_measure(bench: Any, tmp_path: Path) -> None:
    from seqclass.data.scan import scan

    manifest = scan(bench.speech_set(tmp_path / "d"))
    with pytest.raises(DataError, match="class that the model knows"):
        stress_job.measure(
            make_bundle(), manifest, manifest.items, axis="snr_db", values=(3.0,), emit=ignore, cancel=CancelToken()
        )


def audio(samples: np.ndarray[Any, Any]) -> Audio:
    return Audio(samples=samples, rate_hz=RATE_HZ, n_channels=1, duration_s=len(samples) / RATE_HZ)
