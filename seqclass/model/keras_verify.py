"""`verify`: bundle = Keras = librosa, stage by stage, on the golden items."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import seqclass.model.keras_setup  # noqa: F401  isort: skip

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from seqclass.data.batches import pad
from seqclass.errors import BundleError, ItemError
from seqclass.events import CancelToken, Emit, Finished, StageVerified
from seqclass.features.front_end import SpeechFrontEnd, TextFrontEnd
from seqclass.features.librosa_basis import mfcc_basis, reference_mfcc
from seqclass.features.mfcc import cepstrum, decibels, mel_power, power_spectrum
from seqclass.model import bundle as bundles
from seqclass.model import golden, keras_model, keras_stack
from seqclass.model.bundle import Bundle
from seqclass.model.keras_gates import cell_gates
from seqclass.model.keras_import.convert import convert
from seqclass.model.network import to_arrays
from seqclass.specs import VerifyJob

Arrays = dict[str, NDArray[Any]]
Pairs = Iterator[tuple[NDArray[Any], NDArray[Any]]]
Items = list[dict[str, NDArray[Any]]]
# float32 against float32; MFCC values in dB reach some hundreds, so their rounding is coarser.
_FEATURE_TOLERANCE = 1e-3
_TOLERANCE = 1e-5
# Normalised frames stay below this. A front end that does not normalise may send hundreds, and rounding grows in step.
_USUAL_INPUT = 10.0


def run(job: VerifyJob, emit: Emit, cancel: CancelToken) -> None:
    """Emit a `StageVerified` a stage, then `Finished`; a stage beyond its tolerance fails the job.

    Raises:
        BundleError: The bundle cannot be read, or a stage differs by more than its tolerance.
    """
    failed = []
    for stage in verify(bundles.read(job.bundle), cancel=cancel):
        emit(stage)
        if not stage.ok:
            failed.append(stage.stage)
    if failed:
        raise BundleError(
            f"{job.bundle} does not verify: {', '.join(failed)} differ by more than the tolerance. "
            "Do not trust its answers; train or copy it again."
        )
    emit(Finished(result={"bundle": job.bundle, "ok": True}))


def verify(bundle: Bundle, *, cancel: CancelToken) -> Iterator[StageVerified]:
    """Compare every stage, from the stored arrays through the features to gates and logits.

    Args:
        bundle: Read from a file.
        cancel: Looked at between stages.

    Raises:
        BundleError: The Keras model or the golden items cannot be read.
    """
    assert bundle.path is not None
    stored = bundles.read_golden(bundle.path)
    try:
        items = golden.stored_inputs(bundle.front_end, stored)
        now = golden.compute(bundle.front_end, bundle.network, items)
    except (ValueError, ItemError) as error:
        raise BundleError(f"{bundle.path} is damaged: golden.npz is not as it should be ({error}). Copy it again.") from error
    model, theirs = _open_model(bundle)
    stages: list[tuple[str, Callable[[], Pairs]]] = [
        ("weights: bundle = Keras model", lambda: _weights(bundle, theirs)),
        ("features: now = stored", lambda: _stored(now, stored, ("features", "frames"))),
        ("gates and states: now = stored", lambda: _stored(now, stored, ("layer",))),
        ("logits: now = stored", lambda: _stored(now, stored, ("logits",))),
        ("gates and states: NumPy = Keras", lambda: _gates(bundle, model, items)),
        ("logits: NumPy = Keras", lambda: _logits(bundle, model, items)),
    ]
    if isinstance(bundle.front_end, SpeechFrontEnd):
        front_end = bundle.front_end
        stages.insert(1, ("mel filters, window, DCT: bundle = librosa", lambda: _basis(front_end)))
        stages.insert(2, ("features: NumPy = librosa", lambda: _features(front_end, items)))
    for name, pairs in stages:
        cancel.check()
        tolerance = _FEATURE_TOLERANCE if name.startswith("features") else _TOLERANCE
        if name.endswith("NumPy = Keras"):
            tolerance *= max(1.0, _largest_input(now) / _USUAL_INPUT)
        greatest = max((_difference(ours, theirs) for ours, theirs in pairs()), default=0.0)
        yield StageVerified(stage=name, max_abs_difference=greatest, tolerance=tolerance, ok=greatest <= tolerance)


def keras_gates(model: keras.Model, name: str, inputs: NDArray[np.float32]) -> Arrays:
    """Gates and states of one Keras LSTM layer, stepped through its own cell.

    Args:
        model: The model.
        name: The layer's name.
        inputs: (batch, n_frames, n_inputs) in the order in which the layer reads them.

    Returns:
        Gate name -> (batch, n_frames, n_units).
    """
    return cell_gates(model.get_layer(name).cell, inputs)


def _largest_input(arrays: Arrays) -> float:
    """The greatest absolute value that enters a layer or stands in a cell; float32 sums round in proportion to it."""
    frames = [values for name, values in arrays.items() if name.endswith((".frames", ".cell")) and values.dtype.kind == "f"]
    return max((float(np.abs(values).max()) for values in frames), default=0.0)


def _difference(ours: NDArray[Any], theirs: NDArray[Any]) -> float:
    if ours.shape != theirs.shape or theirs.dtype.kind not in "fiu":
        return float("inf")
    if not ours.size:
        return 0.0
    difference = float(np.abs(ours.astype(np.float64) - theirs).max())
    return float("inf") if np.isnan(difference) else difference


def _open_model(bundle: Bundle) -> tuple[keras.Model, Arrays]:
    """The bundle's Keras model and its weights under the names of the NumPy pass."""
    assert bundle.path is not None
    content = bundles.read_keras(bundle.path)
    try:
        model = keras_model.from_bytes(content)
        if bundle.card.stack is not None:
            converted = convert(model)
            if converted.layout != bundle.card.stack:
                raise ValueError("its layers are not those of bundle.json")
            return model, dict(converted.arrays)
        theirs = to_arrays(keras_model.to_network(model, bundle.card.config.model, bundle.network.targets))
        if set(model.input) != {"tokens" if isinstance(bundle.front_end, TextFrontEnd) else "frames", "lengths"}:
            raise ValueError(f"its inputs are {', '.join(model.input)}")
    except Exception as error:  # Keras raises whatever a damaged archive or configuration provokes
        first_line = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise BundleError(
            f"{bundle.path} is damaged: Keras cannot open model.keras ({first_line[:300]}). Copy it again or train again."
        ) from error
    shapes = {name: values.shape for name, values in theirs.items()}
    if shapes != {name: values.shape for name, values in to_arrays(bundle.network).items()}:
        raise BundleError(f"{bundle.path} is damaged: model.keras is another network than weights.npz. Train it again.")
    return model, theirs


def _weights(bundle: Bundle, theirs: Arrays) -> Pairs:
    for name, ours in to_arrays(bundle.network).items():
        yield ours, theirs[name]


def _basis(front_end: SpeechFrontEnd) -> Pairs:
    theirs = mfcc_basis(front_end.spec)
    for name in ("window", "mel", "dct", "delta_kernels"):
        yield getattr(front_end.basis, name), getattr(theirs, name)


def _features(front_end: SpeechFrontEnd, items: Items) -> Pairs:
    """Untrimmed: cutting edge silence is ours, not librosa's, and removes whole frames only."""
    spec, basis = front_end.spec, front_end.basis
    for item in items:
        samples = item["samples"]
        centred = samples - samples.mean(dtype=np.float64).astype(samples.dtype) if spec.remove_dc else samples
        power = power_spectrum(centred, basis, preemphasis=spec.preemphasis)
        yield cepstrum(decibels(mel_power(power, basis.mel), amin=spec.amin), spec, basis), reference_mfcc(samples, spec)


def _stored(now: Arrays, stored: Arrays, parts: tuple[str, ...]) -> Pairs:
    for name, ours in now.items():
        if name.partition(".")[2].startswith(parts):
            yield ours, stored.get(name, np.zeros(0))


def _gates(bundle: Bundle, model: keras.Model, items: Items) -> Pairs:
    """Layer by layer, all items in one padded batch, which a layer that reads forward does not notice."""
    frames = [golden.encode(bundle.front_end, item).frames for item in items]
    if bundle.network.stack is not None:
        yield from keras_stack.gate_pairs(bundle.network, model, frames)
        return
    activations = [bundle.network.forward(each) for each in frames]
    values = [each.frames for each in activations]
    if isinstance(bundle.front_end, TextFrontEnd):
        values = [ops.convert_to_numpy(model.get_layer("embedding")(each[None]))[0] for each in frames]
    for index in range(len(bundle.network.layers)):
        outputs: list[list[NDArray[Any]]] = [[] for _ in items]
        for direction, step in (("forward", 1), ("backward", -1)):
            traces = [getattr(each.layers[index], direction) for each in activations]
            if traces[0] is None:
                continue
            batch, lengths = pad([each[::step] for each in values])
            gates = keras_gates(model, f"layer{index}_{direction}", batch)
            for row, trace in enumerate(traces):
                theirs = {gate: gates[gate][row, : lengths[row]][::step] for gate in golden.GATES}
                yield from ((getattr(trace, gate), theirs[gate]) for gate in golden.GATES)
                outputs[row].append(theirs["hidden"])
        values = [np.concatenate(halves, axis=1) for halves in outputs]


def _logits(bundle: Bundle, model: keras.Model, items: Items) -> Pairs:
    """Through the whole model, each item alone and all in one padded batch; an imported model's items alone."""
    if bundle.network.stack is not None:
        frames = [golden.encode(bundle.front_end, item).frames for item in items]
        yield from keras_stack.answer_pairs(bundle.network, model, frames)
        return
    name = next(name for name in model.input if name != "lengths")
    frames = [golden.encode(bundle.front_end, item).frames for item in items]
    ours = [bundle.network.forward(each).logits for each in frames]
    for indices in (*([index] for index in range(len(frames))), range(len(frames))):
        padded, lengths = pad([frames[index] for index in indices])
        theirs = model({name: padded, "lengths": lengths}, training=False)
        for row, index in enumerate(indices):
            for target, values in ours[index].items():
                yield values, ops.convert_to_numpy(theirs[target])[row]
