"""Traces of one 100-frame item in two layers of 128: ours against Keras stepped frame by frame, in one run.

    python tests/bench/trace_speed.py [--rounds 20]

Both compute every gate and state of both layers. Keras is stepped as people do it who want its gates, one frame at a time with the
cells' own weights; a compiled `tf.function` a frame is measured too. Every round runs all contenders in turn, so that a change in the
machine's speed hits all alike; the median over rounds counts. That the numbers agree is checked first.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable

import seqclass.model.keras_setup  # noqa: F401  isort: skip

import keras
import numpy as np
import tensorflow as tf

from seqclass.model.network import LstmWeights, Network
from seqclass.specs import ModelSpec

N_FRAMES, N_FEATURES, N_UNITS = 100, 26, 128


def main() -> None:
    """Check, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    cells = [keras.layers.LSTMCell(N_UNITS) for _ in range(2)]
    for cell, width in zip(cells, (N_FEATURES, N_UNITS), strict=True):
        cell.build((None, width))
    weights = [LstmWeights(*(np.asarray(part) for part in cell.get_weights())) for cell in cells]
    network = Network(ModelSpec(lstm=(N_UNITS, N_UNITS)), (), None, tuple((each, None) for each in weights), None, (), {})
    frames = np.random.default_rng(0).normal(size=(N_FRAMES, N_FEATURES)).astype(np.float32)
    contenders: dict[str, Callable[[], np.ndarray]] = {
        "seqclass, every gate and state": lambda: _ours(network, frames),
        "Keras cells stepped, every gate and state": lambda: _stepped(cells, frames),
        "Keras cells stepped in a tf.function": _compiled(cells, frames),
    }
    maps = {name: run() for name, run in contenders.items()}
    ours = next(iter(maps.values()))
    for name, values in maps.items():
        difference = float(np.abs(values - ours).max())
        assert difference < 1e-5, f"{name} differs by {difference}"
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, run in contenders.items():
            started = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - started)
    print(f"{N_FRAMES} frames of {N_FEATURES}, LSTM {N_UNITS} + {N_UNITS}, {os.cpu_count()} cores, median of {rounds}")
    base = next(iter(seconds.values()))
    for name, times in seconds.items():
        ratio = statistics.median(theirs / mine for theirs, mine in zip(times, base, strict=True))
        print(f"{name:44s} {1000 * statistics.median(times):8.2f} ms  {ratio:7.1f}x ours")


def _ours(network: Network, frames: np.ndarray) -> np.ndarray:
    traces = [layer.forward for layer in network.forward(frames).layers]
    maps = [(t.input_gate, t.forget_gate, t.candidate, t.output_gate, t.cell, t.hidden) for t in traces]
    return np.asarray(maps)


def _gates(cell: keras.layers.LSTMCell, frame: object, hidden: object, state: object) -> tuple:
    """One step with its gates, by the cell's own weights and Keras' own operations."""
    total = keras.ops.matmul(frame, cell.kernel) + keras.ops.matmul(hidden, cell.recurrent_kernel) + cell.bias
    i, f, g, o = keras.ops.split(total, 4, axis=1)
    i, f, o, g = keras.ops.sigmoid(i), keras.ops.sigmoid(f), keras.ops.sigmoid(o), keras.ops.tanh(g)
    state = f * state + i * g
    return i, f, g, o, state, o * keras.ops.tanh(state)


def _stepped(cells: list[keras.layers.LSTMCell], frames: np.ndarray) -> np.ndarray:
    states = [(tf.zeros((1, N_UNITS)), tf.zeros((1, N_UNITS))) for _ in cells]
    maps = np.empty((len(cells), 6, len(frames), N_UNITS), np.float32)
    for t, frame in enumerate(frames[:, None]):
        values = tf.constant(frame)
        for index, cell in enumerate(cells):
            parts = _gates(cell, values, *states[index])
            for row, part in zip(maps[index, :, t], parts, strict=True):
                row[:] = part.numpy()[0]
            states[index] = (parts[5], parts[4])
            values = parts[5]
    return maps


def _compiled(cells: list[keras.layers.LSTMCell], frames: np.ndarray) -> Callable[[], np.ndarray]:
    @tf.function
    def step(frame: tf.Tensor, states: list) -> tuple:
        new, maps, values = [], [], frame
        for cell, (hidden, state) in zip(cells, states, strict=True):
            parts = _gates(cell, values, hidden, state)
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
