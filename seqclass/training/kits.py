"""Which layers a training is made of."""

from __future__ import annotations

import seqclass.model.keras_setup  # noqa: F401  isort: skip

import keras
import tensorflow as tf

from seqclass.events import Emit, Note
from seqclass.model.keras_model import STOCK, Kit
from seqclass.specs import TrainingSpec


def training_kit(spec: TrainingSpec, emit: Emit) -> Kit:
    """The layers of the model that is trained: with our own LSTM where it is the faster one, else with that of Keras.

    Args:
        spec: Says in ``lstm`` whether there is a choice.
        emit: Gets a note where Keras is fallen back to.
    """
    if spec.lstm == "keras":
        return STOCK
    reason = _reason_for_keras()
    if reason:
        emit(Note(text=f"Trained with the LSTM of Keras: {reason}."))
        return STOCK
    from seqclass.training.fused.layer import KIT

    return KIT


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
