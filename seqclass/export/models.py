"""The Keras model of a bundle as ONNX, LiteRT (TensorFlow Lite) and SavedModel."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import seqclass.model.keras_setup  # noqa: F401  isort: skip

import keras
import numpy as np
from numpy.typing import NDArray

from seqclass.errors import BundleError, MissingDependencyError, SeqclassError
from seqclass.events import CancelToken, Emit
from seqclass.files import atomic_path, storage_error
from seqclass.model import bundle as bundles
from seqclass.model import keras_model
from seqclass.model.bundle import Bundle
from seqclass.specs import ExportJob

_EXTRAS = {"onnx": ("onnx", "tf2onnx"), "litert": ("ai_edge_litert",)}


def require(extra: str) -> None:
    """Check that the libraries of an extra are there.

    Raises:
        MissingDependencyError: One is not; the message names the line that installs it.
    """
    for name in _EXTRAS[extra]:
        if importlib.util.find_spec(name) is None:
            raise MissingDependencyError(
                f"This form needs a library that is not installed. Received: no {name}. Install it with: pip install "
                f"'seqclass[{extra}]'"
            )


def open_model(bundle: Bundle) -> keras.Model:
    """The Keras model in a bundle.

    Raises:
        BundleError: Keras cannot open it.
    """
    assert bundle.path is not None
    try:
        return keras_model.from_bytes(bundles.read_keras(bundle.path))
    except Exception as error:  # Keras raises whatever a damaged archive provokes
        said = " ".join(str(error).split())[:200].rstrip(".")
        raise BundleError(
            f"{bundle.path} is damaged: Keras cannot open model.keras ({said}). Copy it again or train again."
        ) from error


def example(model: keras.Model, n_frames: int = 3) -> dict[str, NDArray[Any]]:
    """An item of zeros for each input of a model, by the input's name."""
    values: dict[str, NDArray[Any]] = {}
    for tensor in model.inputs:
        if tensor.name == "lengths" and len(tensor.shape) == 1:
            values["lengths"] = np.full(1, n_frames, np.int32)
        else:
            values[tensor.name] = np.zeros((1, n_frames, *tensor.shape[2:]), keras.backend.standardize_dtype(tensor.dtype))
    return values


def as_structure(model: keras.Model, values: dict[str, NDArray[Any]]) -> Any:
    """Inputs by name in the form in which a model takes them."""
    given = [values[tensor.name] for tensor in model.inputs]
    return given[0] if isinstance(model, keras.Sequential) else keras.tree.pack_sequence_as(model.input, given)


def write_savedmodel(bundle: Bundle, job: ExportJob, emit: Emit, cancel: CancelToken) -> None:
    """TensorFlow's own form, a folder with one signature, ``serve``.

    Raises:
        StorageError: The folder cannot be written.
    """
    del emit, cancel
    model = traceable(open_model(bundle))
    model(as_structure(model, example(model)))
    target = Path(job.out)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".savedmodel") as folder, _quiet():
            model.export(Path(folder) / "model", format="tf_saved_model", verbose=False)
            (Path(folder) / "model").rename(target)
    except OSError as error:
        raise storage_error("write", target, error) from error


def write_onnx(bundle: Bundle, job: ExportJob, emit: Emit, cancel: CancelToken) -> None:
    """ONNX, by tf2onnx: any length, any batch.

    Raises:
        MissingDependencyError: tf2onnx or onnx is not installed.
        StorageError: The file cannot be written.
    """
    del emit, cancel
    require("onnx")
    model = traceable(open_model(bundle))
    model(as_structure(model, example(model)))  # Keras exports what has been called
    with atomic_path(job.out, keep_suffix=True) as temporary, _quiet():
        model.export(temporary, format="onnx", verbose=False)


def write_tflite(bundle: Bundle, job: ExportJob, emit: Emit, cancel: CancelToken) -> None:
    """LiteRT, laid down for one item of ``n_frames`` frames at a time.

    A loop over frames would need operations that its interpreter does not have, so each frame is written out: the file and the time to
    write it grow with the length.

    Raises:
        BundleError: TensorFlow cannot write the model in this form.
        StorageError: The file cannot be written.
    """
    del emit, cancel
    model = unrolled(open_model(bundle), job.n_frames)
    try:
        with atomic_path(job.out, keep_suffix=True) as temporary, _quiet():
            # Keras asks for the ending; what it writes by the name of litert is a .tflite file.
            written = temporary.with_suffix(".tflite")
            model.export(written, format="litert", verbose=False)
            if written != temporary:
                written.rename(temporary)
    except SeqclassError:
        raise
    except Exception as error:  # the converter raises whatever an operation provokes
        said = " ".join(str(error).split())[:200].rstrip(".")
        raise BundleError(f"LiteRT cannot hold this model. Received: {said}. Export it as ONNX instead.") from error


def unrolled(model: keras.Model, n_frames: int) -> keras.Model:
    """The same model for one item of a fixed length, its loops written out frame by frame."""
    shapes = [(1,) if len(tensor.shape) == 1 else (1, n_frames, *tensor.shape[2:]) for tensor in model.inputs]
    return _cloned(model, shapes, unroll=True)


def traceable(model: keras.Model) -> keras.Model:
    """The same model without TimeDistributed.

    Traced for batches of any size it gives other numbers than called (Keras 3.15), and around what looks at the last axis alone, as
    all that is imported does, it changes nothing.
    """
    if not any(isinstance(layer, keras.layers.TimeDistributed) for layer in model.layers):
        return model
    return _cloned(model, [tuple(tensor.shape) for tensor in model.inputs])


def _cloned(model: keras.Model, shapes: list[tuple[int | None, ...]], *, unroll: bool = False) -> keras.Model:
    def clone(layer: Any) -> Any:
        if isinstance(layer, keras.layers.TimeDistributed):
            config = layer.layer.get_config() | {"name": layer.name}
            return layer.layer.__class__.from_config(config | ({"axis": -1} if "axis" in config else {}))
        config = layer.get_config()
        for part in (
            config,
            *(config[key]["config"] for key in ("layer", "backward_layer") if isinstance(config.get(key), dict)),
        ):
            if "unroll" in part:
                part["unroll"] = unroll
        return layer.__class__.from_config(config)

    inputs = [
        keras.Input(batch_shape=shape, dtype=tensor.dtype, name=tensor.name)
        for tensor, shape in zip(model.inputs, shapes, strict=True)
    ]
    struct = inputs[0] if isinstance(model, keras.Sequential) else keras.tree.pack_sequence_as(model.input, inputs)
    twin = keras.models.clone_model(model, input_tensors=struct, clone_function=clone)
    twin.set_weights(model.get_weights())
    return twin


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Converters log each step."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        logging.disable(before)
