"""The compiled training step: forward pass, losses, gradients, update and running average of the weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import seqclass.model.keras_setup  # noqa: F401  isort: skip

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from seqclass.model.bundle import TargetCard
from seqclass.specs import TrainingSpec
from seqclass.training.dropout import Draws
from seqclass.training.state import Arrays

Combine = Callable[[list[Any]], list[Any]]
Around = Callable[[Callable[..., Any]], Callable[..., Any]]


class Step:
    """One step of one model, compiled for every batch size and length.

    Where several processes or devices share a batch, each computes on its rows: the loss is divided by the size of the whole batch,
    and ``combine`` sums gradients, before they are measured, cut and applied, and figures.

    Attributes:
        model: What is trained.
        targets: What its heads say.
        optimizer: With its variables made.
        average: Running average of the trainable weights; empty where none is kept.
    """

    def __init__(
        self,
        model: keras.Model,
        targets: Sequence[TargetCard],
        spec: TrainingSpec,
        *,
        combine: Combine = list,
        around: Around | None = None,
        draws: Draws | None = None,
    ) -> None:
        """Make the optimizer's variables and compile.

        Args:
            model: With fresh weights, or weights to go on from.
            targets: Its heads in order.
            spec: Update rule and what goes with it.
            combine: From gradients and sums (``loss`` and figures) of these rows to those of the whole batch, inside the compiled step.
            around: From the step on tensors to what is compiled: a strategy's ``run``, for example. Neither changes a value here.
            draws: Of the model's dropout layers, where these are not Keras's own.
        """
        self.model = model
        self.targets = tuple(targets)
        self.optimizer = _optimizer(spec)
        self.optimizer.build(model.trainable_variables)
        self.average = [tf.Variable(value) for value in model.trainable_variables] if spec.weight_average else []
        self._decay = spec.weight_average
        self._combine = combine
        self._draws = draws
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
        self._train = tf.function(
            self.compute if around is None else around(self.compute),
            autograph=False,
            input_signature=[frames, lengths, wanted, tf.TensorSpec([])],
        ).get_concrete_function()
        self._infer = tf.function(self._forward, autograph=False, input_signature=[frames, lengths]).get_concrete_function()

    def __call__(self, frames: Any, lengths: Any, wanted: dict[str, Any], n_items: int | None = None) -> dict[str, Any]:
        """Learn from a batch.

        Args:
            frames: (batch, time, feature) float32, or token ids (batch, time) int32.
            lengths: (batch,) int32.
            wanted: For each target what its head shall say, (batch, n_outputs) float32, see `wanted_outputs`.
            n_items: Rows of the whole batch where this is only a share of it.

        Returns:
            Sums over the batch: ``loss`` and one figure a target; and ``gradient_norm`` before it was cut.
        """
        result: dict[str, Any] = self._train(frames, lengths, wanted, np.float32(n_items or len(lengths)))
        return result

    def infer(self, frames: Any, lengths: Any) -> dict[str, Any]:
        """Logits by target, (batch, n_outputs), without dropout."""
        result: dict[str, Any] = self._infer(frames, lengths)
        return result

    def averaged(self) -> _Swapped:
        """Within the block the model has the weights that an epoch is judged by."""
        return _Swapped(self.model.trainable_variables, self.average)

    def compute(self, frames: Any, lengths: Any, wanted: dict[str, Any], n_items: Any) -> dict[str, Any]:
        """The step on tensors, not compiled; as `__call__`, with ``n_items`` a float32 scalar."""
        if self._draws is not None:
            self._draws.begin(self.optimizer.iterations, tf.shape(lengths)[0], n_items)
        with tf.GradientTape() as tape:
            logits = self.model({self._frames_name: frames, "lengths": lengths}, training=True)
            sums: dict[str, Any] = {"loss": 0.0}
            for target in self.targets:
                loss, figure_name, figure = _target_loss(target, logits[target.name], wanted[target.name])
                sums["loss"] += loss
                sums[figure_name] = figure
            share = sums["loss"] / n_items
        names = list(sums)
        # Dense: what an embedding gives names a token once for each time that it occurs, and so has another norm than its sum.
        own = [tf.convert_to_tensor(gradient) for gradient in tape.gradient(share, self.model.trainable_variables)]
        combined = self._combine([*own, *(sums[name] for name in names)])
        gradients = combined[: -len(names)]
        sums = dict(zip(names, combined[-len(names) :], strict=True))
        sums["gradient_norm"] = tf.linalg.global_norm(gradients)
        self.optimizer.apply(gradients)
        if self._decay:
            # Early on a long memory would hold on to the first, random weights.
            step = tf.cast(self.optimizer.iterations, tf.float32)
            kept = tf.minimum(self._decay, step / (step + 10.0))
            for average, variable in zip(self.average, self.model.trainable_variables, strict=True):
                average.assign(kept * average + (1 - kept) * variable)
        return sums

    def _forward(self, frames: Any, lengths: Any) -> Any:
        return self.model({self._frames_name: frames, "lengths": lengths}, training=False)


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


def class_weights(target: TargetCard, truth: NDArray[Any], spec: TrainingSpec) -> NDArray[np.float32]:
    """Weight of each class, (n_classes,): 1, or inverse to its count with mean 1 over the items."""
    if target.kind == "number":
        return np.ones(1, np.float32)
    counts = np.bincount(truth, minlength=len(target.labels))
    if spec.class_weights == "none":
        return np.ones(len(counts), np.float32)
    return np.asarray(len(truth) / (len(counts) * np.maximum(counts, 1)), np.float32)


def _target_loss(target: TargetCard, logits: Any, wanted: Any) -> tuple[Any, str, Any]:
    """Summed loss over the batch, and the summed figure that is shown."""
    if target.kind == "number":
        error = logits - wanted
        return tf.reduce_sum(error**2), f"{target.name}.mae", tf.reduce_sum(tf.abs(error))
    loss = -tf.reduce_sum(wanted * tf.nn.log_softmax(logits))
    hits = tf.equal(tf.argmax(logits, axis=1), tf.argmax(wanted, axis=1))
    return loss, f"{target.name}.accuracy", tf.reduce_sum(tf.cast(hits, tf.float32))


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
