"""Who computes a training's gradients: our own code where it is the faster one, else Keras."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import seqclass.model.keras_setup  # noqa: F401  isort: skip

import keras
import tensorflow as tf

from seqclass.events import Emit, Note
from seqclass.model.bundle import TargetCard
from seqclass.specs import ModelSpec, TrainingSpec
from seqclass.training.groups import Groups

if TYPE_CHECKING:
    from seqclass.training.fused.batch import BatchGradient


def own_gradient(
    model: keras.Model, layout: ModelSpec, targets: Sequence[TargetCard], spec: TrainingSpec, groups: Groups, *, emit: Emit
) -> BatchGradient | None:
    """What computes gradients of a model without TensorFlow; None where Keras shall.

    Args:
        model: Built by `seqclass.model.keras_model`.
        layout: It was built from this.
        targets: Its heads in order.
        spec: Says in ``lstm`` whether there is a choice.
        groups: How batches are divided.
        emit: Gets a note where Keras is fallen back to.
    """
    if spec.lstm == "keras":
        return None
    reason = _reason_for_keras()
    if reason:
        emit(Note(text=f"Trained with the LSTM of Keras: {reason}."))
        return None
    from seqclass.training.fused.batch import EMBEDDING, BatchGradient, Variable
    from seqclass.training.fused.network import FusedNetwork, Head

    layers = {id(variable): layer.name for layer in model.layers for variable in layer.trainable_variables}
    variables = [Variable(layers[id(each)], tuple(each.shape)) for each in model.trainable_variables]
    n_tokens = next((each.shape[0] for each in variables if each.layer == EMBEDDING), None)
    heads = [Head(target.kind == "number", len(target.labels) or 1) for target in targets]
    network = FusedNetwork(layout, heads, n_tokens=n_tokens)
    return BatchGradient(network, variables, groups, n_sums=1 + len(heads), seed=spec.seed)


def _reason_for_keras() -> str:
    if tf.config.list_physical_devices("GPU"):
        return "there is a graphics processor"
    if keras.config.floatx() != "float32":
        return f"numbers are {keras.config.floatx()}"
    try:
        import seqclass.training.fused.kernels  # noqa: F401
    except Exception as error:  # numba refuses Python and NumPy that it does not know, in several ways
        return f"ours does not run here ({error})"
    return ""
