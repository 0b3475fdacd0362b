"""Training speed against PyTorch and plain Keras, same model, same batches, from the same weights.

    python tests/bench/training.py [--rounds 5] [--only "13 features"]

Two LSTM layers of 128 units, the last valid frame, one dense layer, cross entropy, Adam; one pass over all training items. The digits
with 13 and with 39 features, sentences of film reviews by an embedding of 64, and movements of six numbers a frame. Contenders:

- seqclass: the training loop as `seqclass train` runs it, which pads its batches while it trains;
- PyTorch: `nn.LSTM` on as many threads as there are cores, batches padded beforehand;
- Keras: `Model.fit` without a mask, the last valid frame gathered, batches padded beforehand;
- Keras: `Masking` and `Model.fit` on batches padded to the longest item of all, as its guide to masking and padding has it (for text
  an `Embedding` with ``mask_zero``).

Compared are the losses over the first pass, which differ where a gradient does.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import harness

import seqclass.model.keras_setup  # noqa: F401  isort: skip

import keras
import numpy as np
import tensorflow as tf
import torch

from seqclass.data.scan import scan
from seqclass.data.splits import assign_splits
from seqclass.events import CancelToken, ignore
from seqclass.settings import Settings, resolve
from seqclass.training.drawing import Batch, Drawing
from seqclass.training.fit import build_model
from seqclass.training.fused.threads import n_cores
from seqclass.training.gradients import own_gradient
from seqclass.training.groups import Groups, number_of_groups
from seqclass.training.loop import Trainer
from seqclass.training.prepare import prepare
from seqclass.training.schedule import plan
from seqclass.training.step import Step

# PyTorch's compiler for graphics processors brings an LLVM that aborts the process beside TensorFlow's. Not needed here.
sys.modules["triton"] = None  # type: ignore[assignment]

_UNITS, _RATE, _EPSILON = 128, 1e-3, 1e-7
_MASKING = "Keras, Masking, padded to the longest"
_BUCKETED = "Keras, same batches, no mask"
Pass = Callable[[], dict[str, float]]


@dataclass(frozen=True)
class Case:
    """One data set, as all contenders get it.

    Attributes:
        ours: The trainer.
        weights: What all begin with, in the order of Keras.
        batches: One pass.
        n_tokens: Size of the vocabulary; None: the frames are numbers.
        longest: Frames of the longest item.
        n_passes: Passes that are timed together, so that a run is long enough.
    """

    ours: Trainer
    weights: list[np.ndarray]
    batches: list[Batch]
    n_tokens: int | None
    longest: int
    n_passes: int

    @property
    def n_items(self) -> int:
        """Sequences a run."""
        return sum(len(batch.lengths) for batch in self.batches) * self.n_passes


def main() -> None:
    """Run the comparisons."""
    parser = harness.parser(__doc__, rounds=5)
    parser.add_argument("--only", default="", help="run the comparisons whose name holds this")
    options = parser.parse_args()
    names = {
        "13 features": lambda: _digits(delta_order=0),
        "39 features": lambda: _digits(delta_order=2),
        "Text": _reviews,
        "Six numbers a frame": _movements,
    }
    with harness.Session(__doc__, options, libraries=("tensorflow", "keras", "numba", "torch")) as session:
        for name, make in names.items():
            if options.only in name:
                # Six times is asked where lengths differ as those of the digits do: of sequences of one length nothing is padding.
                six = [harness.Faster("seqclass", than=_MASKING, times=6)] if "features" in name else []
                _compare(session, name, make(), *six)


def _compare(session: harness.Session, name: str, case: Case, *more_aims: harness.Faster) -> None:
    session.compare(
        name,
        {
            "seqclass": _seqclass(case),
            "PyTorch": _pytorch(case),
            _BUCKETED: _keras(case, case.batches),
            _MASKING: _keras(case, [_padded(batch, case.longest) for batch in case.batches], is_masked=True),
        },
        baseline=_MASKING,
        # Keras' Adam squares an embedding's gradient for each time that a token occurs, before these are summed; dense ones agree.
        agree=harness.within(1e-4 if case.n_tokens is None else 1e-2),
        items=case.n_items,
        unit="sequences",
        aims=(harness.Faster("seqclass", than="PyTorch", times=1), *more_aims),
    )


def _seqclass(case: Case) -> Pass:
    def run() -> dict[str, float]:
        losses = [case.ours._pass(lambda *_, **__: None, CancelToken())[0]["loss"] for _ in range(case.n_passes)]
        return {"loss": losses[0]}

    return run


def _keras(case: Case, batches: list[Batch], *, is_masked: bool = False) -> Pass:
    lengths = keras.Input((), dtype="int32")
    if case.n_tokens is None:
        frames = keras.Input((None, batches[0].frames.shape[2]))
        values = keras.layers.Masking()(frames) if is_masked else frames
    else:
        frames = keras.Input((None,), dtype="int32")
        values = keras.layers.Embedding(case.n_tokens + is_masked, case.weights[0].shape[1], mask_zero=is_masked)(frames)
    values = keras.layers.LSTM(_UNITS, return_sequences=True)(values)
    values = keras.layers.LSTM(_UNITS, return_sequences=not is_masked)(values)
    if not is_masked:
        values = keras.ops.take_along_axis(values, lengths[:, None, None] - 1, axis=1)[:, 0]
    model = keras.Model([frames, lengths], keras.layers.Dense(case.weights[-1].shape[0])(values))
    weights = case.weights
    if is_masked and case.n_tokens is not None:  # 0 stands for padding there, and is a word here
        weights = [np.concatenate([np.zeros_like(weights[0][:1]), weights[0]]), *weights[1:]]
        batches = [
            batch._replace(frames=batch.frames + (np.arange(case.longest) < batch.lengths[:, None])) for batch in batches
        ]
    model.set_weights(weights)
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(_RATE, epsilon=_EPSILON), loss)

    def each() -> Iterator[tuple[Any, Any]]:
        for batch in batches:
            yield (batch.frames, batch.lengths), batch.wanted["label"]

    like = (tf.TensorSpec([None, None, *frames.shape[2:]], frames.dtype), tf.TensorSpec([None], tf.int32))
    wanted = tf.TensorSpec([None, case.weights[-1].shape[0]])
    data = tf.data.Dataset.from_generator(each, output_signature=(like, wanted)).cache()
    data = data.apply(tf.data.experimental.assert_cardinality(len(batches))).prefetch(2)

    def run() -> dict[str, float]:
        return {"loss": model.fit(data, epochs=case.n_passes, verbose=0, shuffle=False).history["loss"][0]}

    return run


class _Network(torch.nn.Module):
    def __init__(self, case: Case) -> None:
        super().__init__()
        weights = [torch.tensor(values) for values in case.weights]
        self.embedding = None if case.n_tokens is None else torch.nn.Embedding.from_pretrained(weights.pop(0), freeze=False)
        self.lstm = torch.nn.LSTM(weights[0].shape[0], _UNITS, num_layers=2, batch_first=True)
        self.head = torch.nn.Linear(_UNITS, len(weights[-1]))
        with torch.no_grad():
            for layer in range(2):
                kernel, recurrent, bias = weights[3 * layer : 3 * layer + 3]
                for name, values in (
                    ("weight_ih", kernel.T),
                    ("weight_hh", recurrent.T),
                    ("bias_ih", bias),
                    ("bias_hh", bias * 0),
                ):
                    getattr(self.lstm, f"{name}_l{layer}").copy_(values)
            self.head.weight.copy_(weights[6].T)
            self.head.bias.copy_(weights[7])

    def forward(self, frames: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """Logits."""
        hidden, _ = self.lstm(frames if self.embedding is None else self.embedding(frames))
        return self.head(hidden[torch.arange(len(lengths)), lengths - 1])


def _pytorch(case: Case) -> Pass:
    torch.set_num_threads(n_cores())
    network = _Network(case)
    # One of PyTorch's two biases stays at zero: with both, each step would be twice as long for them.
    learnt = [values for name, values in network.named_parameters() if "bias_hh" not in name]
    optimizer, number = torch.optim.Adam(learnt, lr=_RATE), 0
    batches = [
        (torch.tensor(batch.frames), torch.tensor(batch.lengths, dtype=torch.long), torch.tensor(batch.wanted["label"]))
        for batch in case.batches
    ]

    def run() -> dict[str, float]:
        nonlocal number
        losses = []
        for _ in range(case.n_passes):
            total = 0.0
            for frames, lengths, wanted in batches:
                number += 1
                # Keras adds its epsilon before the second moment's bias is corrected.
                optimizer.param_groups[0]["eps"] = _EPSILON / (1 - 0.999**number) ** 0.5
                optimizer.zero_grad()
                loss = torch.nn.functional.cross_entropy(network(frames, lengths), wanted)
                loss.backward()
                optimizer.step()
                total += loss.item() * len(lengths)
            losses.append(total / case.n_items * case.n_passes)
        return {"loss": losses[0]}

    return run


def _padded(batch: Batch, longest: int) -> Batch:
    frames = np.zeros((len(batch.frames), longest, *batch.frames.shape[2:]), batch.frames.dtype)
    frames[:, : batch.frames.shape[1]] = batch.frames
    return batch._replace(frames=frames)


def _digits(*, delta_order: int) -> Case:
    features = {"window_ms": 25.0, "hop_ms": 10.0, "n_mels": 40, "n_mfcc": 13, "delta_order": delta_order}
    return _case(harness.DATA / "spoken_digits", {"features": features}, kind="speech")


def _reviews() -> Case:
    with tempfile.TemporaryDirectory() as place:
        recipe = harness.REPOSITORY / "datasets" / "movie_reviews.py"
        folder = Path(place) / "reviews"
        subprocess.run([sys.executable, recipe, harness.DATA / "movie_reviews", folder], check=True, capture_output=True)
        return _case(folder, {"model": {"embedding_dim": 64}}, kind="text")


def _movements() -> Case:
    return _case(harness.DATA / "basic_motions", {"training": {"batch_size": 40}}, kind="numeric", n_passes=20)


def _case(folder: Path, settings: Settings, *, kind: str, n_passes: int = 1) -> Case:
    """All contenders' data, with nothing that only some of them do: no variation, dropout, smoothing, decay or averaging."""
    fixed: Settings = {
        "augmentation": {"enabled": False},
        "model": {
            "lstm": [_UNITS, _UNITS],
            "bidirectional": False,
            "pooling": ["last"],
            "dense": [],
            "input_dropout": 0.0,
            "lstm_dropout": 0.0,
            "head_dropout": 0.0,
        },
        "training": {
            "batch_size": 64,
            "optimizer": "adam",
            "learning_rate": _RATE,
            "schedule": "constant",
            "label_smoothing": 0.0,
            "clip_norm": 0.0,
            "class_weights": "none",
            "weight_average": 0.0,
        },
    }
    config = resolve({name: fixed.get(name, {}) | settings.get(name, {}) for name in {*fixed, *settings}}, kind)
    manifest = scan(folder)
    prepared = prepare(manifest, assign_splits(manifest, config.data), config, emit=ignore, cancel=CancelToken())
    part = prepared.parts["train"]
    keras.utils.set_random_seed(0)
    model = build_model(config, prepared.front_end, prepared.targets)
    groups = Groups(number_of_groups(plan(config.training, len(part.items)).batch_size))
    own = own_gradient(model, config.model, prepared.targets, config.training, groups, emit=print)
    step = Step(model, prepared.targets, config.training, own=own)
    trainer = Trainer(model, prepared.targets, config.training, part, step=step)
    drawing = Drawing(part, trainer._wanted, batch_size=trainer.plan.batch_size, seed=config.training.seed, epoch=0)
    n_tokens = model.get_layer("embedding").input_dim if kind == "text" else None
    return Case(
        trainer, [values.copy() for values in model.get_weights()], list(drawing), n_tokens, int(part.lengths.max()), n_passes
    )


if __name__ == "__main__":
    main()
