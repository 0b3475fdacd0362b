"""The training step: gradients, update and running average of the weights.

Gradients come from `seqclass.training.fused`, or from Keras by TensorFlow's tape. What follows is the same: they are measured and
cut, and the optimizer's rule and the average are applied by TensorFlow, in one compiled function.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import seqclass.model.keras_setup  # noqa: F401  isort: skip

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from seqclass.model.bundle import TargetCard
from seqclass.specs import TrainingSpec
from seqclass.training.keras_dropout import KerasDraws
from seqclass.training.share import Share
from seqclass.training.state import Arrays

if TYPE_CHECKING:
    from seqclass.training.fused.batch import BatchGradient


class Step:
    """One step of one model, compiled for every batch size and length.

    Where several processes share a batch, each computes on its rows: the loss is divided by the size of the whole batch, and gradients
    and figures are summed before they are measured, cut and applied.

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
        own: BatchGradient | None = None,
        share: Share | None = None,
        draws: KerasDraws | None = None,
    ) -> None:
        """Make the optimizer's variables and compile.

        Args:
            model: With fresh weights, or weights to go on from.
            targets: Its heads in order.
            spec: Update rule and what goes with it.
            own: What computes gradients; None: Keras.
            share: Brings together what several workers compute; None: there is one.
            draws: Of the model's dropout layers, where Keras computes and these are not its own.
        """
        self.model = model
        self.targets = tuple(targets)
        self.optimizer = _optimizer(spec)
        self.optimizer.build(model.trainable_variables)
        self.average = [tf.Variable(value) for value in model.trainable_variables] if spec.weight_average else []
        self._decay, self._limit = spec.weight_average, spec.clip_norm
        self._share, self._own, self._draws = share or Share(), own, draws
        figures = ("mae" if target.kind == "number" else "accuracy" for target in targets)
        self._figures = [f"{target.name}.{figure}" for target, figure in zip(targets, figures, strict=True)]
        self._frames_name = next(name for name in model.input if name != "lengths")
        is_text = self._frames_name == "tokens"
        frames = (
            tf.TensorSpec([None, None], tf.int32) if is_text else tf.TensorSpec([None, None, model.input["frames"].shape[2]])
        )
        wanted = {target.name: tf.TensorSpec([None, len(target.labels) or 1]) for target in targets}
        lengths = tf.TensorSpec([None], tf.int32)
        # Open shapes: one compilation serves every batch size and length. No step branches on values, so nothing is to be
        # translated. Concrete, so that TensorFlow does not warn of compiling too often where a cross-validation trains many models.
        self._train = tf.function(
            self._compute, autograph=False, input_signature=[frames, lengths, wanted, tf.TensorSpec([])]
        ).get_concrete_function()
        if own is None:
            self._infer = tf.function(self._forward, autograph=False, input_signature=[frames, lengths]).get_concrete_function()

    def __call__(
        self, frames: NDArray[Any], lengths: NDArray[np.int32], wanted: dict[str, Any], n_items: int | None = None
    ) -> dict[str, Any]:
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

    @property
    def is_own(self) -> bool:
        """Whether gradients are computed by our own code, not by Keras."""
        return self._own is not None

    def infer(self, frames: NDArray[Any], lengths: NDArray[np.int32]) -> dict[str, NDArray[np.float32]]:
        """Logits by target, (batch, n_outputs), without dropout."""
        if self._own is None:
            return {name: np.asarray(values) for name, values in self._infer(frames, lengths).items()}
        weights = [np.asarray(variable) for variable in self.model.trainable_variables]
        logits = self._own.logits(frames, lengths, weights)
        return {target.name: values for target, values in zip(self.targets, logits, strict=True)}

    def averaged(self) -> _Swapped:
        """Within the block the model has the weights that an epoch is judged by."""
        return _Swapped(self.model.trainable_variables, self.average)

    def _compute(self, frames: Any, lengths: Any, wanted: dict[str, Any], n_items: Any) -> dict[str, Any]:
        """The step on tensors, not compiled; as `__call__`, with ``n_items`` a float32 scalar."""
        compute = self._by_keras if self._own is None else self._by_our_own
        gradients, sums, norm = compute(frames, lengths, wanted, n_items)
        _apply(self.optimizer, self.model.trainable_variables, gradients)
        if self._decay:
            # Early on a long memory would hold on to the first, random weights.
            step = tf.cast(self.optimizer.iterations, tf.float32)
            kept = tf.minimum(self._decay, step / (step + 10.0))
            for average, variable in zip(self.average, self.model.trainable_variables, strict=True):
                average.assign(kept * average + (1 - kept) * variable)
        return {name: sums[index] for index, name in enumerate(("loss", *self._figures))} | {"gradient_norm": norm}

    def _by_our_own(self, frames: Any, lengths: Any, wanted: dict[str, Any], n_items: Any) -> tuple[list[Any], Any, Any]:
        """Gradients, cut; sums; and their norm."""
        own, limit, n_heads = self._own, self._limit, len(self.targets)
        assert own is not None
        variables = self.model.trainable_variables
        types = [tf.float32] * (len(variables) + 2)

        def arguments(n_items: Any, step: Any, frames: Any, lengths: Any, *arrays: Any) -> tuple[Any, dict[str, Any]]:
            given = frames, lengths, list(arrays[:n_heads]), list(arrays[n_heads:])
            return given, {"n_items": int(n_items), "step": int(step)}

        def whole(*given: Any) -> list[Any]:
            arrays, numbers = arguments(*given)
            found = own.whole(*arrays, **numbers, limit=limit)
            return [*found.arrays, found.sums, found.norm]

        def to_send(*given: Any) -> Any:
            arrays, numbers = arguments(*given)
            return own.to_send(*arrays, **numbers)

        def received(numbers: Any) -> list[Any]:
            found = own.received(numbers, limit=limit)
            return [*found.arrays, found.sums, found.norm]

        weights = [tf.convert_to_tensor(variable) for variable in variables]
        in_order = [wanted[target.name] for target in self.targets]
        inputs = [n_items, self.optimizer.iterations, frames, lengths, *in_order, *weights]
        if self._share.n_workers == 1:
            found = tf.numpy_function(whole, inputs, types, stateful=True)
        else:
            sent = tf.ensure_shape(tf.numpy_function(to_send, inputs, tf.float32, stateful=True), own.sent_shape)
            found = tf.numpy_function(received, [self._share.from_all(sent)], types, stateful=True)
        *gradients, sums, norm = found
        shaped = [tf.ensure_shape(values, variable.shape) for values, variable in zip(gradients, variables, strict=True)]
        return shaped, tf.ensure_shape(sums, [1 + n_heads]), tf.ensure_shape(norm, [])

    def _by_keras(self, frames: Any, lengths: Any, wanted: dict[str, Any], n_items: Any) -> tuple[list[Any], Any, Any]:
        """As `_by_our_own`. Several workers add another way than one does, and so differ by rounding."""
        if self._draws is not None:
            self._draws.begin(self.optimizer.iterations, n_items)
        with tf.GradientTape() as tape:
            logits = self.model({self._frames_name: frames, "lengths": lengths}, training=True)
            parts = [_target_loss(target, logits[target.name], wanted[target.name]) for target in self.targets]
            loss = tf.add_n([loss for loss, _ in parts])
            share = loss / n_items
        variables = self.model.trainable_variables
        # Dense: what an embedding gives names a token once for each time that it occurs, and so has another norm than its sum.
        gradients = [tf.convert_to_tensor(gradient) for gradient in tape.gradient(share, variables)]
        sums = tf.stack([loss, *(figure for _, figure in parts)])
        if self._share.n_workers > 1:
            flat = tf.concat([tf.reshape(values, [-1]) for values in (*gradients, sums)], 0)
            summed = tf.add_n(tf.unstack(self._share.from_all(flat[None] * self._share.weight)))
            *pieces, sums = tf.split(summed, [*(variable.shape.num_elements() for variable in gradients), len(parts) + 1])
            gradients = [tf.reshape(piece, values.shape) for piece, values in zip(pieces, gradients, strict=True)]
        norm = tf.linalg.global_norm(gradients)
        if self._limit:
            gradients, _ = tf.clip_by_global_norm(gradients, self._limit, use_norm=norm)
        return gradients, sums, norm

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


def _target_loss(target: TargetCard, logits: Any, wanted: Any) -> tuple[Any, Any]:
    """Summed loss over the batch, and the summed figure that is shown."""
    if target.kind == "number":
        error = logits - wanted
        return tf.reduce_sum(error**2), tf.reduce_sum(tf.abs(error))
    hits = tf.equal(tf.argmax(logits, axis=1), tf.argmax(wanted, axis=1))
    return -tf.reduce_sum(wanted * tf.nn.log_softmax(logits)), tf.reduce_sum(tf.cast(hits, tf.float32))


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
    if spec.optimizer == "adamw":
        optimizer = keras.optimizers.AdamW(spec.learning_rate, weight_decay=spec.weight_decay)
        optimizer.exclude_from_weight_decay(var_names=["bias"])
        return optimizer
    if spec.optimizer == "sgd":
        return keras.optimizers.SGD(spec.learning_rate, momentum=0.9, nesterov=True)
    return {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop}[spec.optimizer](spec.learning_rate)


def _apply(optimizer: keras.optimizers.Optimizer, variables: Sequence[Any], gradients: list[Any]) -> None:
    """Update; as the optimizer does it by itself, but Adam in one pass over memory and not in ten."""
    first_moments, second_moments = (getattr(optimizer, name, None) for name in ("_momentums", "_velocities"))  # not public
    if not (isinstance(optimizer, keras.optimizers.Adam) and first_moments and second_moments):
        optimizer.apply(gradients)
        return
    rate, step = tf.convert_to_tensor(optimizer.learning_rate), tf.cast(optimizer.iterations + 1, tf.float32)
    for variable, gradient, first, second in zip(variables, gradients, first_moments, second_moments, strict=True):
        if optimizer.weight_decay is not None and optimizer._use_weight_decay(variable):
            variable.assign(variable * (1.0 - rate * optimizer.weight_decay))
        tf.raw_ops.ResourceApplyAdam(
            var=variable.value.handle,
            m=first.value.handle,
            v=second.value.handle,
            beta1_power=tf.pow(optimizer.beta_1, step),
            beta2_power=tf.pow(optimizer.beta_2, step),
            lr=rate,
            beta1=optimizer.beta_1,
            beta2=optimizer.beta_2,
            epsilon=optimizer.epsilon,
            grad=gradient,
        )
    optimizer.iterations.assign_add(1)
