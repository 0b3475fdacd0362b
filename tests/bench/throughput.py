"""Training throughput against plain Keras recipes, same model, batches of the same items, in one run.

    python tests/bench/throughput.py [--data FOLDER] [--rounds 5]

Prints sequences a second as ratios to the ``Masking`` recipe of Keras: every sequence padded to the longest of the data set, a
`Masking` layer, `Model.fit`. Each contender trains in turn, round after round, so that a change in the machine's speed hits all alike;
the median over rounds counts.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import seqclass.model.keras_setup  # noqa: F401  isort: skip

import keras
import numpy as np

from seqclass.data.scan import scan
from seqclass.data.splits import assign_splits
from seqclass.events import CancelToken, ignore
from seqclass.settings import resolve
from seqclass.training.fit import build_model
from seqclass.training.loop import Trainer
from seqclass.training.parts import Part
from seqclass.training.prepare import prepare

# One seventh of an epoch a round keeps a round short; all contenders see the same items.
N_ITEMS = 1280
BATCH = 64


def main() -> None:
    """Run the comparison and print a table."""
    arguments = _arguments()
    manifest = scan(arguments.data)
    settings = {
        "features": {"window_ms": 25.0, "hop_ms": 10.0, "n_mels": 40, "n_mfcc": 13, "delta_order": arguments.delta_order},
        "augmentation": {"enabled": False},
        "model": {"lstm": [128, 128], "pooling": ["last"], "lstm_dropout": 0.0, "head_dropout": 0.0},
        "training": {
            "optimizer": "adam",
            "batch_size": BATCH,
            "label_smoothing": 0.0,
            "clip_norm": 0.0,
            "class_weights": "none",
            "weight_average": 0.0,
        },
    }
    config = resolve(settings, "speech")
    assignment = assign_splits(manifest, config.data)
    prepared = prepare(manifest, assignment, config, emit=ignore, cancel=CancelToken())
    whole = prepared.parts["train"]
    order = np.random.default_rng(0).permutation(len(whole.items))[:N_ITEMS]
    part = Part(
        items=tuple(whole.items[index] for index in order),
        lengths=whole.lengths[order],
        truth={"label": whole.truth["label"][order]},
        frames=lambda index: whole.frames(int(order[index])),
        vary=lambda index, rng: whole.frames(int(order[index])),  # noqa: ARG005
    )
    frames = [part.frames(index) for index in range(len(part.items))]
    longest = max(len(whole.frames(index)) for index in range(len(whole.items)))
    contenders = {
        "Keras, Masking, padded to the longest": _masking(frames, part.truth["label"], longest),
        "seqclass": _ours(part, build_model(config, prepared.front_end, prepared.targets), prepared.targets, config.training),
    }
    for run in contenders.values():
        run()  # compile and warm up
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(arguments.rounds):
        for name, run in contenders.items():
            started = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - started)
    base = seconds["Keras, Masking, padded to the longest"]
    what = f"{len(part.items)} of {manifest.path.name}, {frames[0].shape[1]} features, LSTM 128 + 128, batch {BATCH}"
    print(f"{what}, {os.cpu_count()} cores")
    for name, times in seconds.items():
        ratios = [theirs / ours for theirs, ours in zip(base, times, strict=True)]
        rate = len(part.items) / statistics.median(times)
        print(f"{name:40s} {statistics.median(ratios):5.2f}x  ({rate:,.0f} sequences a second here)")


def _masking(frames: list[np.ndarray], labels: np.ndarray, longest: int) -> Callable[[], None]:
    n_features = frames[0].shape[1]
    padded = np.zeros((len(frames), longest, n_features), np.float32)
    for row, values in zip(padded, frames, strict=True):
        row[: len(values)] = values
    model = keras.Sequential(
        [
            keras.Input((longest, n_features)),
            keras.layers.Masking(),
            keras.layers.LSTM(128, return_sequences=True),
            keras.layers.LSTM(128),
            keras.layers.Dense(10),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["accuracy"])

    def run() -> None:
        model.fit(padded, labels, batch_size=BATCH, epochs=1, verbose=0)

    return run


def _ours(part: Part, model: keras.Model, targets: tuple, spec: object) -> Callable[[], None]:
    trainer = Trainer(model, targets, spec, part)

    def run() -> None:
        trainer._pass(lambda *_, **__: None, CancelToken())

    return run


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    default = Path(os.environ.get("SEQCLASS_DATA", Path(__file__).resolve().parents[3] / "shared" / "data")) / "spoken_digits"
    parser.add_argument("--data", type=Path, default=default, help="a speech data set folder")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--delta-order", type=int, default=0, help="0: 13 features, 2: 39")
    return parser.parse_args()


if __name__ == "__main__":
    main()
