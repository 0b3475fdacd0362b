"""The training loop: one compiled step, batches made beside it, the best weights kept, every epoch on disk."""

from __future__ import annotations

import math
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import seqclass.model.keras_setup  # noqa: F401  isort: skip

import keras
import numpy as np
import tensorflow as tf
from keras import ops
from numpy.typing import NDArray

from seqclass.data.batches import bucket, by_length, pad
from seqclass.events import CancelToken, Emit, EpochEnded
from seqclass.model.bundle import TargetCard
from seqclass.specs import TrainingSpec
from seqclass.training.prepare import Part

Arrays = list[NDArray[Any]]
_WARM_UP = 0.15
_LAST_RATE = 0.01
_PLATEAU_EPOCHS = 3


@dataclass
class State:
    """Where a run stands after an epoch: all that `resume` needs.

    Attributes:
        epoch: Epochs done.
        variables: Weights and random states of the model.
        optimizer: Its variables.
        average: Running average of the trainable weights; empty where there is none.
        best: The weights kept so far.
        best_epoch: When they were reached; 0: not yet.
        best_loss: Their validation loss.
        rate_factor: What a plateau has halved the learning rate by.
        history: Figures of each epoch.
        seconds: Training time so far.
    """

    epoch: int = 0
    variables: Arrays = field(default_factory=list)
    optimizer: Arrays = field(default_factory=list)
    average: Arrays = field(default_factory=list)
    best: Arrays = field(default_factory=list)
    best_epoch: int = 0
    best_loss: float = math.inf
    rate_factor: float = 1.0
    history: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0


class Trainer:
    """One model being trained.

    Attributes:
        model: The Keras model; after `run` it holds the best weights.
        targets: What the heads say.
        state: Where the run stands.
    """

    def __init__(self, model: keras.Model, targets: Sequence[TargetCard], spec: TrainingSpec, train: Part) -> None:
        self.model = model
        self.state = State()
        self.targets = tuple(targets)
        self._spec = spec
        self._train = train
        self._weights = {target.name: class_weights(target, train.truth[target.name], spec) for target in targets}
        self._optimizer = _optimizer(spec)
        self._optimizer.build(model.trainable_variables)
        decay = spec.weight_average
        self._average = [tf.Variable(value) for value in model.trainable_variables] if decay else []
        self._frames_name = next(name for name in model.input if name != "lengths")
        is_text = self._frames_name == "tokens"
        frames = (
            tf.TensorSpec([None, None], tf.int32) if is_text else tf.TensorSpec([None, None, model.input["frames"].shape[2]])
        )
        truth = {target.name: tf.TensorSpec([None], tf.float32 if target.kind == "number" else tf.int32) for target in targets}
        lengths = tf.TensorSpec([None], tf.int32)
        # Open shapes: one compilation serves every batch size and length.
        self._step = tf.function(self._train_step, input_signature=[frames, lengths, truth])
        self._infer = tf.function(self._forward, input_signature=[frames, lengths])

    def run(
        self,
        validation: Part | None,
        *,
        emit: Emit,
        cancel: CancelToken,
        after_epoch: Callable[[State], None] | None = None,
    ) -> None:
        """Train until the last epoch, early stopping or a request to stop; then put the best weights into the model.

        Args:
            validation: What the best epoch is chosen by; None: the last one is kept.
            emit: Gets an `EpochEnded` an epoch.
            cancel: Looked at after each step.
            after_epoch: Called with the state, to write it to the disk.

        Raises:
            CancelledError: The person cancelled.
        """
        spec, state = self._spec, self.state
        if state.epoch:
            self._restore(state)
        while state.epoch < spec.epochs and not cancel.stop_requested:
            started = time.perf_counter()
            rng = np.random.default_rng([spec.seed, state.epoch])
            figures, is_whole = self._epoch(rng, cancel)
            if not is_whole and state.best_epoch:
                break  # it would be judged by less than it saw
            state.epoch += 1
            with self._averaged():
                checked = self.evaluate(validation) if validation is not None else {}
                is_best = self._judge(checked.get("loss"))
            seconds = time.perf_counter() - started
            state.seconds += seconds
            rate = float(self._optimizer.learning_rate.numpy())
            state.history.append({"epoch": state.epoch, "train": figures, "validation": checked, "learning_rate": rate})
            emit(
                EpochEnded(
                    epoch=state.epoch,
                    epochs=spec.epochs,
                    train=figures,
                    validation=checked,
                    learning_rate=rate,
                    is_best=is_best,
                    seconds=seconds,
                    eta_s=state.seconds / state.epoch * (spec.epochs - state.epoch),
                )
            )
            if after_epoch is not None:
                self._remember(state)
                after_epoch(state)
            if validation is not None and spec.patience and state.epoch - state.best_epoch >= spec.patience:
                break
        if state.best:
            for variable, value in zip(self.model.trainable_variables, state.best, strict=True):
                variable.assign(value)

    def logits(self, part: Part) -> dict[str, NDArray[np.float32]]:
        """Logits of every item of a part, for each target (n_items, n_outputs)."""
        results = {target.name: np.zeros((0, 0), np.float32) for target in self.targets}
        for indices in by_length(part.lengths, 4 * self._spec.batch_size):
            frames, lengths = pad([part.frames(int(index)) for index in indices])
            for name, values in self._infer(frames, lengths).items():
                if not results[name].size:
                    results[name] = np.zeros((len(part.items), values.shape[1]), np.float32)
                results[name][indices] = values.numpy()
        return results

    def evaluate(self, part: Part) -> dict[str, float]:
        """Loss without smoothing or class weights, and accuracy or mean absolute error for each target."""
        figures = {"loss": 0.0}
        logits = self.logits(part)
        for target in self.targets:
            truth, values = part.truth[target.name], logits[target.name]
            if target.kind == "number":
                error = values[:, 0] - truth
                figures["loss"] += float((error**2).mean())
                figures[f"{target.name}.mae"] = float(np.abs(error).mean() * target.scale)
            else:
                shifted = values - values.max(axis=1, keepdims=True)
                log_norm = np.log(np.exp(shifted).sum(axis=1))
                figures["loss"] += float((log_norm - shifted[np.arange(len(truth)), truth]).mean())
                figures[f"{target.name}.accuracy"] = float((values.argmax(axis=1) == truth).mean())
        return figures

    def _epoch(self, rng: np.random.Generator, cancel: CancelToken) -> tuple[dict[str, float], bool]:
        """Mean figures over the items seen, and whether these were all."""
        batches = bucket(self._train.lengths, self._spec.batch_size, rng)
        sums: dict[str, float] = {}
        n_seen = 0
        for number, (frames, lengths, truth) in enumerate(_ahead(self._draw(batches, rng))):
            cancel.check()
            if cancel.stop_requested and (self.state.best_epoch or number >= 2):
                break
            self._optimizer.learning_rate.assign(self._rate(self.state.epoch + number / len(batches)))
            for name, value in self._step(frames, lengths, truth).items():
                sums[name] = sums.get(name, 0.0) + float(value)
            n_seen += len(lengths)
        means = {name: value / max(n_seen, 1) for name, value in sums.items()}
        for target in self.targets:
            if target.kind == "number":
                means[f"{target.name}.mae"] *= target.scale
        return means, n_seen == len(self._train.items)

    def _draw(self, batches: list[NDArray[np.intp]], rng: np.random.Generator) -> Iterator[tuple[Any, Any, Any]]:
        for indices in batches:
            frames, lengths = pad([self._train.vary(int(index), rng) for index in indices])
            yield frames, lengths, {name: values[indices] for name, values in self._train.truth.items()}

    def _rate(self, epochs_done: float) -> float:
        spec = self._spec
        part = epochs_done / spec.epochs
        if spec.schedule == "constant":
            return spec.learning_rate
        if spec.schedule == "plateau":
            return spec.learning_rate * self.state.rate_factor
        if spec.schedule == "onecycle":
            if part < _WARM_UP:
                return spec.learning_rate * max(part / _WARM_UP, _LAST_RATE)
            part = (part - _WARM_UP) / (1 - _WARM_UP)
        return spec.learning_rate * (_LAST_RATE + (1 - _LAST_RATE) * 0.5 * (1 + math.cos(math.pi * part)))

    def _judge(self, loss: float | None) -> bool:
        """Keep these weights if they are the best; without validation the last ones are."""
        state = self.state
        is_best = loss is None or not state.best or loss < state.best_loss
        if is_best:
            state.best = [np.asarray(variable) for variable in self.model.trainable_variables]
            state.best_epoch = state.epoch
            state.best_loss = math.inf if loss is None else loss
        elif self._spec.schedule == "plateau" and (state.epoch - state.best_epoch) % _PLATEAU_EPOCHS == 0:
            state.rate_factor *= 0.5
        return is_best

    def _averaged(self) -> _Swapped:
        return _Swapped(self.model.trainable_variables, self._average)

    def _remember(self, state: State) -> None:
        state.variables = [np.asarray(variable) for variable in self.model.variables]
        state.optimizer = [np.asarray(variable) for variable in self._optimizer.variables]
        state.average = [variable.numpy() for variable in self._average]

    def _restore(self, state: State) -> None:
        for variables, values in (
            (self.model.variables, state.variables),
            (self._optimizer.variables, state.optimizer),
            (self._average, state.average),
        ):
            for variable, value in zip(variables, values, strict=True):
                variable.assign(value)

    def _forward(self, frames: Any, lengths: Any) -> Any:
        return self.model({self._frames_name: frames, "lengths": lengths}, training=False)

    def _train_step(self, frames: Any, lengths: Any, truth: dict[str, Any]) -> dict[str, Any]:
        with tf.GradientTape() as tape:
            logits = self.model({self._frames_name: frames, "lengths": lengths}, training=True)
            sums: dict[str, Any] = {"loss": 0.0}
            for target in self.targets:
                loss, figure_name, figure = self._target_loss(target, logits[target.name], truth[target.name])
                sums["loss"] += loss
                sums[figure_name] = figure
            mean_loss = sums["loss"] / tf.cast(tf.shape(lengths)[0], tf.float32)
        gradients = tape.gradient(mean_loss, self.model.trainable_variables)
        self._optimizer.apply(gradients)
        decay = self._spec.weight_average
        if decay:
            # Early on a long memory would hold on to the first, random weights.
            step = tf.cast(self._optimizer.iterations, tf.float32)
            kept = tf.minimum(decay, step / (step + 10.0))
            for average, variable in zip(self._average, self.model.trainable_variables, strict=True):
                average.assign(kept * average + (1 - kept) * variable)
        return sums

    def _target_loss(self, target: TargetCard, logits: Any, truth: Any) -> tuple[Any, str, Any]:
        """Summed loss over the batch, and the summed figure that is shown."""
        if target.kind == "number":
            error = logits[:, 0] - truth
            return tf.reduce_sum(error**2), f"{target.name}.mae", tf.reduce_sum(tf.abs(error))
        n_classes = len(target.labels)
        smoothing = self._spec.label_smoothing
        wanted = ops.one_hot(truth, n_classes) * (1.0 - smoothing) + smoothing / n_classes
        losses = tf.nn.softmax_cross_entropy_with_logits(wanted, logits) * tf.gather(self._weights[target.name], truth)
        hits = tf.cast(tf.equal(tf.argmax(logits, axis=1, output_type=tf.int32), truth), tf.float32)
        return tf.reduce_sum(losses), f"{target.name}.accuracy", tf.reduce_sum(hits)


def class_weights(target: TargetCard, truth: NDArray[Any], spec: TrainingSpec) -> NDArray[np.float32]:
    """Weight of each class, (n_classes,): 1, or inverse to its count with mean 1 over the items."""
    if target.kind == "number":
        return np.ones(1, np.float32)
    counts = np.bincount(truth, minlength=len(target.labels))
    if spec.class_weights == "none":
        return np.ones(len(counts), np.float32)
    return np.asarray(len(truth) / (len(counts) * np.maximum(counts, 1)), np.float32)


class _Swapped:
    """Within the block the model holds the averaged weights, afterwards its own again."""

    def __init__(self, variables: Sequence[Any], averages: Sequence[Any]) -> None:
        self._pairs = list(zip(variables, averages, strict=True)) if averages else []
        self._kept: Arrays = []

    def __enter__(self) -> None:
        self._kept = [np.asarray(variable) for variable, _ in self._pairs]
        for variable, average in self._pairs:
            variable.assign(average)

    def __exit__(self, *_: object) -> None:
        for (variable, _), value in zip(self._pairs, self._kept, strict=True):
            variable.assign(value)


def _optimizer(spec: TrainingSpec) -> keras.optimizers.Optimizer:
    common: dict[str, Any] = {"learning_rate": spec.learning_rate}
    if spec.clip_norm:
        common["global_clipnorm"] = spec.clip_norm
    if spec.optimizer == "adamw":
        optimizer = keras.optimizers.AdamW(weight_decay=spec.weight_decay, **common)
        optimizer.exclude_from_weight_decay(var_names=["bias"])
        return optimizer
    if spec.optimizer == "sgd":
        return keras.optimizers.SGD(momentum=0.9, nesterov=True, **common)
    return {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop}[spec.optimizer](**common)


def _ahead(source: Iterator[Any], depth: int = 4) -> Iterator[Any]:
    """Make the next items in a thread while the current one is used."""
    ready: queue.Queue[Any] = queue.Queue(depth)
    end, wanted = object(), threading.Event()
    wanted.set()

    def produce() -> None:
        try:
            for value in source:
                while wanted.is_set():
                    try:
                        ready.put(value, timeout=0.1)
                        break
                    except queue.Full:
                        continue
                if not wanted.is_set():
                    return
            ready.put(end)
        except BaseException as error:  # handed to the consumer, which raises it
            ready.put(error)

    thread = threading.Thread(target=produce, name="seqclass-batches", daemon=True)
    thread.start()
    try:
        while (value := ready.get()) is not end:
            if isinstance(value, BaseException):
                raise value
            yield value
    finally:
        wanted.clear()
        while thread.is_alive():
            try:
                ready.get(timeout=0.05)
            except queue.Empty:
                continue
        thread.join()
