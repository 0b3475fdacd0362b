"""The `verify` job: a bundle against Keras and librosa, or an export against the bundle."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqclass.errors import BundleError, ItemError, MissingDependencyError, UsageError
from seqclass.events import CancelToken, Emit, Finished, StageVerified
from seqclass.features.front_end import TextFrontEnd
from seqclass.files import read_bytes
from seqclass.model import bundle as bundles
from seqclass.model import golden
from seqclass.model.activations import sigmoid
from seqclass.model.bundle import Bundle
from seqclass.model.network import softmax
from seqclass.specs import VerifyJob

Values = dict[str, NDArray[Any]]
Runner = Callable[[Values], Values]
# Their products are summed in another order than ours; weights of two hundred frames at full precision stay within this.
_TOLERANCE = 1e-4
_LARGEST_EXPORT = 2 << 30


def run(job: VerifyJob, emit: Emit, cancel: CancelToken) -> None:
    """Without an export what `seqclass.model.keras_verify.run` does; with one a `StageVerified` a golden item, then `Finished`.

    Raises:
        BundleError: The bundle or the export cannot be read, or they differ by more than the tolerance.
        MissingDependencyError: The library that runs the export is not installed.
        UsageError: The export's name tells no form.
    """
    if not job.export:
        importlib.import_module("seqclass.model.keras_verify").run(job, emit, cancel)
        return
    bundle = bundles.read(job.bundle)
    failed = False
    for stage in verify_export(bundle, Path(job.export)):
        cancel.check()
        emit(stage)
        failed |= not stage.ok
    if failed:
        raise BundleError(
            f"{job.export} does not verify: its answers differ from those of {job.bundle} by more than the tolerance. Export it anew."
        )
    emit(Finished(result={"bundle": job.bundle, "export": job.export, "ok": True}))


def verify_export(bundle: Bundle, export: Path) -> Iterator[StageVerified]:
    """Compare an export's answers on the bundle's golden items with those of the NumPy pass.

    Raises:
        BundleError: The export or the golden items cannot be read, or the export takes or gives something else.
        MissingDependencyError: The library that runs it is not installed.
        UsageError: Its name tells no form.
    """
    assert bundle.path is not None
    try:
        items = golden.stored_inputs(bundle.front_end, bundles.read_golden(bundle.path))
        frames = [golden.encode(bundle.front_end, item).frames for item in items]
    except (ValueError, ItemError) as error:
        raise BundleError(f"{bundle.path} is damaged: golden.npz is not as it should be ({error}). Copy it again.") from error
    opened = _open(export)
    for index, each in enumerate(frames):
        values = _fitted(each, opened.n_frames, has_lengths=opened.has_lengths)
        try:
            theirs = opened.run(_inputs(bundle, opened, values))
        except Exception as error:  # each library has errors of its own for inputs that do not fit
            raise BundleError(
                f"{export} cannot be run on this bundle's items: {_said(error)}. Is it an export of another model?"
            ) from error
        ours = _answers(bundle, values)
        greatest = max(_difference(ours[name], _named(theirs, name, position)) for position, name in enumerate(ours))
        largest = max((float(np.abs(values).max()) for values in ours.values()), default=1.0)
        tolerance = _TOLERANCE * max(1.0, largest / 10)
        stage = f"answers of item {index}, {len(values)} frames"
        yield StageVerified(stage=stage, max_abs_difference=greatest, tolerance=tolerance, ok=greatest <= tolerance)


class _Opened:
    """An export that can be run: from inputs by name to outputs by name, in order.

    Attributes:
        inputs: Names and types of its inputs.
        n_frames: The length that it was laid down for; None for any.
    """

    def __init__(self, inputs: dict[str, Any], run: Runner, n_frames: int | None = None) -> None:
        self.inputs, self.run, self.n_frames = inputs, run, n_frames

    @property
    def has_lengths(self) -> bool:
        """Whether it is told how many frames are valid."""
        return "lengths" in self.inputs


def _open(export: Path) -> _Opened:
    openers = {".keras": _open_keras, ".onnx": _open_onnx, ".tflite": _open_tflite}
    if not export.is_dir() and export.suffix.lower() not in openers:
        raise UsageError(
            f"An export must end with {', '.join(openers)}, or be a SavedModel's folder. Received: {export}. A page of html holds no "
            "weights to verify."
        )
    opener = _open_savedmodel if export.is_dir() else openers[export.suffix.lower()]
    if not export.is_dir():
        read_bytes(export, limit=_LARGEST_EXPORT)
    try:
        return opener(export)
    except (MissingDependencyError, BundleError):
        raise
    except Exception as error:  # each library has errors of its own for a damaged file
        raise BundleError(f"{export} cannot be opened: {_said(error)}. Export it anew.") from error


def _open_keras(export: Path) -> _Opened:
    models = importlib.import_module("seqclass.export.models")
    model = importlib.import_module("seqclass.model.keras_model").from_bytes(export.read_bytes())

    def run(values: Values) -> Values:
        given = model(models.as_structure(model, values), training=False)
        named = given if isinstance(given, dict) else dict(enumerate(given if isinstance(given, list | tuple) else [given]))
        return {str(name): np.asarray(each) for name, each in named.items()}

    return _Opened({tensor.name: np.dtype(tensor.dtype) for tensor in model.inputs}, run)


def _open_onnx(export: Path) -> _Opened:
    onnxruntime = _library("onnxruntime", "onnx")
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(export), options, providers=["CPUExecutionProvider"])
    outputs = [each.name for each in session.get_outputs()]
    types = {each.name: np.dtype(np.int32 if "int32" in each.type else np.float32) for each in session.get_inputs()}
    return _Opened(types, lambda values: dict(zip(outputs, session.run(outputs, values), strict=True)))


def _open_tflite(export: Path) -> _Opened:
    runner = _library("ai_edge_litert.interpreter", "litert").Interpreter(str(export)).get_signature_runner()
    details = runner.get_input_details()
    lengths = [int(each["shape"][1]) for name, each in details.items() if name != "lengths"]
    return _Opened(
        {name: np.dtype(each["dtype"]) for name, each in details.items()}, lambda values: runner(**values), lengths[0]
    )


def _open_savedmodel(export: Path) -> _Opened:
    importlib.import_module("seqclass.model.keras_setup")
    tensorflow = importlib.import_module("tensorflow")
    # Only its graph is run, by TensorFlow; a SavedModel of somebody else's is as trusted as a program.
    loaded = tensorflow.saved_model.load(str(export))
    serve = loaded.signatures["serving_default"]
    types = {name: np.dtype(spec.dtype.as_numpy_dtype) for name, spec in serve.structured_input_signature[1].items()}

    def run(values: Values) -> Values:
        given = serve(**{name: tensorflow.constant(each) for name, each in values.items()})
        return {name: each.numpy() for name, each in sorted(given.items())}

    return _Opened(types, run)


def _library(name: str, extra: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise MissingDependencyError(
            f"To run this export a library is needed. Received: no {name.partition('.')[0]}. Install it with: pip install "
            f"'seqclass[{extra}]'"
        ) from error


def _fitted(frames: NDArray[Any], n_frames: int | None, *, has_lengths: bool) -> NDArray[Any]:
    """An item as an export of a fixed length can take it: cut, or repeated where it is not told what is valid."""
    if n_frames is None or (has_lengths and len(frames) <= n_frames):
        return frames
    return np.resize(frames, (n_frames, *frames.shape[1:]))


def _inputs(bundle: Bundle, opened: _Opened, frames: NDArray[Any]) -> Values:
    values: Values = {}
    for name, dtype in opened.inputs.items():
        if name == "lengths":
            values[name] = np.asarray([len(frames)], dtype)
            continue
        n_frames = opened.n_frames or len(frames)
        padded = np.zeros((1, n_frames, *frames.shape[1:]), dtype)
        padded[0, : len(frames)] = frames
        values[name] = padded
    expected = "tokens" if isinstance(bundle.front_end, TextFrontEnd) else "frames"
    if bundle.network.stack is None and set(values) != {expected, "lengths"}:
        raise ValueError(f"it takes {', '.join(values)}, not {expected} and lengths")
    return values


def _answers(bundle: Bundle, frames: NDArray[Any]) -> Values:
    """What the export should give: logits, and of an imported model what that gives itself."""
    logits = bundle.network.forward(frames).logits
    if bundle.network.stack is None:
        return dict(logits)
    forms = {output.target: output.given for output in bundle.network.stack.layout.outputs}
    makes: dict[str, Callable[[Any], NDArray[Any]]] = {
        "softmax": softmax,
        "sigmoid": lambda each: np.asarray(sigmoid(each[1:])),
    }
    return {name: makes[forms[name]](values) if forms[name] in makes else values for name, values in logits.items()}


def _named(values: Values, name: str, position: int) -> NDArray[Any]:
    row: NDArray[Any] = np.asarray(values[name] if name in values else list(values.values())[position])[0]
    return row


def _difference(ours: NDArray[Any], theirs: NDArray[Any]) -> float:
    if ours.shape != theirs.shape:
        return float("inf")
    difference = float(np.abs(ours.astype(np.float64) - theirs).max())
    return float("inf") if np.isnan(difference) else difference


def _said(error: BaseException) -> str:
    return " ".join(str(error).split())[:200].rstrip(".") or type(error).__name__
