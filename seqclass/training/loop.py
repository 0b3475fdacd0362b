"""The training loop: one compiled step, batches made beside it, the best weights kept, every epoch on disk."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import seqclass.model.keras_setup  # noqa: F401  isort: skip

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from seqclass.data.augment import mix
from seqclass.data.batches import bucket, by_length, pad
from seqclass.errors import DataError, SpecError
from seqclass.events import CancelToken, Emit, EpochEnded, Note, Progress
from seqclass.model.bundle import TargetCard
from seqclass.specs import TrainingSpec
from seqclass.training.parts import Part
from seqclass.training.reading import ahead, check
from seqclass.training.schedule import learning_rate, plan
from seqclass.training.state import Arrays, State

_PLATEAU_EPOCHS = 3
_PAUSE_S = 0.25


class Trainer:
    """One model being trained.

    Attributes:
        model: The Keras model; after `run` it holds the best weights.
        targets: What the heads say.
        plan: Epochs at most and batch size, filled in.
        state: Where the run stands.
        was_stopped: Whether `run` ended early because the person asked for it.
    """

    def __init__(self, model: keras.Model, targets: Sequence[TargetCard], spec: TrainingSpec, train: Part) -> None:
        self.model = model
        self.state = State()
        self.was_stopped = False
        self._gradient_norms: list[float] = []
        self.targets = tuple(targets)
        self._spec = spec
        self.plan = plan(spec, len(train.items))
        self._train = train
        self._wanted = {target.name: wanted_outputs(target, train.truth[target.name], spec) for target in targets}
        self._optimizer = _optimizer(spec)
        self._optimizer.build(model.trainable_variables)
        decay = spec.weight_average
        self._average = [tf.Variable(value) for value in model.trainable_variables] if decay else []
        self._frames_name = next(name for name in model.input if name != "lengths")
        is_text = self._frames_name == "tokens"
        frames = (
            tf.TensorSpec([None, None], tf.int32) if is_text else tf.TensorSpec([None, None, model.input["frames"].shape[2]])
        )
        wanted = {target.name: tf.TensorSpec([None, len(target.labels) or 1]) for target in targets}
        lengths = tf.TensorSpec([None], tf.int32)
        # Open shapes: one compilation serves every batch size and length. No step branches on values, so nothing is to be
        # translated. Concrete, so that TensorFlow does not warn of
        # compiling too often where a cross-validation trains many models.
        self._step = tf.function(
            self._train_step, autograph=False, input_signature=[frames, lengths, wanted]
        ).get_concrete_function()
        self._infer = tf.function(self._forward, autograph=False, input_signature=[frames, lengths]).get_concrete_function()

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
            CancelledError: The person cancelled, or stopped before there was anything to keep.
            DataError: The state to go on from is of another model.
            SpecError: The loss became infinite before there was anything to keep.
        """
        state, progress = self.state, _Progress(emit)
        if state.epoch:
            self._restore(state)
        while state.epoch < self.plan.epochs and not self._has_lost_patience(validation):
            self.was_stopped = cancel.stop_requested
            if self.was_stopped or not self._whole_epoch(validation, progress, emit=emit, cancel=cancel):
                break
            if after_epoch is not None:
                self._remember(state)
                after_epoch(state)
        if not state.best:
            check(cancel)
        for variable, value in zip(self.model.trainable_variables, state.best, strict=True):
            variable.assign(value)

    def chooses_by(self, validation: Part | None) -> bool:
        """Whether a validation part is large enough to tell one epoch from another."""
        return validation is not None and bool(self._spec.patience or len(validation.items) >= self._spec.min_validation)

    def _has_lost_patience(self, validation: Part | None) -> bool:
        patience, state = self._spec.patience, self.state
        return bool(validation is not None and patience and state.epoch - state.best_epoch >= patience)

    def _whole_epoch(self, validation: Part | None, progress: _Progress, *, emit: Emit, cancel: CancelToken) -> bool:
        """One pass, judged by validation; False where there is nothing new to keep and the training ends."""
        state, epochs = self.state, self.plan.epochs
        started = time.perf_counter()
        figures, is_whole = self._pass(progress, cancel)
        if not math.isfinite(figures["loss"]):
            emit(Note(text=self._diverged(figures["loss"]), level="warning"))
            return False
        self.was_stopped = not is_whole
        if not is_whole and state.best_epoch:
            return False  # it would be judged by less than it saw
        state.epoch += 1
        with self.averaged():
            checked = self.evaluate(validation) if validation is not None else {}
            is_best = self._judge(checked.get("loss") if self.chooses_by(validation) else None)
        seconds = time.perf_counter() - started
        state.seconds += seconds
        rate = float(self._optimizer.learning_rate.numpy())
        state.history.append({"epoch": state.epoch, "train": figures, "validation": checked, "learning_rate": rate})
        gradient_norm, gradient_peak = self.gradient
        emit(
            EpochEnded(
                epoch=state.epoch,
                epochs=epochs,
                train=figures,
                validation=checked,
                learning_rate=rate,
                is_best=is_best,
                seconds=seconds,
                eta_s=state.seconds / state.epoch * (epochs - state.epoch),
                gradient_norm=gradient_norm,
                gradient_peak=gradient_peak,
            )
        )
        return True

    def _diverged(self, loss: float) -> str:
        """What to say where the loss is no number any more and an earlier epoch's weights are kept.

        Raises:
            SpecError: There is none.
        """
        spec, state = self._spec, self.state
        rule = (
            f"The loss must stay finite. Received: loss={loss} in epoch {state.epoch + 1} with "
            f"training.learning_rate={spec.learning_rate:g}, training.clip_norm={spec.clip_norm:g}."
        )
        if not state.best:
            raise SpecError(f"{rule} Lower the learning rate, or limit gradients with training.clip_norm=1.")
        return f"{rule} The weights of epoch {state.best_epoch} are kept."

    def logits(self, part: Part) -> dict[str, NDArray[np.float32]]:
        """Logits of every item of a part, for each target (n_items, n_outputs)."""
        results = {target.name: np.zeros((0, 0), np.float32) for target in self.targets}
        for indices in by_length(part.lengths, 4 * self.plan.batch_size):
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

    def _pass(self, progress: _Progress, cancel: CancelToken) -> tuple[dict[str, float], bool]:
        """Train on every item once: mean figures over the items seen, and whether these were all."""
        spec, state = self._spec, self.state
        rng = np.random.default_rng([spec.seed, state.epoch])
        batches = bucket(self._train.lengths, self.plan.batch_size, rng)
        started = time.perf_counter()
        sums: dict[str, float] = {"loss": 0.0}
        self._gradient_norms = []
        n_seen = 0
        # Closed at once however the loop is left, so that no thread goes on making batches while an error travels up.
        with contextlib.closing(ahead(self._draw(batches, rng))) as made:
            for number, (frames, lengths, wanted) in enumerate(made):
                cancel.check()
                if (cancel.stop_requested and (state.best_epoch or number >= 2)) or not math.isfinite(sums["loss"]):
                    break
                share_done = (state.epoch + number / len(batches)) / self.plan.epochs
                self._optimizer.learning_rate.assign(learning_rate(spec, share_done, plateau_factor=state.rate_factor))
                done = self._step(frames, lengths, wanted)
                self._gradient_norms.append(float(done.pop("gradient_norm")))
                for name, value in done.items():
                    sums[name] = sums.get(name, 0.0) + float(value)
                n_seen += len(lengths)
                progress(
                    state.epoch * len(batches) + number + 1,
                    self.plan.epochs * len(batches),
                    seconds=state.seconds + time.perf_counter() - started,
                )
        means = {name: value / max(n_seen, 1) for name, value in sums.items()}
        for target in self.targets:
            if target.kind == "number":
                means[f"{target.name}.mae"] *= target.scale
        return means, n_seen == len(self._train.items)

    def _draw(self, batches: list[NDArray[np.intp]], rng: np.random.Generator) -> Iterator[tuple[Any, Any, Any]]:
        for indices in batches:
            frames, lengths = pad([self._train.vary(int(index), rng) for index in indices])
            wanted = {name: values[indices] for name, values in self._wanted.items()}
            yield mix(frames, lengths, wanted, self._train.mixup, rng)

    def _judge(self, loss: float | None) -> bool:
        """Keep these weights if they are the best; without validation the last ones are."""
        state, has_loss = self.state, loss is not None
        loss = math.inf if loss is None or math.isnan(loss) else loss
        is_best = not has_loss or not state.best or loss < state.best_loss
        if is_best:
            state.best = [np.array(variable) for variable in self.model.trainable_variables]
            state.best_epoch = state.epoch
            state.best_loss = loss
        elif self._spec.schedule == "plateau" and (state.epoch - state.best_epoch) % _PLATEAU_EPOCHS == 0:
            state.rate_factor *= 0.5
        return is_best

    @property
    def gradient(self) -> tuple[float, float]:
        """Mean and greatest norm of the last epoch's gradients before they were cut; NaN before the first."""
        norms = self._gradient_norms or [math.nan]
        return float(np.mean(norms)), float(np.max(norms))

    def averaged(self) -> contextlib.AbstractContextManager[None]:
        """Within the block the model has the weights that an epoch is judged by."""
        return _Swapped(self.model.trainable_variables, self._average)

    def _remember(self, state: State) -> None:
        state.variables = [np.asarray(variable) for variable in self.model.variables]
        state.optimizer = [np.asarray(variable) for variable in self._optimizer.variables]
        state.average = [variable.numpy() for variable in self._average]

    def _restore(self, state: State) -> None:
        """Go on where ``state`` stands.

        Raises:
            DataError: It is of another model.
        """
        for variables, values in (
            (self.model.variables, state.variables),
            (self._optimizer.variables, state.optimizer),
            (self._average, state.average),
            (self.model.trainable_variables, state.best),
        ):
            if [tuple(variable.shape) for variable in variables] != [value.shape for value in values]:
                raise DataError(
                    "The checkpoint must have the variables of this model. Received: others, as an earlier version writes. "
                    "Leave out --resume to start anew."
                )
        for variables, values in (
            (self.model.variables, state.variables),
            (self._optimizer.variables, state.optimizer),
            (self._average, state.average),
        ):
            for variable, value in zip(variables, values, strict=True):
                variable.assign(value)

    def _forward(self, frames: Any, lengths: Any) -> Any:
        return self.model({self._frames_name: frames, "lengths": lengths}, training=False)

    def _train_step(self, frames: Any, lengths: Any, wanted: dict[str, Any]) -> dict[str, Any]:
        with tf.GradientTape() as tape:
            logits = self.model({self._frames_name: frames, "lengths": lengths}, training=True)
            sums: dict[str, Any] = {"loss": 0.0}
            for target in self.targets:
                loss, figure_name, figure = _target_loss(target, logits[target.name], wanted[target.name])
                sums["loss"] += loss
                sums[figure_name] = figure
            mean_loss = sums["loss"] / tf.cast(tf.shape(lengths)[0], tf.float32)
        gradients = tape.gradient(mean_loss, self.model.trainable_variables)
        sums["gradient_norm"] = tf.linalg.global_norm(gradients)
        self._optimizer.apply(gradients)
        decay = self._spec.weight_average
        if decay:
            # Early on a long memory would hold on to the first, random weights.
            step = tf.cast(self._optimizer.iterations, tf.float32)
            kept = tf.minimum(decay, step / (step + 10.0))
            for average, variable in zip(self._average, self.model.trainable_variables, strict=True):
                average.assign(kept * average + (1 - kept) * variable)
        return sums


def wanted_outputs(target: TargetCard, truth: NDArray[Any], spec: TrainingSpec) -> NDArray[np.float32]:
    """What the head shall say of each training item, (n_items, n_outputs).

    For classes the smoothed label times the class weight, so that the loss is minus the sum of it times the log
    probabilities; for a number the number itself.
    """
    if target.kind == "number":
        return np.asarray(truth[:, None], np.float32)
    n_classes = len(target.labels)
    smoothed = np.full((len(truth), n_classes), spec.label_smoothing / n_classes, np.float32)
    smoothed[np.arange(len(truth)), truth] += 1.0 - spec.label_smoothing
    return np.asarray(smoothed * class_weights(target, truth, spec)[truth][:, None], np.float32)


def _target_loss(target: TargetCard, logits: Any, wanted: Any) -> tuple[Any, str, Any]:
    """Summed loss over the batch, and the summed figure that is shown."""
    if target.kind == "number":
        error = logits - wanted
        return tf.reduce_sum(error**2), f"{target.name}.mae", tf.reduce_sum(tf.abs(error))
    loss = -tf.reduce_sum(wanted * tf.nn.log_softmax(logits))
    hits = tf.equal(tf.argmax(logits, axis=1), tf.argmax(wanted, axis=1))
    return loss, f"{target.name}.accuracy", tf.reduce_sum(tf.cast(hits, tf.float32))


def class_weights(target: TargetCard, truth: NDArray[Any], spec: TrainingSpec) -> NDArray[np.float32]:
    """Weight of each class, (n_classes,): 1, or inverse to its count with mean 1 over the items."""
    if target.kind == "number":
        return np.ones(1, np.float32)
    counts = np.bincount(truth, minlength=len(target.labels))
    if spec.class_weights == "none":
        return np.ones(len(counts), np.float32)
    return np.asarray(len(truth) / (len(counts) * np.maximum(counts, 1)), np.float32)


class _Progress:
    """Tells steps of the whole training at most four times a second."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._said_s = time.monotonic()

    def __call__(self, done: int, total: int, *, seconds: float) -> None:
        if time.monotonic() - self._said_s >= _PAUSE_S:
            self._said_s = time.monotonic()
            self._emit(Progress(stage="training", done=done, total=total, eta_s=seconds / done * (total - done)))


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
