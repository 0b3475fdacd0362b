"""Forward pass of one item, 100 frames through 2 x LSTM(128): ours with every gate against ONNX Runtime, LiteRT, TensorFlow, Keras.

    python tests/bench/forward.py [--rounds 15] [--quick] [--out FILE]

Two comparisons, both warm, features apart. *Logits*: ours gives every gate and state of both layers on the way, the others the
logits alone, each from the model as `seqclass export` writes it: ONNX Runtime with all processors and with one, LiteRT laid out for 100
frames, the Keras model in a `tf.function`, and `model.predict`. *Every gate and state*: Keras stepped as people do it who want its
gates, one frame at a time with the cells' own weights, and the same with a compiled `tf.function` a frame.

A run repeats the pass until it has taken some tens of milliseconds, and counts the time of one.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import seqclass.model.keras_setup  # noqa: F401  isort: skip

import harness
import keras
import numpy as np
import tensorflow as tf

from seqclass.export import models as exports
from seqclass.model import keras_model
from seqclass.model.network import Network
from seqclass.specs import ModelSpec, TargetSpec

N_FRAMES, N_FEATURES, N_UNITS = 100, 26, 128
SPEC = ModelSpec(lstm=(N_UNITS, N_UNITS), pooling=("mean", "max"))
TARGETS = (TargetSpec(),)
OURS = "seqclass, every gate"
REPEATS = {"Keras model.predict": 1, "Keras cells stepped": 1, "stepped in a tf.function": 1, "Keras in a tf.function": 5}
"""Passes a run, of what takes long; 20 of the others."""


def main() -> None:
    """Check, measure and print."""
    options = harness.parser(__doc__, rounds=15).parse_args()
    keras.utils.set_random_seed(1)
    model = keras_model.build(SPEC, TARGETS, n_outputs={"label": 10}, n_features=N_FEATURES)
    network = keras_model.to_network(model, SPEC, TARGETS)
    frames = np.random.default_rng(0).normal(size=(N_FRAMES, N_FEATURES)).astype(np.float32)
    libraries = ("onnxruntime", "ai-edge-litert", "tensorflow", "keras")
    with tempfile.TemporaryDirectory() as folder, harness.Session(__doc__, options, libraries=libraries) as session:
        session.compare(
            f"Logits of {N_FRAMES} frames of {N_FEATURES}, LSTM {N_UNITS} + {N_UNITS}",
            repeated({OURS: lambda: network.forward(frames).logits["label"], **rivals(model, frames, Path(folder))}),
            baseline="ONNX Runtime",
            agree=harness.within(1e-5),
            reference=OURS,
            aims=(harness.Within(OURS, 0.002), harness.NotSlower(OURS, than="ONNX Runtime", times=5)),
        )
        cells = stepping_cells(model)
        session.compare(
            "Every gate and state of the same",
            repeated(
                {
                    OURS: lambda: all_maps(network, frames),
                    "Keras cells stepped": lambda: stepped(cells, frames),
                    "stepped in a tf.function": compiled(cells, frames),
                }
            ),
            baseline="Keras cells stepped",
            agree=harness.within(1e-5),
            reference=OURS,
            aims=(harness.Faster(OURS, than="Keras cells stepped", times=30),),
        )


def repeated(passes: Mapping[str, Callable[[], Any]]) -> dict[str, Callable[[], harness.Timed]]:
    """Each pass as a contender that repeats it and tells the time of one."""

    def contender(name: str, run: Callable[[], Any]) -> Callable[[], harness.Timed]:
        n_passes = REPEATS.get(name, 20)

        def timed() -> harness.Timed:
            started = time.perf_counter()
            for _ in range(n_passes):
                result = run()
            return harness.Timed((time.perf_counter() - started) / n_passes, result)

        return timed

    return {name: contender(name, run) for name, run in passes.items()}


def rivals(model: keras.Model, frames: np.ndarray, folder: Path) -> dict[str, Callable[[], np.ndarray]]:
    """Whoever gives logits of one item."""
    import onnxruntime
    from ai_edge_litert.interpreter import Interpreter

    values = {"frames": frames[None], "lengths": np.int32([len(frames)])}
    model(values)
    twin = exports.unrolled(model, len(frames))
    with exports._quiet():
        model.export(folder / "m.onnx", format="onnx", verbose=False)
        twin.export(folder / "m.tflite", format="litert", verbose=False)
    runner = Interpreter(str(folder / "m.tflite")).get_signature_runner()

    def onnx(n_threads: int) -> Callable[[], np.ndarray]:
        options = onnxruntime.SessionOptions()
        options.log_severity_level, options.intra_op_num_threads = 3, n_threads
        session = onnxruntime.InferenceSession(str(folder / "m.onnx"), options, providers=["CPUExecutionProvider"])
        types = {each.name: np.int32 if "int32" in each.type else np.float32 for each in session.get_inputs()}
        given = {name: np.asarray(values[name], kind) for name, kind in types.items()}
        return lambda: np.asarray(session.run(None, given)[0][0])

    kinds = {name: np.dtype(each["dtype"]) for name, each in runner.get_input_details().items()}
    laid_out = {name: np.asarray(values[name], kind) for name, kind in kinds.items()}
    graph = tf.function(lambda given: model(given, training=False), autograph=False)
    tensors = {name: tf.constant(value) for name, value in values.items()}
    return {
        "ONNX Runtime": onnx(0),
        "ONNX Runtime, one thread": onnx(1),
        "LiteRT": lambda: np.asarray(next(iter(runner(**laid_out).values()))[0]),
        "Keras in a tf.function": lambda: graph(tensors)["label"].numpy()[0],
        "Keras model.predict": lambda: model.predict(values, verbose=0)["label"][0],
    }


def all_maps(network: Network, frames: np.ndarray) -> np.ndarray:
    """Gates and states by the NumPy pass, (n_layers, 6, n_frames, n_units)."""
    traces = [layer.forward for layer in network.forward(frames).layers]
    return np.asarray([(t.input_gate, t.forget_gate, t.candidate, t.output_gate, t.cell, t.hidden) for t in traces])


def stepping_cells(model: keras.Model) -> list[keras.layers.LSTMCell]:
    """The cells of the model's layers."""
    return [model.get_layer(f"layer{index}_forward").cell for index in range(2)]


def gates(cell: keras.layers.LSTMCell, frame: Any, hidden: Any, state: Any) -> tuple[Any, ...]:
    """One step with its gates, by the cell's own weights and Keras' own operations."""
    total = keras.ops.matmul(frame, cell.kernel) + keras.ops.matmul(hidden, cell.recurrent_kernel) + cell.bias
    i, f, g, o = keras.ops.split(total, 4, axis=1)
    i, f, o, g = keras.ops.sigmoid(i), keras.ops.sigmoid(f), keras.ops.sigmoid(o), keras.ops.tanh(g)
    state = f * state + i * g
    return i, f, g, o, state, o * keras.ops.tanh(state)


def stepped(cells: list[keras.layers.LSTMCell], frames: np.ndarray) -> np.ndarray:
    """Gates and states by Keras, frame by frame."""
    states = [(tf.zeros((1, N_UNITS)), tf.zeros((1, N_UNITS))) for _ in cells]
    maps = np.empty((len(cells), 6, len(frames), N_UNITS), np.float32)
    for t, frame in enumerate(frames[:, None]):
        values = tf.constant(frame)
        for index, cell in enumerate(cells):
            parts = gates(cell, values, *states[index])
            for row, part in zip(maps[index, :, t], parts, strict=True):
                row[:] = part.numpy()[0]
            states[index] = (parts[5], parts[4])
            values = parts[5]
    return maps


def compiled(cells: list[keras.layers.LSTMCell], frames: np.ndarray) -> Callable[[], np.ndarray]:
    """The same with one compiled call a frame."""

    @tf.function
    def step(frame: tf.Tensor, states: list) -> tuple:
        new, maps, values = [], [], frame
        for cell, (hidden, state) in zip(cells, states, strict=True):
            parts = gates(cell, values, hidden, state)
            new.append((parts[5], parts[4]))
            maps.append(tf.concat(parts, axis=0))
            values = parts[5]
        return tf.stack(maps), new

    def run() -> np.ndarray:
        states = [(tf.zeros((1, N_UNITS)), tf.zeros((1, N_UNITS))) for _ in cells]
        maps = []
        for frame in frames[:, None]:
            each, states = step(tf.constant(frame), states)
            maps.append(each.numpy())
        return np.stack(maps, axis=2)

    return run


if __name__ == "__main__":
    main()
