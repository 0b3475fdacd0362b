"""Traces: T.npz exactly as it is promised, and pictures of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from support import AGE, DIGITS, make_bundle, model_spec, numeric_front_end, tone, write_bundle

from seqclass.errors import DataError, ItemError, StorageError, UsageError
from seqclass.events import AnyEvent, CancelToken, Finished
from seqclass.inference.classify import classify
from seqclass.inspection.trace import Trace, trace
from seqclass.inspection.trace_job import run
from seqclass.model.bundle import Bundle, TargetCard
from seqclass.specs import Kind, TraceJob

GATES = ("input_gate", "forget_gate", "candidate", "output_gate", "cell", "hidden")
ITEMS: dict[Kind, dict[str, Any]] = {
    "speech": {"item": tone(), "rate_hz": 8000},
    "numeric": {"item": np.random.default_rng(0).normal(size=(15, 3))},
    "text": {"text": "a good film, unheard-of"},
}


def saved(traced: Trace, folder: Path) -> dict[str, np.ndarray[Any, Any]]:
    traced.save(folder / "T.npz")
    with np.load(folder / "T.npz", allow_pickle=False) as arrays:
        return dict(arrays)


def bundle_of(kind: Kind = "speech", targets: tuple[TargetCard, ...] = (DIGITS,), **layout: Any) -> Bundle:
    return make_bundle(kind, model=model_spec(**layout), targets=targets)


@pytest.mark.parametrize("kind", ["speech", "numeric", "text"])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("units", [(6,), (6, 6, 6), (5, 4)], ids=str)
def test_the_file_holds_the_promised_names_shapes_and_dtypes(
    tmp_path: Path, kind: Kind, bidirectional: bool, units: tuple[int, ...]
) -> None:
    bundle = bundle_of(kind, lstm=units, bidirectional=bidirectional)
    arrays = saved(trace(bundle, **ITEMS[kind]), tmp_path)
    n_frames = len(arrays["frames"])
    n_directions = 2 if bidirectional else 1
    expected: dict[str, tuple[int, ...]] = {
        "frames": (n_frames, bundle.network.n_features),
        "features": (n_frames, 1 if kind == "text" else bundle.network.n_features),
        "times_s": (n_frames,),
        "probabilities": (n_frames, 3),
        "output": (n_frames, units[-1] * n_directions),
    }
    for index, n_units in enumerate(units):
        for half in ("", ".backward")[:n_directions]:
            expected |= {f"layer{index}{half}.{gate}": (n_frames, n_units) for gate in GATES}
            expected |= {f"layer{index}{half}.{state}": (n_units,) for state in ("h_n", "c_n")}
    if len(set(units)) == 1:
        expected |= {state: (len(units) * n_directions, units[0]) for state in ("h_n", "c_n")}
    if kind == "text":
        expected["tokens"] = (n_frames,)
    assert {name: values.shape for name, values in arrays.items()} == expected
    for name, values in arrays.items():
        if name in ("times_s", "probabilities"):
            assert values.dtype == np.float64
        elif name == "tokens":
            assert values.dtype.kind == "U"
        elif name == "features" and kind == "text":
            assert values.dtype == np.int32
        else:
            assert values.dtype == np.float32, name


def test_frames_are_what_enters_the_network_and_features_what_came_before() -> None:
    bundle = bundle_of()
    traced = trace(bundle, tone(), rate_hz=8000)
    encoded = bundle.front_end.encode(tone(), 8000)  # type: ignore[call-arg, arg-type]
    np.testing.assert_array_equal(traced.frames, encoded.frames)
    np.testing.assert_array_equal(traced.features, encoded.features)
    np.testing.assert_array_equal(bundle.front_end.normaliser(traced.features), traced.frames)  # type: ignore[union-attr]
    np.testing.assert_allclose(traced.times_s[:2], [0.016, 0.032])


def test_embeddings_are_the_frames_of_a_text() -> None:
    bundle = bundle_of("text", embedding_dim=5)
    traced = trace(bundle, text="a good film")
    assert bundle.network.embedding is not None
    np.testing.assert_array_equal(traced.frames, bundle.network.embedding[traced.features[:, 0]])
    assert traced.tokens == ("a", "good", "film")
    assert not traced.is_timed


@pytest.mark.parametrize("bidirectional", [False, True])
def test_last_states_stand_in_the_order_of_pytorch(tmp_path: Path, bidirectional: bool) -> None:
    """h_n and c_n: layer 0 forward, layer 0 backward, layer 1 forward and so on; a backward half ends at the first frame."""
    arrays = saved(trace(bundle_of(lstm=(4, 4), bidirectional=bidirectional), tone(), rate_hz=8000), tmp_path)
    for state, source in (("h_n", "hidden"), ("c_n", "cell")):
        rows = []
        for layer in ("layer0", "layer1"):
            rows.append(arrays[f"{layer}.{source}"][-1])
            np.testing.assert_array_equal(arrays[f"{layer}.{state}"], rows[-1])
            if bidirectional:
                rows.append(arrays[f"{layer}.backward.{source}"][0])
                np.testing.assert_array_equal(arrays[f"{layer}.backward.{state}"], rows[-1])
        np.testing.assert_array_equal(arrays[state], rows)


def test_the_equations_hold_between_the_arrays_of_the_file(tmp_path: Path) -> None:
    arrays = saved(trace(bundle_of(lstm=(5, 4), bidirectional=True), tone(), rate_hz=8000), tmp_path)
    for layer, step in (("layer0", 1), ("layer0.backward", -1), ("layer1", 1), ("layer1.backward", -1)):
        i, f, g, o, c, h = (arrays[f"{layer}.{gate}"][::step] for gate in GATES)
        before = np.concatenate([np.zeros_like(c[:1]), c[:-1]])
        np.testing.assert_allclose(c, f * before + i * g, atol=1e-6)
        np.testing.assert_allclose(h, o * np.tanh(c), atol=1e-6)
        for gate in (i, f, o):
            assert gate.min() >= 0
            assert gate.max() <= 1
    np.testing.assert_array_equal(
        arrays["output"], np.concatenate([arrays["layer1.hidden"], arrays["layer1.backward.hidden"]], axis=1)
    )


@pytest.mark.parametrize("pooling", [("last",), ("mean", "max"), ("attention", "last")], ids=str)
@pytest.mark.parametrize("kind", ["speech", "numeric", "text"])
def test_the_last_frame_says_what_classify_says(kind: Kind, pooling: tuple[str, ...]) -> None:
    for bidirectional in (False, True):
        bundle = bundle_of(kind, pooling=pooling, dense=(4,), bidirectional=bidirectional, targets=(DIGITS, AGE))
        traced, answer = trace(bundle, **ITEMS[kind]), classify(bundle, **ITEMS[kind])
        np.testing.assert_allclose(traced.probabilities["label"][-1], list(answer.probabilities.values()), atol=1e-5)
        np.testing.assert_allclose(traced.probabilities["age"][-1], [answer.targets["age"].value], atol=1e-4)
        assert traced.result["label"] == answer.targets["label"]


def test_a_causal_model_says_of_each_frame_what_it_would_say_of_the_prefix() -> None:
    bundle = bundle_of(lstm=(5, 4), pooling=("mean", "last"))
    assert bundle.card.is_causal
    samples = tone()
    whole = trace(bundle, samples, rate_hz=8000).probabilities["label"]
    for end in (1, 7, 20):
        prefix = samples[: 256 + 128 * (end - 1)]
        np.testing.assert_allclose(
            whole[end - 1], list(classify(bundle, prefix, rate_hz=8000).probabilities.values()), atol=1e-5
        )


def test_with_both_directions_only_the_last_frame_is_known() -> None:
    traced = trace(bundle_of(bidirectional=True, targets=(DIGITS, AGE)), tone(), rate_hz=8000)
    for values in traced.probabilities.values():
        assert np.isnan(values[:-1]).all()
        assert np.isfinite(values[-1]).all()
    np.testing.assert_allclose(traced.probabilities["label"][-1].sum(), 1)


def test_several_targets_have_an_array_each(tmp_path: Path) -> None:
    arrays = saved(trace(bundle_of(targets=(DIGITS, AGE)), tone(), rate_hz=8000), tmp_path)
    np.testing.assert_array_equal(arrays["probabilities"], arrays["probabilities.label"])
    assert arrays["probabilities.age"].shape == (len(arrays["frames"]), 1)
    assert not [name for name in saved(trace(bundle_of(), tone(), rate_hz=8000), tmp_path) if name.startswith("probabilities.")]


def test_one_frame_is_enough(tmp_path: Path) -> None:
    traced = trace(bundle_of(), np.zeros(5), rate_hz=8000)
    assert len(traced.frames) == 1
    assert saved(traced, tmp_path)["layer0.cell"].shape == (1, 6)


def test_layers_are_reached_as_the_readme_says() -> None:
    traced = trace(bundle_of(lstm=(6, 5), bidirectional=True), tone(), rate_hz=8000)
    assert traced.layers[0].forget_gate.shape == (len(traced.frames), 6)
    assert traced.layers[1].n_units == 5
    assert traced.layers[1].backward is not None
    assert traced.layers[1].backward.backward is None


def test_what_cannot_be_read_cannot_be_traced() -> None:
    with pytest.raises(ItemError, match="cannot be opened"):
        trace(bundle_of(), "nowhere.wav")


def test_a_failing_save_leaves_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")
    with pytest.raises(StorageError, match="a part of the path is a file"):
        trace(bundle_of(), tone(), rate_hz=8000).save(tmp_path / "file" / "T.npz")
    assert (tmp_path / "file").read_bytes() == b"old"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    write_bundle(tmp_path / "m.seqclass", bundle_of(lstm=(5, 4)))
    write_bundle(tmp_path / "text.seqclass", bundle_of("text"))
    soundfile.write(tmp_path / "a.wav", tone(), 8000)
    return tmp_path


def trace_job(folder: Path, model: str = "m.seqclass", **job: Any) -> dict[str, Any]:
    events: list[AnyEvent] = []
    paths = {name: str(folder / value) if name != "text" else value for name, value in job.items()}
    run(TraceJob(bundle=str(folder / model), **paths), events.append, CancelToken())
    assert isinstance(events[-1], Finished)
    return events[-1].result


def test_the_job_writes_both_files_and_says_what_is_in_them(files: Path) -> None:
    result = trace_job(files, item="a.wav", out="T.npz", plot="T.png")
    assert (files / "T.npz").is_file()
    assert (files / "T.png").is_file()
    assert result["layers"] == [5, 4]
    assert result["label"] in DIGITS.labels
    assert (result["n_features"], result["is_causal"]) == (8, True)
    with np.load(files / "T.npz") as arrays:
        assert len(arrays["frames"]) == result["n_frames"]
        np.testing.assert_allclose(arrays["probabilities"][-1], list(result["probabilities"].values()), atol=1e-5)


def test_the_job_traces_texts(files: Path) -> None:
    assert trace_job(files, "text.seqclass", text="a good film", out="T.npz")["item"] == "a good film"


@pytest.mark.parametrize(
    ("job", "error", "words"),
    [
        ({"item": "a.wav"}, UsageError, r"needs --out T.npz or --plot T.png, or --timeline, --ledger or --hands"),
        ({"item": "a.wav", "out": "T.npz", "plot": "T.doc"}, UsageError, r"A picture's ending must be one of .png, .*T\.doc"),
        ({"text": "yes", "out": "T.npz"}, UsageError, "--text needs a text model"),
        ({"item": "b.wav", "out": "T.npz"}, DataError, r"b\.wav cannot be traced: it cannot be opened"),
        ({"item": "a.wav", "out": "a.wav/T.npz"}, StorageError, "a part of the path is a file"),
    ],
)
def test_a_trace_that_cannot_be_made_writes_nothing(
    files: Path, job: dict[str, Any], error: type[Exception], words: str
) -> None:
    before = sorted(files.iterdir())
    with pytest.raises(error, match=words):
        trace_job(files, **job)
    assert sorted(files.iterdir()) == before


def test_numbers_of_a_feature_are_traced_as_given() -> None:
    bundle = make_bundle("numeric", front_end=numeric_front_end(2, normalisation="none"))
    values = np.random.default_rng(0).normal(size=(6, 2))
    np.testing.assert_allclose(trace(bundle, values).frames, values, atol=1e-6)
    np.testing.assert_array_equal(trace(bundle, values).times_s, np.arange(6))
