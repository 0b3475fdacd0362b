"""Small bundles with random weights, made without TensorFlow and librosa in a few milliseconds, and what several tests need."""

from __future__ import annotations

import csv
import dataclasses
import functools
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from seqclass.features import front_end as front_ends
from seqclass.features import mfcc, text
from seqclass.features.deltas import kernels
from seqclass.features.front_end import FrontEnd, NumericFrontEnd, SpeechFrontEnd, TextFrontEnd
from seqclass.features.normalise import Normaliser
from seqclass.model import bundle as bundles
from seqclass.model import golden
from seqclass.model import network as networks
from seqclass.model.bundle import Bundle, Card, DataCard, TargetCard
from seqclass.model.network import Network
from seqclass.settings import resolve
from seqclass.specs import Kind, ModelSpec, NumericFeatureSpec, SpeechFeatureSpec, TextFeatureSpec

KERAS = (
    pytest.mark.tensorflow,
    # Keras asks TensorFlow's tensors for arrays in NumPy 1's way; it works, and only Keras can change it.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
)
"""Marks of tests that train."""
DIGITS = TargetCard(name="label", kind="class", labels=("no", "stop", "yes"))
AGE = TargetCard(name="age", kind="number", scale=3.0, offset=40.0)
TEXTS = ("a good film", "a bad film", "the film is good", "don't see it, it's bad")


def speech_spec(**changes: Any) -> SpeechFeatureSpec:
    """Every setting that a feature depends on, small and causal unless changed."""
    plain: dict[str, Any] = {
        "sample_rate_hz": 8000,
        "window_ms": 32.0,
        "hop_ms": 16.0,
        "n_fft": 256,
        "n_mels": 12,
        "f_min_hz": 60.0,
        "f_max_hz": 4000.0,
        "n_mfcc": 8,
        "amin": 1e-6,
        "delta_order": 0,
        "delta_width": 9,
        "preemphasis": 0.0,
        "remove_dc": False,
        "trim_db": None,
        "trim_margin_ms": 32.0,
        "floor_db": None,
        "normalisation": "train",
    }
    return SpeechFeatureSpec(**(plain | changes))


def made_up_basis(spec: SpeechFeatureSpec) -> mfcc.MfccBasis:
    """Like librosa's, of equal triangles on a logarithmic scale."""
    assert spec.sample_rate_hz is not None
    assert spec.n_fft is not None
    window_length = round(spec.window_ms * spec.sample_rate_hz / 1000)
    before = (spec.n_fft - window_length) // 2
    window = np.zeros(spec.n_fft)
    window[before : before + window_length] = np.hanning(window_length + 1)[:-1]
    edges = np.geomspace(60, spec.sample_rate_hz / 2, spec.n_mels + 2)
    bins_hz = np.linspace(0, spec.sample_rate_hz / 2, spec.n_fft // 2 + 1)
    rising = (bins_hz - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bins_hz) / np.diff(edges)[1:, None]
    mel = np.maximum(np.minimum(rising, falling), 0.0) / 100
    angles = np.pi / spec.n_mels * (np.arange(spec.n_mels) + 0.5)
    dct = np.sqrt(2 / spec.n_mels) * np.cos(np.arange(spec.n_mfcc)[:, None] * angles)
    dct[0] /= np.sqrt(2)
    return mfcc.MfccBasis(
        window=window,
        mel=mel.astype(np.float32),
        dct=dct,
        delta_kernels=kernels(spec.delta_order, spec.delta_width),
        hop_length=mfcc.hop_length(spec, spec.sample_rate_hz),
        rate_hz=spec.sample_rate_hz,
    )


def speech_front_end(**changes: Any) -> SpeechFrontEnd:
    """A fitted front end; its training figures are made up."""
    spec = speech_spec(**changes)
    basis = made_up_basis(spec)
    mean, deviation = np.zeros(basis.n_features, np.float32), np.full(basis.n_features, 3.0, np.float32)
    mean[0], deviation[0] = -80.0, 40.0
    return SpeechFrontEnd(spec, basis, Normaliser(spec.normalisation, mean, deviation))


def numeric_front_end(n_inputs: int = 3, **changes: Any) -> NumericFrontEnd:
    """A front end for sequences of ``n_inputs`` channels."""
    spec = NumericFeatureSpec(**({"normalisation": "train", "delta_order": 0, "delta_width": 9} | changes))
    n_features = n_inputs * (1 + spec.delta_order)
    normaliser = Normaliser(spec.normalisation, np.full(n_features, 0.5, np.float32), np.full(n_features, 2.0, np.float32))
    return NumericFrontEnd(spec, kernels(spec.delta_order, spec.delta_width), normaliser)


def text_front_end(texts: Sequence[str] = TEXTS, **changes: Any) -> TextFrontEnd:
    """A front end with the vocabulary of ``texts``."""
    plain: dict[str, Any] = {"tokenizer": "words", "lowercase": True, "max_vocabulary": 100, "min_count": 1, "max_tokens": 50}
    spec = TextFeatureSpec(**(plain | changes))
    return TextFrontEnd(spec, text.build_vocabulary(texts, spec))


def front_end_of(kind: Kind) -> FrontEnd:
    """A small front end of a kind."""
    return {"speech": speech_front_end, "numeric": numeric_front_end, "text": text_front_end}[kind]()


def model_spec(**changes: Any) -> ModelSpec:
    """One LSTM layer on whose last state a head stands, unless changed."""
    plain: dict[str, Any] = {
        "embedding_dim": 5,
        "lstm": (6,),
        "bidirectional": False,
        "pooling": ("last",),
        "dense": (),
        "activation": "relu",
        "input_dropout": 0.0,
        "lstm_dropout": 0.0,
        "head_dropout": 0.0,
    }
    return ModelSpec(**(plain | changes))


def random_network(front_end: FrontEnd, spec: ModelSpec, targets: Sequence[TargetCard], *, seed: int = 0) -> Network:
    """A network whose weights are normal variables, large enough for gates to open and close."""
    rng = np.random.default_rng(seed)
    sizes = networks.shapes(
        spec, n_outputs={target.name: len(target.labels) or 1 for target in targets}, **inputs_of(front_end)
    )
    arrays = {name: rng.normal(0.0, 0.5, shape).astype(np.float32) for name, shape in sizes.items()}
    return networks.from_arrays(arrays, spec, tuple(target.spec for target in targets))


def inputs_of(front_end: FrontEnd) -> dict[str, int]:
    """What enters the network, as `seqclass.model.network.shapes` and ``keras_model.build`` take it."""
    if isinstance(front_end, TextFrontEnd):
        return {"n_tokens": len(front_end.vocabulary.tokens)}
    return {"n_features": front_end.n_features}


def make_bundle(
    kind: Kind = "speech",
    *,
    front_end: FrontEnd | None = None,
    model: ModelSpec | None = None,
    targets: tuple[TargetCard, ...] = (DIGITS,),
    network: Network | None = None,
    seed: int = 0,
) -> Bundle:
    """A bundle in memory."""
    front_end = front_end or front_end_of(kind)
    model = model or model_spec()
    config = msgspec.structs.replace(resolve({}, kind), features=front_end.spec, model=model)
    card = Card(
        created="2026-11-20T12:00:00+00:00",
        seqclass_version="0.1.0",
        kind=kind,
        is_causal=front_end.is_causal and not model.bidirectional,
        targets=targets,
        config=config,
        front_end=front_ends.to_plain(front_end),
        data=DataCard(
            name="words",
            fingerprint="0" * 64,
            salt="salt",
            counts={"train": 3, "validation": 1, "test": 2},
            groups={"train": 2, "validation": 1, "test": 1},
            split_by="group",
        ),
        metrics={"validation": {"accuracy": 0.5}, "test": {}},
        libraries={"numpy": np.__version__},
    )
    return Bundle(
        card,
        front_end,
        network or random_network(front_end, model, targets, seed=seed),
        seen=np.sort(bundles.item_hashes(["a", "b", "c", "d"], "salt")),
        tested=np.sort(bundles.item_hashes(["e", "f"], "salt")),
    )


def write_bundle(path: Path, bundle: Bundle | None = None, *, keras_model: bytes = b"no Keras model") -> Bundle:
    """Write a bundle and give it as it is read back. Without ``keras_model`` it does all but `verify`."""
    if bundle is None:
        usual, content = _usual_bundle(keras_model)
        path.write_bytes(content)
        return dataclasses.replace(usual, path=path)
    bundles.write(path, bundle, keras_model=keras_model, golden=golden.compute(bundle.front_end, bundle.network))
    return dataclasses.replace(bundle, path=path)


@functools.cache
def _usual_bundle(keras_model: bytes) -> tuple[Bundle, bytes]:
    """What most tests need, and its file: to write it takes longer than what they try."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "usual.seqclass"
        return write_bundle(path, make_bundle(), keras_model=keras_model), path.read_bytes()


def tone(duration_s: float = 0.5, rate_hz: int = 8000, *, seed: int = 0, level: float = 0.3) -> np.ndarray[Any, Any]:
    """A gliding tone in soft noise, (n_samples,) float32, which no filter finds constant."""
    rng = np.random.default_rng(seed)
    times_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    glide_hz = rng.uniform(200, 400) * (1 + times_s)
    samples = level * np.sin(2 * np.pi * np.cumsum(glide_hz) / rate_hz) * np.hanning(len(times_s))
    return np.asarray(samples + 0.003 * rng.standard_normal(len(times_s)), np.float32)


def rewrite_rows(root: Path, change: Callable[[dict[str, str]], object]) -> None:
    """Change each row of a data set's manifest; a row for which ``change`` gives False is left out."""
    path = root / "manifest.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(row for row in rows if change(row) is not False)
