"""TensorFlow's recipe for short words, as its tutorial "Simple audio recognition: Recognizing keywords" describes it, as a program.

    python tests/bench/rivals/tutorial.py train FOLDER MODEL.keras [--until 0.97] [--seed 0]
    python tests/bench/rivals/tutorial.py test FOLDER MODEL.keras

FOLDER holds train/LABEL/*.wav, validation/LABEL/*.wav and test/LABEL/*.wav. The recipe: clips of one second, magnitudes of a short-time
Fourier transform of 255 samples every 128, as an image of 32 x 32, normalised; two convolutions of 32 and 64 filters of 3 x 3, maximum
pooling, dropout 0.25, 128 units, dropout 0.5; Adam, batches of 64, at most 10 epochs, and an end after two without a better validation
loss. With ``--until`` it goes on, in place of these two ends, to the first epoch that has this accuracy on validation.
Source: tensorflow.org/tutorials/audio/simple_audio, its text of 2023; the code is our own.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

_STARTED = time.perf_counter()
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import tensorflow as tf  # noqa: E402 - after the setting and the clock

_RATE_HZ = 8000  # of the digits: the recipe takes whole seconds, and what nobody said would only cost it time
_BATCH = 64
_MOST_EPOCHS = 10
_PATIENCE = 2
_NO_END = 40  # epochs after which ``--until`` gives up


def main() -> None:
    """Train and save, or test what was saved; one line of JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("what", choices=("train", "test"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("--until", type=float)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if options.what == "test":
        model = tf.keras.models.load_model(options.model)
        print(json.dumps({"test": model.evaluate(_spectrograms(options.folder / "test", seed=0), verbose=0)[1]}))
        return
    tf.keras.utils.set_random_seed(options.seed)
    history = _train(options.folder, options.model, options.until, options.seed)
    accuracies = [float(value) for value in history["val_accuracy"]]
    end = _own_end(history["val_loss"])
    told = {"epochs": len(accuracies), "validation": accuracies[-1], "own_end": end, "there": accuracies[end - 1]}
    told["seconds_there"] = history["seconds"][end - 1]
    print(json.dumps(told | {"history": accuracies}))


def _own_end(losses: list[float]) -> int:
    """The epoch at which the recipe itself ends, counted from 1."""
    best = 0
    for epoch, loss in enumerate(losses[:_MOST_EPOCHS]):
        best = epoch if loss < losses[best] else best
        if epoch - best >= _PATIENCE:
            return epoch + 1
    return min(len(losses), _MOST_EPOCHS)


def _train(folder: Path, path: Path, until: float | None, seed: int) -> dict[str, list[float]]:
    """Train and save; the figures after each epoch."""
    train = _spectrograms(folder / "train", seed=seed).cache().shuffle(10_000).prefetch(tf.data.AUTOTUNE)
    validation = _spectrograms(folder / "validation", seed=seed).cache().prefetch(tf.data.AUTOTUNE)
    normalisation = tf.keras.layers.Normalization()
    normalisation.adapt(train.map(lambda image, _label: image))
    model = _model(train.element_spec[0].shape[1:], normalisation, len(list((folder / "train").iterdir())))
    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=tf.keras.optimizers.Adam(), loss=loss, metrics=["accuracy"])
    watch = _Until(2.0 if until is None else until)
    ends = [watch, tf.keras.callbacks.EarlyStopping(patience=_PATIENCE)] if until is None else [watch]
    epochs = _MOST_EPOCHS if until is None else _NO_END
    done = model.fit(train, validation_data=validation, epochs=epochs, callbacks=ends, verbose=0)
    model.save(path)
    return {**done.history, "seconds": watch.seconds}


class _Until(tf.keras.callbacks.Callback):
    """Ends the training after the first epoch with so good an accuracy on validation; notes when each ended."""

    def __init__(self, accuracy: float) -> None:
        super().__init__()
        self._accuracy = accuracy
        self.seconds: list[float] = []

    def on_epoch_end(self, _epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Look at it."""
        self.seconds.append(time.perf_counter() - _STARTED)
        if (logs or {})["val_accuracy"] >= self._accuracy:
            self.model.stop_training = True


def _spectrograms(folder: Path, *, seed: int) -> tf.data.Dataset:
    clips = tf.keras.utils.audio_dataset_from_directory(
        folder, batch_size=_BATCH, output_sequence_length=_RATE_HZ, seed=seed, verbose=False
    )
    return clips.map(_spectrogram, num_parallel_calls=tf.data.AUTOTUNE)


def _spectrogram(clips: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    transformed = tf.signal.stft(tf.squeeze(clips, axis=-1), frame_length=255, frame_step=128)
    return tf.abs(transformed)[..., tf.newaxis], labels


def _model(shape: tf.TensorShape, normalisation: tf.keras.layers.Layer, n_labels: int) -> tf.keras.Model:
    layers = tf.keras.layers
    return tf.keras.Sequential(
        [
            layers.Input(shape=shape),
            layers.Resizing(32, 32),
            normalisation,
            layers.Conv2D(32, 3, activation="relu"),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Dropout(0.25),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(n_labels),
        ]
    )


if __name__ == "__main__":
    main()
