"""Labels of 3,000 digits at once: ours against Keras predict in batches, from frames in memory and from files.

    python tests/bench/classify.py [--rounds 5] [--quick] [--out FILE]

The model is that of SEQCLASS_BENCH_BUNDLE, 2 x LSTM(128), trained where there is none; Keras runs the very model of the bundle, as it
stands in it. *Frames*: `seqclass.model.batch.logits_of_many`, and an item at a time;
Keras' `predict` on all frames padded to the longest item, and `predict_on_batch` on batches sorted by length, each padded to its own
longest. *Files*: `classify` and `evaluate`'s way from the files to logits, against librosa's features of each file (the same numbers:
silence at the edges cut, derivatives, normalised) and Keras on them. Everything is warm; importing TensorFlow and librosa counts for
nothing here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import seqclass.model.keras_setup  # noqa: F401  isort: skip

import harness
import keras
import librosa
import numpy as np

from seqclass.data.load import load_item
from seqclass.data.manifest import Item, Manifest
from seqclass.data.scan import scan
from seqclass.events import CancelToken
from seqclass.export.models import open_model
from seqclass.features import mfcc
from seqclass.features.front_end import Encoded, SpeechFrontEnd
from seqclass.inference.classify import encode_content
from seqclass.inference.many import forward_many
from seqclass.model import bundle as bundles
from seqclass.model.batch import logits_of_many
from seqclass.model.bundle import Bundle
from seqclass.specs import DataSpec

OURS = "seqclass"
BEST = "Keras, by length, batches of 256"
Frames = Sequence[np.ndarray]


def main() -> None:
    """Check, measure and print."""
    options = harness.parser(__doc__, rounds=5).parse_args()
    bundle = bundles.read(harness.bundle())
    model = open_model(bundle)
    manifest = scan(harness.DATA / "spoken_digits", DataSpec())
    items = manifest.items

    def encode(item: Item) -> Encoded:
        return encode_content(bundle, load_item(manifest, item))

    def from_files(predict: Callable[..., Callable[[], np.ndarray]]) -> np.ndarray:
        return predict(model, by_librosa(bundle, manifest, items), 256)()

    frames = [encode(item).frames for item in items]
    with harness.Session(__doc__, options, libraries=("tensorflow", "keras", "librosa")) as session:
        n_frames = sum(map(len, frames))
        session.compare(
            f"{len(items)} items of {n_frames / len(items):.0f} frames of {frames[0].shape[1]}, in memory, to logits",
            {
                OURS: lambda: logits_of_many(bundle.network, frames)["label"],
                "seqclass, an item at a time": lambda: alone(bundle, frames),
                **{f"Keras, by length, batches of {size}": by_length(model, frames, size) for size in (32, 64, 256)},
                **{f"Keras predict, padded, batches of {size}": padded(model, frames, size) for size in (32, 256)},
            },
            baseline=BEST,
            agree=harness.within(1e-4),
            items=len(items),
            unit="items",
            aims=(
                harness.Faster(OURS, than=BEST, times=2),
                harness.Faster(OURS, than="Keras predict, padded, batches of 256", times=2),
            ),
        )
        session.compare(
            f"{len(items)} files to logits",
            {
                OURS: lambda: np.stack(
                    [outcome.logits["label"] for outcome in forward_many(bundle, items, encode, cancel=CancelToken())]
                ),
                BEST: lambda: from_files(by_length),
                "Keras predict, padded, batches of 256": lambda: from_files(padded),
            },
            baseline=BEST,
            agree=harness.within(1e-2),
            items=len(items),
            unit="items",
            aims=(harness.Faster(OURS, than=BEST, times=2),),
        )


def alone(bundle: Bundle, frames: Frames) -> np.ndarray:
    """Logits by a pass for each item."""
    return np.stack([bundle.network.forward(each).logits["label"] for each in frames])


def by_length(model: keras.Model, frames: Frames, size: int) -> Callable[[], np.ndarray]:
    """Logits by Keras in batches sorted by length."""
    order = np.argsort([len(each) for each in frames], kind="stable")

    def run() -> np.ndarray:
        logits = np.empty((len(frames), 10), np.float32)
        for start in range(0, len(order), size):
            batch = order[start : start + size]
            logits[batch] = model.predict_on_batch(pad([frames[index] for index in batch]))["label"]
        return logits

    return run


def padded(model: keras.Model, frames: Frames, size: int) -> Callable[[], np.ndarray]:
    """Logits by Keras' `predict` on one array, made beforehand."""
    values = pad(frames)
    return lambda: np.asarray(model.predict(values, batch_size=size, verbose=0)["label"])


def pad(frames: Frames) -> dict[str, np.ndarray]:
    """The model's inputs."""
    lengths = np.asarray([len(each) for each in frames], np.int32)
    values = np.zeros((len(frames), lengths.max(), frames[0].shape[1]), np.float32)
    for row, each in zip(values, frames, strict=True):
        row[: len(each)] = each
    return {"frames": values, "lengths": lengths}


def by_librosa(bundle: Bundle, manifest: Manifest, items: Sequence[Item]) -> list[np.ndarray]:
    """The frames of each file as its reader and librosa make them."""
    front_end: Any = bundle.front_end
    assert isinstance(front_end, SpeechFrontEnd)
    return [_by_librosa(front_end, manifest.path_of(item.file or "")) for item in items]


def _by_librosa(front_end: SpeechFrontEnd, path: Path) -> np.ndarray:
    spec, basis = front_end.spec, front_end.basis
    samples, rate_hz = librosa.load(path, sr=basis.rate_hz)
    samples = librosa.util.fix_length(samples, size=max(len(samples), basis.n_fft))
    power = np.abs(librosa.stft(samples, n_fft=basis.n_fft, hop_length=basis.hop_length, center=False)) ** 2
    power = power[:, mfcc.kept_frames(power.T, spec, basis)]
    band = {"n_mels": spec.n_mels, "fmin": spec.f_min_hz, "fmax": spec.f_max_hz}
    mel = librosa.feature.melspectrogram(S=power, sr=rate_hz, n_fft=basis.n_fft, **band)
    decibels = librosa.power_to_db(mel, ref=1.0, amin=spec.amin, top_db=spec.floor_db)
    values = librosa.feature.mfcc(S=decibels, n_mfcc=spec.n_mfcc)
    parts = [values]
    for order in range(1, spec.delta_order + 1):
        parts.append(librosa.feature.delta(values, width=spec.delta_width, order=order, mode="nearest"))
    return np.asarray(front_end.normaliser(np.concatenate(parts).T), np.float32)


if __name__ == "__main__":
    main()
